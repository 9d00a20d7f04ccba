package tagger

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
)

// bias is what a weight of zero is stored as, so that bytes have no sign.
const bias = 128

// Model is what was learned. It is never changed after it was made, so that
// many goroutines may use it.
type Model struct {
	bits    uint     // of row numbers
	weights []uint64 // two a row: a biased byte for each label
	trans   [stride][stride]int32
	into    [stride][stride]int32 // trans, by the second label
	slope   float32               // of scores over margins
}

// newModel returns a model without knowledge.
func newModel(bits uint) *Model {
	m := &Model{bits: bits, weights: make([]uint64, 2<<bits), slope: 1}
	for i := range m.weights {
		m.weights[i] = 0x8080808080808080
	}
	return m
}

// NewModel returns a model of 2^bits rows of features: weight gives that of a row and
// a label, and transition that of a label after another, in the units of weights.
// Slope is what one such unit is worth in a score.
func NewModel(bits uint, slope float32, weight func(row uint32, label int) int8, transition func(from, to int) int32) *Model {
	m := newModel(bits)
	m.slope = slope
	for row := range uint32(1) << bits {
		for k := range NumLabels {
			m.set(row, k, weight(row, k))
		}
	}
	for j := range NumLabels {
		for k := range NumLabels {
			m.trans[j][k] = transition(j, k)
		}
	}
	m.index()
	return m
}

// set stores the weight of a row and label.
func (m *Model) set(row uint32, label int, w int8) {
	at := 8 * uint(label%8)
	word := &m.weights[2*int(row)+label/8]
	*word = *word&^(0xFF<<at) | uint64(uint8(int(w)+bias))<<at
}

// index fills in what is derived from the transitions.
func (m *Model) index() {
	for j := range m.trans {
		for k := range m.trans[j] {
			m.into[k][j] = m.trans[j][k]
		}
	}
}

//go:embed data/model.gz
var embedded []byte

// Load returns the model that is part of the program.
var Load = sync.OnceValue(func() *Model {
	m, err := Read(bytes.NewReader(embedded))
	if err != nil {
		panic(fmt.Sprintf("tagger: the model of this build: %v", err)) // the package's test meets it
	}
	return m
})

// A model file is gzip of: the magic, a version, the bits of row numbers, the
// number of labels, the slope, the transitions, the weights label by label, and
// the CRC-32C of all before it. Numbers are little-endian.
const (
	magic        = "dossier names"
	version      = 1
	minBits      = 8
	maxBits      = 20
	maxTransit   = 1 << 20 // of a transition's weight, either way
	headerLength = len(magic) + 3 + 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Write writes the model as Read takes it.
func (m *Model) Write(w io.Writer) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	b := append([]byte(magic), version, byte(m.bits), byte(NumLabels))
	b, err = binary.Append(b, binary.LittleEndian, m.slope)
	if err != nil {
		return err
	}
	for j := range NumLabels {
		if b, err = binary.Append(b, binary.LittleEndian, m.trans[j][:NumLabels]); err != nil {
			return err
		}
	}
	for k := range NumLabels {
		for row := range 1 << m.bits {
			b = append(b, byte(m.weights[2*row+k/8]>>(8*(k%8))))
		}
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	if _, err := z.Write(b); err != nil {
		return err
	}
	return z.Close()
}

// Errors of model files.
var (
	ErrNotModel = errors.New("not a model of names")
	ErrVersion  = errors.New("a model of another version")
	ErrDamaged  = errors.New("a damaged model")
)

// Read reads a model file. It fails with ErrNotModel, ErrVersion or ErrDamaged,
// or as r does, and takes memory for the largest model at most.
func Read(r io.Reader) (*Model, error) {
	z, err := gzip.NewReader(r)
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, ErrNotModel
	}
	if err != nil {
		return nil, err
	}
	size := headerLength + 4*NumLabels*NumLabels + NumLabels<<maxBits + 4
	b, err := io.ReadAll(io.LimitReader(z, int64(size)+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return parse(b)
}

// parse reads the content of a model file.
func parse(b []byte) (*Model, error) {
	if len(b) < headerLength || string(b[:len(magic)]) != magic {
		return nil, ErrNotModel
	}
	head := b[len(magic):headerLength]
	if head[0] != version || int(head[2]) != NumLabels {
		return nil, ErrVersion
	}
	bits := uint(head[1])
	if bits < minBits || bits > maxBits || len(b) != headerLength+4*NumLabels*NumLabels+NumLabels<<bits+4 {
		return nil, ErrDamaged
	}
	body, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if crc32.Checksum(body, castagnoli) != sum {
		return nil, ErrDamaged
	}
	m := newModel(bits)
	if _, err := binary.Decode(head[3:], binary.LittleEndian, &m.slope); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if !(m.slope > 0 && m.slope < 1e6) { // not a number is neither
		return nil, ErrDamaged
	}
	body = body[headerLength:]
	for j := range NumLabels {
		n, err := binary.Decode(body, binary.LittleEndian, m.trans[j][:NumLabels])
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		body = body[n:]
		for _, w := range m.trans[j] {
			if w < -maxTransit || w > maxTransit {
				return nil, ErrDamaged
			}
		}
	}
	for k := range NumLabels {
		for row := range uint32(1) << bits {
			m.set(row, k, int8(int(body[0])-bias))
			body = body[1:]
		}
	}
	m.index()
	return m, nil
}
