package extract

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// readOffice reads data as a file of the format, without a child.
func readOffice(t testing.TB, format wire.Format, data []byte) (*Document, error) {
	t.Helper()
	path := writeFile(t, "f", data)
	defer os.Remove(path)
	var answer bytes.Buffer
	w := bufio.NewWriter(&answer)
	out := wire.NewSender(w, wire.Limits{Pages: 1000, PageText: 1 << 20, Text: 4 << 20})
	err := readFormat(wire.Job{Path: path, Format: format, Limits: out.Limits}, out)
	if flushed := w.Flush(); flushed != nil {
		t.Fatal(flushed)
	}
	return parseAnswer(t, &answer, format), err
}

// parseAnswer puts the frames of an answer together.
func parseAnswer(t testing.TB, answer *bytes.Buffer, format wire.Format) *Document {
	t.Helper()
	doc := &Document{Format: format}
	for r := bufio.NewReader(answer); ; {
		kind, body, err := wire.ReadFrame(r)
		if err != nil {
			return doc
		}
		switch kind {
		case wire.FramePage:
			page, err := wire.DecodePage(body)
			if err != nil {
				t.Fatal(err)
			}
			doc.Pages = append(doc.Pages, page.Page)
		case wire.FrameFinding:
			var f dossier.Finding
			if err := json.Unmarshal(body, &f); err != nil {
				t.Fatal(err)
			}
			doc.Findings = append(doc.Findings, f)
		case wire.FrameMeta:
			var m wire.FileMeta
			if err := json.Unmarshal(body, &m); err != nil {
				t.Fatal(err)
			}
			doc.Meta, doc.Warnings, doc.Losses = m.Meta, m.Warnings, m.Losses
		}
	}
}

// mustRead reads data and checks what every document promises.
func mustRead(t testing.TB, format wire.Format, data []byte) *Document {
	t.Helper()
	doc, err := readOffice(t, format, data)
	if err != nil {
		t.Fatal(err)
	}
	checkDocument(t, string(format), doc)
	return doc
}

// wantTexts compares the texts of the pages.
func wantTexts(t testing.TB, doc *Document, want ...string) {
	t.Helper()
	var got []string
	for _, p := range doc.Pages {
		got = append(got, p.Text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

func wantFindings(t testing.TB, doc *Document, want ...dossier.Finding) {
	t.Helper()
	if diff := cmp.Diff(want, doc.Findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// fuzzOffice gives a reader anything at all: it must answer with clean pages
// or an error that has a code.
func fuzzOffice(f *testing.F, format wire.Format, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := readOffice(t, format, data)
		if err != nil {
			if e := wire.ErrorOf(err); e.Message == "" || e.Code == "" {
				t.Errorf("error without a reason: %v", err)
			}
			return
		}
		checkDocument(t, string(format), doc)
	})
}

// fuzzParts puts anything at all into one part of an office file.
func fuzzParts(f *testing.F, format wire.Format, name string, seeds []string, others ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := readOffice(t, format, storeZIP(t, append([]string{name, string(data)}, others...)...))
		if err == nil {
			checkDocument(t, string(format), doc)
		}
	})
}

// storeZIP writes name, content pairs as they are, which is quick.
func storeZIP(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: parts[i], Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestCorpusOffice reads the office files of the corpus and looks for what is
// known to stand in them word for word.
func TestCorpusOffice(t *testing.T) {
	dir, got := readFolder(t, "office", wire.OCROff)
	for name, o := range got {
		switch {
		case o.err == nil:
			checkDocument(t, name, o.doc)
		case filepath.Ext(name) != ".wpd":
			t.Errorf("%s: %v", name, o.err)
		}
	}
	texts := map[string]string{}
	found, all := 0, 0
	for _, f := range officeFacts(t, dir) {
		o := got[f.File]
		if o.doc == nil {
			continue
		}
		if _, ok := texts[f.File]; !ok {
			texts[f.File] = squash(everything(o.doc))
		}
		all++
		if strings.Contains(texts[f.File], squash(f.Value.(string))) {
			found++
		} else {
			t.Errorf("%s: %s %q not found", f.File, f.Field, f.Value)
		}
	}
	t.Logf("%d of %d facts found", found, all)
}

// drawn begin the phrases that the program which found them made up: titles of
// its own, the signs of lists, the lines of tables.
var drawn = []string{"###", "o ", "|"}

// officeFacts returns the facts that stand in the files word for word.
func officeFacts(t testing.TB, dir string) []fact {
	t.Helper()
	var out []fact
	for _, f := range facts(t, filepath.Join(dir, "truth", "office.jsonl")) {
		value, ok := f.Value.(string)
		isDrawn := slices.ContainsFunc(drawn, func(s string) bool { return strings.HasPrefix(value, s) })
		if ok && (f.Field == "phrase" || f.Verbatim) && !isDrawn {
			out = append(out, f)
		}
	}
	return out
}

// everything is the text of a document and of its findings.
func everything(doc *Document) string {
	text, _ := dossier.JoinPages(doc.Pages)
	for _, f := range doc.Findings {
		text += "\n" + f.Text
	}
	return text
}

// TestCorpusOfficeWords looks in office files for each word that other
// programs find in them. What they write differently (signs of money, formulas)
// and what they find twice makes the rest.
func TestCorpusOfficeWords(t *testing.T) {
	dir, got := readFolder(t, "office", wire.OCROff)
	found, all := 0, 0
	for _, f := range facts(t, filepath.Join(dir, "truth", "office.jsonl")) {
		o := got[f.File]
		if f.Field != "text_file" || o.doc == nil {
			continue
		}
		ref, err := os.ReadFile(filepath.Join(dir, f.Value.(string)))
		if err != nil {
			t.Fatal(err)
		}
		ours := squash(everything(o.doc))
		var missed []string
		for w := range strings.FieldsSeq(string(ref)) {
			if all++; strings.Contains(ours, squash(w)) {
				found++
			} else {
				missed = append(missed, w)
			}
		}
		if len(missed) > 0 {
			t.Logf("%s: %d words missed: %.300q", f.File, len(missed), missed)
		}
	}
	share := float64(found) / float64(all)
	t.Logf("%d of %d words, a share of %.4f", found, all, share)
	if share < 0.99 {
		t.Errorf("a share of %.4f of the words found, want 0.99", share)
	}
}
