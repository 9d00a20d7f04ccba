package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/dossier-legal/dossier"
)

// Hold is a legal hold. While it is in force, nothing of its project, or of its
// document, is deleted or cleaned up: [TxDocuments.Delete] and [TxProjects.Delete]
// refuse it with CodeHeld, the database refuses the statements themselves, and
// cleaning up passes over what is held.
type Hold struct {
	Seq        int64     `json:"hold"`
	ProjectID  string    `json:"-"`
	DocumentID string    `json:"document,omitempty"` // "": the whole project
	Reason     string    `json:"reason"`
	Actor      string    `json:"by"`
	At         time.Time `json:"since"`
}

// Place places a hold on a project, or on one document of it if documentID
// is not "". A deletion of the project or of its documents that has not been
// completed stops; stopped reports whether there was one.
func (tx TxHolds) Place(ctx context.Context, projectID, documentID, reason, actor string) (stopped bool, err error) {
	if err := TxProjects(tx).Lock(ctx, projectID); err != nil {
		return false, err
	}
	if _, err := tx.exec(ctx, `INSERT INTO holds (project_id, document_id, reason, actor, created_at) VALUES ($1, $2, $3, $4, $5)`,
		projectID, nullable(documentID), reason, actor, tx.now); err != nil {
		return false, err
	}
	n, err := tx.exec(ctx, `DELETE FROM removals WHERE kind IN ('project', 'record') AND project_id = $1`, projectID)
	if err != nil {
		return false, err
	}
	_, err = tx.exec(ctx, `UPDATE projects SET deleting_at = 0 WHERE id = $1`, projectID)
	return n > 0, err
}

// Release ends the holds on a project, or, if documentID is not "", those
// on that document, and returns how many there were.
func (tx TxHolds) Release(ctx context.Context, projectID, documentID, actor string) (int, error) {
	if err := TxProjects(tx).Lock(ctx, projectID); err != nil {
		return 0, err
	}
	n, err := tx.exec(ctx, `UPDATE holds SET released_at = $3, released_by = $4
		WHERE project_id = $1 AND coalesce(document_id, '') = $2 AND released_at = 0`, projectID, documentID, tx.now, actor)
	return int(n), err
}

// List returns the holds in force, the oldest first: those of a project and of
// its documents, or all if projectID is "".
func (db Holds) List(ctx context.Context, projectID string) ([]Hold, error) {
	list := []Hold{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var h Hold
		var at int64
		err := rows.Scan(&h.Seq, &h.ProjectID, &h.DocumentID, &h.Reason, &h.Actor, &at)
		h.At = fromMicros(at)
		list = append(list, h)
		return err
	}, `SELECT seq, project_id, coalesce(document_id, ''), reason, actor, created_at FROM holds
		WHERE released_at = 0 AND ($1 = '' OR project_id = $1) ORDER BY seq`, projectID)
	return list, err
}

// refuseHeld returns an error of CodeHeld if a hold is in force on the project,
// or on one of the documents. With whole a hold on any document of the project
// counts. The lock on the project keeps holds from being placed until the
// transaction ends.
func (tx *transaction) refuseHeld(ctx context.Context, projectID string, documentIDs []string, whole bool) error {
	if err := (TxProjects{tx}).Lock(ctx, projectID); err != nil {
		return notFound(err, "project", projectID, "it was deleted")
	}
	var project, document, reason, actor string
	err := tx.one(ctx, []any{&project, &document, &reason, &actor}, `SELECT p.name, coalesce(h.document_id, ''), h.reason, h.actor
		FROM holds h JOIN projects p ON p.id = h.project_id WHERE h.project_id = $1 AND h.released_at = 0
		AND (h.document_id IS NULL OR $3 = 1 OR h.document_id IN json_list($2)) ORDER BY h.seq LIMIT 1`,
		projectID, jsonText(documentIDs), bit(whole))
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	what, cure := "project "+project, "`dossier project release` ends the hold"
	if document != "" {
		what, cure = "document "+document, "`dossier document release` ends the hold"
	}
	return dossier.Errorf(dossier.CodeHeld, "%s placed a legal hold on it: %s", actor, reason).About(what).WithCure(cure)
}
