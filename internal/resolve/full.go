package resolve

import (
	"cmp"
	"slices"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cluster"
	"github.com/dossier-legal/dossier/internal/names"
)

// few is how many names of a document are all compared with each other, which a
// glance at their sketches makes cheap.
const few = 256

// joinFull joins names given in full.
func (r *resolver) joinFull() {
	var links []cluster.Link
	r.eachPair(func(a, b int) {
		if r.typ == dossier.Org && (r.pieceAt(a) || r.pieceAt(b)) {
			return
		}
		if score := names.Score(r.forms[a], r.forms[b], true); score >= names.SameAt {
			links = append(links, cluster.Link{A: a, B: b, Match: names.Match{Score: score, Decision: names.Same}})
		}
	})
	for _, l := range r.sets.JoinAll(links) {
		r.explain(l.B, l.A, decisive(names.CompareTogether(r.forms[l.A], r.forms[l.B])), l.Match.Score)
	}
}

// eachPair calls f for all pairs of names given in full that may be the same:
// those that share a key, or simply all if they are few.
func (r *resolver) eachPair(f func(a, b int)) {
	if len(r.forms) > few {
		names.NewIndex(r.forms, names.BlockCap).EachPair(f)
		return
	}
	for a := range r.forms {
		for b := a + 1; b < len(r.forms); b++ {
			if !r.partial[a] && !r.partial[b] {
				f(a, b)
			}
		}
	}
}

// decisive is the code of the part of a match that is least certain.
func decisive(m names.Match) string {
	return slices.MinFunc(m.Reasons, func(a, b dossier.Reason) int { return cmp.Compare(a.Weight, b.Weight) }).Code
}
