package extract

import (
	"testing"

	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// checkDocument checks what every document promises.
func checkDocument(t testing.TB, name string, doc *Document) {
	t.Helper()
	if len(doc.Pages) == 0 {
		t.Errorf("%s: no pages", name)
	}
	for i, page := range doc.Pages {
		if page.Number != i+1 {
			t.Errorf("%s: page %d has number %d", name, i+1, page.Number)
		}
		if page.Text == "" && page.Reason == "" {
			t.Errorf("%s: page %d has no text and no reason", name, i+1)
		}
		if clean := wire.CleanText(page.Text); clean != page.Text {
			t.Errorf("%s: page %d: text is not clean: %q", name, i+1, diffAt(clean, page.Text))
		}
		for _, w := range page.Words {
			if page.Text[w.Start:w.End] != w.Text || w.Text == "" {
				t.Errorf("%s: page %d: word %+v is not at its place", name, i+1, w)
				break
			}
		}
	}
}

func diffAt(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return b[max(0, i-10):min(len(b), i+20)]
}
