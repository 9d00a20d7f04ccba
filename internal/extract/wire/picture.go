package wire

import (
	"bufio"
	"encoding/binary"
)

// picture is a page in grey. That of a blank page has no pixels.
type picture struct {
	Pix           []byte // Width × Height
	Width, Height int
	DPI           int // 0: not known
}

// Picture sends grey, row by row: the rows in memory are padded.
func (s *Sender) Picture(grey []byte, width, height, dpi int) error {
	stride := len(grey) / height
	head := []byte{0}
	if isUniform(grey, width, height, stride) {
		head[0] = 1
	}
	for _, n := range []int{dpi, width, height} {
		head = binary.AppendUvarint(head, uint64(n))
	}
	if head[0] == 1 {
		height = 0 // a blank page has no pixels worth sending
	}
	if err := startFrame(s.w, FrameImage, len(head)+width*height); err != nil {
		return err
	}
	return writeRows(s.w, head, grey, width, height, stride)
}

func writeRows(w *bufio.Writer, head, grey []byte, width, height, stride int) error {
	if _, err := w.Write(head); err != nil {
		return err
	}
	for y := range height {
		if _, err := w.Write(grey[y*stride : y*stride+width]); err != nil {
			return err
		}
	}
	return nil
}

func isUniform(grey []byte, width, height, stride int) bool {
	for y := range height {
		for _, v := range grey[y*stride : y*stride+width] {
			if v != grey[0] {
				return false
			}
		}
	}
	return true
}

// DecodePicture is the inverse of sender.picture. Like DecodePage, it trusts nothing.
func DecodePicture(b []byte) (*picture, error) {
	d := decoder{rest: b}
	blank := d.byte() == 1
	p := &picture{DPI: d.int(), Width: d.int(), Height: d.int()}
	p.Pix = d.rest
	if d.failed || p.Width <= 0 || p.Height <= 0 || p.Width > MaxFrame/p.Height || !blank && len(p.Pix) != p.Width*p.Height {
		return nil, ErrBadFrame
	}
	return p, nil
}
