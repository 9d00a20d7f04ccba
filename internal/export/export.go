// Package export writes a project in the formats of other programs: lines of
// JSON, tables for spreadsheets, graphs for Gephi, yEd and Neo4j, FollowTheMoney
// for Aleph, and JSON-LD in the vocabulary of schema.org.
//
// All orders are stable: the same case file gives the same bytes. Nothing is
// gathered in memory that grows with the mentions of a project. Text that a
// format cannot hold, or that a spreadsheet would take for a formula, is made
// harmless in that format only.
package export

import (
	"context"
	"encoding/json"
	"io"
	"math"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// Project is a project on record.
type Project struct {
	DB *store.DB
	store.Project
}

// Format is a format that a project can be written in.
type Format interface {
	// Write writes the project. Errors are those of the record and of w.
	Write(ctx context.Context, p Project, w io.Writer) error
}

// Formats returns the formats of a whole project by name. Of a [CSV] one file
// holds one table.
func Formats() map[string]Format {
	return map[string]Format{
		"jsonl": format((*exporter).jsonl), "graphml": format((*exporter).graphml), "gexf": format((*exporter).gexf),
		"neo4j": format((*exporter).neo4jZip), "ftm": format((*exporter).ftm), "jsonld": format((*exporter).jsonld),
	}
}

// format is a method that writes a format.
type format func(*exporter) error

// Write implements [Format].
func (f format) Write(ctx context.Context, p Project, w io.Writer) error {
	return f(&exporter{ctx: ctx, db: p.DB, project: p.Project, w: w})
}

// exporter writes a project, once.
type exporter struct {
	ctx     context.Context
	db      *store.DB
	project store.Project
	w       io.Writer
}

// mentionRow is a mention with its document and canonical entity.
type mentionRow struct {
	Document string `json:"document"`
	FileName string `json:"file_name"`
	store.PlacedMention
	Entity string `json:"entity,omitempty"`
}

func (x *exporter) relations(f func(store.RelationRow) error) error {
	return x.db.Entities().Relations(x.ctx, x.project.ID, "", f)
}

func (x *exporter) events(f func(store.EventRow) error) error {
	return x.db.Contents().Chronology(x.ctx, x.project.ID, store.EventFilter{}, f)
}

func (x *exporter) documents(f func(store.Document) error) error {
	list, err := x.db.Documents().List(x.ctx, x.project.ID, "")
	if err != nil {
		return err
	}
	for _, d := range list {
		if d, err = x.db.Documents().Get(x.ctx, d.ID); err != nil { // with its paths
			return err
		}
		if err := f(d); err != nil {
			return err
		}
	}
	return nil
}

func (x *exporter) entities(f func(store.EntityRow, []store.EntityName) error) error {
	const all = math.MaxInt32
	list, err := x.db.Entities().List(x.ctx, x.project.ID, "", all)
	if err != nil {
		return err
	}
	for _, row := range list {
		names, err := x.db.Entities().Names(x.ctx, row.ID)
		if err != nil {
			return err
		}
		if err := f(row, names); err != nil {
			return err
		}
	}
	return nil
}

func (x *exporter) mentions(f func(mentionRow) error) error {
	return x.documents(func(d store.Document) error {
		entities, err := x.documentEntities(d.ID)
		if err != nil {
			return err
		}
		of := map[int]string{}
		for _, en := range entities {
			for _, i := range en.Mentions {
				of[i] = en.id
			}
		}
		list, err := x.db.Contents().Mentions(x.ctx, d.ID)
		if err != nil {
			return err
		}
		for i, m := range list {
			if err := f(mentionRow{d.ID, d.FileName, m, of[i]}); err != nil {
				return err
			}
		}
		return nil
	})
}

// namedIn is an entity as one document names it.
type namedIn struct {
	id string // of the canonical entity
	dossier.DocumentEntity
}

// documentEntities returns the entities of a document that nobody rejected, with
// their canonical ones, in a stable order; of several that became one, each.
func (x *exporter) documentEntities(documentID string) ([]namedIn, error) {
	entities, err := x.db.Contents().Entities(x.ctx, documentID)
	if err != nil {
		return nil, err
	}
	links, err := x.db.Entities().Links(x.ctx, documentID)
	if err != nil {
		return nil, err
	}
	list := make([]namedIn, 0, len(entities))
	for _, e := range entities {
		if link := links[e.Key]; !link.Rejected {
			list = append(list, namedIn{link.ID, e})
		}
	}
	return list, nil
}

// writeJSON writes a line of JSON.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
