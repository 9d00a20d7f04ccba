package queue

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// Why an attempt was interrupted: the causes of the context that
// [Handler.Run] gets.
var (
	ErrCancelled = errors.New("the task was cancelled")
	ErrTakenOver = errors.New("the task was given to another attempt")
	ErrStopping  = errors.New("the worker is stopping")
)

// attempt is one claimed task that runs in this process.
type attempt struct {
	task      store.Task
	ctx       context.Context // of its work
	interrupt context.CancelCauseFunc
}

// running holds the attempts of this process. Their claims are on record before
// they come here, each attempt is an entry of its own, and only the goroutine
// that added an entry removes it: nothing that happens to one attempt at a task
// can hide another from the heartbeat.
type running struct {
	mu       sync.Mutex
	attempts map[store.Claim]*attempt
}

// start adds an attempt. An older one at the same task has lost its claim and
// is interrupted.
func (r *running) start(work context.Context, t store.Task) *attempt {
	a := &attempt{task: t}
	a.ctx, a.interrupt = context.WithCancelCause(work)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, other := range r.attempts {
		if other.task.ID == t.ID && other.task.Fence < t.Fence {
			other.interrupt(ErrTakenOver)
		}
	}
	r.attempts[t.Claim()] = a
	return a
}

// end removes an attempt. Its owner calls it.
func (r *running) end(a *attempt) {
	a.interrupt(nil)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.attempts, a.task.Claim())
}

// claims lists what the heartbeat speaks for.
func (r *running) claims() []store.Claim {
	r.mu.Lock()
	defer r.mu.Unlock()
	claims := make([]store.Claim, 0, len(r.attempts))
	for c := range r.attempts {
		claims = append(claims, c)
	}
	slices.SortFunc(claims, store.Claim.Compare)
	return claims
}

// lost interrupts an attempt whose claim is gone; status is that of its task
// now.
func (r *running) lost(c store.Claim, status dossier.Status) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a := r.attempts[c]; a != nil {
		a.interrupt(causeOf(status))
	}
}

// causeOf tells why a claim is gone from what its task has become. A task that
// is no longer on record went with its project.
func causeOf(status dossier.Status) error {
	if status == dossier.StatusCancelled || status == "" {
		return ErrCancelled
	}
	return ErrTakenOver
}
