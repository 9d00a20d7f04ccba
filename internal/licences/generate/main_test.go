package main

import (
	"os"
	"strings"
	"testing"
)

// modules.txt has the licences of the modules in the program, at their versions.
func TestFileIsUpToDate(t *testing.T) {
	want, err := collect()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../modules.txt")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("internal/licences/modules.txt differs from what go list reports: run go generate ./internal/licences")
	}
}

// No module in the program has a licence that binds what is distributed with it.
func TestLicencesArePermissive(t *testing.T) {
	text, err := os.ReadFile("../modules.txt")
	if err != nil {
		t.Fatal(err)
	}
	for block := range strings.SplitSeq(string(text), strings.Repeat("=", 80)) {
		files, licence, _ := strings.Cut(block, "\n\n")
		title := strings.ToUpper(licence[:min(len(licence), 200)])
		for _, copyleft := range []string{"GENERAL PUBLIC LICENSE", "AFFERO", "MOZILLA PUBLIC LICENSE", "ECLIPSE PUBLIC LICENSE"} {
			if strings.Contains(title, copyleft) {
				t.Errorf("a licence of the kind %q applies to:%s", copyleft, files)
			}
		}
	}
}

func TestSameTextsAreJoined(t *testing.T) {
	got := format(map[string][]string{"text B": {"z 1, LICENSE", "a 1, LICENSE"}, "text A": {"b 2, COPYING"}})
	line := strings.Repeat("=", 80) + "\n"
	if want := line + "a 1, LICENSE\nz 1, LICENSE\n\ntext B\n\n" + line + "b 2, COPYING\n\ntext A\n\n"; got != want {
		t.Errorf("%q", got)
	}
	if got := clean("\r\n a \t\r\nb\n\n"); got != " a\nb" {
		t.Errorf("%q", got)
	}
}
