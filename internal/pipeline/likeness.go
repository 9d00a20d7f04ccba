package pipeline

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/similar"
	"github.com/dossier-legal/dossier/internal/store"
)

// likeness is what a document that was read is compared with others by.
func likeness(doc store.Document, text string, r reading) store.Likeness {
	var l store.Likeness
	if sig, ok := similar.Sign(text); ok {
		l.Signature, l.Bands = sig.Pack(), sig.Bands()
	}
	if format := extract.Format(doc.Format); format == extract.FormatEmail || format == extract.FormatMSG {
		_, body, _ := strings.Cut(text, "\n\n") // after the fields, which are in the metadata
		var files []string
		for _, a := range r.Attachments {
			files = append(files, a.SHA256)
		}
		l.MailKey = similar.MailKey(r.Metadata, body, files)
	}
	return l
}

// Similar is a document that is nearly the same as another.
type Similar struct {
	ID         string  `json:"id"`
	FileName   string  `json:"file_name"`
	Similarity float64 `json:"similarity"` // share of the runs of five words that both have, 0 to 1
	Contained  float64 `json:"contained"`  // share of the other's that are in this one
	SameMail   bool    `json:"same_mail,omitempty"`
}

// Similar returns the documents of a project that have at least so much of
// their text in common with a document, the likest first. Copies of the same
// mail are always among them.
func (p *Pipeline) Similar(ctx context.Context, doc store.Document, atLeast float64) ([]Similar, error) {
	packed, candidates, err := p.DB.Documents().Candidates(ctx, doc.ProjectID, doc.ID)
	if err != nil {
		return nil, err
	}
	text, _, err := p.DB.Contents().Text(ctx, doc.ID)
	if err != nil {
		return nil, err
	}
	list := []Similar{}
	for _, c := range candidates {
		if !c.SameMail && !worthComparing(packed, c.Signature, atLeast) {
			continue
		}
		other, _, err := p.DB.Contents().Text(ctx, c.ID)
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

// textOf is the text of a reading.
func textOf(pages []dossier.Page) string {
	text, _ := dossier.JoinPages(pages)
	return text
}
