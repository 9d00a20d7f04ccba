package search

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/sentence"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// Page is a text with its terms.
type Page struct {
	Text  string
	terms []Term
	// The sentence and the paragraph of each term, filled in when asked for.
	sentences, paragraphs []int
}

// NewPage cuts a text into terms.
func NewPage(text string) *Page { return &Page{Text: text, terms: Terms(text)} }

// span is a stretch of terms, from the first to the last.
type span struct{ from, to int }

// Matches reports whether a page is what a query asks for.
func (p *Page) Matches(q *Query) bool {
	switch q.Op {
	case And:
		return !slices.ContainsFunc(q.Of, func(part *Query) bool { return !p.Matches(part) })
	case Or:
		return slices.ContainsFunc(q.Of, p.Matches)
	case Not:
		return !p.Matches(q.Of[0])
	}
	return len(p.spans(q)) > 0
}

// maxSpans bounds the places of one query in one page that are compared.
const maxSpans = 20_000

// spans returns where a query is found, in order of the first term.
func (p *Page) spans(q *Query) []span {
	switch q.Op {
	case Phrase:
		return p.phrases(q)
	case Or, And:
		var all []span
		for _, part := range q.Of {
			if part.Op != Not {
				all = append(all, p.spans(part)...)
			}
		}
		slices.SortFunc(all, func(a, b span) int { return cmp.Or(a.from-b.from, a.to-b.to) })
		return slices.Compact(all)
	case Near:
		return p.near(q)
	case Not:
		return nil
	}
	var found []span
	stem := stem(q.Text)
	for i := range p.terms {
		if q.fits(&p.terms[i], stem) && len(found) < maxSpans {
			found = append(found, span{i, i})
		}
	}
	return found
}

// fits reports whether a term is one that a word, prefix or pattern asks for. stem is
// that of the word.
func (q *Query) fits(t *Term, stem string) bool {
	for _, text := range append([]string{t.Text}, t.Joined...) {
		switch q.Op {
		case Prefix:
			if strings.HasPrefix(text, q.Text) {
				return true
			}
		case Wildcard:
			if matches(q.Text, text) {
				return true
			}
		default:
			if text == q.Text {
				return true
			}
		}
	}
	return q.Op == Word && (t.Stem != "" && (t.Stem == q.Text || t.Stem == stem) || stem != "" && t.Text == stem)
}

func (p *Page) phrases(q *Query) []span {
	var found []span
	last := len(q.Of) - 1
	for i := 0; i+last < len(p.terms); i++ {
		all := true
		for k, w := range q.Of {
			if p.terms[i+k].Text != w.Text {
				all = false
				break
			}
		}
		if all {
			found = append(found, span{i, i + last})
		}
	}
	return found
}

// near pairs the places of the two sides that are close enough. For each place of
// one side the nearest ones of the other on its left and on its right are enough.
func (p *Page) near(q *Query) []span {
	left, right := p.spans(q.Of[0]), p.spans(q.Of[1])
	var found []span
	for _, a := range left {
		at, _ := slices.BinarySearchFunc(right, a.from, func(b span, from int) int { return b.from - from })
		for _, b := range right[max(0, at-1):min(len(right), at+2)] {
			if p.isClose(q, a, b) {
				found = append(found, span{min(a.from, b.from), max(a.to, b.to)})
			}
		}
	}
	slices.SortFunc(found, func(a, b span) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	return slices.Compact(found)
}

func (p *Page) isClose(q *Query, a, b span) bool {
	if a.from <= b.to && b.from <= a.to {
		return false // one and the same word
	}
	if q.Ordered && a.from > b.from {
		return false
	}
	switch q.Unit {
	case Sentence:
		if p.sentences == nil {
			p.sentences = p.number(sentence.Split(p.Text))
		}
		return p.sentences[a.from] == p.sentences[b.from]
	case Paragraph:
		if p.paragraphs == nil {
			p.paragraphs = p.number(paragraphs(p.Text))
		}
		return p.paragraphs[a.from] == p.paragraphs[b.from]
	}
	return max(b.from-a.to, a.from-b.to) <= q.Distance
}

// number returns in which of the stretches each term begins.
func (p *Page) number(stretches []sentence.Span) []int {
	numbers := make([]int, len(p.terms))
	n := 0
	for i, t := range p.terms {
		for n+1 < len(stretches) && stretches[n+1].Start <= t.Start {
			n++
		}
		numbers[i] = n
	}
	return numbers
}

// paragraphs returns the stretches of a text between empty lines.
func paragraphs(text string) []sentence.Span {
	var list []sentence.Span
	start := 0
	for at := 0; at < len(text); {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			break
		}
		line := at + end + 1
		if strings.TrimSpace(text[at:at+end]) == "" && at > start {
			list = append(list, sentence.Span{Start: start, End: at})
			start = line
		}
		at = line
	}
	return append(list, sentence.Span{Start: start, End: len(text)})
}

// snippetWords is how many words a snippet shows.
const snippetWords = 24

// Snippet cuts out of the page the place where most of a query is found together, and
// returns it with the byte ranges of the words that were found.
func (p *Page) Snippet(q *Query) (text string, marks [][2]int) {
	marked := p.marked(q)
	from := p.bestPlace(marked)
	to := min(len(p.terms), from+snippetWords)
	if from >= to {
		return "", nil
	}
	prefix, suffix := "", ""
	if from > 0 {
		prefix = "…"
	}
	if to < len(p.terms) {
		suffix = "…"
	}
	start, end := p.terms[from].Start, p.terms[to-1].End
	shift := len(prefix) - start
	for i := from; i < to; i++ {
		if marked[i] == 0 {
			continue
		}
		t := p.terms[i]
		if n := len(marks); n > 0 && i > from && marked[i-1] == marked[i] && marked[i] > 1 || n > 0 && marks[n-1][1] >= t.Start+shift {
			marks[n-1][1] = t.End + shift // a phrase is one mark
			continue
		}
		marks = append(marks, [2]int{t.Start + shift, t.End + shift})
	}
	return prefix + p.Text[start:end] + suffix, marks
}

// smallWords say nothing about what a page is about; beside other words they are
// not marked.
var smallWords = vocabulary.Set("a an and are as at be by for from in is it not of on or that the this to was were with")

// marked says for each term whether the query found it: 0 if it did not, 1 for a
// word, more for the words of a phrase, which have one number.
func (p *Page) marked(q *Query) []int {
	marked := make([]int, len(p.terms))
	phrases, whole := 1, q
	var mark func(q *Query)
	mark = func(part *Query) {
		switch q := part; q.Op {
		case Not:
		case And, Or, Near:
			for _, part := range q.Of {
				mark(part)
			}
		default:
			if q.Op == Word && smallWords[q.Text] && part != whole {
				return
			}
			for _, s := range p.spans(q) {
				number := 1
				if s.to > s.from {
					phrases++
					number = phrases
				}
				for i := s.from; i <= s.to; i++ {
					marked[i] = max(marked[i], number)
				}
			}
		}
	}
	mark(q)
	return marked
}

// bestPlace returns the first term of the window in which most terms are marked.
func (p *Page) bestPlace(marked []int) int {
	best, most, count := 0, 0, 0
	for i := range marked {
		if marked[i] > 0 {
			count++
		}
		if i >= snippetWords/2 && marked[i-snippetWords/2] > 0 {
			count--
		}
		if count > most {
			best, most = i, count
		}
	}
	first := max(0, best-snippetWords/2+1)
	for first < best && marked[first] == 0 {
		first++
	}
	return max(0, min(first-snippetWords/4, len(p.terms)-snippetWords))
}
