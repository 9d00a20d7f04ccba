package rdb_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"dossier"
	"dossier/internal/rdb"
	"dossier/internal/rdb/redistest"
)

func TestCheck(t *testing.T) {
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		if err := r.Check(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// A24: what one purpose flushes, the others keep.
func TestA24PurposesAreIsolated(t *testing.T) {
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		ctx := context.Background()
		for _, p := range rdb.Purposes() {
			if err := r.For(p).Set(ctx, "k", p.String(), 0).Err(); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.For(rdb.Cache).FlushDB(ctx).Err(); err != nil {
			t.Fatal(err)
		}
		for _, p := range rdb.Purposes() {
			got, err := r.For(p).Get(ctx, "k").Result()
			if p == rdb.Cache {
				if !errors.Is(err, redis.Nil) {
					t.Errorf("%s: %q, %v after it was flushed", p, got, err)
				}
			} else if err != nil || got != p.String() {
				t.Errorf("%s: %q, %v", p, got, err)
			}
		}
	})
}

// A pipeline far longer than any buffer must not block the embedded server.
func TestLongPipeline(t *testing.T) {
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
	r, err := rdb.Open("")
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

func TestOpenBadAddress(t *testing.T) {
	_, err := rdb.Open("http://localhost")
	if dossier.CodeOf(err) != dossier.CodeInvalidInput {
		t.Errorf("err = %v", err)
	}
}
