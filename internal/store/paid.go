package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/dossier-legal/dossier"
)

// TextractJob is a job at AWS Textract on a part of a file.
type TextractJob struct {
	CallKey    string // that of the result in the cache
	Part       int    // from 0
	DocumentID string
	JobID      string
	Region     string
	FirstPage  int // of the part in the file
	Pages      int
	Status     string
	Message    string // why it failed
	Polls      int    // how often it was asked for
}

// Save records a job, or how far it is.
func (tx TxTextractJobs) Save(ctx context.Context, j TextractJob) error {
	_, err := tx.exec(ctx, `INSERT INTO textract_jobs (call_key, part, document_id, job_id, region, first_page, pages,
		status, message, polls, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
		ON CONFLICT (call_key, part) DO UPDATE SET job_id = excluded.job_id, status = excluded.status,
			message = excluded.message, polls = excluded.polls, updated_at = excluded.updated_at`,
		j.CallKey, j.Part, nullable(j.DocumentID), j.JobID, j.Region, j.FirstPage, j.Pages, j.Status, j.Message, j.Polls, tx.now)
	return err
}

// Drop forgets the jobs of a call, so that it is made anew.
func (tx TxTextractJobs) Drop(ctx context.Context, callKey string) error {
	_, err := tx.exec(ctx, `DELETE FROM textract_jobs WHERE call_key = $1`, callKey)
	return err
}

// List returns the jobs of a call in the order of their parts.
func (db TextractJobs) List(ctx context.Context, callKey string) ([]TextractJob, error) {
	var list []TextractJob
	err := db.rows(ctx, func(rows *sql.Rows) error {
		j := TextractJob{CallKey: callKey}
		err := rows.Scan(&j.Part, &j.DocumentID, &j.JobID, &j.Region, &j.FirstPage, &j.Pages, &j.Status, &j.Message, &j.Polls)
		list = append(list, j)
		return err
	}, `SELECT part, coalesce(document_id, ''), job_id, region, first_page, pages, status, message, polls
		FROM textract_jobs WHERE call_key = $1 ORDER BY part`, callKey)
	return list, err
}

// Charge is what a paid call costs, in millionths of a dollar.
type Charge struct {
	CallKey  string // a call that is repeated is booked once
	Project  string // id
	Batch    string // id; "" if it is for none
	Provider string
	Units    int // pages or tokens
	Micros   int64
}

// Caps are what may be spent, in millionths of a dollar; 0 means without limit.
type Caps struct {
	Run     int64 // for a batch
	Project int64 // by a project in all
	Day     int64 // by all projects in 24 hours
}

// Book records a charge unless it would go over a cap; then the error has
// CodeBudget. A charge that is on record already is not booked again.
func (tx TxCharges) Book(ctx context.Context, c Charge, caps Caps) error {
	if err := tx.lock(ctx, "spend"); err != nil { // two must not both be the last under the cap
		return err
	}
	var known int
	if err := tx.one(ctx, []any{&known}, `SELECT count(*) FROM spend WHERE call_key = $1`, c.CallKey); err != nil || known > 0 {
		return err
	}
	for _, limit := range []struct {
		what, flag string
		most       int64
		spent      func() (int64, error)
	}{
		{"the run", "--run-budget", caps.Run, func() (int64, error) { return tx.spent(ctx, "batch", c.Batch) }},
		{"the project", "--budget", caps.Project, func() (int64, error) { return tx.spent(ctx, "project", c.Project) }},
		{"the last day", "--daily-budget", caps.Day, func() (int64, error) { return tx.spentSince(ctx, tx.now-24*time.Hour.Microseconds()) }},
	} {
		if limit.most == 0 {
			continue
		}
		spent, err := limit.spent()
		if err != nil {
			return err
		}
		if spent+c.Micros > limit.most {
			return overBudget(limit.what, limit.flag, spent, limit.most, c.Micros)
		}
	}
	_, err := tx.exec(ctx, `INSERT INTO spend (call_key, project_id, batch_id, provider, requests, units, cost_micros, at)
		VALUES ($1, $2, $3, $4, 1, $5, $6, $7)`, c.CallKey, nullable(c.Project), nullable(c.Batch), c.Provider, c.Units, c.Micros, tx.now)
	return err
}

// spent returns what a batch or a project has spent in all, in millionths of a
// dollar. Triggers of the database keep the total.
func (tx *transaction) spent(ctx context.Context, scope, id string) (total int64, err error) {
	err = tx.one(ctx, []any{&total}, `SELECT coalesce(sum(micros), 0) FROM spend_totals
		WHERE scope = $1 AND key = $2 AND since = 0`, scope, id)
	return total, err
}

// spendWindow is the span of one total of what all have spent: that of the
// triggers.
const spendWindow = 5 * time.Minute

// spentSince returns what all have spent after a time: the totals of whole
// windows, and the calls of the one that the time cuts.
func (tx *transaction) spentSince(ctx context.Context, at int64) (total int64, err error) {
	window := spendWindow.Microseconds()
	whole := at - at%window + window
	err = tx.one(ctx, []any{&total}, `SELECT
		(SELECT coalesce(sum(micros), 0) FROM spend_totals WHERE scope = 'all' AND key = '' AND since >= $2)
		+ (SELECT coalesce(sum(cost_micros), 0) FROM spend WHERE at > $1 AND at < $2)`, at, whole)
	return total, err
}

func overBudget(what, flag string, spent, most, more int64) error {
	const dollar = 1e6
	return dossier.Errorf(dossier.CodeBudget, "%s has spent $%.4f of $%.4f, and this may cost $%.4f", what,
		float64(spent)/dollar, float64(most)/dollar, float64(more)/dollar).About(flag).
		WithCure("raise " + flag + ", or do the rest without the service that is paid")
}

// Settle puts what a call did cost in place of what was booked for it.
func (tx TxCharges) Settle(ctx context.Context, callKey string, units int, costMicros int64) error {
	_, err := tx.exec(ctx, `UPDATE spend SET units = $2, cost_micros = $3 WHERE call_key = $1`, callKey, units, costMicros)
	return err
}

// Unbook takes a charge back: the call was refused.
func (tx TxCharges) Unbook(ctx context.Context, callKey string) error {
	_, err := tx.exec(ctx, `DELETE FROM spend WHERE call_key = $1`, callKey)
	return err
}
