package mention

import (
	"sort"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/mention/scan"
	"github.com/dossier-legal/dossier/internal/sheet"
)

// sheetDocket finds the number of the case that a docket sheet is about. Courts
// of bankruptcy write numbers, "09-32303", that are none anywhere else.
func sheetDocket(text string) []dossier.Mention {
	s, ok := sheet.Read(text)
	if !ok {
		return nil
	}
	norm, end := scan.Docket(text, s.Case.Start, true)
	if end == s.Case.Start {
		return nil
	}
	return []dossier.Mention{{
		Type: dossier.Docket, Text: text[s.Case.Start:end], Start: s.Case.Start, End: end, Norm: norm, Score: sheetDocketScore, Method: "scanner:docket", Rule: "docket-sheet",
	}}
}

// listedInSheet finds the names that a docket sheet lists. What stands below a role,
// or beside "represented by", is a name whatever its words.
func (t *rules) listedInSheet() {
	s, ok := sheet.Read(t.text)
	if !ok {
		return
	}
	for _, j := range s.Judges {
		t.addListed(j.Name, "judge")
	}
	for _, p := range s.Parties {
		t.addListed(p.Name.Name, "")
		for _, c := range p.Counsel {
			t.addListed(c.Name, "attorney")
		}
	}
}

// addListed records a listed name; only a person has the role.
func (t *rules) addListed(at sheet.Span, role string) {
	from := sort.Search(len(t.tokens), func(i int) bool { return t.tokens[i].start >= at.Start })
	end := sort.Search(len(t.tokens), func(i int) bool { return t.tokens[i].start >= at.End })
	if from == end {
		return
	}
	typ := t.listedType(from, end)
	if t.add(bySheet.of(typ), from, end) == end && typ == dossier.Person {
		t.out[len(t.out)-1].Role = role
	}
}

// listedType says whether tokens from up to end name a person or an organisation.
func (t *rules) listedType(from, end int) dossier.MentionType {
	if t.personEnd(from) >= end {
		return dossier.Person
	}
	words := 0
	for k := from; k < end; k++ {
		tok := t.at(k)
		switch {
		case tok.class == other && tok.mark == '&', t.isSuffix(k), orgHeads[tok.key] && k > from, orgOf[tok.key], tok.class == number,
			tok.class == lower && !particles[tok.key], notNames[tok.key] && !nameSuffixes[tok.key] && tok.class != initial && tok.flags&nameWord == 0:
			return dossier.Org
		case tok.isName():
			words++
		}
	}
	if words < 2 || words > maxPersonWords {
		return dossier.Org
	}
	return dossier.Person
}
