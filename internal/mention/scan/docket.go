package scan

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// docketLabels introduce a docket number. The words come before "No.", which a
// few of them can do without.
var docketLabels = []struct {
	label string
	bare  bool // "No." may be missing
	loose bool // the number may have any shape
}{
	{"Civil Action", true, true},
	{"CIVIL ACTION", true, true},
	{"Criminal Action", true, true},
	{"Civ. A.", true, true},
	{"C.A.", true, false},
	{"Case", true, true},
	{"CASE", true, true},
	{"case", false, true},
	{"Index", true, true},
	{"INDEX", true, true},
	{"Docket", true, true},
	{"DOCKET", true, true},
	{"Dkt.", false, true},
	{"Adversary", false, true},
	{"Adv. Proc.", true, false},
	{"Cause", false, true},
	{"CAUSE", false, true},
	{"Civil", true, false},
	{"Civ.", true, false},
	{"Criminal", true, false},
	{"Crim.", true, false},
	{"Cr.", true, false},
	{"Appeal", false, true},
	{"Bankruptcy", false, false},
	{"Action", false, true},
	{"", false, false},
}

// labelledDocket reads "Case No. 19-1234" with the label at i. The mention is
// the number with the label's "No.", as it is usually quoted.
func (s *scanner) labelledDocket(i int) int {
	t := s.text
	for _, l := range docketLabels {
		if l.label != "" && (!strings.HasPrefix(t[i:], l.label) || lex.IsAlnumAt(t, i+len(l.label))) {
			continue
		}
		p := i + len(l.label)
		if l.label != "" {
			p = lex.SkipSpace(t, p)
		}
		q := numberSign(t, p)
		if q == p && (l.label == "" || !l.bare) || l.label == "" && numbersOther(t, i) {
			continue
		}
		if q < len(t) && t[q] == ':' {
			q = lex.SkipSpace(t, q+1)
		}
		if end := s.dockets(i, p, q, l.loose); end > i {
			return end
		}
	}
	return i
}

// maxDockets bounds the numbers behind one label.
const maxDockets = 50

// dockets reads the numbers at p behind a label that begins at i and ends with the
// number sign at sign, "Nos. 18-1233 & 18-1234", "No. 2878 of 2014". The first
// mention has the label. It returns i if there is no number.
func (s *scanner) dockets(i, sign, p int, loose bool) int {
	t := s.text
	signed := p > sign
	plural := signed && isPlural(t[sign:p])
	if signed {
		if end := s.docketsOf(i, p); end > i {
			return end
		}
	}
	norm, end := Docket(t, p, loose && signed)
	if end == p {
		return i
	}
	end = s.add(labelledDocketRule, i, end, norm)
	plain := !strings.ContainsAny(norm, "-/:")
	for range maxDockets {
		next, q := s.furtherDocket(norm, end, plural && loose && plain)
		if q == end {
			break
		}
		norm, end = next, q
	}
	return end
}

// isPlural reports whether a number sign announces several numbers.
func isPlural(sign string) bool { return len(sign) > 3 && (sign[2] == 's' || sign[2] == 'S') }

// furtherDocket reads one more number of a list after the one that ends at end:
// ", 2020-0546", " & 18-1234" and, shortened, ", -1235". It returns end if there is
// none.
func (s *scanner) furtherDocket(first string, end int, loose bool) (norm string, stop int) {
	t := s.text
	p := lex.SkipSpace(t, end)
	linked := false
	if p < len(t) && (t[p] == ',' || t[p] == ';' || t[p] == '&') {
		p, linked = lex.SkipSpace(t, p+1), true
	}
	if q := lex.AnyWord(t, p, "and", "through", "to"); q > p {
		p, linked = lex.SkipSpace(t, q), true
	} else if p < len(t) && t[p] == '&' {
		p, linked = lex.SkipSpace(t, p+1), true
	}
	if !linked {
		return "", end
	}
	if w, cut := lex.DashAt(t, p), strings.LastIndexByte(first, '-'); w > 0 && cut > 0 {
		if q := lex.DigitsEnd(t, p+w); q-p-w >= 2 && !lex.IsAlnumAt(t, q) {
			norm = first[:cut+1] + t[p+w:q]
			return norm, s.add(shortenedDocket, p, q, norm)
		}
	}
	norm, q := Docket(t, p, loose)
	if q == p || !strings.ContainsAny(norm, "-/:") && (!loose || lex.YearOf(norm) > 0) {
		return "", end
	}
	if !loose && numericDateAt(t, p) {
		return "", end
	}
	return norm, s.add(listedDocket, p, q, norm)
}

// numericDateAt reports whether what stands at p is a date in figures, "1/2/2019".
func numericDateAt(t string, p int) bool {
	probe := scanner{text: t, lastDate: -1, header: -1}
	return probe.numericDate(p) > p
}

// docketsOf reads numbers that a year follows, "No. 2878 of 2014", "Nos. 12 and 13
// of 2014", behind a label that begins at i. It returns i if there are none.
func (s *scanner) docketsOf(i, p int) int {
	t := s.text
	var ends []int
	var starts []int
	for len(starts) < maxDockets {
		q := lex.DigitsEnd(t, p)
		if q == p || q-p > 6 {
			return i
		}
		starts, ends = append(starts, p), append(ends, q)
		r := lex.SkipSpace(t, q)
		if after := lex.AnyWord(t, r, "of", "OF", "/"); after > r {
			year, end := yearWordAt(t, lex.SkipSpace(t, after))
			if year == 0 {
				return i
			}
			return s.addDocketsOf(i, starts, ends, end)
		}
		if p = listNext(t, q); p < 0 {
			return i
		}
	}
	return i
}

// addDocketsOf records the numbers of one year, which ends at end. The first
// mention has the label that begins at i.
func (s *scanner) addDocketsOf(i int, starts, ends []int, end int) int {
	year := s.text[end-len("2006") : end]
	for n, p := range starts {
		norm := s.text[p:ends[n]] + " of " + year
		stop := ends[n]
		if n == len(starts)-1 {
			stop = end
		}
		if n > 0 {
			i = p
		}
		s.add(docketOfYear, i, stop, norm)
	}
	return end
}

// numbersOther reports whether the word before "No." at i says that something else
// than a case is numbered: "SEC File No.", "Form No.".
func numbersOther(t string, i int) bool {
	end := i
	for end > 0 && t[end-1] == ' ' {
		end--
	}
	word := lex.TrailingWord(t[:end])
	if len(word) > 1 && strings.ToUpper(word) == word {
		return agencies[strings.ToLower(word)] || otherNumbers[strings.ToLower(word)]
	}
	return otherNumbers[strings.ToLower(word)]
}

// agencies number their files in the same way: "SEC File No.".
var agencies = vocabulary.With(vocabulary.Agency)

// otherNumbers are things other than cases that have numbers.
var otherNumbers = vocabulary.Set(`omb file form registration control commission release policy account acct invoice permit license licence patent
contract check cheque bar serial model part item page exhibit bates report resolution ordinance bulletin publication pub identification id ein
charter order project bid loan note parcel lot unit room suite box phone telephone fax claim certificate amendment rule regulation schedule
sic cusip ssn employee badge inmate flight route ticket purchase po rfp solicitation grant award tract vessel hull act law bill decree
proclamation section rules chapter clause paragraph`)

// numberSign skips "No.", "Number" or "#" and the blanks after it; it returns
// p if there is none.
func numberSign(t string, p int) int {
	for _, w := range []string{"No.", "NO.", "Nos.", "NOS.", "no.", "Number", "NUMBER", "number", "No:", "#", "No", "NO"} {
		if strings.HasPrefix(t[p:], w) {
			end := p + len(w)
			if w == "No" || w == "NO" {
				if lex.SpaceAt(t, end) == 0 {
					continue
				}
			}
			return lex.SkipSpace(t, end)
		}
	}
	return p
}

// docketNumber reads a number in the form of the federal courts without a
// label, "1:19-cv-01234-ABC", "19-cv-1234".
func (s *scanner) docketNumber(i int) int {
	norm, end, ok := federalDocket(s.text, i)
	if !ok {
		return i
	}
	return s.add(federalDocketRule, i, end, norm)
}

// caseTypes are the letters between year and number.
var caseTypes = map[string]bool{
	"cv": true, "cr": true, "bk": true, "ap": true, "mj": true, "md": true, "mc": true, "civ": true, "crim": true, "po": true, "sw": true,
	"ml": true, "op": true, "dp": true, "mdl": true, "adv": true, "vv": true, "ec": true, "misc": true, "bky": true, "gj": true, "mp": true,
}

// federalDocket reads "1:19-cv-01234-ABC-DE" and returns the number without
// the judges' letters.
func federalDocket(t string, i int) (norm string, end int, ok bool) {
	p := i
	office := ""
	if j := lex.DigitsEnd(t[:min(len(t), p+2)], p); j > p && j < len(t) && t[j] == ':' {
		office = t[p:j] + ":"
		p = j + 1
	}
	yearEnd := lex.DigitsEnd(t[:min(len(t), p+5)], p)
	if yearEnd-p != 2 && yearEnd-p != 4 {
		return "", i, false
	}
	w := brokenDash(t, yearEnd)
	if w == 0 {
		return "", i, false
	}
	k := lex.LettersEnd(t[:min(len(t), yearEnd+w+6)], yearEnd+w)
	kind := strings.ToLower(t[yearEnd+w : k])
	w2 := brokenDash(t, k)
	if !caseTypes[kind] || w2 == 0 {
		return "", i, false
	}
	n := lex.DigitsEnd(t[:min(len(t), k+w2+8)], k+w2)
	if n == k+w2 {
		return "", i, false
	}
	end = judgeLetters(t, n)
	if lex.IsAlnumAt(t, end) {
		return "", i, false
	}
	norm = office + t[p:yearEnd] + "-" + kind + "-" + t[k+w2:n]
	return norm, end, true
}

// brokenDash returns the length of a dash at i with the end of the line and the
// blanks that follow it: a number may go on in the next line. It is 0 if there is no
// dash.
func brokenDash(t string, i int) int {
	w := lex.DashAt(t, i)
	if w == 0 {
		return 0
	}
	end := i + w
	if next := lex.SkipSpace(t, end); strings.Count(t[end:next], "\n") == 1 {
		end = next
	}
	return end - i
}

// judgeLetters skips "-ABC-DE" after a docket number.
func judgeLetters(t string, i int) int {
	for range 4 {
		open := i < len(t) && t[i] == '('
		w := lex.DashAt(t, i)
		if w == 0 && !open {
			return i
		}
		j := i + max(w, 1)
		end := j
		for end < len(t) && end-j < 6 && lex.IsAlnum(t[end]) {
			end++
		}
		if end == j || !lex.IsAlpha(t[j]) || lex.IsAlnumAt(t, end) || open && (end >= len(t) || t[end] != ')') {
			return i
		}
		if i = end; open {
			i++
		}
	}
	return i
}

// Docket reads any docket number at i, after its label, and returns it in normal
// form. A loose label also admits bare numbers, "Index No. 650123/2019". End is i if
// there is no number.
func Docket(t string, i int, loose bool) (norm string, end int) {
	if norm, end, ok := federalDocket(t, i); ok {
		return norm, end
	}
	end, digits, marks := docketEnd(t, i)
	switch {
	case digits < 3 || end-i >= maxDocket, lex.IsAlnumAt(t, end):
		return "", i
	case !loose && (marks == 0 || !lex.IsDigit(t[i])):
		return "", i
	}
	// "99 Civ. 9404 (SHS)"
	norm = strings.NewReplacer("–", "-", "—", "-", "‑", "-").Replace(t[i:end])
	if dash := strings.LastIndexByte(norm, '-'); dash > 0 && digits > 3 && lex.LettersEnd(norm, dash+1) == len(norm) &&
		strings.ContainsAny(norm[:dash], "-:") && !caseTypes[strings.ToLower(norm[dash+1:])] {
		norm = norm[:dash] // the initials of the judge; "-CV" and "-CR" are two cases
	}
	return norm, end
}

// maxDocket bounds the bytes of a docket number.
const maxDocket = 30

// docketEnd returns the end of the letters, digits and marks at i that a docket
// number may have, and counts the digits and the marks.
func docketEnd(t string, i int) (end, digits, marks int) {
	end = i
	for end < len(t) && end-i < maxDocket {
		b := t[end]
		if w := lex.DashAt(t, end); w > 0 && end+w < len(t) && lex.IsAlnum(t[end+w]) {
			marks++
			end += w
			continue
		}
		if (b == '/' || b == ':' || b == '.') && end > i && lex.IsAlnum(t[end-1]) && end+1 < len(t) && lex.IsAlnum(t[end+1]) {
			marks++
			end++
			continue
		}
		if !lex.IsAlnum(b) {
			break
		}
		if lex.IsDigit(b) {
			digits++
		}
		end++
	}
	return end, digits, marks
}
