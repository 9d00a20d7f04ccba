package queue

import (
	"context"

	"github.com/dossier-legal/dossier/internal/store"
)

// handover is a set of tasks that the transaction which made them has also
// claimed, for slots that are free here: the next stage of a document begins
// where the last one ended, without a way through the broker.
type handover struct {
	engine *Engine
	work   context.Context
	free   map[string]int // slots that were taken and have no task, by queue
	tasks  []store.Task
}

// handOver writes the tasks that were added to the transaction, and claims as
// many as there are free slots for.
func (r *recorder) handOver(ctx context.Context, tx *store.Tx, news *News) (*handover, error) {
	h := &handover{engine: r.engine, work: r.work, free: map[string]int{}}
	for queue, n := range tx.Tasks().Added() {
		for r.open.Err() == nil && h.free[queue] < n && h.take(queue) {
			h.free[queue]++
		}
	}
	var err error
	if h.tasks, err = tx.Tasks().HandOver(ctx, r.engine.self.ID, h.free); err != nil || len(h.tasks) == 0 {
		return h, err
	}
	return h, r.engine.Handler.Claimed(ctx, tx, h.tasks, news)
}

// take takes a slot of a queue if one is free. A message of the broker that
// waits for a slot is served first.
func (h *handover) take(queue string) bool {
	select {
	case h.engine.slots[queue] <- struct{}{}:
		return true
	default:
		return false
	}
}

// start runs the tasks, and gives back the slots that have none.
func (h *handover) start() {
	for _, t := range h.tasks {
		h.free[t.Queue]--
		go func() { // the engine waits for the slots when it stops
			defer func() { <-h.engine.slots[t.Queue] }()
			h.engine.attempt(h.work, t)
		}()
	}
	h.tasks = nil
	h.drop()
}

// drop gives all slots back: the transaction did not take place.
func (h *handover) drop() {
	if h == nil {
		return
	}
	for queue, n := range h.free {
		for range n {
			<-h.engine.slots[queue]
		}
	}
	h.free = nil
}
