package dossier_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
)

// embeds matches the directives of a file that embed files, with their patterns.
var embeds = regexp.MustCompile(`(?m)^//go:embed (.+)$`)

// embedded returns the files that the packages of the program embed, with their
// paths in the repository.
func embedded(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir("internal", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range embeds.FindAllStringSubmatch(string(source), -1) {
			for pattern := range strings.FieldsSeq(m[1]) {
				found, err := filepath.Glob(filepath.Join(filepath.Dir(path), pattern))
				if err != nil {
					return err
				}
				files = append(files, found...)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// NOTICE says where every embedded file of data comes from.
func TestNoticeNamesEveryEmbeddedFile(t *testing.T) {
	written := map[string]bool{ // for dossier, or by its own generator
		"internal/store/migrations":     true,
		"internal/papertest/papers":     true, // for tests only
		"internal/licences/modules.txt": true,
		"internal/show/report.css":      true,
	}
	files := embedded(t)
	for _, file := range files {
		if file = filepath.ToSlash(file); !written[file] && !strings.Contains(dossier.Notice(), file) {
			t.Errorf("NOTICE does not name %s: add its origin and licence", file)
		}
		delete(written, file)
	}
	for file := range written {
		t.Errorf("%s is not embedded any more: remove it from this test", file)
	}
	named := regexp.MustCompile(`internal/[\w./]+`)
	for _, file := range named.FindAllString(dossier.Notice(), -1) {
		if _, err := os.Stat(file); err != nil {
			t.Errorf("NOTICE names %s, which does not exist", file)
		}
	}
}
