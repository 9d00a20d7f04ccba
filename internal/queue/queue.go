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
//   - The right work goes first. See [window].
//   - Failures are recorded. Errors that may go away are tried again with
//     growing delay, as rows of the backlog; the others, and those that do not
//     go away, are dead letters in SQL.
//
// The package knows no documents: what a task does is its [Handler]'s affair.
package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	mathrand "math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/hibiken/asynq"

	"dossier"
	"dossier/internal/rdb"
	"dossier/internal/store"
)

// Names lists the six queues.
func Names() []string { return []string{"default", "ocr", "text", "entity", "graph", "cleanup"} }

const (
	maxRetries     = 3
	heartbeatEvery = 5 * time.Second
	silentAfter    = 30 * time.Second // a worker not heard of for this long is lost
	republishAfter = time.Minute      // handed out and not claimed: the message was lost
	taskTimeout    = 24 * time.Hour   // asynq's own; stages keep shorter deadlines
)

// Handler does the work of tasks.
type Handler interface {
	// Claimed runs in the transaction that claims the task. after, if not nil,
	// runs when it has committed.
	Claimed(ctx context.Context, tx *store.Tx, t store.Task) (after func(context.Context), err error)
	// Run does the work and returns the effect to commit. It stops when ctx ends.
	Run(ctx context.Context, t store.Task) (Effect, error)
	// Failed runs in the transaction that fails the task for good.
	Failed(ctx context.Context, tx *store.Tx, t store.Task, cause error) (after func(context.Context), err error)
}

// Effect is what a task leads to. Commit writes it, inside the transaction
// that completes the task; After runs when that has committed, for projections
// that may be lost.
type Effect struct {
	Yield  store.Yield
	Commit func(ctx context.Context, tx *store.Tx) error
	After  func(ctx context.Context)
}

// Park is the error of a task that has to wait: it is put back until the time
// without counting a retry.
type Park struct{ Until time.Time }

func (p Park) Error() string { return "waits until " + p.Until.Format(time.RFC3339) }

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
}

// Engine feeds the broker and works off its queues.
type Engine struct {
	Config
	worker  string
	client  *asynq.Client
	wake    chan struct{}
	epoch   string
	mu      sync.Mutex
	running map[string]bool // ids of the tasks that are worked on here
}

// New returns an engine; [Engine.Run] starts it.
func New(cfg Config) *Engine {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return &Engine{
		Config: cfg,
		worker: fmt.Sprintf("%s:%d:%s", host, os.Getpid(), rand.Text()[:6]),
		client: asynq.NewClientFromRedisClient(cfg.Redis.For(rdb.Broker)),
		wake:   make(chan struct{}, 1),

		running: map[string]bool{},
	}
}

// Wake tells the feeder that there is new work on record.
func (e *Engine) Wake() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends. Tasks that are running then are interrupted and
// put back.
func (e *Engine) Run(ctx context.Context) error {
	silentSince := time.Now().Add(-silentAfter)
	if e.Alone {
		silentSince = time.Now().Add(time.Hour)
	}
	if err := e.recoverTasks(ctx, silentSince); err != nil {
		return err
	}
	servers := make([]*asynq.Server, 0, len(e.Concurrency))
	for name, n := range e.Concurrency {
		s := e.server(ctx, name, n)
		if err := s.Start(asynq.HandlerFunc(func(_ context.Context, m *asynq.Task) error {
			e.handle(ctx, string(m.Payload()))
			return nil // whatever happened is on record; asynq has nothing to retry
		})); err != nil {
			return fmt.Errorf("queue %s: %w", name, err)
		}
		servers = append(servers, s)
	}
	e.loop(ctx)
	var stopping sync.WaitGroup
	for _, s := range servers {
		stopping.Go(s.Shutdown)
	}
	stopping.Wait()
	return nil
}

// server serves one queue. One server a queue: each has its own concurrency
// and asks the broker about nothing else.
func (e *Engine) server(ctx context.Context, name string, concurrency int) *asynq.Server {
	check := 100 * time.Millisecond
	if e.Redis.Embedded() {
		check = 20 * time.Millisecond // costs no network
	}
	return asynq.NewServerFromRedisClient(e.Redis.For(rdb.Broker), asynq.Config{
		Concurrency:       concurrency,
		Queues:            map[string]int{name: 1},
		TaskCheckInterval: check,
		BaseContext:       func() context.Context { return context.WithoutCancel(ctx) },
		Logger:            asynqLog{e.Log},
		LogLevel:          asynq.WarnLevel,
	})
}

// loop feeds the broker and keeps house until ctx ends.
func (e *Engine) loop(ctx context.Context) {
	feed := time.NewTicker(time.Second)
	defer feed.Stop()
	house := time.NewTicker(heartbeatEvery)
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
			if err := e.keepHouse(ctx); err != nil {
				e.Log.Error("keeping the queues in order failed; trying again", "err", err)
			}
		}
	}
}

// keepHouse says which tasks are worked on here and picks up what was dropped,
// here or elsewhere.
func (e *Engine) keepHouse(ctx context.Context) error {
	e.mu.Lock()
	running := slices.Sorted(maps.Keys(e.running))
	e.mu.Unlock()
	err := e.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Heartbeat(ctx, running); err != nil {
			return err
		}
		_, err := tx.Unpublish(ctx, e.epoch, time.Now().Add(-republishAfter))
		return err
	})
	return errors.Join(err, e.recoverTasks(ctx, time.Now().Add(-silentAfter)))
}

func (e *Engine) recoverTasks(ctx context.Context, silentSince time.Time) error {
	return e.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.RecoverTasks(ctx, silentSince)
		if n > 0 {
			e.Log.Warn("tasks of a lost worker go back to the backlog", "tasks", n)
		}
		return err
	})
}

// handle claims a task, runs it and records what became of it. Whatever goes
// wrong on the way, the task's heartbeat ends with it, and its row goes back to
// the backlog.
func (e *Engine) handle(ctx context.Context, id string) {
	e.mu.Lock()
	e.running[id] = true
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		delete(e.running, id)
		e.mu.Unlock()
	}()
	var t store.Task
	var claimed bool
	var after func(context.Context)
	err := e.DB.Write(ctx, func(tx *store.Tx) (err error) {
		if ctx.Err() != nil { // shutting down: leave it
			return nil
		}
		if t, claimed, err = tx.ClaimTask(ctx, id, e.worker); err != nil || !claimed {
			return err
		}
		after, err = e.Handler.Claimed(ctx, tx, t)
		return err
	})
	if err != nil {
		e.Log.Error("claiming a task failed; it will be handed out again", "task", id, "err", err)
		return
	}
	if !claimed {
		return
	}
	done(ctx, after)
	after, err = e.run(ctx, t)
	if err != nil {
		after, err = e.unfinished(ctx, t, err)
	}
	if err != nil {
		e.logLost(t, err)
		return
	}
	e.Wake()
	done(ctx, after)
}

func (e *Engine) logLost(t store.Task, err error) {
	log := e.Log.With("task", t.ID, "type", t.Type, "document", t.DocumentID, "attempt", t.Attempts)
	if errors.Is(err, store.ErrFenced) {
		log.Warn("somebody else took the task over; this attempt counts for nothing")
		return
	}
	// The row stays claimed; when its heartbeat is old it goes back by itself.
	log.Error("recording a task failed; it will be done again", "err", err)
}

// done runs projections even while shutting down: what they tell has happened.
func done(ctx context.Context, after func(context.Context)) {
	if after != nil {
		after(context.WithoutCancel(ctx))
	}
}

// run does the task's work and commits its effect; a panic on the way becomes
// its error.
func (e *Engine) run(ctx context.Context, t store.Task) (after func(context.Context), err error) {
	defer func() {
		if p := recover(); p != nil {
			e.Log.Error("a task panicked", "task", t.ID, "type", t.Type, "document", t.DocumentID,
				"panic", p, "stack", string(debug.Stack()))
			err = dossier.Errorf(dossier.CodeInternal, "the program failed: %v", p)
		}
	}()
	effect, err := e.Handler.Run(ctx, t)
	if err != nil {
		return nil, err
	}
	return effect.After, e.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.FinishTask(ctx, t, effect.Yield); err != nil {
			return err
		}
		return effect.Commit(ctx, tx)
	})
}

// unfinished decides what happens to a task that did not complete: parked,
// put back, tried again later, or failed for good.
func (e *Engine) unfinished(ctx context.Context, t store.Task, cause error) (after func(context.Context), err error) {
	if errors.Is(cause, store.ErrFenced) {
		return nil, cause
	}
	var park Park
	err = e.DB.Write(ctx, func(tx *store.Tx) (err error) {
		switch {
		case errors.As(cause, &park):
			return tx.ParkTask(ctx, t, park.Until)
		case ctx.Err() != nil:
			return tx.ParkTask(ctx, t, time.Now())
		case dossier.CategoryOf(cause).Retryable() && t.Retries < maxRetries:
			return tx.RetryTask(ctx, t, cause, time.Now().Add(backoff(t.Retries)))
		}
		if err := tx.FailTask(ctx, t, cause); err != nil {
			return err
		}
		after, err = e.Handler.Failed(ctx, tx, t, cause)
		return err
	})
	return after, err
}

// backoff is the delay before retry n (from 0): 5·2ⁿ s, at most a minute, give
// or take a tenth, so that what failed together does not come back together.
func backoff(n int) time.Duration {
	d := min(time.Minute, 5*time.Second<<n)
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
