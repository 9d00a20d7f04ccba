package caption

import (
	"fmt"
	"strings"
	"testing"
)

func numbered(format string, lines ...string) string {
	var b strings.Builder
	for n, line := range lines {
		fmt.Fprintf(&b, format, n+1, line)
	}
	return b.String()
}

// pleading has names that go over the ends of its lines.
func TestPlainKeepsText(t *testing.T) {
	var table []string
	for n := range 40 {
		table = append(table, fmt.Sprintf("row %d", n))
	}
	for name, text := range map[string]string{
		"list":         "1. one\n2. two\n3. three\n4. four\n5. five\n6. six\n7. seven\n8. eight\n9. nine\n",
		"few lines":    "1 one\n2 two\n3 three\n",
		"long table":   numbered("%d %s\n", table...),
		"other orders": "9 a\n8 b\n7 c\n6 d\n5 e\n4 f\n3 g\n2 h\n1 i\n",
		"one dot":      "Halden · Oakline\n",
	} {
		if got := Plain(text); got != text {
			t.Errorf("%s: became %q", name, got)
		}
	}
}
