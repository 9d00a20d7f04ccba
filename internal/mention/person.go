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
	end := t.personEnd(i)
	if end == i {
		return i
	}
	return t.add(dossier.Person, i, end, t.personScore(i, end))
}

// personScore says how well a name is proved.
func (t *rules) personScore(i, end int) float64 {
	switch {
	case t.personTitleBefore(i), t.signed(i):
		return 0.95
	case t.at(i).flags&firstName != 0 && t.at(end-1).flags&nameWord != 0:
		return 0.9
	case t.at(i).flags&firstName != 0:
		return 0.8
	}
	return 0.7
}

// personEnd returns the end of the person's name at token i, or i if there is
// not enough to make it one.
func (t *rules) personEnd(i int) int {
	end, words, initials := t.nameWords(i)
	if words == 0 {
		return i
	}
	first, last := t.at(i), t.at(end-1)
	if prev := t.at(i - 1); first.class == initial && t.joined(i) && prev.isName() && letteredParts[prev.key] {
		return i // "as set out in Schedule A. Halden may"
	}
	if t.personTitleBefore(i) {
		if last := t.at(end - 1); (first.flags|last.flags)&commonWord != 0 && (first.flags|last.flags)&(nameWord|firstName) == 0 {
			return i // "Justice Manual"
		}
		return t.withSuffix(end)
	}
	if words+initials < 2 || last.class == initial && !t.signed(i) {
		return i
	}
	known := first.flags&firstName != 0 && first.class != initial
	surname := last.flags&nameWord != 0
	odd := last.flags&(commonWord|placeName) != 0 && !surname
	if last.flags&commonWord == 0 && first.flags&placeName == 0 {
		odd = odd && !known // Thomas Everly is no place, though there is an Everly
	}
	ok := false
	switch {
	case t.signed(i), t.roleBefore(i) && !odd:
		ok = true
	case known && first.class == caps:
		ok = !odd && (surname || last.flags == 0)
	case known:
		ok = !odd || initials > 0
	case first.class == initial && first.end-first.start == 1 && last.class == caps && words == 1 && initials == 1:
		ok = t.at(i-1).class == caps && linkWords[t.at(i-1).key] && last.flags&commonWord == 0 // "FARE FOR J ROE"
	case first.class == initial && (first.gap == parted || last.class == caps) && words < 2:
		ok = surname && last.class == title && last.flags&commonWord == 0 // "A. Facts" is a heading
	case first.class == initial && first.end-first.start <= 2, initials > 0:
		ok = last.flags&commonWord == 0 && (surname || words > 1 || initials > 0 && last.flags == 0) && len(last.key) > 2
	case first.flags&nameWord != 0 && surname:
		ok = (first.flags|last.flags)&commonWord == 0 && first.class == title && first.flags&placeName == 0
	}
	if !ok || t.isHeading(i, end) || streetHeads[last.key] || t.joined(end) && streetHeads[t.at(end).key] && t.at(end).isName() {
		return i
	}
	return t.withSuffix(end)
}

// letteredParts of a paper have a letter after them.
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
		if k > i && particles[tok.key] && t.joined(k+1) && (tok.class == lower && t.at(k+1).class == title || tok.class == caps && t.at(k+1).class == caps) {
			continue
		}
		if !tok.isName() || k > i && tok.class != initial && tok.class != t.at(i).class && t.at(i).class != initial && !mixedCase(t.at(i), tok) {
			break
		}
		if k > i && (tok.key == t.at(i).key || t.isHonour(k)) {
			break
		}
		if t.blocksPerson(tok) {
			// After "Meredith A." even "Jury" is a name.
			if k == i+2 && t.at(i).flags&firstName != 0 && t.at(k-1).class == initial && tok.class != initial && !personTitles[tok.key] {
				return k + 1, words + 1, initials
			}
			break
		}
		if tok.class == initial {
			initials++
			if tok.end-tok.start > 5 || words == 0 && initials > 1 && k > i+1 {
				break
			}
		} else {
			words++
			if words > 4 {
				break
			}
		}
		end = k + 1
	}
	if end > i && t.at(end-1).class == initial && t.at(end-1).key != "" && words > 0 {
		// "Jane R" may be cut; "Jane Roe J." is not a name with an initial.
		end--
		initials--
	}
	return end, words, initials
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
	labelled := tok.gap == parted && t.partyLabel(i-1)
	if tok.gap != parted && !t.versusBefore(i) || blocksOrg(tok) {
		return i
	}
	end := i
	for end < i+5 && (end == i || t.joined(end)) && t.at(end).isName() && !notNames[t.at(end).key] {
		end++
	}
	if end-i < 2 || end-i > 4 {
		return i
	}
	k := end
	if t.isMark(k, ',') {
		k++
	}
	endsLine := end == len(t.tokens) || t.at(end).gap == parted
	if (!labelled || !endsLine) && (!roleWords[t.at(k).key] && !t.versusAfter(k) || k == end && t.joined(k)) {
		return i
	}
	for n := i; n < end; n++ {
		if t.at(n).flags&commonWord != 0 && t.at(n).flags&(nameWord|firstName) == 0 {
			return t.add(dossier.Org, i, end, 0.6)
		}
	}
	return t.add(dossier.Person, i, end, 0.75)
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
		switch tok.key {
		case "esq", "esquire", "bbo", "attorney", "attorneys", "counsel", "sbn", "atty":
			if tok.isName() {
				return "attorney"
			}
		case "bar":
			if t.isMark(k+1, '#') || strings.HasPrefix(t.at(k+1).key, "no") || t.isMark(k+1, '(') {
				return "attorney"
			}
		case "usdj", "usmj", "cj", "pj", "usbj":
			return "judge"
		case "j":
			if k == end+1 && t.isMark(end, ',') && tok.end-tok.start == 2 {
				return "judge"
			}
		case "judge", "justice":
			if lines > 0 || t.isMark(end, ',') {
				return "judge"
			}
		}
		// Another sentence ends the search.
		if tok.class == other && (tok.mark == '.' || tok.mark == ';') || tok.class == lower && !roleLinks[tok.key] {
			return ""
		}
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
	tok := t.at(i)
	if !t.lineLabel(i) || !headerNames[tok.key] {
		return i
	}
	k := i + 2
	for range maxRecipients {
		end := k
		comma := 0
		for end < len(t.tokens) && end < k+8 && (end == k || t.joined(end)) && !t.lineLabel(end) && (t.at(end).isName() || t.isMark(end, ',') || t.isMark(end, '.')) {
			if t.isMark(end, ',') {
				comma = end
			}
			end++
		}
		t.recipient(k, end, comma)
		// Go on after the address in angle brackets, on the same line.
		for end < len(t.tokens) && t.joined(end) && !t.lineLabel(end) && !t.isMark(end, ';') && !t.isMark(end, ',') && end < k+14 {
			end++
		}
		if end >= len(t.tokens) || end == k || !t.joined(end) || !t.isMark(end, ';') && !t.isMark(end, ',') {
			return max(end, i+2)
		}
		k = end + 1
	}
	return k
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
		t.add(dossier.Person, k, end, 0.9)
	}
}
