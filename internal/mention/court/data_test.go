package court_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/mention/court"
	"github.com/dossier-legal/dossier/internal/papertest"
)

// TestCourtExamples looks for the worked examples of a list of courts: the court
// is found, and by its id.
func TestCourtExamples(t *testing.T) {
	raw, err := os.ReadFile(papertest.Data(t, "courts", "courts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var courts []struct {
		ID       string
		Examples []string
	}
	if err := json.Unmarshal(raw, &courts); err != nil {
		t.Fatal(err)
	}
	right, total := 0, 0
	for _, c := range courts {
		for _, example := range c.Examples {
			total++
			if slices.ContainsFunc(court.Find(example), func(m dossier.Mention) bool { return m.Norm == c.ID }) {
				right++
			} else {
				t.Logf("%s: %q", c.ID, example)
			}
		}
	}
	if total == 0 {
		t.Fatal("the list has no examples")
	}
	got := float64(right) / float64(total)
	t.Logf("right id: %.3f of %d examples of %d courts", got, total, len(courts))
	if got < 0.92 {
		t.Errorf("right id for %.3f of the examples, want 0.92", got)
	}
}
