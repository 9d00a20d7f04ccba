package scan

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// currencySigns maps the signs before an amount to currency codes.
var currencySigns = []struct{ sign, code string }{
	{"US$", "USD"},
	{"U.S.$", "USD"},
	{"U.S. $", "USD"},
	{"CAD$", "CAD"},
	{"C$", "CAD"},
	{"A$", "AUD"},
	{"$", "USD"},
	{"€", "EUR"},
	{"£", "GBP"},
	{"¥", "JPY"},
	{"USD", "USD"},
	{"EUR", "EUR"},
	{"GBP", "GBP"},
	{"CAD", "CAD"},
	{"CHF", "CHF"},
	{"Rs.", "INR"},
	{"Rs", "INR"},
	{"INR", "INR"},
	{"₹", "INR"},
}

// currencyWords maps the words after an amount to currency codes.
var currencyWords = []struct{ word, code string }{
	{"U.S. dollars", "USD"},
	{"US dollars", "USD"},
	{"dollars", "USD"},
	{"Dollars", "USD"},
	{"DOLLARS", "USD"},
	{"USD", "USD"},
	{"cents", "¢"},
	{"euros", "EUR"},
	{"Euros", "EUR"},
	{"EUR", "EUR"},
	{"pounds sterling", "GBP"},
	{"GBP", "GBP"},
}

// scales are the words that multiply an amount, with the number of zeros.
var scales = []struct {
	word  string
	zeros int
}{
	{"thousand", 3}, {"million", 6}, {"billion", 9}, {"trillion", 12}, {"lakhs", 5}, {"lakh", 5}, {"crores", 7}, {"crore", 7}, {"mil", 6}, {"MM", 6}, {"M", 6}, {"m", 6}, {"K", 3}, {"k", 3}, {"B", 9}, {"bn", 9},
}

// money reads an amount that begins with a currency sign at i.
func (s *scanner) money(i int) int {
	for _, c := range currencySigns {
		if strings.HasPrefix(s.text[i:], c.sign) {
			p := lex.SkipSpace(s.text, i+len(c.sign))
			if p-i > len(c.sign)+2 {
				return i
			}
			amount, end := continentalAmount(s.text, p, c.code)
			if end == p {
				amount, end = amountAt(s.text, p)
			}
			if end > p {
				return s.add(signedAmount, i, end, c.code+" "+amount)
			}
			return i
		}
	}
	return i
}

// codedMoney reads an amount that begins with the code of a currency, "USD
// 1,250". Bare letters after another word are no code.
func (s *scanner) codedMoney(i int) int {
	if !strings.HasPrefix(s.text[i:], "U.S.") && lex.LettersEnd(s.text, i)-i > 3 {
		return i
	}
	return s.money(i)
}

// plainMoney reads a number followed by the name of its currency, "1,250
// dollars", "2,500 and 50/100 dollars", "12 dollars and 5 cents".
func (s *scanner) plainMoney(i int) int {
	t := s.text
	if startsAfter(t, i, ".-,/") || endsAmount(t, i) {
		return i
	}
	amount, end := amountAt(t, i)
	if end == i {
		return i
	}
	cents, p := hundredths(t, end)
	if p = lex.SkipSpace(t, p); p == end {
		return i
	}
	for _, c := range currencyWords {
		if c.code == "¢" || !lex.HasWord(t, p, c.word) {
			continue
		}
		stop := p + len(c.word)
		if cents == "" {
			cents, stop = andCents(t, stop)
		}
		return s.add(namedAmount, i, stop, c.code+" "+withCents(amount, cents))
	}
	return i
}

// endsAmount reports whether the number at i may be the rest of an amount that
// began in the line before: "$20,\n500". Such a rest is no amount of its own.
func endsAmount(t string, i int) bool {
	p := lex.TrimSpaceBefore(t, i)
	if p < 2 || t[p-1] != ',' || !strings.Contains(t[p:i], "\n") {
		return false
	}
	digits := 0
	for digits < 4 && p-2-digits >= 0 && lex.IsDigit(t[p-2-digits]) {
		digits++
	}
	return digits > 0 && digits < 4 && lex.DigitsEnd(t, i) == i+3
}

// hundredths reads the cents of "and 50/100", "and no/100" after an amount; end is
// i if there are none.
func hundredths(t string, i int) (cents string, end int) {
	p := lex.SkipSpace(t, i)
	switch {
	case lex.HasWordFold(t, p, "and"):
		p = lex.SkipSpace(t, p+len("and"))
	case p < len(t) && t[p] == '&':
		p = lex.SkipSpace(t, p+1)
	default:
		return "", i
	}
	if p+len("50/100") > len(t) || t[p+2:p+len("50/100")] != "/100" || lex.IsAlnumAt(t, p+len("50/100")) {
		return "", i
	}
	switch cents = t[p : p+2]; {
	case lex.DigitsEnd(cents, 0) == 2:
	case strings.EqualFold(cents, "no"), strings.EqualFold(cents, "xx"):
		cents = "00"
	default:
		return "", i
	}
	return cents, p + len("50/100")
}

// andCents reads "and ninety cents", "and 5 cents", "and no cents" after an amount;
// end is i if there are none.
func andCents(t string, i int) (cents string, end int) {
	p := lex.SkipSpace(t, i)
	if lex.AnyWord(t, p, "and", "AND", "And") == p {
		return "", i
	}
	p = lex.SkipSpace(t, p+len("and"))
	n, q := spelledNumber(t, p)
	if d := lex.DigitsEnd(t, p); d > p && d-p <= 2 {
		n, _ = strconv.Atoi(t[p:d]) // one or two digits
		q = d
	} else if lex.HasWordFold(t, p, "no") {
		n, q = 0, p+len("no")
	}
	end = lex.SkipSpace(t, q)
	for _, w := range []string{"cents", "cent"} {
		if q > p && end > q && n < 100 && lex.HasWordFold(t, end, w) {
			return fmt.Sprintf("%02d", n), end + len(w)
		}
	}
	return "", i
}

// withCents puts the cents into an amount that has none.
func withCents(amount, cents string) string {
	if whole, ok := strings.CutSuffix(amount, ".00"); ok && cents != "" {
		return whole + "." + cents
	}
	return amount
}

// maxAmount bounds the digits of an amount; longer ones are account numbers or
// noise.
const maxAmount = 15

// amountAt reads "1,250", "12,50,000", "1250.5", "1.2 million" at i and returns it
// with two decimals. End is i if there is no amount, or if it is not certain where
// it ends.
func amountAt(t string, i int) (amount string, end int) {
	whole, end := wholeAt(t, i)
	if whole == nil || len(whole) >= maxAmount {
		return "", i
	}
	cents, end := centsAt(t, end)
	zeros, end := scaleAt(t, end)
	return shift(whole, cents, zeros), end
}

// wholeAt reads the digits before the decimal point with the marks between them; nil
// if there are none or it is not certain where they end.
func wholeAt(t string, i int) (whole []byte, end int) {
	end = lex.DigitsEnd(t[:min(len(t), i+maxAmount)], i)
	if end == i {
		return nil, i
	}
	whole = append(whole, t[i:end]...)
	for len(whole) < maxAmount {
		group, stop, certain := groupAt(t, end)
		if !certain {
			return nil, i
		}
		if group == "" {
			break
		}
		whole, end = append(whole, group...), stop
	}
	return whole, end
}

// groupAt reads a comma and the group of digits behind it at i: ",250", the ",50" of
// "12,50,000", " , 250" as recognition spaces it, and ",\n000" over the end of a
// line. group is "" if there is none. A line that begins with three digits after a
// comma may go on with the amount, or not: then certain is false.
func groupAt(t string, i int) (group string, end int, certain bool) {
	comma := i
	if comma+1 < len(t) && t[comma] == ' ' && t[comma+1] == ',' {
		comma++
	}
	if comma >= len(t) || t[comma] != ',' {
		return "", i, true
	}
	p := lex.SkipSpace(t, comma+1)
	gap := t[comma+1 : p]
	end = lex.DigitsEnd(t[:min(len(t), p+4)], p)
	group = t[p:end]
	switch {
	case len(group) == 2 && gap == "" && comma == i && goesOn(t, end):
		return group, end, true
	case len(group) != 3 || len(gap) > 2:
		return "", i, true
	case gap == "", comma > i && !strings.Contains(gap, "\n"):
		return group, end, true
	case group == "000", hasCents(t, end), strings.Contains(gap, "\n") && end < len(t) && t[end] == ')':
		return group, end, true
	}
	return "", i, !strings.Contains(gap, "\n")
}

// goesOn reports whether more groups follow that end with one of three digits, as
// in the Indian "12,50,000".
func goesOn(t string, i int) bool {
	for range maxAmount / 2 {
		if i >= len(t) || t[i] != ',' {
			return false
		}
		end := lex.DigitsEnd(t[:min(len(t), i+5)], i+1)
		switch end - i - 1 {
		case 3:
			return true
		case 2:
			i = end
		default:
			return false
		}
	}
	return false
}

// hasCents reports whether a decimal point and two digits stand at i.
func hasCents(t string, i int) bool {
	return i < len(t) && t[i] == '.' && lex.DigitsEnd(t, i+1) == i+3
}

// centsAt reads the decimals at i, ".50" or " . 50" as recognition spaces it.
func centsAt(t string, i int) (cents string, end int) {
	if i+1 < len(t) && t[i] == '.' && lex.IsDigit(t[i+1]) {
		end = lex.DigitsEnd(t[:min(len(t), i+1+maxAmount)], i+1)
		return t[i+1 : end], end
	}
	for _, point := range []string{" . ", " ."} {
		if p := i + len(point); strings.HasPrefix(t[i:], point) && lex.DigitsEnd(t, p) == p+2 && !lex.IsAlnumAt(t, p+2) {
			return t[p : p+2], p + 2
		}
	}
	return "", i
}

// shift writes a number with zeros more digits before the point, and two after it.
func shift(whole []byte, cents string, zeros int) string {
	for range zeros {
		digit := byte('0')
		if cents != "" {
			digit, cents = cents[0], cents[1:]
		}
		whole = append(whole, digit)
	}
	return trimZeros(string(whole)) + "." + (cents + "00")[:2]
}

// continentalAmount reads an amount in the marks of the continent, "1.250,00" or
// "12,50" euros and "1'250.50" francs. End is i if there is none.
func continentalAmount(t string, i int, code string) (amount string, end int) {
	marks := "."
	switch code {
	case "EUR":
	case "CHF":
		marks = ".'"
	default:
		return "", i
	}
	end = lex.DigitsEnd(t[:min(len(t), i+4)], i)
	if end == i || end-i > 3 {
		return "", i
	}
	whole := []byte(t[i:end])
	first := end
	for end < len(t) && strings.IndexByte(marks, t[end]) >= 0 && lex.DigitsEnd(t[:min(len(t), end+5)], end+1) == end+4 && len(whole) < maxAmount {
		whole = append(whole, t[end+1:end+4]...)
		end += 4
	}
	cents := ""
	if end+2 < len(t) && (t[end] == ',' || t[end] == '.' && end > first) && lex.DigitsEnd(t, end+1) == end+3 && !goesOn(t, end+3) {
		cents, end = t[end+1:end+3], end+3
	}
	if _, scaled := scaleAt(t, end); end == first || scaled > end || lex.IsAlnumAt(t, end) {
		return "", i
	}
	return shift(whole, cents, 0), end
}

func trimZeros(whole string) string {
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		return "0"
	}
	return whole
}

// scaleAt reads " million" and the like at i.
func scaleAt(t string, i int) (zeros, end int) {
	p := lex.SkipSpace(t, i)
	if dash := lex.DashAt(t, p); dash > 0 { // "$1-million"
		p += dash
	}
	for _, s := range scales {
		// Short forms stand right after the digits.
		if len(s.word) < 4 && p != i {
			continue
		}
		if lex.HasWord(t, p, s.word) || len(s.word) > 3 && lex.HasWordFold(t, p, s.word) {
			return s.zeros, p + len(s.word)
		}
	}
	return 0, i
}
