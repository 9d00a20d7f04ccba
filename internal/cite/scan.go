package cite

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// scanner finds citations in one pass. From every number, bracket and
// capitalised word it looks for a form in the trie; the words around a hit are
// read only then.
type scanner struct {
	text   string
	forms  *forms
	courts map[string]string
	cites  []Citation
	bare   []bareRef
	names  nameKeys
	chosen map[string]*authority // what a year made of a form of several meanings
}

// bareRef is a place that may refer to an authority cited before it: the "at"
// of "Smith at 62", the word of "Section 1983" or "Rule 12".
type bareRef struct {
	at   int
	kind bareKind
}

type bareKind byte

const (
	bareName bareKind = iota
	bareSection
	bareRule
)

func (s *scanner) scan() {
	t := s.text
	for i := 0; i < len(t); {
		b := t[i]
		switch {
		case lex.IsDigit(b):
			i = s.advance(i, s.fromNumber(i))
		case lex.IsAlpha(b):
			if lex.IsAlnumBefore(t, i) {
				i = lex.WordEnd(t, i)
			} else {
				i = s.advance(i, s.fromWord(i))
			}
		case b == '[' || b == '(':
			i = max(i+1, s.fromBracket(i))
		case b == 0xC2 && strings.HasPrefix(t[i:], "§"):
			i = s.sectionMark(i)
		case b == 0xC2 && strings.HasPrefix(t[i:], "¶"):
			i = s.paragraphSign(i)
		default:
			i++
		}
	}
}

// advance returns where to go on after a look at the word at i: the end of the
// citation, or of the word if there was none.
func (s *scanner) advance(i, end int) int {
	if end > i {
		return end
	}
	return lex.WordEnd(s.text, i)
}

// fromWord handles a word that starts at i. It returns the end of the citation
// there, 0 if there is none.
func (s *scanner) fromWord(i int) int {
	t := s.text
	end := 0
	switch t[i] {
	case 'I', 'i':
		end = s.id(i)
	case 'S', 's':
		if end = s.supra(i); end == 0 && (lex.HasWord(t, i, "section") || lex.HasWord(t, i, "Section")) {
			s.bare = append(s.bare, bareRef{i, bareSection})
		}
	case 'R':
		if lex.HasWord(t, i, "Rule") {
			s.bare = append(s.bare, bareRef{i, bareRule})
		}
	case 'N', 'C', 'D':
		end = s.docket(i)
	case 'E':
		end = s.ecli(i)
	case 'a':
		if strings.HasPrefix(t[i:], "at ") && i > 0 && i+3 < len(t) && lex.IsDigit(t[i+3]) {
			s.bare = append(s.bare, bareRef{i, bareName})
		}
	}
	if end == 0 && lex.IsUpper(t[i]) {
		if end = s.fromName(i); end == 0 {
			end = s.record(i)
		}
	}
	return end
}

// sectionMark notes a section mark that belongs to no law, and returns where
// to go on.
func (s *scanner) sectionMark(i int) int {
	s.add(Citation{Kind: Unknown, Start: i, End: i + len("§")})
	for i += len("§"); strings.HasPrefix(s.text[i:], "§"); {
		i += len("§")
	}
	return i
}

// add appends a citation and fills in what follows from its place. A zero
// nameStart means that there is no name.
func (s *scanner) add(c Citation) {
	c.Text = s.text[c.Start:c.End]
	c.pinEnd = max(c.pinEnd, c.End)
	c.reach = max(c.reach, c.pinEnd)
	if c.Groups == nil {
		c.Groups = map[string]string{}
	}
	if c.Plaintiff == "" && c.Defendant == "" {
		c.nameStart = -1
	}
	if c.nameStart >= 0 {
		c.begin = c.nameStart
	} else if c.Groups["author"] == "" {
		c.begin = c.Start
	}
	c.Signal = s.signal(c.begin, c.parallel)
	s.cites = append(s.cites, c)
}

// last is the citation found last, nil if there is none.
func (s *scanner) last() *Citation {
	if len(s.cites) == 0 {
		return nil
	}
	return &s.cites[len(s.cites)-1]
}

// floor is the end of the last citation: nothing looks back beyond it.
func (s *scanner) floor() int {
	if c := s.last(); c != nil {
		return c.reach
	}
	return 0
}

// fromNumber handles a number at i: "528 U.S. 495", "42 U.S.C. § 1983",
// "2000-Ohio-123". It returns 0 if no citation starts there.
func (s *scanner) fromNumber(i int) int {
	t := s.text
	if lex.IsAlnumBefore(t, i) {
		return 0
	}
	j := lex.DigitsEnd(t, i)
	if j-i > 4 {
		return 0
	}
	if end := s.hyphened(i, j); end > 0 {
		return end
	}
	if end := s.louisiana(i, j); end > 0 {
		return end
	}
	if j < len(t) && lex.IsAlpha(t[j]) {
		if end := s.glued(i, j); end > 0 {
			return end
		}
		if lex.IsLower(t[j]) { // "9th Cir. R. 36-3", "9th ed."
			return max(s.fromName(i), s.edition(i, j))
		}
	}
	return s.fromVolume(i, volumeEnd(t, j))
}

// fromVolume handles a volume, title or year at i that ends at volEnd, with the form
// that follows it. It returns 0 if no citation starts there.
func (s *scanner) fromVolume(i, volEnd int) int {
	t := s.text
	p := volEnd
	if p < len(t) && t[p] == ',' { // "18, United States Code, Section 3500"
		p++
	}
	k := lex.SkipSpace(t, p)
	if k == p || k >= len(t) || !lex.IsUpper(t[k]) {
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
	if p != volEnd {
		return 0
	}
	if court := findAuthority(meanings, func(a *authority) bool { return a.kind == ofCourt }); court != nil && lex.YearOf(t[i:volEnd]) > 0 {
		if end := s.neutral(i, t[i:volEnd], court, k, formEnd); end > 0 {
			return end
		}
	}
	return s.printed(i, t[i:volEnd], meanings, k, formEnd)
}

// volumeEnd returns the end of a volume whose digits end at j: "1982-1",
// "0-6-054", "71A".
func volumeEnd(t string, j int) int {
	if j < len(t) && lex.IsUpper(t[j]) && !lex.IsAlnumAt(t, j+1) {
		return j + 1
	}
	for range 2 {
		w := lex.DashAt(t, j)
		next := lex.DigitsEnd(t, min(j+w, len(t)))
		if w == 0 || next == j+w || next-j > 5 {
			break
		}
		j = next
	}
	return j
}

// fromName handles a form that opens its citation: "Mass. Gen. Laws ch. 1",
// "Fed. R. Civ. P. 12", "U.S. Const. art. I", "T.C. Memo 2019-233".
func (s *scanner) fromName(i int) int {
	t := s.text
	if meanings, end := s.forms.match(t, i); meanings != nil {
		for n := range meanings {
			a := &meanings[n]
			found := 0
			switch {
			case !a.opens:
			case a.kind == ofConstitution:
				found = s.constitution(i, a, end)
			case a.isLaw():
				found = s.law(i, "", a, i, end)
			}
			if found > 0 {
				return found
			}
		}
		if findAuthority(meanings, func(a *authority) bool { return a.opens && a.kind == ofCase }) != nil {
			if found := s.unnumbered(i, meanings, end); found > 0 {
				return found
			}
		}
	}
	return s.subjectLaw(i)
}

// id handles "Id. at 12" at i.
func (s *scanner) id(i int) int {
	t := s.text
	end := 0
	for _, w := range []string{"Id.", "id.", "Ibid.", "ibid.", "Ib.", "ib.", "ID.,", "Id,"} {
		if strings.HasPrefix(t[i:], w) {
			end = i + len(w)
			break
		}
	}
	if end == 0 || lex.IsAlnumAt(t, end) {
		return 0
	}
	if same := s.sameReporter(i, end); same > 0 {
		return same
	}
	c := Citation{Kind: ID, Start: i, End: end}
	s.pinned(&c, end)
	s.explain(&c)
	s.add(c)
	return c.End
}

// pinned takes the pin cite after p into c, or at least a comma.
func (s *scanner) pinned(c *Citation, p int) {
	t := s.text
	if e := s.pin(p); e > p {
		c.PinCite = strings.TrimLeft(lex.OneLine(t[p:e]), ", ")
		c.End = e
	} else if p < len(t) && t[p] == ',' {
		c.End = p + 1
	}
	c.reach = max(c.reach, c.End)
}

// supra handles "Smith, supra, at 12" at the word supra.
func (s *scanner) supra(i int) int {
	t := s.text
	if !lex.HasWord(t, i, "supra") && !lex.HasWord(t, i, "Supra") {
		return 0
	}
	end := i + len("supra")
	if lex.DashAt(t, end) == 1 {
		return 0 // "supra-national"
	}
	c := Citation{Kind: Supra, Start: i, End: end}
	if end < len(t) && t[end] == '.' {
		c.End++
	}
	s.pinned(&c, end)
	if q := lex.SkipSpace(t, c.End); q < len(t) && lex.IsDigit(t[q]) && s.opensCite(lex.DigitsEnd(t, q)) {
		// "Esquire, Inc., supra, 316 F.Supp. at 884": the short form says it all.
		return c.End
	}
	var from int
	c.Plaintiff, from = s.antecedent(i)
	after := lex.SkipSpace(t, end)
	if isPointer(c.Plaintiff) || c.Plaintiff == "" && isPointer(t[after:min(len(t), after+maxPointer)]) {
		return c.End // "supra Part II", "Volume I, Section 2, supra": not an authority
	}
	c.nameStart = from
	s.explain(&c)
	s.add(c)
	return c.End
}

// maxPointer is more than the longest name of a part of a paper.
const maxPointer = 12

// paperParts are what papers call their own parts.
var paperParts = vocabulary.Set("part parts section sections note notes footnote footnotes exhibit exhibits appendix chapter chapters count counts " +
	"paragraph paragraphs figure figures table tables volume page pages point points discussion")

// isPointer reports whether the words before or after "supra" name a part of
// the paper itself: "Part II", "Sections III.A & III.B", "note 5", "5".
func isPointer(name string) bool {
	first, rest, _ := strings.Cut(strings.TrimLeft(name, "("), " ")
	if first == "" || strings.Trim(first, "0123456789") == "" {
		return first != ""
	}
	first = strings.ToLower(strings.Trim(first, ",."))
	if !paperParts[first] {
		return false
	}
	number, _, _ := strings.Cut(rest, " ")
	return rest == "" || isPartNumber(number)
}

// isPartNumber reports whether a word numbers a part of a paper: "5", "II",
// "IV.A.1.b", "C". It is not for "Table Bluff", the name of a party.
func isPartNumber(word string) bool {
	word = strings.Trim(word, ".,;)")
	if word == "" || len(word) > maxPointer {
		return false
	}
	for piece := range strings.FieldsFuncSeq(word, func(r rune) bool { return r == '.' || r == '-' || r == '–' || r == '(' || r == ')' }) {
		if len(piece) > 1 && strings.Trim(piece, "0123456789") != "" && strings.Trim(piece, "IVXLivxl1") != "" {
			return false
		}
	}
	return true
}
