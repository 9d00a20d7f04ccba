package cache_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/internal/blob"
	"dossier/internal/cache"
	"dossier/internal/rdb"
	"dossier/internal/rdb/redistest"
)

type value struct {
	Text string
	N    []int
}

func newCache(t *testing.T, r *rdb.Redis) (*cache.Cache, *blob.Store) {
	t.Helper()
	b, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return cache.New(r, b), b
}

var key = cache.Key{Stage: "chunking", Version: "1", SHA256: "ab12"}

func TestKeyRoundTrip(t *testing.T) {
	got, ok := cache.ParseKey(key.String())
	if !ok || got != key {
		t.Fatalf("ParseKey(%q) = %v, %v", key.String(), got, ok)
	}
	if _, ok := cache.ParseKey("doc:state:1"); ok {
		t.Error("a key of another kind was parsed")
	}
}

func TestPutGetCounts(t *testing.T) { redistest.Each(t, putGetCounts) }

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
	if diff := cmp.Diff(map[string]cache.Stats{"chunking": {Hits: 2, Misses: 1}}, c.Stats()); diff != "" {
		t.Error(diff)
	}
	shared, err := c.SharedStats(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]cache.Stats{"chunking": {Hits: 1}}, shared); diff != "" {
		t.Error("shared counters start again with Redis:", diff)
	}
}

// A2: a value of another shape is a miss, counted and made anew.
func TestA2OtherShapeIsAMiss(t *testing.T) { redistest.Each(t, otherShapeIsAMiss) }

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
	store, err := blob.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	c := cache.New(r, store)
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
