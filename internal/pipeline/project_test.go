package pipeline

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier"
	"dossier/internal/resolve"
	"dossier/internal/store"
)

// names that various documents use; the same people and organisations under
// several forms, and some that must stay apart.
var names = [][]string{
	{"Halden Logistics Inc.", "Jane A. Roe"},
	{"HALDEN LOGISTICS INC.", "Roe, Jane A."},
	{"Halden Logistics, Incorporated", "Jane Roe"},
	{"Halden Logistics", "Jane B. Roe"},
	{"Halden Logistics LLC", "John Roe Jr."},
	{"Northgate Insurance Company", "John Roe Sr."},
	{"Northgate Insurance Co.", "Jane A. Roe"},
	{"NORTHGATE INSURANCE COMPANY", "J. Roe"},
}

// openProject opens a fresh record with a batch to put documents into.
func openProject(t *testing.T) (*store.DB, store.Batch) {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	var b store.Batch
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		project, err := tx.EnsureProject(t.Context(), "p")
		if err != nil {
			return err
		}
		b.ProjectID = project.ID
		b.ID, _, err = tx.OpenBatch(t.Context(), store.BatchRequest{ProjectID: project.ID, Priority: dossier.PriorityNormal})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return db, b
}

// resolveOne makes document i a member of the batch and resolves its names.
func resolveOne(t *testing.T, db *store.DB, b store.Batch, i int, recipe string) store.Registered {
	t.Helper()
	var r store.Registered
	if err := db.Write(t.Context(), func(tx *store.Tx) (err error) {
		if r, err = tx.RegisterDocument(t.Context(), b.ID, store.NewDocument{
			ProjectID: b.ProjectID, SHA256: fmt.Sprint("sha", i), Path: fmt.Sprint("/d", i), Recipe: recipe,
		}); err != nil {
			return err
		}
		if err := release(t.Context(), tx, b.ProjectID, r.FreedNames); err != nil {
			return err
		}
		entities := entitiesOf(names[i])
		rows, err := attach(t.Context(), tx, b.ProjectID, r.DocumentID, entities)
		if err != nil {
			return err
		}
		return tx.SaveEntities(t.Context(), r.DocumentID, entities, rows)
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

// arrive resolves the documents in the given order and returns what is on
// record.
func arrive(t *testing.T, order []int) map[string][]string {
	t.Helper()
	db, b := openProject(t)
	for _, i := range order {
		resolveOne(t, db, b, i, "recipe")
	}
	return partition(t, db, b.ProjectID)
}

func entitiesOf(names []string) []dossier.DocumentEntity {
	var list []dossier.DocumentEntity
	for i, n := range names {
		typ := []dossier.MentionType{dossier.Org, dossier.Person}[i]
		norm := resolve.Norm(n, typ)
		list = append(list, dossier.DocumentEntity{Key: string(typ) + ":" + norm, Type: typ, Name: n, Norm: norm})
	}
	return list
}

// partition is what is on record: type, id and name of each canonical entity,
// to its names.
func partition(t *testing.T, db *store.DB, projectID string) map[string][]string {
	t.Helper()
	const all = -1
	entities, err := db.Entities(t.Context(), projectID, "", all)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, e := range entities {
		list, err := db.EntityNames(t.Context(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range list {
			key := fmt.Sprintf("%s %s %s in %d documents", e.Type, e.ID, e.Name, e.Documents)
			got[key] = append(got[key], n.Name)
		}
	}
	return got
}

// A57: the order in which documents arrive does not change who is who.
func TestA57OrderOfArrival(t *testing.T) {
	order := []int{0, 1, 2, 3, 4, 5, 6, 7}
	want := arrive(t, order)
	if len(want) < 6 || len(want) > 12 {
		t.Fatalf("%d entities: %v", len(want), want)
	}
	for range 8 {
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		if diff := cmp.Diff(want, arrive(t, order)); diff != "" {
			t.Errorf("order %v: %s", order, diff)
		}
	}
}

// Offsets on record may be anything; verify says so and does not fall over.
func TestSays(t *testing.T) {
	for _, tt := range []struct {
		start, end int
		want       bool
	}{{1, 3, true}, {-1, 3, false}, {3, 1, false}, {1, 99, false}, {0, 2, false}} {
		if got := says("abcd", tt.start, tt.end, "bc"); got != tt.want {
			t.Errorf("says(%d, %d) = %v", tt.start, tt.end, got)
		}
	}
}

// A document done anew leaves nothing behind of what it said before, and
// nothing of what the others say changes.
func TestDoneAnew(t *testing.T) {
	want := arrive(t, []int{0, 2, 3, 5})
	db, b := openProject(t)
	for _, i := range []int{0, 2, 3, 5} {
		r := resolveOne(t, db, b, i, "recipe")
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.EndDocument(t.Context(), r.DocumentID, dossier.StatusCompleted, "", nil)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, i := range []int{3, 0, 5} {
		if r := resolveOne(t, db, b, i, "another recipe"); !r.Start || len(r.FreedNames) == 0 {
			t.Fatalf("document %d was not done anew: %+v", i, r)
		}
	}
	if diff := cmp.Diff(want, partition(t, db, b.ProjectID)); diff != "" {
		t.Error(diff)
	}
}
