package cite

import (
	"strconv"
	"strings"

	"dossier/internal/lex"
)

// maxOpinionPages is the most pages a pin cite may lie after the first page of
// its case; "Id. at 900" after "528 U.S. 495" refers to something else.
const maxOpinionPages = 300

// maxNamed bounds how many cases one word of a name is remembered for; more
// have nothing to tell apart.
const maxNamed = 200

// resolver gives each citation the number of the authority it refers to.
type resolver struct {
	cites    []Citation
	fullAt   []int            // resource → index of its first full citation; 0 is unused
	byKey    map[string]int   // canonical citation → resource
	byVolume map[string][]int // volume and reporter → indexes of full citations, one for each resource
	byWord   map[string][]int // word of a case name in lower case → the same
	names    nameKeys
	lastCite int // index of the citation that an "id." refers to, -1 if none
}

// resolve numbers the authorities and links the kinds that refer to full
// citations, in the order of the text.
func (s *scanner) resolve() {
	r := resolver{
		byKey: map[string]int{}, byVolume: map[string][]int{}, byWord: map[string][]int{},
		lastCite: -1, cites: s.cites, fullAt: []int{0}, names: s.names,
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
	case c.Kind == Short:
		r.refer(c, r.short(c))
	case c.Kind == Supra, c.Kind == Reference:
		r.refer(c, r.only(r.named(c.Plaintiff)))
	case c.Kind == ID:
		r.refer(c, r.id(c))
	}
	r.lastCite = i
}

// refer links c to the citation with index hit, -1 for none.
func (r *resolver) refer(c *Citation, hit int) {
	if hit < 0 {
		return
	}
	c.Resource = r.cites[hit].Resource
	c.Norm = r.cites[r.fullAt[c.Resource]].Norm
	if c.Kind == ID {
		c.Norm = r.cites[hit].Norm
	}
}

// full gives a full citation its number; a parallel citation has the number of
// the one before it.
func (r *resolver) full(i int) {
	c := &r.cites[i]
	blank := c.Kind == Full && c.Groups["page"] == "" // "528 U.S. ___" may be any case
	id, known := r.byKey[c.key]
	switch {
	case c.parallel && i > 0 && !known:
		id = r.cites[i-1].Resource
	case !known || blank:
		id = len(r.fullAt)
		r.fullAt = append(r.fullAt, i)
	}
	if !blank {
		r.byKey[c.key] = id
	}
	c.Resource = id
	volume := c.Groups["volume"] + " " + c.Reporter
	r.byVolume[volume] = r.remember(r.byVolume[volume], i)
	r.rememberName(i, c.Plaintiff)
	r.rememberName(i, c.Defendant)
}

// remember adds the citation i to hits unless its resource is there.
func (r *resolver) remember(hits []int, i int) []int {
	if len(hits) >= maxNamed {
		return hits
	}
	for _, h := range hits {
		if r.cites[h].Resource == r.cites[i].Resource {
			return hits
		}
	}
	return append(hits, i)
}

func (r *resolver) rememberName(i int, name string) {
	if !r.names.referable(name) {
		return
	}
	for w := range strings.FieldsSeq(r.names.key(name)) {
		r.byWord[w] = r.remember(r.byWord[w], i)
	}
}

// named returns full citations, one for each resource, of cases with a party
// called name. Words on the left that are not of the name are dropped: "the
// majority in Smith".
func (r *resolver) named(name string) []int {
	words := strings.Fields(r.names.key(name))
	for len(words) > 0 {
		key := strings.Join(words, " ")
		if !r.names.referable(key) {
			return nil
		}
		if hits := r.partyHas(r.byWord[words[len(words)-1]], key); len(hits) > 0 {
			return hits
		}
		words = words[1:]
	}
	return nil
}

// partyHas returns those of hits that have a party whose name is key, else
// those that have one with key in its name.
func (r *resolver) partyHas(hits []int, key string) []int {
	var same, within []int
	for _, i := range hits {
		for _, party := range []string{r.cites[i].Plaintiff, r.cites[i].Defendant} {
			if party = r.names.key(party); party == key {
				same = append(same, i)
			} else if strings.Contains(" "+party+" ", " "+key+" ") {
				within = append(within, i)
			}
		}
	}
	if len(same) > 0 {
		return same
	}
	return within
}

// short returns the full citation of the volume that c refers to. If several
// cases are in the volume, the name before c must decide, or the page.
func (r *resolver) short(c *Citation) int {
	hits := r.byVolume[c.Groups["volume"]+" "+c.Reporter]
	if hit := r.only(hits); hit >= 0 {
		return hit
	}
	if c.Plaintiff != "" {
		key := r.names.key(c.Plaintiff)
		var named []int
		for _, i := range hits {
			if alike(r.names.key(r.cites[i].Plaintiff), key) || alike(r.names.key(r.cites[i].Defendant), key) {
				named = append(named, i)
			}
		}
		if hit := r.only(named); hit >= 0 {
			return hit
		}
	}
	var possible []int
	for _, i := range hits {
		if pagePlausible(r.cites[i].Groups["page"], c.PinCite) {
			possible = append(possible, i)
		}
	}
	return r.only(possible)
}

// alike reports whether one name is a part of the other.
func alike(name, key string) bool {
	return name != "" && (strings.Contains(name, key) || strings.Contains(key, name))
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

// id returns the citation before c, unless that refers to nothing known or the
// page cannot be in its case.
func (r *resolver) id(c *Citation) int {
	if r.lastCite < 0 || r.cites[r.lastCite].Resource == 0 {
		return -1
	}
	full := &r.cites[r.fullAt[r.cites[r.lastCite].Resource]]
	if full.Kind == Full && !pagePlausible(full.Groups["page"], c.PinCite) {
		return -1
	}
	return r.lastCite
}

// pagePlausible reports whether the first number of a pin cite can be a page
// of a case that begins at first.
func pagePlausible(first, pin string) bool {
	begin, err := strconv.Atoi(first)
	if err != nil || strings.ContainsAny(pin, "¶*[§") || strings.Contains(pin, "para") {
		return true
	}
	at := strings.IndexFunc(pin, func(r rune) bool { return r >= '0' && r <= '9' })
	if at < 0 || strings.Contains(pin[:at], "n") {
		return true
	}
	page, err := strconv.Atoi(pin[at:lex.DigitsEnd(pin, at)])
	return err != nil || page >= begin && page <= begin+maxOpinionPages
}
