package mention

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cite"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/mention/court"
	"github.com/dossier-legal/dossier/internal/mention/scan"
	"github.com/dossier-legal/dossier/internal/tagger"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// kinds are what the learned tagger calls the mentions of the scanners. Courts
// are not among them: it reads them itself.
var kinds = map[dossier.MentionType]tagger.Kind{
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
		if kind, ok := kinds[found[i].Type]; ok {
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

// surely is the score from which a learned name stands against the rules.
const surely = 0.6

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
		typ := learnedTypes[n.Type]
		t.apart(typ, at, end, func(from, end int) { t.addSettled(typ, from, end, n.Score) })
	}
}

// addSettled records a learned name in the bounds that its ends demand.
func (t *rules) addSettled(typ dossier.MentionType, from, end int, score float64) {
	if typ != dossier.Court && !t.taken(from, end) && t.peopleInColumn(from, end, score) {
		return
	}
	from, end, typ = t.settle(typ, from, end)
	for end-from > 1 && t.at(end-1).class == other && strings.IndexByte("),;:]", t.at(end-1).mark) >= 0 {
		end--
	}
	for end-from > 1 && t.used(from) || end > from && t.at(from).class == other {
		from++ // what was taken by another name
	}
	if typ == dossier.Person && score < surelyUnknown && t.unknownWord(from, end) {
		return
	}
	if from < end && !t.taken(from, end) && !t.noName(typ, from, end) {
		t.addParts(typ, from, end, score)
	}
}

// surelyUnknown is the score from which one word that no list of names has and
// nothing around it makes a person's is one all the same.
const surelyUnknown = 0.9

// unknownWord reports whether a person is named by such a word.
func (t *rules) unknownWord(from, end int) bool {
	first := t.at(from)
	listed := from > 1 && t.at(from-1).key == "and" && t.types[from-2] == dossier.Person // "Hale and Vane"
	return end-from == 1 && first.flags&(nameWord|firstName) == 0 && !listed && !t.signed(from) && !t.personTitleBefore(from) && !t.isSurname(first)
}

// settle brings the bounds and type of a learned name to what the words at its
// ends demand: "Bard" before ", Inc." is a company's, and "State of" belongs to
// "Maine".
func (t *rules) settle(typ dossier.MentionType, from, end int) (int, int, dossier.MentionType) {
	if typ == dossier.Person || typ == dossier.Org {
		k := end
		if t.isMark(k, ',') {
			k++
		}
		if t.joined(k) && t.isSuffix(k) && t.at(k).key != "company" {
			end, typ = t.moreSuffixes(k+1), dossier.Org
		}
		for typ == dossier.Org && from > 0 && t.joined(from) && t.at(from-1).class == initial && t.isSuffix(end-1) {
			from-- // "C. R. Bard, Inc."
		}
	}
	if from, end = t.inLine(typ, from, end); typ == dossier.Org {
		from = t.wholeFrom(from, end)
	}
	if end = t.trimmed(typ, from, end); typ == dossier.Person {
		end = t.withSuffix(end)
		from, end = t.withoutTitles(from, end)
	}
	if given := t.withGiven(from); given < from && (typ == dossier.Person || typ == dossier.Location) {
		from, typ = given, dossier.Person
	}
	if first := t.at(from); typ == dossier.Person && end-from == 1 && first.flags&nameWord == 0 && isCamel(t.text[first.start:first.end]) {
		typ = dossier.Org
	}
	if typ == dossier.Person && strings.HasSuffix(t.at(end-1).key, "'s") {
		typ = dossier.Org // "Macy's"
	}
	if _, part, ok := strings.Cut(t.at(from).key, "-"); ok && typ == dossier.Person && end-from == 1 && orgHeads[part] {
		typ = dossier.Org // "Halden-Bank"
	}
	if typ == dossier.Person && end-from > 1 && t.isSuffix(end-1) {
		typ = dossier.Org
	}
	if prev := t.at(from - 1); typ == dossier.Person && end-from == 1 && prev.key == "state" && prev.isName() && t.joined(from) {
		from, typ = from-1, dossier.Org // "State Quill" is no person of a state
		t.memory.note(t.phrase(from, end), 2, dossier.Org)
	}
	if typ == dossier.Location {
		end = max(end, t.knownPlace(from)) // "Kansas City"
	}
	if next := t.at(end); typ == dossier.Location && t.joined(end) && next.class == title && newspapers[next.key] && (!t.joined(end+1) || !t.at(end+1).isName()) {
		end, typ = end+1, dossier.Org // "New York Post"
	}
	if head := t.at(end - 1).key; typ == dossier.Location && end-from > 1 && (head == "embassy" || head == "consulate") {
		typ = dossier.Org
	}
	if prev := t.at(from - 1); typ == dossier.Org && t.joined(from) && nations[prev.key] && prev.isName() && t.at(from).class == title && orgOf[t.at(from).key] {
		from-- // "Russian Ministry of Roads"
	}
	if typ == dossier.Person && t.at(from).class == initial && countries[t.phrase(from, end)] {
		typ = dossier.Location // "P.R. China"
	}
	if typ != dossier.Location && end-from > 1 && t.isBuilding(from, end) {
		typ = dossier.Location // "Trump Tower"
	}
	if first := t.at(from); typ == dossier.Person && first.class == initial && end-from > 1 && (first.gap >= wrapped || t.joined(from) && letteredParts[t.at(from-1).key]) {
		switch { // the letter of a heading or a part: "A. St. Pierre’s Claim", "Schedule B. Halden shall"
		case t.memory.knows(t.phrase(from+1, end)):
			from++
		case t.isShort(from+1, end):
			from, typ = from+1, dossier.Org
		}
	}
	if typ == dossier.Location && from > 1 && t.joined(from) && t.at(from-1).key == "of" && areaOf[t.at(from-2).key] && t.at(from-2).isName() && t.joined(from-1) {
		return from - 2, end, typ
	}
	return from, end, typ
}

// newspapers end the names of those that are named for a town.
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
	last := t.at(end - 1)
	if t.isLaw(end) || typ != dossier.Person && lawHeads[last.key] {
		return true
	}
	if end-from == 1 && (nations[strings.TrimSuffix(last.key, "s")] || t.isDoctrine(from)) {
		return true
	}
	if typ == dossier.Court && t.anyCourt(from, end) {
		return true
	}
	if typ == dossier.Location && (t.isOffice(from, end) || last.key == "courthouse" && countries[t.phrase(from, end-1)]) {
		return true
	}
	if typ == dossier.Person && t.noPerson(from, end) {
		return true
	}
	if key := t.at(end - 1).key; typ == dossier.Org && end-from > 1 && (key == "party" || key == "parties") && !politics[t.at(end-2).key] {
		return true // "Indemnifying Party"
	}
	if typ == dossier.Org && (t.isField(from, end) || t.isKind(from, end)) {
		return true
	}
	if end-from == 2 && t.at(from).key == "the" {
		from++
	}
	if end-from > 1 || last.class == initial {
		return t.memory.terms[t.phrase(from, end)]
	}
	if notNames[last.key] && !isPlaceName(last.key) || t.memory.terms[last.key] {
		return true
	}
	return typ != dossier.Location && orgHeads[last.key] && last.class == title && !oneWordBodies[last.key] && t.at(from-1).key == "the"
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
	first := t.at(from)
	if end-from == 1 && personTitles[first.key] || t.onlyInitials(from, end) && !t.signed(from) {
		return true
	}
	for k := from + 1; k < end; k++ {
		if t.at(k).key == "v" && t.at(k).class == lower {
			return true // a case
		}
	}
	if strings.ContainsAny(t.text[first.start:t.at(end-1).end], "0123456789(") && first.key != "does" {
		return true
	}
	if end-from > 1 {
		last := t.at(end - 1).key
		return notNames[first.key] && first.flags&(nameWord|firstName) == 0 && (nameSuffixes[last] || last == "i" || last == "v")
	}
	if t.joined(end) && paperWords[t.at(end).key] && t.at(end).isName() && !t.memory.knows(first.key) {
		return true // a company may be deposed, too
	}
	return first.flags&commonWord != 0 && first.flags&(nameWord|firstName) == 0 && first.class == title &&
		!t.signed(from) && !t.personTitleBefore(from) && !t.isSurname(first)
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
func (t *rules) peopleInColumn(from, end int, score float64) bool {
	for k := from + 2; k < end-1; k++ {
		if t.at(k).gap == parted && t.at(k).class == caps && t.fullName(from, k) && t.fullName(k, end) {
			t.addOne(dossier.Person, from, k, score)
			t.addOne(dossier.Person, k, end, score)
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
func (t *rules) addParts(typ dossier.MentionType, from, end int, score float64) {
	for k := from + 1; typ == dossier.Org && k < end-1; k++ {
		if (t.isMark(k, ',') || t.at(k).key == "and" && t.at(k).class == lower) && t.whole(from, k) && t.whole(k+1, end) {
			t.addOne(typ, from, k, score)
			from = k + 1
		}
	}
	t.addOne(typ, from, end, score)
}

// whole reports whether tokens from up to end are an organisation's name by
// themselves: they end in its noun, or the document knows them.
func (t *rules) whole(from, end int) bool {
	if orgHeads[t.at(end-1).key] && end-from > 1 {
		return !t.isSuffix(end - 1)
	}
	return t.isShort(from, end)
}

func (t *rules) addOne(typ dossier.MentionType, from, end int, score float64) {
	t.record(typ, from, end, score, learnedMethod)
	t.memory.learn(t, typ, from, end)
	t.alias(typ, from, end)
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
