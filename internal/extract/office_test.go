package extract

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// TestCorpusOffice reads the office files of the corpus and looks for what is
// known to stand in them word for word.
func TestCorpusOffice(t *testing.T) {
	dir, got := readFolder(t, "office", wire.OCROff)
	for name, o := range got {
		switch {
		case o.err == nil:
			extracttest.CheckPages(t, name, o.doc.Pages)
		case filepath.Ext(name) != ".wpd":
			t.Errorf("%s: %v", name, o.err)
		}
	}
	texts := map[string]string{}
	found, all := 0, 0
	for _, f := range officeFacts(t, dir) {
		o := got[f.File]
		if o.doc == nil {
			continue
		}
		if _, ok := texts[f.File]; !ok {
			texts[f.File] = squash(everything(o.doc))
		}
		all++
		if strings.Contains(texts[f.File], squash(f.Value.(string))) {
			found++
		} else {
			t.Errorf("%s: %s %q not found", f.File, f.Field, f.Value)
		}
	}
	t.Logf("%d of %d facts found", found, all)
}

// drawn begin the phrases that the program which found them made up: titles of
// its own, the signs of lists, the lines of tables.
var drawn = []string{"###", "o ", "|"}

// officeFacts returns the facts that stand in the files word for word.
func officeFacts(t testing.TB, dir string) []fact {
	t.Helper()
	var out []fact
	for _, f := range facts(t, filepath.Join(dir, "truth", "office.jsonl")) {
		value, ok := f.Value.(string)
		isDrawn := slices.ContainsFunc(drawn, func(s string) bool { return strings.HasPrefix(value, s) })
		if ok && (f.Field == "phrase" || f.Verbatim) && !isDrawn {
			out = append(out, f)
		}
	}
	return out
}

// everything is the text of a document and of its findings.
func everything(doc *Document) string {
	text, _ := dossier.JoinPages(doc.Pages)
	for _, f := range doc.Findings {
		text += "\n" + f.Text
	}
	return text
}

// TestCorpusOfficeWords looks in office files for each word that other
// programs find in them. What they write differently (signs of money, formulas)
// and what they find twice makes the rest.
func TestCorpusOfficeWords(t *testing.T) {
	dir, got := readFolder(t, "office", wire.OCROff)
	found, all := 0, 0
	for _, f := range facts(t, filepath.Join(dir, "truth", "office.jsonl")) {
		o := got[f.File]
		if f.Field != "text_file" || o.doc == nil {
			continue
		}
		ref, err := os.ReadFile(filepath.Join(dir, f.Value.(string)))
		if err != nil {
			t.Fatal(err)
		}
		ours := squash(everything(o.doc))
		var missed []string
		for w := range strings.FieldsSeq(string(ref)) {
			if all++; strings.Contains(ours, squash(w)) {
				found++
			} else {
				missed = append(missed, w)
			}
		}
		if len(missed) > 0 {
			t.Logf("%s: %d words missed: %.300q", f.File, len(missed), missed)
		}
	}
	share := float64(found) / float64(all)
	t.Logf("%d of %d words, a share of %.4f", found, all, share)
	if share < 0.99 {
		t.Errorf("a share of %.4f of the words found, want 0.99", share)
	}
}
