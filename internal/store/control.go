package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/dossier-legal/dossier"
)

// Cancel ends an unfinished batch: what has ended stands, nothing else
// starts, and what runs loses its claim. Documents that another unfinished
// batch wants too go on there. It returns what became of the batch's open
// documents.
func (tx TxBatches) Cancel(ctx context.Context, id string) ([]Member, error) {
	n, err := tx.exec(ctx, `UPDATE batches SET status = 'cancelled', intake_open = 0, paused = 0, completed_at = $2
		WHERE id = $1 AND status = 'processing'`, id, tx.now)
	if err != nil || n == 0 {
		return nil, err
	}
	for _, query := range []string{
		`UPDATE source_documents SET status = 'cancelled', version = version + 1, updated_at = $2, completed_at = $2
			WHERE status IN ('pending', 'processing')
			AND id IN (SELECT document_id FROM batch_documents WHERE batch_id = $1 AND status IN ('pending', 'processing'))
			AND NOT EXISTS (SELECT 1 FROM batch_documents o JOIN batches b ON b.id = o.batch_id AND b.status = 'processing'
				WHERE o.document_id = source_documents.id AND o.batch_id <> $1 AND o.status IN ('pending', 'processing'))`,
		`UPDATE chords SET remaining = 0, fired_at = $2 WHERE batch_id = $1`,
	} {
		if _, err := tx.exec(ctx, query, id, tx.now); err != nil {
			return nil, err
		}
	}
	var members []Member
	if err := tx.rows(ctx, func(rows *sql.Rows) error {
		m := Member{BatchID: id, Status: dossier.StatusCancelled}
		err := rows.Scan(&m.DocumentID)
		m.Version = 1 << 40 // no later change of this member follows
		members = append(members, m)
		return err
	}, `UPDATE batch_documents SET status = 'cancelled' WHERE batch_id = $1 AND status IN ('pending', 'processing')
		RETURNING document_id`, id); err != nil {
		return nil, err
	}
	return members, tx.changeBatch(ctx, id)
}

// RetryScope says which documents of a batch a retry is for.
type RetryScope struct {
	Statuses []dossier.Status // how they ended
	Before   time.Time        // when they ended at the latest; later ones have been retried already
}

// Retryable lists members of a batch that a retry is for, by document id: those
// whose document ended as the scope says, and those that ended so in the batch
// while another batch has the document under way or has ended it differently.
func (tx TxBatches) Retryable(ctx context.Context, batchID string, scope RetryScope, limit int) (ids []string, err error) {
	err = tx.rows(ctx, texts(&ids), `SELECT m.document_id FROM batch_documents m
		JOIN source_documents d ON d.id = m.document_id WHERE m.batch_id = $1 AND (
			d.status IN json_list($2) AND d.status NOT IN ('pending', 'processing', 'unsupported') AND d.completed_at < $3
			OR m.status IN json_list($2) AND m.status NOT IN ('pending', 'processing', 'unsupported') AND m.status <> d.status)
		ORDER BY m.document_id LIMIT $4`, batchID, jsonText(scope.Statuses), micros(scope.Before), limit)
	return ids, err
}

// Revive puts a task of a batch itself that failed permanently back into the
// backlog.
func (tx TxTasks) Revive(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, `UPDATE processing_tasks SET status = 'pending', retry_count = 0, not_before = 0,
		published_epoch = '', ready_at = $2, updated_at = $2, completed_at = 0 WHERE id = $1 AND status = 'failed'`, id, tx.now)
	return err
}

// Reopen makes a batch that has ended unfinished again, with a chord for
// another round. On a batch that has not ended it does nothing.
func (tx TxBatches) Reopen(ctx context.Context, id string) error {
	n, err := tx.exec(ctx, `UPDATE chords SET remaining = 0, failed = 0, fired_at = 0, round = round + 1
		WHERE batch_id = $1 AND fired_at > 0`, id)
	if err != nil || n == 0 {
		return err
	}
	tx.countDown(id, 0, false)
	c := tx.chords[id]
	c.reopened = true
	tx.chords[id] = c
	_, err = tx.exec(ctx, `UPDATE batches SET status = 'processing', completed_at = 0 WHERE id = $1`, id)
	return err
}

// Restarted is a document that is processed again from some stage on.
type Restarted struct {
	Member
	Stage      dossier.Stage // where it starts; "" if it was under way and was not restarted
	Generation int
	Renew      bool     // it had an output there, which is to be made anew
	FreedNames []string // names that it no longer uses; the caller settles whether they stay
}

// Restart takes what a final document's stages made, from the given one
// on, off the record, and makes it an open member of the batch. A document that
// did not get as far as that stage starts at the one where it ended, as it does
// if the stage is "". The caller adds the task. A document that is under way
// already only joins the batch, as an open member if it had ended there. One
// that ended outside the scope is not restarted either: the batch takes over how
// it ended. A nil scope is every final document.
func (tx TxDocuments) Restart(ctx context.Context, batchID, id string, from dossier.Stage, scope *RetryScope) (r Restarted, err error) {
	var status dossier.Status
	var failedAt dossier.Stage
	var ended int64
	r.Member = Member{BatchID: batchID, DocumentID: id}
	if err := tx.one(ctx, []any{&status, &r.Version, &failedAt, &ended}, `SELECT status, version, failed_stage, completed_at
		FROM source_documents WHERE id = $1`+tx.dialect.forUpdate, id); err != nil {
		return r, notFound(err, "document", id, "")
	}
	r.Status = status
	if !status.Final() {
		return r, tx.join(ctx, Registered{Member: r.Member})
	}
	if scope != nil && (!slices.Contains(scope.Statuses, status) || ended >= micros(scope.Before)) {
		_, err := tx.exec(ctx, `UPDATE batch_documents SET status = $3, reused = 1 WHERE batch_id = $1 AND document_id = $2
			AND status NOT IN ('pending', 'processing')`, batchID, id, status)
		return r, err
	}
	stages := dossier.Stages()
	stage := from
	if ended := cmp.Or(failedAt, dossier.StageOCR); stage == "" ||
		status != dossier.StatusCompleted && status != dossier.StatusPartial && slices.Index(stages, ended) < slices.Index(stages, stage) {
		stage = ended
	}
	r.Stage = stage
	if r.FreedNames, err = tx.clearFrom(ctx, id, stage); err != nil {
		return r, err
	}
	if err := tx.rows(ctx, func(rows *sql.Rows) error {
		var of dossier.Stage
		var key string
		err := rows.Scan(&of, &key)
		r.Renew = r.Renew || of == stage && key != ""
		return err
	}, `DELETE FROM processing_tasks WHERE document_id = $1 AND task_type IN json_list($2) RETURNING task_type, cache_key`,
		id, jsonText(stages[slices.Index(stages, stage):])); err != nil {
		return r, err
	}
	r.Status = dossier.StatusPending
	if stage != dossier.StageOCR {
		r.Status = dossier.StatusProcessing
	}
	if err := tx.one(ctx, []any{&r.Version, &r.Generation}, `UPDATE source_documents SET status = $2, version = version + 1,
		generation = generation + 1, error_code = '', error_message = '', failed_stage = '', updated_at = $3, completed_at = 0,
		losses = CASE WHEN $4 = 'ocr' THEN '[]' ELSE losses END
		WHERE id = $1 RETURNING version, generation`, id, r.Status, tx.now, stage); err != nil {
		return r, err
	}
	n, err := tx.exec(ctx, `UPDATE batch_documents SET status = $3, reused = 0 WHERE batch_id = $1 AND document_id = $2
		AND status NOT IN ('pending', 'processing')`, batchID, id, r.Status)
	tx.countDown(batchID, -n, false)
	return r, err
}

// clearFrom deletes what the stages of a document made, from the given one on,
// and returns the names that it used if its entities are among that.
func (tx *transaction) clearFrom(ctx context.Context, id string, from dossier.Stage) (freed []string, err error) {
	if err := tx.unindex(ctx, id); err != nil {
		return nil, err
	}
	clears := []struct {
		stage dossier.Stage
		query string
	}{
		{dossier.StageRelate, `DELETE FROM chronology WHERE document_id = $1`},
		{dossier.StageRelate, `DELETE FROM relationships WHERE document_no = (SELECT no FROM source_documents WHERE id = $1)`},
		{dossier.StageResolve, `DELETE FROM document_entities WHERE document_id = $1`},
		{dossier.StageExtract, `DELETE FROM entity_mentions WHERE document_no = (SELECT no FROM source_documents WHERE id = $1)`},
		{dossier.StageChunk, `DELETE FROM document_chunks WHERE document_id = $1`},
		{dossier.StageOCR, `DELETE FROM refused_entries WHERE document_id = $1`},
		{dossier.StageOCR, `DELETE FROM document_bands WHERE document_no = (SELECT no FROM source_documents WHERE id = $1)`},
		{dossier.StageOCR, `DELETE FROM document_signatures WHERE document_id = $1`},
		{dossier.StageOCR, `DELETE FROM document_findings WHERE document_id = $1`},
		{dossier.StageOCR, `DELETE FROM document_pages WHERE document_id = $1`},
	}
	stages := dossier.Stages()
	for _, c := range clears {
		if slices.Index(stages, c.stage) < slices.Index(stages, from) {
			break
		}
		if c.stage == dossier.StageResolve {
			if freed, err = (TxNames{tx}).OfDocument(ctx, id); err != nil {
				return nil, err
			}
		}
		if _, err := tx.exec(ctx, c.query, id); err != nil {
			return nil, err
		}
	}
	return freed, nil
}

// DeadFilter narrows a list of dead letters; empty fields narrow nothing.
type DeadFilter struct {
	Project string // name
	Batch   string // id
	Stage   dossier.Stage
	Code    dossier.Code
}

// DeadLetter is a task that failed permanently.
type DeadLetter struct {
	Task     string        `json:"task"`
	Batch    string        `json:"batch"`
	Project  string        `json:"project"`
	Document string        `json:"document"`
	Path     string        `json:"path"`
	Stage    dossier.Stage `json:"stage"`
	Code     dossier.Code  `json:"code"`
	Message  string        `json:"message"`
	Attempts int           `json:"attempts"`
	Lost     int           `json:"lost"` // how often a worker fell silent over it
	FailedAt time.Time     `json:"failed"`
}

// DeadLetters calls f for the tasks that failed permanently, the newest first.
func (db Tasks) DeadLetters(ctx context.Context, filter DeadFilter, f func(DeadLetter) error) error {
	return db.rows(ctx, func(rows *sql.Rows) error {
		var d DeadLetter
		var failed int64
		if err := rows.Scan(&d.Task, &d.Batch, &d.Project, &d.Document, &d.Path, &d.Stage, &d.Code, &d.Message,
			&d.Attempts, &d.Lost, &failed); err != nil {
			return err
		}
		d.FailedAt = fromMicros(failed)
		return f(d)
	}, `SELECT t.id, t.batch_id, p.name, coalesce(t.document_id, ''),
		coalesce((SELECT min(i.path) FROM document_instances i WHERE i.document_id = t.document_id), ''),
		t.task_type, t.error_code, t.error_message, t.attempts, t.lost, t.completed_at
		FROM processing_tasks t JOIN projects p ON p.id = t.project_id WHERE t.status = 'failed'
		AND ($1 = '' OR p.name = $1) AND ($2 = '' OR t.batch_id = $2) AND ($3 = '' OR t.task_type = $3)
		AND ($4 = '' OR t.error_code = $4) ORDER BY t.completed_at DESC, t.id`,
		filter.Project, filter.Batch, filter.Stage, filter.Code)
}

// Record records that somebody did something: action is batch.submit and the
// like, subject the id of what it was done to.
func (tx TxAudit) Record(ctx context.Context, actor, action, subject, projectID string, detail any) error {
	_, err := tx.exec(ctx, `INSERT INTO audit_log (at, actor, action, subject, project_id, detail)
		VALUES ($1, $2, $3, $4, $5, $6)`, tx.now, actor, action, subject, nullable(projectID), jsonText(detail))
	return err
}

// AuditEntry is a line of the audit log.
type AuditEntry struct {
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Action  string    `json:"action"`
	Subject string    `json:"subject"`
	Detail  string    `json:"detail"` // JSON
}

// List returns the newest entries about a subject, given by its id or the
// beginning of it, or about everything if that is "", the newest first.
func (db Audit) List(ctx context.Context, subject string, limit int) ([]AuditEntry, error) {
	list := []AuditEntry{}
	if subject != "" {
		id, err := idOf(ctx, db.rows, "audit_log", "subject", subject)
		if errors.Is(err, sql.ErrNoRows) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		subject = id
	}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var e AuditEntry
		var at int64
		err := rows.Scan(&at, &e.Actor, &e.Action, &e.Subject, &e.Detail)
		e.At = fromMicros(at)
		list = append(list, e)
		return err
	}, `SELECT at, actor, action, subject, detail FROM audit_log WHERE $1 = '' OR subject = $1
		ORDER BY seq DESC LIMIT $2`, subject, limit)
	return list, err
}
