// Package search turns what a person types into an expression of the full-text
// index, and marked snippets into text with ranges.
//
// The language: words (all must occur), "exact phrases", a trailing * for
// words that begin so, AND, OR and NOT in capitals, and parentheses. Anything
// else is taken literally: a docket number such as 1:23-cv-04417 is a phrase of
// its parts.
package search

import (
	"strings"
	"unicode"

	"github.com/dossier-legal/dossier"
)

// Parse turns a query into an expression for the full-text index. The error
// names what cannot be read.
func Parse(query string) (string, error) {
	p := parser{tokens: scan(query), query: query}
	expr, err := p.either()
	switch {
	case err != nil:
		return "", err
	case p.i < len(p.tokens):
		return "", p.fail("a closing parenthesis has no opening one")
	}
	return expr, nil
}

type kind int

const (
	term kind = iota
	and
	or
	not
	open
	closed
)

type token struct {
	kind   kind
	text   string
	prefix bool
}

// scan splits a query into tokens. An unclosed quote runs to the end.
func scan(query string) []token {
	var tokens []token
	for s := strings.TrimSpace(query); s != ""; s = strings.TrimSpace(s) {
		switch s[0] {
		case '(':
			tokens, s = append(tokens, token{kind: open}), s[1:]
		case ')':
			tokens, s = append(tokens, token{kind: closed}), s[1:]
		case '"':
			phrase, rest, _ := strings.Cut(s[1:], `"`)
			tokens, s = append(tokens, token{text: phrase}), rest
		default:
			end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`()"`, r) })
			if end < 0 {
				end = len(s)
			}
			tokens, s = append(tokens, word(s[:end])), s[end:]
		}
	}
	return tokens
}

func word(s string) token {
	switch s {
	case "AND":
		return token{kind: and}
	case "OR":
		return token{kind: or}
	case "NOT":
		return token{kind: not}
	}
	text, prefix := strings.CutSuffix(s, "*")
	return token{text: text, prefix: prefix}
}

// parser reads: either = all {OR all}; all = one {[AND] one | NOT one}.
type parser struct {
	tokens []token
	i      int
	query  string
}

func (p *parser) fail(message string) error {
	return dossier.Errorf(dossier.CodeInvalidInput, "%s", message).About(p.query).
		WithCure(`write words, "phrases", AND, OR, NOT and pairs of parentheses`)
}

func (p *parser) next(k kind) bool {
	if p.i < len(p.tokens) && p.tokens[p.i].kind == k {
		p.i++
		return true
	}
	return false
}

func (p *parser) either() (string, error) {
	expr, err := p.all()
	for err == nil && p.next(or) {
		var right string
		right, err = p.all()
		expr += " OR " + right
	}
	return expr, err
}

func (p *parser) all() (string, error) {
	expr, err := p.one()
	for err == nil && p.i < len(p.tokens) {
		op := " AND "
		switch p.tokens[p.i].kind {
		case or, closed:
			return expr, nil
		case not:
			p.i++
			op = " NOT "
		case and:
			p.i++
			if p.next(not) {
				op = " NOT "
			}
		}
		var right string
		right, err = p.one()
		expr += op + right
	}
	return expr, err
}

func (p *parser) one() (string, error) {
	if p.next(open) {
		expr, err := p.either()
		if err == nil && !p.next(closed) {
			err = p.fail("a parenthesis is not closed")
		}
		return "(" + expr + ")", err
	}
	if p.i == len(p.tokens) || p.tokens[p.i].kind != term {
		return "", p.fail("a word or phrase is missing")
	}
	t := p.tokens[p.i]
	p.i++
	if !strings.ContainsFunc(t.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		return "", p.fail("a search needs letters or digits")
	}
	expr := `"` + t.text + `"`
	if t.prefix {
		expr += "*"
	}
	return expr, nil
}

// Unmark takes the marks out of a snippet and returns the byte ranges that they
// enclosed.
func Unmark(snippet, markStart, markEnd string) (text string, ranges [][2]int) {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(snippet, markStart)
		b.WriteString(before)
		if !ok {
			return b.String(), ranges
		}
		marked, after, _ := strings.Cut(rest, markEnd)
		start := b.Len()
		b.WriteString(marked)
		ranges = append(ranges, [2]int{start, b.Len()})
		snippet = after
	}
}
