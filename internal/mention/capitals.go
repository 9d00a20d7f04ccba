package mention

import (
	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/mention/scan"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// Tables and forms are often all in capitals. Capitals tell no names there, so that
// the words around a name must.

// placeInCapitals reads "KANSAS CITY", "SPRINGFIELD MO" and "TO SPRINGFIELD AND" at
// token i, and returns where to go on.
func (t *rules) placeInCapitals(i int) int {
	if t.at(i).class != caps || t.used(i) || t.joined(i) && t.at(i-1).key == "of" {
		return i
	}
	town := t.knownPlace(i)
	if t.at(i).key == "washington" && t.isCapital(i+1) {
		return t.addTownInCapitals(byCapitalTown, i, i+2, i+2)
	}
	for end := max(town, i+1); end <= i+maxTownWords; end++ {
		if t.postalInCapitals(end) && t.isTown(i, end) {
			return t.addTownInCapitals(byCapitalTown, i, end, end+1)
		}
	}
	switch {
	case town > i+1 && t.at(town-1).class == caps && isCity(t.phrase(i, town)) && !t.orgAfter(town):
		return t.addTownInCapitals(byCapitalTown, i, town, town)
	case t.isTown(i, i+1) && (t.isStop(i) || t.afterLink(i) && t.memory.defined[t.at(i).key] == dossier.Location):
		return t.addTownInCapitals(byJourney, i, i+1, i+1)
	}
	return i
}

// maxTownWords bounds the words of a town's name.
const maxTownWords = 3

// addTownInCapitals records a town from token i up to town and the state after it,
// which ends at end. The document means the town wherever it has the word.
func (t *rules) addTownInCapitals(by rule, i, town, end int) int {
	if t.addTown(by, i, town, end) == i {
		return i
	}
	phrase := t.phrase(i, town)
	t.memory.note(phrase, town-i, dossier.Location)
	t.memory.defined[phrase] = dossier.Location
	return end
}

// isCapital reports whether "DC" stands at token i.
func (t *rules) isCapital(i int) bool {
	return t.joined(i) && t.at(i).key == "dc" && t.at(i).gap == blank
}

// postalInCapitals reports whether a state's letters stand at token i, which are no
// word.
func (t *rules) postalInCapitals(i int) bool {
	tok := t.at(i)
	return tok.class == caps && tok.gap == blank && gazetteer.StateOfCode(t.text[tok.start:tok.end]) != "" && !postalWords[tok.key] &&
		(t.at(i+1).gap >= wrapped || !t.at(i+1).isName() || phraseWords[t.at(i+1).key] || t.at(i+1).key == "and")
}

// postalWords are letters of states that are words, too, or end companies' names.
var postalWords = vocabulary.Set("in or me ok hi oh co pa as al id de la")

// isTown reports whether the words from token i up to end can be a town's.
func (t *rules) isTown(i, end int) bool {
	if prev := t.at(i - 1); prev.class == initial && t.joined(i) {
		return false // "J BOSTON"
	}
	known := t.knownPlace(i) == end
	for k := i; k < end; k++ {
		if tok := t.at(k); tok.class != caps || !known && tok.flags&(nameWord|firstName|commonWord) != 0 || k > i && tok.gap != blank || notNames[tok.key] && !inOrg[tok.key] || phraseWords[tok.key] || hardSuffixes[tok.key] || orgHeads[tok.key] {
			return false
		}
	}
	month, _ := scan.Month(t.text, t.at(i).start)
	return month == 0
}

// isStop reports whether token i stands between the words of a journey: "TO
// SPRINGFIELD AND RETURN", "FROM SPRINGFIELD TO".
func (t *rules) isStop(i int) bool {
	next := t.at(i + 1)
	return t.afterLink(i) && next.class == caps && (next.key == "to" && t.at(i-1).key == "from" || next.key == "and" && t.at(i+2).key == "return")
}

// afterLink reports whether "TO" or "FROM" stands before token i.
func (t *rules) afterLink(i int) bool {
	prev := t.at(i - 1)
	return t.joined(i) && prev.class == caps && (prev.key == "to" || prev.key == "from")
}

// judgeOfCourt reads the judge who stands after a court and a hyphen in a table, at
// token i, and returns where to go on.
func (t *rules) judgeOfCourt(i int) int {
	if !t.isMark(i-1, '-') || t.at(i).gap != glued || t.at(i-1).gap != glued || t.at(i-2).class != masked {
		return i
	}
	end, words, _ := t.nameWords(i)
	if words == 0 {
		return i
	}
	t.addJudge(i, end)
	return end
}

// overLine returns the end of a company's name that begins at token i and goes over
// a line that is not full, as those of captions and columns: "HALDEN LOGISTICS /
// SERVICES, LLC". It returns i if there is none.
func (t *rules) overLine(i int) int {
	first := t.at(i)
	if first.class == initial || t.badOrgStart(first) || t.joined(i) && t.at(i-1).isName() && !roleWords[t.at(i-1).key] {
		return i
	}
	k := i
	for k < i+maxOrg && (k == i || t.joined(k)) && (t.at(k).isName() && !blocksOrg(t.at(k)) || k > i && t.orgLink(k)) {
		k++
	}
	if k == i || !t.breaksName(i, k) {
		return i
	}
	if end := t.suffixed(k); end > k && end-i <= maxOrg && gazetteer.StateOfCode(t.text[t.at(end-1).start:t.at(end-1).end]) == "" {
		return end
	}
	return i
}

// breaksName reports whether the line break before token k may break the name that
// begins at token i.
func (t *rules) breaksName(i, k int) bool {
	first, prev := t.at(i), t.at(i-1)
	if t.at(k).gap != parted || !t.nextLine(k) || t.isSuffix(k-1) || t.at(k).class != first.class {
		return false
	}
	// In a list every line is a name of its own, unless all is in capitals.
	inList := first.gap == parted || prev.class != lower && !roleWords[prev.key]
	return (first.class == caps || !inList) && t.personEnd(i) != k
}

// nextLine reports whether token i begins the line after that of the token before.
func (t *rules) nextLine(i int) bool {
	breaks := 0
	for at := t.at(i - 1).end; at < t.at(i).start; at++ {
		if t.text[at] == '\n' {
			breaks++
		}
	}
	return breaks == 1
}
