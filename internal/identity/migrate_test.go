package identity

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/resolve"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// A record made before names had numbers loses nothing, and what it knows is
// found by the names of the next paper.
func TestOldRecord(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		where := filepath.Join(t.TempDir(), "old.db")
		makeOldRecord(t, "sqlite", where, goose.DialectSQLite3)
		testOldRecord(t, where)
	})
	t.Run("postgres", func(t *testing.T) {
		where := pgtest.Database(t)
		makeOldRecord(t, "pgx", where, goose.DialectPostgres)
		testOldRecord(t, where)
	})
}

// Whoever comes first migrates; the others wait for it or look again.
func TestOldRecordOpenedByMany(t *testing.T) {
	where := filepath.Join(t.TempDir(), "old.db")
	makeOldRecord(t, "sqlite", where, goose.DialectSQLite3)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			db, err := store.Open(t.Context(), where)
			if err != nil {
				t.Error(err)
				return
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func testOldRecord(t *testing.T, where string) {
	db := storetest.Open(t, where)
	r := &record{t, Book{DB: db, ProjectID: oldProject, Actor: "somebody@here"}, storetest.Batch(t, db, "second")}
	org, person := entityID(oldProject, oldName(dossier.Org, "Halden Logistics Inc.")), entityID(oldProject, oldName(dossier.Person, "Jane A. Roe"))
	if r.id("Halden Logistics Inc.") != org || r.id("Jane A. Roe") != person {
		t.Errorf("the ids changed: %q", r.state())
	}
	for _, id := range []string{org, person} {
		if list, err := db.Entities().Mentions(t.Context(), id, 10); err != nil || len(list) != 1 {
			t.Errorf("%s is named in %+v, %v", id, list, err)
		}
	}
	relations := 0
	if err := db.Entities().Relations(t.Context(), oldProject, person, func(row store.RelationRow) error {
		relations++
		if row.FromID != person || row.ToID != org {
			t.Errorf("a relation leads from %s to %s", row.FromID, row.ToID)
		}
		return nil
	}); err != nil || relations != 1 {
		t.Errorf("%d relations, %v", relations, err)
	}
	r.check()

	r.arrive("Halden Logistic Inc.|Jane A. Roe Esq.", "recipe") // a slip: only a key finds the other
	for name, want := range map[string]string{"Halden Logistic Inc.": org, "Jane A. Roe Esq.": person} {
		if got := r.id(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	r.check()
}

var oldProject = dossier.DeriveID("project", "p")

func oldName(t dossier.MentionType, name string) string {
	return nameID(oldProject, t, names.Norm(name, t))
}

// makeOldRecord makes a database as it was before names had numbers, with a
// document that names a person and an organisation.
func makeOldRecord(t *testing.T, driver, where string, dialect goose.Dialect) {
	db, err := sql.Open(driver, where)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	p, err := goose.NewProvider(dialect, db, os.DirFS("../store/migrations/"+strings.TrimSuffix(string(dialect), "3")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 6); err != nil {
		t.Fatal(err)
	}
	insert := func(query string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	insert(`INSERT INTO projects VALUES ($1, 'p', 1)`, oldProject)
	insert(`INSERT INTO source_documents (id, project_id, sha256, file_name, format, byte_size, status, recipe, ocr_mode, created_at, updated_at)
		VALUES ('d', $1, 'sha', 'a.txt', 'text', 1, 'completed', '', 'auto', 1, 1)`, oldProject)
	insert(`INSERT INTO document_chunks VALUES ('chunk', 'd', 0, 0, 100, 1, 1, 'text')`)
	for i, e := range []struct {
		t    dossier.MentionType
		name string
	}{{dossier.Person, "Jane A. Roe"}, {dossier.Org, "Halden Logistics Inc."}} {
		name, norm := oldName(e.t, e.name), names.Norm(e.name, e.t)
		insert(`INSERT INTO canonical_entities (id, project_id, type, name, created_at) VALUES ($1, $2, $3, $4, 1)`,
			entityID(oldProject, name), oldProject, e.t, e.name)
		insert(`INSERT INTO entity_names (id, project_id, type, norm, name, canonical_id, born, version, keys) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, '[1]')`,
			name, oldProject, e.t, norm, e.name, entityID(oldProject, name), resolve.Version)
		insert(`INSERT INTO document_entities VALUES ($1, 'd', $1, $1, $2, $3, 0, 'null', 'null', 1, $4)`, e.t, e.name, norm, name)
		insert(`INSERT INTO entity_mentions (id, document_id, mention_index, chunk_id, chunk_start, chunk_end, page, char_start, char_end,
			type, text, norm, confidence, method, document_entity_id) VALUES ($1, 'd', $2, 'chunk', 0, 9, 1, 0, 9, $1, $3, $4, 1, '', $1)`,
			e.t, i, e.name, norm)
	}
	insert(`INSERT INTO entity_name_keys VALUES (1, $1)`, oldName(dossier.Org, "Halden Logistics Inc."))
	insert(`INSERT INTO relationships (id, document_id, relation_type, from_entity_id, to_entity_id, page, char_start, char_end, evidence, confidence)
		VALUES ('r', 'd', 'employment', $1, $2, 1, 0, 9, 'words', 1)`, dossier.Person, dossier.Org)
}
