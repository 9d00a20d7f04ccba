package queue_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// bundle is an engine over a fresh record, with a handler made by the test.
type bundle struct {
	*testing.T
	db      *store.DB
	redis   *rdb.Redis
	batch   store.Batch
	handler *handler
	engine  *queue.Engine
	stop    func()
	ahead   atomic.Int64 // of the record's clock before the real one
}

// advance makes time pass for the record: leases, delays and due times.
func (b *bundle) advance(d time.Duration) {
	b.ahead.Add(int64(d))
	b.engine.Wake()
}

// handler counts what happens to tasks. Effects are counted inside the
// transaction, as the tasks they insert; work is what Run does.
type handler struct {
	mu      sync.Mutex
	runs    map[string]int
	failed  map[string]error
	work    func(ctx context.Context, t store.Task) error
	commit  func(ctx context.Context, tx *store.Tx, t store.Task) error
	claimed func(tasks []store.Task) error
}

func (h *handler) Claimed(_ context.Context, _ *store.Tx, tasks []store.Task, _ *queue.News) error {
	return h.claimed(tasks)
}

func (h *handler) Run(ctx context.Context, t store.Task) (queue.Effect, error) {
	h.mu.Lock()
	h.runs[t.ID]++
	h.mu.Unlock()
	if err := h.work(ctx, t); err != nil {
		return queue.Effect{}, err
	}
	return queue.Effect{Commit: func(ctx context.Context, tx *store.Tx, _ *queue.News) error { return h.commit(ctx, tx, t) }}, nil
}

func (h *handler) Failed(_ context.Context, _ *store.Tx, t store.Task, cause error, _ *queue.News) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failed[t.ID] = cause
	return nil
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Main{M: m}) }

// each runs f on the embedded pair and on the pair that many workers share.
func each(t *testing.T, f func(t *testing.T, r *rdb.Redis, where string)) {
	t.Parallel()
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		f(t, redistest.Open(t, rdb.Config{}), storetest.File(t))
	})
	t.Run("servers", func(t *testing.T) {
		t.Parallel()
		where := storetest.Database(t)
		f(t, redistest.Open(t, rdb.Config{URL: redistest.Start(t)}), where)
	})
}

func newBundle(t *testing.T, r *rdb.Redis, where string) *bundle {
	t.Helper()
	b := &bundle{T: t, redis: r, handler: &handler{
		runs: map[string]int{}, failed: map[string]error{},
		work:    func(context.Context, store.Task) error { return nil },
		commit:  func(context.Context, *store.Tx, store.Task) error { return nil },
		claimed: func([]store.Task) error { return nil },
	}}
	db, err := store.Open(t.Context(), where, store.WithClock(func() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }))
	if err != nil {
		t.Fatal(err)
	}
	b.db = db
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	var id string
	b.write(func(tx *store.Tx) error {
		p, err := tx.Projects().Ensure(t.Context(), "test")
		if err != nil {
			return err
		}
		id, _, err = tx.Batches().Open(t.Context(), store.BatchRequest{ProjectID: p.ID, Priority: dossier.PriorityNormal})
		return err
	})
	if b.batch, err = db.Batches().Get(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	b.engine = queue.New(b.config())
	return b
}

// config is that of the engine, for tests that change it.
func (b *bundle) config() queue.Config {
	return queue.Config{
		DB: b.db, Redis: b.redis, Handler: b.handler, Alone: true,
		Log:         slog.New(slog.NewTextHandler(b.Output(), nil)),
		Concurrency: map[string]int{"default": 4, "text": 2},
	}
}

func (b *bundle) write(f func(tx *store.Tx) error) {
	b.Helper()
	if err := b.db.Write(context.Background(), f); err != nil {
		b.Fatal(err)
	}
}

func (b *bundle) task(id, queueName string) store.NewTask {
	return store.NewTask{
		ID: id, BatchID: b.batch.ID, ProjectID: b.batch.ProjectID, Type: "test", Queue: queueName,
		Generation: 1,
	}
}

// open opens a batch of a priority and returns its id.
func (b *bundle) open(p dossier.Priority) (id string) {
	b.Helper()
	b.write(func(tx *store.Tx) (err error) {
		id, _, err = tx.Batches().Open(context.Background(), store.BatchRequest{ProjectID: b.batch.ProjectID, SourceKey: string(p), Priority: p})
		return err
	})
	return id
}

func (b *bundle) insert(n int) {
	b.Helper()
	b.write(func(tx *store.Tx) error {
		for i := range n {
			name := "default"
			if i%3 == 0 {
				name = "text"
			}
			tx.Tasks().Add(b.task(fmt.Sprintf("t%04d", i), name))
		}
		return nil
	})
}

// start runs the engine until the test ends or b.stop is called.
func (b *bundle) start() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.engine.Run(ctx) }()
	var once sync.Once
	b.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				b.Error(err)
			}
		})
	}
	b.Cleanup(b.stop)
}

// settle waits until no task is waiting or running.
func (b *bundle) settle() {
	b.Helper()
	b.eventually("all tasks to end", func() bool {
		waiting, running, err := b.db.Tasks().Active(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		return len(waiting)+len(running) == 0
	})
}

func (b *bundle) eventually(what string, ok func() bool) {
	b.Helper()
	for deadline := time.Now().Add(90 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("waited in vain for %s", what)
		}
	}
}

// takeEffect is an effect that can be counted: a line on record.
func takeEffect(ctx context.Context, tx *store.Tx, t store.Task) error {
	return tx.Audit().Record(ctx, "test", "effect", t.ID, "", t.Attempts)
}

// effects returns the attempts that took effect, by task.
func (b *bundle) effects() map[string][]string {
	b.Helper()
	log, err := b.db.Audit().List(context.Background(), "", 100_000)
	if err != nil {
		b.Fatal(err)
	}
	effects := map[string][]string{}
	for _, e := range log {
		effects[e.Subject] = append(effects[e.Subject], e.Detail)
	}
	return effects
}

func TestEveryTaskRunsOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		b.insert(200)
		b.start()
		b.settle()
		for id, n := range b.handler.runs {
			if n != 1 {
				t.Errorf("%s ran %d times", id, n)
			}
		}
		if len(b.handler.runs) != 200 {
			t.Errorf("%d of 200 tasks ran", len(b.handler.runs))
		}
	})
}

// The broker may lose its memory at any moment; every effect happens, and
// happens once.
func TestEveryEffectHappensOnceThoughTheBrokerLosesItsMemory(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		b.handler.work = func(context.Context, store.Task) error {
			time.Sleep(2 * time.Millisecond)
			return nil
		}
		b.handler.commit = takeEffect
		b.insert(400)
		b.start()
		for range 3 {
			time.Sleep(100 * time.Millisecond)
			if err := r.For(rdb.Broker).FlushAll(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
		}
		b.settle()
		effects := b.effects()
		if len(effects) != 400 {
			t.Errorf("%d of 400 effects", len(effects))
		}
		for id, attempts := range effects {
			if len(attempts) != 1 {
				t.Errorf("%s took effect %d times", id, len(attempts))
			}
		}
	})
}

// An error that may go away is tried again after a delay, one execution an
// attempt, and the attempts are on record.
func TestATransientErrorIsRetriedAfterADelay(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		b.handler.work = func(_ context.Context, t store.Task) error {
			if t.Attempts == 1 {
				return dossier.Errorf(dossier.CodeDatabase, "busy")
			}
			return nil
		}
		b.insert(1)
		b.start()
		b.eventually("the first attempt to fail", func() bool { return b.on("t0000").Retries == 1 })
		b.write(func(tx *store.Tx) error {
			heads, err := tx.Tasks().Heads(t.Context(), []store.ProjectBacklog{{Queue: "text", ProjectID: b.batch.ProjectID}}, 10)
			if len(heads) > 0 {
				t.Error("it can be handed out before the delay is over")
			}
			return err
		})
		b.advance(6 * time.Second) // the first delay is 5 s, give or take a tenth
		b.settle()
		if b.handler.runs["t0000"] != 2 || len(b.handler.failed) != 0 {
			t.Errorf("runs %v, failed %v", b.handler.runs, b.handler.failed)
		}
	})
}

// on returns the task's row.
func (b *bundle) on(id string) store.Task {
	b.Helper()
	t, err := b.db.Tasks().Get(context.Background(), id)
	if err != nil {
		b.Fatal(err)
	}
	return t
}

// Errors that will not go away, and panics, are dead letters at once.
func TestFailuresAreFinal(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		b.handler.work = func(_ context.Context, t store.Task) error {
			switch t.ID {
			case "t0000":
				return dossier.Errorf(dossier.CodeDamaged, "torn")
			case "t0001":
				panic("surprise")
			case "t0002":
				return errors.New("an error without a code")
			}
			return nil
		}
		b.insert(4)
		b.start()
		b.settle()
		got := map[string]dossier.Code{}
		for id, err := range b.handler.failed {
			got[id] = dossier.CodeOf(err)
		}
		want := map[string]dossier.Code{
			"t0000": dossier.CodeDamaged, "t0001": dossier.CodeInternal, "t0002": dossier.CodeInternal,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		for id, n := range b.handler.runs {
			if n != 1 {
				t.Errorf("%s ran %d times", id, n)
			}
		}
	})
}

// A failure while committing rolls everything back, and is a failure.
func TestFailedCommitLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		b.handler.commit = func(ctx context.Context, tx *store.Tx, t store.Task) error {
			tx.Tasks().Add(b.task("child", "default"))
			return dossier.Errorf(dossier.CodeInconsistent, "after the insert")
		}
		b.insert(1)
		b.start()
		b.settle()
		if b.handler.runs["child"] != 0 {
			t.Error("the rolled back task ran")
		}
		if dossier.CodeOf(b.handler.failed["t0000"]) != dossier.CodeInconsistent {
			t.Errorf("failed = %v", b.handler.failed)
		}
	})
}

// A panic while committing is a failure like any other: the task does not hang.
func TestPanicWhileCommitting(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		b.handler.commit = func(context.Context, *store.Tx, store.Task) error { panic("surprise") }
		b.insert(1)
		b.start()
		b.settle()
		if dossier.CodeOf(b.handler.failed["t0000"]) != dossier.CodeInternal {
			t.Errorf("failed = %v", b.handler.failed)
		}
	})
}

// A worker whose claim was taken over while it worked takes no effect.
func TestLostClaimTakesNoEffect(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		working, goOn := make(chan struct{}), make(chan struct{})
		b.handler.work = func(_ context.Context, t store.Task) error {
			if t.Attempts == 1 {
				close(working)
				<-goOn
			}
			return nil
		}
		b.handler.commit = takeEffect
		b.insert(1)
		b.start()
		<-working
		b.write(func(tx *store.Tx) error {
			n, err := tx.Tasks().Recover(context.Background(), -time.Hour)
			if len(n) != 1 {
				t.Errorf("%d tasks recovered", len(n))
			}
			return err
		})
		b.engine.Wake()
		b.settle() // by the second attempt
		close(goOn)
		b.eventually("the first attempt to end", func() bool {
			b.handler.mu.Lock()
			defer b.handler.mu.Unlock()
			return b.handler.runs["t0000"] == 2
		})
		b.stop() // everything is recorded
		if diff := cmp.Diff(map[string][]string{"t0000": {"2"}}, b.effects()); diff != "" {
			t.Errorf("effects by attempt: %s", diff)
		}
	})
}

// A task that is interrupted by the end of the program is put back, and is not
// a failure.
func TestShutdownPutsTasksBack(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		working := make(chan struct{})
		b.handler.work = func(ctx context.Context, _ store.Task) error {
			close(working)
			<-ctx.Done()
			if cause := context.Cause(ctx); !errors.Is(cause, queue.ErrStopping) {
				t.Errorf("the cause is %v", cause)
			}
			return ctx.Err()
		}
		b.insert(1)
		b.start()
		<-working
		b.stop()
		waiting, running, err := b.db.Tasks().Active(t.Context())
		if err != nil || waiting["test"] != 1 || len(running) != 0 || len(b.handler.failed) != 0 {
			t.Errorf("waiting %v, running %v, failed %v, %v", waiting, running, b.handler.failed, err)
		}
	})
}

// A parked task comes back at its time, and that is no retry.
func TestPark(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		b.handler.work = func(_ context.Context, task store.Task) error {
			if task.Attempts == 1 {
				return queue.Park{Until: time.Now().Add(time.Hour)}
			}
			if b.ahead.Load() == 0 {
				t.Error("it came back before its time")
			}
			return nil
		}
		b.insert(1)
		b.start()
		b.eventually("it to be parked", func() bool { a := b.on("t0000"); return a.Attempts == 1 && a.Status == dossier.StatusPending })
		b.advance(2 * time.Hour)
		b.settle()
		if retries := b.on("t0000").Retries; b.handler.runs["t0000"] != 2 || retries != 0 {
			t.Errorf("runs %v, retries %d", b.handler.runs, retries)
		}
	})
}

// Progress adds up whatever comes twice, late or in another order, and survives
// the loss of Redis.
func TestProgressAddsUpWhateverTheOrderOfNews(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		const documents = 300
		b.write(func(tx *store.Tx) error {
			for i := range documents {
				if _, err := tx.Documents().Register(t.Context(), b.batch.ID, store.NewDocument{
					ProjectID: b.batch.ProjectID, SHA256: fmt.Sprintf("%064d", i), Path: fmt.Sprintf("/f%d", i), Recipe: "r",
				}); err != nil {
					return err
				}
			}
			return nil
		})
		progress := func() queue.Progress {
			p, err := queue.ReadProgress(t.Context(), r, b.db, b.batch.ID)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		if diff := cmp.Diff(queue.Progress{dossier.StatusPending: documents}, progress()); diff != "" {
			t.Error(diff)
		}
		var news []store.Member
		b.write(func(tx *store.Tx) error {
			return errors.Join(b.db.Batches().Members(t.Context(), b.batch.ID, func(store.Member) error { return nil }),
				forEach(documents, func(i int) error {
					id := dossier.DeriveID(b.batch.ProjectID, fmt.Sprintf("%064d", i))
					started, err := tx.Documents().Start(t.Context(), []string{id})
					if err != nil {
						return err
					}
					news = append(news, started...)
					if i%2 == 0 {
						var ended []store.Member
						ended, err = tx.Documents().End(t.Context(), id, dossier.StatusCompleted, "", nil)
						news = append(ended, news...) // the later news first
					}
					return err
				}))
		})
		var tellers sync.WaitGroup
		for range 8 { // everything eight times over
			tellers.Go(func() {
				for _, m := range news {
					n := &queue.News{}
					n.Members(m)
					if err := n.Send(context.Background(), r); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for range 50 {
			if n := progress().Total(); n != documents {
				t.Fatalf("the sum is %d of %d while news comes in", n, documents)
			}
		}
		tellers.Wait()
		want := queue.Progress{
			dossier.StatusPending: 0, dossier.StatusProcessing: documents / 2, dossier.StatusCompleted: documents / 2,
		}
		if diff := cmp.Diff(want, progress()); diff != "" {
			t.Error(diff)
		}
		if err := r.Flush(t.Context(), rdb.Batch); err != nil {
			t.Fatal(err)
		}
		delete(want, dossier.StatusPending)
		if diff := cmp.Diff(want, progress()); diff != "" {
			t.Error("after the loss of Redis:", diff)
		}
	})
}

func forEach(n int, f func(i int) error) error {
	for i := range n {
		if err := f(i); err != nil {
			return err
		}
	}
	return nil
}

// A high batch of three behind ten thousand low tasks starts, at each stage, as
// soon as slots come free; and low work goes on beside it.
func TestHighPriorityPassesLowAtEveryStage(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		var mu sync.Mutex
		var started []string // queue/priority, in order; queue/there when high work is on record
		var held bool
		there := make(chan struct{})
		mark := func(what string) {
			mu.Lock()
			defer mu.Unlock()
			started = append(started, what)
		}
		b.handler.work = func(ctx context.Context, t store.Task) error {
			mu.Lock()
			started = append(started, t.Queue+"/"+string(t.Priority))
			held = held || t.Priority == dossier.PriorityHigh
			wait := held && t.Queue == "default" && t.Priority == dossier.PriorityLow
			mu.Unlock()
			time.Sleep(100 * time.Millisecond)
			if wait { // until the high batch has come to this queue, however long that takes
				select {
				case <-there:
				case <-ctx.Done():
				}
			}
			return nil
		}
		lows, highs := b.open(dossier.PriorityLow), b.open(dossier.PriorityHigh)
		b.handler.commit = func(_ context.Context, tx *store.Tx, t store.Task) error {
			if t.Priority == dossier.PriorityHigh && t.Queue == "text" { // its next stage
				next := b.task(t.ID+"-next", "default")
				next.Type, next.BatchID = "next", highs
				tx.Tasks().Add(next)
			}
			return nil
		}
		b.write(func(tx *store.Tx) error {
			for i := range 10_000 {
				low := b.task(fmt.Sprintf("low%05d", i), []string{"default", "text"}[i%2])
				low.BatchID = lows
				tx.Tasks().Add(low)
			}
			return nil
		})
		b.start()
		count := func(what string) (n int) {
			mu.Lock()
			defer mu.Unlock()
			for _, s := range started {
				if s == what {
					n++
				}
			}
			return n
		}
		b.eventually("low work to run", func() bool { return count("text/low") > 4 })
		b.write(func(tx *store.Tx) error {
			for i := range 3 {
				high := b.task(fmt.Sprintf("high%d", i), "text")
				high.BatchID = highs
				tx.Tasks().Add(high)
			}
			return nil
		})
		mark("text/there")
		b.engine.Wake()
		b.eventually("the high batch to come to its second stage", func() bool {
			waiting, running, err := b.db.Tasks().Active(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return waiting["next"]+running["next"]+count("default/high") > 0
		})
		mark("default/there")
		close(there)
		b.eventually("the high batch to pass both stages", func() bool { return count("text/high") == 3 && count("default/high") == 3 })
		mu.Lock()
		defer mu.Unlock()
		passed := map[string]int{}
		seen := map[string]int{}
		for _, s := range started {
			seen[s]++
			if queue, low := strings.CutSuffix(s, "/low"); low && seen[queue+"/there"] > 0 && seen[queue+"/high"] == 0 {
				passed[queue]++
			}
		}
		// What was handed out by then, and once more what was just being chosen.
		if passed["text"] > 6*2 || passed["default"] > 6*4 {
			t.Errorf("so many low tasks started before the first high one: %v", passed)
		}
		if count := seen["default/low"]; count == 0 {
			t.Error("low work is starved")
		}
	})
}

// The crash between commit and publish: a task that is marked as handed out,
// and whose message never was, is handed out again.
func TestCrashBetweenCommitAndPublish(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		b.engine.Lease = 2 * time.Second // recovery looks every fifth of a second
		b.insert(4)
		epoch := "alive"
		if err := r.For(rdb.Broker).Set(t.Context(), r.EpochKey(), b.db.ID()+"."+epoch+".test", 0).Err(); err != nil {
			t.Fatal(err)
		}
		b.write(func(tx *store.Tx) error {
			_, err := tx.Tasks().MarkPublished(t.Context(), []string{"t0000", "t0001", "t0002", "t0003"}, epoch)
			return err
		})
		b.start()
		b.advance(10 * time.Second)
		b.settle()
		if len(b.handler.runs) != 4 {
			t.Errorf("runs %v", b.handler.runs)
		}
	})
}

// A task whose claim cannot be recorded is handed out again in the next pass,
// not after two leases.
func TestAFailedClaimIsHandedOutAgainSoon(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		b.engine.Lease = time.Hour
		var failed atomic.Bool
		b.handler.claimed = func([]store.Task) error {
			if failed.CompareAndSwap(false, true) {
				return dossier.Errorf(dossier.CodeDatabase, "away")
			}
			return nil
		}
		b.insert(1)
		b.start()
		b.settle()
		if !failed.Load() || b.handler.runs["t0000"] != 1 {
			t.Errorf("runs %v", b.handler.runs)
		}
	})
}

// A Redis that hangs delays no heartbeat, and what runs meanwhile is not lost
// to others.
func TestAFrozenRedisDelaysNoHeartbeat(t *testing.T) {
	t.Parallel()
	server := redistest.Launch(t)
	b := newBundle(t, redistest.Open(t, rdb.Config{URL: server.URL}), storetest.Database(t))
	cfg := b.config()
	cfg.Lease, cfg.Alone = 5*time.Second, false
	b.engine = queue.New(cfg)
	working, goOn := make(chan struct{}), make(chan struct{})
	b.handler.work = func(ctx context.Context, _ store.Task) error {
		close(working)
		select {
		case <-goOn:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	b.insert(1)
	b.start()
	<-working
	server.Pause()
	defer server.Resume()
	var beats []time.Time
	b.eventually("heartbeats while Redis hangs", func() bool {
		workers, err := b.db.Workers().List(context.Background())
		if err != nil || len(workers) != 1 {
			t.Fatal(workers, err)
		}
		if at := workers[0].HeartbeatAt; len(beats) == 0 || at.After(beats[len(beats)-1]) {
			beats = append(beats, at)
		}
		// Long enough for two attempts to reach Redis, each of 3 s.
		return beats[len(beats)-1].Sub(beats[0]) > 8*time.Second
	})
	for i := 1; i < len(beats); i++ {
		if gap := beats[i].Sub(beats[i-1]); gap >= cfg.Lease/2 {
			t.Errorf("a heartbeat came %s after the one before", gap)
		}
	}
	close(goOn) // the ending is recorded though Redis cannot be told
	b.eventually("the task to end while Redis hangs", func() bool { return b.on("t0000").Status == dossier.StatusCompleted })
	if task := b.on("t0000"); task.Lost != 0 || task.Attempts != 1 {
		t.Errorf("lost %d times in %d attempts", task.Lost, task.Attempts)
	}
}

// A worker that is told to stop goes on with its heartbeat until what it drains
// has ended, and what it interrupts knows why.
func TestADrainingWorkerKeepsItsHeartbeat(t *testing.T) {
	t.Parallel()
	b := newBundle(t, redistest.Open(t, rdb.Config{}), storetest.File(t))
	cfg := b.config()
	cfg.Lease, cfg.Drain = time.Second, time.Hour
	b.engine = queue.New(cfg)
	working, goOn := make(chan struct{}), make(chan struct{})
	b.handler.work = func(context.Context, store.Task) error {
		close(working)
		<-goOn
		return nil
	}
	b.insert(1)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.engine.Run(ctx) }()
	<-working
	cancel()
	stopped := b.db.Now()
	b.eventually("a heartbeat after the lease would have ended", func() bool {
		workers, err := b.db.Workers().List(context.Background())
		if err != nil || len(workers) != 1 {
			t.Fatal(workers, err)
		}
		return workers[0].HeartbeatAt.Sub(stopped) > cfg.Lease
	})
	close(goOn)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if a := b.on("t0000"); a.Status != dossier.StatusCompleted {
		t.Errorf("the task is %s", a.Status)
	}
}
