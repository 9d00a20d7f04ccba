package names

import (
	"strings"
	"unicode/utf8"
)

// editable is the fewest letters a word needs for one of them to be a slip.
const editable = 5

func editableWord(w string) bool { return len(w) >= editable && utf8.RuneCountInString(w) >= editable }

// likeness is how two words resemble each other.
type likeness struct {
	code   string // "" if they do not
	weight float64
}

// alike compares two words of names, beyond equality allowing for what scanners
// and typists do.
func alike(a, b string) likeness {
	if a == b {
		return likeness{"exact", exact}
	}
	scanned := min(len(a), len(b)) >= 4 && scanAlike(a, b)
	edited := oneEdit(a, b)
	if !scanned && !edited {
		return likeness{}
	}
	switch bothKnown := Known(a) && Known(b); {
	case !bothKnown && scanned:
		return likeness{"ocr", scanFactor}
	case bothKnown && edited:
		return likeness{"known-names", -1}
	case edited && spelledTwoWays(a, b):
		return likeness{"spelling", capped}
	case edited && editableWord(a) && editableWord(b):
		return likeness{"edit", editFactor}
	}
	return likeness{}
}

// likeness is how two words resemble each other for this comparison. That they may be
// spellings of one name makes no two names the same, so the hurried do not ask.
func (s *scorer) likeness(a, b string) likeness {
	l := alike(a, b)
	if l.weight <= 0 && !s.hurried && variants(a, b) {
		return likeness{variantCode, variantMax}
	}
	return l
}

// spelledTwoWays reports whether two words one edit apart differ as the names
// of two families do rather than by a slip: Zeigler, Meyers, Hoffmann, Clarke,
// Petersen.
func spelledTwoWays(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		last := i == len(b)-1
		return last && strings.IndexByte("sen", b[i]) >= 0
	}
	swapped := i+1 < len(a) && (a[i:i+2] == "ei" && b[i:i+2] == "ie" || a[i:i+2] == "ie" && b[i:i+2] == "ei")
	return swapped || i == len(a)-2 && i > 0 && a[i-1] == 's' && a[i+1] == 'n'
}

// scanAlike reports whether scanners confuse two words.
func scanAlike(a, b string) bool {
	for len(a) > 0 && len(b) > 0 {
		x, n := shape(a)
		y, m := shape(b)
		if x != y {
			return false
		}
		a, b = a[n:], b[m:]
	}
	return a == b
}

// shape is what scanners may take the first letters of a text for, and how many
// letters those are. Of shapes that they confuse it is always the same one.
func shape(s string) (byte, int) {
	next := byte(0)
	if len(s) > 1 {
		next = s[1]
	}
	switch c := s[0]; {
	case c == 'r' && next == 'n':
		return 'm', 2
	case c == 'v' && next == 'v':
		return 'w', 2
	case c == 'c' && next == 'l':
		return 'd', 2
	case c == '0':
		return 'o', 1
	case c == '1':
		return 'l', 1
	case c == '5':
		return 's', 1
	case c == '8':
		return 'b', 1
	default:
		return c, 1
	}
}

// scanFold writes a word in the shapes of its letters.
func scanFold(s string) string {
	for i := range len(s) {
		if c, n := shape(s[i:]); c != s[i] || n > 1 {
			return string(appendShapes([]byte(s[:i]), s[i:]))
		}
	}
	return s
}

func appendShapes(b []byte, s string) []byte {
	for len(s) > 0 {
		c, n := shape(s)
		b, s = append(b, c), s[n:]
	}
	return b
}

const digits = "0123456789"

// oneEdit reports whether one letter changed, added, dropped or swapped with
// its neighbour turns a into b. The words must differ. Another digit is another
// number, not a slip.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(a) < len(b) && a[i:] == b[i+1:],
		len(a) == len(b) && a[i+1:] == b[i+1:],
		len(a) == len(b) && i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]:
		return !strings.ContainsAny(a, digits) && !strings.ContainsAny(b, digits)
	}
	return false
}
