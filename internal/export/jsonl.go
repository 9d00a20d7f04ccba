package export

import (
	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// jsonl writes a line for every document, entity, mention and relation; "kind"
// tells them apart.
func (x *exporter) jsonl() error {
	if err := x.documents(func(d store.Document) error {
		return writeJSON(x.w, struct {
			Kind string `json:"kind"`
			store.Document
		}{"document", d})
	}); err != nil {
		return err
	}
	if err := x.entities(func(row store.EntityRow, names []store.EntityName) error {
		return writeJSON(x.w, struct {
			Kind string `json:"kind"`
			store.EntityRow
			Names []store.EntityName `json:"names"`
		}{"entity", row, names})
	}); err != nil {
		return err
	}
	if err := x.mentions(func(m mentionRow) error {
		return writeJSON(x.w, struct {
			Kind string `json:"kind"`
			mentionRow
		}{"mention", m})
	}); err != nil {
		return err
	}
	if err := x.relations(func(r store.RelationRow) error {
		return writeJSON(x.w, struct {
			Line string `json:"kind"`
			store.RelationRow
			Relation dossier.RelationKind `json:"relation"`
		}{"relation", r, r.Kind})
	}); err != nil {
		return err
	}
	return x.events(func(r store.EventRow) error {
		return writeJSON(x.w, struct {
			Line string `json:"kind"`
			store.EventRow
			Words dossier.EventKind `json:"event"`
		}{"event", r, r.Kind})
	})
}
