package cite

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// neutral reads a decision's number of its court, "2012 SCC 12"; the form ends
// at formEnd.
func (s *scanner) neutral(start int, year string, a *authority, form, formEnd int) int {
	t := s.text
	p := lex.SkipSpace(t, formEnd)
	page, end := arabicPage(t, min(p, len(t)))
	if p == formEnd || page == "" {
		return 0
	}
	c := Citation{
		Kind: Neutral, Start: start, End: end, Reporter: a.canonical,
		Groups: map[string]string{"year": year, "volume": year, "reporter": lex.OneLine(t[form:formEnd]), "page": page},
		Norm:   year + " " + a.canonical + " " + page,
	}
	if t[start] == '[' {
		c.Norm = "[" + year + "] " + a.canonical + " " + page
		if after := divisionEnd(t, end); after > end { // "[2019] EWHC 1974 (Admin)"
			c.Groups["division"] = strings.Trim(t[end:after], " ()")
			c.End = after
		}
	}
	c.key = year + " " + a.canonical + " " + page
	return s.decided(c, year)
}

// divisionEnd returns the end of the division of a court, " (Admin)", at p, or
// p.
func divisionEnd(t string, p int) int {
	q := lex.SkipSpace(t, p)
	if q == p || q >= len(t) || t[q] != '(' {
		return p
	}
	end := q + 1
	for end < len(t) && end-q < 12 && (lex.IsAlpha(t[end]) || t[end] == ' ' || t[end] == '&') {
		end++
	}
	if end-q < 3 || end >= len(t) || t[end] != ')' || !lex.IsUpper(t[q+1]) {
		return p
	}
	return end + 1
}

// decided completes a citation of another country's court and adds it.
func (s *scanner) decided(c Citation, year string) int {
	c.Year = lex.YearOf(year)
	c.pinEnd = s.pin(c.End)
	c.PinCite = strings.TrimLeft(lex.OneLine(s.text[c.End:c.pinEnd]), ", ")
	c.reach = c.pinEnd
	s.caption(&c)
	s.explain(&c)
	s.add(c)
	return c.reach
}

// fromBracket handles a year in brackets that opens a citation: "[2004] UKHL
// 22", "[1990] 2 AC 605", "(1992) 175 CLR 1". It returns 0 if none starts at i.
func (s *scanner) fromBracket(i int) int {
	t := s.text
	if i+6 >= len(t) || lex.DigitsEnd(t, i+1) != i+5 || t[i+5] != ']' && t[i+5] != ')' {
		return 0
	}
	year := t[i+1 : i+5]
	if lex.YearOf(year) == 0 {
		return 0
	}
	p := lex.SkipSpace(t, i+6)
	volume := ""
	if end := lex.DigitsEnd(t, p); end > p && end-p < 4 {
		volume = t[p:end]
		p = lex.SkipSpace(t, end)
	}
	if p >= len(t) || !lex.IsUpper(t[p]) {
		return 0
	}
	meanings, formEnd := s.forms.match(t, p)
	if a := findAuthority(meanings, func(a *authority) bool { return a.kind == ofCourt }); a != nil && volume == "" {
		return s.neutral(i, year, a, p, formEnd)
	}
	a := findAuthority(meanings, func(a *authority) bool { return a.kind == ofReports })
	if a == nil || t[i] == '(' && volume == "" {
		return 0
	}
	q := lex.SkipSpace(t, formEnd)
	page, end := arabicPage(t, min(q, len(t)))
	if q == formEnd || page == "" {
		return 0
	}
	cited := strings.TrimSpace(volume + " " + a.canonical + " " + page)
	return s.decided(Citation{
		Kind: Full, Start: i, End: end, Reporter: a.canonical,
		Groups: map[string]string{"year": year, "volume": volume, "reporter": lex.OneLine(t[p:formEnd]), "page": page},
		Norm:   t[i:i+6] + " " + cited, key: year + " " + cited,
	}, year)
}

// ecli reads a European Case Law Identifier, "ECLI:EU:C:2014:317".
func (s *scanner) ecli(i int) int {
	t := s.text
	if !strings.HasPrefix(t[i:], "ECLI:") {
		return 0
	}
	end := i
	for end < len(t) && end-i < 60 && (lex.IsAlnum(t[end]) || (t[end] == ':' || t[end] == '.') && end+1 < len(t) && lex.IsAlnum(t[end+1])) {
		end++
	}
	parts := strings.Split(t[i:end], ":")
	if len(parts) != 5 || lex.YearOf(parts[3]) == 0 {
		return 0
	}
	return s.decided(Citation{
		Kind: Neutral, Start: i, End: end, Reporter: "ECLI", Norm: t[i:end], key: t[i:end],
		Groups: map[string]string{"reporter": "ECLI", "country": parts[1], "court": parts[2], "year": parts[3], "page": parts[4]},
	}, parts[3])
}
