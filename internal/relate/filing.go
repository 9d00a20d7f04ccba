package relate

import (
	"slices"
	"strings"

	"dossier"
)

// filedConfidence is that in a date beside the word "Filed".
const filedConfidence = 0.9

// filings states on which days papers of a case were filed: in the head of the
// document, and in the stamps of a court's system, which name their case.
func (f *finder) filings() {
	for i, p := range f.places {
		if p.typ != dossier.Date {
			continue
		}
		low, _ := f.line(p.start, p.end)
		number := f.docketBefore(i, low)
		if number == nil {
			if p.start >= head || f.below(p.start) {
				continue
			}
			number, low = f.docket, max(low, labelStart(f.text, p.start))
		}
		if number == nil {
			continue
		}
		f.state(dossier.Relation{
			Kind: dossier.FiledOn, From: number.key, To: p.key, Case: number.key,
			RoleRaw: strings.Join(strings.Fields(f.text[labelStart(f.text, p.start):p.start]), " "), Confidence: filedConfidence,
		}, low, p.end)
	}
}

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
	starts := []int{}
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
