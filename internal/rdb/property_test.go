package rdb_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
)

// operations are done on two keys of one purpose; each returns what a caller
// can see of it.
var operations = map[string]func(ctx context.Context, c redis.Cmdable, k, other string) (any, error){
	"set": func(ctx context.Context, c redis.Cmdable, k, _ string) (any, error) {
		return c.Set(ctx, k, "v", 0).Result()
	},
	"get": func(ctx context.Context, c redis.Cmdable, k, _ string) (any, error) { return c.Get(ctx, k).Result() },
	"exists": func(ctx context.Context, c redis.Cmdable, k, other string) (any, error) {
		return c.Exists(ctx, k, other).Result()
	},
	"delete": func(ctx context.Context, c redis.Cmdable, k, other string) (any, error) {
		return c.Del(ctx, k, other).Result()
	},
	"unlink": func(ctx context.Context, c redis.Cmdable, k, _ string) (any, error) { return c.Unlink(ctx, k).Result() },
	"mget": func(ctx context.Context, c redis.Cmdable, k, other string) (any, error) {
		return c.MGet(ctx, k, other).Result()
	},
	"hset": func(ctx context.Context, c redis.Cmdable, k, _ string) (any, error) {
		return c.HSet(ctx, k, "field", "v").Result()
	},
	"hgetall": func(ctx context.Context, c redis.Cmdable, k, _ string) (any, error) {
		return c.HGetAll(ctx, k).Result()
	},
	"expire": func(ctx context.Context, c redis.Cmdable, k, _ string) (any, error) {
		return c.Expire(ctx, k, time.Hour).Result()
	},
	"ttl": func(ctx context.Context, c redis.Cmdable, k, _ string) (any, error) {
		d, err := c.TTL(ctx, k).Result()
		return d.Round(time.Hour), err
	},
	"eval": func(ctx context.Context, c redis.Cmdable, k, other string) (any, error) {
		return c.Eval(ctx, `redis.call('SET', KEYS[1], ARGV[1]); return redis.call('EXISTS', KEYS[2])`, []string{k, other}, "w").Result()
	},
	"pipeline": func(ctx context.Context, c redis.Cmdable, k, other string) (any, error) {
		cmds, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
			p.SetNX(ctx, k, "x", 0)
			p.SetNX(ctx, other, "x", 0)
			return nil
		})
		if err != nil {
			return nil, err
		}
		return []bool{cmds[0].(*redis.BoolCmd).Val(), cmds[1].(*redis.BoolCmd).Val()}, nil
	},
}

// Every operation on every purpose's keys gives the same answer in every
// layout, and leaves keys where their purpose is and nowhere else.
func TestOperationsAgreeInEveryLayout(t *testing.T) {
	t.Parallel()
	layouts := map[string]*rdb.Redis{
		"embedded":     redistest.Open(t, rdb.Config{}),
		"16 databases": redistest.Open(t, rdb.Config{URL: redistest.Start(t)}),
		"one database": redistest.Open(t, rdb.Config{URL: redistest.Start(t, "--databases", "1")}),
		"cluster":      redistest.Open(t, rdb.Config{URL: redistest.Cluster(t)}),
		"two servers": redistest.Open(t, rdb.Config{URL: redistest.Start(t), Purposes: map[rdb.Purpose]string{
			rdb.Cache: redistest.Start(t, "--databases", "1"),
		}}),
	}
	names := make([]string, 0, len(operations))
	for name := range operations {
		names = append(names, name)
	}
	slices.Sort(names)
	ctx := t.Context()
	rapid.Check(t, func(rt *rapid.T) {
		for name, r := range layouts {
			for _, p := range rdb.Purposes() {
				if err := r.Flush(ctx, p); err != nil {
					rt.Fatalf("%s: %v", name, err)
				}
			}
		}
		keys := len(builtKeys(layouts["embedded"]))
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			op := rapid.SampledFrom(names).Draw(rt, "operation")
			key, other := rapid.IntRange(1, keys-1).Draw(rt, "key"), rapid.IntRange(1, keys-1).Draw(rt, "other")
			answers := map[string]any{}
			for name, r := range layouts {
				answers[name] = do(ctx, r, op, key, other)
			}
			for name, answer := range answers {
				if diff := cmp.Diff(answers["16 databases"], answer); diff != "" {
					rt.Fatalf("%s in %s: %s", op, name, diff)
				}
			}
		}
		for name, r := range layouts {
			if diff := cmp.Diff(existing(t, r), counted(t, r)); diff != "" {
				rt.Fatalf("%s has other keys than those of its purposes: %s", name, diff)
			}
		}
	})
}

// do performs an operation on a built key and another of the same purpose. Of
// an error only its being there counts: servers have words of their own.
func do(ctx context.Context, r *rdb.Redis, op string, key, other int) any {
	keys := builtKeys(r)
	if keys[other].purpose != keys[key].purpose {
		other = key
	}
	answer, err := operations[op](ctx, r.For(keys[key].purpose), keys[key].key, keys[other].key)
	if err != nil && !errors.Is(err, redis.Nil) {
		return "error"
	}
	return answer
}

// existing says which built keys are there, as counted says which keys are.
func existing(t *testing.T, r *rdb.Redis) map[rdb.Purpose]map[string]int {
	t.Helper()
	all := map[rdb.Purpose]map[string]int{}
	for _, p := range rdb.Purposes() {
		all[p] = map[string]int{}
	}
	for _, k := range builtKeys(r) {
		n, err := r.For(k.purpose).Exists(t.Context(), k.key).Result()
		if err != nil {
			t.Fatal(err)
		}
		if n == 1 {
			all[k.purpose][k.kind] = 1
		}
	}
	return all
}
