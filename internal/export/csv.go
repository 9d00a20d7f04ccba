package export

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dossier-legal/dossier/internal/store"
)

// CSV is the format of one table: documents, entities, mentions or relations.
func CSV(table string) Format {
	return format(func(x *exporter) error { return x.csv(table) })
}

func (x *exporter) csv(table string) error {
	t := newTable(x.w)
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

// Events writes a table of events, a row for every place where one is stated.
// each calls its argument for every event.
func Events(w io.Writer, each func(func(store.EventRow) error) error) error {
	t := newTable(w)
	err := errors.Join(t.row("date", "date_end", "precision", "kind", "sentence", "entities", "document", "file_name", "page",
		"start", "end", "confidence", "method", "key"),
		each(func(r store.EventRow) error {
			names := make([]string, len(r.Entities))
			for i, n := range r.Entities {
				names[i] = n.Name
			}
			for _, s := range r.Sources {
				if err := t.row(r.Date, r.DateEnd, r.Precision, r.Kind, r.Sentence, strings.Join(names, "; "), s.DocumentID, s.FileName,
					s.Page, s.Start, s.End, s.Confidence, s.Method, r.Key); err != nil {
					return err
				}
			}
			return nil
		}))
	return errors.Join(err, t.flush())
}

// Failures writes a table of the files that did not become part of a case file, or
// not all of them, with the reasons.
func Failures(w io.Writer, list []store.Failure) error {
	t := newTable(w)
	err := t.row("path", "document", "status", "stage", "code", "message")
	for _, f := range list {
		err = errors.Join(err, t.row(f.Path, f.Document, f.Status, f.Stage, f.Code, f.Message))
	}
	return errors.Join(err, t.flush())
}

// table writes a table that a spreadsheet may open.
type table struct{ w *csv.Writer }

func newTable(w io.Writer) table { return table{csv.NewWriter(w)} }

func (t table) row(cells ...any) error {
	record := make([]string, len(cells))
	for i, c := range cells {
		record[i] = cell(fmt.Sprint(c))
	}
	return t.w.Write(record)
}

func (t table) flush() error {
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
