package cite

import (
	"strconv"
	"strings"

	"dossier/internal/lex"
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
	window := t[p+1 : min(len(t), p+maxParenthesis)]
	end := strings.IndexAny(window, ")]")
	if end >= 0 && s.courtAndYear(c, window[:end]) {
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
	if at < 0 || len(inner)-at > 10 {
		return false
	}
	year, err := strconv.Atoi(inner[at : at+4])
	if err != nil {
		return false
	}
	if c.Year == 0 {
		c.Year = year
	}
	if id := s.courts[squeeze(stripDate(inner[:at]))]; id != "" && c.Court == "" {
		c.Court = id
	}
	return true
}

var monthWords = setOf("january february march april may june july august september october november december jan feb mar apr jun jul aug sept sep oct nov dec")

// stripDate removes the day and month from "S.D.N.Y. Aug. 25, ".
func stripDate(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if monthWords[strings.ToLower(strings.Trim(w, ".,"))] {
			return strings.Join(words[:i], " ")
		}
	}
	return strings.Join(words, " ")
}
