package search_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/search"
)

func TestParse(t *testing.T) {
	for query, want := range map[string]string{
		`breach`:                       `"breach"`,
		`breach of contract`:           `"breach" AND "of" AND "contract"`,
		`"breach of contract" fire`:    `"breach of contract" AND "fire"`,
		`fire OR flood AND insur*`:     `"fire" OR "flood" AND "insur"*`,
		`(fire OR flood) NOT "act of"`: `("fire" OR "flood") NOT "act of"`,
		`fire AND NOT flood`:           `"fire" NOT "flood"`,
		`1:23-cv-04417`:                `"1:23-cv-04417"`,
		`and or not`:                   `"and" AND "or" AND "not"`,
		`"unclosed phrase`:             `"unclosed phrase"`,
		`text:x NEAR(a`:                ``,
		`Müller's`:                     `"Müller's"`,
		`((a) OR (b))`:                 `(("a") OR ("b"))`,
		``:                             ``,
		`OR fire`:                      ``,
		`fire)`:                        ``,
		`***`:                          ``,
		`NOT fire`:                     ``,
		`"a ""b"" c"`:                  `"a " AND "b" AND " c"`,
		"page\tbreak":                  `"page" AND "break"`,
	} {
		got, err := search.Parse(query)
		if want == "" {
			if dossier.CodeOf(err) != dossier.CodeInvalidInput {
				t.Errorf("Parse(%q) = %q, %v; want an error", query, got, err)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", query, got, err, want)
		}
	}
}

func TestUnmark(t *testing.T) {
	text, ranges := search.Unmark("a <fire> and a <flood>", "<", ">")
	if text != "a fire and a flood" {
		t.Errorf("text = %q", text)
	}
	if diff := cmp.Diff([][2]int{{2, 6}, {13, 18}}, ranges); diff != "" {
		t.Error(diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`"a b" OR (c NOT d*)`)
	f.Fuzz(func(t *testing.T, query string) {
		if expr, err := search.Parse(query); err == nil && expr == "" {
			t.Error("an empty expression without an error")
		}
	})
}
