// Package cite finds the authorities that a legal text cites and tells which
// citations are of the same one. It is a part of the third stage: text in,
// [Citation] out.
//
// One pass runs over the bytes. At every number, capitalised word and section
// mark it looks into a trie of about eleven thousand written forms: reporters,
// journals, codes, registers, books of rules, constitutions and courts. Only at
// a hit are the words around it read: page, pin cite, court and year after it,
// signal and case name before it. There is no list of patterns to try, so the
// time is linear in the text, however hostile, and does not grow with the
// number of forms.
//
// A second pass over the citations, not the text, numbers the authorities and
// links "id.", "supra", "528 U.S., at 497" and bare sections to them. It never
// guesses: what may refer to two authorities refers to none, so an "id." after a
// string of citations does not, and neither does one whose page cannot be in the
// case before it. What a case only quotes, and its later history, are passed over.
package cite

// Kind says what a citation is.
type Kind string

// The kinds of citations. Those up to Docket name their authority by
// themselves; the others refer to one that the text cites elsewhere.
const (
	Full         Kind = "full"         // of a case: "528 U.S. 495", "2017 IL App (4th) 160407"
	Neutral      Kind = "neutral"      // of a case, by its court's number: "[2004] UKHL 22", "2012 SCC 12"
	Statute      Kind = "statute"      // "42 U.S.C. § 1983"
	Regulation   Kind = "regulation"   // "29 C.F.R. § 1630.2", "60 Fed. Reg. 68,380"
	Constitution Kind = "constitution" // "U.S. Const. amend. XIV, § 1"
	Rule         Kind = "rule"         // of a court: "Fed. R. Civ. P. 12(b)(6)"
	Journal      Kind = "journal"      // "77 Marq. L. Rev. 475"
	Docket       Kind = "docket"       // of a case by its number: "No. 99-1234 (1st Cir. May 3, 2000)"
	Short        Kind = "short"        // "528 U.S., at 497"
	Supra        Kind = "supra"        // "Smith, supra, at 12"
	ID           Kind = "id"           // "Id. at 12"
	Reference    Kind = "reference"    // a bare case name with a page: "Smith at 12"
	Unknown      Kind = "unknown"      // a section mark without a law, a page of the appendix
)

// Citation is a citation of an authority and its parts.
type Citation struct {
	Kind Kind `json:"kind"`
	// Start and End are byte offsets; Text is exactly text[Start:End]. A full
	// citation spans its core, "528 U.S. 495", and a law ends before its
	// subsections; the kinds that refer reach to the end of their pin cite.
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
	// Groups holds the parts as written: volume, reporter and page for cases
	// and journals, with the author of an article; title, chapter, section and
	// the like for laws.
	Groups   map[string]string `json:"groups"`
	Reporter string            `json:"reporter,omitempty"` // canonical form
	PinCite  string            `json:"pin_cite,omitempty"`
	Year     int               `json:"year,omitempty"`  // 0 if not given
	Court    string            `json:"court,omitempty"` // id of the court, "ca9"
	// Plaintiff and Defendant are the sides of the case name before a full
	// citation; "In re X" has a defendant only. For short, supra and reference
	// citations Plaintiff is the name by which they refer to the case.
	Plaintiff string `json:"plaintiff,omitempty"`
	Defendant string `json:"defendant,omitempty"`
	// Signal introduces the citation, in lower case: "see also". The members of
	// a string of citations share it.
	Signal string `json:"signal,omitempty"`
	// Parenthetical is the explanation after the citation, without brackets:
	// "holding that …".
	Parenthetical string `json:"parenthetical,omitempty"`
	// Norm is the canonical citation of the authority, with the subsections of
	// a law; for kinds that refer it is that of the authority.
	Norm string `json:"norm,omitempty"`
	// Resource numbers the cited authorities of the text from 1 in order of
	// first citation: equal numbers are one authority. It is 0 if the citation
	// refers to something the text does not cite. "Id. § 1985" after another
	// section of its law cites that section, be it for the first time.
	Resource int `json:"resource"`

	// key tells authorities apart. Sections of a law are one authority with or
	// without subsections, so it may be shorter than norm.
	key string
	// nameStart is where the case name begins, -1 if there is none; pinEnd is
	// the end of the pin cite, reach of all words that belong to the citation.
	nameStart, pinEnd, reach int
	begin                    int  // start of the first of them: a name, an author, the citation
	parenEnd                 int  // end of the explanations after it, 0 if there are none
	parallel                 bool // names the authority of the citation before it
	record                   bool // a reference to a paper of the case, not an authority
	running                  bool // "Cite as: 569 U. S. ____", the head of each page
}

// maxParallel bounds the parallel citations of one authority.
const maxParallel = 8

// isFull reports whether the citation names its authority by itself.
func (c *Citation) isFull() bool {
	switch c.Kind {
	case Full, Neutral, Statute, Regulation, Constitution, Rule, Journal, Docket:
		return true
	}
	return false
}

// isCase reports whether the citation is a full one of a decision.
func (c *Citation) isCase() bool { return c.Kind == Full || c.Kind == Neutral || c.Kind == Docket }

// PinEnd returns the offset at which the pin cite ends, with the subsections of
// a law; it is End if there is none.
func (c *Citation) PinEnd() int { return c.pinEnd }

// Extent returns the stretch of text that belongs to the citation: from the
// case name to the parenthesis of court and year.
func (c *Citation) Extent() (start, end int) {
	if c.nameStart >= 0 {
		return min(c.nameStart, c.Start), c.reach
	}
	return c.Start, c.reach
}

// Find returns the citations of text, valid UTF-8, in order of Start and not
// overlapping. The same text gives the same citations.
func Find(text string) []Citation {
	s := scanner{text: text, forms: loadForms(), courts: loadCourts(), names: nameKeys{}, chosen: map[string]*authority{}}
	s.scan()
	s.addBare()
	resolve(s.text, s.cites, s.names)
	return withoutRecords(s.cites)
}

// squeeze keeps the letters and digits of s, in lower case.
func squeeze(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case 'A' <= c && c <= 'Z':
			b = append(b, c+'a'-'A')
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			b = append(b, c)
		}
	}
	return string(b)
}
