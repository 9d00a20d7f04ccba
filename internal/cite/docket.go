package cite

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// docketLabels stand before a docket number.
var docketLabels = []string{
	"No. ", "Nos. ", "Case No. ", "Docket No. ", "Civil Action No. ", "Civ. A. No. ", "Civ. No. ", "Crim. No. ", "Civil No. ",
	"C.A. No. ", "Cause No. ", "Case Nos. ", "Cr. No. ", "Dkt. No. ", "Adv. No. ",
}

// docketLabel returns the end of the label at p, 0 if there is none.
func docketLabel(t string, p int) int {
	if p >= len(t) || strings.IndexByte("NCDA", t[p]) < 0 {
		return 0
	}
	for _, label := range docketLabels {
		if strings.HasPrefix(t[p:], label) {
			return p + len(label)
		}
	}
	return 0
}

// docketWords are the parts of a docket number in words: "99 Civ. 9404".
var docketWords = vocabulary.Set("Civ. Civ Cr. Cr CR CV CIV Crim. Misc. MISC C CA MC M MDL cv cr WL SC CIV. CR. Cv.")

// maxDocket bounds a docket number.
const maxDocket = 40

// docketNumber reads the number at p, "1:19-cv-01234-ABC", "99 Civ. 9404
// (SHS)", "19-1234", and returns it without the judge's initials.
func docketNumber(t string, p int) (number string, end int) {
	if p == 0 || p >= len(t) {
		return "", 0
	}
	end = p
	for limit := p + maxDocket; end < limit; {
		q := lex.SkipSpace(t, end)
		e := q
		for e < len(t) && e < limit && (lex.IsAlnum(t[e]) || lex.DashAt(t, e) > 0 || t[e] == ':' || t[e] == '/' || t[e] == '.') {
			e += max(1, lex.DashAt(t, e))
		}
		word := strings.TrimRight(t[q:e], ":/")
		if !docketWords[word] {
			word = strings.TrimRight(word, ".")
			if word == "" || !strings.ContainsAny(word, "0123456789") {
				break
			}
		}
		end = q + len(word)
	}
	if !strings.ContainsAny(t[p:end], "0123456789") {
		return "", 0
	}
	number = lex.OneLine(t[p:end])
	if q := lex.SkipSpace(t, end); q > end && q < len(t) && t[q] == '(' {
		if e := initialsEnd(t, q); e > q {
			end = e
		}
	}
	return number, end
}

// initialsEnd returns the end of a judge's initials, "(SHS)", at p, or p.
func initialsEnd(t string, p int) int {
	end := p + 1
	for end < len(t) && end-p < 6 && (lex.IsUpper(t[end]) || t[end] == ')' && end > p+1) {
		end++
		if t[end-1] == ')' {
			return end
		}
	}
	return p
}

// docket reads the citation of a case by its number: "Smith v. Jones, No.
// 99-1234 (1st Cir. May 3, 2000)". A number before a reporter, as in "No.
// 99-1234, 2000 WL 12345", belongs to that citation.
func (s *scanner) docket(i int) int {
	t := s.text
	label := docketLabel(t, i)
	if label == 0 {
		return 0
	}
	number, end := docketNumber(t, label)
	if number == "" || !strings.ContainsAny(number, "-:/ ") {
		return 0
	}
	c := Citation{
		Kind: Docket, Start: i, End: end, Norm: "No. " + number, key: "No. " + number,
		Groups: map[string]string{"docket_number": number},
	}
	c.reach = end
	if q := lex.SkipSpace(t, end); strings.HasPrefix(t[q:], ", slip op") { // "slip op. at 4"
		if p := strings.Index(t[q:min(len(t), q+24)], "op."); p > 0 {
			c.reach = s.pin(q + p + len("op."))
		}
	}
	s.parenthesis(&c)
	if c.Year == 0 {
		return 0 // the number of this case, not a citation of another
	}
	s.caption(&c)
	if c.Defendant == "" && c.Court == "" {
		return 0
	}
	c.key += " " + c.Court // courts number their cases alike
	s.explain(&c)
	s.add(c)
	return c.reach
}
