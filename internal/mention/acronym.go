package mention

import (
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/mention/court"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// findAcronyms records the organisations whose letters follow in parentheses:
// "Division of Safety and Permanence (DSP)". The letters prove the bounds, also
// over a line's end.
func (t *rules) findAcronyms() {
	for k := range t.tokens {
		tok := t.at(k)
		if tok.class != caps || tok.end-tok.start < 3 || !t.isMark(k-1, '(') && !isQuote(t.at(k-1).mark) {
			continue
		}
		paren := k - 1
		for paren > k-4 && paren > 0 && t.at(paren).class == other && t.at(paren).mark != '(' {
			paren--
		}
		switch from := t.spelledBy(tok.key, paren); {
		case from == paren || lawHeads[t.at(paren-1).key]:
		case t.knownPlace(from) == paren:
			t.memory.note(tok.key, 1, dossier.Location)
			t.memory.defined[tok.key] = dossier.Location
		case papers[t.at(paren-1).key]:
			t.memory.terms[tok.key] = true
		case t.hasHead(from, paren):
			t.add(byAcronym, from, paren)
			t.memory.note(tok.key, 1, dossier.Org)
			t.memory.defined[tok.key] = dossier.Org
		}
	}
}

// papers end the names of documents, not of those who write them.
var papers = vocabulary.Set("understanding plan assessment protocol scheme charter convention directive treaty strategy standard agreement report form policy order procedure notice program programme system letter")

// spelledBy returns where the words before token end begin whose first letters
// spell key, or end. Little words may be left out of the letters.
func (t *rules) spelledBy(key string, end int) int {
	k := end
	for left := len(key); left > 0; {
		k--
		tok := t.at(k)
		if k < 0 || tok.class == masked || tok.key == "" || k < end-2*len(key) {
			return end
		}
		switch {
		case tok.key[0] == key[left-1] && (tok.isName() || tok.class == lower):
			left--
		case tok.class != lower || !acronymLinks[tok.key]:
			return end
		}
	}
	if !t.at(k).isName() || t.taken(k, end) {
		return end
	}
	return k
}

// acronymLinks are the words that letters may leave out.
var acronymLinks = vocabulary.Set("of and for the in on to")

// hasHead reports whether a noun of organisations is among tokens from up to end.
func (t *rules) hasHead(from, end int) bool {
	for k := from; k < end; k++ {
		if tok := t.at(k); tok.isName() && (orgHeads[tok.key] || orgOf[tok.key] || t.isSuffix(k)) {
			return true
		}
	}
	return false
}

// owners are the people whose office, union or hospital bears their name:
// "Sheriff's Department".
var owners = vocabulary.Set("sheriff attorney attorneys counsel examiner prosecutor mayor governor defender children women veterans workers investor investors lawyers clerk recorder assessor treasurer coroner trustee physicians farmers teachers bankers surrogate comptroller controller auditor")

// beforeOwner are words of notNames that stand before an owner in the name of an
// office.
var beforeOwner = vocabulary.Set("special district united states county state city general deputy public medical chief independent federal u.s. us")

// office returns the end of "District Attorney's Office" at token i, or i.
func (t *rules) office(i int) int {
	for k := i; k < i+maxOrg && (k == i || t.joined(k)); k++ {
		tok := t.at(k)
		if !tok.isName() {
			return i
		}
		if k > i && owners[tok.key] { // "the Clerk's Office" may be any
			head := t.possessive(k + 1)
			if head > k+1 && t.joined(head) && t.at(head).isName() && orgHeads[t.at(head).key] {
				return t.districtTail(head + 1)
			}
		}
		if blocksOrg(tok) && !beforeOwner[tok.key] && !owners[tok.key] || tok.class == initial && tok.key != "us" {
			return i
		}
	}
	return i
}

// districtTail returns the end of "for the Southern District of New York" at token
// i, which tells of which district an office is, or i.
func (t *rules) districtTail(i int) int {
	k := i + 2
	if t.at(i).key != "for" || t.at(i+1).key != "the" || !t.joined(i) || !t.joined(i+1) || !t.joined(k) {
		return i
	}
	if court.IsSide(t.at(k).key) {
		k++
	}
	if end := t.knownPlace(k); end > k && t.joined(k) { // "District of Columbia"
		return end
	}
	if end := t.knownPlace(k + 2); t.at(k).key == "district" && t.at(k+1).key == "of" && t.joined(k) && t.joined(k+1) && t.joined(k+2) && end > k+2 {
		return end
	}
	return i
}

// chamber returns the end of a committee of a legislature's chamber at token i,
// "Senate Select Committee on Intelligence", "House Oversight and Reform
// Committee", or i.
func (t *rules) chamber(i int) int {
	if key := t.at(i).key; key != "senate" && key != "house" || t.at(i).class == caps {
		return i
	}
	for k := i + 1; k < i+maxOrg && t.joined(k); k++ {
		tok := t.at(k)
		switch {
		case tok.isName() && (tok.key == "committee" || tok.key == "subcommittee"):
			if end := t.ofTail(k + 1); end > k+1 && t.at(k+1).key == "on" {
				return end
			}
			return k + 1
		case tok.isName() && (personTitles[tok.key] || officeNouns[tok.key] || tok.key == "leader" || tok.flags&firstName != 0):
			return i
		case tok.isName(), k > i+1 && tok.key == "and", t.isMark(k, ',') && k > i+1:
		default:
			return i
		}
	}
	return i
}

// possessive returns the token after the ending of a possessive at token i, or i.
func (t *rules) possessive(i int) int {
	if mark := t.at(i); mark.class != other || mark.gap != glued || mark.mark != '\'' && !strings.HasPrefix(t.text[mark.start:], "’") {
		return i
	}
	if s := t.at(i + 1); s.gap == glued && (s.key == "s") {
		return i + 2
	}
	return i + 1
}

// firm returns the end of a firm that is named by its partners, "Roe, Poe & Hale
// LLP", or i.
func (t *rules) firm(i int) int {
	if t.joined(i) && t.at(i-1).isName() {
		return i
	}
	commas := 0
	for k := i; k < i+2*maxOrg; k++ {
		tok := t.at(k)
		if tok.class != title && tok.class != caps || k > i && !t.joined(k) || notNames[tok.key] || isPlaceName(tok.key) {
			return i
		}
		k++
		last := t.isMark(k, '&') || t.at(k).key == "and" && t.at(k).class == lower
		if t.isMark(k, ',') && (t.isMark(k+1, '&') || t.at(k+1).key == "and") {
			k, last = k+1, true
		}
		switch {
		case last && commas > 0:
			return t.lastPartner(i, k)
		case !t.isMark(k, ','):
			return i
		}
		commas++
	}
	return i
}

// lastPartner returns the end of a firm from token i whose "&" or "and" is token
// link, or i. After "and" only a company's ending proves it.
func (t *rules) lastPartner(i, link int) int {
	partner := link + 1
	if !t.joined(partner) || !t.at(partner).isName() || notNames[t.at(partner).key] {
		return i
	}
	if t.isSuffix(partner) {
		return t.moreSuffixes(partner + 1) // "& Co."
	}
	if end := t.moreSuffixes(partner + 1); end > partner+1 {
		return end
	}
	if t.isMark(link, '&') && (!t.joined(partner+1) || !t.at(partner+1).isName()) {
		return partner + 1
	}
	return i
}

// union returns the end of the local union whose name begins at token i, "Brotherhood
// of Lorry Drivers, Local 123", or i.
func (t *rules) union(i int) int {
	if !t.hasLocals || t.joined(i) && t.at(i-1).isName() && !blocksOrg(t.at(i-1)) {
		return i
	}
	for k := i; k < i+maxOrg && (k == i || t.joined(k)); k++ {
		tok := t.at(k)
		if k > i && tok.key == "local" && tok.isName() {
			if t.isMark(k+2, '.') {
				k++
			}
			if n := t.at(k + 1); n.class == number && t.joined(k+1) {
				return k + 2
			}
			return i
		}
		if (!tok.isName() || blocksOrg(tok)) && (k == i || !t.orgLink(k)) && (!t.isMark(k, ',') || t.at(k+1).key != "local") {
			return i
		}
	}
	return i
}

// bracketed returns the end of a company's name that has its country in parentheses,
// "Halden (UK) Limited", from token i, or i.
func (t *rules) bracketed(i int) int {
	if !t.hasBrackets {
		return i
	}
	k := i
	for k < i+maxOrg && (k == i || t.joined(k)) && (t.at(k).isName() && !blocksOrg(t.at(k)) || k > i && t.orgLink(k) && t.personEnd(i) != k) {
		k++
	}
	if k == i || !t.isMark(k, '(') || !t.at(k+1).isName() || !t.isMark(k+2, ')') || !t.joined(k+3) || !t.isSuffix(k+3) {
		return i
	}
	return t.moreSuffixes(k + 4)
}

// trading returns the end of the name under which somebody trades, "FEAM" after "DBA",
// at token i, or i.
func (t *rules) trading(i int) int {
	prev := t.at(i - 1)
	if !t.joined(i) || prev.key != "dba" && (prev.key != "a" || !t.isMark(i-2, '/') || t.at(i-3).key != "b" || !t.isMark(i-4, '/')) {
		return i
	}
	return t.moreSuffixes(t.formName(i, func(k int) bool { return t.at(k).key != "and" && t.orgLink(k) && t.at(k+1).isName() }))
}

// formName returns the end of the capitalised words from token i on that fill a
// blank of a form, with those between them that link says are of the name.
func (t *rules) formName(i int, link func(k int) bool) int {
	end := i
	for end < i+maxOrg && (end == i || t.joined(end)) && (t.at(end).isName() && !roleWords[t.at(end).key] && !t.isMark(end+1, '/') || end > i && link(end)) {
		end++
	}
	return end
}

// labelled returns the end of the name on the line after the label of a form,
// "Employer's name", or i.
func (t *rules) labelled(i int) int {
	if t.at(i).gap < wrapped || !t.labelBefore(i) {
		return i
	}
	end := t.formName(i, t.orgLink)
	if end < i+2 || end < len(t.tokens) && t.at(end).gap < wrapped || !t.at(end-1).isName() || t.at(i).flags&firstName != 0 && t.personEnd(i) == end {
		return i
	}
	return end
}

// labelBefore reports whether a label for an organisation stands before token i.
func (t *rules) labelBefore(i int) bool {
	if t.isMark(i-1, ':') {
		return t.at(i-2).gap >= wrapped && orgLabels[t.at(i-2).key] && t.at(i-2).isName()
	}
	return t.at(i-1).key == "name" && t.at(i-2).key == "s" && t.possessive(i-3) == i-1 && orgLabels[t.at(i-4).key]
}

var orgLabels = vocabulary.Set("employer agency company firm")
