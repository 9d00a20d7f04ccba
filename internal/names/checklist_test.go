package names_test

import (
	"os"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
)

// checked is one line of the checklist: two names and what a careful clerk
// would decide about them.
type checked struct {
	class, a, b string
	typ         dossier.MentionType
	want        names.Decision
}

func checklist(t *testing.T) []checked {
	raw, err := os.ReadFile("testdata/checklist.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var list []checked
	for line := range strings.Lines(string(raw)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 5 {
			t.Fatalf("%q has %d fields", line, len(f))
		}
		list = append(list, checked{class: f[0], typ: dossier.MentionType(f[1]), a: f[2], b: f[3], want: names.Decision(f[4])})
	}
	return list
}

// TestChecklist holds the rules to the pairs that lawyers meet: at least 95 in
// 100 as a clerk would decide, and none joined that are two.
func TestChecklist(t *testing.T) {
	list, right := checklist(t), 0
	for _, c := range list {
		m := names.Compare(c.a, c.b, c.typ)
		switch {
		case m.Decision == c.want:
			right++
		case c.want == names.Different && m.Decision == names.Same:
			t.Errorf("%s: %q and %q are two: %v", c.class, c.a, c.b, m)
		default:
			t.Logf("%s: %q / %q: %s, want %s (%.2f %v)", c.class, c.a, c.b, m.Decision, c.want, m.Score, m.Reasons)
		}
	}
	t.Logf("%d of %d", right, len(list))
	if len(list) < 120 || right*100 < 95*len(list) {
		t.Errorf("%d of %d pairs as expected", right, len(list))
	}
}
