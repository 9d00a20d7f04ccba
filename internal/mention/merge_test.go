package mention_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/mention"
)

// at is a mention of words in a text.
func at(t *testing.T, text, words string, typ dossier.MentionType, method string, score float64) dossier.Mention {
	t.Helper()
	i := strings.Index(text, words)
	if i < 0 {
		t.Fatalf("%q is not in the text", words)
	}
	return dossier.Mention{Type: typ, Text: words, Start: i, End: i + len(words), Norm: words, Score: score, Method: method}
}

func TestMerge(t *testing.T) {
	const text = "On May 3, 2019 Jane Q. Roe of Acme Holding Group met Vance at Springfield, in\nOSTRAVA COUNTY. See Brown v. Board, 347 U.S. 483 (1954)."
	m := func(words string, typ dossier.MentionType, method string, score float64) dossier.Mention {
		return at(t, text, words, typ, method, score)
	}
	local := []dossier.Mention{
		m("May 3, 2019", dossier.Date, "scanner:date", 0.95),
		m("Jane Q. Roe", dossier.Person, "tagger:rules", 0.9),
		m("Holding", dossier.Org, "tagger:learned", 0.6),
		m("Vance", dossier.Person, "tagger:learned", 0.6),
		m("Springfield", dossier.Location, "tagger:rules", 0.8),
		m("347 U.S. 483", dossier.Citation, "scanner:citation", 0.98),
	}
	const by = "llm:parrot-1"
	model := []dossier.Mention{
		m("May", dossier.Person, by, 0),                        // a scanner's
		m("Jane Q. Roe", dossier.Person, by, 0),                // agrees
		m("Roe of Acme", dossier.Org, by, 0),                   // cut short by a sure name
		m("Acme Holding Group", dossier.Org, by, 0),            // longer than an unsure one
		m("Acme Holding Group", dossier.Org, by, 0),            // twice, from another chunk
		m("Holding Group", dossier.Org, by, 0),                 // inside it
		m("Vance", dossier.Org, by, 0),                         // disagrees
		m("Springfield, in\nOSTRAVA", dossier.Location, by, 0), // longer than a sure one
		m("OSTRAVA COUNTY", dossier.Location, by, 0),           // new
		m("Brown", dossier.Person, by, 0),                      // a party of a case that is cited
		m("1954", dossier.Date, by, 0),                         // not for a model
		{Type: dossier.Person, Start: 100, End: 10_000, Method: by},
	}
	var got strings.Builder
	for _, m := range mention.Merge(text, local, model) {
		fmt.Fprintf(&got, "%s %q %q %.2f %s\n", m.Type, m.Text, m.Norm, m.Score, m.Method)
	}
	// What is lost to a sure name takes nothing of the model's with it.
	if d := cmp.Diff(`DATE "May 3, 2019" "May 3, 2019" 0.95 scanner:date
PERSON "Jane Q. Roe" "Jane Q. Roe" 0.95 tagger:rules
ORG "Acme Holding Group" "Acme Holding Group" 0.70 llm:parrot-1
PERSON "Vance" "Vance" 0.60 tagger:learned
LOCATION "Springfield" "Springfield" 0.80 tagger:rules
LOCATION "OSTRAVA COUNTY" "Ostrava County" 0.70 llm:parrot-1
CITATION "347 U.S. 483" "347 U.S. 483" 0.98 scanner:citation
`, got.String()); d != "" {
		t.Error(d)
	}
}

// TestMergeKeepsTheGuarantees merges names at any places, and has their order
// and repetitions not matter.
func TestMergeKeepsTheGuarantees(t *testing.T) {
	const text = "Jane Roe of Halden Logistics Inc., 12 Elm Street, Springfield, wrote on May 3, 2019 to Judge Tomasz Wilk of the U.S. District Court " +
		"for the Northern District of California (No. 3:19-cv-00412) about $4,500 and Acme Holding Group; cf. Brown v. Board, 347 U.S. 483 (1954)."
	local := mention.Find(text)
	types := []dossier.MentionType{dossier.Person, dossier.Org, dossier.Location, dossier.Court}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var model []dossier.Mention
		for range rng.IntN(12) {
			start := rng.IntN(len(text))
			model = append(model, dossier.Mention{
				Type: types[rng.IntN(len(types))], Start: start, End: start + rng.IntN(40) - 2, Method: "llm:m",
			})
		}
		before := slices.Clone(local)
		got := mention.Merge(text, local, model)
		if d := cmp.Diff(before, local); d != "" {
			t.Fatalf("what was found here changed: %s", d)
		}
		last := 0
		for _, m := range got {
			if m.Start < last || m.End <= m.Start || text[m.Start:m.End] != m.Text || m.Score <= 0 || m.Score > 1 || m.Norm == "" && strings.TrimSpace(m.Text) != "" {
				t.Fatalf("%+v after %d", m, last)
			}
			last = m.End
		}
		for _, l := range local {
			if strings.HasPrefix(l.Method, "scanner:") && !slices.ContainsFunc(got, func(m dossier.Mention) bool {
				return m.Start == l.Start && m.End == l.End && m.Type == l.Type && m.Method == l.Method
			}) {
				t.Fatalf("%q of %s is gone", l.Text, l.Method)
			}
		}
		again := append(slices.Clone(model), model...)
		rng.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		if d := cmp.Diff(got, mention.Merge(text, local, again)); d != "" {
			t.Fatalf("another order: %s", d)
		}
	}
}
