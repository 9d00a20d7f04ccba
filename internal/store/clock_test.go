package store

import (
	"testing"
	"time"

	"dossier/internal/store/pgtest"
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
