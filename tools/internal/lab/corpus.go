// Package lab holds what the two measuring programs, bench and eval, share:
// where the corpus of real papers is and what it holds, how the program under
// measure is run, and how a table is written.
//
// It knows dossier from the outside only, by its commands and their JSON, so
// that a figure is about the program people get and not about its insides.
package lab

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Folder returns the folder named by the environment variable, or the
// fallback, as an absolute path. The error says what to set.
func Folder(variable, fallback string) (string, error) {
	dir, err := filepath.Abs(cmp.Or(os.Getenv(variable), fallback))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("no such folder as %s names: %w", variable, err)
	}
	return dir, nil
}

// File is one line of a corpus' MANIFEST.tsv.
type File struct {
	Name  string // path inside the corpus, with slashes
	Kind  string // "filings", "scans", …: the folder
	Pages int    // 0 if the format has no pages
	Layer string // "text", "scan", "thin", …
}

// IsPDF tells by the name, as the corpus has damaged files, too.
func (f File) IsPDF() bool { return strings.EqualFold(filepath.Ext(f.Name), ".pdf") }

// Corpus is a folder of papers described by its MANIFEST.tsv.
type Corpus struct {
	Dir   string
	Files []File // in the order of the manifest
}

// OpenCorpus reads the manifest of the corpus in dir.
func OpenCorpus(dir string) (_ *Corpus, err error) {
	f, err := os.Open(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	files, err := readManifest(f)
	if err != nil {
		return nil, fmt.Errorf("MANIFEST.tsv: %w", err)
	}
	return &Corpus{Dir: dir, Files: files}, nil
}

func readManifest(in io.Reader) ([]File, error) {
	r := csv.NewReader(in)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errors.New("is empty")
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, name := range []string{"file", "kind", "pages", "layer"} {
		if _, ok := column[name]; !ok {
			return nil, fmt.Errorf("has no column %q", name)
		}
	}
	files := make([]File, 0, len(rows)-1)
	for _, row := range rows[1:] {
		pages := 0
		if s := row[column["pages"]]; s != "" {
			if pages, err = strconv.Atoi(s); err != nil {
				return nil, fmt.Errorf("pages of %s: %w", row[column["file"]], err)
			}
		}
		files = append(files, File{
			Name: row[column["file"]], Kind: row[column["kind"]], Pages: pages, Layer: row[column["layer"]],
		})
	}
	return files, nil
}

// Path is where a file of the corpus is.
func (c *Corpus) Path(name string) string { return filepath.Join(c.Dir, filepath.FromSlash(name)) }

// Select returns the files for which keep is true.
func (c *Corpus) Select(keep func(File) bool) []File {
	var files []File
	for _, f := range c.Files {
		if keep(f) {
			files = append(files, f)
		}
	}
	return files
}

// TextPDF keeps the PDFs with a usable text layer, hostile ones excepted.
func TextPDF(f File) bool {
	switch f.Kind {
	case "filings", "opinions", "contracts":
		return f.Layer == "text" && f.IsPDF()
	}
	return false
}

// ScanPDF keeps the PDFs that are pictures only.
func ScanPDF(f File) bool { return f.Kind == "scans" && f.Layer == "scan" && f.IsPDF() }
