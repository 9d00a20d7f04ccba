// Package blob keeps bytes under keys: the originals of all documents (by their
// SHA-256, so the same bytes are kept once) and the durable side of the cache.
// They lie in a folder, which several machines may share, or on S3-compatible
// storage.
//
// A blob is there whole or not at all: in a folder it is written to a temporary
// file first and renamed, and S3 shows an object when all of it has arrived.
// Keys are slash-separated paths made by the callers. A store that cannot be
// reached is an error (storage_error), never a missing blob.
package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
)

// backend is where the blobs lie.
type backend interface {
	size(ctx context.Context, key string) (n int64, ok bool, err error)
	get(ctx context.Context, key string) (data []byte, ok bool, err error)
	put(ctx context.Context, key string, data []byte) error
	// adopt puts a finished file, of the store's temporary folder, under key, to
	// outlive a power cut. The file may be gone after that.
	adopt(ctx context.Context, key, path string) error
	remove(ctx context.Context, key string) error
	list(ctx context.Context, prefix string, f func(Info) error) error
	// local returns a file with the blob's bytes, to be released after use.
	local(ctx context.Context, key string) (path string, release func(), err error)
}

// Store is a store of blobs. It is safe for concurrent use, also by several
// processes.
type Store struct {
	backend
	tmp string // folder for files that are being written
}

// Open opens the blobs at a location: a folder, which is made if it is missing,
// or s3://bucket/prefix?endpoint=http://host:9000&region=us-east-1, with the
// credentials from the environment (AWS_ACCESS_KEY_ID, …). localDir is a folder
// of this process for what is on its way from or to S3.
func Open(ctx context.Context, location, localDir string) (*Store, error) {
	if strings.HasPrefix(location, "s3://") {
		return openS3(ctx, location, localDir)
	}
	tmp := filepath.Join(location, "tmp")
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return nil, dossier.Errorf(dossier.CodeUnreadable, "cannot make the folder: %w", err).
			About(location).WithCure("name another one with --blobs or --data, or free the path")
	}
	return &Store{folder{location, tmp}, tmp}, nil
}

// OriginalKey is the key of the original with the given SHA-256 in hex.
func OriginalKey(sha string) string { return "originals/" + sha[:2] + "/" + sha }

// ParseOriginalKey is the inverse of [OriginalKey].
func ParseOriginalKey(key string) (sha string, ok bool) {
	sha = path.Base(key)
	return sha, len(sha) == sha256.Size*2 && key == OriginalKey(sha)
}

// Originals is the prefix of the keys of all originals.
const Originals = "originals/"

// Original is what [Store.AddOriginal] found out about a file.
type Original struct {
	SHA256 string // hex
	Size   int64
}

// AddOriginal reads r to its end, keeps the bytes under their SHA-256 and
// returns it.
func (s *Store) AddOriginal(ctx context.Context, r io.Reader) (o Original, err error) {
	tmp, err := os.CreateTemp(s.tmp, "blob-*")
	if err != nil {
		return o, storageError(err)
	}
	defer func() { err = errors.Join(err, discard(tmp)) }()
	h := sha256.New()
	if o.Size, err = io.Copy(io.MultiWriter(storageWriter{tmp}, h), readerWithContext{ctx, r}); err != nil {
		return o, err
	}
	o.SHA256 = hex.EncodeToString(h.Sum(nil))
	key := OriginalKey(o.SHA256)
	// What is there already with another size was not written by us, or torn.
	if n, ok, err := s.size(ctx, key); err != nil || ok && n == o.Size {
		return o, err
	}
	// An original must outlive a power cut: it may be the only copy.
	if err := tmp.Sync(); err != nil {
		return o, storageError(err)
	}
	return o, s.adopt(ctx, key, tmp.Name())
}

// NewFolder makes a folder for files that are to be given to [Store.AddFile]. The
// caller removes it; if it dies, [Store.Sweep] does.
func (s *Store) NewFolder() (string, error) {
	dir, err := os.MkdirTemp(s.tmp, "files-*")
	return dir, storageError(err)
}

// AddFile keeps a finished file of a folder of [Store.NewFolder] as an original.
// The caller has hashed it. The file may be gone after that.
func (s *Store) AddFile(ctx context.Context, path string, o Original) error {
	key := OriginalKey(o.SHA256)
	if n, ok, err := s.size(ctx, key); err != nil || ok && n == o.Size {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return storageError(err)
	}
	err = errors.Join(f.Sync(), f.Close())
	if err != nil {
		return storageError(err)
	}
	return s.adopt(ctx, key, path)
}

// Has reports whether there is a blob under key.
func (s *Store) Has(ctx context.Context, key string) (bool, error) {
	_, ok, err := s.size(ctx, key)
	return ok, err
}

// Get returns the blob under key; ok is false if there is none.
func (s *Store) Get(ctx context.Context, key string) (data []byte, ok bool, err error) {
	return s.get(ctx, key)
}

// Put keeps data under key, in place of what was there.
func (s *Store) Put(ctx context.Context, key string, data []byte) error { return s.put(ctx, key, data) }

// Delete removes the blob under key, if there is one.
func (s *Store) Delete(ctx context.Context, key string) error { return s.remove(ctx, key) }

// Info describes a blob.
type Info struct {
	Key     string
	Size    int64
	Written time.Time // by the clock of the storage
}

// List calls f for the blobs whose keys begin with prefix, which ends with a
// slash. One that is written or removed meanwhile may be among them or not.
func (s *Store) List(ctx context.Context, prefix string, f func(Info) error) error {
	return s.list(ctx, prefix, f)
}

// Local returns a file that holds the blob of key, for programs that read
// files. The file stays until release is called. A missing blob is an error of
// CodeBlobMissing.
func (s *Store) Local(ctx context.Context, key string) (path string, release func(), err error) {
	return s.local(ctx, key)
}

// staleAfter is how old what was left half written must be before it is removed:
// longer than any file takes that is still being written.
const staleAfter = 24 * time.Hour

// Sweep removes what processes that died left half written in the temporary
// folder, and returns how many files and folders that were. What changed within
// the last day stays, so that other processes are not disturbed.
func (s *Store) Sweep(ctx context.Context) (removed int, err error) {
	entries, err := os.ReadDir(s.tmp)
	if err != nil {
		return 0, storageError(err)
	}
	for _, e := range entries {
		if ctx.Err() != nil {
			return removed, ctx.Err()
		}
		path := filepath.Join(s.tmp, e.Name())
		if !temporary(e.Name()) || time.Since(lastChange(path)) < staleAfter {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return removed, storageError(err)
		}
		removed++
	}
	return removed, nil
}

// temporary reports whether a name in the temporary folder is one that a store
// gives.
func temporary(name string) bool {
	for _, prefix := range []string{"blob-", "files-", "local-"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// lastChange returns when a file, or anything in a folder, was changed last. What
// goes away meanwhile counts as changed now.
func lastChange(path string) (last time.Time) {
	err := filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.ModTime().After(last) {
			last = info.ModTime()
		}
		return err
	})
	if err != nil {
		return time.Now()
	}
	return last
}

// Check proves that blobs can be kept, read and removed. Any number of processes
// may do so at a time.
func (s *Store) Check(ctx context.Context) error {
	key := "check/" + rand.Text()
	if err := s.Put(ctx, key, []byte("dossier")); err != nil {
		return err
	}
	data, ok, err := s.Get(ctx, key)
	if err == nil && (!ok || string(data) != "dossier") {
		err = dossier.Errorf(dossier.CodeStorage, "what was written is not what is read")
	}
	return errors.Join(err, s.Delete(ctx, key))
}

func missing(key string) error {
	return dossier.Errorf(dossier.CodeBlobMissing, "the original is not among the blobs").About(key).
		WithCure("process the file it came from into another data directory")
}

// folder is a folder of blobs.
type folder struct{ dir, tmp string }

func (f folder) path(key string) string { return filepath.Join(f.dir, filepath.FromSlash(key)) }

func (f folder) size(_ context.Context, key string) (int64, bool, error) {
	info, err := os.Stat(f.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, storageError(err)
	}
	return info.Size(), true, nil
}

func (f folder) get(_ context.Context, key string) (data []byte, ok bool, err error) {
	data, err = os.ReadFile(f.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	return data, err == nil, storageError(err)
}

func (f folder) put(_ context.Context, key string, data []byte) (err error) {
	tmp, err := os.CreateTemp(f.tmp, "blob-*")
	if err != nil {
		return storageError(err)
	}
	defer func() { err = errors.Join(err, discard(tmp)) }()
	if _, err := tmp.Write(data); err != nil {
		return storageError(err)
	}
	if err := os.MkdirAll(filepath.Dir(f.path(key)), 0o700); err != nil {
		return storageError(err)
	}
	return storageError(os.Rename(tmp.Name(), f.path(key)))
}

func (f folder) adopt(_ context.Context, key, path string) error {
	dir := filepath.Dir(f.path(key))
	if err := makeFolder(dir); err != nil {
		return storageError(err)
	}
	if err := os.Rename(path, f.path(key)); err != nil {
		return storageError(err)
	}
	// Without this a power cut may undo the rename, whatever the file holds.
	return storageError(syncFolder(dir))
}

// makeFolder makes a folder and those above it such that a power cut does not
// undo it.
func makeFolder(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(dir)
	if err := makeFolder(parent); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(parent)
}

// syncFolder writes to disk which names a folder holds.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (f folder) remove(_ context.Context, key string) error {
	err := os.Remove(f.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return storageError(err)
}

func (f folder) list(ctx context.Context, prefix string, each func(Info) error) error {
	return filepath.WalkDir(f.path(prefix), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return storageError(err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if d.IsDir() {
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return storageError(err)
		}
		key, err := filepath.Rel(f.dir, path)
		if err != nil {
			return storageError(err)
		}
		return each(Info{Key: filepath.ToSlash(key), Size: info.Size(), Written: info.ModTime()})
	})
}

func (f folder) local(ctx context.Context, key string) (string, func(), error) {
	_, ok, err := f.size(ctx, key)
	if err == nil && !ok {
		err = missing(key)
	}
	return f.path(key), func() {}, err
}

// discard closes a temporary file and removes it if it was not renamed.
func discard(f *os.File) error {
	err := f.Close()
	if rmErr := os.Remove(f.Name()); rmErr != nil && !errors.Is(rmErr, fs.ErrNotExist) {
		return errors.Join(err, rmErr)
	}
	return err
}

// storageError marks a failure of the store itself, as against one of the file
// that is being read into it.
func storageError(err error) error {
	if err == nil {
		return nil
	}
	return dossier.Errorf(dossier.CodeStorage, "the blobs cannot be used: %w", err).
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
