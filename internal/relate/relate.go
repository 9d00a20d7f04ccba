// Package relate states what holds between the entities of one document, and
// shows the words that prove it.
//
// Typed relations come from patterns that legal documents keep to: docket sheets,
// captions, signature blocks, preambles of contracts, headers of mail,
// appositions, stamps of filing. Where a docket sheet lists the parties, its list
// is the court's own and nothing else is believed of parties and counsel. A
// role belongs to a party in a case, so role relations name the case, the
// docket number of the document's own caption. Where that has parties and no
// number, the case is known by its title (see [WithCase]); where there is no
// caption, relations that need a case are left out rather than invented. Weighted
// co-mentions add which persons, organisations and courts are named in the
// same sentences: a hint, not a fact.
//
// Every relation carries its proof: Evidence is exactly text[Start:End]. Method
// names the rule that found it.
// Confidence says how far the pattern can be trusted, measured by eye on real
// documents, and is no probability. Find is pure and deterministic.
package relate

import (
	"cmp"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/sentence"
)

// Version changes whenever the same document would yield other relations;
// cached results of other versions are stale.
const Version = "5"

// Find returns the relations of a document, sorted by kind, from, to and
// start. There is at most one per kind, ends, case and role: the one with the
// best evidence. Ends are keys of the entities. Mentions must be those that the
// entities were resolved from; a case without a number is among them if
// [WithCase] has added it; meta is what the file says of itself ("from",
// "to" of a mail).
func Find(text string, pages []dossier.PageSpan, mentions []dossier.Mention, entities []dossier.DocumentEntity, meta map[string]string) []dossier.Relation {
	f := newFinder(text, pages, mentions, entities)
	f.meta = meta
	f.setRule(sheetRule)
	if f.docketSheet() {
		f.filedIn()
	} else {
		f.apply(caseRules)
	}
	f.apply(otherRules)
	return f.relations()
}

// place is a mention with the entity it belongs to.
type place struct {
	start, end int
	key        string
	typ        dossier.MentionType
	role       string
}

// finder collects the relations of one document.
type finder struct {
	text      string
	pages     []dossier.PageSpan
	places    []place // in order of start; overlapping ones by decreasing length
	entities  []dossier.DocumentEntity
	sentences []sentence.Span
	roles     [][]int // spans of role phrases, in order
	docket    *place  // the document's own case, nil if it names none
	adversary *place  // the proceeding inside it that a caption is read for
	method    string  // of the rule that is reading
	found     map[identity]dossier.Relation
	parties   []party // in order of discovery, with each role once
	known     map[[2]string]bool
	meta      map[string]string  // what the file says of itself
	sides     map[string][]place // of a role phrase in lower case: its parties
}

// identity is what makes two findings one relation.
type identity struct {
	kind            dossier.RelationKind
	from, to, case_ string
	role            string
}

func newFinder(text string, pages []dossier.PageSpan, mentions []dossier.Mention, entities []dossier.DocumentEntity) *finder {
	f := &finder{
		text: text, pages: pages, entities: entities,
		sentences: sentence.Split(text), roles: findRoles(text), found: map[identity]dossier.Relation{},
		known: map[[2]string]bool{}, sides: map[string][]place{},
	}
	for _, e := range entities {
		for _, i := range e.Mentions {
			if i < 0 || i >= len(mentions) {
				continue
			}
			m := mentions[i]
			if m.Start >= 0 && m.Start < m.End && m.End <= len(text) {
				f.places = append(f.places, place{m.Start, m.End, e.Key, e.Type, m.Role})
			}
		}
	}
	slices.SortFunc(f.places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(a.key, b.key))
	})
	if f.docket = f.ownDocket(); f.docket == nil {
		f.docket = f.titledCase()
	}
	return f
}

// head is how much of a document its caption and its preamble are looked for
// in, in bytes.
const head = 6000

// ownDocket finds the case that the document belongs to: of the docket numbers
// in its head the one it repeats most, as pages of filings do, else the first.
// The number that the case bore in the court below is not its own.
func (f *finder) ownDocket() *place {
	counts := map[string]int{}
	for _, p := range f.places {
		if p.typ == dossier.Docket {
			counts[p.key]++
		}
	}
	best := -1
	for i, p := range f.places {
		if p.start >= head {
			break
		}
		if p.typ == dossier.Docket && !f.below(p.start) && (best < 0 || counts[p.key] > counts[f.places[best].key]) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	return &f.places[best]
}

// belowRE matches words that speak of the court below.
var belowRE = regexp.MustCompile(`(?i)appeals?\s+from|certiorari\s+to|review\s+of|originating|\b(?:USDC|DC|district|agency)\s+(?:court\s+)?(?:case|docket|no\b)`)

// belowReach is how far such words reach, in bytes.
const belowReach = 200

// below reports whether what stands at the offset is of the court below.
func (f *finder) below(at int) bool {
	return belowRE.MatchString(f.text[runeStart(f.text, max(0, at-belowReach)):at])
}

// caseKey returns the key of the document's own case, or "".
func (f *finder) caseKey() string {
	if f.docket == nil {
		return ""
	}
	return f.docket.key
}

// state records a relation with its proof at [start, end). Of several proofs
// the most trusted stays, then the shortest, then the first.
func (f *finder) state(r dossier.Relation, start, end int) {
	if r.From == r.To || r.From == "" || r.To == "" {
		return
	}
	r.Start, r.End, r.Evidence = start, end, f.text[start:end]
	r.Page, r.Method = dossier.PageAt(f.pages, start), f.method
	id := identity{r.Kind, r.From, r.To, r.Case, r.Role}
	before, ok := f.found[id]
	if !ok || better(r, before) {
		f.found[id] = r
	}
}

func better(a, b dossier.Relation) bool {
	return cmp.Or(
		cmp.Compare(a.Confidence, b.Confidence),
		cmp.Compare(b.End-b.Start, a.End-a.Start),
		cmp.Compare(b.Start, a.Start),
	) > 0
}

// relations returns what was found, sorted.
func (f *finder) relations() []dossier.Relation {
	hasRole := map[[2]string]bool{}
	for _, r := range f.found {
		if r.Kind == dossier.PartyInCase && r.Role != "" {
			hasRole[[2]string{r.From, r.To}] = true
		}
	}
	out := make([]dossier.Relation, 0, len(f.found))
	for _, r := range f.found {
		if r.Kind == dossier.PartyInCase && r.Role == "" && hasRole[[2]string{r.From, r.To}] {
			continue // a title adds nothing to a role
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b dossier.Relation) int {
		return cmp.Or(
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To),
			cmp.Compare(a.Start, b.Start), cmp.Compare(a.Case, b.Case), cmp.Compare(a.Role, b.Role),
		)
	})
	return out
}

// within returns the places that lie in [start, end), in order.
func (f *finder) within(start, end int) []place {
	i, _ := slices.BinarySearchFunc(f.places, start, func(p place, at int) int { return cmp.Compare(p.start, at) })
	j := i
	for j < len(f.places) && f.places[j].start < end {
		j++
	}
	return slices.DeleteFunc(slices.Clone(f.places[i:j]), func(p place) bool { return p.end > end })
}

// actors returns the persons and organisations in [start, end) that do not lie
// inside one another.
func (f *finder) actors(start, end int) []place {
	var out []place
	for _, p := range f.within(start, end) {
		if p.typ != dossier.Person && p.typ != dossier.Org {
			continue
		}
		if len(out) > 0 && p.start < out[len(out)-1].end {
			continue
		}
		out = append(out, p)
	}
	return out
}

// runeStart moves an offset back to the start of a character.
func runeStart(text string, at int) int {
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	return at
}
