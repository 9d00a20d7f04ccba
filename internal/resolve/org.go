package resolve

import (
	"slices"
	"strings"
)

// orgs compares two names of organisations.
func (s *scorer) orgs(a, b *form) {
	if a.numbers != "" && b.numbers != "" && a.numbers != b.numbers {
		s.veto("number-conflict", a.numbers, b.numbers)
		return
	}
	s.orgWords(a, b)
	if s.score < reviewAt {
		return
	}
	switch {
	case !slices.ContainsFunc(a.words, names) && !slices.ContainsFunc(b.words, names):
		s.limit("generic-words", a.norm, b.norm, capped)
	case a.numbers != b.numbers:
		s.limit("number-missing", a.numbers, b.numbers, 0.7)
	case a.legal == b.legal:
	case a.legal != "" && b.legal != "":
		s.forbid("form-conflict", a.legal, b.legal) // two kinds of legal person
	case min(len(a.words), len(b.words)) == 1, likePerson(a.words):
		s.limit("form-missing", a.legal, b.legal, capped) // a partial name, or a person
	default:
		s.add("form-missing", a.legal, b.legal, 0.97)
	}
}

// orgWords scores the words of two names.
func (s *scorer) orgWords(a, b *form) {
	left, right := a.joined, b.joined
	switch {
	case left == right:
		s.add("exact", left, right, 1)
	case a.run == b.run:
		s.add("spacing", left, right, 0.95)
	case s.hurried && len(a.words) != len(b.words):
		s.score = 0 // alike at most
	case a.letters != "" && slices.Contains(b.acronyms, a.letters),
		b.letters != "" && slices.Contains(a.acronyms, b.letters):
		s.limit("acronym", left, right, 0.75)
	case len(a.words) == len(b.words):
		s.alignOrgs(a, b)
	default:
		s.extraWords(a, b)
	}
}

// alignOrgs compares names of equally many words, word by word.
func (s *scorer) alignOrgs(a, b *form) {
	before := len(s.reasons)
	weight, anchored, edits := 1.0, false, 0
	for i, w := range a.words {
		l := orgLikeness(w, b.words[i])
		switch {
		case l.weight < 0:
			s.reasons = s.reasons[:before]
			s.veto(l.code, w, b.words[i])
			return
		case l.code == "":
			s.reasons = s.reasons[:before]
			s.misaligned(a, b)
			return
		case l.code == "exact" && distinct(w):
			anchored = true
		case l.code == "edit":
			edits++
		}
		weight *= l.weight
		s.note(l.code, w, b.words[i], l.weight)
	}
	s.score *= weight
	if edits > 1 || edits == 1 && !anchored {
		s.score = min(s.score, capped) // the words that tell it from others are in doubt
	}
}

// misaligned ends the comparison of names with different words.
func (s *scorer) misaligned(a, b *form) {
	left, right := a.joined, b.joined
	if sameWords(a.words, b.words) {
		s.limit("order", left, right, 0.75)
		return
	}
	s.differ("different", left, right)
}

// orgLikeness compares two words; a plural is a small difference.
func orgLikeness(a, b string) likeness {
	if a != b && wordKey(a) == wordKey(b) && scanFold(a) != scanFold(b) && (generics[a] || generics[b]) {
		return likeness{"plural", 0.93}
	}
	return alike(a, b)
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
func (s *scorer) extraWords(a, b *form) {
	short, long := a.words, b.words
	if len(short) > len(long) {
		short, long = long, short
	}
	at, distinctive := 0, false
	for _, w := range short {
		for at < len(long) && wordKey(long[at]) != wordKey(w) {
			at++
		}
		if at == len(long) {
			s.differ("different", a.joined, b.joined)
			return
		}
		distinctive = distinctive || distinct(w)
		at++
	}
	if !distinctive {
		s.differ("generic-words", strings.Join(short, " "), strings.Join(long, " "))
		return
	}
	s.limit("extra-words", a.joined, b.joined, 0.7)
}

// names reports whether a word can be a proper name: "Regulatory Authority" and
// "Joint Ventures" say what a body is, not which.
func names(w string) bool { return !kinds[wordKey(w)] }

// distinct reports whether a word tells one organisation from another.
func distinct(w string) bool { return !generics[w] && len(w) > 1 && numeral(w) == "" }

// likePerson reports whether words are a given name, an initial and a surname:
// Jane A. Roe LLC is not Jane A. Roe.
func likePerson(words []string) bool {
	return len(words) == 3 && firstName(words[0]) && initial(words[1])
}
