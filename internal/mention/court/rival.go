package court

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/gazetteer"
)

// Counties of several states have one name, and so have their courts. Where the
// document speaks of one of the states only, the court is that state's.

const (
	courtSpeaks = 3 // how much more another court of the state says than its name
	plainly     = 3 // how much more must speak for a state than for another
)

// settleRivals gives the courts whose title is one of several the id of the state
// that the document is about, if it is plain.
func (s *scanner) settleRivals() {
	for i := range s.out {
		m := &s.out[i]
		ids := s.titles.rivals[m.Norm]
		if len(ids) == 0 {
			continue
		}
		best, most, second := "", 0, 0
		for _, id := range ids {
			switch n := s.evidence(id); {
			case n > most:
				best, most, second = id, n, most
			case n > second:
				second = n
			}
		}
		if most > 0 && most >= plainly*second {
			m.Norm, m.Score = best, rivalScore
			m.Rule += " " + rivalRule
		}
	}
}

// evidence counts what speaks for the state of a court: other courts, the name of
// the state, and its letters in addresses. Ids begin with these letters.
func (s *scanner) evidence(id string) int {
	code := strings.ToUpper(id[:2])
	name := gazetteer.StateOfCode(code)
	if name == "" {
		return 0
	}
	if have, counted := s.states[code]; counted {
		return have
	}
	n := strings.Count(s.text, name) + strings.Count(s.text, strings.ToUpper(name)) + strings.Count(s.text, ", "+code+" ")
	for i := range s.out {
		if norm := s.out[i].Norm; !strings.Contains(norm, " ") && strings.HasPrefix(norm, id[:2]) {
			n += courtSpeaks
		}
	}
	s.states[code] = n
	return n
}
