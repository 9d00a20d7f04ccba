package rdb_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
)

// plainNames are those of one key of each family in database 0, as the first
// layout had them.
var plainNames = map[rdb.Purpose][]string{
	rdb.Results:   {"result:task"},
	rdb.Cache:     {"cache:ocr:1:abcd", "doc:state:document", "project:x:names"},
	rdb.RateLimit: {"rate:bucket:textract", "breaker:textract"},
	rdb.Batch:     {"batch:progress:batch", "events"},
}

// place is a database of a server.
type place struct {
	url string
	db  int
}

func (p place) open(t *testing.T) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(p.url)
	if err != nil {
		t.Fatal(err)
	}
	o.DB = p.db
	c := redis.NewClient(o)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	numberedURL, single, other := redistest.Start(t), redistest.Start(t, "--databases", "1"), redistest.Start(t)
	prefixed := map[rdb.Purpose]string{
		rdb.Results: "{dossier:results}:", rdb.Cache: "{dossier:cache}:",
		rdb.RateLimit: "{dossier:rate}:", rdb.Batch: "{dossier:batch}:",
	}
	for name, c := range map[string]struct {
		cfg    rdb.Config
		old    func(p rdb.Purpose) place // where the earlier layout has the keys
		prefix map[rdb.Purpose]string    // and how they begin there
	}{
		"database 0 to numbers": {
			cfg: rdb.Config{URL: numberedURL},
			old: func(rdb.Purpose) place { return place{numberedURL, 0} },
		},
		"database 0 to prefixes": {
			cfg: rdb.Config{URL: single},
			old: func(rdb.Purpose) place { return place{single, 0} },
		},
		"prefixes to numbers": {
			cfg:    rdb.Config{URL: numberedURL},
			old:    func(rdb.Purpose) place { return place{numberedURL, 0} },
			prefix: prefixed,
		},
		"numbers to another server with numbers": {
			cfg: rdb.Config{URL: other, Purposes: map[rdb.Purpose]string{rdb.Broker: numberedURL}},
			old: func(p rdb.Purpose) place { return place{numberedURL, int(p)} },
		},
		"numbers to another server with prefixes": {
			cfg: rdb.Config{URL: single, Purposes: map[rdb.Purpose]string{rdb.Broker: numberedURL}},
			old: func(p rdb.Purpose) place { return place{numberedURL, int(p)} },
		},
		"prefixes to another server with numbers": {
			cfg:    rdb.Config{URL: other, Purposes: map[rdb.Purpose]string{rdb.Broker: single}},
			old:    func(rdb.Purpose) place { return place{single, 0} },
			prefix: prefixed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, url := range []string{numberedURL, single, other} {
				if err := (place{url, 0}).open(t).FlushAll(t.Context()).Err(); err != nil {
					t.Fatal(err)
				}
			}
			r := redistest.Open(t, c.cfg)
			migrates(t, r, func(p rdb.Purpose, name string) (*redis.Client, string) {
				library := ""
				if c.prefix != nil && name == "rate:bucket:textract" {
					library, name = "rate:", "bucket:textract"
				}
				return c.old(p).open(t), library + c.prefix[p] + name
			})
		})
	}
}

// migrates writes keys where old says and sees them moved to where they belong.
func migrates(t *testing.T, r *rdb.Redis, old func(p rdb.Purpose, name string) (*redis.Client, string)) {
	ctx := t.Context()
	want := map[rdb.Purpose]int{}
	for p, names := range plainNames {
		want[p] = len(names)
		for i, name := range names {
			c, key := old(p, name)
			// Every other key lives for an hour.
			if err := c.Set(ctx, key, "old "+name, time.Duration(i%2)*time.Hour).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	foreign, _ := old(rdb.Results, "")
	if err := foreign.Set(ctx, "somebody:else", "1", 0).Err(); err != nil {
		t.Fatal(err)
	}
	// What the present layout has is newer.
	if err := r.For(rdb.Cache).Set(ctx, r.DocumentKey("state", "document"), "new", 0).Err(); err != nil {
		t.Fatal(err)
	}
	for i, want := range []map[rdb.Purpose]int{want, want, {}} {
		dry := i == 0
		moved, err := r.Migrate(ctx, dry)
		if diff := cmp.Diff(want, moved); diff != "" || err != nil {
			t.Fatalf("pass %d, dry %v: %v, %s", i, dry, err, diff)
		}
	}
	if foreign.Exists(ctx, "somebody:else").Val() != 1 {
		t.Error("a key that is not dossier's is gone")
	}
	for p, names := range plainNames {
		for i, name := range names {
			if c, key := old(p, name); c.Options().Addr != r.For(p).Options().Addr && c.Exists(ctx, key).Val() != 0 {
				t.Errorf("%s is still there", key)
			}
			key, value := present(r, name), "old "+name
			if name == "doc:state:document" {
				value = "new"
			}
			if got, err := r.For(p).Get(ctx, key).Result(); got != value || err != nil {
				t.Errorf("%s: %q, %v", key, got, err)
			}
			if ttl := r.For(p).TTL(ctx, key).Val(); value != "new" && (i%2 == 1) != (ttl > 50*time.Minute) {
				t.Errorf("%s lives %s", key, ttl)
			}
		}
	}
}

// present is what a plain name is called in the present layout.
func present(r *rdb.Redis, name string) string {
	switch name {
	case "result:task":
		return r.ResultKey("task")
	case "doc:state:document":
		return r.DocumentKey("state", "document")
	case "rate:bucket:textract":
		return "rate:" + r.RateKey("textract")
	case "breaker:textract":
		return r.BreakerKey("textract")
	case "batch:progress:batch":
		return r.ProgressKey("batch")
	case "events":
		return r.EventsKey()
	}
	return r.CacheKey(name)
}

// Streams, hashes and sets move like strings; the broker's memory is forgotten
// but for asynq's.
func TestMigrateTypesAndBroker(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t, "--databases", "1")
	c, ctx := place{url, 0}.open(t), t.Context()
	_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.XAdd(ctx, &redis.XAddArgs{Stream: "events", ID: "7-1", Values: []any{"kind", "stage"}})
		p.HSet(ctx, "batch:progress:b", "completed", 3)
		p.Set(ctx, "dossier:epoch", "x", 0)
		p.SAdd(ctx, "asynq:queues", "ocr")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r := redistest.Open(t, rdb.Config{URL: url})
	moved, err := r.Migrate(ctx, false)
	if diff := cmp.Diff(map[rdb.Purpose]int{rdb.Broker: 1, rdb.Batch: 2}, moved); diff != "" || err != nil {
		t.Fatal(err, diff)
	}
	if m, err := r.For(rdb.Batch).XRange(ctx, r.EventsKey(), "-", "+").Result(); err != nil || len(m) != 1 || m[0].ID != "7-1" {
		t.Errorf("events: %v, %v", m, err)
	}
	if got := r.For(rdb.Batch).HGet(ctx, r.ProgressKey("b"), "completed").Val(); got != "3" {
		t.Errorf("progress: %q", got)
	}
	want := map[string]int{"asynq": 1}
	if diff := cmp.Diff(want, counted(t, r)[rdb.Broker]); diff != "" {
		t.Error(diff)
	}
	if left, err := c.Keys(ctx, "dossier:*").Result(); len(left) != 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
}

// Moving is three round trips for a group of keys, not for each.
func TestMigrateInGroups(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t)
	r := redistest.Open(t, rdb.Config{URL: url})
	c, ctx := place{url, 0}.open(t), t.Context()
	if _, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range 500 {
			p.Set(ctx, fmt.Sprint("result:", i), "x", 0)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	trips := redistest.CountRoundTrips(r)
	if moved, err := r.Migrate(ctx, false); err != nil || moved[rdb.Results] != 500 {
		t.Fatalf("%v, %v", moved, err)
	}
	if n := trips.Take(); n < 10 || n > 12 { // SCAN may cut the groups
		t.Errorf("%d round trips to the new home for 500 keys", n)
	}
}

// A key that cannot be copied stays where it is.
func TestMigrateLosesNothing(t *testing.T) {
	t.Parallel()
	from := redistest.Start(t)
	to := redistest.Start(t, "--user", "dossier", "on", ">pw", "~*", "&*", "+@all", "-restore")
	c, ctx := place{from, 1}.open(t), t.Context()
	if err := c.Set(ctx, "result:task", "x", 0).Err(); err != nil {
		t.Fatal(err)
	}
	r := redistest.Open(t, rdb.Config{URL: withUser(to, "dossier", "pw"), Purposes: map[rdb.Purpose]string{rdb.Broker: from}})
	if moved, err := r.Migrate(ctx, false); err == nil || len(moved) != 0 {
		t.Errorf("moved %v, %v", moved, err)
	}
	admin := place{to, 0}.open(t)
	if err := admin.ACLDelUser(ctx, "dossier").Err(); err != nil { // which ends its connections
		t.Fatal(err)
	}
	if moved, err := r.Migrate(ctx, false); err == nil || len(moved) != 0 {
		t.Errorf("locked out, moved %v, %v", moved, err)
	}
	if got, err := c.Get(ctx, "result:task").Result(); got != "x" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestMigrateEmbedded(t *testing.T) {
	t.Parallel()
	r := redistest.Open(t, rdb.Config{})
	writeAll(t, r)
	if moved, err := r.Migrate(t.Context(), false); err != nil || len(moved) != 0 {
		t.Errorf("%v, %v", moved, err)
	}
}
