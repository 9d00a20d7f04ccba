// Package queue runs tasks: it hands them from the record (SQL) to workers
// through asynq, and records what became of them. asynq is used here and
// nowhere else, and carries nothing but task ids.
//
// The guarantees, and where they come from:
//
//   - Nothing is lost. The backlog is SQL. A feeder publishes a short window of
//     it to the broker; when the broker loses its memory its epoch key is gone,
//     a new epoch begins and the window is published again. A task whose worker
//     falls silent goes back to the backlog.
//   - No effect happens twice. A worker claims a task with a fence and commits
//     outputs, task state, counts and the next task in one transaction, which
//     changes nothing if the fence has moved on. Executions may repeat.
//   - The right work goes first, at every stage. See [window] and [express].
//   - Failures are recorded. Errors that may go away are tried again with
//     growing delay, as rows of the backlog; the others, and those that do not
//     go away, are dead letters in SQL.
//
// Any number of engines in any number of processes work on one record. What
// happens at the same time in one of them is recorded together, in one
// transaction (see recorder), so that short tasks cost little.
//
// The package knows no documents: what a task does is its [Handler]'s affair.
package queue

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"maps"
	mathrand "math/rand/v2"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"

	"dossier/internal/rdb"
	"dossier/internal/store"
)

// Names lists the six queues.
func Names() []string { return []string{"default", "ocr", "text", "entity", "graph", "cleanup"} }

const (
	maxRetries   = 3
	defaultLease = 30 * time.Second
	taskTimeout  = 24 * time.Hour // asynq's own; stages keep shorter deadlines
)

// Handler does the work of tasks.
type Handler interface {
	// Claimed runs in the transaction that claims the tasks.
	Claimed(ctx context.Context, tx *store.Tx, tasks []store.Task, news *News) error
	// Run does the work and returns the effect to commit. It stops when ctx ends.
	Run(ctx context.Context, t store.Task) (Effect, error)
	// Failed runs in the transaction that fails the task for good.
	Failed(ctx context.Context, tx *store.Tx, t store.Task, cause error, news *News) error
}

// Effect is what a task leads to. Commit writes it, inside the transaction that
// completes the task. It may run more than once: a transaction can fail.
type Effect struct {
	Yield  store.Yield
	Commit func(ctx context.Context, tx *store.Tx, news *News) error
}

// Park is the error of a task that has to wait: it is put back until the time
// without counting a retry.
type Park struct {
	Until time.Time
	Why   string
}

func (p Park) Error() string { return p.Why + "; waits until " + p.Until.Format(time.RFC3339) }

// Config says how an [Engine] works.
type Config struct {
	DB      *store.DB
	Redis   *rdb.Redis
	Handler Handler
	Log     *slog.Logger
	// Concurrency is how many tasks of each queue run at once here; a queue
	// that is missing is not served.
	Concurrency map[string]int
	// Alone says that no other process works on this database, so that every
	// claimed task found at start is a lost one.
	Alone bool
	// Lease is how long a worker may be silent before its tasks are given to
	// others; 0 stands for 30 s.
	Lease time.Duration
	// Drain is how long running tasks may go on when the engine is told to
	// stop; after that they are interrupted and put back.
	Drain time.Duration
	Build string // version of the program
	// Stages are the versions of what the handler makes. Work is not submitted
	// to workers that make something else.
	Stages string
	RSS    func() int64 // resident bytes of this worker and its children, nil if not known
}

// Engine feeds the broker and works off its queues.
type Engine struct {
	Config
	self     store.Worker
	client   *asynq.Client
	wake     chan struct{}
	epoch    string
	recorder *recorder
	slots    map[string]chan struct{} // by queue: every task that runs here has taken one
	jobs     atomic.Int64             // tasks completed
	failed   atomic.Int64             // tasks failed for good
	handed   sync.WaitGroup           // tasks that were handed over and run

	mu      sync.Mutex
	running map[string]context.CancelFunc // of the tasks that are worked on here
}

// New returns an engine; [Engine.Run] starts it.
func New(cfg Config) *Engine {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	if cfg.Lease == 0 {
		cfg.Lease = defaultLease
	}
	cfg.DB.SetLease(cfg.Lease)
	e := &Engine{
		Config: cfg,
		self: store.Worker{
			ID:   fmt.Sprintf("%s:%d:%s", host, os.Getpid(), rand.Text()[:6]),
			Host: host, PID: os.Getpid(), Build: cfg.Build, Stages: cfg.Stages, Queues: cfg.Concurrency, StartedAt: cfg.DB.Now(),
		},
		client:  asynq.NewClientFromRedisClient(cfg.Redis.For(rdb.Broker)),
		wake:    make(chan struct{}, 1),
		running: map[string]context.CancelFunc{},
		slots:   map[string]chan struct{}{},
	}
	for name, n := range cfg.Concurrency {
		e.slots[name] = make(chan struct{}, n)
	}
	e.recorder = newRecorder(e)
	return e
}

// Wake tells the feeder that there is new work on record.
func (e *Engine) Wake() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// Call wakes the engines of all processes on this broker. It is a courtesy:
// they look by themselves every second.
func Call(ctx context.Context, r *rdb.Redis) error {
	return r.For(rdb.Broker).Publish(ctx, r.WakeChannel(), "").Err()
}

// Run works until ctx ends. Tasks that are running then may go on for as long
// as the drain allows; those left are interrupted and put back.
func (e *Engine) Run(ctx context.Context) error {
	lost := e.Lease
	if e.Alone {
		lost = -time.Hour
	}
	if err := e.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutWorker(ctx, e.self); err != nil {
			return err
		}
		return e.recoverTasks(ctx, tx, lost)
	}); err != nil {
		return err
	}
	work, interrupt := context.WithCancel(context.WithoutCancel(ctx))
	defer interrupt()
	stopRecording := e.recorder.start(ctx, work)
	// Whoever handles a task reads; asynq itself waits for nobody whose context
	// has ended, and what was interrupted has yet to be put back.
	var handling sync.RWMutex
	servers, err := e.serve(ctx, work, &handling)
	if err == nil {
		e.loop(ctx)
	}
	drained := time.AfterFunc(e.Drain, interrupt)
	var stopping sync.WaitGroup
	for _, s := range servers {
		stopping.Go(s.Shutdown)
	}
	stopping.Wait()
	handled := make(chan struct{})
	go func() {
		handling.Lock() // for good: nothing is handled any more
		e.handed.Wait()
		close(handled)
	}()
	select {
	case <-handled:
	case <-time.After(e.Drain + time.Minute): // interrupted tasks end long before
		e.Log.Error("a task does not heed its interruption; it will be handed out again")
	}
	drained.Stop()
	stopRecording()
	if dropErr := e.DB.Write(work, func(tx *store.Tx) error { return tx.DropWorker(work, e.self.ID) }); dropErr != nil {
		e.Log.Warn("signing off failed; the worker is on record until it counts as silent", "err", dropErr)
	}
	return err
}

// serve starts a server for each queue: each has its own concurrency and asks
// the broker about nothing else.
func (e *Engine) serve(ctx, work context.Context, handling *sync.RWMutex) ([]*asynq.Server, error) {
	check, err := e.checkInterval(ctx)
	if err != nil {
		return nil, err
	}
	var servers []*asynq.Server
	for name, n := range e.Concurrency {
		s := asynq.NewServerFromRedisClient(e.Redis.For(rdb.Broker), asynq.Config{
			Concurrency:       n,
			Queues:            map[string]int{express(name): 2, name: 1},
			StrictPriority:    true,
			TaskCheckInterval: check,
			ShutdownTimeout:   e.Drain + time.Minute, // interrupted tasks end long before
			BaseContext:       func() context.Context { return work },
			Logger:            asynqLog{e.Log},
			LogLevel:          asynq.WarnLevel,
		})
		if err := s.Start(asynq.HandlerFunc(func(_ context.Context, m *asynq.Task) error {
			if !handling.TryRLock() {
				return nil // the engine has stopped
			}
			defer handling.RUnlock()
			select {
			case e.slots[name] <- struct{}{}:
				defer func() { <-e.slots[name] }()
			case <-ctx.Done():
			}
			if ctx.Err() == nil { // else: shutting down, leave it to others
				e.handle(work, string(m.Payload()))
			}
			return nil // whatever happened is on record; asynq has nothing to retry
		})); err != nil {
			return servers, fmt.Errorf("queue %s: %w", name, err)
		}
		servers = append(servers, s)
	}
	return servers, nil
}

// checkInterval is how long a server waits before it asks about an empty queue
// again. Embedded, asking costs no network. Elsewhere the interval grows with
// the number of workers, so that the load of idle ones has a bound.
func (e *Engine) checkInterval(ctx context.Context) (time.Duration, error) {
	if e.Redis.Embedded() {
		return 20 * time.Millisecond, nil
	}
	workers, err := e.DB.Workers(ctx)
	return max(50*time.Millisecond, time.Duration(len(workers))*2*time.Millisecond), err
}

// loop feeds the broker and keeps house until ctx ends.
func (e *Engine) loop(ctx context.Context) {
	if !e.Redis.Embedded() {
		calls := e.Redis.For(rdb.Broker).Subscribe(ctx, e.Redis.WakeChannel())
		defer func() { _ = calls.Close() }() // the connection goes back or is gone
		go func() {
			for range calls.Channel() {
				e.Wake()
			}
		}()
	}
	feed := time.NewTicker(time.Second)
	defer feed.Stop()
	house := time.NewTicker(e.Lease / 10)
	defer house.Stop()
	for ctx.Err() == nil {
		if err := e.feed(ctx); err != nil && ctx.Err() == nil {
			e.Log.Error("feeding the queues failed; trying again", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-e.wake:
			// Tasks end in bursts: a moment's wait makes one pass serve many.
			time.Sleep(2 * time.Millisecond)
		case <-feed.C:
		case <-house.C:
			if err := e.keepHouse(ctx); err != nil && ctx.Err() == nil {
				e.Log.Error("keeping the queues in order failed; trying again", "err", err)
			}
		}
	}
}

// keepHouse says that this worker lives and which tasks it works on, lets go of
// those that were taken from it, and picks up what was dropped, here or
// elsewhere.
func (e *Engine) keepHouse(ctx context.Context) error {
	if err := e.DB.SyncClock(ctx); err != nil {
		return err
	}
	e.mu.Lock()
	running := maps.Clone(e.running)
	e.mu.Unlock()
	w := e.self
	w.Active = slices.Sorted(maps.Keys(running))
	w.Jobs, w.Failed = e.jobs.Load(), e.failed.Load()
	if e.RSS != nil {
		w.RSS = e.RSS()
	}
	var held []string
	err := e.DB.WriteBrief(ctx, func(tx *store.Tx) (err error) {
		if err := tx.PutWorker(ctx, w); err != nil {
			return err
		}
		if held, err = tx.Heartbeat(ctx, w.ID, w.Active); err != nil {
			return err
		}
		first, err := tx.TryLock(ctx, "house") // one at a time is enough
		if err != nil || !first {
			return err
		}
		if _, err := tx.Unpublish(ctx, e.epoch, 2*e.Lease); err != nil {
			return err
		}
		if err := tx.HoldPaused(ctx); err != nil {
			return err
		}
		if err := tx.DropSilentWorkers(ctx, time.Hour+e.Lease); err != nil {
			return err
		}
		return e.recoverTasks(ctx, tx, e.Lease)
	})
	if err != nil {
		return err
	}
	for id, interrupt := range running {
		if !slices.Contains(held, id) {
			interrupt() // cancelled, or taken over: its effect would change nothing
		}
	}
	return nil
}

func (e *Engine) recoverTasks(ctx context.Context, tx *store.Tx, silentFor time.Duration) error {
	n, err := tx.RecoverTasks(ctx, silentFor)
	if n > 0 {
		e.Log.Warn("tasks of a lost worker go back to the backlog", "tasks", n)
	}
	return err
}

// backoff is the delay before retry n (from 0): 5·2ⁿ s, at most a minute, give
// or take a tenth, so that what failed together does not come back together.
func backoff(n int) time.Duration {
	d := min(time.Minute, 5*time.Second<<min(n, 4))
	return time.Duration(float64(d) * (0.9 + 0.2*mathrand.Float64()))
}

// asynqLog passes asynq's warnings and errors on.
type asynqLog struct{ log *slog.Logger }

func (l asynqLog) Debug(...any)     {}
func (l asynqLog) Info(...any)      {}
func (l asynqLog) Warn(args ...any) { l.log.Warn("broker: " + fmt.Sprint(args...)) }
func (l asynqLog) Error(args ...any) {
	l.log.Error("broker: " + fmt.Sprint(args...))
}

func (l asynqLog) Fatal(args ...any) {
	l.log.Error("broker: " + fmt.Sprint(args...))
}
