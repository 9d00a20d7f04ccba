package papertest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
)

// papers holds the texts of [Papers]: those of the example case file, as they
// were read from its files, and below the top passages from the tests of the
// stages, each ended by a line with passageEnd.
//
//go:embed papers
var papers embed.FS

const passageEnd = "\x1e"

// Paper is a text with what the stages before a stage made of it once. That is
// frozen, so that what a stage makes of it changes with that stage alone.
type Paper struct {
	Name     string // "lawsuit/01-complaint", "cite/17"
	Text     string
	Spans    []dossier.PageSpan
	Metadata map[string]string
	Annotation
}

// Annotation is what was found in a text.
type Annotation struct {
	Mentions []dossier.Mention
	Entities []dossier.DocumentEntity
}

// Annotations is the file of what was found in the papers, packed: a line of JSON
// {"name", "mentions", "entities"} for each.
const Annotations = "papers/annotations.jsonl.gz"

// Papers returns all papers, in the order of their names' folders. A paper that
// is new has an empty annotation.
func Papers(t testing.TB) []Paper {
	t.Helper()
	all, err := readPapers()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func readPapers() ([]Paper, error) {
	annotations, err := readAnnotations()
	if err != nil {
		return nil, err
	}
	metadata := map[string]map[string]string{}
	raw, err := papers.ReadFile("papers/metadata.json")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &metadata); err != nil {
		return nil, err
	}
	var all []Paper
	add := func(name, text string) {
		pages := strings.Split(text, dossier.PageBreak)
		list := make([]dossier.Page, len(pages))
		for i, p := range pages {
			list[i] = dossier.Page{Number: i + 1, Text: p}
		}
		text, spans := dossier.JoinPages(list)
		all = append(all, Paper{name, text, spans, metadata[name], annotations[name]})
	}
	err = fs.WalkDir(papers, "papers", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".txt" {
			return err
		}
		text, err := papers.ReadFile(file)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(file, "papers/"), ".txt")
		if strings.Contains(name, "/") {
			add(name, string(text))
			return nil
		}
		passages := strings.Split(string(text), "\n"+passageEnd+"\n")
		for i, p := range passages[:len(passages)-1] {
			add(fmt.Sprintf("%s/%d", name, i), p)
		}
		return nil
	})
	return all, err
}

func readAnnotations() (map[string]Annotation, error) {
	f, err := papers.Open(Annotations)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	annotations := map[string]Annotation{}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			Name string
			Annotation
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return nil, err
		}
		annotations[line.Name] = line.Annotation
	}
	return annotations, lines.Err()
}

// PackAnnotations returns the content of the file of annotations for papers.
func PackAnnotations(all []Paper) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	enc := json.NewEncoder(z)
	for _, p := range all {
		line := struct {
			Name string
			Annotation
		}{p.Name, p.Annotation}
		if err := enc.Encode(line); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}
