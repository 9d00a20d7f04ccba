// Package scan finds the mentions of a text that have a grammar: dates, amounts
// of money, percentages, lengths of time, docket numbers, mail addresses, phone
// numbers, postal addresses and bar numbers.
//
// It walks the text once. At the start of each word or number it asks the
// finders whose first byte fits, so time is linear in the text. It knows no
// names: package mention finds those in the words that are left.
package scan

import (
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/lex"
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
func (s *scanner) add(by rule, start, end int, norm string) int {
	s.out = append(s.out, dossier.Mention{
		Type: by.typ, Text: s.text[start:end], Start: start, End: end, Norm: norm, Score: by.score, Method: "scanner:" + by.method, Rule: by.name,
	})
	s.done = end
	if by.typ == dossier.Date {
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
	case 'U', 'E', 'G', 'C', 'R', 'I':
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
	end, dots := domainEnd(t, i+1)
	if start == i || dots == 0 || t[i-1] == '.' || lex.IsAlnumAt(t, end) {
		return i
	}
	top := t[strings.LastIndexByte(t[:end], '.')+1 : end]
	if len(top) < 2 || lex.LettersEnd(top, 0) != len(top) {
		return i
	}
	return s.add(emailAddress, start, end, strings.ToLower(t[start:end]))
}

// domainEnd returns the end of the domain at p, and how many dots it has.
func domainEnd(t string, p int) (end, dots int) {
	end = p
	for end < len(t) && end-p < maxDomain-1 && (lex.IsAlnum(t[end]) || t[end] == '-' || t[end] == '.') {
		if t[end] == '.' {
			if end+1 >= len(t) || !lex.IsAlnum(t[end+1]) {
				break
			}
			dots++
		}
		end++
	}
	return end, dots
}
