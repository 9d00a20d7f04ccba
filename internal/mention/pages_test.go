package mention

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/marked"
	"github.com/dossier-legal/dossier/internal/papertest"
)

var rewrite = flag.Bool("rewrite", false, "rewrite golden files")

var markedTypes = []string{"PERSON", "ORG", "LOCATION", "COURT"}

// TestMarkedPages compares Find with names that a person marked on pages of
// opinions and filings, by exact place and type. The scores are a golden file, so
// that a change shows as one.
func TestMarkedPages(t *testing.T) {
	files, err := marked.Read("testdata/pages.tsv", papertest.Corpus(t, "truth", "text"))
	if err != nil {
		t.Fatal(err)
	}
	scores := marked.Scores{}
	for _, f := range files {
		var names []marked.Name
		for _, m := range Find(f.Text) {
			names = append(names, marked.Name{Type: string(m.Type), Start: m.Start, End: m.End})
		}
		right, missed, wrong := f.Judge(names, markedTypes)
		scores.Add(f.Kind(), right, missed, wrong)
		for _, n := range missed {
			t.Logf("- %s %s", n.Type, f.Around(n))
		}
		for _, n := range wrong {
			t.Logf("+ %s %s", n.Type, f.Around(n))
		}
	}
	for typ, floor := range map[dossier.MentionType]float64{dossier.Person: 0.94, dossier.Org: 0.82, dossier.Location: 0.90, dossier.Court: 0.97} {
		if f1 := scores[marked.Key{Kind: marked.All, Type: string(typ)}].F1(); f1 < floor {
			t.Errorf("%s: F1 %.3f, want %.2f", typ, f1, floor)
		}
	}
	compareGolden(t, "testdata/pages.golden", scores)
}

// TestHeldOutPages wants no paper both among those that rules and model are tuned
// on and among those that measure them.
func TestHeldOutPages(t *testing.T) {
	tuned := papersOf(t, "testdata/pages.tsv")
	for paper := range papersOf(t, "testdata/heldout.tsv") {
		if tuned[paper] {
			t.Errorf("%s is in pages.tsv, too", paper)
		}
	}
}

// papersOf are the papers with pages on a list.
func papersOf(t *testing.T, list string) map[string]bool {
	t.Helper()
	raw, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	papers := map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		paper, _, _ := strings.Cut(line, "\t")
		papers[paper] = true
	}
	if len(papers) == 0 {
		t.Fatalf("%s lists no pages", list)
	}
	return papers
}

// compareGolden compares a table of scores with a golden file.
func compareGolden(t *testing.T, golden string, scores marked.Scores) {
	t.Helper()
	var got strings.Builder
	for _, row := range append([][]string{marked.Head()}, scores.Rows()...) {
		got.WriteString(strings.Join(row, "\t") + "\n")
	}
	if *rewrite {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("the scores changed (go test ./internal/mention -run MarkedPages -rewrite accepts them):\n%s", diff)
	}
}
