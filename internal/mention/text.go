package mention

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The scanners look at bytes: all marks they care for are ASCII, apart from a
// few that the helpers here know (no-break space, curly apostrophe, dashes).

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
func isUpper(b byte) bool { return b >= 'A' && b <= 'Z' }
func isLower(b byte) bool { return b >= 'a' && b <= 'z' }
func isAlpha(b byte) bool { return isUpper(b) || isLower(b) }
func isAlnum(b byte) bool { return isAlpha(b) || isDigit(b) }

// isAlnumAt reports whether a letter or digit stands at i. Letters outside
// ASCII count.
func isAlnumAt(t string, i int) bool {
	if i >= len(t) {
		return false
	}
	if t[i] < utf8.RuneSelf {
		return isAlnum(t[i])
	}
	r, _ := utf8.DecodeRuneInString(t[i:])
	return unicode.IsLetter(r)
}

// isAlnumBefore reports whether a letter or digit stands right before i.
func isAlnumBefore(t string, i int) bool {
	if i == 0 {
		return false
	}
	if t[i-1] < utf8.RuneSelf {
		return isAlnum(t[i-1])
	}
	r, _ := utf8.DecodeLastRuneInString(t[:i])
	return unicode.IsLetter(r)
}

// spaceAt returns the size of the white space character at i, 0 if there is
// none.
func spaceAt(t string, i int) int {
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

// maxSpace bounds the white space that may stand between two words of one
// mention; more is a gap in the layout.
const maxSpace = 80

// skipSpace returns the end of the white space at i.
func skipSpace(t string, i int) int {
	for limit := i + maxSpace; i < limit; {
		w := spaceAt(t, i)
		if w == 0 {
			break
		}
		i += w
	}
	return i
}

// trimSpaceBefore returns the start of the white space that ends at i.
func trimSpaceBefore(t string, i int) int {
	for limit := i - maxSpace; i > 0 && i > limit; {
		switch {
		case spaceAt(t, i-1) == 1:
			i--
		case i > 1 && spaceAt(t, i-2) == 2:
			i -= 2
		case i > 2 && spaceAt(t, i-3) == 3:
			i -= 3
		default:
			return i
		}
	}
	return i
}

// digitsEnd returns the end of the digits at i.
func digitsEnd(t string, i int) int {
	for i < len(t) && isDigit(t[i]) {
		i++
	}
	return i
}

// lettersEnd returns the end of the ASCII letters at i.
func lettersEnd(t string, i int) int {
	for i < len(t) && isAlpha(t[i]) {
		i++
	}
	return i
}

// hasWord reports whether the word w stands at i and ends there.
func hasWord(t string, i int, w string) bool {
	return strings.HasPrefix(t[i:], w) && !isAlnumAt(t, i+len(w))
}

// hasWordFold is hasWord without regard to case.
func hasWordFold(t string, i int, w string) bool {
	return len(t)-i >= len(w) && strings.EqualFold(t[i:i+len(w)], w) && !isAlnumAt(t, i+len(w))
}

// anyWord returns the end of the first of the words that stands at i, or i.
func anyWord(t string, i int, words ...string) int {
	for _, w := range words {
		if hasWord(t, i, w) {
			return i + len(w)
		}
	}
	return i
}

// dashAt returns the size of the hyphen or dash at i, 0 if there is none.
func dashAt(t string, i int) int {
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

// oneLine returns s with every run of white space as one blank.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
