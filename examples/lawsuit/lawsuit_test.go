package lawsuit_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier/examples/lawsuit"
)

// read returns the files of a written case file by name.
func read(t *testing.T) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	if err := lawsuit.Write(dir); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[rel], err = os.ReadFile(path)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return files
}

func TestWriteTwiceGivesTheSameBytes(t *testing.T) {
	a, b := read(t), read(t)
	if len(a) != len(b) || len(a) < 26 {
		t.Fatalf("%d and %d files", len(a), len(b))
	}
	for name := range a {
		if !bytes.Equal(a[name], b[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestFilesAreWhatTheirNamesSay(t *testing.T) {
	magic := map[string]string{
		".pdf": "%PDF-1.4", ".png": "\x89PNG", ".jpg": "\xff\xd8\xff", ".tif": "II*\x00", ".docx": "PK\x03\x04",
		".7z": "7z\xbc\xaf", ".html": "<!DOCTYPE html>", ".eml": "From: ",
	}
	for name, data := range read(t) {
		if !bytes.HasPrefix(data, []byte(magic[filepath.Ext(name)])) {
			t.Errorf("%s begins with %q", name, data[:8])
		}
	}
}

// Another reader than our own finds the phrases of the truth.
func TestPhrasesAreInThePDFs(t *testing.T) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("no pdftotext here; `make test` installs it")
	}
	dir := t.TempDir()
	if err := lawsuit.Write(dir); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, p := range lawsuit.Truth().Phrases {
		matches, err := filepath.Glob(filepath.Join(dir, "papers", "pleadings", p.File))
		if err != nil || len(matches) == 0 {
			continue
		}
		out, err := exec.Command("pdftotext", matches[0], "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(strings.Fields(string(out)), " "), p.Phrase) {
			t.Errorf("%s does not say %q", p.File, p.Phrase)
		}
		checked++
	}
	if checked < 3 {
		t.Errorf("only %d phrases were checked", checked)
	}
}
