package dossier_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// testNames returns the names of all tests of the module.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	names := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range declared.FindAllSubmatch(source, -1) {
			names[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

var namedTest = regexp.MustCompile("`(Test\\w+)`")

// TestAcceptanceList keeps docs/acceptance.md true: it has each requirement once,
// in order, with a state; what is proved names tests; and the rest says what is
// missing.
func TestAcceptanceList(t *testing.T) {
	text, err := os.ReadFile("docs/acceptance.md")
	if err != nil {
		t.Fatal(err)
	}
	names, next := testNames(t), 1
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		id := strings.TrimSpace(cells[0])
		if len(cells) != 4 || !strings.HasPrefix(id, "A") {
			continue
		}
		if want := fmt.Sprintf("A%d", next); id != want {
			t.Fatalf("%s stands where %s should", id, want)
		}
		next++
		state, proof := strings.TrimSpace(cells[2]), cells[3]
		tests, missing := namedTest.FindAllStringSubmatch(proof, -1), strings.Contains(proof, "Missing: ")
		switch {
		case state == "proved" && len(tests) > 0 && !missing, state == "partly" && len(tests) > 0 && missing, state == "not" && missing:
		default:
			t.Errorf("%s: state %q does not go with %q", id, state, proof)
		}
		for _, m := range tests {
			if !names[m[1]] {
				t.Errorf("%s names %s, which does not exist", id, m[1])
			}
		}
	}
	if next != 61 {
		t.Errorf("the list ends at A%d, want A60", next-1)
	}
}

// Tests that documents name exist.
func TestDocumentsNameTests(t *testing.T) {
	names := testNames(t)
	docs, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(docs, "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range namedTest.FindAllStringSubmatch(string(text), -1) {
			if !names[m[1]] {
				t.Errorf("%s names %s, which does not exist", file, m[1])
			}
		}
	}
}
