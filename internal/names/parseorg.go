package names

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
)

func parseOrg(name string) Name {
	n := Name{Type: dossier.Org, Letters: Acronym(name)}
	words := withoutPossessive(collapseLetters(Tokens(Fold(name))), name)
	words = shorten(words)
	words = n.trimLegal(words)
	words = orderCounty(expand(words))
	n.Acronyms = acronymsOf(words)
	n.setWords(n.core(words))
	if len(n.Words) == 0 {
		return plain(n, name)
	}
	n.Norm = n.Joined
	name, _ = strings.CutPrefix(n.Joined, "united states ")
	if matter, ok := strings.CutSuffix(name, " department"); ok && AgencyID("department "+matter) != "" {
		name = "department " + matter // "Justice Department"
	}
	n.Agency = AgencyID(name)
	if n.Legal != "" {
		n.Norm += " " + n.Legal
	}
	return n
}

// withoutPossessive takes the 's off a legal form; elsewhere it is a part of
// the name (Macy's).
func withoutPossessive(words []string, name string) []string {
	n := len(words)
	if n < 2 || !strings.HasSuffix(name, "'s") && !strings.HasSuffix(name, "’s") {
		return words
	}
	if words[n-1] == "s" { // Inc.'s
		return words[:n-1]
	}
	if bare := strings.TrimSuffix(words[n-1], "s"); legalForms[bare] != "" {
		return append(words[:n-1:n-1], bare)
	}
	return words
}

// shorten writes a legal form of several words at the end as one.
func shorten(words []string) []string {
	for _, p := range legalPhrases {
		n := len(words) - len(p.parts)
		if n > 0 && slices.Equal(words[n:], p.parts) {
			return append(words[:n:n], p.short)
		}
	}
	return words
}

// acronymLetters returns the letters of a name that is one word of two to
// seven capitals (FBI, F.B.I.), in lower case.
func Acronym(name string) string {
	var letters []rune
	for _, r := range strings.TrimSpace(name) {
		switch {
		case unicode.IsUpper(r):
			letters = append(letters, unicode.ToLower(r))
		case r != '.' && r != '&':
			return ""
		}
	}
	if len(letters) < 2 || len(letters) > 7 {
		return ""
	}
	return string(letters)
}

// collapseLetters joins runs of single letters: u s a → usa.
func collapseLetters(words []string) []string {
	var out []string
	run := 0 // how many words at the end of out are one run
	for _, w := range words {
		switch single := Initial(w) && !isDigit(w); {
		case single && run > 0:
			out[len(out)-1] += w
			run++
		case single:
			out, run = append(out, w), 1
		default:
			out, run = append(out, w), 0
		}
	}
	return out
}

// trimLegal takes the legal form off the end and remembers its class. The
// last form decides: "Co., Ltd." is a limited company.
func (n *Name) trimLegal(words []string) []string {
	for len(words) > 1 {
		last := words[len(words)-1]
		class := legalForms[last]
		if class == "" && (n.Legal == "" || !legalPrefixes[last]) || words[len(words)-2] == "the" {
			break // "Halden and the Company"
		}
		if n.Legal == "" {
			n.Legal = class
		}
		words = words[:len(words)-1]
	}
	return words
}

func expand(words []string) []string {
	if len(words) == 1 && words[0] != "us" && words[0] != "usa" {
		return words
	}
	var out []string
	for _, w := range words {
		if full := expansions[w]; full != "" {
			out = append(out, strings.Fields(full)...)
			continue
		}
		out = append(out, w)
	}
	return out
}

// orderCounty writes "Cook County" as "County of Cook" is written.
func orderCounty(words []string) []string {
	if len(words) > 2 && words[0] == "county" && words[1] == "of" {
		return append(slices.Clone(words[2:]), "county")
	}
	return words
}

// acronymsOf lists what the words may be abbreviated to, with and without the
// fillers and a leading "United States".
func acronymsOf(words []string) []string {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "the" })
	variants := [][]string{words}
	if len(words) > 3 && words[0] == "united" && words[1] == "states" {
		variants = append(variants, words[2:])
	}
	var out []string
	for _, v := range variants {
		var all, capitals strings.Builder
		for _, w := range v {
			r, _ := utf8.DecodeRuneInString(w)
			all.WriteRune(r)
			if !fillers[w] {
				capitals.WriteRune(r)
			}
		}
		out = append(out, all.String(), capitals.String())
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(a string) bool { return len(a) < 2 })
}

// core drops fillers and writes numbers as digits.
func (n *Name) core(words []string) []string {
	var out, numbers []string
	for i, w := range words {
		if fillers[w] || numberSigns[w] && i+1 < len(words) && Numeral(words[i+1]) != "" {
			continue
		}
		number := Numeral(w)
		// A lone letter is a roman numeral only at the end: "Fund V", not "V Fund".
		if number != "" && len(words) > 1 && (!Initial(w) || isDigit(w) || i == len(words)-1) {
			numbers = append(numbers, number)
			w = number
		}
		out = append(out, w)
	}
	n.numbers = strings.Join(numbers, " ")
	if len(out) == 0 {
		return words
	}
	return out
}
