package mention

import (
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// maxPersonWords bounds the words of a person's name.
const maxPersonWords = 6

// person reads a person's name at token i where title, first name, initials or
// layout prove it.
func (t *rules) person(i int) int {
	if personTitles[t.at(i).key] && t.at(i).class != initial {
		return i // the name after it is read next
	}
	end, proof := t.provedPerson(i)
	if end == i {
		return i
	}
	return t.add(rule{proof, dossier.Person, t.personScore(i, end)}, i, end)
}

// personScore says how well a name is proved.
func (t *rules) personScore(i, end int) float64 {
	switch {
	case t.personTitleBefore(i), t.signed(i):
		return titledPerson
	case t.at(i).flags&firstName != 0 && t.at(end-1).flags&nameWord != 0:
		return fullNamePerson
	case t.at(i).flags&firstName != 0:
		return givenPerson
	}
	return otherPerson
}

// personEnd returns the end of the person's name at token i, or i if there is
// not enough to make it one.
func (t *rules) personEnd(i int) int {
	end, _ := t.provedPerson(i)
	return end
}

// provedPerson returns the end of the person's name at token i and the rule that
// proves it; the end is i if none does.
func (t *rules) provedPerson(i int) (end int, proof string) {
	p := t.candidate(i)
	if p.words == 0 || t.isLettered(i) {
		return i, ""
	}
	if t.personTitleBefore(i) {
		if (p.first.flags|p.last.flags)&commonWord != 0 && (p.first.flags|p.last.flags)&(nameWord|firstName) == 0 {
			return i, "" // "Justice Manual"
		}
		return t.withSuffix(p.end), "title"
	}
	if p.words+p.initials < 2 || p.last.class == initial && !t.signed(i) {
		return i, ""
	}
	ok, proof := decide(t, personProofs, p)
	if !ok || t.isHeading(i, p.end) || t.isStreet(p.last, p.end) {
		return i, ""
	}
	return t.withSuffix(p.end), proof
}

// isLettered reports whether token i is the letter of a part of a document: "as set
// out in Schedule A. Halden may".
func (t *rules) isLettered(i int) bool {
	prev := t.at(i - 1)
	return t.at(i).class == initial && t.joined(i) && prev.isName() && letteredParts[prev.key]
}

// isStreet reports whether a name is a street's: its last word, or the one after it
// at token end, says so.
func (t *rules) isStreet(last *token, end int) bool {
	return streetHeads[last.key] || t.joined(end) && streetHeads[t.at(end).key] && t.at(end).isName()
}

// candidate are words at token i that may name a person.
type candidate struct {
	i, end          int
	words, initials int // how many full words and initials the name has
	first, last     *token
	known           bool // the first word is a first name
	surname         bool // the last word is in the list of names
	odd             bool // the last word is rather a place or an everyday word
}

func (t *rules) candidate(i int) candidate {
	p := candidate{i: i}
	p.end, p.words, p.initials = t.nameWords(i)
	if p.words == 0 {
		return p
	}
	p.first, p.last = t.at(i), t.at(p.end-1)
	p.known = p.first.flags&firstName != 0 && p.first.class != initial
	p.surname = p.last.flags&nameWord != 0
	p.odd = p.last.flags&(commonWord|placeName) != 0 && !p.surname
	if p.last.flags&commonWord == 0 && p.first.flags&placeName == 0 {
		p.odd = p.odd && !p.known // Thomas Everly is no place, though there is an Everly
	}
	return p
}

// isCommon reports whether the last word is an everyday one.
func (p *candidate) isCommon() bool { return p.last.flags&commonWord != 0 }

// personProofs are the rules of what makes words a person's name without a title
// before them. The first that fits decides.
var personProofs = []decision[candidate]{
	{
		"signature",
		func(t *rules, p candidate) bool { return t.signed(p.i) },
		func(*rules, candidate) bool { return true },
	},
	{
		"role-before",
		func(t *rules, p candidate) bool { return !p.odd && t.roleBefore(p.i) },
		func(*rules, candidate) bool { return true },
	},
	{
		"first-name-in-capitals",
		func(_ *rules, p candidate) bool { return p.known && p.first.class == caps },
		func(_ *rules, p candidate) bool { return !p.odd && (p.surname || p.last.flags == 0) },
	},
	{
		"first-name",
		func(_ *rules, p candidate) bool { return p.known },
		func(_ *rules, p candidate) bool { return !p.odd || p.initials > 0 },
	},
	{
		"initial-in-capitals", // "FARE FOR J ROE"
		func(_ *rules, p candidate) bool {
			return p.first.class == initial && p.first.end-p.first.start == 1 && p.last.class == caps && p.words == 1 && p.initials == 1
		},
		func(t *rules, p candidate) bool {
			return t.at(p.i-1).class == caps && linkWords[t.at(p.i-1).key] && !p.isCommon()
		},
	},
	{
		"initial-at-line-start", // "A. Facts" is a heading
		func(_ *rules, p candidate) bool {
			return p.first.class == initial && (p.first.gap == parted || p.last.class == caps) && p.words < 2
		},
		func(_ *rules, p candidate) bool { return p.surname && p.last.class == title && !p.isCommon() },
	},
	{
		"initials",
		func(_ *rules, p candidate) bool {
			return p.first.class == initial && p.first.end-p.first.start <= 2 || p.initials > 0
		},
		func(_ *rules, p candidate) bool {
			return !p.isCommon() && (p.surname || p.words > 1 || p.initials > 0 && p.last.flags == 0) && len(p.last.key) > 2
		},
	},
	{
		"two-names",
		func(_ *rules, p candidate) bool { return p.first.flags&nameWord != 0 && p.surname },
		func(_ *rules, p candidate) bool {
			return (p.first.flags|p.last.flags)&commonWord == 0 && p.first.class == title && p.first.flags&placeName == 0
		},
	},
}

// letteredParts are parts of documents that have a letter after them.
var letteredParts = vocabulary.Set("schedule exhibit appendix annex attachment section part class series figure table tab count volume item form type phase addendum rider")

// linkWords lead to a name in a line of capitals.
var linkWords = vocabulary.Set("for to by from with")

// nameWords walks over the words that can make a person's name and counts
// full words and initials.
func (t *rules) nameWords(i int) (end, words, initials int) {
	end = i
	for k := i; k < i+maxPersonWords && k < len(t.tokens); k++ {
		tok := t.at(k)
		if k > i && (!t.joined(k) || t.used(k)) {
			break
		}
		if k > i && t.isParticle(k) {
			continue
		}
		if !t.fitsPerson(i, k) {
			break
		}
		if t.blocksPerson(tok) {
			if t.provesWord(i, k) {
				return k + 1, words + 1, initials
			}
			break
		}
		if tok.class == initial {
			initials++
			if tok.end-tok.start > 5 || words == 0 && initials > 1 && k > i+1 {
				break
			}
		} else if words++; words > 4 {
			break
		}
		end = k + 1
	}
	if words > 0 && t.endsInInitial(i, end) {
		end--
		initials--
	}
	return end, words, initials
}

// endsInInitial reports whether the last of tokens i up to end is an initial. "Jane
// R" may be cut; "Jane Roe J." is not a name with an initial.
func (t *rules) endsInInitial(i, end int) bool {
	return end > i && t.at(end-1).class == initial && t.at(end-1).key != ""
}

// isParticle reports whether token k is a small word inside a person's name: "van",
// "VAN" among capitals.
func (t *rules) isParticle(k int) bool {
	tok := t.at(k)
	if !particles[tok.key] || !t.joined(k+1) {
		return false
	}
	next := t.at(k + 1)
	return tok.class == lower && next.class == title || tok.class == caps && next.class == caps
}

// fitsPerson reports whether token k looks like a further word of the person's name
// that begins at token i.
func (t *rules) fitsPerson(i, k int) bool {
	first, tok := t.at(i), t.at(k)
	if !tok.isName() {
		return false
	}
	if k == i {
		return true
	}
	if tok.class != initial && tok.class != first.class && first.class != initial && !mixedCase(first, tok) {
		return false
	}
	return tok.key != first.key && !t.isHonour(k)
}

// provesWord reports whether the words before token k make a surname even of a word
// that is none elsewhere: "Meredith A. Jury".
func (t *rules) provesWord(i, k int) bool {
	tok := t.at(k)
	return k == i+2 && t.at(i).flags&firstName != 0 && t.at(k-1).class == initial && tok.class != initial && !personTitles[tok.key]
}

// mixedCase allows "McDONALD" and "Jane ROE".
func mixedCase(first, tok *token) bool {
	return first.class == title && tok.class == caps && tok.flags&nameWord != 0
}

// blocksPerson reports whether a word cannot be in a person's name.
func (t *rules) blocksPerson(tok *token) bool {
	if tok.class == initial {
		return tok.key == "us" || tok.key == "dc" || tok.key == "usc"
	}
	return notNames[tok.key] || personTitles[tok.key] || strings.ContainsAny(tok.key, "0123456789") || hardSuffixes[tok.key] || nameSuffixes[tok.key] ||
		orgHeads[tok.key] && tok.flags&nameWord == 0 || tok.flags&commonWord != 0 && tok.flags&(nameWord|firstName) == 0 ||
		streetHeads[tok.key] && tok.flags&nameWord == 0 || areaHeads[tok.key] && tok.flags&nameWord == 0 || gazetteer.IsState(tok.key) && tok.flags&firstName == 0
}

// isHonour reports whether token k is what British names have after them: "KC".
func (t *rules) isHonour(k int) bool { return t.at(k).class == caps && honours[t.at(k).key] }

var honours = vocabulary.Set("kc qc lj cj obe cbe mbe mp")

// withSuffix takes in ", Jr." and "III".
func (t *rules) withSuffix(end int) int {
	k := end
	if t.isMark(k, ',') {
		k++
	}
	if t.joined(k) && nameSuffixes[t.at(k).key] && t.at(k).isName() {
		return k + 1
	}
	return end
}

// personTitleBefore reports whether a title stands right before token i.
func (t *rules) personTitleBefore(i int) bool {
	prev := t.at(i - 1)
	if !t.joined(i) {
		return false
	}
	if prev.mark == '.' && prev.class == other && prev.gap == glued {
		prev = t.at(i - 2)
	}
	if t.isMark(i-1, ':') && judgeTitles[t.at(i-2).key] {
		prev = t.at(i - 2) // "Judge: Roe"
	}
	return prev.isName() && prev.class != initial && personTitles[prev.key]
}

// signed reports whether "/s/" or the label of a signature stands before
// token i.
func (t *rules) signed(i int) bool {
	return t.isMark(i-1, '/') && t.at(i-2).key == "s" && t.isMark(i-3, '/')
}

// roleBefore reports whether a party's role stands before token i, as in
// "Plaintiff Jane Roe".
func (t *rules) roleBefore(i int) bool {
	return t.joined(i) && t.at(i-1).isName() && roleWords[t.at(i-1).key]
}

// isHeading reports whether tokens i up to end fill a line of capitals that has
// other words than names on it, as a heading has.
func (t *rules) isHeading(i, end int) bool {
	if t.at(i).class != caps {
		return false
	}
	prev, next := t.at(i-1), t.at(end)
	inHeading := func(tok *token, joined bool) bool {
		return joined && tok.class == caps && tok.flags&commonWord != 0 && !personTitles[tok.key] && !roleWords[tok.key]
	}
	return inHeading(prev, t.joined(i)) || inHeading(next, t.joined(end))
}

// party reads a party of a caption, which layout proves: the words before ",
// Plaintiff" or around "v." on lines of their own.
func (t *rules) party(i int) int {
	tok := t.at(i)
	if tok.gap != parted && !t.versusBefore(i) || blocksOrg(tok) {
		return i
	}
	end := i
	for end < i+5 && (end == i || t.joined(end)) && t.at(end).isName() && !notNames[t.at(end).key] {
		end++
	}
	if end-i < 2 || end-i > 4 || !t.isParty(i, end) {
		return i
	}
	for n := i; n < end; n++ {
		if t.at(n).flags&commonWord != 0 && t.at(n).flags&(nameWord|firstName) == 0 {
			return t.add(byCaptionTerms, i, end)
		}
	}
	return t.add(byCaptionParty, i, end)
}

// isParty reports whether the words around tokens i up to end make them a party: a
// label on the line before, or a role or "v." after them.
func (t *rules) isParty(i, end int) bool {
	if t.at(i).gap == parted && t.partyLabel(i-1) && (end == len(t.tokens) || t.at(end).gap == parted) {
		return true
	}
	k := end
	if t.isMark(k, ',') {
		k++
	}
	return (roleWords[t.at(k).key] || t.versusAfter(k)) && (k > end || !t.joined(k))
}

// partyLabel reports whether token i ends a label over a party's name on a
// docket sheet: "Plaintiff" on a line of its own, or "represented by".
func (t *rules) partyLabel(i int) bool {
	tok := t.at(i)
	if tok.class == lower {
		return tok.key == "by" && t.at(i-1).key == "represented"
	}
	return tok.isName() && (roleWords[tok.key] || tok.key == "trustee") && t.at(i).gap == parted
}

func (t *rules) versusAfter(i int) bool {
	return (t.at(i).key == "v" || t.at(i).key == "vs") && t.at(i).class == lower
}

func (t *rules) versusBefore(i int) bool {
	if t.isMark(i-1, '.') {
		return t.versusAfter(i - 2)
	}
	return t.versusAfter(i - 1)
}

// role says what the words around a person's name make of him or her.
func (t *rules) role(from, end int) string {
	for k := from - 1; k >= from-4 && k >= 0 && t.joined(k+1); k-- {
		tok := t.at(k)
		if tok.isName() && judgeTitles[tok.key] {
			return "judge"
		}
		if (!tok.isName() || !personTitles[tok.key]) && tok.mark != '.' && tok.mark != ':' && tok.key != "chief" && tok.key != "the" {
			break
		}
	}
	if t.counselLabel(from) || t.isMark(end, '(') && t.at(end+1).key == "argued" {
		return "attorney"
	}
	return t.roleAfter(end)
}

// roleLinks are the lower-case words that may stand between a name and its cue.
var roleLinks = vocabulary.Set("for of the")

// maxRoleDistance bounds how far after a name its cue may stand, in tokens.
const maxRoleDistance = 10

// attorneyWords after a name say that the person is a lawyer, and judgeLetters that
// he or she is a judge.
var (
	attorneyWords = vocabulary.Set("esq esquire bbo attorney attorneys counsel sbn atty")
	judgeLetters  = vocabulary.Set("usdj usmj cj pj usbj")
)

func (t *rules) roleAfter(end int) string {
	lines := 0
	for k := end; k < end+maxRoleDistance && k < len(t.tokens); k++ {
		tok := t.at(k)
		if tok.gap == parted {
			lines++
		}
		if lines > 1 {
			break
		}
		if role := t.roleCue(k, end, lines); role != "" {
			return role
		}
		// Another sentence ends the search.
		if tok.class == other && (tok.mark == '.' || tok.mark == ';') || tok.class == lower && !roleLinks[tok.key] {
			return ""
		}
	}
	return ""
}

// roleCue returns the role that token k, lines further than the name that ends at
// token end, says the person has; "" if it says nothing.
func (t *rules) roleCue(k, end, lines int) string {
	tok := t.at(k)
	attorney, judge := false, false
	switch key := tok.key; {
	case attorneyWords[key]:
		attorney = tok.isName()
	case key == "bar":
		attorney = t.isMark(k+1, '#') || strings.HasPrefix(t.at(k+1).key, "no") || t.isMark(k+1, '(')
	case key == "j":
		judge = k == end+1 && t.isMark(end, ',') && tok.end-tok.start == 2
	case key == "judge", key == "justice":
		judge = lines > 0 || t.isMark(end, ',')
	default:
		judge = judgeLetters[key]
	}
	switch {
	case attorney:
		return "attorney"
	case judge:
		return "judge"
	}
	return ""
}

// Mail.

// headerNames are the lines of a mail that name people.
var headerNames = vocabulary.Set("from to cc bcc sent")

// maxRecipients bounds the people of one header line.
const maxRecipients = 200

// mailHeader reads the people of a line such as "From: Jane Roe
// <jane@example.com>; Roe, John".
func (t *rules) mailHeader(i int) int {
	if !t.lineLabel(i) || !headerNames[t.at(i).key] {
		return i
	}
	k := i + 2
	for range maxRecipients {
		end, comma := t.recipientEnd(k)
		t.recipient(k, end, comma)
		end = t.afterAddress(k, end)
		if end >= len(t.tokens) || end == k || !t.joined(end) || !t.isMark(end, ';') && !t.isMark(end, ',') {
			return max(end, i+2)
		}
		k = end + 1
	}
	return k
}

// recipientEnd returns the end of the words at token k that may name a recipient,
// and the place of the last comma among them, 0 if there is none.
func (t *rules) recipientEnd(k int) (end, comma int) {
	end = k
	for end < len(t.tokens) && end < k+8 && (end == k || t.joined(end)) && !t.lineLabel(end) && (t.at(end).isName() || t.isMark(end, ',') || t.isMark(end, '.')) {
		if t.isMark(end, ',') {
			comma = end
		}
		end++
	}
	return end, comma
}

// afterAddress returns the end of the address in angle brackets at token end, on the
// same line, of the recipient that begins at token k.
func (t *rules) afterAddress(k, end int) int {
	for end < len(t.tokens) && t.joined(end) && !t.lineLabel(end) && !t.isMark(end, ';') && !t.isMark(end, ',') && end < k+14 {
		end++
	}
	return end
}

// lineLabel reports whether token i begins a line with a label, such as "To:".
func (t *rules) lineLabel(i int) bool {
	return t.at(i).gap >= wrapped && t.at(i).isName() && t.isMark(i+1, ':')
}

// recipient adds tokens k up to end, with a comma at comma or none if 0, if
// they are a person's name.
func (t *rules) recipient(k, end, comma int) {
	if comma == end-1 {
		end--
		comma = 0
	}
	for end > k && t.at(end-1).mark == '.' {
		end--
	}
	n := end - k
	if n < 2 || n > 5 {
		return
	}
	for x := k; x < end; x++ {
		if tok := t.at(x); tok.isName() && tok.class != initial && (hardSuffixes[tok.key] || orgHeads[tok.key] && tok.flags&nameWord == 0 || notNames[tok.key]) {
			return
		}
	}
	if comma == 0 || comma == k+1 {
		t.add(byMailHeader, k, end)
	}
}
