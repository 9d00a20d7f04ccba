package scan

import (
	"strings"

	"github.com/dossier-legal/dossier"
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
	{"thousand", 3}, {"million", 6}, {"billion", 9}, {"trillion", 12}, {"mil", 6}, {"MM", 6}, {"M", 6}, {"m", 6}, {"K", 3}, {"k", 3}, {"B", 9}, {"bn", 9},
}

// money reads an amount that begins with a currency sign at i.
func (s *scanner) money(i int) int {
	for _, c := range currencySigns {
		if strings.HasPrefix(s.text[i:], c.sign) {
			p := lex.SkipSpace(s.text, i+len(c.sign))
			if p-i > len(c.sign)+2 {
				return i
			}
			if amount, end := amountAt(s.text, p); end > p {
				return s.add(dossier.Money, i, end, c.code+" "+amount, 0.98, "money")
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
// dollars".
func (s *scanner) plainMoney(i int) int {
	t := s.text
	if i > 0 && (t[i-1] == '.' || t[i-1] == '-' || t[i-1] == ',') {
		return i
	}
	amount, end := amountAt(t, i)
	if end == i {
		return i
	}
	p := lex.SkipSpace(t, end)
	for _, c := range currencyWords {
		if p > end && lex.HasWord(t, p, c.word) {
			code := c.code
			if code == "¢" {
				return i
			}
			return s.add(dossier.Money, i, p+len(c.word), code+" "+amount, 0.95, "money")
		}
	}
	return i
}

// maxAmount bounds the digits of an amount; longer ones are account numbers or
// noise.
const maxAmount = 15

// amountAt reads "1,250", "1250.5", "1.2 million" at i and returns it with two
// decimals. End is i if there is no amount.
func amountAt(t string, i int) (amount string, end int) {
	whole := make([]byte, 0, maxAmount)
	end = i
	for end < len(t) && len(whole) < maxAmount {
		if lex.IsDigit(t[end]) {
			whole = append(whole, t[end])
			end++
			continue
		}
		if t[end] == ',' && len(whole) > 0 && lex.DigitsEnd(t[:min(len(t), end+5)], end+1) == end+4 {
			end++
			continue
		}
		break
	}
	if len(whole) == 0 || len(whole) == maxAmount {
		return "", i
	}
	var cents []byte
	if end+1 < len(t) && t[end] == '.' && lex.IsDigit(t[end+1]) {
		stop := min(len(t), end+1+maxAmount)
		dot := end
		end = lex.DigitsEnd(t[:stop], end+1)
		cents = []byte(t[dot+1 : end])
	}
	zeros, end := scaleAt(t, end)
	for range zeros {
		digit := byte('0')
		if len(cents) > 0 {
			digit, cents = cents[0], cents[1:]
		}
		whole = append(whole, digit)
	}
	for len(cents) < 2 {
		cents = append(cents, '0')
	}
	return trimZeros(string(whole)) + "." + string(cents[:2]), end
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
