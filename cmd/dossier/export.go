package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"dossier"
	"dossier/internal/store"
)

type exportCmd struct {
	inProject
	Format string `enum:"jsonl,csv,graphml,gexf,neo4j,ftm,jsonld" default:"jsonl" help:"jsonl (everything), csv (one table), graphml or gexf (entities and relations), neo4j (the same as tables for neo4j-admin import), ftm (FollowTheMoney, for Aleph), jsonld (schema.org)."`
	Table  string `enum:"documents,entities,mentions,relations" default:"relations" help:"The table of a csv: documents, entities, mentions or relations."`
	Output string `short:"o" help:"The file to write; for neo4j a folder, or a file called .zip. Default: standard output." placeholder:"FILE" type:"path"`
}

// Run exports a project.
func (c *exportCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	x := exporter{env: e, app: a, project: project}
	if c.Format == "neo4j" && c.Output != "" && !strings.HasSuffix(strings.ToLower(c.Output), ".zip") {
		return x.neo4jFolder(c.Output)
	}
	return toFile(c.Output, e.out, func(w io.Writer) error {
		x.w = w
		switch c.Format {
		case "csv":
			return x.csv(c.Table)
		case "graphml":
			return x.graphml()
		case "gexf":
			return x.gexf()
		case "neo4j":
			return x.neo4jZip()
		case "ftm":
			return x.ftm()
		case "jsonld":
			return x.jsonld()
		}
		return x.jsonl()
	})
}

// exporter writes a project. All orders are stable: the same case file gives
// the same bytes.
type exporter struct {
	*env
	*app
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

// jsonl writes a line for every document, entity, mention and relation; "kind"
// tells them apart.
func (x *exporter) jsonl() error {
	out := env{ctx: x.ctx, streams: streams{out: x.w}}
	if err := x.documents(func(d store.Document) error {
		return out.printJSON(struct {
			Kind string `json:"kind"`
			store.Document
		}{"document", d})
	}); err != nil {
		return err
	}
	if err := x.entities(func(row store.EntityRow, names []store.EntityName) error {
		return out.printJSON(struct {
			Kind string `json:"kind"`
			store.EntityRow
			Names []store.EntityName `json:"names"`
		}{"entity", row, names})
	}); err != nil {
		return err
	}
	if err := x.mentions(func(m mentionRow) error {
		return out.printJSON(struct {
			Kind string `json:"kind"`
			mentionRow
		}{"mention", m})
	}); err != nil {
		return err
	}
	if err := x.relations(func(r store.RelationRow) error {
		return out.printJSON(struct {
			Line string `json:"kind"`
			store.RelationRow
			Relation dossier.RelationKind `json:"relation"`
		}{"relation", r, r.Kind})
	}); err != nil {
		return err
	}
	return x.events(func(r store.EventRow) error {
		return out.printJSON(struct {
			Line string `json:"kind"`
			store.EventRow
			Words dossier.EventKind `json:"event"`
		}{"event", r, r.Kind})
	})
}

func (x *exporter) relations(f func(store.RelationRow) error) error {
	return x.db.RelationRows(x.ctx, x.project.ID, "", f)
}

func (x *exporter) events(f func(store.EventRow) error) error {
	return x.db.Chronology(x.ctx, x.project.ID, store.EventFilter{}, f)
}

func (x *exporter) documents(f func(store.Document) error) error {
	list, err := x.db.Documents(x.ctx, x.project.ID, "")
	if err != nil {
		return err
	}
	for _, d := range list {
		if d, err = x.db.Document(x.ctx, d.ID); err != nil { // with its paths
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
	list, err := x.db.Entities(x.ctx, x.project.ID, "", all)
	if err != nil {
		return err
	}
	for _, row := range list {
		names, err := x.db.EntityNames(x.ctx, row.ID)
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
		list, err := x.db.Mentions(x.ctx, d.ID)
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
	entities, err := x.db.DocumentEntities(x.ctx, documentID)
	if err != nil {
		return nil, err
	}
	links, err := x.db.Links(x.ctx, documentID)
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

// csv writes one table.
func (x *exporter) csv(table string) error {
	t := csvTable{csv.NewWriter(x.w)}
	row := t.row
	var err error
	switch table {
	case "documents":
		err = errors.Join(row("id", "sha256", "file_name", "paths", "format", "bytes", "status", "error_code",
			"error_message", "pages", "words", "chunks", "mentions", "entities", "relations"),
			x.documents(func(d store.Document) error {
				return row(d.ID, d.SHA256, d.FileName, strings.Join(d.Paths, "; "), d.Format, d.Size, d.Status, d.ErrorCode,
					d.ErrorMessage, d.Pages, d.Words, d.Chunks, d.Mentions, d.Entities, d.Relations)
			}))
	case "entities":
		err = errors.Join(row("id", "type", "name", "names", "mentions", "documents"),
			x.entities(func(r store.EntityRow, names []store.EntityName) error {
				return row(r.ID, r.Type, r.Name, strings.Join(forms(names), "; "), r.Mentions, r.Documents)
			}))
	case "mentions":
		err = errors.Join(row("document", "file_name", "page", "start", "end", "type", "text", "norm", "score", "method", "role", "entity"),
			x.mentions(func(m mentionRow) error {
				return row(m.Document, m.FileName, m.Page, m.Start, m.End, m.Type, m.Text, m.Norm, m.Score, m.Method, m.Role, m.Entity)
			}))
	case "relations":
		err = errors.Join(row("relation", "from_id", "from_type", "from", "to_id", "to_type", "to", "case", "role", "role_raw",
			"document", "file_name", "page", "start", "end", "evidence", "confidence", "method", "weight"),
			x.relations(func(r store.RelationRow) error {
				return row(r.Kind, r.FromID, r.FromType, r.From, r.ToID, r.ToType, r.To, r.Case, r.Role, r.RoleRaw,
					r.DocumentID, r.FileName, r.Page, r.Start, r.End, r.Evidence, r.Confidence, r.Method, r.Weight)
			}))
	}
	return errors.Join(err, t.flush())
}

// csvTable writes a table that a spreadsheet may open.
type csvTable struct{ w *csv.Writer }

func (t csvTable) row(cells ...any) error {
	record := make([]string, len(cells))
	for i, c := range cells {
		record[i] = cell(fmt.Sprint(c))
	}
	return t.w.Write(record)
}

func (t csvTable) flush() error {
	t.w.Flush()
	return t.w.Error()
}

// cell keeps a spreadsheet from taking words for a formula: what begins like one
// gets the apostrophe that marks text.
func cell(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
