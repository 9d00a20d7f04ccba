package names

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
)

func parsePerson(name string) Name {
	n := Name{Type: dossier.Person}
	segments := n.personSegments(n.takeNickname(name))
	if len(segments) == 0 {
		return plain(n, name)
	}
	// "Roe, Jane A." is given in the order of an index: surname first.
	n.setWords(slices.Concat(append(segments[1:], segments[0])...))
	n.splitPerson()
	n.Odd = n.misshapen(name)
	n.Norm = n.Joined
	for _, more := range []string{n.nick, n.Suffix, n.Gender} {
		if more != "" {
			n.Norm += " " + more
		}
	}
	return n
}

// takeNickname takes what stands in quotes or parentheses out of a name: a
// nickname, if it is one word, or a remark. A name that is all in quotes stays.
func (n *Name) takeNickname(name string) string {
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
		n.nick = words[0]
	}
	return outer
}

// personSegments returns the words of each part between commas, without what
// is not the name itself; suffix and gender are set on the way.
func (n *Name) personSegments(name string) [][]string {
	name = strings.TrimSpace(name)
	name = strings.TrimSuffix(strings.TrimSuffix(name, "'s"), "’s")
	var segments [][]string
	for part := range strings.SplitSeq(name, ",") {
		if len(segments) == 1 && len(segments[0]) > 1 && credential(part, name) {
			continue
		}
		words := Tokens(Fold(part))
		if len(segments) != 1 || len(segments[0]) > 1 || !allInitials(part, words) || n.Titled {
			words = n.trimPerson(words, len(segments) > 0)
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
func (n *Name) trimPerson(words []string, afterComma bool) []string {
	title := titleLength(words, afterComma)
	n.Titled = n.Titled || title > 0
	for _, w := range words[:title] {
		if g := GenderOf(w); g != "" {
			n.Gender = g
		}
		n.Judge = n.Judge || benchTitles[w]
	}
	words = words[title:]
	for len(words) > 0 {
		last := words[len(words)-1]
		first := len(words) == 1 && !afterComma
		switch suffix := suffixes[last]; {
		case suffix != "" && !first:
			n.Suffix = suffix
			words = words[:len(words)-1]
			continue
		case afterComma && last == "v" && len(words) == 1:
			n.Suffix = "5"
			return nil
		}
		size := postNominal(words, afterComma)
		if size == 0 {
			break
		}
		words = words[:len(words)-size]
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
func (n *Name) splitPerson() {
	at := len(n.Words) - 1
	for at > 1 && particles[n.Words[at-1]] {
		at--
	}
	if at == 1 && particles[n.Words[0]] {
		at = 0 // "St. Pierre", "Van Buren": a surname alone
	}
	n.Surname = strings.Join(n.Words[at:], " ")
	if at > 0 {
		n.Given = n.Words[0]
		n.Middles = n.Words[1:at]
		n.middle = strings.Join(n.Middles, " ")
	}
}

// misshapen reports whether a full name cannot be one: it repeats one word ("Halden
// Halden"), or ends in a word that is no surname ("Jane Roe Coordinator", "Sergei
// Russian") or in an acronym (Jane Roe NYC).
func (n *Name) misshapen(name string) bool {
	if n.Given == "" || n.Titled && len(n.Words) == 2 {
		return false
	}
	return n.Joined == n.Given+" "+n.Given || noSurnames[n.Surname] || n.endsInAcronym(name)
}

// endsInAcronym reports whether the last word is two to four capitals that no
// list of names has, and no other word is in capitals.
func (n *Name) endsInAcronym(name string) bool {
	words := strings.Fields(name)
	last := words[len(words)-1]
	return len(words) > 1 && len(last) <= 4 && Acronym(last) == n.Surname && !Known(n.Surname) &&
		strings.ContainsFunc(strings.Join(words[:len(words)-1], ""), unicode.IsLower)
}
