// Package vocabulary holds the legal vocabulary of the program: titles, company
// endings, roles in a case, months, abbreviations, short forms of first names and
// the words of which names of organisations are made.
//
// The constant words has one line per word, sorted, in lower case and without
// stops at the end; a space inside an entry is written as "_". The word is followed
// by what is known of it: flags ("judge") and values ("form=llc"). A flag may name
// the one reader for which it holds, after a slash. "title/find" marks a word that
// the rules of package mention take for a title, and no other package does; "title"
// marks one that all readers of titles know. A new word thus needs one line, and the
// line shows which package reads it and how.
//
// The readers are
//
//	compare  package resolve, when it compares two names
//	find     package mention, when it finds names by rules
//	learn    package tagger, whose model was trained with these words as features:
//	         a change has an effect only after the model is trained again
//	sheet    package sheet, when it reads docket sheets
//	case     package relate, when it reads captions
//	split    package sentence, when it looks for the ends of sentences
//
// Words that matter to one function alone stand beside that function. What is known
// of personal names and places is in package gazetteer.
package vocabulary

import (
	"fmt"
	"strings"
	"sync"
)

// Flags says what a word is known to be. A word may be of several kinds.
type Flags uint64

// What the flags say of a word.
const (
	// Titles, and what else stands beside or in the name of a person.

	CompareTitle Flags = 1 << iota // says nothing about who the bearer is
	FindTitle                      // a name follows
	LearnTitle
	TitlePart        // stands before a title or between two: "United States District Judge"
	Judge            // a title of judges
	Male             // a title of men
	Female           // a title of women
	Spousal          // tells a couple with one surname apart
	PostNominal      // follows a person's name: "Esq."
	CommaPostNominal // does so after a comma; otherwise it may be a name itself (Do, Ma)
	FindGeneration   // follows a person's name and belongs to it: "Jr."
	LearnGeneration
	Given           // an abbreviated first name: "Wm."
	Surname         // a surname that package gazetteer does not have
	CommonSurname   // one of the hundred most frequent surnames of the United States
	NotSurname      // ends what is taken for a person's name but is none
	CompareParticle // belongs to the surname after it: "van"
	FindParticle    // may stand inside a person's name in lower case
	LearnConnector  // may stand inside any name in lower case

	// Words of the names of organisations.

	FindCompany  // ends the name of a company
	LearnCompany // the values of [Form] are those for comparing
	FormPrefix   // stands before a legal form and adds nothing: "Pty Ltd"
	FindOrg      // a noun at the end of an organisation's name
	LearnOrg
	OrgOf      // such a noun that takes "of": "Bank of Boston"
	OrgFor     // such a noun that takes "for": "Center for Justice"
	OrgWeak    // such a noun that proves nothing after a common word: "Licensed Products"
	Generic    // borne by many organisations: two are not alike because both bear it
	BodyPart   // a generic word for a part of a body, or what it makes
	BodyKind   // says what a body is, not which one; in the singular
	DealSide   // a kind of body that every deal and every case has anew
	Everywhere // of bodies that every state or town has: says which body, not whose
	Group      // follows the name that a group of companies shares
	Region     // tells a part of a group of companies from the whole
	Government // what a place is called when its government is meant
	Filler     // has no meaning in the name of an organisation
	NumberSign // stands before a number and adds nothing
	Agency     // the letters of a body that documents use without its name
	Nation     // the adjective of a country
	FindStreet // ends the name of a street
	LearnStreet
	CompareStreet
)

// Words for what people do, in a case and elsewhere, and words with a stop.
const (
	FindRole Flags = 1 << (iota + 42) // names the side of a party
	LearnRole
	SheetRole      // what somebody is in a case on a docket sheet
	CaseRole       // names the part somebody plays in a case; in the singular
	RoleBeside     // stands beside a role on a docket sheet: "Jointly Administered Debtor"
	RoleDescribing // describes a party on a docket sheet: "individually"
	Job            // makes a phrase a job
	JobPart        // may stand before the head of a job with a capital
	Weekday
	FindStop // an abbreviation that keeps its stop
	LearnStop
	SplitStop // an abbreviation whose stop ends no sentence
	FindLaw   // ends the name of a law
	LearnLaw  // stands in the names of laws and of their parts
)

// What all readers of a kind agree on.
const (
	Title      = CompareTitle | FindTitle | LearnTitle
	Generation = FindGeneration | LearnGeneration
	Particle   = CompareParticle | FindParticle
	Company    = FindCompany | LearnCompany
	Org        = FindOrg | LearnOrg
	Street     = CompareStreet | FindStreet | LearnStreet
	Role       = FindRole | LearnRole | SheetRole | CaseRole
	Stop       = FindStop | LearnStop | SplitStop
	Law        = FindLaw | LearnLaw
)

// byName is the flags as the table writes them.
var byName = map[string]Flags{
	"title": Title, "title/compare": CompareTitle, "title/find": FindTitle, "title/learn": LearnTitle, "title-part": TitlePart,
	"judge": Judge, "male": Male, "female": Female, "spousal": Spousal,
	"post-nominal": PostNominal, "post-nominal/comma": CommaPostNominal,
	"generation": Generation, "generation/find": FindGeneration, "generation/learn": LearnGeneration,
	"given": Given, "surname": Surname, "surname-common": CommonSurname, "not-surname": NotSurname,
	"particle": Particle, "particle/compare": CompareParticle, "particle/find": FindParticle, "connector/learn": LearnConnector,

	"company": Company, "company/find": FindCompany, "company/learn": LearnCompany, "form-prefix": FormPrefix,
	"org": Org, "org/find": FindOrg, "org/learn": LearnOrg, "org-of": OrgOf, "org-for": OrgFor, "org-weak": OrgWeak,
	"generic": Generic, "body-part": BodyPart, "body-kind": BodyKind, "deal-side": DealSide, "everywhere": Everywhere,
	"group": Group, "region": Region, "government": Government, "filler": Filler, "number-sign": NumberSign,
	"agency": Agency, "nation": Nation,
	"street": Street, "street/compare": CompareStreet, "street/find": FindStreet, "street/learn": LearnStreet,

	"role": Role, "role/find": FindRole, "role/learn": LearnRole, "role/sheet": SheetRole, "role/case": CaseRole,
	"role-beside": RoleBeside, "role-describing": RoleDescribing, "job": Job, "job-part": JobPart, "weekday": Weekday,
	"stop": Stop, "stop/find": FindStop, "stop/learn": LearnStop, "stop/split": SplitStop,
	"law": Law, "law/find": FindLaw, "law/learn": LearnLaw,
}

// Key names a value that a word may have.
type Key string

// The values of words.
const (
	Form     Key = "form"      // the class of a legal form: two classes are two kinds of legal person
	Expand   Key = "expand"    // what an abbreviation in the name of an organisation stands for
	Formal   Key = "formal"    // the formal first names that a short form or a variant spelling stands for; a list
	Nth      Key = "nth"       // the generation of a family: "jr", "sr", "2" to "4"
	Number   Key = "number"    // the number, in digits, that a word in the name of an organisation stands for
	Month    Key = "month"     // the number of a month, 1 to 12
	USAgency Key = "us-agency" // the name of an agency of the United States, without "United States" and fillers
)

// entry is a line of the table.
type entry struct {
	word   string
	flags  Flags
	values map[Key]string // nil for none
}

var entries = sync.OnceValue(func() []entry {
	all := make([]entry, 0, 2000)
	for line := range strings.Lines(strings.TrimPrefix(words, "\n")) {
		e, err := parse(line)
		if err != nil {
			panic(fmt.Sprintf("vocabulary: %v", err)) // the build is broken
		}
		all = append(all, e)
	}
	return all
})

// parse reads a line of the table.
func parse(line string) (entry, error) {
	word, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
	if !ok {
		return entry{}, fmt.Errorf("%q has no flag", line)
	}
	e := entry{word: plain(word)}
	for known := range strings.FieldsSeq(rest) {
		key, value, hasValue := strings.Cut(known, "=")
		switch flags := byName[known]; {
		case !hasValue && flags == 0:
			return entry{}, fmt.Errorf("%s: unknown flag %q", word, known)
		case !hasValue:
			e.flags |= flags
		case !isKey(Key(key)):
			return entry{}, fmt.Errorf("%s: unknown value %q", word, known)
		default:
			if e.values == nil {
				e.values = map[Key]string{}
			}
			e.values[Key(key)] = plain(value)
		}
	}
	return e, nil
}

func isKey(k Key) bool {
	switch k {
	case Form, Expand, Formal, Nth, Number, Month, USAgency:
		return true
	}
	return false
}

// plain returns an entry or a value as texts have it.
func plain(s string) string { return strings.ReplaceAll(s, "_", " ") }

// With returns a set of the words that have any of the flags.
func With(flags Flags) map[string]bool {
	set := map[string]bool{}
	for _, e := range entries() {
		if e.flags&flags != 0 {
			set[e.word] = true
		}
	}
	return set
}

// WithAll returns a set of the words that have all of the flags.
func WithAll(flags Flags) map[string]bool {
	set := map[string]bool{}
	for _, e := range entries() {
		if e.flags&flags == flags {
			set[e.word] = true
		}
	}
	return set
}

// Values returns the words that have a value for the key, with it.
func Values(key Key) map[string]string {
	m := map[string]string{}
	for _, e := range entries() {
		if v, ok := e.values[key]; ok {
			m[e.word] = v
		}
	}
	return m
}

// Lists is as [Values] for a key whose values are lists.
func Lists(key Key) map[string][]string {
	m := map[string][]string{}
	for word, list := range Values(key) {
		m[word] = strings.Split(list, ",")
	}
	return m
}

// Set returns a set of the words of a text, for lists that one function alone needs.
func Set(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}
