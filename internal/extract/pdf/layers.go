package pdf

import (
	"bytes"
	"io"
	"os"
	"regexp"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"github.com/dossier-legal/dossier"
)

// A layer ("optional content") can be off, so that nothing on it is drawn. PDFium
// draws only layers that are on, but its text layer has the text of all.

// layers says where in a file objects on layers may be. PDFium does not tell, so the
// bytes of the file have to; most files have none.
type layers struct {
	marks  bool // the marks of an object may put it on a layer
	groups bool // so may the dictionary of a group of objects
}

// groupLayer is the key for the layer of a group. Groups are streams, which are never
// inside a compressed stream of objects.
var groupLayer = regexp.MustCompile(`^/OC\s*(\d+\s+\d+\s+R|<<)`)

// findLayers looks for layers in the bytes of a file. The catalog that lists them may be
// compressed.
func findLayers(f *os.File) (*layers, error) {
	const chunk, overlap = 1 << 20, 64
	l := &layers{}
	buf := make([]byte, chunk)
	for at := int64(0); ; at += chunk - overlap {
		n, err := f.ReadAt(buf, at)
		if err != nil && err != io.EOF {
			return nil, dossier.Errorf(dossier.CodeUnreadable, "cannot read the file: %w", err)
		}
		part := buf[:n]
		l.marks = l.marks || bytes.Contains(part, []byte("/OCProperties")) || bytes.Contains(part, []byte("/ObjStm"))
		for i := bytes.Index(part, []byte("/OC")); i >= 0 && !l.groups; {
			l.groups = groupLayer.Match(part[i:min(i+overlap, n)])
			next := bytes.Index(part[i+1:], []byte("/OC"))
			if next < 0 {
				break
			}
			i += 1 + next
		}
		if err == io.EOF {
			return l, nil
		}
	}
}

// isLayered reports whether a mark puts an object on a layer.
func (e *Engine) isLayered(obj references.FPDF_PAGEOBJECT) (bool, error) {
	if !e.open.layers.marks {
		return false, nil
	}
	const maxMarks = 8
	count, err := e.lib.FPDFPageObj_CountMarks(&requests.FPDFPageObj_CountMarks{PageObject: obj})
	if err != nil {
		return false, e.check(err)
	}
	for i := range min(count.Count, maxMarks) {
		mark, err := e.lib.FPDFPageObj_GetMark(&requests.FPDFPageObj_GetMark{PageObject: obj, Index: uint64(i)})
		if err != nil {
			return false, e.check(err)
		}
		name, err := e.lib.FPDFPageObjMark_GetName(&requests.FPDFPageObjMark_GetName{PageObjectMark: mark.Mark})
		if err != nil {
			return false, e.lost(err)
		}
		if name.Name == "OC" {
			return true, nil
		}
	}
	return false, nil
}
