package scan

import (
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// Percentages and lengths of time.

// spelled tries what can begin with a number in words at i: an amount of money,
// a percentage or a length of time.
func (s *scanner) spelled(i int) int {
	t := s.text
	n, end := spelledNumber(t, i)
	if end == i || lex.IsAlnumAt(t, end) {
		return i
	}
	number, stop := spelledFraction(t, n, end)
	if inside, q := inBrackets(t, stop); q > stop && strings.TrimLeft(inside, "0123456789,.%$ ") == "" {
		stop = q
	}
	if next := s.dollars(i, number, stop); next > i {
		return next
	}
	return s.quantity(i, number, stop)
}

// dollars reads the name of the currency after a number in words, with the cents
// before or after it, and the same amount in figures behind it, "fifty dollars
// ($50.00)".
func (s *scanner) dollars(i int, number string, end int) int {
	t := s.text
	whole, cents, _ := strings.Cut(number, ".")
	hundred, end := hundredths(t, end)
	p := lex.SkipSpace(t, end)
	for _, c := range currencyWords {
		if !lex.HasWordFold(t, p, c.word) || c.code == "¢" {
			continue
		}
		stop := p + len(c.word)
		if hundred == "" {
			hundred, stop = andCents(t, stop)
		}
		norm := c.code + " " + withCents(whole+"."+(cents + "00")[:2], hundred)
		if inside, q := inBrackets(t, stop); q > stop {
			inside = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(inside), "$"))
			if amount, used := amountAt(inside, 0); used > 0 && used == len(inside) {
				norm, stop = c.code+" "+amount, q // the figures also have the cents
			}
		}
		return s.add(spelledAmount, i, stop, norm)
	}
	return i
}

// quantityOf reads a percentage or a length of time that begins with figures.
func (s *scanner) quantityOf(i int) int {
	t := s.text
	if i > 0 && strings.IndexByte(".,$-/:", t[i-1]) >= 0 {
		return i
	}
	end := lex.DigitsEnd(t, i)
	if end == i || end-i > 6 {
		return i
	}
	if end+1 < len(t) && t[end] == '.' && lex.IsDigit(t[end+1]) {
		end = lex.DigitsEnd(t[:min(len(t), end+8)], end+1)
	}
	return s.quantity(i, t[i:end], end)
}

// percentWords come after the number of a percentage, with the factor to
// percent.
var percentWords = []struct{ word, unit string }{
	{"percentage points", "points"}, {"percentage point", "points"}, {"percent", "%"}, {"per cent", "%"}, {"basis points", "bp"}, {"basis point", "bp"},
}

// quantity reads the unit after a number that ends at end.
func (s *scanner) quantity(i int, number string, end int) int {
	t := s.text
	p := lex.SkipSpace(t, end)
	if p < len(t) && t[p] == '%' && p-end < 2 {
		return s.add(percentSign, i, p+1, percentNorm(number, "%"))
	}
	for _, w := range percentWords {
		if lex.HasWordFold(t, p, w.word) {
			stop := p + len(w.word)
			if inside, q := inBrackets(t, stop); q > stop && strings.HasSuffix(inside, "%") {
				stop = q
			}
			return s.add(percentWord, i, stop, percentNorm(number, w.unit))
		}
	}
	return s.duration(i, number, end)
}

func percentNorm(number, unit string) string {
	if strings.Contains(number, ".") {
		number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
	}
	if unit == "%" {
		return number + "%"
	}
	return number + " " + unit
}

// timeUnits are the units of a length of time, from the longest, with their
// letter in ISO 8601, "P10D". From firstOfClock on they come after a T, "PT2H".
var timeUnits = [...]struct{ word, iso string }{
	{"year", "Y"}, {"month", "M"}, {"week", "W"}, {"day", "D"}, {"hour", "H"}, {"minute", "M"}, {"second", "S"},
}

const firstOfClock = 4

// dayKinds stand before "days" and change what is counted. The standard has no
// form for them: the norm names them.
var dayKinds = []string{"business", "calendar", "working", "court", "consecutive"}

// duration reads the unit of time after a number: "30 days", "six-month", "2
// years and 6 months".
func (s *scanner) duration(i int, number string, end int) int {
	if strings.Contains(number, ".") {
		return i
	}
	var parts [len(timeUnits)]string
	last, kind, end := timeAt(s.text, end)
	if last < 0 {
		return i
	}
	parts[last] = number
	for kind == "" {
		unit, number, stop := s.furtherTime(end)
		if unit <= last {
			break
		}
		parts[unit], last, end = number, unit, stop
	}
	norm := isoDuration(parts)
	if kind != "" {
		norm = number + " " + kind + " days"
	}
	if stop := s.countedFrom(i, end, norm); stop > i {
		return stop
	}
	return s.add(timeUnit, i, end, norm)
}

// furtherTime reads "and 6 months" at end; unit is negative if there is no such.
func (s *scanner) furtherTime(end int) (unit int, number string, stop int) {
	t := s.text
	p := commaSpace(t, end)
	if lex.HasWordFold(t, p, "and") {
		p = lex.SkipSpace(t, p+3)
	}
	q := lex.DigitsEnd(t, p)
	number = t[p:q]
	if q == p {
		n, e := spelledNumber(t, p)
		number, q = strconv.Itoa(n), e
	}
	if q == p || len(number) > 6 {
		return -1, "", end
	}
	unit, kind, stop := timeAt(t, q)
	if kind != "" {
		return -1, "", end
	}
	return unit, number, stop
}

// timeAt reads a unit of time after a number that ends at end, and the kind of
// its days. unit is its place in timeUnits, or negative.
func timeAt(t string, end int) (unit int, kind string, stop int) {
	p := lex.SkipSpace(t, end)
	if d := lex.DashAt(t, p); d > 0 { // "six-month"
		p += d
	}
	if p == end {
		return -1, "", end
	}
	for _, k := range dayKinds {
		if lex.HasWordFold(t, p, k) {
			kind, p = k, lex.SkipSpace(t, p+len(k))
			break
		}
	}
	for n, u := range timeUnits {
		stop = p + len(u.word)
		if stop > len(t) || !strings.EqualFold(t[p:stop], u.word) {
			continue
		}
		if stop < len(t) && t[stop]|0x20 == 's' {
			stop++
		}
		// "40 years old" is an age.
		if lex.IsAlnumAt(t, stop) || kind != "" && u.word != "day" || lex.HasWordFold(t, lex.SkipSpace(t, stop), "old") {
			return -1, "", end
		}
		return n, kind, stop
	}
	return -1, "", end
}

// isoDuration writes a length of time as ISO 8601 has it.
func isoDuration(parts [len(timeUnits)]string) string {
	norm := "P"
	for n, number := range parts {
		if number == "" {
			continue
		}
		if n >= firstOfClock && !strings.Contains(norm, "T") {
			norm += "T"
		}
		norm += number + timeUnits[n].iso
	}
	return norm
}
