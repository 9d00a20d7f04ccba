package blob_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
)

// storage is an S3 service that misbehaves on demand.
type storage struct {
	*httptest.Server
	busy atomic.Int32 // how many of the next requests are answered with 503
	torn atomic.Int32 // how many of the next downloads break off
}

func newStorage(t *testing.T) *storage {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
	backend := s3mem.New()
	if err := backend.CreateBucket("case"); err != nil {
		t.Fatal(err)
	}
	s := &storage{}
	inner := gofakes3.New(backend).Server()
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.busy.Add(-1) >= 0 {
			http.Error(w, "slow down", http.StatusServiceUnavailable)
			return
		}
		if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "originals") && s.torn.Add(-1) >= 0 {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("half"))
			panic(http.ErrAbortHandler)
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *storage) location() string {
	return "s3://case/matter?region=us-east-1&endpoint=" + s.URL
}

// each runs f on a folder and on S3.
func each(t *testing.T, f func(t *testing.T, open func() *blob.Store)) {
	opener := func(t *testing.T, location string) func() *blob.Store {
		return func() *blob.Store {
			b, err := blob.Open(t.Context(), location, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
	}
	t.Run("folder", func(t *testing.T) { f(t, opener(t, t.TempDir())) })
	t.Run("s3", func(t *testing.T) { f(t, opener(t, newStorage(t).location())) })
}

func TestPutGetDelete(t *testing.T) {
	each(t, func(t *testing.T, open func() *blob.Store) {
		ctx := t.Context()
		first, second := open(), open() // two processes
		if err := first.Put(ctx, "a/b", []byte("one")); err != nil {
			t.Fatal(err)
		}
		if err := first.Put(ctx, "a/b", []byte("two")); err != nil {
			t.Fatal(err)
		}
		if data, ok, err := second.Get(ctx, "a/b"); string(data) != "two" || !ok || err != nil {
			t.Errorf("%q, %v, %v", data, ok, err)
		}
		if err := second.Delete(ctx, "a/b"); err != nil {
			t.Fatal(err)
		}
		if err := second.Delete(ctx, "a/b"); err != nil {
			t.Errorf("deleting twice: %v", err)
		}
		if _, ok, err := first.Get(ctx, "a/b"); ok || err != nil {
			t.Errorf("after it was deleted: %v, %v", ok, err)
		}
		if err := first.Check(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestOriginals(t *testing.T) {
	each(t, func(t *testing.T, open func() *blob.Store) {
		ctx := t.Context()
		b := open()
		content := bytes.Repeat([]byte("paper "), 100_000)
		var adding sync.WaitGroup
		for range 8 {
			adding.Go(func() {
				if _, err := b.AddOriginal(ctx, bytes.NewReader(content)); err != nil {
					t.Error(err)
				}
			})
		}
		adding.Wait()
		o, err := b.AddOriginal(ctx, bytes.NewReader(content))
		if err != nil || o.Size != int64(len(content)) {
			t.Fatalf("%+v, %v", o, err)
		}
		path, release, err := b.Local(ctx, blob.OriginalKey(o.SHA256))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		release()
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		_, _, err = b.Local(ctx, blob.OriginalKey(strings.Repeat("0", 64)))
		if dossier.CodeOf(err) != dossier.CodeBlobMissing {
			t.Errorf("a missing original: %v", err)
		}
	})
}

// A torn file under the key of an original is replaced, not trusted.
func TestTornOriginal(t *testing.T) {
	each(t, func(t *testing.T, open func() *blob.Store) {
		ctx := t.Context()
		b := open()
		o, err := b.AddOriginal(ctx, strings.NewReader("whole"))
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Put(ctx, blob.OriginalKey(o.SHA256), []byte("wh")); err != nil {
			t.Fatal(err)
		}
		if _, err := b.AddOriginal(ctx, strings.NewReader("whole")); err != nil {
			t.Fatal(err)
		}
		if data, _, err := b.Get(ctx, blob.OriginalKey(o.SHA256)); string(data) != "whole" || err != nil {
			t.Errorf("%q, %v", data, err)
		}
	})
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("the file broke off") }

// A file that breaks off leaves nothing, and is not the store's fault.
func TestBrokenOriginal(t *testing.T) {
	dir := t.TempDir()
	b, err := blob.Open(t.Context(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.AddOriginal(t.Context(), brokenReader{}); err == nil || dossier.CodeOf(err) == dossier.CodeStorage {
		t.Errorf("err = %v", err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "tmp")); len(left) != 0 || err != nil {
		t.Errorf("%d files left, %v", len(left), err)
	}
}

// A service that is busy, or breaks off a download, is asked again or said to
// have failed; there is never half a file.
func TestS3Misbehaves(t *testing.T) {
	s := newStorage(t)
	tmp := t.TempDir()
	b, err := blob.Open(t.Context(), s.location(), tmp)
	if err != nil {
		t.Fatal(err)
	}
	o, err := b.AddOriginal(t.Context(), strings.NewReader("whole"))
	if err != nil {
		t.Fatal(err)
	}
	s.busy.Store(2)
	if data, ok, err := b.Get(t.Context(), blob.OriginalKey(o.SHA256)); string(data) != "whole" || !ok || err != nil {
		t.Errorf("after two refusals: %q, %v, %v", data, ok, err)
	}
	s.torn.Store(1)
	path, release, err := b.Local(t.Context(), blob.OriginalKey(o.SHA256))
	if err == nil {
		data, readErr := os.ReadFile(path)
		if string(data) != "whole" || readErr != nil {
			t.Errorf("half a file: %q, %v", data, readErr)
		}
		release()
	} else if dossier.CodeOf(err) != dossier.CodeStorage {
		t.Errorf("a download that broke off: %v", err)
	}
	if left, err := os.ReadDir(tmp); len(left) != 0 || err != nil {
		t.Errorf("%d files left, %v", len(left), err)
	}
	s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok, err := b.Get(ctx, "x"); ok || dossier.CodeOf(err) != dossier.CodeStorage {
		t.Errorf("a service that is gone: %v, %v", ok, err)
	}
}

// What is wrong with an address is said, with the cure and without
// secrets.
func TestBadLocations(t *testing.T) {
	s := newStorage(t)
	for location, want := range map[string]string{
		"s3://":                              "not an S3 address",
		"s3://id:very-secret@case":           "no credentials",
		"s3://case?acl=public":               `"acl"`,
		"s3://case?endpoint=nowhere":         "endpoint",
		"s3://absent/x?endpoint=" + s.URL:    "make the bucket",
		"/proc/1/nothing/can/be/made/in/it/": "--blobs",
	} {
		_, err := blob.Open(t.Context(), location, t.TempDir())
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "very-secret") {
			t.Errorf("%s: %v", location, err)
		}
	}
}

// TestSweep removes what dead processes left half written, and nothing that is
// young or that no store wrote.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	b, err := blob.Open(t.Context(), dir, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-25 * time.Hour)
	put := func(name string, changed time.Time) {
		t.Helper()
		path := filepath.Join(dir, "tmp", name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600), os.Chtimes(path, changed, changed)); err != nil {
			t.Fatal(err)
		}
	}
	put("blob-1", old)
	put("blob-2", time.Now())
	put("somebody else's", old)
	put("files-1/file-1", old)
	put("files-2/file-1", time.Now()) // still being filled
	for _, folder := range []string{"files-1", "files-2"} {
		if err := os.Chtimes(filepath.Join(dir, "tmp", folder), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := b.Sweep(t.Context()); n != 2 || err != nil {
		t.Errorf("removed %d, %v", n, err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "tmp"))
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if diff := cmp.Diff([]string{"blob-2", "files-2", "somebody else's"}, left); diff != "" {
		t.Error(diff)
	}
}

// TestAddFile keeps a finished file under its hash, as AddOriginal does.
func TestAddFile(t *testing.T) {
	each(t, func(t *testing.T, open func() *blob.Store) {
		b := open()
		want, err := b.AddOriginal(t.Context(), strings.NewReader("one letter"))
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Delete(t.Context(), blob.OriginalKey(want.SHA256)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			dir, err := b.NewFolder()
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "a")
			if err := os.WriteFile(path, []byte("one letter"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := b.AddFile(t.Context(), path, want); err != nil {
				t.Fatal(err)
			}
			if data, ok, err := b.Get(t.Context(), blob.OriginalKey(want.SHA256)); string(data) != "one letter" || !ok || err != nil {
				t.Errorf("%q, %v, %v", data, ok, err)
			}
		}
	})
}

// A listing has all blobs below a prefix, with their keys, sizes and times, and
// the keys of originals can be read back.
func TestList(t *testing.T) {
	each(t, func(t *testing.T, open func() *blob.Store) {
		ctx, b := t.Context(), open()
		if err := b.List(ctx, blob.Originals, func(blob.Info) error { return errors.New("there is none") }); err != nil {
			t.Error(err)
		}
		o, err := b.AddOriginal(ctx, strings.NewReader("whole"))
		if err == nil {
			err = b.Put(ctx, "cache/x/1/aa/aa11", []byte("output"))
		}
		if err != nil {
			t.Fatal(err)
		}
		var found []blob.Info
		if err := b.List(ctx, blob.Originals, func(i blob.Info) error {
			found = append(found, i)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || found[0].Key != blob.OriginalKey(o.SHA256) || found[0].Size != 5 || found[0].Written.IsZero() {
			t.Errorf("found %+v", found)
		}
		if sha, ok := blob.ParseOriginalKey(found[0].Key); !ok || sha != o.SHA256 {
			t.Errorf("%s is of %s, %v", found[0].Key, sha, ok)
		}
		if _, ok := blob.ParseOriginalKey("cache/x/1/aa/aa11"); ok {
			t.Error("an output is taken for an original")
		}
		stop := errors.New("stop")
		if err := b.List(ctx, "cache/", func(blob.Info) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("an error of the caller: %v", err)
		}
	})
}
