package casefile

import (
	"context"
	"errors"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/webhook"
)

// Follower is informed about a batch while it is processed. Its methods may be
// called concurrently.
type Follower interface {
	// Update gets the documents by status; allFound: no more are discovered.
	Update(p queue.Progress, allFound bool)
	// Event gets every event of the batch.
	Event(e event.Event)
}

// followEvery is the interval at which a batch is looked at.
const followEvery = 500 * time.Millisecond

// Follow informs f about a batch until it ends, and then returns its result. An
// error of ctx ends it earlier; the batch goes on.
func (r Record) Follow(ctx context.Context, what string, f Follower) (Summary, error) {
	b, err := r.DB.Batches().Find(ctx, what)
	if err != nil {
		return Summary{}, err
	}
	following, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := event.Follow(following, r.Redis, event.Now, func(e event.Event) {
			if e.Batch == b.ID {
				f.Event(e)
			}
		}); err != nil {
			r.Log.Warn("events cannot be followed; progress is shown all the same", "err", err)
		}
	}()
	err = r.untilEnded(ctx, b.ID, f)
	stop()
	<-ended
	if err != nil {
		return Summary{}, err
	}
	return r.Report(ctx, b.ID)
}

// untilEnded informs f about the progress of a batch until it ends.
func (r Record) untilEnded(ctx context.Context, batchID string, f Follower) error {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		counts, err := r.DB.Batches().MemberCounts(ctx, batchID)
		if err != nil {
			return err
		}
		b, err := r.DB.Batches().Get(ctx, batchID)
		if err != nil {
			return err
		}
		if f.Update(queue.Progress(counts), !b.IntakeOpen); b.Status != "processing" {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Progress returns the documents of a batch by status: from the record once it
// has completed, because Redis hears of that a moment later.
func (r Record) Progress(ctx context.Context, batchID string) (p queue.Progress, completed bool, err error) {
	b, err := r.DB.Batches().Get(ctx, batchID)
	if err != nil {
		return nil, false, err
	}
	if completed = b.Status == "completed"; completed {
		p, err = r.DB.Batches().MemberCounts(ctx, batchID)
	} else {
		p, err = r.Manager.Progress(ctx, batchID)
	}
	return p, completed && err == nil, err
}

// deadlinesEvery is the interval at which batches are checked against their
// deadlines.
const deadlinesEvery = 30 * time.Second

// WatchDeadlines notifies webhooks of batches that will miss their deadlines,
// until ctx ends.
func (r Record) WatchDeadlines(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(deadlinesEvery):
		}
		if err := r.notifyAtRisk(ctx); err != nil && ctx.Err() == nil {
			r.Log.Warn("deadlines cannot be checked; that is tried again", "err", err)
		}
	}
}

// batchesWatched bounds the batches that are checked against their deadlines.
const batchesWatched = 1000

// notifyAtRisk queues an event for each batch that will miss its deadline.
func (r Record) notifyAtRisk(ctx context.Context) error {
	open, err := r.DB.Batches().List(ctx, true, batchesWatched)
	if err != nil {
		return err
	}
	var errs []error
	for _, b := range open {
		if b.Deadline.IsZero() {
			continue
		}
		s, err := r.DB.Batches().State(ctx, b.ID)
		if err == nil && s.AtRisk {
			err = r.DB.Write(ctx, func(tx *store.Tx) error { atRisk(tx, b); return nil })
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// atRisk queues the event of a batch that will miss its deadline. Its id has the
// deadline in it, so that the event is sent once for each.
func atRisk(tx *store.Tx, b store.Batch) {
	id := dossier.DeriveID(b.ID, webhook.BatchAtRisk, b.Deadline.Format(time.RFC3339Nano))
	tx.Webhooks().Queue(b.ProjectID, webhook.BatchAtRisk, id, webhook.Message{
		Kind: webhook.BatchAtRisk, At: tx.Now(), Project: b.ProjectID, Batch: b.ID, Status: dossier.StatusProcessing,
	})
}
