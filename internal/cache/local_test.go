package cache_test

import (
	"bytes"
	"errors"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/store"
)

// newLocal returns a cache whose small entries go into one file, and the blobs
// with the large ones.
func newLocal(t *testing.T) (*cache.Cache, *blob.Store) {
	t.Helper()
	outputs := store.NewOutputs(filepath.Join(t.TempDir(), "outputs.db"))
	t.Cleanup(func() {
		if err := outputs.Close(); err != nil {
			t.Error(err)
		}
	})
	blobs, err := blob.Open(t.Context(), t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	return cache.New(redistest.Open(t, rdb.Config{}), cache.Local(outputs, blobs), time.Minute), blobs
}

// stored returns the entries that a listing of the cache names, and the blobs of
// entries.
func stored(t *testing.T, c *cache.Cache, blobs *blob.Store) (entries map[string]bool, files int) {
	t.Helper()
	entries = map[string]bool{}
	err := c.List(t.Context(), func(s cache.Stored) error {
		entries[s.Key.SHA256] = s.Size > 0
		return nil
	})
	err = errors.Join(err, blobs.List(t.Context(), cache.Prefix, func(blob.Info) error {
		files++
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return entries, files
}

// Small entries take no file each; large ones, and those of before, lie among
// the blobs. Wherever an entry lies, it is found, replaced, listed and deleted.
func TestLocalEntries(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c, blobs := newLocal(t)
	small, large, older := key, cache.Key{Stage: "ocr", Version: "1", SHA256: "cd34"}, cache.Key{Stage: "ocr", Version: "1", SHA256: "ef56"}
	random := make([]byte, 200<<10)
	for i := range random { // does not compress well
		random[i] = byte(i * i >> 7 * 31)
	}
	before := cache.New(redistest.Open(t, rdb.Config{}), blobs, time.Minute)
	if err := before.Put(ctx, older, []byte("older")); err != nil {
		t.Fatal(err)
	}
	values := map[cache.Key][]byte{small: []byte("small"), large: random, older: []byte("older")}
	if err := errors.Join(c.Put(ctx, small, values[small]), c.Put(ctx, large, random)); err != nil {
		t.Fatal(err)
	}
	for k, want := range values {
		var got []byte
		if hit, err := c.Get(ctx, k, &got); !hit || err != nil || !bytes.Equal(got, want) {
			t.Errorf("%v: %v, %v, %d bytes", k, hit, err, len(got))
		}
	}
	entries, files := stored(t, c, blobs)
	if want := map[string]bool{"ab12": true, "cd34": true, "ef56": true}; !maps.Equal(entries, want) || files != 2 {
		t.Errorf("%v, %d of them files", entries, files)
	}
	// What replaces an entry of the other kind is what is found.
	if err := errors.Join(c.Put(ctx, small, random), c.Put(ctx, large, []byte("small"))); err != nil {
		t.Fatal(err)
	}
	var a, b []byte
	if err := c.GetMany(ctx, []cache.Entry{{Key: small, Value: &a}, {Key: large, Value: &b}}); err != nil || !bytes.Equal(a, random) || string(b) != "small" {
		t.Errorf("%d and %d bytes, %v", len(a), len(b), err)
	}
	for k := range values {
		if err := c.Delete(ctx, k); err != nil {
			t.Fatal(err)
		}
	}
	if entries, files := stored(t, c, blobs); len(entries) != 0 || files != 0 {
		t.Errorf("after deletion: %v, %d files", entries, files)
	}
}
