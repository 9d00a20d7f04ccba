package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
)

var holed = []dossier.Loss{{Page: 2, Code: dossier.CodeTimeout, Text: "text recognition took longer than 1m0s of processor time"}}

// endPartial records a document of two pages, the second of which is lost.
func endPartial(t *testing.T, db *store.DB, id string) {
	t.Helper()
	write(t, db, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Documents().End(ctx, id, dossier.StatusPartial, dossier.StageOCR, dossier.Errorf(holed[0].Code, "not read in full: %s", holed[0]))
		return errors.Join(err, tx.Contents().SavePages(ctx, id, []dossier.Page{
			{Number: 1, Source: dossier.SourceLayer, Text: "whole"},
			{Number: 2, Source: dossier.SourceLayer, Error: dossier.CodeTimeout, Reason: "recognition failed"},
		}, nil, nil, nil, holed))
	})
}

func TestPartialDocumentIsSeenAndTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		file := store.NewDocument{SHA256: "aa", Path: "/x/scan.pdf"}
		id := register(t, db, b, file).DocumentID
		endPartial(t, db, id)
		d, err := db.Documents().Get(t.Context(), id)
		if err != nil || d.Status != dossier.StatusPartial || !d.Status.Final() || d.ErrorCode != dossier.CodeTimeout {
			t.Errorf("document %+v, %v", d, err)
		}
		if diff := cmp.Diff(holed, d.Losses); diff != "" {
			t.Error(diff)
		}
		pages, err := db.Contents().Pages(t.Context(), id)
		if err != nil || len(pages) != 2 || pages[1].Error != dossier.CodeTimeout {
			t.Errorf("pages %+v, %v", pages, err)
		}
		r, err := db.Batches().Report(t.Context(), b.ID)
		if err != nil || r.Documents[dossier.StatusPartial] != 1 || len(r.Failures) != 1 || r.Failures[0].Status != dossier.StatusPartial {
			t.Errorf("report %+v, %v", r, err)
		}
		if list, err := db.Documents().List(t.Context(), b.ProjectID, dossier.StatusPartial); err != nil || len(list) != 1 {
			t.Errorf("list %+v, %v", list, err)
		}

		again := register(t, db, openBatch(t, db, "k2"), file)
		if !again.Start || again.Reused || again.Status != dossier.StatusPending {
			t.Errorf("asked for again: %+v", again)
		}
		if d, err := db.Documents().Get(t.Context(), id); err != nil || len(d.Losses) != 0 {
			t.Errorf("started again: %+v, %v", d, err)
		}
		endPartial(t, db, id)
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			ids, err := tx.Batches().Retryable(ctx, b.ID, store.RetryScope{Statuses: []dossier.Status{dossier.StatusPartial}, Before: db.Now().Add(time.Minute)}, 10)
			if err != nil || len(ids) != 1 {
				t.Errorf("to be retried: %v, %v", ids, err)
			}
			r, err := tx.Documents().Restart(ctx, b.ID, id, "", nil)
			if r.Stage != dossier.StageOCR {
				t.Errorf("retried from %q", r.Stage)
			}
			return err
		})
		if d, err := db.Documents().Get(t.Context(), id); err != nil || len(d.Losses) != 0 || d.Status != dossier.StatusPending {
			t.Errorf("retried: %+v, %v", d, err)
		}
	})
}

// TestMigratePartial migrates a database of the version before, with rows in it.
func TestMigratePartial(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "old.db")
		migratePartial(t, "sqlite", path, goose.DialectSQLite3)
	})
	t.Run("postgres", func(t *testing.T) {
		migratePartial(t, "pgx", pgtest.Database(t), goose.DialectPostgres)
	})
}

func migratePartial(t *testing.T, driver, where string, dialect goose.Dialect) {
	t.Helper()
	folder := map[string]string{"sqlite": "migrations/sqlite", "pgx": "migrations/postgres"}[driver]
	old, err := sql.Open(driver, where)
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(dialect, old, os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := old.Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(`INSERT INTO projects (id, name, created_at) VALUES ('p', 'p', 1)`)
	const insert = `INSERT INTO source_documents (id, project_id, sha256, file_name, format, byte_size, status, recipe, ocr_mode,
		created_at, updated_at) VALUES ($1, 'p', $1, 'a.pdf', 'pdf', 1, $1, '', '', 1, 1)`
	before := []string{"pending", "processing", "completed", "failed", "cancelled", "quarantined", "unsupported"}
	for _, status := range before {
		exec(insert, status)
		exec(`INSERT INTO document_instances (document_id, path, created_at) VALUES ($1, '/x/a.pdf', 1)`, status)
		exec(`INSERT INTO document_pages (document_id, number, width, height, source, reason, confidence, word_count, text)
			VALUES ($1, 1, 1, 1, 'layer', '', 1, 1, 'words')`, status)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}

	db := openAt(t, where)
	for _, status := range before {
		d, err := db.Documents().Get(t.Context(), status)
		if err != nil || string(d.Status) != status || len(d.Paths) != 1 || len(d.Losses) != 0 {
			t.Errorf("%s: %+v, %v", status, d, err)
		}
		if pages, err := db.Contents().Pages(t.Context(), status); err != nil || len(pages) != 1 || pages[0].Text != "words" {
			t.Errorf("pages of %s: %+v, %v", status, pages, err)
		}
	}
	endPartialAlone(t, db, "pending")
	now, err := sql.Open(driver, where)
	if err != nil {
		t.Fatal(err)
	}
	defer now.Close()
	if _, err := now.Exec(insert, "bogus"); err == nil {
		t.Error("a status that there is not was accepted")
	}
	if driver != "sqlite" {
		return
	}
	var verdict string
	if err := now.QueryRow(`PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity: %q, %v", verdict, err)
	}
	if err := now.QueryRow(`PRAGMA foreign_key_check`).Scan(new(string)); !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("foreign keys: %v", err)
	}
}

func endPartialAlone(t *testing.T, db *store.DB, id string) {
	t.Helper()
	write(t, db, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Documents().End(ctx, id, dossier.StatusPartial, dossier.StageOCR, dossier.Errorf(dossier.CodeTimeout, "lost"))
		return err
	})
	if d, err := db.Documents().Get(t.Context(), id); err != nil || d.Status != dossier.StatusPartial {
		t.Errorf("%+v, %v", d, err)
	}
}
