package names

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
)

func parsePerson(name string) Name {
	f := Name{Type: dossier.Person}
	segments := f.personSegments(f.takeNickname(name))
	if len(segments) == 0 {
		return plain(f, name)
	}
	// "Roe, Jane A." is given in the order of an index: surname first.
	f.setWords(slices.Concat(append(segments[1:], segments[0])...))
	f.splitPerson()
	f.Odd = f.misshapen(name)
	f.Norm = f.Joined
	for _, more := range []string{f.nick, f.Suffix, f.Gender} {
		if more != "" {
			f.Norm += " " + more
		}
	}
	return f
}

// takeNickname takes what stands in quotes or parentheses out of a name: a
// nickname, if it is one word, or a remark. A name that is all in quotes stays.
func (f *Name) takeNickname(name string) string {
	open := strings.IndexAny(name, "\"“(")
	if open <= 0 {
		return name
	}
	_, size := utf8.DecodeRuneInString(name[open:])
	inner := name[open+size:]
	shut := strings.IndexAny(inner, "\"”)")
	if shut < 0 {
		return name
	}
	_, size = utf8.DecodeRuneInString(inner[shut:])
	outer := name[:open] + " " + inner[shut+size:]
	if words := Tokens(Fold(inner[:shut])); len(words) == 1 && len(Tokens(inner[shut+size:])) > 0 {
		f.nick = words[0]
	}
	return outer
}

// personSegments returns the words of each part between commas, without what
// is not the name itself; suffix and gender are set on the way.
func (f *Name) personSegments(name string) [][]string {
	name = strings.TrimSpace(name)
	name = strings.TrimSuffix(strings.TrimSuffix(name, "'s"), "’s")
	var segments [][]string
	for part := range strings.SplitSeq(name, ",") {
		if len(segments) == 1 && len(segments[0]) > 1 && credential(part, name) {
			continue
		}
		words := Tokens(Fold(part))
		if len(segments) != 1 || len(segments[0]) > 1 || !allInitials(part, words) || f.Titled {
			words = f.trimPerson(words, len(segments) > 0)
		} // else "Roe, J.D." as in an index
		if len(words) > 0 {
			segments = append(segments, words)
		}
	}
	return segments
}

// allInitials reports whether words are single letters with stops: "J.D.".
func allInitials(part string, words []string) bool {
	return len(words) > 0 && strings.Count(part, ".") == len(words) && !slices.ContainsFunc(words, func(w string) bool { return len(w) > 1 })
}

// credential reports whether a part after a comma is a post-nominal, listed or
// not (CFE, F.A.I.A.): a few capitals after a name that is not all capitals.
func credential(part, name string) bool {
	letters := Acronym(part)
	return len(letters) >= 2 && len(letters) <= 6 && strings.ContainsFunc(name, unicode.IsLower) && suffixes[letters] == ""
}

// trimPerson takes titles, suffixes and post-nominals off one part of a name.
func (f *Name) trimPerson(words []string, afterComma bool) []string {
	n := titleLength(words, afterComma)
	f.Titled = f.Titled || n > 0
	for _, w := range words[:n] {
		if g := GenderOf(w); g != "" {
			f.Gender = g
		}
		f.Judge = f.Judge || benchTitles[w]
	}
	words = words[n:]
	for len(words) > 0 {
		last := words[len(words)-1]
		first := len(words) == 1 && !afterComma
		switch suffix := suffixes[last]; {
		case suffix != "" && !first:
			f.Suffix = suffix
			words = words[:len(words)-1]
			continue
		case afterComma && last == "v" && len(words) == 1:
			f.Suffix = "5"
			return nil
		}
		n := postNominal(words, afterComma)
		if n == 0 {
			break
		}
		words = words[:len(words)-n]
	}
	return words
}

// titleLength returns how many of the first words are titles (Chief United
// States District Judge). A name keeps its last word, unless one went before.
func titleLength(words []string, afterComma bool) int {
	n := 0
	for i, w := range words {
		switch {
		case titles[w] && (i+1 < len(words) || afterComma):
			n = i + 1
		case titleParts[w]:
		case w == "u" && i+1 < len(words) && words[i+1] == "s", w == "s" && i > 0 && words[i-1] == "u":
		default:
			return n
		}
	}
	return n
}

// postNominal returns how many of the last words are a post-nominal: "phd",
// or "ph", "d" as "Ph.D." reads once its stops are gone.
func postNominal(words []string, afterComma bool) int {
	for n := 1; n <= 3 && n <= len(words); n++ {
		tail := words[len(words)-n:]
		if n > 1 && slices.ContainsFunc(tail, func(w string) bool { return len(w) > 2 }) {
			return 0
		}
		joined := strings.Join(tail, "")
		if postNominals[joined] && (afterComma || len(words)-n >= 2) || afterComma && commaPostNominals[joined] {
			return n
		}
	}
	return 0
}

// splitPerson finds given name, middle names and surname in words.
func (f *Name) splitPerson() {
	at := len(f.Words) - 1
	for at > 1 && particles[f.Words[at-1]] {
		at--
	}
	if at == 1 && particles[f.Words[0]] {
		at = 0 // "St. Pierre", "Van Buren": a surname alone
	}
	f.Surname = strings.Join(f.Words[at:], " ")
	if at > 0 {
		f.Given = f.Words[0]
		f.Middles = f.Words[1:at]
		f.middle = strings.Join(f.Middles, " ")
	}
}

// misshapen reports whether a full name cannot be one: it says a word twice and
// nothing else ("Halden Halden"), ends in what nobody is called ("Jane Roe
// Coordinator", "Sergei Russian"), or in an acronym (Jane Roe NYC).
func (f *Name) misshapen(name string) bool {
	if f.Given == "" || f.Titled && len(f.Words) == 2 {
		return false
	}
	return f.Joined == f.Given+" "+f.Given || noSurnames[f.Surname] || f.endsInAcronym(name)
}

// endsInAcronym reports whether the last word is two to four capitals that no
// list of names has, and no other word is in capitals.
func (f *Name) endsInAcronym(name string) bool {
	words := strings.Fields(name)
	last := words[len(words)-1]
	return len(words) > 1 && len(last) <= 4 && Acronym(last) == f.Surname && !Known(f.Surname) &&
		strings.ContainsFunc(strings.Join(words[:len(words)-1], ""), unicode.IsLower)
}
