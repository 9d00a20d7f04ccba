package extract

import (
	"bytes"
	"image"
	"io"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

func TestLockedOfficeFilesWantAPassword(t *testing.T) {
	if _, err := extracttest.Read(t, readers[wire.FormatLocked], []byte("x")); dossier.CodeOf(err) != dossier.CodePassword {
		t.Errorf("%v, want code %s", err, dossier.CodePassword)
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
