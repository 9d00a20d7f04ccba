package extracttest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Answer is what a reader sent.
type Answer struct {
	Pages    []dossier.Page
	Children []wire.Child
	Findings []dossier.Finding
	wire.FileMeta
}

// As returns a reader for jobs of a format, if it reads several.
func As(format wire.Format, read wire.Reader) wire.Reader {
	return func(j wire.Job, out *wire.Sender) error {
		j.Format = format
		return read(j, out)
	}
}

// Read has a reader read data as a file, in the process of the test. What came
// before an error is in the answer.
func Read(t testing.TB, read wire.Reader, data []byte) (Answer, error) {
	t.Helper()
	path := WriteFile(t, "f", data)
	var sent bytes.Buffer
	w := bufio.NewWriter(&sent)
	limits := wire.Limits{Pages: 1000, PageText: 1 << 20, Text: 4 << 20}
	err := read(wire.Job{Path: path, Limits: limits}, wire.NewSender(w, limits))
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil { // fuzzing would fill the disk
		t.Fatal(err)
	}
	return decodeAnswer(t, &sent), err
}

// decodeAnswer puts the frames of an answer together.
func decodeAnswer(t testing.TB, sent *bytes.Buffer) Answer {
	t.Helper()
	var a Answer
	for r := bufio.NewReader(sent); ; {
		kind, body, err := wire.ReadFrame(r)
		if err != nil {
			return a
		}
		if err := a.take(kind, body); err != nil {
			t.Fatal(err)
		}
	}
}

func (a *Answer) take(kind byte, body []byte) error {
	switch kind {
	case wire.FramePage:
		page, err := wire.DecodePage(body)
		a.Pages = append(a.Pages, page.Page)
		return err
	case wire.FrameFinding:
		var f dossier.Finding
		err := json.Unmarshal(body, &f)
		a.Findings = append(a.Findings, f)
		return err
	case wire.FrameChild:
		a.Children = append(a.Children, wire.Child{Name: string(body), Data: []byte{}})
	case wire.FrameData:
		last := &a.Children[len(a.Children)-1]
		last.Data = append(last.Data, body...)
	case wire.FrameDrop:
		a.Children = a.Children[:len(a.Children)-1]
	case wire.FrameMeta:
		return json.Unmarshal(body, &a.FileMeta)
	}
	return nil
}

// MustRead is Read for a file that can be read. It checks what every document
// promises.
func MustRead(t testing.TB, read wire.Reader, data []byte) Answer {
	t.Helper()
	got, err := Read(t, read, data)
	if err != nil {
		t.Fatal(err)
	}
	CheckPages(t, "the file", got.Pages)
	return got
}

// WantTexts compares the texts of the pages.
func WantTexts(t testing.TB, got Answer, want ...string) {
	t.Helper()
	var texts []string
	for _, p := range got.Pages {
		texts = append(texts, p.Text)
	}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

// WantFindings compares the findings.
func WantFindings(t testing.TB, got Answer, want ...dossier.Finding) {
	t.Helper()
	if diff := cmp.Diff(want, got.Findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// Fuzz gives a reader any bytes at all: it must answer with clean pages or an
// error that has a code.
func Fuzz(f *testing.F, read wire.Reader, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Read(t, read, data)
		if err != nil {
			if e := wire.ErrorOf(err); e.Message == "" || e.Code == "" {
				t.Errorf("error without a reason: %v", err)
			}
			return
		}
		CheckPages(t, "the file", got.Pages)
	})
}

// FuzzPart puts any bytes at all into one part of an office file.
func FuzzPart(f *testing.F, read wire.Reader, name string, seeds []string, others ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Read(t, read, StoreZIP(t, append([]string{name, string(data)}, others...)...))
		if err == nil {
			CheckPages(t, "the file", got.Pages)
		}
	})
}

// CheckPages checks what every document promises.
func CheckPages(t testing.TB, name string, pages []dossier.Page) {
	t.Helper()
	if len(pages) == 0 {
		t.Errorf("%s: no pages", name)
	}
	for i, page := range pages {
		if page.Number != i+1 {
			t.Errorf("%s: page %d has number %d", name, i+1, page.Number)
		}
		if page.Text == "" && page.Reason == "" {
			t.Errorf("%s: page %d has no text and no reason", name, i+1)
		}
		if clean := wire.CleanText(page.Text); clean != page.Text {
			t.Errorf("%s: page %d: text is not clean: %q", name, i+1, diffAt(clean, page.Text))
		}
		for _, w := range page.Words {
			if page.Text[w.Start:w.End] != w.Text || w.Text == "" {
				t.Errorf("%s: page %d: word %+v is not at its place", name, i+1, w)
				break
			}
		}
	}
}
