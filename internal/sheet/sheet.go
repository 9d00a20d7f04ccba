// Package sheet reads docket sheets: the pages on which a court's system lists
// the case, its parties, who represents them and what was filed.
//
// The federal courts print four layouts. District courts write a
// role, the party below it and, after "represented by", a block for each
// attorney. Bankruptcy courts do the same with rules and empty lines between.
// Courts of appeals write the party first, its role on the next line, and the
// attorneys beside that; the Supreme Court has the attorney first and the party
// last. A scanner goes over the lines once and keeps in mind
// whose block it is in; what a line is follows from its own words and from the
// line before it, so time is linear in the text.
//
// All that is returned are places in the text: nothing is spelled anew.
package sheet

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// Span is a place in the text, in bytes; the end is exclusive.
type Span struct{ Start, End int }

// Empty reports whether nothing was found.
func (s Span) Empty() bool { return s.End <= s.Start }

// Sheet is what the head of a docket sheet says of its case.
type Sheet struct {
	Case    Span   // the number of the case
	Filed   Span   // the day on which the case was filed
	Judges  []Name // to whom the case is assigned or referred
	Parties []Party
}

// Name is a name with the words that say what it is in the case: "Assigned to:
// Judge", "Joint Debtor".
type Name struct {
	Name, Role Span
}

// Party is somebody in the case.
type Party struct {
	Name
	Notes   []Span // "TERMINATED: 07/14/2011", "PRO SE"
	Counsel []Counsel
}

// Counsel is one entry of those who represent a party.
type Counsel struct {
	Name  Span
	Cue   Span   // the words that tie it to the party: "represented by", for appeals the party's role
	Firm  Span   // the line below the name, if it is no address
	Notes []Span // "LEAD ATTORNEY", "PRO HAC VICE", "TERMINATED: 02/17/2009", "COR NTC Retained"
}

// The head in which a sheet says what it is, and how far its list of parties
// may reach, in bytes: a case of thousands of claimants takes a megabyte.
const (
	headReach = 6000
	listReach = 8 << 20
)

// numberSign stands before the number of the case on every sheet.
const numberSign = "#:"

// The words before it, by which a sheet is known.
var (
	trialCues  = []string{"docket for case ", "petition ", "proceeding "}
	appealCues = []string{"appeals docket ", "appellate panel docket ", "bap docket "}
)

// Read reads the sheet that the text is, or reports that it is none.
func Read(text string) (Sheet, bool) {
	r := reader{text: text[:min(len(text), listReach)]}
	top := text[:min(len(text), headReach)]
	for at := 0; ; at += len(numberSign) {
		n := strings.Index(top[at:], numberSign)
		if n < 0 {
			return r.sheet, r.supreme()
		}
		at += n
		r.appeal = endsFold(top[:at], appealCues...)
		if r.appeal || endsFold(top[:at], trialCues...) {
			r.sheet.Case = r.field(at + len(numberSign))
			if r.appeal {
				r.sheet.Filed = r.docketed(r.sheet.Case.End)
			}
			r.lines(at + len(numberSign))
			return r.sheet, true
		}
	}
}

// state is whose block the scanner is in.
type state uint8

const (
	outside  state = iota
	labelled       // below a role: the party's name comes
	party          // below a party's name: its address, other names
	retained       // after "represented by": the attorney's name comes
	counsel        // below an attorney's name: the firm, the address
	apart          // after an empty line below an attorney: another, or the end
)

// reader is the scanner over the lines of a sheet.
type reader struct {
	text   string
	sheet  Sheet
	appeal bool
	state  state
	role   Span // of the party that comes
	ruled  bool // a rule stands below the role, and more parties may follow
	cue    Span // the last "represented by"
	closed bool // the block of counsel had its last kind of line
	noted  bool // on sheets of appeals, the line before was a note
	next   Span // the line after the one being read
	before Span // the line before it, on sheets of appeals
}

// docketed returns the day that an appeal's sheet has beside the number.
func (r *reader) docketed(at int) Span {
	const cue = "Docketed:"
	line := r.lineAt(at)
	n := strings.Index(r.text[line.Start:line.End], cue)
	if n < 0 {
		return Span{}
	}
	return r.field(line.Start + n + len(cue))
}

// lines reads the lines from the offset to the end of the list of parties.
func (r *reader) lines(at int) {
	line := r.lineAt(at)
	for line.Start < len(r.text) {
		r.next = r.lineAt(line.End + 1)
		if r.ends(line) {
			return
		}
		if r.appeal {
			r.appealLine(line)
			r.before = line
		} else {
			r.line(line)
		}
		line = r.next
	}
}

// lineAt returns the line that begins at the offset, without its end.
func (r *reader) lineAt(at int) Span {
	if at >= len(r.text) {
		return Span{len(r.text), len(r.text)}
	}
	if n := strings.IndexAny(r.text[at:], "\n\f"); n >= 0 {
		return Span{at, at + n}
	}
	return Span{at, len(r.text)}
}

// The words with which what follows the list of parties begins.
var endings = []string{"filing date\t", "docket date\t", "date filed\t#", "there are proceedings", "pacer service center", "**** all docket"}

// ends reports whether the line is past the list of parties: the head of the
// table of entries, or the first entry.
func (r *reader) ends(line Span) bool {
	s := r.text[line.Start:line.End]
	if startsFold(s, endings...) || strings.Contains(s, "Docket Text") {
		return true
	}
	// In the head of an appeal's sheet stand dates too.
	return len(r.sheet.Parties) > 0 && len(s) >= 10 && isDate(s[:10]) && (len(s) == 10 || s[10] == '\t')
}

// line reads a line of a sheet of a district or bankruptcy court.
func (r *reader) line(line Span) {
	left, cue, right := r.split(line)
	s := r.text[left.Start:left.End]
	switch {
	case left.Empty() && cue.Empty():
		r.blank()
	case r.state != labelled && isHeading(s):
		r.state = outside
	case r.state != labelled && isRole(s):
		r.role, r.ruled, r.state = left, false, labelled
	case isRule(s):
		r.ruled = r.state == labelled
	case isVersus(s) && r.state != labelled:
		r.state = outside
	default:
		r.entry(left)
	}
	if cue.Empty() || len(r.sheet.Parties) == 0 {
		return
	}
	r.cue, r.state = cue, retained
	if !right.Empty() {
		r.addCounsel(right, cue)
	}
}

// blank reads an empty line: below an attorney another may follow.
func (r *reader) blank() {
	switch r.state {
	case counsel:
		r.state = apart
	case party, labelled, retained, outside, apart:
	}
}

// entry reads the words of a line by where it stands.
func (r *reader) entry(line Span) {
	if line.Empty() {
		return
	}
	switch r.state {
	case labelled:
		r.addParty(Name{Name: line, Role: r.role})
	case party:
		p := &r.sheet.Parties[len(r.sheet.Parties)-1]
		if isNote(r.text[line.Start:line.End]) {
			p.Notes = append(p.Notes, line)
		}
	case retained:
		r.addCounsel(line, r.cue)
	case apart:
		r.anotherCounsel(line)
	case counsel:
		r.counselLine(line)
	case outside:
		r.headLine(line)
	}
}

// anotherCounsel reads a line that an empty one sets off from an attorney's
// block: it begins another if the lines of a block follow.
func (r *reader) anotherCounsel(line Span) {
	s := r.text[line.Start:line.End]
	if lex.IsAlpha(s[0]) && !strings.ContainsAny(s, ":@\t") && !isRole(s) && !r.trim(r.next).Empty() {
		r.addCounsel(line, r.cue)
		return
	}
	r.state = outside
}

// counselLine reads a line below an attorney's name.
func (r *reader) counselLine(line Span) {
	p := &r.sheet.Parties[len(r.sheet.Parties)-1]
	c := &p.Counsel[len(p.Counsel)-1]
	s := r.text[line.Start:line.End]
	switch {
	case isProSe(s):
		p.Notes = append(p.Notes, line)
		r.closed = true
	case isNote(s):
		c.Notes = append(c.Notes, line)
		r.closed = true
		r.noted = r.appeal
	case isContact(s):
		r.closed = true
	case r.noted: // the firm stands below the note
		r.noted = false
		if c.Firm.Empty() && r.isName(line) {
			c.Firm = line
		}
	case r.closed && r.ruled && r.isName(line): // the next row of the table
		r.addParty(Name{Name: line, Role: r.role})
	case c.Firm.Empty() && !r.closed && r.isName(line) && line.Start <= c.Name.End+maxGap:
		c.Firm = line
	}
}

// maxGap is the white space between a name and the line below it, in bytes.
const maxGap = 3

// addParty adds a party by the line of its name, or reports that it has none.
func (r *reader) addParty(n Name) bool {
	n.Name = r.bare(n.Name)
	if n.Name.Empty() {
		return false
	}
	r.sheet.Parties = append(r.sheet.Parties, Party{Name: n})
	r.state = party
	return true
}

func (r *reader) addCounsel(line, cue Span) {
	p := &r.sheet.Parties[len(r.sheet.Parties)-1]
	name := r.bare(line)
	if name.Empty() {
		return
	}
	p.Counsel = append(p.Counsel, Counsel{Name: name, Cue: cue})
	r.state, r.closed, r.noted = counsel, false, false
}

// appealLine reads a line of a sheet of a court of appeals.
func (r *reader) appealLine(line Span) {
	left, right := r.columns(line)
	s := r.text[left.Start:left.End]
	switch {
	case left.Empty():
		r.blank()
	case isRule(s) || isVersus(s):
		r.state = outside
	case r.state == labelled: // the role below the party's name
		r.sheet.Parties[len(r.sheet.Parties)-1].Role = left
		r.cue, r.state = left, party
		if !right.Empty() {
			r.addCounsel(right, left)
		}
	case r.leads():
		if r.addParty(Name{Name: r.opening(left)}) {
			r.state = labelled
		}
	case r.state == party: // another word of the party, or its lawyer below the role
		if isNote(s) {
			p := &r.sheet.Parties[len(r.sheet.Parties)-1]
			p.Notes = append(p.Notes, left)
		}
	default:
		r.entry(left)
	}
}

// leads reports whether the line after the one being read is the role of a
// party, with or without an attorney beside it.
func (r *reader) leads() bool {
	left, _ := r.columns(r.next)
	return isRole(r.text[left.Start:left.End])
}

// opening returns the line of a party's name: the line before if this one only
// goes on to describe it, "a Delaware corporation".
func (r *reader) opening(line Span) Span {
	before, _ := r.columns(r.before)
	if lex.IsLower(r.text[line.Start]) && r.isName(before) && lex.IsUpper(r.text[before.Start]) {
		return before
	}
	return line
}

// headLine reads a line above the list of parties.
func (r *reader) headLine(line Span) {
	if len(r.sheet.Parties) > 0 {
		return
	}
	s := r.text[line.Start:line.End]
	label, _, ok := strings.Cut(s, ":")
	if !ok {
		return
	}
	value := r.field(line.Start + len(label) + 1)
	switch strings.ToLower(strings.TrimSpace(label)) {
	case "assigned to", "referred to", "presiding judge":
		name := skipTitle(r.text, value)
		r.sheet.Judges = append(r.sheet.Judges, Name{Name: name, Role: r.trim(Span{line.Start, name.Start})})
	case "date filed":
		if r.sheet.Filed.Empty() {
			r.sheet.Filed = value
		}
	}
}

// The titles that stand before a judge's name.
var judgeTitles = []string{
	"chief judge ", "senior judge ", "magistrate judge ", "chief magistrate judge ", "district judge ", "bankruptcy judge ",
	"judge ", "hon. ", "honorable ", "the honorable ",
}

// skipTitle returns the name without its title.
func skipTitle(text string, name Span) Span {
	for again := true; again; {
		again = false
		for _, title := range judgeTitles {
			if startsFold(text[name.Start:name.End], title) {
				name.Start += len(title)
				again = true
			}
		}
	}
	return name
}

// field returns what stands from the offset to the end of the cell.
func (r *reader) field(at int) Span {
	line := r.lineAt(at)
	s := strings.TrimLeft(r.text[line.Start:line.End], " \t\u00a0")
	start := line.End - len(s)
	return r.trim(Span{start, start + cellEnd(s)})
}

// wideGap is what stands between two cells where no tab does.
const wideGap = "   "

// cellEnd returns the end of the first cell of a line.
func cellEnd(s string) int {
	for _, gap := range []string{"\t", wideGap} {
		if n := strings.Index(s, gap); n >= 0 {
			s = s[:n]
		}
	}
	return len(s)
}

// trim takes white space and stray commas off both ends.
func (r *reader) trim(s Span) Span {
	t := r.text[s.Start:s.End]
	s.Start += len(t) - len(strings.TrimLeft(t, " \t\r\u00a0"))
	t = r.text[s.Start:max(s.Start, s.End)]
	s.End = s.Start + len(strings.TrimRight(t, " \t\r\u00a0,"))
	return s
}

// columns divides a line after its first cell.
func (r *reader) columns(line Span) (left, right Span) {
	line = r.trim(line)
	end := line.Start + cellEnd(r.text[line.Start:line.End])
	return r.trim(Span{line.Start, end}), r.trim(Span{end, line.End})
}

const representedBy = "represented by"

// split divides a line at "represented by", which opens a cell or stands alone.
func (r *reader) split(line Span) (left, cue, right Span) {
	s := r.text[line.Start:line.End]
	for at := 0; ; {
		n := strings.IndexByte(s[at:], 'r')
		if n < 0 {
			return r.trim(line), cue, right
		}
		at += n
		if strings.HasPrefix(s[at:], representedBy) && opensCell(s[:at]) {
			end := line.Start + at + len(representedBy)
			return r.trim(Span{line.Start, line.Start + at}), Span{line.Start + at, end}, r.trim(Span{end, line.End})
		}
		at++
	}
}

// opensCell reports whether a cell of a table begins after the text.
func opensCell(before string) bool {
	return strings.TrimSpace(before) == "" || strings.HasSuffix(before, "\t") || strings.HasSuffix(before, "  ")
}

// bare cuts a line to the name with which it begins: "Jane Roe, as trustee of
// …" and "Jane Roe aka Jane Poe" are Jane Roe. A comma before "Inc." or "Jr." is
// part of a name.
func (r *reader) bare(line Span) Span {
	line.End = line.Start + cellEnd(r.text[line.Start:line.End])
	s := r.text[line.Start:line.End]
	for _, other := range otherNames {
		if n := strings.Index(s, other); n > 0 {
			s = s[:n]
		}
	}
	s = strings.TrimRight(withoutNumber(s), " ")
	line.End = line.Start + len(s)
	for at := 0; at < len(s); {
		n := strings.IndexByte(s[at:], ',')
		if n < 0 {
			break
		}
		at += n + 1
		if describes(strings.TrimLeft(s[at:], " ")) {
			return r.trim(Span{line.Start, line.Start + at - 1})
		}
	}
	return r.trim(line)
}

// withoutNumber cuts what a line ends in if it tells a number: "Mark Poe (State
// Prisoner: H-12345)".
func withoutNumber(s string) string {
	if at := strings.LastIndex(s, " ("); at > 0 && strings.HasSuffix(s, ")") && strings.Contains(s[at:], ": ") {
		return s[:at]
	}
	return s
}

// describes reports whether what follows a comma only describes the name. Where
// a sheet has no office for an attorney, it writes a dash.
func describes(s string) bool {
	word := strings.ToLower(s[:lex.WordEnd(s, 0)])
	if describing[word] || s == "-" {
		return true
	}
	return s != "" && lex.IsLower(s[0])
}

// isName reports whether a line may be a name and no address: it begins with a
// letter, and no digit or colon stands in it.
func (r *reader) isName(line Span) bool {
	s := r.text[line.Start:line.End]
	if s == "" || len(s) > 200 || lex.IsDigit(s[0]) {
		return false
	}
	return !strings.ContainsAny(s, "0123456789:@\t") || strings.HasPrefix(s, "#")
}
