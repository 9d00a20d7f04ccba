package extract

import (
	"bufio"
	"bytes"
	"encoding/json"
	"image"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

func TestDetect(t *testing.T) {
	const mail = "From: a@example.com\nTo: b@example.com\nSubject: x\n"
	tests := []struct {
		name string
		data []byte
		want wire.Format
	}{
		{"a.pdf", []byte("just text"), wire.FormatText},
		{"a.txt", makePDF(pdfPage{}), wire.FormatPDF},
		{"late.pdf", append([]byte("junk\n"), makePDF(pdfPage{})...), wire.FormatPDF},
		{"about.txt", []byte("Each file begins with %PDF-1.4 or so"), wire.FormatText},
		{"a.docx", makeDOCX(t, ""), wire.FormatDOCX},
		{"a.png", makePNG(t, image.NewGray(image.Rect(0, 0, 1, 1))), wire.FormatPNG},
		{"a.tif", makeTIFF(image.Pt(1, 1)), wire.FormatTIFF},
		{"a.htm", []byte("<p>hello</p>"), wire.FormatHTML},
		{"a.txt", []byte("<html><body>hello"), wire.FormatHTML},
		{"a.md", []byte("hello"), wire.FormatMarkdown},
		{"a.eml", []byte(mail + "\nhello"), wire.FormatEmail},
		{"memo.txt", []byte(mail + "\nhello"), wire.FormatText},
		{"mail.txt", []byte("Received: from x\n" + mail + "\nhello"), wire.FormatEmail},
	}
	for _, tt := range tests {
		got, err := Detect(writeFile(t, tt.name, tt.data), tt.name)
		if err != nil || got != tt.want {
			t.Errorf("%s %.20q: %q, %v; want %q", tt.name, tt.data, got, err, tt.want)
		}
	}
}

func TestTIFFSizes(t *testing.T) {
	want := []image.Point{{100, 200}, {3, 4}}
	got, err := tiffSizes(bytes.NewReader(makeTIFF(want...)), 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sizes (-want +got):\n%s", diff)
	}
	if _, err := tiffSizes(bytes.NewReader(makeTIFF(want...)), 1); dossier.CodeOf(err) != dossier.CodeOutputTooLarge {
		t.Errorf("more pages than allowed: %v", err)
	}
	loop := makeTIFF(image.Pt(1, 1))
	loop[len(loop)-4] = 8 // the directory points to itself
	if _, err := tiffSizes(bytes.NewReader(loop), 10); dossier.CodeOf(err) != dossier.CodeDamaged {
		t.Errorf("endless directories: %v", err)
	}
}

func TestChildMainEndsWithStdin(t *testing.T) {
	if code := ChildMain([]string{t.TempDir(), "1000000"}, bytes.NewReader(nil), io.Discard); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	if code := ChildMain(nil, bytes.NewReader(nil), io.Discard); code != 2 {
		t.Errorf("exit code %d without arguments, want 2", code)
	}
}

// FuzzReadFormat gives the readers that are our own code anything at all. They
// must answer with clean pages or an error.
func FuzzReadFormat(f *testing.F) {
	formats := []wire.Format{wire.FormatText, wire.FormatHTML, wire.FormatEmail, wire.FormatDOCX, wire.FormatPNG, wire.FormatTIFF}
	for i, data := range [][]byte{
		[]byte("a\fb"), []byte("<p>a<table><tr><td>b"), makeMail(true), makeDOCX(f, paragraph("a")), []byte("\x89PNG"), makeTIFF(image.Pt(1, 1)),
	} {
		f.Add(byte(i), data)
	}
	f.Fuzz(func(t *testing.T, kind byte, data []byte) {
		path := writeFile(t, "f", data)
		var answer bytes.Buffer
		out := wire.NewSender(bufio.NewWriter(&answer), wire.Limits{Pages: 100, PageText: 1 << 20, Text: 1 << 20})
		err := readFormat(wire.Job{Path: path, Format: formats[int(kind)%len(formats)], Limits: out.Limits}, out)
		if err != nil && wire.ErrorOf(err).Message == "" {
			t.Errorf("error without a message: %v", err)
		}
		checkAnswer(t, &answer)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	})
}

func checkAnswer(t *testing.T, sent io.Reader) {
	t.Helper()
	for _, page := range decodeAnswer(t, sent).pages {
		if page.Text != wire.CleanText(page.Text) {
			t.Errorf("text is not clean: %q", page.Text)
		}
	}
}

// decodeAnswer takes apart what a reader sent.
func decodeAnswer(t testing.TB, sent io.Reader) answer {
	t.Helper()
	var a answer
	for r := bufio.NewReader(sent); ; {
		kind, body, err := wire.ReadFrame(r)
		if err != nil {
			return a
		}
		switch kind {
		case wire.FramePage:
			var page wire.OutPage
			page, err = wire.DecodePage(body)
			a.pages = append(a.pages, page.Page)
		case wire.FrameChild:
			a.children = append(a.children, wire.Child{Name: string(body), Data: []byte{}})
		case wire.FrameData:
			last := &a.children[len(a.children)-1]
			last.Data = append(last.Data, body...)
		case wire.FrameDrop:
			a.children = a.children[:len(a.children)-1]
		case wire.FrameMeta:
			err = json.Unmarshal(body, &a.FileMeta)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
