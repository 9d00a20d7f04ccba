package queue

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// forgetful deletes a key as soon as it is set, as a server does that evicts.
type forgetful struct {
	redis.Hook
	key  string
	sets int
}

func (f *forgetful) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (f *forgetful) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (f *forgetful) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := next(ctx, cmd)
		if strings.HasPrefix(cmd.Name(), "set") && len(cmd.Args()) > 1 && cmd.Args()[1] == f.key {
			f.sets++
			return next(ctx, redis.NewIntCmd(ctx, "del", f.key))
		}
		return err
	}
}

func TestBrokerThatForgetsTheEpochAtOnceIsAClearError(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		f := &forgetful{key: r.EpochKey()}
		r.For(rdb.Broker).AddHook(f)
		db, err := store.Open(t.Context(), storetest.File(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		e := &Engine{Config: Config{Redis: r, DB: db}}
		_, err = e.brokerEpoch(t.Context())
		failed, ok := errors.AsType[*dossier.Error](err)
		if !ok || failed.Code != dossier.CodeProviderDown || !strings.Contains(failed.Cure, "noeviction") {
			t.Errorf("got the error %v", err)
		}
		if f.sets != 1 {
			t.Errorf("the epoch was set %d times", f.sets)
		}
	})
}

// An engine that finds another one feeding leaves a request with it, and does
// not poll; the other looks once more because of it.
func TestFeedLockIsNotPolled(t *testing.T) {
	t.Parallel()
	where := storetest.Database(t)
	r := redistest.Open(t, rdb.Config{})
	engine := func() *Engine {
		db, err := store.Open(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return New(Config{DB: db, Redis: r, Log: slog.New(slog.DiscardHandler)})
	}
	holder, loser := engine(), engine()
	woken := func(e *Engine) bool {
		select {
		case <-e.wake:
			return true
		default:
			return false
		}
	}
	if err := holder.DB.Write(t.Context(), func(tx *store.Tx) error {
		if ok, err := tx.TryLock(t.Context(), "feed"); !ok || err != nil {
			t.Errorf("the lock is taken: %v", err)
		}
		return loser.feed(t.Context())
	}); err != nil {
		t.Fatal(err)
	}
	if woken(loser) {
		t.Error("the loser of the lock polls")
	}
	if err := holder.feedAgain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !woken(holder) {
		t.Error("the holder does not look again")
	}
	if err := holder.feed(t.Context()); err != nil || woken(holder) {
		t.Errorf("after a pass that nobody asked to repeat: %v", err)
	}
}

// A SQLite database has one feeder, and Redis is not asked for another.
func TestLoneFeederNeverLosesTheLock(t *testing.T) {
	t.Parallel()
	db, err := store.Open(t.Context(), storetest.File(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r := redistest.Open(t, rdb.Config{})
	trips := redistest.CountRoundTrips(r)
	e := New(Config{DB: db, Redis: r, Log: slog.New(slog.DiscardHandler)})
	if err := e.feed(t.Context()); err != nil {
		t.Fatal(err)
	}
	trips.Take() // a new epoch began
	if err := e.feed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := trips.Take(); n != 1 {
		t.Errorf("an idle pass takes %d round trips, want 1", n)
	}
}
