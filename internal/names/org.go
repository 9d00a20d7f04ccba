package names

import (
	"slices"
	"strings"
)

// orgs compares two names of organisations.
func (s *scorer) orgs(a, b *Name) {
	if a.numbers != "" && b.numbers != "" && a.numbers != b.numbers {
		s.veto("number-conflict", a.numbers, b.numbers)
		return
	}
	s.orgWords(a, b)
	if s.score < ReviewAt {
		return
	}
	switch {
	case !slices.ContainsFunc(a.Words, canName) && !slices.ContainsFunc(b.Words, canName):
		s.limit("generic-words", a.Norm, b.Norm, capped)
	case a.numbers != b.numbers:
		s.limit("number-missing", a.numbers, b.numbers, extraMax)
	case a.Legal == b.Legal:
	case a.Legal != "" && b.Legal != "":
		s.forbid("form-conflict", a.Legal, b.Legal) // two kinds of legal person
	case min(len(a.Words), len(b.Words)) == 1, LikePerson(a.Words):
		s.limit("form-missing", a.Legal, b.Legal, capped) // a partial name, or a person
	default:
		s.add("form-missing", a.Legal, b.Legal, formMissingFactor)
	}
}

// orgWords scores the words of two names.
func (s *scorer) orgWords(a, b *Name) {
	left, right := a.Joined, b.Joined
	switch {
	case left == right:
		s.add("exact", left, right, exact)
	case a.run == b.run:
		s.add("spacing", left, right, spacingFactor)
	case s.hurried && len(a.Words) != len(b.Words):
		s.score = 0 // alike at most
	case a.Letters != "" && slices.Contains(b.Acronyms, a.Letters),
		b.Letters != "" && slices.Contains(a.Acronyms, b.Letters):
		s.limit("acronym", left, right, lettersMax)
	case len(a.Words) == len(b.Words):
		s.alignOrgs(a, b)
	default:
		s.extraWords(a, b)
	}
}

// alignOrgs compares names of equally many words, word by word.
func (s *scorer) alignOrgs(a, b *Name) {
	before := len(s.reasons)
	weight, anchored, spelled, edits := 1.0, false, false, 0
	for i, w := range a.Words {
		l := s.orgLikeness(w, b.Words[i])
		switch {
		case l.weight < 0:
			s.reasons = s.reasons[:before]
			s.veto(l.code, w, b.Words[i])
			return
		case l.code == "":
			s.reasons = s.reasons[:before]
			s.misaligned(a, b)
			return
		case l.code == "exact" && Distinct(w):
			anchored = true
		case l.code == "edit":
			edits++
		}
		if l.code == variantCode {
			spelled, l.weight = true, exact
		}
		weight *= l.weight
		s.note(l.code, w, b.Words[i], l.weight)
	}
	s.score *= weight
	if spelled {
		s.score = min(s.score, variantMax)
	}
	if edits > 1 || edits == 1 && !anchored {
		s.score = min(s.score, capped) // the distinctive words are in doubt
	}
}

// misaligned ends the comparison of names with different words.
func (s *scorer) misaligned(a, b *Name) {
	left, right := a.Joined, b.Joined
	if sameWords(a.Words, b.Words) {
		s.limit("order", left, right, orderMax)
		return
	}
	s.differ("different", left, right)
}

// orgLikeness compares two words; a plural is a small difference.
func (s *scorer) orgLikeness(a, b string) likeness {
	if a != b && wordKey(a) == wordKey(b) && scanFold(a) != scanFold(b) && (generics[a] || generics[b]) {
		return likeness{"plural", pluralFactor}
	}
	return s.likeness(a, b)
}

// wordKey is equal for words that scanners confuse and for singular and plural.
func wordKey(w string) string {
	w = scanFold(w)
	switch {
	case len(w) > 5 && strings.HasSuffix(w, "ies"):
		return w[:len(w)-3] + "y"
	case len(w) > 4 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss"):
		return w[:len(w)-1]
	}
	return w
}

// extraWords compares a name with a longer one: related, if what they share
// is more than words that many organisations bear, but never the same.
func (s *scorer) extraWords(a, b *Name) {
	short, long := a.Words, b.Words
	if len(short) > len(long) {
		short, long = long, short
	}
	at, distinctive := 0, false
	for _, w := range short {
		for at < len(long) && wordKey(long[at]) != wordKey(w) {
			at++
		}
		if at == len(long) {
			s.differ("different", a.Joined, b.Joined)
			return
		}
		distinctive = distinctive || Distinct(w)
		at++
	}
	if !distinctive {
		s.differ("generic-words", strings.Join(short, " "), strings.Join(long, " "))
		return
	}
	s.limit("extra-words", a.Joined, b.Joined, extraMax)
}

// canName reports whether a word can be a proper name: "Regulatory Authority" and
// "Joint Ventures" say what a body is, not which.
func canName(w string) bool { return !kinds[wordKey(w)] }

// Distinct reports whether a word distinguishes one organisation from others.
func Distinct(w string) bool { return !generics[w] && len(w) > 1 && Numeral(w) == "" }

// LikePerson reports whether words are a given name, an initial and a surname:
// Jane A. Roe LLC is not Jane A. Roe.
func LikePerson(words []string) bool {
	return len(words) == 3 && FirstName(words[0]) && Initial(words[1])
}
