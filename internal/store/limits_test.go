package store

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
)

// lockedRow is a database with a project to lock.
func lockedRow(t *testing.T) (db *DB, project string) {
	t.Helper()
	db, err := Open(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Write(t.Context(), func(tx *Tx) error {
		p, err := tx.Projects().Ensure(t.Context(), "p")
		project = p.ID
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return db, project
}

// hold locks the project and waits in the transaction for the test to end; on
// the second try it does nothing.
func hold(t *testing.T, db *DB, project string, wait func(tx *Tx, ended <-chan struct{}) error) {
	t.Helper()
	held, ended, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		tries := 0
		done <- db.Write(context.Background(), func(tx *Tx) error {
			if tries++; tries > 1 {
				return nil
			}
			if err := tx.Projects().Lock(context.Background(), project); err != nil {
				return err
			}
			close(held)
			return wait(tx, ended)
		})
	}()
	t.Cleanup(func() {
		close(ended)
		if err := <-done; err != nil {
			t.Errorf("the transaction that lost its locks was not run again: %v", err)
		}
	})
	<-held
}

// The locks of a process that does nothing are free before its lease is over,
// whatever its transaction waits for: its own next statement, or its client,
// which takes no more rows.
func TestLocksOfAnIdleTransactionBecomeFree(t *testing.T) {
	for _, c := range []struct {
		name string
		wait func(tx *Tx, ended <-chan struct{}) error
	}{
		{"between statements", func(tx *Tx, ended <-chan struct{}) error {
			<-ended
			_, err := tx.exec(context.Background(), `SELECT 1`)
			return err
		}},
		{"while it takes no rows", func(tx *Tx, ended <-chan struct{}) error {
			return tx.rows(context.Background(), func(*sql.Rows) error {
				<-ended
				return nil
			}, `SELECT repeat('x', 1000000) FROM generate_series(1, 100)`)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, project := lockedRow(t)
			db.SetLease(2 * time.Second)
			hold(t, db, project, c.wait)
			if err := db.Write(t.Context(), func(tx *Tx) error { return tx.Projects().Lock(t.Context(), project) }); err != nil {
				t.Errorf("the lock does not become free: %v", err)
			}
		})
	}
}

// What waits for a lock too long fails as busy, which is tried again, and not
// as a fault of a document.
func TestWaitingForALockEnds(t *testing.T) {
	db, project := lockedRow(t)
	hold(t, db, project, func(_ *Tx, ended <-chan struct{}) error {
		<-ended
		return nil
	})
	db.SetLease(200 * time.Millisecond) // of those that come now; the holder has its 30 s
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	err := db.Write(ctx, func(tx *Tx) error { return tx.Projects().Lock(t.Context(), project) })
	if dossier.CodeOf(err) != dossier.CodeBusy || !dossier.CategoryOf(err).Retryable() {
		t.Errorf("%s: %v", dossier.CodeOf(err), err)
	}
}

// Statements that a person waits for, and those of stages, take as long as they
// need; those that every worker waits for do not.
func TestOnlyBriefStatementsEnd(t *testing.T) {
	db, _ := lockedRow(t)
	db.SetLease(200 * time.Millisecond)
	sleep := func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `SELECT pg_sleep(0.5)`)
		return err
	}
	if err := errors.Join(db.Write(t.Context(), sleep), db.WriteLong(t.Context(), func(tx *Tx) error {
		time.Sleep(500 * time.Millisecond) // computes between two statements
		return sleep(tx)
	})); err != nil {
		t.Error(err)
	}
	if err := db.WriteBrief(t.Context(), sleep); dossier.CodeOf(err) != dossier.CodeBusy {
		t.Errorf("a brief statement of half a second: %v", err)
	}
	if err := db.rows(t.Context(), func(*sql.Rows) error { return nil }, `SELECT pg_sleep(0.5)`); err != nil {
		t.Errorf("a read: %v", err)
	}
}

// Recovery and heartbeats wait for no row that another transaction holds.
func TestRecoverySkipsLockedRows(t *testing.T) {
	db, project := lockedRow(t)
	ctx := t.Context()
	write := func(f func(tx *Tx) error) {
		t.Helper()
		if err := db.Write(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	var claimed []Task
	parked := make(chan struct{})
	write(func(tx *Tx) error {
		batch, _, err := tx.Batches().Open(ctx, BatchRequest{ProjectID: project, SourceKey: "k", Priority: dossier.PriorityNormal})
		for _, id := range []string{"locked", "free"} {
			tx.Tasks().Add(NewTask{ID: id, BatchID: batch, ProjectID: project, Type: "ocr", Queue: "ocr", Generation: 1})
		}
		return err
	})
	write(func(tx *Tx) (err error) {
		claimed, err = tx.Tasks().Claim(ctx, []string{"locked", "free"}, "w")
		return err
	})
	hold(t, db, project, func(tx *Tx, ended <-chan struct{}) error {
		for _, c := range claimed {
			if c.ID == "locked" {
				if err := tx.Tasks().Park(context.Background(), c, 0); err != nil {
					return err
				}
			}
		}
		close(parked)
		<-ended
		return nil
	})
	<-parked
	write(func(tx *Tx) error {
		lost, err := tx.Tasks().Heartbeat(ctx, "w", []Claim{claimed[0].Claim(), claimed[1].Claim()})
		if len(lost) != 0 {
			t.Errorf("the heartbeat gives up %v", lost)
		}
		return err
	})
	write(func(tx *Tx) error {
		lost, err := tx.Tasks().Recover(ctx, -time.Hour)
		if len(lost) != 1 {
			t.Errorf("%d tasks recovered, not the one that is free", len(lost))
		}
		return err
	})
}
