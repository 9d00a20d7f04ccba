package mention

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/gazetteer"
)

// memory is what a document has said of names so far: short forms and the type
// of the full name behind them.
type memory struct {
	surnames map[string]bool
	leading  map[string]bool                // first words of companies' names
	trunks   map[string]bool                // companies' names without their ends
	parts    map[string]int                 // odd words in names of organisations
	short    map[string]dossier.MentionType // words in lower case, one blank between
	longest  int                            // most words of a short form
	defined  map[string]dossier.MentionType // short forms that the document defines in quotation marks or brackets
	terms    map[string]bool                // abbreviations of what is no name
	cited    map[string]bool                // parties of the cases that are cited
	proved   map[string]int                 // how often a title or a full name proves a person
	initials map[string]bool                // first letters and surnames of full names: "j roe"
}

func newMemory() memory {
	return memory{
		surnames: map[string]bool{}, leading: map[string]bool{}, trunks: map[string]bool{}, parts: map[string]int{}, short: map[string]dossier.MentionType{},
		defined: map[string]dossier.MentionType{}, terms: map[string]bool{}, cited: map[string]bool{}, proved: map[string]int{}, initials: map[string]bool{},
	}
}

// learn notes the short forms of tokens from up to end.
func (m *memory) learn(t *rules, typ dossier.MentionType, from, end int) {
	switch typ {
	case dossier.Person:
		m.learnPerson(t, from, end)
	case dossier.Org:
		m.learnOrg(t, from, end)
	}
}

// learnPerson notes the surname and the initials of a person, and how well the name
// is proved.
func (m *memory) learnPerson(t *rules, from, end int) {
	last := t.surnameOf(from, end)
	// A lone word in capitals after a title may be an acronym.
	if tok := t.at(last); isSurnameWord(tok) && (tok.class != caps || end-from > 1) {
		m.surnames[tok.key] = true
	}
	if phrase := t.phrase(from, end); end-from > 1 {
		m.note(phrase, end-from, dossier.Person)
		if first := t.at(from); first.key != "" {
			m.initials[first.key[:1]+" "+t.at(last).key] = true
		}
		if !m.cited[phrase] {
			m.proved[t.at(last).key]++
		}
	}
	if t.personTitleBefore(from) || t.roleBefore(from) {
		m.proved[t.phrase(from, end)]++
	}
}

// surnameOf returns the token of the surname in a person's name of tokens from up to
// end: the last word, or the first of "Roe, Jane".
func (t *rules) surnameOf(from, end int) int {
	if k := from + 1; k < end && t.isMark(k, ',') && !nameSuffixes[t.at(k+1).key] {
		return from
	}
	last := end - 1
	for last > from && (nameSuffixes[t.at(last).key] || t.at(last).class == other) {
		last--
	}
	return last
}

// isSurnameWord reports whether the word by itself may stand for a person whose full
// name ends in it.
func isSurnameWord(tok *token) bool {
	if tok.class == initial || len(tok.key) <= 2 || notNames[tok.key] || orgHeads[tok.key] || streetHeads[tok.key] {
		return false
	}
	return !gazetteer.IsState(tok.key) && !countries[tok.key] && (tok.flags&commonWord == 0 || tok.flags&nameWord != 0)
}

// learnOrg notes "Halden Logistics" and "Halden" for "Halden Logistics Inc.".
func (m *memory) learnOrg(t *rules, from, end int) {
	stop := end
	for stop > from && (t.isSuffix(stop-1) || t.at(stop-1).class == other) {
		stop--
	}
	if stop < end && stop > from {
		typ := dossier.Org
		if t.personEnd(from) == stop {
			typ = dossier.Person // "Eric Sparks" of "Eric Sparks, P.C."
		}
		m.note(t.phrase(from, stop), stop-from, typ)
	}
	if stop < end {
		m.learnTrunks(t, from, stop)
	}
	for k := from; k < end && end-from > 1; k++ {
		if tok := t.at(k); tok.isName() && tok.flags&(nameWord|firstName|placeName|commonWord) == 0 {
			m.parts[tok.key]++
		}
	}
	first := t.at(from)
	if stop > from && stop < end && first.flags&(commonWord|firstName|placeName) == 0 && len(first.key) > 3 && !notNames[first.key] {
		m.leading[first.key] = true
	}
}

// learnTrunks notes the beginnings, of two words or more, of a company's name that
// ends before its ending at token stop.
func (m *memory) learnTrunks(t *rules, from, stop int) {
	for k := from + 1; k <= stop && t.at(from).flags&firstName == 0 && t.at(k-1).class != initial; k++ {
		if k > from+1 && t.personEnd(from) != stop {
			m.trunks[t.phrase(from, k)] = true
		}
	}
}

func (m *memory) note(phrase string, words int, typ dossier.MentionType) {
	if words == 1 && (notNames[phrase] || len(phrase) < 3) {
		return
	}
	if _, known := m.short[phrase]; !known {
		m.short[phrase] = typ
		m.longest = max(m.longest, min(words, maxOrg))
	}
}

// phrase joins the words of tokens from up to end in lower case.
func (t *rules) phrase(from, end int) string {
	words := make([]string, 0, end-from)
	for k := from; k < end; k++ {
		if t.at(k).class != other {
			words = append(words, t.at(k).key)
		} else if t.at(k).mark == '&' {
			words = append(words, "&")
		}
	}
	return strings.Join(words, " ")
}

// alias reads a defined term after a name, ("Halden") or (the “MBTA”), and
// tags it as what it stands for.
func (t *rules) alias(typ dossier.MentionType, from, end int) {
	open := t.possessive(end) // "Halden Inc.'s ("Halden")"
	if typ != dossier.Person && typ != dossier.Org || !t.isMark(open, '(') {
		return
	}
	term := t.termIn(open)
	if term.from == term.end || !t.isTerm(term) || !t.standsFor(term, typ, from, end) {
		return
	}
	phrase := t.phrase(term.from, term.end)
	t.memory.note(phrase, term.end-term.from, typ)
	if term.quoted || t.at(term.from).class == title {
		t.memory.defined[phrase] = typ
	}
}

// term is a term in brackets: tokens from up to end.
type term struct {
	open      int // the bracket
	from, end int
	quoted    bool
}

// termIn returns the capitalised words in the brackets that token open begins, after
// quotation marks and words in lower case.
func (t *rules) termIn(open int) term {
	k := open + 1
	quoted := false
	for k < open+8 && (t.at(k).class == other && t.at(k).mark != ')' || t.at(k).class == lower) {
		quoted = quoted || isQuote(t.at(k).mark)
		k++
	}
	stop := k
	for stop < k+5 && t.at(stop).isName() {
		stop++
	}
	return term{open, k, stop, quoted}
}

// isTerm reports whether the words of a term can be the short form of a name: "the
// Bank", "the Company" are terms, not names.
func (t *rules) isTerm(d term) bool {
	first, last := t.at(d.from), t.at(d.end-1)
	if notNames[last.key] {
		return false
	}
	return d.end-d.from > 1 || !hardSuffixes[last.key] && (first.class != title || !orgHeads[first.key])
}

// standsFor reports whether a term is the short form of the name of tokens from up
// to end before it. Without quotation marks only its letters or first word are.
func (t *rules) standsFor(d term, typ dossier.MentionType, from, end int) bool {
	if typ == dossier.Person && !t.within(d.from, d.end, from, end) {
		return false
	}
	if d.quoted {
		return true
	}
	if d.end-d.from != 1 || !t.isMark(d.end, ')') {
		return false
	}
	firstWord := typ == dossier.Org && d.from == d.open+1 && t.at(d.from).key == t.at(from).key // "(Halden)"
	return firstWord || t.isAcronym(d.from, from, end)
}

// within reports whether a term of tokens k up to stop has only words of the
// name; a person's term with others, (“Campaign”), stands for something else.
func (t *rules) within(k, stop, from, end int) bool {
	for ; k < stop; k++ {
		found := false
		for n := from; n < end; n++ {
			found = found || t.at(k).key == t.at(n).key
		}
		if !found {
			return false
		}
	}
	return true
}

// isQuote reports whether a mark is a straight or (the first byte of) a curly
// quotation mark.
func isQuote(b byte) bool { return b == '"' || b == 0xE2 || b == '\'' }

// isAcronym reports whether token k begins with the first letter of the name.
func (t *rules) isAcronym(k, from, end int) bool {
	tok := t.at(k)
	return (tok.class == caps || tok.class == initial) && t.text[tok.start]|0x20 == t.at(from).key[0] && end-from > 1
}

// fewRepeats is how often a name must have been learned for the document to vouch
// for it in places where it was not.
const fewRepeats = 2

// noteRepeated makes short forms of the names that were learned in several places
// as the same: acronyms, and names of several words.
func (t *rules) noteRepeated() {
	type name struct {
		norm string
		typ  dossier.MentionType
	}
	seen := map[name]int{}
	for i := range t.out {
		m := &t.out[i]
		words := len(strings.Fields(m.Norm))
		acronym := words == 1 && len(m.Text) > 2 && (strings.ToUpper(m.Text) == m.Text || isCamel(m.Text))
		headed := m.Type == dossier.Org && orgHeads[strings.ToLower(m.Norm[strings.LastIndexByte(m.Norm, ' ')+1:])]
		if m.Method != learnedMethod || m.Type == dossier.Court || !acronym && (words == 1 || m.Score < wellLearned && !headed) {
			continue
		}
		key := name{strings.ToLower(m.Norm), m.Type}
		if seen[key]++; seen[key] == fewRepeats {
			t.memory.note(key.norm, words, m.Type)
		}
	}
}

// recall tags the short forms of names that the document has in full.
func (t *rules) recall() {
	t.noteRepeated()
	for i := 0; i < len(t.tokens); {
		i = t.recallAt(i)
	}
}

func (t *rules) recallAt(i int) int {
	tok := t.at(i)
	if !tok.isName() || t.used(i) {
		return i + 1
	}
	if end, typ := t.shortForm(i); end > i {
		return t.addShort(byShortForm.of(typ), i, end)
	}
	if t.isSurname(tok) && !t.inLongerName(i) && (tok.flags&commonWord == 0 || !t.startsSentence(i) || t.memory.proved[tok.key] >= oftenProved) {
		return t.addShort(bySurname, t.withInitial(i), i+1)
	}
	if t.memory.leading[tok.key] && tok.class != initial && tok.flags&commonWord == 0 && !t.inLongerOrg(i) {
		return t.addShort(byFirstWord, i, i+1)
	}
	return i + 1
}

// shortForm returns the end and the type of the longest short form of the document
// at token i; the end is i if there is none. One word counts only where it is not
// rather a part of another name.
func (t *rules) shortForm(i int) (end int, typ dossier.MentionType) {
	tok := t.at(i)
	for n := t.memory.longest; n > 0; n-- {
		if !t.free(i, i+n) {
			continue
		}
		typ, ok := t.memory.short[t.phrase(i, i+n)]
		if !ok {
			continue
		}
		if n > 1 || !t.inLongerName(i) || typ == dossier.Org && !t.inLongerOrg(i) || tok.flags&commonWord == 0 || t.memory.defined[tok.key] == typ {
			return i + n, typ
		}
	}
	return i, ""
}

// oftenProved is how many full names make a surname of a word that the document
// has in lower case too: "Sessions", "Brand".
const oftenProved = 3

// isSurname reports whether a token is the surname of someone named in full.
func (t *rules) isSurname(tok *token) bool {
	return tok.class != initial && (t.memory.surnames[tok.key] || tok.class == title && t.memory.proved[tok.key] >= oftenProved &&
		!notNames[tok.key] && !isPlaceName(tok.key) && (!orgHeads[tok.key] && !buildingHeads[tok.key] || tok.flags&nameWord != 0))
}

// withInitial returns where the surname at token i begins: at the initial before
// it, if that is one of somebody's first name and not the letter of a heading.
func (t *rules) withInitial(i int) int {
	prev := t.at(i - 1)
	if prev.class != initial || !t.joined(i) || t.used(i-1) || prev.end-prev.start > 2 || !t.memory.initials[prev.key+" "+t.at(i).key] {
		return i
	}
	return i - 1
}

// free reports whether tokens i up to end are one unused phrase.
func (t *rules) free(i, end int) bool {
	if end > len(t.tokens) {
		return false
	}
	for k := i; k < end; k++ {
		if t.used(k) || t.tokens[k].class == masked || k > i && t.tokens[k].gap == parted ||
			t.tokens[k].class == other && t.tokens[k].mark != '&' {
			return false
		}
	}
	return t.tokens[end-1].isName()
}

func (t *rules) addShort(by rule, i, end int) int {
	if t.noName(by.typ, i, end) {
		return i + 1
	}
	t.record(by, i, end, "tagger:document")
	return end
}

// inLongerName reports whether an unused name word stands beside token i, so
// that i is rather a part of another name.
func (t *rules) inLongerName(i int) bool {
	beside := func(k int, joined bool) bool {
		tok := t.at(k)
		return joined && tok.isName() && !notNames[tok.key] && !personTitles[tok.key] && !paperWords[tok.key] && (k < 0 || k >= len(t.types) || !t.used(k))
	}
	return beside(i-1, t.joined(i)) || beside(i+1, t.joined(i+1))
}

// inLongerOrg reports whether token i is rather a part of another organisation's
// name than the owner of what is named after it: "Halden JavaScript code".
func (t *rules) inLongerOrg(i int) bool {
	if t.joined(i) && t.at(i-1).isName() {
		return t.inLongerName(i)
	}
	for k := i + 1; t.joined(k) && t.at(k).isName() && !t.used(k); k++ {
		if orgHeads[t.at(k).key] || t.isSuffix(k) {
			return true
		}
	}
	return false
}

// startsSentence reports whether a capital at token i may be the sentence's.
func (t *rules) startsSentence(i int) bool {
	prev := t.at(i - 1)
	return t.at(i).gap == parted || prev.class == other && strings.IndexByte(".?!:;", prev.mark) >= 0
}

// tally counts what speaks for each type of a name.
type tally struct {
	votes    map[dossier.MentionType]float64
	mentions int
}

// perFullName is how many short names one full name may speak for: one "Roe &
// Poe" makes no company of a Roe who is named a hundred times.
const perFullName = 10

// testify adds what the full names of the document say of a short one. It
// weighs more than what was learned of each mention.
func (m *memory) testify(key string, c *tally) {
	full := func(names int) float64 { return 2 * float64(min(c.mentions, perFullName*names)) }
	if typ, ok := m.defined[key]; ok {
		c.votes[typ] += 2 * full(c.mentions)
	}
	orgs := m.parts[key]
	if m.leading[key] || m.trunks[key] {
		orgs = max(orgs, perFullName) // "Inc." proves it
	}
	if isGovernment(key) {
		orgs = c.mentions
	}
	c.votes[dossier.Org] += full(orgs)
	c.votes[dossier.Person] += full(m.proved[key])
	switch flags := gazetteer.Words()[key]; {
	case isPlaceName(key):
		c.votes[dossier.Location] += full(c.mentions)
	case flags&placeName != 0 && flags&(firstName|nameWord|commonWord) == 0 && m.proved[key] == 0:
		c.votes[dossier.Location] += full(c.mentions) / 2
	}
}

// isGovernment reports whether a name, in lower case, is that of a place's
// government, which sues and is sued: "state of texas".
func isGovernment(name string) bool {
	head, _, found := strings.Cut(name, " of ")
	return found && head != "district" && areaOf[head] || name == "united states of america"
}

// vote gives each name one type: the one that the better evidence of the whole
// document has.
func (t *rules) vote() {
	votes := map[string]*tally{}
	for i := range t.out {
		m := &t.out[i]
		if m.Type == dossier.Statute || m.Type == dossier.Court {
			continue
		}
		key := strings.ToLower(m.Norm)
		if votes[key] == nil {
			votes[key] = &tally{votes: map[dossier.MentionType]float64{}}
		}
		votes[key].votes[m.Type] += m.Score
		votes[key].mentions++
	}
	best := map[string]dossier.MentionType{}
	for key, c := range votes {
		t.memory.testify(key, c)
		best[key] = c.best()
	}
	for i := range t.out {
		m := &t.out[i]
		if typ, ok := best[strings.ToLower(m.Norm)]; ok && m.Type != typ && (m.Type != dossier.Org || !endsInSuffix(m.Norm)) && m.Type != dossier.Statute && m.Type != dossier.Court {
			m.Type, m.Method, m.Role, m.Rule = typ, "tagger:document", "", then(m.Rule, voteRule)
		}
	}
}

// endsInSuffix reports whether a company's ending proves a name.
func endsInSuffix(name string) bool {
	at := strings.LastIndexByte(name, ' ')
	return at > 0 && hardSuffixes[strings.ToLower(strings.TrimSuffix(name[at+1:], "."))]
}

// best returns the type with the most votes; of equals, the last by name.
func (c *tally) best() dossier.MentionType {
	types := slices.Collect(maps.Keys(c.votes))
	return slices.MaxFunc(types, func(a, b dossier.MentionType) int {
		return cmp.Or(cmp.Compare(c.votes[a], c.votes[b]), cmp.Compare(a, b))
	})
}
