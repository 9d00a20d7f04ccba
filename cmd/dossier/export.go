package main

import (
	"bufio"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"dossier"
	"dossier/internal/store"
)

type exportCmd struct {
	inProject
	Format string `enum:"jsonl,csv,graphml" default:"jsonl" help:"jsonl (everything), csv (one table) or graphml (entities and relations)."`
	Table  string `enum:"documents,entities,mentions,relations" default:"relations" help:"The table of a csv: documents, entities, mentions or relations."`
	Output string `short:"o" help:"The file to write. Default: standard output." placeholder:"FILE" type:"path"`
}

// Run exports a project.
func (c *exportCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	if c.Output == "" {
		return c.write(e, a, project, e.out)
	}
	f, err := os.Create(c.Output)
	if err != nil {
		return dossier.Errorf(dossier.CodeInvalidInput, "cannot be written: %w", err).About("--output")
	}
	return errors.Join(c.write(e, a, project, f), f.Close())
}

func (c *exportCmd) write(e *env, a *app, project store.Project, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	x := exporter{env: e, app: a, project: project, w: b}
	var err error
	switch c.Format {
	case "jsonl":
		err = x.jsonl()
	case "csv":
		err = x.csv(c.Table)
	case "graphml":
		err = x.graphml()
	}
	return errors.Join(err, b.Flush())
}

// exporter writes a project. All orders are stable: the same case file gives
// the same bytes.
type exporter struct {
	*env
	*app
	project store.Project
	w       *bufio.Writer
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
	return x.db.RelationRows(x.ctx, x.project.ID, "", func(r store.RelationRow) error {
		return out.printJSON(struct {
			Line string `json:"kind"`
			store.RelationRow
			Relation dossier.RelationKind `json:"relation"`
		}{"relation", r, r.Kind})
	})
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
		entities, err := x.db.DocumentEntities(x.ctx, d.ID)
		if err != nil {
			return err
		}
		links, err := x.db.Links(x.ctx, d.ID)
		if err != nil {
			return err
		}
		of := map[int]string{}
		for _, en := range entities {
			for _, i := range en.Mentions {
				of[i] = links[en.Key]
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

// csv writes one table.
func (x *exporter) csv(table string) error {
	w := csv.NewWriter(x.w)
	row := func(cells ...any) error {
		record := make([]string, len(cells))
		for i, c := range cells {
			record[i] = fmt.Sprint(c)
		}
		return w.Write(record)
	}
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
				var forms []string
				for _, n := range names {
					forms = append(append(forms, n.Name), n.Aliases...)
				}
				return row(r.ID, r.Type, r.Name, strings.Join(forms, "; "), r.Mentions, r.Documents)
			}))
	case "mentions":
		err = errors.Join(row("document", "file_name", "page", "start", "end", "type", "text", "norm", "score", "method", "role", "entity"),
			x.mentions(func(m mentionRow) error {
				return row(m.Document, m.FileName, m.Page, m.Start, m.End, m.Type, m.Text, m.Norm, m.Score, m.Method, m.Role, m.Entity)
			}))
	case "relations":
		err = errors.Join(row("relation", "from_id", "from_type", "from", "to_id", "to_type", "to", "case", "role", "role_raw",
			"document", "file_name", "page", "start", "end", "evidence", "confidence", "weight"),
			x.db.RelationRows(x.ctx, x.project.ID, "", func(r store.RelationRow) error {
				return row(r.Kind, r.FromID, r.FromType, r.From, r.ToID, r.ToType, r.To, r.Case, r.Role, r.RoleRaw,
					r.DocumentID, r.FileName, r.Page, r.Start, r.End, r.Evidence, r.Confidence, r.Weight)
			}))
	}
	w.Flush()
	return errors.Join(err, w.Error())
}

// The parts of a GraphML document.
type (
	graphKey struct {
		XMLName struct{} `xml:"key"`
		ID      string   `xml:"id,attr"`
		For     string   `xml:"for,attr"`
		Name    string   `xml:"attr.name,attr"`
		Type    string   `xml:"attr.type,attr"`
	}
	graphData struct {
		Key   string `xml:"key,attr"`
		Value string `xml:",chardata"`
	}
	graphNode struct {
		XMLName struct{}    `xml:"node"`
		ID      string      `xml:"id,attr"`
		Data    []graphData `xml:"data"`
	}
	graphEdge struct {
		XMLName struct{}    `xml:"edge"`
		Source  string      `xml:"source,attr"`
		Target  string      `xml:"target,attr"`
		Data    []graphData `xml:"data"`
	}
)

// graphml writes the entities as nodes and the relations as edges with their
// proof.
func (x *exporter) graphml() error {
	fmt.Fprint(x.w, xml.Header, `<graphml xmlns="http://graphml.graphdrawing.org/xmlns">`, "\n")
	enc := xml.NewEncoder(x.w)
	line := func(v any) error {
		if err := enc.Encode(v); err != nil {
			return err
		}
		return x.w.WriteByte('\n')
	}
	for _, k := range []graphKey{
		{ID: "label", For: "node", Name: "label", Type: "string"},
		{ID: "type", For: "node", Name: "type", Type: "string"},
		{ID: "mentions", For: "node", Name: "mentions", Type: "int"},
		{ID: "documents", For: "node", Name: "documents", Type: "int"},
		{ID: "relation", For: "edge", Name: "relation", Type: "string"},
		{ID: "role", For: "edge", Name: "role", Type: "string"},
		{ID: "document", For: "edge", Name: "document", Type: "string"},
		{ID: "page", For: "edge", Name: "page", Type: "int"},
		{ID: "evidence", For: "edge", Name: "evidence", Type: "string"},
		{ID: "confidence", For: "edge", Name: "confidence", Type: "double"},
		{ID: "weight", For: "edge", Name: "weight", Type: "int"},
	} {
		if err := line(k); err != nil {
			return err
		}
	}
	fmt.Fprint(x.w, `<graph id="`, x.project.ID, `" edgedefault="directed">`, "\n")
	if err := x.entities(func(r store.EntityRow, _ []store.EntityName) error {
		return line(graphNode{ID: r.ID, Data: []graphData{
			{"label", r.Name}, {"type", string(r.Type)}, {"mentions", strconv.Itoa(r.Mentions)}, {"documents", strconv.Itoa(r.Documents)},
		}})
	}); err != nil {
		return err
	}
	if err := x.db.RelationRows(x.ctx, x.project.ID, "", func(r store.RelationRow) error {
		return line(graphEdge{Source: r.FromID, Target: r.ToID, Data: []graphData{
			{"relation", string(r.Kind)},
			{"role", r.Role},
			{"document", r.FileName},
			{"page", strconv.Itoa(r.Page)},
			{"evidence", printable(r.Evidence)},
			{"confidence", strconv.FormatFloat(r.Confidence, 'f', 2, 64)},
			{"weight", strconv.Itoa(r.Weight)},
		}})
	}); err != nil {
		return err
	}
	_, err := fmt.Fprint(x.w, "</graph>\n</graphml>\n")
	return err
}

// printable turns what XML cannot hold, such as page breaks, into spaces.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, s)
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
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
