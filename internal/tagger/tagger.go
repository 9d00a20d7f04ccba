// Package tagger finds the names of people, organisations, places and courts
// in running text by what it learned from labelled examples. It is a part of
// the third stage: package mention lets it read what the rules do not cover.
// Package train makes the model, data/model.gz.
//
// It is a linear-chain conditional random field: every word gets one of the
// labels "outside" or "begins" or "goes on with" a name of a type. Weights of
// hashed features of the word and its neighbours are added up for every label,
// and the best path through the labels wins (Viterbi). The features are the
// word itself, its shape, what the lists of package gazetteer say of it, the
// cluster of words that keep the same company, and what the whole document
// knows of it: whether it also occurs in lower case, is followed by "Inc." or
// preceded by "Mr." elsewhere.
//
// Only the neighbourhood of capitals is looked at: a stretch of words in lower
// case holds no name. That, weights of one byte that are added four at a time,
// and features that are hashed from numbers rather than strings, make it fast.
//
// Statutes and cited cases are types of their own while learning, so that their
// words are not taken for people or places; they are not given out. What other
// scanners found already (dates, citations, amounts) is handed in as spans and
// read as one word of its kind each.
package tagger

import (
	"math"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Type is what a name stands for.
type Type uint8

// The types of names. Law and Case are learned as decoys and never given out.
const (
	None Type = iota
	Person
	Org
	Location
	Court
	Law
	Case
	numTypes
)

var typeNames = [numTypes]string{"none", "PERSON", "ORG", "LOCATION", "COURT", "LAW", "CASE"}

// String returns the type as label files have it.
func (t Type) String() string { return typeNames[t] }

// Given reports whether names of the type are given out.
func (t Type) Given() bool { return t >= Person && t <= Court }

// TypeOf returns the type that label files call by the name; ok is false if there is
// none that is given out.
func TypeOf(name string) (t Type, ok bool) {
	t = Type(max(slices.Index(typeNames[:], name), 0))
	return t, t.Given()
}

// Kind says what a scanner has found in a span.
type Kind byte

// The kinds of spans.
const (
	Citation Kind = iota + 1
	Statute
	Date
	Money
	Docket
	Contact // mail address, telephone number
)

// Span is a stretch of text that is read as one word of its kind.
type Span struct {
	Start, End int
	Kind       Kind
}

// Entity is a name in a text: bytes Start to End (exclusive).
type Entity struct {
	Start, End int
	Type       Type
	// Score, between 0.5 and 1, weighs this reading of the words against the
	// best other one: 1 is certain.
	Score float64
}

// Tag returns the names in text, in order of Start and not overlapping. The
// spans of the mask must be in order and must not overlap. Tag may be called
// from many goroutines; the same text and mask give the same names.
func (m *Model) Tag(text string, mask []Span) []Entity {
	r := readers.Get().(*reader)
	defer readers.Put(r)
	var found []Entity
	for start := 0; start < len(text); {
		end, rest := windowEnd(text, mask, start)
		r.read(text, start, end, mask[:len(mask)-len(rest)])
		r.islands(func(from, to int) {
			found = r.decode(m, from, to, found)
		})
		start, mask = end, rest
	}
	return found
}

// maxWindow bounds the bytes that are read at once, and with them the memory.
// Facts of a document do not go from one window to the next.
const maxWindow = 1 << 20

// windowEnd returns where the window from start ends, between two words and
// outside of the spans, and the spans after it.
func windowEnd(text string, mask []Span, start int) (end int, rest []Span) {
	if len(text)-start <= maxWindow {
		return len(text), nil
	}
	end = start + maxWindow
	if at := strings.LastIndexAny(text[start:end], " \n\f"); at > 0 {
		end = start + at
	}
	for end > start+1 && !utf8.RuneStart(text[end]) {
		end--
	}
	n := 0
	for n < len(mask) && mask[n].Start < end {
		end = max(end, mask[n].End)
		n++
	}
	return min(end, len(text)), mask[n:]
}

// readers keeps the memory of readers between texts.
var readers = sync.Pool{New: func() any { return &reader{} }}

// reader holds a text's tokens and the tables of one pass over it.
type reader struct {
	tokens []token // with padding at both ends
	facts  factTable
	scores []emission
	paths  []trace
	back   []emission
}

// read fills in the tokens of text from start to end with all that features are
// made of.
func (r *reader) read(text string, start, end int, mask []Span) {
	if need := (end-start)/4 + 2*padding; cap(r.tokens) < need { // words are longer than that, with their space
		r.tokens = make([]token, 0, need)
	}
	r.tokens = tokenize(text[:end], start, mask, r.tokens[:0])
	r.shout()
	r.gatherFacts()
	r.lookAround()
}

// MaxIsland bounds the words that are decoded at once.
const MaxIsland = 512

// islands calls visit with every stretch of tokens that may hold names.
func (r *reader) islands(visit func(from, to int)) {
	last := len(r.tokens) - padding
	for i := padding; i < last; {
		if r.quiet(i) {
			i++
			continue
		}
		end := i + 1
		for end < last && end-i < MaxIsland && !r.quiet(end) && r.tokens[end].gap != parted {
			end++
		}
		visit(i, end)
		i = end
	}
}

// quiet reports whether token i cannot be part of a name: it is no capitalised
// word and has none beside it.
func (r *reader) quiet(i int) bool {
	t := r.tokens[i-1 : i+2 : i+2]
	return !t[1].capital() && (!t[0].capital() && !t[2].capital() || t[1].class == masked)
}

// confidence turns the margin of a name, in units of weight, into a score.
func confidence(margin float32) float64 {
	return 1 / (1 + math.Exp(-float64(margin)))
}
