// Package nearest finds the words of a list that somebody may have meant who
// typed another one. It serves "did you mean" in error messages.
package nearest

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// shown is the maximum number of words that Of returns.
const shown = 3

// Of returns up to three candidates that are near the word, the nearest first:
// those that begin with it, and those that a few typing errors turn into it.
// Case does not count. The empty word is near none.
func Of(word string, candidates []string) []string {
	type scored struct {
		word     string
		distance int
	}
	var list []scored
	typed := strings.ToLower(word)
	for _, c := range candidates {
		if typed == "" || c == "" || slices.ContainsFunc(list, func(s scored) bool { return s.word == c }) {
			continue
		}
		known := strings.ToLower(c)
		d := distance(typed, known)
		if begins := len(typed) >= 2 && strings.HasPrefix(known, typed); begins {
			d = 0
		}
		if d <= tolerance(typed) {
			list = append(list, scored{c, d})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(a.distance, b.distance) })
	words := make([]string, 0, shown)
	for _, s := range list[:min(len(list), shown)] {
		words = append(words, s.word)
	}
	return words
}

// Question asks whether one of the words was meant; it is "" for none.
func Question(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = `"` + w + `"`
	}
	switch last := len(quoted) - 1; {
	case last < 0:
		return ""
	case last == 0:
		return "did you mean " + quoted[0] + "?"
	default:
		return "did you mean " + strings.Join(quoted[:last], ", ") + " or " + quoted[last] + "?"
	}
}

// tolerance is the number of typing errors in a word that is still recognised:
// one in three letters, four at most.
func tolerance(word string) int { return min(max(1, utf8.RuneCountInString(word)/3), 4) }

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to turn a into b.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, previous := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := range x {
		current := make([]int, len(y)+1)
		current[0] = i + 1
		for j := range y {
			replaced := previous[j]
			if x[i] != y[j] {
				replaced++
			}
			current[j+1] = min(replaced, previous[j+1]+1, current[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				current[j+1] = min(current[j+1], before[j-1]+1)
			}
		}
		before, previous = previous, current
	}
	return previous[len(y)]
}
