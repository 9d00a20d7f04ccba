package nearest

import (
	"slices"
	"testing"
)

func TestOf(t *testing.T) {
	commands := []string{"search", "export", "extract", "process", "project", "review", "resolve", "batch"}
	for _, c := range []struct {
		typed string
		want  []string
	}{
		{"serach", []string{"search"}},
		{"SEARCH", []string{"search"}},
		{"ex", []string{"export", "extract"}},
		{"procses", []string{"process"}},
		{"bacth", []string{"batch"}},
		{"zebra", nil},
		{"", nil},
		{"x", nil},
	} {
		if got := Of(c.typed, commands); !slices.Equal(got, c.want) {
			t.Errorf("%q is near %q, want %q", c.typed, got, c.want)
		}
	}
}

func TestOfReturnsAtMostThree(t *testing.T) {
	if got := Of("case", []string{"case1", "case2", "case3", "case4", "case1"}); !slices.Equal(got, []string{"case1", "case2", "case3"}) {
		t.Errorf("got %q", got)
	}
}

func TestQuestion(t *testing.T) {
	for want, words := range map[string][]string{
		"":                              nil,
		`did you mean "a"?`:             {"a"},
		`did you mean "a", "b" or "c"?`: {"a", "b", "c"},
	} {
		if got := Question(words); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
