package sheet

import "strings"

// The words by which a sheet of the Supreme Court is known, each at the start
// of a line.
const (
	titleCue     = "Title:"
	attorneysCue = "Attorneys for "
	partyCue     = "Party name:"
	docketedCue  = "Docketed:"
	otherCue     = "Other" // friends of the court
)

// supreme reads a sheet of the Supreme Court: below "Attorneys for Petitioner"
// it has an attorney, the address, and "Party name:" last.
func (r *reader) supreme() bool {
	title := r.lineOf(titleCue, 0)
	if title < 0 || title > headReach || r.lineOf(partyCue, title) < 0 {
		return false
	}
	r.sheet.Case = r.numberBefore(title)
	if at := r.lineOf(docketedCue, title); at >= 0 {
		r.sheet.Filed = r.field(at + len(docketedCue))
	}
	at := r.lineOf(attorneysCue, title)
	if at < 0 || r.sheet.Case.Empty() {
		return false
	}
	var pending []Counsel
	for line := r.lineAt(at); line.Start < len(r.text); line = r.lineAt(line.End + 1) {
		pending = r.supremeLine(line, pending)
	}
	return len(r.sheet.Parties) > 0
}

// lineOf returns the first line from the offset on that begins with the words, or -1.
func (r *reader) lineOf(words string, from int) int {
	if n := strings.Index(r.text[from:], "\n"+words); n >= 0 {
		return from + n + 1
	}
	return -1
}

// numberBefore returns the number in the line above the offset: "No. 16-1014".
func (r *reader) numberBefore(at int) Span {
	start := strings.LastIndexByte(r.text[:max(0, at-1)], '\n') + 1
	line := r.trim(Span{start, max(start, at-1)})
	if !startsFold(r.text[line.Start:line.End], "No. ") {
		return Span{}
	}
	line.Start += len("No. ")
	return line
}

// supremeLine reads a line of the list of attorneys, and returns those whose
// party is still to come.
func (r *reader) supremeLine(line Span, pending []Counsel) []Counsel {
	left, right := r.columns(line)
	s := r.text[left.Start:left.End]
	switch {
	case left.Empty():
	case startsFold(s, attorneysCue):
		r.role = r.trim(Span{left.Start + len(attorneysCue), left.End})
		r.cue = left
		return nil
	case s == otherCue && len(r.sheet.Parties) > 0:
		r.role, r.cue = left, left
		return nil
	case startsFold(s, partyCue):
		name := r.trim(Span{left.Start + len(partyCue), left.End})
		if len(pending) > 0 && r.addParty(Name{Name: name, Role: r.role}) {
			r.sheet.Parties[len(r.sheet.Parties)-1].Counsel = pending
		}
		return nil
	case len(pending) == 0 && r.isName(left) && !r.role.Empty():
		return []Counsel{{Name: r.bare(left), Cue: r.cue, Firm: r.firm(right)}}
	case len(pending) > 0 && startsFold(s, "counsel of record"):
		c := &pending[len(pending)-1]
		c.Notes = append(c.Notes, left)
		if c.Firm.Empty() {
			c.Firm = r.firm(right)
		}
	}
	return pending
}

// firm returns a cell if it may name a firm.
func (r *reader) firm(cell Span) Span {
	if r.isName(cell) {
		return cell
	}
	return Span{}
}
