// Package image reads pictures: PNG, JPEG and TIFF. [Read] sends a page without text
// for each picture of a file, so that it is recognized; [Render] sends the picture
// itself when the recognizer asks for it.
//
// A picture is small until it is opened. So sizes are read from the head of the file
// and checked before any pixel is decoded.
package image

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/draw"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"

	"golang.org/x/image/tiff"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// maxImagePixels bounds a picture. Its bytes may be few: a bomb is small until
// it is opened.
const maxImagePixels = 200 << 20

// Read sends one page for each picture in the file, without text. Nothing
// is decoded here: sizes are read, and the recogniser opens the file itself.
func Read(j wire.Job, out *wire.Sender) error {
	f, err := os.Open(j.Path)
	if err != nil {
		return wire.Unreadable(j.Path, err)
	}
	defer f.Close()
	sizes, err := imageSizes(f, j)
	if err != nil {
		return err
	}
	for i, s := range sizes {
		if s.X <= 0 || s.Y <= 0 || s.X > maxImagePixels/s.Y {
			return dossier.Errorf(dossier.CodeTooLarge, "picture %d has %d × %d pixels", i+1, s.X, s.Y).
				WithCure("scan or save it at a lower resolution")
		}
		page := wire.OutPage{
			Page: dossier.Page{
				Number: i + 1, Width: float32(s.X), Height: float32(s.Y),
				Source: dossier.SourceLayer, Reason: "picture",
			},
			NeedsOCR: j.OCR != wire.OCROff,
		}
		if !page.NeedsOCR {
			page.Reason = "picture; recognition is off"
		}
		if err := out.Page(page); err != nil {
			return err
		}
	}
	return nil
}

func imageSizes(f *os.File, j wire.Job) ([]image.Point, error) {
	if j.Format == wire.FormatTIFF {
		return tiffSizes(f, j.Limits.Pages)
	}
	cfg, _, err := image.DecodeConfig(f)
	if err != nil {
		return nil, damagedImage(err)
	}
	return []image.Point{{X: cfg.Width, Y: cfg.Height}}, nil
}

func damagedImage(err error) error {
	return dossier.Errorf(dossier.CodeDamaged, "not a readable picture: %w", err).
		WithCure("open it in a viewer and save it again")
}

// The TIFF fields that hold the size and the resolution of a picture.
const (
	tiffWidth       = 256
	tiffHeight      = 257
	tiffYResolution = 283
	tiffUnit        = 296
)

// tiffDir is what a TIFF file says of one of its pictures.
type tiffDir struct {
	size          image.Point
	resolutionAt  uint32 // where the resolution is, 0 if it is not given
	perCentimetre bool
	next          uint32 // where the next directory is, 0 if there is none
}

var errTIFF = errors.New("broken TIFF directory")

// tiffSizes walks the directories of a TIFF file: one for each picture, each
// pointing to the next.
func tiffSizes(r io.ReaderAt, limit int) ([]image.Point, error) {
	var head [8]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return nil, damagedImage(err)
	}
	order := tiffOrder(head[:])
	var sizes []image.Point
	seen := map[uint32]bool{}
	for at := order.Uint32(head[4:]); at != 0; {
		if seen[at] {
			return nil, damagedImage(errTIFF)
		}
		seen[at] = true
		if len(sizes) == limit {
			return nil, dossier.Errorf(dossier.CodeOutputTooLarge, "the file has more than %d pages", limit).WithCure("split the file")
		}
		dir, err := tiffDirectory(r, order, at)
		if err != nil {
			return nil, damagedImage(err)
		}
		sizes = append(sizes, dir.size)
		at = dir.next
	}
	if len(sizes) == 0 {
		return nil, damagedImage(errTIFF)
	}
	return sizes, nil
}

func tiffOrder(head []byte) binary.ByteOrder {
	if head[0] == 'M' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// tiffDirectory reads the directory that lies at at.
func tiffDirectory(r io.ReaderAt, order binary.ByteOrder, at uint32) (d tiffDir, err error) {
	const entrySize, centimetre = 12, 3
	var n [2]byte
	if _, err := r.ReadAt(n[:], int64(at)); err != nil {
		return d, err
	}
	dir := make([]byte, int(order.Uint16(n[:]))*entrySize+4)
	if _, err := r.ReadAt(dir, int64(at)+2); err != nil {
		return d, err
	}
	for ; len(dir) > 4; dir = dir[entrySize:] {
		switch order.Uint16(dir) {
		case tiffWidth:
			d.size.X = tiffNumber(order, dir)
		case tiffHeight:
			d.size.Y = tiffNumber(order, dir)
		case tiffYResolution:
			d.resolutionAt = order.Uint32(dir[8:])
		case tiffUnit:
			d.perCentimetre = tiffNumber(order, dir) == centimetre
		}
	}
	d.next = order.Uint32(dir)
	return d, nil
}

// tiffNumber reads the value of a field with one short or long number.
func tiffNumber(order binary.ByteOrder, entry []byte) int {
	const short = 3
	if order.Uint16(entry[2:]) == short {
		return int(order.Uint16(entry[8:]))
	}
	return int(order.Uint32(entry[8:]))
}

// Pictures are decoded here up to maxDecoded pixels; larger ones and odd kinds
// are left to tesseract, which reads the file itself. A picture with a side
// longer than longSide is halved: no print is so fine.
const (
	maxDecoded = 48 << 20
	longSide   = 5200
)

// Render sends one picture of the file in grey. An error of
// CodeUnsupported says that it cannot be decoded here.
func Render(j wire.Job, out *wire.Sender) error {
	f, err := os.Open(j.Path)
	if err != nil {
		return wire.Unreadable(j.Path, err)
	}
	defer f.Close()
	img, err := decodeImage(f, j)
	if err != nil {
		return err
	}
	grey, dpi := greyOf(img), imageResolution(f, j)
	for max(grey.Rect.Dx(), grey.Rect.Dy()) > longSide {
		grey, dpi = halved(grey), dpi/2
	}
	return out.Picture(grey.Pix, grey.Rect.Dx(), grey.Rect.Dy(), dpi)
}

func decodeImage(f *os.File, j wire.Job) (image.Image, error) {
	sizes, err := imageSizes(f, j)
	if err != nil {
		return nil, err
	}
	if j.Page > len(sizes) {
		return nil, damagedImage(errTIFF)
	}
	if s := sizes[j.Page-1]; s.X <= 0 || s.Y <= 0 || s.X > maxDecoded/s.Y {
		return nil, dossier.Errorf(dossier.CodeUnsupported, "the picture has %d × %d pixels", s.X, s.Y)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	var img image.Image
	if j.Format == wire.FormatTIFF {
		img, err = decodeTIFF(f, j.Page-1)
	} else {
		img, _, err = image.Decode(f)
	}
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeUnsupported, "the picture cannot be decoded: %w", err)
	}
	return img, nil
}

// imageResolution returns what the file says of a picture's resolution, in dots
// per inch, or 0: then tesseract guesses, not badly.
func imageResolution(f *os.File, j wire.Job) int {
	dpi := 0.0
	switch j.Format {
	case wire.FormatTIFF:
		dpi = tiffResolution(f, j.Page-1)
	case wire.FormatPNG:
		dpi = pngResolution(f)
	case wire.FormatJPEG:
		dpi = jpegResolution(f)
	}
	if dpi < 50 || dpi > 2400 { // nonsense that some programs write
		return 0
	}
	return int(dpi + 0.5)
}

const inchPerMetre = 39.37

// pngResolution reads the chunk that gives pixels per metre.
func pngResolution(f *os.File) float64 {
	head := fileHead(f)
	at := bytes.Index(head, []byte("pHYs"))
	if at < 0 || len(head) < at+13 || head[at+12] != 1 {
		return 0
	}
	return float64(binary.BigEndian.Uint32(head[at+4:])) / inchPerMetre
}

// jpegResolution reads the density of a JFIF header.
func jpegResolution(f *os.File) float64 {
	head := fileHead(f)
	at := bytes.Index(head[:min(len(head), 64)], []byte("JFIF\x00"))
	if at < 0 || len(head) < at+10 {
		return 0
	}
	density := float64(binary.BigEndian.Uint16(head[at+8:]))
	switch head[at+7] {
	case 1:
		return density
	case 2:
		return density * 2.54
	}
	return 0
}

func fileHead(f *os.File) []byte {
	head := make([]byte, 4<<10)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil
	}
	return head[:n]
}

// tiffResolution reads the vertical resolution of a picture.
func tiffResolution(f *os.File, frame int) float64 {
	var head [8]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return 0
	}
	order := tiffOrder(head[:])
	at := order.Uint32(head[4:])
	var dir tiffDir
	for range frame + 1 {
		var err error
		if dir, err = tiffDirectory(f, order, at); err != nil {
			return 0
		}
		at = dir.next
	}
	if dir.resolutionAt == 0 {
		return 0
	}
	var ratio [8]byte
	if _, err := f.ReadAt(ratio[:], int64(dir.resolutionAt)); err != nil {
		return 0
	}
	dots, per := order.Uint32(ratio[:]), order.Uint32(ratio[4:])
	if per == 0 {
		return 0
	}
	dpi := float64(dots) / float64(per)
	if dir.perCentimetre {
		dpi *= 2.54
	}
	return dpi
}

// decodeTIFF decodes one picture of a TIFF file. The decoder reads the first,
// so it is shown a header that points to the one wanted.
func decodeTIFF(f *os.File, frame int) (image.Image, error) {
	var head [8]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return nil, err
	}
	order := tiffOrder(head[:])
	at := order.Uint32(head[4:])
	for range frame {
		dir, err := tiffDirectory(f, order, at)
		if err != nil {
			return nil, err
		}
		at = dir.next
	}
	order.PutUint32(head[4:], at)
	return tiff.Decode(&patched{f: f, head: head[:]})
}

// patched is a file whose first bytes read differently.
type patched struct {
	f    *os.File
	head []byte
	at   int64
}

// Read implements io.Reader.
func (p *patched) Read(b []byte) (int, error) {
	n, err := p.ReadAt(b, p.at)
	p.at += int64(n)
	return n, err
}

// ReadAt implements io.ReaderAt.
func (p *patched) ReadAt(b []byte, off int64) (int, error) {
	n, err := p.f.ReadAt(b, off)
	if off >= 0 && off < int64(len(p.head)) {
		copy(b[:n], p.head[off:])
	}
	return n, err
}

// greyOf returns img in grey on white paper.
func greyOf(img image.Image) *image.Gray {
	if g, ok := img.(*image.Gray); ok && g.Stride == g.Rect.Dx() {
		return g
	}
	b := img.Bounds()
	grey := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(grey, grey.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(grey, grey.Rect, img, b.Min, draw.Over)
	return grey
}

// halved returns img at half its size, four pixels made one.
func halved(img *image.Gray) *image.Gray {
	w, h := img.Rect.Dx()/2, img.Rect.Dy()/2
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		a, b := img.Pix[2*y*img.Stride:], img.Pix[(2*y+1)*img.Stride:]
		for x := range w {
			out.Pix[y*out.Stride+x] = byte((int(a[2*x]) + int(a[2*x+1]) + int(b[2*x]) + int(b[2*x+1])) / 4)
		}
	}
	return out
}
