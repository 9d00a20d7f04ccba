package cite

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// recordWords name the papers of a case, as briefs and opinions cite them:
// "Compl. ¶ 12", "Smith Decl. at 3", "Dkt. No. 45", "Tr. 12:3".
var recordWords = vocabulary.Set("Compl Complaint FAC SAC TAC Answer Ans Countercl Pet Petition Aff Affidavit Affid Decl Declaration Dep Depo Deposition " +
	"Tr Transcript Hr'g Dkt ECF Doc Docket Ex Exs Exh Exhibit Exhibits Br Brief Mot Motion Mem Memorandum Opp Opp'n Opposition Reply Resp Response " +
	"App Appendix Rec Record JA RT CT SOF SOMF SUMF PSR Stip Stipulation Interrog Rog Rep Report Indictment Information Order Agreement Contract Lease Policy")

// recordAbbreviations are those with full stops inside.
var recordAbbreviations = []string{"J.A.", "R.T.", "C.T.", "C.R.", "S.A.", "P.S.R."}

// record handles a reference to a paper of the case at i. It is no authority,
// but an "id." after it means it, and so refers to no authority either. It
// returns the end of the reference, 0 if there is none.
func (s *scanner) record(i int) int {
	t := s.text
	end := recordName(t, i)
	if end == 0 {
		return 0
	}
	p := s.recordPin(end)
	if p == end {
		return 0
	}
	s.add(Citation{Kind: Unknown, Start: i, End: p, record: true})
	return p
}

// recordName returns the end of the name of a paper at i, "Dkt.", with its stop; 0 if
// there is none.
func recordName(t string, i int) int {
	for _, name := range recordAbbreviations {
		if strings.HasPrefix(t[i:], name) {
			return i + len(name)
		}
	}
	end := lex.WordEnd(t, i)
	if !recordWords[t[i:end]] {
		return 0
	}
	if at(t, end) == '.' {
		end++
	}
	return end
}

// recordPin returns the end of the place in a paper whose name ends at end:
// ", ¶¶ 46-53", " No. 45 at 3", " 12:3-5". It returns end if there is none.
func (s *scanner) recordPin(end int) int {
	t := s.text
	p := end
	if q := lex.SkipSpace(t, p); strings.HasPrefix(t[q:], "No. ") || strings.HasPrefix(t[q:], "Nos. ") {
		p = q + strings.Index(t[q:], " ")
	}
	abbreviated := at(t, end-1) == '.'
	if q := lex.SkipSpace(t, p); q > p && q < len(t) && (p > end || abbreviated) && numbersPaper(t, q) {
		p = lex.WordEnd(t, q)
		for at(t, p) == ':' && lex.IsDigit(at(t, p+1)) || lex.DashAt(t, p) > 0 && lex.IsDigit(at(t, p+lex.DashAt(t, p))) {
			p = lex.DigitsEnd(t, p+max(1, lex.DashAt(t, p)))
		}
		if s.opensCite(p) {
			return end
		}
	}
	return s.pin(p)
}

// numbersPaper reports whether the word at q numbers a paper or is a place in
// it: "45", "A", "12:3".
func numbersPaper(t string, q int) bool {
	word := t[q:lex.WordEnd(t, q)]
	return word != "" && (lex.IsDigit(word[0]) || len(word) == 1 && lex.IsUpper(word[0]))
}

// paragraphSign notes "¶" of a paper without a known name, "Claim Chart ¶ 4", and
// returns where to go on. The number of a paragraph of the text itself, at the
// beginning of a line or a sentence, is none.
func (s *scanner) paragraphSign(i int) int {
	t := s.text
	end := i
	for strings.HasPrefix(t[end:], "¶") {
		end += len("¶")
	}
	p := lex.DigitsEnd(t, lex.SkipSpace(t, end))
	before := strings.TrimRight(t[s.floor():i], " ")
	if before == "" || p == end || !lex.IsAlnum(before[len(before)-1]) {
		return end
	}
	_, word := wordBefore(before, len(before))
	if !startsName(strings.Trim(word, "([“\"‘")) {
		return end
	}
	s.add(Citation{Kind: Unknown, Start: i, End: p, record: true})
	return p
}

// edition notes the edition of a book, "Black's Law Dictionary 123 (9th ed.
// 2009)", whose number ends at j, for the sake of an "id." after it.
func (s *scanner) edition(i, j int) int {
	t := s.text
	if i == 0 || j >= len(t) || t[i-1] != '(' || !lex.IsLower(t[j]) {
		return 0
	}
	word := lex.WordEnd(t, j)
	p := lex.SkipSpace(t, word)
	for _, w := range []string{"ed.", "rev. ed.", "edn"} {
		if strings.HasPrefix(t[p:], w) && i >= s.floor() {
			s.add(Citation{Kind: Unknown, Start: i, End: p + len(w), record: true})
			return p + len(w)
		}
	}
	return 0
}

// sameReporter handles "id." in the sense of older reports, where it stands for
// the reporter of the citation before it: "Lehman v. The People, id. 601" and
// "83 id. 154" after "80 Ill. 423". i and end bound the word.
func (s *scanner) sameReporter(i, end int) int {
	t := s.text
	page := lex.SkipSpace(t, end)
	pageEnd := lex.DigitsEnd(t, page)
	prev := s.last()
	if page == end || pageEnd == page || lex.IsAlnumAt(t, pageEnd) || prev == nil || prev.Kind != Full || !lex.IsDigit(at(prev.Groups["volume"], 0)) {
		return 0
	}
	meanings, _ := s.forms.match(prev.Groups["reporter"], 0)
	same := findAuthority(meanings, func(a *authority) bool { return a.isPrinted() && a.canonical == prev.Reporter })
	if same == nil {
		return 0
	}
	volume, start := prev.Groups["volume"], i
	if before := lex.TrimSpaceBefore(t, i); before > 0 && before < i && lex.IsDigit(t[before-1]) {
		for start = before; start > s.floor() && lex.IsDigit(t[start-1]); {
			start--
		}
		if volume = t[start:before]; start == prev.reach || len(volume) > 4 {
			return 0 // "80 Ill. 423 id. 601": it is the page
		}
	}
	c := Citation{
		Kind: Full, Start: start, End: pageEnd,
		Groups: map[string]string{"volume": volume, "reporter": prev.Groups["reporter"], "page": t[page:pageEnd]},
	}
	if named := c; start == i {
		if s.caption(&named); named.Defendant == "" || named.parallel {
			return 0 // nothing says that it is another case: a page of the one before
		}
	}
	return s.full(c, []authority{*same})
}

// withoutRecords drops the references to papers, which only keep an "id." from
// what stands before them.
func withoutRecords(cites []Citation) []Citation {
	kept := cites[:0]
	for i := range cites {
		if !cites[i].record {
			kept = append(kept, cites[i])
		}
	}
	return kept
}
