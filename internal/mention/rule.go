package mention

import "github.com/dossier-legal/dossier"

// rule is what proves a mention: a name for explanations, and the type and the
// score of what it finds.
type rule struct {
	name  string
	typ   dossier.MentionType
	score float64
}

// of returns the rule for mentions of another type.
func (r rule) of(typ dossier.MentionType) rule {
	r.typ = typ
	return r
}

// The rules with their scores. A score says how strong the evidence is; scores
// are comparable within the package only.
var (
	// Layout and forms.
	bySheet        = rule{"docket-sheet", dossier.Org, 0.95}
	byCaptionParty = rule{"caption-party", dossier.Person, 0.75}
	byCaptionTerms = rule{"caption-party-of-common-words", dossier.Org, 0.6}
	byMailHeader   = rule{"mail-header", dossier.Person, 0.9}
	byBench        = rule{"bench", dossier.Person, 0.9}
	byNameList     = rule{"list-of-names", dossier.Person, 0.85}
	byLineStart    = rule{"surname-first", dossier.Person, 0.85}
	byAuthors      = rule{"authors-of-work", dossier.Person, 0.85}
	byCapitalTown  = rule{"town-in-capitals", dossier.Location, 0.9}
	byJourney      = rule{"journey-in-capitals", dossier.Location, 0.9}

	// Words of organisations.
	byAcronym       = rule{"acronym-in-brackets", dossier.Org, 0.95}
	byCompanyEnding = rule{"company-ending", dossier.Org, 0.95}
	byOrgNoun       = rule{"organisation-noun", dossier.Org, 0.8}
	byRoleCapitals  = rule{"capitals-after-role", dossier.Org, 0.7}
	byKnownBody     = rule{"known-body", dossier.Org, 0.85}

	// Words of laws and places.
	byAct       = rule{"act", dossier.Statute, 0.75}
	byAreaOf    = rule{"area-of", dossier.Location, 0.85}
	byAreaNoun  = rule{"area-noun", dossier.Location, 0.8}
	byAdjective = rule{"country-adjective", dossier.Location, 0.75}
	byTownState = rule{"town-and-state", dossier.Location, 0.9}
	byKnown     = rule{"known-place", dossier.Location, 0.75}
	byLocative  = rule{"word-before-place", dossier.Location, 0.6}

	// What the document says elsewhere.
	byShortForm = rule{"short-form", "", 0.8}
	bySurname   = rule{"surname-of-full-name", dossier.Person, 0.75}
	byFirstWord = rule{"first-word-of-company", dossier.Org, 0.7}
)

// Scores of persons, by what proves the name beside the rule that bounds it.
const (
	titledPerson   = 0.95 // a title or a signature
	fullNamePerson = 0.9  // a known first name and surname
	givenPerson    = 0.8  // a known first name
	otherPerson    = 0.7
)

// Scores of what other packages find.
const (
	citationScore      = 0.98
	shortCitationScore = 0.9 // a short citation of what the text never cites in full
	sheetDocketScore   = 0.97
	modelScore         = 0.7 // a name that only a language model has found
)

// Scores at which decisions about names turn.
const (
	surely        = 0.6  // from here a learned name stands against the rules
	surelyUnknown = 0.9  // from here one word of no list is a person's name
	wellLearned   = 0.85 // from here a learned name of several words stands for others
	unsure        = 0.75 // below, a name of the tagger yields to a longer one of a model
)

// learnedRule is the first rule of names that the tagger found.
const learnedRule = "learned"

// voteRule marks a name whose type the vote of the document changed.
const voteRule = "vote"

// then returns the names of rules with one more.
func then(rules, name string) string { return rules + " " + name }

// question is what the rules of a decision are asked about: tokens from up to
// end, taken for a name of the type.
type question struct {
	typ       dossier.MentionType
	from, end int
}

// decision is a rule of an ordered list of which the first that fits decides.
type decision[Q any] struct {
	name string
	fits func(t *rules, q Q) bool
	says func(t *rules, q Q) bool
}

// decide returns what the first fitting rule says, and its name. It returns false
// and no name if none fits.
func decide[Q any](t *rules, list []decision[Q], q Q) (verdict bool, name string) {
	for i := range list {
		if list[i].fits(t, q) {
			return list[i].says(t, q), list[i].name
		}
	}
	return false, ""
}

// refusal is a rule of a list of which any that holds refuses a name.
type refusal struct {
	name  string
	holds func(t *rules, q question) bool
}

// refused returns the name of the first rule that refuses a name, "" if none does.
func refused(t *rules, list []refusal, q question) string {
	for i := range list {
		if list[i].holds(t, q) {
			return list[i].name
		}
	}
	return ""
}
