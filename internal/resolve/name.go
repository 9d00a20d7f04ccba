package resolve

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dossier-legal/dossier"
)

// form is a name taken apart: what Compare compares and Norm writes down.
type form struct {
	typ dossier.MentionType
	// key is the type and the norm; the norm is a part of it.
	key string
	// norm is the whole of the name that matters; equal norms are one name.
	norm   string
	sketch sketch
	hashed []hashedKey // once asked for
	// words are the words of the name in natural order, folded, without
	// titles, suffix and legal form; joined is them with spaces, run without.
	words       []string
	joined, run string
	// aliases are the other names that the text says the bearer has.
	aliases []alias

	// Of a person:
	given, surname string
	middles        []string
	middle         string // the middle names with spaces
	suffix         string
	gender         string // "mr", "ms" or ""
	nick           string // as in Robert "Bob" Roe
	titled         bool   // a title stands before it
	odd            bool   // it is not made as names are

	// Of an organisation:
	legal    string   // class of the legal form
	numbers  string   // the numbers in the name, in order
	acronyms []string // what it may be abbreviated to
	letters  string   // set if the name is itself an acronym
	agency   string   // which agency of the United States it is

	// What a document says of the bearer; see registers.
	judge bool
	bars  []string // the norms of bar numbers
	sides []int    // captions, by number; negative after the "v."
	// against holds the surnames of the people on the other side.
	against []string
}

// parse takes a name apart: the name itself, without the capacity in which its
// bearer acts, and the other names that it is said to have.
func parse(name string, t dossier.MentionType) *form {
	f := form{typ: t}
	if t == dossier.Person || t == dossier.Org {
		f = parseNames(name, t)
	} else {
		f = plain(f, name)
	}
	f.key = key(t, f.norm)
	f.norm = f.key[len(f.key)-len(f.norm):]
	return &f
}

func parseNames(name string, t dossier.MentionType) form {
	name, others := splitAliases(withoutCapacity(name, t))
	f := parseOne(name, t)
	for _, o := range others {
		known := parseOne(o.text, t)
		if known.norm == "" {
			continue
		}
		f.aliases = append(f.aliases, alias{known, o.trade})
		f.sketch.open = true
		f.norm += " aka " + known.norm
	}
	return f
}

func parseOne(name string, t dossier.MentionType) (f form) {
	if t == dossier.Person {
		f = parsePerson(name)
	} else {
		f = parseOrg(name)
	}
	f.sketch = sketchOf(&f)
	return f
}

// plain is a name of which nothing but the given text is known.
func plain(f form, name string) form {
	f.setWords(strings.Fields(strings.ToLower(name)))
	f.norm, f.surname = f.joined, f.joined
	return f
}

func (f *form) setWords(words []string) {
	f.words, f.joined, f.run = words, strings.Join(words, " "), strings.Join(words, "")
}

// letterFolds spells out letters that Unicode does not decompose.
var letterFolds = strings.NewReplacer("ß", "ss", "ø", "o", "ł", "l", "æ", "ae", "œ", "oe", "đ", "d", "ð", "d", "þ", "th", "ı", "i")

// fold lowers case and takes accents off.
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return letterFolds.Replace(b.String())
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// tokens returns the words of folded text. Apostrophes join (Dep't, O'Brien),
// all else that is no letter or digit separates.
func tokens(s string) []string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\'', '’', '`', '‘', 'ʼ':
			return -1
		}
		return r
	}, s)
	s = strings.ReplaceAll(s, "&", " and ")
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func parsePerson(name string) form {
	f := form{typ: dossier.Person}
	segments := f.personSegments(f.takeNickname(name))
	if len(segments) == 0 {
		return plain(f, name)
	}
	// "Roe, Jane A." is given in the order of an index: surname first.
	f.setWords(slices.Concat(append(segments[1:], segments[0])...))
	f.splitPerson()
	f.odd = f.misshapen(name)
	f.norm = f.joined
	for _, more := range []string{f.nick, f.suffix, f.gender} {
		if more != "" {
			f.norm += " " + more
		}
	}
	return f
}

// takeNickname takes what stands in quotes or parentheses out of a name: a
// nickname, if it is one word, or a remark. A name that is all in quotes stays.
func (f *form) takeNickname(name string) string {
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
	if words := tokens(fold(inner[:shut])); len(words) == 1 && len(tokens(inner[shut+size:])) > 0 {
		f.nick = words[0]
	}
	return outer
}

// personSegments returns the words of each part between commas, without what
// is not the name itself; suffix and gender are set on the way.
func (f *form) personSegments(name string) [][]string {
	name = strings.TrimSpace(name)
	name = strings.TrimSuffix(strings.TrimSuffix(name, "'s"), "’s")
	var segments [][]string
	for part := range strings.SplitSeq(name, ",") {
		if len(segments) == 1 && len(segments[0]) > 1 && credential(part, name) {
			continue
		}
		words := tokens(fold(part))
		if len(segments) != 1 || len(segments[0]) > 1 || !allInitials(part, words) || f.titled {
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
	letters := acronymLetters(part)
	return len(letters) >= 2 && len(letters) <= 6 && strings.ContainsFunc(name, unicode.IsLower) && suffixes[letters] == ""
}

// trimPerson takes titles, suffixes and post-nominals off one part of a name.
func (f *form) trimPerson(words []string, afterComma bool) []string {
	n := titleLength(words, afterComma)
	f.titled = f.titled || n > 0
	for _, w := range words[:n] {
		if g := genderOf(w); g != "" {
			f.gender = g
		}
		f.judge = f.judge || benchTitles[w]
	}
	words = words[n:]
	for len(words) > 0 {
		last := words[len(words)-1]
		first := len(words) == 1 && !afterComma
		switch suffix := suffixes[last]; {
		case suffix != "" && !first:
			f.suffix = suffix
			words = words[:len(words)-1]
			continue
		case afterComma && last == "v" && len(words) == 1:
			f.suffix = "5"
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
func (f *form) splitPerson() {
	at := len(f.words) - 1
	for at > 1 && particles[f.words[at-1]] {
		at--
	}
	if at == 1 && particles[f.words[0]] {
		at = 0 // "St. Pierre", "Van Buren": a surname alone
	}
	f.surname = strings.Join(f.words[at:], " ")
	if at > 0 {
		f.given = f.words[0]
		f.middles = f.words[1:at]
		f.middle = strings.Join(f.middles, " ")
	}
}

// misshapen reports whether a full name cannot be one: it says a word twice and
// nothing else ("Halden Halden"), ends in what nobody is called ("Jane Roe
// Coordinator", "Sergei Russian"), or in an acronym (Jane Roe NYC).
func (f *form) misshapen(name string) bool {
	if f.given == "" || f.titled && len(f.words) == 2 {
		return false
	}
	return f.joined == f.given+" "+f.given || noSurnames[f.surname] || f.endsInAcronym(name)
}

// endsInAcronym reports whether the last word is two to four capitals that no
// list of names has, and no other word is in capitals.
func (f *form) endsInAcronym(name string) bool {
	words := strings.Fields(name)
	last := words[len(words)-1]
	return len(words) > 1 && len(last) <= 4 && acronymLetters(last) == f.surname && !known(f.surname) &&
		strings.ContainsFunc(strings.Join(words[:len(words)-1], ""), unicode.IsLower)
}

// initial reports whether a given or middle name is one letter.
func initial(word string) bool {
	return len(word) == 1 || len(word) <= utf8.UTFMax && utf8.RuneCountInString(word) == 1
}

func isDigit(word string) bool { return word[0] >= '0' && word[0] <= '9' }

func parseOrg(name string) form {
	f := form{typ: dossier.Org, letters: acronymLetters(name)}
	words := withoutPossessive(collapseLetters(tokens(fold(name))), name)
	words = shorten(words)
	words = f.trimLegal(words)
	words = orderCounty(expand(words))
	f.acronyms = acronymsOf(words)
	f.setWords(f.core(words))
	if len(f.words) == 0 {
		return plain(f, name)
	}
	f.norm = f.joined
	name, _ = strings.CutPrefix(f.joined, "united states ")
	if matter, ok := strings.CutSuffix(name, " department"); ok && agencyIDs["department "+matter] != "" {
		name = "department " + matter // "Justice Department"
	}
	f.agency = agencyIDs[name]
	if f.legal != "" {
		f.norm += " " + f.legal
	}
	return f
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
		n := len(words) - len(p.words)
		if n > 0 && slices.Equal(words[n:], p.words) {
			return append(words[:n:n], p.short)
		}
	}
	return words
}

// acronymLetters returns the letters of a name that is one word of two to
// seven capitals (FBI, F.B.I.), in lower case.
func acronymLetters(name string) string {
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
		switch single := initial(w) && !isDigit(w); {
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
func (f *form) trimLegal(words []string) []string {
	for len(words) > 1 {
		last := words[len(words)-1]
		class := legalForms[last]
		if class == "" && (f.legal == "" || !legalPrefixes[last]) || words[len(words)-2] == "the" {
			break // "Halden and the Company"
		}
		if f.legal == "" {
			f.legal = class
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
func (f *form) core(words []string) []string {
	var out, numbers []string
	for i, w := range words {
		if fillers[w] || numberSigns[w] && i+1 < len(words) && numeral(words[i+1]) != "" {
			continue
		}
		n := numeral(w)
		// A lone letter is a roman numeral only at the end: "Fund V", not "V Fund".
		if n != "" && len(words) > 1 && (!initial(w) || isDigit(w) || i == len(words)-1) {
			numbers = append(numbers, n)
			w = n
		}
		out = append(out, w)
	}
	f.numbers = strings.Join(numbers, " ")
	if len(out) == 0 {
		return words
	}
	return out
}

// numeral returns the number a word stands for, in digits, or "".
func numeral(w string) string {
	if n := numerals[w]; n != "" {
		return n
	}
	digits := strings.TrimRight(w, "abcdefghijklmnopqrstuvwxyz")
	tail := w[len(digits):]
	if digits == "" || strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return ""
	}
	switch tail {
	case "", "st", "nd", "rd", "th", "d":
		if n := strings.TrimLeft(digits, "0"); n != "" {
			return n
		}
		return "0"
	}
	return ""
}
