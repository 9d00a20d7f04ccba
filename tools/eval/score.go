package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// score counts what was found.
type score struct {
	hits int // wanted and found
	want int
	got  int // found, wanted or not
}

func (s *score) add(t score) {
	s.hits, s.want, s.got = s.hits+t.hits, s.want+t.want, s.got+t.got
}

func (s score) recall() float64    { return ratio(s.hits, s.want) }
func (s score) precision() float64 { return ratio(s.hits, s.got) }

// f1 is 1 where nothing is wanted and nothing found.
func (s score) f1() float64 { return ratio(2*s.hits, s.want+s.got) }

// ratio is 1 for nothing of nothing.
func ratio(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(max(len(values), 1))
}

// compareBags compares two lists of words as bags: each wanted word is found
// as often as it is there.
func compareBags(want, got []string) score {
	left := map[string]int{}
	for _, w := range want {
		left[w]++
	}
	s := score{want: len(want), got: len(got)}
	for _, w := range got {
		if left[w] > 0 {
			left[w]--
			s.hits++
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
