package lawsuit

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/tiff"
)

const dpi = 200

// px turns points into pixels of a scan.
func px(points float64) float64 { return points * dpi / 72 }

// scanner draws papers as a scanner would see them.
type scanner struct{ face font.Face }

func newScanner() (*scanner, error) {
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, err
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: fontSize - 1, DPI: dpi, Hinting: font.HintingFull})
	return &scanner{face}, err
}

func (s *scanner) width(text string) float64 {
	return float64(font.MeasureString(s.face, text)) / 64 * 72 / dpi
}

// pages draws a text, black on white.
func (s *scanner) pages(text string) []*image.Gray {
	var scans []*image.Gray
	for _, lines := range set(text, s.width, nil) {
		img := blank()
		d := font.Drawer{Dst: img, Src: image.Black, Face: s.face}
		for _, l := range lines {
			d.Dot = fixed.P(int(px(l.x)), int(px(pageHeight-l.y)))
			d.DrawString(l.text)
		}
		scans = append(scans, img)
	}
	return scans
}

func blank() *image.Gray {
	img := image.NewGray(image.Rect(0, 0, int(px(pageWidth)), int(px(pageHeight))))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	return img
}

// worn turns a page by a degree and lays grain over it, as a much copied paper
// has it.
func worn(img *image.Gray) *image.Gray {
	out := blank()
	sin, cos := math.Sincos(math.Pi / 180)
	draw.BiLinear.Transform(out, f64.Aff3{cos, -sin, 10, sin, cos, -10}, img, img.Rect, draw.Over, nil)
	grain := rand.New(rand.NewPCG(1, 2))
	for i, v := range out.Pix {
		out.Pix[i] = uint8(max(0, min(255, int(v)-10+grain.IntN(21))))
	}
	return out
}

// pale lowers the contrast of a page.
func pale(img *image.Gray) *image.Gray {
	out := image.NewGray(img.Rect)
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			out.SetGray(x, y, color.Gray{Y: 90 + img.GrayAt(x, y).Y/2})
		}
	}
	return out
}

func encodePNG(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

func encodeJPEG(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 85})
	return b.Bytes(), err
}

func encodeTIFF(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := tiff.Encode(&b, img, &tiff.Options{Compression: tiff.Deflate})
	return b.Bytes(), err
}
