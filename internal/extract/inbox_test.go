package extract

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// TestLargeEntriesStream takes an archive apart whose entries are larger than a
// frame may be: they come in chunks, and neither process holds one whole.
func TestLargeEntriesStream(t *testing.T) {
	t.Parallel()
	const size = wire.MaxFrame + 1
	path := filepath.Join(t.TempDir(), "large.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	want := sha256.New()
	for _, name := range []string{"large.bin", "small.txt"} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if name == "small.txt" {
			_, err = io.WriteString(w, "a letter")
		} else {
			_, err = io.CopyN(io.MultiWriter(w, want), rand.NewChaCha8([32]byte{1}), size)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	p := testPool(t, Config{Workers: 1, Memory: 200 << 20})
	doc, err := p.Extract(t.Context(), Request{Path: path, OCR: wire.OCROff, Inside: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Children) != 2 || doc.Children[0].Size != size || doc.Children[0].SHA256 != hex.EncodeToString(want.Sum(nil)) {
		t.Errorf("%+v", doc.Children)
	}
}

// TestInboxTrustsNoChild sends what no honest child does.
func TestInboxTrustsNoChild(t *testing.T) {
	t.Parallel()
	type frame struct {
		kind byte
		body string
	}
	chunk := strings.Repeat("x", wire.ChunkSize)
	for name, frames := range map[string][]frame{
		"bytes of no file":     {{wire.FrameData, "x"}},
		"an end of no file":    {{wire.FrameKeep, ""}},
		"a file within a file": {{wire.FrameChild, "a"}, {wire.FrameChild, "b"}},
		"two ends":             {{wire.FrameChild, "a"}, {wire.FrameKeep, ""}, {wire.FrameDrop, ""}},
		"a chunk too large":    {{wire.FrameChild, "a"}, {wire.FrameData, chunk + "x"}},
		"a name too long":      {{wire.FrameChild, chunk}},
	} {
		b := inbox{dir: t.TempDir()}
		var err error
		for _, f := range frames {
			err = b.take(f.kind, []byte(f.body))
		}
		if !errors.Is(err, wire.ErrBadFrame) {
			t.Errorf("%s: %v", name, err)
		}
		if err := b.close(); err != nil {
			t.Error(err)
		}
	}
	b := inbox{size: maxInsideBytes - wire.ChunkSize}
	if err := errors.Join(b.take(wire.FrameChild, []byte("a")), b.take(wire.FrameData, []byte(chunk))); err != nil {
		t.Error(err)
	}
	if err := b.take(wire.FrameData, []byte("x")); !errors.Is(err, wire.ErrBadFrame) {
		t.Errorf("more than may be in a file: %v", err)
	}
	dropped := inbox{dir: t.TempDir()}
	if err := errors.Join(dropped.take(wire.FrameChild, []byte("a")), dropped.take(wire.FrameData, []byte("x")), dropped.take(wire.FrameDrop, nil)); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dropped.dir); len(left)+len(dropped.files) > 0 || err != nil {
		t.Errorf("a damaged file leaves %v and %v, %v", left, dropped.files, err)
	}
}
