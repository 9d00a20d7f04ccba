package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
)

// Report is what a batch came to. Every figure is counted from the record when
// it is asked for.
type Report struct {
	Documents map[dossier.Status]int      `json:"documents"` // by final status; the sum is the size of the batch
	Reused    int                         `json:"reused"`    // of these, done in an earlier batch
	Instances int                         `json:"instances"` // files found, copies included
	Pages     int                         `json:"pages"`
	OCRPages  int                         `json:"ocr_pages"`
	Words     int                         `json:"words"`
	Chunks    int                         `json:"chunks"`
	Mentions  map[dossier.MentionType]int `json:"mentions"`
	Entities  int                         `json:"entities"` // canonical entities named in these documents
	Relations int                         `json:"relations"`
	CacheHits int                         `json:"cache_hits"`   // stage outputs that were there already
	CacheMiss int                         `json:"cache_misses"` // stage outputs that had to be made
	Failures  []Failure                   `json:"failures"`
	NewPages  int                         `json:"-"`      // pages of documents done in this batch
	Unread    int                         `json:"unread"` // files that could not be read at all
}

// Failure is a file that did not become part of the case file, or not all of it
// ([dossier.StatusPartial]), and why.
type Failure struct {
	Path     string         `json:"path"`
	Document string         `json:"document,omitempty"`
	Status   dossier.Status `json:"status"`
	Stage    dossier.Stage  `json:"stage,omitempty"`
	Code     dossier.Code   `json:"code"`
	Message  string         `json:"message"`
}

// Report counts what a batch came to.
func (db Batches) Report(ctx context.Context, batchID string) (Report, error) {
	r := Report{Mentions: map[dossier.MentionType]int{}, Failures: []Failure{}}
	var err error
	if r.Documents, err = db.MemberCounts(ctx, batchID); err != nil {
		return r, err
	}
	for _, figure := range []struct {
		dest  []any
		query string
	}{
		{[]any{&r.Reused, &r.Pages, &r.NewPages, &r.Words, &r.Chunks, &r.Relations}, `SELECT coalesce(sum(m.reused), 0),
			coalesce(sum(d.page_count), 0), coalesce(sum((1 - m.reused) * d.page_count), 0), coalesce(sum(d.word_count), 0),
			coalesce(sum(d.chunk_count), 0), coalesce(sum(d.relation_count), 0)
			FROM batch_documents m JOIN source_documents d ON d.id = m.document_id WHERE m.batch_id = $1`},
		{[]any{&r.Instances}, `SELECT count(*) FROM batch_documents m JOIN batch_instances i
			ON i.document_id = m.document_id AND i.batch_id = m.batch_id WHERE m.batch_id = $1`},
		{[]any{&r.OCRPages}, `SELECT count(*) FROM batch_documents m JOIN document_pages p
			ON p.document_id = m.document_id WHERE m.batch_id = $1 AND p.source = 'ocr'`},
		{[]any{&r.Entities}, `SELECT count(DISTINCT n.canonical_no) FROM batch_documents m
			JOIN document_entities e ON e.document_id = m.document_id JOIN entity_names n ON n.no = e.name_no
			WHERE m.batch_id = $1`},
		{[]any{&r.CacheHits, &r.CacheMiss}, `SELECT count(CASE WHEN t.cache_hit + m.reused > 0 THEN 1 END),
			count(CASE WHEN t.cache_hit + m.reused = 0 THEN 1 END) FROM batch_documents m JOIN processing_tasks t
			ON t.document_id = m.document_id WHERE m.batch_id = $1 AND t.status = 'completed' AND t.cache_key <> ''`},
		{[]any{&r.Unread}, `SELECT count(*) FROM intake_problems WHERE batch_id = $1`},
	} {
		if err := db.one(ctx, figure.dest, figure.query, batchID); err != nil {
			return r, err
		}
	}
	if err := db.countMentions(ctx, batchID, r.Mentions); err != nil {
		return r, err
	}
	r.Failures, err = db.Failures(ctx, batchID)
	return r, err
}

func (db *database) countMentions(ctx context.Context, batchID string, counts map[dossier.MentionType]int) error {
	return db.rows(ctx, func(rows *sql.Rows) error {
		var t dossier.MentionType
		var n int
		err := rows.Scan(&t, &n)
		counts[t] = n
		return err
	}, `SELECT e.type, count(*) FROM batch_documents m
		JOIN source_documents d ON d.id = m.document_id JOIN entity_mentions e ON e.document_no = d.no
		WHERE m.batch_id = $1 GROUP BY e.type`, batchID)
}

// CacheKeys lists the cache entries of what the stages of a batch's documents
// made.
func (db Batches) CacheKeys(ctx context.Context, batchID string) (keys []string, err error) {
	err = db.rows(ctx, texts(&keys), `SELECT DISTINCT t.cache_key FROM batch_documents m
		JOIN processing_tasks t ON t.document_id = m.document_id
		WHERE m.batch_id = $1 AND t.cache_key <> '' ORDER BY t.cache_key`, batchID)
	return keys, err
}

// rateSample is how many of the newest attempts a rate is taken from: few
// enough to be counted at every look, whatever the size of the batch.
const rateSample = 1500

// Rate returns how many documents of a batch end per second, counted over
// the newest attempts, none of them older than the window; 0 if none ended.
func (db Batches) Rate(ctx context.Context, batchID string, window time.Duration) (float64, error) {
	now := micros(db.now())
	var ended, attempts int
	var oldest int64
	err := db.one(ctx, []any{&ended, &attempts, &oldest}, `SELECT
		count(CASE WHEN t.batch_id = $3 AND (t.task_type = 'finalization' AND a.outcome = 'completed' OR a.outcome = 'failed') THEN 1 END),
		count(*), coalesce(min(a.ended_at), 0)
		FROM `+newestAttempts("", "")+` a JOIN processing_tasks t ON t.id = a.task_id`, now-window.Microseconds(), rateSample, batchID)
	if err != nil || ended == 0 {
		return 0, err
	}
	span := window
	if attempts == rateSample || time.Duration(now-oldest)*time.Microsecond < window/2 { // the sample is younger than the window
		span = max(time.Second, time.Duration(now-oldest)*time.Microsecond)
	}
	return float64(ended) / span.Seconds(), nil
}

// Failures lists what did not become part of the case file in a batch, or not in
// full, by path.
func (db Batches) Failures(ctx context.Context, batchID string) ([]Failure, error) {
	list := []Failure{}
	scan := func(rows *sql.Rows) error {
		var f Failure
		err := rows.Scan(&f.Path, &f.Document, &f.Status, &f.Stage, &f.Code, &f.Message)
		list = append(list, f)
		return err
	}
	err := db.rows(ctx, scan, `SELECT (SELECT min(path) FROM document_instances i WHERE i.document_id = d.id),
		d.id, d.status, d.failed_stage, CASE d.status WHEN 'cancelled' THEN 'cancelled' ELSE d.error_code END,
		CASE d.status WHEN 'cancelled' THEN 'the batch was cancelled before it was processed' ELSE d.error_message END
		FROM batch_documents m JOIN source_documents d ON d.id = m.document_id
		WHERE m.batch_id = $1 AND d.status IN ('partial', 'failed', 'unsupported', 'quarantined', 'cancelled')`, batchID)
	if err != nil {
		return nil, err
	}
	err = db.rows(ctx, scan, `SELECT path, '', 'failed', '', error_code, error_message
		FROM intake_problems WHERE batch_id = $1`, batchID)
	slices.SortFunc(list, func(a, b Failure) int { return strings.Compare(a.Path, b.Path) })
	return list, err
}
