package mention

import (
	"testing"

	"dossier"
	"dossier/internal/marked"
	"dossier/internal/papertest"
)

// TestMarkedPages compares Find with names that a person marked on pages of
// opinions and filings, by exact place and type.
func TestMarkedPages(t *testing.T) {
	files, err := marked.Read("testdata/pages.tsv", papertest.Corpus(t, "truth", "text"))
	if err != nil {
		t.Fatal(err)
	}
	least := map[dossier.MentionType]float64{dossier.Person: 0.93, dossier.Org: 0.79, dossier.Location: 0.89, dossier.Court: 0.96}
	right, known, found := map[string]int{}, map[string]int{}, map[string]int{}
	for _, f := range files {
		var names []marked.Name
		for _, m := range Find(f.Text) {
			names = append(names, marked.Name{Type: string(m.Type), Start: m.Start, End: m.End})
		}
		hits, missed, wrong := f.Judge(names, []string{"PERSON", "ORG", "LOCATION", "COURT"})
		for _, n := range hits {
			right[n.Type]++
			known[n.Type]++
			found[n.Type]++
		}
		for _, n := range missed {
			known[n.Type]++
			t.Logf("- %s %q in %q", n.Type, f.Text[n.Start:n.End], around(f.Text, n))
		}
		for _, n := range wrong {
			found[n.Type]++
			t.Logf("+ %s %q in %q", n.Type, f.Text[n.Start:n.End], around(f.Text, n))
		}
	}
	for typ, floor := range least {
		r, k, n := right[string(typ)], known[string(typ)], found[string(typ)]
		f1 := ratio(2*r, k+n)
		t.Logf("%s: precision %.3f, recall %.3f, F1 %.3f of %d", typ, ratio(r, n), ratio(r, k), f1, k)
		if f1 < floor {
			t.Errorf("%s: F1 %.3f, want %.2f", typ, f1, floor)
		}
	}
}

func around(text string, n marked.Name) string {
	return text[max(0, n.Start-30):min(len(text), n.End+40)]
}
