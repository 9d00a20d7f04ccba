package cite

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// printed reads what follows a reporter or journal after its volume: the page
// of a full citation or the "at 12" of a short one.
func (s *scanner) printed(start int, volume string, meanings []authority, form, formEnd int) int {
	t := s.text
	if strings.Trim(volume, "0") == "" || findAuthority(meanings, (*authority).isPrinted) == nil {
		return 0
	}
	c := Citation{
		Kind: Full, Start: start,
		Groups: map[string]string{"volume": volume, "reporter": lex.OneLine(t[form:formEnd])},
	}
	p := formEnd
	if p < len(t) && t[p] == ',' {
		p++
	}
	p = lex.SkipSpace(t, p)
	if at := atPage(t, p); at > p {
		c.Kind, p = Short, at
	} else if p == formEnd {
		return s.prefixed(c, meanings, p)
	} else if inner, after := nominative(t, p); after > 0 {
		c.Year = lex.YearOf(strings.Trim(inner, ", "))
		p = after
	} else if end := s.prefixed(c, meanings, p); end > 0 {
		return end
	}
	page, p, end := s.pageOf(meanings, p)
	if end == 0 {
		return 0
	}
	if startsDate(t, end) || isLoose(t, start, form, formEnd, end) {
		return 0
	}
	c.Groups["page"] = page
	c.End = end
	if c.Kind == Short {
		return s.short(c, meanings, p)
	}
	return s.full(c, meanings)
}

// isLoose reports whether what looks like volume, reporter and page are words
// that the layout put side by side: a reporter with the name of a common thing
// or person ("Taxes", "Porter") or one or two letters ("V.") whose numbers
// stand in other paragraphs or are a part of a larger number.
func isLoose(t string, start, form, formEnd, end int) bool {
	if !isSurname(t[form:formEnd]) && len(squeeze(t[form:formEnd])) > 2 {
		return false
	}
	apart := func(gap string) bool {
		return strings.Count(gap, "\n") > 1 || strings.Contains(gap, "\f")
	}
	decimal := start > 1 && t[start-1] == '.' && lex.IsDigit(t[start-2])
	return decimal || apart(t[start:form]) || apart(t[formEnd:end])
}

// prefixed reads a page with the letter of its part, "42 Fla. L. Weekly S827".
func (s *scanner) prefixed(c Citation, meanings []authority, p int) int {
	t := s.text
	if p+1 >= len(t) || !lex.IsDigit(t[p+1]) {
		return 0
	}
	a := findAuthority(meanings, func(a *authority) bool { return a.prefix != 0 && a.prefix == t[p] })
	if a == nil {
		return 0
	}
	page, end := arabicPage(t, p+1)
	if end == 0 {
		return 0
	}
	c.Groups["page"] = page
	c.End = end
	return s.full(c, []authority{*a})
}

// pageOf reads the page at p, or the paragraph of a loose-leaf service after
// it, and returns where that starts and ends; end is 0 if there is none.
func (s *scanner) pageOf(meanings []authority, p int) (page string, start, end int) {
	if page, end = pageAt(s.text, p); end > 0 {
		return page, p, end
	}
	if p = s.placedPage(meanings, p); p == 0 {
		return "", 0, 0
	}
	page, end = decimalPage(s.text, p)
	return page, p, end
}

// placedPage skips the state of a loose-leaf service, "(Ala.) par.", ", Me. ¶",
// and returns the start of the paragraph, 0 if there is none.
func (s *scanner) placedPage(meanings []authority, p int) int {
	t := s.text
	if findAuthority(meanings, func(a *authority) bool { return a.placed }) == nil {
		return 0
	}
	for range 3 {
		if q := paragraphMark(t, p); q > p && q < len(t) && lex.IsDigit(t[q]) {
			return q
		}
		for limit := p + 16; p < len(t) && p < limit && lex.SpaceAt(t, p) == 0; {
			p++
		}
		p = lex.SkipSpace(t, p)
	}
	return 0
}

// decimalPage reads "1950.74".
func decimalPage(t string, p int) (page string, end int) {
	end = lex.DigitsEnd(t, p)
	if end+1 < len(t) && t[end] == '.' && lex.IsDigit(t[end+1]) {
		end = lex.DigitsEnd(t, end+1)
	}
	if end == p || end-p > maxPageBytes {
		return "", 0
	}
	return t[p:end], end
}

// choose picks one of the meanings of a form. A citation without a year follows
// one before it: "1 Johnson 1 (1890) … 1 Johnson at 5".
func (s *scanner) choose(meanings []authority, year int, form string) *authority {
	if len(meanings) == 1 && meanings[0].isPrinted() {
		return &meanings[0]
	}
	a, byYear := choose(meanings, year, form)
	if byYear {
		s.chosen[form] = a
	} else if known := s.chosen[form]; known != nil && year == 0 {
		return known
	}
	return a
}

// full completes a full citation of a case or journal with what stands around
// it and adds it.
func (s *scanner) full(c Citation, meanings []authority) int {
	c.pinEnd = s.pin(c.End)
	c.PinCite = strings.TrimLeft(lex.OneLine(s.text[c.End:c.pinEnd]), ", ")
	c.reach = c.pinEnd
	s.caption(&c)
	s.parenthesis(&c)
	s.explain(&c)
	a := s.choose(meanings, c.Year, c.Groups["reporter"])
	if a == nil {
		return 0
	}
	if a.kind == ofJournal {
		c.Kind = Journal
		c.Plaintiff, c.Defendant = "", ""
		s.author(&c)
	}
	if isAppendix(&c) {
		s.add(Citation{Kind: Unknown, Start: c.Start, End: c.End, pinEnd: c.pinEnd})
		return c.reach
	}
	c.Reporter = a.canonical
	if c.Court == "" && isSupreme(a.canonical) {
		c.Court = "scotus"
	}
	c.Norm = strings.TrimSpace(c.Groups["volume"] + " " + a.canonical + " " + cmp.Or(c.Groups["page"], "___"))
	c.key = c.Norm
	if c.Groups["page"] == "" {
		s.unpaged(&c)
	}
	if c.parallel {
		s.shareBack(&c)
	}
	s.add(c)
	return c.reach
}

// isAppendix reports whether "1 App. 24" is a page of the appendix to the
// briefs: nothing says that it is a case.
func isAppendix(c *Citation) bool {
	return c.Groups["reporter"] == "App." && c.Year == 0 && c.Defendant == "" && !c.parallel
}

// unpaged tells citations apart that have no page yet, "569 U.S. ___", by the
// name of the case. One that has no name is like no other, but for the running
// head of an opinion, which cites the opinion itself.
func (s *scanner) unpaged(c *Citation) {
	before, _ := s.before(c.Start)
	switch c.running = strings.HasSuffix(strings.TrimRight(before, " \n"), "Cite as:"); {
	case c.running:
		c.key += " head"
	case c.Defendant != "":
		c.key += " " + s.names.key(c.Plaintiff) + " v. " + s.names.key(c.Defendant)
	default:
		c.key += " " + strconv.Itoa(c.Start)
	}
}

// shareBack gives year and court, which stand after the last of parallel
// citations, to those before it.
func (s *scanner) shareBack(c *Citation) {
	for i := len(s.cites) - 1; i >= max(0, len(s.cites)-maxParallel); i-- {
		prev := &s.cites[i]
		if prev.Year == 0 {
			prev.Year = c.Year
		}
		if prev.Court == "" {
			prev.Court = c.Court
		}
		if !prev.parallel {
			return
		}
	}
}

// short completes "528 U.S., at 497": the name before it and the pages after
// it.
func (s *scanner) short(c Citation, meanings []authority, page int) int {
	c.End = s.morePins(c.End, false)
	c.PinCite = lex.OneLine(s.text[page:c.End])
	c.Plaintiff, c.nameStart = s.antecedent(c.Start)
	a := s.choose(meanings, 0, c.Groups["reporter"])
	if a == nil {
		return 0
	}
	c.Reporter = a.canonical
	if isSupreme(a.canonical) {
		c.Court = "scotus"
	}
	c.reach = c.End
	s.explain(&c)
	s.add(c)
	return c.End
}

// isSupreme reports whether a reporter prints the Supreme Court of the United
// States and nothing else.
func isSupreme(canonical string) bool {
	switch canonical {
	case "U.S.", "S. Ct.", "L. Ed.", "L. Ed. 2d", "Cranch", "Wheat.", "Dall.", "Black", "Wall.", "Pet.", "How.":
		return true
	}
	return false
}

// unnumbered reads a case citation without a volume before the reporter:
// "Baldw. 196", "T.C. Memo 2019-233", "L.R.A. 1915A, 601", "Bayard's Notebook
// IV, 33".
func (s *scanner) unnumbered(i int, meanings []authority, formEnd int) int {
	t := s.text
	p := formEnd
	if p < len(t) && t[p] == ',' {
		p++
	}
	if p = lex.SkipSpace(t, p); p == formEnd || p >= len(t) {
		return 0
	}
	c := Citation{Kind: Full, Start: i, Groups: map[string]string{"reporter": lex.OneLine(t[i:formEnd])}}
	if vol, next := volumeAfter(t, p); next > 0 {
		c.Groups["volume"] = vol
		p = next
	} else if _, after := nominative(t, p); after > 0 {
		p = after
	}
	page, _, end := s.pageOf(meanings, p)
	if end == 0 {
		return 0
	}
	if isSurname(t[i:formEnd]) && !s.standsAlone(i, end) || startsDate(t, end) || isHeading(t, formEnd, end) {
		return 0
	}
	c.Groups["page"] = page
	c.End = end
	return s.full(c, meanings)
}

// volumeAfter reads a volume after the reporter: the year of "2019-233", "1915A,
// 601" and the Roman number of "IV, 33". Next is where the page starts.
func volumeAfter(t string, p int) (volume string, next int) {
	j := lex.DigitsEnd(t, p)
	if j-p == 4 {
		if w := lex.DashAt(t, j); w > 0 && lex.DigitsEnd(t, j+w) > j+w {
			return t[p:j], j + w
		}
		if j < len(t) && t[j] >= 'A' && t[j] <= 'F' {
			j++
		}
	}
	if j == p {
		for j < len(t) && strings.IndexByte("IVX", t[j]) >= 0 {
			j++
		}
	} else if j-p < 4 {
		return "", 0
	}
	if j == p || j >= len(t) || t[j] != ',' {
		return "", 0
	}
	if next = lex.SkipSpace(t, j+1); next >= len(t) || !lex.IsDigit(t[next]) {
		return "", 0
	}
	return t[p:j], next
}

// isSurname reports whether a reporter's name is a plain word that may be a
// person's name: "Holmes", "Chase".
func isSurname(form string) bool {
	return !strings.ContainsAny(form, ". &") && form != strings.ToUpper(form)
}

// standsAlone reports whether "Holmes, 272" is set off as a citation: no name
// before it, and no sentence, reporter or number after it.
func (s *scanner) standsAlone(start, end int) bool {
	t := s.text
	if end < len(t) && strings.IndexByte(".;)]", t[end]) < 0 {
		p := lex.SkipSpace(t, end)
		if p < len(t) && t[p] != '(' {
			return false
		}
	}
	if end+1 < len(t) && t[end] == '.' && lex.IsDigit(t[end+1]) {
		return false
	}
	_, word := wordBefore(t, start)
	return word == "" || strings.IndexByte(",;.(", word[len(word)-1]) >= 0 || signalWords[strings.ToLower(word)]
}

// isHeading reports whether the number behind a form is that of the next
// paragraph: "… approved by Chase.\n10. Customers".
func isHeading(t string, formEnd, end int) bool {
	return strings.Contains(t[formEnd:end], "\n") && at(t, end) == '.' && lex.SpaceAt(t, end+1) > 0
}

// nominative returns the text in a short parenthesis between reporter and
// page, "(2 Black)" or "(1834)", and the start of what follows it.
func nominative(t string, p int) (inner string, after int) {
	if p >= len(t) || t[p] != '(' {
		return "", 0
	}
	end := strings.IndexByte(t[p:min(len(t), p+24)], ')')
	if end < 0 {
		return "", 0
	}
	after = p + end + 1
	if after < len(t) && t[after] == ',' {
		after++
	}
	after = lex.SkipSpace(t, after)
	if after >= len(t) || !lex.IsDigit(t[after]) && !strings.HasPrefix(t[after:], "¶") && t[after] != 'P' {
		return "", 0
	}
	return t[p+1 : p+end], after
}

// hyphened reads a citation in hyphens: "2005-NMCA-078", "2000 -Ohio- 123".
func (s *scanner) hyphened(i, j int) int {
	t := s.text
	if j-i != 4 {
		return 0
	}
	k := lex.SkipSpace(t, j)
	w := lex.DashAt(t, k)
	if w == 0 {
		return 0
	}
	k = lex.SkipSpace(t, k+w)
	if k >= len(t) || !lex.IsUpper(t[k]) {
		return 0
	}
	meanings, formEnd := s.forms.match(t, k)
	w = lex.DashAt(t, formEnd)
	if meanings == nil || w == 0 {
		return 0
	}
	page, end := pageAt(t, lex.SkipSpace(t, formEnd+w))
	if end == 0 {
		return 0
	}
	return s.full(Citation{Kind: Full, Start: i, End: end, Groups: map[string]string{
		"volume": t[i:j], "reporter": lex.OneLine(t[k:formEnd]), "page": page,
	}}, meanings)
}

// glued reads a citation without blanks, "2021COA112".
func (s *scanner) glued(i, j int) int {
	t := s.text
	meanings, formEnd := s.forms.matchGlued(t, j)
	if findAuthority(meanings, func(a *authority) bool { return a.glued }) == nil || j-i != 2 && j-i != 4 {
		return 0
	}
	page, end := pageAt(t, formEnd)
	if end == 0 {
		return 0
	}
	return s.full(Citation{Kind: Full, Start: i, End: end, Groups: map[string]string{
		"volume": t[i:j], "reporter": t[j:formEnd], "page": page,
	}}, meanings)
}

// louisiana reads "2009 12345 (La.App. 1 Cir. 05/10/10)".
func (s *scanner) louisiana(i, j int) int {
	t := s.text
	if j >= len(t) || t[j] != ' ' && t[j] != '-' {
		return 0
	}
	k := lex.WordEnd(t, j+1)
	if k == j+1 || k-j > 7 || !lex.IsDigit(t[j+1]) || !strings.HasPrefix(t[k:], " (") {
		return 0
	}
	meanings, formEnd := s.forms.match(t, k+2)
	if meanings == nil {
		return 0
	}
	date := lex.SkipSpace(t, formEnd)
	end := date
	for end < len(t) && (lex.IsDigit(t[end]) || t[end] == '/') {
		end++
	}
	if end-date < 6 || end >= len(t) || t[end] != ')' {
		return 0
	}
	return s.full(Citation{Kind: Full, Start: i, End: end + 1, Groups: map[string]string{
		"volume": t[i:j], "page": t[j+1 : k], "reporter": lex.OneLine(t[k+2 : formEnd]), "date_filed": t[date:end],
	}}, meanings)
}
