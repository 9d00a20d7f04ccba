package casefile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/store"
)

// BatchState is the progress of a batch, and what keeps it from its end.
type BatchState struct {
	store.BatchState
	Unserved []string        `json:"queues_without_worker,omitempty"` // while it is processed
	Problems []store.Failure `json:"not_registered,omitempty"`        // in the answer to a submission
}

// Batches lists batches, the newest first, at most limit; open narrows the list
// to those in progress.
func (r Record) Batches(ctx context.Context, open bool, limit int) ([]BatchState, error) {
	batches, err := r.DB.Batches().List(ctx, open, limit)
	if err != nil {
		return nil, err
	}
	states := make([]BatchState, len(batches))
	for i, b := range batches {
		if states[i].BatchState, err = r.DB.Batches().State(ctx, b.ID); err != nil {
			return nil, err
		}
	}
	return states, nil
}

// Batch returns the state of a batch, which is given by its id, the beginning of
// its id, or its name.
func (r Record) Batch(ctx context.Context, what string) (s BatchState, err error) {
	b, err := r.DB.Batches().Find(ctx, what)
	if err != nil {
		return s, err
	}
	if s.BatchState, err = r.DB.Batches().State(ctx, b.ID); err != nil || s.Status != "processing" {
		return s, err
	}
	s.Unserved, err = r.unserved(ctx)
	return s, err
}

// workerAlive is the age up to which a heartbeat proves that a worker lives.
const workerAlive = 30 * time.Second

// workers lists the workers that live.
func (r Record) workers(ctx context.Context) ([]store.Worker, error) {
	all, err := r.DB.Workers().List(ctx)
	now := r.DB.Now()
	return slices.DeleteFunc(all, func(w store.Worker) bool { return now.Sub(w.HeartbeatAt) >= workerAlive }), err
}

// unserved lists the queues that no living worker serves.
func (r Record) unserved(ctx context.Context) ([]string, error) {
	workers, err := r.workers(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(queue.Names(), func(name string) bool {
		return slices.ContainsFunc(workers, func(w store.Worker) bool { _, served := w.Queues[name]; return served })
	}), nil
}

// BatchCancelled is the result of cancelling a batch.
type BatchCancelled struct {
	Batch     string `json:"batch"`     // id
	Cancelled int    `json:"cancelled"` // documents that are not processed any more
}

// CancelBatch ends a batch. Finished documents are kept; no further work starts.
func (r Record) CancelBatch(ctx context.Context, what string) (c BatchCancelled, err error) {
	b, err := r.DB.Batches().Find(ctx, what)
	if err != nil {
		return c, err
	}
	c.Batch = b.ID
	c.Cancelled, err = r.Manager.Cancel(ctx, b)
	return c, err
}

// BatchPaused says whether a batch is paused.
type BatchPaused struct {
	Batch  string `json:"batch"` // id
	Paused bool   `json:"paused"`
}

// PauseBatch keeps the tasks of a batch from starting; those that run finish.
func (r Record) PauseBatch(ctx context.Context, what string) (BatchPaused, error) {
	return r.pause(ctx, what, true)
}

// ResumeBatch lets the tasks of a paused batch start again.
func (r Record) ResumeBatch(ctx context.Context, what string) (BatchPaused, error) {
	return r.pause(ctx, what, false)
}

func (r Record) pause(ctx context.Context, what string, paused bool) (BatchPaused, error) {
	b, err := r.DB.Batches().Find(ctx, what)
	if err != nil {
		return BatchPaused{}, err
	}
	return BatchPaused{b.ID, paused}, r.Manager.Pause(ctx, b, paused)
}

// PriorityRequest changes the priority and deadline of a batch.
type PriorityRequest struct {
	Batch    string // id, beginning of the id, or name
	Priority dossier.Priority
	Deadline time.Duration // from now; 0 leaves the deadline as it is
}

// BatchPriority is the priority of a batch.
type BatchPriority struct {
	Batch    string           `json:"batch"` // id
	Priority dossier.Priority `json:"priority"`
}

// SetBatchPriority changes the priority and deadline of a batch. Its waiting
// tasks move in the order of work.
func (r Record) SetBatchPriority(ctx context.Context, q PriorityRequest) (BatchPriority, error) {
	if err := checkPriority(q.Priority, q.Deadline); err != nil {
		return BatchPriority{}, err
	}
	b, err := r.DB.Batches().Find(ctx, q.Batch)
	if err != nil {
		return BatchPriority{}, err
	}
	var deadline time.Time
	if q.Deadline > 0 {
		deadline = r.DB.Now().Add(q.Deadline)
	}
	return BatchPriority{b.ID, q.Priority}, r.Manager.SetPriority(ctx, b, q.Priority, deadline)
}

// checkPriority checks the priority and the deadline of a batch.
func checkPriority(p dossier.Priority, deadline time.Duration) error {
	switch p {
	case dossier.PriorityHigh, dossier.PriorityNormal, dossier.PriorityLow:
	default:
		return invalid("priority", "use high, normal or low", "%q is no priority", p)
	}
	if deadline < 0 {
		return invalid("deadline", "write it as 2h", "a deadline lies in the future")
	}
	return nil
}

// RetryRequest asks to process documents of a batch again.
type RetryRequest struct {
	Batch string         // id, beginning of the id, or name
	Stage dossier.Stage  // from this one; "": from the stage at which each document failed
	Only  dossier.Status // documents that ended so; "": all that did not complete, and with a stage all
}

// Retried counts the documents that a retry concerned.
type Retried struct {
	Batch    string           `json:"batch"`    // id
	Joined   int              `json:"joined"`   // in progress in another batch, which this one waits for
	Replaced int              `json:"replaced"` // ended in another batch, whose result this one takes over
	Started  int              `json:"started"`
	Statuses []dossier.Status `json:"-"` // with which documents were eligible
}

// RetryBatch processes documents of a batch again.
func (r Record) RetryBatch(ctx context.Context, q RetryRequest) (result Retried, err error) {
	if err := checkStage(q.Stage); err != nil {
		return result, err
	}
	result.Statuses = []dossier.Status{dossier.StatusFailed, dossier.StatusPartial, dossier.StatusQuarantined, dossier.StatusCancelled}
	switch {
	case q.Only != "" && !slices.Contains(append(result.Statuses, dossier.StatusCompleted), q.Only):
		return result, invalid("only", "use failed, partial, quarantined, cancelled or completed", "documents with status %q cannot be retried", q.Only)
	case q.Only != "":
		result.Statuses = []dossier.Status{q.Only}
	case q.Stage != "":
		result.Statuses = append(result.Statuses, dossier.StatusCompleted)
	}
	b, err := r.DB.Batches().Find(ctx, q.Batch)
	if err != nil {
		return result, err
	}
	n, err := r.Manager.Retry(ctx, b, q.Stage, result.Statuses)
	result.Batch, result.Started, result.Joined, result.Replaced = b.ID, n.Started, n.Joined, n.Replaced
	return result, err
}

// checkStage refuses a name that is no stage; "" stands for no choice.
func checkStage(stage dossier.Stage) error {
	if stage == "" || slices.Contains(dossier.Stages(), stage) {
		return nil
	}
	return invalid("stage", fmt.Sprintf("the stages are %v", dossier.Stages()), "there is no stage %q", stage)
}
