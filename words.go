package dossier

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"
)

// boxUnit is the precision in which packed boxes are kept: a twentieth of the
// page's unit, finer than any printer's dot.
const boxUnit = 20

// PackWords encodes the words of a page for storage, about a dozen bytes a
// word. It relies on the contract that a word's text is
// page.Text[word.Start:word.End], and keeps boxes to a twentieth of the page's
// unit and confidence to a hundredth.
func PackWords(words []Word) []byte {
	if len(words) == 0 {
		return nil
	}
	b := make([]byte, 0, 12*len(words))
	prev := 0
	for _, w := range words {
		b = binary.AppendVarint(b, int64(w.Start-prev))
		b = binary.AppendUvarint(b, uint64(w.End-w.Start))
		for _, v := range w.Box {
			b = binary.AppendVarint(b, int64(math.Round(float64(v)*boxUnit)))
		}
		b = append(b, byte(math.Round(float64(w.Confidence)*100)))
		prev = w.End
	}
	return b
}

var errPackedWords = errors.New("packed words are damaged")

// UnpackWords decodes what [PackWords] made of the words of a page with the
// given text.
func UnpackWords(text string, b []byte) ([]Word, error) {
	var words []Word
	prev := 0
	for len(b) > 0 {
		var f [6]int64 // start, length, box
		for i := range f {
			v, n := binary.Varint(b)
			if i == 1 {
				var u uint64
				u, n = binary.Uvarint(b)
				v = int64(u)
			}
			if n <= 0 {
				return nil, errPackedWords
			}
			f[i], b = v, b[n:]
		}
		start := prev + int(f[0])
		end := start + int(f[1])
		if len(b) == 0 || start < 0 || end < start || end > len(text) {
			return nil, errPackedWords
		}
		w := Word{Text: text[start:end], Start: start, End: end, Confidence: float32(b[0]) / 100}
		for i := range w.Box {
			w.Box[i] = float32(f[2+i]) / boxUnit
		}
		words, b, prev = append(words, w), b[1:], end
	}
	return words, nil
}

// WordCount is the number of words of a page: its boxes, or for formats
// without boxes its words in the sense of white space.
func (p Page) WordCount() int {
	if len(p.Words) > 0 {
		return len(p.Words)
	}
	return len(strings.Fields(p.Text))
}

// Confidence is the mean confidence of a page's words: 1 for a text layer, 0
// for a page of OCR without words.
func (p Page) Confidence() float64 {
	if len(p.Words) == 0 {
		if p.Source == SourceLayer {
			return 1
		}
		return 0
	}
	sum := 0.0
	for _, w := range p.Words {
		sum += float64(w.Confidence)
	}
	return sum / float64(len(p.Words))
}
