package names

import (
	"slices"
	"strings"
)

// persons compares two people's names.
func (s *scorer) persons(a, b *Name) {
	if s.contradict(a, b) {
		return
	}
	switch {
	case a.Given == "" || b.Given == "":
		s.partialPersons(a, b)
	case a.Joined == b.Joined:
		s.add("exact", a.Joined, b.Joined, exact)
		s.suffixes(a, b)
	case spaced(a, b):
		s.add("spacing", a.Joined, b.Joined, spacingFactor)
		s.suffixes(a, b)
	case s.surnames(a, b) && s.givens(a, b):
		if a.Odd || b.Odd {
			s.limit("no-name", a.Joined, b.Joined, capped)
		}
		s.middleNames(a, b)
		s.suffixes(a, b)
	}
}

// contradict vetoes people of two generations, of two genders, or with two numbers
// of one bar.
func (s *scorer) contradict(a, b *Name) bool {
	switch {
	case a.Suffix != b.Suffix && a.Suffix != "" && b.Suffix != "":
		s.veto("suffix-conflict", a.Suffix, b.Suffix)
	case a.Gender != b.Gender && a.Gender != "" && b.Gender != "":
		s.veto("gender-conflict", a.Gender, b.Gender)
	case otherBars(a, b):
		s.veto("identifier-conflict", a.Bars[0], b.Bars[0])
	default:
		return false
	}
	return true
}

// partialPersons compares names of which at least one is a single word: too
// little to join two people, enough to show a person the pair.
func (s *scorer) partialPersons(a, b *Name) {
	if a.Given != "" {
		a, b = b, a
	}
	switch {
	case a.Surname == b.Surname, b.Given != "" && a.Surname == b.Given,
		b.Given == "" && alike(a.Surname, b.Surname).weight > 0:
		s.limit("partial", a.Joined, b.Joined, partMax)
	default:
		s.differ("different", a.Norm, b.Norm)
	}
}

// spaced reports whether the names differ in nothing but spaces (Jo Ann, Joann).
func spaced(a, b *Name) bool {
	return a.run == b.run && !slices.ContainsFunc(a.Words, Initial) && !slices.ContainsFunc(b.Words, Initial)
}

// surnames scores the surnames; false ends the comparison.
func (s *scorer) surnames(a, b *Name) bool {
	l := s.likeness(a.Surname, b.Surname)
	switch {
	case l.weight > 0:
		s.addAlike("surname", a.Surname, b.Surname, l)
		return true
	case s.hurried:
		s.score = 0
	case sameWords(a.Words, b.Words):
		s.limit("order", a.Joined, b.Joined, capped)
	case subset(a.Words, b.Words):
		s.limit("subset", a.Joined, b.Joined, partMax)
	case l.weight < 0:
		s.veto("known-names", a.Surname, b.Surname)
	default:
		s.differ("different", a.Surname, b.Surname)
	}
	return false
}

// givens scores the given names; false ends the comparison.
func (s *scorer) givens(a, b *Name) bool {
	l := givenLikeness(a.Given, b.Given)
	if l.weight <= 0 && !Initial(a.Given) && !Initial(b.Given) {
		l = s.likeness(a.Given, b.Given)
	}
	switch {
	case l.weight <= 0 && a.calledLike(b):
		s.add("given-nickname", a.Given, b.Given, nicknameFactor)
		return true
	case Initial(a.Given) || Initial(b.Given):
		if l.weight <= 0 {
			return s.givenConflict(a, b)
		}
		if !sharedMiddle(a.Middles, b.Middles) {
			s.limit("initial", a.Given, b.Given, capped)
			return true
		}
		s.add("initial", a.Given, b.Given, givenInitialFactor)
		return true
	case l.weight > 0:
		s.addAlike("given", a.Given, b.Given, l)
		return true
	}
	return s.givenConflict(a, b)
}

// givenConflict ends the comparison of people of one surname and two given
// names. One of them may be known by a middle name (F. Scott, Scott).
func (s *scorer) givenConflict(a, b *Name) bool {
	if slices.Contains(a.Middles, b.Given) || slices.Contains(b.Middles, a.Given) {
		s.limit("middle-as-given", a.Joined, b.Joined, partMax)
		return false
	}
	s.veto("given-conflict", a.Given, b.Given)
	return false
}

// calledLike reports whether the text itself says that one is called as the
// other: Robert "Trip" Roe, Trip Roe.
func (n *Name) calledLike(g *Name) bool {
	return n.nick != "" && (n.nick == g.Given || n.nick == g.nick) || g.nick != "" && g.nick == n.Given
}

// givenLikeness compares given or middle names.
func givenLikeness(a, b string) likeness {
	if a == b {
		return likeness{"exact", exact}
	}
	if Initial(a) || Initial(b) {
		if strings.HasPrefix(a, b) || strings.HasPrefix(b, a) {
			return likeness{"initial", initialFactor}
		}
		return likeness{}
	}
	if nicknames(a, b) {
		return likeness{"nickname", nicknameFactor}
	}
	return alike(a, b)
}

// GivenAlike reports whether two given or middle names may be those of one person.
func GivenAlike(a, b string) bool { return givenLikeness(a, b).weight > 0 }

// nicknames reports whether one name is a short form or a variant of the
// other, or both are of a third.
func nicknames(a, b string) bool {
	fa, fb := formals[a], formals[b]
	return slices.Contains(fa, b) || slices.Contains(fb, a) ||
		slices.ContainsFunc(fa, func(f string) bool { return slices.Contains(fb, f) })
}

// sharedMiddle reports whether both have one middle name, written out.
func sharedMiddle(a, b []string) bool {
	return slices.ContainsFunc(a, func(m string) bool { return len(m) > 2 && slices.Contains(b, m) })
}

// middleNames scores the middle names: the shorter list must be contained in
// the longer, in order.
func (s *scorer) middleNames(a, b *Name) {
	short, long := a.Middles, b.Middles
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(long) == 0 {
		return
	}
	weight, ok := alignMiddles(short, long)
	if !ok {
		s.veto("middle-conflict", a.middle, b.middle)
		return
	}
	switch {
	case len(short) == len(long):
		s.add("middle", a.middle, b.middle, weight)
	case len(short) > 0 && givenLikeness(short[0], long[0]).weight <= 0:
		s.limit("middle-skipped", a.middle, b.middle, capped) // Jane A. B. Roe, Jane B. Roe: often of one family
	case len(short) == 0 && !s.together && commonSurnames[a.Surname]:
		s.limit("common-name", a.Joined, b.Joined, capped) // two documents may mean two people
	case !Known(a.Given) && !Known(b.Surname) && slices.ContainsFunc(long, strangeMiddle):
		s.limit("no-name", a.Joined, b.Joined, capped) // Board Confirms, Board Publicly Confirms
	default:
		s.add("middle-missing", a.middle, b.middle, weight*middleFactor)
	}
}

// alignMiddles finds the names of a list in a longer one, in order, and returns what
// the pairs bring; ok is false if one is missing.
func alignMiddles(short, long []string) (weight float64, ok bool) {
	weight, at := 1.0, 0
	for _, m := range short {
		for at < len(long) && givenLikeness(m, long[at]).weight <= 0 {
			at++
		}
		if at == len(long) {
			return 0, false
		}
		weight *= givenLikeness(m, long[at]).weight
		at++
	}
	return weight, true
}

// strangeMiddle reports whether a word between a given name and a surname is no
// name that is known, and no patronymic.
func strangeMiddle(w string) bool {
	return !Initial(w) && !Known(w) && !strings.HasSuffix(w, "vich") && !strings.HasSuffix(w, "vna")
}

// suffixes caps the score of a name with a suffix and one without: father and
// son share all else.
func (s *scorer) suffixes(a, b *Name) {
	if a.Suffix != b.Suffix {
		s.limit("suffix-missing", a.Suffix, b.Suffix, capped)
	}
}

// sameWords reports whether the names hold the same words in another order.
func sameWords(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for _, w := range a {
		if times(w, a) != times(w, b) {
			return false
		}
	}
	return true
}

func times(word string, words []string) int {
	n := 0
	for _, w := range words {
		if w == word {
			n++
		}
	}
	return n
}

// subset reports whether all words of the shorter name, at least two of them
// written out, stand in the longer.
func subset(a, b []string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	full := 0
	for _, w := range a {
		if !slices.Contains(b, w) {
			return false
		}
		if !Initial(w) {
			full++
		}
	}
	return full >= 2
}
