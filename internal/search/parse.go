package search

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/dossier-legal/dossier"
)

// Parse reads a query:
//
//	merger agreement          both words, in any form
//	"merger agreement"        the phrase as it is written
//	"merger agreement"~5      the words within 5 words of each other, in any order
//	merger OR fusion          AND, OR and NOT in capitals, and parentheses
//	negligen* negligen!       words that begin so
//	wom*n  wom?n  *berg       * is any letters, ? is one
//	merger w/5 agreement      within 5 words, also NEAR/5, /5; NEAR is within 10
//	merger pre/3 agreement    at most 3 words before, also +3
//	merger /s agreement       in one sentence, also w/s; /p and w/p: in one paragraph
//
// A connector binds closer than AND, AND closer than OR. A docket number such as
// 1:23-cv-04417 is a phrase of its parts. The error names the place and the cure.
func Parse(query string) (*Query, error) {
	tokens, err := tokenize(query)
	if err != nil {
		return nil, err
	}
	p := parser{tokens: tokens, query: query}
	q, err := p.either()
	if err == nil && p.i < len(p.tokens) {
		err = p.fail("a closing parenthesis has no opening one", "remove it, or open one before")
	}
	if err != nil {
		return nil, err
	}
	return q, p.check(q)
}

type kind int

const (
	operand kind = iota
	and
	or
	not
	near
	open
	closed
)

type token struct {
	kind kind
	text string // as typed
	node *Query // of an operand; a connector without operands
}

// tokenize cuts a query into operands, operators and parentheses.
func tokenize(query string) ([]token, error) {
	var tokens []token
	for s := strings.TrimSpace(query); s != ""; s = strings.TrimSpace(s) {
		var t token
		var err error
		switch s[0] {
		case '(':
			t, s = token{kind: open, text: "("}, s[1:]
		case ')':
			t, s = token{kind: closed, text: ")"}, s[1:]
		case '"':
			t, s, err = quoted(s, query)
		default:
			end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`()"`, r) })
			if end < 0 {
				end = len(s)
			}
			t, err = bare(s[:end], query)
			s = s[end:]
		}
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
	}
	return tokens, nil
}

func invalid(query, cure, format string, args ...any) error {
	return dossier.Errorf(dossier.CodeInvalidInput, format, args...).About(query).WithCure(cure)
}

// quoted reads a phrase, with the distance of "…"~5. An unclosed quote runs to the
// end.
func quoted(s, query string) (t token, rest string, err error) {
	text, rest, _ := strings.Cut(s[1:], `"`)
	words := exactWords(text)
	if len(words) == 0 {
		return t, rest, invalid(query, "put words between the quotes", "the phrase %q has no letters or digits", text)
	}
	t = token{text: text, node: phraseOf(words)}
	after, ok := strings.CutPrefix(rest, "~")
	if !ok {
		return t, rest, nil
	}
	digits := after[:len(after)-len(strings.TrimLeft(after, "0123456789"))]
	distance, err := strconv.Atoi(digits)
	if err != nil || distance > maxDistance {
		return t, rest, invalid(query, `write a number up to `+strconv.Itoa(maxDistance)+`: "merger agreement"~5`, "the ~ behind %q has no distance", text)
	}
	t.node = words[0]
	for _, w := range words[1:] {
		t.node = &Query{Op: Near, Distance: distance, Of: []*Query{t.node, w}}
	}
	return t, after[len(digits):], nil
}

// maxDistance bounds the words of a connector; two words farther apart are found by
// AND.
const maxDistance = 1000

// exactWords returns the words of a phrase.
func exactWords(text string) []*Query {
	var words []*Query
	for _, t := range Terms(text) {
		words = append(words, &Query{Op: Exact, Text: t.Text})
	}
	return words
}

func phraseOf(words []*Query) *Query {
	if len(words) == 1 {
		return words[0]
	}
	return &Query{Op: Phrase, Of: words}
}

// bare reads a word or an operator.
func bare(s, query string) (token, error) {
	switch s {
	case "AND", "&", "&&":
		return token{kind: and, text: s}, nil
	case "OR", "||":
		return token{kind: or, text: s}, nil
	case "NOT", "%":
		return token{kind: not, text: s}, nil
	}
	if c, ok, err := connector(s, query); ok || err != nil {
		return token{kind: near, text: s, node: c}, err
	}
	node, err := word(s, query)
	return token{text: s, node: node}, err
}

// nearby is how close NEAR without a number is.
const nearby = 10

// connector reads a proximity connector, "w/5", "pre/3", "/s", "NEAR"; ok is false
// if s is none.
func connector(s, query string) (c *Query, ok bool, err error) {
	if s == "NEAR" {
		return &Query{Op: Near, Distance: nearby}, true, nil
	}
	lower := strings.ToLower(s)
	name, limit, found := strings.Cut(lower, "/")
	if plus, ok := strings.CutPrefix(lower, "+"); ok {
		name, limit, found = "pre", plus, true
	}
	if !found {
		return nil, false, nil
	}
	c = &Query{Op: Near}
	switch name {
	case "", "w", "within", "near", "n":
	case "pre", "onear":
		c.Ordered = true
	default:
		return nil, false, nil // "and/or", "24/7"
	}
	switch limit {
	case "s", "sent":
		c.Unit = Sentence
		return c, true, nil
	case "p", "para":
		c.Unit = Paragraph
		return c, true, nil
	}
	if c.Distance, err = strconv.Atoi(limit); err != nil || c.Distance < 1 || c.Distance > maxDistance {
		return nil, true, invalid(query, fmt.Sprintf("write a number from 1 to %d, s or p: merger w/5 agreement, merger /s agreement", maxDistance),
			"the connector %q has no distance", s)
	}
	return c, true, nil
}

// word reads a word with its wildcards. A word of several parts is the phrase of
// them, or the same word written together.
func word(s, query string) (*Query, error) {
	if name, value, ok := strings.Cut(s, ":"); ok && isField(name) && value != "" {
		return nil, invalid(query, `put it in quotes to find the words: "`+s+`"`, "the search has no field %q", name)
	}
	if q := wildcard(s); q != nil {
		if strings.Trim(q.Text, "*?") == "" {
			return nil, invalid(query, "write at least two letters beside * and ?", "the pattern %q fits every word", s)
		}
		return q, nil
	}
	terms := Terms(s)
	switch len(terms) {
	case 0:
		return nil, invalid(query, `write words, "phrases", AND, OR, NOT, w/5 and pairs of parentheses`, "%q has no letters or digits to search for", s)
	case 1:
		if isPaired([]rune(terms[0].Text)[0]) && len([]rune(terms[0].Text)) == 1 {
			return &Query{Op: Prefix, Text: terms[0].Text}, nil
		}
		return &Query{Op: Word, Text: terms[0].Text}, nil
	}
	q := phraseOf(exactWords(s))
	if joined := Fold(strings.Join(strings.FieldsFunc(s, isHyphenRune), "")); len(terms[0].Joined) > 0 && isWord(joined) {
		return &Query{Op: Or, Of: []*Query{q, {Op: Word, Text: joined}}}, nil
	}
	return q, nil
}

func isHyphenRune(r rune) bool { return isHyphen(string(r)) }

// isField reports whether the word before a colon has the form of a field's name.
func isField(name string) bool {
	return len(name) > 1 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == ""
}

// wildcard returns the query of a word with wildcards, nil if it has none. The mark
// at the end of a question is none.
func wildcard(s string) *Query {
	if body, ok := strings.CutSuffix(s, "!"); ok && body != "" {
		s = body + "*"
	}
	if !strings.Contains(s, "*") && !strings.Contains(strings.TrimRight(s, "?"), "?") {
		return nil
	}
	pattern := strings.Map(func(r rune) rune {
		if r == '*' || r == '?' || isInside(r) {
			return r
		}
		return -1
	}, s)
	folded := foldPattern(pattern)
	if body, ok := strings.CutSuffix(folded, "*"); ok && !strings.ContainsAny(body, "*?") && body != "" {
		return &Query{Op: Prefix, Text: body}
	}
	return &Query{Op: Wildcard, Text: folded}
}

func foldPattern(pattern string) string {
	var b strings.Builder
	for piece := range strings.SplitAfterSeq(pattern, "*") {
		for i, part := range strings.Split(piece, "?") {
			if i > 0 {
				b.WriteByte('?')
			}
			body, star := strings.CutSuffix(part, "*")
			b.WriteString(Fold(body))
			if star {
				b.WriteByte('*')
			}
		}
	}
	return b.String()
}

// parser reads: either = all {OR all}; all = close {[AND] close | [AND] NOT close};
// close = one {connector one}.
type parser struct {
	tokens []token
	i      int
	query  string
	depth  int
}

func (p *parser) fail(message, cure string) error { return invalid(p.query, cure, "%s", message) }

func (p *parser) next(k kind) bool {
	if p.at(k) {
		p.i++
		return true
	}
	return false
}

func (p *parser) at(k kind) bool { return p.i < len(p.tokens) && p.tokens[p.i].kind == k }

// check refuses a NOT without anything that is to be found.
func (p *parser) check(q *Query) error {
	isNot := func(q *Query) bool { return q.Op == Not }
	lone := isNot(q)
	q.Walk(func(q *Query) {
		lone = lone || q.Op == Or && slices.ContainsFunc(q.Of, isNot) || q.Op == And && !slices.ContainsFunc(q.Of, func(q *Query) bool { return !isNot(q) }) ||
			q.Op == Not && isNot(q.Of[0])
	})
	if lone {
		return p.fail("NOT alone would find nearly everything", "say first what to find: fire NOT flood")
	}
	return nil
}

func (p *parser) either() (*Query, error) {
	q, err := p.all()
	for err == nil && p.next(or) {
		var right *Query
		if right, err = p.all(); err == nil {
			q = join(Or, q, right)
		}
	}
	return q, err
}

// join adds a query to a list of the same operator.
func join(op Op, q, more *Query) *Query {
	if q.Op == op {
		q.Of = append(q.Of, more)
		return q
	}
	return &Query{Op: op, Of: []*Query{q, more}}
}

func (p *parser) all() (*Query, error) {
	q, err := p.negated()
	for err == nil && p.i < len(p.tokens) && !p.at(or) && !p.at(closed) {
		p.next(and)
		var right *Query
		if right, err = p.negated(); err == nil {
			q = join(And, q, right)
		}
	}
	return q, err
}

func (p *parser) negated() (*Query, error) {
	if !p.next(not) {
		return p.close()
	}
	q, err := p.close()
	return &Query{Op: Not, Of: []*Query{q}}, err
}

func (p *parser) close() (*Query, error) {
	q, err := p.one()
	for err == nil && p.at(near) {
		t := p.tokens[p.i]
		p.i++
		var right *Query
		if right, err = p.one(); err != nil {
			return nil, err
		}
		for _, side := range []*Query{q, right} {
			if !hasPlace(side) {
				return nil, p.fail(fmt.Sprintf("beside %s stands something that has no place of its own: %s", t.text, side), "beside it write a word, a phrase, or words with OR in parentheses")
			}
		}
		c := *t.node
		c.Of = []*Query{q, right}
		q = &c
	}
	return q, err
}

// hasPlace reports whether what a query finds is at a place in the text.
func hasPlace(q *Query) bool {
	switch q.Op {
	case And, Not:
		return false
	case Or:
		for _, part := range q.Of {
			if !hasPlace(part) {
				return false
			}
		}
	}
	return true
}

// maxDepth bounds parentheses inside parentheses.
const maxDepth = 50

func (p *parser) one() (*Query, error) {
	if p.next(open) {
		if p.depth++; p.depth > maxDepth {
			return nil, p.fail("there are too many parentheses inside parentheses", "write a simpler query")
		}
		q, err := p.either()
		if err == nil && !p.next(closed) {
			err = p.fail("a parenthesis is not closed", "close it with )")
		}
		p.depth--
		return q, err
	}
	if !p.at(operand) {
		where := "at the end"
		if p.i < len(p.tokens) {
			where = "before " + p.tokens[p.i].text
		}
		return nil, p.fail("a word or phrase is missing "+where, `write words, "phrases", AND, OR, NOT, w/5 and pairs of parentheses`)
	}
	p.i++
	return p.tokens[p.i-1].node, nil
}
