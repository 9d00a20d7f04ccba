package extract

import (
	"bytes"
	"image"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
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
		{"a.txt", extracttest.PDF(extracttest.Page{}), wire.FormatPDF},
		{"late.pdf", append([]byte("junk\n"), extracttest.PDF(extracttest.Page{})...), wire.FormatPDF},
		{"about.txt", []byte("Each file begins with %PDF-1.4 or so"), wire.FormatText},
		{"a.docx", extracttest.DOCX(t, ""), wire.FormatDOCX},
		{"a.png", extracttest.PNG(t, image.NewGray(image.Rect(0, 0, 1, 1))), wire.FormatPNG},
		{"a.tif", extracttest.TIFF(image.Pt(1, 1)), wire.FormatTIFF},
		{"a.htm", []byte("<p>hello</p>"), wire.FormatHTML},
		{"a.txt", []byte("<html><body>hello"), wire.FormatHTML},
		{"a.md", []byte("hello"), wire.FormatMarkdown},
		{"a.eml", []byte(mail + "\nhello"), wire.FormatEmail},
		{"memo.txt", []byte(mail + "\nhello"), wire.FormatText},
		{"mail.txt", []byte("Received: from x\n" + mail + "\nhello"), wire.FormatEmail},
	}
	for _, tt := range tests {
		got, err := Detect(extracttest.WriteFile(t, tt.name, tt.data), tt.name)
		if err != nil || got != tt.want {
			t.Errorf("%s %.20q: %q, %v; want %q", tt.name, tt.data, got, err, tt.want)
		}
	}
}

func TestTIFFSizes(t *testing.T) {
	want := []image.Point{{100, 200}, {3, 4}}
	got, err := tiffSizes(bytes.NewReader(extracttest.TIFF(want...)), 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sizes (-want +got):\n%s", diff)
	}
	if _, err := tiffSizes(bytes.NewReader(extracttest.TIFF(want...)), 1); dossier.CodeOf(err) != dossier.CodeOutputTooLarge {
		t.Errorf("more pages than allowed: %v", err)
	}
	loop := extracttest.TIFF(image.Pt(1, 1))
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
		[]byte("a\fb"), []byte("<p>a<table><tr><td>b"), extracttest.Mail(true), extracttest.DOCX(f, extracttest.Paragraph("a")), []byte("\x89PNG"), extracttest.TIFF(image.Pt(1, 1)),
	} {
		f.Add(byte(i), data)
	}
	f.Fuzz(func(t *testing.T, kind byte, data []byte) {
		got, err := extracttest.Read(t, extracttest.As(formats[int(kind)%len(formats)], readFormat), data)
		if err != nil && wire.ErrorOf(err).Message == "" {
			t.Errorf("error without a message: %v", err)
		}
		for _, page := range got.Pages {
			if page.Text != wire.CleanText(page.Text) {
				t.Errorf("text is not clean: %q", page.Text)
			}
		}
	})
}
