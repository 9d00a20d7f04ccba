package lawsuit

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/jpeg"
	"strings"
)

// timesWidths are the widths of Times Roman from the space on, in thousandths
// of the font size.
var timesWidths = [...]int{
	250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278,
	500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444,
	921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722,
	556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500,
	333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500,
	500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
}

// winAnsi are the characters beyond ASCII that the papers use, with their
// codes in the encoding of the standard fonts.
var winAnsi = map[rune]byte{'§': 0xa7, '’': 0x92, '“': 0x93, '”': 0x94, '–': 0x96}

func timesWidth(s string) float64 {
	n := 0
	for _, r := range s {
		if i := int(r) - ' '; i >= 0 && i < len(timesWidths) {
			n += timesWidths[i]
		} else {
			n += 500
		}
	}
	return float64(n) * fontSize / 1000
}

// pdfWriter puts numbered objects into a PDF file.
type pdfWriter struct {
	bytes.Buffer
	offsets map[int]int
}

func newPDF() *pdfWriter {
	w := &pdfWriter{offsets: map[int]int{}}
	w.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	return w
}

func (w *pdfWriter) object(n int, format string, args ...any) {
	w.offsets[n] = w.Len()
	fmt.Fprintf(w, "%d 0 obj\n%s\nendobj\n", n, fmt.Sprintf(format, args...))
}

func (w *pdfWriter) stream(n int, dict string, data []byte) {
	w.object(n, "<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(data), data)
}

// finish writes page tree, catalogue and cross-reference table. Objects 1 and
// 2 are the catalogue and the tree; pages are the numbers of the pages.
func (w *pdfWriter) finish(title string, pages []int) []byte {
	kids := make([]string, len(pages))
	for i, p := range pages {
		kids[i] = fmt.Sprintf("%d 0 R", p)
	}
	w.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
	w.object(2, "<< /Type /Pages /Count %d /Kids [%s] >>", len(pages), strings.Join(kids, " "))
	info := len(w.offsets) + 1
	w.object(info, "<< /Title %s >>", pdfString(title))
	start := w.Len()
	fmt.Fprintf(w, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for n := 1; n <= len(w.offsets); n++ {
		fmt.Fprintf(w, "%010d 00000 n \n", w.offsets[n])
	}
	fmt.Fprintf(w, "trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets)+1, info, start)
	return w.Bytes()
}

// pdfString writes a text in the encoding of the standard fonts.
func pdfString(s string) string {
	var b strings.Builder
	b.WriteByte('(')
	for _, r := range s {
		if c, ok := winAnsi[r]; ok {
			b.WriteByte(c)
			continue
		}
		if strings.ContainsRune(`()\`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	b.WriteByte(')')
	return b.String()
}

func deflate(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(data) // into memory: cannot fail
	_ = z.Close()
	return b.Bytes()
}

const pdfPage = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << %s >> /Contents %d 0 R >>"

// textPDF sets a text as a PDF with a text layer.
func textPDF(title, text string, stamp func(page int) string) []byte {
	w := newPDF()
	w.object(3, "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>")
	var pages []int
	for i, lines := range set(text, timesWidth, stamp) {
		page := 4 + 2*i
		var content bytes.Buffer
		for _, l := range lines {
			fmt.Fprintf(&content, "BT /F1 %g Tf 1 0 0 1 %.2f %.2f Tm %s Tj ET\n", fontSize, l.x, l.y, pdfString(l.text))
		}
		w.object(page, pdfPage, "/Font << /F1 3 0 R >>", page+1)
		w.stream(page+1, "/Filter /FlateDecode", deflate(content.Bytes()))
		pages = append(pages, page)
	}
	return w.finish(title, pages)
}

// scanPDF makes a PDF of page pictures without a text layer.
func scanPDF(title string, scans []*image.Gray) ([]byte, error) {
	w := newPDF()
	var pages []int
	for i, img := range scans {
		page := 3 + 3*i
		var picture bytes.Buffer
		if err := jpeg.Encode(&picture, img, &jpeg.Options{Quality: 80}); err != nil {
			return nil, err
		}
		w.object(page, pdfPage, fmt.Sprintf("/XObject << /Im %d 0 R >>", page+2), page+1)
		w.stream(page+1, "", []byte("q 612 0 0 792 0 0 cm /Im Do Q"))
		w.stream(page+2, fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "+
			"/BitsPerComponent 8 /Filter /DCTDecode", img.Rect.Dx(), img.Rect.Dy()), picture.Bytes())
		pages = append(pages, page)
	}
	return w.finish(title, pages), nil
}
