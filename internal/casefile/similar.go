package casefile

import (
	"cmp"
	"context"
	"slices"

	"github.com/dossier-legal/dossier/internal/similar"
	"github.com/dossier-legal/dossier/internal/store"
)

// Similar is a document that is nearly the same as another.
type Similar struct {
	ID         string  `json:"id"`
	FileName   string  `json:"file_name"`
	Similarity float64 `json:"similarity"` // fraction of the runs of five words that both have, 0 to 1
	Contained  float64 `json:"contained"`  // fraction of the other's that are in this one
	SameMail   bool    `json:"same_mail,omitempty"`
}

// similarTo returns the documents of a project that have at least the given
// fraction of their text in common with a document, the most similar first.
// Copies of the same mail are always among them.
func similarTo(ctx context.Context, db *store.DB, doc store.Document, atLeast float64) ([]Similar, error) {
	packed, candidates, err := db.Documents().Candidates(ctx, doc.ProjectID, doc.ID)
	if err != nil {
		return nil, err
	}
	text, _, err := db.Contents().Text(ctx, doc.ID)
	if err != nil {
		return nil, err
	}
	list := []Similar{}
	for _, c := range candidates {
		if !c.SameMail && !worthComparing(packed, c.Signature, atLeast) {
			continue
		}
		other, _, err := db.Contents().Text(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		s := Similar{
			ID: c.ID, FileName: c.FileName, SameMail: c.SameMail,
			Similarity: similar.Jaccard(text, other), Contained: similar.Containment(other, text),
		}
		if s.SameMail || s.Similarity >= atLeast {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b Similar) int {
		return cmp.Or(cmp.Compare(b.Similarity, a.Similarity), cmp.Compare(a.FileName, b.FileName), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// worthComparing leaves out what the estimate, give or take three standard
// errors, puts below the floor.
func worthComparing(a, b []byte, atLeast float64) bool {
	const slack = 0.15
	x, errX := similar.Unpack(a)
	y, errY := similar.Unpack(b)
	return errX == nil && errY == nil && similar.Estimate(x, y) >= atLeast-slack
}
