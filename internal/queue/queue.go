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
//   - Running work has one owner. A task is claimed on record first and then
//     listed as running, by attempt; the heartbeat speaks for what is listed. An
//     attempt that loses its claim is interrupted with the cause. A queue never
//     runs more handlers than configured, whatever the broker does.
//   - The right work goes first, at every stage. See [window] and [express].
//   - Failures are recorded. Errors that may go away are tried again with
//     growing delay, as rows of the backlog; the others, and those that do not
//     go away, are dead letters in SQL.
//
// Any number of engines in any number of processes work on one record. What
// happens at the same time in one of them is recorded together, in one
// transaction (see recorder), so that short tasks cost little.
//
// Tasks are opaque to this package: its [Handler] gives them meaning. What asynq
// does here and what is done beside it is in docs/decisions/0001-asynq.md.
package queue

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
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
	// Run does the work and returns the effect to commit. It stops when ctx ends,
	// whose cause is [ErrCancelled], [ErrTakenOver] or [ErrStopping].
	Run(ctx context.Context, t store.Task) (Effect, error)
	// Failed runs in the transaction that fails the task permanently.
	Failed(ctx context.Context, tx *store.Tx, t store.Task, cause error, news *News) error
}

// Effect is what a task leads to. Commit writes it, inside the transaction that
// completes the task. It may run more than once: a transaction can fail. End, if
// not nil, ends the task's document after that, together with those of other
// tasks in the transaction.
type Effect struct {
	Yield  store.Yield
	Commit func(ctx context.Context, tx *store.Tx, news *News) error
	End    *store.DocumentEnd
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
	// Lost queues commands of the purpose batch when Redis takes commands again
	// after news was dropped; nil for none.
	Lost func(ctx context.Context, pipe redis.Pipeliner)
}

// Engine feeds the broker and works off its queues.
type Engine struct {
	Config
	self     store.Worker
	client   *asynq.Client
	wake     chan struct{}
	epoch    atomic.Pointer[string] // the broker's, as the feeder last saw it
	dropped  dropped
	recorder *recorder
	outbox   *outbox
	running  running
	queues   []*served
	slots    map[string]chan struct{} // by queue: every task that runs here has taken one
	jobs     atomic.Int64             // tasks completed
	failed   atomic.Int64             // tasks failed permanently
}

// served is a queue that this engine works off.
type served struct {
	name   string
	slots  chan struct{} // the engine's
	gate   *gate
	server *asynq.Server
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
		running: running{attempts: map[store.Claim]*attempt{}},
		slots:   map[string]chan struct{}{},
	}
	e.epoch.Store(new(string))
	e.recorder, e.outbox = newRecorder(e), newOutbox(cfg)
	for name, n := range cfg.Concurrency {
		e.slots[name] = make(chan struct{}, n)
		e.queues = append(e.queues, &served{name: name, slots: e.slots[name], gate: newGate(express(name), name)})
	}
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
	if err := e.signOn(ctx); err != nil {
		return err
	}
	work, interrupt := context.WithCancelCause(context.WithoutCancel(ctx))
	defer interrupt(ErrStopping)
	sending, stopSending := context.WithCancel(work)
	go e.outbox.run(sending)
	stopRecording := e.recorder.start(ctx, work)
	beating, stopBeating := context.WithCancel(work)
	var loops sync.WaitGroup
	loops.Go(func() { e.every(beating, e.Lease/10, "the heartbeat", e.heartbeat) })
	err := e.serve(ctx, work)
	if err == nil {
		loops.Go(func() { e.every(ctx, e.Lease/10, "recovery", e.keepHouse) })
		loops.Go(func() { e.listen(ctx) })
		e.feeding(ctx)
	}
	e.drain(func() { interrupt(ErrStopping) })
	stopBeating()
	loops.Wait()
	stopRecording()
	e.outbox.stop(stopSending)
	e.signOff()
	return err
}

func (e *Engine) signOn(ctx context.Context) error {
	lost := e.Lease
	if e.Alone {
		lost = -time.Hour
	}
	return e.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Workers().Put(ctx, e.self); err != nil {
			return err
		}
		return e.recoverTasks(ctx, tx, lost)
	})
}

// signOff takes the worker off the record, and takes back the tasks that the
// broker gave it and that it did not begin.
func (e *Engine) signOff() {
	ctx := context.Background() // bounded by the database's own timeouts
	if err := e.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Tasks().TakeBack(ctx, e.dropped.take()); err != nil {
			return err
		}
		return tx.Workers().Drop(ctx, e.self.ID)
	}); err != nil {
		e.Log.Warn("signing off failed; the worker is on record until it counts as silent", "err", err)
	}
}

// serve starts a server for each queue: each has its own concurrency and asks
// the broker about nothing else.
func (e *Engine) serve(ctx, work context.Context) error {
	for _, q := range e.queues {
		s := asynq.NewServerFromRedisClient(&gatedClient{UniversalClient: e.Redis.For(rdb.Broker), gate: q.gate, first: express(q.name)},
			asynq.Config{
				Concurrency:       cap(q.slots),
				Queues:            map[string]int{express(q.name): 2, q.name: 1},
				StrictPriority:    true,
				TaskCheckInterval: checkInterval,
				// Nothing is ever scheduled, retried or retained at the broker.
				DelayedTaskCheckInterval: never,
				JanitorInterval:          never,
				ShutdownTimeout:          e.Drain + time.Minute, // interrupted tasks end long before
				Logger:                   asynqLog{e.Log},
				LogLevel:                 asynq.WarnLevel,
			})
		if err := s.Start(asynq.HandlerFunc(func(_ context.Context, m *asynq.Task) error {
			e.take(ctx, work, q, string(m.Payload()))
			return nil // whatever happened is on record; asynq has nothing to retry
		})); err != nil {
			return fmt.Errorf("queue %s: %w", q.name, err)
		}
		q.server = s
	}
	return nil
}

// never is the interval of what asynq does and we have no use for.
const never = 24 * time.Hour

// take handles a message in a slot of its queue. asynq keeps to the same
// number, but gives its own slots away when its lease ends while Redis hangs
// and our handlers go on. A message that comes when the engine is stopping is
// left to others.
func (e *Engine) take(ctx, work context.Context, q *served, id string) {
	select {
	case q.slots <- struct{}{}:
		defer func() { <-q.slots }()
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		e.dropped.add(id)
		return
	}
	e.handle(work, id)
}

// drain waits until nothing is handled any more. Tasks that are still running
// after the time allowed are interrupted.
func (e *Engine) drain(interrupt func()) {
	late := time.AfterFunc(e.Drain, interrupt)
	defer late.Stop()
	var stopping sync.WaitGroup
	for _, q := range e.queues {
		q.gate.close()
		if q.server != nil {
			stopping.Go(q.server.Shutdown)
		}
	}
	stopping.Wait()
	// asynq waits for nobody whose lease has ended, so the slots are what counts.
	stuck := time.NewTimer(e.Drain + time.Minute) // interrupted tasks end long before
	defer stuck.Stop()
	for _, q := range e.queues {
		for range cap(q.slots) {
			select {
			case q.slots <- struct{}{}: // permanently: nothing is handled any more
			case <-stuck.C:
				e.Log.Error("a task does not stop although it was interrupted; it will be handed out again")
				return
			}
		}
	}
}

// feeding feeds the broker until ctx ends: when there is new work, and every
// second in any case.
func (e *Engine) feeding(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for ctx.Err() == nil {
		start := time.Now()
		if err := e.feed(ctx); err != nil && ctx.Err() == nil {
			e.Log.Error("feeding the queues failed; trying again", "err", err)
		}
		last := time.Now()
		pause := pauseAfter(last.Sub(start))
		select {
		case <-ctx.Done():
		case <-e.wake:
			time.Sleep(pause - min(pause, time.Since(last)))
		case <-tick.C:
		}
	}
}

// pauseAfter is the time between a pass that took so long and the next one that
// is asked for. Tasks end in bursts, so a pause makes one pass serve many, and
// what the passes cost stays a small part of the work: the window holds enough
// for the pause. A wake-up that comes later than that does not wait.
func pauseAfter(took time.Duration) time.Duration {
	return min(max(2*time.Millisecond, 3*took), 100*time.Millisecond)
}

// listen hears from the engines of other processes until ctx ends: of new work,
// and in which lanes they handed tasks out. When the connection was lost and is
// there again, it is not known what was missed.
func (e *Engine) listen(ctx context.Context) {
	calls := e.Redis.For(rdb.Broker).Subscribe(ctx, e.Redis.WakeChannel(), e.Redis.LanesChannel())
	defer func() { _ = calls.Close() }() // the connection goes back or is gone
	heard := calls.ChannelWithSubscriptions()
	for {
		select {
		case <-ctx.Done():
			return
		case call := <-heard:
			message, ok := call.(*redis.Message)
			switch {
			case !ok:
				e.Wake()
				for _, q := range e.queues {
					q.gate.openAll()
				}
			case message.Channel == e.Redis.LanesChannel():
				e.open(strings.Split(message.Payload, ","))
			default:
				e.Wake()
			}
		}
	}
}

// open opens the gates of lanes in which something was handed out.
func (e *Engine) open(lanes []string) {
	for _, q := range e.queues {
		q.gate.open(lanes...)
	}
}

// backoff is the delay before retry n (from 0): 5·2ⁿ s, at most a minute, give
// or take a tenth, so that what failed together does not come back together.
func backoff(n int) time.Duration {
	d := min(time.Minute, 5*time.Second<<min(n, 4))
	return time.Duration(float64(d) * (0.9 + 0.2*mathrand.Float64()))
}

// asynqLog passes on what asynq has to say. It warns about its own leases and
// retries ("Retry exhausted" for a task whose lease ended), which decide nothing
// here: those lines are for debugging. Its errors mean that Redis does not
// answer; nothing is lost by that, and the feeder reports it too.
type asynqLog struct{ log *slog.Logger }

func (l asynqLog) Debug(...any)     {}
func (l asynqLog) Info(...any)      {}
func (l asynqLog) Warn(args ...any) { l.log.Debug("broker: " + fmt.Sprint(args...)) }
func (l asynqLog) Error(args ...any) {
	l.log.Warn("broker: " + fmt.Sprint(args...))
}

func (l asynqLog) Fatal(args ...any) {
	l.log.Error("broker: " + fmt.Sprint(args...))
}
