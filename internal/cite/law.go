package cite

import (
	"maps"
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// kindOf translates what a form is to the kind of its citations.
func kindOf(a *authority) Kind {
	switch a.kind {
	case ofRegulation:
		return Regulation
	case ofAgency:
		return Docket
	case ofRules:
		return Rule
	}
	return Statute
}

// law reads what follows the name of a law or book of rules: "§ 1983", "§§
// 1331, 1332", "ch. 93A, § 2", "12(b)(6)", "No. 107-150", or the page of a
// register. It returns 0 if nothing citable follows.
func (s *scanner) law(start int, lead string, a *authority, form, formEnd int) int {
	t := s.text
	groups := map[string]string{"reporter": lex.OneLine(t[form:formEnd])}
	if lead != "" {
		name := a.lead
		if name == "" {
			name = "title"
		}
		groups[name] = lead
	}
	p := formEnd
	if p < len(t) && t[p] == ',' {
		p++
	}
	switch {
	case a.kind == ofRules && isInitials(t[form:formEnd]) && s.afterName(form):
		return 0 // "Env. L.R. 22" is a law report
	case a.item == "page":
		return s.paged(start, lead, a, groups, p)
	case a.lettered:
		return s.lettered(start, lead, a, groups, p)
	}
	return s.sections(start, lead, a, groups, p)
}

// isInitials reports whether a book of rules is named by two letters only.
func isInitials(form string) bool { return form == "L.R." || form == "LR" || form == "L. R." }

// afterName reports whether a capitalised word, but no signal, stands before
// i.
func (s *scanner) afterName(i int) bool {
	before, _ := s.before(i)
	_, word := wordBefore(before, len(before))
	return word != "" && lex.IsUpper(word[0]) && !signalWords[strings.ToLower(word)] && word != "Under"
}

// lawKind starts a citation of a law.
func lawCitation(a *authority, start, end int, groups map[string]string) Citation {
	return Citation{Kind: kindOf(a), Start: start, End: end, Groups: groups, Reporter: a.canonical}
}

// paged reads a page of a register or of session laws, "60 Fed. Reg. 68,380",
// "116 Stat. at 125".
func (s *scanner) paged(start int, lead string, a *authority, groups map[string]string, p int) int {
	t := s.text
	q := lex.SkipSpace(t, p)
	at := atPage(t, q)
	if q == p && at == q {
		return 0
	}
	end := lex.DigitsEnd(t, at)
	if end == at || end-at > 6 {
		return 0
	}
	for range 2 {
		if end+1 >= len(t) || t[end] != ',' || !lex.IsDigit(t[end+1]) || lex.DigitsEnd(t, end+1) > end+4 {
			break
		}
		end = lex.DigitsEnd(t, end+1)
	}
	if lex.IsAlnumAt(t, end) {
		return 0
	}
	groups["page"] = t[at:end]
	c := lawCitation(a, start, end, groups)
	c.pinEnd = s.pin(end)
	if at > q {
		c.Kind, c.End = Short, c.pinEnd
		c.PinCite = lex.OneLine(t[at:c.pinEnd])
	} else {
		c.PinCite = strings.TrimLeft(lex.OneLine(t[end:c.pinEnd]), ", ")
		c.Norm = strings.TrimSpace(lead + " " + a.canonical + " " + groups["page"])
		c.key = c.Norm
	}
	c.reach = c.pinEnd
	s.parenthesis(&c)
	s.explain(&c)
	s.add(c)
	return c.reach
}

// lettered reads a number with letters and hyphens, "Pub. L. No. 111-148, §
// 1101", "SBA No. SIZ-5707".
func (s *scanner) lettered(start int, lead string, a *authority, groups map[string]string, p int) int {
	t := s.text
	q := lex.SkipSpace(t, p)
	for _, w := range []string{"No.", "Nos.", "Number"} {
		if strings.HasPrefix(t[q:], w) {
			q = lex.SkipSpace(t, q+len(w))
			break
		}
	}
	end := numberEnd(t, q)
	if q == formGap(p, q) || !strings.ContainsAny(t[q:end], "0123456789") {
		return 0
	}
	groups[a.item] = t[q:end]
	c := lawCitation(a, start, end, groups)
	c.Norm = strings.TrimSpace(lead + " " + a.canonical + " No. " + t[q:end])
	c.key = c.Norm
	after := end
	if after < len(t) && t[after] == ',' {
		after++
	}
	if sec, marked, _ := sectionMark(t, after); marked {
		if e := sectionEnd(t, sec); e > sec {
			groups["section"] = t[sec:e]
			c.End = e
			c.pinEnd = subsectionsEnd(t, e)
			c.PinCite = t[e:c.pinEnd]
			c.Norm += " § " + t[sec:e]
			c.reach = c.pinEnd
		}
	}
	c.reach = max(c.reach, c.End)
	s.parenthesis(&c)
	s.explain(&c)
	s.add(c)
	return c.reach
}

// formGap is -1 if something parts the number at q from the form at p.
func formGap(p, q int) int {
	if q > p {
		return -1
	}
	return q
}

// numberEnd returns the end of letters, digits, hyphens and commas at p, at
// least one of them a digit.
func numberEnd(t string, p int) int {
	end := p
	for end < len(t) && end-p < maxSection {
		w := lex.DashAt(t, end)
		if w == 0 && t[end] == ',' {
			w = 1
		}
		switch {
		case lex.IsAlnum(t[end]):
			end++
			continue
		case w > 0 && end > p && end+w < len(t) && lex.IsAlnum(t[end+w]):
			end += w
			continue
		}
		break
	}
	return end
}

// maxSections bounds the list after "§§".
const maxSections = 40

// skipSupplement skips the year of a supplement at p, "K.S.A. 2015 Supp. 60-212".
func skipSupplement(t string, p int) int {
	q := lex.SkipSpace(t, p)
	end := lex.DigitsEnd(t, q)
	if lex.YearOf(t[q:end]) > 0 && strings.HasPrefix(t[end:], " Supp.") {
		return end + len(" Supp.")
	}
	return p
}

// titled reports whether the number of a title goes before the form: "42 USC
// 1983" is clear without a section mark.
func (a *authority) titled() bool { return a.numbered && a.lead != "year" }

// sections reads the sections of a law. Each one of a list is its own citation.
func (s *scanner) sections(start int, lead string, a *authority, groups map[string]string, p int) int {
	t := s.text
	gap := p
	p = skipSupplement(t, p)
	p, parts := lawParts(t, p, groups)
	p, marked, plural := sectionMark(t, p)
	if a.marked && !marked && parts == "" && !a.titled() || p == gap && !marked {
		return 0
	}
	if a.item == "rule" && a.kind == ofRegulation && p < len(t) && lex.IsUpper(t[p]) { // "N.H. Code R. Env-A 123"
		parts, p = subjectWord(t, p, parts)
	}
	end := sectionEnd(t, p)
	if end == p || a.pointed && !strings.Contains(t[p:end], ".") {
		return 0
	}
	if a.lead == "chapter" && a.kind == ofStatute {
		if sec := actEnd(t, end); sec > end { // "735 ILCS 5/2-619"
			groups["act"] = t[p:end]
			parts += " " + t[p:end] + "/"
			p, end = sec, sectionEnd(t, sec)
		}
	}
	list := sectionList{prefix: strings.TrimSpace(lead + " " + a.canonical + parts), plural: plural, groups: groups}
	if marked || a.marked && !strings.HasSuffix(parts, ".") { // not after "pt."
		list.mark = "§ "
	}
	first := len(s.cites)
	s.addSections(start, p, end, a, list)
	return s.endSections(first)
}

// endSections gives the sections from place first of the citations on what stands in
// parentheses after the last, and returns how far the last reaches.
func (s *scanner) endSections(first int) int {
	last := s.last()
	whole := *last
	s.parenthesis(&whole)
	s.explain(&whole)
	for i := first; i < len(s.cites); i++ {
		s.cites[i].Year = whole.Year
	}
	last.reach = max(last.reach, whole.reach)
	last.Parenthetical, last.parenEnd = whole.Parenthetical, whole.parenEnd
	return last.reach
}

// sectionList is what the sections of one citation share.
type sectionList struct {
	prefix, mark string // of the canonical form
	plural       bool
	groups       map[string]string
}

func (s *scanner) addSections(start, p, end int, a *authority, list sectionList) {
	t := s.text
	item := a.item
	if item == "" {
		item = "section"
	}
	for range maxSections {
		reach := etSeq(t, subsectionsEnd(t, end))
		c := lawCitation(a, start, end, maps.Clone(list.groups))
		c.Groups[item] = t[p:end]
		c.PinCite = lex.OneLine(t[end:reach])
		c.pinEnd, c.reach = reach, reach
		glue := " "
		if strings.HasSuffix(list.prefix, "/") {
			glue = ""
		}
		c.key = list.prefix + glue + list.mark + strings.ReplaceAll(t[p:end], "–", "-")
		c.Norm = strings.TrimSuffix(c.key+strings.ReplaceAll(c.PinCite, " ", ""), "etseq.")
		c.Norm = strings.TrimSuffix(c.Norm, ",")
		s.add(c)
		next := s.nextSection(reach)
		if !list.plural || next == 0 {
			return
		}
		p, start, end = next, next, sectionEnd(t, next)
	}
}

// subjectWord skips the subject before a rule's number.
func subjectWord(t string, p int, parts string) (string, int) {
	end := p
	for end < len(t) && end-p < 16 && (lex.IsAlpha(t[end]) || t[end] == '-' || t[end] == '.') {
		end++
	}
	q := lex.SkipSpace(t, end)
	if q == end || q >= len(t) || !lex.IsDigit(t[q]) {
		return parts, p
	}
	return parts + " " + t[p:end], q
}

// actEnd returns the start of the section after "5/" or "5 / ", or p.
func actEnd(t string, p int) int {
	q := lex.SkipSpace(t, p)
	if q >= len(t) || t[q] != '/' {
		return p
	}
	if q = lex.SkipSpace(t, q+1); sectionEnd(t, q) == q {
		return p
	}
	return q
}

// divisions are the parts of a law between its name and the section.
var divisions = []struct{ word, name, label string }{
	{"chapter", "chapter", "ch."},
	{"Chapter", "chapter", "ch."},
	{"ch.", "chapter", "ch."},
	{"c.", "chapter", "ch."},
	{"title", "title", "tit."},
	{"Title", "title", "tit."},
	{"tit.", "title", "tit."},
	{"art.", "article", "art."},
	{"art", "article", "art."},
	{"Art.", "article", "art."},
	{"pt.", "part", "pt."},
	{"Pt.", "part", "pt."},
	{"part", "part", "pt."},
	{"Part", "part", "pt."},
	{"Parts", "part", "pt."},
	{"No.", "", ""},
	{"r.", "", ""},
	{"R.", "", ""},
	{"rule", "", ""},
	{"Rule", "", ""},
}

// lawParts reads divisions between the name and the section, "ch. 93A, ", "tit.
// 12, ", "art. 5, ", into groups and returns them in normal form.
func lawParts(t string, p int, groups map[string]string) (end int, parts string) {
	for range 3 {
		q := lex.SkipSpace(t, p)
		name, label, found := "", "", false
		for _, d := range divisions {
			if strings.HasPrefix(t[q:], d.word) && !lex.IsAlnumAt(t, q+len(d.word)) {
				name, label, found = d.name, d.label, true
				q = lex.SkipSpace(t, q+len(d.word))
				break
			}
		}
		if !found {
			return p, parts
		}
		if name == "" {
			return q, parts // "r. 218": only a word before the number
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
		if _, marked, _ := sectionMark(t, after); !marked && name != "title" && !strings.HasPrefix(t[lex.SkipSpace(t, after):], "art") {
			return q, parts + " " + label
		}
		groups[name] = t[q:e]
		parts += " " + label + " " + t[q:e]
		p = after
	}
	return p, parts
}

// sectionWords stand for a section mark.
var sectionWords = []string{"Sections", "sections", "Secs.", "secs.", "Section", "section", "Sec.", "sec.", "sect.", "S.", "s."}

// sectionMark skips blanks and a section mark.
func sectionMark(t string, p int) (end int, marked, plural bool) {
	end = lex.SkipSpace(t, p)
	for strings.HasPrefix(t[end:], "§") {
		plural = marked
		marked = true
		end = lex.SkipSpace(t, end+len("§"))
	}
	if marked {
		return end, marked, plural
	}
	if end >= len(t) || t[end] != 'S' && t[end] != 's' {
		return end, false, false
	}
	for _, w := range sectionWords {
		if strings.HasPrefix(t[end:], w) && !lex.IsAlnumAt(t, end+len(w)) {
			plural = w[len(w)-1] == 's' || strings.HasSuffix(w, "s.") && len(w) > 2
			return lex.SkipSpace(t, end+len(w)), true, plural
		}
	}
	return end, false, false
}

// maxSection bounds the length of a section number.
const maxSection = 24

// sectionEnd returns the end of a section number, "1983", "2000e-5", "2A:15-5",
// "1630.2", or p if there is none.
func sectionEnd(t string, p int) int {
	i := plainSectionEnd(t, p)
	// "1.501(c)(3)-1" is one number.
	if sub := subsectionsEnd(t, i); sub > i && at(t, sub) == '-' {
		if end := lex.DigitsEnd(t, sub+1); end > sub+1 && end < sub+4 && !lex.IsAlnumAt(t, end) {
			return end
		}
	}
	return i
}

// plainSectionEnd is sectionEnd without parentheses.
func plainSectionEnd(t string, p int) int {
	i := sectionLetter(t, p)
	if !lex.IsDigit(at(t, i)) {
		return romanEnd(t, p)
	}
	for i < len(t) && i-p < maxSection {
		if lex.IsAlnum(t[i]) {
			i++
			continue
		}
		w := sectionMarkAt(t, i)
		if w == 0 {
			break
		}
		i += w
	}
	return i
}

// sectionLetter returns the end of the letter that begins a section at p, "A" and
// "A-" of "§ A-101", or p.
func sectionLetter(t string, p int) int {
	switch {
	case !lex.IsUpper(at(t, p)):
		return p
	case at(t, p+1) == '-' && lex.IsDigit(at(t, p+2)):
		return p + 2
	case lex.IsDigit(at(t, p+1)):
		return p + 1
	}
	return p
}

// sectionMarkAt returns the size of the mark at i between two parts of a section's
// number: a dash, stop or colon before a digit, a hyphen or colon before a letter. It
// is 0 if there is none.
func sectionMarkAt(t string, i int) int {
	w := lex.DashAt(t, i)
	if w == 0 && (t[i] == '.' || t[i] == ':') {
		w = 1
	}
	next := at(t, i+w)
	if w == 0 || !lex.IsDigit(next) && (!lex.IsAlpha(next) || w != 1 || t[i] == '.') {
		return 0
	}
	return w
}

// romanEnd returns the end of a Roman number in capitals, or p.
func romanEnd(t string, p int) int {
	i := p
	for i < len(t) && strings.IndexByte("IVXL", t[i]) >= 0 {
		i++
	}
	if lex.IsAlnumAt(t, i) {
		return p
	}
	return i
}

// subsectionsEnd returns the end of "(b)(6)" at p.
func subsectionsEnd(t string, p int) int {
	for p < len(t) && t[p] == '(' {
		end := p + 1
		for end < len(t) && end-p < 6 && lex.IsAlnum(t[end]) {
			end++
		}
		// Years are not subsections.
		if end == p+1 || end >= len(t) || t[end] != ')' || end-p == 5 && lex.IsDigit(t[p+1]) {
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
	q = lex.SkipSpace(t, q)
	for _, w := range []string{"et seq.", "et. seq.", "et seq"} {
		if strings.HasPrefix(t[q:], w) {
			return q + len(w)
		}
	}
	return p
}

// nextSection returns the start of the next number in a list of sections, or 0.
func (s *scanner) nextSection(p int) int {
	t := s.text
	q := p
	if w := lex.DashAt(t, q); w > 0 {
		return 0 // a range is one citation
	}
	if q < len(t) && (t[q] == ',' || t[q] == ';') {
		q++
	}
	q = lex.SkipSpace(t, q)
	q = lex.SkipSpace(t, lex.AnyWord(t, q, "and", "or", "through", "to"))
	if q < len(t) && t[q] == '&' {
		q = lex.SkipSpace(t, q+1)
	}
	end := sectionEnd(t, q)
	// "42 U.S.C. §§ 1981, 28 U.S.C. § 1331": a title, not a section.
	if q == p || end == q || !lex.IsDigit(t[q]) || s.opensCite(end) {
		return 0
	}
	return q
}
