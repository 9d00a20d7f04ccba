package train

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/tagger"
)

// The sources of labels draw the bounds of names differently. What follows
// brings them to one convention: titles and possessive endings are outside,
// governments by their full names are organisations, countries by their short
// names are places even as parties, and roles are no names.

// tidy returns the name with its bounds and type by the convention; None if it
// is no name by it.
func tidy(text string, n Name) Name {
	n.Start, n.End = trimName(text, n.Start, n.End)
	if n.Type == tagger.Org {
		n.Start += len(messrs.FindString(text[n.Start:n.End]))
	}
	if n.Type == tagger.Person {
		for {
			word, rest, found := strings.Cut(text[n.Start:n.End], " ")
			if !found || tagger.KindsOf(strings.ToLower(word))&tagger.Honorific == 0 {
				break
			}
			n.Start += len(word) + len(rest) - len(strings.TrimLeft(rest, " .")) + 1
		}
	}
	s := text[n.Start:n.End]
	if s == strings.ToLower(s) || generic[strings.ToLower(s)] {
		n.Type = tagger.None
	}
	switch {
	case n.Type == tagger.Location && isGovernment(s):
		n.Type = tagger.Org
	case n.Type == tagger.Org && isCountry(s):
		n.Type = tagger.Location
	}
	return n
}

// messrs is the title of firms in India.
var messrs = regexp.MustCompile(`^(?i:M/s\b\.? *)`)

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

// isGovernment reports whether a name is that of a place's government: "State
// of Maine", "City of Boston".
func isGovernment(s string) bool {
	s = strings.ToLower(s)
	for _, head := range []string{"state of ", "commonwealth of ", "city of ", "town of ", "village of ", "county of ", "people of the state of ", "union of "} {
		if strings.HasPrefix(s, head) {
			return true
		}
	}
	return s == "united states of america"
}

// isCountry reports whether a name is the short one of a country that litigates.
func isCountry(s string) bool {
	switch strings.ToLower(s) {
	case "united states", "usa", "u.s.a.", "u.s.":
		return true
	}
	return false
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
func (d *Document) withMask(mask func(string) []tagger.Span) {
	spans := append(slices.Clone(d.Mask), mask(d.Text)...)
	slices.SortFunc(spans, func(a, b tagger.Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	d.Mask = d.Mask[:0]
	for _, s := range spans {
		if n := len(d.Mask); n == 0 || d.Mask[n-1].End <= s.Start {
			d.Mask = append(d.Mask, s)
		}
	}
	d.Names = slices.DeleteFunc(d.Names, func(n Name) bool { return touches(d.Mask, n.Start, n.End) })
}
