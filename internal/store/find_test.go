package store

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
)

// onBoth runs f on every engine.
func onBoth(t *testing.T, f func(t *testing.T, db *DB)) {
	for engine, where := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "test.db") },
		"postgres": func(t *testing.T) string { return pgtest.Database(t) },
	} {
		t.Run(engine, func(t *testing.T) {
			db, err := Open(t.Context(), where(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			})
			f(t, db)
		})
	}
}

// openNamed opens a batch of a name.
func openNamed(t *testing.T, db *DB, key, name string) (id string) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx *Tx) error {
		p, err := tx.Projects().Ensure(t.Context(), "p")
		if err != nil {
			return err
		}
		id, _, err = tx.Batches().Open(t.Context(), BatchRequest{ProjectID: p.ID, SourceKey: key, Name: name, Priority: dossier.PriorityNormal})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return id
}

// What several batches may be is refused with the candidates, and a whole id is
// always one batch.
func TestAmbiguousBatchIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, db *DB) {
		a, b := openNamed(t, db, "a", "same"), openNamed(t, db, "b", "same")
		for _, what := range []string{"same", a[:6]} {
			_, err := db.Batches().Find(t.Context(), what)
			if dossier.CodeOf(err) != dossier.CodeInvalidInput || !strings.Contains(err.Error(), a) || !strings.Contains(err.Error(), b) {
				t.Errorf("%q: %v", what, err)
			}
		}
		for _, id := range []string{a, b} {
			if found, err := db.Batches().Find(t.Context(), id); err != nil || found.ID != id {
				t.Errorf("%s: %s, %v", id, found.ID, err)
			}
		}
		if _, err := db.Batches().Find(t.Context(), "other"); dossier.CodeOf(err) != dossier.CodeNotFound {
			t.Errorf("an unknown name: %v", err)
		}
	})
}

// A submission that was interrupted is shown as such, and its batch ends without
// it in the end, with the reason on record; one at work goes on.
func TestInterruptedSubmissionEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, db *DB) {
		ctx := context.Background()
		gone, atWork := openNamed(t, db, "a", ""), openNamed(t, db, "b", "")
		if err := db.Write(ctx, func(tx *Tx) error {
			if _, err := tx.exec(ctx, `UPDATE batches SET intake_at = intake_at - $1`, submissionGone.Microseconds()+1); err != nil {
				return err
			}
			return tx.Batches().TouchIntake(ctx, atWork)
		}); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string]bool{gone: true, atWork: false} {
			s, err := db.Batches().State(ctx, id)
			if err != nil || s.Interrupted != want {
				t.Errorf("interrupted: %v, want %v; %v", s.Interrupted, want, err)
			}
		}
		for range 2 {
			if err := db.Write(ctx, func(tx *Tx) error { return tx.Batches().CloseInterrupted(ctx) }); err != nil {
				t.Fatal(err)
			}
		}
		for id, want := range map[string]bool{gone: false, atWork: true} {
			b, err := db.Batches().Get(ctx, id)
			if err != nil || b.IntakeOpen != want {
				t.Errorf("the intake is open: %v, want %v; %v", b.IntakeOpen, want, err)
			}
		}
		failures, err := db.Batches().Failures(ctx, gone)
		if err != nil || len(failures) != 1 || failures[0].Code != dossier.CodeInterrupted {
			t.Errorf("the reason on record: %+v, %v", failures, err)
		}
	})
}
