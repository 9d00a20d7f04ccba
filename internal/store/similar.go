package store

import (
	"context"
	"database/sql"

	"github.com/dossier-legal/dossier"
)

// Likeness is what a document is compared with others by.
type Likeness struct {
	Signature []byte  // nil if the text is too short to have one
	Bands     []int64 // keys that documents with a like signature share
	MailKey   string  // the same for copies of one mail, "" for other documents
}

// SaveLikeness records what a document is compared by.
func (tx TxDocuments) SaveLikeness(ctx context.Context, documentID string, l Likeness) error {
	if err := tx.insertRows(ctx, "document_signatures", []string{"document_id", "signature", "mail_key"},
		[][]any{{documentID, l.Signature, l.MailKey}}); err != nil {
		return err
	}
	document, err := tx.documentNumber(ctx, documentID)
	if err != nil {
		return err
	}
	rows := make([][]any, len(l.Bands))
	for i, b := range l.Bands {
		rows[i] = []any{b, document}
	}
	return tx.insertRows(ctx, "document_bands", []string{"band", "document_no"}, rows)
}

// Candidate is a document that may be like another.
type Candidate struct {
	ID, FileName string
	Signature    []byte
	SameMail     bool // it is a copy of the same mail
}

// maxCandidates bounds how many documents one is compared with: forms that were
// filled in a million times are all alike.
const maxCandidates = 2000

// Candidates returns the signature of a document and the documents of its
// project that share a band with it, or its mail key; those that share the most
// come first.
func (db Documents) Candidates(ctx context.Context, projectID, documentID string) (signature []byte, list []Candidate, err error) {
	if err := db.one(ctx, []any{&signature}, `SELECT signature FROM document_signatures WHERE document_id = $1
		UNION ALL SELECT NULL LIMIT 1`, documentID); err != nil {
		return nil, nil, err
	}
	err = db.rows(ctx, func(rows *sql.Rows) error {
		var c Candidate
		var same int
		err := rows.Scan(&c.ID, &c.FileName, &c.Signature, &same)
		c.SameMail = same > 0
		list = append(list, c)
		return err
	}, `SELECT d.id, d.file_name, s.signature, max(found.mail) FROM (
			SELECT d.id, count(*) AS shared, 0 AS mail FROM document_bands a JOIN document_bands b ON b.band = a.band
			JOIN source_documents d ON d.no = b.document_no
			WHERE a.document_no = (SELECT no FROM source_documents WHERE id = $2) AND d.project_id = $1 GROUP BY d.id
			UNION ALL SELECT b.document_id, 1000, 1 FROM document_signatures a
			JOIN document_signatures b ON b.mail_key = a.mail_key WHERE a.document_id = $2 AND a.mail_key <> ''
		) found JOIN source_documents d ON d.id = found.id JOIN document_signatures s ON s.document_id = d.id
		WHERE d.project_id = $1 AND d.id <> $2
		GROUP BY d.id, d.file_name, s.signature ORDER BY sum(found.shared) DESC, d.id LIMIT $3`, projectID, documentID, maxCandidates)
	return signature, list, err
}

// Add gives a project a password to try on locked files. It reports
// whether it is a new one.
func (tx TxPasswords) Add(ctx context.Context, projectID, password string) (bool, error) {
	n, err := tx.exec(ctx, `INSERT INTO project_passwords (project_id, password, created_at) VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`, projectID, password, tx.now)
	return n > 0, err
}

// Remove takes all passwords from a project and returns how many.
func (tx TxPasswords) Remove(ctx context.Context, projectID string) (int, error) {
	n, err := tx.exec(ctx, `DELETE FROM project_passwords WHERE project_id = $1`, projectID)
	return int(n), err
}

// List returns the passwords to try on locked files of a project.
func (db Passwords) List(ctx context.Context, projectID string) ([]string, error) {
	var list []string
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var p string
		err := rows.Scan(&p)
		list = append(list, p)
		return err
	}, `SELECT password FROM project_passwords WHERE project_id = $1 ORDER BY created_at, password`, projectID)
	return list, err
}

// Family returns the documents that a document was found in, and those that
// were found in it.
func (db Documents) Family(ctx context.Context, documentID string) (parents, children []Relative, err error) {
	read := func(list *[]Relative) func(*sql.Rows) error {
		return func(rows *sql.Rows) error {
			var r Relative
			err := rows.Scan(&r.ID, &r.FileName, &r.Status)
			*list = append(*list, r)
			return err
		}
	}
	if err := db.rows(ctx, read(&parents), `SELECT DISTINCT d.id, d.file_name, d.status FROM document_instances i
		JOIN source_documents d ON d.id = i.parent_id WHERE i.document_id = $1 ORDER BY d.file_name, d.id`, documentID); err != nil {
		return nil, nil, err
	}
	err = db.rows(ctx, read(&children), `SELECT DISTINCT d.id, d.file_name, d.status FROM document_instances i
		JOIN source_documents d ON d.id = i.document_id WHERE i.parent_id = $1 ORDER BY d.file_name, d.id`, documentID)
	return parents, children, err
}

// Relative is a member of a document's family.
type Relative struct {
	ID       string         `json:"id"`
	FileName string         `json:"file_name"`
	Status   dossier.Status `json:"status"`
}
