package extract

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
	"github.com/dossier-legal/dossier/internal/papertest"
)

// fact is one line of a truth file.
type fact struct {
	File, Field string
	Verbatim    bool
	Value       any
}

func facts(t testing.TB, file string) []fact {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []fact
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var one fact
		if err := json.Unmarshal(sc.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		out = append(out, one)
	}
	return out
}

// squash keeps the letters and digits of s, so that texts compare equal however
// their white space, hyphens, quotes and letter case differ.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
}

// outcome is what became of a file.
type outcome struct {
	doc  *Document
	err  error
	took time.Duration
}

// folders are the folders of the corpus that were read, by name: tests share
// what was read, as reading takes most of their time.
var folders sync.Map

// readFolder returns the corpus and what became of the files in a folder of it.
func readFolder(t *testing.T, folder string, mode wire.OCRMode) (dir string, got map[string]outcome) {
	t.Helper()
	if testing.Short() {
		t.Skip("long")
	}
	dir = papertest.Corpus(t)
	read, _ := folders.LoadOrStore(folder, sync.OnceValue(func() map[string]outcome {
		return readAll(t, testPool(t, Config{}), dir, list(t, dir, folder), mode)
	}))
	return dir, read.(func() map[string]outcome)()
}

// readAll reads files with a pool, several at once.
func readAll(t *testing.T, p *Pool, dir string, files []string, mode wire.OCRMode) map[string]outcome {
	t.Helper()
	out := make(map[string]outcome, len(files))
	var mu sync.Mutex
	var wg sync.WaitGroup
	todo := make(chan string)
	for range p.cfg.Workers {
		wg.Go(func() {
			for name := range todo {
				inside, err := os.MkdirTemp(sharedDir, "")
				if err != nil {
					t.Error(err)
					continue
				}
				start := time.Now()
				doc, err := p.Extract(context.Background(), Request{Path: filepath.Join(dir, name), OCR: mode, Inside: inside})
				mu.Lock()
				out[name] = outcome{doc, err, time.Since(start)}
				mu.Unlock()
			}
		})
	}
	for _, f := range files {
		todo <- f
	}
	close(todo)
	wg.Wait()
	return out
}

func list(t testing.TB, dir, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, folder))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, filepath.Join(folder, e.Name()))
	}
	return out
}

// TestCorpusPhrases looks for the phrases that are known to stand in the real
// documents.
func TestCorpusPhrases(t *testing.T) {
	// The least share of phrases found per folder. What is missing: files of
	// formats that are not read, words that recognition misread, and, of the
	// office files, lines that only the program made that wrote the truths: a
	// comment on a font table, "o" for a bullet, bars around a table's cells.
	for folder, least := range map[string]float64{
		"contracts": 1, "filings": 0.99, "opinions": 0.97, "mail": 0.98, "office": 0.97,
	} {
		t.Run(folder, func(t *testing.T) {
			dir, got := readFolder(t, folder, wire.OCROff)
			checkPhrases(t, dir, got, folder, least)
		})
	}
}

func checkPhrases(t *testing.T, dir string, got map[string]outcome, folder string, least float64) {
	t.Helper()
	for name, o := range got {
		if o.err != nil && dossier.CodeOf(o.err) != dossier.CodeUnsupported {
			t.Errorf("%s: %v", name, o.err)
		}
		if o.doc != nil {
			extracttest.CheckPages(t, name, o.doc.Pages)
		}
	}
	texts := map[string]string{}
	found, all := 0, 0
	for _, f := range facts(t, filepath.Join(dir, "truth", folder+".jsonl")) {
		o := got[f.File]
		if f.Field != "phrase" || o.doc == nil {
			continue
		}
		if _, ok := texts[f.File]; !ok {
			text, _ := dossier.JoinPages(o.doc.Pages)
			texts[f.File] = squash(text)
		}
		all++
		if strings.Contains(texts[f.File], squash(f.Value.(string))) {
			found++
		} else {
			t.Logf("%s: %q not found", f.File, f.Value)
		}
	}
	t.Logf("%s: %d of %d phrases", folder, found, all)
	if float64(found) < least*float64(all) {
		t.Errorf("%s: %d of %d phrases found, want a share of %v", folder, found, all, least)
	}
}

// TestCorpusHostile reads files made to break readers. Each must end as a
// document or as an error with a reason, in time.
func TestCorpusHostile(t *testing.T) {
	_, got := readFolder(t, "hostile", wire.OCROff)
	for name, o := range got {
		var known *dossier.Error
		switch {
		case o.took > 15*time.Second:
			t.Errorf("%s took %v", name, o.took)
		case o.err != nil && (!errors.As(o.err, &known) || known.Message == "" || known.Subject == ""):
			t.Errorf("%s: error without a reason: %v", name, o.err)
		case o.err == nil:
			extracttest.CheckPages(t, name, o.doc.Pages)
		}
	}
}

// TestCorpusScans recognises pages whose text is known.
func TestCorpusScans(t *testing.T) {
	needTesseract(t)
	dir, got := readFolder(t, "scans", wire.OCRAuto)
	checkPhrases(t, dir, got, "scans", 0.8)
}

// TestCorpusWords compares the words of text layers with those that poppler
// finds, hyphens at line ends joined on both sides.
func TestCorpusWords(t *testing.T) {
	var common, ours, theirs int
	for _, folder := range []string{"contracts", "filings", "opinions"} {
		dir, got := readFolder(t, folder, wire.OCROff)
		for _, f := range facts(t, filepath.Join(dir, "truth", folder+".jsonl")) {
			o := got[f.File]
			if f.Field != "text_file" || o.doc == nil || o.doc.Format != wire.FormatPDF {
				continue
			}
			ref, err := os.ReadFile(filepath.Join(dir, f.Value.(string)))
			if err != nil {
				t.Fatal(err)
			}
			text, _ := dossier.JoinPages(o.doc.Pages)
			a, b := bag(text), bag(string(ref))
			for w, n := range a {
				ours += n
				common += min(n, b[w])
			}
			for _, n := range b {
				theirs += n
			}
		}
	}
	f1 := 2 * float64(common) / float64(ours+theirs)
	t.Logf("%d words, F1 %.4f", ours, f1)
	if f1 < 0.985 {
		t.Errorf("F1 %.4f, want 0.985", f1)
	}
}

var hyphenAtEnd = regexp.MustCompile(`[-\x{2010}]\s*\n\s*`)

// bag counts the words of text.
func bag(text string) map[string]int {
	text = norm.NFKC.String(hyphenAtEnd.ReplaceAllString(text, ""))
	words := map[string]int{}
	for w := range strings.FieldsSeq(strings.ReplaceAll(text, "-", "")) {
		words[w]++
	}
	return words
}
