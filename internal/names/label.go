package names

import (
	"cmp"
	"strings"
	"unicode"

	"github.com/dossier-legal/dossier/internal/lex"
)

// Better reports whether a is a better label than b.
func Better(a, b string) bool { return Order(a, b) > 0 }

// Order is positive if a is a better label than b. It is a total order:
// well-formed before not, longer before shorter, mixed case before capitals,
// then by spelling.
func Order(a, b string) int {
	x, y := looksOf(a), looksOf(b)
	if order := cmp.Compare(x.wellFormed, y.wellFormed); order != 0 {
		return order
	}
	if order := cmp.Compare(x.letters, y.letters); order != 0 {
		return order
	}
	if order := cmp.Compare(mixedCase(a), mixedCase(b)); order != 0 {
		return order
	}
	return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(b, a))
}

// looks is what a name looks like.
type looks struct {
	wellFormed int // 1 without traces of a bad recognition: odd signs and digits inside words
	letters    int // and digits
}

func looksOf(name string) looks {
	l := looks{wellFormed: 1}
	inWord := false
	for _, r := range name {
		letter, digit := unicode.IsLetter(r), unicode.IsDigit(r)
		if letter || digit {
			l.letters++
		}
		if digit && inWord || !letter && !digit && !unicode.IsSpace(r) && !strings.ContainsRune(".,'’&-–/()", r) {
			l.wellFormed = 0
		}
		inWord = letter
	}
	return l
}

// mixedCase is 1 for names with both capitals and small letters.
func mixedCase(name string) int {
	if isASCII(name) {
		return mixedASCII(name)
	}
	if strings.ToUpper(name) != name && strings.ToLower(name) != name {
		return 1
	}
	return 0
}

func mixedASCII(name string) int {
	upper, lower := 0, 0
	for i := range len(name) {
		switch c := name[i]; {
		case 'A' <= c && c <= 'Z':
			upper = 1
		case lex.IsLower(c):
			lower = 1
		}
	}
	return upper & lower
}
