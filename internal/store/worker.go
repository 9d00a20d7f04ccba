package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"
)

// Worker is what a worker says of itself.
type Worker struct {
	ID          string         `json:"id"` // host:pid:random
	Host        string         `json:"host"`
	PID         int            `json:"pid"`
	Build       string         `json:"build"`  // version of the program
	Stages      string         `json:"stages"` // versions of what it makes; "": not known
	Queues      map[string]int `json:"queues"` // to their concurrency
	Active      []string       `json:"active"` // ids of tasks
	Jobs        int64          `json:"jobs"`   // tasks completed since it started
	Failed      int64          `json:"failed"` // tasks that failed permanently since it started
	RSS         int64          `json:"rss"`    // resident bytes, its children included; 0: not known
	StartedAt   time.Time      `json:"started"`
	HeartbeatAt time.Time      `json:"heartbeat"`
}

// Put records what a worker says of itself now.
func (tx TxWorkers) Put(ctx context.Context, w Worker) error {
	_, err := tx.exec(ctx, `INSERT INTO workers (id, host, pid, build, stages, queues, active, jobs, failed, rss, started_at, heartbeat_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) ON CONFLICT (id) DO UPDATE SET active = excluded.active,
		jobs = excluded.jobs, failed = excluded.failed, rss = excluded.rss, heartbeat_at = excluded.heartbeat_at`,
		w.ID, w.Host, w.PID, w.Build, w.Stages, jsonText(w.Queues), jsonText(w.Active), w.Jobs, w.Failed, w.RSS, tx.now)
	return err
}

// Drop takes a worker that ends off the record.
func (tx TxWorkers) Drop(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, `DELETE FROM workers WHERE id = $1`, id)
	return err
}

// DropSilent takes workers off the record that were not heard of for
// that long.
func (tx TxWorkers) DropSilent(ctx context.Context, silentFor time.Duration) error {
	_, err := tx.exec(ctx, `DELETE FROM workers WHERE heartbeat_at < $1`, tx.now-silentFor.Microseconds())
	return err
}

const workerColumns = `SELECT id, host, pid, build, stages, queues, active, jobs, failed, rss, started_at, heartbeat_at FROM workers`

func scanWorker(scan func(...any) error) (w Worker, err error) {
	var queues, active string
	var started, heartbeat int64
	if err := scan(&w.ID, &w.Host, &w.PID, &w.Build, &w.Stages, &queues, &active, &w.Jobs, &w.Failed, &w.RSS, &started, &heartbeat); err != nil {
		return w, err
	}
	w.StartedAt, w.HeartbeatAt = fromMicros(started), fromMicros(heartbeat)
	return w, errors.Join(json.Unmarshal([]byte(queues), &w.Queues), json.Unmarshal([]byte(active), &w.Active))
}

// List lists the workers on record; one whose heartbeat is old is gone.
func (db Workers) List(ctx context.Context) ([]Worker, error) {
	list := []Worker{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		w, err := scanWorker(rows.Scan)
		list = append(list, w)
		return err
	}, workerColumns+` ORDER BY host, pid, id`)
	return list, err
}

// Concurrency returns how many tasks of each queue can run at once on all
// workers heard of within the given time.
func (tx TxWorkers) Concurrency(ctx context.Context, within time.Duration) (map[string]int, error) {
	total := map[string]int{}
	return total, tx.rows(ctx, func(rows *sql.Rows) error {
		var queues string
		if err := rows.Scan(&queues); err != nil {
			return err
		}
		var one map[string]int
		err := json.Unmarshal([]byte(queues), &one)
		for name, n := range one {
			total[name] += n
		}
		return err
	}, `SELECT queues FROM workers WHERE heartbeat_at >= $1`, tx.now-within.Microseconds())
}
