package tagger

import (
	"cmp"
	"slices"
	"strings"
)

// The sources of labels draw the bounds of names differently. What follows
// brings them to one convention: titles and possessive endings are outside,
// states and countries are places even as parties, and roles are no names.

// tidy returns the name with its bounds and type by the convention; None if it
// is no name by it.
func tidy(text string, n Name) Name {
	n.Start, n.End = trimName(text, n.Start, n.End)
	if n.Type == Person {
		for {
			word, rest, found := strings.Cut(text[n.Start:n.End], " ")
			if !found || lookUp(hashWord(strings.ToLower(word)))&honorific == 0 {
				break
			}
			n.Start += len(word) + len(rest) - len(strings.TrimLeft(rest, " .")) + 1
		}
	}
	s := text[n.Start:n.End]
	if s == strings.ToLower(s) || generic[strings.ToLower(s)] {
		n.Type = None
	}
	if n.Type == Org && isPlaceParty(s) {
		n.Type = Location
	}
	return n
}

// trimName leaves out blanks, loose marks and a possessive ending.
func trimName(text string, start, end int) (int, int) {
	for {
		s := text[start:end]
		t := strings.TrimRight(s, " ,;:-'\"’\n")
		t = strings.TrimSuffix(strings.TrimSuffix(t, "'s"), "’s")
		end -= len(s) - len(t)
		u := strings.TrimLeft(t, " ,;:-.'\"\n")
		start += len(t) - len(u)
		if len(u) == len(s) {
			return start, end
		}
	}
}

// generic are roles that some sources label as names.
var generic = func() map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(`borrower lender bank company executive employee state government court bench league parliament
constitution guarantor agent trustee respondent petitioner accused deceased prosecution complainant village labor`) {
		set[w] = true
	}
	return set
}()

// isPlaceParty reports whether a party is a state, city or country as such.
func isPlaceParty(s string) bool {
	s = strings.ToLower(s)
	for _, head := range []string{"state of ", "commonwealth of ", "city of ", "town of ", "village of ", "county of ", "people of the state of "} {
		if rest, ok := strings.CutPrefix(s, head); ok {
			return strings.Count(rest, " ") < 3 && !strings.Contains(rest, "department")
		}
	}
	return s == "united states of america" || s == "united states" || s == "usa" || s == "u.s.a." || s == "union of india" || s == "u.s."
}

// sortNames puts names in order and drops those that overlap one before them.
func sortNames(names []Name) []Name {
	slices.SortFunc(names, func(a, b Name) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	kept := names[:0]
	for _, n := range names {
		if len(kept) == 0 || kept[len(kept)-1].End <= n.Start {
			kept = append(kept, n)
		}
	}
	return kept
}

// withMask gives the document the spans that the scanners find in it, beside
// those it has, and drops the names inside them.
func (d *Document) withMask(mask func(string) []Span) {
	spans := append(slices.Clone(d.Mask), mask(d.Text)...)
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	d.Mask = d.Mask[:0]
	for _, s := range spans {
		if n := len(d.Mask); n == 0 || d.Mask[n-1].End <= s.Start {
			d.Mask = append(d.Mask, s)
		}
	}
	d.Names = slices.DeleteFunc(d.Names, func(n Name) bool { return touches(d.Mask, n.Start, n.End) })
}
