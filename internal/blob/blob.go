// Package blob keeps bytes under keys in a folder: the originals of all
// documents (by their SHA-256, so the same bytes are kept once) and the durable
// side of the cache.
//
// A blob is there whole or not at all: it is written to a temporary file first
// and renamed. Keys are slash-separated paths made by the callers.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"dossier"
)

// Store is a folder of blobs. It is safe for concurrent use, also by several
// processes.
type Store struct{ dir string }

// Open opens the folder dir, making it if it is missing.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(filepath.Join(dir, "tmp"), 0o700); err != nil {
		return nil, dossier.Errorf(dossier.CodeUnreadable, "cannot make the folder: %w", err).
			About(dir).WithCure("choose another --data directory or free the path")
	}
	return &Store{dir: dir}, nil
}

// OriginalKey is the key of the original with the given SHA-256 in hex.
func OriginalKey(sha string) string { return "originals/" + sha[:2] + "/" + sha }

// Path is the file that holds the blob of key, if there is one.
func (s *Store) Path(key string) string { return filepath.Join(s.dir, filepath.FromSlash(key)) }

// Original is what [Store.AddOriginal] found out about a file.
type Original struct {
	SHA256 string // hex
	Size   int64
}

// AddOriginal reads r to its end, keeps the bytes under their SHA-256 and
// returns it.
func (s *Store) AddOriginal(ctx context.Context, r io.Reader) (o Original, err error) {
	tmp, err := s.temp()
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, tmp.discard()) }()
	h := sha256.New()
	if o.Size, err = io.Copy(io.MultiWriter(storageWriter{tmp}, h), readerWithContext{ctx, r}); err != nil {
		return o, err
	}
	o.SHA256 = hex.EncodeToString(h.Sum(nil))
	path := s.Path(OriginalKey(o.SHA256))
	if _, err := os.Stat(path); err == nil {
		return o, nil
	}
	// An original must outlive a power cut: it may be the only copy.
	if err := tmp.Sync(); err != nil {
		return o, storageError(err)
	}
	return o, storageError(tmp.rename(path))
}

// Has reports whether there is a blob under key.
func (s *Store) Has(key string) bool {
	_, err := os.Stat(s.Path(key))
	return err == nil
}

// Get returns the blob under key; ok is false if there is none.
func (s *Store) Get(_ context.Context, key string) (data []byte, ok bool, err error) {
	data, err = os.ReadFile(s.Path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	return data, err == nil, storageError(err)
}

// Put keeps data under key, in place of what was there.
func (s *Store) Put(_ context.Context, key string, data []byte) (err error) {
	tmp, err := s.temp()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tmp.discard()) }()
	if _, err := tmp.Write(data); err != nil {
		return storageError(err)
	}
	return storageError(tmp.rename(s.Path(key)))
}

// Delete removes the blob under key, if there is one.
func (s *Store) Delete(_ context.Context, key string) error {
	err := os.Remove(s.Path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return storageError(err)
}

// tempFile is a file that is either renamed to its place or removed.
type tempFile struct{ *os.File }

func (s *Store) temp() (tempFile, error) {
	f, err := os.CreateTemp(filepath.Join(s.dir, "tmp"), "blob-*")
	if err != nil {
		return tempFile{}, storageError(err)
	}
	return tempFile{f}, nil
}

func (t tempFile) rename(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.Rename(t.Name(), path)
}

// discard closes the file and removes it if it was not renamed.
func (t tempFile) discard() error {
	err := t.Close()
	if rmErr := os.Remove(t.Name()); rmErr != nil && !errors.Is(rmErr, fs.ErrNotExist) {
		return errors.Join(err, rmErr)
	}
	return err
}

// storageError marks a failure of the folder itself, as against one of the file
// that is being read into it.
func storageError(err error) error {
	if err == nil {
		return nil
	}
	return dossier.Errorf(dossier.CodeStorage, "the data directory cannot be used: %w", err).
		WithCure("free space there, or give yourself the right to read and write it")
}

// storageWriter marks the failures of writes.
type storageWriter struct{ w io.Writer }

func (s storageWriter) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	return n, storageError(err)
}

// readerWithContext stops reading when the context ends.
type readerWithContext struct {
	ctx context.Context
	r   io.Reader
}

func (r readerWithContext) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
