package cite

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// maxParenthesis bounds the parenthesis of court and year after a citation.
const maxParenthesis = 120

// parenthesis reads court and year from "(1st Cir. 1990)" after the citation.
func (s *scanner) parenthesis(c *Citation) {
	t := s.text
	p := lex.SkipSpace(t, c.reach)
	if p >= len(t) || t[p] != '(' && t[p] != '[' {
		return
	}
	closer := byte(')')
	if t[p] == '[' {
		closer = ']'
	}
	end := strings.IndexByte(t[p+1:min(len(t), p+maxParenthesis)], closer)
	if end >= 0 && s.courtAndYear(c, t[p+1:p+1+end]) {
		c.reach = p + 1 + end + 1
	}
}

// maxExplanation bounds the explanation after a citation, in bytes; maxNesting
// the parentheses inside it.
const (
	maxExplanation = 1000
	maxNesting     = 8
)

// maxParentheses bounds the parentheses after one citation.
const maxParentheses = 4

// explain reads the parentheses that follow a citation, "(en banc) (holding
// that …)", and keeps the first that speaks of it. The citations in them are
// found as any others.
func (s *scanner) explain(c *Citation) {
	p := c.reach
	for range maxParentheses {
		inner, end := bracketed(s.text, lex.SkipSpace(s.text, p))
		if end == 0 {
			return
		}
		if c.Parenthetical == "" && explains(inner) {
			c.Parenthetical = inner
		}
		c.parenEnd, p = end, end
	}
}

// bracketed returns the inside of the parenthesis at p and its end, 0 if there
// is none or it is never closed.
func bracketed(t string, p int) (inner string, end int) {
	if p >= len(t) || t[p] != '(' {
		return "", 0
	}
	depth := 0
	for i := p; i < len(t) && i-p < maxExplanation; i++ {
		switch t[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			return lex.OneLine(t[p+1 : i]), i + 1
		}
		if depth > maxNesting {
			break
		}
	}
	return "", 0
}

// explains reports whether the inside of a parenthesis speaks of the authority
// rather than naming it anew: "(Viking River)", "(“Halden”)" and "(2000)" do
// not.
func explains(inner string) bool {
	return strings.Contains(inner, " ") && (startsLower(inner) || strings.HasSuffix(inner, "ing)") ||
		strings.Contains(inner, "J.") || strings.ContainsAny(inner, "“\"") && len(inner) > 40 || strings.HasPrefix(inner, "No. ") ||
		strings.Contains(inner, " is ") || strings.Contains(inner, " was ")) || inner == "plurality" || inner == "unpublished"
}

func startsLower(s string) bool { return s != "" && lex.IsLower(s[0]) }

// courtAndYear reads "9th Cir. Aug. 25, 2000" and reports whether inner has
// that shape.
func (s *scanner) courtAndYear(c *Citation, inner string) bool {
	at := yearAt(inner)
	if at < 0 || !endsAfterYear(inner[at+4:]) {
		return false
	}
	if c.Year == 0 {
		c.Year = lex.YearOf(inner[at : at+4])
	}
	if c.Court == "" {
		c.Court = s.court(stripDate(inner[:at]))
	}
	return true
}

// maxYearTail bounds what follows the year: "-94", " ed.", ", no pet.".
const maxYearTail = 24

func endsAfterYear(tail string) bool {
	return len(tail) <= 6 || len(tail) <= maxYearTail && tail[0] == ',' && !strings.ContainsAny(tail, "0123456789")
}

// parts of a court that its id does not tell.
var courtParts = vocabulary.Set("banc en in E.D. W.D. S.D. N.D. C.D.")

// court returns the id of a court by its abbreviation, with or without the
// part of the court that sat: "Tex. App.—Houston [14th Dist.]", "Mo. banc". It
// returns "" if no court or more than one has that name.
func (s *scanner) court(name string) string {
	if id := s.courts[squeeze(name)]; id != "" {
		return id
	}
	for _, dash := range []string{"—", "–", "-", ", "} {
		if whole, _, ok := strings.Cut(name, dash); ok {
			return s.courts[squeeze(whole)]
		}
	}
	words := strings.Fields(name)
	n := len(words)
	for n > 1 && courtParts[words[n-1]] {
		n--
	}
	if n == len(words) {
		return ""
	}
	return s.courts[squeeze(strings.Join(words[:n], ""))]
}

var monthWords = vocabulary.Values(vocabulary.Month)

// stripDate removes the day and month from "S.D.N.Y. Aug. 25, ".
func stripDate(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if _, month := monthWords[strings.ToLower(strings.Trim(w, ".,"))]; month {
			return strings.Join(words[:i], " ")
		}
	}
	return strings.Join(words, " ")
}
