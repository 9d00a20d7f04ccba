package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/dossier-legal/dossier"
)

// RemovalKind says what a removal is of.
type RemovalKind string

// The kinds of removals, in the order in which they are carried out.
const (
	RemoveProject  RemovalKind = "project"  // a project's record
	RemoveRecord   RemovalKind = "record"   // a document's record
	RemoveOriginal RemovalKind = "original" // the bytes of a file; the target is their SHA-256
	RemoveOutput   RemovalKind = "output"   // a cached output; the target is its cache key
	RemoveDocument RemovalKind = "document" // Redis keys by document
	RemoveResult   RemovalKind = "result"   // the Redis key of a task's result
	RemoveBatch    RemovalKind = "batch"    // the Redis keys of a batch's progress, which are rebuilt when they are asked for
)

// RemovalKinds returns the kinds in the order in which they are carried out.
func RemovalKinds() []RemovalKind {
	return []RemovalKind{RemoveProject, RemoveRecord, RemoveOriginal, RemoveOutput, RemoveDocument, RemoveResult, RemoveBatch}
}

// Removal is something that remains to be removed.
type Removal struct {
	Kind      RemovalKind
	Target    string
	ProjectID string
	changed   int64 // when it was asked for last
}

// RemovalTime is how long a process that began to remove originals may go on
// ([TxRemovals.Begin]). After RemovalSilence others take over: so no process
// removes bytes that another has stored again, unless it stands still between
// two instructions for longer than the difference.
const (
	RemovalTime    = time.Minute
	RemovalSilence = 2 * time.Minute
)

// Add records what is to be removed.
func (tx TxRemovals) Add(ctx context.Context, projectID string, kind RemovalKind, targets []string) error {
	if len(targets) == 0 {
		return nil
	}
	_, err := tx.exec(ctx, `INSERT INTO removals (kind, target, project_id, state, changed_at)
		SELECT $2, v.value, $3, 'waiting', $4 FROM json_list($1) v WHERE true
		ON CONFLICT (kind, target) DO UPDATE SET state = 'waiting', project_id = excluded.project_id, changed_at = excluded.changed_at`,
		jsonText(slices.Compact(slices.Sorted(slices.Values(targets)))), kind, projectID, tx.now)
	return err
}

// Waiting returns the next removals of a kind, at most limit, also those
// that somebody began longer than silent ago and did not end.
func (db Removals) Waiting(ctx context.Context, kind RemovalKind, silent time.Duration, limit int) ([]Removal, error) {
	var list []Removal
	err := db.rows(ctx, func(rows *sql.Rows) error {
		r := Removal{Kind: kind}
		err := rows.Scan(&r.Target, &r.ProjectID, &r.changed)
		list = append(list, r)
		return err
	}, `SELECT target, project_id, changed_at FROM removals WHERE kind = $1
		AND (state = 'waiting' OR (state = 'removing' AND changed_at < $2)) ORDER BY target LIMIT $3`,
		kind, micros(db.now().Add(-silent)), limit)
	return list, err
}

// Begin begins the removal of originals, by their SHA-256, and returns
// those that may be removed until [RemovalTime] from now: no document of any
// project has those bytes, and an intake that finds them from now on stores
// them again ([TxRemovals.ClaimOriginals]). The removal of the others is off. Those that
// somebody began longer than silent ago are taken over.
func (tx TxRemovals) Begin(ctx context.Context, shas []string, silent time.Duration) (free []string, err error) {
	// Transactions that are registering documents end first: what they claimed
	// is seen below.
	if err := tx.lock(ctx, originalsLock); err != nil {
		return nil, err
	}
	if _, err := tx.exec(ctx, `DELETE FROM removals WHERE kind = 'original' AND state <> 'removed' AND target IN json_list($1)
		AND EXISTS (SELECT 1 FROM projects p JOIN source_documents d ON d.project_id = p.id AND d.sha256 = removals.target)`,
		jsonText(shas)); err != nil {
		return nil, err
	}
	err = tx.rows(ctx, texts(&free), `UPDATE removals SET state = 'removing', changed_at = $2 WHERE kind = 'original'
		AND target IN json_list($1) AND (state = 'waiting' OR (state = 'removing' AND changed_at < $3)) RETURNING target`,
		jsonText(shas), tx.now, tx.now-silent.Microseconds())
	return free, err
}

// originalsLock orders the registration of documents and the removal of their
// bytes.
const originalsLock = "dossier:originals"

// End records that removals of a kind are done. Those of originals stay on
// record until [TxRemovals.Forget]. One that was asked for again meanwhile still
// waits.
func (tx TxRemovals) End(ctx context.Context, kind RemovalKind, done []Removal) error {
	type row struct {
		Target  string `json:"gone"`
		Changed int64  `json:"since"`
	}
	rows := make([]row, len(done))
	for i, r := range done {
		rows[i] = row{r.Target, r.changed}
	}
	_, err := tx.exec(ctx, `DELETE FROM removals WHERE kind = $2 AND (target, changed_at) IN
		(SELECT v.gone, v.since FROM json_rows($1, gone text, since bigint) v)`, jsonText(rows), kind)
	return err
}

// EndOriginals records that originals, by their SHA-256, are removed.
func (tx TxRemovals) EndOriginals(ctx context.Context, shas []string) error {
	_, err := tx.exec(ctx, `UPDATE removals SET state = 'removed', changed_at = $2
		WHERE kind = 'original' AND target IN json_list($1) AND state = 'removing'`, jsonText(shas), tx.now)
	return err
}

// Forget takes originals off the record that were removed that long ago:
// no intake is left that found them before.
func (tx TxRemovals) Forget(ctx context.Context, age time.Duration, limit int) (int, error) {
	n, err := tx.exec(ctx, `DELETE FROM removals WHERE (kind, target) IN (SELECT kind, target FROM removals
		WHERE kind = 'original' AND state = 'removed' AND changed_at < $1 LIMIT $2)`, tx.now-age.Microseconds(), limit)
	return int(n), err
}

// Going are originals that were removed, or are just being removed, by their
// SHA-256: when that changed last.
type Going map[string]int64

// Before reports whether all of them went before the time: who has seen the bytes
// since then has stored them again, or they are being removed still.
func (g Going) Before(t time.Time) bool {
	for _, at := range g {
		if at >= micros(t) {
			return false
		}
	}
	return true
}

// ClaimOriginals says that the transaction is about to register documents with
// the given bytes in the project. Removals of them that have not begun are off.
// It returns those whose bytes may be gone: the caller registers nothing, stores
// those bytes again and repeats the transaction, with what was returned as
// stored. Documents that are just being deleted are among them. A project that is being deleted
// is an error of CodeNotFound.
func (tx TxRemovals) ClaimOriginals(ctx context.Context, projectID string, shas []string, stored Going) (Going, error) {
	if err := tx.lockShared(ctx, originalsLock); err != nil {
		return nil, err
	}
	var deleting bool
	var name string
	if err := tx.one(ctx, []any{&name, &deleting}, `SELECT name, deleting_at > 0 FROM projects WHERE id = $1`, projectID); err != nil {
		return nil, notFound(err, "project", projectID, "it was deleted")
	}
	if deleting {
		return nil, beingDeleted(name)
	}
	ids := make([]string, len(shas))
	of := make(map[string]string, len(shas))
	for i, sha := range shas {
		ids[i] = dossier.DeriveID(projectID, sha)
		of[ids[i]] = sha
	}
	going := Going{}
	var back []string
	if err := tx.rows(ctx, func(rows *sql.Rows) error {
		var kind RemovalKind
		var target, state string
		var at int64
		if err := rows.Scan(&kind, &target, &state, &at); err != nil {
			return err
		}
		taken := state == "removing" && at > tx.now-RemovalSilence.Microseconds()
		switch {
		case kind == RemoveRecord:
			going[of[target]] = at
		case state == "waiting" || stored[target] == at && !taken:
			back = append(back, target)
		default:
			going[target] = at
		}
		return nil
	}, `SELECT kind, target, state, changed_at FROM removals
		WHERE (kind = 'original' AND target IN json_list($1)) OR (kind = 'record' AND target IN json_list($2))`,
		jsonText(shas), jsonText(ids)); err != nil || len(going) > 0 {
		return going, err
	}
	if len(back) == 0 {
		return going, nil
	}
	_, err := tx.exec(ctx, `DELETE FROM removals WHERE kind = 'original' AND target IN json_list($1)`, jsonText(back))
	return going, err
}

func beingDeleted(project string) error {
	return dossier.Errorf(dossier.CodeNotFound, "the project is being deleted").About(project).
		WithCure("wait until that ends (`dossier cleanup` hastens it), or name another project")
}

// UsedOutputs returns those of the cache keys that a task on record refers to;
// with held only tasks of documents count on which a hold is in force. It reads
// all tasks once.
func (db Removals) UsedOutputs(ctx context.Context, keys []string, held bool) (map[string]bool, error) {
	used := map[string]bool{}
	query := `SELECT DISTINCT t.cache_key FROM processing_tasks t WHERE t.cache_key IN json_list($1)`
	if held {
		query = `SELECT DISTINCT t.cache_key FROM holds h JOIN source_documents d ON d.project_id = h.project_id
			JOIN processing_tasks t ON t.document_id = d.id
			WHERE h.released_at = 0 AND (h.document_id IS NULL OR h.document_id = d.id) AND t.cache_key IN json_list($1)`
	}
	return used, db.rows(ctx, func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		used[key] = true
		return err
	}, query, jsonText(keys))
}

// UsedOriginals returns those of the originals, by their SHA-256, that are the
// bytes of a document.
func (db Removals) UsedOriginals(ctx context.Context, shas []string) (map[string]bool, error) {
	used := map[string]bool{}
	return used, db.rows(ctx, func(rows *sql.Rows) error {
		var sha string
		err := rows.Scan(&sha)
		used[sha] = true
		return err
	}, `SELECT DISTINCT d.sha256 FROM projects p JOIN source_documents d ON d.project_id = p.id AND d.sha256 IN json_list($1)`,
		jsonText(shas))
}
