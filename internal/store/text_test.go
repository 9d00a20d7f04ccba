package store

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/search"
)

const pageOfBefore = "The petition for a writ of habeas corpus is denied. "

// oldRecord makes a record of the schema before texts were compressed, with a
// document "old" of which the first page is in the full-text index.
func oldRecord(t *testing.T, path string) {
	t.Helper()
	old, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, old, os.DirFS("migrations/sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 17); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		`INSERT INTO projects (id, name, created_at) VALUES ('p', 'p', 1)`,
		`INSERT INTO source_documents (id, project_id, sha256, file_name, format, byte_size, status, recipe, ocr_mode, created_at, updated_at)
			VALUES ('old', 'p', 'old', 'a.pdf', 'pdf', 1, 'completed', '', '', 1, 1),
			('new', 'p', 'new', 'b.pdf', 'pdf', 1, 'processing', '', '', 1, 1), ('open', 'p', 'open', 'c.pdf', 'pdf', 1, 'processing', '', '', 1, 1)`,
		`INSERT INTO document_pages (document_id, number, width, height, source, reason, confidence, word_count, text) VALUES
			('old', 1, 1, 1, 'layer', '', 1, 1, '` + strings.Repeat(pageOfBefore, 20) + `'), ('open', 1, 1, 1, 'layer', '', 1, 1, 'not indexed')`,
		`INSERT INTO page_index (rowid, text) SELECT row_id, text FROM document_pages WHERE document_id = 'old'`,
	} {
		if _, err := old.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
}

// Texts of before and compressed ones are read, searched and deleted alike.
func TestCompressedPageTexts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	oldRecord(t, path)
	db, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	long := strings.Repeat("The motion for summary judgment is granted in part. ", 40)
	change(t, db, func(tx *Tx) error {
		pages := []dossier.Page{{Number: 1, Text: long, Source: "layer"}, {Number: 2, Text: "ok", Source: "layer"}, {Number: 3, Source: "layer"}}
		if err := tx.Contents().SavePages(t.Context(), "new", pages, nil, nil, nil, nil); err != nil {
			return err
		}
		return tx.Contents().IndexPages(t.Context(), "new")
	})
	kinds := []string{}
	if err := db.rows(t.Context(), texts(&kinds), `SELECT typeof(text) FROM document_pages WHERE document_id = 'new' ORDER BY number`); err != nil {
		t.Fatal(err)
	}
	if strings.Join(kinds, " ") != "blob text text" {
		t.Errorf("stored as %v", kinds)
	}
	for id, want := range map[string]string{"old": strings.Repeat(pageOfBefore, 20), "new": long} {
		if pages, err := db.Contents().Pages(t.Context(), id); err != nil || pages[0].Text != want {
			t.Errorf("pages of %s: %+v, %v", id, pages, err)
		}
		if text, _, err := db.Contents().Text(t.Context(), id); err != nil || !strings.HasPrefix(text, want) {
			t.Errorf("text of %s: %q, %v", id, text, err)
		}
	}
	found(t, db, `"habeas corpus"`, "old")
	found(t, db, `"summary judgment"`, "new")
	found(t, db, `"indexed"`)
	for _, id := range []string{"old", "new"} {
		change(t, db, func(tx *Tx) error {
			_, err := tx.exec(t.Context(), `DELETE FROM source_documents WHERE id = $1`, id)
			return err
		})
		found(t, db, map[string]string{"old": `"habeas corpus"`, "new": `"summary judgment"`}[id])
	}
}

// A damaged text is an error, never another text.
func TestDamagedPageText(t *testing.T) {
	packed, ok := (&dialect{packTexts: true}).packText(strings.Repeat(pageOfBefore, 20)).([]byte)
	if !ok {
		t.Fatal("a text that repeats itself was not compressed")
	}
	packed[len(packed)/2] ^= 0xff
	var text pageText
	if err := text.Scan(packed); err == nil {
		t.Errorf("read as %q", text)
	}
}

func change(t *testing.T, db *DB, f func(tx *Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// found checks which documents a search finds, with the words marked.
func found(t *testing.T, db *DB, match string, ids ...string) {
	t.Helper()
	q, err := search.Parse(match)
	if err != nil {
		t.Fatal(err)
	}
	hits, total, err := db.Contents().Search(t.Context(), "p", q, 10, 0)
	if err != nil || total != len(ids) || len(hits) != total {
		t.Fatalf("%s: %+v, %d in all, %v", match, hits, total, err)
	}
	for i, h := range hits {
		if h.DocumentID != ids[i] || len(h.Marks) == 0 {
			t.Errorf("%s: %+v", match, h)
		}
	}
}
