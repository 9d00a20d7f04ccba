// Package extracttest makes files for the tests of readers, reads them in the
// process of the test, and checks what every document promises.
package extracttest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	ximage "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// WriteFile writes a file with the name to a folder of its own and returns its path.
func WriteFile(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Print is a line of text in a PDF, at a place in points from the bottom left.
type Print struct {
	X, Y, Size int
	Text       string
}

// Page is a page of a PDF to make.
type Page struct {
	Prints []Print
	Scan   *image.Gray // fills the page if set
	Extra  string      // more of the page's dictionary: /Rotate 90, /CropBox […]
}

// PDF writes letter-size pages.
func PDF(pages ...Page) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(format string, args ...any) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(offsets))
		fmt.Fprintf(&b, format, args...)
		b.WriteString("\nendobj\n")
	}
	b.WriteString("%PDF-1.4\n")
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 4+3*i)
	}
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Kids[%s]/Count %d>>", kids.String(), len(pages))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	for i, p := range pages {
		content := pageContent(p)
		object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]%s/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>/XObject<</Im %d 0 R>>>>>>",
			p.Extra, 5+3*i, 6+3*i)
		object("<</Length %d>>stream\n%s\nendstream", len(content), content)
		scan := p.Scan
		if scan == nil {
			scan = image.NewGray(image.Rect(0, 0, 1, 1))
		}
		object("<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>stream\n%s\nendstream",
			scan.Rect.Dx(), scan.Rect.Dy(), len(scan.Pix), scan.Pix)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, xref)
	return b.Bytes()
}

func pageContent(p Page) string {
	var b strings.Builder
	if p.Scan != nil {
		b.WriteString("q 612 0 0 792 0 0 cm /Im Do Q\n")
	}
	escape := strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`)
	for _, l := range p.Prints {
		fmt.Fprintf(&b, "BT /F1 %d Tf %d %d Td (%s) Tj ET\n", l.Size, l.X, l.Y, escape.Replace(l.Text))
	}
	return b.String()
}

// Prose makes n lines of running text, enough words for a text layer.
func Prose(n int) []Print {
	lines := make([]Print, n)
	for i := range lines {
		lines[i] = Print{X: 72, Y: 700 - 14*i, Size: 12, Text: fmt.Sprintf("line %d of the witness statement given before the court today", i+1)}
	}
	return lines
}

// drawText paints lines of large black letters, as a scanner would see them.
func drawText(lines ...string) *image.Gray {
	const scale = 6
	small := image.NewGray(image.Rect(0, 0, 420, 40+24*len(lines)))
	draw.Draw(small, small.Rect, image.White, image.Point{}, draw.Src)
	for i, l := range lines {
		d := font.Drawer{Dst: small, Src: image.Black, Face: basicfont.Face7x13, Dot: fixed.P(20, 40+24*i)}
		d.DrawString(l)
	}
	big := image.NewGray(image.Rect(0, 0, small.Rect.Dx()*scale, small.Rect.Dy()*scale))
	ximage.CatmullRom.Scale(big, big.Rect, small, small.Rect, draw.Src, nil)
	return big
}

// ScanPage puts lines on a picture with the shape of a page.
func ScanPage(lines ...string) *image.Gray {
	text := drawText(lines...)
	page := image.NewGray(image.Rect(0, 0, 2550, 3300))
	draw.Draw(page, page.Rect, image.NewUniform(color.Gray{Y: 250}), image.Point{}, draw.Src)
	draw.Draw(page, text.Rect.Add(image.Pt(15, 300)), text, image.Point{}, draw.Src)
	return page
}

// PNG encodes a picture.
func PNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ZIP writes name, content pairs.
func ZIP(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
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

// DOCX writes a Word document with the given body and further parts.
func DOCX(t testing.TB, body string, parts ...string) []byte {
	t.Helper()
	const open, end = `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`, `</w:body></w:document>`
	return ZIP(t, append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml", open + body + end}, parts...)...)
}

// Paragraph is a Word paragraph with one run.
func Paragraph(text string) string {
	return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>"
}

// Mail writes a mail with an attachment.
func Mail(html bool) []byte {
	kind, body := "text/plain", "Dear Ms. Ortega,\r\n\r\nthe draft is attached.\r\n"
	if html {
		kind, body = "text/html", "<p>Dear Ms. Ortega,</p><p>the draft is <b>attached</b>.</p>\r\n"
	}
	return []byte("From: =?utf-8?q?J=C3=B8rgen?= Dahl <dahl@example.com>\r\nTo: ortega@example.com\r\nCc: file@example.com\r\n" +
		"Subject: Draft\r\nDate: Mon, 02 Jan 2023 15:04:05 +0000\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: " + kind + "; charset=utf-8\r\n\r\n" + body +
		"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=\"../draft.txt\"\r\n\r\nthe draft\r\n--b--\r\n")
}

// TIFF writes the directories of a TIFF file without pictures.
func TIFF(sizes ...image.Point) []byte {
	b := []byte("II*\x00\x08\x00\x00\x00")
	le := func(v, n int) {
		for range n {
			b = append(b, byte(v))
			v >>= 8
		}
	}
	for i, s := range sizes {
		le(2, 2)
		for _, f := range [][2]int{{256, s.X}, {257, s.Y}} {
			le(f[0], 2)
			le(4, 2)
			le(1, 4)
			le(f[1], 4)
		}
		next := 0
		if i+1 < len(sizes) {
			next = len(b) + 4
		}
		le(next, 4)
	}
	return b
}

func diffAt(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return b[max(0, i-10):min(len(b), i+20)]
}

// TAR writes entries of the sizes that their heads announce, full of the letter x.
func TAR(t testing.TB, heads ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range heads {
		body := strings.Repeat("x", int(h.Size))
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// GZIP compresses data under the name of a file, "" for none.
func GZIP(t testing.TB, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Name = name
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// StoreZIP writes name, content pairs as they are, which is quick.
func StoreZIP(t testing.TB, parts ...string) []byte {
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
