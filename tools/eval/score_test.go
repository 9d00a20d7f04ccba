package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier/internal/marked"
	"github.com/dossier-legal/dossier/tools/internal/lab"
)

func TestCompareBags(t *testing.T) {
	for _, c := range []struct {
		want, got string
		score     marked.Score
		f1        float64
	}{
		{"a b c", "c a b", marked.Score{Right: 3, Wanted: 3, Found: 3}, 1},
		{"a a b", "a c", marked.Score{Right: 1, Wanted: 3, Found: 2}, 0.4},
		{"a", "a a", marked.Score{Right: 1, Wanted: 1, Found: 2}, 2.0 / 3},
		{"", "", marked.Score{}, 1},
		{"a", "", marked.Score{Right: 0, Wanted: 1, Found: 0}, 0},
	} {
		s := compareBags(strings.Fields(c.want), strings.Fields(c.got))
		if s != c.score || s.F1() != c.f1 {
			t.Errorf("%q, %q: got %+v F1 %v, want %+v F1 %v", c.want, c.got, s, s.F1(), c.score, c.f1)
		}
	}
}

func TestWords(t *testing.T) {
	if diff := cmp.Diff([]string{"of", "fi", "12"}, truthWords("Of a — ﬁ 12 _ x")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestContainsPhrase(t *testing.T) {
	hay := searchable("The plain-\ntiff’s CLAIM,  No. 12, fails.")
	for phrase, want := range map[string]bool{
		"claim no. 12 FAILS": true, "the plain-tiff": true, "laim": false, "fails the": false,
	} {
		if got := containsPhrase(hay, phrase); got != want {
			t.Errorf("%q: got %v", phrase, got)
		}
	}
}

func TestComparePages(t *testing.T) {
	page := lab.Page{}
	page.Words = append(page.Words, struct {
		Text string `json:"text"`
	}{"one"})
	got := comparePages([]string{"one two", "three"}, []lab.Page{page})
	if want := (marked.Score{Right: 1, Wanted: 3, Found: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestScoreDocket(t *testing.T) {
	var d docket
	d.AssignedTo = "Ann Hall"
	d.Parties = append(d.Parties, struct {
		Name      string
		Attorneys []struct{ Name string }
	}{"The Acme Corp, Inc.", []struct{ Name string }{{"Bo Reed"}, {"Not In Text"}}})
	got := scoreDocket(d, "ACME  CORP v. X before Ann Hall; Bo\nReed", []found{{"ORG", "Acme Corp, Inc."}, {"ORG", "Ann Hall"}, {"PERSON", "Bo Reed"}})
	want := map[string]marked.Score{"party": {Right: 1, Wanted: 1}, "judge": {Wanted: 1}, "attorney": {Right: 1, Wanted: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCompareCites(t *testing.T) {
	us := cite{"FullCaseCitation", map[string]string{"volume": "1", "page": "2"}}
	got := compareCites([]cite{us, us}, []cite{
		{"full", map[string]string{"volume": "1", "page": "2"}},
		{"short", map[string]string{"volume": "1", "page": "2"}},
	})
	if want := (marked.Score{Right: 1, Wanted: 2, Found: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestOutcomes(t *testing.T) {
	const exported = `{"kind":"document","status":"completed","paths":["/a","/b"]}
{"kind":"document","status":"failed","error_code":"damaged_file","error_message":"no","paths":["/c"]}
{"kind":"document","status":"failed","paths":["/d"]}
{"kind":"entity"}
`
	got, err := outcomes([]byte(exported), []lab.Failure{{Path: "/e", Code: "gone", Message: "no"}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"/a": "completed", "/b": "completed", "/c": "failed: damaged_file", "/d": "open: failed", "/e": "unread: gone",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
