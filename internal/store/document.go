package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
)

// NewDocument describes a file found at intake or an attachment found in a
// mail.
type NewDocument struct {
	ProjectID string
	SHA256    string // hex
	Size      int64
	Path      string // where it was found
	ParentID  string // the file in which it was found, or ""
	RootID    string // the outermost file around it, or ""
	Depth     int    // how many files are around it
	Format    string
	OCRMode   string
	Recipe    string // options and versions; another recipe means doing it anew
	// Refused is why the file cannot be processed, or nil.
	Refused *dossier.Error
}

// ID is the id of the document: the same bytes are one document of a project.
func (d NewDocument) ID() string { return dossier.DeriveID(d.ProjectID, d.SHA256) }

// Registered says what registering a document came to.
type Registered struct {
	Member
	New        bool // these bytes were not on record
	Reused     bool // its facts, or its failure, are on record and stand
	Start      bool // the caller is to insert the first task
	Generation int
	// FreedNames are names that a document done anew no longer uses; the
	// caller settles whether they stay.
	FreedNames []string
}

// Register records a document, the place where it was found and its
// membership in the batch. The same bytes are one document per project. A
// document on record is done anew only if its recipe changed, it was cancelled,
// or it failed for a reason that may have gone away.
func (tx TxDocuments) Register(ctx context.Context, batchID string, d NewDocument) (Registered, error) {
	r := Registered{Member: Member{BatchID: batchID, DocumentID: d.ID()}}
	var err error
	if r.New, err = tx.insertDocument(ctx, r.DocumentID, d); err != nil {
		return r, err
	}
	if err := tx.addInstance(ctx, r, d); err != nil {
		return r, err
	}
	var old Document
	var recipe, firstPath string
	if err := tx.one(ctx, []any{&r.Status, &r.Version, &r.Generation, &recipe, &old.ErrorCode, &old.Format, &firstPath},
		`SELECT status, version, generation, recipe, error_code, format,
			(SELECT min(path) FROM document_instances WHERE document_id = id)
		FROM source_documents WHERE id = $1`+tx.dialect.forUpdate, r.DocumentID); err != nil {
		return r, err
	}
	r.Start = r.New && r.Status == dossier.StatusPending
	// Names break ties between formats, and the first path in the alphabet
	// decides, so that the order of arrival does not.
	renamed := old.Format != d.Format && firstPath == d.Path
	if !r.New && d.Refused == nil && (renamed || recipe != d.Recipe || worthAnotherTry(r.Status, old.ErrorCode)) {
		if err := tx.restart(ctx, &r, d); err != nil {
			return r, err
		}
	}
	r.Reused = !r.New && r.Status.Final()
	if err := tx.join(ctx, r); err != nil {
		return r, err
	}
	_, err = tx.exec(ctx, `INSERT INTO batch_instances (batch_id, document_id, path) VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`, batchID, r.DocumentID, d.Path)
	return r, err
}

// RegisterAll registers documents as [TxDocuments.Register] would one by
// one, and returns what each came to. Those whose bytes are new to the project
// take four statements together.
func (tx TxDocuments) RegisterAll(ctx context.Context, batchID string, docs []NewDocument) ([]Registered, error) {
	registered := make([]Registered, len(docs))
	first := map[string]int{} // the first of the documents with an id
	var rows []documentRow
	for i, d := range docs {
		id := d.ID()
		if _, again := first[id]; !again {
			first[id] = i
			rows = append(rows, tx.documentRow(id, d))
		}
	}
	// Every transaction inserts in one order, so that none waits for another that
	// waits for it.
	slices.SortFunc(rows, func(a, b documentRow) int { return strings.Compare(a.ID, b.ID) })
	added, err := tx.insertDocuments(ctx, batchID, rows)
	if err != nil {
		return nil, err
	}
	for i, d := range docs {
		id := d.ID()
		if status, ok := added[id]; ok && first[id] == i {
			registered[i] = Registered{
				Member: Member{BatchID: batchID, DocumentID: id, Status: status, Version: 1},
				New:    true, Start: !status.Final(), Generation: 1,
			}
			tx.countDown(batchID, -int64(bit(!status.Final())), false)
			continue
		}
		if registered[i], err = tx.Register(ctx, batchID, d); err != nil {
			return nil, err
		}
	}
	return registered, nil
}

// documentRow is a document on its way into the record.
type documentRow struct {
	ID        string         `json:"id"`
	ProjectID string         `json:"project"`
	SHA256    string         `json:"sha"`
	FileName  string         `json:"name"`
	Path      string         `json:"path"`
	ParentID  string         `json:"parent"`
	RootID    string         `json:"root"`
	Depth     int            `json:"depth"`
	Format    string         `json:"format"`
	Size      int64          `json:"size"`
	Status    dossier.Status `json:"status"`
	Recipe    string         `json:"recipe"`
	OCRMode   string         `json:"ocr"`
	Code      dossier.Code   `json:"code"`
	Message   string         `json:"message"`
	Completed int64          `json:"completed"`
}

func (tx *transaction) documentRow(id string, d NewDocument) documentRow {
	r := documentRow{
		ID: id, ProjectID: d.ProjectID, SHA256: d.SHA256, FileName: filepath.Base(d.Path), Path: d.Path,
		ParentID: d.ParentID, RootID: d.RootID, Depth: d.Depth,
		Format: d.Format, Size: d.Size, Status: dossier.StatusPending, Recipe: d.Recipe, OCRMode: d.OCRMode,
	}
	if d.Refused != nil {
		r.Status, r.Code, r.Message, r.Completed = dossier.StatusFailed, d.Refused.Code, d.Refused.Text(), tx.now
		if r.Code == dossier.CodeUnsupported {
			r.Status = dossier.StatusUnsupported
		}
	}
	return r
}

// insertDocuments records those of the documents that are not on record yet,
// with their places and as members of the batch, and returns their statuses by
// id. Their countdowns are left to the caller.
func (tx *transaction) insertDocuments(ctx context.Context, batchID string, rows []documentRow) (map[string]dossier.Status, error) {
	added := map[string]dossier.Status{}
	if len(rows) == 0 {
		return added, nil
	}
	if err := tx.rows(ctx, func(r *sql.Rows) error {
		var id string
		var status dossier.Status
		err := r.Scan(&id, &status)
		added[id] = status
		return err
	}, `INSERT INTO source_documents (id, project_id, sha256, file_name, format, byte_size,
		status, recipe, ocr_mode, error_code, error_message, created_at, updated_at, completed_at)
		SELECT v.id, v.project, v.sha, v.name, v.format, v.size, v.status, v.recipe, v.ocr, v.code, v.message,
			CAST($2 AS bigint), CAST($2 AS bigint), v.completed
		FROM json_rows($1, id text, project text, sha text, name text, format text, size bigint, status text, recipe text,
			ocr text, code text, message text, completed bigint) v
		WHERE true ON CONFLICT DO NOTHING RETURNING id, status`, jsonText(rows), tx.now); err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r documentRow) bool { _, ok := added[r.ID]; return !ok })
	if len(rows) == 0 {
		return added, nil
	}
	list := jsonText(rows)
	for _, insert := range []struct {
		query string
		arg   any
	}{
		{`INSERT INTO document_instances (document_id, path, parent_id, root_id, depth, created_at)
			SELECT v.id, v.path, nullif(v.parent, ''), nullif(v.root, ''), v.depth, CAST($2 AS bigint)
			FROM json_rows($1, id text, path text, parent text, root text, depth bigint) v`, tx.now},
		{`INSERT INTO batch_documents (batch_id, document_id, status, reused)
			SELECT CAST($2 AS text), v.id, v.status, 0 FROM json_rows($1, id text, status text) v`, batchID},
		{`INSERT INTO batch_instances (batch_id, document_id, path)
			SELECT CAST($2 AS text), v.id, v.path FROM json_rows($1, id text, path text) v`, batchID},
	} {
		if _, err := tx.exec(ctx, insert.query, list, insert.arg); err != nil {
			return nil, err
		}
	}
	return added, nil
}

func (tx *transaction) insertDocument(ctx context.Context, id string, d NewDocument) (bool, error) {
	r := tx.documentRow(id, d)
	n, err := tx.exec(ctx, `INSERT INTO source_documents (id, project_id, sha256, file_name, format, byte_size,
		status, recipe, ocr_mode, error_code, error_message, created_at, updated_at, completed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13) ON CONFLICT DO NOTHING`,
		r.ID, r.ProjectID, r.SHA256, r.FileName, r.Format, r.Size,
		r.Status, r.Recipe, r.OCRMode, r.Code, r.Message, tx.now, r.Completed)
	return n > 0, err
}

// addInstance records where the document was found. The file name is that of
// the first path in the alphabet, so that it does not depend on which of
// several copies is found first.
func (tx *transaction) addInstance(ctx context.Context, r Registered, d NewDocument) error {
	n, err := tx.exec(ctx, `INSERT INTO document_instances (document_id, path, parent_id, root_id, depth, created_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		r.DocumentID, d.Path, nullable(d.ParentID), nullable(d.RootID), d.Depth, tx.now)
	if err != nil || n == 0 || r.New {
		return err
	}
	var first string
	if err := tx.one(ctx, []any{&first}, `SELECT min(path) FROM document_instances WHERE document_id = $1`, r.DocumentID); err != nil {
		return err
	}
	if first != d.Path {
		return nil
	}
	_, err = tx.exec(ctx, `UPDATE source_documents SET file_name = $2 WHERE id = $1`, r.DocumentID, filepath.Base(first))
	return err
}

// worthAnotherTry reports whether a document that ended without success may
// succeed when it is asked for again: it was cancelled, refused under another
// name, not read in full, or failed for a reason that does not lie in its bytes; a password may
// have been given since.
func worthAnotherTry(status dossier.Status, code dossier.Code) bool {
	switch status {
	case dossier.StatusCancelled, dossier.StatusUnsupported, dossier.StatusPartial:
		return true
	case dossier.StatusFailed:
		category := (&dossier.Error{Code: code}).Category()
		return category.Retryable() || category == dossier.Configuration || code == dossier.CodeInternal || code == dossier.CodePassword
	}
	return false
}

// restart takes a document's facts off the record and opens its next
// generation.
func (tx *transaction) restart(ctx context.Context, r *Registered, d NewDocument) error {
	var err error
	if r.FreedNames, err = tx.clearFrom(ctx, r.DocumentID, dossier.StageOCR); err != nil {
		return err
	}
	tx.tasks = slices.DeleteFunc(tx.tasks, func(t NewTask) bool { return t.DocumentID == r.DocumentID })
	if _, err := tx.exec(ctx, `DELETE FROM processing_tasks WHERE document_id = $1`, r.DocumentID); err != nil {
		return err
	}
	r.Status, r.Start = dossier.StatusPending, true
	return tx.one(ctx, []any{&r.Version, &r.Generation}, `UPDATE source_documents SET status = 'pending',
		version = version + 1, generation = generation + 1, recipe = $2, ocr_mode = $3, format = $4,
		error_code = '', error_message = '', failed_stage = '', warnings = '[]', losses = '[]', metadata = '{}',
		page_count = 0, word_count = 0, chunk_count = 0, mention_count = 0, entity_count = 0, relation_count = 0,
		updated_at = $5, completed_at = 0 WHERE id = $1 RETURNING version, generation`,
		r.DocumentID, d.Recipe, d.OCRMode, d.Format, tx.now)
}

// join makes the document a member of its batch; an open member is one more
// count of the batch's chord. A member that had been final and whose document
// is open again is open again too.
func (tx *transaction) join(ctx context.Context, r Registered) error {
	added, err := tx.exec(ctx, `INSERT INTO batch_documents (batch_id, document_id, status, reused)
		VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, r.BatchID, r.DocumentID, r.Status, bit(r.Reused))
	if err != nil {
		return err
	}
	if added == 0 && !r.Status.Final() {
		added, err = tx.exec(ctx, `UPDATE batch_documents SET status = $3, reused = 0
			WHERE batch_id = $1 AND document_id = $2 AND status NOT IN ('pending', 'processing')`,
			r.BatchID, r.DocumentID, r.Status)
		if err != nil {
			return err
		}
	}
	if added == 0 || r.Status.Final() {
		return nil
	}
	if !r.New && !r.Start {
		tx.joined = append(tx.joined, r.Member)
	}
	tx.countDown(r.BatchID, -1, false)
	return nil
}

// Start marks those of the documents that are pending as processing.
// It returns their states in every batch they belong to.
func (tx TxDocuments) Start(ctx context.Context, ids []string) ([]Member, error) {
	versions := map[string]int64{}
	err := tx.rows(ctx, func(rows *sql.Rows) error {
		var id string
		var version int64
		err := rows.Scan(&id, &version)
		versions[id] = version
		return err
	}, `UPDATE source_documents SET status = 'processing', version = version + 1,
		updated_at = $2 WHERE id IN json_list($1) AND status || '' = 'pending' RETURNING id, version`, jsonText(ids), tx.now)
	if err != nil || len(versions) == 0 {
		return nil, err
	}
	var members []Member
	return members, tx.rows(ctx, func(rows *sql.Rows) error {
		m := Member{Status: dossier.StatusProcessing}
		err := rows.Scan(&m.BatchID, &m.DocumentID)
		m.Version = versions[m.DocumentID]
		members = append(members, m)
		return err
	}, `UPDATE batch_documents SET status = 'processing' WHERE document_id IN json_list($1)
		AND status || '' IN ('pending', 'processing') RETURNING batch_id, document_id`, jsonText(slices.Sorted(maps.Keys(versions))))
}

// DocumentEnd is how a document ends: its final status and, unless that is
// completed, the stage at which it ended and why.
type DocumentEnd struct {
	ID     string
	Status dossier.Status
	Stage  dossier.Stage
	Cause  error
}

// End is [TxDocuments.EndAll] for one document.
func (tx TxDocuments) End(ctx context.Context, id string, status dossier.Status, stage dossier.Stage, cause error) ([]Member, error) {
	return tx.EndAll(ctx, []DocumentEnd{{id, status, stage, cause}})
}

// EndAll puts documents into final statuses, and counts them in the chords
// of the batches that they are open members of. It returns their states there.
// The error of a document that has ended already has CodeInconsistent.
func (tx TxDocuments) EndAll(ctx context.Context, ends []DocumentEnd) ([]Member, error) {
	if len(ends) == 0 {
		return nil, nil
	}
	type row struct {
		ID      string         `json:"document"`
		Status  dossier.Status `json:"became"`
		Stage   dossier.Stage  `json:"stage"`
		Code    dossier.Code   `json:"code"`
		Message string         `json:"reason"`
	}
	rows, ids := make([]row, len(ends)), make([]string, len(ends))
	for i, e := range ends {
		rows[i] = row{e.ID, e.Status, e.Stage, dossier.CodeOf(e.Cause), dossier.TextOf(e.Cause)}
		ids[i] = e.ID
	}
	values, list := jsonText(rows), jsonText(ids)
	versions := make(map[string]int64, len(ends))
	if err := tx.rows(ctx, func(r *sql.Rows) error {
		var id string
		var version int64
		err := r.Scan(&id, &version)
		versions[id] = version
		return err
	}, `UPDATE source_documents SET status = v.became, version = version + 1, error_code = v.code, error_message = v.reason,
			failed_stage = v.stage, updated_at = $2, completed_at = $2
		FROM json_rows($1, document text, became text, stage text, code text, reason text) v
		WHERE id IN json_list($3) AND id = v.document AND status || '' IN ('pending', 'processing') RETURNING id, version`,
		values, tx.now, list); err != nil {
		return nil, err
	}
	for _, e := range ends {
		if versions[e.ID] == 0 {
			return nil, dossier.Errorf(dossier.CodeInconsistent, "the document has ended already").About(e.ID)
		}
	}
	return tx.endMembers(ctx, values, list, versions)
}

// endMembers carries the final statuses of documents over to the batches where
// they are open. rows and ids are those of EndDocuments.
func (tx *transaction) endMembers(ctx context.Context, rows, ids string, versions map[string]int64) (members []Member, err error) {
	err = tx.rows(ctx, func(r *sql.Rows) error {
		var m Member
		err := r.Scan(&m.BatchID, &m.DocumentID, &m.Status)
		m.Version = versions[m.DocumentID]
		members = append(members, m)
		tx.countDown(m.BatchID, 1, m.Status != dossier.StatusCompleted)
		return err
	}, `UPDATE batch_documents SET status = v.became FROM json_rows($1, document text, became text) v
		WHERE document_id IN json_list($2) AND document_id = v.document AND status || '' IN ('pending', 'processing')
		RETURNING batch_id, document_id, status`, rows, ids)
	return members, err
}

// Document is the record of a document.
type Document struct {
	ID           string            `json:"id"`
	ProjectID    string            `json:"-"`
	SHA256       string            `json:"sha256"`
	FileName     string            `json:"file_name"`
	Format       string            `json:"format"`
	Size         int64             `json:"bytes"`
	Status       dossier.Status    `json:"status"`
	Generation   int               `json:"-"`
	OCRMode      string            `json:"ocr_mode"`
	ErrorCode    dossier.Code      `json:"error_code,omitempty"`
	ErrorMessage string            `json:"error_message,omitempty"`
	FailedStage  dossier.Stage     `json:"failed_stage,omitempty"`
	Losses       []dossier.Loss    `json:"losses,omitempty"` // what could not be read
	Warnings     []string          `json:"warnings,omitempty"`
	Metadata     map[string]string `json:"metadata,omitempty"`
	Pages        int               `json:"pages"`
	Words        int               `json:"words"`
	Chunks       int               `json:"chunks"`
	Mentions     int               `json:"mentions"`
	Entities     int               `json:"entities"`
	Relations    int               `json:"relations"`
	Paths        []string          `json:"paths,omitempty"` // of its instances, sorted
	CreatedAt    time.Time         `json:"-"`
	CompletedAt  time.Time         `json:"-"`
}

const documentColumns = `SELECT id, project_id, sha256, file_name, format, byte_size, status, generation, ocr_mode,
	error_code, error_message, failed_stage, losses, warnings, metadata, page_count, word_count, chunk_count,
	mention_count, entity_count, relation_count, created_at, completed_at FROM source_documents `

func scanDocument(scan func(...any) error) (d Document, err error) {
	var losses, warnings, metadata string
	var created, completed int64
	err = scan(&d.ID, &d.ProjectID, &d.SHA256, &d.FileName, &d.Format, &d.Size, &d.Status, &d.Generation, &d.OCRMode,
		&d.ErrorCode, &d.ErrorMessage, &d.FailedStage, &losses, &warnings, &metadata, &d.Pages, &d.Words, &d.Chunks,
		&d.Mentions, &d.Entities, &d.Relations, &created, &completed)
	if err != nil {
		return d, err
	}
	d.CreatedAt, d.CompletedAt = fromMicros(created), fromMicros(completed)
	return d, errors.Join(json.Unmarshal([]byte(losses), &d.Losses), json.Unmarshal([]byte(warnings), &d.Warnings), json.Unmarshal([]byte(metadata), &d.Metadata))
}

// Get returns a document by its id.
func (db Documents) Get(ctx context.Context, id string) (Document, error) {
	d, err := scanDocument(func(dest ...any) error { return db.one(ctx, dest, documentColumns+`WHERE id = $1`, id) })
	if err != nil {
		return d, notFound(err, "document", id, "`dossier document list` shows those on record")
	}
	d.Paths, err = db.paths(ctx, id)
	return d, err
}

func (db *database) paths(ctx context.Context, id string) (paths []string, err error) {
	err = db.rows(ctx, texts(&paths), `SELECT path FROM document_instances WHERE document_id = $1 ORDER BY path`, id)
	return paths, err
}

// Find resolves what a person typed for a document: its id or the
// beginning of it, its SHA-256 or the beginning of it, its file name, or the
// path or the end of the path of one of its instances.
func (db Documents) Find(ctx context.Context, projectID, what string) ([]Document, error) {
	return db.documents(ctx, documentColumns+`WHERE project_id = $1 AND (id = $2 OR sha256 = $2 OR file_name = $2
		OR (length($2) >= 6 AND (substr(id, 1, length($2)) = $2 OR substr(sha256, 1, length($2)) = $2))
		OR id IN (SELECT document_id FROM document_instances
			WHERE path = $2 OR length(path) > length($2) AND substr(path, length(path) - length($2)) = '/' || $2))
		ORDER BY file_name, id LIMIT 20`, projectID, what)
}

// List lists the documents of a project by file name; status narrows the
// list unless it is "".
func (db Documents) List(ctx context.Context, projectID string, status dossier.Status) ([]Document, error) {
	return db.documents(ctx, documentColumns+`WHERE project_id = $1 AND ($2 = '' OR status = $2)
		ORDER BY file_name, id`, projectID, status)
}

func (db *database) documents(ctx context.Context, query string, args ...any) ([]Document, error) {
	var list []Document
	err := db.rows(ctx, func(rows *sql.Rows) error {
		d, err := scanDocument(rows.Scan)
		list = append(list, d)
		return err
	}, query, args...)
	return list, err
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
