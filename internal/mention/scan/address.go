package scan

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// Postal addresses of the United States, and bar numbers.

// maxAddress bounds the bytes of an address.
const maxAddress = 220

// streetEnds are the words that end the name of a street, in lower case without
// stops.
var streetEnds = vocabulary.Set(`street st avenue ave av road rd boulevard blvd drive dr lane ln place pl court ct plaza plz square sq
parkway pkwy highway hwy way terrace ter circle cir trail trl turnpike tpke alley row walk pike loop mall center centre
courthouse broadway route rte expressway expy`)

// zip reads an address that ends with the state and ZIP code at i, the first
// digit of the code: addresses are read from their end, the part of them that
// has a grammar.
func (s *scanner) zip(i int) int {
	t := s.text
	end := lex.DigitsEnd(t, i)
	if end-i != 5 || lex.IsAlnumAt(t, end) {
		return i
	}
	if end+5 <= len(t) && t[end] == '-' && lex.DigitsEnd(t, end+1) == end+5 {
		end += 5
	}
	stateAt, state := stateBefore(t, i)
	if state == "" {
		return i
	}
	start, ok := addressStart(t, max(s.done, stateAt-maxAddress), stateAt)
	if !ok {
		return i
	}
	norm := lex.OneLine(strings.NewReplacer("\n", ", ", "\f", " ").Replace(strings.TrimRight(t[start:stateAt], ", \n"))) + ", " + state + " " + t[i:end]
	return s.add(postalAddress, start, end, strings.ReplaceAll(norm, ",,", ","))
}

// stateBefore returns where the state begins that ends before i, and its two
// letters.
func stateBefore(t string, i int) (start int, code string) {
	end := lex.TrimSpaceBefore(t, i)
	if end < 2 || end == i {
		return 0, ""
	}
	if c := strings.ToUpper(t[end-2 : end]); gazetteer.StateOfCode(c) != "" && lex.IsUpper(t[end-2]) && !lex.IsAlnumBefore(t, end-2) {
		return end - 2, c
	}
	const longest = 22 // "District of Columbia"
	from := max(0, end-longest)
	for p := from; p < end-3; p++ {
		if lex.IsUpper(t[p]) && !lex.IsAlnumBefore(t, p) {
			if code := gazetteer.CodeOfState(strings.ToLower(lex.OneLine(t[p:end]))); code != "" {
				return p, code
			}
		}
	}
	return 0, ""
}

// addressStart returns where the address begins that goes on at end with its
// state: at the number of a house, or "P.O. Box", from which only street, unit
// and town lead there. lowest bounds the search.
func addressStart(t string, lowest, end int) (start int, ok bool) {
	for p := end - 1; p >= lowest; p-- {
		switch {
		case strings.HasPrefix(t[p:end], "\n\n"), t[p] == '\f', t[p] == ';':
			return 0, false
		case lex.IsDigit(t[p]) && !lex.IsAlnumBefore(t, p) && (p == 0 || t[p-1] != '#' && t[p-1] != '-'):
			if leadsToTown(t, p, end) {
				return p, true
			}
		case (t[p] == 'P' || t[p] == 'p') && !lex.IsAlnumBefore(t, p) && isPostBox(t[p:end]):
			return p, true
		case t[p] == 'O' && strings.HasPrefix(t[p:end], "One ") && leadsToTown(t, p, end):
			return p, true
		}
	}
	return 0, false
}

func isPostBox(t string) bool {
	t = strings.ToLower(t[:min(len(t), 12)])
	return strings.HasPrefix(t, "p.o. box ") || strings.HasPrefix(t, "po box ") || strings.HasPrefix(t, "p. o. box")
}

// leadsToTown reports whether a street with its end word, "Street", begins
// after the number at p, and the words up to end are capitalised or numbers.
func leadsToTown(t string, p, end int) bool {
	words, street := 0, false
	for q := lex.WordEnd(t, p); q < end; {
		q = skipMarks(t, q, end)
		if q >= end {
			break
		}
		stop := lex.WordEnd(t, q)
		if stop == q {
			return false
		}
		w := strings.ToLower(t[q:min(stop, end)])
		if !lex.IsUpper(t[q]) && !lex.IsDigit(t[q]) && w != "of" && w != "the" && w != "and" && w != "de" && w != "la" {
			return false
		}
		words++
		if words > 1 && streetEnds[w] {
			street = true
		}
		q = stop
	}
	const most = 16
	return street && words <= most
}

// skipMarks skips white space and the marks inside addresses.
func skipMarks(t string, p, end int) int {
	for p < end {
		if w := lex.SpaceAt(t, p); w > 0 {
			p += w
			continue
		}
		if strings.IndexByte(",.#-&'", t[p]) < 0 {
			return p
		}
		p++
	}
	return p
}

// barNumber reads the number with which a lawyer is admitted, "State Bar No.
// 79258", "SBN 121139". The mention is the number, its norm with the state, if
// the words before name one.
func (s *scanner) barNumber(i int) int {
	t := s.text
	var p int
	switch {
	case lex.HasWord(t, i, "SBN"), lex.HasWord(t, i, "CSBN"):
		p = lex.LettersEnd(t, i)
	case lex.HasWordFold(t, i, "bar"):
		p = lex.SkipSpace(t, i+3)
		switch {
		case lex.HasWordFold(t, p, "number"):
			p += len("number")
		case lex.HasWordFold(t, p, "no"), lex.HasWordFold(t, p, "id"):
			p += 2
		case strings.HasPrefix(t[p:], "#"):
		default:
			return i
		}
	default:
		return i
	}
	for p < len(t) && (strings.IndexByte(".:#", t[p]) >= 0 || t[p] == ' ') && p-i < 20 {
		p++
	}
	end := lex.DigitsEnd(t, p)
	if end-p < 4 || end-p > 9 || lex.IsAlnumAt(t, end) {
		return i
	}
	norm := t[p:end]
	if state := barState(t, i); state != "" {
		norm = state + " " + norm
	}
	return s.add(barAdmission, p, end, norm)
}

// barState returns the two letters of the state named before "Bar", "State Bar"
// between them or not.
func barState(t string, i int) string {
	if end := lex.TrimSpaceBefore(t, i); strings.HasSuffix(strings.ToLower(t[:end]), "state") {
		i = end - len("state")
	}
	end := lex.TrimSpaceBefore(t, i)
	const longest = 22
	for p := max(0, end-longest); p < end; p++ {
		if lex.IsUpper(t[p]) && !lex.IsAlnumBefore(t, p) {
			if code := gazetteer.CodeOfState(strings.ToLower(strings.TrimSuffix(lex.OneLine(t[p:end]), "."))); code != "" {
				return code
			}
		}
	}
	return ""
}
