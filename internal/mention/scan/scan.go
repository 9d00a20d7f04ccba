// Package scan finds the mentions of a text that have a grammar: dates, amounts
// of money, percentages, lengths of time, docket numbers, mail addresses, phone
// numbers, postal addresses and bar numbers.
//
// It walks the text once. At the start of each word or number it asks the
// finders whose first byte fits, so time is linear in the text. It knows no
// names: package mention finds those in the words that are left.
package scan

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// scanner walks a text.
type scanner struct {
	text string
	out  []dossier.Mention
	// done is the end of the last mention; nothing may start before it.
	done int
	// Places in out of the last date, and of the last in a header of mail; -1
	// where there is none.
	lastDate, header int
	// Numeric dates that could be read in both orders, as places in out, and
	// how many of the others had the day, or the month, first.
	unsure               []int
	dayFirst, monthFirst int
}

// Find returns the mentions of a text in order of Start; they do not overlap.
// Page and Role are left empty.
func Find(text string) []dossier.Mention {
	s := scanner{text: text, lastDate: -1, header: -1}
	for i := 0; i < len(text); {
		b := text[i]
		next := i
		switch {
		case lex.IsDigit(b):
			next = s.number(i)
		case lex.IsAlpha(b):
			next = s.word(i)
		case b == '$' || b == 0xE2 || b == 0xC2:
			next = s.money(i)
		case b == '(' || b == '+':
			next = s.phone(i)
		case b == '@':
			next = s.email(i)
		}
		if next == i {
			next = max(i+1, lex.WordEnd(text, i))
		}
		i = next
	}
	s.settleDates()
	return s.out
}

// add records a mention and returns its end.
func (s *scanner) add(typ dossier.MentionType, start, end int, norm string, score float64, method string) int {
	s.out = append(s.out, dossier.Mention{
		Type: typ, Text: s.text[start:end], Start: start, End: end, Norm: norm, Score: score, Method: "scanner:" + method,
	})
	s.done = end
	if typ == dossier.Date {
		s.lastDate = len(s.out) - 1
		if s.inHeader(start) {
			s.header = s.lastDate
		}
	}
	return end
}

// number tries what can begin with a digit at i; it returns i if nothing does.
func (s *scanner) number(i int) int {
	if lex.IsAlnumBefore(s.text, i) {
		return i
	}
	for _, find := range []func(int) int{s.docketNumber, s.numericDate, s.dayFirstDate, s.phone, s.plainMoney, s.zip, s.quantityOf} {
		if end := find(i); end > i {
			return end
		}
	}
	return i
}

// word tries what can begin with a letter at i.
func (s *scanner) word(i int) int {
	t := s.text
	if lex.IsAlnumBefore(t, i) {
		return i
	}
	switch t[i] {
	case 'J', 'F', 'M', 'A', 'S', 'O', 'N', 'D':
		if end := s.monthFirstDate(i); end > i {
			return end
		}
	case 't':
		if end := s.formalDate(i); end > i {
			return end
		}
	}
	switch t[i] | 0x20 {
	case 't', 'f', 'n', 'l', 'y':
		if end := s.relativeDate(i); end > i {
			return end
		}
	}
	if startsNumber(t, i) {
		for _, find := range []func(int) int{s.ordinalDate, s.spelled} {
			if end := find(i); end > i {
				return end
			}
		}
	}
	switch t[i] {
	case 'B', 'b', 'S', 'C':
		if end := s.barNumber(i); end > i {
			return end
		}
	}
	switch t[i] {
	case 'U', 'E', 'G', 'C', 'R':
		if end := s.codedMoney(i); end > i {
			return end
		}
	}
	switch t[i] {
	case 'N', 'C', 'D', 'I', 'A', 'B':
		return s.labelledDocket(i)
	case 'c':
		if lex.HasWord(t, i, "case") {
			return s.labelledDocket(i)
		}
	}
	return i
}

// Dates.

// months maps names and abbreviations of months, in lower case, to numbers.
var months = func() map[string]time.Month {
	m := map[string]time.Month{}
	for name, number := range vocabulary.Values(vocabulary.Month) {
		n, err := strconv.Atoi(number)
		if err != nil {
			panic(fmt.Sprintf("scan: the month %q has the number %q", name, number)) // the build is broken
		}
		m[name] = time.Month(n)
	}
	return m
}()

// Month reads the name or abbreviation of a month at i; m is 0 and end is i if there
// is none.
func Month(t string, i int) (m time.Month, end int) {
	end = i
	for end < len(t) && end-i < 10 && lex.IsAlpha(t[end]) {
		end++
	}
	if end-i < 3 || lex.IsAlnumAt(t, end) || !lex.IsUpper(t[i]) {
		return 0, i
	}
	var lower [10]byte
	for n := range end - i {
		lower[n] = t[i+n] | 0x20
	}
	m, ok := months[string(lower[:end-i])]
	if !ok {
		return 0, i
	}
	if end < len(t) && t[end] == '.' && end-i <= 4 {
		end++
	}
	return m, end
}

// dayAt reads a day of the month, "3" or "3rd".
func dayAt(t string, i int) (day, end int) {
	end = lex.DigitsEnd(t, i)
	if end == i || end-i > 2 {
		return 0, i
	}
	day, _ = strconv.Atoi(t[i:end]) // one or two digits
	for _, suffix := range []string{"st", "nd", "rd", "th", "d"} {
		if lex.HasWord(t, end, suffix) {
			return day, end + len(suffix)
		}
	}
	if lex.IsAlnumAt(t, end) {
		return 0, i
	}
	return day, end
}

// yearWordAt reads a year of four digits.
func yearWordAt(t string, i int) (year, end int) {
	end = lex.DigitsEnd(t, i)
	if end-i != 4 || lex.IsAlnumAt(t, end) {
		return 0, i
	}
	return lex.YearOf(t[i:end]), end
}

// isoDate returns "2019-05-03", or "" if there is no such day.
func isoDate(year int, month time.Month, day int) string {
	d := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if year == 0 || d.Year() != year || d.Month() != month || d.Day() != day {
		return ""
	}
	return d.Format(time.DateOnly)
}

func isoMonth(year int, month time.Month) string { return fmt.Sprintf("%d-%02d", year, month) }

// commaSpace skips blanks with a comma among them.
func commaSpace(t string, i int) int {
	i = lex.SkipSpace(t, i)
	if i < len(t) && t[i] == ',' {
		i = lex.SkipSpace(t, i+1)
	}
	return i
}

// monthFirstDate reads "May 3, 2019", "May 2019" and the first end of "May 3-5,
// 2019" or "May 3 to June 1, 2019".
func (s *scanner) monthFirstDate(i int) int {
	t := s.text
	m, p := Month(t, i)
	if m == 0 {
		return i
	}
	q := commaSpace(t, p)
	if year, end := yearWordAt(t, q); year > 0 {
		return s.add(dossier.Date, i, end, isoMonth(year, m), 0.95, "date")
	}
	day, end := dayAt(t, lex.SkipSpace(t, p))
	if day == 0 {
		return s.monthRange(i, m, p)
	}
	if year, yearEnd := yearWordAt(t, commaSpace(t, end)); year > 0 {
		if norm := isoDate(year, m, day); norm != "" {
			return s.add(dossier.Date, i, yearEnd, norm, 0.99, "date")
		}
		return i
	}
	return s.dateRange(i, m, day, end)
}

// rangeEnd returns where the other end of a range stands whose first one ends at
// end: after a dash or one of the words. It is -1 if neither follows.
func rangeEnd(t string, end int, words ...string) int {
	p := lex.SkipSpace(t, end)
	switch {
	case lex.DashAt(t, p) > 0:
		return lex.SkipSpace(t, p+lex.DashAt(t, p))
	case lex.AnyWord(t, p, words...) > p:
		return lex.SkipSpace(t, lex.LettersEnd(t, p))
	}
	return -1
}

// dateRange reads a day whose year comes with the other end of its range. The
// other end is found next, or given here if it is a bare day.
func (s *scanner) dateRange(i int, m time.Month, day, end int) int {
	t := s.text
	p := rangeEnd(t, end, "to", "and", "through")
	if p < 0 {
		return i
	}
	month, q := Month(t, p)
	bare := month == 0
	if bare {
		month = m
	}
	day2, end2 := dayAt(t, lex.SkipSpace(t, q))
	year, yearEnd := yearWordAt(t, commaSpace(t, end2))
	first, second := isoDate(year, m, day), isoDate(year, month, day2)
	if day2 == 0 || first == "" || second == "" || first > second {
		return i
	}
	s.add(dossier.Date, i, end, first, 0.9, "date")
	if bare {
		return s.add(dossier.Date, p, yearEnd, second, 0.9, "date")
	}
	return end
}

// dayFirstDate reads "3 May 2019", "3rd of May, 2019".
func (s *scanner) dayFirstDate(i int) int {
	t := s.text
	day, p := dayAt(t, i)
	if day == 0 {
		return i
	}
	q := lex.SkipSpace(t, p)
	for _, w := range []string{"day", "of"} {
		if lex.HasWordFold(t, q, w) {
			q = lex.SkipSpace(t, q+len(w))
		}
	}
	if q == p {
		return s.dayRange(i, day, p)
	}
	if end := s.dayOf(i, day, q); end > i {
		return end
	}
	return s.dayRange(i, day, p)
}

// dayOf reads the month and year at p of a date that began with its day at i.
// The year may be in words.
func (s *scanner) dayOf(i, day, p int) int {
	t := s.text
	m, end := Month(t, p)
	if m == 0 {
		return i
	}
	p = commaSpace(t, end)
	year, end := yearWordAt(t, p)
	if year == 0 {
		year, end = spelledYear(t, p)
	}
	if norm := isoDate(year, m, day); norm != "" {
		return s.add(dossier.Date, i, end, norm, 0.98, "date")
	}
	return i
}

// ordinalDate reads "first day of June, two thousand nineteen".
func (s *scanner) ordinalDate(i int) int {
	t := s.text
	day, p := spelledOrdinal(t, i)
	if day == 0 {
		return i
	}
	p = lex.SkipSpace(t, p)
	for _, w := range []string{"day", "of"} {
		if !lex.HasWordFold(t, p, w) {
			return i
		}
		p = lex.SkipSpace(t, p+len(w))
	}
	return s.dayOf(i, day, p)
}

// formalDate reads "the 3rd day of May, 2019".
func (s *scanner) formalDate(i int) int {
	if !lex.HasWord(s.text, i, "the") {
		return i
	}
	p := lex.SkipSpace(s.text, i+3)
	if p >= len(s.text) || !lex.IsDigit(s.text[p]) {
		return i
	}
	if end := s.dayFirstDate(p); end > p {
		return end
	}
	return i
}

// numericDate reads "2019-05-03", "05/03/2019" and "5/3/19". Which of day and
// month comes first, if both orders give a date, the other dates of the text
// decide; without any the month does, as everywhere in the United States, but
// not between stops.
func (s *scanner) numericDate(i int) int {
	t := s.text
	a, p := shortNumber(t, i)
	if p >= len(t) || p == i {
		return i
	}
	sep := t[p]
	if sep != '/' && sep != '-' && sep != '.' || i > 0 && (t[i-1] == sep || t[i-1] == '.' || t[i-1] == '-') {
		return i
	}
	b, q := shortNumber(t, p+1)
	if q == p+1 || q-p > 3 || q >= len(t) || t[q] != sep {
		return i
	}
	c, end := shortNumber(t, q+1)
	if end == q+1 || lex.IsAlnumAt(t, end) || end+1 < len(t) && t[end] == sep && lex.IsDigit(t[end+1]) {
		return i
	}
	switch first, last := p-i, end-q-1; {
	case first == 4 && last <= 2:
		if norm := isoDate(a, time.Month(b), c); norm != "" {
			return s.add(dossier.Date, i, end, norm, 0.95, "date")
		}
		return i
	case first <= 2 && last == 4 && lex.YearOf(t[q+1:end]) > 0:
		return s.eitherOrder(i, end, a, b, c, sep)
	case first <= 2 && last == 2 && sep == '/':
		return s.eitherOrder(i, end, a, b, century(c), sep)
	}
	return i
}

// eitherOrder records a date of which a and b are day and month, or month and
// day.
func (s *scanner) eitherOrder(i, end, a, b, year int, sep byte) int {
	monthFirst, dayFirst := isoDate(year, time.Month(a), b), isoDate(year, time.Month(b), a)
	norm := monthFirst
	switch {
	case monthFirst == "" && dayFirst == "":
		return i
	case monthFirst == "":
		norm = dayFirst
		s.dayFirst++
	case dayFirst == "":
		s.monthFirst++
	case sep == '.':
		norm = dayFirst
	case monthFirst != dayFirst:
		s.unsure = append(s.unsure, len(s.out))
	}
	return s.add(dossier.Date, i, end, norm, 0.95, "date")
}

// settleDates turns round the dates of a text whose others have the day first.
func (s *scanner) settleDates() {
	if s.dayFirst <= s.monthFirst {
		return
	}
	for _, i := range s.unsure {
		m := &s.out[i]
		m.Norm = m.Norm[:5] + m.Norm[8:] + "-" + m.Norm[5:7]
	}
}

// century puts a year of two digits between 1950 and 2049.
func century(year int) int {
	if year < 50 {
		return 2000 + year
	}
	return 1900 + year
}

// shortNumber reads up to four digits.
func shortNumber(t string, i int) (n, end int) {
	for end = i; end < len(t) && end-i < 5 && lex.IsDigit(t[end]); end++ {
		n = n*10 + int(t[end]-'0')
	}
	if end-i == 5 {
		return 0, i
	}
	return n, end
}

// Mail addresses.

const (
	maxLocal  = 64  // bytes before the @
	maxDomain = 253 // bytes after it
)

// email reads around the @ at i.
func (s *scanner) email(i int) int {
	t := s.text
	start := i
	for start > s.done && i-start < maxLocal && (lex.IsAlnum(t[start-1]) || strings.IndexByte("._%+-'", t[start-1]) >= 0) {
		start--
	}
	for start < i && !lex.IsAlnum(t[start]) {
		start++
	}
	end, dots := i+1, 0
	for end < len(t) && end-i < maxDomain && (lex.IsAlnum(t[end]) || t[end] == '-' || t[end] == '.') {
		if t[end] == '.' {
			if end+1 >= len(t) || !lex.IsAlnum(t[end+1]) {
				break
			}
			dots++
		}
		end++
	}
	if start == i || dots == 0 || t[i-1] == '.' || lex.IsAlnumAt(t, end) {
		return i
	}
	top := t[strings.LastIndexByte(t[:end], '.')+1 : end]
	if len(top) < 2 || lex.LettersEnd(top, 0) != len(top) {
		return i
	}
	return s.add(dossier.Email, start, end, strings.ToLower(t[start:end]), 0.99, "email")
}
