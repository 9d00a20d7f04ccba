package export

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// The tables of an import into Neo4j:
//
//	neo4j-admin database import full --nodes=nodes.csv --relationships=relationships.csv
const (
	neo4jNodes         = "nodes.csv"
	neo4jRelationships = "relationships.csv"
)

// Neo4jFolder writes the tables into a folder, which it creates if it is missing.
// The format "neo4j" writes them into one ZIP archive.
func Neo4jFolder(ctx context.Context, p Project, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return dossier.Errorf(dossier.CodeInvalidInput, "cannot create the folder: %w", err).About(dir)
	}
	file := func(name string) func(func(io.Writer) error) error {
		return func(f func(io.Writer) error) error { return To(filepath.Join(dir, name), nil, f) }
	}
	x := &exporter{ctx: ctx, db: p.DB, project: p.Project}
	return x.neo4j(file(neo4jNodes), file(neo4jRelationships))
}

// zipEpoch is the time of all entries, the first that archives know: the same
// case file gives the same bytes.
var zipEpoch = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// neo4jZip writes the tables into an archive.
func (x *exporter) neo4jZip() error {
	z := zip.NewWriter(x.w)
	entry := func(name string) func(func(io.Writer) error) error {
		return func(f func(io.Writer) error) error {
			w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: zipEpoch})
			if err != nil {
				return err
			}
			return f(w)
		}
	}
	return errors.Join(x.neo4j(entry(neo4jNodes), entry(neo4jRelationships)), z.Close())
}

// neo4j writes one table after the other.
func (x *exporter) neo4j(nodes, relationships func(func(io.Writer) error) error) error {
	known := map[string]bool{}
	err := nodes(func(w io.Writer) error {
		t := newTable(w)
		err := errors.Join(t.row(append([]any{"id:ID", "name"}, append(neo4jHeader(nodeAttributes), ":LABEL")...)...),
			x.entities(func(r store.EntityRow, names []store.EntityName) error {
				known[r.ID] = true
				n := graphEntity{r, names}
				return t.row(append([]any{n.ID, flat(n.Name)}, append(neo4jValues(nodeAttributes, n), "Entity;"+neo4jLabel(string(n.Type)))...)...)
			}))
		return errors.Join(err, t.flush())
	})
	if err != nil {
		return err
	}
	return relationships(func(w io.Writer) error {
		t := newTable(w)
		err := errors.Join(t.row(append([]any{":START_ID", ":END_ID", ":TYPE"}, neo4jHeader(edgeAttributes)...)...),
			x.relations(func(r store.RelationRow) error {
				if !known[r.FromID] || !known[r.ToID] {
					return nil
				}
				return t.row(append([]any{r.FromID, r.ToID, strings.ToUpper(string(r.Kind))}, neo4jValues(edgeAttributes, r)...)...)
			}))
		return errors.Join(err, t.flush())
	})
}

func neo4jHeader[T any](list []graphAttribute[T]) []any {
	cells := make([]any, len(list))
	for i, a := range list {
		cells[i] = a.name
		if a.kind != "string" {
			cells[i] = a.name + ":" + a.kind
		}
	}
	return cells
}

func neo4jValues[T any](list []graphAttribute[T], of T) []any {
	cells := make([]any, len(list))
	for i, a := range list {
		cells[i] = flat(a.value(of))
	}
	return cells
}

// neo4jLabel writes a type as labels are written: BAR_NUMBER is BarNumber.
func neo4jLabel(t string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(strings.ToLower(t), "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// flat writes words on one line, as the import wants fields.
func flat(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }
