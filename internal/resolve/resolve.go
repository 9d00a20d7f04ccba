// Package resolve decides which names mean the same person or organisation.
//
// It works in two steps, because a document explains its own names and a
// project does not. [Document] resolves the mentions of one document: there a
// bare surname, an acronym or a defined term ("Acuity") may stand for a name
// given in full, if only one fits. [Clusters] then joins the entities of many
// documents, by full names alone: those that a record has compared one document
// at a time, or, from [Names] to [Project], a whole project at once in memory.
//
// Both rest on [Compare], which takes two names apart (titles, given name,
// middle names, surname, generational suffix; words, numbers and legal form),
// aligns the parts and scores them. It uses no statistics of the corpus, so
// the same two names score the same for ever, in whatever order documents
// arrive. Some contradictions are vetoes: another suffix (Jr., Sr.), another
// middle initial, another given name, Mr. and Ms., another number, another
// legal form, and in one document another bar number or the other side of the
// caption. No
// chain of other evidence joins two names that a veto parts; see
// [Match.Vetoed].
//
// [Norm] and [Keys] make comparing cheap: equal norms always are the same
// name, and two names that compare as the same always share a key, so only
// names that share one need comparing.
//
// All functions are pure and deterministic and safe for concurrent use;
// [Documents] and [Names] are not, as they gather.
package resolve

import (
	"strings"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
)

// Version changes whenever the same names would be resolved in another way;
// stored norms and keys of other versions are stale.
const Version = "8"

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
	SameAt   = 0.85 // exported for the order of review
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

// Name is a name taken apart. Who compares a name more than once parses it
// once.
type Name struct{ f *form }

// Parse takes a name of the type apart.
func Parse(name string, t dossier.MentionType) Name {
	return Name{parse(name, t)}
}

// Norm is the normal form of the name; see the function [Norm].
func (n Name) Norm() string { return n.f.norm }

// Keys are the blocking keys of the name; see the function [Keys].
func (n Name) Keys() []string { return n.f.keys() }

// CompareNames scores two names. It is symmetric. Names of persons and
// organisations are aligned part by part; names of other types are the same if
// their norms are, and names of two types are different.
func CompareNames(a, b Name) Match { return compare(a.f, b.f) }

// Compare scores two names of the type, as [CompareNames] does.
func Compare(a, b string, t dossier.MentionType) Match {
	return CompareNames(Parse(a, t), Parse(b, t))
}

// Norm returns the normal form of a name: folded, in natural order, without
// titles and fillers, with abbreviations written out and the legal form as its
// class. Equal norms always compare as the same.
func Norm(name string, t dossier.MentionType) string { return Parse(name, t).Norm() }

// compare scores two names of one type and explains it.
func compare(a, b *form) Match {
	return scorer{explains: true}.match(a, b)
}

// compareTogether does so for two names of one document.
func compareTogether(a, b *form) Match {
	return scorer{explains: true, together: true}.match(a, b)
}

func (s scorer) match(a, b *form) Match {
	s.compare(a, b)
	return Match{Score: s.score, Decision: decision(s.score), Reasons: s.reasons}
}

// decide returns the score of two names for those who compare many: exact
// from SameAt on, and below it no more than that it is below.
func decide(a, b *form, together bool) float64 {
	if !a.sketch.near(&b.sketch) {
		return 0
	}
	s := scorer{hurried: true, together: together}
	s.compare(a, b)
	return s.score
}

// vetoed reports whether two names contradict each other.
func vetoed(a, b *form) bool {
	var s scorer
	s.compare(a, b)
	return s.vetoed
}

func decision(score float64) Decision {
	switch {
	case score >= SameAt:
		return Same
	case score >= reviewAt:
		return Review
	}
	return Different
}

// scorer holds the score of a comparison and, if asked to explain, its reasons.
type scorer struct {
	score    float64
	vetoed   bool
	explains bool
	hurried  bool // nothing below SameAt matters
	together bool // the names stand in one document, where two namesakes are rare
	reasons  []dossier.Reason
}

func (s *scorer) compare(a, b *form) {
	s.score = 1
	if b.norm < a.norm {
		a, b = b, a
	}
	switch {
	case a.typ != b.typ:
		s.differ("other-type", string(a.typ), string(b.typ))
		return
	case a.norm == b.norm:
		s.add("exact", a.norm, b.norm, 1)
		return
	case opposed(a, b):
		s.veto("opposite-sides", a.norm, b.norm)
		return
	case a.typ == dossier.Person:
		s.persons(a, b)
	case a.typ == dossier.Org:
		s.orgs(a, b)
	default:
		s.differ("different", a.norm, b.norm)
	}
	if s.score < SameAt && len(a.aliases)+len(b.aliases) > 0 {
		s.aliased(a, b)
	}
}

// add multiplies the score by what a pair of parts brings.
func (s *scorer) add(code, a, b string, weight float64) {
	s.score *= weight
	s.note(code, a, b, weight)
}

// addAlike does so for parts that resemble each other.
func (s *scorer) addAlike(part, a, b string, l likeness) {
	s.score *= l.weight
	if s.explains {
		s.note(part+"-"+l.code, a, b, l.weight)
	}
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
	s.score, s.vetoed = 0, true
	s.note(code, a, b, -1)
}

// forbid leaves names that are alike to a person: no machine joins them.
func (s *scorer) forbid(code, a, b string) {
	s.score, s.vetoed = min(s.score, capped), true
	s.note(code, a, b, -1)
}

func (s *scorer) note(code, a, b string, weight float64) {
	if !s.explains {
		return
	}
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

func editableWord(w string) bool { return len(w) >= editable && utf8.RuneCountInString(w) >= editable }

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
	scanned := min(len(a), len(b)) >= 4 && scanAlike(a, b)
	edited := oneEdit(a, b)
	if !scanned && !edited {
		return likeness{}
	}
	switch bothKnown := known(a) && known(b); {
	case !bothKnown && scanned:
		return likeness{"ocr", 0.95}
	case bothKnown && edited:
		return likeness{"known-names", -1}
	case edited && spelledTwoWays(a, b):
		return likeness{"spelling", capped}
	case edited && editableWord(a) && editableWord(b):
		return likeness{"edit", 0.88}
	}
	return likeness{}
}

// spelledTwoWays reports whether two words one edit apart differ as the names
// of two families do rather than by a slip: Zeigler, Meyers, Hoffmann, Clarke,
// Petersen.
func spelledTwoWays(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		last := i == len(b)-1
		return last && strings.IndexByte("sen", b[i]) >= 0
	}
	swapped := i+1 < len(a) && (a[i:i+2] == "ei" && b[i:i+2] == "ie" || a[i:i+2] == "ie" && b[i:i+2] == "ei")
	return swapped || i == len(a)-2 && i > 0 && a[i-1] == 's' && a[i+1] == 'n'
}

// scanAlike reports whether scanners confuse two words.
func scanAlike(a, b string) bool {
	for len(a) > 0 && len(b) > 0 {
		x, n := shape(a)
		y, m := shape(b)
		if x != y {
			return false
		}
		a, b = a[n:], b[m:]
	}
	return a == b
}

// shape is what scanners may take the first letters of a text for, and how many
// letters those are. Of shapes that they confuse it is always the same one.
func shape(s string) (byte, int) {
	next := byte(0)
	if len(s) > 1 {
		next = s[1]
	}
	switch c := s[0]; {
	case c == 'r' && next == 'n':
		return 'm', 2
	case c == 'v' && next == 'v':
		return 'w', 2
	case c == 'c' && next == 'l':
		return 'd', 2
	case c == '0':
		return 'o', 1
	case c == '1':
		return 'l', 1
	case c == '5':
		return 's', 1
	case c == '8':
		return 'b', 1
	default:
		return c, 1
	}
}

// scanFold writes a word in the shapes of its letters.
func scanFold(s string) string {
	for i := range len(s) {
		if c, n := shape(s[i:]); c != s[i] || n > 1 {
			return string(appendShapes([]byte(s[:i]), s[i:]))
		}
	}
	return s
}

func appendShapes(b []byte, s string) []byte {
	for len(s) > 0 {
		c, n := shape(s)
		b, s = append(b, c), s[n:]
	}
	return b
}

const digits = "0123456789"

// oneEdit reports whether one letter changed, added, dropped or swapped with
// its neighbour turns a into b. The words must differ. Another digit is another
// number, not a slip.
func oneEdit(a, b string) bool {
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
	switch {
	case len(a) < len(b) && a[i:] == b[i+1:],
		len(a) == len(b) && a[i+1:] == b[i+1:],
		len(a) == len(b) && i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]:
		return !strings.ContainsAny(a, digits) && !strings.ContainsAny(b, digits)
	}
	return false
}
