package pdf

import (
	"errors"
	"math"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"github.com/dossier-legal/dossier/internal/extract/layout"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Pages are drawn at renderDPI at most: below it small print such as footnotes is lost,
// above it nothing is gained. Pages so large that they would have more than
// maxPixels are drawn coarser.
const (
	renderDPI = 300
	maxPixels = 36 << 20
)

// Render sends the picture of a page, in grey.
func (e *Engine) Render(j wire.Job, out *wire.Sender) error {
	if err := e.use(j); err != nil {
		return err
	}
	loaded, err := e.lib.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: e.open.ref, Index: j.Page - 1})
	if err != nil {
		return e.check(err)
	}
	err = e.draw(requests.Page{ByReference: &loaded.Page}, out)
	if _, closeErr := e.lib.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page}); closeErr != nil {
		return errors.Join(err, e.check(closeErr))
	}
	return err
}

func (e *Engine) draw(ref requests.Page, out *wire.Sender) error {
	geo, err := e.geometry(ref)
	if err != nil {
		return err
	}
	resolution, err := e.resolution(ref, geo)
	if err != nil {
		return err
	}
	width, height, dpi := pixels(geo, resolution)
	return e.bitmap(ref, width, height, func(grey []byte) error { return out.Picture(grey, width, height, dpi) })
}

// bitmap draws a page in grey and shows the rows, which may be padded, to use.
func (e *Engine) bitmap(ref requests.Page, width, height int, use func(grey []byte) error) error {
	bitmap, err := e.lib.FPDFBitmap_CreateEx(&requests.FPDFBitmap_CreateEx{
		Width: width, Height: height, Format: enums.FPDF_BITMAP_FORMAT_GRAY, Pointer: uint64(0),
	})
	if err != nil {
		return e.check(err)
	}
	if _, err := e.lib.FPDFBitmap_FillRect(&requests.FPDFBitmap_FillRect{
		Bitmap: bitmap.Bitmap, Width: width, Height: height, Color: 0xffffffff,
	}); err != nil {
		return e.check(err)
	}
	if _, err := e.lib.FPDF_RenderPageBitmap(&requests.FPDF_RenderPageBitmap{
		Bitmap: bitmap.Bitmap, Page: ref, SizeX: width, SizeY: height,
		Flags: enums.FPDF_RENDER_FLAG_ANNOT | enums.FPDF_RENDER_FLAG_GRAYSCALE,
	}); err != nil {
		return e.check(err)
	}
	buffer, err := e.lib.FPDFBitmap_GetBuffer(&requests.FPDFBitmap_GetBuffer{Bitmap: bitmap.Bitmap})
	if err != nil {
		return e.check(err)
	}
	if err := use(buffer.Buffer); err != nil {
		return err
	}
	_, err = e.lib.FPDFBitmap_Destroy(&requests.FPDFBitmap_Destroy{Bitmap: bitmap.Bitmap})
	return e.check(err)
}

// pixels returns the size of the picture of a page and the resolution that
// makes it so.
func pixels(geo geometry, dpi float64) (width, height, rounded int) {
	scale := dpi / 72
	w, h := float64(max(geo.width, 1)), float64(max(geo.height, 1))
	if area := w * h * scale * scale; area > maxPixels {
		scale *= math.Sqrt(maxPixels / area)
	}
	return max(int(math.Round(w*scale)), 1), max(int(math.Round(h*scale)), 1), max(int(scale*72), 1)
}

// resolution returns the resolution to draw a page at: that of its scan if it
// is one and good enough, because drawing it coarser loses print and drawing it
// finer only blurs it and takes longer to read.
func (e *Engine) resolution(ref requests.Page, geo geometry) (float64, error) {
	count, err := e.lib.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: ref})
	if err != nil {
		return 0, e.check(err)
	}
	if count.Count > maxObjects {
		return renderDPI, nil
	}
	for i := range count.Count {
		obj, err := e.lib.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: ref, Index: i})
		if err != nil {
			return 0, e.check(err)
		}
		kind, err := e.lib.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: obj.PageObject})
		if err != nil {
			return 0, e.check(err)
		}
		if kind.Type != enums.FPDF_PAGEOBJ_IMAGE {
			continue
		}
		if dpi := e.scanResolution(obj.PageObject, geo); dpi >= leastDPI && dpi < renderDPI {
			return dpi, nil
		}
	}
	return renderDPI, nil
}

// leastDPI is the resolution below which a scan is drawn finer than it is.
const leastDPI = 150

// scanResolution returns the resolution of an image that covers most of the
// page and is as fine one way as the other, or 0.
func (e *Engine) scanResolution(obj references.FPDF_PAGEOBJECT, geo geometry) float64 {
	area, err := e.imageArea(obj, geo)
	if err != nil || area < layout.WideImage*geo.width*geo.height {
		return 0
	}
	// Neither error matters: then the page is drawn as any other.
	size, err := e.lib.FPDFImageObj_GetImagePixelSize(&requests.FPDFImageObj_GetImagePixelSize{ImageObject: obj})
	if err != nil {
		return 0
	}
	b, err := e.lib.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: obj})
	if err != nil {
		return 0
	}
	long, short := max(b.Right-b.Left, b.Top-b.Bottom), min(b.Right-b.Left, b.Top-b.Bottom)
	if short <= 0 {
		return 0
	}
	dpi := 72 * float64(max(size.Width, size.Height)) / float64(long)
	across := 72 * float64(min(size.Width, size.Height)) / float64(short)
	if math.Abs(dpi-across) > 0.05*dpi {
		return 0
	}
	return dpi
}
