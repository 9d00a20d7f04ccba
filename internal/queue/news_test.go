package queue

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// members registers documents in the rig's batch and returns their states.
func (r *rig) members(n int) (members []store.Member) {
	r.t.Helper()
	r.write(func(tx *store.Tx) error {
		members = nil
		for i := range n {
			d, err := tx.Documents().Register(context.Background(), r.batch.ID, store.NewDocument{
				ProjectID: r.batch.ProjectID, SHA256: fmt.Sprintf("%064d", i), Path: fmt.Sprintf("/f%d", i), Recipe: "r",
			})
			if err != nil {
				return err
			}
			members = append(members, d.Member)
		}
		return nil
	})
	return members
}

func (r *rig) progress() Progress {
	r.t.Helper()
	p, err := ReadProgress(context.Background(), r.Redis, r.DB, r.batch.ID)
	r.must(err)
	return p
}

// startOutbox runs the engine's outbox until the test ends.
func (r *rig) startOutbox() {
	ctx, cancel := context.WithCancel(context.Background())
	go r.outbox.run(ctx)
	r.t.Cleanup(func() { r.outbox.stop(cancel) })
}

// breaker fails pipelines while it is broken.
type breaker struct{ broken atomic.Bool }

func (b *breaker) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}
func (b *breaker) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

func (b *breaker) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if b.broken.Load() {
			return errors.New("connection lost")
		}
		return next(ctx, cmds)
	}
}

// News that Redis did not take leaves progress wrong for no longer than Redis is
// away, and readers of events are told of the loss.
func TestProgressIsCountedAfreshAfterNewsWasLost(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, redisDB *rdb.Redis) {
		r := newRig(t, storetest.File(t), redisDB)
		gaps := 0
		r.outbox.lost = func(ctx context.Context, pipe redis.Pipeliner) {
			gaps++
			pipe.Ping(ctx)
		}
		b := &breaker{}
		redisDB.For(rdb.Batch).AddHook(b)
		r.members(5)
		if diff := cmp.Diff(Progress{dossier.StatusPending: 5}, r.progress()); diff != "" {
			t.Error(diff)
		}
		b.broken.Store(true)
		var news News
		r.write(func(tx *store.Tx) error {
			news = News{}
			started, err := tx.Documents().Start(context.Background(), []string{dossier.DeriveID(r.batch.ProjectID, fmt.Sprintf("%064d", 3))})
			news.Members(started...)
			return err
		})
		r.outbox.put(&news)
		if r.outbox.flush(t.Context()) {
			t.Error("news was sent over a connection that is lost")
		}
		b.broken.Store(false)
		r.startOutbox() // nothing new comes: it tries by itself
		r.eventually("progress to be right", func() bool {
			return cmp.Equal(Progress{dossier.StatusPending: 4, dossier.StatusProcessing: 1}, r.progress())
		})
		r.eventually("the loss to be logged", func() bool { return strings.Contains(r.log.String(), "events were lost") })
		if gaps == 0 {
			t.Error("readers of events were told of no gap")
		}
	})
}

// A Redis that hangs holds up nobody, and what waits for it has a bound.
func TestOutboxIsBoundedWhileRedisHangs(t *testing.T) {
	t.Parallel()
	server := redistest.Launch(t)
	r := newRig(t, storetest.File(t), redistest.Open(t, rdb.Config{URL: server.URL}))
	members := r.members(20)
	r.progress()
	r.startOutbox()
	server.Pause()
	defer server.Resume()
	for range 4 * outboxSize / len(members) {
		n := &News{}
		n.Members(members...)
		r.outbox.put(n)
	}
	r.outbox.mu.Lock()
	waiting, dropped := r.outbox.waiting.size(), r.outbox.dropped
	r.outbox.mu.Unlock()
	if waiting > outboxSize || dropped == 0 {
		t.Errorf("%d commands wait, %d were dropped, of %d", waiting, dropped, 4*outboxSize)
	}
	server.Resume()
	r.eventually("the loss to be made good", func() bool { return strings.Contains(r.log.String(), "counted afresh") })
	if diff := cmp.Diff(Progress{dossier.StatusPending: 20}, r.progress()); diff != "" {
		t.Error(diff)
	}
}

// A count that was under way when the projection was forgotten does not make it
// complete.
func TestACountOfAnEarlierEraIsNotComplete(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, redisDB *rdb.Redis) {
		r := newRig(t, storetest.File(t), redisDB)
		r.members(3)
		key := redisDB.ProgressKey(r.batch.ID)
		client := redisDB.For(rdb.Batch)
		name, err := beginCount.Run(t.Context(), client, []string{key}, "old").Text()
		if err != nil || name != "old" {
			t.Fatal(name, err)
		}
		n := News{}
		n.Recount(r.batch.ID)
		r.must(n.Send(t.Context(), redisDB))
		if done, err := endCount.Run(t.Context(), client, []string{key}, name, progressTTL).Int(); done != 0 || err != nil {
			t.Errorf("the count of an earlier era is taken: %d, %v", done, err)
		}
		if diff := cmp.Diff(Progress{dossier.StatusPending: 3}, r.progress()); diff != "" {
			t.Error(diff)
		}
		for _, k := range []string{key, redisDB.MembersKey(r.batch.ID)} {
			if ttl := client.TTL(t.Context(), k).Val(); ttl <= 0 {
				t.Errorf("the key %s never expires", k)
			}
		}
	})
}

// The recorder answers those who wait before Redis is told anything.
func TestEntriesAreAnsweredWhileRedisHangs(t *testing.T) {
	t.Parallel()
	server := redistest.Launch(t)
	r := newRig(t, storetest.File(t), redistest.Open(t, rdb.Config{URL: server.URL}))
	r.startOutbox()
	r.add("A")
	server.Pause()
	defer server.Resume()
	r.outbox.put(news(r)) // occupies the outbox
	done := r.deliver(t.Context(), "A")
	<-r.started
	close(r.goOn)
	<-done
	if a := r.task("A"); a.Status != dossier.StatusCompleted {
		t.Errorf("the task is %s", a.Status)
	}
}

func news(r *rig) *News {
	n := &News{}
	n.Add(rdb.Results, func(ctx context.Context, pipe redis.Pipeliner) { pipe.Set(ctx, r.Redis.ResultKey("x"), "1", 0) })
	return n
}
