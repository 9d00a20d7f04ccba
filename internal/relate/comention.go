package relate

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/sentence"
)

// The bounds of co-mentions. A sentence that names more than coMentionMost
// entities is a list and says nothing of any two of them.
const (
	evidenceMax   = 400 // bytes
	coMentionMost = 12
	coMentionKeep = 200 // pairs per document
)

// pairOf is two entity keys, a < b.
type pairOf struct{ a, b string }

// together is how often, and first where, two entities share a sentence.
type together struct {
	weight     int
	start, end int
}

// coMentions states the pairs of persons, organisations and courts that share
// the most sentences.
func (f *finder) coMentions() {
	pairs := map[pairOf]together{}
	at := 0
	for _, s := range f.sentences {
		var named []place
		for at < len(f.places) && f.places[at].start < s.End {
			p := f.places[at]
			if p.end <= s.End && (p.typ == dossier.Person || p.typ == dossier.Org || p.typ == dossier.Court) {
				named = append(named, p)
			}
			at++
		}
		f.countPairs(pairs, s, firstOfEach(named))
	}
	for _, p := range strongest(pairs) {
		t := pairs[p]
		f.state(dossier.Relation{
			Kind: dossier.CoMention, From: p.a, To: p.b, Weight: t.weight,
			Confidence: coMentionConfidence(t.weight),
		}, t.start, t.end)
	}
}

// firstOfEach keeps the first place of each entity.
func firstOfEach(places []place) []place {
	seen := map[string]bool{}
	return slices.DeleteFunc(places, func(p place) bool {
		again := seen[p.key]
		seen[p.key] = true
		return again
	})
}

func (f *finder) countPairs(pairs map[pairOf]together, s sentence.Span, named []place) {
	if len(named) > coMentionMost {
		return
	}
	for i, x := range named {
		for _, y := range named[i+1:] {
			p := pairOf{min(x.key, y.key), max(x.key, y.key)}
			t, ok := pairs[p]
			if !ok {
				t.start, t.end = f.excerpt(s, x, y)
			}
			t.weight++
			pairs[p] = t
		}
	}
}

// excerpt cuts a sentence to evidenceMax bytes around both places; where they
// are too far apart for that, it begins with the first.
func (f *finder) excerpt(s sentence.Span, x, y place) (start, end int) {
	if s.End-s.Start <= evidenceMax {
		return s.Start, s.End
	}
	low, high := min(x.start, y.start), max(x.end, y.end)
	spare := max(evidenceMax-(high-low), 0)
	start = runeStart(f.text, max(s.Start, low-spare/2))
	end = runeStart(f.text, min(s.End, start+evidenceMax))
	return start, end
}

// strongest returns the pairs with the most shared sentences.
func strongest(pairs map[pairOf]together) []pairOf {
	keys := slices.SortedFunc(maps.Keys(pairs), func(x, y pairOf) int {
		return cmp.Or(cmp.Compare(pairs[y].weight, pairs[x].weight), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	return keys[:min(len(keys), coMentionKeep)]
}

// coMentionConfidence grows with the sentences shared: 0.3 for one, 0.5 for
// two, and never reaches 1.
func coMentionConfidence(weight int) float64 { return math.Round(100-140/float64(weight+1)) / 100 }

// compareSpan finds the sentence that holds an offset.
func compareSpan(s sentence.Span, at int) int {
	switch {
	case s.End <= at:
		return -1
	case s.Start > at:
		return 1
	}
	return 0
}
