package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// rig is an engine that does not run: tests call its parts. Its recorder works,
// and the time of its record is the test's.
type rig struct {
	*Engine
	t     *testing.T
	batch store.Batch
	log   *logged
	clock *clock

	mu      sync.Mutex
	now     int // handlers that run
	most    int
	started chan store.Task
	goOn    chan struct{}
	causes  map[int]error // of the end of attempts, by number
}

// clock is a clock that tests put forward.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// logged keeps what is logged.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements [io.Writer].
func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (r *rig) Claimed(context.Context, *store.Tx, []store.Task, *News) error { return nil }

// Run tells the test that it has begun, and ends when the test or its context
// says so.
func (r *rig) Run(ctx context.Context, t store.Task) (Effect, error) {
	r.mu.Lock()
	r.now++
	r.most = max(r.most, r.now)
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.now--
		r.causes[t.Attempts] = context.Cause(ctx)
	}()
	r.started <- t
	select {
	case <-r.goOn:
		return Effect{Commit: func(context.Context, *store.Tx, *News) error { return nil }}, nil
	case <-ctx.Done():
		return Effect{}, ctx.Err()
	}
}

func (r *rig) Failed(context.Context, *store.Tx, store.Task, error, *News) error { return nil }

// eachRig runs f with an engine on each kind of database.
func eachRig(t *testing.T, f func(t *testing.T, r *rig)) {
	t.Parallel()
	for name, where := range map[string]func(t testing.TB) string{"sqlite": storetest.File, "postgres": storetest.Database} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, newRig(t, where(t), redistest.Open(t, rdb.Config{})))
		})
	}
}

func newRig(t *testing.T, where string, redis *rdb.Redis) *rig {
	r := &rig{
		t: t, log: &logged{}, clock: &clock{}, causes: map[int]error{},
		started: make(chan store.Task, 100), goOn: make(chan struct{}),
	}
	db, err := store.Open(t.Context(), where, store.WithClock(r.clock.now))
	if err != nil {
		t.Fatal(err)
	}
	r.Engine = New(Config{
		DB: db, Redis: redis, Handler: r, Log: slog.New(slog.NewTextHandler(r.log, nil)),
		Concurrency: map[string]int{"default": 2}, Lease: time.Minute,
	})
	stop := r.recorder.start(context.Background(), context.Background())
	t.Cleanup(func() {
		stop()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	r.write(func(tx *store.Tx) error {
		p, err := tx.Projects().Ensure(t.Context(), "test")
		if err != nil {
			return err
		}
		r.batch.ProjectID = p.ID
		r.batch.ID, _, err = tx.Batches().Open(t.Context(), store.BatchRequest{ProjectID: p.ID, Priority: dossier.PriorityNormal})
		return err
	})
	return r
}

func (r *rig) write(f func(tx *store.Tx) error) {
	r.t.Helper()
	if err := r.DB.Write(context.Background(), f); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) add(ids ...string) {
	r.t.Helper()
	r.write(func(tx *store.Tx) error {
		for _, id := range ids {
			tx.Tasks().Add(store.NewTask{
				ID: id, BatchID: r.batch.ID, ProjectID: r.batch.ProjectID, Type: "test", Queue: "default", Generation: 1,
			})
		}
		return nil
	})
}

// deliver hands a message to the engine as asynq does, and returns a channel
// that is closed when it has been dealt with.
func (r *rig) deliver(ctx context.Context, id string) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.take(ctx, context.Background(), r.queues[0], id)
	}()
	return done
}

func (r *rig) task(id string) store.Task {
	r.t.Helper()
	t, err := r.DB.Tasks().Get(context.Background(), id)
	r.must(err)
	return t
}

// A message that comes a second time while its task runs finds nothing to
// claim, and takes nothing from the attempt that runs: its heartbeat goes on.
func TestDuplicateMessageLeavesTheRunningAttemptAlone(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		r.add("A")
		first := r.deliver(t.Context(), "A")
		task := <-r.started
		<-r.deliver(t.Context(), "A")
		r.clock.advance(r.Lease / 2)
		r.must(r.heartbeat(t.Context()))
		r.clock.advance(r.Lease * 3 / 4) // more than a lease since the claim
		r.must(r.keepHouse(t.Context()))
		close(r.goOn)
		<-first
		if a := r.task("A"); a.Status != dossier.StatusCompleted || a.Fence != task.Fence || a.Lost != 0 || a.Attempts != 1 {
			t.Errorf("the task is %s with fence %d (was %d), lost %d times in %d attempts", a.Status, a.Fence, task.Fence, a.Lost, a.Attempts)
		}
	})
}

// Several messages of one task that are claimed together: one gets the task.
func TestOneClaimedRowGoesToOneMessage(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		r.add("A", "B")
		var group []*entry
		for _, id := range []string{"A", "B", "A", "A"} {
			group = append(group, &entry{claim: id, done: make(chan struct{})})
		}
		r.recorder.write(context.Background(), group)
		got := map[string]int{}
		for _, e := range group {
			<-e.done
			r.must(e.err)
			if e.ok {
				got[e.task.ID]++
			}
		}
		if diff := cmp.Diff(map[string]int{"A": 1, "B": 1}, got); diff != "" {
			t.Errorf("messages that got a task: %s", diff)
		}
	})
}

// A worker that was thought lost, and claims its own task again, has two
// attempts: the newer one displaces the older, and neither hides the other.
func TestNewerAttemptDisplacesTheOlder(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		r.add("A")
		first := r.deliver(t.Context(), "A")
		<-r.started
		r.clock.advance(2 * r.Lease)
		r.must(r.keepHouse(t.Context())) // no heartbeat came
		second := r.deliver(t.Context(), "A")
		task := <-r.started
		<-first
		if err := r.causes[1]; !errors.Is(err, ErrTakenOver) {
			t.Errorf("the first attempt ended with the cause %v", err)
		}
		if diff := cmp.Diff([]store.Claim{task.Claim()}, r.running.claims()); diff != "" {
			t.Errorf("what runs after the first attempt has ended: %s", diff)
		}
		close(r.goOn)
		<-second
		if a := r.task("A"); a.Status != dossier.StatusCompleted || a.Attempts != 2 || a.Lost != 1 {
			t.Errorf("%s after %d attempts, lost %d times", a.Status, a.Attempts, a.Lost)
		}
	})
}

// The heartbeat tells from the row why a claim is gone; the context's cause and
// the log say it.
func TestAnInterruptedAttemptKnowsTheCause(t *testing.T) {
	for name, c := range map[string]struct {
		cause error
		do    func(tx *store.Tx, r *rig) error
	}{
		"cancelled": {ErrCancelled, func(tx *store.Tx, r *rig) error {
			_, err := tx.Batches().Cancel(context.Background(), r.batch.ID)
			return err
		}},
		"taken over by another worker": {ErrTakenOver, func(tx *store.Tx, _ *rig) error {
			if _, err := tx.Tasks().Recover(context.Background(), -time.Hour); err != nil {
				return err
			}
			_, err := tx.Tasks().Claim(context.Background(), []string{"A"}, "another")
			return err
		}},
		"back in the backlog": {ErrTakenOver, func(tx *store.Tx, _ *rig) error {
			_, err := tx.Tasks().Recover(context.Background(), -time.Hour)
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			eachRig(t, func(t *testing.T, r *rig) {
				r.add("A")
				done := r.deliver(t.Context(), "A")
				<-r.started
				r.write(func(tx *store.Tx) error { return c.do(tx, r) })
				r.must(r.heartbeat(t.Context()))
				<-done
				if !errors.Is(r.causes[1], c.cause) {
					t.Errorf("the cause is %v, want %v", r.causes[1], c.cause)
				}
				if !strings.Contains(r.log.String(), fmt.Sprintf("an attempt has no effect\" task=A type=test document=\"\" attempt=1 batch=%s cause=%q", r.batch.ID, c.cause)) {
					t.Errorf("the log says %s", r.log.String())
				}
			})
		})
	}
}

// An attempt that ends by itself before the heartbeat knows that its claim is
// gone has no effect, and the log says why.
func TestAnAttemptThatLostItsClaimUnawaresLooksForTheCause(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		r.add("A")
		done := r.deliver(t.Context(), "A")
		<-r.started
		r.write(func(tx *store.Tx) error {
			_, err := tx.Batches().Cancel(context.Background(), r.batch.ID)
			return err
		})
		close(r.goOn)
		<-done
		if !strings.Contains(r.log.String(), ErrCancelled.Error()) {
			t.Errorf("the log says %s", r.log.String())
		}
	})
}

// asynq gives its slots away when its lease ends while Redis hangs: more
// messages come than there are slots. No more handlers run for that.
func TestAQueueNeverRunsMoreHandlersThanConfigured(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		ids := []string{"A", "B", "C", "D", "E", "F", "G", "H"}
		r.add(ids...)
		var all []<-chan struct{}
		for _, id := range ids {
			all = append(all, r.deliver(t.Context(), id))
		}
		for range ids {
			<-r.started
			r.goOn <- struct{}{}
		}
		for _, done := range all {
			<-done
		}
		if r.most > 2 {
			t.Errorf("%d handlers ran at once, want at most 2", r.most)
		}
	})
}

// What the broker gave a worker that is stopping goes back at once, not after
// two leases.
func TestAStoppingWorkerGivesBackWhatItDidNotBegin(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		r.add("A")
		stopped, cancel := context.WithCancel(t.Context())
		cancel()
		r.write(func(tx *store.Tx) error {
			_, err := tx.Tasks().MarkPublished(t.Context(), []string{"A"}, "epoch")
			return err
		})
		<-r.deliver(stopped, "A")
		r.signOff()
		r.write(func(tx *store.Tx) error {
			heads, err := tx.Tasks().Heads(t.Context(), []store.ProjectBacklog{{Queue: "default", ProjectID: r.batch.ProjectID}}, 10)
			if n := len(heads); n != 1 {
				t.Errorf("%d tasks can be handed out, want 1", n)
			}
			return err
		})
	})
}

// The registry is by attempt, and only an owner removes its own.
func TestAnAttemptEndsOnlyItself(t *testing.T) {
	t.Parallel()
	r := running{attempts: map[store.Claim]*attempt{}}
	at := func(fence int64) store.Task {
		return store.Task{NewTask: store.NewTask{ID: "A"}, Fence: fence}
	}
	late := r.start(t.Context(), at(2))
	early := r.start(t.Context(), at(1)) // it was descheduled between its claim and here
	if late.ctx.Err() != nil {
		t.Error("an older attempt interrupts a newer one")
	}
	r.end(early)
	r.end(early)
	if got := r.claims(); !slices.Equal(got, []store.Claim{{TaskID: "A", Fence: 2}}) {
		t.Errorf("what runs: %v", got)
	}
	r.lost(store.Claim{TaskID: "A", Fence: 1}, dossier.StatusCancelled)
	if late.ctx.Err() != nil {
		t.Error("a loss of one claim interrupts another")
	}
}
