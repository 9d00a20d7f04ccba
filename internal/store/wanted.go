package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/dossier-legal/dossier"
)

// What a task owes to the batches that want its document is derived, not
// remembered: batch, held, priority, deadline and due time of an open task
// follow from all open batches of which its document is an open member (from
// its own batch, if it has no document). The expressions below are the only
// place that knows how. [transaction.flushTasks] applies them to new tasks;
// [transaction.settleBatch] and [transaction.settleDocuments] apply them again whenever a batch is
// paused, resumed, cancelled, joined, or given another priority.
//
// On PostgreSQL a task that is inserted while a batch changes may follow the
// batch as it was before. So a change marks its batch as unsettled, and
// [TxTasks.Settle], run by house-keeping, derives the tasks of such batches
// again until every transaction that may have seen the old state has ended.

// Low work waits for higher work that arrives up to a day later, and never
// longer, so that nothing starves. A deadline pulls the due time to an hour
// before it.
const (
	normalDelay    = 6 * time.Hour
	lowDelay       = 24 * time.Hour
	deadlineMargin = time.Hour
)

// Expressions over b, the rows of a task's batches.
const (
	wantedHeld     = `min(b.paused)`
	wantedDeadline = `coalesce(min(nullif(b.deadline, 0)), 0)`
	wantedPriority = `CASE min(CASE b.priority WHEN 'high' THEN 0 WHEN 'normal' THEN 1 ELSE 2 END)
		WHEN 0 THEN 'high' WHEN 1 THEN 'normal' ELSE 'low' END`
)

// wantedBatch is the batch that a task counts as part of: the one it was made
// for, as long as that wants it.
func wantedBatch(own string) string {
	return `coalesce(min(CASE WHEN b.id = ` + own + ` THEN b.id END), min(b.id))`
}

// wantedDue is when a task is due that was created at the given time.
func wantedDue(created string) string {
	byPriority := fmt.Sprintf(`min(%s + CASE b.priority WHEN 'high' THEN 0 WHEN 'normal' THEN %d ELSE %d END)`,
		created, normalDelay.Microseconds(), lowDelay.Microseconds())
	byDeadline := fmt.Sprintf(`min(nullif(b.deadline, 0)) - %d`, deadlineMargin.Microseconds())
	return `CASE WHEN ` + byDeadline + ` < ` + byPriority + ` THEN ` + byDeadline + ` ELSE ` + byPriority + ` END`
}

// wantingBatches joins b, the open batches that want a document, or the batch
// of a task without one. A task that no open batch wants has no row. The
// concatenation keeps PostgreSQL from reading all open members by the index of
// their status, which it takes for few, instead of those of the document.
func wantingBatches(document, own string) string {
	return `LEFT JOIN batch_documents m ON m.document_id = ` + document + ` AND m.status || '' IN ('pending', 'processing')
		JOIN batches b ON b.id = coalesce(m.batch_id, ` + own + `) AND b.status = 'processing'`
}

// derived joins w, what the open tasks of a scope are to be, where that differs
// from what they are.
func derived(scope string) string {
	return `(SELECT t.id AS task, ` + wantedBatch("t.batch_id") + ` AS home, ` + wantedHeld + ` AS hold,
				` + wantedPriority + ` AS level, ` + wantedDeadline + ` AS latest, ` + wantedDue("t.created_at") + ` AS turn
			FROM processing_tasks t ` + wantingBatches("t.document_id", "t.batch_id") + `
			WHERE t.status IN ('pending', 'processing') AND ` + scope + ` GROUP BY t.id) w
		WHERE id = w.task AND status IN ('pending', 'processing') AND (batch_id <> w.home OR held <> w.hold
			OR priority <> w.level OR deadline <> w.latest OR due <> w.turn)`
}

// settle is the statement that derives the open tasks of a scope again. Only
// rows that differ are written. A task that becomes held or free is to be
// handed out again, because the broker's message for it has been dropped or
// will be.
func settle(scope string) string {
	return `UPDATE processing_tasks SET batch_id = w.home, held = w.hold, priority = w.level, deadline = w.latest, due = w.turn,
		published_epoch = CASE WHEN held <> w.hold THEN '' ELSE published_epoch END, updated_at = $2
		FROM ` + derived(scope)
}

const ofBatch = `t.id IN (SELECT k.id FROM processing_tasks k
			WHERE k.batch_id = $1 AND k.status IN ('pending', 'processing')
		UNION ALL SELECT k.id FROM batch_documents d JOIN processing_tasks k ON k.document_id = d.document_id
			WHERE d.batch_id = $1 AND d.status IN ('pending', 'processing', 'cancelled')
			AND k.status IN ('pending', 'processing'))`

var (
	settleDocuments = settle(`t.document_id IN json_list($1)`)
	settleTasks     = settle(`t.id IN json_list($1)`)
	settleBatch     = settle(ofBatch)
	unsettledTasks  = `SELECT id FROM processing_tasks, ` + derived(ofBatch)
)

// settleBatch derives the open tasks of a batch's documents again, and ends
// those that no open batch wants any more.
func (tx *transaction) settleBatch(ctx context.Context, id string) error {
	if _, err := tx.exec(ctx, settleBatch, id, tx.now); err != nil {
		return err
	}
	return tx.cancelUnwanted(ctx, id)
}

func (tx *transaction) cancelUnwanted(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, `UPDATE processing_tasks SET status = 'cancelled', fence = fence + 1, completed_at = $2, updated_at = $2
		WHERE batch_id = $1 AND status IN ('pending', 'processing')
		AND NOT EXISTS (SELECT 1 FROM batches b WHERE b.id = $1 AND b.status = 'processing')
		AND NOT EXISTS (SELECT 1 FROM batch_documents m JOIN batches b ON b.id = m.batch_id AND b.status = 'processing'
			WHERE m.document_id = processing_tasks.document_id AND m.status IN ('pending', 'processing'))`, id, tx.now)
	return err
}

// changeBatch settles the tasks of a batch that was changed, and marks it for
// [TxTasks.Settle].
func (tx *transaction) changeBatch(ctx context.Context, id string) error {
	if err := tx.settleBatch(ctx, id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `UPDATE batches SET unsettled = 1 WHERE id = $1`, id)
	return err
}

// flushJoined settles the tasks of documents that were under way when a batch
// joined them, and marks the batches for [TxTasks.Settle].
func (tx *transaction) flushJoined(ctx context.Context) error {
	if len(tx.joined) == 0 {
		return nil
	}
	var documents, batches []string
	for _, m := range tx.joined {
		documents, batches = append(documents, m.DocumentID), append(batches, m.BatchID)
	}
	tx.joined = nil
	if _, err := tx.exec(ctx, settleDocuments, jsonText(documents), tx.now); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `UPDATE batches SET unsettled = 1 WHERE id IN json_list($1)`, jsonText(batches))
	return err
}

// Settle derives the tasks of unsettled batches again. A batch is settled
// when all transactions that were under way at the first look after its change
// have ended: unsettled is 1 after a change, then the number of the next
// transaction at that look, then 0. Rows that another transaction holds are left
// for the next look, so that none waits for a process that is frozen.
func (tx TxTasks) Settle(ctx context.Context) error {
	type look struct {
		batch     string
		unsettled int64 // as it was
		next      int64 // as it is to be
	}
	var looks []look
	if err := tx.rows(ctx, func(rows *sql.Rows) error {
		var l look
		err := rows.Scan(&l.batch, &l.unsettled, &l.next)
		looks = append(looks, l)
		return err
	}, `SELECT id, unsettled, CASE WHEN unsettled = 1 THEN `+tx.dialect.nextTransaction+`
			WHEN unsettled <= `+tx.dialect.oldestTransaction+` THEN 0 ELSE unsettled END
		FROM batches WHERE unsettled > 0 ORDER BY id`); err != nil {
		return err
	}
	for _, l := range looks {
		all, err := tx.settleFree(ctx, l.batch)
		if err != nil {
			return err
		}
		if !all || l.next == l.unsettled {
			continue
		}
		if _, err := tx.exec(ctx, `UPDATE batches SET unsettled = $2 WHERE id = $1 AND unsettled = $3`,
			l.batch, l.next, l.unsettled); err != nil {
			return err
		}
	}
	return nil
}

// settleFree does what settleBatch does with the tasks that no other transaction
// holds, and reports whether those are all.
func (tx *transaction) settleFree(ctx context.Context, id string) (all bool, err error) {
	var differ, free []string
	if err := tx.rows(ctx, texts(&differ), unsettledTasks, id); err != nil {
		return false, err
	}
	if len(differ) > 0 {
		if err := tx.rows(ctx, texts(&free), `SELECT id FROM processing_tasks WHERE id IN json_list($1)`+tx.dialect.skipLocked,
			jsonText(differ)); err != nil {
			return false, err
		}
		if _, err := tx.exec(ctx, settleTasks, jsonText(free), tx.now); err != nil {
			return false, err
		}
	}
	return len(free) == len(differ), tx.cancelUnwanted(ctx, id)
}

// Pause keeps the tasks of an unfinished batch from starting, or lets them
// start again; those that run go on, and so do documents that another batch
// wants that is not paused. It reports whether that changed anything.
func (tx TxBatches) Pause(ctx context.Context, id string, paused bool) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE batches SET paused = $2 WHERE id = $1 AND paused <> $2 AND status = 'processing'`, id, bit(paused))
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.changeBatch(ctx, id)
}

// SetPriority changes the priority of an unfinished batch, and its deadline
// unless that is zero, with the order of its open tasks.
func (tx TxBatches) SetPriority(ctx context.Context, id string, p dossier.Priority, deadline time.Time) error {
	n, err := tx.exec(ctx, `UPDATE batches SET priority = $2, deadline = CASE WHEN CAST($3 AS BIGINT) = 0 THEN deadline ELSE $3 END
		WHERE id = $1 AND status = 'processing'`, id, p, micros(deadline))
	if err != nil || n == 0 {
		return err
	}
	return tx.changeBatch(ctx, id)
}
