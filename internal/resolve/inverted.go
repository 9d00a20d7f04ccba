package resolve

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/names"
)

// spell finds the text of each mention of the type on one line. A surname and a
// given name that follow each other as in an index ("Roe, Jane"), and that were
// found as two mentions, are one name; both get it. A surname gets the title
// before it that implies the gender.
func (r *resolver) spell() {
	texts, order := cleared(r.spelled, len(r.mentions)), r.ofType[:0]
	for _, i := range r.order {
		if r.mentions[i].Type == r.typ {
			texts[i] = clean(r.mentions[i].Text)
			order = append(order, i)
		}
	}
	r.spelled, r.ofType = texts, order
	if r.typ == dossier.Person {
		r.joinInverted()
		r.addSpousalTitles()
	}
}

// joinInverted gives a surname and the given name after it the name that they are.
func (r *resolver) joinInverted() {
	texts, order, mentions := r.spelled, r.ofType, r.mentions
	var surnames map[string]bool // found when first needed, which is rare
	isSurname := func(word string) bool {
		if surnames == nil {
			surnames = surnamesOf(texts)
		}
		return surnames[names.Fold(word)]
	}
	for x := 1; x < len(order); x++ {
		a, b := order[x-1], order[x]
		if !comma(r.text, mentions[a].End, mentions[b].Start) || !inverted(texts[a], texts[b]) ||
			isSurname(texts[b]) || r.possessive(mentions[b]) || r.inProse(mentions[a], texts[b]) {
			continue
		}
		if x > 1 && listed(mentions[order[x-2]], mentions[a]) || x+1 < len(order) && listed(mentions[b], mentions[order[x+1]]) {
			continue // "Roe, James, and Poe" are three surnames
		}
		texts[a] += ", " + texts[b]
		texts[b] = texts[a]
		x++
	}
}

// addSpousalTitles puts the title before a single word in front of it.
func (r *resolver) addSpousalTitles() {
	for _, i := range r.ofType {
		if strings.Contains(r.spelled[i], " ") {
			continue
		}
		if before := r.wordBefore(r.mentions[i]); isSpousal(before) {
			r.spelled[i] = before + " " + r.spelled[i]
		}
	}
}

// isSpousal reports whether a word is a title by which documents tell a couple
// with one surname apart.
func isSpousal(word string) bool { return spousal[lex.LowerASCII(strings.TrimSuffix(word, "."))] }

// bare is the surname of a name that got its title from the words before it, or
// "".
func (r *resolver) bare(form int, name string) string {
	title, surname, _ := strings.Cut(name, " ")
	if isSpousal(title) && r.anyMention(form, func(m dossier.Mention) bool { return clean(m.Text) == surname }) {
		return surname
	}
	return ""
}

// possessive reports whether a mention has "'s" after it: in "Roe, Jane's
// publicist" the comma separates two people.
func (r *resolver) possessive(m dossier.Mention) bool {
	after := r.text[min(m.End, len(r.text)):]
	return strings.HasPrefix(after, "'s") || strings.HasPrefix(after, "’s")
}

// inProse reports whether the words of a sentence go before a surname and the
// comma: "after he met Roe, Poe left" is no index. At the head of a line, or
// where there is no text to see, they may, before a word that people bear as
// given name.
func (r *resolver) inProse(surname dossier.Mention, given string) bool {
	before := r.text[:min(surname.Start, len(r.text))]
	ahead := strings.TrimRight(before, " \n\r\t")
	last, _ := utf8.DecodeLastRuneInString(ahead)
	if r.text == "" || unicode.IsLower(last) && strings.Contains(before[len(ahead):], "\n") {
		return !names.FirstName(lex.LowerASCII(given))
	}
	return unicode.IsLetter(last) && !strings.Contains(before[len(ahead):], "\n")
}

// surnamesOf returns the last words of the full names, folded: "Poe" after
// "Roe," is no given name where a Jane Poe is named.
func surnamesOf(texts []string) map[string]bool {
	surnames := map[string]bool{}
	for _, name := range texts {
		if at := strings.LastIndexByte(name, ' '); at >= 0 && !strings.Contains(name, ",") {
			surnames[names.Fold(name[at+1:])] = true
		}
	}
	return surnames
}

// inverted reports whether two words may be a surname and a given name: the
// first is no given name, and the second is one or an unknown word.
func inverted(surname, given string) bool {
	if strings.Contains(surname, " ") || strings.Contains(given, " ") {
		return false
	}
	words := gazetteer.Words()
	first, second := words[strings.ToLower(surname)], words[strings.ToLower(given)]
	return first&gazetteer.FirstName == 0 && (second&gazetteer.FirstName != 0 || second == 0)
}

// comma reports whether a comma and nothing else stands between two mentions;
// without the text, that there is room for just that.
func comma(text string, start, end int) bool {
	if text == "" {
		return end-start == 2
	}
	return start <= end && end <= len(text) && strings.TrimSpace(text[start:end]) == ","
}

// listed reports whether two mentions are so close that they are of one list.
func listed(a, b dossier.Mention) bool { return b.Start-a.End <= len(", and ") }
