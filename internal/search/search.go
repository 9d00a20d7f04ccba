// Package search knows what a text can be found by and what a query means.
//
// [Terms] cuts a text into the terms of the full-text index: case, accents,
// ligatures and widths are folded, words that a line end cut are joined, and
// Chinese, Japanese and Korean are cut into pairs of letters. [Parse] turns what a
// person types into a [Query]: words, phrases, wildcards, AND, OR and NOT, and the
// proximity connectors of legal databases (w/5, pre/3, /s, /p). The index of the
// database finds candidates; [Query.Spans] decides in Go what stands near what, so
// that all engines give the same answers.
package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// Term is a word of a text as it is compared.
type Term struct {
	Text string
	// Joined are other ways to write it: "email" for the first part of "e-mail",
	// "settle" and "ment" for a word that a line end cut, "o" and "brien" for
	// "obrien".
	Joined []string
	// Stem is the word without its English ending if that is another one:
	// "agreement" for "agreements"; else "".
	Stem       string
	Start, End int // bytes of the text
}

// MaxTerm is the length in bytes of the longest term that is kept whole.
const MaxTerm = 255

// Terms returns the terms of a text in order.
func Terms(text string) []Term {
	c := cutter{text: text}
	start := -1
	for i, r := range text {
		switch {
		case isPaired(r):
			c.word(start, i)
			start = c.paired(i)
		case i < c.done:
		case isInside(r) && start < 0 && !isSilent(r) && !unicode.Is(unicode.Mn, r):
			start = i
		case !isInside(r):
			c.word(start, i)
			start = -1
		}
	}
	c.word(start, len(text))
	return c.terms
}

func isInside(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Mn, r) || isSilent(r)
}

// isSilent reports whether a character only says where a word may be broken.
func isSilent(r rune) bool { return r == '\u00AD' || r == '\u200B' || r == '\u2060' || r == '\uFEFF' }

// isPaired reports whether a letter belongs to a script that writes no blanks
// between words.
func isPaired(r rune) bool {
	return r >= 0x1100 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// cutter collects the terms of a text.
type cutter struct {
	text  string
	terms []Term
	done  int // where the last run of paired letters ended
}

// paired adds the pairs of the run of letters at i; a letter alone is a term of its
// own. It returns -1, as no word has begun.
func (c *cutter) paired(i int) int {
	if i < c.done {
		return -1
	}
	var at []int
	end := len(c.text)
	for k, r := range c.text[i:] {
		if !isPaired(r) {
			end = i + k
			break
		}
		at = append(at, i+k)
	}
	at = append(at, end)
	c.done = end
	for n := 0; n+2 < len(at) || n == 0; n++ {
		stop := at[min(n+2, len(at)-1)]
		c.terms = append(c.terms, Term{Text: Fold(c.text[at[n]:stop]), Start: at[n], End: stop})
	}
	return -1
}

// word adds the word from start to end, unless it belongs to the one before it.
func (c *cutter) word(start, end int) {
	if start < 0 || start >= end {
		return
	}
	text := Fold(c.text[start:end])
	if text == "" {
		return
	}
	if n := len(c.terms); n > 0 && c.joins(&c.terms[n-1], text, start, end) {
		return
	}
	c.terms = append(c.terms, Term{Text: text, Stem: stem(text), Start: start, End: end})
}

// joins reports whether a word goes on with the one before it, and joins them: over
// the end of a line, behind an apostrophe, or as the parts of a compound, which stay
// two terms.
func (c *cutter) joins(last *Term, text string, start, end int) bool {
	between := c.text[last.End:start]
	whole := last.Text + text
	switch {
	case between == "" || len(between) > maxBreak || !isWord(last.Text) || !isWord(text) || len(whole) > MaxTerm:
		return false
	case isBreak(between) && sameCase(c.text[:last.End], c.text[start:]):
		last.Joined = append(last.Joined, parts(last, text)...)
	case between != "'" && between != "’":
		if isHyphen(between) {
			last.Joined = append(last.Joined, whole)
		}
		return false
	case text == "s": // the possessive
		last.End = end
		return true
	default:
		last.Joined = append(last.Joined, parts(last, text)...)
	}
	last.Text, last.Stem, last.End = whole, stem(whole), end
	return true
}

// parts returns the parts of a word that is joined, each once.
func parts(last *Term, text string) []string {
	if len(last.Joined) > 0 {
		return []string{text}
	}
	return []string{last.Text, text}
}

// maxBreak bounds a hyphen and the blanks of a line end.
const maxBreak = 16

func isHyphen(s string) bool { return s == "-" || s == "\u2010" || s == "\u2011" }

// isBreak reports whether s is a hyphen at the end of a line.
func isBreak(s string) bool {
	rest := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "-"), "\u2010"), "\u00AD")
	return rest != s && strings.Count(rest, "\n") == 1 && strings.TrimSpace(rest) == ""
}

// sameCase reports whether a word goes on in the case in which it was cut: a
// capital behind a small letter begins another word.
func sameCase(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	return unicode.IsLower(last) == unicode.IsLower(first)
}

// isWord reports whether a term has letters only.
func isWord(term string) bool {
	return !strings.ContainsFunc(term, func(r rune) bool { return !unicode.IsLetter(r) })
}

// Fold returns a word as it is compared: in lower case, without accents, with
// ligatures and other widths taken apart.
func Fold(word string) string {
	if isPlain(word) {
		return strings.ToLower(word)
	}
	return strings.ToLower(strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(word)))
}

func isPlain(word string) bool {
	for i := range len(word) {
		if word[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Stem returns a folded word without its English ending.
func Stem(word string) string {
	if s := stem(word); s != "" {
		return s
	}
	return word
}

// maxStem bounds the words that have endings.
const maxStem = 40

// stem returns a word without its ending, "" if it has none.
func stem(word string) string {
	if len(word) > maxStem || len(word) < 4 || !isPlain(word) || !isWord(word) {
		return ""
	}
	if s := english.Stem(word, false); s != word {
		return s
	}
	return ""
}
