package mention

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// numbered puts numbers before the lines of a page, on lines of their own or
// beside the words.
func numbered(format string, lines ...string) string {
	var b strings.Builder
	for n, line := range lines {
		fmt.Fprintf(&b, format, n+1, line)
	}
	return b.String()
}

// pleading has names that go over the ends of its lines.
var pleading = []string{
	"This pleading was filed by the plaintiff for the loss of her goods by Halden Logistics",
	"International, Inc., and the court has read it with care, as it should have done before it",
	"wrote of the papers that were lost. The plaintiff says that the whole of it was lost by Mary",
	"Quillfeather, who lives in the town. She paid for it, and asked for the goods, and then the",
	"owner of the lorry said that the State of New",
	"York had taken them. She was told on May",
	"3, 2019, that nothing was left of them at all.",
	"The rest is of no interest here.",
	"So much for that.",
}

func TestPlain(t *testing.T) {
	want := []string{
		"ORG Halden Logistics International, Inc.", "PERSON Mary Quillfeather", "ORG State of New York", "DATE 2019-05-03",
	}
	for _, c := range []struct{ name, text string }{
		{"numbers beside the words", numbered("%d  %s\n", pleading...)},
		{"numbers on lines of their own", numbered("%d\n\n%s\n\n", pleading...)},
		{"dots of a transcript", numbered("·%d· · · · · ·%s\n", pleading...)},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, m := range Find(c.text) {
				if m.Type != "LOCATION" {
					got = append(got, string(m.Type)+" "+m.Norm)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			checkContract(t, c.text)
		})
	}
}

// TestPlainKeepsText leaves alone what only looks like numbers of lines.
