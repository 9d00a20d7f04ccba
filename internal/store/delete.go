package store

import (
	"cmp"
	"context"
	"database/sql"
	"path/filepath"
	"slices"

	"github.com/dossier-legal/dossier"
)

// querier is a transaction or the readers.
type querier interface {
	rows(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error
}

// Doomed is a document that a deletion would remove.
type Doomed struct {
	ID       string         `json:"id"`
	FileName string         `json:"file_name"`
	SHA256   string         `json:"sha256"`
	Size     int64          `json:"bytes"`
	Status   dossier.Status `json:"status"`
	// Shared says that another project has a document with the same bytes, so that these stay.
	Shared bool `json:"shared"`
}

// Deletion is what deleting documents would remove.
type Deletion struct {
	Documents []Doomed   `json:"documents"` // those named and the attachments that are found nowhere else, by file name
	Kept      []Relative `json:"kept"`      // attachments that are found elsewhere too
	Batches   int        `json:"batches"`   // that have one of the documents
	Open      int        `json:"open"`      // documents that are still worked on
}

// IDs returns the ids of the documents.
func (d Deletion) IDs() []string {
	ids := make([]string, len(d.Documents))
	for i, doc := range d.Documents {
		ids[i] = doc.ID
	}
	return ids
}

// PlanDeletion says what deleting documents of a project would remove: the
// attachments of a mail or an archive go with it, unless they are found elsewhere too.
// A document that was found in another one which stays is an error of
// CodeInvalidInput, one that is held of CodeHeld.
func (db Documents) PlanDeletion(ctx context.Context, projectID string, ids []string) (Deletion, error) {
	all, kept, err := family(ctx, db, ids)
	if err != nil {
		return Deletion{}, err
	}
	d := Deletion{Documents: []Doomed{}, Kept: []Relative{}}
	if err := db.rows(ctx, func(rows *sql.Rows) error {
		var doc Doomed
		err := rows.Scan(&doc.ID, &doc.FileName, &doc.SHA256, &doc.Size, &doc.Status, &doc.Shared)
		if !doc.Status.Final() {
			d.Open++
		}
		d.Documents = append(d.Documents, doc)
		return err
	}, `SELECT d.id, d.file_name, d.sha256, d.byte_size, d.status, EXISTS (SELECT 1 FROM projects p
			JOIN source_documents o ON o.project_id = p.id AND o.sha256 = d.sha256 WHERE p.id <> d.project_id)
		FROM source_documents d WHERE d.project_id = $2 AND d.id IN json_list($1) ORDER BY d.file_name, d.id`, jsonText(all), projectID); err != nil {
		return d, err
	}
	if err := db.rows(ctx, func(rows *sql.Rows) error {
		var r Relative
		err := rows.Scan(&r.ID, &r.FileName, &r.Status)
		d.Kept = append(d.Kept, r)
		return err
	}, `SELECT id, file_name, status FROM source_documents WHERE id IN json_list($1) ORDER BY file_name, id`, jsonText(kept)); err != nil {
		return d, err
	}
	return d, db.one(ctx, []any{&d.Batches}, `SELECT count(DISTINCT batch_id) FROM batch_documents WHERE document_id IN json_list($1)`, jsonText(all))
}

// place is where a document was found.
type place struct{ document, parent, path string }

// places returns where the attachments of documents were found, here and
// elsewhere; their own places too, if own.
func places(ctx context.Context, q querier, ids []string, own bool) (list []place, err error) {
	query := `SELECT document_id, coalesce(parent_id, ''), path FROM document_instances WHERE document_id IN
		(SELECT document_id FROM document_instances WHERE parent_id IN json_list($1))`
	if own {
		query = `SELECT document_id, coalesce(parent_id, ''), path FROM document_instances WHERE document_id IN json_list($1)`
	}
	err = q.rows(ctx, func(rows *sql.Rows) error {
		var p place
		err := rows.Scan(&p.document, &p.parent, &p.path)
		list = append(list, p)
		return err
	}, query, jsonText(ids))
	return list, err
}

// family returns the documents that go when the given ones do, sorted, and the
// attachments among them that stay because they are found elsewhere too.
func family(ctx context.Context, q querier, ids []string) (all, kept []string, err error) {
	going := map[string]bool{}
	for _, id := range ids {
		going[id] = true
	}
	for {
		all = sortedKeys(going)
		list, err := places(ctx, q, all, false)
		if err != nil {
			return nil, nil, err
		}
		elsewhere := map[string]bool{}
		for _, p := range list {
			elsewhere[p.document] = elsewhere[p.document] || !going[p.parent]
		}
		before := len(going)
		kept = nil
		for id, also := range elsewhere {
			switch {
			case !also:
				going[id] = true
			case !going[id]:
				kept = append(kept, id)
			}
		}
		if len(going) == before {
			break
		}
	}
	slices.Sort(kept)
	own, err := places(ctx, q, ids, true)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range own {
		if p.parent != "" && !going[p.parent] {
			return nil, nil, dossier.Errorf(dossier.CodeInvalidInput, "it is part of %s, which would stay and still hold its bytes", p.parent).
				About(p.path).WithCure("delete that document; its attachments go with it")
		}
	}
	return all, kept, nil
}

func sortedKeys(set map[string]bool) []string {
	list := make([]string, 0, len(set))
	for k := range set {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// Condemn records that documents are to be deleted; [TxDocuments.Delete]
// does it. ids are all that go, as [Documents.PlanDeletion] returned them: if others
// would go by now, the error has CodeChanged. The error of documents that are
// held has CodeHeld.
func (tx TxDocuments) Condemn(ctx context.Context, projectID string, ids []string) error {
	if err := tx.refuseHeld(ctx, projectID, ids, false); err != nil {
		return err
	}
	all, _, err := family(ctx, tx, ids)
	if err != nil {
		return err
	}
	if len(all) != len(ids) {
		return dossier.Errorf(dossier.CodeChanged, "attachments were found in it meanwhile: %d documents would go, not %d", len(all), len(ids)).
			WithCure("ask again; nothing was deleted")
	}
	return TxRemovals(tx).Add(ctx, projectID, RemoveRecord, ids)
}

// Condemned returns the next documents whose records are to be deleted,
// attachments before what they are part of, with their project.
func (db Documents) Condemned(ctx context.Context, limit int) (projectID string, ids []string, err error) {
	const leaves = `AND NOT EXISTS (SELECT 1 FROM document_instances i JOIN removals c ON c.kind = 'record' AND c.target = i.document_id
		WHERE i.parent_id = r.target AND i.document_id <> r.target)`
	for _, narrowed := range []string{leaves, ""} { // archives may hold each other: then any of them is first
		err = db.rows(ctx, func(rows *sql.Rows) error {
			var id, project string
			err := rows.Scan(&id, &project)
			if projectID = cmp.Or(projectID, project); project == projectID {
				ids = append(ids, id)
			}
			return err
		}, `SELECT r.target, r.project_id FROM removals r WHERE r.kind = 'record' `+narrowed+` ORDER BY r.project_id, r.target LIMIT $1`, limit)
		if err != nil || len(ids) > 0 {
			break
		}
	}
	return projectID, ids, err
}

// Deleted is what [TxDocuments.Delete] did.
type Deleted struct {
	Documents []string // ids of those deleted
	// Names are the ids of names that they used, and of those that attachments use
	// which lost a place; the caller settles them, unless the project goes too.
	Names       []string
	ProjectGoes bool
}

// Delete deletes all that is on record of documents of a project: what
// their stages made, their tasks, places and memberships. Batches that wait for
// them no longer do; running tasks of theirs lose their claims. Originals,
// cached outputs and Redis keys are put on the list of removals.
//
// A document in which attachments were found since it was condemned stays; they
// are condemned too and go first.
func (tx TxDocuments) Delete(ctx context.Context, projectID string, condemned []string) (d Deleted, err error) {
	if err := tx.refuseHeld(ctx, projectID, condemned, false); err != nil {
		return d, err
	}
	if err := tx.one(ctx, []any{&d.ProjectGoes}, `SELECT deleting_at > 0 FROM projects WHERE id = $1`, projectID); err != nil {
		return d, err
	}
	ids := condemned
	if ids, err = tx.withoutNewChildren(ctx, projectID, ids); err != nil || len(ids) == 0 {
		return d, err
	}
	ids, shas, err := tx.lockDocuments(ctx, ids)
	if err != nil {
		return d, err
	}
	if err := tx.leaveBatches(ctx, projectID, ids); err != nil {
		return d, err
	}
	if d.Names, err = tx.dropPlaces(ctx, ids); err != nil {
		return d, err
	}
	for _, id := range ids {
		freed, err := tx.clearFrom(ctx, id, dossier.StageOCR)
		if err != nil {
			return d, err
		}
		d.Names = append(d.Names, freed...)
	}
	if err := tx.dropDocumentTasks(ctx, projectID, ids); err != nil {
		return d, err
	}
	if _, err := tx.exec(ctx, `DELETE FROM source_documents WHERE id IN json_list($1)`, jsonText(ids)); err != nil {
		return d, err
	}
	slices.Sort(d.Names)
	d.Documents, d.Names = ids, slices.Compact(d.Names)
	for kind, targets := range map[RemovalKind][]string{RemoveOriginal: shas, RemoveDocument: ids} {
		if err := TxRemovals(tx).Add(ctx, projectID, kind, targets); err != nil {
			return d, err
		}
	}
	_, err = tx.exec(ctx, `DELETE FROM removals WHERE kind = 'record' AND target IN json_list($1)
		AND NOT EXISTS (SELECT 1 FROM source_documents d WHERE d.id = removals.target)`, jsonText(condemned))
	return d, err
}

// withoutNewChildren condemns the attachments of documents that are to go with
// them and are not condemned yet, and returns the documents that have none.
func (tx *transaction) withoutNewChildren(ctx context.Context, projectID string, ids []string) ([]string, error) {
	condemned := map[string]bool{}
	if err := tx.rows(ctx, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		condemned[id] = true
		return err
	}, `SELECT target FROM removals WHERE kind = 'record' AND project_id = $1`, projectID); err != nil {
		return nil, err
	}
	list, err := places(ctx, tx, ids, false)
	if err != nil {
		return nil, err
	}
	elsewhere, parents := map[string]bool{}, map[string][]string{}
	for _, p := range list {
		elsewhere[p.document] = elsewhere[p.document] || !condemned[p.parent]
		parents[p.document] = append(parents[p.document], p.parent)
	}
	var added []string
	for child, also := range elsewhere {
		if also || condemned[child] {
			continue
		}
		added = append(added, child)
		ids = slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(parents[child], id) })
	}
	return ids, TxRemovals{tx}.Add(ctx, projectID, RemoveRecord, added)
}

// lockDocuments keeps others from adding to documents until the transaction ends.
// It returns those that are on record, and the SHA-256 of their bytes.
func (tx *transaction) lockDocuments(ctx context.Context, ids []string) (found, shas []string, err error) {
	err = tx.rows(ctx, func(rows *sql.Rows) error {
		var id, sha string
		err := rows.Scan(&id, &sha)
		found, shas = append(found, id), append(shas, sha)
		return err
	}, `SELECT id, sha256 FROM source_documents WHERE id IN json_list($1) ORDER BY id`+tx.dialect.forUpdate, jsonText(ids))
	return found, shas, err
}

// leaveBatches counts documents that are about to go in the chords of the
// batches that wait for them, and has the progress of all their batches rebuilt.
func (tx *transaction) leaveBatches(ctx context.Context, projectID string, ids []string) error {
	var batches []string
	if err := tx.rows(ctx, func(rows *sql.Rows) error {
		var batch string
		var waits bool
		err := rows.Scan(&batch, &waits)
		if batches = append(batches, batch); waits {
			tx.countDown(batch, 1, false)
		}
		return err
	}, `SELECT m.batch_id, m.status IN ('pending', 'processing') AND b.status = 'processing'
		FROM batch_documents m JOIN batches b ON b.id = m.batch_id WHERE m.document_id IN json_list($1)`, jsonText(ids)); err != nil {
		return err
	}
	return TxRemovals{tx}.Add(ctx, projectID, RemoveBatch, batches)
}

// dropPlaces takes the places that attachments have in documents which go away
// from those attachments that stay: they are called by the first path in the
// alphabet that is left, and leave the batches that found them nowhere else,
// unless those still wait for them. It returns the names that these use.
func (tx *transaction) dropPlaces(ctx context.Context, parents []string) (names []string, err error) {
	list, err := places(ctx, tx, parents, false)
	if err != nil {
		return nil, err
	}
	goes := func(p place) bool { return slices.Contains(parents, p.parent) }
	left := map[string][]string{}
	for _, p := range list {
		if !slices.Contains(parents, p.document) && !goes(p) {
			left[p.document] = append(left[p.document], p.path)
		}
	}
	for _, p := range list {
		if len(left[p.document]) == 0 || !goes(p) {
			continue
		}
		for _, query := range []string{
			`DELETE FROM batch_instances WHERE document_id = $1 AND path = $2`,
			`DELETE FROM document_instances WHERE document_id = $1 AND path = $2`,
		} {
			if _, err := tx.exec(ctx, query, p.document, p.path); err != nil {
				return nil, err
			}
		}
	}
	for id, paths := range left {
		if _, err := tx.exec(ctx, `UPDATE source_documents SET file_name = $2 WHERE id = $1`, id, filepath.Base(slices.Min(paths))); err != nil {
			return nil, err
		}
		if _, err := tx.exec(ctx, `DELETE FROM batch_documents WHERE document_id = $1 AND status NOT IN ('pending', 'processing')
			AND NOT EXISTS (SELECT 1 FROM batch_instances i WHERE i.document_id = $1 AND i.batch_id = batch_documents.batch_id)`, id); err != nil {
			return nil, err
		}
		used, err := TxNames{tx}.OfDocument(ctx, id)
		if err != nil {
			return nil, err
		}
		names = append(names, used...)
	}
	return names, nil
}

// dropDocumentTasks deletes the tasks of documents with their attempts, and puts
// their results and cached outputs on the list of removals.
func (tx *transaction) dropDocumentTasks(ctx context.Context, projectID string, ids []string) error {
	var tasks, outputs []string
	if err := tx.rows(ctx, func(rows *sql.Rows) error {
		var id, output string
		err := rows.Scan(&id, &output)
		if tasks = append(tasks, id); output != "" {
			outputs = append(outputs, output)
		}
		return err
	}, `DELETE FROM processing_tasks WHERE document_id IN json_list($1) RETURNING id, cache_key`, jsonText(ids)); err != nil {
		return err
	}
	if err := (TxRemovals{tx}).Add(ctx, projectID, RemoveResult, tasks); err != nil {
		return err
	}
	return TxRemovals{tx}.Add(ctx, projectID, RemoveOutput, outputs)
}

// Condemn records that a project is to be deleted, ends its batches, and
// keeps new ones from being opened. [TxDocuments.Delete] and [TxProjects.Delete] do
// the rest. A hold on it, or on one of its documents, is an error of CodeHeld.
func (tx TxProjects) Condemn(ctx context.Context, projectID string) error {
	if err := tx.refuseHeld(ctx, projectID, nil, true); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `UPDATE projects SET deleting_at = $2 WHERE id = $1`, projectID, tx.now); err != nil {
		return err
	}
	var open []string
	if err := tx.rows(ctx, texts(&open), `SELECT id FROM batches WHERE project_id = $1 AND status = 'processing' ORDER BY id`, projectID); err != nil {
		return err
	}
	for _, id := range open {
		if _, err := TxBatches(tx).Cancel(ctx, id); err != nil {
			return err
		}
	}
	return TxRemovals(tx).Add(ctx, projectID, RemoveProject, []string{projectID})
}

// Documents returns documents of a project, in the order of their ids, at
// most limit.
func (db Projects) Documents(ctx context.Context, projectID string, limit int) (ids []string, err error) {
	err = db.rows(ctx, texts(&ids), `SELECT id FROM source_documents WHERE project_id = $1 ORDER BY id LIMIT $2`, projectID, limit)
	return ids, err
}

// Delete deletes what is left of a project without documents, at most
// limit rows of a table. It reports whether the project is gone. What its paid
// calls cost stays on record, without the project.
func (tx TxProjects) Delete(ctx context.Context, projectID string, limit int) (done bool, err error) {
	if err := tx.refuseHeld(ctx, projectID, nil, true); err != nil {
		return false, err
	}
	// Entities last: names refer to them, and blocking keys and judgements to names.
	var names, batches []string
	if err := tx.rows(ctx, texts(&names), `SELECT id FROM entity_names WHERE project_id = $1 LIMIT $2`, projectID, limit); err != nil {
		return false, err
	}
	if _, err := TxNames(tx).DropUnused(ctx, names); err != nil || len(names) > 0 {
		return false, err
	}
	if err := tx.rows(ctx, texts(&batches), `SELECT id FROM batches WHERE project_id = $1 ORDER BY id LIMIT $2`, projectID, limit); err != nil {
		return false, err
	}
	if err := TxRemovals(tx).Add(ctx, projectID, RemoveBatch, batches); err != nil {
		return false, err
	}
	for _, step := range []string{
		`DELETE FROM canonical_entities WHERE no IN (SELECT no FROM canonical_entities WHERE project_id = $1 LIMIT $2)`,
		`DELETE FROM entity_events WHERE seq IN (SELECT seq FROM entity_events WHERE project_id = $1 LIMIT $2)`,
		`DELETE FROM entity_redirects WHERE id IN (SELECT id FROM entity_redirects WHERE project_id = $1 LIMIT $2)`,
		`DELETE FROM processing_tasks WHERE id IN (SELECT id FROM processing_tasks WHERE project_id = $1 LIMIT $2)`,
		`DELETE FROM batches WHERE id IN (SELECT id FROM batches WHERE project_id = $1 ORDER BY id LIMIT $2)`,
		`UPDATE spend SET project_id = NULL WHERE call_key IN (SELECT call_key FROM spend WHERE project_id = $1 LIMIT $2)`,
	} {
		n, err := tx.exec(ctx, step, projectID, limit)
		if err != nil || n == int64(limit) {
			return false, err
		}
	}
	if _, err := tx.exec(ctx, `DELETE FROM spend_totals WHERE scope = 'project' AND key = $1`, projectID); err != nil {
		return false, err
	}
	if _, err := tx.exec(ctx, `DELETE FROM projects WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM source_documents WHERE project_id = $1)`, projectID); err != nil {
		return false, err
	}
	var left int
	if err := tx.one(ctx, []any{&left}, `SELECT count(*) FROM projects WHERE id = $1`, projectID); err != nil || left > 0 {
		return false, err
	}
	_, err = tx.exec(ctx, `DELETE FROM removals WHERE kind IN ('project', 'record') AND project_id = $1`, projectID)
	return true, err
}
