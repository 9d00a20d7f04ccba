package cache_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
)

type value struct {
	Text string
	N    []int
}

func newCache(t *testing.T, r *rdb.Redis) (*cache.Cache, *blob.Store) {
	t.Helper()
	b, err := blob.Open(t.Context(), t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	return cache.New(r, b, 2*time.Second), b
}

var key = cache.Key{Stage: "chunking", Version: "1", SHA256: "ab12"}

func TestKeyRoundTrip(t *testing.T) {
	t.Parallel()
	got, ok := cache.ParseKey(key.String())
	if !ok || got != key {
		t.Fatalf("ParseKey(%q) = %v, %v", key.String(), got, ok)
	}
	if _, ok := cache.ParseKey("doc:state:1"); ok {
		t.Error("a key of another kind was parsed")
	}
}

func TestPutGetCounts(t *testing.T) {
	t.Parallel()
	redistest.Each(t, putGetCounts)
}

func putGetCounts(t *testing.T, r *rdb.Redis) {
	ctx := context.Background()
	c, _ := newCache(t, r)
	want := value{"passage", []int{1, 2}}
	var got value
	if hit, err := c.Get(ctx, key, &got); hit || err != nil {
		t.Fatalf("empty cache: %v, %v", hit, err)
	}
	if err := c.Put(ctx, key, want); err != nil {
		t.Fatal(err)
	}
	if hit, err := c.Get(ctx, key, &got); !hit || err != nil {
		t.Fatalf("after Put: %v, %v", hit, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// A flushed Redis loses the entry there, not the entry.
	if err := r.Flush(ctx, rdb.Cache); err != nil {
		t.Fatal(err)
	}
	if hit, err := c.Get(ctx, key, &got); !hit || err != nil {
		t.Fatalf("after the flush: %v, %v", hit, err)
	}
	if n := r.For(rdb.Cache).Exists(ctx, r.CacheKey(key.String())).Val(); (n == 1) == r.Embedded() {
		t.Errorf("%d entries in Redis, embedded: %v", n, r.Embedded())
	}
	own := c.Stats()["chunking"]
	if own.Hits != 2 || own.Misses != 1 || own.BytesIn == 0 || own.BytesOut != 2*own.BytesIn {
		t.Errorf("counted %+v", own)
	}
	shared, err := c.SharedStats(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(own, shared["chunking"]); diff != "" {
		t.Error("the counts here and those that others read differ:", diff)
	}
}

// A value of another shape is a miss, counted and made anew.
func TestValueOfAnotherShapeIsACountedMiss(t *testing.T) {
	t.Parallel()
	redistest.Each(t, otherShapeIsAMiss)
}

func otherShapeIsAMiss(t *testing.T, r *rdb.Redis) {
	ctx := context.Background()
	for name, bytes := range map[string]string{
		"other version":  "dossier/1 chunking 0\nx",
		"not compressed": "dossier/1 chunking 1\n[1,2]",
		"foreign":        `{"chunks":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			c, durable := newCache(t, r)
			err := durable.Put(ctx, "cache/chunking/1/ab/ab12", []byte(bytes))
			if err := errors.Join(err, r.For(rdb.Cache).Set(ctx, r.CacheKey(key.String()), bytes, 0).Err()); err != nil {
				t.Fatal(err)
			}
			var got value
			if hit, err := c.Get(ctx, key, &got); hit || err != nil {
				t.Fatalf("hit = %v, %v", hit, err)
			}
			if s := c.Stats()["chunking"]; s.Damaged != 1 || s.Misses != 1 {
				t.Errorf("stats = %+v", s)
			}
			if err := c.Put(ctx, key, value{Text: "anew"}); err != nil {
				t.Fatal(err)
			}
			if hit, err := c.Get(ctx, key, &got); !hit || err != nil || got.Text != "anew" {
				t.Fatalf("after Put: %v, %v, %+v", hit, err, got)
			}
		})
	}
}

func BenchmarkGet(b *testing.B) {
	ctx := context.Background()
	r, err := rdb.Open(b.Context(), rdb.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	store, err := blob.Open(b.Context(), b.TempDir(), "")
	if err != nil {
		b.Fatal(err)
	}
	c := cache.New(r, store, 30*time.Second)
	if err := c.Put(ctx, key, value{Text: "passage"}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var v value
		if hit, err := c.Get(ctx, key, &v); !hit || err != nil {
			b.Fatal(hit, err)
		}
	}
}

// TestDamagedNotesAreMisses puts notes of parts into Redis that cannot be true:
// each is a damaged entry, however it is damaged.
func TestDamagedNotesAreMisses(t *testing.T) {
	t.Parallel()
	r := redistest.Open(t, rdb.Config{URL: redistest.Start(t)})
	ctx := t.Context()
	notes := []string{
		"dossier/parts 3", "dossier/parts 3\n", "dossier/parts 3 \n", "dossier/parts -1 0011223344556677\n", "dossier/parts 0 0011223344556677\n",
		"dossier/parts 99999999 0011223344556677\n", "dossier/parts 9999999999999999999999 x\n", "dossier/parts 2 00\n", "dossier/parts x y\n", "",
	}
	for _, note := range notes {
		c, _ := newCache(t, r)
		other := cache.Key{Stage: "chunking", Version: "1", SHA256: "cd34"}
		if err := errors.Join(r.For(rdb.Cache).Set(ctx, r.CacheKey(key.String()), note, 0).Err(), c.Put(ctx, other, value{Text: "whole"})); err != nil {
			t.Fatal(err)
		}
		var damaged, whole value
		entries := []cache.Entry{{Key: key, Value: &damaged}, {Key: other, Value: &whole}}
		if err := c.GetMany(ctx, entries); err != nil || entries[0].Found || !entries[1].Found {
			t.Errorf("%q: found %v and %v, %v", note, entries[0].Found, entries[1].Found, err)
		}
		if s := c.Stats()["chunking"]; s.Damaged != 1 || s.Misses != 1 || s.Hits != 1 {
			t.Errorf("%q: %+v", note, s)
		}
	}
	// The note is whole, its parts are not there.
	c, _ := newCache(t, r)
	if err := r.For(rdb.Cache).Set(ctx, r.CacheKey(key.String()), "dossier/parts 3 0011223344556677\n", 0).Err(); err != nil {
		t.Fatal(err)
	}
	var got value
	if hit, err := c.Get(ctx, key, &got); hit || err != nil {
		t.Errorf("without its parts: %v, %v", hit, err)
	}
}
