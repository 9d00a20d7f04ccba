package resolve

import (
	"slices"
	"strings"

	"dossier"
)

// Keys returns the blocking keys of a name, sorted: two names that compare as
// the same share at least one. A person has about eight, an organisation two
// and one per word.
func Keys(name string, t dossier.MentionType) []string { return Parse(name, t).Keys() }

func (f form) keys() []string {
	var keys []string
	switch f.typ {
	case dossier.Person:
		keys = f.personKeys()
	case dossier.Org:
		keys = f.orgKeys()
	default:
		keys = []string{f.norm}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// personKeys allows for one slip in the given name or in the surname: it
// cannot touch both ends of a word, nor both words.
func (f form) personKeys() []string {
	keys := []string{"=" + strings.Join(f.words, "")}
	if f.given == "" {
		return keys
	}
	surname := scanFold(f.surname)
	for _, g := range append(slices.Clone(formals[f.given]), f.given) {
		keys = append(keys, surname+"|"+scanFold(g))
	}
	given := []rune(f.given)
	keys = append(keys,
		surname+"|^"+string(given[0]),
		surname+"|$"+string(given[len(given)-1]))
	if whole := []rune(f.surname); len(whole) >= editable {
		keys = append(keys, f.given+"|^"+string(whole[:2]), f.given+"|$"+string(whole[len(whole)-2:]))
	}
	return keys
}

// orgKeys allows for one slip in one word, if the others are distinctive.
func (f form) orgKeys() []string {
	keys := []string{"=" + strings.Join(f.words, "")}
	folded := make([]string, len(f.words))
	for i, w := range f.words {
		folded[i] = wordKey(w)
	}
	keys = append(keys, strings.Join(folded, " "))
	if len(f.words) == 1 {
		return keys
	}
	for i := range f.words {
		rest := slices.Concat(f.words[:i], f.words[i+1:])
		if slices.ContainsFunc(rest, distinct) {
			keys = append(keys, strings.Join(slices.Delete(slices.Clone(folded), i, i+1), " ")+"|"+strings.Repeat("-", i))
		}
	}
	return keys
}
