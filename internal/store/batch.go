package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"dossier"
)

// FinalizeBatch is the task type of a batch's callback.
const FinalizeBatch = "batch_finalization"

// Project is one matter.
type Project struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// EnsureProject returns the project of the name and makes it if it is missing.
func (tx *Tx) EnsureProject(ctx context.Context, name string) (Project, error) {
	p := Project{ID: dossier.DeriveID("project", name), Name: name}
	_, err := tx.exec(ctx, `INSERT INTO projects (id, name, created_at) VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`, p.ID, p.Name, tx.now)
	return p, err
}

// Project returns the project of the name.
func (db *DB) Project(ctx context.Context, name string) (Project, error) {
	p := Project{Name: name}
	err := db.one(ctx, []any{&p.ID}, `SELECT id FROM projects WHERE name = $1`, name)
	return p, notFound(err, "project", name, "`dossier process` makes one; --data names the data directory")
}

// BatchRequest says what a batch is to do.
type BatchRequest struct {
	ProjectID string
	SourceKey string // equal requests have equal keys
	Priority  dossier.Priority
	Deadline  time.Time // zero: none
}

// OpenBatch starts a batch, or takes up the unfinished batch of the same
// request. Its chord holds one count for the intake, given back by
// [Tx.CloseIntake].
func (tx *Tx) OpenBatch(ctx context.Context, r BatchRequest) (id string, resumed bool, err error) {
	var open bool
	err = tx.one(ctx, []any{&id, &open}, `SELECT b.id, b.intake_open FROM batches b JOIN chords c ON c.batch_id = b.id
		WHERE b.project_id = $1 AND b.source_key = $2 AND b.status = 'processing' AND c.fired_at = 0
		ORDER BY b.created_at DESC LIMIT 1`, r.ProjectID, r.SourceKey)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		id, err = tx.newBatch(ctx, r)
		return id, false, err
	case err != nil:
		return "", false, err
	}
	if err := tx.resume(ctx, id, r); err != nil || open {
		return id, true, err
	}
	return id, true, tx.growChord(ctx, id)
}

// resume takes up an unfinished batch as it is asked for now. What could not
// be read before is forgotten: the intake looks again.
func (tx *Tx) resume(ctx context.Context, id string, r BatchRequest) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`UPDATE batches SET intake_open = 1, priority = $2, deadline = $3 WHERE id = $1`, []any{id, r.Priority, micros(r.Deadline)}},
		{
			`UPDATE processing_tasks SET priority = $2, deadline = $3, due = $4 WHERE batch_id = $1 AND status = 'pending'`,
			[]any{id, r.Priority, micros(r.Deadline), due(tx.now, r.Priority, r.Deadline)},
		},
		{`DELETE FROM intake_problems WHERE batch_id = $1`, []any{id}},
	} {
		if _, err := tx.exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) newBatch(ctx context.Context, r BatchRequest) (string, error) {
	v7, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	id := v7.String()
	if _, err := tx.exec(ctx, `INSERT INTO batches (id, project_id, source_key, priority, deadline, status, created_at)
		VALUES ($1, $2, $3, $4, $5, 'processing', $6)`,
		id, r.ProjectID, r.SourceKey, r.Priority, micros(r.Deadline), tx.now); err != nil {
		return "", err
	}
	_, err = tx.exec(ctx, `INSERT INTO chords (batch_id, remaining, callback_type) VALUES ($1, 1, $2)`, id, FinalizeBatch)
	return id, err
}

// CloseIntake says that the intake has seen all files of the request, and gives
// its count of the chord back.
func (tx *Tx) CloseIntake(ctx context.Context, batchID string) error {
	n, err := tx.exec(ctx, `UPDATE batches SET intake_open = 0 WHERE id = $1 AND intake_open = 1`, batchID)
	if err != nil || n == 0 {
		return err
	}
	return tx.shrinkChord(ctx, batchID, false)
}

func (tx *Tx) growChord(ctx context.Context, batchID string) error {
	_, err := tx.exec(ctx, `UPDATE chords SET remaining = remaining + 1 WHERE batch_id = $1`, batchID)
	return err
}

// shrinkChord counts one member as done and, at zero, inserts the callback in
// the same transaction: it can be neither lost nor doubled.
func (tx *Tx) shrinkChord(ctx context.Context, batchID string, failed bool) error {
	var remaining int64
	var callback string
	err := tx.one(ctx, []any{&remaining, &callback}, `UPDATE chords SET remaining = remaining - 1, failed = failed + $2
		WHERE batch_id = $1 RETURNING remaining, callback_type`, batchID, failed)
	if err != nil || remaining > 0 {
		return err
	}
	if _, err := tx.exec(ctx, `UPDATE chords SET fired_at = $2 WHERE batch_id = $1`, batchID, tx.now); err != nil {
		return err
	}
	b, err := tx.batch(ctx, batchID)
	if err != nil {
		return err
	}
	return tx.InsertTask(ctx, NewTask{
		ID: dossier.DeriveID(batchID, callback), BatchID: batchID, ProjectID: b.ProjectID,
		Type: callback, Queue: "default", Generation: 1, Priority: b.Priority, Deadline: b.Deadline,
	})
}

// Batch is the record of a batch.
type Batch struct {
	ID        string
	ProjectID string
	Status    string
	Priority  dossier.Priority
	Deadline  time.Time
}

const batchColumns = `SELECT id, project_id, status, priority, deadline FROM batches WHERE id = $1`

func (b *Batch) fields(deadline *int64) []any {
	return []any{&b.ID, &b.ProjectID, &b.Status, &b.Priority, deadline}
}

func (tx *Tx) batch(ctx context.Context, id string) (b Batch, err error) {
	var deadline int64
	err = tx.one(ctx, b.fields(&deadline), batchColumns, id)
	b.Deadline = fromMicros(deadline)
	return b, err
}

// Batch returns a batch by its id.
func (db *DB) Batch(ctx context.Context, id string) (b Batch, err error) {
	var deadline int64
	err = db.one(ctx, b.fields(&deadline), batchColumns, id)
	b.Deadline = fromMicros(deadline)
	return b, notFound(err, "batch", id, "")
}

// OpenBatches returns the unfinished batches that a document belongs to.
func (tx *Tx) OpenBatches(ctx context.Context, documentID string) ([]Batch, error) {
	var list []Batch
	err := tx.rows(ctx, func(rows *sql.Rows) error {
		var b Batch
		var deadline int64
		err := rows.Scan(b.fields(&deadline)...)
		b.Deadline = fromMicros(deadline)
		list = append(list, b)
		return err
	}, `SELECT b.id, b.project_id, b.status, b.priority, b.deadline FROM batches b
		JOIN batch_documents m ON m.batch_id = b.id
		WHERE m.document_id = $1 AND b.status = 'processing' ORDER BY b.id`, documentID)
	return list, err
}

// CompleteBatch marks a batch as completed; its callback does so.
func (tx *Tx) CompleteBatch(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, `UPDATE batches SET status = 'completed', completed_at = $2
		WHERE id = $1 AND status = 'processing'`, id, tx.now)
	return err
}

// MemberCounts returns how many documents of a batch are in each status. The
// sum is the size of the batch.
func (db *DB) MemberCounts(ctx context.Context, batchID string) (map[dossier.Status]int, error) {
	counts := map[dossier.Status]int{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var s dossier.Status
		var n int
		err := rows.Scan(&s, &n)
		counts[s] = n
		return err
	}, `SELECT d.status, count(*) FROM batch_documents m JOIN source_documents d ON d.id = m.document_id
		WHERE m.batch_id = $1 GROUP BY d.status`, batchID)
	return counts, err
}

// Member is a document's state in a batch, with the version that orders it.
type Member struct {
	BatchID    string
	DocumentID string
	Status     dossier.Status
	Version    int64
}

// Members calls f for every document of a batch.
func (db *DB) Members(ctx context.Context, batchID string, f func(Member) error) error {
	return db.rows(ctx, func(rows *sql.Rows) error {
		m := Member{BatchID: batchID}
		if err := rows.Scan(&m.DocumentID, &m.Status, &m.Version); err != nil {
			return err
		}
		return f(m)
	}, `SELECT d.id, d.status, d.version FROM batch_documents m JOIN source_documents d ON d.id = m.document_id
		WHERE m.batch_id = $1`, batchID)
}

// AddProblem records a file that could not be registered.
func (tx *Tx) AddProblem(ctx context.Context, batchID, path string, cause error) error {
	_, err := tx.exec(ctx, `INSERT INTO intake_problems (batch_id, path, error_code, error_message)
		VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		batchID, strings.ToValidUTF8(path, "\uFFFD"), dossier.CodeOf(cause), dossier.TextOf(cause))
	return err
}
