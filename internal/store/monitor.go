package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/dossier-legal/dossier"
)

// What the monitor asks. Every query goes through an index that holds open or
// recent rows alone, so that its cost does not grow with what was done before.

// QueueRow is the open work of a queue at one priority.
type QueueRow struct {
	Queue    string           `json:"queue"`
	Priority dossier.Priority `json:"priority"`
	Waiting  int              `json:"waiting"` // could start now
	Retry    int              `json:"retry"`   // waits for its time
	Held     int              `json:"held"`    // its batch is paused
	Running  int              `json:"running"`
	Oldest   float64          `json:"oldest_waiting_seconds"`
}

// Queues returns the open work by queue and priority.
func (db Monitor) Queues(ctx context.Context) ([]QueueRow, error) {
	now := micros(db.now())
	list := []QueueRow{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var q QueueRow
		var oldest int64
		err := rows.Scan(&q.Queue, &q.Priority, &q.Waiting, &q.Retry, &q.Held, &q.Running, &oldest)
		if oldest > 0 {
			q.Oldest = max(0, float64(now-oldest)/1e6)
		}
		if n := len(list) - 1; n >= 0 && list[n].Queue == q.Queue && list[n].Priority == q.Priority {
			last := &list[n] // waiting, held and running come one after the other
			last.Waiting, last.Retry, last.Held = last.Waiting+q.Waiting, last.Retry+q.Retry, last.Held+q.Held
			last.Running, last.Oldest = last.Running+q.Running, max(last.Oldest, q.Oldest)
			return err
		}
		list = append(list, q)
		return err
	}, `SELECT queue, priority, count(CASE WHEN not_before <= $1 THEN 1 END), count(CASE WHEN not_before > $1 THEN 1 END),
			0, 0, coalesce(min(CASE WHEN not_before <= $1 THEN ready_at END), 0)
		FROM processing_tasks WHERE status = 'pending' AND held = 0 GROUP BY queue, priority
		UNION ALL SELECT queue, priority, 0, 0, count(*), 0, 0
		FROM processing_tasks WHERE status = 'pending' AND held = 1 GROUP BY queue, priority
		UNION ALL SELECT queue, priority, 0, 0, 0, count(*), 0
		FROM processing_tasks WHERE status = 'processing' GROUP BY queue, priority
		ORDER BY 1, 2`, now)
	return list, err
}

// DeadRow counts the dead letters of a queue, by stage and code.
type DeadRow struct {
	Queue   string        `json:"queue"`
	Stage   dossier.Stage `json:"stage"`
	Code    dossier.Code  `json:"code"`
	Count   int           `json:"count"`
	Day     int           `json:"last_24_hours"`
	Newest  time.Time     `json:"newest"`
	Message string        `json:"message"` // of one of them
}

// Dead counts the dead letters by queue, stage and error code.
func (db Monitor) Dead(ctx context.Context) ([]DeadRow, error) {
	list := []DeadRow{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var d DeadRow
		var newest int64
		err := rows.Scan(&d.Queue, &d.Stage, &d.Code, &d.Count, &d.Day, &newest, &d.Message)
		d.Newest = fromMicros(newest)
		list = append(list, d)
		return err
	}, `SELECT queue, task_type, error_code, count(*), count(CASE WHEN completed_at > $1 THEN 1 END), max(completed_at),
		max(error_message) FROM processing_tasks WHERE status = 'failed'
		GROUP BY queue, task_type, error_code ORDER BY 4 DESC, 1, 2, 3`, micros(db.now().Add(-24*time.Hour)))
	return list, err
}

// StageRow is what a stage did lately.
type StageRow struct {
	Stage     string  `json:"stage"`
	Queue     string  `json:"queue"`
	Completed int     `json:"completed"`
	Retried   int     `json:"retried"`
	Failed    int     `json:"failed"`
	Lost      int     `json:"lost"` // by workers that fell silent
	CacheHits int     `json:"cache_hits"`
	Work      float64 `json:"mean_work_seconds"`
	Longest   float64 `json:"longest_work_seconds"`
	Wait      float64 `json:"mean_wait_seconds"`
	Last      float64 `json:"seconds_since_last_completed"` // -1: none in the window
	Ended     float64 `json:"seconds_since_last_ended"`     // by any outcome but lost; -1: none in the window
}

// stageSample bounds how many attempts the figures of the stages are taken from.
const stageSample = 20_000

// RecentStages returns what the stages did within the window, over the newest
// attempts, and how many attempts that were.
func (db Monitor) RecentStages(ctx context.Context, window time.Duration) (list []StageRow, sample int, err error) {
	now := micros(db.now())
	list = []StageRow{}
	err = db.rows(ctx, func(rows *sql.Rows) error {
		var s StageRow
		var n int
		var last, ended int64
		err := rows.Scan(&s.Stage, &s.Queue, &n, &s.Completed, &s.Retried, &s.Failed, &s.Lost, &s.CacheHits, &s.Work, &s.Longest, &s.Wait, &last, &ended)
		s.Last, s.Ended = since(now, last), since(now, ended)
		sample += n
		list = append(list, s)
		return err
	}, `SELECT t.task_type, t.queue, count(*), count(CASE WHEN a.outcome = 'completed' THEN 1 END),
			count(CASE WHEN a.outcome = 'retry' THEN 1 END), count(CASE WHEN a.outcome = 'failed' THEN 1 END),
			count(CASE WHEN a.outcome = 'lost' THEN 1 END),
			count(CASE WHEN a.outcome = 'completed' AND t.cache_hit = 1 THEN 1 END),
			coalesce(avg(a.ended_at - a.started_at), 0) / 1000000.0, coalesce(max(a.ended_at - a.started_at), 0) / 1000000.0,
			coalesce(avg(t.wait_us), 0) / 1000000.0, coalesce(max(CASE WHEN a.outcome = 'completed' THEN a.ended_at END), 0),
			coalesce(max(CASE WHEN a.outcome <> 'lost' THEN a.ended_at END), 0)
		FROM `+newestAttempts("", "")+` a JOIN processing_tasks t ON t.id = a.task_id GROUP BY t.task_type, t.queue ORDER BY t.queue, t.task_type`, now-window.Microseconds(), stageSample)
	return list, sample, err
}

// since is how many seconds before now a time was; -1 if there is none.
func since(now, at int64) float64 {
	if at == 0 {
		return -1
	}
	return max(0, float64(now-at)/1e6)
}

// RunningRow is what runs in a queue now.
type RunningRow struct {
	Queue   string  `json:"queue"`
	Running int     `json:"running"`
	Started float64 `json:"seconds_since_last_start"`
}

// Running returns what runs, by queue. It reads the rows of running tasks only.
func (db Monitor) Running(ctx context.Context) ([]RunningRow, error) {
	now := micros(db.now())
	list := []RunningRow{}
	return list, db.rows(ctx, func(rows *sql.Rows) error {
		var r RunningRow
		var started int64
		err := rows.Scan(&r.Queue, &r.Running, &started)
		r.Started = since(now, started)
		list = append(list, r)
		return err
	}, `SELECT queue, count(*), max(started_at) FROM processing_tasks WHERE status = 'processing' GROUP BY queue ORDER BY queue`)
}

// Claims counts the tasks that each worker holds.
func (db Monitor) Claims(ctx context.Context) (map[string]int, error) {
	claims := map[string]int{}
	return claims, db.rows(ctx, func(rows *sql.Rows) error {
		var worker string
		var n int
		err := rows.Scan(&worker, &n)
		claims[worker] = n
		return err
	}, `SELECT worker, count(*) FROM processing_tasks WHERE status = 'processing' GROUP BY worker`)
}

// Deliveries is what waits to be delivered to webhooks.
type Deliveries struct {
	Waiting  int     `json:"waiting"`
	Oldest   float64 `json:"oldest_seconds"` // -1: none waits
	Disabled int     `json:"disabled"`       // webhooks that nothing is sent to any more
}

// Deliveries returns what waits to be delivered.
func (db Monitor) Deliveries(ctx context.Context) (b Deliveries, err error) {
	var oldest int64
	err = db.one(ctx, []any{&b.Waiting, &oldest, &b.Disabled}, `SELECT count(*), coalesce(min(created_at), 0),
		(SELECT count(*) FROM webhooks WHERE disabled <> '') FROM webhook_deliveries WHERE status = 'pending'`)
	b.Oldest = since(micros(db.now()), oldest)
	return b, err
}

// DocumentCounts counts all documents by status.
func (db Monitor) DocumentCounts(ctx context.Context) (map[dossier.Status]int, error) {
	counts := map[dossier.Status]int{}
	return counts, db.rows(ctx, func(rows *sql.Rows) error {
		var s dossier.Status
		var n int
		err := rows.Scan(&s, &n)
		counts[s] = n
		return err
	}, `SELECT status, count(*) FROM source_documents GROUP BY status`)
}

// SpendRow is what paid calls of a provider cost.
type SpendRow struct {
	Provider string  `json:"provider"`
	Calls    int     `json:"calls"`
	Units    int64   `json:"units"` // pages or tokens
	Day      float64 `json:"dollars_last_24_hours"`
	Total    float64 `json:"dollars"`
}

// Spend sums what paid calls cost, by provider.
func (db Monitor) Spend(ctx context.Context) ([]SpendRow, error) {
	list := []SpendRow{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var s SpendRow
		err := rows.Scan(&s.Provider, &s.Calls, &s.Units, &s.Day, &s.Total)
		list = append(list, s)
		return err
	}, `SELECT provider, count(*), coalesce(sum(units), 0), coalesce(sum(CASE WHEN at > $1 THEN cost_micros ELSE 0 END), 0) / 1000000.0,
		coalesce(sum(cost_micros), 0) / 1000000.0 FROM spend GROUP BY provider ORDER BY provider`, micros(db.now().Add(-24*time.Hour)))
	return list, err
}

// BatchState is how far a batch has come.
type BatchState struct {
	Batch
	Documents map[dossier.Status]int `json:"documents"`
	Total     int                    `json:"total"`
	Done      int                    `json:"done"`                 // final, whatever became of them
	Rate      *float64               `json:"documents_per_second"` // over the last minutes; null: none ended
	Left      *float64               `json:"seconds_left"`         // at that rate; null: not known
	AtRisk    bool                   `json:"at_risk"`              // it will be late at that rate, or is; or nothing moves
	Late      bool                   `json:"late"`
	// Interrupted: files may still be added, but the submission is silent.
	Interrupted bool `json:"submission_interrupted"`
}

// rateWindow is the span over which the present rate of a batch is taken.
const rateWindow = 2 * time.Minute

// State reads the state of a batch.
func (db Batches) State(ctx context.Context, id string) (s BatchState, err error) {
	if s.Batch, err = db.Get(ctx, id); err != nil {
		return s, err
	}
	if s.Documents, err = db.MemberCounts(ctx, id); err != nil {
		return s, err
	}
	for status, n := range s.Documents {
		s.Total += n
		if status.Final() {
			s.Done += n
		}
	}
	if s.Status != "processing" {
		s.Late = !s.Deadline.IsZero() && s.CompletedAt.After(s.Deadline)
		return s, nil
	}
	rate, err := db.Rate(ctx, id, rateWindow)
	if err != nil {
		return s, err
	}
	now := db.now()
	s.Interrupted = s.IntakeOpen && now.Sub(s.IntakeAt) > submissionSilent
	s.Late = !s.Deadline.IsZero() && now.After(s.Deadline)
	s.AtRisk = s.Late || rate == 0 && s.stands(now)
	if rate > 0 {
		left := float64(s.Total-s.Done) / rate
		s.Rate, s.Left = &rate, &left
		s.AtRisk = s.Late || !s.Deadline.IsZero() && now.Add(time.Duration(left*float64(time.Second))).After(s.Deadline)
	}
	return s, nil
}

// stands reports whether a batch of which nothing ended lately will be late if
// it goes on like that. A batch that has only begun has yet to show its rate: it
// has the span over which a rate is taken, or half the time to its deadline if
// that is shorter.
func (s BatchState) stands(now time.Time) bool {
	if s.Deadline.IsZero() || s.Done == s.Total {
		return false
	}
	return now.Sub(s.CreatedAt) > min(rateWindow, s.Deadline.Sub(s.CreatedAt)/2)
}
