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

// singles is what single words may stand for: candidates by form.
type singles struct{ surnames, givens map[int][]int }

// titledSurnames finds the candidates for surnames with a title.
func (r *resolver) titledSurnames() map[int][]int { return r.surnames(true) }

// plainSurnames finds the candidates for surnames without a title.
func (r *resolver) plainSurnames() map[int][]int { return r.withTitled(r.surnames(false)) }

// givenNames finds the candidates for given names.
func (r *resolver) givenNames() map[int][]int { return r.singles().givens }

// surnames returns the candidates for those surnames that have a title, or for
// those that have none.
func (r *resolver) surnames(titled bool) map[int][]int {
	out := map[int][]int{}
	for i, list := range r.singles().surnames {
		if (r.forms[i].Gender != "") == titled {
			out[i] = list
		}
	}
	return out
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

// singles returns what single words may stand for. It is found once for a document,
// before surnames are joined.
func (r *resolver) singles() *singles {
	if r.single == nil {
		r.single = r.findSingles()
	}
	return r.single
}

// findSingles finds for each single word the names that bear it as surname,
// and those that bear it as given name and no other as surname. A word that no
// list of given names has ("Speedway") is none, and what the text has in lower
// case as often ("Premier") is no name at all.
func (r *resolver) findSingles() *singles {
	found := &singles{map[int][]int{}, map[int][]int{}}
	words := r.singleWords()
	if len(words) == 0 {
		return found
	}
	surnames, givens := r.bearers(words)
	cites := sync.OnceValue(func() bool { return suitors(r.text) >= manyCases })
	for _, i := range words {
		word := r.forms[i].Surname
		found.surnames[i] = ifAny(r.indexedAs(i, surnames[word]), func(c int) bool {
			if r.onlyCited(i, c) && cites() || r.everyMention(i, r.onBench) && !r.isJudge(c) && !r.anyMention(c, r.onBench) {
				return false
			}
			return r.properSurname(i, c)
		})
		if len(surnames[word]) == 0 && names.FirstName(word) && !r.cutOff(i) {
			found.givens[i] = r.calledByGiven(i, givens[word])
		}
	}
	return found
}

// singleWords returns the forms that are a single word and no ordinary one.
func (r *resolver) singleWords() []int {
	ordinary := r.ordinaryWords()
	var singles []int
	for i, f := range r.forms {
		if f.Given == "" && !ordinary[f.Surname] {
			singles = append(singles, i)
		}
	}
	return singles
}

// bearers returns the forms that bear the words as surnames and as given names.
func (r *resolver) bearers(words []int) (surnames, givens map[string][]int) {
	surnames, givens = make(map[string][]int, len(words)), make(map[string][]int, len(words))
	for _, i := range words {
		surnames[r.forms[i].Surname], givens[r.forms[i].Surname] = nil, nil
	}
	for i, f := range r.forms {
		if f.Given != "" && !r.twoSurnames(i) {
			addAsked(surnames, f.Surname, i)
			addAsked(givens, f.Given, i)
		}
	}
	return surnames, givens
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

// ordinaryWords finds the single words that no list of names has and that the text
// has in lower case at least as often as it has them as a name.
func (r *resolver) ordinaryWords() map[string]bool {
	words := gazetteer.Words()
	often := map[string]int{} // how much more often the word is a name
	for i, f := range r.forms {
		if f.Given == "" && words[f.Surname] == 0 {
			often[f.Surname] += len(r.groups[i])
		}
	}
	if len(often) == 0 {
		return nil
	}
	for word := range strings.FieldsFuncSeq(r.text, func(c rune) bool { return !unicode.IsLetter(c) }) {
		if _, asked := often[word]; asked {
			often[word]--
		}
	}
	ordinary := map[string]bool{}
	for word, more := range often {
		ordinary[word] = more <= 0
	}
	return ordinary
}

// likelyGender is the gender that the title or else the given name implies.
func likelyGender(f *names.Name) string {
	if f.Gender != "" || f.Given == "" {
		return f.Gender
	}
	return titleOfGender[gazetteer.Genders()[f.Given]]
}

// titleOfGender is what genderOf returns for the genders of package gazetteer.
var titleOfGender = map[string]string{"m": "mr", "f": "ms"}
