package cite

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// lawHeads end the name of a state's code after its subject: "Cal. Civ. Code".
var lawHeads = []string{"Code Ann.", "Code", "Laws", "Law", "Stat. Ann.", "Stat.", "Comp. Laws", "Gen. Laws"}

// maxSubject bounds the words between a state and "Code".
const maxSubject = 6

// subjectLaw reads codes that name their subject after the state: "Cal. Civ.
// Code § 1750", "N.Y. Gen. Bus. Law § 349", "Md. Code Ann., Crim. Law § 3-203".
func (s *scanner) subjectLaw(i int) int {
	t := s.text
	state := stateEnd(t, i)
	if state == 0 {
		return 0
	}
	p := state
	for n := range maxSubject {
		q := lex.SkipSpace(t, p)
		if q == p || q >= len(t) || !lex.IsUpper(t[q]) && t[q] != '&' {
			// "N.Y. Empl. § 85" leaves out the head.
			if _, marked, _ := sectionMark(t, p); n > 0 && marked && strings.HasPrefix(t[q:], "§") && strings.HasSuffix(t[i:p], ".") && t[state-1] == '.' {
				return s.codeSection(i, p)
			}
			return 0
		}
		for _, head := range lawHeads {
			if !hasPrefixFold(t[q:], head) || lex.IsAlnumAt(t, q+len(head)) {
				continue
			}
			if n := s.codeSection(i, q+len(head)); n > 0 {
				return n
			}
		}
		for p = q; p < len(t) && lex.SpaceAt(t, p) == 0 && p-q < 30; {
			p++
		}
	}
	return 0
}

// hasPrefixFold reports whether t starts with a prefix as it is or in capitals.
func hasPrefixFold(t, prefix string) bool {
	if len(t) < len(prefix) || t[0] != prefix[0] {
		return false
	}
	t = t[:len(prefix)]
	return t == prefix || len(t) > 1 && lex.IsUpper(t[1]) && t == strings.ToUpper(prefix)
}

// fromCapitals turns a name in capitals, "TEX. INS. CODE", into "Tex. Ins.
// Code"; it leaves others as they are.
func fromCapitals(name string) string {
	if name != strings.ToUpper(name) {
		return name
	}
	b := []byte(name)
	for i := 1; i < len(b); i++ {
		if lex.IsUpper(b[i]) && lex.IsAlpha(b[i-1]) {
			b[i] += 'a' - 'A'
		}
	}
	return string(b)
}

// codeSection reads ", Crim. Law § 3-203" after the name of a code.
func (s *scanner) codeSection(start, end int) int {
	t := s.text
	p := end
	if p < len(t) && t[p] == ',' {
		p++
	}
	for range maxSubject {
		q := lex.SkipSpace(t, p)
		if _, marked, _ := sectionMark(t, q); marked {
			a := authority{canonical: fromCapitals(strings.TrimRight(lex.OneLine(t[start:p]), ",")), kind: ofStatute, opens: true, marked: true}
			return s.law(start, "", &a, start, p)
		}
		if q >= len(t) || !lex.IsUpper(t[q]) && t[q] != '&' {
			return 0
		}
		for p = q; p < len(t) && lex.SpaceAt(t, p) == 0 && p-q < 30; {
			p++
		}
	}
	return 0
}

// stateEnd returns the end of the abbreviation or name of a state at i, or 0.
func stateEnd(t string, i int) int {
	end := lex.LettersEnd(t, i)
	for end < len(t) && t[end] == '.' && end+1 < len(t) && lex.IsUpper(t[end+1]) {
		end = lex.LettersEnd(t, end+1) // "N.Y."
	}
	if end < len(t) && t[end] == '.' {
		end++
	}
	if end-i > 16 {
		return 0
	}
	if stateNames[t[i:end]] {
		return end
	}
	if end < len(t) && t[end] == ' ' {
		two := lex.LettersEnd(t, end+1)
		if two < len(t) && t[two] == '.' {
			two++
		}
		if stateNames[t[i:two]] {
			return two
		}
	}
	return 0
}
