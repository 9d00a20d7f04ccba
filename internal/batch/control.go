package batch

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/identity"
	"github.com/dossier-legal/dossier/internal/notify"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/webhook"
)

// decide runs a decision and tells Redis and the engines of it.
func (m *Manager) decide(ctx context.Context, decision func(tx *store.Tx, news *queue.News) error) error {
	var news *queue.News
	if err := m.DB.Write(ctx, func(tx *store.Tx) error {
		news = &queue.News{}
		return decision(tx, news)
	}); err != nil {
		return err
	}
	m.send(ctx, news)
	m.Call(ctx)
	return nil
}

// send writes news to Redis and reports whether that succeeded. They are
// projections, so that a failure is only logged.
func (m *Manager) send(ctx context.Context, news *queue.News) bool {
	err := news.Send(ctx, m.Redis)
	if err != nil {
		m.Log.Warn("Redis did not take the news; the record is not affected", "err", err)
	}
	return err == nil
}

// Call tells all engines that there is new work on record.
func (m *Manager) Call(ctx context.Context) {
	if err := queue.Call(ctx, m.Redis); err != nil {
		m.Log.Warn("calling the workers failed; they look by themselves every second", "err", err)
	}
}

// Pause keeps the tasks of a batch from starting, or lets them start again;
// those that run go on.
func (m *Manager) Pause(ctx context.Context, b store.Batch, paused bool) error {
	action := "batch.resume"
	if paused {
		action = "batch.pause"
	}
	return m.decide(ctx, func(tx *store.Tx, news *queue.News) error {
		if err := tx.Batches().KeepOpen(ctx, b.ID); err != nil {
			return err
		}
		if _, err := tx.Batches().Pause(ctx, b.ID, paused); err != nil {
			return err
		}
		notify.Batch(m.Redis, tx, news, b.ID, dossier.StatusProcessing, action)
		return tx.Audit().Record(ctx, m.Actor, action, b.ID, b.ProjectID, struct{}{})
	})
}

// Cancel ends a batch: what has ended stands, nothing else starts. It returns
// how many documents were cancelled.
func (m *Manager) Cancel(ctx context.Context, b store.Batch) (cancelled int, err error) {
	return cancelled, m.decide(ctx, func(tx *store.Tx, news *queue.News) error {
		if err := tx.Batches().KeepOpen(ctx, b.ID); err != nil {
			return err
		}
		members, err := tx.Batches().Cancel(ctx, b.ID)
		cancelled = len(members)
		news.Members(members...)
		notify.Batch(m.Redis, tx, news, b.ID, dossier.StatusCancelled, "")
		if err != nil {
			return err
		}
		round, err := tx.Batches().Round(ctx, b.ID)
		if err != nil {
			return err
		}
		notify.BatchEnded(tx, b.ProjectID, b.ID, webhook.BatchCancelled, round)
		return tx.Audit().Record(ctx, m.Actor, "batch.cancel", b.ID, b.ProjectID, map[string]int{"cancelled": cancelled})
	})
}

// SetPriority changes the priority of a batch, and its deadline unless that is
// zero. Its waiting tasks move in the order of work.
func (m *Manager) SetPriority(ctx context.Context, b store.Batch, priority dossier.Priority, deadline time.Time) error {
	return m.decide(ctx, func(tx *store.Tx, _ *queue.News) error {
		if err := tx.Batches().KeepOpen(ctx, b.ID); err != nil {
			return err
		}
		if err := tx.Batches().SetPriority(ctx, b.ID, priority, deadline); err != nil {
			return err
		}
		return tx.Audit().Record(ctx, m.Actor, "batch.priority", b.ID, b.ProjectID, map[string]any{
			"from": b.Priority, "to": priority, "deadline": deadline,
		})
	})
}

// Retried counts the documents that a retry was for.
type Retried struct {
	Started  int // from a stage on
	Joined   int // another batch has them under way
	Replaced int // another batch has ended them, which the batch takes over
}

func (r *Retried) count(d store.Restarted) {
	switch {
	case d.Stage != "":
		r.Started++
	case d.Status.Final():
		r.Replaced++
	default:
		r.Joined++
	}
}

// retryGroup is how many documents are restarted in one transaction.
const retryGroup = 200

// Retry processes documents of a batch again that ended with one of the
// statuses: from the stage, or, if that is "", from the one at which they
// failed. What the stages before it made stays. That stage and those after it
// make the outputs that they had made anew, whatever the cache has, and replace
// them there: until then other documents of the same content use what there is.
// A document that another batch has under way is joined, and what another batch
// has made of one meanwhile is taken over.
func (m *Manager) Retry(ctx context.Context, b store.Batch, from dossier.Stage, statuses []dossier.Status) (r Retried, err error) {
	scope := store.RetryScope{Statuses: statuses, Before: m.DB.Now()}
	for {
		group, attempt := 0, r
		err := m.decide(ctx, func(tx *store.Tx, news *queue.News) error {
			ids, err := tx.Batches().Retryable(ctx, b.ID, scope, retryGroup)
			if group = len(ids); err != nil || group == 0 {
				return err
			}
			if r == (Retried{}) {
				if err := tx.Audit().Record(ctx, m.Actor, "batch.retry", b.ID, b.ProjectID, map[string]any{"stage": from, "only": statuses}); err != nil {
					return err
				}
			}
			if err := tx.Batches().Reopen(ctx, b.ID); err != nil {
				return err
			}
			news.Recount(b.ID) // a cancelled batch takes no states of its members any more
			attempt = r
			for _, id := range ids {
				d, err := m.restart(ctx, tx, news, b, id, from, &scope)
				if err != nil {
					return err
				}
				attempt.count(d)
			}
			return nil
		})
		if err != nil || group == 0 {
			return r, err
		}
		r = attempt
	}
}

// Replay processes again what failed permanently: the documents of the dead
// letters that the filter lets through, each from the stage at which it failed.
// It returns how many start.
func (m *Manager) Replay(ctx context.Context, filter store.DeadFilter) (started int, err error) {
	var letters []store.DeadLetter
	if err := m.DB.Tasks().DeadLetters(ctx, filter, func(d store.DeadLetter) error {
		letters = append(letters, d)
		return nil
	}); err != nil {
		return 0, err
	}
	slices.SortStableFunc(letters, func(a, b store.DeadLetter) int { return strings.Compare(a.Batch, b.Batch) })
	for group := range slices.Chunk(letters, retryGroup) {
		if err := m.decide(ctx, func(tx *store.Tx, news *queue.News) error {
			for _, d := range group {
				if err := m.revive(ctx, tx, news, d); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return started, err
		}
		started += len(group)
	}
	return started, nil
}

func (m *Manager) revive(ctx context.Context, tx *store.Tx, news *queue.News, d store.DeadLetter) error {
	b, err := tx.Batches().Get(ctx, d.Batch)
	if err != nil {
		return err
	}
	if err := tx.Audit().Record(ctx, m.Actor, "task.replay", d.Task, b.ProjectID, map[string]any{"code": d.Code, "document": d.Document}); err != nil {
		return err
	}
	if d.Document == "" {
		return tx.Tasks().Revive(ctx, d.Task)
	}
	if err := tx.Batches().Reopen(ctx, b.ID); err != nil {
		return err
	}
	_, err = m.restart(ctx, tx, news, b, d.Document, "", nil)
	return err
}

// restart starts a final document of a batch again, if it is in the scope.
func (m *Manager) restart(ctx context.Context, tx *store.Tx, news *queue.News, b store.Batch, id string, from dossier.Stage, scope *store.RetryScope) (store.Restarted, error) {
	r, err := tx.Documents().Restart(ctx, b.ID, id, from, scope)
	if err != nil {
		return r, err
	}
	if err := identity.Release(ctx, tx, b.ProjectID, r.FreedNames); err != nil {
		return r, err
	}
	if s, _, ok := plan.Find(r.Stage); ok {
		t := s.Task(ctx, b, id, r.Generation)
		t.Renew = r.Renew
		tx.Tasks().Add(t)
	}
	news.Members(r.Member)
	return r, nil
}
