package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

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
	out := bufio.NewWriterSize(e.out, 64<<10)
	if err := m.print(out, e.JSON); err != nil {
		return err
	}
	return out.Flush()
}

// mentionList is the mentions of all documents, in the order of the input. It
// holds millions: texts and keys are kept once each, and ids in one piece.
type mentionList struct {
	list      []given
	ids       []byte // as JSON, one after the other
	texts     numbered
	documents numbered
	keys      numbered
}

// given is one line of input and what becomes of it; all but start are places
// in the tables.
type given struct {
	start          int
	idEnd          int
	text, document int32
	within, of     int32 // keys of its entity in the document and over all
	typ            dossier.MentionType
}

// numbered numbers texts, each once.
type numbered struct {
	list   []string
	number map[string]int32
}

func (t *numbered) add(text []byte) int32 {
	if n, ok := t.number[string(text)]; ok {
		return n
	}
	return t.addString(string(text))
}

func (t *numbered) addString(s string) int32 {
	n, ok := t.number[s]
	if !ok {
		if t.number == nil {
			t.number = map[string]int32{}
		}
		n = int32(len(t.list))
		t.number[s] = n
		t.list = append(t.list, s)
	}
	return n
}

// read takes the lines of input.
func (m *mentionList) read(in io.Reader) error {
	return eachLine(in, func(line []byte) error {
		var q mentionLine
		if err := q.read(line); err != nil {
			return err
		}
		m.ids = append(m.ids, q.id...)
		m.list = append(m.list, given{
			start: q.start, idEnd: len(m.ids), text: m.texts.add(q.text), document: m.documents.add(q.document), typ: q.typ, within: -1,
		})
		return nil
	})
}

// resolve finds the entities of all mentions.
func (m *mentionList) resolve() {
	var docs resolve.Documents
	var names resolve.Names
	for list := range m.byDocument() {
		found := make([]dossier.Mention, len(list))
		for i, at := range list {
			q := &m.list[at]
			text := m.texts.list[q.text]
			found[i] = dossier.Mention{Type: q.typ, Text: text, Start: q.start, End: q.start + len(text)}
		}
		for _, e := range docs.Resolve("", found) {
			within, of := m.keys.addString(e.Key), m.keys.addString(names.Add(m.documents.list[m.list[list[0]].document], e))
			for _, i := range e.Mentions {
				m.list[list[i]].within, m.list[list[i]].of = within, of
			}
		}
		m.values(list)
	}
	entity := make([]int32, len(m.keys.list))
	entities := names.Entities()
	for i, key := range m.keys.list {
		entity[i] = int32(i)
		if e, ok := entities[key]; ok {
			entity[i] = m.keys.number[e]
		}
	}
	for i := range m.list {
		m.list[i].of = entity[m.list[i].of]
	}
}

// values gives dates and amounts, which are no entities, keys of their own: two
// are the same if they are equal.
func (m *mentionList) values(list []int32) {
	for _, at := range list {
		if q := &m.list[at]; q.within < 0 {
			q.within = m.keys.addString(string(q.typ) + ":" + resolve.Norm(m.texts.list[q.text], q.typ))
			q.of = q.within
		}
	}
}

// byDocument yields the mentions of each document, in the order of its text.
func (m *mentionList) byDocument() iter.Seq[[]int32] {
	order := make([]int32, len(m.list))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		x, y := &m.list[a], &m.list[b]
		return cmp.Or(cmp.Compare(x.document, y.document), cmp.Compare(x.start, y.start), cmp.Compare(a, b))
	})
	return func(yield func([]int32) bool) {
		for lo, hi := 0, 0; lo < len(order); lo = hi {
			for hi = lo + 1; hi < len(order) && m.list[order[hi]].document == m.list[order[lo]].document; hi++ {
			}
			if !yield(order[lo:hi]) {
				return
			}
		}
	}
}

func (m *mentionList) print(w *bufio.Writer, asJSON bool) error {
	start := 0
	for i := range m.list {
		q := &m.list[i]
		id, within, of := m.ids[start:q.idEnd], m.keys.list[q.within], m.keys.list[q.of]
		start = q.idEnd
		line := w.AvailableBuffer()
		if asJSON {
			line = appendAnswer(line, id, within, of)
		} else {
			line = fmt.Appendf(line, "%s\t%s\t%s\n", visible(string(id)), visible(within), visible(of))
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

