package court

import (
	"maps"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// Federal trial courts go by abbreviations, too: "N.D. Cal.", "S.D.N.Y.", "SDNY", and
// in the tables of transfers "Cal. N.D.".

// sides are the letters of a district's name.
var sides = map[byte]string{'N': "northern", 'S': "southern", 'E': "eastern", 'W': "western", 'M': "middle", 'C': "central"}

// IsSide reports whether a word, in lower case, is what the name of a federal
// district begins with: "northern". Sides tell the districts of a state apart.
func IsSide(word string) bool { return sideNames[word] }

var sideNames = vocabulary.Set(strings.Join(slices.Collect(maps.Values(sides)), " "))

// district reads an abbreviated district court at i and returns its end and id;
// the end is i if there is none.
func (s *scanner) district(i int) (end int, id string) {
	if end, id := s.closed(i); end > i {
		return end, id
	}
	if side, p := s.sideAt(i); p > i {
		state, stop := s.stateAt(s.skipBlank(p))
		return s.known(i, stop, side, state)
	}
	state, p := s.stateAt(i)
	if p == i {
		return i, ""
	}
	side, stop := s.sideAt(s.skipBlank(p))
	return s.known(i, stop, side, state)
}

// closed reads "SDNY" or "EDVA" at i.
func (s *scanner) closed(i int) (end int, id string) {
	t := s.text
	if i+4 > len(t) || t[i+1] != 'D' || lex.IsAlnumAt(t, i+4) || lex.IsAlnumBefore(t, i) {
		return i, ""
	}
	return s.known(i, i+4, sides[t[i]], gazetteer.StateOfCode(t[i+2:i+4]))
}

// known returns end and the court's id if there is a court of the name.
func (s *scanner) known(start, end int, side, state string) (int, string) {
	if side == "" || state == "" {
		return start, ""
	}
	id := s.titles.byKey[side+" district "+strings.ToLower(state)]
	if id == "" {
		return start, ""
	}
	return end, id
}

// sideAt reads "N.D." at i.
func (s *scanner) sideAt(i int) (side string, end int) {
	t := s.text
	if i+4 > len(t) || t[i+1] != '.' || t[i+2] != 'D' || t[i+3] != '.' || lex.IsAlnumBefore(t, i) {
		return "", i
	}
	side, ok := sides[t[i]]
	if !ok {
		return "", i
	}
	return side, i + 4
}

// stateAt reads the abbreviation of a state at i, "Cal." or "W. Va.".
func (s *scanner) stateAt(i int) (name string, end int) {
	t := s.text
	for _, limit := range []int{8, 7, 6, 5, 4, 3} {
		if i+limit <= len(t) && t[i+limit-1] == '.' {
			if name := gazetteer.State(t[i : i+limit]); name != "" {
				return name, i + limit
			}
		}
	}
	if i < len(t) && lex.IsUpper(t[i]) {
		end := lex.LettersEnd(t, i)
		if name := gazetteer.State(t[i:end]); name != "" && !lex.IsAlnumAt(t, end) {
			return name, end // "S.D. Ohio"
		}
	}
	return "", i
}

// skipBlank skips one blank within a line.
func (s *scanner) skipBlank(i int) int {
	if i < len(s.text) && s.text[i] == ' ' {
		return i + 1
	}
	return i
}

// appellateDivision returns the end of a division of a state's court of appeal in
// the short forms of tables, "2D APP DV8" or "2d App. Div. 8", or i.
func (s *scanner) appellateDivision(i int) int {
	t := s.text
	n := lex.DigitsEnd(t, i)
	if n == i || n > i+2 || !isOrdinal(strings.ToLower(t[i:lex.WordEnd(t, i)])) {
		return i
	}
	p := s.abbreviation(s.skipBlank(lex.WordEnd(t, i)), "APP", "App")
	if p < 0 {
		return i
	}
	if q := s.abbreviation(s.skipBlank(p), "DIST", "Dist"); q >= 0 {
		p = q
	}
	p = s.abbreviation(s.skipBlank(p), "DIV", "Div", "DV", "Dv", "DEPT", "Dept")
	if p < 0 {
		return i
	}
	if end := lex.DigitsEnd(t, s.skipBlank(p)); end > s.skipBlank(p) && !lex.IsAlnumAt(t, end) {
		return end
	}
	if lex.IsAlnumAt(t, p) {
		return i
	}
	return p
}

// abbreviation returns the end of one of the words at i with its stop, or -1. A
// number may follow at once.
func (s *scanner) abbreviation(i int, words ...string) int {
	for _, w := range words {
		if !strings.HasPrefix(s.text[i:], w) {
			continue
		}
		end := i + len(w)
		if end < len(s.text) && lex.IsAlpha(s.text[end]) {
			continue
		}
		if end < len(s.text) && s.text[end] == '.' {
			end++
		}
		return end
	}
	return -1
}
