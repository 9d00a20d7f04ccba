package mention

import (
	"cmp"
	"slices"

	"dossier"
	"dossier/internal/cite"
	"dossier/internal/tagger"
)

// kinds are what the learned tagger calls the mentions of the scanners. Courts
// are not among them: it reads them itself.
var kinds = map[dossier.MentionType]tagger.Kind{
	dossier.Citation: tagger.Citation, dossier.Statute: tagger.Statute, dossier.Date: tagger.Date, dossier.Money: tagger.Money,
	dossier.Docket: tagger.Docket, dossier.Phone: tagger.Contact, dossier.Email: tagger.Contact,
}

// Mask returns what the scanners find in a text, as the learned tagger takes
// it. It learned and reads with the same mask.
func Mask(text string) []tagger.Span {
	cites := cite.Find(text)
	return taggerMask(dropOverlaps(slices.Concat(citeMentions(text, cites), scan(text))), cites)
}

// taggerMask turns mentions of the scanners and the extents of citations into
// spans in order, without overlap.
func taggerMask(found []dossier.Mention, cites []cite.Citation) []tagger.Span {
	spans := make([]tagger.Span, 0, len(found)+len(cites))
	for i := range cites {
		start, end := cites[i].Extent()
		spans = append(spans, tagger.Span{Start: start, End: end, Kind: tagger.Citation})
	}
	for i := range found {
		if kind, ok := kinds[found[i].Type]; ok {
			spans = append(spans, tagger.Span{Start: found[i].Start, End: found[i].End, Kind: kind})
		}
	}
	slices.SortStableFunc(spans, func(a, b tagger.Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	merged := spans[:0]
	for _, s := range spans {
		if n := len(merged); n > 0 && s.Start < merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, s.End)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// learnedMethod is the method of mentions that the learned tagger found.
const learnedMethod = "tagger:learned"

var learnedTypes = map[tagger.Type]dossier.MentionType{
	tagger.Person: dossier.Person, tagger.Org: dossier.Org, tagger.Location: dossier.Location, tagger.Court: dossier.Court,
}

// surely is the score from which a learned name stands against the rules.
const surely = 0.5

// addLearned records the learned names whose words no scanner or rule has
// taken.
func (t *rules) addLearned(names []tagger.Entity) {
	at := 0
	for _, n := range names {
		for at < len(t.tokens) && t.tokens[at].end <= n.Start {
			at++
		}
		end := at
		for end < len(t.tokens) && t.tokens[end].start < n.End {
			end++
		}
		if end == at || t.taken(at, end) || n.Score < surely || t.isLaw(end) {
			continue
		}
		t.record(learnedTypes[n.Type], at, end, n.Score, learnedMethod)
		t.memory.learn(t, learnedTypes[n.Type], at, end)
		t.alias(learnedTypes[n.Type], at, end)
	}
}

// taken reports whether one of tokens i up to end is part of a mention.
func (t *rules) taken(i, end int) bool {
	for k := i; k < end; k++ {
		if t.used[k] || t.tokens[k].class == masked {
			return true
		}
	}
	return false
}

// isLaw reports whether token i makes a law of the name before it: "Texas
// Insurance Code", "Sixth Circuit Rules".
func (t *rules) isLaw(i int) bool {
	return t.joined(i) && t.at(i).isName() && lawHeads[t.at(i).key]
}

// lawHeads end the name of a law.
var lawHeads = setOf("act code rule rules constitution lar local statute statutes regulations l.a.r")
