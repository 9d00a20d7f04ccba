package readers

import (
	"bytes"
	"fmt"
	"image"
	"io"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

func TestLockedOfficeFilesWantAPassword(t *testing.T) {
	if _, err := extracttest.Read(t, ByFormat[wire.FormatLocked], []byte("x")); dossier.CodeOf(err) != dossier.CodePassword {
		t.Errorf("%v, want code %s", err, dossier.CodePassword)
	}
}

func TestMainEndsWithStdin(t *testing.T) {
	if code := Main([]string{t.TempDir(), "1000000"}, bytes.NewReader(nil), io.Discard); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	if code := Main(nil, bytes.NewReader(nil), io.Discard); code != 2 {
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
		got, err := extracttest.Read(t, extracttest.As(formats[int(kind)%len(formats)], read), data)
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

// TestDeepFilesEnd nests what each format can nest far deeper than its bound, on
// a stack too small for a recursion that goes along.
func TestDeepFilesEnd(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(8 << 20))
	const depth = 200_000
	nested := func(begin, end string) string {
		return strings.Repeat(begin, depth) + "deepest" + strings.Repeat(end, depth)
	}
	parts := func(levels int) string {
		var b strings.Builder
		b.WriteString("From: a@example.com\nMIME-Version: 1.0\n")
		for i := range levels {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		}
		return b.String() + "Content-Type: text/plain\n\ndeepest\n"
	}
	// A string of strings without an announced length, in BER.
	signed := strings.Repeat("\x24\x80", depth) + "\x04\x01x" + strings.Repeat("\x00\x00", depth)
	for name, tt := range map[string]struct {
		format wire.Format
		data   []byte
	}{
		"HTML":         {wire.FormatHTML, []byte("<!DOCTYPE html>" + nested("<div><b>", "</b></div>"))},
		"RTF":          {wire.FormatRTF, []byte(`{\rtf1 ` + nested("{", "}") + "}")},
		"DOCX":         {wire.FormatDOCX, extracttest.DOCX(t, nested("<w:sdt>", "</w:sdt>"))},
		"DOCX tables":  {wire.FormatDOCX, extracttest.DOCX(t, nested("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"))},
		"mail":         {wire.FormatEmail, []byte(parts(5000))},
		"signed mail":  {wire.FormatEmail, []byte("Content-Type: application/pkcs7-mime\n\n" + signed)},
		"Markdown":     {wire.FormatMarkdown, []byte(nested("> ", "\n"))},
		"mails in one": {wire.FormatMbox, []byte(strings.Repeat("From a Tue Jan  3 15:04:05 2023\nSubject: x\n\n\n", 1000))},
	} {
		got, err := extracttest.Read(t, ByFormat[tt.format], tt.data)
		if err != nil && wire.ErrorOf(err).Message == "" {
			t.Errorf("%s: an error without a message: %v", name, err)
		}
		if err == nil && len(got.Pages) == 0 {
			t.Errorf("%s: neither a page nor an error", name)
		}
	}
}
