package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unique"

	"dossier"
	"dossier/internal/resolve"
)

type resolveCmd struct {
	File string `arg:"" optional:"" default:"-" help:"Lines of JSON {\"id\", \"document\", \"type\", \"text\", \"start\"}, or - for standard input."`
}

// Run resolves mentions, each document by itself and then all together, and
// answers each with a line, in their order: its entity within the document and
// its entity over all.
func (c *resolveCmd) Run(e *env) (err error) {
	in := e.in
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return dossier.Errorf(dossier.CodeUnreadable, "the mentions cannot be read: %w", err).About(c.File)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	var m mentionList
	if err := m.read(in); err != nil {
		return err
	}
	m.resolve()
	out := bufio.NewWriter(e.out)
	if err := m.print(out, e.JSON); err != nil {
		return err
	}
	return out.Flush()
}

// mentionList is the mentions of all documents, in the order of the input.
type mentionList struct {
	list      []given
	documents []string
	byName    map[string]int32
}

// given is one line of input and what becomes of it.
type given struct {
	id       string // as JSON
	text     unique.Handle[string]
	typ      dossier.MentionType
	start    int
	document int32
	// within is the key of its entity in the document, of the id of its entity over all.
	within, of string
}

// mentionTypes is the types by name.
var mentionTypes = func() map[string]dossier.MentionType {
	types := map[string]dossier.MentionType{}
	for _, t := range []dossier.MentionType{
		dossier.Person, dossier.Org, dossier.Location, dossier.Court, dossier.Date, dossier.Money, dossier.Email,
		dossier.Phone, dossier.Docket, dossier.Citation, dossier.Statute, dossier.Address, dossier.Percent,
		dossier.Duration, dossier.BarNumber,
	} {
		types[string(t)] = t
	}
	return types
}()

// read takes the lines of input.
func (m *mentionList) read(in io.Reader) error {
	m.byName = map[string]int32{}
	return eachLine(in, func(line []byte) error {
		var q struct {
			ID       json.RawMessage `json:"id"`
			Document *string         `json:"document"`
			Type     string          `json:"type"`
			Text     *string         `json:"text"`
			Start    *int            `json:"start"`
		}
		if err := json.Unmarshal(line, &q); err != nil {
			if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
				return fmt.Errorf("the field %q cannot be a %s", wrong.Field, wrong.Value)
			}
			return err
		}
		t, known := mentionTypes[strings.ToUpper(q.Type)]
		switch {
		case q.ID == nil:
			return errors.New(`the field "id" is missing`)
		case q.Document == nil:
			return errors.New(`the field "document" is missing`)
		case q.Type == "":
			return errors.New(`the field "type" is missing`)
		case !known:
			return fmt.Errorf(`the field "type" is %q, which is no type of mention`, q.Type)
		case q.Text == nil:
			return errors.New(`the field "text" is missing`)
		case strings.TrimSpace(*q.Text) == "":
			return errors.New(`the field "text" is empty`)
		case q.Start == nil:
			return errors.New(`the field "start" is missing`)
		case *q.Start < 0:
			return fmt.Errorf(`the field "start" is %d, and no text has a place before its beginning`, *q.Start)
		}
		m.list = append(m.list, given{
			id: string(q.ID), text: unique.Make(*q.Text), typ: t, start: *q.Start, document: m.number(*q.Document),
		})
		return nil
	})
}

// number returns the number of a document.
func (m *mentionList) number(document string) int32 {
	n, ok := m.byName[document]
	if !ok {
		n = int32(len(m.documents))
		m.byName[document] = n
		m.documents = append(m.documents, document)
	}
	return n
}

// resolve finds the entities of all mentions.
func (m *mentionList) resolve() {
	var docs resolve.Documents
	var names resolve.Names
	for d, list := range m.byDocument() {
		slices.SortStableFunc(list, func(a, b int) int { return m.list[a].start - m.list[b].start })
		found := make([]dossier.Mention, len(list))
		for i, at := range list {
			q := &m.list[at]
			text := q.text.Value()
			found[i] = dossier.Mention{Type: q.typ, Text: text, Start: q.start, End: q.start + len(text)}
			// Dates and amounts are values, no entities: the same if they are equal.
			q.within = string(q.typ) + ":" + resolve.Norm(text, q.typ)
			q.of = q.within
		}
		for _, e := range docs.Resolve("", found) {
			of := names.Add(m.documents[d], e)
			for _, i := range e.Mentions {
				q := &m.list[list[i]]
				q.within, q.of = e.Key, of
			}
		}
	}
	entities := names.Entities()
	for i := range m.list {
		if entity, ok := entities[m.list[i].of]; ok {
			m.list[i].of = entity
		}
	}
}

// byDocument returns the indexes of the mentions of each document.
func (m *mentionList) byDocument() [][]int {
	lists := make([][]int, len(m.documents))
	for i := range m.list {
		d := m.list[i].document
		lists[d] = append(lists[d], i)
	}
	return lists
}

func (m *mentionList) print(w io.Writer, asJSON bool) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i := range m.list {
		q := &m.list[i]
		if !asJSON {
			if _, err := fmt.Fprintf(w, "%s\t%s\t%s\n", visible(q.id), visible(q.within), visible(q.of)); err != nil {
				return err
			}
			continue
		}
		if err := enc.Encode(struct {
			ID             json.RawMessage `json:"id"`
			DocumentEntity string          `json:"document_entity"`
			Entity         string          `json:"entity"`
		}{json.RawMessage(q.id), q.within, q.of}); err != nil {
			return err
		}
	}
	return nil
}
