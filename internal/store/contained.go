package store

import (
	"context"
	"database/sql"

	"github.com/dossier-legal/dossier"
)

// Container is a document in which files were found, and where it lies itself.
type Container struct {
	ID     string
	Root   string          // id of the outermost file around it, its own if there is none
	Depth  int             // how many files are around it
	Around map[string]bool // ids of all documents that hold it, and its own
	Known  map[string]bool // ids of the documents that are on record as found in it
	// Files and Bytes are how much was found inside the root so far. The same
	// bytes count once for each file that holds them.
	Files, Bytes int64
}

// Get returns the place of a document whose instance at path is being
// taken apart. Until the transaction ends, nobody else changes the totals of its
// root.
func (tx TxContainers) Get(ctx context.Context, documentID, path string) (Container, error) {
	c := Container{ID: documentID, Around: map[string]bool{}, Known: map[string]bool{}}
	if err := tx.one(ctx, []any{&c.Root, &c.Depth}, `SELECT coalesce(root_id, document_id), depth FROM document_instances
		WHERE document_id = $1 AND path = $2`, documentID, path); err != nil {
		return c, err
	}
	// Documents may hold each other: UNION, against UNION ALL, visits each once.
	if err := tx.rows(ctx, set(c.Around), `WITH RECURSIVE around (id) AS (
		SELECT id FROM source_documents WHERE id = $1 UNION SELECT i.parent_id FROM around a
			JOIN document_instances i ON i.document_id = a.id WHERE i.parent_id IS NOT NULL
		) SELECT id FROM around`, documentID); err != nil {
		return c, err
	}
	if err := tx.rows(ctx, set(c.Known), `SELECT document_id FROM document_instances WHERE parent_id = $1`, documentID); err != nil {
		return c, err
	}
	err := tx.one(ctx, []any{&c.Files, &c.Bytes}, `INSERT INTO contained_totals AS t (document_id, files, bytes) VALUES ($1, 0, 0)
		ON CONFLICT (document_id) DO UPDATE SET files = t.files RETURNING files, bytes`, c.Root)
	return c, err
}

// Add counts an entry that becomes d, unless it is on record.
func (c *Container) Add(d NewDocument) {
	if !c.Known[d.ID()] {
		c.Known[d.ID()] = true
		c.Files++
		c.Bytes += d.Size
	}
}

// set collects rows of one text column in a set.
func set(m map[string]bool) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		m[s] = true
		return err
	}
}

// SaveTotals records how much was found inside the root of a container.
func (tx TxContainers) SaveTotals(ctx context.Context, c Container) error {
	_, err := tx.exec(ctx, `UPDATE contained_totals SET files = $2, bytes = $3 WHERE document_id = $1`, c.Root, c.Files, c.Bytes)
	return err
}

// Refusal is an entry of a document that did not become a document itself.
type Refusal struct {
	Path  string
	Cause *dossier.Error
}

// Refuse records which entries of a document were refused.
func (tx TxContainers) Refuse(ctx context.Context, documentID string, list []Refusal) error {
	rows := make([][]any, len(list))
	for i, r := range list {
		rows[i] = []any{documentID, i, r.Path, r.Cause.Code, r.Cause.Text()}
	}
	return tx.insertRows(ctx, "refused_entries", []string{"document_id", "seq", "path", "error_code", "error_message"}, rows)
}

// ReportRefusals counts the refused entries of a document among the files that
// a batch could not read.
func (tx TxContainers) ReportRefusals(ctx context.Context, batchID, documentID string) error {
	_, err := tx.exec(ctx, `INSERT INTO intake_problems (batch_id, path, error_code, error_message)
		SELECT $1, path, error_code, error_message FROM refused_entries WHERE document_id = $2 ON CONFLICT DO NOTHING`,
		batchID, documentID)
	return err
}

// Attachments returns the documents that were found in a document, as they are
// to be registered again. The recipe is left to the caller.
func (tx TxContainers) Attachments(ctx context.Context, parentID string) ([]NewDocument, error) {
	var list []NewDocument
	err := tx.rows(ctx, func(rows *sql.Rows) error {
		d := NewDocument{ParentID: parentID}
		var code dossier.Code
		var message string
		err := rows.Scan(&d.ProjectID, &d.SHA256, &d.Size, &d.Path, &d.RootID, &d.Depth, &d.Format, &code, &message)
		if d.Format == "" { // what it is was never recognised
			d.Refused = &dossier.Error{Code: code, Message: message}
		}
		list = append(list, d)
		return err
	}, `SELECT d.project_id, d.sha256, d.byte_size, i.path, coalesce(i.root_id, ''), i.depth, d.format, d.error_code, d.error_message
		FROM document_instances i JOIN source_documents d ON d.id = i.document_id WHERE i.parent_id = $1
		ORDER BY i.path, d.id`, parentID)
	return list, err
}
