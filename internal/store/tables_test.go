package store_test

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// The exported SQL makes the tables that a migrated database has, with the same
// columns.
func TestSchemaMakesTheSameTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		engine, driver  string
		empty, migrated func() string
		columns         string
	}{
		{
			"sqlite", "sqlite", func() string { return filepath.Join(t.TempDir(), "empty.db") }, func() string { return storetest.File(t) },
			`SELECT m.name || '.' || c.name || ' ' || c.type FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'`,
		},
		{
			"postgres", "pgx", func() string { return pgtest.Database(t) }, func() string { return storetest.Database(t) },
			`SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = 'public'`,
		},
	} {
		t.Run(c.engine, func(t *testing.T) {
			t.Parallel()
			text, err := store.Schema(c.engine)
			if err != nil {
				t.Fatal(err)
			}
			made := columnsOf(t, c.driver, c.empty(), text, c.columns)
			want := slices.DeleteFunc(columnsOf(t, c.driver, c.migrated(), "", c.columns), func(s string) bool {
				return strings.HasPrefix(s, "goose_") || strings.HasPrefix(s, "sqlite_") // what the tool and the engine keep for themselves
			})
			if !slices.Equal(made, want) || len(want) < 100 {
				t.Errorf("%d columns, want %d:\n%q\n%q", len(made), len(want), made, want)
			}
		})
	}
	if _, err := store.Schema("oracle"); dossier.CodeOf(err) != dossier.CodeInvalidInput {
		t.Errorf("oracle: %v", err)
	}
}

// columnsOf runs statements in a database and lists its columns.
func columnsOf(t *testing.T, driver, where, statements, query string) (list []string) {
	t.Helper()
	db, err := sql.Open(driver, where)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}
