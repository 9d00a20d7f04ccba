package scan

import (
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// Numbers in words.

var units = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19,
}

var tens = map[string]int{
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}

var powers = map[string]int{"thousand": 1e3, "million": 1e6, "billion": 1e9}

var ordinalWords = map[string]int{
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
	"tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
	"seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}

// smallestNumber is the length of the shortest number in words, and
// longestNumber that of the longest word of one.
const (
	smallestNumber = 3
	longestNumber  = 11
)

// lowerWord returns the word of letters at i in lower case, "" if it is none of
// a number's length, and its end.
func lowerWord(t string, i int) (w string, end int) {
	end = i
	for end < len(t) && end-i <= longestNumber && lex.IsAlpha(t[end]) {
		end++
	}
	if n := end - i; n < smallestNumber || n > longestNumber {
		return "", end
	}
	return strings.ToLower(t[i:end]), end
}

// spelledNumber reads a number in words at i, "one million two hundred and
// fifty thousand", "Twenty-Five". End is i if there is none.
func spelledNumber(t string, i int) (n, end int) {
	end = i
	var sum numberSum
	for p := i; ; {
		w, q := lowerWord(t, p)
		if w == "and" && end > i && isNumberWord(t, lex.SkipSpace(t, q)) {
			p = lex.SkipSpace(t, q)
			continue
		}
		if !sum.add(w) {
			break
		}
		end = q
		if p = lex.SkipSpace(t, q); p == q && lex.DashAt(t, q) > 0 {
			p = q + lex.DashAt(t, q)
		}
		if p == q {
			break
		}
	}
	return sum.total + sum.group, end
}

// numberSum adds up the words of a number: total is the part before the last
// "thousand" or the like, group that after it.
type numberSum struct{ total, group int }

// add takes one more word and reports whether it goes on with the number.
func (s *numberSum) add(w string) bool {
	switch unit, ten, power := units[w], tens[w], powers[w]; {
	case unit > 0 && s.group%10 == 0 && (unit < 10 || s.group%100 == 0):
		s.group += unit
	case ten > 0 && s.group%100 == 0:
		s.group += ten
	case w == "hundred" && s.group > 0 && s.group < 100:
		s.group *= 100
	case power > 0 && s.group > 0 && (s.total == 0 || s.total%(power*1000) == 0):
		s.total, s.group = s.total+s.group*power, 0
	default:
		return false
	}
	return true
}

// fractions may stand after "and" behind a number.
var fractions = []struct{ words, decimals string }{{"a half", "5"}, {"one half", "5"}, {"one-half", "5"}, {"a quarter", "25"}, {"three quarters", "75"}}

// spelledFraction reads what makes the number n in words that ends at end a decimal
// one, "one point two million", "two and a half million". It returns the number in
// figures and its end.
func spelledFraction(t string, n, end int) (number string, stop int) {
	whole := strconv.Itoa(n)
	decimals, stop := spelledDecimals(t, end)
	if stop == end {
		return whole, end
	}
	zeros, stop := scaleAt(t, stop)
	if zeros == 0 {
		return whole + "." + decimals, stop
	}
	return strings.TrimSuffix(shift([]byte(whole), decimals, zeros), ".00"), stop
}

// spelledDecimals reads "point two five" or "and a half" at i; end is i if there is
// none.
func spelledDecimals(t string, i int) (decimals string, end int) {
	p := lex.SkipSpace(t, i)
	if lex.HasWordFold(t, p, "and") {
		p = lex.SkipSpace(t, p+len("and"))
		for _, f := range fractions {
			if lex.HasWordFold(t, p, f.words) {
				return f.decimals, p + len(f.words)
			}
		}
		return "", i
	}
	if !lex.HasWordFold(t, p, "point") {
		return "", i
	}
	end = i
	for p = lex.SkipSpace(t, p+len("point")); len(decimals) < maxAmount; p = lex.SkipSpace(t, end) {
		w, q := lowerWord(t, p)
		digit := units[w]
		if digit == 0 && w != "zero" || digit > 9 {
			break
		}
		decimals, end = decimals+strconv.Itoa(digit), q
	}
	return decimals, end
}

// isNumberWord reports whether the word at i may go on with a number after "and".
func isNumberWord(t string, i int) bool {
	w, _ := lowerWord(t, i)
	return units[w] > 0 || tens[w] > 0
}

// spelledOrdinal reads "first", "twenty-third" at i.
func spelledOrdinal(t string, i int) (n, end int) {
	w, end := lowerWord(t, i)
	if n := ordinalWords[w]; n > 0 {
		return n, end
	}
	if d := lex.DashAt(t, end); tens[w] > 0 && d > 0 {
		last, stop := lowerWord(t, end+d)
		if n := ordinalWords[last]; n > 0 && n < 10 {
			return tens[w] + n, stop
		}
	}
	return 0, i
}

// spelledYear reads "two thousand nineteen" or "nineteen hundred and ninety" at i.
func spelledYear(t string, i int) (year, end int) {
	n, end := spelledNumber(t, i)
	if n < 1700 || n > 2099 {
		return 0, i
	}
	return n, end
}

// inBrackets reads the figures that repeat a number in words, "thirty (30)": it
// returns where the bracket closes, or i.
func inBrackets(t string, i int) (inside string, end int) {
	p := lex.SkipSpace(t, i)
	if p >= len(t) || t[p] != '(' {
		return "", i
	}
	const longest = 24
	stop := strings.IndexByte(t[p:min(len(t), p+longest)], ')')
	if stop < 0 {
		return "", i
	}
	return t[p+1 : p+stop], p + stop + 1
}

// startsNumber reports whether the word at i may be a number in words: a quick
// look at its first two letters spares most words the search.
func startsNumber(t string, i int) bool {
	if i+2 >= len(t) {
		return false
	}
	next := t[i+1] | 0x20
	switch t[i] | 0x20 {
	case 'o':
		return next == 'n'
	case 't':
		return next == 'w' || next == 'e' || next == 'h' && t[i+2]|0x20 != 'e'
	case 'f':
		return next == 'i' || next == 'o'
	case 's':
		return next == 'i' || next == 'e'
	case 'e':
		return next == 'i' || next == 'l'
	case 'n':
		return next == 'i'
	}
	return false
}
