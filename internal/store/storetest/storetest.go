// Package storetest gives tests of what stands on the record a fresh one.
package storetest

import (
	"path/filepath"
	"testing"

	"dossier"
	"dossier/internal/store"
)

// Open opens the database at where, a fresh SQLite file if that is "", and
// closes it when the test ends.
func Open(t testing.TB, where string) *store.DB {
	t.Helper()
	if where == "" {
		where = filepath.Join(t.TempDir(), "test.db")
	}
	db, err := store.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// Batch opens a batch of the project "p".
func Batch(t testing.TB, db *store.DB, key string) store.Batch {
	t.Helper()
	b := store.Batch{}
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		project, err := tx.EnsureProject(t.Context(), "p")
		if err != nil {
			return err
		}
		b.ProjectID = project.ID
		b.ID, _, err = tx.OpenBatch(t.Context(), store.BatchRequest{ProjectID: project.ID, SourceKey: key, Priority: dossier.PriorityNormal})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return b
}
