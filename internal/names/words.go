package names

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// Known reports whether the word is a name that people bear. Two known names
// one letter apart (Mary, Mark) are two names, not a slip of the pen.
func Known(word string) bool {
	const name = gazetteer.FirstName | gazetteer.NameWord
	words := gazetteer.Words()
	if words[word]&name != 0 || surnames[word] {
		return true
	}
	after, ok := strings.CutPrefix(word, "o")
	return ok && words["o'"+after]&name != 0 // tokens joins what an apostrophe parts
}

// Words of the names of people.
var (
	titles            = vocabulary.With(vocabulary.CompareTitle)
	titleParts        = vocabulary.With(vocabulary.TitlePart)
	benchTitles       = vocabulary.With(vocabulary.Judge)
	men               = vocabulary.With(vocabulary.Male)
	women             = vocabulary.With(vocabulary.Female)
	postNominals      = vocabulary.With(vocabulary.PostNominal)
	commaPostNominals = vocabulary.With(vocabulary.CommaPostNominal)
	suffixes          = vocabulary.Values(vocabulary.Nth) // distinguish generations of one family; never dropped
	surnames          = vocabulary.With(vocabulary.Surname | vocabulary.CommonSurname)
	commonSurnames    = vocabulary.With(vocabulary.CommonSurname)
	noSurnames        = vocabulary.With(vocabulary.NotSurname)
	particles         = vocabulary.With(vocabulary.CompareParticle)
	formals           = vocabulary.Lists(vocabulary.Formal) // a match is evidence, never proof
)

// Words of the names of organisations.
var (
	legalForms    = vocabulary.Values(vocabulary.Form)
	legalPrefixes = vocabulary.With(vocabulary.FormPrefix)
	expansions    = vocabulary.Values(vocabulary.Expand)
	numerals      = vocabulary.Values(vocabulary.Number)
	numberSigns   = vocabulary.With(vocabulary.NumberSign)
	fillers       = vocabulary.With(vocabulary.Filler)
	generics      = vocabulary.With(vocabulary.Generic)
	kinds         = vocabulary.With(vocabulary.BodyKind)
	sidesOfDeals  = vocabulary.With(vocabulary.DealSide)
	everywhere    = vocabulary.With(vocabulary.Everywhere)
)

// GenderOf returns the gender that a title implies: "mr", "ms" or "".
func GenderOf(title string) string {
	switch {
	case men[title]:
		return "mr"
	case women[title]:
		return "ms"
	}
	return ""
}

// phrase is a legal form of several words and its short form.
type phrase struct {
	parts []string
	short string
}

// legalPhrases holds the legal forms of several words, longer ones first: a
// shorter one may end them.
var legalPhrases = func() []phrase {
	var all []phrase
	for words, short := range legalForms {
		if strings.Contains(words, " ") {
			all = append(all, phrase{strings.Fields(words), short})
		}
	}
	slices.SortFunc(all, func(a, b phrase) int {
		return cmp.Or(cmp.Compare(len(b.parts), len(a.parts)), slices.Compare(a.parts, b.parts))
	})
	return all
}()

// agencyIDs is the agencies of the United States: the acronym of each by that
// and by its name as [Norm] writes it, without the "United States".
var agencyIDs = func() map[string]string {
	ids := map[string]string{}
	for id, name := range vocabulary.Values(vocabulary.USAgency) {
		ids[id], ids[name] = id, id
	}
	return ids
}()

// AgencyID returns the agency of the United States that has the name, written as
// [Norm] writes it and without the "United States", or "".
func AgencyID(norm string) string { return agencyIDs[norm] }

// FirstName reports whether people bear the word before their surname.
func FirstName(w string) bool { return gazetteer.Words()[w]&gazetteer.FirstName != 0 }
