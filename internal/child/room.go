package child

import (
	"context"
	"errors"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// Room is where the processes of a pool work: concurrently or, after a budget
// ended one of them, that one alone. It is safe for concurrent use.
type Room struct {
	size   int64
	places *semaphore.Weighted
}

// NewRoom returns a room in which up to size processes work concurrently.
func NewRoom(size int) *Room {
	return &Room{size: int64(size), places: semaphore.NewWeighted(int64(size))}
}

// aloneTimes is how many times the usual budget a process gets that works alone.
const aloneTimes = 3

// Run runs work, which starts and ends one process, and lets it have times the
// usual budget. If a budget ends the process, work runs a second time, with a
// larger budget and while nothing else runs in the room: what the rest of the
// machine did to it does not count against its file. work must not enter a room
// itself. The error is that of work, or that of ctx.
func (r *Room) Run(ctx context.Context, work func(times int) error) error {
	err := r.in(ctx, 1, func() error { return work(1) })
	if !isOverBudget(err) || ctx.Err() != nil {
		return err
	}
	patience, _ := ctx.Value(patienceKey{}).(*atomic.Int32)
	if patience != nil && patience.Add(-1) < 0 {
		return err
	}
	err = r.in(ctx, r.size, func() error { return work(aloneTimes) })
	if patience != nil && !isOverBudget(err) {
		patience.Add(1)
	}
	return err
}

func (r *Room) in(ctx context.Context, places int64, work func() error) error {
	if err := r.places.Acquire(ctx, places); err != nil {
		return err
	}
	defer r.places.Release(places)
	return work()
}

func isOverBudget(err error) bool {
	_, over := errors.AsType[*OverBudget](err)
	return over
}

type patienceKey struct{}

// WithPatience returns a context under which at most n runs may fail alone; what
// exceeds its budget after that fails at once. It keeps a file of a thousand
// hostile pages from stopping everything else a thousand times.
func WithPatience(ctx context.Context, n int) context.Context {
	patience := new(atomic.Int32)
	patience.Store(int32(n))
	return context.WithValue(ctx, patienceKey{}, patience)
}
