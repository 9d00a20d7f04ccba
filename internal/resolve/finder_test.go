package resolve

import (
	"slices"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
)

// example is a text whose names, in order, one finder joins.
type example struct {
	text  string
	names []string
	blind bool // resolved without the text
}

var finderExamples = map[string]example{
	"agency":     {text: "The Department of Justice wrote. DOJ declined.", names: []string{"Department of Justice", "DOJ"}},
	"beside":     {text: "Halden Logistics Inc. (Halden) sued.", names: []string{"Halden Logistics Inc.", "Halden"}, blind: true},
	"acronym":    {text: "Northgate Harbor Trust sued. NHT lost.", names: []string{"Northgate Harbor Trust", "NHT"}},
	"short-name": {text: "Halden Logistics Inc. sued. Later Halden lost.", names: []string{"Halden Logistics Inc.", "Halden"}},
	"initial":    {text: "Jane Roe wrote. Then J. Roe left.", names: []string{"Jane Roe", "J. Roe"}},
	"surname":    {text: "Jane Roe wrote. Then Roe left.", names: []string{"Jane Roe", "Roe"}},
	"given-name": {text: "Jane Roe wrote. Then Jane left.", names: []string{"Jane Roe", "Jane"}},
	"title":      {text: "Then Ms. Katzmann left. And Katzmann wrote.", names: []string{"Katzmann", "Katzmann"}},
}

// TestEachFinderJoins proves that each finder of the table joins what it is for, and
// that the reason of the join has its name.
func TestEachFinderJoins(t *testing.T) {
	for typ, finders := range map[dossier.MentionType][]finder{dossier.Org: orgFinders, dossier.Person: personFinders} {
		for _, f := range finders {
			e, ok := finderExamples[f.name]
			if !ok {
				t.Errorf("the finder %s has no example", f.name)
				continue
			}
			text := e.text
			mentions := mentionsOf(text, typ, e.names)
			if e.blind {
				text = ""
			}
			entities := Document(text, mentions)
			if len(entities) != 1 || !slices.ContainsFunc(entities[0].Reasons, func(r dossier.Reason) bool {
				return r.Code == f.name && r.Weight == f.weight
			}) {
				t.Errorf("the finder %s does not join the names of %q: %+v", f.name, e.text, entities)
			}
		}
	}
}

// mentionsOf returns the names as mentions, where they stand one after the other.
func mentionsOf(text string, typ dossier.MentionType, names []string) []dossier.Mention {
	var mentions []dossier.Mention
	at := 0
	for _, name := range names {
		at += strings.Index(text[at:], name)
		mentions = append(mentions, dossier.Mention{
			Type: typ, Text: name, Start: at, End: at + len(name), Score: 0.95, Method: "tagger:learned",
		})
		at += len(name)
	}
	return mentions
}
