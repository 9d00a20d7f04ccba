package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dossier-legal/dossier/internal/marked"
)

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(max(len(values), 1))
}

// compareBags compares two lists of words as bags: each wanted word is found
// as often as it is there.
func compareBags(want, got []string) marked.Score {
	left := map[string]int{}
	for _, w := range want {
		left[w]++
	}
	s := marked.Score{Wanted: len(want), Found: len(got)}
	for _, w := range got {
		if left[w] > 0 {
			left[w]--
			s.Right++
		}
	}
	return s
}

// layerWords are the words of a text layer as printed: between white space,
// ligatures and other compatibility forms resolved.
func layerWords(text string) []string { return strings.Fields(norm.NFKC.String(text)) }

// plainWords are runs of letters and digits in lower case.
func plainWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(norm.NFKC.String(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r)
	})
}

// truthWords are the words by which recognition is judged: two characters or
// more, as single ones are mostly rules and specks.
func truthWords(text string) []string {
	var words []string
	for _, w := range plainWords(text) {
		if utf8.RuneCountInString(w) > 1 {
			words = append(words, w)
		}
	}
	return words
}

// searchable is a text ready for containsPhrase.
func searchable(text string) string { return " " + strings.Join(plainWords(text), " ") + " " }

// containsPhrase tells whether the words of a phrase follow each other in the
// text, as a phrase search would find them.
func containsPhrase(searchableText, phrase string) bool {
	return strings.Contains(searchableText, searchable(phrase))
}

func decimals(v float64) string { return fmt.Sprintf("%.4f", v) }

func count(n int) string { return fmt.Sprint(n) }
