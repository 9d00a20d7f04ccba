// Package mention finds the people, organisations, places, courts, dates,
// amounts, contact data, docket numbers and authorities that a legal text
// names. It is the third stage: text in, [dossier.Mention] out.
//
// It works in layers over one offset space; each masks what it took from the next:
//
//   - Scanners find everything that has a grammar: citations and statutes
//     (package cite), courts (package court), and dates, money, docket numbers,
//     addresses and the like (package scan).
//   - Rules with word lists find the people, organisations and places that layout,
//     titles and endings prove, in the words that the scanners left.
//   - The learned tagger (package tagger) finds names in the words that are left;
//     rules bring the bounds and the type of each to what the words at its ends
//     demand.
//   - The document votes: a surname or short form is tagged where the same
//     document names its owner in full, and a name has one type throughout.
//
// The rules are ordered lists: boundsRules, noNames, personProofs and others. Each
// has a name, and a mention carries the names of the rule that found it and of
// those that changed it. Their scores stand in rule.go.
//
// Guarantees: for every mention m, text[m.Start:m.End] == m.Text; mentions are
// in order of Start and do not overlap; the same text gives the same mentions;
// time is linear in the text, however hostile. Scores say how strong the
// evidence was and are comparable within the package only.
package mention

import (
	"cmp"
	"slices"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cite"
	"github.com/dossier-legal/dossier/internal/mention/caption"
	"github.com/dossier-legal/dossier/internal/mention/court"
	"github.com/dossier-legal/dossier/internal/mention/scan"
	"github.com/dossier-legal/dossier/internal/tagger"
)

// Version changes when the same text may give other mentions; results of another
// version are made again.
const Version = "14"

// Find returns the mentions of a document's text, valid UTF-8, in order of
// Start and not overlapping. Page is left 0: the caller knows the pages.
//
// Full and short case citations are CITATION mentions whose Norm is the full
// citation, if the text has it; "id." and "supra" are left to [cite.Find].
func Find(text string) []dossier.Mention {
	bare := caption.Plain(text)
	found := find(bare)
	if bare != text {
		for i := range found {
			found[i].Text = text[found[i].Start:found[i].End]
		}
	}
	return found
}

// find returns the mentions of a text without marks of layout.
func find(text string) []dossier.Mention {
	cites := cite.Find(text)
	found := slices.Concat(citeMentions(text, cites), sheetDocket(text), scan.Find(text), outside(court.Find(text), cites), outside(court.FindTribunals(text), cites))
	found = dropOverlaps(found)
	caption.MarkFiled(text, found)
	t := newRules(text, maskOf(found, cites))
	names := tagger.Load().Tag(text, taggerMask(found, cites))
	found = dropOverlaps(append(found, t.tag(names, cites)...))
	placeTowns(text, found)
	return found
}

// outside leaves out what lies in citations, such as the court of "(S.D.N.Y.
// 2010)". Both are in order.
func outside(found []dossier.Mention, cites []cite.Citation) []dossier.Mention {
	next := 0
	return slices.DeleteFunc(found, func(m dossier.Mention) bool {
		for ; next < len(cites); next++ {
			if _, end := cites[next].Extent(); end > m.Start {
				start, _ := cites[next].Extent()
				return start < m.End
			}
		}
		return false
	})
}

// citeMentions turns citations into mentions. Dockets have a scanner of their own;
// "id." and "supra" are no mentions.
func citeMentions(text string, cites []cite.Citation) []dossier.Mention {
	var out []dossier.Mention
	for i := range cites {
		c := &cites[i]
		m := dossier.Mention{Start: c.Start, End: c.End, Norm: c.Norm, Score: citationScore, Method: "scanner:citation", Rule: "citation"}
		switch c.Kind {
		case cite.Statute, cite.Regulation, cite.Rule, cite.Constitution:
			m.Type, m.Method, m.Rule, m.End = dossier.Statute, "scanner:statute", "statute", c.PinEnd()
		case cite.Full, cite.Neutral, cite.Journal:
			m.Type = dossier.Citation
		case cite.Short:
			m.Type, m.Rule = dossier.Citation, "short-citation"
			if c.Resource == 0 {
				m.Norm, m.Score = c.Groups["volume"]+" "+c.Reporter, shortCitationScore
			}
		default:
			continue
		}
		m.Text = text[m.Start:m.End]
		out = append(out, m)
	}
	return out
}

// typeRank decides between mentions that begin at one place: the more
// particular grammar wins.
var typeRank = map[dossier.MentionType]int{
	dossier.Email: 0, dossier.Statute: 1, dossier.Citation: 2, dossier.Docket: 3, dossier.Address: 4, dossier.BarNumber: 5, dossier.Court: 6,
	dossier.Date: 7, dossier.Money: 8, dossier.Phone: 9, dossier.Percent: 10, dossier.Duration: 11,
	dossier.Org: 12, dossier.Person: 13, dossier.Location: 14,
}

// dropOverlaps puts mentions in order and, of any two that overlap, keeps the
// one of better rank, then the longer one.
func dropOverlaps(found []dossier.Mention) []dossier.Mention {
	slices.SortFunc(found, func(a, b dossier.Mention) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(typeRank[a.Type], typeRank[b.Type]), cmp.Compare(b.End, a.End))
	})
	kept := found[:0]
	for _, m := range found {
		for len(kept) > 0 && kept[len(kept)-1].End > m.Start && better(&m, &kept[len(kept)-1]) {
			kept = kept[:len(kept)-1]
		}
		if len(kept) == 0 || kept[len(kept)-1].End <= m.Start {
			kept = append(kept, m)
		}
	}
	return kept
}

func better(m, than *dossier.Mention) bool {
	if typeRank[m.Type] != typeRank[than.Type] {
		return typeRank[m.Type] < typeRank[than.Type]
	}
	return m.End-m.Start > than.End-than.Start
}

// span is a stretch of text that the tagger must not look into.
type span struct{ start, end int }

// maskOf returns what the scanners have found, with the case names and
// parentheses of citations: "Smith" in "Smith v. Jones, 528 U.S. 495" is an
// authority, not a person of this matter.
func maskOf(found []dossier.Mention, cites []cite.Citation) []span {
	mask := make([]span, 0, len(found)+len(cites))
	for i := range found {
		mask = append(mask, span{found[i].Start, found[i].End})
	}
	for i := range cites {
		start, end := cites[i].Extent()
		mask = append(mask, span{start, end})
	}
	slices.SortFunc(mask, func(a, b span) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end)) })
	merged := mask[:0]
	for _, m := range mask {
		if n := len(merged); n > 0 && m.start <= merged[n-1].end {
			merged[n-1].end = max(merged[n-1].end, m.end)
			continue
		}
		merged = append(merged, m)
	}
	return merged
}
