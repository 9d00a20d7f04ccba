package mention

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cite"
	"github.com/dossier-legal/dossier/internal/mention/caption"
)

// Merge puts what a language model found in a text together with what [Find]
// found there:
//
//   - What a scanner found stands, and so do citations with the case names that
//     belong to them: a model adds nothing to a grammar.
//   - Where both mean the same words, Find's mention stays; its score rises if
//     they agree on its type.
//   - Of two that overlap otherwise Find's stays, unless the tagger was unsure
//     of it and the model's is longer.
//   - All others of the model come in, with its method.
//
// The mentions of the model need their type, place and method; those whose type
// a model is not asked for, and those that are no place in the text, are left
// out. Their order does not matter, nor that one is there more than once. The
// result keeps the guarantees of Find.
func Merge(text string, local, model []dossier.Mention) []dossier.Mention {
	local = slices.Clone(local)
	mask := maskOf(nil, cite.Find(caption.Plain(text)))
	agreed := map[int]bool{} // indexes in local
	var fresh []dossier.Mention
	for _, m := range model {
		if !isName(m.Type) || m.Start < 0 || m.Start >= m.End || m.End > len(text) || touches(mask, m) {
			continue
		}
		first, end := overlapping(local, m)
		same := end == first+1 && local[first].Start == m.Start && local[first].End == m.End
		switch {
		case same && local[first].Type == m.Type:
			agreed[first] = true
		case yield(local[first:end], m):
			m.Text = text[m.Start:m.End]
			m.Norm, m.Score, m.Rule = normName(m.Text), modelScore, "model"
			fresh = append(fresh, m)
		}
	}
	for i := range agreed {
		local[i].Score += (1 - local[i].Score) / 2
		local[i].Rule = then(local[i].Rule, "model-agrees")
	}
	fresh = longest(fresh)
	merged := slices.Clone(fresh)
	for _, l := range local {
		if first, end := overlapping(fresh, l); first == end {
			merged = append(merged, l)
		}
	}
	slices.SortFunc(merged, func(a, b dossier.Mention) int { return cmp.Compare(a.Start, b.Start) })
	return merged
}

func isName(t dossier.MentionType) bool {
	return t == dossier.Person || t == dossier.Org || t == dossier.Location || t == dossier.Court
}

// longest puts names in order and, of two neighbours that overlap, keeps the
// longer; of equals the first, or that of the better rank.
func longest(names []dossier.Mention) []dossier.Mention {
	slices.SortFunc(names, func(a, b dossier.Mention) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), cmp.Compare(typeRank[a.Type], typeRank[b.Type]))
	})
	kept := names[:0]
	for _, m := range names {
		for len(kept) > 0 && kept[len(kept)-1].End > m.Start && m.End-m.Start > kept[len(kept)-1].End-kept[len(kept)-1].Start {
			kept = kept[:len(kept)-1]
		}
		if len(kept) == 0 || kept[len(kept)-1].End <= m.Start {
			kept = append(kept, m)
		}
	}
	return kept
}

// touches reports whether a mention overlaps one of the spans, which are in
// order and do not overlap.
func touches(spans []span, m dossier.Mention) bool {
	i := sort.Search(len(spans), func(i int) bool { return spans[i].end > m.Start })
	return i < len(spans) && spans[i].start < m.End
}

// overlapping returns which of the mentions, in order and not overlapping,
// overlap m: those from first up to end.
func overlapping(mentions []dossier.Mention, m dossier.Mention) (first, end int) {
	first = sort.Search(len(mentions), func(i int) bool { return mentions[i].End > m.Start })
	for end = first; end < len(mentions) && mentions[end].Start < m.End; end++ {
	}
	return first, end
}

// yield reports whether all of the mentions, if there are any, yield to m.
func yield(mentions []dossier.Mention, m dossier.Mention) bool {
	return !slices.ContainsFunc(mentions, func(l dossier.Mention) bool {
		return !strings.HasPrefix(l.Method, "tagger:") || l.Score >= unsure || l.End-l.Start >= m.End-m.Start
	})
}
