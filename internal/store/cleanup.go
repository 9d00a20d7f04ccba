package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Old is a kind of rows that are deleted when they are old enough.
type Old string

// The kinds of old rows. Rows of projects and documents on which a hold is in
// force are never among them.
const (
	OldAttempts   Old = "attempts"      // of tasks that have ended
	OldDeliveries Old = "deliveries"    // to webhooks, delivered or given up
	OldEvents     Old = "entity_events" // the feed of what happened to entities
	OldAudit      Old = "audit"         // the audit log
)

// old says which rows of a table are old: rows selects their keys, where $1 is
// the time before which they were made.
type old struct{ table, key, rows string }

const unheld = `NOT EXISTS (SELECT 1 FROM holds h WHERE h.released_at = 0 AND h.project_id = %s AND %s)`

var oldRows = map[Old]old{
	OldAttempts: {"task_attempts", "task_id, attempt", `SELECT a.task_id, a.attempt FROM task_attempts a
		JOIN processing_tasks t ON t.id = a.task_id WHERE a.ended_at < $1 AND t.status NOT IN ('pending', 'processing')
		AND ` + fmt.Sprintf(unheld, "t.project_id", "(h.document_id IS NULL OR h.document_id = t.document_id)")},
	OldDeliveries: {"webhook_deliveries", "id", `SELECT d.id FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
		WHERE d.created_at < $1 AND d.status <> 'pending' AND ` + fmt.Sprintf(unheld, "coalesce(w.project_id, '')", "h.document_id IS NULL")},
	OldEvents: {"entity_events", "seq", `SELECT e.seq FROM entity_events e WHERE e.created_at < $1
		AND ` + fmt.Sprintf(unheld, "e.project_id", "true")},
	OldAudit: {"audit_log", "seq", `SELECT l.seq FROM audit_log l WHERE l.at < $1
		AND ` + fmt.Sprintf(unheld, "coalesce(l.project_id, '')", "true")},
}

// DeleteOld deletes rows of a kind that are older than age, at most limit, and
// returns how many.
func (tx TxRetention) DeleteOld(ctx context.Context, kind Old, age time.Duration, limit int) (int, error) {
	o := oldRows[kind]
	n, err := tx.exec(ctx, fmt.Sprintf(`DELETE FROM %s WHERE (%s) IN (%s LIMIT $2)`, o.table, o.key, o.rows), tx.now-age.Microseconds(), limit)
	return int(n), err
}

// CountOld returns how many rows of a kind are older than age.
func (db Retention) CountOld(ctx context.Context, kind Old, age time.Duration) (n int, err error) {
	err = db.one(ctx, []any{&n}, fmt.Sprintf(`SELECT count(*) FROM (%s) o`, oldRows[kind].rows), micros(db.now().Add(-age)))
	return n, err
}

// Ended returns the ids of the batches that ended longer ago than age.
func (db Batches) Ended(ctx context.Context, age time.Duration) (ids []string, err error) {
	err = db.rows(ctx, texts(&ids), `SELECT id FROM batches WHERE status <> 'processing' AND completed_at < $1 ORDER BY id`,
		micros(db.now().Add(-age)))
	return ids, err
}

// Take has the worker do a chore, if that is due: nobody has completed it
// within the time every, and nobody does it. It is the worker's for the time of
// the lease, and on with every call of [TxChores.Keep].
func (tx TxChores) Take(ctx context.Context, name, worker string, every, lease time.Duration) (bool, error) {
	if _, err := tx.exec(ctx, `INSERT INTO chores (name) VALUES ($1) ON CONFLICT DO NOTHING`, name); err != nil {
		return false, err
	}
	n, err := tx.exec(ctx, `UPDATE chores SET worker = $2, lease = $4, started_at = $3
		WHERE name = $1 AND lease <= $3 AND ended_at <= $5`,
		name, worker, tx.now, tx.now+lease.Microseconds(), tx.now-every.Microseconds())
	return n > 0, err
}

// Keep extends the lease of a chore that the worker does. If it is somebody
// else's by now the error is [ErrFenced].
func (tx TxChores) Keep(ctx context.Context, name, worker string, lease time.Duration) error {
	return tx.changeChore(ctx, `UPDATE chores SET lease = $3 WHERE name = $1 AND worker = $2 AND lease > 0`, name, worker, tx.now+lease.Microseconds())
}

// End ends a chore that the worker did; done says that it was completed, and
// is not due for a while.
func (tx TxChores) End(ctx context.Context, name, worker string, done bool) error {
	if done {
		return tx.changeChore(ctx, `UPDATE chores SET lease = 0, ended_at = $3 WHERE name = $1 AND worker = $2 AND lease > 0`, name, worker, tx.now)
	}
	return tx.changeChore(ctx, `UPDATE chores SET lease = 0 WHERE name = $1 AND worker = $2 AND lease > 0`, name, worker)
}

func (tx *transaction) changeChore(ctx context.Context, query string, args ...any) error {
	n, err := tx.exec(ctx, query, args...)
	if err == nil && n == 0 {
		return ErrFenced
	}
	return err
}

// ProjectInfo is a project with what a deletion of it would remove.
type ProjectInfo struct {
	Project
	Documents int       `json:"documents"`
	Batches   int       `json:"batches"`
	Open      int       `json:"open_batches"`
	Bytes     int64     `json:"bytes"` // of its originals
	Entities  int       `json:"entities"`
	Deleting  bool      `json:"deleting,omitempty"`
	Holds     []Hold    `json:"holds,omitempty"`
	CreatedAt time.Time `json:"created"`
}

// Infos describes projects, by name: the one of the name, or all if that
// is "".
func (db Projects) Infos(ctx context.Context, name string) ([]ProjectInfo, error) {
	list := []ProjectInfo{}
	if err := db.rows(ctx, func(rows *sql.Rows) error {
		var p ProjectInfo
		var created int64
		err := rows.Scan(&p.ID, &p.Name, &p.Deleting, &created, &p.Documents, &p.Bytes, &p.Batches, &p.Open, &p.Entities)
		p.CreatedAt = fromMicros(created)
		list = append(list, p)
		return err
	}, `SELECT p.id, p.name, p.deleting_at > 0, p.created_at,
			(SELECT count(*) FROM source_documents d WHERE d.project_id = p.id),
			(SELECT coalesce(sum(d.byte_size), 0) FROM source_documents d WHERE d.project_id = p.id),
			(SELECT count(*) FROM batches b WHERE b.project_id = p.id),
			(SELECT count(*) FROM batches b WHERE b.project_id = p.id AND b.status = 'processing'),
			(SELECT count(*) FROM canonical_entities c WHERE c.project_id = p.id)
		FROM projects p WHERE $1 = '' OR p.name = $1 ORDER BY p.name`, name); err != nil {
		return nil, err
	}
	holds, err := Holds(db).List(ctx, "")
	if err != nil {
		return nil, err
	}
	for i := range list {
		for _, h := range holds {
			if h.ProjectID == list[i].ID {
				list[i].Holds = append(list[i].Holds, h)
			}
		}
	}
	if name != "" && len(list) == 0 {
		return nil, db.missing(ctx, name, "`dossier project list` shows those on record")
	}
	return list, nil
}
