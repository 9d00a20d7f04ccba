package rdb_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		if err := r.Check(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// builtKey is a key as its builder makes it and its library writes it.
type builtKey struct {
	purpose rdb.Purpose
	kind    string
	key     string
}

// builtKeys has a key of every builder, and one of asynq's.
func builtKeys(r *rdb.Redis) []builtKey {
	keys := []builtKey{
		{rdb.Broker, "asynq", "asynq:{ocr}:pending"},
		{rdb.Broker, "dossier:epoch", r.EpochKey()},
		{rdb.Results, "result", r.ResultKey("task")},
		{rdb.Cache, "cache:ocr", r.CacheKey("cache:ocr:1:abcd")},
		{rdb.Cache, "cache:stats", r.CacheStatsKey()},
		{rdb.Cache, "flight", r.FlightKey("cache:ocr:1:abcd")},
		{rdb.RateLimit, "bucket", "rate:" + r.RateKey("textract")},
		{rdb.RateLimit, "breaker", r.BreakerKey("textract")},
		{rdb.Batch, "events", r.EventsKey()},
		{rdb.Batch, "batch:progress", r.ProgressKey("batch")},
		{rdb.Batch, "batch:members", r.MembersKey("batch")},
	}
	for _, k := range []string{
		rdb.DocumentState, rdb.DocumentText, rdb.DocumentChunks,
		rdb.DocumentMentions, rdb.DocumentResolved, rdb.DocumentRelations,
	} {
		keys = append(keys, builtKey{rdb.Cache, "doc:" + k, r.DocumentKey(k, "document")})
	}
	return keys
}

func writeAll(t *testing.T, r *rdb.Redis) {
	t.Helper()
	for _, k := range builtKeys(r) {
		if err := r.For(k.purpose).Set(t.Context(), k.key, k.kind, 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// counted returns how many keys of each kind every purpose has.
func counted(t *testing.T, r *rdb.Redis) map[rdb.Purpose]map[string]int {
	t.Helper()
	all := map[rdb.Purpose]map[string]int{}
	for _, p := range rdb.Purposes() {
		c, err := r.Count(t.Context(), p, 1_000_000)
		if err != nil || c.Sample {
			t.Fatalf("%s: sample %v, %v", p, c.Sample, err)
		}
		all[p] = c.Kinds
	}
	return all
}

// What one purpose flushes, the others keep.
func TestPurposesAreIsolated(t *testing.T) {
	t.Parallel()
	redistest.Each(t, purposesAreIsolated)
}

func purposesAreIsolated(t *testing.T, r *rdb.Redis) {
	for _, flushed := range rdb.Purposes() {
		writeAll(t, r)
		want := counted(t, r)
		want[flushed] = map[string]int{}
		if err := r.Flush(t.Context(), flushed); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, counted(t, r)); diff != "" {
			t.Errorf("%s flushed: %s", flushed, diff)
		}
	}
}

// The one who counts and the one who deletes see every key that is written.
func TestEveryKeyIsCountedAndFlushed(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		writeAll(t, r)
		want := map[rdb.Purpose]map[string]int{}
		for _, k := range builtKeys(r) {
			if want[k.purpose] == nil {
				want[k.purpose] = map[string]int{}
			}
			want[k.purpose][k.kind] = 1
		}
		if diff := cmp.Diff(want, counted(t, r)); diff != "" {
			t.Error(diff)
		}
		for _, p := range rdb.Purposes() {
			if err := r.Flush(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range rdb.Purposes() {
			if left, err := r.For(p).DBSize(t.Context()).Result(); left != 0 || err != nil {
				t.Errorf("%s: %d keys left, %v", p, left, err)
			}
		}
	})
}

// A pipeline far longer than any buffer must not block the embedded server.
func TestLongPipeline(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		cmds, err := r.For(rdb.Batch).Pipelined(ctx, func(p redis.Pipeliner) error {
			for range 5000 {
				p.Eval(ctx, "return redis.call('INCR', KEYS[1]) -- "+strings.Repeat("x", 400), []string{"n"})
			}
			return nil
		})
		if err != nil || len(cmds) != 5000 {
			t.Fatalf("%d answers, %v", len(cmds), err)
		}
	})
}

func TestEmbeddedKeysExpire(t *testing.T) {
	t.Parallel()
	r, err := rdb.Open(t.Context(), rdb.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ctx := context.Background()
	c := r.For(rdb.Cache)
	if err := c.Set(ctx, "k", "v", time.Second).Err(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); c.Exists(ctx, "k").Val() == 1; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a key set for a second is still there after ten")
		}
	}
}

// Keys of the embedded server do not go long before their time, whenever they
// were made.
func TestEmbeddedKeysLast(t *testing.T) {
	r, err := rdb.Open(t.Context(), rdb.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c := r.For(rdb.Cache)
	for i := range 8 {
		key, began := fmt.Sprint(i), time.Now()
		if err := c.Set(t.Context(), key, "v", time.Second).Err(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(600 * time.Millisecond)
		there := c.Exists(t.Context(), key).Val() == 1
		if took := time.Since(began); !there && took < 850*time.Millisecond {
			t.Errorf("a key set for a second was gone after %s", took)
		}
	}
}

// A command is one round trip, a pipeline is one whatever its length, and
// opening connections is none.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		trips := redistest.CountRoundTrips(r)
		writeAll(t, r)
		if n := trips.Take(); n != len(builtKeys(r)) {
			t.Errorf("%d round trips for %d commands", n, len(builtKeys(r)))
		}
		ctx := t.Context()
		if _, err := r.For(rdb.Results).Pipelined(ctx, func(p redis.Pipeliner) error {
			for i := range 100 {
				p.Set(ctx, r.ResultKey(fmt.Sprint(i)), "x", 0)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if n := trips.Take(); n != 1 {
			t.Errorf("%d round trips for a pipeline", n)
		}
	})
}

// A count that was cut short says so.
func TestCountIsASample(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"numbered": redistest.Start(t), "prefixed": redistest.Start(t, "--databases", "1"),
	} {
		t.Run(name, func(t *testing.T) {
			r := redistest.Open(t, rdb.Config{URL: url})
			ctx := t.Context()
			if _, err := r.For(rdb.Results).Pipelined(ctx, func(p redis.Pipeliner) error {
				for i := range 5000 {
					p.Set(ctx, r.ResultKey(fmt.Sprint(i)), "x", 0)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			c, err := r.Count(ctx, rdb.Results, 2000)
			if n := c.Kinds["result"]; err != nil || !c.Sample || n < 1000 || n > 3000 {
				t.Errorf("%+v, %v", c, err)
			}
			c, err = r.Count(ctx, rdb.Results, 50_000)
			if n := c.Kinds["result"]; err != nil || c.Sample || n != 5000 {
				t.Errorf("%+v, %v", c, err)
			}
		})
	}
}

// Every connection says what it is for.
func TestConnectionsAreNamed(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		for p, want := range map[rdb.Purpose]string{rdb.Broker: "dossier:broker", rdb.RateLimit: "dossier:rate"} {
			if got, err := r.For(p).ClientGetName(t.Context()).Result(); got != want || err != nil {
				t.Errorf("%s: %q, %v", p, got, err)
			}
		}
	})
}
