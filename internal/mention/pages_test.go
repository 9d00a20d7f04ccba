package mention

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/lex"
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
	scores, rules := marked.Scores{}, ruleScores{}
	for _, f := range files {
		var names []marked.Name
		ruleOf := map[marked.Name]string{}
		for _, m := range Find(f.Text) {
			n := marked.Name{Type: string(m.Type), Start: m.Start, End: m.End}
			names, ruleOf[n] = append(names, n), m.Rule
		}
		right, missed, wrong := f.Judge(names, markedTypes)
		scores.Add(f.Kind(), right, missed, wrong)
		rules.add(ruleOf, right, wrong)
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
	compareGolden(t, "testdata/pages.golden", append([][]string{marked.Head()}, scores.Rows()...))
	compareGolden(t, "testdata/rules.golden", rules.rows())
}

// ruleScores counts the names that a rule found, or changed, and of these the right
// ones.
type ruleScores map[string]*struct{ found, right int }

func (s ruleScores) add(ruleOf map[marked.Name]string, right, wrong []marked.Name) {
	count := func(names []marked.Name, right int) {
		for _, n := range names {
			for rule := range strings.FieldsSeq(ruleOf[n]) {
				if s[rule] == nil {
					s[rule] = &struct{ found, right int }{}
				}
				s[rule].found++
				s[rule].right += right
			}
		}
	}
	count(right, 1)
	count(wrong, 0)
}

func (s ruleScores) rows() [][]string {
	rows := [][]string{{"rule", "found", "right", "precision"}}
	for _, rule := range slices.Sorted(maps.Keys(s)) {
		c := s[rule]
		rows = append(rows, []string{rule, strconv.Itoa(c.found), strconv.Itoa(c.right), fmt.Sprintf("%.3f", float64(c.right)/float64(c.found))})
	}
	return rows
}

// TestEveryMentionHasARule wants a rule for every mention of the committed
// documents, and those of the names as the golden file has them.
func TestEveryMentionHasARule(t *testing.T) {
	rows := [][]string{{"document", "type", "text", "rules"}}
	for _, p := range papertest.Papers(t) {
		for _, m := range Find(p.Text) {
			if m.Rule == "" {
				t.Errorf("%s: %s %q has no rule", p.Name, m.Type, m.Text)
			}
			if slices.Contains(markedTypes, string(m.Type)) {
				rows = append(rows, []string{p.Name, string(m.Type), lex.OneLine(m.Text), m.Rule})
			}
		}
	}
	compareGolden(t, "testdata/explained.golden", rows)
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

// compareGolden compares the rows of a table with a golden file.
func compareGolden(t *testing.T, golden string, rows [][]string) {
	t.Helper()
	var got strings.Builder
	for _, row := range rows {
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
		t.Errorf("%s changed (go test ./internal/mention -run %s -rewrite accepts it):\n%s", golden, t.Name(), diff)
	}
}
