package ocr

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"

	"github.com/dossier-legal/dossier"
)

// Picture is the picture of a page in shades of grey, row by row, 0 black.
type Picture struct {
	Pix           []byte // Width × Height
	Width, Height int
	DPI           int // 0: not known
}

// writeTIFF writes p to a file as it is: one uncompressed strip. Of the formats
// that tesseract opens, this is the one it reads fastest that has a resolution.
func (p *Picture) writeTIFF(path string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return handover(err)
	}
	_, headErr := f.Write(p.tiffHead())
	_, pixErr := f.Write(p.Pix)
	return handover(errors.Join(headErr, pixErr, f.Close()))
}

func handover(err error) error {
	if err == nil {
		return nil
	}
	return dossier.Errorf(dossier.CodeStorage, "cannot hand a picture to text recognition: %w", err).
		WithCure("free space in the directory of temporary files")
}

// tiffHead returns what precedes the pixels in a TIFF file.
func (p *Picture) tiffHead() []byte {
	const (
		short, long, ratio = 3, 4, 5 // types of values
		blackIsZero, inch  = 1, 2
	)
	type field struct{ tag, kind, value int }
	fields := []field{
		{256, long, p.Width},
		{257, long, p.Height},
		{258, short, 8},           // bits of a pixel
		{259, short, 1},           // not compressed
		{262, short, blackIsZero}, // meaning of a pixel
		{273, long, 0},            // where the pixels begin; set below
		{277, short, 1},           // values of a pixel
		{278, long, p.Height},     // rows of the strip
		{279, long, len(p.Pix)},
	}
	if p.DPI > 0 {
		fields = append(fields, field{282, ratio, 0}, field{283, ratio, 0}, field{296, short, inch})
	}
	resolutionAt := 8 + 2 + 12*len(fields) + 4
	head := append([]byte("II*\x00"), 8, 0, 0, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(fields)))
	for _, f := range fields {
		switch {
		case f.tag == 273:
			f.value = resolutionAt + 8
		case f.kind == ratio:
			f.value = resolutionAt
		}
		head = binary.LittleEndian.AppendUint16(head, uint16(f.tag))
		head = binary.LittleEndian.AppendUint16(head, uint16(f.kind))
		head = binary.LittleEndian.AppendUint32(head, 1) // how many values
		head = binary.LittleEndian.AppendUint32(head, uint32(f.value))
	}
	head = binary.LittleEndian.AppendUint32(head, 0) // no further picture
	head = binary.LittleEndian.AppendUint32(head, uint32(p.DPI))
	return binary.LittleEndian.AppendUint32(head, 1)
}

// blank returns a white picture of the size and resolution of p.
func (p *Picture) blank() *Picture {
	return &Picture{Pix: bytes.Repeat([]byte{255}, len(p.Pix)), Width: p.Width, Height: p.Height, DPI: p.DPI}
}

// threshold returns the grey that parts ink from paper best (Otsu's method).
func (p *Picture) threshold() byte {
	var count [256]int
	for _, v := range p.Pix {
		count[v]++
	}
	total, sum := len(p.Pix), 0
	for v, n := range count {
		sum += v * n
	}
	best, at := -1.0, 128
	below, sumBelow := 0, 0
	for v, n := range count {
		below += n
		sumBelow += v * n
		if below == 0 || below == total {
			continue
		}
		apart := float64(sumBelow)/float64(below) - float64(sum-sumBelow)/float64(total-below)
		if between := float64(below) * float64(total-below) * apart * apart; between > best {
			best, at = between, v
		}
	}
	return byte(at)
}

// maxSkew is the largest lean that is looked for, in degrees.
const maxSkew = 5.0

// skew returns how far the lines of print lean, in degrees clockwise: the lean
// at which rows with ink and rows without differ most.
func (p *Picture) skew() float64 {
	ink := p.inkPoints()
	best, bestAt := 0.0, 0.0
	try := func(angle float64) {
		if s := sharpness(ink, p.Height, angle); s > best {
			best, bestAt = s, angle
		}
	}
	try(0) // an even match is no lean
	for a := -maxSkew; a <= maxSkew; a += 0.5 {
		try(a)
	}
	for step := 0.25; step > 0.02; step /= 2 {
		at := bestAt
		try(at - step)
		try(at + step)
	}
	return bestAt
}

type point struct{ x, y float32 }

// inkPoints returns the lower edges of ink in some of the columns: base lines
// show best there.
func (p *Picture) inkPoints() []point {
	const every = 4
	limit := p.threshold()
	var ink []point
	for y := 0; y+1 < p.Height; y++ {
		row, below := p.Pix[y*p.Width:(y+1)*p.Width], p.Pix[(y+1)*p.Width:(y+2)*p.Width]
		for x := 0; x < p.Width; x += every {
			if row[x] <= limit && below[x] > limit {
				ink = append(ink, point{float32(x), float32(y)})
			}
		}
	}
	return ink
}

// sharpness sums the squares of how much ink each row has after a turn.
func sharpness(ink []point, height int, angle float64) float64 {
	slope := float32(math.Tan(angle * math.Pi / 180))
	rows := make([]int32, height/2+2)
	for _, q := range ink {
		if row := int(q.y-slope*q.x) / 2; row >= 0 && row < len(rows) {
			rows[row]++
		}
	}
	sum := 0.0
	for _, n := range rows {
		sum += float64(n) * float64(n)
	}
	return sum
}

// beforeStraightening returns where a point of the straightened picture is in p.
func (p *Picture) beforeStraightening(x, y, lean float64) (float64, float64) {
	sin, cos := math.Sincos(lean * math.Pi / 180)
	x, y = x-float64(p.Width)/2, y-float64(p.Height)/2
	return cos*x - sin*y + float64(p.Width)/2, sin*x + cos*y + float64(p.Height)/2
}

// straightened returns p turned about its middle against its lean.
func (p *Picture) straightened(lean float64) *Picture {
	out := p.blank()
	// In whole steps of 1/65536 pixel: it is done for every pixel of a page.
	const one = 1 << 16
	sin, cos := math.Sincos(lean * math.Pi / 180)
	stepX, stepY := int(cos*one), int(sin*one)
	for y := range p.Height {
		fx, fy := p.beforeStraightening(0, float64(y), lean)
		sx, sy := int(fx*one), int(fy*one)
		row := out.Pix[y*p.Width : (y+1)*p.Width]
		for x := range row {
			ix, iy := sx>>16, sy>>16
			if ix >= 0 && iy >= 0 && ix+1 < p.Width && iy+1 < p.Height {
				ax, ay := sx&(one-1)>>8, sy&(one-1)>>8
				at := iy*p.Width + ix
				top := int(p.Pix[at])*(256-ax) + int(p.Pix[at+1])*ax
				low := int(p.Pix[at+p.Width])*(256-ax) + int(p.Pix[at+p.Width+1])*ax
				row[x] = byte((top*(256-ay) + low*ay) >> 16)
			}
			sx, sy = sx+stepX, sy+stepY
		}
	}
	return out
}

// quarterTurn returns p turned clockwise by 90 degrees.
func (p *Picture) quarterTurn() *Picture {
	out := &Picture{Pix: make([]byte, len(p.Pix)), Width: p.Height, Height: p.Width, DPI: p.DPI}
	for y := range p.Height {
		for x, v := range p.Pix[y*p.Width : (y+1)*p.Width] {
			out.Pix[x*out.Width+p.Height-1-y] = v
		}
	}
	return out
}

// thickened returns p with strokes one pixel wider and smooth edges.
func (p *Picture) thickened() *Picture {
	wide := p.blank()
	for y := range p.Height {
		row, out := p.Pix[y*p.Width:(y+1)*p.Width], wide.Pix[y*p.Width:(y+1)*p.Width]
		copy(out, row)
		for x := 1; x < len(row); x++ {
			out[x] = min(row[x], row[x-1])
		}
	}
	return wide.smoothed()
}

// smoothed returns p with each pixel averaged with its neighbours.
func (p *Picture) smoothed() *Picture {
	out := p.blank()
	w := p.Width
	for y := 1; y+1 < p.Height; y++ {
		for x := 1; x+1 < w; x++ {
			at := y*w + x
			side := func(i int) int { return int(p.Pix[i-1]) + 2*int(p.Pix[i]) + int(p.Pix[i+1]) }
			out.Pix[at] = byte((side(at-w) + 2*side(at) + side(at+w)) / 16)
		}
	}
	return out
}

// cut returns the part of p inside box, and where its corner is.
func (p *Picture) cut(box dossier.Box) (part *Picture, left, top float32) {
	x0, y0 := max(int(box[0]), 0), max(int(box[1]), 0)
	x1, y1 := min(int(box[2]), p.Width), min(int(box[3]), p.Height)
	part = &Picture{Width: max(x1-x0, 1), Height: max(y1-y0, 1), DPI: p.DPI}
	for y := range part.Height {
		at := min(y0+y, p.Height-1)*p.Width + min(x0, p.Width-1)
		part.Pix = append(part.Pix, p.Pix[at:at+part.Width]...)
	}
	return part, float32(x0), float32(y0)
}
