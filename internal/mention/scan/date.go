package scan

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

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
	if p := lex.SkipSpace(t, end); p > end { // "8 th February", as recognition and old print space it
		if q := lex.AnyWord(t, p, "st", "nd", "rd", "th"); q > p {
			return day, q
		}
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

// yearAfter reads the year after a month or a day, "2019", ", A.D. 2014", "in the
// year of our Lord 2014", in figures or in words.
func yearAfter(t string, i int) (year, end int) {
	p := commaSpace(t, i)
	for _, w := range []string{"A.D.", "A. D.", "AD", "Anno Domini", "in the year of our Lord", "in the year"} {
		if strings.HasPrefix(t[p:], w) && lex.SpaceAt(t, p+len(w)) > 0 {
			p = commaSpace(t, p+len(w))
			break
		}
	}
	if year, end := yearWordAt(t, p); year > 0 {
		return year, end
	}
	return spelledYear(t, p)
}

// monthFirstDate reads "May 3, 2019", "May 2019" and the first days of "May 3-5,
// 2019", "May 3 to June 1, 2019" or "May 3, 4 and 5, 2019".
func (s *scanner) monthFirstDate(i int) int {
	t := s.text
	m, p := Month(t, i)
	if m == 0 {
		return i
	}
	if year, end := yearAfter(t, p); year > 0 {
		return s.add(monthAndYear, i, end, isoMonth(year, m))
	}
	day, end := dayAt(t, lex.SkipSpace(t, p))
	if day == 0 {
		return s.monthRange(i, m, p)
	}
	if year, yearEnd := yearAfter(t, end); year > 0 {
		if norm := isoDate(year, m, day); norm != "" {
			return s.add(fullDate, i, yearEnd, norm)
		}
		return i
	}
	return s.dateList(dayPlace{i, end, m, day})
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

// dayPlace is a day of a list or range, where it stands, and its month; 0 if the
// month stands behind the last day.
type dayPlace struct {
	start, end int
	month      time.Month
	day        int
}

// maxDays bounds the days of one list.
const maxDays = 12

// dateList reads the days of a list or range whose year stands behind the last:
// "May 3-5, 2019", "May 3 to June 1, 2019", "January 5, 6 and 7, 2015". first has
// a month. Days that do not follow each other are no list.
func (s *scanner) dateList(first dayPlace) int {
	t := s.text
	days := []dayPlace{first}
	for len(days) < maxDays {
		last := days[len(days)-1]
		p := listNext(t, last.end)
		if p < 0 {
			return first.start
		}
		next := dayPlace{start: p, month: last.month}
		if m, q := Month(t, p); m != 0 {
			next.month, p = m, lex.SkipSpace(t, q)
		}
		if next.day, next.end = dayAt(t, p); next.day == 0 {
			return first.start
		}
		days = append(days, next)
		if year, end := yearAfter(t, next.end); year > 0 {
			days[len(days)-1].end = end
			return s.addDays(days, year)
		}
	}
	return first.start
}

// listNext returns where the next day of a list or range stands, -1 if nothing
// links one.
func listNext(t string, end int) int {
	if p := rangeEnd(t, end, "to", "and", "through", "or"); p >= 0 {
		return p
	}
	p := lex.SkipSpace(t, end)
	if p < len(t) && (t[p] == ',' || t[p] == '&' || t[p] == '/') {
		p = lex.SkipSpace(t, p+1)
		if q := lex.AnyWord(t, p, "and", "or"); q > p {
			p = lex.SkipSpace(t, q)
		} else if p < len(t) && t[p] == '&' {
			p = lex.SkipSpace(t, p+1)
		}
		return p
	}
	return -1
}

// addDays records the days of a list. It returns the end of the last, or the start
// of the first if the days do not follow each other in the year.
func (s *scanner) addDays(days []dayPlace, year int) int {
	norms := make([]string, len(days))
	for n, d := range days {
		norms[n] = isoDate(year, d.month, d.day)
		if norms[n] == "" || n > 0 && norms[n] <= norms[n-1] {
			return days[0].start
		}
	}
	end := days[0].start
	for n, d := range days {
		end = s.add(rangeOfDays, d.start, d.end, norms[n])
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
	if q := skipOf(t, p); q > p {
		if end := s.dayOf(i, day, q); end > i {
			return end
		}
	}
	if end := s.shortDate(i, day, p); end > i {
		return end
	}
	return s.dayList(i, day, p)
}

// shortDate reads the month in letters and the year of "7-Sep-98", "07/SEP/1998"
// whose day ends at p.
func (s *scanner) shortDate(i, day, p int) int {
	t := s.text
	mark := lex.DashAt(t, p)
	if p < len(t) && strings.IndexByte("/.", t[p]) >= 0 {
		mark = 1
	}
	if mark == 0 || startsAfter(t, i, "-/.") {
		return i
	}
	sep := t[p : p+mark]
	m, q := Month(t, p+mark)
	if m == 0 || !strings.HasPrefix(t[q:], sep) {
		return i
	}
	year, end := shortNumber(t, q+mark)
	switch digits := end - q - mark; {
	case lex.IsAlnumAt(t, end), digits != 2 && digits != 4:
		return i
	case digits == 2:
		year = century(year)
	}
	if norm := isoDate(year, m, day); norm != "" {
		return s.add(shortMonthDate, i, end, norm)
	}
	return i
}

// startsAfter reports whether one of the marks stands right before i.
func startsAfter(t string, i int, marks string) bool {
	return i > 0 && strings.IndexByte(marks, t[i-1]) >= 0
}

// dayList reads the days of "3-5 May 2019" and "5, 6 and 7 January 2015", whose
// month and year stand behind the last. The first ends at end.
func (s *scanner) dayList(i, day, end int) int {
	t := s.text
	days := []dayPlace{{start: i, end: end, day: day}}
	for len(days) < maxDays {
		p := listNext(t, days[len(days)-1].end)
		if p < 0 {
			return i
		}
		next := dayPlace{start: p}
		if next.day, next.end = dayAt(t, p); next.day == 0 {
			return i
		}
		days = append(days, next)
		m, q := Month(t, skipOf(t, next.end))
		if m == 0 {
			continue
		}
		year, end := yearAfter(t, q)
		if year == 0 {
			return i
		}
		days[len(days)-1].end = end
		for n := range days {
			days[n].month = m
		}
		return s.addDays(days, year)
	}
	return i
}

// skipOf skips "day of" and "of" after a day.
func skipOf(t string, p int) int {
	p = lex.SkipSpace(t, p)
	for _, w := range []string{"day", "days", "of"} {
		if lex.HasWordFold(t, p, w) {
			p = lex.SkipSpace(t, p+len(w))
		}
	}
	return p
}

// dayOf reads the month and year at p of a date that began with its day at i.
// The year may be in words.
func (s *scanner) dayOf(i, day, p int) int {
	t := s.text
	m, end := Month(t, p)
	if m == 0 {
		return i
	}
	year, end := yearAfter(t, end)
	if norm := isoDate(year, m, day); norm != "" {
		return s.add(dayFirstDate, i, end, norm)
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

// numericDate reads "2019-05-03", "05/03/2019" and "5/3/19". Which of day and
// month comes first, if both orders give a date, the other dates of the text
// decide; without any the month does, as everywhere in the United States, but
// not between stops.
func (s *scanner) numericDate(i int) int {
	t := s.text
	a, p := shortNumber(t, i)
	if p >= len(t) || p == i || numbersPart(t, i, t[p]) {
		return i
	}
	if end := s.twoDays(i, p, a); end > i {
		return end
	}
	d, ok := readDigits(t, i)
	if !ok {
		return i
	}
	first, last := d.width[0], d.width[2]
	switch {
	case first == 4 && last <= 2:
		if norm := isoDate(d.part[0], time.Month(d.part[1]), d.part[2]); norm != "" {
			return s.add(isoDateRule, i, d.end, norm)
		}
	case first <= 2 && last == 4 && lex.YearOf(t[d.end-4:d.end]) > 0:
		return s.eitherOrder(i, d)
	case first <= 2 && last == 2 && d.sep == '/':
		d.part[2] = century(d.part[2])
		return s.eitherOrder(i, d)
	}
	return i
}

// digitDate is a date of three numbers with one mark between them.
type digitDate struct {
	part, width [3]int // the numbers and their digits
	sep         byte
	end         int
}

// readDigits reads three numbers at i that may be a date. Ok is false if there are
// none, or if they are part of a longer row.
func readDigits(t string, i int) (d digitDate, ok bool) {
	p := i
	for n := range d.part {
		number, end := shortNumber(t, p)
		if end == p || n == 1 && end-p > 2 {
			return d, false
		}
		d.part[n], d.width[n], d.end = number, end-p, end
		if n == len(d.part)-1 {
			break
		}
		if end >= len(t) || n == 1 && t[end] != d.sep {
			return d, false
		}
		d.sep, p = t[end], end+1
	}
	if strings.IndexByte("/-.", d.sep) < 0 || i > 0 && (t[i-1] == d.sep || t[i-1] == '.' || t[i-1] == '-') {
		return d, false
	}
	return d, !goesOnAfterDate(t, d)
}

// goesOnAfterDate reports whether the row of numbers and letters goes on after what
// may be a date; the time of day may follow one.
func goesOnAfterDate(t string, d digitDate) bool {
	switch {
	case lex.IsAlnumAt(t, d.end):
		return !isClock(t, d.end)
	case lex.ByteAt(t, d.end) == '(':
		return lex.IsAlnumAt(t, d.end+1)
	}
	return lex.ByteAt(t, d.end) == d.sep && lex.IsDigit(lex.ByteAt(t, d.end+1))
}

// isClock reports whether the time of day follows a date, "T08:30".
func isClock(t string, end int) bool {
	return t[end] == 'T' && lex.DigitsEnd(t, end+1) == end+3 && strings.HasPrefix(t[end+3:], ":")
}

// partWords stand before a number with stops that is no date: "Section 12.10.2019",
// "version 1.2.2020".
var partWords = vocabulary.Set(`section sections sec secs s ss art arts article articles clause clauses cl rule rules reg regs regulation paragraph
paragraphs para paras par pars part parts pt chapter chapters ch subsection subsections title item items point points step table figure fig
appendix schedule sched annex exhibit ex note no nos number version versions ver v release rel build firmware software revision rev edition code`)

// numbersPart reports whether the word or sign before the number at i, in the same
// line, makes it the number of a part, a version or the like. Between slashes that is
// so behind "No." only: "Rev. 12/01/2013" is a date.
func numbersPart(t string, i int, sep byte) bool {
	end := len(strings.TrimRight(t[max(0, i-2):i], " .")) + max(0, i-2)
	if strings.HasSuffix(t[:end], "§") || end == i && startsAfter(t, i, "#") {
		return true
	}
	word := lex.TrailingWord(t[:end])
	if len(word) > 14 {
		return false
	}
	word = strings.ToLower(word)
	return sep == '.' && partWords[word] || word == "no" || word == "nos"
}

// twoDays reads "29/30.10.2014": two days before one month. a is the first, which
// ends at p.
func (s *scanner) twoDays(i, p, a int) int {
	t := s.text
	if p-i > 2 || t[p] != '/' || startsAfter(t, i, "./-") {
		return i
	}
	b, q := shortNumber(t, p+1)
	if q == p+1 || q-p > 3 || q >= len(t) || t[q] != '.' {
		return i
	}
	m, r := shortNumber(t, q+1)
	if r == q+1 || r-q > 3 || r >= len(t) || t[r] != '.' {
		return i
	}
	year, end := yearWordAt(t, r+1)
	return s.addDays([]dayPlace{{i, p, time.Month(m), a}, {p + 1, end, time.Month(m), b}}, year)
}

// eitherOrder records a date of which the first two numbers are day and month, or
// month and day.
func (s *scanner) eitherOrder(i int, d digitDate) int {
	a, b, year := d.part[0], d.part[1], d.part[2]
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
	case d.sep == '.':
		norm = dayFirst
	case monthFirst != dayFirst:
		s.unsure = append(s.unsure, len(s.out))
	}
	return s.add(numericOrder, i, d.end, norm)
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
