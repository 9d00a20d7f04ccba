package store

import (
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
)

// Workers go by the clock of the server: one whose own clock is an hour off
// neither loses its tasks nor takes those of others.
func TestClockSkew(t *testing.T) {
	where := pgtest.Database(t)
	db, err := Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, off := range []time.Duration{-time.Hour, time.Hour} {
		// As if the local clock had been off at the last look, and since.
		db.clock.server, db.clock.local = time.Now(), time.Now().Add(off).Round(0)
		if err := db.SyncClock(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(db.Now()).Abs(); d > time.Minute {
			t.Errorf("%s after a look at the server's clock", d)
		}
	}
	server := db.Now()
	db.clock.mu.Lock()
	db.clock.server = db.clock.server.Add(42 * time.Hour) // a server in another time than this machine
	db.clock.mu.Unlock()
	err = db.Write(t.Context(), func(tx *Tx) error {
		if d := fromMicros(tx.now).Sub(server); d < 41*time.Hour {
			t.Errorf("a transaction goes by the local clock: %s", d)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Workers whose clocks are an hour off, one before and one behind, neither take
// each other's tasks nor lose their own, and what one puts back the other can
// take at once.
func TestClockAnHourOffHarmsNothing(t *testing.T) {
	where, ctx := pgtest.Database(t), t.Context()
	open := func(off time.Duration) *DB {
		t.Helper()
		db, err := Open(ctx, where)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		db.clock.here = func() time.Time { return time.Now().Add(off) }
		if err := db.SyncClock(ctx); err != nil {
			t.Fatal(err)
		}
		return db
	}
	before, behind := open(time.Hour), open(-time.Hour)
	write := func(db *DB, f func(tx *Tx) error) {
		t.Helper()
		if err := db.Write(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	write(before, func(tx *Tx) error {
		p, err := tx.Projects().Ensure(ctx, "p")
		if err != nil {
			return err
		}
		batch, _, err := tx.Batches().Open(ctx, BatchRequest{ProjectID: p.ID, SourceKey: "k", Priority: dossier.PriorityNormal})
		for _, id := range []string{"a", "b"} {
			tx.Tasks().Add(NewTask{ID: id, BatchID: batch, ProjectID: p.ID, Type: "ocr", Queue: "ocr", Generation: 1})
		}
		return err
	})
	for _, w := range []struct {
		own, other   *DB
		task, worker string
	}{{before, behind, "a", "w before"}, {behind, before, "b", "w behind"}} {
		var claimed []Task
		write(w.own, func(tx *Tx) (err error) {
			if err := tx.Workers().Put(ctx, Worker{ID: w.worker, Queues: map[string]int{"ocr": 1}}); err != nil {
				return err
			}
			claimed, err = tx.Tasks().Claim(ctx, []string{w.task}, w.worker)
			return err
		})
		write(w.other, func(tx *Tx) error {
			if lost, err := tx.Tasks().Recover(ctx, time.Minute); len(lost) != 0 || err != nil {
				t.Errorf("%d tasks of %s were taken, %v", len(lost), w.worker, err)
			}
			served, err := tx.Workers().Concurrency(ctx, time.Minute)
			if served["ocr"] == 0 {
				t.Errorf("%s counts as silent", w.worker)
			}
			return err
		})
		write(w.own, func(tx *Tx) error { return tx.Tasks().Park(ctx, claimed[0], 0) })
		write(w.other, func(tx *Tx) error {
			got, err := tx.Tasks().Claim(ctx, []string{w.task}, "another")
			if len(got) != 1 {
				t.Errorf("what %s put back cannot be taken", w.worker)
			}
			return err
		})
	}
	if d := before.Now().Sub(behind.Now()).Abs(); d > time.Minute {
		t.Errorf("their times are %s apart", d)
	}
}
