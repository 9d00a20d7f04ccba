package resolve

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/names"
)

// byTitle parts the candidates for surnames by whether a title goes with them.
func (r *resolver) byTitle(candidates map[int][]int) (titled, plain map[int][]int) {
	titled, plain = map[int][]int{}, map[int][]int{}
	for i, list := range candidates {
		if r.forms[i].Gender != "" {
			titled[i] = list
		} else {
			plain[i] = list
		}
	}
	return titled, plain
}

// withTitled adds to the candidates for a surname those that bear it with a
// title: where Ms. Roe is not John Roe, "Roe" may be either.
func (r *resolver) withTitled(candidates map[int][]int) map[int][]int {
	with := r.partsWithTitle()
	for i, list := range candidates {
		if more := with[r.forms[i].Joined]; len(list) > 0 && len(more) > 0 {
			candidates[i] = slices.Concat(list, more)
		}
	}
	return candidates
}

// partsWithTitle returns the parts of names with a title, by name.
func (r *resolver) partsWithTitle() map[string][]int {
	with := map[string][]int{}
	for i, f := range r.forms {
		if r.partial[i] && f.Gender != "" {
			with[f.Joined] = append(with[f.Joined], i)
		}
	}
	return with
}

// titled finds for each part of a name without a title the same with one.
func (r *resolver) titled() map[int][]int {
	with := r.partsWithTitle()
	out := map[int][]int{}
	for i := range r.forms {
		f := r.forms[i]
		if r.partial[i] && f.Gender == "" {
			out[i] = with[f.Joined]
		}
	}
	return out
}

// personParts finds for each single word the names that bear it as surname,
// and those that bear it as given name and no other as surname. A word that no
// list of given names has ("Speedway") is none, and what the text has in lower
// case as often ("Premier") is no name at all.
func (r *resolver) personParts() (bySurname, byGiven map[int][]int) {
	ordinary := r.ordinaryWords()
	single := func(f *names.Name) bool { return f.Given == "" && !ordinary[f.Surname] }
	surnames, givens := map[string][]int{}, map[string][]int{} // of the words asked for
	for _, f := range r.forms {
		if single(f) {
			surnames[f.Surname], givens[f.Surname] = nil, nil
		}
	}
	if len(surnames) == 0 {
		return nil, nil
	}
	for i, f := range r.forms {
		if f.Given != "" && !r.twoSurnames(i) {
			addAsked(surnames, f.Surname, i)
			addAsked(givens, f.Given, i)
		}
	}
	cites := sync.OnceValue(func() bool { return suitors(r.text) >= manyCases })
	bySurname, byGiven = map[int][]int{}, map[int][]int{}
	words := gazetteer.Words()
	for i, f := range r.forms {
		if !single(f) {
			continue
		}
		bySurname[i] = ifAny(r.indexedAs(i, surnames[f.Surname]), func(c int) bool {
			switch {
			case r.onlyCited(i, c) && cites(), r.everyMention(i, r.onBench) && !r.isJudge(c) && !r.anyMention(c, r.onBench):
				return false
			}
			return r.properSurname(i, c)
		})
		if len(surnames[f.Surname]) == 0 && words[f.Surname]&gazetteer.FirstName != 0 && !r.cutOff(i) {
			byGiven[i] = r.calledByGiven(i, givens[f.Surname])
		}
	}
	return bySurname, byGiven
}

// indexedAs keeps those candidates for a surname that bear the given names with
// which it heads lines of an index: all, if it heads none.
func (r *resolver) indexedAs(i int, candidates []int) []int {
	for _, at := range r.groups[i] {
		given := r.indexGiven(r.mentions[at])
		if given == "" {
			continue
		}
		candidates = slices.DeleteFunc(slices.Clone(candidates), func(c int) bool {
			return !names.GivenAlike(r.forms[c].Given, given)
		})
	}
	return candidates
}

// indexGiven is the given name after a surname at the head of a line ("Roe,
// Jane"), or "".
func (r *resolver) indexGiven(m dossier.Mention) string {
	if m.End > len(r.text) || m.Start > 0 && r.text[m.Start-1] != '\n' {
		return ""
	}
	given, ok := strings.CutPrefix(r.text[m.End:], ", ")
	end := strings.IndexFunc(given, func(c rune) bool { return !unicode.IsLetter(c) })
	if !ok || end <= 0 || !unicode.IsUpper(rune(given[0])) || given[end] == ',' || strings.HasPrefix(given[end:], " and ") {
		return "" // "Roe, Poe and Doe" are a list
	}
	if name := strings.ToLower(given[:end]); gazetteer.Words()[name]&(gazetteer.FirstName|gazetteer.NameWord) != 0 {
		return name
	}
	return ""
}

// cutOff reports whether a given name stands in the middle of something: after
// a letter or a bracket, or before a further capital.
func (r *resolver) cutOff(i int) bool {
	return slices.ContainsFunc(r.groups[i], func(at int) bool {
		m := r.mentions[at]
		if m.End > len(r.text) {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(r.text[:m.Start])
		next, ok := strings.CutPrefix(r.text[m.End:], " ")
		after, _ := utf8.DecodeRuneInString(next)
		return before == ']' || unicode.IsLetter(before) || ok && unicode.IsUpper(after)
	})
}

// ordinaryWords finds those of the single words that no list of names has and
// that the text has in lower case as often as it names somebody so.
func (r *resolver) ordinaryWords() map[string]bool {
	words := gazetteer.Words()
	names := map[string]int{} // how much more often the word is a name
	for i, f := range r.forms {
		if f.Given == "" && words[f.Surname] == 0 {
			names[f.Surname] += len(r.groups[i])
		}
	}
	if len(names) == 0 {
		return nil
	}
	for word := range strings.FieldsFuncSeq(r.text, func(c rune) bool { return !unicode.IsLetter(c) }) {
		if _, asked := names[word]; asked {
			names[word]--
		}
	}
	ordinary := map[string]bool{}
	for word, more := range names {
		ordinary[word] = more <= 0
	}
	return ordinary
}

// likelyGender is the gender that a title tells or else the given name.
func likelyGender(f *names.Name) string {
	if f.Gender != "" || f.Given == "" {
		return f.Gender
	}
	return titleOfGender[gazetteer.Genders()[f.Given]]
}

// titleOfGender is what genderOf returns for the genders of package gazetteer.
var titleOfGender = map[string]string{"m": "mr", "f": "ms"}
