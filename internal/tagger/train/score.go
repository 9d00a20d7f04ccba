package train

import (
	"github.com/dossier-legal/dossier/internal/marked"
	"github.com/dossier-legal/dossier/internal/tagger"
)

// Evaluate tags the documents with a model and counts, by type, names of the very same
// bounds and type. Names found in a document's doubtful stretches do not count.
func Evaluate(m *tagger.Model, documents []Document) map[tagger.Type]marked.Score {
	total := map[tagger.Type]marked.Score{}
	count := func(t tagger.Type, one marked.Score) { total[t] = total[t].Plus(one) }
	for i := range documents {
		d := &documents[i]
		wanted := map[Name]bool{}
		for _, n := range d.Names {
			if n.Type.Given() {
				wanted[n] = true
				count(n.Type, marked.Score{Wanted: 1})
			}
		}
		for _, e := range m.Tag(d.Text, d.Mask) {
			switch {
			case wanted[Name{e.Start, e.End, e.Type}]:
				count(e.Type, marked.Score{Right: 1, Found: 1})
			case !touches(d.Doubt, e.Start, e.End):
				count(e.Type, marked.Score{Found: 1})
			}
		}
	}
	return total
}

// touches reports whether one of the spans overlaps start to end.
func touches(spans []tagger.Span, start, end int) bool {
	for _, s := range spans {
		if s.Start < end && start < s.End {
			return true
		}
	}
	return false
}
