// Package sentence finds where the sentences of legal prose begin and end.
//
// Legal text is full of full stops that end nothing ("Acme Corp. v. U.S.
// Dep't of Justice, No. 20-1507"), so a stop counts only when the word before
// it is no known abbreviation or initial and the word after it looks like a
// beginning. A blank line or a page break ends a sentence too, unless the text
// plainly runs on after it: pages break in mid-sentence, and the text layer of
// a double-spaced pleading has a blank line after every line.
//
// Split is a pure function, takes time linear in the text and never cuts a
// UTF-8 sequence.
package sentence

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// Span is a sentence: the bytes Start (inclusive) to End (exclusive) of the
// text, without the white space around it.
type Span struct {
	Start, End int
	// Paragraph says that a blank line comes before the sentence.
	Paragraph bool
}

// Split returns the sentences of the text in order. Only white space lies
// between them.
func Split(text string) []Span {
	var spans []Span
	start, paragraph := -1, false
	lastWord := 0 // where the word that ends at the scanner begins
	for i := 0; i < len(text); {
		gapEnd, lines := gap(text, i)
		if gapEnd == i { // inside a word
			if start < 0 {
				start = i
			}
			lastWord = i
			i = wordEnd(text, i)
			continue
		}
		switch {
		case start < 0:
			paragraph = paragraph || lines > 1
		case ends(text[lastWord:i], text[gapEnd:], lines > 1):
			spans = append(spans, Span{Start: start, End: i, Paragraph: paragraph})
			start, paragraph = -1, lines > 1
		}
		i = gapEnd
	}
	if start >= 0 {
		end := len(strings.TrimRightFunc(text, unicode.IsSpace))
		spans = append(spans, Span{Start: start, End: end, Paragraph: paragraph})
	}
	return spans
}

// gap measures the white space at i: where it ends and how many line ends it
// holds. A form feed, which separates pages, counts as two.
func gap(text string, i int) (end, lines int) {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsSpace(r) {
			break
		}
		switch r {
		case '\n':
			lines++
		case '\f':
			lines += 2
		}
		i += size
	}
	return i, lines
}

func wordEnd(text string, i int) int {
	n := strings.IndexFunc(text[i:], unicode.IsSpace)
	if n < 0 {
		return len(text)
	}
	return i + n
}

const closers = "\"'”’)]}»*"

// ends decides whether a sentence ends between word and rest, which a gap with
// or without a blank line separates.
func ends(word, rest string, blank bool) bool {
	if rest == "" {
		return false // Split closes the last sentence itself
	}
	bare := strings.TrimRight(word, closers)
	stopped := strings.HasSuffix(bare, ".") || strings.HasSuffix(bare, "!") || strings.HasSuffix(bare, "?")
	first := firstRune(rest)
	if blank {
		return stopped || !unicode.IsLower(first)
	}
	if !stopped || unicode.IsLower(first) {
		return false
	}
	return !strings.HasSuffix(bare, ".") || !abbreviation(strings.TrimSuffix(bare, "."))
}

// firstRune returns the first letter or digit of the text's first word.
func firstRune(s string) rune {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		if unicode.IsSpace(r) {
			break
		}
	}
	return 0
}

// abbreviation reports whether a stop after the word belongs to the word.
func abbreviation(word string) bool {
	word = strings.TrimLeft(word, "(\"'“‘[")
	if utf8.RuneCountInString(word) == 1 {
		return unicode.IsLetter(firstRune(word)) // an initial
	}
	if strings.Contains(word, ".") && len(word) <= 8 && !strings.ContainsFunc(word, unicode.IsDigit) {
		return true // U.S, e.g, Ph.D, L.L.C
	}
	return abbreviations[strings.ToLower(strings.ReplaceAll(word, "’", "'"))]
}

// abbreviations holds words that are written with a stop and followed by a
// capital in legal prose: titles, reporters and their courts, parts of case
// names and of addresses. Forms such as "Inc." stand here because a name that
// is cut is worse than two sentences that are not.
var abbreviations = vocabulary.With(vocabulary.SplitStop)
