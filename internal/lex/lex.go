// Package lex has the tests of bytes and words that the scanners of legal text
// share.
//
// The functions look at bytes: all marks that the scanners care for are ASCII,
// apart from a few that the functions know (no-break space, curly apostrophe,
// dashes). An offset may be the length of the text; no function reads beyond it.
package lex

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsDigit reports whether b is an ASCII digit.
func IsDigit(b byte) bool { return b >= '0' && b <= '9' }

// IsUpper reports whether b is an ASCII capital.
func IsUpper(b byte) bool { return b >= 'A' && b <= 'Z' }

// IsLower reports whether b is an ASCII small letter.
func IsLower(b byte) bool { return b >= 'a' && b <= 'z' }

// IsAlpha reports whether b is an ASCII letter.
func IsAlpha(b byte) bool { return IsUpper(b) || IsLower(b) }

// IsAlnum reports whether b is an ASCII letter or digit.
func IsAlnum(b byte) bool { return IsAlpha(b) || IsDigit(b) }

// IsAlnumAt reports whether a letter or digit stands at i. Letters outside
// ASCII count.
func IsAlnumAt(t string, i int) bool {
	if i >= len(t) {
		return false
	}
	if t[i] < utf8.RuneSelf {
		return IsAlnum(t[i])
	}
	r, _ := utf8.DecodeRuneInString(t[i:])
	return unicode.IsLetter(r)
}

// IsAlnumBefore reports whether a letter or digit stands right before i.
func IsAlnumBefore(t string, i int) bool {
	if i == 0 {
		return false
	}
	if t[i-1] < utf8.RuneSelf {
		return IsAlnum(t[i-1])
	}
	r, _ := utf8.DecodeLastRuneInString(t[:i])
	return unicode.IsLetter(r)
}

// SpaceAt returns the size of the white space character at i, 0 if there is
// none.
func SpaceAt(t string, i int) int {
	if i >= len(t) {
		return 0
	}
	switch t[i] {
	case ' ', '\n', '\t', '\r', '\f', '\v':
		return 1
	case 0xC2: // no-break space
		if i+1 < len(t) && t[i+1] == 0xA0 {
			return 2
		}
	case 0xE2: // thin and other typographic spaces
		if i+2 < len(t) && t[i+1] == 0x80 && (t[i+2] >= 0x80 && t[i+2] <= 0x8A || t[i+2] == 0xAF) {
			return 3
		}
	}
	return 0
}

// MaxSpace bounds the white space that may stand between two words of one
// mention; more is a gap in the layout.
const MaxSpace = 80

// SkipSpace returns the end of the white space at i.
func SkipSpace(t string, i int) int {
	for limit := i + MaxSpace; i < limit; {
		w := SpaceAt(t, i)
		if w == 0 {
			break
		}
		i += w
	}
	return i
}

// TrimSpaceBefore returns the start of the white space that ends at i.
func TrimSpaceBefore(t string, i int) int {
	for limit := i - MaxSpace; i > 0 && i > limit; {
		switch {
		case SpaceAt(t, i-1) == 1:
			i--
		case i > 1 && SpaceAt(t, i-2) == 2:
			i -= 2
		case i > 2 && SpaceAt(t, i-3) == 3:
			i -= 3
		default:
			return i
		}
	}
	return i
}

// DigitsEnd returns the end of the digits at i.
func DigitsEnd(t string, i int) int {
	for i < len(t) && IsDigit(t[i]) {
		i++
	}
	return i
}

// LettersEnd returns the end of the ASCII letters at i.
func LettersEnd(t string, i int) int {
	for i < len(t) && IsAlpha(t[i]) {
		i++
	}
	return i
}

// WordEnd returns the end of the ASCII letters and digits at i.
func WordEnd(t string, i int) int {
	for i < len(t) && IsAlnum(t[i]) {
		i++
	}
	return i
}

// YearOf reads a year, 1600 to 2099; it returns 0 for anything else.
func YearOf(s string) int {
	if len(s) != 4 || s < "1600" || s > "2099" || DigitsEnd(s, 0) != 4 {
		return 0
	}
	year := 0
	for _, b := range []byte(s) {
		year = 10*year + int(b-'0')
	}
	return year
}

// ByteAt returns the byte at i, 0 if the text ends before.
func ByteAt(t string, i int) byte {
	if i < len(t) {
		return t[i]
	}
	return 0
}

// TrailingWord returns the ASCII letters at the end of s.
func TrailingWord(s string) string {
	i := len(s)
	for i > 0 && IsAlpha(s[i-1]) {
		i--
	}
	return s[i:]
}

// HasWord reports whether the word w stands at i and ends there.
func HasWord(t string, i int, w string) bool {
	return strings.HasPrefix(t[i:], w) && !IsAlnumAt(t, i+len(w))
}

// HasWordFold is HasWord without regard to case.
func HasWordFold(t string, i int, w string) bool {
	return len(t)-i >= len(w) && strings.EqualFold(t[i:i+len(w)], w) && !IsAlnumAt(t, i+len(w))
}

// AnyWord returns the end of the first of the words that stands at i, or i.
func AnyWord(t string, i int, words ...string) int {
	for _, w := range words {
		if HasWord(t, i, w) {
			return i + len(w)
		}
	}
	return i
}

// DashAt returns the size of the hyphen or dash at i, 0 if there is none.
func DashAt(t string, i int) int {
	switch {
	case i >= len(t):
		return 0
	case t[i] == '-':
		return 1
	case strings.HasPrefix(t[i:], "–"), strings.HasPrefix(t[i:], "—"), strings.HasPrefix(t[i:], "‑"):
		return 3
	}
	return 0
}

// ContainsAny reports whether one of the words is in the text.
func ContainsAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

var plainLetters = strings.NewReplacer("’", "'", "ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl")

// PlainLetters writes out the ligatures of print and straightens apostrophes.
func PlainLetters(s string) string { return plainLetters.Replace(s) }

// OneLine returns s with every run of white space as one blank and none at its
// ends.
func OneLine(s string) string {
	if isOneLine(s) {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// isOneLine reports whether s is plain ASCII with single blanks between words,
// as most short strings are.
func isOneLine(s string) bool {
	blank := true
	for i := range len(s) {
		switch b := s[i]; {
		case b == ' ' && blank, b < ' ', b >= utf8.RuneSelf:
			return false
		default:
			blank = b == ' '
		}
	}
	return s == "" || !blank
}

// LowerASCII lowers the letters of ASCII and leaves the offsets as they are.
func LowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if IsUpper(c) {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
