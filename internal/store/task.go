package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
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
	Renew      bool   // what the cache has for it is of before a retry; see [Tasks.Renewed]
	Trace      string // W3C traceparent of what asked for it, or ""
}

// Task is the record of one task.
type Task struct {
	NewTask
	Priority     dossier.Priority // the best of the batches that want it
	Deadline     time.Time        // the earliest of theirs; zero: none
	Status       dossier.Status
	Attempts     int // claims so far, the present one included
	Retries      int
	Lost         int   // how often a worker fell silent over it
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

// Add adds a task to the backlog unless it is there already; it is written
// when the transaction ends, or by [TxTasks.HandOver].
func (tx TxTasks) Add(t NewTask) { tx.tasks = append(tx.tasks, t) }

// flushTasks writes the tasks that were added.
func (tx *transaction) flushTasks(ctx context.Context) error {
	if len(tx.tasks) == 0 {
		return nil
	}
	_, err := tx.exec(ctx, insertTasks, tx.takeTasks(nil), "", tx.now)
	return err
}

// overtaking is how much later than a task that waits a task may be due that is
// handed over before it.
const overtaking = 10 * time.Second

// Added counts the tasks that were added and not yet written, by queue.
func (tx TxTasks) Added() map[string]int {
	added := map[string]int{}
	for _, t := range tx.tasks {
		added[t.Queue]++
	}
	return added
}

// HandOver writes the tasks that were added, and claims those for the worker
// that it may start at once: at most free of each queue, and none that is held.
// They are spared the way through the backlog and the broker. A task that waits
// in the queue goes first if it is due more than ten seconds earlier, which a
// higher priority and a deadline make it, and a wait of ten seconds.
func (tx TxTasks) HandOver(ctx context.Context, worker string, free map[string]int) (claimed []Task, err error) {
	free, err = tx.mayPass(ctx, free)
	if err != nil || len(free) == 0 {
		return nil, err
	}
	err = tx.rows(ctx, func(rows *sql.Rows) error {
		t, err := scanTask(rows.Scan)
		if t.Status == dossier.StatusProcessing {
			claimed = append(claimed, t)
		}
		return err
	}, insertTasks+` RETURNING `+taskColumns, tx.takeTasks(free), worker, tx.now)
	return claimed, err
}

// mayPass returns the free places of those queues in which nothing waits that
// goes before what is added now.
func (tx *transaction) mayPass(ctx context.Context, free map[string]int) (map[string]int, error) {
	type row struct {
		ID       string `json:"id"`
		Batch    string `json:"batch"`
		Document string `json:"document"`
		Queue    string `json:"queue"`
	}
	var added []row
	for _, t := range tx.tasks {
		if free[t.Queue] > 0 {
			added = append(added, row{t.ID, t.BatchID, t.DocumentID, t.Queue})
		}
	}
	if len(added) == 0 {
		return nil, nil
	}
	passing := map[string]int{}
	return passing, tx.rows(ctx, func(rows *sql.Rows) error {
		var queue string
		var earliest int64        // due time of what is added
		var waiting sql.NullInt64 // of the first that waits
		err := rows.Scan(&queue, &earliest, &waiting)
		if !waiting.Valid || waiting.Int64 >= earliest-overtaking.Microseconds() {
			passing[queue] = free[queue]
		}
		return err
	}, earliestAdded, jsonText(added), tx.now)
}

// earliestAdded reads by queue when the first of new tasks is due, and the first
// that waits.
var earliestAdded = `SELECT q.queue, min(q.turn), (SELECT min(t.due) FROM processing_tasks t
		WHERE t.queue = q.queue AND t.status = 'pending' AND t.held = 0)
	FROM (SELECT v.queue, ` + wantedDue("CAST($2 AS bigint)") + ` AS turn
		FROM json_rows($1, id text, batch text, document text, queue text) v ` + wantingBatches("v.document", "v.batch") + `
		GROUP BY v.id, v.queue) q GROUP BY q.queue`

// takeTasks returns the tasks that were added, for insertTasks, and forgets
// them. As many of each queue as free has are to be claimed.
func (tx *transaction) takeTasks(free map[string]int) string {
	type row struct {
		ID         string `json:"id"`
		BatchID    string `json:"batch"`
		ProjectID  string `json:"project"`
		DocumentID string `json:"document"`
		Type       string `json:"type"`
		Queue      string `json:"queue"`
		Generation int    `json:"generation"`
		Renew      int    `json:"anew"`
		Trace      string `json:"trace"`
		Claim      int    `json:"claim"`
	}
	rows := make([]row, len(tx.tasks))
	for i, t := range tx.tasks {
		claim := bit(free[t.Queue] > 0)
		if claim == 1 {
			free[t.Queue]--
		}
		rows[i] = row{t.ID, t.BatchID, t.ProjectID, t.DocumentID, t.Type, t.Queue, t.Generation, bit(t.Renew), t.Trace, claim}
	}
	tx.tasks = nil
	return jsonText(rows)
}

// insertTasks writes new tasks; those with claim 1 are claimed at once for the
// worker $2, unless they are held. One that no open batch wants is not made: its
// document was cancelled meanwhile.
var insertTasks = `INSERT INTO processing_tasks (id, batch_id, project_id, document_id, task_type, queue,
		generation, priority, deadline, due, held, renew, trace, ready_at, created_at, updated_at,
		status, attempts, fence, worker, heartbeat_at, started_at)
	SELECT v.id, ` + wantedBatch("v.batch") + `, v.project, nullif(v.document, ''), v.type, v.queue,
		v.generation, ` + wantedPriority + `, ` + wantedDeadline + `, ` + wantedDue("CAST($3 AS bigint)") + `, ` + wantedHeld + `,
		v.anew, v.trace, CAST($3 AS bigint), CAST($3 AS bigint), CAST($3 AS bigint),
		` + ifClaimed("'processing'", "'pending'") + `, ` + ifClaimed("1", "0") + `, ` + ifClaimed("1", "0") + `,
		` + ifClaimed("$2", "''") + `, ` + ifClaimed("CAST($3 AS bigint)", "0") + `, ` + ifClaimed("CAST($3 AS bigint)", "0") + `
	FROM json_rows($1, id text, batch text, project text, document text, type text, queue text, generation integer,
		anew integer, trace text, claim integer) v ` + wantingBatches("v.document", "v.batch") + `
	GROUP BY v.id, v.batch, v.project, v.document, v.type, v.queue, v.generation, v.anew, v.trace, v.claim
	ON CONFLICT DO NOTHING`

// ifClaimed is yes for a new task that is claimed at once, and no for the others.
func ifClaimed(yes, no string) string {
	return `CASE WHEN v.claim > ` + wantedHeld + ` THEN ` + yes + ` ELSE ` + no + ` END`
}

const taskColumns = `id, batch_id, project_id, coalesce(document_id, ''), task_type, queue, generation, renew, priority,
	deadline, trace, status, attempts, retry_count, lost, fence, worker, error_code, error_message, cache_key, cache_hit, yield,
	note, wait_us, work_us, started_at, completed_at`

func scanTask(scan func(...any) error) (t Task, err error) {
	var deadline, wait, work, started, completed int64
	err = scan(&t.ID, &t.BatchID, &t.ProjectID, &t.DocumentID, &t.Type, &t.Queue, &t.Generation, &t.Renew, &t.Priority,
		&deadline, &t.Trace, &t.Status, &t.Attempts, &t.Retries, &t.Lost, &t.Fence, &t.Worker, &t.ErrorCode, &t.ErrorMessage, &t.CacheKey,
		&t.CacheHit, &t.Yield, &t.Note, &wait, &work, &started, &completed)
	t.Deadline, t.StartedAt, t.CompletedAt = fromMicros(deadline), fromMicros(started), fromMicros(completed)
	t.Wait, t.Work = time.Duration(wait)*time.Microsecond, time.Duration(work)*time.Microsecond
	return t, err
}

// Claim takes those of the tasks that are available for the worker:
// processing, with a new fence. The others are done, taken, or not yet ready.
// Here and elsewhere a concatenation with the status keeps PostgreSQL from
// walking a partial index, with its dead entries, instead of going by the ids.
func (tx TxTasks) Claim(ctx context.Context, ids []string, worker string) ([]Task, error) {
	var claimed []Task
	err := tx.rows(ctx, func(rows *sql.Rows) error {
		t, err := scanTask(rows.Scan)
		claimed = append(claimed, t)
		return err
	}, `UPDATE processing_tasks SET status = 'processing', fence = fence + 1,
		attempts = attempts + 1, worker = $2, heartbeat_at = $3, started_at = $3, updated_at = $3, published_epoch = '',
		wait_us = CASE WHEN ready_at < $3 THEN $3 - ready_at ELSE 0 END
		WHERE id IN json_list($1) AND status || '' = 'pending' AND held = 0 AND not_before <= $3
		RETURNING `+taskColumns, jsonText(ids), worker, tx.now)
	return claimed, err
}

// ErrFenced says that a task's claim was lost: somebody else has it or ended
// it. A worker that gets it rolls back and gives the task up.
var ErrFenced = errors.New("the claim on the task was lost")

// Yield is what a stage made, for the record of its task.
type Yield struct {
	Count    int    // things made
	Note     string // why there are none
	CacheKey string
	CacheHit bool
	Unkept   bool // the cache could not take it; see [Tasks.Unkept]
}

// Finished is a claimed task whose work is done.
type Finished struct {
	Task  Task
	Yield Yield
}

// Finish marks claimed tasks as completed. Only those whose id it returns
// were still held; the effects of the others must not be written. The row of a
// completed task is also the record of its last attempt.
func (tx TxTasks) Finish(ctx context.Context, tasks []Finished) (held map[string]bool, err error) {
	type row struct {
		ID       string `json:"task"`
		Fence    int64  `json:"claim"`
		CacheKey string `json:"entry"`
		CacheHit int    `json:"hit"`
		Yield    int    `json:"made"`
		Note     string `json:"remark"`
		Unkept   int    `json:"lacking"`
	}
	rows, ids := make([]row, len(tasks)), make([]string, len(tasks))
	for i, t := range tasks {
		ids[i] = t.Task.ID
		rows[i] = row{t.Task.ID, t.Task.Fence, t.Yield.CacheKey, bit(t.Yield.CacheHit), t.Yield.Count, t.Yield.Note, bit(t.Yield.Unkept)}
	}
	held = make(map[string]bool, len(tasks))
	return held, tx.rows(ctx, func(r *sql.Rows) error {
		var id string
		err := r.Scan(&id)
		held[id] = true
		return err
	}, `UPDATE processing_tasks SET status = 'completed', completed_at = $2, updated_at = $2,
		work_us = $2 - started_at, error_code = '', error_message = '',
		cache_key = v.entry, cache_hit = v.hit, yield = v.made, note = v.remark, unkept = v.lacking
		FROM json_rows($1, task text, claim bigint, entry text, hit integer, made bigint, remark text, lacking integer) v
		WHERE id IN json_list($3) AND id = v.task AND fence = v.claim AND status || '' = 'processing' RETURNING id`,
		jsonText(rows), tx.now, jsonText(ids))
}

// Retry puts a claimed task back to be tried again after a while.
func (tx TxTasks) Retry(ctx context.Context, t Task, cause error, wait time.Duration) error {
	return tx.endAttempt(ctx, t, "retry", cause, `UPDATE processing_tasks SET status = 'pending',
		retry_count = retry_count + 1, not_before = $4, ready_at = $4, published_epoch = '', updated_at = $3,
		work_us = $3 - started_at, error_code = $5, error_message = $6
		WHERE id = $1 AND fence = $2 AND status = 'processing'`, tx.now+wait.Microseconds(), dossier.CodeOf(cause), dossier.TextOf(cause))
}

// Park puts a claimed task back for a while without counting a retry:
// nothing failed, somebody asked us to wait.
func (tx TxTasks) Park(ctx context.Context, t Task, wait time.Duration) error {
	return tx.endAttempt(ctx, t, "released", nil, `UPDATE processing_tasks SET status = 'pending', not_before = $4,
		ready_at = $4, published_epoch = '', updated_at = $3
		WHERE id = $1 AND fence = $2 AND status = 'processing'`, tx.now+wait.Microseconds())
}

// Fail marks a claimed task as permanently failed: a dead letter.
func (tx TxTasks) Fail(ctx context.Context, t Task, cause error) error {
	return tx.endAttempt(ctx, t, "failed", cause, `UPDATE processing_tasks SET status = 'failed', completed_at = $3,
		updated_at = $3, work_us = $3 - started_at, error_code = $4, error_message = $5
		WHERE id = $1 AND fence = $2 AND status = 'processing'`, dossier.CodeOf(cause), dossier.TextOf(cause))
}

// endAttempt changes a claimed task's row and records the attempt. In update,
// $1 is the task's id, $2 its fence and $3 the time; args are $4 and on.
func (tx *transaction) endAttempt(ctx context.Context, t Task, outcome string, cause error, update string, args ...any) error {
	n, err := tx.exec(ctx, update, append([]any{t.ID, t.Fence, tx.now}, args...)...)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrFenced
	}
	return tx.recordAttempts(ctx, []attemptRow{attemptOf(t, outcome, cause)})
}

// attemptRow is an attempt on its way into the record.
type attemptRow struct {
	Task    string       `json:"task"`
	Attempt int          `json:"attempt"`
	Worker  string       `json:"worker"`
	Outcome string       `json:"outcome"`
	Code    dossier.Code `json:"code"`
	Message string       `json:"message"`
	Started int64        `json:"started"`
}

func attemptOf(t Task, outcome string, cause error) attemptRow {
	return attemptRow{t.ID, t.Attempts, t.Worker, outcome, dossier.CodeOf(cause), dossier.TextOf(cause), micros(t.StartedAt)}
}

func (tx *transaction) recordAttempts(ctx context.Context, attempts []attemptRow) error {
	if len(attempts) == 0 {
		return nil
	}
	_, err := tx.exec(ctx, `INSERT INTO task_attempts (task_id, attempt, worker, outcome, error_code, error_message,
		started_at, ended_at) SELECT v.task, v.attempt, v.worker, v.outcome, v.code, v.message, v.started, $2
		FROM json_rows($1, task text, attempt integer, worker text, outcome text, code text, message text,
			started bigint) v`, jsonText(attempts), tx.now)
	return err
}

// Claim names one attempt at a task: only its holder may commit.
type Claim struct {
	TaskID string
	Fence  int64
}

// Claim names the attempt that t is.
func (t Task) Claim() Claim { return Claim{t.ID, t.Fence} }

// Compare orders claims by task, and those of one task by age.
func (c Claim) Compare(d Claim) int {
	return cmp.Or(strings.Compare(c.TaskID, d.TaskID), cmp.Compare(c.Fence, d.Fence))
}

// LostClaim is a claim that its worker no longer holds, with the status of the
// task now: cancelled, or what another attempt made of it. It is "" if the task
// was deleted.
type LostClaim struct {
	Claim
	Status dossier.Status
}

// Heartbeat records that the worker still works on the claims, and returns
// those that it no longer holds.
func (tx TxTasks) Heartbeat(ctx context.Context, worker string, claims []Claim) (lost []LostClaim, err error) {
	if len(claims) == 0 {
		return nil, nil
	}
	ids := make([]string, len(claims))
	for i, c := range claims {
		ids[i] = c.TaskID
	}
	// A row that is locked is being ended, by this worker or by a person: it
	// needs no heartbeat, and the heartbeats of the others do not wait for it.
	if _, err := tx.exec(ctx, `UPDATE processing_tasks SET heartbeat_at = $2 WHERE id IN (SELECT id FROM processing_tasks
		WHERE status = 'processing' AND worker = $3 AND id IN json_list($1)`+tx.dialect.skipLocked+`)`,
		jsonText(ids), tx.now, worker); err != nil {
		return nil, err
	}
	held, became := map[Claim]bool{}, map[string]dossier.Status{}
	err = tx.rows(ctx, func(r *sql.Rows) error {
		var c Claim
		var status dossier.Status
		var holder string
		err := r.Scan(&c.TaskID, &c.Fence, &status, &holder)
		held[c] = status == dossier.StatusProcessing && holder == worker
		became[c.TaskID] = status
		return err
	}, `SELECT id, fence, status, worker FROM processing_tasks WHERE id IN json_list($1)`, jsonText(ids))
	for _, c := range claims {
		if !held[c] {
			lost = append(lost, LostClaim{Claim: c, Status: became[c.TaskID]})
		}
	}
	return lost, err
}

// Recover puts claimed tasks whose worker has not been heard of for that
// long back into the backlog, and returns them. The fence moves on, so that a
// worker that was only frozen cannot commit. Rows that a transaction holds are
// left for the next time: it ends before the lease does.
func (tx TxTasks) Recover(ctx context.Context, silentFor time.Duration) ([]Task, error) {
	var lost []Task
	var attempts []attemptRow
	cause := dossier.Errorf(dossier.CodeWorkerLost, "the worker stopped without a word")
	err := tx.rows(ctx, func(rows *sql.Rows) error {
		t, err := scanTask(rows.Scan)
		lost = append(lost, t)
		attempts = append(attempts, attemptOf(t, "lost", cause))
		return err
	}, `UPDATE processing_tasks SET status = 'pending', fence = fence + 1, lost = lost + 1, published_epoch = '',
		ready_at = $2, updated_at = $2 WHERE id IN (SELECT id FROM processing_tasks
			WHERE status = 'processing' AND heartbeat_at < $1`+tx.dialect.skipLocked+`)
		RETURNING `+taskColumns, tx.now-silentFor.Microseconds(), tx.now)
	if err != nil {
		return nil, err
	}
	return lost, tx.recordAttempts(ctx, attempts)
}

// ProjectBacklog is the waiting work of a project in a queue: tasks that may start now
// and were not handed out.
type ProjectBacklog struct {
	Queue     string    `json:"queue"`
	ProjectID string    `json:"project"`
	Due       time.Time `json:"-"` // of its first task
}

// ready is the condition of a task t that may be handed out at the time $2. The
// index of the backlog holds these rows, but for those that wait for their time.
const ready = `t.status = 'pending' AND t.held = 0 AND t.published_epoch = '' AND t.not_before <= $2`

// Backlogs lists the backlogs of queues, in one statement. It hops from project
// to project in the index, so that its cost grows with the number of projects
// that wait and not with their tasks.
func (tx TxTasks) Backlogs(ctx context.Context, queues []string) (list []ProjectBacklog, err error) {
	err = tx.rows(ctx, func(rows *sql.Rows) error {
		var b ProjectBacklog
		var due int64
		err := rows.Scan(&b.Queue, &b.ProjectID, &due)
		b.Due = fromMicros(due)
		list = append(list, b)
		return err
	}, `WITH RECURSIVE hop (queue, project_id) AS (
			SELECT q.value, (SELECT min(t.project_id) FROM processing_tasks t WHERE t.queue = q.value
				AND t.status = 'pending' AND t.held = 0 AND t.published_epoch = '')
			FROM json_list($1) q
			UNION ALL
			SELECT hop.queue, (SELECT min(t.project_id) FROM processing_tasks t WHERE t.queue = hop.queue
				AND t.status = 'pending' AND t.held = 0 AND t.published_epoch = '' AND t.project_id > hop.project_id)
			FROM hop WHERE hop.project_id IS NOT NULL),
		heads (queue, project_id, due) AS MATERIALIZED (
			SELECT hop.queue, hop.project_id, (SELECT t.due FROM processing_tasks t WHERE t.queue = hop.queue
				AND t.project_id = hop.project_id AND `+ready+` ORDER BY t.due, t.id LIMIT 1)
			FROM hop WHERE hop.project_id IS NOT NULL)
		SELECT queue, project_id, due FROM heads WHERE due IS NOT NULL`, jsonText(queues), tx.now)
	return list, err
}

// Waiting is a task of the backlog as the feeder sees it.
type Waiting struct {
	ID        string
	Queue     string
	ProjectID string
	Type      string
	Due       time.Time
}

// Heads returns the first tasks of each backlog in order of due time, at most
// limit each.
func (tx TxTasks) Heads(ctx context.Context, backlogs []ProjectBacklog, limit int) (list []Waiting, err error) {
	err = tx.rows(ctx, func(rows *sql.Rows) error {
		var w Waiting
		var due int64
		err := rows.Scan(&w.ID, &w.Queue, &w.ProjectID, &w.Type, &due)
		w.Due = fromMicros(due)
		list = append(list, w)
		return err
	}, `SELECT h.id, h.queue, h.project_id, h.task_type, h.due
		FROM json_rows($1, queue text, project text) b CROSS JOIN processing_tasks h
		WHERE h.id `+tx.dialect.inSelect(`SELECT t.id FROM processing_tasks t
			WHERE t.queue = b.queue AND t.project_id = b.project AND `+ready+` ORDER BY t.due, t.id LIMIT $3`)+`
		ORDER BY h.due, h.id`, jsonText(backlogs), tx.now, limit)
	return list, err
}

// MarkPublished notes that tasks are handed to the broker in this epoch. The
// suffix makes the ids of their messages: a message is never sent under the id
// of another, because the broker refuses an id that it still knows, and it
// knows those that a dead worker took along.
func (tx TxTasks) MarkPublished(ctx context.Context, ids []string, epoch string) (suffix string, err error) {
	suffix = fmt.Sprintf(":%x", tx.now)
	if len(ids) == 0 {
		return suffix, nil
	}
	_, err = tx.exec(ctx, `UPDATE processing_tasks SET published_epoch = $2, published_at = $3,
		queue_task_id = id || $4 WHERE id IN json_list($1)`, jsonText(ids), epoch, tx.now, suffix)
	return suffix, err
}

// Unpublish takes back tasks that were handed to the broker that long ago and
// never claimed, so that they are handed out again: the crash between commit
// and publish.
func (tx TxTasks) Unpublish(ctx context.Context, epoch string, ago time.Duration) (int64, error) {
	return tx.exec(ctx, `UPDATE processing_tasks SET published_epoch = '' WHERE id IN (SELECT id FROM processing_tasks
		WHERE status = 'pending' AND published_epoch <> '' AND published_epoch = $1 AND published_at < $2`+tx.dialect.skipLocked+`)`,
		epoch, tx.now-ago.Microseconds())
}

// TakeBack takes back tasks that were handed to the broker and whose messages
// came to nothing, so that they are handed out again. A task that was claimed
// meanwhile stays as it is.
func (tx TxTasks) TakeBack(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.exec(ctx, `UPDATE processing_tasks SET published_epoch = ''
		WHERE id IN json_list($1) AND status = 'pending'`, jsonText(ids))
	return err
}

// ForgetPublished takes back the tasks that were handed out in another epoch:
// their messages went with the broker's memory.
func (tx TxTasks) ForgetPublished(ctx context.Context, epoch string) error {
	_, err := tx.exec(ctx, `UPDATE processing_tasks SET published_epoch = ''
		WHERE status = 'pending' AND published_epoch <> '' AND published_epoch <> $1`, epoch)
	return err
}

// InFlight returns how many tasks are claimed or handed out, by queue and
// project. A claim takes the mark of a task that is handed out, so that both
// parts read what is under way and nothing else.
func (tx TxTasks) InFlight(ctx context.Context) (map[string]map[string]int, error) {
	counts := map[string]map[string]int{}
	return counts, tx.rows(ctx, func(rows *sql.Rows) error {
		var queue, project string
		var n int
		err := rows.Scan(&queue, &project, &n)
		if counts[queue] == nil {
			counts[queue] = map[string]int{}
		}
		counts[queue][project] += n
		return err
	}, `SELECT queue, project_id, count(*) FROM processing_tasks
		WHERE status = 'processing' GROUP BY queue, project_id
		UNION ALL SELECT queue, project_id, count(*) FROM processing_tasks
		WHERE status = 'pending' AND published_epoch <> '' GROUP BY queue, project_id`)
}

// OfDocument returns the task rows of a document in the order in which they were
// made.
func (db Tasks) OfDocument(ctx context.Context, documentID string) ([]Task, error) {
	var tasks []Task
	err := db.rows(ctx, func(rows *sql.Rows) error {
		t, err := scanTask(rows.Scan)
		tasks = append(tasks, t)
		return err
	}, `SELECT `+taskColumns+` FROM processing_tasks WHERE document_id = $1 ORDER BY created_at, id`, documentID)
	return tasks, err
}

// Get returns a task by its id.
func (db Tasks) Get(ctx context.Context, id string) (Task, error) {
	t, err := scanTask(func(dest ...any) error {
		return db.one(ctx, dest, `SELECT `+taskColumns+` FROM processing_tasks WHERE id = $1`, id)
	})
	return t, notFound(err, "task", id, "")
}

// Renewed says that a claimed task's output lies in the cache as it was made
// after the retry: another attempt at the task may use it.
func (db Tasks) Renewed(ctx context.Context, t Task) error {
	return db.update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `UPDATE processing_tasks SET renew = 0 WHERE id = $1 AND fence = $2`, t.ID, t.Fence)
		return err
	})
}

// Unkept returns completed tasks of the types whose output the cache could not
// take, the oldest first.
func (db Tasks) Unkept(ctx context.Context, types []string, limit int) (tasks []Task, err error) {
	err = db.rows(ctx, func(rows *sql.Rows) error {
		t, err := scanTask(rows.Scan)
		tasks = append(tasks, t)
		return err
	}, `SELECT `+taskColumns+` FROM processing_tasks WHERE unkept = 1 AND status = 'completed' AND task_type IN json_list($1)
		ORDER BY completed_at LIMIT $2`, jsonText(types), limit)
	return tasks, err
}

// Kept records that the output of a completed task need not be made again.
func (db Tasks) Kept(ctx context.Context, t Task) error {
	return db.update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `UPDATE processing_tasks SET unkept = 0 WHERE id = $1 AND fence = $2`, t.ID, t.Fence)
		return err
	})
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
func (db Tasks) Attempts(ctx context.Context, documentID string) ([]Attempt, error) {
	var attempts []Attempt
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var a Attempt
		var started, ended int64
		err := rows.Scan(&a.TaskType, &a.Attempt, &a.Worker, &a.Outcome, &a.ErrorCode, &a.ErrorMessage, &started, &ended)
		a.StartedAt, a.EndedAt = fromMicros(started), fromMicros(ended)
		attempts = append(attempts, a)
		return err
	}, `SELECT t.task_type, a.attempt, a.worker, a.outcome, a.error_code, a.error_message, a.started_at, a.ended_at
		FROM task_attempts a JOIN processing_tasks t ON t.id = a.task_id WHERE t.document_id = $1
		UNION ALL SELECT task_type, attempts, worker, 'completed', '', '', started_at, completed_at
		FROM processing_tasks WHERE document_id = $1 AND status = 'completed' ORDER BY 7, 2`, documentID)
	return attempts, err
}

// newestAttempts reads the newest $2 attempts that ended after $1: of those that
// completed their task, which the task's row records, and of the others those
// that the conditions let through.
func newestAttempts(completed, others string) string {
	return `(SELECT * FROM (SELECT task_id, attempt, outcome, error_code, error_message, started_at, ended_at
			FROM task_attempts WHERE ended_at > $1` + others + ` ORDER BY ended_at DESC LIMIT $2) others
		UNION ALL SELECT * FROM (SELECT id, attempts, 'completed', '', '', started_at, completed_at
			FROM processing_tasks WHERE status = 'completed' AND completed_at > $1` + completed + `
			ORDER BY completed_at DESC LIMIT $2) completed
		ORDER BY 7 DESC LIMIT $2)`
}

// Active returns how many tasks are waiting and running, by task type.
func (db Tasks) Active(ctx context.Context) (waiting, running map[string]int, err error) {
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
