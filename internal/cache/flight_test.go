package cache_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
)

// Of all workers that miss an entry one makes it; the others are told when to
// ask again, and then find it. The lead of a dead worker ends by itself.
func TestOneWorkerMakesAnEntry(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		ctx := t.Context()
		// A lease that a busy machine does not outlast between two lines.
		const lease = time.Minute
		_, blobs := newCache(t, r)
		first, second := cache.New(r, blobs, lease), cache.New(r, blobs, lease)
		key := cache.Key{Stage: "ocr", Version: "1", SHA256: "aa11"}
		var value string
		lead, hit, err := first.Lead(ctx, key, &value)
		if lead == nil || hit || err != nil {
			t.Fatalf("the first gets %v, %v, %v", lead, hit, err)
		}
		_, _, err = second.Lead(ctx, key, &value)
		busy, ok := errors.AsType[cache.Busy](err)
		if !ok || time.Until(busy.Until) > lease {
			t.Fatalf("the second is told %v", err)
		}
		if err := first.Put(ctx, key, "made"); err != nil {
			t.Fatal(err)
		}
		lead.Release(ctx)
		if lead, hit, err := second.Lead(ctx, key, &value); lead != nil || !hit || value != "made" || err != nil {
			t.Errorf("then it gets %v, %v, %q, %v", lead, hit, value, err)
		}
		other := cache.Key{Stage: "ocr", Version: "1", SHA256: "bb22"}
		if _, _, err := first.Lead(ctx, other, &value); err != nil { // and never heard of again
			t.Fatal(err)
		}
	})
}

// A value of any size is kept, in Redis too.
func TestLargeValuesAreKept(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		ctx := t.Context()
		c, blobs := newCache(t, r)
		random := rand.NewChaCha8([32]byte{1})
		large := make([]byte, 20<<20) // does not compress
		_, _ = random.Read(large)
		key := cache.Key{Stage: "ocr", Version: "1", SHA256: "aa11"}
		if err := c.Put(ctx, key, large); err != nil {
			t.Fatal(err)
		}
		var got []byte
		if hit, err := c.Get(ctx, key, &got); !hit || err != nil || !bytes.Equal(got, large) {
			t.Errorf("hit %v, %v, %d bytes", hit, err, len(got))
		}
		if err := c.Delete(ctx, key); err != nil {
			t.Fatal(err)
		}
		if has, err := c.Has(ctx, key); has || err != nil {
			t.Errorf("there is an entry after it was deleted: %v", err)
		}
		_ = blobs
	})
}

// Many entries cost one round trip, not one each.
func TestManyEntriesInOneRoundTrip(t *testing.T) {
	t.Parallel()
	r := redistest.Open(t, rdb.Config{URL: redistest.Start(t)})
	c, _ := newCache(t, r)
	entries := make([]cache.Entry, 50)
	for i := range entries {
		entries[i] = cache.Entry{Key: cache.Key{Stage: "ocr", Version: "1", SHA256: string(rune('a'+i%26)) + string(rune('a'+i/26))}, Value: i}
	}
	trips := redistest.CountRoundTrips(r)
	if err := c.PutMany(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	if n := trips.Take(); n != 1 {
		t.Errorf("putting %d entries took %d round trips", len(entries), n)
	}
	values := make([]int, len(entries))
	for i := range entries {
		entries[i].Value = &values[i]
	}
	if err := c.GetMany(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	if n := trips.Take(); n > 2 { // the counters may be due
		t.Errorf("getting %d entries took %d round trips", len(entries), n)
	}
	for i, v := range values {
		if v != i || !entries[i].Found {
			t.Errorf("entry %d is %d", i, v)
		}
	}
}

// Warming brings into Redis what only the durable store has, and what is
// asked for then hits.
func TestWarmingLoadsWhatOnlyTheDurableStoreHas(t *testing.T) {
	t.Parallel()
	r := redistest.Open(t, rdb.Config{URL: redistest.Start(t)})
	c, _ := newCache(t, r)
	var keys []cache.Key
	for i := range 40 {
		key := cache.Key{Stage: "chunking", Version: "1", SHA256: string(rune('a'+i%26)) + string(rune('a'+i/26))}
		if err := c.Put(t.Context(), key, i); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	if err := r.Flush(t.Context(), rdb.Cache); err != nil {
		t.Fatal(err)
	}
	w, err := c.Warm(t.Context(), append(keys, cache.Key{Stage: "chunking", Version: "1", SHA256: "zz"}))
	if err != nil || w != (cache.Warmed{Loaded: 40, Missing: 1}) {
		t.Errorf("%+v, %v", w, err)
	}
	if w, err = c.Warm(t.Context(), keys); err != nil || w != (cache.Warmed{Present: 40}) {
		t.Errorf("again: %+v, %v", w, err)
	}
}
