package pipeline

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/papertest"
	"github.com/dossier-legal/dossier/internal/relate"
	"github.com/dossier-legal/dossier/internal/resolve"
	"github.com/dossier-legal/dossier/internal/versiontest"
)

// The papers that guard the versions of stages carry the mentions and entities
// that were found in them once: with -update, new papers get theirs.
func TestPapersAreAnnotated(t *testing.T) {
	papers := papertest.Papers(t)
	mentions, entities, added := 0, 0, 0
	for i := range papers {
		p := &papers[i]
		if versiontest.Updating() && len(p.Mentions) == 0 {
			p.Mentions = mention.Find(p.Text)
			p.Entities = relate.WithCase(p.Text, p.Mentions, resolve.Document(p.Text, p.Mentions))
			added += len(p.Mentions)
		}
		for _, m := range p.Mentions {
			if p.Text[m.Start:m.End] != m.Text {
				t.Errorf("%s: the text has %q where the annotation has %q", p.Name, p.Text[m.Start:m.End], m.Text)
			}
		}
		mentions, entities = mentions+len(p.Mentions), entities+len(p.Entities)
	}
	if len(papers) < 1000 || mentions < 2000 || entities < 1000 {
		t.Errorf("only %d papers with %d mentions and %d entities", len(papers), mentions, entities)
	}
	if added == 0 {
		return
	}
	packed, err := papertest.PackAnnotations(papers)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("..", "papertest", papertest.Annotations), packed, 0o644); err != nil {
		t.Fatal(err)
	}
}
