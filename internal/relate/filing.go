package relate

import (
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
)

// citations states which authorities the document's own case cites.
func (f *finder) citations() {
	if f.docket == nil {
		return
	}
	for _, p := range f.places {
		if p.typ == dossier.Citation || p.typ == dossier.Statute {
			f.state(dossier.Relation{
				Kind: dossier.Cites, From: f.docket.key, To: p.key, Case: f.docket.key, Confidence: citesConfidence,
			}, p.start, p.end)
		}
	}
}

// filings states on which days documents of a case were filed: in the head of the
// document, and in the stamps of a court's system, which name their case.
func (f *finder) filings() {
	for i := range f.places {
		day := &f.places[i]
		if day.typ != dossier.Date {
			continue
		}
		low, _ := f.line(day.start, day.end)
		if number := f.docketBefore(i, low); number != nil {
			f.filedOn(number, day, min(number.start, labelStart(f.text, day.start)))
		} else if f.docket != nil && day.start < head && !f.below(day.start) {
			f.filedOn(f.docket, day, labelStart(f.text, day.start))
		}
	}
}

// filedOn states that something was filed in the case on the day, by the words
// from the offset to the day.
func (f *finder) filedOn(number, day *place, start int) {
	f.state(dossier.Relation{
		Kind: dossier.FiledOn, From: number.key, To: day.key, Case: number.key, Confidence: filedConfidence,
		RoleRaw: strings.Trim(oneLine(f.text[labelStart(f.text, day.start):day.start]), ": "),
	}, min(start, day.start), day.end)
}

// oneLine is a text on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// docketBefore returns the docket number that stands before place i and not
// before the offset.
func (f *finder) docketBefore(i, low int) *place {
	for i--; i >= 0 && f.places[i].start >= low; i-- {
		if f.places[i].typ == dossier.Docket {
			return &f.places[i]
		}
	}
	return nil
}

// labelStart returns the start of the words "Filed" or "Date Filed" that stand
// before the offset.
func labelStart(text string, at int) int {
	before := text[max(0, at-24):at]
	lower := strings.ToLower(before)
	var starts []int
	for _, label := range []string{"date filed", "filed", "docketed"} {
		if n := strings.LastIndex(lower, label); n >= 0 {
			starts = append(starts, n)
		}
	}
	if len(starts) == 0 || len(lower) != len(before) {
		return at
	}
	return at - len(before) + slices.Min(starts)
}
