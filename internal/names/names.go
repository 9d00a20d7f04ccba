// Package names parses and compares the names of people and organisations.
//
// [Parse] takes a name apart: titles, given name, middle names, surname and
// generation; words, numbers and legal form. [CompareNames] aligns the parts of two
// names and scores them. It uses no statistics of the corpus: two names have the
// same score in every project, in whatever order documents arrive. Some
// contradictions are vetoes: another generation (Jr., Sr.), another middle initial,
// another given name, Mr. and Ms., another number, another legal form, and in one
// document another bar number or the other side of the caption. No chain of other
// evidence joins two names that a veto parts; see [Match.Vetoed].
//
// [Norm] and [Keys] make comparing cheap: names with one norm are the same, and two
// names that compare as the same share a key, so only names that share one need to
// be compared. [Index] finds those.
//
// All functions are pure and deterministic, and safe for concurrent use.
package names

import (
	"github.com/dossier-legal/dossier"
)

// Decision is what follows from comparing two names.
type Decision string

// The decisions: join, ask a person, or neither.
const (
	Same      Decision = "same"
	Review    Decision = "review"
	Different Decision = "different"
)

// Match is the outcome of comparing two names. Reasons explain it: a weight is
// the factor that a part brought to the score, and -1 marks a veto.
type Match struct {
	Score    float64          `json:"score"` // 0 to 1
	Decision Decision         `json:"decision"`
	Reasons  []dossier.Reason `json:"reasons"`
}

// Vetoed reports whether the names contradict each other, so that nothing but
// a person's decision may join them.
func (m Match) Vetoed() bool {
	for _, r := range m.Reasons {
		if r.Weight < 0 {
			return true
		}
	}
	return false
}

// Compare parses and compares two names of the type.
func Compare(a, b string, t dossier.MentionType) Match {
	return CompareNames(Parse(a, t), Parse(b, t))
}

// CompareNames scores two names and explains the score. It is symmetric. Names of
// persons and organisations are aligned part by part; names of other types are the
// same if their norms are, and names of two types are different.
func CompareNames(a, b *Name) Match {
	return scorer{explains: true}.match(a, b)
}

// CompareTogether compares two names of one document, where two namesakes are rare.
func CompareTogether(a, b *Name) Match {
	return scorer{explains: true, together: true}.match(a, b)
}

// Score returns the score of two names to callers that compare many: exact from
// [SameAt] on, and below it no more than that it is below. Together says that they
// stand in one document; see [CompareTogether].
func Score(a, b *Name, together bool) float64 {
	if !a.sketch.near(&b.sketch) {
		return 0
	}
	s := scorer{hurried: true, together: together}
	s.compare(a, b)
	return s.score
}

// Vetoed reports whether two names contradict each other.
func Vetoed(a, b *Name) bool {
	var s scorer
	s.compare(a, b)
	return s.vetoed
}

// Norm returns the normal form of a name: folded, in natural order, without
// titles and fillers, with abbreviations written out and the legal form as its
// class. Two names with one norm compare as the same.
func Norm(name string, t dossier.MentionType) string { return Parse(name, t).Norm }

// Key is the key of a name of the type with the norm.
func Key(t dossier.MentionType, norm string) string { return string(t) + ":" + norm }
