package resolve

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/names"
)

// leadingWords finds for each short form of an organisation the longer names
// it begins and may stand for; see [cutTo].
func (r *resolver) leadingWords() map[int][]int {
	short := map[string]int{} // words of forms without a legal form
	for i, f := range r.forms {
		if f.Legal == "" && slices.ContainsFunc(f.Words, names.Distinct) {
			short[f.Joined] = i
		}
	}
	if len(short) == 0 {
		return nil
	}
	out := map[int][]int{}
	for i := range r.forms {
		r.addBeginnings(out, short, i)
	}
	for at, candidates := range out {
		out[at] = ifAny(candidates, func(i int) bool { return r.standsFor(at, i) })
	}
	return out
}

// addBeginnings adds a form to the candidates of the short forms that begin it.
func (r *resolver) addBeginnings(out map[int][]int, short map[string]int, i int) {
	f, end := r.forms[i], 0
	for n := 1; n < len(f.Words); n++ {
		end += len(f.Words[n-1])
		at, ok := short[f.Joined[:end]]
		if ok && at != i && (f.Legal != "" || cutTo(f, n, r.forms[at].Letters != "") && !r.cutShort(i)) {
			out[at] = append(out[at], i)
		}
		end++ // the space
	}
	if at, ok := short[f.Joined]; ok && at != i && !r.severalAt(at) && !names.LikePerson(f.Words) {
		out[at] = append(out[at], i) // the same words with a legal form
	}
}

// cutTo reports whether the first n words of an organisation may stand for it.
// Of a name with a legal form, one word may; more may if what follows is a place
// or a person rather than a line of business: "Ford Motor" is not Ford Motor
// Credit. A name of a place may only if just a line of business follows: Alton
// Coal Company, but not the Alton Jaguars, LLC, and not Alton County. Of a name
// without a legal form, one word that is no acronym may, if the name ends in
// what a body is called (Halden Bank) and not what a part of one is (Senate
// Committee): "Halden Unveils Plan" and "FBI Field Offices" are no names. There
// a given name may only if nothing else follows: "Michael United States
// Secretary of State" is none.
func cutTo(f *names.Name, n int, acronym bool) bool {
	rest := f.Words[n:]
	last := rest[len(rest)-1]
	first := gazetteer.Words()[f.Words[0]]
	place := first&(gazetteer.PlaceName|gazetteer.FirstName) == gazetteer.PlaceName
	switch {
	case f.Legal == "" && (n > 1 || acronym || place || governments[last] || legalForms[last] != ""):
		return false
	case f.Legal == "" && first&gazetteer.FirstName != 0 && slices.ContainsFunc(rest, names.Distinct):
		return false
	case f.Legal == "":
		return generics[last] && !parts[last]
	case n > 1:
		return !slices.ContainsFunc(rest, func(w string) bool { return generics[w] })
	}
	return !place || !slices.ContainsFunc(rest, func(w string) bool { return !generics[w] })
}

// What the text says of a short name of an organisation: whether it is used for
// something else, and whether the longer name is complete.

// standsFor reports whether a short name, by itself, may stand for a name that
// begins with it.
func (r *resolver) standsFor(short, name int) bool {
	f, n := r.forms[name], len(r.forms[short].Words)
	return (n == len(f.Words) || cutTo(f, n, r.forms[short].Letters != "")) && !r.cutShort(name) && !r.regional(short, name) && !r.definedElsewhere(short, name) &&
		!r.everyMention(short, r.isOther) && !r.anyMention(short, func(m dossier.Mention) bool { return r.isPlace(m) || r.otherwise(m, name) })
}

// definedElsewhere reports whether the text defines a short name at some place
// (`Halden-Shaw, LLC (the "HAL")`) and never after the name, so that it stands for
// something else, found or not.
func (r *resolver) definedElsewhere(short, name int) bool {
	defined := r.definitions()[r.forms[short].Norm]
	return len(defined) > 0 && !r.anyMention(name, func(m dossier.Mention) bool {
		return slices.ContainsFunc(defined, func(at int) bool { return m.End <= at && at-m.End < 4*definitionReach })
	})
}

// definedAfter returns the candidate that stands last before the first place where
// the text defines a short name, and whether it defines it at all. The candidate
// is -1 if none does, if it is only what another is a part of ("a division of
// Halden Inc."), or if the name is that of several.
func (r *resolver) definedAfter(short int, candidates []int) (nearest int, defined bool) {
	places := r.definitions()[r.forms[short].Norm]
	if len(places) == 0 || forSeveral(r.text[places[0]:]) {
		return -1, len(places) > 0
	}
	nearest, end := -1, places[0]-2*definitionReach
	for _, c := range candidates {
		for _, at := range r.groups[c] {
			m := r.mentions[at]
			if m.End > places[0] || m.End <= end {
				continue
			}
			nearest, end = c, m.End
			if r.wordBefore(m) == "of" {
				nearest = -1
			}
		}
	}
	return nearest, true
}

// definitions finds where parentheses hold a term in quotes, by its norm.
func (r *resolver) definitions() map[string][]int {
	if r.defined == nil {
		r.defined = map[string][]int{}
		for at := range len(r.text) {
			if r.text[at] != '(' {
				continue
			}
			inner, _, closed := strings.Cut(r.text[at+1:min(len(r.text), at+definitionReach)], ")")
			if !closed {
				continue
			}
			for _, term := range quoted(inner) {
				norm := names.Norm(term, r.typ)
				r.defined[norm] = append(r.defined[norm], at)
			}
		}
	}
	return r.defined
}

// regional reports whether a name says which part of what the short one may be
// all of: Halden need not be Halden North America Inc.
func (r *resolver) regional(short, name int) bool {
	words := r.forms[name].Words
	return len(r.forms[short].Words) == 1 && len(words) > 1 && regions[words[1]]
}

// cutShort reports whether a name is a piece of a longer one wherever it stands:
// "Poe & Roe, P.C." found as Roe, P.C., "Model PC-12" found as a corporation, or
// "Halden Group Chat" as a group.
func (r *resolver) cutShort(i int) bool {
	return r.everyMention(i, func(m dossier.Mention) bool {
		if m.End >= len(r.text) {
			return false
		}
		if before := r.wordBefore(m); before == "&" || before == "&amp;" || r.held(m) {
			return true
		}
		if after, _ := utf8.DecodeRuneInString(r.text[m.End:]); strings.ContainsRune("-–/", after) {
			return true
		}
		next, _ := utf8.DecodeRuneInString(r.wordAfter(m))
		return r.forms[i].Legal == "" && r.text[m.End] == ' ' && unicode.IsUpper(next)
	})
}

// held reports whether a preposition with a capital ties a mention to a word
// before it, as in names: "Residents Against Halden Ltd." found as Halden Ltd.
func (r *resolver) held(m dossier.Mention) bool {
	before := r.wordBefore(m)
	if lower := lex.LowerASCII(before); lower == before || !governors[lower] {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(r.text[:m.Start-len(before)-1], " \n"))
	return unicode.IsLetter(last)
}

// pieceAt reports whether a name is not that of one body by itself: several, a
// part, or the end of another's name.
func (r *resolver) pieceAt(i int) bool { return r.severalAt(i) || r.everyMention(i, r.held) }

// severalAt reports whether what bears the name is several or a part: "the Halden
// Companies", "Halden – Northern Chapter".
func (r *resolver) severalAt(i int) bool {
	return r.forms[i].Legal == "" && r.everyMention(i, func(m dossier.Mention) bool {
		return groupWords[strings.ToLower(strings.TrimRight(r.wordAfter(m), ".,;"))] || m.End < len(r.text) && strings.HasPrefix(r.text[m.End:], " - ")
	})
}

// isPlace reports whether a word is used as the name of a place: "in Halden,
// Oregon", "Halden Boulevard".
func (r *resolver) isPlace(m dossier.Mention) bool {
	next, _ := utf8.DecodeRuneInString(r.afterComma(m))
	return unicode.IsUpper(next) && strings.EqualFold(r.wordBefore(m), "in") || streetWords[strings.ToLower(strings.TrimRight(r.wordAfter(m), ".,;"))]
}

// isOther reports whether a word is used as the name of a product
// ("2008 Halden") or as a surname ("Halden, James").
func (r *resolver) isOther(m dossier.Mention) bool {
	before := r.wordBefore(m)
	if len(before) == 4 && (strings.HasPrefix(before, "19") || strings.HasPrefix(before, "20")) && names.Numeral(before) != "" {
		return true
	}
	after := r.afterComma(m)
	end := strings.IndexFunc(after, func(c rune) bool { return !unicode.IsLetter(c) })
	return end > 0 && names.Known(names.Fold(m.Text)) && names.FirstName(names.Fold(after[:end]))
}

// otherwise reports whether parentheses hold a word where the name does not go
// before it: "District of Illinois (Halden)".
func (r *resolver) otherwise(m dossier.Mention, name int) bool {
	if !r.bracketed(m) {
		return false
	}
	at, _ := slices.BinarySearchFunc(r.order, m.Start, func(i, start int) int { return cmp.Compare(r.mentions[i].Start, start) })
	for _, i := range slices.Backward(r.order[:at]) {
		gap := m.Start - r.mentions[i].End
		if gap > len(`, (`) {
			break
		}
		if gap >= 0 && r.formOf[i] == name {
			return false
		}
	}
	return true
}
