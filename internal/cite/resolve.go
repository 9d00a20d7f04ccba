package cite

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// maxOpinionPages is the most pages a pin cite may lie after the first page of
// its case; "Id. at 900" after "528 U.S. 495" refers to something else.
const maxOpinionPages = 300

// maxNamed bounds how many cases one word of a name or one volume is
// remembered for; more have nothing to tell apart.
const maxNamed = 200

// resolver gives each citation the number of the authority it refers to.
type resolver struct {
	cites    []Citation
	links    []link
	fullAt   []int            // resource → index of the citation that named it first; 0 is unused
	pages    [][]int          // resource → indexes of its citations by different reporters
	byKey    map[string]int   // canonical citation → resource
	byVolume map[string][]int // volume and reporter → indexes of full citations, one for each resource
	byWord   map[string][]int // word of a case name in lower case → the same
	names    nameKeys
}

// resolve numbers the authorities and links the kinds that refer to full
// citations, in the order of the text.
func resolve(text string, cites []Citation, names nameKeys) {
	r := resolver{
		byKey: map[string]int{}, byVolume: map[string][]int{}, byWord: map[string][]int{}, names: names,
		cites: cites, links: order(text, cites), fullAt: []int{0}, pages: [][]int{nil},
	}
	for i := range cites {
		c := &cites[i]
		switch c.Kind {
		case Short:
			r.refer(c, r.short(c))
		case Supra, Reference:
			r.refer(c, r.supra(c))
		case ID:
			r.id(i)
		case Unknown:
		default:
			r.full(i)
		}
	}
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

// number returns the resource of a key and makes it one that the citation i
// names first if it is new.
func (r *resolver) number(key string, i int) int {
	id, known := r.byKey[key]
	if !known {
		id = len(r.fullAt)
		r.fullAt = append(r.fullAt, i)
		r.pages = append(r.pages, nil)
		r.byKey[key] = id
	}
	return id
}

// full gives a full citation its number; a parallel citation has the number of
// the one before it.
func (r *resolver) full(i int) {
	c := &r.cites[i]
	known, seen := r.byKey[c.key]
	switch {
	case c.parallel && !seen:
		c.Resource = r.cites[i-1].Resource
		r.byKey[c.key] = c.Resource
	case c.parallel && known != r.cites[i-1].Resource && r.isNewest(i-1):
		r.merge(i-1, known)
		c.Resource = known
	default:
		c.Resource = r.number(c.key, i)
	}
	r.rememberPage(i)
	volume := volumeKey(c)
	r.byVolume[volume] = r.remember(r.byVolume[volume], i)
	r.rememberName(i, c.Plaintiff)
	r.rememberName(i, c.Defendant)
	r.rememberName(i, c.Groups["author"])
}

func volumeKey(c *Citation) string { return c.Groups["volume"] + " " + c.Reporter }

// rememberPage adds the citation i to those of its authority if it is the first
// one by its reporter.
func (r *resolver) rememberPage(i int) {
	c := &r.cites[i]
	known := r.pages[c.Resource]
	same := func(k int) bool { return r.cites[k].Reporter == c.Reporter }
	if len(known) < maxParallel && !slices.ContainsFunc(known, same) {
		r.pages[c.Resource] = append(known, i)
	}
}

// isNewest reports whether the authority of the citation i was named last of
// all, by i or the parallel citations right before it.
func (r *resolver) isNewest(i int) bool {
	id := r.cites[i].Resource
	first := i
	for first > 0 && first > i-maxParallel && r.cites[first].parallel {
		first--
	}
	return id == len(r.fullAt)-1 && r.fullAt[id] == first
}

// merge gives the authority that the citation i named the number that its
// parallel citation had before: "207 A.2d 542 … 44 N.J. 151, 207 A.2d 542".
func (r *resolver) merge(i, id int) {
	newest := r.cites[i].Resource
	r.fullAt, r.pages = r.fullAt[:newest], r.pages[:newest]
	for ; i >= 0 && r.cites[i].Resource == newest; i-- {
		r.cites[i].Resource = id
		r.byKey[r.cites[i].key] = id
		r.rememberPage(i)
	}
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
		c := &r.cites[i]
		best := 0
		for _, party := range [...]string{c.Plaintiff, c.Defendant, c.Groups["author"]} {
			if party = r.names.key(party); party == key {
				best = 2
			} else if hasWords(party, key) {
				best = max(best, 1)
			}
		}
		switch best {
		case 2:
			same = append(same, i)
		case 1:
			within = append(within, i)
		}
	}
	if len(same) > 0 {
		return same
	}
	return within
}

// hasWords reports whether the words of key stand in name.
func hasWords(name, key string) bool {
	at := strings.Index(name, key)
	return key != "" && at >= 0 && (at == 0 || name[at-1] == ' ') && (at+len(key) == len(name) || name[at+len(key)] == ' ')
}

// supra returns the full citation of the case that a name stands for. If there
// are several, the page must decide.
func (r *resolver) supra(c *Citation) int {
	hits := r.named(c.Plaintiff)
	if hit := r.only(hits); hit >= 0 {
		return hit
	}
	return r.only(slices.DeleteFunc(hits, func(i int) bool { return !r.holds(r.cites[i].Resource, c.PinCite) }))
}

// short returns the full citation of the volume that c refers to. If several
// cases are in the volume, the name before c must decide, or the page.
func (r *resolver) short(c *Citation) int {
	hits := r.byVolume[volumeKey(c)]
	called := r.named(c.Plaintiff)
	if len(called) > 0 {
		called = r.shared(hits, called)
		if len(called) == 0 {
			return -1 // the name is that of a case in another volume
		}
		if hit := r.only(called); hit >= 0 {
			return hit
		}
		hits = called
	}
	return r.onPage(hits, c.PinCite)
}

// shared returns those of hits whose authority is among called.
func (r *resolver) shared(hits, called []int) []int {
	var both []int
	for _, i := range hits {
		if slices.ContainsFunc(called, func(k int) bool { return r.cites[k].Resource == r.cites[i].Resource }) {
			both = append(both, i)
		}
	}
	return both
}

// onPage returns the citation of the case that the page of a pin cite is in.
// The cases of a volume follow each other: it is the last one that begins at
// the page or before it. Two that begin there may both be meant.
func (r *resolver) onPage(hits []int, pin string) int {
	page, ok := firstPage(pin)
	if !ok {
		return r.only(hits)
	}
	best, begin, tied := -1, -1, false
	for _, i := range hits {
		first, known := r.beginsAt(i)
		switch {
		case !known:
			return r.only(hits)
		case first > page || page > first+maxOpinionPages || first < begin:
		case first == begin:
			tied = true
		default:
			best, begin, tied = i, first, false
		}
	}
	if tied {
		return -1
	}
	return best
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

// id links an "id." to the citation before it, unless that is one of several,
// refers to nothing known or cannot have the page.
func (r *resolver) id(i int) {
	c := &r.cites[i]
	last := r.links[i].prev
	if last < 0 {
		last = r.links[i].within // "Smith, 1 U.S. 1 (see id. at 3)"
	}
	joined := r.links[i].joined
	for last >= 0 && r.links[last].aside {
		joined = false
		last = r.links[last].prev
	}
	if last < 0 || r.cites[last].Resource == 0 {
		return
	}
	if section := pinnedSection(c.PinCite); section != "" {
		if r.sectioned(last).Groups["section"] != "" && (joined || r.isOneLaw(last)) {
			r.otherSection(i, last, section)
		}
		return
	}
	if !joined && r.isOneOfMany(last) {
		return
	}
	if r.holds(r.cites[last].Resource, c.PinCite) {
		r.refer(c, last)
	}
}

// isOneOfMany reports whether the citation i is in a string with others of
// another authority.
func (r *resolver) isOneOfMany(i int) bool {
	for k := i; r.links[k].joined; {
		k = r.links[k].prev
		if !r.links[k].aside && r.cites[k].Resource != r.cites[i].Resource {
			return true
		}
	}
	return false
}

// isOneLaw reports whether all members of the string that ends with the
// citation i are sections of one law.
func (r *resolver) isOneLaw(i int) bool {
	law := r.sectioned(i).law()
	for k := i; r.links[k].joined; {
		k = r.links[k].prev
		if r.cites[k].Resource == 0 || r.sectioned(k).law() != law {
			return false
		}
	}
	return true
}

// sectioned returns the citation that first named the authority of the citation
// i. It has a section if "id. § 1985" may be another section of the same law.
func (r *resolver) sectioned(i int) *Citation { return &r.cites[r.fullAt[r.cites[i].Resource]] }

// law returns what the key of a law has before the section.
func (c *Citation) law() string {
	return strings.TrimSuffix(c.key, plainDash(c.Groups["section"]))
}

// pinnedSection returns the section of "§ 1985(3)", with its subsections.
func pinnedSection(pin string) string {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(pin, "at "), "§")
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, "§ ")
	return rest[:subsectionsEnd(rest, sectionEnd(rest, 0))]
}

// otherSection links "id. § 1985(3)" to that section of the law of the
// citation last, which the text may cite here only.
func (r *resolver) otherSection(i, last int, section string) {
	c := &r.cites[i]
	law := r.sectioned(last).law()
	c.Groups["section"] = section[:sectionEnd(section, 0)]
	c.key = law + plainDash(c.Groups["section"])
	c.Norm = law + section
	c.Resource = r.number(c.key, i)
}

func plainDash(s string) string { return strings.ReplaceAll(s, "–", "-") }

// holds reports whether an authority can have the first page of a pin cite, by
// the pages of one of its parallel citations.
func (r *resolver) holds(resource int, pin string) bool {
	indexes := r.pages[resource]
	star := strings.Contains(pin, "*")
	page, ok := firstPage(pin)
	if !star && !ok || len(indexes) == 0 || !r.cites[indexes[0]].isCase() {
		return true
	}
	for _, i := range indexes {
		begin, printed := r.beginsAt(i)
		switch {
		case !printed:
			return true
		case star:
		case begin <= page && page <= begin+maxOpinionPages:
			return true
		}
	}
	return false
}

// beginsAt returns the page on which a case begins in its reporter. The
// numbers of electronic services and of courts are no pages.
func (r *resolver) beginsAt(i int) (page int, printed bool) {
	c := &r.cites[i]
	if c.Kind != Full || lex.YearOf(c.Groups["volume"]) > 0 {
		return 0, false
	}
	page, err := strconv.Atoi(c.Groups["page"])
	return page, err == nil
}

// firstPage returns the first page of a pin cite; ok is false if it has none:
// "¶ 12", "*4", "[72]", "n.4".
func firstPage(pin string) (page int, ok bool) {
	if strings.ContainsAny(pin, "¶*[§") || strings.Contains(pin, "para") {
		return 0, false
	}
	at := strings.IndexAny(pin, "0123456789")
	if at < 0 || strings.Contains(pin[:at], "n") {
		return 0, false
	}
	page, err := strconv.Atoi(pin[at:lex.DigitsEnd(pin, at)])
	return page, err == nil
}
