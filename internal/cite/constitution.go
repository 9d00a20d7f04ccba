package cite

import (
	"maps"
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// clauseLabels are the names of the parts of a constitution, as written in
// lower case, with the plurals that may head a list.
var clauseLabels = []struct {
	name, label    string
	words, plurals []string
}{
	{"amendment", "amend.", []string{"amendment", "amend.", "amend", "amdt."}, []string{"amendments", "amends."}},
	{"article", "art.", []string{"article", "art.", "art"}, []string{"articles", "arts."}},
	{"section", "§", []string{"section", "sec.", "§"}, []string{"sections", "§§"}},
	{"clause", "cl.", []string{"clause", "cl."}, []string{"clauses", "cls."}},
	{"paragraph", "¶", []string{"paragraph", "para.", "par.", "¶"}, nil},
	{"part", "pt.", []string{"part", "pt."}, nil},
	{"chapter", "ch.", []string{"chapter", "ch."}, nil},
}

// clause is a part of a constitution: "amend. XIV".
type clause struct {
	name, label string
	start, end  int // of the number
	plural      bool
}

// maxClauses bounds the parts of a citation of a constitution.
const maxClauses = 6

// constitution reads the parts after the name of a constitution: "amend. XIV, §
// 1", "art. I, § 8, cl. 3", "amends. V, XIV". It returns 0 if there are none.
func (s *scanner) constitution(start int, a *authority, formEnd int) int {
	t := s.text
	c := Citation{
		Kind: Constitution, Start: start, Reporter: a.canonical, Norm: a.canonical, key: a.canonical,
		Groups: map[string]string{"reporter": lex.OneLine(t[start:formEnd])},
	}
	p := formEnd
	var last clause
	for range maxClauses {
		cl, ok := clauseAt(t, p)
		if !ok || c.Groups[cl.name] != "" {
			break
		}
		c.Groups[cl.name] = t[cl.start:cl.end]
		part := " " + cl.label + " " + t[cl.start:cl.end]
		if c.End > 0 {
			part = "," + part
		}
		c.Norm += part
		if cl.name != "clause" && cl.name != "paragraph" {
			c.key += strings.ToUpper(part)
		}
		c.End, p, last = cl.end, cl.end, cl
		if cl.plural {
			break
		}
	}
	if c.End == 0 {
		return 0
	}
	s.add(c)
	if last.plural {
		s.moreClauses(c, last)
	}
	end := s.last()
	s.parenthesis(end)
	s.explain(end)
	return end.reach
}

// moreClauses adds the other members of a list, "amends. V, XIV".
func (s *scanner) moreClauses(first Citation, cl clause) {
	t := s.text
	base := strings.TrimSuffix(first.Norm, t[cl.start:cl.end])
	p := cl.end
	for range maxSections {
		q := p
		if q < len(t) && t[q] == ',' {
			q++
		}
		q = lex.SkipSpace(t, q)
		q = lex.SkipSpace(t, lex.AnyWord(t, q, "and"))
		if q < len(t) && t[q] == '&' {
			q = lex.SkipSpace(t, q+1)
		}
		end := clauseNumberEnd(t, q)
		if q == p || end == q {
			return
		}
		c := Citation{Kind: Constitution, Start: q, End: end, Reporter: first.Reporter, Groups: maps.Clone(first.Groups)}
		c.Groups[cl.name] = t[q:end]
		c.Norm = base + t[q:end]
		c.key = first.Reporter + strings.ToUpper(strings.TrimPrefix(c.Norm, first.Reporter))
		s.add(c)
		p = end
	}
}

// clauseAt reads the part of a constitution at p.
func clauseAt(t string, p int) (clause, bool) {
	if p < len(t) && t[p] == ',' {
		p++
	}
	q := lex.SkipSpace(t, p)
	for _, l := range clauseLabels {
		for _, w := range l.plurals {
			if c, ok := labelled(t, q, w); ok {
				c.name, c.label, c.plural = l.name, l.label, true
				return c, true
			}
		}
		for _, w := range l.words {
			if c, ok := labelled(t, q, w); ok {
				c.name, c.label = l.name, l.label
				return c, true
			}
		}
	}
	return clause{}, false
}

// labelled reads a number after the word w at p, whatever its case.
func labelled(t string, p int, w string) (clause, bool) {
	if len(t)-p <= len(w) || !strings.EqualFold(t[p:p+len(w)], w) {
		return clause{}, false
	}
	q := lex.SkipSpace(t, p+len(w))
	if q == p+len(w) && lex.IsAlpha(w[len(w)-1]) {
		return clause{}, false
	}
	end := clauseNumberEnd(t, q)
	return clause{start: q, end: end}, end > q
}

// clauseNumberEnd returns the end of a Roman or Arabic number at p, or p.
func clauseNumberEnd(t string, p int) int {
	i := p
	for i < len(t) && strings.IndexByte("IVXLCivxlc", t[i]) >= 0 {
		i++
	}
	if i > p && i-p < 8 && !lex.IsAlpha(at(t, i)) {
		for i < len(t) && (lex.IsDigit(t[i]) || t[i] == '-' && i+1 < len(t) && lex.IsAlnum(t[i+1])) && i-p < 12 {
			i++
		}
		return i
	}
	i = lex.DigitsEnd(t, p)
	if i > p && i < len(t) && lex.IsAlpha(t[i]) && !lex.IsAlnumAt(t, i+1) { // "§ 12a"
		i++
	}
	if i-p > 5 || lex.IsAlnumAt(t, i) {
		return p
	}
	return i
}

// at returns the byte at i, 0 behind the end.
func at(t string, i int) byte {
	if i < len(t) {
		return t[i]
	}
	return 0
}
