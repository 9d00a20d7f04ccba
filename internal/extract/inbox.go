package extract

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"os"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Bounds of what one child may send of files inside a file. The child was reading
// hostile bytes, so the limits of its job are not enough.
const (
	maxInsideFiles = wire.MaxMails
	maxInsideBytes = wire.MaxArchive + wire.MaxFrame
)

// inbox keeps the files inside a file as their bytes come from a child. It holds
// no more than a chunk of them in memory.
type inbox struct {
	dir   string // "": nothing is kept
	files []File
	size  int64 // of all files

	open bool // a file has begun
	now  File
	hash hash.Hash
	to   *os.File // nil if nothing is kept
}

// take takes one frame. The error is wire.ErrBadFrame if it does not follow from those
// before it, or storage_error.
func (b *inbox) take(kind byte, body []byte) error {
	if b.open == (kind == wire.FrameChild) {
		return wire.ErrBadFrame
	}
	switch kind {
	case wire.FrameChild:
		return b.begin(string(body))
	case wire.FrameData:
		return b.add(body)
	}
	b.open = false
	path := b.now.Path
	if err := b.close(); err != nil {
		return spoolError(err)
	}
	if kind == wire.FrameKeep {
		b.now.SHA256 = hex.EncodeToString(b.hash.Sum(nil))
		b.files = append(b.files, b.now)
		return nil
	}
	if path == "" {
		return nil
	}
	return spoolError(os.Remove(path))
}

func (b *inbox) begin(name string) error {
	if len(b.files) == maxInsideFiles || len(name) > wire.MaxEntryName {
		return wire.ErrBadFrame
	}
	b.open, b.now, b.hash = true, File{Name: name}, sha256.New()
	if b.dir == "" {
		return nil
	}
	var err error
	if b.to, err = os.CreateTemp(b.dir, "file-*"); err != nil {
		return spoolError(err)
	}
	b.now.Path = b.to.Name()
	return nil
}

func (b *inbox) add(data []byte) error {
	b.now.Size += int64(len(data))
	b.size += int64(len(data))
	if len(data) > wire.ChunkSize || b.size > maxInsideBytes {
		return wire.ErrBadFrame
	}
	b.hash.Write(data) // never fails
	if b.to == nil {
		return nil
	}
	_, err := b.to.Write(data)
	return spoolError(err)
}

// close closes the file that has begun, if there is one.
func (b *inbox) close() error {
	if b.to == nil {
		return nil
	}
	err := b.to.Close()
	b.to = nil
	return err
}

// spoolError marks a failure to keep what a child sent: it is no fault of the
// file.
func spoolError(err error) error {
	if err == nil {
		return nil
	}
	return dossier.Errorf(dossier.CodeStorage, "cannot store the files inside the file: %w", err).
		WithCure("free space in the blob directory or in the data directory")
}
