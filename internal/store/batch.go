package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/dossier-legal/dossier"
)

// FinalizeBatch is the task type of a batch's callback.
const FinalizeBatch = "batch_finalization"

// Project is one matter.
type Project struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Ensure returns the project of the name and makes it if it is missing.
// One that is being deleted is an error of CodeNotFound.
func (tx TxProjects) Ensure(ctx context.Context, name string) (Project, error) {
	p := Project{ID: dossier.DeriveID("project", name), Name: name}
	if _, err := tx.exec(ctx, `INSERT INTO projects (id, name, created_at) VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`, p.ID, p.Name, tx.now); err != nil {
		return p, err
	}
	var deleting bool
	if err := tx.one(ctx, []any{&deleting}, `SELECT deleting_at > 0 FROM projects WHERE id = $1`, p.ID); err != nil {
		return p, err
	}
	if deleting {
		return p, beingDeleted(name)
	}
	return p, nil
}

// Get returns the project of the name.
func (db Projects) Get(ctx context.Context, name string) (Project, error) {
	p := Project{Name: name}
	err := db.one(ctx, []any{&p.ID}, `SELECT id FROM projects WHERE name = $1`, name)
	if errors.Is(err, sql.ErrNoRows) {
		return p, db.missing(ctx, name, "`dossier process` makes one; --data names the data directory")
	}
	return p, err
}

// missing is the error about a project that is not on record.
func (db Projects) missing(ctx context.Context, name, cure string) error {
	var names []string
	if err := db.rows(ctx, texts(&names), `SELECT name FROM projects ORDER BY name`); err != nil {
		return err
	}
	return meant(notFound(sql.ErrNoRows, "project", name, cure), name, names)
}

// List returns all projects by name.
func (db Projects) List(ctx context.Context) ([]Project, error) {
	var list []Project
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var p Project
		err := rows.Scan(&p.ID, &p.Name)
		list = append(list, p)
		return err
	}, `SELECT id, name FROM projects ORDER BY name`)
	return list, err
}

// BatchRequest says what a batch is to do.
type BatchRequest struct {
	ProjectID string
	SourceKey string // equal requests have equal keys
	Name      string // what people call it
	Options   string // JSON: what the pipeline is to do
	Priority  dossier.Priority
	Deadline  time.Time // zero: none
}

// Open starts a batch, or takes up the unfinished batch of the same
// request. Its chord holds one count for the intake, given back by
// [TxBatches.CloseIntake].
func (tx TxBatches) Open(ctx context.Context, r BatchRequest) (id string, resumed bool, err error) {
	if err := TxProjects(tx).Lock(ctx, r.ProjectID); err != nil { // two that ask at once get one batch
		return "", false, err
	}
	var open bool
	err = tx.one(ctx, []any{&id, &open}, `SELECT b.id, b.intake_open FROM batches b JOIN chords c ON c.batch_id = b.id
		WHERE b.project_id = $1 AND b.source_key = $2 AND b.status = 'processing' AND c.fired_at = 0
		ORDER BY b.created_at DESC LIMIT 1`+tx.dialect.forUpdate, r.ProjectID, r.SourceKey)
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
	tx.countDown(id, -1, false)
	return id, true, nil
}

// resume takes up an unfinished batch as it is asked for now. What could not
// be read before is forgotten: the intake looks again.
func (tx *transaction) resume(ctx context.Context, id string, r BatchRequest) error {
	if _, err := tx.exec(ctx, `UPDATE batches SET intake_open = 1, intake_at = $4, priority = $2, deadline = $3 WHERE id = $1`,
		id, r.Priority, micros(r.Deadline), tx.now); err != nil {
		return err
	}
	if err := tx.changeBatch(ctx, id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `DELETE FROM intake_problems WHERE batch_id = $1`, id)
	return err
}

func (tx *transaction) newBatch(ctx context.Context, r BatchRequest) (string, error) {
	v7, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	id := v7.String()
	if r.Options == "" {
		r.Options = "{}"
	}
	if _, err := tx.exec(ctx, `INSERT INTO batches (id, project_id, source_key, name, options, priority, deadline,
		status, created_at, intake_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'processing', $8, $8)`,
		id, r.ProjectID, r.SourceKey, r.Name, r.Options, r.Priority, micros(r.Deadline), tx.now); err != nil {
		return "", err
	}
	_, err = tx.exec(ctx, `INSERT INTO chords (batch_id, remaining, callback_type) VALUES ($1, 1, $2)`, id, FinalizeBatch)
	return id, err
}

// CloseIntake says that the intake has seen all files of the request, and gives
// its count of the chord back.
func (tx TxBatches) CloseIntake(ctx context.Context, batchID string) error {
	n, err := tx.exec(ctx, `UPDATE batches SET intake_open = 0 WHERE id = $1 AND intake_open = 1`, batchID)
	if err != nil || n == 0 {
		return err
	}
	tx.countDown(batchID, 1, false)
	return nil
}

// TouchIntake says that the intake of a batch goes on.
func (tx TxBatches) TouchIntake(ctx context.Context, batchID string) error {
	_, err := tx.exec(ctx, `UPDATE batches SET intake_at = $2 WHERE id = $1 AND intake_open = 1`, batchID, tx.now)
	return err
}

// How long a submission may be silent until it counts as interrupted, and until
// its batch goes on without what it did not register.
const (
	submissionSilent = time.Minute
	submissionGone   = 10 * time.Minute
)

// CloseInterrupted closes the intake of batches whose submission has been silent
// for ten minutes, and records that as a problem of the batch: it ends without
// the files that were not registered, and is reported as incomplete.
func (tx TxBatches) CloseInterrupted(ctx context.Context) error {
	var ids []string
	if err := tx.rows(ctx, texts(&ids), `SELECT id FROM batches WHERE status = 'processing' AND intake_open = 1
		AND intake_at < $1 ORDER BY id`, tx.now-submissionGone.Microseconds()); err != nil {
		return err
	}
	for _, id := range ids {
		if err := tx.AddProblem(ctx, id, "(submission)", dossier.Errorf(dossier.CodeInterrupted,
			"the submission was interrupted before it had registered all files").WithCure("submit the same files again")); err != nil {
			return err
		}
		if err := tx.CloseIntake(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// countdown is what a transaction does to a chord.
type countdown struct {
	ended, failed int64
	reopened      bool // it has a new round, which may have no members
}

// countDown counts members of a batch's chord as ended, or as added if ended is
// negative. The chord's row is changed when the transaction ends.
func (tx *transaction) countDown(batchID string, ended int64, failed bool) {
	if tx.chords == nil {
		tx.chords = map[string]countdown{}
	}
	c := tx.chords[batchID]
	tx.chords[batchID] = countdown{c.ended + ended, c.failed + int64(bit(failed)), c.reopened}
}

// flushChords counts the chords down and, at zero, adds the callback in the
// same transaction: it can be neither lost nor doubled. All transactions take
// the chords in the same order, so that none waits for another that waits for
// it.
func (tx *transaction) flushChords(ctx context.Context) error {
	for _, batchID := range slices.Sorted(maps.Keys(tx.chords)) {
		c := tx.chords[batchID]
		if c == (countdown{}) {
			continue
		}
		var remaining int64
		var round int
		var callback string
		if err := tx.one(ctx, []any{&remaining, &round, &callback}, `UPDATE chords SET remaining = remaining - $2,
			failed = failed + $3 WHERE batch_id = $1 RETURNING remaining, round, callback_type`,
			batchID, c.ended, c.failed); err != nil {
			return err
		}
		if remaining > 0 {
			continue
		}
		if err := tx.fire(ctx, batchID, callback, round); err != nil {
			return err
		}
	}
	return nil
}

// fire adds the callback of a chord.
func (tx *transaction) fire(ctx context.Context, batchID, callback string, round int) error {
	if _, err := tx.exec(ctx, `UPDATE chords SET fired_at = $2 WHERE batch_id = $1`, batchID, tx.now); err != nil {
		return err
	}
	b, err := TxBatches{tx}.Get(ctx, batchID)
	if err != nil {
		return err
	}
	TxTasks{tx}.Add(NewTask{
		ID: dossier.DeriveID(batchID, callback, itoa(round)), BatchID: batchID, ProjectID: b.ProjectID,
		Type: callback, Queue: "default", Generation: round,
	})
	return nil
}

// Batch is the record of a batch.
type Batch struct {
	ID          string           `json:"id"`
	ProjectID   string           `json:"-"`
	Project     string           `json:"project"`
	Name        string           `json:"name,omitempty"`
	Status      string           `json:"status"` // processing, completed, cancelled
	Paused      bool             `json:"paused"`
	IntakeOpen  bool             `json:"intake_open"` // files may still be added
	IntakeAt    time.Time        `json:"-"`           // when the submission was last at work
	Priority    dossier.Priority `json:"priority"`
	Options     string           `json:"-"`
	Deadline    time.Time        `json:"deadline,omitzero"`
	CreatedAt   time.Time        `json:"created"`
	CompletedAt time.Time        `json:"completed,omitzero"`
}

const batchColumns = `SELECT b.id, b.project_id, p.name, b.name, b.status, b.paused, b.intake_open, b.intake_at, b.priority, b.options,
	b.deadline, b.created_at, b.completed_at FROM batches b JOIN projects p ON p.id = b.project_id `

func scanBatch(scan func(...any) error) (b Batch, err error) {
	var intake, deadline, created, completed int64
	err = scan(&b.ID, &b.ProjectID, &b.Project, &b.Name, &b.Status, &b.Paused, &b.IntakeOpen, &intake, &b.Priority, &b.Options,
		&deadline, &created, &completed)
	b.IntakeAt, b.Deadline = fromMicros(intake), fromMicros(deadline)
	b.CreatedAt, b.CompletedAt = fromMicros(created), fromMicros(completed)
	return b, err
}

// Get returns a batch by its id.
func (tx TxBatches) Get(ctx context.Context, id string) (Batch, error) {
	b, err := scanBatch(func(dest ...any) error { return tx.one(ctx, dest, batchColumns+`WHERE b.id = $1`, id) })
	return b, notFound(err, "batch", id, noBatchCure)
}

const noBatchCure = "`dossier batch list` shows those on record"

// Get returns a batch by its id.
func (db Batches) Get(ctx context.Context, id string) (Batch, error) {
	b, err := scanBatch(func(dest ...any) error { return db.one(ctx, dest, batchColumns+`WHERE b.id = $1`, id) })
	return b, notFound(err, "batch", id, noBatchCure)
}

// Find resolves what a person typed for a batch: its id, its name, or the
// first six or more characters of its id. If several batches fit, the error
// lists them: what is meant is not guessed.
func (db Batches) Find(ctx context.Context, what string) (Batch, error) {
	var list []Batch
	if err := db.rows(ctx, func(rows *sql.Rows) error {
		b, err := scanBatch(rows.Scan)
		list = append(list, b)
		return err
	}, batchColumns+`WHERE b.id = $1 OR b.name = $1
		OR (length($1) >= 6 AND substr(b.id, 1, length($1)) = $1) ORDER BY b.id DESC LIMIT $2`, what, candidatesShown+1); err != nil {
		return Batch{}, err
	}
	if i := slices.IndexFunc(list, func(b Batch) bool { return b.ID == what }); i >= 0 {
		list = list[i : i+1]
	}
	switch len(list) {
	case 0:
		var names []string
		if err := db.rows(ctx, texts(&names), `SELECT DISTINCT name FROM batches WHERE name <> '' LIMIT 10000`); err != nil {
			return Batch{}, err
		}
		return Batch{}, meant(notFound(sql.ErrNoRows, "batch", what, noBatchCure), what, names)
	case 1:
		return list[0], nil
	}
	var fit []string
	for _, b := range list {
		fit = append(fit, b.ID+" ("+b.Project+", "+b.Status+", "+b.CreatedAt.Local().Format(time.DateTime)+")")
	}
	return Batch{}, ambiguous(what, fit)
}

// List lists batches, the newest first; open narrows the list to those
// under way.
func (db Batches) List(ctx context.Context, open bool, limit int) ([]Batch, error) {
	list := []Batch{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		b, err := scanBatch(rows.Scan)
		list = append(list, b)
		return err
	}, batchColumns+`WHERE $1 = 0 OR b.status = 'processing' ORDER BY b.created_at DESC, b.id DESC LIMIT $2`, bit(open), limit)
	return list, err
}

// OpenOf returns the unfinished batches that have a document as an open
// member. They stay unfinished until the transaction ends.
func (tx TxBatches) OpenOf(ctx context.Context, documentID string) ([]Batch, error) {
	var list []Batch
	err := tx.rows(ctx, func(rows *sql.Rows) error {
		b, err := scanBatch(rows.Scan)
		list = append(list, b)
		return err
	}, batchColumns+`JOIN batch_documents m ON m.batch_id = b.id
		WHERE m.document_id = $1 AND m.status IN ('pending', 'processing') AND b.status = 'processing'
		ORDER BY b.id`+tx.dialect.forShare, documentID)
	return list, err
}

// Complete marks a batch as completed; the callback of its round does so.
// It reports whether it did: a callback of an earlier round, or of a batch that
// has open members, changes nothing.
func (tx TxBatches) Complete(ctx context.Context, id string, round int) (bool, error) {
	var current, remaining int
	// The chord is locked first, as in [TxBatches.Reopen].
	if err := tx.one(ctx, []any{&current, &remaining}, `SELECT round, remaining FROM chords WHERE batch_id = $1`+
		tx.dialect.forUpdate, id); err != nil {
		return false, notFound(err, "batch", id, noBatchCure)
	}
	if current != round || remaining > 0 {
		return false, nil
	}
	n, err := tx.exec(ctx, `UPDATE batches SET status = 'completed', completed_at = $2
		WHERE id = $1 AND status = 'processing'`, id, tx.now)
	return n > 0, err
}

// KeepOpen keeps an unfinished batch from being cancelled or completed until
// the transaction ends. The error of a batch that has ended says so.
func (tx TxBatches) KeepOpen(ctx context.Context, id string) error {
	var status string
	if err := tx.one(ctx, []any{&status}, `SELECT status FROM batches WHERE id = $1`+tx.dialect.forNoKeyUpdate, id); err != nil {
		return notFound(err, "batch", id, noBatchCure)
	}
	if status != batchOpen {
		return BatchEnded(id, status)
	}
	return nil
}

// batchOpen is the status of an unfinished batch.
const batchOpen = "processing"

// BatchEnded is the refusal of something that only an unfinished batch allows.
func BatchEnded(id, status string) error {
	return dossier.Errorf(dossier.CodeInvalidInput, "the batch is %s", status).About(id).
		WithCure("`dossier batch retry` takes up what did not complete")
}

// MemberCounts returns how many documents of a batch are in each status. The
// sum is the size of the batch.
func (db Batches) MemberCounts(ctx context.Context, batchID string) (map[dossier.Status]int, error) {
	counts := map[dossier.Status]int{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var s dossier.Status
		var n int
		err := rows.Scan(&s, &n)
		counts[s] = n
		return err
	}, `SELECT status, count(*) FROM batch_documents WHERE batch_id = $1 GROUP BY status`, batchID)
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
func (db Batches) Members(ctx context.Context, batchID string, f func(Member) error) error {
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
func (tx TxBatches) AddProblem(ctx context.Context, batchID, path string, cause error) error {
	_, err := tx.exec(ctx, `INSERT INTO intake_problems (batch_id, path, error_code, error_message)
		VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		batchID, strings.ToValidUTF8(path, "\uFFFD"), dossier.CodeOf(cause), dossier.TextOf(cause))
	return err
}
