package casefile

import (
	"bufio"
	"cmp"
	"io"
	"iter"
	"slices"

	"github.com/dossier-legal/dossier"
	clusters "github.com/dossier-legal/dossier/internal/cluster"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/resolve"
)

// ResolveMentions resolves mentions, each document by itself and then all together,
// and answers each with a line, in their order: its entity in the document and its
// entity over all. in has lines of JSON {"id", "document", "type", "text",
// "start"}. appendLine appends an answer to a line: the id, as JSON, and the keys
// of both entities; [AppendResolved] appends JSON.
func ResolveMentions(in io.Reader, out io.Writer, appendLine func(line, id []byte, within, of string) []byte) error {
	var m mentionList
	if err := m.read(in); err != nil {
		return err
	}
	m.resolve()
	w := bufio.NewWriterSize(out, 64<<10)
	if err := m.print(w, appendLine); err != nil {
		return err
	}
	return w.Flush()
}

// mentionList is the mentions of all documents, in the order of the input. It
// holds millions: texts and keys are kept once each, and ids in one piece.
type mentionList struct {
	list      []given
	ids       []byte // as JSON, one after the other
	types     numbered
	texts     numbered
	documents numbered
	keys      numbered
}

// given is one line of input and what becomes of it; all but start are places
// in the tables.
type given struct {
	start               int
	idEnd               int
	typ, text, document int32
	within, of          int32 // keys of its entity in the document and over all
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
	return EachLine(in, func(line []byte) error {
		var q mentionLine
		if err := q.read(line); err != nil {
			return err
		}
		m.ids = append(m.ids, q.id...)
		m.list = append(m.list, given{
			start: q.start, idEnd: len(m.ids), within: -1,
			typ: m.types.addString(string(q.typ)), text: m.texts.add(q.text), document: m.documents.add(q.document),
		})
		return nil
	})
}

// resolve finds the entities of all mentions.
func (m *mentionList) resolve() {
	var gathered clusters.Names
	m.resolveDocuments(&gathered)
	entities := gathered.Entities()
	entity := make([]int32, len(m.keys.list))
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

// resolveDocuments finds the entities of each document and gathers their names.
func (m *mentionList) resolveDocuments(gathered *clusters.Names) {
	var docs resolve.Documents
	var found []dossier.Mention
	for document, list := range m.byDocument() {
		found = found[:0]
		for _, at := range list {
			q := &m.list[at]
			text := m.texts.list[q.text]
			found = append(found, dossier.Mention{Type: m.typeOf(q), Text: text, Start: q.start, End: q.start + len(text)})
		}
		for _, e := range docs.Resolve("", found) {
			within := m.keys.addString(e.Key)
			of := within
			if id := gathered.Add(document, e); id != e.Key {
				of = m.keys.addString(id)
			}
			for _, i := range e.Mentions {
				m.list[list[i]].within, m.list[list[i]].of = within, of
			}
		}
		m.values(list)
	}
}

func (m *mentionList) typeOf(q *given) dossier.MentionType {
	return dossier.MentionType(m.types.list[q.typ])
}

// values gives dates and amounts, which are no entities, keys of their own: two
// are the same if they are equal.
func (m *mentionList) values(list []int32) {
	for _, at := range list {
		if q := &m.list[at]; q.within < 0 {
			t := m.typeOf(q)
			q.within = m.keys.addString(string(t) + ":" + names.Norm(m.texts.list[q.text], t))
			q.of = q.within
		}
	}
}

// byDocument yields each document and its mentions, in the order of its text.
func (m *mentionList) byDocument() iter.Seq2[string, []int32] {
	end := make([]int32, len(m.documents.list)) // of the mentions of each, in order
	for i := range m.list {
		end[m.list[i].document]++
	}
	total := int32(0)
	for d, n := range end {
		end[d] = total // so far the beginning
		total += n
	}
	order := make([]int32, len(m.list))
	for i := range m.list {
		at := &end[m.list[i].document]
		order[*at] = int32(i)
		*at++
	}
	return func(yield func(string, []int32) bool) {
		begin := int32(0)
		for d, name := range m.documents.list {
			list := order[begin:end[d]]
			begin = end[d]
			slices.SortFunc(list, func(a, b int32) int {
				return cmp.Or(cmp.Compare(m.list[a].start, m.list[b].start), cmp.Compare(a, b))
			})
			if !yield(name, list) {
				return
			}
		}
	}
}

func (m *mentionList) print(w *bufio.Writer, appendLine func(line, id []byte, within, of string) []byte) error {
	start := 0
	for i := range m.list {
		q := &m.list[i]
		id := m.ids[start:q.idEnd]
		start = q.idEnd
		if _, err := w.Write(appendLine(w.AvailableBuffer(), id, m.keys.list[q.within], m.keys.list[q.of])); err != nil {
			return err
		}
	}
	return nil
}
