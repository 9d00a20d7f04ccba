package resolve

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
)

// The stage that finds mentions errs: "Jane Roe NYC", "Angry Voters", the "Wall" of
// Wall Street. What follows judges how certain it is that a mention is a name. A
// mention that is none must not join others: it stands for itself, and for mentions
// with the same norm.

const (
	// recalled is the method of mentions that were found for no other reason
	// than that the document has a longer name with the same words.
	recalled = "tagger:document"
	// sureScore is the score from which on a finder is sure of a full name, and
	// ownScore that from which on it knows a single word by itself.
	sureScore = 0.9
	ownScore  = 0.8
)

// proper reports whether a person's name given in full looks like one: it has a
// word that people bear as given name, a title, or the finder is sure of it. A
// first word that is the surname of someone else is no given name: "Roe
// Confirms".
func (r *resolver) proper(i int) bool {
	f := r.forms[i]
	switch {
	case f.Odd:
		return false
	case names.Initial(f.Given):
		return r.anyMention(i, func(m dossier.Mention) bool { return m.Score == 0 || stopped(m.Text, f.Given) })
	case names.Known(f.Given), names.FirstName(f.Surname), r.anyMention(i, r.titledAt):
		return true
	case r.namesSurname(f.Given):
		return false
	}
	return r.anyMention(i, func(m dossier.Mention) bool { return m.Score == 0 || m.Score >= sureScore })
}

// namesSurname reports whether the document has a full name with the surname.
func (r *resolver) namesSurname(surname string) bool {
	for i := range r.forms {
		if r.forms[i].Given != "" && r.forms[i].Surname == surname {
			return true
		}
	}
	return false
}

// twoSurnames reports whether a full name is that of two people whose names ran
// into each other: its first word is no first name, and by itself and in another
// full name it is a surname.
func (r *resolver) twoSurnames(i int) bool {
	f := r.forms[i]
	if len(f.Middles) > 0 || f.Titled || names.FirstName(f.Given) || f.Given == f.Surname {
		return false
	}
	alone, ok := r.byNorm[f.Given]
	return ok && len(r.groups[alone]) > 1 && r.namesSurname(f.Given)
}

// stopped reports whether a name has an initial with its stop: "A. Roe" and
// "Roe, A.B.", not "A Report".
func stopped(name, initial string) bool {
	return slices.ContainsFunc(strings.Fields(name), func(w string) bool { return strings.HasPrefix(names.Fold(w), initial+".") })
}

// properSurname reports whether a single word may be the surname of the name c
// by what is known of the two. A title proves it. An acronym is none. A word
// that was found for itself may be that of a name that the finder is not sure
// of. One that was found for the sake of the longer name alone needs one whose
// words people bear, and must not stand inside of something else ("Wall
// Street").
func (r *resolver) properSurname(i, c int) bool {
	f := r.forms[c]
	switch word := r.forms[i].Surname; {
	case f.Odd, titles[word] || noSurnames[word]:
		return false
	case r.ranksBefore(i, c), r.farBefore(i, c):
		return false
	case r.forms[i].Titled, r.anyMention(i, r.titledAt):
		return true
	case r.acronym(i) && !r.inCapitals(c):
		return false
	case r.anyMention(i, r.foundByItself):
		return r.proper(c) || len(f.Middles) == 0 && !names.Initial(f.Given) && !r.namesSurname(f.Given)
	case !r.proper(c), r.everyMention(i, func(m dossier.Mention) bool { return r.inside(m, f.Given) }):
		return false
	case names.Initial(f.Given):
		return r.anyMention(c, func(m dossier.Mention) bool { return m.Score >= sureScore || strings.Contains(m.Text, ",") })
	}
	return names.Known(f.Given) || names.FirstName(f.Surname) || !slices.ContainsFunc(f.Middles, writtenOut) && !r.anyMention(c, innerCapital)
}

// ranksBefore reports whether a surname comes with a rank or an office before
// the first mention of the name c, which has none anywhere: the Jane Roe who is greeted
// after Commander Roe has spoken is another.
func (r *resolver) ranksBefore(i, c int) bool {
	first := r.mentions[r.groups[i][0]]
	title := r.titleBefore(first)
	return r.titledAt(first) && names.GenderOf(title) == "" && title != "dr" && first.Start < r.mentions[r.groups[c][0]].Start &&
		!r.forms[c].Titled && !r.isJudge(c) && !r.anyMention(c, r.titledAt)
}

const (
	far  = 100_000 // bytes of a long report, some forty pages
	once = 2       // mentions of someone who is named in passing
)

// farBefore reports whether a surname is named in passing long before the name c is:
// in a long report the Roe of an exhibit need not be the Jane Roe of a later part.
func (r *resolver) farBefore(i, c int) bool {
	return len(r.groups[i]) <= once && r.mentions[r.groups[c][0]].Start-r.mentions[r.groups[i][0]].Start > far
}

func writtenOut(name string) bool { return !names.Initial(name) }

// innerCapital reports whether a word of a mention goes on with a capital after
// small letters, as those of brands do.
func innerCapital(m dossier.Mention) bool {
	previous := ' '
	for _, c := range m.Text {
		if unicode.IsUpper(c) && unicode.IsLower(previous) {
			return true
		}
		previous = c
	}
	return false
}

// foundByItself reports whether a mention was found for what it is.
func (r *resolver) foundByItself(m dossier.Mention) bool {
	return m.Score == 0 || m.Score >= ownScore && m.Method != recalled
}

// acronym reports whether a single word is two to four capitals that no list of
// names has.
func (r *resolver) acronym(i int) bool {
	word := r.forms[i].Surname
	return len(word) <= 4 && !names.Known(word) && r.everyMention(i, func(m dossier.Mention) bool { return names.Acronym(m.Text) != "" })
}

// inCapitals reports whether a form is written in capitals throughout.
func (r *resolver) inCapitals(i int) bool {
	return r.everyMention(i, func(m dossier.Mention) bool { return !strings.ContainsFunc(m.Text, unicode.IsLower) })
}

// inside reports whether a mention is a part of something longer: an article
// stands right before a word that is no known name, or a capital that is
// neither a title nor the given name and ends no sentence, or it names a street.
// What sues is a party.
func (r *resolver) inside(m dossier.Mention, given string) bool {
	before := r.wordBefore(m)
	if names.Fold(before) == given || r.wordAfter(m) == "v." {
		return false
	}
	if strings.EqualFold(before, "the") {
		return !names.Known(names.Fold(m.Text))
	}
	first, _ := utf8.DecodeRuneInString(before)
	if unicode.IsUpper(first) && !strings.ContainsRune(".,;:)", rune(before[len(before)-1])) && !r.titledAt(m) {
		return true
	}
	return streetWords[strings.ToLower(strings.TrimRight(r.wordAfter(m), ".,;"))]
}

// onBench reports whether a judge is named: "Roe, J.", "Roe J", "Judge Roe".
func (r *resolver) onBench(m dossier.Mention) bool {
	if before := strings.ToLower(r.wordBefore(m)); before == "judge" || before == "justice" || r.wordAfter(m) == "J" {
		return true
	}
	if m.Start > 0 && m.End < len(r.text) && r.text[m.Start-1] == '(' {
		return false // "(Roe, J.)" has filed the document
	}
	after := r.afterComma(m)
	return slices.ContainsFunc([]string{"J.", "JJ.", "C.J.", "C. J.", "P.J."}, func(s string) bool { return strings.HasPrefix(after, s) })
}

const (
	manyCases = 8    // parties that sue in a text that cites the cases of others
	captioned = 4000 // bytes at the head of a document, where its own caption is
)

// onlyCited reports whether a surname stands in nothing but captions, or in
// brackets as a short one, and the candidate is a party to none: in a text that
// cites many cases, the Roe of "Poe v. Roe" is not the Richard Roe who teaches
// it.
func (r *resolver) onlyCited(i, c int) bool {
	return len(r.forms[c].Sides) == 0 && r.everyMention(i, func(m dossier.Mention) bool {
		return m.Start > captioned && (r.wordBefore(m) == "v." || r.wordAfter(m) == "v." || r.bracketed(m))
	})
}

// suitors counts the distinct words before a "v.".
func suitors(text string) int {
	words := map[string]bool{}
	for {
		before, after, ok := strings.Cut(text, " v. ")
		if !ok {
			return len(words)
		}
		words[before[strings.LastIndexByte(before, ' ')+1:]] = true
		text = after
	}
}

// nickReach is how far from a nickname in parentheses its surname may stand.
const nickReach = 40

// calledByGiven keeps those candidates for a given name that it may stand for:
// none if it goes by a title ("Lord Keith"), those with the surname before it
// ("Roe, Jane"), and of a nickname in parentheses those whose surname is beside
// it ("Roe, Robert (Bob)").
func (r *resolver) calledByGiven(i int, candidates []int) []int {
	if r.everyMention(i, r.titledAt) {
		return nil
	}
	return ifAny(candidates, func(c int) bool {
		surname := r.forms[c].Surname
		return r.anyMention(i, func(m dossier.Mention) bool {
			before := r.surnameBefore(m)
			return (before == "" || before == surname) && (!r.bracketed(m) || r.near(m, surname))
		})
	})
}

// near reports whether a surname stands close to a mention.
func (r *resolver) near(m dossier.Mention, surname string) bool {
	return strings.Contains(names.Fold(r.text[max(0, m.Start-nickReach):min(len(r.text), m.End+nickReach)]), surname)
}

// surnameBefore is the surname that a comma parts from a given name, or "".
func (r *resolver) surnameBefore(m dossier.Mention) string {
	word, found := strings.CutSuffix(r.wordBefore(m), ",")
	first, _ := utf8.DecodeRuneInString(word)
	if word = names.Fold(word); found && unicode.IsUpper(first) && names.Known(word) && !names.FirstName(word) {
		return word
	}
	return ""
}
