package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/dossier-legal/dossier"
)

// Now is the time at which everything in the transaction happens.
func (tx *Tx) Now() time.Time { return fromMicros(tx.now) }

// Ending is the end of a stage of a document, or of a batch, whose DocumentID
// is "".
type Ending struct {
	At         time.Time
	BatchID    string
	DocumentID string
	Stage      dossier.Stage
	Attempt    int
	Status     dossier.Status
	Code       dossier.Code
	Message    string
}

// Endings returns the newest n endings on record, the oldest of them first.
func (db Monitor) Endings(ctx context.Context, n int) ([]Ending, error) {
	var list []Ending
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var e Ending
		var at int64
		err := rows.Scan(&at, &e.BatchID, &e.DocumentID, &e.Stage, &e.Attempt, &e.Status, &e.Code, &e.Message)
		e.At = fromMicros(at)
		list = append(list, e)
		return err
	}, `SELECT * FROM (SELECT * FROM (SELECT a.ended_at, t.batch_id, t.document_id, t.task_type, a.attempt,
			CASE WHEN a.error_code = '`+string(dossier.CodePoison)+`' THEN 'quarantined'
				WHEN t.task_type = 'finalization' AND d.status = 'partial' THEN d.status ELSE a.outcome END,
			CASE WHEN t.task_type = 'finalization' AND d.status = 'partial' THEN d.error_code ELSE a.error_code END,
			CASE WHEN t.task_type = 'finalization' AND d.status = 'partial' THEN d.error_message ELSE a.error_message END
			FROM `+newestAttempts(` AND document_id IS NOT NULL`, ` AND outcome = 'failed'`)+` a JOIN processing_tasks t ON t.id = a.task_id LEFT JOIN source_documents d ON d.id = t.document_id
			WHERE t.document_id IS NOT NULL) stages
		UNION ALL SELECT * FROM (SELECT completed_at, id, '', '', 0, status, '', '' FROM batches
			WHERE status <> 'processing' ORDER BY completed_at DESC LIMIT $2) ended) news
		ORDER BY 1 DESC, 3 DESC LIMIT $2`, 0, n)
	slices.Reverse(list)
	return list, err
}
