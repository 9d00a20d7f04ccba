package mention

import (
	"strconv"
	"strings"
)

// Cite is a citation of an authority and its parts.
type Cite struct {
	// Kind is full, short, supra, id or reference (a bare case name with a
	// page) for cases; statute, regulation and journal for the others; unknown
	// for a section mark without a law.
	Kind string `json:"kind"`
	// Start and End are byte offsets; Text is exactly text[Start:End]. A full
	// citation spans its core, "528 U.S. 495"; the other kinds of case
	// citations reach to the end of their pin cite.
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
	// Groups holds the parts as written: volume, reporter and page for cases
	// and journals; title, chapter and section for laws.
	Groups   map[string]string `json:"groups"`
	Reporter string            `json:"reporter,omitempty"` // canonical form
	PinCite  string            `json:"pin_cite,omitempty"`
	Year     int               `json:"year,omitempty"` // 0 if not given
	Court    string            `json:"court,omitempty"`
	// Plaintiff and Defendant are the sides of the case name before a full
	// citation; "In re X" has a defendant only. For short, supra and reference
	// citations Plaintiff is the name by which they refer to the case.
	Plaintiff string `json:"plaintiff,omitempty"`
	Defendant string `json:"defendant,omitempty"`
	// Resource numbers the cited authorities of the text from 1 in order of
	// first citation: equal numbers are one authority. It is 0 if the citation
	// refers to something the text does not cite in full.
	Resource int `json:"resource"`

	// norm is the canonical citation of the authority, reach the end of all
	// words that belong to the citation, parallel that it names the same
	// authority as the full citation before it.
	norm     string
	reach    int
	parallel bool
	// nameStart is where the case name begins, 0 if there is none; lawEnd is
	// the end of a law with its subsections.
	nameStart, lawEnd int
}

// isFull reports whether the citation names its authority by itself.
func (c *Cite) isFull() bool {
	switch c.Kind {
	case "full", "journal", "statute", "regulation":
		return true
	}
	return false
}

// Citations returns the citations of text in order of Start, not overlapping.
// Every call on the same text returns the same.
func Citations(text string) []Cite {
	s := citeScanner{text: text, forms: loadAuthorities(), courts: loadCourts()}
	s.scan()
	s.resolve()
	return s.cites
}

// citeScanner finds citations in one pass. From every number and every
// capitalised word it looks for a reporter or law in a trie; the words around
// a hit are read only then, so the time is linear in the text.
type citeScanner struct {
	text       string
	forms      *forms
	courts     *courtTable
	cites      []Cite
	references []int // offsets of " at 62", candidates for bare case names
}

func (s *citeScanner) scan() {
	t := s.text
	for i := 0; i < len(t); {
		b := t[i]
		switch {
		case isDigit(b):
			if end := s.fromNumber(i); end > i {
				i = end
				continue
			}
			i = alnumEnd(t, i)
		case isAlpha(b):
			i = s.fromWord(i)
		case b == 0xC2 && i+1 < len(t) && t[i+1] == 0xA7: // §
			s.add(Cite{Kind: "unknown", Start: i, End: i + 2})
			for i += 2; i+1 < len(t) && t[i] == 0xC2 && t[i+1] == 0xA7; {
				i += 2
			}
		default:
			i++
		}
	}
}

// alnumEnd skips the rest of a word.
func alnumEnd(t string, i int) int {
	for i < len(t) && isAlnum(t[i]) {
		i++
	}
	return i
}

// fromWord handles a word that starts at i and returns where to go on.
func (s *citeScanner) fromWord(i int) int {
	t := s.text
	if isAlnumBefore(t, i) {
		return alnumEnd(t, i)
	}
	end := 0
	switch t[i] {
	case 'I', 'i':
		end = s.id(i)
	case 's', 'S':
		end = s.supra(i)
	case 'a':
		if strings.HasPrefix(t[i:], "at ") && i+3 < len(t) && isDigit(t[i+3]) && i > 0 {
			s.references = append(s.references, i)
		}
	}
	if end == 0 && isUpper(t[i]) {
		end = s.fromName(i)
	}
	if end > i {
		return end
	}
	return alnumEnd(t, i)
}

// add appends a citation and fills in its text.
func (s *citeScanner) add(c Cite) {
	c.Text = s.text[c.Start:c.End]
	c.reach = max(c.reach, c.End)
	s.cites = append(s.cites, c)
}

// floor is the end of the last citation: nothing looks back beyond it.
func (s *citeScanner) floor() int {
	if len(s.cites) == 0 {
		return 0
	}
	return s.cites[len(s.cites)-1].reach
}

// fromNumber handles a number at i: "528 U.S. 495", "42 U.S.C. § 1983",
// "2000-Ohio-123". It returns 0 if no citation starts there.
func (s *citeScanner) fromNumber(i int) int {
	t := s.text
	if isAlnumBefore(t, i) {
		return 0
	}
	j := digitsEnd(t, i)
	if j-i > 4 {
		return 0
	}
	if end := s.neutral(i, j); end > 0 {
		return end
	}
	if end := s.louisiana(i, j); end > 0 {
		return end
	}
	volEnd := j
	if w := dashAt(t, j); w > 0 && j+w < len(t) && isDigit(t[j+w]) { // "1982-1 Trade Cas."
		volEnd = digitsEnd(t, j+w)
	} else if j < len(t) && isUpper(t[j]) { // "71A A.F.T.R.2d"
		volEnd = j + 1
	}
	at := volEnd
	if at < len(t) && t[at] == ',' { // "18, United States Code, Section 3500"
		at++
	}
	k := skipSpace(t, at)
	if k == at || k >= len(t) || !isUpper(t[k]) {
		return 0
	}
	meanings, formEnd := s.forms.match(t, k)
	if meanings == nil {
		return 0
	}
	if law := findAuthority(meanings, func(a *authority) bool { return a.isLaw() && a.numbered }); law != nil {
		if end := s.law(i, t[i:volEnd], law, k, formEnd); end > 0 {
			return end
		}
	}
	if at != volEnd {
		return 0
	}
	return s.caseCite(i, t[i:volEnd], meanings, k, formEnd)
}

// fromName handles a form that opens its citation: "Mass. Gen. Laws ch. 1",
// "T.C. Memo 2019-233", "Bankr. L. Rep. (CCH) P12,345".
func (s *citeScanner) fromName(i int) int {
	t := s.text
	meanings, end := s.forms.match(t, i)
	if meanings != nil {
		if law := findAuthority(meanings, func(a *authority) bool { return a.isLaw() && a.opens }); law != nil {
			if e := s.law(i, "", law, i, end); e > 0 {
				return e
			}
		}
		if isOpener(meanings) && strings.Contains(t[i:end], ".") {
			if e := s.openCase(i, meanings, end); e > 0 {
				return e
			}
		}
	}
	return s.subjectLaw(i)
}

func isOpener(meanings []authority) bool {
	return findAuthority(meanings, func(a *authority) bool { return a.kind == 'c' && a.opens }) != nil
}

func findAuthority(list []authority, ok func(*authority) bool) *authority {
	for i := range list {
		if ok(&list[i]) {
			return &list[i]
		}
	}
	return nil
}

// caseCite reads what follows a reporter: the page of a full citation or the
// "at 12" of a short one.
func (s *citeScanner) caseCite(start int, volume string, meanings []authority, form, formEnd int) int {
	t := s.text
	if !strings.ContainsFunc(volume, func(r rune) bool { return r != '0' }) {
		return 0
	}
	c := Cite{
		Kind:   "full",
		Start:  start,
		Groups: map[string]string{"volume": volume, "reporter": oneLine(t[form:formEnd])},
	}
	p := formEnd
	if p < len(t) && t[p] == ',' {
		p++
	}
	p = skipSpace(t, p)
	if end := atPage(t, p); end > p {
		c.Kind = "short"
		p = end
	} else if p == formEnd {
		return 0
	} else if inner, after := nominative(t, p); after > 0 {
		if y := yearOf(inner); y > 0 {
			c.Year = y
		}
		p = after
	}
	page, end := pageAt(t, p)
	if end == 0 {
		return 0
	}
	c.Groups["page"] = page
	c.End, c.reach = end, end
	if c.Kind == "short" {
		return s.shortCase(c, meanings, p)
	}
	return s.fullCase(c, meanings)
}

// fullCase completes a full case or journal citation with what stands around
// it and adds it.
func (s *citeScanner) fullCase(c Cite, meanings []authority) int {
	pinEnd := s.pin(c.End)
	c.PinCite = strings.TrimLeft(oneLine(s.text[c.End:pinEnd]), ", ")
	c.reach = pinEnd
	s.caption(&c)
	s.parenthesis(&c)
	a := choose(meanings, c.Year)
	if a.isLaw() {
		return 0
	}
	if a.kind == 'j' {
		c.Kind = "journal"
		c.Plaintiff, c.Defendant = "", ""
	}
	c.Reporter = a.canonical
	if c.Court == "" && isSupremeReporter(a.canonical) {
		c.Court = "scotus"
	}
	c.norm = strings.TrimSpace(c.Groups["volume"] + " " + a.canonical + " " + c.Groups["page"])
	reach := c.reach
	s.add(c)
	return reach
}

// shortCase completes "528 U.S., at 497": the name before it and the pages
// after it.
func (s *citeScanner) shortCase(c Cite, meanings []authority, page int) int {
	c.End = max(c.End, s.pin(c.End))
	c.PinCite = oneLine(s.text[page:c.End])
	c.Plaintiff = s.antecedent(c.Start)
	a := choose(meanings, 0)
	c.Reporter = a.canonical
	if isSupremeReporter(a.canonical) {
		c.Court = "scotus"
	}
	s.add(c)
	return c.End
}

func isSupremeReporter(canonical string) bool {
	switch canonical {
	case "U.S.", "S. Ct.", "L. Ed.", "L. Ed. 2d", "Cranch", "Wheat.", "Dall.", "Black", "Wall.":
		return true
	}
	return false
}

// choose picks the meaning that was in print in year; without a year, or if
// that does not decide, the first.
func choose(meanings []authority, year int) *authority {
	best := &meanings[0]
	if year == 0 || len(meanings) == 1 {
		return best
	}
	if a := findAuthority(meanings, func(a *authority) bool { return a.covers(year) && a.from > 0 }); a != nil {
		return a
	}
	return best
}

// openCase reads a case citation without a volume.
func (s *citeScanner) openCase(i int, meanings []authority, formEnd int) int {
	t := s.text
	p := formEnd
	if p < len(t) && t[p] == ',' {
		p++
	}
	if p = skipSpace(t, p); p == formEnd || p >= len(t) {
		return 0
	}
	c := Cite{Kind: "full", Start: i, Groups: map[string]string{"reporter": oneLine(t[i:formEnd])}}
	j := digitsEnd(t, p)
	if w := dashAt(t, j); j-p == 4 && w > 0 && digitsEnd(t, j+w) > j+w { // "T.C. Memo 2019-233"
		c.Groups["volume"] = t[p:j]
		p = j + w
	}
	page, end := pageAt(t, p)
	if end == 0 {
		return 0
	}
	c.Groups["page"] = page
	c.End = end
	return s.fullCase(c, meanings)
}

// neutral reads a citation in hyphens: "2005-NMCA-078", "2000 -Ohio- 123".
func (s *citeScanner) neutral(i, j int) int {
	t := s.text
	if j-i != 4 {
		return 0
	}
	k := skipSpace(t, j)
	w := dashAt(t, k)
	if w == 0 {
		return 0
	}
	k = skipSpace(t, k+w)
	if k >= len(t) || !isUpper(t[k]) {
		return 0
	}
	meanings, formEnd := s.forms.match(t, k)
	w = dashAt(t, formEnd)
	if meanings == nil || w == 0 {
		return 0
	}
	page, end := pageAt(t, skipSpace(t, formEnd+w))
	if end == 0 {
		return 0
	}
	c := Cite{Kind: "full", Start: i, End: end, Groups: map[string]string{
		"volume": t[i:j], "reporter": oneLine(t[k:formEnd]), "page": page,
	}}
	return s.fullCase(c, meanings)
}

// louisiana reads "2009 12345 (La.App. 1 Cir. 05/10/10)".
func (s *citeScanner) louisiana(i, j int) int {
	t := s.text
	if j >= len(t) || t[j] != ' ' && t[j] != '-' {
		return 0
	}
	k := alnumEnd(t, j+1)
	if k == j+1 || k-j > 7 || !isDigit(t[j+1]) || !strings.HasPrefix(t[k:], " (") {
		return 0
	}
	meanings, formEnd := s.forms.match(t, k+2)
	if meanings == nil {
		return 0
	}
	date := skipSpace(t, formEnd)
	end := date
	for end < len(t) && (isDigit(t[end]) || t[end] == '/') {
		end++
	}
	if end-date < 6 || end >= len(t) || t[end] != ')' {
		return 0
	}
	return s.fullCase(Cite{Kind: "full", Start: i, End: end + 1, Groups: map[string]string{
		"volume": t[i:j], "page": t[j+1 : k], "reporter": oneLine(t[k+2 : formEnd]), "date_filed": t[date:end],
	}}, meanings)
}

// atPage returns the start of the page after "at", "at p." and the like, or p.
func atPage(t string, p int) int {
	if !hasWord(t, p, "at") {
		return p
	}
	q := skipSpace(t, p+2)
	for _, w := range []string{"pp.", "p.", "pages", "page", "¶¶", "¶"} {
		if strings.HasPrefix(t[q:], w) {
			q = skipSpace(t, q+len(w))
			break
		}
	}
	if q < len(t) && t[q] == '*' {
		q++
	}
	if q < len(t) && (isDigit(t[q]) || t[q] == '_') {
		return q
	}
	return p
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
	after = skipSpace(t, p+end+1)
	if after >= len(t) || !isDigit(t[after]) && !strings.HasPrefix(t[after:], "¶") && t[after] != 'P' {
		return "", 0
	}
	return t[p+1 : p+end], after
}

// pageAt reads a page: digits, a paragraph of a loose-leaf service, blanks for
// a page not yet known, or a Roman number. End is 0 if there is none.
func pageAt(t string, p int) (page string, end int) {
	if p >= len(t) {
		return "", 0
	}
	switch b := t[p]; {
	case isDigit(b):
		return arabicPage(t, p)
	case b == '_':
		for end = p; end < len(t) && t[end] == '_'; {
			end++
		}
		return "", end
	case b == 'p' || b == 'P' || strings.HasPrefix(t[p:], "¶"):
		for _, w := range []string{"Page ", "page ", "para. ", "par. ", "p. ", "P ", "P", "¶"} {
			if rest, ok := strings.CutPrefix(t[p:], w); ok {
				q := skipSpace(t, len(t)-len(rest))
				if q < len(t) && isDigit(t[q]) {
					return arabicPage(t, q)
				}
			}
		}
	case strings.IndexByte("xviclXVICL", b) >= 0:
		for end = p; end < len(t) && strings.IndexByte("xviclXVICL", t[end]) >= 0; {
			end++
		}
		// A single capital is more often an initial than a page.
		if end-p < 8 && (isLower(b) || end-p > 1) && !isAlnumAt(t, end) {
			return t[p:end], end
		}
	}
	return "", 0
}

// arabicPage reads "495", "12,345" and pages with a letter: "154b", "143684-B",
// "1211(A)".
func arabicPage(t string, p int) (page string, end int) {
	end = digitsEnd(t, p)
	for end-p <= 7 && end+3 < len(t) && t[end] == ',' && digitsEnd(t, end+1) == end+4 {
		end += 4
	}
	if end-p > 9 {
		return "", 0
	}
	switch rest := t[end:]; {
	case len(rest) > 0 && isAlpha(rest[0]) && !isAlnumAt(t, end+1):
		end++
	case len(rest) > 1 && rest[0] == '-' && isUpper(rest[1]) && !isAlnumAt(t, end+2):
		end += 2
	case len(rest) > 2 && (rest[0] == '(' || rest[0] == '[') && (rest[1] == 'A' || rest[1] == 'U') && (rest[2] == ')' || rest[2] == ']'):
		end += 3
	}
	if isAlnumAt(t, end) {
		return "", 0
	}
	return t[p:end], end
}

// maxPins bounds the pages of one pin cite.
const maxPins = 20

// pin returns the end of the pages that follow a citation ending at p: ",
// 499-500", ", at 12 n. 4", ", ¶¶ 38-53". It returns p if there are none.
func (s *citeScanner) pin(p int) int {
	t := s.text
	end := p
	for range maxPins {
		q := end
		if dash := dashAt(t, q); dash > 0 && q+dash < len(t) && isDigit(t[q+dash]) {
			end = digitsEnd(t, q+dash)
			continue
		}
		if q < len(t) && (t[q] == ',' || t[q] == '&') {
			q++
		}
		q = skipSpace(t, q)
		q = skipSpace(t, anyWord(t, q, "at", "and"))
		if q < len(t) && t[q] == '&' {
			q = skipSpace(t, q+1)
		}
		for _, w := range []string{"pp.", "p.", "nn.", "n.", "¶¶", "¶", "*"} {
			if rest := strings.TrimPrefix(t[q:], w); len(rest) < len(t)-q {
				q = skipSpace(t, q+len(w))
				break
			}
		}
		next := digitsEnd(t, q)
		if q == end || next == q || next-q > 6 || s.opensCite(next) || isDateTail(t, next) {
			return end
		}
		if next < len(t) && isLower(t[next]) && !isAlnumAt(t, next+1) { // "§ 12a"
			next++
		}
		if isAlnumAt(t, next) {
			return end
		}
		end = next
	}
	return end
}

// opensCite reports whether the number that ends at i is the volume of another
// citation.
func (s *citeScanner) opensCite(i int) bool {
	k := skipSpace(s.text, i)
	if k == i || k >= len(s.text) || !isUpper(s.text[k]) {
		return false
	}
	meanings, _ := s.forms.match(s.text, k)
	return meanings != nil
}

// isDateTail reports whether a slash date goes on at i.
func isDateTail(t string, i int) bool { return i < len(t) && t[i] == '/' }

// maxParenthesis bounds the parenthesis after a citation.
const maxParenthesis = 120

// parenthesis reads court and year from "(1st Cir. 1990)" after the citation.
func (s *citeScanner) parenthesis(c *Cite) {
	t := s.text
	p := skipSpace(t, c.reach)
	if p >= len(t) || t[p] != '(' && t[p] != '[' {
		return
	}
	window := t[p+1 : min(len(t), p+maxParenthesis)]
	end := strings.IndexAny(window, ")]")
	if end < 0 {
		return
	}
	if s.courtAndYear(c, window[:end]) {
		c.reach = p + 1 + end + 1
	}
}

// courtAndYear reads "9th Cir. Aug. 25, 2000" and reports whether inner has
// that shape.
func (s *citeScanner) courtAndYear(c *Cite, inner string) bool {
	at := yearAt(inner)
	if at < 0 || len(inner)-at > 10 {
		return false
	}
	year, err := strconv.Atoi(inner[at : at+4])
	if err != nil {
		return false
	}
	if c.Year == 0 {
		c.Year = year
	}
	court := stripMonth(inner[:at])
	if id := s.courts.abbreviations[squeeze(court)]; id != "" && c.Court == "" {
		c.Court = id
	}
	return true
}

// yearAt returns the offset of the first year, 1600 to 2099, or -1.
func yearAt(s string) int {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			continue
		}
		end := digitsEnd(s, i)
		if end-i == 4 && yearOf(s[i:end]) > 0 {
			return i
		}
		i = end
	}
	return -1
}

func yearOf(s string) int {
	if len(s) != 4 || s < "1600" || s > "2099" || digitsEnd(s, 0) != 4 {
		return 0
	}
	year, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return year
}

// stripMonth removes the day and month from "S.D.N.Y. Aug. 25, ".
func stripMonth(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if _, ok := months[strings.ToLower(strings.Trim(w, ".,"))]; ok && i > 0 {
			return strings.Join(words[:i], " ")
		}
	}
	return strings.Join(words, " ")
}

// squeeze keeps the letters and digits of s, in lower case.
func squeeze(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case isUpper(c):
			b = append(b, c+'a'-'A')
		case isAlnum(c):
			b = append(b, c)
		}
	}
	return string(b)
}

// id handles "Id. at 12" at i.
func (s *citeScanner) id(i int) int {
	t := s.text
	end := 0
	for _, w := range []string{"Id.", "id.", "Ibid.", "ibid.", "ID.,"} {
		if strings.HasPrefix(t[i:], w) {
			end = i + len(w)
			break
		}
	}
	if end == 0 || isAlnumAt(t, end) {
		return 0
	}
	c := Cite{Kind: "id", Start: i, End: end, Groups: map[string]string{}}
	if p := s.pin(end); p > end {
		c.PinCite = strings.TrimLeft(oneLine(t[end:p]), ", ")
		c.End = p
	} else if end < len(t) && t[end] == ',' {
		c.End++
	}
	s.add(c)
	return c.End
}

// supra handles "Smith, supra, at 12" at the word supra.
func (s *citeScanner) supra(i int) int {
	t := s.text
	if !hasWord(t, i, "supra") && !hasWord(t, i, "Supra") {
		return 0
	}
	end := i + len("supra")
	c := Cite{Kind: "supra", Start: i, End: end, Groups: map[string]string{}}
	if end < len(t) && (t[end] == ',' || t[end] == '.') {
		c.End++
	}
	if p := s.pin(end); p > end {
		c.PinCite = strings.TrimLeft(oneLine(t[end:p]), ", ")
		c.End = p
	}
	c.Plaintiff = s.antecedent(i)
	if s.isAside(c) {
		return c.End
	}
	s.add(c)
	return c.End
}

// isAside reports whether "supra" only qualifies the short citation after it:
// "Esquire, Inc., supra, 316 F.Supp. at 884".
func (s *citeScanner) isAside(c Cite) bool {
	t := s.text
	p := skipSpace(t, c.End)
	if p >= len(t) || !isDigit(t[p]) {
		return false
	}
	return s.opensCite(digitsEnd(t, p))
}
