package vocabulary

import (
	"math/bits"
	"slices"
	"strings"
	"testing"
)

// TestWordsStandOnce holds the table to its form: sorted, each word on one line,
// no flag twice, and a flag for all readers in place of one for each.
func TestWordsStandOnce(t *testing.T) {
	before := ""
	for line := range strings.Lines(strings.TrimPrefix(words, "\n")) {
		fields := strings.Fields(line)
		word, known := fields[0], slices.Clone(fields[1:])
		if word <= before {
			t.Errorf("%q does not sort after %q", word, before)
		}
		before = word
		if word != strings.ToLower(word) {
			t.Errorf("%q is not in lower case", word)
		}
		slices.Sort(known)
		if len(slices.Compact(known)) != len(fields)-1 {
			t.Errorf("%q has a flag twice", word)
		}
		e, err := parse(line)
		if err != nil {
			t.Error(err)
		}
		for _, all := range []string{"title", "generation", "particle", "company", "org", "street", "role", "stop", "law"} {
			if e.flags&byName[all] == byName[all] && !slices.Contains(known, all) {
				t.Errorf("%q should have %q in place of a flag for each reader", word, all)
			}
		}
	}
}

// TestFlagsAreDistinct proves that no two flags share a bit, and that each has
// words and a name.
func TestFlagsAreDistinct(t *testing.T) {
	var single, used Flags
	for name, f := range byName {
		if bits.OnesCount64(uint64(f)) != 1 {
			continue
		}
		if single&f != 0 {
			t.Errorf("%q shares its bit with another flag", name)
		}
		single |= f
	}
	for _, e := range entries() {
		used |= e.flags
	}
	if last := LearnLaw; single != last<<1-1 {
		t.Errorf("flags without a name: %b", (last<<1-1)&^single)
	}
	if used != single {
		t.Errorf("flags without a word: %b", single&^used)
	}
}

func TestLookups(t *testing.T) {
	if !With(FindTitle)["judges"] || With(CompareTitle)["judges"] || !With(Title)["judges"] {
		t.Error("judges is a title that rules find and comparing does not know")
	}
	if both := WithAll(FindTitle | Judge); !both["magistrate"] || both["honourable"] || both["senator"] {
		t.Errorf("titles of judges that rules find are %v", both)
	}
	forms := Values(Form)
	if forms["incorporated"] != "inc" || forms["limited liability company"] != "llc" {
		t.Errorf("legal forms are %v", forms)
	}
	if got := Lists(Formal)["alex"]; !slices.Equal(got, []string{"alexander", "alexandra"}) {
		t.Errorf("alex stands for %v", got)
	}
	if got := Set("a b\n a"); len(got) != 2 || !got["b"] {
		t.Errorf("set is %v", got)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, line := range []string{"word", "word nonsense", "word nonsense=1", "word judge=yes"} {
		if _, err := parse(line); err == nil {
			t.Errorf("%q was read", line)
		}
	}
}
