// Package resolve decides which names mean the same person or organisation.
//
// It works in two steps, because a document explains its own names and a
// project does not. [Document] resolves the mentions of one document: there a
// bare surname, an acronym or a defined term ("Acuity") may stand for a name
// given in full, if only one fits. [Clusters] then joins the entities of many
// documents, by full names alone.
//
// Both rest on [Compare], which takes two names apart (titles, given name,
// middle names, surname, generational suffix; words, numbers and legal form),
// aligns the parts and scores them. It uses no statistics of the corpus, so
// the same two names score the same for ever, in whatever order documents
// arrive. Some contradictions are vetoes: another suffix (Jr., Sr.), another
// middle initial, another given name, another number, another legal form. No
// chain of other evidence joins two names that a veto parts; see
// [Match.Vetoed].
//
// [Norm] and [Keys] make comparing cheap: equal norms always are the same
// name, and two names that compare as the same always share a key, so only
// names that share one need comparing.
//
// All functions are pure and deterministic and safe for concurrent use.
package resolve

import (
	"strings"
	"unicode/utf8"

	"dossier"
)

// Version changes whenever the same names would be resolved in another way;
// stored norms and keys of other versions are stale.
const Version = "2"

// Decision is what follows from comparing two names.
type Decision string

// The decisions: join, ask a person, or neither.
const (
	Same      Decision = "same"
	Review    Decision = "review"
	Different Decision = "different"
)

// The scores from which on names are joined, or worth a person's look.
const (
	sameAt   = 0.85
	reviewAt = 0.5
	capped   = 0.8 // the most a match may score that a person has to see
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

// Compare scores two names of the type. It is symmetric. Names of persons and
// organisations are aligned part by part; names of other types are the same
// if their norms are, and different otherwise.
func Compare(a, b string, t dossier.MentionType) Match {
	return compare(parse(a, t), parse(b, t))
}

// Norm returns the normal form of a name: folded, in natural order, without
// titles and fillers, with abbreviations written out and the legal form as its
// class. Equal norms always compare as the same.
func Norm(name string, t dossier.MentionType) string { return parse(name, t).norm }

// compare scores two names of one type.
func compare(a, b form) Match {
	if b.norm < a.norm {
		a, b = b, a
	}
	s := scorer{score: 1}
	switch {
	case a.norm == b.norm:
		s.add("exact", a.norm, b.norm, 1)
	case a.typ == dossier.Person:
		s.persons(a, b)
	case a.typ == dossier.Org:
		s.orgs(a, b)
	default:
		s.differ("different", a.norm, b.norm)
	}
	return s.match()
}

// scorer collects the score of a comparison and its reasons.
type scorer struct {
	score   float64
	reasons []dossier.Reason
}

func (s *scorer) match() Match {
	m := Match{Score: s.score, Decision: Different, Reasons: s.reasons}
	switch {
	case s.score >= sameAt:
		m.Decision = Same
	case s.score >= reviewAt:
		m.Decision = Review
	}
	return m
}

// add multiplies the score by what a pair of parts brings.
func (s *scorer) add(code, a, b string, weight float64) {
	s.score *= weight
	s.note(code, a, b, weight)
}

// limit caps the score: what was found cannot prove more.
func (s *scorer) limit(code, a, b string, most float64) {
	s.score = min(s.score, most)
	s.note(code, a, b, most)
}

// differ ends the comparison: nothing speaks for the names.
func (s *scorer) differ(code, a, b string) {
	s.score = 0.1
	s.note(code, a, b, 0)
}

// veto ends the comparison: the names contradict each other.
func (s *scorer) veto(code, a, b string) {
	s.score = 0
	s.note(code, a, b, -1)
}

func (s *scorer) note(code, a, b string, weight float64) {
	detail := a
	if a != b {
		detail = orNone(a) + " / " + orNone(b)
	}
	s.reasons = append(s.reasons, dossier.Reason{Code: code, Detail: detail, Weight: weight})
}

func orNone(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// editable is the fewest letters a word needs for one of them to be a slip.
const editable = 5

// likeness is how two words resemble each other.
type likeness struct {
	code   string // "" if they do not
	weight float64
}

// alike compares two words of names, beyond equality allowing for what scanners
// and typists do.
func alike(a, b string) likeness {
	if a == b {
		return likeness{"exact", 1}
	}
	scanned := min(len(a), len(b)) >= 4 && scanFold(a) == scanFold(b)
	edited := oneEdit(a, b)
	if !scanned && !edited {
		return likeness{}
	}
	switch bothKnown := known(a) && known(b); {
	case !bothKnown && scanned:
		return likeness{"ocr", 0.95}
	case bothKnown && edited:
		return likeness{"known-names", -1}
	case edited && utf8.RuneCountInString(a) >= editable && utf8.RuneCountInString(b) >= editable:
		return likeness{"edit", 0.88}
	}
	return likeness{}
}

// scanFolds maps shapes that scanners confuse to one of them.
var scanFolds = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "0", "o", "1", "l", "5", "s", "8", "b")

func scanFold(s string) string {
	if !strings.ContainsAny(s, "0158") && !strings.Contains(s, "rn") && !strings.Contains(s, "vv") && !strings.Contains(s, "cl") {
		return s
	}
	return scanFolds.Replace(s)
}

// oneEdit reports whether one letter changed, added, dropped or swapped with
// its neighbour turns a into b. The words must differ. Another digit is another
// number, not a slip.
func oneEdit(a, b string) bool {
	if strings.ContainsAny(a, "0123456789") || strings.ContainsAny(b, "0123456789") {
		return false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] ||
		i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
