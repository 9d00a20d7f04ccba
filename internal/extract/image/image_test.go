package image

import (
	"bytes"
	"encoding/binary"
	"image"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// greyTIFF writes pictures of one grey each, 4 × 3 pixels at 240 dpi.
func greyTIFF(shades ...byte) []byte {
	const width, height, short, long, ratio = 4, 3, 3, 4, 5
	b := []byte("II*\x00\x00\x00\x00\x00")
	last := 4 // where the offset of the next directory goes
	for _, shade := range shades {
		pixels := len(b)
		for range width * height {
			b = append(b, shade)
		}
		resolution := len(b)
		b = binary.LittleEndian.AppendUint32(b, 240)
		b = binary.LittleEndian.AppendUint32(b, 1)
		binary.LittleEndian.PutUint32(b[last:], uint32(len(b)))
		fields := [][3]uint32{
			{256, long, width},
			{257, long, height},
			{258, short, 8},
			{259, short, 1},
			{262, short, 1},
			{273, long, uint32(pixels)},
			{277, short, 1},
			{278, long, height},
			{279, long, width * height},
			{283, ratio, uint32(resolution)},
			{296, short, 2},
		}
		b = binary.LittleEndian.AppendUint16(b, uint16(len(fields)))
		for _, f := range fields {
			b = binary.LittleEndian.AppendUint16(b, uint16(f[0]))
			b = binary.LittleEndian.AppendUint16(b, uint16(f[1]))
			b = binary.LittleEndian.AppendUint32(b, 1)
			b = binary.LittleEndian.AppendUint32(b, f[2])
		}
		last = len(b)
		b = binary.LittleEndian.AppendUint32(b, 0)
	}
	return b
}

// TestEachPictureOfATIFF wants every picture of a file and its resolution, not
// the first again.
func TestEachPictureOfATIFF(t *testing.T) {
	f, err := os.Open(extracttest.WriteFile(t, "pages.tif", greyTIFF(10, 200, 90)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i, want := range []byte{10, 200, 90} {
		j := wire.Job{Format: wire.FormatTIFF, Page: i + 1, Limits: wire.Limits{Pages: 10}}
		img, err := decodeImage(f, j)
		if err != nil {
			t.Fatalf("picture %d: %v", i+1, err)
		}
		if g := greyOf(img); g.Rect != image.Rect(0, 0, 4, 3) || g.Pix[5] != want {
			t.Errorf("picture %d is %v with grey %d, want %d", i+1, g.Rect, g.Pix[5], want)
		}
		if dpi := imageResolution(f, j); dpi != 240 {
			t.Errorf("picture %d has %d dpi", i+1, dpi)
		}
	}
	if _, err := decodeImage(f, wire.Job{Format: wire.FormatTIFF, Page: 4, Limits: wire.Limits{Pages: 10}}); err == nil {
		t.Error("there is no fourth picture")
	}
}

func TestHalved(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 5, 4))
	for i := range img.Pix {
		img.Pix[i] = byte(10 * i)
	}
	got := halved(img)
	if got.Rect != image.Rect(0, 0, 2, 2) || got.Pix[0] != (0+10+50+60)/4 {
		t.Errorf("halved to %v: %v", got.Rect, got.Pix)
	}
}

func TestTIFFSizes(t *testing.T) {
	want := []image.Point{{100, 200}, {3, 4}}
	got, err := tiffSizes(bytes.NewReader(extracttest.TIFF(want...)), 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sizes (-want +got):\n%s", diff)
	}
	if _, err := tiffSizes(bytes.NewReader(extracttest.TIFF(want...)), 1); dossier.CodeOf(err) != dossier.CodeOutputTooLarge {
		t.Errorf("more pages than allowed: %v", err)
	}
	loop := extracttest.TIFF(image.Pt(1, 1))
	loop[len(loop)-4] = 8 // the directory points to itself
	if _, err := tiffSizes(bytes.NewReader(loop), 10); dossier.CodeOf(err) != dossier.CodeDamaged {
		t.Errorf("endless directories: %v", err)
	}
}
