package store

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
)

// A program refuses a database that a newer one has migrated, and says so.
func TestNewerSchemaIsRefused(t *testing.T) {
	for name, where := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "test.db"), "postgres": pgtest.Database(t)} {
		t.Run(name, func(t *testing.T) {
			db, err := Open(t.Context(), where)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Write(t.Context(), func(tx *Tx) error {
				_, err := tx.exec(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			_, err = Open(t.Context(), where)
			if dossier.CodeOf(err) != dossier.CodeVersionSkew || !strings.Contains(err.Error(), "99999") || !strings.Contains(err.Error(), "knows versions up to") {
				t.Errorf("%s: %v", dossier.CodeOf(err), err)
			}
		})
	}
}

// A batch of which nothing ends is at risk long before its deadline; one that
// has only begun is not.
func TestStandingBatchIsAtRisk(t *testing.T) {
	now := time.Now()
	batch := func(age, left time.Duration, done int) BatchState {
		s := BatchState{Total: 10, Done: done}
		s.CreatedAt, s.Deadline = now.Add(-age*time.Second), now.Add(left*time.Second)
		return s
	}
	for _, c := range []struct {
		name string
		s    BatchState
		want bool
	}{
		{"begun a moment ago", batch(1, 3600, 0), false},
		{"nothing ended for longer than a rate takes", batch(150, 3600, 0), true},
		{"half the time is over", batch(13, 12, 0), true},
		{"less than half the time is over", batch(10, 15, 0), false},
		{"all done", batch(150, 3600, 10), false},
	} {
		if got := c.s.stands(now); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
	if none := (BatchState{Total: 10}); none.stands(now) {
		t.Error("a batch without a deadline is never late")
	}
}
