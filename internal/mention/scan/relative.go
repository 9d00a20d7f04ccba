package scan

import (
	"slices"
	"strings"
	"time"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// Dates that are told by another one: "three days after service", "the following
// Monday", "last month". The norm is a date only where the other one is certain;
// else it says what is meant: "P3D after service", "following Monday".

// countedFrom reads the event that a length of time counts from, "after service of
// the complaint", "later", and records both as a date. It returns i if there is
// none; start to end is the length of time, norm that of it.
func (s *scanner) countedFrom(start, end int, norm string) int {
	if strings.Contains(norm, "T") || s.isStretch(start) {
		return start // two hours are no date, nor is "for three days"
	}
	p := lex.SkipSpace(s.text, end)
	for _, w := range []string{"later", "thereafter", "earlier", "ago"} {
		if lex.HasWord(s.text, p, w) {
			return s.add(countedFromDay, start, p+len(w), s.shifted(start, norm, w))
		}
	}
	for _, w := range []string{"after", "before", "following", "from", "prior to"} {
		if !lex.HasWord(s.text, p, w) {
			continue
		}
		event := lex.SkipSpace(s.text, p+len(w))
		if stop := eventEnd(s.text, event); stop > event {
			return s.add(countedFrom, start, stop, norm+" "+lex.OneLine(s.text[p:stop]))
		}
	}
	return start
}

// isStretch reports whether the words before a length of time make it the time
// something lasts, "for three days after".
func (s *scanner) isStretch(start int) bool {
	p := lex.TrimSpaceBefore(s.text, start)
	for _, w := range []string{"for", "during", "last", "first", "next", "past", "previous", "lasting"} {
		if strings.HasSuffix(s.text[:p], w) && !lex.IsAlnumBefore(s.text, p-len(w)) {
			return true
		}
	}
	return false
}

// shifted returns the date that lies a length of time after or before the day the
// text tells of, or the words for it.
func (s *scanner) shifted(at int, norm, word string) string {
	told := norm + " " + word
	base, ok := s.narrated(at)
	if word == "ago" {
		base, ok = s.written()
	}
	if !ok || len(norm) < 3 || len(norm) > 5 {
		return told
	}
	n := 0
	for _, b := range []byte(norm[1 : len(norm)-1]) {
		if !lex.IsDigit(b) {
			return told
		}
		n = n*10 + int(b-'0')
	}
	switch norm[len(norm)-1] {
	case 'W':
		n *= 7
	case 'D':
	default:
		return told // a month later may be some other day
	}
	if word == "earlier" || word == "ago" {
		n = -n
	}
	return base.AddDate(0, 0, n).Format(time.DateOnly)
}

// narrated returns the day that the text tells of at a place: the last date before
// it, if a sentence of the same paragraph opens with it ("On May 3, 2019, …").
func (s *scanner) narrated(at int) (time.Time, bool) {
	const reach = 400
	if s.lastDate < 0 {
		return time.Time{}, false
	}
	m := &s.out[s.lastDate]
	opens := strings.HasSuffix(s.text[:m.Start], "On ") || strings.HasSuffix(s.text[:m.Start], "On\n")
	if !opens || at-m.End > reach || strings.Contains(s.text[m.End:at], "\n\n") {
		return time.Time{}, false
	}
	return s.dayOut(s.lastDate)
}

// dayOut returns the day of a date that was found, if it is a day and can be read
// in one way only.
func (s *scanner) dayOut(n int) (time.Time, bool) {
	if _, unsure := slices.BinarySearch(s.unsure, n); unsure {
		return time.Time{}, false
	}
	day, err := time.Parse(time.DateOnly, s.out[n].Norm)
	return day, err == nil
}

// written returns the day on which the text at hand was written: that of the last
// mail header, as headers of quoted mails stand above what they quote.
func (s *scanner) written() (time.Time, bool) {
	if s.header < 0 {
		return time.Time{}, false
	}
	return s.dayOut(s.header)
}

// inHeader reports whether a date at start follows "Date:" or "Sent:", with the day
// of the week at most between.
func (s *scanner) inHeader(start int) bool {
	const longest = 40
	line := s.text[max(0, start-longest):start]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	label, rest, ok := strings.Cut(strings.ToLower(line), ":")
	return ok && len(rest) <= len(" wednesday, ") && writtenLabels[strings.TrimLeft(label, "> *\t")]
}

var writtenLabels = vocabulary.Set("date sent dated")

// eventEnd returns the end of the event at p: "service", "the Effective Date",
// "receipt of notice", or p.
func eventEnd(t string, p int) int {
	start, end := p, eventNoun(t, p)
	if end == start {
		return start
	}
	if of := lex.SkipSpace(t, end); lex.HasWord(t, of, "of") {
		p = lex.SkipSpace(t, of+len("of"))
		if stop := eventNoun(t, p); stop > p {
			end = stop
		}
	}
	return end
}

// eventNoun reads an article and a noun with the adjectives before it, or the words
// of a defined term. It returns p if a clause begins there: "after Halden pays".
func eventNoun(t string, p int) int {
	start, article := p, false
	for _, w := range []string{"the", "such", "this", "that", "its", "any", "an", "a", "said"} {
		if lex.HasWordFold(t, p, w) {
			p, article = lex.SkipSpace(t, p+len(w)), true
			break
		}
	}
	if m, _ := Month(t, p); m != 0 || lex.LettersEnd(t, p) < p+4 {
		return start // an explicit date is a mention by itself
	}
	var end int
	if lex.IsUpper(t[p]) {
		end = termEnd(t, p)
	} else if end = nounEnd(t, p); end > p && !article && strings.HasSuffix(t[p:end], "ing") && !happenings[t[p:end]] {
		return start // "after leaving the house"
	}
	if end == p || lex.IsDigit(lex.ByteAt(t, end)) || lex.IsUpper(t[p]) && goesOnWithVerb(t, end, article) {
		return start
	}
	return end
}

// termEnd returns the end of the capitalised words at p.
func termEnd(t string, p int) (end int) {
	for p < len(t) && lex.IsUpper(t[p]) && lex.LettersEnd(t, p) > p {
		end = lex.LettersEnd(t, p)
		p = lex.SkipSpace(t, end)
	}
	return end
}

// maxAdjectives bounds the adjectives before a noun.
const maxAdjectives = 3

// nounEnd returns the end of a noun at p with the adjectives before it, or p.
func nounEnd(t string, p int) int {
	start := p
	for range maxAdjectives + 1 {
		end := lex.LettersEnd(t, p)
		word := t[p:end]
		if end == p || !lex.IsLower(t[p]) || noEvent[word] {
			break
		}
		if next := lex.SkipSpace(t, end); next == end || next >= len(t) || !lex.IsLower(t[next]) || !isAdjective(word) {
			return end
		}
		p = lex.SkipSpace(t, end)
	}
	return start
}

// isAdjective goes by the ending.
func isAdjective(word string) bool {
	for _, ending := range []string{"ed", "ing", "al", "ive", "ten", "ous", "ory", "ary", "ent"} {
		if strings.HasSuffix(word, ending) && !strings.HasSuffix(word, "ment") && !happenings[word] {
			return true
		}
	}
	return ordinalWords[word] > 0
}

// happenings are nouns with the ending of adjectives.
var happenings = vocabulary.Set("meeting hearing closing filing mailing posting signing opening arraignment trial removal appeal approval arrival referral renewal disposal proposal denial event accident incident termination")

// goesOnWithVerb reports whether the word after a capitalised one makes it the
// subject of a clause.
func goesOnWithVerb(t string, end int, article bool) bool {
	p := lex.SkipSpace(t, end)
	stop := lex.LettersEnd(t, p)
	if p == end || stop == p || !lex.IsLower(t[p]) {
		return false
	}
	word := t[p:stop]
	return verbs[word] || !article && word != "of" && word != "and" && word != "or" || len(word) > 4 && (strings.HasSuffix(word, "s") || strings.HasSuffix(word, "ed"))
}

var verbs = vocabulary.Set("has have had is was were are shall will may can does did gave made took")

// noEvent are words after "after" that begin a clause or go on otherwise.
var noEvent = vocabulary.Set("your our my he she it him them we you they that which when what then this these those there their been being having his her its who whom where each every first last today of for to from by with and or on in at")

// relativeDate reads "the following Monday", "the next day", "last month",
// "yesterday" at i.
func (s *scanner) relativeDate(i int) int {
	t := s.text
	p := i
	for _, w := range []string{"the", "on the"} {
		if lex.HasWordFold(t, p, w) {
			p = lex.SkipSpace(t, p+len(w))
		}
	}
	for _, w := range []string{"following", "next", "last", "previous", "preceding"} {
		if !lex.HasWordFold(t, p, w) {
			continue
		}
		unit := lex.SkipSpace(t, p+len(w))
		end := lex.LettersEnd(t, unit)
		if end == unit || lex.IsAlnumAt(t, end) || s.isStretch(i) {
			return i
		}
		return s.besideDay(i, end, w, t[unit:end], p > i)
	}
	if p == i {
		return s.deictic(i)
	}
	return i
}

// ofOthers reports whether an article or owner stands before i: "the last year of",
// "his next month".
func (s *scanner) ofOthers(i int) bool {
	p := lex.TrimSpaceBefore(s.text, i)
	for _, w := range []string{"the", "The", "his", "her", "its", "their", "our", "my", "a", "each", "every"} {
		if strings.HasSuffix(s.text[:p], w) && !lex.IsAlnumBefore(s.text, p-len(w)) {
			return true
		}
	}
	return false
}

// besideDay records a day, week, month or year that lies beside another one.
func (s *scanner) besideDay(i, end int, side, unit string, article bool) int {
	back := side == "last" || side == "previous" || side == "preceding"
	if day, ok := weekdays[unit]; ok {
		norm := side + " " + unit
		if base, ok := s.narrated(i); ok && side == "following" {
			ahead := (int(day)-int(base.Weekday())+6)%7 + 1
			norm = base.AddDate(0, 0, ahead).Format(time.DateOnly)
		}
		return s.add(besideWeekday, i, end, norm)
	}
	step := 1
	if back {
		step = -1
	}
	switch {
	case unit == "day" && article && side != "last":
		norm := side + " " + unit
		if base, ok := s.narrated(i); ok {
			norm = base.AddDate(0, 0, step).Format(time.DateOnly)
		}
		return s.add(besideDay, i, end, norm)
	case (unit == "month" || unit == "year" || unit == "week") && !article && (side == "last" || side == "next") && !s.ofOthers(i):
		return s.add(besideWritten, i, end, s.besideWritten(side, unit, step))
	}
	return i
}

// besideWritten returns the norm of "last month" or "next year".
func (s *scanner) besideWritten(side, unit string, step int) string {
	base, ok := s.written()
	switch {
	case ok && unit == "month":
		return time.Date(base.Year(), base.Month()+time.Month(step), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
	case ok && unit == "year":
		return base.AddDate(step, 0, 0).Format("2006")
	}
	return side + " " + unit
}

// deictic reads "yesterday", which is a date only in a text that has the day it
// was written on.
func (s *scanner) deictic(i int) int {
	for word, step := range deicticDays {
		if !lex.HasWordFold(s.text, i, word) {
			continue
		}
		if base, ok := s.written(); ok {
			return s.add(dayOfWriting, i, i+len(word), base.AddDate(0, 0, step).Format(time.DateOnly))
		}
	}
	return i
}

var deicticDays = map[string]int{"yesterday": -1, "today": 0, "tomorrow": 1}

var weekdays = func() map[string]time.Weekday {
	m := map[string]time.Weekday{}
	for d := time.Sunday; d <= time.Saturday; d++ {
		m[d.String()] = d
	}
	return m
}()

// monthRange reads the first end of "March through June 2019": the year is that of
// the second.
func (s *scanner) monthRange(i int, m time.Month, end int) int {
	t := s.text
	p := rangeEnd(t, end, "to", "through", "until")
	if p < 0 {
		return i
	}
	last, q := Month(t, p)
	year, _ := yearWordAt(t, commaSpace(t, q))
	if last <= m || year == 0 {
		return i
	}
	return s.add(rangeOfMonths, i, end, isoMonth(year, m))
}
