package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"dossier"
)

// NewTask describes a task to insert. Its id is deterministic, so that
// inserting it twice is inserting it once.
type NewTask struct {
	ID         string
	BatchID    string
	ProjectID  string
	DocumentID string // "" for a task of the batch itself
	Type       string
	Queue      string
	Generation int
	Priority   dossier.Priority
	Deadline   time.Time
}

// Task is the record of one task.
type Task struct {
	NewTask
	Status       dossier.Status
	Attempts     int // claims so far, the present one included
	Retries      int
	Fence        int64 // the present claim's; only its holder may commit
	Worker       string
	ErrorCode    dossier.Code
	ErrorMessage string
	CacheKey     string
	CacheHit     bool
	Yield        int
	Note         string
	Wait         time.Duration // ready → claimed, of the last attempt
	Work         time.Duration // claimed → ended, of the last attempt
	StartedAt    time.Time     // of the last attempt
	CompletedAt  time.Time
}

// Priorities move a task's due time away from its creation: low work waits for
// higher work that comes up to a day later, and never longer, so that nothing
// starves. A deadline pulls the due time to an hour before it.
var (
	priorityDelay  = map[dossier.Priority]time.Duration{dossier.PriorityHigh: 0, dossier.PriorityNormal: 6 * time.Hour, dossier.PriorityLow: 24 * time.Hour}
	deadlineMargin = time.Hour
)

func due(now int64, p dossier.Priority, deadline time.Time) int64 {
	d := now + priorityDelay[p].Microseconds()
	if !deadline.IsZero() {
		d = min(d, micros(deadline.Add(-deadlineMargin)))
	}
	return d
}

// InsertTask adds a task to the backlog unless it is there already.
func (tx *Tx) InsertTask(ctx context.Context, t NewTask) error {
	_, err := tx.exec(ctx, `INSERT INTO processing_tasks (id, batch_id, project_id, document_id, task_type, queue,
		status, generation, priority, deadline, due, ready_at, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9, $10, $11, $11, $11) ON CONFLICT DO NOTHING`,
		t.ID, t.BatchID, t.ProjectID, nullable(t.DocumentID), t.Type, t.Queue,
		t.Generation, t.Priority, micros(t.Deadline), due(tx.now, t.Priority, t.Deadline), tx.now)
	return err
}

const taskColumns = `id, batch_id, project_id, coalesce(document_id, ''), task_type, queue, generation, priority,
	deadline, status, attempts, retry_count, fence, worker, error_code, error_message, cache_key, cache_hit, yield,
	note, wait_us, work_us, started_at, completed_at`

func scanTask(scan func(...any) error) (t Task, err error) {
	var deadline, wait, work, started, completed int64
	err = scan(&t.ID, &t.BatchID, &t.ProjectID, &t.DocumentID, &t.Type, &t.Queue, &t.Generation, &t.Priority,
		&deadline, &t.Status, &t.Attempts, &t.Retries, &t.Fence, &t.Worker, &t.ErrorCode, &t.ErrorMessage, &t.CacheKey,
		&t.CacheHit, &t.Yield, &t.Note, &wait, &work, &started, &completed)
	t.Deadline, t.StartedAt, t.CompletedAt = fromMicros(deadline), fromMicros(started), fromMicros(completed)
	t.Wait, t.Work = time.Duration(wait)*time.Microsecond, time.Duration(work)*time.Microsecond
	return t, err
}

// ClaimTask takes a pending task for the worker: processing, with a new fence.
// ok is false if the task is not to be had: done, taken, or not yet ready.
func (tx *Tx) ClaimTask(ctx context.Context, id, worker string) (t Task, ok bool, err error) {
	t, err = scanTask(func(dest ...any) error {
		return tx.one(ctx, dest, `UPDATE processing_tasks SET status = 'processing', fence = fence + 1,
			attempts = attempts + 1, worker = $2, heartbeat_at = $3, started_at = $3, updated_at = $3,
			wait_us = $3 - ready_at
			WHERE id = $1 AND status = 'pending' AND not_before <= $3 RETURNING `+taskColumns, id, worker, tx.now)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return t, false, nil
	}
	return t, err == nil, err
}

// ErrFenced says that a task's claim was lost: somebody else has it or ended
// it. Whoever sees it rolls back and lets go.
var ErrFenced = errors.New("the claim on the task was lost")

// Yield is what a stage made, for the record of its task.
type Yield struct {
	Count    int    // things made
	Note     string // why there are none
	CacheKey string
	CacheHit bool
}

// FinishTask marks a claimed task as completed; ErrFenced if the claim is lost.
func (tx *Tx) FinishTask(ctx context.Context, t Task, y Yield) error {
	return tx.endAttempt(ctx, t, "completed", nil, `UPDATE processing_tasks SET status = 'completed', completed_at = $3,
		updated_at = $3, work_us = $3 - started_at, error_code = '', error_message = '',
		cache_key = $4, cache_hit = $5, yield = $6, note = $7
		WHERE id = $1 AND fence = $2 AND status = 'processing'`, y.CacheKey, y.CacheHit, y.Count, y.Note)
}

// RetryTask puts a claimed task back to be tried again at the given time.
func (tx *Tx) RetryTask(ctx context.Context, t Task, cause error, at time.Time) error {
	return tx.endAttempt(ctx, t, "retry", cause, `UPDATE processing_tasks SET status = 'pending',
		retry_count = retry_count + 1, not_before = $4, ready_at = $4, published_epoch = '', updated_at = $3,
		work_us = $3 - started_at, error_code = $5, error_message = $6
		WHERE id = $1 AND fence = $2 AND status = 'processing'`, micros(at), dossier.CodeOf(cause), dossier.TextOf(cause))
}

// ParkTask puts a claimed task back until the given time without counting a
// retry: nothing failed, somebody asked us to wait.
func (tx *Tx) ParkTask(ctx context.Context, t Task, at time.Time) error {
	return tx.endAttempt(ctx, t, "released", nil, `UPDATE processing_tasks SET status = 'pending', not_before = $4,
		ready_at = $4, published_epoch = '', updated_at = $3
		WHERE id = $1 AND fence = $2 AND status = 'processing'`, micros(at))
}

// FailTask marks a claimed task as failed for good: a dead letter.
func (tx *Tx) FailTask(ctx context.Context, t Task, cause error) error {
	return tx.endAttempt(ctx, t, "failed", cause, `UPDATE processing_tasks SET status = 'failed', completed_at = $3,
		updated_at = $3, work_us = $3 - started_at, error_code = $4, error_message = $5
		WHERE id = $1 AND fence = $2 AND status = 'processing'`, dossier.CodeOf(cause), dossier.TextOf(cause))
}

// endAttempt changes a claimed task's row and records the attempt. In update,
// $1 is the task's id, $2 its fence and $3 the time; args are $4 and on.
func (tx *Tx) endAttempt(ctx context.Context, t Task, outcome string, cause error, update string, args ...any) error {
	n, err := tx.exec(ctx, update, append([]any{t.ID, t.Fence, tx.now}, args...)...)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrFenced
	}
	return tx.recordAttempt(ctx, t, outcome, cause)
}

func (tx *Tx) recordAttempt(ctx context.Context, t Task, outcome string, cause error) error {
	_, err := tx.exec(ctx, `INSERT INTO task_attempts (task_id, attempt, worker, outcome, error_code, error_message,
		started_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		t.ID, t.Attempts, t.Worker, outcome, dossier.CodeOf(cause), dossier.TextOf(cause), micros(t.StartedAt), tx.now)
	return err
}

// Heartbeat says that the claimed tasks are still being worked on.
func (tx *Tx) Heartbeat(ctx context.Context, ids []string) error {
	_, err := tx.exec(ctx, `UPDATE processing_tasks SET heartbeat_at = $2
		WHERE status = 'processing' AND id IN (SELECT value FROM json_each($1))`, jsonText(ids), tx.now)
	return err
}

// RecoverTasks puts claimed tasks whose worker has not been heard of since the
// given time back into the backlog, and returns how many there were. The fence
// moves on, so that a worker that was only frozen cannot commit.
func (tx *Tx) RecoverTasks(ctx context.Context, silentSince time.Time) (int, error) {
	var lost []Task
	err := tx.rows(ctx, func(rows *sql.Rows) error {
		t, err := scanTask(rows.Scan)
		lost = append(lost, t)
		return err
	}, `UPDATE processing_tasks SET status = 'pending', fence = fence + 1, published_epoch = '',
		ready_at = $2, updated_at = $2 WHERE status = 'processing' AND heartbeat_at < $1
		RETURNING `+taskColumns, micros(silentSince), tx.now)
	if err != nil {
		return 0, err
	}
	cause := dossier.Errorf(dossier.CodeWorkerLost, "the worker stopped without a word")
	for _, t := range lost {
		if err := tx.recordAttempt(ctx, t, "lost", cause); err != nil {
			return 0, err
		}
	}
	return len(lost), nil
}

// Waiting is a task of the backlog as the feeder sees it.
type Waiting struct {
	ID        string
	ProjectID string
	Type      string
	Attempts  int
	Due       time.Time
}

// Heads returns, for every project with waiting work in the queue, its first
// tasks in order of due time that were not yet handed out in this epoch, at
// most limit each.
func (tx *Tx) Heads(ctx context.Context, queue, epoch string, limit int) (map[string][]Waiting, error) {
	projects, err := tx.waitingProjects(ctx, queue)
	if err != nil {
		return nil, err
	}
	heads := make(map[string][]Waiting, len(projects))
	for _, p := range projects {
		err := tx.rows(ctx, func(rows *sql.Rows) error {
			w := Waiting{ProjectID: p}
			var due int64
			err := rows.Scan(&w.ID, &w.Type, &w.Attempts, &due)
			w.Due = fromMicros(due)
			heads[p] = append(heads[p], w)
			return err
		}, `SELECT id, task_type, attempts, due FROM processing_tasks
			WHERE queue = $1 AND project_id = $2 AND status = 'pending' AND published_epoch <> $3 AND not_before <= $4
			ORDER BY due, id LIMIT $5`, queue, p, epoch, tx.now, limit)
		if err != nil {
			return nil, err
		}
	}
	return heads, nil
}

// waitingProjects lists the projects with pending tasks in a queue by hopping
// from one to the next in the index, so that its cost does not grow with the
// backlog.
func (tx *Tx) waitingProjects(ctx context.Context, queue string) (projects []string, err error) {
	err = tx.rows(ctx, texts(&projects), `WITH RECURSIVE hop (project_id) AS (
			SELECT min(project_id) FROM processing_tasks WHERE queue = $1 AND status = 'pending'
			UNION ALL
			SELECT (SELECT min(t.project_id) FROM processing_tasks t
				WHERE t.queue = $1 AND t.status = 'pending' AND t.project_id > hop.project_id)
			FROM hop WHERE hop.project_id IS NOT NULL)
		SELECT project_id FROM hop WHERE project_id IS NOT NULL`, queue)
	return projects, err
}

// MarkPublished notes that a task was handed to the broker in this epoch.
func (tx *Tx) MarkPublished(ctx context.Context, id, epoch, queueTaskID string) error {
	_, err := tx.exec(ctx, `UPDATE processing_tasks SET published_epoch = $2, published_at = $3, queue_task_id = $4
		WHERE id = $1`, id, epoch, tx.now, queueTaskID)
	return err
}

// Unpublish takes back tasks that were handed to the broker before the given
// time and never claimed, so that they are handed out again: the crash between
// commit and publish.
func (tx *Tx) Unpublish(ctx context.Context, epoch string, before time.Time) (int64, error) {
	return tx.exec(ctx, `UPDATE processing_tasks SET published_epoch = ''
		WHERE status = 'pending' AND published_epoch <> '' AND published_epoch = $1 AND published_at < $2`, epoch, micros(before))
}

// InFlight returns how many tasks of a queue are claimed or handed out in this
// epoch, by project.
func (tx *Tx) InFlight(ctx context.Context, queue, epoch string) (map[string]int, error) {
	counts := map[string]int{}
	scan := func(rows *sql.Rows) error {
		var p string
		var n int
		err := rows.Scan(&p, &n)
		counts[p] += n
		return err
	}
	err := tx.rows(ctx, scan, `SELECT project_id, count(*) FROM processing_tasks
		WHERE queue = $1 AND status = 'processing' GROUP BY project_id`, queue)
	if err != nil {
		return nil, err
	}
	return counts, tx.rows(ctx, scan, `SELECT project_id, count(*) FROM processing_tasks
		WHERE queue = $1 AND status = 'pending' AND published_epoch <> '' AND published_epoch = $2 GROUP BY project_id`, queue, epoch)
}

// Tasks returns the task rows of a document in the order in which they were
// made.
func (db *DB) Tasks(ctx context.Context, documentID string) ([]Task, error) {
	var tasks []Task
	err := db.rows(ctx, func(rows *sql.Rows) error {
		t, err := scanTask(rows.Scan)
		tasks = append(tasks, t)
		return err
	}, `SELECT `+taskColumns+` FROM processing_tasks WHERE document_id = $1 ORDER BY created_at, id`, documentID)
	return tasks, err
}

// Attempt is the record of one attempt at a task.
type Attempt struct {
	TaskType     string
	Attempt      int
	Worker       string
	Outcome      string
	ErrorCode    dossier.Code
	ErrorMessage string
	StartedAt    time.Time
	EndedAt      time.Time
}

// Attempts returns every attempt at a document's tasks, in order of time.
func (db *DB) Attempts(ctx context.Context, documentID string) ([]Attempt, error) {
	var attempts []Attempt
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var a Attempt
		var started, ended int64
		err := rows.Scan(&a.TaskType, &a.Attempt, &a.Worker, &a.Outcome, &a.ErrorCode, &a.ErrorMessage, &started, &ended)
		a.StartedAt, a.EndedAt = fromMicros(started), fromMicros(ended)
		attempts = append(attempts, a)
		return err
	}, `SELECT t.task_type, a.attempt, a.worker, a.outcome, a.error_code, a.error_message, a.started_at, a.ended_at
		FROM task_attempts a JOIN processing_tasks t ON t.id = a.task_id
		WHERE t.document_id = $1 ORDER BY a.started_at, a.attempt`, documentID)
	return attempts, err
}

// ActiveTasks returns how many tasks are waiting and running, by task type.
func (db *DB) ActiveTasks(ctx context.Context) (waiting, running map[string]int, err error) {
	waiting, running = map[string]int{}, map[string]int{}
	err = db.rows(ctx, func(rows *sql.Rows) error {
		var taskType string
		var status dossier.Status
		var n int
		if err := rows.Scan(&taskType, &status, &n); err != nil {
			return err
		}
		if status == dossier.StatusPending {
			waiting[taskType] = n
		} else {
			running[taskType] = n
		}
		return nil
	}, `SELECT task_type, status, count(*) FROM processing_tasks
		WHERE status IN ('pending', 'processing') GROUP BY task_type, status`)
	return waiting, running, err
}
