package extract

import (
	"encoding/binary" // to read the size of JPEG pictures
	"errors"          // to read the size of PNG pictures
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"

	"dossier"
)

// maxImagePixels bounds a picture. Its bytes may be few: a bomb is small until
// it is opened.
const maxImagePixels = 200 << 20

// readImage sends one page for each picture in the file, without text. Nothing
// is decoded here: sizes are read, and the recogniser opens the file itself.
func readImage(j job, out *sender) error {
	f, err := os.Open(j.Path)
	if err != nil {
		return unreadable(j.Path, err)
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
		page := outPage{
			Page: dossier.Page{
				Number: i + 1, Width: float32(s.X), Height: float32(s.Y),
				Source: dossier.SourceLayer, Reason: "picture",
			},
			NeedsOCR: j.OCR != OCROff,
		}
		if !page.NeedsOCR {
			page.Reason = "picture; recognition is off"
		}
		if err := out.page(page); err != nil {
			return err
		}
	}
	return nil
}

func imageSizes(f *os.File, j job) ([]image.Point, error) {
	if j.Format == FormatTIFF {
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

// The TIFF fields that hold the size of a picture.
const (
	tiffWidth  = 256
	tiffHeight = 257
)

var errTIFF = errors.New("broken TIFF directory")

// tiffSizes walks the directories of a TIFF file: one for each picture, each
// pointing to the next.
func tiffSizes(r io.ReaderAt, limit int) ([]image.Point, error) {
	var head [8]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return nil, damagedImage(err)
	}
	var order binary.ByteOrder = binary.LittleEndian
	if head[0] == 'M' {
		order = binary.BigEndian
	}
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
		size, next, err := tiffDirectory(r, order, at)
		if err != nil {
			return nil, damagedImage(err)
		}
		sizes = append(sizes, size)
		at = next
	}
	if len(sizes) == 0 {
		return nil, damagedImage(errTIFF)
	}
	return sizes, nil
}

// tiffDirectory reads the size of the picture whose directory lies at at, and
// where the next directory lies.
func tiffDirectory(r io.ReaderAt, order binary.ByteOrder, at uint32) (size image.Point, next uint32, err error) {
	const entrySize = 12
	var n [2]byte
	if _, err := r.ReadAt(n[:], int64(at)); err != nil {
		return size, 0, err
	}
	dir := make([]byte, int(order.Uint16(n[:]))*entrySize+4)
	if _, err := r.ReadAt(dir, int64(at)+2); err != nil {
		return size, 0, err
	}
	for ; len(dir) > 4; dir = dir[entrySize:] {
		switch order.Uint16(dir) {
		case tiffWidth:
			size.X = tiffNumber(order, dir)
		case tiffHeight:
			size.Y = tiffNumber(order, dir)
		}
	}
	return size, order.Uint32(dir), nil
}

// tiffNumber reads the value of a field with one short or long number.
func tiffNumber(order binary.ByteOrder, entry []byte) int {
	const short = 3
	if order.Uint16(entry[2:]) == short {
		return int(order.Uint16(entry[8:]))
	}
	return int(order.Uint32(entry[8:]))
}
