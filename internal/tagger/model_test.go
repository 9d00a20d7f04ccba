package tagger

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"slices"
	"testing"
)

// testModel is a model of 2^bits rows with weights of all sizes.
func testModel(bits uint) *Model {
	weight := func(row uint32, label int) int8 { return int8(Mix(row, uint32(label))) }
	transition := func(from, to int) int32 { return int32(from*NumLabels - 7*to) }
	return NewModel(bits, 0.25, weight, transition)
}

func TestModelFile(t *testing.T) {
	m := testModel(10)
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if got.bits != m.bits || got.slope != m.slope || got.trans != m.trans || got.into != m.into || !slices.Equal(got.weights, m.weights) {
		t.Error("the model read is not the one written")
	}
}

func TestBadModelFiles(t *testing.T) {
	var file bytes.Buffer
	if err := testModel(8).Write(&file); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	changed := func(at int, to byte) []byte {
		b := slices.Clone(plain)
		b[at] = to
		return packed(t, b)
	}
	for _, c := range []struct {
		name string
		file []byte
		want error
	}{
		{"empty", nil, ErrNotModel},
		{"no gzip", []byte("names and names"), ErrNotModel},
		{"another file", packed(t, []byte("a letter to the court, not a model")), ErrNotModel},
		{"cut", file.Bytes()[:file.Len()/2], ErrDamaged},
		{"cut inside", packed(t, plain[:len(plain)-9]), ErrDamaged},
		{"later version", changed(len(magic), version+1), ErrVersion},
		{"other labels", changed(len(magic)+2, 7), ErrVersion},
		{"more rows than there are", changed(len(magic)+1, maxBits), ErrDamaged},
		{"endless rows", changed(len(magic)+1, 255), ErrDamaged},
		{"flipped weight", changed(len(plain)-100, plain[len(plain)-100]^1), ErrDamaged},
		{"scores of no size", resealed(t, plain, len(magic)+3, 0, 0, 0xC0, 0x7F), ErrDamaged},
		{"a transition beyond measure", resealed(t, plain, headerLength, 0xFF, 0xFF, 0xFF, 0x7F), ErrDamaged},
		{"bomb", packed(t, append(slices.Clone(plain), make([]byte, 64<<20)...)), ErrDamaged},
	} {
		if _, err := Read(bytes.NewReader(c.file)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// resealed changes bytes of a plain file and makes its checksum right again.
func resealed(t *testing.T, plain []byte, at int, to ...byte) []byte {
	b := slices.Clone(plain[:len(plain)-4])
	copy(b[at:], to)
	return packed(t, binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)))
}

func packed(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
