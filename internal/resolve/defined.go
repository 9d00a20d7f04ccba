package resolve

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// joinDefined joins the terms that the text defines (`Acuity Insurance Co.
// ("Acuity")`, `Federal Bureau of Investigation (FBI)`) to what they stand for.
// A term defined twice for different names stands for neither.
func (r *resolver) joinDefined() {
	if r.text == "" {
		return
	}
	meaning := r.meanings()
	for t := range r.forms {
		if at, ok := meaning[t]; ok && at != severalMeanings && r.sets.Join(t, at) {
			r.partial[t] = true // a term is no name, however long
			r.settle(t, at, "defined-term", definedWeight)
		}
	}
}

// severalMeanings is the meaning of a term that stands for several names.
const severalMeanings = -1

// meanings returns for each form that is a defined term a form of its meaning, or
// severalMeanings.
func (r *resolver) meanings() map[int]int {
	meaning := map[int]int{}
	for at := range r.forms {
		if r.partial[at] {
			continue
		}
		for _, i := range r.groups[at] {
			terms, several := definedTerms(r.text, r.mentions[i].End)
			for _, term := range terms {
				t, ok := r.byNorm[names.Norm(term, r.typ)]
				switch {
				case !ok:
				case several:
					meaning[t], r.settled[t] = severalMeanings, true
				case r.sets.Root(t) != r.sets.Root(at) && r.nameable(t, at) && r.means(term, r.mentions[i]):
					means := r.abbreviated(t, at)
					if before, ok := meaning[t]; ok && (before == severalMeanings || r.sets.Root(before) != r.sets.Root(means)) {
						means = severalMeanings
					}
					meaning[t] = means
				}
			}
		}
	}
	return meaning
}

// abbreviated returns the name that an acronym after the name at abbreviates: the
// end of that, if the document has it by itself. "Guidance on the Halden
// Liberation Front (HLF)", found as one, defines the front.
func (r *resolver) abbreviated(term, at int) int {
	letters, whole := r.forms[term].Letters, r.forms[at]
	if letters == "" || slices.Contains(whole.Acronyms, letters) {
		return at
	}
	for i, f := range r.forms {
		if slices.Contains(f.Acronyms, letters) && strings.HasSuffix(whole.Joined, " "+f.Joined) {
			return i
		}
	}
	return at
}

// nameable reports whether a term can stand for a name. A person's term is a
// part of the name ("Roe"); others ("the Executive") are roles, which several
// people may hold.
func (r *resolver) nameable(term, name int) bool {
	return r.typ == dossier.Org || slices.ContainsFunc(r.forms[term].Words, func(w string) bool {
		return slices.Contains(r.forms[name].Words, w)
	})
}

// means reports whether a term that parentheses define means the name before
// them rather than something said of it. One that echoes the name does, if the
// words between do not hold it: "Roe Inc. and Halden Ltd. of Delaware (the
// "Halden")". Another does if it is no acronym and no preposition governs the
// name: not the units of Roe Inc. (the "RSUs"), the laboratory approved by the
// Authority (the "Laboratory").
func (r *resolver) means(term string, m dossier.Mention) bool {
	if r.typ != dossier.Org {
		return true
	}
	rest := r.text[m.End:]
	if between, _, _ := strings.Cut(rest, "("); strings.Contains(between, term) {
		return false
	}
	if echoes(term, r.text[m.Start:m.End]) {
		return !governed(r.text[:m.Start]) || !exceeds(term, r.text[m.Start:m.End])
	}
	return names.Acronym(strings.TrimSuffix(term, "s")) == "" && !governed(r.text[:m.Start])
}

// exceeds reports whether a term has a whole name and more: the "Halden Network"
// of sites of Halden is another thing.
func exceeds(term, name string) bool {
	t := names.Tokens(names.Fold(term))
	n := slices.DeleteFunc(names.Tokens(names.Fold(name)), func(w string) bool { return legalForms[w] != "" })
	return len(t) > len(n) && slices.Equal(t[:len(n)], n)
}

// echoes reports whether a term begins with letters of a word of the name, or
// has its letters in the order of the name.
func echoes(term, name string) bool {
	words := names.Tokens(names.Fold(name))
	for _, t := range names.Tokens(names.Fold(term)) {
		if len(t) > 2 && slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, t) || len(w) > 2 && strings.HasPrefix(t, w) }) {
			return true
		}
	}
	left := names.Acronym(term)
	if left == "" {
		return false
	}
	for _, c := range strings.Join(words, "") {
		if first, size := utf8.DecodeRuneInString(left); size > 0 && c == first {
			left = left[size:]
		}
	}
	return left == ""
}

// governors are the prepositions that make a name a part of what is said of
// something else.
var governors = vocabulary.Set(`of by to from for with on in at under against`)

// governed reports whether a text ends in a preposition, an article aside.
func governed(before string) bool {
	words := strings.Fields(before[max(0, len(before)-40):])
	if n := len(words); n > 0 && strings.EqualFold(words[n-1], "the") {
		words = words[:n-1]
	}
	return len(words) > 0 && governors[words[len(words)-1]]
}

// definitionReach is how far after a name its definition may stand: the words
// between say where a company was founded and has its seat.
const definitionReach = 240

// definedTerms returns the terms that parentheses after the offset define for
// the name that ends there: all in quotes, or a lone acronym. A term for
// several at once ("collectively") is a name of none of them.
func definedTerms(text string, end int) (terms []string, several bool) {
	if end < 0 || end > len(text) {
		return nil, false
	}
	rest := text[end:min(len(text), end+definitionReach)]
	open := strings.IndexByte(rest, '(')
	if open < 0 || !bridges(rest[:open]) {
		return nil, false
	}
	inner, _, closed := strings.Cut(rest[open+1:], ")")
	if !closed {
		return nil, false
	}
	several = forSeveral(inner)
	if terms = quoted(inner); len(terms) > 0 {
		return terms, several
	}
	if word := strings.TrimSpace(inner); strings.TrimSpace(rest[:open]) == "" && names.Acronym(word) != "" {
		return []string{word}, several
	}
	return nil, false
}

// forSeveral reports whether a definition, up to its parenthesis, is one for
// several.
func forSeveral(definition string) bool {
	inner, _, _ := strings.Cut(definition, ")")
	inner = strings.ToLower(inner)
	return strings.Contains(inner, "collectively") || strings.Contains(inner, "together")
}

// bridges reports whether the words between a name and a parenthesis describe
// the name ("a Delaware corporation with offices in …"): they start with a
// comma or are missing, and no sentence ends among them.
func bridges(words string) bool {
	trimmed := strings.TrimLeft(strings.TrimSpace(words), ".")
	if trimmed == "" {
		return true
	}
	return strings.HasPrefix(trimmed, ",") && !strings.ContainsAny(trimmed, ";)") &&
		!strings.Contains(trimmed, ", and ") && !strings.Contains(trimmed, "\n\n")
}

// quoted returns the short texts in double quotes, without a leading article.
func quoted(s string) []string {
	var terms []string
	for {
		open := strings.IndexAny(s, "\"“”")
		if open < 0 {
			return terms
		}
		_, size := utf8.DecodeRuneInString(s[open:])
		s = s[open+size:]
		shut := strings.IndexAny(s, "\"“”")
		if shut < 0 {
			return terms
		}
		term := strings.TrimRight(clean(s[:shut]), ".,;")
		if term != "" && len(term) <= 60 {
			terms = append(terms, term)
		}
		_, size = utf8.DecodeRuneInString(s[shut:])
		s = s[shut+size:]
	}
}
