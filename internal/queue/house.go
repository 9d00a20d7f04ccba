package queue

import (
	"context"
	"time"

	"github.com/dossier-legal/dossier/internal/store"
)

// Three loops run beside the work, each with a ticker of its own, so that none
// waits for another: feeding (which needs the broker), recovery (which may wait
// for locks in the database), and the heartbeat (which must do neither).

// every calls f at once and then at the interval until ctx ends.
func (e *Engine) every(ctx context.Context, interval time.Duration, what string, f func(context.Context) error) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := f(ctx); err != nil && ctx.Err() == nil {
			e.Log.Error(what+" failed; trying again", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// heartbeat records that this worker lives and which tasks it works on, and
// interrupts the attempts whose claims are gone.
func (e *Engine) heartbeat(ctx context.Context) error {
	claims := e.running.claims()
	w := e.self
	w.Active = make([]string, len(claims))
	for i, c := range claims {
		w.Active[i] = c.TaskID
	}
	w.Jobs, w.Failed = e.jobs.Load(), e.failed.Load()
	if e.RSS != nil {
		w.RSS = e.RSS()
	}
	var lost []store.LostClaim
	err := e.DB.WriteBrief(ctx, func(tx *store.Tx) (err error) {
		if err := tx.Workers().Put(ctx, w); err != nil {
			return err
		}
		lost, err = tx.Tasks().Heartbeat(ctx, w.ID, claims)
		return err
	})
	if err != nil {
		return err
	}
	for _, l := range lost {
		e.running.lost(l.Claim, l.Status)
	}
	return nil
}

// keepHouse picks up what was dropped, here or elsewhere. One worker at a time
// is enough.
func (e *Engine) keepHouse(ctx context.Context) error {
	if err := e.DB.SyncClock(ctx); err != nil {
		return err
	}
	return e.DB.WriteBrief(ctx, func(tx *store.Tx) error {
		first, err := tx.TryLock(ctx, "house")
		if err != nil || !first {
			return err
		}
		if _, err := tx.Tasks().Unpublish(ctx, *e.epoch.Load(), 2*e.Lease); err != nil {
			return err
		}
		if err := tx.Tasks().Settle(ctx); err != nil {
			return err
		}
		if err := tx.Batches().CloseInterrupted(ctx); err != nil {
			return err
		}
		if err := tx.Workers().DropSilent(ctx, time.Hour+e.Lease); err != nil {
			return err
		}
		return e.recoverTasks(ctx, tx, e.Lease)
	})
}

// recoverTasks gives the tasks of silent workers back to the backlog. A worker
// that died may have committed what it could not report any more, so the
// progress of its batches is counted afresh.
func (e *Engine) recoverTasks(ctx context.Context, tx *store.Tx, silentFor time.Duration) error {
	lost, err := tx.Tasks().Recover(ctx, silentFor)
	if len(lost) > 0 {
		e.Log.Warn("tasks of a lost worker go back to the backlog", "tasks", len(lost))
		e.outbox.distrust(batchesOf(lost)...)
	}
	return err
}

func batchesOf(tasks []store.Task) []string {
	batches := make([]string, len(tasks))
	for i, t := range tasks {
		batches[i] = t.BatchID
	}
	return batches
}
