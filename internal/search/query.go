package search

import (
	"fmt"
	"strings"
)

// Op says what a [Query] asks for.
type Op int

// What queries ask for.
const (
	Word     Op = iota // a word in any of its forms
	Exact              // a word as it is written
	Prefix             // words that begin so: "negligen*"
	Wildcard           // words of a pattern: "wom*n", "*berg"
	Phrase             // Of, words one after the other
	And                // each of Of
	Or                 // one of Of
	Not                // not Of[0]
	Near               // Of[0] and Of[1] close to each other
)

// Unit says how closeness is measured.
type Unit int

// The units of closeness.
const (
	Words Unit = iota
	Sentence
	Paragraph
)

// Query is a question to the full-text index, a tree.
type Query struct {
	Op   Op
	Text string // of a word, prefix or pattern, folded; * and ? stand in a pattern
	Of   []*Query
	// Of Near: at most Distance words from one to the other, in this order if
	// Ordered, or in one sentence or paragraph.
	Unit     Unit
	Distance int
	Ordered  bool
	// Found are the words of the index that a pattern stands for, filled in by
	// whoever has the index.
	Found []string
}

// String says what a query means.
func (q *Query) String() string { return q.say(false) }

func (q *Query) say(inside bool) string {
	switch q.Op {
	case Prefix:
		return q.Text + "*"
	case Phrase:
		words := make([]string, len(q.Of))
		for i, w := range q.Of {
			words[i] = w.say(true)
		}
		return `"` + strings.Join(words, " ") + `"`
	case Exact:
		if inside {
			return q.Text
		}
		return `"` + q.Text + `"`
	case And, Or:
		parts := make([]string, len(q.Of))
		for i, p := range q.Of {
			parts[i] = p.say(true)
		}
		said := strings.Join(parts, map[Op]string{And: " and ", Or: " or "}[q.Op])
		if inside {
			return "(" + said + ")"
		}
		return said
	case Not:
		return "not " + q.Of[0].say(true)
	case Near:
		said := q.Of[0].say(true) + " " + q.closeness() + " " + q.Of[1].say(true)
		if inside {
			return "(" + said + ")"
		}
		return said
	}
	return q.Text
}

func (q *Query) closeness() string {
	switch {
	case q.Unit == Sentence:
		return "in the same sentence as"
	case q.Unit == Paragraph:
		return "in the same paragraph as"
	case q.Ordered:
		return fmt.Sprintf("at most %d words before", q.Distance)
	}
	return fmt.Sprintf("within %d words of", q.Distance)
}

// Walk calls f for a query and all queries in it.
func (q *Query) Walk(f func(*Query)) {
	f(q)
	for _, part := range q.Of {
		part.Walk(f)
	}
}

// NeedsText reports whether the index alone cannot tell which pages match: the
// places of words must be compared.
func (q *Query) NeedsText() bool {
	needs := false
	q.Walk(func(q *Query) { needs = needs || q.Op == Near })
	return needs
}

// Asked returns the query that the index is to answer: a page that matches q
// matches it too.
func (q *Query) Asked() *Query {
	switch q.Op {
	case Near:
		return &Query{Op: And, Of: []*Query{q.Of[0].Asked(), q.Of[1].Asked()}}
	case And, Or:
		asked := &Query{Op: q.Op}
		for _, part := range q.Of {
			if part.Op == Not && part.NeedsText() {
				continue // what is left out may contain what is asked for
			}
			asked.Of = append(asked.Of, part.Asked())
		}
		return asked
	}
	return q
}

// Boost returns the phrase of the words of a plain query, nil if it is not one:
// pages that have it are better than those that have the words somewhere.
func (q *Query) Boost() *Query {
	if q.Op != And {
		return nil
	}
	phrase := &Query{Op: Phrase}
	for _, part := range q.Of {
		if part.Op != Word {
			return nil
		}
		phrase.Of = append(phrase.Of, &Query{Op: Exact, Text: part.Text})
	}
	return phrase
}

// matches reports whether a pattern with * and ? is that of a word. Both are in
// lower case.
func matches(pattern, word string) bool {
	p, w := []rune(pattern), []rune(word)
	star, mark := -1, 0
	i, k := 0, 0
	for k < len(w) {
		switch {
		case i < len(p) && (p[i] == '?' || p[i] == w[k]):
			i, k = i+1, k+1
		case i < len(p) && p[i] == '*':
			star, mark, i = i, k, i+1
		case star >= 0:
			mark++
			i, k = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
