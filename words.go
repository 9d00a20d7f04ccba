package dossier

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"sync"
)

// boxUnit is the precision in which packed boxes are kept: a twentieth of the
// page's unit, finer than any printer's dot.
const boxUnit = 20

// PackWords encodes the words of a page for storage, about three bytes a word.
// It relies on the contract that a word's text is
// page.Text[word.Start:word.End], and keeps boxes to a twentieth of the page's
// unit and confidence to a hundredth.
//
// The encoding is a marker byte and a DEFLATE stream of varints: the number of
// words, then one column after the other, each value as the difference from
// what its neighbours suggest. The words of a line share top and height and
// follow each other closely, so that most differences are small and repeat.
func PackWords(words []Word) []byte {
	if len(words) == 0 {
		return nil
	}
	b := binary.AppendUvarint(nil, uint64(len(words)))
	for column := range packedColumns {
		var prev packedWord
		for _, w := range words {
			next := packedWordOf(w)
			b = binary.AppendVarint(b, next.difference(column, prev))
			prev = next
		}
	}
	var packed bytes.Buffer
	packed.WriteByte(packedInColumns)
	deflate := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(deflate)
	deflate.Reset(&packed)
	_, err := deflate.Write(b)
	if err = errors.Join(err, deflate.Close()); err != nil {
		panic("compressing into memory failed: " + err.Error()) // it has no reason to
	}
	return packed.Bytes()
}

// deflaters are reused: making one costs more than compressing a page.
var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, flate.DefaultCompression)
	if err != nil {
		panic(err) // the level is one of flate's own
	}
	return w
}}

// packedInColumns begins what [PackWords] writes. Its first version wrote one
// word after the other, beginning with the start of the first as a varint,
// which is never odd, because a start is never negative.
const packedInColumns = 1

// maxPackedWords bounds what is allocated for damaged data.
const maxPackedWords = 1 << 24

// packedWord holds the numbers of a word: start, length, the box as whole
// units of 1/boxUnit, and confidence in hundredths.
type packedWord [7]int64

const packedColumns = len(packedWord{})

func packedWordOf(w Word) packedWord {
	p := packedWord{int64(w.Start), int64(w.End - w.Start), 0, 0, 0, 0, int64(math.Round(float64(w.Confidence) * 100))}
	for i, v := range w.Box {
		p[2+i] = int64(math.Round(float64(v) * boxUnit))
	}
	return p
}

// expected is what a column of a word is compared with: the word begins a
// space behind the previous one, at its right edge and on its line; its right
// and bottom edges count from the left and top ones.
func (p packedWord) expected(column int, prev packedWord) int64 {
	switch column {
	case 0:
		return prev[0] + prev[1] + 1
	case 1:
		return 0
	case 2:
		return prev[4]
	case 4, 5:
		return p[column-2]
	}
	return prev[column]
}

func (p packedWord) difference(column int, prev packedWord) int64 {
	return p[column] - p.expected(column, prev)
}

var errPackedWords = errors.New("packed words are damaged")

// UnpackWords decodes what [PackWords] made of the words of a page with the
// given text.
func UnpackWords(text string, b []byte) ([]Word, error) {
	if len(b) == 0 {
		return nil, nil
	}
	unpack := unpackRows
	if b[0] == packedInColumns {
		unpack = unpackColumns
	}
	packed, err := unpack(b)
	if err != nil {
		return nil, err
	}
	words := make([]Word, len(packed))
	for i, p := range packed {
		start, end := p[0], p[0]+p[1]
		if start < 0 || end < start || end > int64(len(text)) {
			return nil, errPackedWords
		}
		w := Word{Text: text[start:end], Start: int(start), End: int(end), Confidence: float32(p[6]) / 100}
		for k := range w.Box {
			w.Box[k] = float32(p[2+k]) / boxUnit
		}
		words[i] = w
	}
	return words, nil
}

func unpackColumns(b []byte) ([]packedWord, error) {
	r := bufio.NewReader(flate.NewReader(bytes.NewReader(b[1:])))
	count, err := binary.ReadUvarint(r)
	if err != nil || count > maxPackedWords {
		return nil, errPackedWords
	}
	var words []packedWord
	for range count { // grows with what is really there
		v, err := binary.ReadVarint(r)
		if err != nil {
			return nil, errPackedWords
		}
		words = append(words, packedWord{v})
	}
	for column := 1; column < packedColumns; column++ {
		for i := range words {
			if words[i][column], err = binary.ReadVarint(r); err != nil {
				return nil, errPackedWords
			}
		}
	}
	var prev packedWord
	for i := range words {
		w := &words[i]
		for column := range packedColumns {
			w[column] += w.expected(column, prev)
		}
		prev = *w
	}
	return words, nil
}

// unpackRows decodes the first version of the encoding.
func unpackRows(b []byte) ([]packedWord, error) {
	var words []packedWord
	prev := int64(0)
	for len(b) > 0 {
		var w packedWord
		for i := range packedColumns - 1 {
			v, n := binary.Varint(b)
			if i == 1 {
				var u uint64
				u, n = binary.Uvarint(b)
				v = int64(u)
			}
			if n <= 0 {
				return nil, errPackedWords
			}
			w[i], b = v, b[n:]
		}
		if len(b) == 0 {
			return nil, errPackedWords
		}
		w[0] += prev
		w[6] = int64(b[0])
		words, b, prev = append(words, w), b[1:], w[0]+w[1]
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
