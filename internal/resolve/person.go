package resolve

import (
	"slices"
	"strings"
)

// persons compares two people's names.
func (s *scorer) persons(a, b *form) {
	if a.suffix != "" && b.suffix != "" && a.suffix != b.suffix {
		s.veto("suffix-conflict", a.suffix, b.suffix)
		return
	}
	if a.gender != "" && b.gender != "" && a.gender != b.gender {
		s.veto("gender-conflict", a.gender, b.gender)
		return
	}
	if otherBars(a, b) {
		s.veto("identifier-conflict", a.bars[0], b.bars[0])
		return
	}
	if a.given == "" || b.given == "" {
		s.partialPersons(a, b)
		return
	}
	switch {
	case a.joined == b.joined:
		s.add("exact", a.joined, b.joined, 1)
		s.suffixes(a, b)
		return
	case spaced(a, b):
		s.add("spacing", a.joined, b.joined, 0.95)
		s.suffixes(a, b)
		return
	}
	if !s.surnames(a, b) || !s.givens(a, b) {
		return
	}
	if a.odd || b.odd {
		s.limit("no-name", a.joined, b.joined, capped)
	}
	s.middleNames(a, b)
	s.suffixes(a, b)
}

// partialPersons compares names of which at least one is a single word: too
// little to join two people, enough to show a person the pair.
func (s *scorer) partialPersons(a, b *form) {
	if a.given != "" {
		a, b = b, a
	}
	switch {
	case a.surname == b.surname, b.given != "" && a.surname == b.given,
		b.given == "" && alike(a.surname, b.surname).weight > 0:
		s.limit("partial", a.joined, b.joined, 0.6)
	default:
		s.differ("different", a.norm, b.norm)
	}
}

// spaced reports whether the names differ in nothing but spaces (Jo Ann, Joann).
func spaced(a, b *form) bool {
	return a.run == b.run && !slices.ContainsFunc(a.words, initial) && !slices.ContainsFunc(b.words, initial)
}

// surnames scores the surnames; false ends the comparison.
func (s *scorer) surnames(a, b *form) bool {
	l := alike(a.surname, b.surname)
	switch {
	case l.weight > 0:
		s.addAlike("surname", a.surname, b.surname, l)
		return true
	case s.hurried:
		s.score = 0
	case sameWords(a.words, b.words):
		s.limit("order", a.joined, b.joined, capped)
	case subset(a.words, b.words):
		s.limit("subset", a.joined, b.joined, 0.6)
	case l.weight < 0:
		s.veto("known-names", a.surname, b.surname)
	default:
		s.differ("different", a.surname, b.surname)
	}
	return false
}

// givens scores the given names; false ends the comparison.
func (s *scorer) givens(a, b *form) bool {
	l := givenLikeness(a.given, b.given)
	switch {
	case l.weight <= 0 && a.calledLike(b):
		s.add("given-nickname", a.given, b.given, 0.9)
		return true
	case initial(a.given) || initial(b.given):
		if l.weight <= 0 {
			return s.givenConflict(a, b)
		}
		if !sharedMiddle(a.middles, b.middles) {
			s.limit("initial", a.given, b.given, capped)
			return true
		}
		s.add("initial", a.given, b.given, 0.95)
		return true
	case l.weight > 0:
		s.addAlike("given", a.given, b.given, l)
		return true
	}
	return s.givenConflict(a, b)
}

// givenConflict ends the comparison of people of one surname and two given
// names. One of them may be known by a middle name (F. Scott, Scott).
func (s *scorer) givenConflict(a, b *form) bool {
	if slices.Contains(a.middles, b.given) || slices.Contains(b.middles, a.given) {
		s.limit("middle-as-given", a.joined, b.joined, 0.6)
		return false
	}
	s.veto("given-conflict", a.given, b.given)
	return false
}

// calledLike reports whether the text itself says that one is called as the
// other: Robert "Trip" Roe, Trip Roe.
func (f *form) calledLike(g *form) bool {
	return f.nick != "" && (f.nick == g.given || f.nick == g.nick) || g.nick != "" && g.nick == f.given
}

// givenLikeness compares given or middle names.
func givenLikeness(a, b string) likeness {
	if a == b {
		return likeness{"exact", 1}
	}
	if initial(a) || initial(b) {
		if strings.HasPrefix(a, b) || strings.HasPrefix(b, a) {
			return likeness{"initial", 0.97}
		}
		return likeness{}
	}
	if nicknames(a, b) {
		return likeness{"nickname", 0.9}
	}
	return alike(a, b)
}

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
func (s *scorer) middleNames(a, b *form) {
	short, long := a.middles, b.middles
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(long) == 0 {
		return
	}
	weight, at := 1.0, 0
	for _, m := range short {
		for at < len(long) && givenLikeness(m, long[at]).weight <= 0 {
			at++
		}
		if at == len(long) {
			s.veto("middle-conflict", a.middle, b.middle)
			return
		}
		weight *= givenLikeness(m, long[at]).weight
		at++
	}
	switch {
	case len(short) == len(long):
		s.add("middle", a.middle, b.middle, weight)
	case len(short) > 0 && givenLikeness(short[0], long[0]).weight <= 0:
		s.limit("middle-skipped", a.middle, b.middle, capped) // Jane A. B. Roe, Jane B. Roe: often of one family
	case len(short) == 0 && !s.together && commonSurnames[a.surname]:
		s.limit("common-name", a.joined, b.joined, capped) // two papers may mean two people
	case !known(a.given) && !known(b.surname) && slices.ContainsFunc(long, strangeMiddle):
		s.limit("no-name", a.joined, b.joined, capped) // Board Confirms, Board Publicly Confirms
	default:
		s.add("middle-missing", a.middle, b.middle, weight*0.96)
	}
}

// strangeMiddle reports whether a word between a given name and a surname is no
// name that is known, and no patronymic.
func strangeMiddle(w string) bool {
	return !initial(w) && !known(w) && !strings.HasSuffix(w, "vich") && !strings.HasSuffix(w, "vna")
}

// suffixes caps the score of a name with a suffix and one without: father and
// son share all else.
func (s *scorer) suffixes(a, b *form) {
	if a.suffix != b.suffix {
		s.limit("suffix-missing", a.suffix, b.suffix, capped)
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
		if !initial(w) {
			full++
		}
	}
	return full >= 2
}
