package queue

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"dossier"
	"dossier/internal/rdb"
	"dossier/internal/store"
)

// handle claims a task and runs it. Whatever goes wrong on the way, the task's
// heartbeat ends with it, and its row goes back to the backlog.
func (e *Engine) handle(work context.Context, id string) {
	ctx, done := e.register(work, id)
	defer done()
	t, ok, err := e.recorder.claim(id)
	if err != nil {
		e.Log.Error("claiming a task failed; it will be handed out again", "task", id, "err", err)
	}
	if err != nil || !ok {
		return
	}
	e.attempt(ctx, t)
}

// register makes the task one that runs here, until done is called.
func (e *Engine) register(work context.Context, id string) (ctx context.Context, done func()) {
	ctx, interrupt := context.WithCancel(work)
	e.mu.Lock()
	e.running[id] = interrupt
	e.mu.Unlock()
	return ctx, func() {
		interrupt()
		e.mu.Lock()
		delete(e.running, id)
		e.mu.Unlock()
	}
}

// attempt runs a claimed task and records what became of it.
func (e *Engine) attempt(ctx context.Context, t store.Task) {
	ctx, span := startSpan(ctx, t)
	defer span.End()
	effect, err := e.run(ctx, t)
	interrupted := ctx.Err() != nil
	end := ended{task: t, effect: effect, cause: err, interrupted: interrupted}
	err = e.recorder.end(end)
	if err != nil && end.cause == nil && !errors.Is(err, store.ErrFenced) {
		end.cause = err // what it did cannot be recorded: that is how it failed
		err = e.recorder.end(end)
	}
	if end.cause != nil {
		span.SetStatus(codes.Error, string(dossier.CodeOf(end.cause)))
	}
	if err != nil {
		e.logLost(t, err)
	}
}

// startSpan starts the span of an attempt, as part of the trace of what asked
// for the task.
func startSpan(ctx context.Context, t store.Task) (context.Context, trace.Span) {
	ctx = propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": t.Trace})
	return otel.Tracer("dossier/queue").Start(ctx, t.Type, trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(
		attribute.String("dossier.task", t.ID), attribute.String("dossier.document", t.DocumentID),
		attribute.String("dossier.batch", t.BatchID), attribute.String("messaging.destination.name", t.Queue),
		attribute.Int("dossier.attempt", t.Attempts), attribute.Int64("dossier.wait_ms", t.Wait.Milliseconds()),
	))
}

// Traceparent returns what a task needs to know to be part of ctx's trace.
func Traceparent(ctx context.Context) string {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier["traceparent"]
}

func (e *Engine) logLost(t store.Task, err error) {
	log := e.Log.With("task", t.ID, "type", t.Type, "document", t.DocumentID, "attempt", t.Attempts, "batch", t.BatchID)
	if errors.Is(err, store.ErrFenced) {
		log.Warn("the task was cancelled or taken over; this attempt counts for nothing")
		return
	}
	// The row stays claimed; when its heartbeat is old it goes back by itself.
	log.Error("recording a task failed; it will be done again", "err", err)
}

// run does the task's work; a panic on the way becomes its error.
func (e *Engine) run(ctx context.Context, t store.Task) (effect Effect, err error) {
	defer e.caught(t, &err)
	return e.Handler.Run(ctx, t)
}

// caught, deferred, makes a panic an error.
func (e *Engine) caught(t store.Task, err *error) {
	if p := recover(); p != nil {
		e.Log.Error("a task panicked", "task", t.ID, "type", t.Type, "document", t.DocumentID,
			"panic", p, "stack", string(debug.Stack()))
		*err = dossier.Errorf(dossier.CodeInternal, "the program failed: %v", p)
	}
}

// ended is a task whose work has ended, one way or the other.
type ended struct {
	task        store.Task
	effect      Effect
	cause       error // nil: done
	interrupted bool  // by the end of the engine, or because its claim is lost
	dead        bool  // it failed for good
}

// unfinished decides what happens to a task that did not complete: parked,
// put back, tried again later, or failed for good.
func (e *Engine) unfinished(ctx context.Context, tx *store.Tx, t *ended, news *News) error {
	if errors.Is(t.cause, store.ErrFenced) {
		return t.cause
	}
	park, parked := errors.AsType[Park](t.cause)
	switch {
	case parked:
		return tx.ParkTask(ctx, t.task, max(0, time.Until(park.Until)))
	case t.interrupted:
		return tx.ParkTask(ctx, t.task, 0)
	case worthRetrying(t.cause, t.task.Retries):
		return tx.RetryTask(ctx, t.task, t.cause, backoff(t.task.Retries))
	}
	if err := tx.FailTask(ctx, t.task, t.cause); err != nil {
		return err
	}
	t.dead = true
	return e.Handler.Failed(ctx, tx, t.task, t.cause, news)
}

// worthRetrying is the retry policy. A broken connection is worth a few tries,
// and so is a budget of time that was exceeded: the machine may have been busy, the
// file may be hostile. What is short here (memory, disk) or what a provider
// rations is no failure: the task waits until there is enough. All else needs a
// person.
func worthRetrying(cause error, retries int) bool {
	switch dossier.CategoryOf(cause) {
	case dossier.Transient:
		return retries < maxRetries
	case dossier.Resource, dossier.RateLimited:
		return dossier.CodeOf(cause) != dossier.CodeTimeout || retries < maxRetries
	}
	return false
}

// LastTry reports whether a task that fails now by a broken connection fails for
// good.
func LastTry(t store.Task) bool { return t.Retries >= maxRetries }

// News is what Redis is to be told when a transaction has committed:
// projections, which may be lost.
type News struct {
	items [5][]func(ctx context.Context, pipe redis.Pipeliner) // by purpose
}

// Add adds commands on the database of a purpose.
func (n *News) Add(p rdb.Purpose, f func(ctx context.Context, pipe redis.Pipeliner)) {
	n.items[p] = append(n.items[p], f)
}

// Send sends everything, in one round trip a database.
func (n *News) Send(ctx context.Context, r *rdb.Redis) error {
	var errs []error
	for _, p := range rdb.Purposes() {
		if len(n.items[p]) == 0 {
			continue
		}
		_, err := r.For(p).Pipelined(ctx, func(pipe redis.Pipeliner) error {
			for _, f := range n.items[p] {
				f(ctx, pipe)
			}
			return nil
		})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
