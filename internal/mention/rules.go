package mention

import (
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cite"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/tagger"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// rules finds people, organisations and places by rules: word lists, titles,
// endings, the layout of captions and signatures.
type rules struct {
	text   string
	tokens []token
	types  []dossier.MentionType // per token: of the mention that it is part of, or ""
	out    []dossier.Mention
	memory memory

	hasLocals   bool // the text may name local unions
	hasBrackets bool // the text may name companies with their country in parentheses
	lastListed  int  // where the last line of a list of names ends
}

// used reports whether token i is part of a mention.
func (t *rules) used(i int) bool { return t.types[i] != "" }

func newRules(text string, mask []span) *rules {
	tokens := tokenize(text, mask, gazetteer.Words())
	markCommon(tokens)
	markPossessives(text, tokens)
	markSpeakers(tokens)
	tokens = joinQuotedLetters(joinPossessives(text, tokens))
	return &rules{
		text: text, tokens: tokens, types: make([]dossier.MentionType, len(tokens)), memory: newMemory(), lastListed: -1,
		hasLocals:   lex.ContainsAny(text, "Local ", "LOCAL "),
		hasBrackets: lex.ContainsAny(text, ") L", ") Inc", ") INC", ") Co", ") CO", ") P"),
	}
}

// joinQuotedLetters makes one token of a letter in quotation marks between two words of
// a name: "Toys "R" Us".
func joinQuotedLetters(tokens []token) []token {
	isQuote := func(tok token) bool { return tok.class == other && (tok.mark == '"' || tok.mark == 0xE2) }
	for i := 1; i+3 < len(tokens); i++ {
		opening, letter, closing, next := tokens[i], tokens[i+1], tokens[i+2], tokens[i+3]
		if isQuote(opening) && letter.class == initial && letter.gap == glued && isQuote(closing) && closing.gap == glued &&
			opening.gap == blank && next.gap == blank && next.isName() && tokens[i-1].isName() {
			letter.start, letter.end, letter.gap = opening.start, closing.end, opening.gap
			tokens = slices.Replace(tokens, i, i+3, letter)
		}
	}
	return tokens
}

// markCommon notes for capitalised words that the same document has them in
// lower case too: "Guarantee" is then rather a term than a name.
func markCommon(tokens []token) {
	seen := map[string]bool{}
	for i := range tokens {
		if tokens[i].class == lower {
			seen[tokens[i].key] = true
		}
	}
	for i := range tokens {
		if tok := &tokens[i]; tok.isName() && seen[tok.key] {
			tok.flags |= commonWord
		}
	}
}

// markPossessives makes the ending of a possessive in capitals no initial: "ROE'S".
func markPossessives(text string, tokens []token) {
	for i := 1; i < len(tokens); i++ {
		tok, mark := &tokens[i], &tokens[i-1]
		if tok.class == initial && tok.gap == glued && tok.key == "s" && mark.class == other && mark.gap == glued && (mark.mark == '\'' || strings.HasPrefix(text[mark.start:], "’")) {
			tok.class, tok.end = lower, tok.start+1
		}
	}
}

// minSpeakers is how many lines of a transcript begin with "Q" before these letters,
// and the "A" of the answers, are no initials.
const minSpeakers = 3

// markSpeakers makes the letters of questions and answers marks, and words such as
// "They're" and the "V." of a case no names.
func markSpeakers(tokens []token) {
	questions := 0
	for i := range tokens {
		tok := &tokens[i]
		if tok.class == title && isContraction(tok.key) {
			tok.class = lower
		}
		if isSpeaker(tok) && tok.key == "q" {
			questions++
		}
	}
	for i := range tokens {
		tok := &tokens[i]
		if questions >= minSpeakers && isSpeaker(tok) {
			tok.class, tok.mark, tok.key = other, ':', ""
		}
		if isVersus(tokens, i) {
			tok.class = lower
		}
	}
}

// isSpeaker reports whether a token may be the "Q." or "A." that begins a line of a
// transcript.
func isSpeaker(tok *token) bool {
	return tok.class == initial && tok.gap >= wrapped && (tok.key == "q" || tok.key == "a") && tok.end-tok.start <= 2
}

// isVersus reports whether token i is the "V." of a case in capitals: "ROE, ET AL. V.
// POE", "ROE V. POE, ET AL."
func isVersus(tokens []token, i int) bool {
	tok := &tokens[i]
	if tok.class != initial || tok.key != "v" || tok.gap != blank {
		return false
	}
	if etAl(tokens, i+2) && !loneGiven(tokens, i-1) {
		return true
	}
	return i > 0 && tokens[i-1].class == other && i+1 < len(tokens) && tokens[i+1].isName()
}

// etAl reports whether ", et al" stands at token i.
func etAl(tokens []token, i int) bool {
	return i >= 0 && i+2 < len(tokens) && tokens[i].class == other && tokens[i].mark == ',' && tokens[i+1].key == "et" && tokens[i+2].key == "al"
}

// loneGiven reports whether token i is a first name and no other name stands before
// it: the "V." of "Mary V. Roe, et al." is an initial.
func loneGiven(tokens []token, i int) bool {
	return i >= 0 && tokens[i].flags&firstName != 0 && (i == 0 || tokens[i].gap == parted || !tokens[i-1].isName() || tokens[i].class == title && notNames[tokens[i-1].key])
}

// isContraction reports whether a word has a verb's ending: "they're", "I'm".
func isContraction(key string) bool {
	at := strings.LastIndexByte(key, '\'')
	switch key[at+1:] {
	case "re", "ve", "ll", "m":
		return at > 0
	}
	return at > 0 && strings.HasSuffix(key, "n't")
}

// tag reads the text three times: for names that prove themselves by the rules
// beside those that were learned, and for short forms of both.
func (t *rules) tag(learned []tagger.Entity, cites []cite.Citation) []dossier.Mention {
	t.findTerms()
	t.noteCited(cites)
	t.findAcronyms()
	t.findBench()
	t.listedInSheet()
	for i := 0; i < len(t.tokens); {
		i = t.surest(i)
	}
	t.addLearned(learned)
	for i := 0; i < len(t.tokens); {
		i = t.step(i)
	}
	t.recall()
	t.vote()
	t.dropCited()
	t.noteCounsel()
	return t.out
}

// layoutOrgs are the organisations that layout proves. Of those that fit at a
// token the longest wins, of equals the first.
var layoutOrgs = []struct {
	rule
	end func(t *rules, i int) int // the end of the name at token i, or i
}{
	{rule{"office-of-owner", dossier.Org, 0.9}, (*rules).office},
	{rule{"committee-of-chamber", dossier.Org, 0.9}, (*rules).chamber},
	{rule{"partners-of-firm", dossier.Org, 0.9}, (*rules).firm},
	{rule{"label-of-form", dossier.Org, 0.9}, (*rules).labelled},
	{rule{"local-union", dossier.Org, 0.9}, (*rules).union},
	{rule{"country-in-brackets", dossier.Org, 0.9}, (*rules).bracketed},
	{rule{"trading-name", dossier.Org, 0.9}, (*rules).trading},
}

// byLineBreak is the rule of companies whose name goes over a short line.
var byLineBreak = rule{"company-over-lines", dossier.Org, 0.9}

// layoutOrg returns the end of the organisation at token i that layout proves, and
// its rule; the end is i if there is none.
func (t *rules) layoutOrg(i int) (end int, by rule) {
	end = i
	for n := range layoutOrgs {
		if e := layoutOrgs[n].end(t, i); e > end {
			end, by = e, layoutOrgs[n].rule
		}
	}
	if end == i {
		end, by = t.overLine(i), byLineBreak
	}
	return end, by
}

// surest tries the names that layout proves, which nothing learned outdoes: of
// mail headers and signatures.
func (t *rules) surest(i int) int {
	if !t.tokens[i].isName() {
		return i + 1
	}
	if next := t.mailHeader(i); next > i {
		return next
	}
	if next := t.inverted(i); next > i {
		return next
	}
	if end, by := t.layoutOrg(i); end > i {
		return max(t.add(by, i, end), i+1)
	}
	if next := max(t.placeInCapitals(i), t.judgeOfCourt(i)); next > i {
		return next
	}
	if t.signed(i) {
		return max(t.person(i), i+1)
	}
	return i + 1
}

// finders are the kinds of names in the order in which step tries them. Each
// returns where to go on after a name at token i, or i.
var finders = []func(t *rules, i int) int{
	(*rules).area, (*rules).org, (*rules).place, (*rules).person, (*rules).party, (*rules).act,
}

// step tries every kind of name at token i and returns where to go on.
func (t *rules) step(i int) int {
	tok := &t.tokens[i]
	if !tok.isName() || t.used(i) {
		return i + 1
	}
	for _, find := range finders {
		if next := find(t, i); next > i {
			return next
		}
	}
	return i + 1
}

// at returns token i, or an empty one outside the text.
func (t *rules) at(i int) *token {
	if i < 0 || i >= len(t.tokens) {
		return &token{gap: parted}
	}
	return &t.tokens[i]
}

// joined reports whether token i follows the one before it in one phrase.
func (t *rules) joined(i int) bool { return i < len(t.tokens) && t.tokens[i].gap != parted }

// isMark reports whether token i is the punctuation mark b.
func (t *rules) isMark(i int, b byte) bool {
	tok := t.at(i)
	return tok.class == other && tok.mark == b
}

// waters end the names of rivers, and of hardly anybody: "Belle Fourche River".
var waters = vocabulary.Set("river creek canyon reservoir")

// add records tokens from up to end (exclusive) as a mention, remembers its
// short forms and returns end.
func (t *rules) add(by rule, from, end int) int {
	if by.typ == dossier.Person && end-from > 1 && waters[t.at(end-1).key] {
		by.typ = dossier.Location
	}
	if t.taken(from, end) || t.isLaw(end) && by.typ != dossier.Statute && by.typ != dossier.Person {
		return from
	}
	t.record(by, from, end, "tagger:rules")
	t.memory.learn(t, by.typ, from, end)
	t.alias(by.typ, from, end)
	return end
}

func (t *rules) record(by rule, from, end int, method string) {
	start, stop := t.tokens[from].start, t.tokens[end-1].end
	if last := t.tokens[end-1]; (last.key == "llc" || last.key == "llp") && strings.Count(t.text[last.start:stop], ".") == 1 {
		stop-- // the stop ends the sentence: "LLC" is written without one
	}
	m := dossier.Mention{
		Type: by.typ, Text: t.text[start:stop], Start: start, End: stop, Norm: normName(t.text[start:stop]),
		Score: by.score, Method: method, Rule: by.name,
	}
	for i := from; i < end; i++ {
		t.types[i] = by.typ
	}
	if by.typ == dossier.Person {
		m.Role = t.role(from, end)
	}
	t.out = append(t.out, m)
}

// normName is the normal form of a name: on one line, and capitals only where
// names have them if it is all in capitals.
func normName(s string) string {
	s = lex.PlainLetters(lex.OneLine(s))
	if strings.ToUpper(s) == s && len(s) > 5 && strings.Contains(s, " ") {
		return titleCase(s)
	}
	return s
}

// Organisations.

// maxOrg bounds the tokens of an organisation's name.
const maxOrg = 12

// org reads an organisation that starts at token i.
func (t *rules) org(i int) int {
	first := t.at(i)
	if t.badOrgStart(first) && t.at(i+1).key != "department" {
		return i
	}
	if end := t.suffixed(i); end > i {
		return t.add(byCompanyEnding, t.wholeFrom(i, end), end)
	}
	if end := t.headed(i); end > i && !t.isKind(i, end) {
		return t.add(byOrgNoun, i, t.withSeries(end))
	}
	if first.class == caps && len(first.key) > 2 && t.roleBefore(i) && !t.inLongerName(i) && first.flags&(nameWord|firstName) == 0 {
		t.memory.note(first.key, 1, dossier.Org) // "Defendant ABC"
		return t.add(byRoleCapitals, i, i+1)
	}
	if end := t.body(i); end > i {
		return t.add(byKnownBody, i, end)
	}
	return i
}

// body returns the end of the body at token i that is known by its name alone,
// "Congress" or "FBI", or i.
func (t *rules) body(i int) int {
	if tok := t.at(i); tok.class == caps && agencies[tok.key] {
		return i + 1
	}
	if !bodyStarts[t.at(i).key] {
		return i
	}
	for end := i + maxBodyWords; end > i; end-- {
		if t.free(i, end) && bodies[t.phrase(i, end)] {
			return end
		}
	}
	return i
}

// maxBodyWords is the most words of a name in bodies.
const maxBodyWords = 3

// inOrg are words of notNames that organisations have in their names.
var inOrg = vocabulary.Set(`new north south east west southern northern eastern western central united states american british european federal
national general first second third fifth insurance products product service services software data content web online systems work state city country us english
joint policy materials property properties net tax business system company corporation partnership office court law title room world program
project international justice agriculture education commerce labor defense energy street avenue road hearing discovery price`)

// notOrg are the words of notNames that organisations have not.
var notOrg = func() map[string]bool {
	m := map[string]bool{}
	for word := range notNames {
		if !inOrg[word] && !nations[word] {
			m[word] = true
		}
	}
	return m
}()

func blocksOrg(tok *token) bool { return tok.class != initial && notOrg[tok.key] }

func (t *rules) badOrgStart(tok *token) bool {
	return blocksOrg(tok) || personTitles[tok.key] || tok.key == "hearing" || tok.key == "discovery"
}

// orgLink reports whether token i can stand between two words of an
// organisation's name.
func (t *rules) orgLink(i int) bool {
	tok := t.at(i)
	if tok.class == other {
		return tok.mark == '&' && tok.gap != parted
	}
	if tok.class != lower {
		return false
	}
	switch tok.key {
	case "of", "and", "for", "the", "de", "on":
		return true
	}
	return false
}

// suffixed returns the end of a name that ends in "Inc." or the like, or i.
func (t *rules) suffixed(i int) int {
	for k := i; k < i+maxOrg && k < len(t.tokens); k++ {
		if k > i {
			if !t.joined(k) {
				return i
			}
			if t.isMark(k, ',') && t.isSuffix(k+1) && t.joined(k+1) {
				return t.moreSuffixes(k + 2)
			}
			if kindNouns[t.at(k).key] && t.isKind(i, k+1) {
				return i
			}
			if t.isSuffix(k) && (t.at(k).key != "company" || t.distinct(i, k)) && t.phrase(i, k) != "company" {
				return t.moreSuffixes(k + 1)
			}
		}
		if !t.leadsToSuffix(i, k) {
			return i
		}
	}
	return i
}

// leadsToSuffix reports whether a company's name that begins at token i may go on
// after token k.
func (t *rules) leadsToSuffix(i, k int) bool {
	tok := t.at(k)
	if tok.isName() {
		return !blocksOrg(tok)
	}
	// "Jane Roe and Halden Inc." are two.
	return k > i && t.orgLink(k) && (tok.key != "and" || t.personEnd(i) != k)
}

// distinct reports whether one of tokens i up to end is no common word.
func (t *rules) distinct(i, end int) bool {
	for k := i; k < end; k++ {
		if tok := t.at(k); tok.isName() && tok.flags&commonWord == 0 && !inOrg[tok.key] {
			return true
		}
	}
	return false
}

// isSuffix reports whether token i is a company's ending.
func (t *rules) isSuffix(i int) bool {
	tok := t.at(i)
	if !tok.isName() || !hardSuffixes[tok.key] {
		return false
	}
	if len(tok.key) <= 2 && tok.key != "co" && tok.class == title {
		return false // "As", "Na"
	}
	return true
}

// moreSuffixes takes in ", Ltd." after "Co." and returns the end.
func (t *rules) moreSuffixes(end int) int {
	for {
		k := end
		if t.isMark(k, ',') {
			k++
		}
		if !t.joined(k) || !t.isSuffix(k) || t.tokens[k].key == "company" {
			return end
		}
		end = k + 1
	}
}

// headed returns the end of a name that has an organisation's noun: "First
// Bank", "Department of Justice", or i.
func (t *rules) headed(i int) int {
	if t.takesTail(i) {
		if e := t.ofTail(i + 1); e > i+1 {
			return e
		}
	}
	if t.personTitleBefore(i) {
		return i
	}
	end, distinct := t.lastHead(i)
	if end == i || t.givenName(i, end) || !distinct && !t.strongPhrase(i, end) {
		return i
	}
	if t.at(end).key == "of" || t.at(end).key == "for" {
		if e := t.ofTail(end); e > end {
			return e
		}
	}
	return end
}

// takesTail reports whether token i is an organisation's noun before its "of" or
// "for": "Department of", "Center for".
func (t *rules) takesTail(i int) bool {
	first, next := t.at(i), t.at(i+1)
	return orgOf[first.key] && next.key == "of" || forHeads[first.key] && next.key == "for" && first.class == title && next.class == lower
}

// lastHead returns the end of the last organisation's noun in the phrase that
// begins at token i, or i, and whether the words up to the end of the phrase tell
// the organisation from others.
func (t *rules) lastHead(i int) (end int, distinct bool) {
	end = i
	first := t.at(i)
	for k := i; k < i+maxOrg && k < len(t.tokens); k++ {
		tok := t.at(k)
		if k > i && !t.joined(k) {
			break
		}
		if !tok.isName() {
			if k == i || !t.orgLink(k) || tok.key == "the" || tok.key == "on" {
				break
			}
			continue
		}
		if blocksOrg(tok) {
			break
		}
		if k > i && (orgHeads[tok.key] || t.isDistrict(k)) && (distinct || !weakHeads[tok.key]) {
			end = k + 1
		}
		distinct = distinct || isDistinct(tok) || tok.class == caps && first.class != caps
	}
	return end, distinct
}

// isDistinct reports whether a word tells an organisation from others.
func isDistinct(tok *token) bool {
	return tok.flags&commonWord == 0 && (!inOrg[tok.key] || tok.flags&placeName != 0)
}

// isDistrict reports whether token i ends the name of a body that runs a district:
// "Water District".
func (t *rules) isDistrict(i int) bool {
	return (t.at(i).key == "district" || t.at(i).key == "dist") && districtKinds[t.at(i-1).key]
}

var districtKinds = vocabulary.Set("water school fire transit irrigation sanitation utility hospital park management sewer improvement")

// givenName reports whether tokens i up to end are a person whose surname is
// also an organisation's or a place's noun: "Eric B. Post", "Sean Beach".
func (t *rules) givenName(i, end int) bool {
	first := t.at(i)
	return first.flags&firstName != 0 && first.flags&(placeName|commonWord) == 0 && !gazetteer.IsState(first.key) && t.personEnd(i) == end
}

// strongPhrase reports whether a name of common words only is one all the
// same: "Federal Trade Commission", but not "Audit Committee".
func (t *rules) strongPhrase(i, end int) bool {
	names := 0
	for k := i; k < end; k++ {
		if t.at(k).isName() {
			names++
		}
	}
	return names >= 3 || inOrg[t.at(i).key] && t.at(i).key != "company"
}

// ofTail returns the end of "of Justice" or "of the Treasury" at token i, or i.
func (t *rules) ofTail(i int) int {
	k := i + 1
	if t.at(k).key == "the" && t.at(k).class == lower {
		k++
	}
	end := k
	for end < i+maxOrg && t.joined(end) {
		next := t.tailWord(i, k, end)
		if next == end {
			break
		}
		end = next
	}
	if end == k {
		return i
	}
	return end
}

// tailWord returns the end of the next words of a tail at token end, or end. The
// "of" is token i, the first word after it and its article token first.
func (t *rules) tailWord(i, first, end int) int {
	tok := t.at(end)
	if tok.isName() && (!blocksOrg(tok) || t.at(i-1).key == "office" && officeNouns[tok.key]) && tok.key != "directors" {
		return end + 1
	}
	if end == first {
		return end
	}
	next := t.at(end + 1)
	if t.possessive(end) == end+1 && t.joined(end+1) && next.isName() && !blocksOrg(next) {
		return end + 2 // "Workers' Compensation Programs"
	}
	if (tok.key == "and" || tok.mark == '&') && t.joined(end+1) && next.class == title && !blocksOrg(next) && orgTopic[next.key] {
		return end + 1
	}
	return end
}

// orgTopic are nouns that continue the name of a body after "and": "Health and
// Human Services".
var orgTopic = vocabulary.Set("human urban families development welfare technology commerce trade rehabilitation sciences medicine recreation tobacco drug budget training consumer industrial drugs education community environmental public workforce natural")

// Acts of a legislature.

// actYear returns the end of the year of an act that ends at token i: "Act of
// 1990", "Act 1998", and "Act, 1988" where nothing follows that the year may be
// part of.
func (t *rules) actYear(i int) int {
	k := i
	comma := t.isMark(k, ',')
	if comma || t.at(k).key == "of" {
		k++
	}
	year := t.at(k)
	if year.class != number || !t.joined(k) || lex.YearOf(t.text[year.start:year.end]) == 0 {
		return i
	}
	if next := t.at(k + 1); comma && next.class != other && t.joined(k+1) {
		return i
	}
	return k + 1
}

// act reads "Americans with Disabilities Act of 1990".
func (t *rules) act(i int) int {
	if notNames[t.at(i).key] && !inOrg[t.at(i).key] {
		return i
	}
	for k := i; k < i+maxOrg && (k == i || t.joined(k)); k++ {
		tok := t.at(k)
		if !tok.isName() && (k == i || tok.class != lower || !actLinks[tok.key]) {
			break
		}
		if k == i || tok.key != "act" {
			continue
		}
		if tok.class == caps && len(t.text) > tok.end && t.at(k-1).class != caps {
			break
		}
		return t.add(byAct, i, t.actYear(k+1))
	}
	return i
}

var actLinks = vocabulary.Set("of and for the with to in against")

// Places.

// area reads "City of Boston", "Cook County".
func (t *rules) area(i int) int {
	tok := t.at(i)
	if end := t.cityOf(i); end > i {
		return t.add(byAreaOf, i, end) // the vote tells governments
	}
	if notNames[tok.key] && !inOrg[tok.key] || tok.flags&commonWord != 0 && tok.flags&(nameWord|placeName) == 0 && !inOrg[tok.key] {
		return i
	}
	for k := i + 1; k < i+3 && t.joined(k) && t.at(k).isName(); k++ {
		if key := t.at(k).key; areaHeads[key] && key != "city" && key != "village" && !t.orgAfter(k+1) && !t.givenName(i, k+1) {
			return t.addTown(byAreaNoun, i, k+1, t.stateTail(k+1))
		}
	}
	return i
}

// cityOf returns the end of "City of Boston" at token i, or i.
func (t *rules) cityOf(i int) int {
	tok := t.at(i)
	if !areaOf[tok.key] || tok.class == initial || t.at(i+1).key != "of" || !t.joined(i+1) {
		return i
	}
	end := i + 2
	for end < i+5 && t.joined(end) && t.at(end).isName() && !blocksOrg(t.at(end)) && !orgHeads[t.at(end).key] {
		end++
	}
	if end == i+2 {
		return i
	}
	return end
}

// addTown records the town of tokens i up to town and its state, which ends at
// end, as places of their own.
func (t *rules) addTown(by rule, i, town, end int) int {
	if t.add(by, i, town) == i {
		return i
	}
	state := town
	if t.isMark(state, ',') {
		state++
	}
	if state < end && end > town {
		t.add(by, state, end)
	}
	return end
}

// orgAfter reports whether the words at token i make an organisation of the
// place before it: "Cook County Sheriff's Department".
func (t *rules) orgAfter(i int) bool {
	for k := i; k < i+4 && t.joined(k) && t.at(k).isName(); k++ {
		if orgHeads[t.at(k).key] || t.isSuffix(k) || streetHeads[t.at(k).key] {
			return true
		}
	}
	return false
}

// place reads a known place, alone or with its state: "Boston, Massachusetts".
func (t *rules) place(i int) int {
	if t.personTitleBefore(i) {
		return i
	}
	if t.isCountryAdjective(i) {
		return t.add(byAdjective, i, i+1)
	}
	known := t.knownPlace(i)
	if known > i && t.isOffice(i, known) {
		return known
	}
	if town, end := t.townBeforeState(i, known); end > i {
		return t.addTown(byTownState, i, town, end)
	}
	if known > i && (!t.orgAfter(known) || t.isKind(i, known+1)) && (known != i+1 || t.personEnd(i) <= known) {
		return t.add(byKnown, i, known)
	}
	if t.isLocative(i) {
		return t.add(byLocative, i, i+1)
	}
	return i
}

// townBeforeState returns the ends of a town at token i and of the state after it.
// known is the end of the place of the lists at i, or i. Both ends are i if no
// state follows.
func (t *rules) townBeforeState(i, known int) (town, end int) {
	if known > i && countries[t.phrase(i, known)] {
		return i, i // "South Korea, Japan" is a list
	}
	town = i + 1
	if known > i {
		town = known
	}
	for ; town <= i+3; town++ {
		if end := t.stateTail(town); end > town && (town == known || t.townLike(i, town, end)) {
			return town, end
		}
		if !t.joined(town) || !t.at(town).isName() || notNames[t.at(town).key] {
			break
		}
	}
	return i, i
}

// isLocative reports whether token i is a place by the word before it alone, "in
// Worcester", and no name goes on after it.
func (t *rules) isLocative(i int) bool {
	tok, prev := t.at(i), t.at(i-1)
	if tok.class != title || tok.flags&placeName == 0 || tok.flags&(commonWord|firstName) != 0 || notNames[tok.key] {
		return false
	}
	return prev.class == lower && (prev.key == "in" || prev.key == "near" || prev.key == "at") && t.joined(i) && (!t.joined(i+1) || !t.at(i+1).isName())
}

// isCountryAdjective reports whether token i is "U.S." before a word that makes no
// name with it: "the U.S. government", but not "U.S. Senate" or "550 U.S. 544".
func (t *rules) isCountryAdjective(i int) bool {
	tok, next := t.at(i), t.at(i+1)
	if tok.key != "us" || tok.class != initial || t.at(i-1).class == number && !t.isYear(i-1) {
		return false
	}
	return next.class == lower && t.joined(i+1) || next.gap == glued && (next.mark == '-' || next.mark == 0xE2)
}

// maxPlaceWords bounds the words of the places in the lists.
const maxPlaceWords = 4

// knownPlace returns the end of the longest place of the lists at token i.
func (t *rules) knownPlace(i int) int {
	best := i
	var key strings.Builder
	for k := i; k < i+maxPlaceWords && (k == i || t.joined(k)); k++ {
		tok := t.at(k)
		if !tok.isName() && tok.key != "of" {
			break
		}
		if k > i {
			key.WriteString(" ")
		}
		key.WriteString(tok.key)
		if k == i && tok.class == caps && lettered[tok.key] {
			best = k + 1
		}
		if k == i && len(key.String()) < 3 {
			continue
		}
		if countries[key.String()] || isCity(key.String()) || gazetteer.IsState(key.String()) {
			best = k + 1
		}
	}
	return best
}

// townLike reports whether tokens i up to town can be the name of a town
// before a state that ends at end.
func (t *rules) townLike(i, town, end int) bool {
	for k := i; k < town; k++ {
		tok := t.at(k)
		if !tok.isName() || notNames[tok.key] && !inOrg[tok.key] || hardSuffixes[tok.key] || streetHeads[tok.key] {
			return false
		}
	}
	if !t.distinct(i, town) {
		return false
	}
	last := t.at(town - 1)
	if gazetteer.StateOfCode(t.text[t.at(town+1).start:t.at(town+1).end]) != "" {
		return last.flags&placeName != 0 || t.at(end).class == number
	}
	return last.flags&placeName != 0 || town-i < 3
}

// stateTail returns the end of ", Massachusetts" or ", MA 02110" at token i,
// or i.
func (t *rules) stateTail(i int) int {
	if !t.isMark(i, ',') {
		// "Boston MA 02110"
		if tok := t.at(i); tok.class == caps && t.joined(i) && gazetteer.StateOfCode(t.text[tok.start:tok.end]) != "" && t.at(i+1).class == number && t.at(i+1).end-t.at(i+1).start == 5 {
			return i + 1
		}
		return i
	}
	if t.at(i+1).gap == parted {
		return i
	}
	tok := t.at(i + 1)
	word := t.text[tok.start:tok.end]
	if tok.class == caps && gazetteer.StateOfCode(word) != "" {
		return i + 2
	}
	if gazetteer.State(word) != "" {
		return i + 2
	}
	// "Mass" with its stop as a mark of its own, "New York", "D.C."
	if gazetteer.State(word+".") != "" && t.isMark(i+2, '.') && t.at(i+2).gap == glued {
		return i + 3
	}
	if end := t.knownPlace(i + 1); end > i+1 && t.at(i+1).class != initial {
		if name := t.phrase(i+1, end); !isCity(name) {
			return end
		}
	}
	return i
}

// titleCase writes a name in capitals with capitals only at the starts of its
// words; suffixes of three letters and words with stops stay.
func titleCase(s string) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		key := strings.ToLower(strings.Trim(w, ".,"))
		switch {
		case i > 0 && !strings.HasSuffix(w, ".") && len(w) > 1 && (connectors[key] || particles[key]):
			words[i] = strings.ToLower(w)
		case key == "llc" || key == "llp" || key == "lp" || key == "ii" || key == "iii" || key == "iv" || key == "usa" || key == "dc" || strings.Contains(strings.TrimSuffix(w, "."), "."):
		case len(w) > 0:
			words[i] = capitalise(w)
		}
	}
	return strings.Join(words, " ")
}

// capitalise lowers all letters but those that begin a part: "O'NEIL-ROE"
// becomes "O'Neil-Roe", and "MARY'S" "Mary's".
func capitalise(w string) string {
	var b strings.Builder
	start := true
	for i, r := range w {
		s := string(r)
		if start && (i == 0 || !isPossessive(w, i)) {
			b.WriteString(strings.ToUpper(s))
		} else {
			b.WriteString(strings.ToLower(s))
		}
		start = r == '-' || r == '\'' || r == '’' || r == '&' || r == '/' || r == '('
	}
	return b.String()
}
