package queue

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// handle claims a task and runs it. Whatever goes wrong on the way, the task's
// heartbeat ends with it, and its row goes back to the backlog.
func (e *Engine) handle(work context.Context, id string) {
	t, ok, err := e.recorder.claim(id)
	if err != nil {
		e.Log.Error("claiming a task failed; it will be handed out again", "task", id, "err", err)
		e.dropped.add(id)
	}
	if err == nil && ok {
		e.attempt(work, t)
	}
}

// attempt runs a claimed task and records what became of it.
func (e *Engine) attempt(work context.Context, t store.Task) {
	a := e.running.start(work, t)
	defer e.running.end(a)
	ctx, span := startSpan(a.ctx, t)
	defer span.End()
	effect, err := e.run(ctx, t)
	end := ended{task: t, effect: effect, cause: err, interrupted: ctx.Err() != nil}
	err = e.recorder.end(end)
	if err != nil && end.cause == nil && !errors.Is(err, store.ErrFenced) {
		end.cause = err // what it did cannot be recorded: that is how it failed
		err = e.recorder.end(end)
	}
	if end.cause != nil {
		span.SetStatus(codes.Error, string(dossier.CodeOf(end.cause)))
	}
	e.logInterrupted(a, end.interrupted, err)
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

// logInterrupted says why an attempt did not end as it should have.
func (e *Engine) logInterrupted(a *attempt, interrupted bool, err error) {
	t, cause := a.task, context.Cause(a.ctx)
	log := e.Log.With("task", t.ID, "type", t.Type, "document", t.DocumentID, "attempt", t.Attempts, "batch", t.BatchID)
	switch {
	case errors.Is(err, store.ErrFenced):
		if cause == nil || errors.Is(cause, ErrStopping) { // it lost its claim before the heartbeat could tell
			cause = e.whyFenced(t.ID)
		}
		log.Warn("an attempt has no effect", "cause", cause)
	case err != nil:
		// The row stays claimed; when its heartbeat is old it goes back by itself.
		log.Error("recording a task failed; it will be done again", "err", err)
	case interrupted:
		log.Info("a task was interrupted and put back", "cause", cause)
	}
}

// whyFenced looks at the record for the reason why a claim was lost.
func (e *Engine) whyFenced(id string) error {
	t, err := e.DB.Tasks().Get(context.Background(), id)
	if err != nil && dossier.CodeOf(err) != dossier.CodeNotFound {
		return fmt.Errorf("not known: %w", err)
	}
	return causeOf(t.Status)
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
	dead        bool  // it failed permanently
}

// unfinished decides what happens to a task that did not complete: parked,
// put back, retried later, or failed permanently.
func (e *Engine) unfinished(ctx context.Context, tx *store.Tx, t *ended, news *News) error {
	if errors.Is(t.cause, store.ErrFenced) {
		return t.cause
	}
	park, parked := errors.AsType[Park](t.cause)
	switch {
	case parked:
		return tx.Tasks().Park(ctx, t.task, max(0, time.Until(park.Until)))
	case t.interrupted:
		return tx.Tasks().Park(ctx, t.task, 0)
	case worthRetrying(t.cause, t.task.Retries):
		return tx.Tasks().Retry(ctx, t.task, t.cause, backoff(t.task.Retries))
	}
	if err := tx.Tasks().Fail(ctx, t.task, t.cause); err != nil {
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
