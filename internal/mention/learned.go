package mention

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cite"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/mention/court"
	"github.com/dossier-legal/dossier/internal/mention/scan"
	"github.com/dossier-legal/dossier/internal/tagger"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// masks are what the learned tagger calls the mentions of the scanners. Courts
// are not among them: it reads them itself.
var masks = map[dossier.MentionType]tagger.Kind{
	dossier.Citation: tagger.Citation, dossier.Statute: tagger.Statute, dossier.Date: tagger.Date, dossier.Money: tagger.Money,
	dossier.Docket: tagger.Docket, dossier.Phone: tagger.Contact, dossier.Email: tagger.Contact,
}

// Mask returns what the scanners find in a text, as the learned tagger takes
// it. It learned and reads with the same mask.
func Mask(text string) []tagger.Span {
	cites := cite.Find(text)
	return taggerMask(dropOverlaps(slices.Concat(citeMentions(text, cites), scan.Find(text))), cites)
}

// taggerMask turns mentions of the scanners and the extents of citations into
// spans in order, without overlap.
func taggerMask(found []dossier.Mention, cites []cite.Citation) []tagger.Span {
	spans := make([]tagger.Span, 0, len(found)+len(cites))
	for i := range cites {
		start, end := cites[i].Extent()
		spans = append(spans, tagger.Span{Start: start, End: end, Kind: tagger.Citation})
	}
	for i := range found {
		if kind, ok := masks[found[i].Type]; ok {
			spans = append(spans, tagger.Span{Start: found[i].Start, End: found[i].End, Kind: kind})
		}
	}
	slices.SortStableFunc(spans, func(a, b tagger.Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	merged := spans[:0]
	for _, s := range spans {
		if n := len(merged); n > 0 && s.Start < merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, s.End)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// learnedMethod is the method of mentions that the learned tagger found.
const learnedMethod = "tagger:learned"

var learnedTypes = map[tagger.Type]dossier.MentionType{
	tagger.Person: dossier.Person, tagger.Org: dossier.Org, tagger.Location: dossier.Location, tagger.Court: dossier.Court,
}

// addLearned records the learned names whose words no scanner or rule has
// taken.
func (t *rules) addLearned(names []tagger.Entity) {
	at := 0
	for _, n := range names {
		for at < len(t.tokens) && t.tokens[at].end <= n.Start {
			at++
		}
		end := at
		for end < len(t.tokens) && t.tokens[end].start < n.End {
			end++
		}
		if end == at || t.taken(at, end) || n.Score < surely {
			continue
		}
		t.apart(learned{learnedTypes[n.Type], at, end, n.Score, learnedRule}, t.addSettled)
	}
}

// learned is a name that the tagger found, while the rules bring it to what the
// words at its ends demand: tokens from up to end.
type learned struct {
	typ       dossier.MentionType
	from, end int
	score     float64
	rules     string // the names of those that changed it
}

// addSettled records a learned name in the bounds that its ends demand.
func (t *rules) addSettled(n learned) {
	if n.typ != dossier.Court && !t.taken(n.from, n.end) && t.peopleInColumn(n) {
		return
	}
	n = t.settle(n)
	for n.end-n.from > 1 && t.at(n.end-1).class == other && strings.IndexByte("),;:]", t.at(n.end-1).mark) >= 0 {
		n.end--
	}
	for n.end-n.from > 1 && t.used(n.from) || n.end > n.from && t.at(n.from).class == other {
		n.from++ // what was taken by another name
	}
	if n.typ == dossier.Person && n.score < surelyUnknown && t.unknownWord(n.from, n.end) {
		return
	}
	if n.from < n.end && !t.taken(n.from, n.end) && !t.noName(n.typ, n.from, n.end) {
		t.addParts(n)
	}
}

// unknownWord reports whether a person is named by one word that no list of names
// has and that nothing around it makes a name.
func (t *rules) unknownWord(from, end int) bool {
	first := t.at(from)
	listed := from > 1 && t.at(from-1).key == "and" && t.types[from-2] == dossier.Person // "Hale and Vane"
	return end-from == 1 && first.flags&(nameWord|firstName) == 0 && !listed && !t.signed(from) && !t.personTitleBefore(from) && !t.isSurname(first)
}

// boundsRules bring the bounds and the type of a learned name to what the words at
// its ends demand. They run in order, each on what the ones before it made.
var boundsRules = []struct {
	name string
	then func(t *rules, n learned) learned
}{
	{"company-ending", (*rules).takeEnding},        // "Bard" before ", Inc." is a company's
	{"initials-of-company", (*rules).takeInitials}, // "C. R. Bard, Inc."
	{"end-of-line", (*rules).keepLine},             // a list has a name on each line
	{"line-before", (*rules).takeLineBefore},       // "Technologies, Inc." is the end of a name
	{"words-after", (*rules).dropAfter},            // "Roe Statement", "Halden Employees"
	{"generation", (*rules).takeGeneration},        // ", Jr."
	{"titles", (*rules).dropTitles},                // "Judge Roe", "Roe U.S. Secretary"
	{"short-first-name", (*rules).takeGiven},       // "Wm. Roe"
	{"trade-name", (*rules).asTradeName},           // "HaldenWorks", "Macy's", "Halden-Bank"
	{"ends-as-company", (*rules).asCompany},        // a person's name ends in "Inc."
	{"state-company", (*rules).takeState},          // "State Quill" is no person of a state
	{"longer-place", (*rules).takePlace},           // "Kansas City"
	{"newspaper", (*rules).takeNewspaper},          // "New York Post"
	{"embassy", (*rules).asEmbassy},                // "Russian Embassy"
	{"nation-of-body", (*rules).takeNation},        // "Russian Ministry of Roads"
	{"country-by-initials", (*rules).asCountry},    // "P.R. China"
	{"building", (*rules).asBuilding},              // "Trump Tower"
	{"letter-of-heading", (*rules).dropLetter},     // "A. St. Pierre's Claim"
	{"area-of", (*rules).takeArea},                 // "State of" belongs to "Maine"
}

// settle runs the rules of bounds.
func (t *rules) settle(n learned) learned {
	for i := range boundsRules {
		was := n
		if n = boundsRules[i].then(t, n); n != was {
			n.rules = then(n.rules, boundsRules[i].name)
		}
	}
	return n
}

func (t *rules) takeEnding(n learned) learned {
	if n.typ != dossier.Person && n.typ != dossier.Org {
		return n
	}
	k := n.end
	if t.isMark(k, ',') {
		k++
	}
	if t.joined(k) && t.isSuffix(k) && t.at(k).key != "company" {
		n.end, n.typ = t.moreSuffixes(k+1), dossier.Org
	}
	return n
}

func (t *rules) takeInitials(n learned) learned {
	for n.typ == dossier.Org && n.from > 0 && t.joined(n.from) && t.at(n.from-1).class == initial && t.isSuffix(n.end-1) {
		n.from--
	}
	if first := t.at(n.from); n.typ == dossier.Org && n.from > 0 && !lex.IsAlnumAt(t.text, first.start) && first.class == initial && !t.used(n.from-1) {
		n.from-- // the word before a letter in quotation marks: "Toys "R" Us, Inc."
	}
	return n
}

func (t *rules) keepLine(n learned) learned {
	n.from, n.end = t.inLine(n.typ, n.from, n.end)
	return n
}

func (t *rules) takeLineBefore(n learned) learned {
	if n.typ == dossier.Org {
		n.from = t.wholeFrom(n.from, n.end)
	}
	return n
}

func (t *rules) dropAfter(n learned) learned {
	n.end = t.trimmed(n.typ, n.from, n.end)
	return n
}

func (t *rules) takeGeneration(n learned) learned {
	if n.typ == dossier.Person {
		n.end = t.withSuffix(n.end)
	}
	return n
}

func (t *rules) dropTitles(n learned) learned {
	if n.typ == dossier.Person {
		n.from, n.end = t.withoutTitles(n.from, n.end)
	}
	return n
}

func (t *rules) takeGiven(n learned) learned {
	if n.typ != dossier.Person && n.typ != dossier.Location {
		return n
	}
	if given := t.withGiven(n.from); given < n.from {
		n.from, n.typ = given, dossier.Person
	}
	return n
}

func (t *rules) asTradeName(n learned) learned {
	if n.typ != dossier.Person {
		return n
	}
	first, single := t.at(n.from), n.end-n.from == 1
	_, part, hyphen := strings.Cut(first.key, "-")
	switch {
	case single && first.flags&nameWord == 0 && isCamel(t.text[first.start:first.end]),
		strings.HasSuffix(t.at(n.end-1).key, "'s"),
		hyphen && single && orgHeads[part]:
		n.typ = dossier.Org
	}
	return n
}

func (t *rules) asCompany(n learned) learned {
	if n.typ == dossier.Person && n.end-n.from > 1 && t.isSuffix(n.end-1) {
		n.typ = dossier.Org
	}
	return n
}

func (t *rules) takeState(n learned) learned {
	prev := t.at(n.from - 1)
	if n.typ == dossier.Person && n.end-n.from == 1 && prev.key == "state" && prev.isName() && t.joined(n.from) {
		n.from, n.typ = n.from-1, dossier.Org
		t.memory.note(t.phrase(n.from, n.end), 2, dossier.Org)
	}
	return n
}

func (t *rules) takePlace(n learned) learned {
	if n.typ == dossier.Location {
		n.end = max(n.end, t.knownPlace(n.from))
	}
	return n
}

func (t *rules) takeNewspaper(n learned) learned {
	next := t.at(n.end)
	if n.typ == dossier.Location && t.joined(n.end) && next.class == title && newspapers[next.key] && (!t.joined(n.end+1) || !t.at(n.end+1).isName()) {
		n.end, n.typ = n.end+1, dossier.Org
	}
	return n
}

func (t *rules) asEmbassy(n learned) learned {
	if head := t.at(n.end - 1).key; n.typ == dossier.Location && n.end-n.from > 1 && (head == "embassy" || head == "consulate") {
		n.typ = dossier.Org
	}
	return n
}

func (t *rules) takeNation(n learned) learned {
	prev, first := t.at(n.from-1), t.at(n.from)
	if n.typ == dossier.Org && t.joined(n.from) && nations[prev.key] && prev.isName() && first.class == title && orgOf[first.key] {
		n.from--
	}
	return n
}

func (t *rules) asCountry(n learned) learned {
	if n.typ == dossier.Person && t.at(n.from).class == initial && countries[t.phrase(n.from, n.end)] {
		n.typ = dossier.Location
	}
	return n
}

func (t *rules) asBuilding(n learned) learned {
	if n.typ != dossier.Location && n.end-n.from > 1 && t.isBuilding(n.from, n.end) {
		n.typ = dossier.Location
	}
	return n
}

// dropLetter drops the letter of a heading or of a part: "A. St. Pierre's Claim",
// "Schedule B. Halden shall".
func (t *rules) dropLetter(n learned) learned {
	first := t.at(n.from)
	if n.typ != dossier.Person || first.class != initial || n.end-n.from < 2 ||
		first.gap < wrapped && (!t.joined(n.from) || !letteredParts[t.at(n.from-1).key]) {
		return n
	}
	switch {
	case t.memory.knows(t.phrase(n.from+1, n.end)):
		n.from++
	case t.isShort(n.from+1, n.end):
		n.from, n.typ = n.from+1, dossier.Org
	}
	return n
}

func (t *rules) takeArea(n learned) learned {
	if n.typ != dossier.Location || n.from < 2 {
		return n
	}
	of, area := t.at(n.from-1), t.at(n.from-2)
	if t.joined(n.from) && of.key == "of" && areaOf[area.key] && area.isName() && t.joined(n.from-1) {
		n.from -= 2
	}
	return n
}

// newspapers end the names of newspapers, which begin with a town.
var newspapers = vocabulary.Set("times post tribune globe herald gazette observer chronicle inquirer")

// withGiven returns where a person's name begins that a shortened first name stands
// before, and perhaps an initial: "Wm. Roe", "Geo. W. Poe".
func (t *rules) withGiven(from int) int {
	at := from
	if at > 1 && t.joined(at) && t.at(at-1).class == initial {
		at--
	}
	if at > 0 && t.joined(at) && givenAbbreviations[t.at(at-1).key] && t.at(at-1).isName() {
		return at - 1
	}
	return from
}

// isBuilding reports whether a name is a building's: "Halden Tower", "Dry Lake
// Detention Center".
func (t *rules) isBuilding(from, end int) bool {
	last := t.at(end - 1).key
	return buildingHeads[last] || last == "center" && end-from > 2 && custody[t.at(end-2).key]
}

// inLine cuts a learned name that runs over the lines of a list. Only names in
// capitals, as captions have them, go on after a short line.
func (t *rules) inLine(typ dossier.MentionType, from, end int) (int, int) {
	for k := from + 1; k < end; k++ {
		if t.at(k).gap != parted || typ == dossier.Court || typ != dossier.Person && t.at(from).class == caps && t.at(k).class == caps {
			continue
		}
		switch {
		case typ != dossier.Org:
			return from, k
		case t.isSuffix(end-1) && t.suffixed(k) == end && t.distinct(k, end-1):
			return t.inLine(typ, k, end)
		case t.repeats(from, k, end):
			return from, k
		}
	}
	return from, end
}

// repeats reports whether tokens from up to k stand at k again.
func (t *rules) repeats(from, k, end int) bool {
	return end-k >= k-from && t.phrase(from, k) == t.phrase(k, k+k-from)
}

// trimmed returns the end of a learned name without what follows it: "owned"
// after a hyphen, "Statement" after a person, "Employees" after an organisation
// that the document knows.
func (t *rules) trimmed(typ dossier.MentionType, from, end int) int {
	if end-from > 2 && t.at(end-1).class == lower && t.isMark(end-2, '-') {
		end -= 2
	}
	for typ == dossier.Person && end-from > 1 && (paperWords[t.at(end-1).key] || t.isHonour(end-1) && t.at(from).class != caps) {
		end--
	}
	if typ == dossier.Org {
		return t.trimmedOrg(from, end)
	}
	return end
}

// knows reports whether the document has named the person before.
func (m *memory) knows(phrase string) bool {
	return m.short[phrase] == dossier.Person || m.surnames[phrase]
}

// noName reports whether the words from up to end are rather a law, a role or
// a defined term than a name.
func (t *rules) noName(typ dossier.MentionType, from, end int) bool {
	return refused(t, noNames, question{typ, from, end}) != ""
}

// noNames are the rules of what is no name.
var noNames = []refusal{
	{"law", func(t *rules, q question) bool {
		return t.isLaw(q.end) || q.typ != dossier.Person && lawHeads[t.at(q.end-1).key]
	}},
	{"nation", func(t *rules, q question) bool {
		return q.end-q.from == 1 && nations[strings.TrimSuffix(t.at(q.end-1).key, "s")]
	}},
	{"doctrine", func(t *rules, q question) bool { return q.end-q.from == 1 && t.isDoctrine(q.from) }},
	{"any-court", func(t *rules, q question) bool { return q.typ == dossier.Court && t.anyCourt(q.from, q.end) }},
	{"office-of-country", func(t *rules, q question) bool {
		return q.typ == dossier.Location && (t.isOffice(q.from, q.end) || t.at(q.end-1).key == "courthouse" && countries[t.phrase(q.from, q.end-1)])
	}},
	{"no-person", func(t *rules, q question) bool { return q.typ == dossier.Person && t.noPerson(q.from, q.end) }},
	{"contract-party", func(t *rules, q question) bool { // "Indemnifying Party"
		key := t.at(q.end - 1).key
		return q.typ == dossier.Org && q.end-q.from > 1 && (key == "party" || key == "parties") && !politics[t.at(q.end-2).key]
	}},
	{"field-of-officer", func(t *rules, q question) bool { return q.typ == dossier.Org && t.isField(q.from, q.end) }},
	{"kind-of-party", func(t *rules, q question) bool { return q.typ == dossier.Org && t.isKind(q.from, q.end) }},
	{"defined-term", func(t *rules, q question) bool {
		from := t.afterArticle(q)
		return (q.end-from > 1 || t.at(q.end-1).class == initial) && t.memory.terms[t.phrase(from, q.end)]
	}},
	{"everyday-word", func(t *rules, q question) bool {
		last := t.at(q.end - 1)
		return t.isWord(q) && (notNames[last.key] && !isPlaceName(last.key) || t.memory.terms[last.key])
	}},
	{"bare-noun", func(t *rules, q question) bool { // "the Bank"
		last := t.at(q.end - 1)
		return t.isWord(q) && q.typ != dossier.Location && orgHeads[last.key] && last.class == title && !oneWordBodies[last.key] && t.at(q.end-2).key == "the"
	}},
}

// afterArticle returns where a name of two tokens begins without its "the".
func (t *rules) afterArticle(q question) int {
	if q.end-q.from == 2 && t.at(q.from).key == "the" {
		return q.from + 1
	}
	return q.from
}

// isWord reports whether a name is one full word but for its article.
func (t *rules) isWord(q question) bool {
	return q.end-t.afterArticle(q) == 1 && t.at(q.end-1).class != initial
}

// isField reports whether an organisation's words are rather the field of an
// officer, "Director of National Intelligence", or a firm without its name.
func (t *rules) isField(from, end int) bool {
	if phrase := t.phrase(from, end); phrase == "law office" || phrase == "law offices" {
		return true
	}
	officer := t.at(from - 2)
	return t.joined(from) && t.at(from-1).key == "of" && t.joined(from-1) && fieldOf[officer.key] && officer.isName() &&
		(!t.hasHead(from, end) || officer.key == "secretary" || officer.key == "undersecretary")
}

var fieldOf = vocabulary.Set("director secretary minister undersecretary chief")

// noPerson reports whether the words from up to end are a number of a part or a
// thing, "Volume II", or a common word that nothing makes a name here.
func (t *rules) noPerson(from, end int) bool {
	return refused(t, noPersons, question{dossier.Person, from, end}) != ""
}

// noPersons are the rules of what names no person.
var noPersons = []refusal{
	{"title-alone", func(t *rules, q question) bool { return q.end-q.from == 1 && personTitles[t.at(q.from).key] }},
	{"initials-alone", func(t *rules, q question) bool { return t.onlyInitials(q.from, q.end) && !t.signed(q.from) }},
	{"case", func(t *rules, q question) bool { return t.hasVersus(q.from, q.end) }},
	{"number", func(t *rules, q question) bool {
		first := t.at(q.from)
		return strings.ContainsAny(t.text[first.start:t.at(q.end-1).end], "0123456789(") && first.key != "does"
	}},
	{"numbered-part", func(t *rules, q question) bool {
		first, last := t.at(q.from), t.at(q.end-1).key
		return q.end-q.from > 1 && notNames[first.key] && first.flags&(nameWord|firstName) == 0 && (nameSuffixes[last] || last == "i" || last == "v")
	}},
	{"owner-of-document", func(t *rules, q question) bool { // a company may be deposed, too
		return q.end-q.from == 1 && t.joined(q.end) && paperWords[t.at(q.end).key] && t.at(q.end).isName() && !t.memory.knows(t.at(q.from).key)
	}},
	{"everyday-word", func(t *rules, q question) bool {
		first := t.at(q.from)
		return q.end-q.from == 1 && first.flags&commonWord != 0 && first.flags&(nameWord|firstName) == 0 && first.class == title &&
			!t.signed(q.from) && !t.personTitleBefore(q.from) && !t.isSurname(first)
	}},
}

// hasVersus reports whether a "v." stands among tokens from up to end, after the
// first.
func (t *rules) hasVersus(from, end int) bool {
	for k := from + 1; k < end; k++ {
		if t.at(k).key == "v" && t.at(k).class == lower {
			return true
		}
	}
	return false
}

// onlyInitials reports whether a person's name has no word: "C.J."
func (t *rules) onlyInitials(from, end int) bool {
	for k := from; k < end; k++ {
		if t.at(k).class != initial && t.at(k).class != other {
			return false
		}
	}
	return true
}

// anyCourt reports whether the words are the title of many courts: "Court of
// Appeals", "District Court".
func (t *rules) anyCourt(from, end int) bool {
	for k := from; k < end; k++ {
		tok := t.at(k)
		if tok.key == "supreme" || tok.isName() && !court.InTitles(tok.key) {
			return false
		}
	}
	return true
}

// isOffice reports whether tokens from up to end are a country whose officer or
// money is meant: "United States District Judge".
func (t *rules) isOffice(from, end int) bool {
	return t.joined(end) && t.at(end).isName() && officeWords[t.at(end).key] && countries[t.phrase(from, end)]
}

// officeWords make an office or a currency of the country before them.
var officeWords = vocabulary.Set("district circuit magistrate bankruptcy attorney attorneys code senator marshal marshals courthouse dollar dollars")

// oneWordBodies are organisations by one word.
var oneWordBodies = vocabulary.Set("congress senate parliament house")

func isPlaceName(key string) bool {
	return gazetteer.IsState(key) || countries[key] || isCity(key) || lettered[key]
}

// peopleInColumn records two people, one a line, who were taken for one name in
// capitals, and reports whether they were.
func (t *rules) peopleInColumn(n learned) bool {
	for k := n.from + 2; k < n.end-1; k++ {
		if t.at(k).gap == parted && t.at(k).class == caps && t.fullName(n.from, k) && t.fullName(k, n.end) {
			rules := then(n.rules, "people-in-column")
			t.addOne(learned{dossier.Person, n.from, k, n.score, rules})
			t.addOne(learned{dossier.Person, k, n.end, n.score, rules})
			return true
		}
	}
	return false
}

// fullName reports whether tokens from up to end are words of people's names only,
// the first of them a known one.
func (t *rules) fullName(from, end int) bool {
	for k := from; k < end; k++ {
		if tok := t.at(k); !tok.isName() || t.blocksPerson(tok) || orgHeads[tok.key] || k > from && tok.gap != blank {
			return false
		}
	}
	return end-from > 1 && end-from <= maxPersonWords && t.at(from).flags&(nameWord|firstName) != 0
}

// addParts records a learned name, or the names of a list that was taken for
// one: "Hosanna Church, First Baptist Church".
func (t *rules) addParts(n learned) {
	for k := n.from + 1; n.typ == dossier.Org && k < n.end-1; k++ {
		if (t.isMark(k, ',') || t.at(k).key == "and" && t.at(k).class == lower) && t.whole(n.from, k) && t.whole(k+1, n.end) {
			n.rules = then(n.rules, "list-of-organisations")
			part := n
			part.end = k
			t.addOne(part)
			n.from = k + 1
		}
	}
	t.addOne(n)
}

// whole reports whether tokens from up to end are an organisation's name by
// themselves: they end in its noun, or the document knows them.
func (t *rules) whole(from, end int) bool {
	if orgHeads[t.at(end-1).key] && end-from > 1 {
		return !t.isSuffix(end - 1)
	}
	return t.isShort(from, end)
}

func (t *rules) addOne(n learned) {
	t.record(rule{n.rules, n.typ, n.score}, n.from, n.end, learnedMethod)
	t.memory.learn(t, n.typ, n.from, n.end)
	t.alias(n.typ, n.from, n.end)
}

// taken reports whether one of tokens i up to end is part of a mention.
func (t *rules) taken(i, end int) bool {
	for k := i; k < end; k++ {
		if t.used(k) || t.tokens[k].class == masked {
			return true
		}
	}
	return false
}

// findTerms notes the abbreviations that a document defines for words that are
// no name: inferior vena cava (“IVC”), Deceptive Trade Practices Act (“DTPA”).
func (t *rules) findTerms() {
	for i := range t.tokens {
		if !t.isMark(i, '(') {
			continue
		}
		if key, ok := t.isRoleTerm(i); ok {
			t.memory.terms[key] = true
		}
		k := i + 1
		for k < i+4 && t.at(k).class != caps && (t.at(k).class == other || t.at(k).class == lower) {
			k++
		}
		if t.at(k).class != caps || t.at(k+1).class != other || t.at(k+1).mark == ',' {
			continue
		}
		if t.abbreviates(k, i) {
			t.memory.terms[t.at(k).key] = true
		}
	}
}

// isRoleTerm reports whether the parenthesis at token i defines a word for a role,
// (“Transporter”).
func (t *rules) isRoleTerm(i int) (key string, ok bool) {
	k := i + 1
	for k < i+4 && (t.at(k).class == other && isQuote(t.at(k).mark) || t.at(k).key == "the" && t.at(k).class == lower) {
		k++
	}
	tok := t.at(k)
	if k == i+1 || tok.class != title || !isQuote(t.at(k+1).mark) || tok.flags&(nameWord|firstName|placeName) != 0 {
		return "", false
	}
	for _, ending := range []string{"er", "or", "ee", "ent", "ant"} {
		if strings.HasSuffix(tok.key, ending) && len(tok.key) > len(ending)+4 && !t.nearby(k, i) {
			return tok.key, true
		}
	}
	return "", false
}

// nearby reports whether the word of token k stands among the words before token i
// that it may be short for.
func (t *rules) nearby(k, i int) bool {
	for n := i - 1; n > i-2*maxOrg; n-- {
		if t.at(n).key == t.at(k).key {
			return true
		}
	}
	return false
}

// abbreviates reports whether token k stands for a law or for words in lower
// case before token end.
func (t *rules) abbreviates(k, end int) bool {
	if key := t.at(end - 1).key; (lawHeads[key] || notNames[key] && !orgHeads[key] && !inOrg[key]) && t.at(end-1).isName() {
		return true
	}
	short := t.at(k).key
	for n := end - 1; n >= end-len(short)-2 && t.at(n).class == lower; n-- {
		if t.at(n).key[0] == short[0] {
			return true
		}
	}
	return false
}

// isLaw reports whether token i makes a law of the name before it: "Texas
// Insurance Code", "Sixth Circuit Rules".
func (t *rules) isLaw(i int) bool {
	return t.joined(i) && t.at(i).isName() && lawHeads[t.at(i).key]
}

// lawHeads end the name of a law.
var lawHeads = vocabulary.With(vocabulary.FindLaw)
