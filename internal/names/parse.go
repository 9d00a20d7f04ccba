package names

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dossier-legal/dossier"
)

// Name is a name taken apart: what [CompareNames] compares and [Norm] writes down.
type Name struct {
	Type dossier.MentionType
	// Key is the type and the norm.
	Key string
	// Norm is what matters of the name: two names with one norm are the same.
	Norm string
	// Words are the words of the name in natural order, folded, without titles,
	// suffix and legal form. Joined is them with spaces between.
	Words  []string
	Joined string

	// Of a person:

	Given, Surname string
	Middles        []string
	Suffix         string // the generation: "jr", "sr", "2" and so on
	Gender         string // "mr", "ms" or ""
	Titled         bool   // a title stands before it
	Odd            bool   // it is not made as names are

	// Of an organisation:

	Legal    string   // class of the legal form
	Acronyms []string // what it may be abbreviated to
	Letters  string   // set if the name is itself an acronym
	Agency   string   // the agency of the United States that it names

	// What a document says of the bearer. Package resolve sets it.

	Judge   bool
	Bars    []string // the norms of bar numbers
	Sides   []int    // captions, by number; negative after the "v."
	Against []string // the surnames of the people on the other side

	run     string // Words without spaces
	middle  string // Middles with spaces
	nick    string // as in Robert "Bob" Roe
	numbers string // of an organisation: the numbers in the name, in order
	aliases []alias
	sketch  sketch
	hashed  []hashedKey // once asked for
}

// Parse takes a name apart: the name itself, without the capacity in which its
// bearer acts, and the other names that it is said to have.
func Parse(name string, t dossier.MentionType) *Name {
	n := Name{Type: t}
	if t == dossier.Person || t == dossier.Org {
		n = parseNames(name, t)
	} else {
		n = plain(n, name)
	}
	n.Key = Key(t, n.Norm)
	n.Norm = n.Key[len(n.Key)-len(n.Norm):]
	return &n
}

func parseNames(name string, t dossier.MentionType) Name {
	name, others := splitAliases(withoutCapacity(name, t))
	n := parseOne(name, t)
	for _, o := range others {
		known := parseOne(o.text, t)
		if known.Norm == "" {
			continue
		}
		n.aliases = append(n.aliases, alias{known, o.trade})
		n.sketch.open = true
		n.Norm += " aka " + known.Norm
	}
	return n
}

func parseOne(name string, t dossier.MentionType) (n Name) {
	if t == dossier.Person {
		n = parsePerson(name)
	} else {
		n = parseOrg(name)
	}
	n.sketch = sketchOf(&n)
	return n
}

// plain is a name that cannot be parsed: its words are those of the text.
func plain(n Name, name string) Name {
	n.setWords(strings.Fields(strings.ToLower(name)))
	n.Norm, n.Surname = n.Joined, n.Joined
	return n
}

func (n *Name) setWords(words []string) {
	n.Words, n.Joined, n.run = words, strings.Join(words, " "), strings.Join(words, "")
}

// Partial reports whether the form is only a part of a name: a single word, or
// an initial and a surname, or the end of a longer name ("Technologies Inc."),
// or what a side of a deal or a case is called ("Committee of Creditors"), or
// every state has ("Ministry of Foreign Affairs"). An acronym of three letters or
// more is what an agency is called, and no part.
func (n *Name) Partial() bool {
	if n.Type == dossier.Person {
		return n.Given == "" || Initial(n.Given)
	}
	if len(n.Words) == 1 {
		return n.Legal == "" && len(n.Letters) < 3 || generics[n.Words[0]]
	}
	if n.Legal == "" && n.Agency == "" && !slices.ContainsFunc(n.Words, func(w string) bool { return !everywhere[w] }) {
		return true
	}
	return slices.ContainsFunc(n.Words, func(w string) bool { return sidesOfDeals[wordKey(w)] }) && !slices.ContainsFunc(n.Words, canName)
}

// letterFolds spells out letters that Unicode does not decompose.
var letterFolds = strings.NewReplacer("ß", "ss", "ø", "o", "ł", "l", "æ", "ae", "œ", "oe", "đ", "d", "ð", "d", "þ", "th", "ı", "i")

// Fold lowers case and takes accents off.
func Fold(s string) string {
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

// Tokens returns the words of folded text. Apostrophes join (Dep't, O'Brien),
// all else that is no letter or digit separates.
func Tokens(s string) []string {
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

// Initial reports whether a given or middle name is one letter.
func Initial(word string) bool {
	return len(word) == 1 || len(word) <= utf8.UTFMax && utf8.RuneCountInString(word) == 1
}

func isDigit(word string) bool { return word[0] >= '0' && word[0] <= '9' }

// Numeral returns the number a word stands for, in digits, or "".
func Numeral(w string) string {
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
