package cite

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// pageAt reads a page: digits, a paragraph of a loose-leaf service, blanks for
// a page not yet known, or a Roman number. End is 0 if there is none.
func pageAt(t string, p int) (page string, end int) {
	if p >= len(t) {
		return "", 0
	}
	switch b := t[p]; {
	case lex.IsDigit(b):
		return arabicPage(t, p)
	case b == '_':
		for end = p; end < len(t) && t[end] == '_'; {
			end++
		}
		return "", end
	case b == 'p' || b == 'P' || strings.HasPrefix(t[p:], "¶"):
		if q := paragraphMark(t, p); q > p && q < len(t) && lex.IsDigit(t[q]) {
			return arabicPage(t, q)
		}
	case strings.IndexByte("xviclXVICL", b) >= 0:
		for end = p; end < len(t) && strings.IndexByte("xviclXVICL", t[end]) >= 0; {
			end++
		}
		// A single capital is more often an initial than a page.
		if end-p < 8 && (lex.IsLower(b) || end-p > 1) && !lex.IsAlnumAt(t, end) {
			return t[p:end], end
		}
	}
	return "", 0
}

// paragraphMark skips "¶", "par.", "P" and the like at p.
func paragraphMark(t string, p int) int {
	for _, w := range []string{"Page ", "page ", "para. ", "par. ", "p. ", "P ", "P", "¶"} {
		if strings.HasPrefix(t[p:], w) {
			return lex.SkipSpace(t, p+len(w))
		}
	}
	return p
}

// maxPageBytes bounds a page: the numbers of electronic services are long.
const maxPageBytes = 9

// arabicPage reads "495", "12,345" and pages with a letter: "154b", "143684-B",
// "160407WC", "1211(A)".
func arabicPage(t string, p int) (page string, end int) {
	end = lex.DigitsEnd(t, p)
	for end-p <= 7 && end+3 < len(t) && t[end] == ',' && lex.DigitsEnd(t, end+1) == end+4 {
		end += 4
	}
	if end-p > maxPageBytes {
		return "", 0
	}
	end += pageLetters(t[end:])
	if lex.IsAlnumAt(t, end) {
		return "", 0
	}
	return t[p:end], end
}

// pageLetters returns the length of the letters with which the rest of a text goes
// on with a page: "WC", "b", "-B", "(A)".
func pageLetters(rest string) int {
	first, second, third := at(rest, 0), at(rest, 1), at(rest, 2)
	switch {
	case strings.HasPrefix(rest, "WC"):
		return 2
	case lex.IsAlpha(first) && !lex.IsAlnumAt(rest, 1):
		return 1
	case first == '-' && lex.IsUpper(second) && !lex.IsAlnumAt(rest, 2):
		return 2
	case (first == '(' || first == '[') && (second == 'A' || second == 'U') && (third == ')' || third == ']'):
		return 3
	}
	return 0
}

// atPage returns the start of the page after "at", "at p." and the like, or p.
func atPage(t string, p int) int {
	if !lex.HasWord(t, p, "at") {
		return p
	}
	q := lex.SkipSpace(t, p+2)
	for _, w := range []string{"pp.", "p.", "pages", "page", "¶¶", "¶"} {
		if strings.HasPrefix(t[q:], w) {
			q = lex.SkipSpace(t, q+len(w))
			break
		}
	}
	if q < len(t) && t[q] == '*' {
		q++
	}
	if q < len(t) && (lex.IsDigit(t[q]) || t[q] == '_') {
		return q
	}
	return p
}

// maxPins bounds the pages of one pin cite.
const maxPins = 20

// pinMarks may stand before a number of a pin cite.
var pinMarks = []string{"pp.", "p.", "nn.", "n.", "¶¶", "¶", "§§", "§", "*", "note", "paragraphs", "paragraph", "paras.", "paras", "para.", "para", "pages", "page"}

// pin returns the end of the pages that follow a citation ending at p: ",
// 499-500", ", at 12 n. 4", ", ¶¶ 38-53", " at [72]-[77]". It returns p if
// there are none.
func (s *scanner) pin(p int) int { return s.morePins(p, true) }

// morePins is pin for a p that may be behind the first page already.
func (s *scanner) morePins(p int, first bool) int {
	end := p
	for n := range maxPins {
		next := s.nextPin(end, first && n == 0)
		if next == end {
			return end
		}
		end = next
	}
	return end
}

// nextPin returns the end of one more number of a pin cite, or end.
func (s *scanner) nextPin(end int, first bool) int {
	if dash := lex.DashAt(s.text, end); dash > 0 && !first {
		return pinRange(s.text, end, dash)
	}
	q, said := pinLead(s.text, end)
	q, marked := pinMark(s.text, q)
	if !said && !marked {
		return end
	}
	if next := s.pinNumber(q, said, marked); next > q {
		return next
	}
	return end
}

// pinRange returns the end of the number after a dash of the size at end, or end.
func pinRange(t string, end, dash int) int {
	q := end + dash
	if q < len(t) && (t[q] == '*' || t[q] == '[') {
		q++
	}
	if q < len(t) && lex.IsDigit(t[q]) {
		return closeBracket(t, q-1, lex.DigitsEnd(t, q))
	}
	return end
}

// pinLead skips what leads from a citation, or a page, that ends at end to the next
// page: a comma, "at", "and", "&". Said is false if there is nothing but white space.
func pinLead(t string, end int) (q int, said bool) {
	q = end
	if q < len(t) && (t[q] == ',' || t[q] == '&') {
		q++
	}
	said = q > end
	q = lex.SkipSpace(t, q)
	if e := lex.AnyWord(t, q, "at", "and"); e > q {
		q, said = lex.SkipSpace(t, e), true
	}
	if q < len(t) && t[q] == '&' {
		q, said = lex.SkipSpace(t, q+1), true
	}
	return q, said
}

// pinMark skips the mark before the number of a pin cite at q: "n.", "¶".
func pinMark(t string, q int) (end int, marked bool) {
	for _, w := range pinMarks {
		if strings.HasPrefix(t[q:], w) {
			return lex.SkipSpace(t, q+len(w)), true
		}
	}
	return q, false
}

// pinNumber returns the end of the number of a pin cite at q, or q.
func (s *scanner) pinNumber(open int, said, marked bool) int {
	t, q, most := s.text, open, 6
	if said && strings.HasPrefix(t[q:], "[") {
		q, most = q+1, 3
	}
	next := lex.DigitsEnd(t, q)
	if next == q || next-q > most || s.opensCite(next) || !marked && isTail(t, next) {
		return open
	}
	if next < len(t) && lex.IsLower(t[next]) && !lex.IsAlnumAt(t, next+1) { // "§ 12a"
		next++
	}
	if lex.IsAlnumAt(t, next) {
		return open
	}
	if marked && next < len(t) && t[next] == '(' {
		next = subsectionsEnd(t, next)
	}
	return closeBracket(t, open, next)
}

// closeBracket returns the end of "72]" if a bracket opened at open.
func closeBracket(t string, open, end int) int {
	if open >= 0 && t[open] == '[' && end < len(t) && t[end] == ']' {
		return end + 1
	}
	return end
}

// isTail reports whether what ends at i is the start of something else: a date
// with slashes, a docket number, a decimal.
func isTail(t string, i int) bool {
	if i+1 >= len(t) {
		return false
	}
	return t[i] == '/' || t[i] == ':' && lex.IsDigit(t[i+1]) || t[i] == '-' && lex.IsAlpha(t[i+1])
}

// startsDate reports whether the number that ends at i goes on as a date,
// "4/13/18".
func startsDate(t string, i int) bool {
	return i+1 < len(t) && t[i] == '/' && lex.IsDigit(t[i+1])
}

// opensCite reports whether the number that ends at i is the volume of another
// citation.
func (s *scanner) opensCite(i int) bool {
	t := s.text
	k := lex.SkipSpace(t, i)
	if k == i || k >= len(t) || !lex.IsUpper(t[k]) {
		return false
	}
	meanings, _ := s.forms.match(t, k)
	return findAuthority(meanings, func(a *authority) bool { return a.numbered }) != nil
}

// yearAt returns the offset of the first year, 1600 to 2099, or -1.
func yearAt(s string) int {
	for i := 0; i < len(s); i++ {
		if !lex.IsDigit(s[i]) {
			continue
		}
		end := lex.DigitsEnd(s, i)
		if end-i == 4 && lex.YearOf(s[i:end]) > 0 {
			return i
		}
		i = end
	}
	return -1
}
