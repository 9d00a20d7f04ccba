// Package storetest gives tests of what stands on the record a fresh one. The
// schema is migrated once per engine and test binary and then copied, which
// costs a fraction of the migrations.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
)

// File makes a SQLite database in a folder of the test and returns its path.
func File(t testing.TB) string {
	t.Helper()
	original, err := migratedFile()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, original, 0o600); err != nil {
		t.Fatal(err)
	}
	rename(t, "sqlite", path)
	return path
}

// Database makes a PostgreSQL database on the server of [pgtest] and returns its
// address.
func Database(t testing.TB) string {
	t.Helper()
	address := pgtest.Copy(t, migrate)
	rename(t, "pgx", address)
	return address
}

func migrate(where string) error {
	db, err := store.Open(context.Background(), where)
	if err != nil {
		return err
	}
	return db.Close()
}

// migratedFile returns the bytes of an empty SQLite database.
var migratedFile = sync.OnceValues(func() (original []byte, err error) {
	dir, err := os.MkdirTemp("", "storetest-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "original.db")
	if err := migrate(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// rename gives a copy an id of its own: a Redis serves one database, which it
// knows by its id.
func rename(t testing.TB, driver, where string) {
	t.Helper()
	db, err := sql.Open(driver, where)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), `UPDATE database_identity SET id = $1`, id())
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// id is a random id, as a migration makes it.
func id() string {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // it never fails
	return hex.EncodeToString(raw)
}

// Open opens the database at where, a fresh SQLite file if that is "", and
// closes it when the test ends.
func Open(t testing.TB, where string, options ...store.Option) *store.DB {
	t.Helper()
	if where == "" {
		where = File(t)
	}
	db, err := store.Open(t.Context(), where, options...)
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
		project, err := tx.Projects().Ensure(t.Context(), "p")
		if err != nil {
			return err
		}
		b.ProjectID = project.ID
		b.ID, _, err = tx.Batches().Open(t.Context(), store.BatchRequest{ProjectID: project.ID, SourceKey: key, Priority: dossier.PriorityNormal})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return b
}
