package names

import "github.com/dossier-legal/dossier"

// The scores from which on names are joined, or worth a person's look.
const (
	SameAt   = 0.85 // exported for the order of review
	ReviewAt = 0.5
)

// What pairs of parts bring to the score of two names. Factors multiply, a maximum
// caps the score.
const (
	exact              = 1
	initialFactor      = 0.97 // "J." and "Jane"
	formMissingFactor  = 0.97 // "Halden Shaw Inc." and "Halden Shaw"
	middleFactor       = 0.96 // one name has no middle name
	spacingFactor      = 0.95 // "Jo Ann" and "Joann"
	scanFactor         = 0.95 // letters that scanners confuse
	aliasFactor        = 0.95 // the text gives the other name
	givenInitialFactor = 0.95 // an initial for the given name, and one middle name
	pluralFactor       = 0.93
	nicknameFactor     = 0.9
	editFactor         = 0.88 // one letter changed, added, dropped or swapped

	capped     = 0.8  // a person has to see the match
	variantMax = 0.75 // two spellings of a name, or two names
	orderMax   = 0.75 // the same words in another order
	lettersMax = 0.75 // an acronym and what it may abbreviate
	extraMax   = 0.7  // more words, or a number, in one of the names
	partMax    = 0.6  // one name may be a part of the other
	differMax  = 0.1  // nothing speaks for the names
)

// variantCode is the code of two spellings of one name.
const variantCode = "variant"

// scorer holds the score of a comparison and, if asked to explain, its reasons.
type scorer struct {
	score    float64
	vetoed   bool
	explains bool
	hurried  bool // nothing below SameAt matters
	together bool // the names stand in one document, where two namesakes are rare
	reasons  []dossier.Reason
}

func (s scorer) match(a, b *Name) Match {
	s.compare(a, b)
	return Match{Score: s.score, Decision: decision(s.score), Reasons: s.reasons}
}

func (s *scorer) compare(a, b *Name) {
	s.score = 1
	if b.Norm < a.Norm {
		a, b = b, a
	}
	switch {
	case a.Type != b.Type:
		s.differ("other-type", string(a.Type), string(b.Type))
		return
	case a.Norm == b.Norm:
		s.add("exact", a.Norm, b.Norm, exact)
		return
	case opposed(a, b):
		s.veto("opposite-sides", a.Norm, b.Norm)
		return
	case a.Type == dossier.Person:
		s.persons(a, b)
	case a.Type == dossier.Org:
		s.orgs(a, b)
	default:
		s.differ("different", a.Norm, b.Norm)
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

// addAlike multiplies the score by what two similar parts bring.
func (s *scorer) addAlike(part, a, b string, l likeness) {
	if l.code == variantCode {
		s.score = min(s.score, variantMax) // however many parts are spelled in two ways
	} else {
		s.score *= l.weight
	}
	if s.explains {
		s.note(part+"-"+l.code, a, b, l.weight)
	}
}

// limit caps the score: the parts cannot prove more.
func (s *scorer) limit(code, a, b string, most float64) {
	s.score = min(s.score, most)
	s.note(code, a, b, most)
}

// differ ends the comparison: nothing speaks for the names.
func (s *scorer) differ(code, a, b string) {
	s.score = differMax
	s.note(code, a, b, 0)
}

// veto ends the comparison: the names contradict each other.
func (s *scorer) veto(code, a, b string) {
	s.score, s.vetoed = 0, true
	s.note(code, a, b, -1)
}

// forbid leaves the decision about similar names to a person.
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

func decision(score float64) Decision {
	switch {
	case score >= SameAt:
		return Same
	case score >= ReviewAt:
		return Review
	}
	return Different
}
