package mention

import (
	"maps"
	"strings"
)

// maxSections bounds the list after "§§".
const maxSections = 40

// law reads what follows the name of a law: "§ 1983", "§§ 1331, 1332", "ch.
// 93A, § 2", "12(b)(6)", or the page of a register. Each section of a list is
// its own citation. It returns 0 if nothing citable follows.
func (s *citeScanner) law(start int, title string, a *authority, form, formEnd int) int {
	t := s.text
	groups := map[string]string{"reporter": oneLine(t[form:formEnd])}
	if title != "" {
		groups["title"] = title
	}
	p := formEnd
	if p < len(t) && t[p] == ',' {
		p++
	}
	p, parts := lawParts(t, p, groups)
	p, marked, plural := sectionMark(t, p)
	if a.marked && !marked && parts == "" || p == formEnd {
		return 0
	}
	end := sectionEnd(t, p)
	if end == p {
		return 0
	}
	prefix := strings.TrimSpace(title + " " + a.canonical + parts)
	mark := " "
	if marked || a.marked {
		mark = " § "
	}
	kind := "statute"
	if a.kind == 'r' {
		kind = "regulation"
	}
	first := len(s.cites)
	for range maxSections {
		reach := subsectionsEnd(t, end)
		reach = etSeq(t, reach)
		g := map[string]string{"section": t[p:end]}
		maps.Copy(g, groups)
		c := Cite{
			Kind: kind, Start: start, End: end, Groups: g, Reporter: a.canonical,
			PinCite: oneLine(t[end:reach]), reach: reach, lawEnd: reach,
			norm: prefix + mark + strings.ReplaceAll(t[p:end], "–", "-") + oneLine(strings.ReplaceAll(t[end:reach], " ", "")),
		}
		c.norm = strings.TrimSuffix(c.norm, "etseq.")
		s.add(c)
		next := nextSection(t, reach)
		if !plural || next == 0 {
			break
		}
		p, start, end = next, next, sectionEnd(t, next)
	}
	last := &s.cites[len(s.cites)-1]
	mainYear := *last
	s.parenthesis(&mainYear)
	for i := first; i < len(s.cites); i++ {
		s.cites[i].Year = mainYear.Year
	}
	last.reach = max(last.reach, mainYear.reach)
	return last.reach
}

// lawParts reads divisions between the name and the section, "ch. 93A, ", "tit.
// 12, ", "art. 5, ", into groups and returns them in normal form.
func lawParts(t string, p int, groups map[string]string) (end int, parts string) {
	for range 3 {
		q := skipSpace(t, p)
		name, label := "", ""
		for _, d := range []struct{ word, name, label string }{
			{"chapter", "chapter", "ch."},
			{"Chapter", "chapter", "ch."},
			{"ch.", "chapter", "ch."},
			{"c.", "chapter", "ch."},
			{"title", "title", "tit."},
			{"tit.", "title", "tit."},
			{"art.", "article", "art."},
			{"art", "article", "art."},
			{"Art.", "article", "art."},
			{"pt.", "part", "pt."},
			{"No.", "number", "No."},
			{"r.", "rule", "r."},
			{"Rule", "rule", "r."},
		} {
			if strings.HasPrefix(t[q:], d.word) && !isAlnumAt(t, q+len(d.word)) {
				name, label, q = d.name, d.label, skipSpace(t, q+len(d.word))
				break
			}
		}
		if name == "" || name == "number" || name == "rule" {
			if name != "" {
				return q, parts
			}
			return p, parts
		}
		e := sectionEnd(t, q)
		if e == q {
			return p, parts
		}
		// "art. 12" without a section after it is itself the section.
		after := e
		if after < len(t) && t[after] == ',' {
			after++
		}
		if _, marked, _ := sectionMark(t, after); !marked && name != "title" && !strings.HasPrefix(t[skipSpace(t, after):], "art") {
			return q, parts + " " + label
		}
		groups[name] = t[q:e]
		parts += " " + label + " " + t[q:e]
		p = after
	}
	return p, parts
}

// sectionMark skips blanks and a section mark.
func sectionMark(t string, p int) (end int, marked, plural bool) {
	end = skipSpace(t, p)
	for strings.HasPrefix(t[end:], "§") {
		plural = marked
		marked = true
		end = skipSpace(t, end+len("§"))
	}
	if marked {
		return end, marked, plural
	}
	for _, w := range []string{"Sections", "sections", "Secs.", "secs.", "Section", "section", "Sec.", "sec.", "sect.", "S.", "s."} {
		if strings.HasPrefix(t[end:], w) && !isAlnumAt(t, end+len(w)) {
			plural = w[len(w)-1] == 's' || strings.HasSuffix(w, "s.") && len(w) > 2
			return skipSpace(t, end+len(w)), true, plural
		}
	}
	return end, false, false
}

// maxSection bounds the length of a section number.
const maxSection = 24

// sectionEnd returns the end of a section number, "1983", "2000e-5", "2A:15-5",
// "1630.2", or p if there is none.
func sectionEnd(t string, p int) int {
	i := p
	if i+1 < len(t) && isUpper(t[i]) && (isDigit(t[i+1]) || t[i+1] == '-' && i+2 < len(t) && isDigit(t[i+2])) {
		i++ // "§ A-101"
		if t[i] == '-' {
			i++
		}
	}
	if i >= len(t) || !isDigit(t[i]) {
		return romanSection(t, p)
	}
	for i < len(t) && i-p < maxSection {
		if isAlnum(t[i]) {
			i++
			continue
		}
		w := dashAt(t, i)
		if w == 0 && (t[i] == '.' || t[i] == ':') {
			w = 1
		}
		if w == 0 || i+w >= len(t) || !isDigit(t[i+w]) && (!isAlpha(t[i+w]) || w != 1 || t[i] == '.') {
			break
		}
		i += w
	}
	return i
}

// romanSection reads the Roman number of an article or amendment.
func romanSection(t string, p int) int {
	i := p
	for i < len(t) && strings.IndexByte("IVXL", t[i]) >= 0 {
		i++
	}
	if isAlnumAt(t, i) {
		return p
	}
	return i
}

// subsectionsEnd returns the end of "(b)(6)" at p.
func subsectionsEnd(t string, p int) int {
	for p < len(t) && t[p] == '(' {
		end := p + 1
		for end < len(t) && end-p < 6 && isAlnum(t[end]) {
			end++
		}
		// Years are not subsections.
		if end == p+1 || end >= len(t) || t[end] != ')' || end-p == 5 && isDigit(t[p+1]) {
			break
		}
		p = end + 1
	}
	return p
}

// etSeq returns the end of ", et seq." at p, or p.
func etSeq(t string, p int) int {
	q := p
	if q < len(t) && t[q] == ',' {
		q++
	}
	q = skipSpace(t, q)
	for _, w := range []string{"et seq.", "et. seq.", "et seq"} {
		if strings.HasPrefix(t[q:], w) {
			return q + len(w)
		}
	}
	return p
}

// nextSection returns the start of the next number in a list of sections, or 0.
func nextSection(t string, p int) int {
	q := p
	if w := dashAt(t, q); w > 0 {
		return 0 // a range is one citation
	}
	if q < len(t) && (t[q] == ',' || t[q] == ';') {
		q++
	}
	q = skipSpace(t, q)
	q = skipSpace(t, anyWord(t, q, "and", "or", "through", "to"))
	if q < len(t) && t[q] == '&' {
		q = skipSpace(t, q+1)
	}
	end := sectionEnd(t, q)
	if q == p || end == q || !isDigit(t[q]) {
		return 0
	}
	// "42 U.S.C. §§ 1981, 28 U.S.C. § 1331": a title, not a section.
	if k := skipSpace(t, end); k > end && k < len(t) && isUpper(t[k]) {
		if meanings, _ := loadAuthorities().match(t, k); meanings != nil {
			return 0
		}
	}
	return q
}

// lawHeads end the name of a state's code after its subject: "Cal. Civ. Code".
var lawHeads = []string{"Code Ann.", "Code", "Laws", "Law", "Stat. Ann.", "Stat.", "Comp. Laws", "Gen. Laws"}

// maxSubject bounds the words between a state and "Code".
const maxSubject = 6

// subjectLaw reads codes that name their subject after the state: "Cal. Civ.
// Code § 1750", "N.Y. Gen. Bus. Law § 349", "Md. Code Ann., Crim. Law § 3-203".
func (s *citeScanner) subjectLaw(i int) int {
	t := s.text
	state := stateAbbreviation(t, i)
	if state == 0 {
		return 0
	}
	p := state
	for range maxSubject {
		q := skipSpace(t, p)
		if q == p || q >= len(t) || !isUpper(t[q]) && t[q] != '&' {
			return 0
		}
		for _, head := range lawHeads {
			if !strings.HasPrefix(t[q:], head) || isAlnumAt(t, q+len(head)) {
				continue
			}
			end := q + len(head)
			if n := s.codeSection(i, end); n > 0 {
				return n
			}
		}
		for p = q; p < len(t) && spaceAt(t, p) == 0 && p-q < 30; {
			p++
		}
	}
	return 0
}

// codeSection reads ", Crim. Law § 3-203" after the name of a code.
func (s *citeScanner) codeSection(start, end int) int {
	t := s.text
	p := end
	if p < len(t) && t[p] == ',' {
		p++
	}
	for range maxSubject {
		q := skipSpace(t, p)
		if _, marked, _ := sectionMark(t, q); marked {
			a := authority{canonical: oneLine(t[start:p]), kind: 's', opens: true, marked: true}
			a.canonical = strings.TrimRight(a.canonical, ",")
			return s.law(start, "", &a, start, p)
		}
		if q >= len(t) || !isUpper(t[q]) && t[q] != '&' {
			return 0
		}
		for p = q; p < len(t) && spaceAt(t, p) == 0 && p-q < 30; {
			p++
		}
	}
	return 0
}

// stateAbbreviation returns the end of the abbreviation or name of a state at
// i, or 0.
func stateAbbreviation(t string, i int) int {
	end := lettersEnd(t, i)
	for end < len(t) && t[end] == '.' && end+1 < len(t) && isUpper(t[end+1]) {
		end = lettersEnd(t, end+1) // "N.Y."
	}
	if end < len(t) && t[end] == '.' {
		end++
	}
	if end-i > 16 {
		return 0
	}
	if _, ok := stateOf[t[i:end]]; ok {
		return end
	}
	if end < len(t) && t[end] == ' ' {
		two := lettersEnd(t, end+1)
		if two < len(t) && t[two] == '.' {
			two++
		}
		if _, ok := stateOf[t[i:two]]; ok {
			return two
		}
	}
	return 0
}
