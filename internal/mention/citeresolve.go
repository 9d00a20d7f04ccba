package mention

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// maxOpinionPages is the most pages a pin cite may lie after the first page of
// its case; "Id. at 900" after "528 U.S. 495" refers to something else.
const maxOpinionPages = 400

// resolver gives each citation the number of the authority it refers to.
type resolver struct {
	cites    []Cite
	fullAt   []int            // resource → index of its first full citation; 0 is unused
	byNorm   map[string]int   // full citation → resource
	byVolume map[string][]int // volume and reporter → indexes of full citations
	byName   map[string][]int // case name in lower case → indexes of full citations
	lastCite int              // index of the citation that an "id." refers to, -1 if none
}

// resolve numbers the authorities and links short forms to full citations, in
// the order of the text. Bare case names are found on the way.
func (s *citeScanner) resolve() {
	s.addReferences()
	r := resolver{
		byNorm: map[string]int{}, byVolume: map[string][]int{}, byName: map[string][]int{},
		lastCite: -1, cites: s.cites, fullAt: []int{0},
	}
	for i := range s.cites {
		r.resolve(i)
	}
}

func (r *resolver) resolve(i int) {
	c := &r.cites[i]
	switch {
	case c.isFull():
		r.full(i)
	case c.Kind == "short":
		c.Resource, c.norm = r.pick(r.byVolume[c.Groups["volume"]+" "+c.Reporter], c)
	case c.Kind == "supra", c.Kind == "reference":
		c.Resource, c.norm = r.pick(r.named(c.Plaintiff), c)
	case c.Kind == "id":
		r.id(c)
	case c.Kind == "unknown":
		return
	}
	r.lastCite = i
}

// full gives a full citation its number; a parallel citation has the number of
// the one before it.
func (r *resolver) full(i int) {
	c := &r.cites[i]
	blank := c.Kind == "full" && c.Groups["page"] == ""
	id, known := r.byNorm[c.norm]
	switch {
	case c.parallel && i > 0 && !known:
		id = r.cites[i-1].Resource
	case !known || blank:
		id = len(r.fullAt)
		r.fullAt = append(r.fullAt, i)
	}
	if !blank {
		r.byNorm[c.norm] = id
	}
	c.Resource = id
	volume := c.Groups["volume"] + " " + c.Reporter
	r.byVolume[volume] = append(r.byVolume[volume], i)
	for _, name := range []string{c.Plaintiff, c.Defendant} {
		if key := strings.ToLower(name); referable(key) {
			r.byName[key] = append(r.byName[key], i)
			// "Gore" and "Bell Atlantic" stand for longer names.
			if first, _, ok := strings.Cut(key, " "); ok && referable(strings.Trim(first, ",")) {
				first = strings.Trim(first, ",")
				r.byName["~"+first] = append(r.byName["~"+first], i)
			}
		}
	}
}

// named returns the full citations of a case called name.
func (r *resolver) named(name string) []int {
	key := strings.ToLower(name)
	for key != "" {
		if hits := r.byName[key]; len(hits) > 0 {
			return hits
		}
		first, _, _ := strings.Cut(key, " ")
		if hits := r.byName["~"+first]; len(hits) > 0 && r.prefixed(hits, key) {
			return hits
		}
		// "the majority in Smith": drop words from the left.
		_, rest, ok := strings.Cut(key, " ")
		if !ok {
			return nil
		}
		key = rest
	}
	return nil
}

// prefixed reports whether key begins a party's name of every hit.
func (r *resolver) prefixed(hits []int, key string) bool {
	for _, i := range hits {
		c := &r.cites[i]
		if !strings.HasPrefix(strings.ToLower(c.Plaintiff), key) && !strings.HasPrefix(strings.ToLower(c.Defendant), key) {
			return false
		}
	}
	return true
}

// pick decides between the full citations that c may refer to. All the same
// authority is clear; else the name before c must decide.
func (r *resolver) pick(hits []int, c *Cite) (resource int, norm string) {
	if len(hits) == 0 {
		return 0, ""
	}
	if hit := r.only(hits); hit >= 0 {
		return r.cites[hit].Resource, r.cites[hit].norm
	}
	if c.Kind != "short" || c.Plaintiff == "" {
		return 0, ""
	}
	guess := strings.ToLower(c.Plaintiff)
	var named []int
	for _, i := range hits {
		if containsName(r.cites[i].Plaintiff, guess) || containsName(r.cites[i].Defendant, guess) {
			named = append(named, i)
		}
	}
	if hit := r.only(named); hit >= 0 {
		return r.cites[hit].Resource, r.cites[hit].norm
	}
	return 0, ""
}

func containsName(name, guess string) bool {
	name = strings.ToLower(name)
	return name != "" && (strings.Contains(name, guess) || strings.Contains(guess, name))
}

// only returns the first of hits if all are one authority, else -1.
func (r *resolver) only(hits []int) int {
	if len(hits) == 0 {
		return -1
	}
	for _, i := range hits[1:] {
		if r.cites[i].Resource != r.cites[hits[0]].Resource {
			return -1
		}
	}
	return hits[0]
}

// id refers to the authority of the citation before it, unless the page cannot
// be in that case.
func (r *resolver) id(c *Cite) {
	if r.lastCite < 0 {
		return
	}
	prev := &r.cites[r.lastCite]
	if prev.Resource == 0 {
		return
	}
	if full := &r.cites[r.fullAt[prev.Resource]]; full.Kind == "full" && !pagePlausible(full.Groups["page"], c.PinCite) {
		return
	}
	c.Resource, c.norm = prev.Resource, prev.norm
}

// pagePlausible reports whether the first number of a pin cite can be a page
// of a case that begins at first.
func pagePlausible(first, pin string) bool {
	begin, err := strconv.Atoi(first)
	if err != nil || strings.ContainsAny(pin, "¶*") {
		return true
	}
	at := strings.IndexFunc(pin, func(r rune) bool { return r >= '0' && r <= '9' })
	if at < 0 || strings.Contains(pin[:at], "n.") {
		return true
	}
	page, err := strconv.Atoi(pin[at:digitsEnd(pin, at)])
	return err != nil || page >= begin && page <= begin+maxOpinionPages
}

// tooCommon are parties of so many cases that the name says nothing.
var tooCommon = map[string]bool{
	"united states": true, "u.s.": true, "state": true, "commonwealth": true, "people": true, "the people": true, "government": true,
	"united states of america": true, "city": true, "county": true, "in": true, "corp.": true, "the": true, "state of": true, "u. s.": true,
	"us": true, "usa": true, "america": true, "court": true, "town": true, "board": true, "matter": true, "city of": true,
}

func referable(name string) bool { return len(name) > 2 && !tooCommon[name] && !isStateName(name) }

func isStateName(name string) bool {
	_, ok := stateOf[titleCase(name)]
	return ok
}

// addReferences turns "Bivens at 122" into citations where a party of an
// earlier full citation stands before "at", and puts all in order.
func (s *citeScanner) addReferences() {
	if len(s.references) == 0 {
		return
	}
	names := map[string][]string{} // last word → names
	found := s.cites
	next := 0
	for _, at := range s.references {
		for next < len(s.cites) && s.cites[next].Start < at {
			rememberNames(names, &s.cites[next])
			next++
		}
		if c, ok := s.reference(at, names); ok && (next == 0 || s.cites[next-1].reach <= c.Start) {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b Cite) int { return cmp.Compare(a.Start, b.Start) })
	s.cites = found
}

func rememberNames(names map[string][]string, c *Cite) {
	if c.Kind != "full" {
		return
	}
	for _, name := range []string{c.Plaintiff, c.Defendant} {
		if !referable(strings.ToLower(name)) || !startsName(name) {
			continue
		}
		last := name[strings.LastIndexByte(name, ' ')+1:]
		if !slices.Contains(names[last], name) {
			names[last] = append(names[last], name)
		}
	}
}

// reference reads a bare case name before the "at" at offset at.
func (s *citeScanner) reference(at int, names map[string][]string) (Cite, bool) {
	t := s.text
	end := trimSpaceBefore(t, at)
	_, last := wordBefore(t, end)
	for _, name := range names[last] {
		start := end - len(name)
		if start < 0 || t[start:end] != name || isAlnumBefore(t, start) {
			continue
		}
		pinEnd := s.pin(end)
		if pinEnd <= at {
			continue
		}
		return Cite{
			Kind: "reference", Start: start, End: pinEnd, Text: t[start:pinEnd], reach: pinEnd,
			Groups: map[string]string{}, PinCite: oneLine(t[at:pinEnd]), Plaintiff: name,
		}, true
	}
	return Cite{}, false
}
