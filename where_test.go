package dossier_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// quoted matches what stands between backquotes in a cell of a table.
var quoted = regexp.MustCompile("`([^`]+)`")

// missing returns what a row of the table "Where is …?" names and the repository
// does not have. read returns the contents of a file.
func missing(row string, read func(file string) ([]byte, error)) []string {
	cells := strings.Split(strings.Trim(strings.TrimSpace(row), "|"), "|")
	if len(cells) != 3 {
		return []string{"three cells"}
	}
	file, names := quoted.FindStringSubmatch(cells[1]), quoted.FindAllStringSubmatch(cells[2], -1)
	if file == nil || names == nil {
		return []string{"a file and a function"}
	}
	source, err := read(file[1])
	if err != nil {
		return []string{file[1]}
	}
	var gone []string
	for _, name := range names {
		declared := regexp.MustCompile(`(?m)^(func (\([^)]*\) )?|type |var |const )` + regexp.QuoteMeta(name[1]) + `\b`)
		if !declared.Match(source) {
			gone = append(gone, fmt.Sprintf("%s in %s", name[1], file[1]))
		}
	}
	return gone
}

// Every file and function of the table "Where is …?" exists.
func TestArchitectureSaysWhereThingsAre(t *testing.T) {
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Where is …?\n")
	section, _, _ = strings.Cut(section, "\n## ")
	questions, last := 0, ""
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| question ") {
			continue
		}
		if question := strings.TrimSpace(strings.SplitN(line, "|", 3)[1]); question != "" {
			questions, last = questions+1, question
		}
		for _, what := range missing(line, os.ReadFile) {
			t.Errorf("ARCHITECTURE.md, %q: there is no %s", last, what)
		}
	}
	if questions < 30 {
		t.Errorf("the table has %d questions, want 30", questions)
	}
}

func TestMissingPlacesAreFound(t *testing.T) {
	read := func(file string) ([]byte, error) {
		if file != "a/b.go" {
			return nil, os.ErrNotExist
		}
		return []byte("package b\n\nfunc (t *T) Run() {}\n\ntype T struct{}\n\nfunc generic[K any](k K) {}\n"), nil
	}
	for row, want := range map[string]string{
		"| q | `a/b.go` | `Run`, `T`, `generic` |": "",
		"| q | `a/b.go` | `Run`, `Ru` |":           "Ru in a/b.go",
		"| | `a/gone.go` | `Run` |":                "a/gone.go",
		"| q | a/b.go | `Run` |":                   "a file and a function",
		"| q | `a/b.go` |":                         "three cells",
	} {
		if got := strings.Join(missing(row, read), ", "); got != want {
			t.Errorf("%s: %q, want %q", row, got, want)
		}
	}
}
