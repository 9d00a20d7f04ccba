package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
)

// Two batches want the same documents and are paused, resumed, cancelled and
// retried at random. In the end both have ended with all their members, every
// task was recorded once, and the record is that of an undisturbed run.
func TestChaosBatchesThatShareDocuments(t *testing.T) {
	t.Parallel()
	const n = 40
	all, half := letters(t, n), t.TempDir()
	files, err := filepath.Glob(filepath.Join(all, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files[:n/2] {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(half, filepath.Base(f)), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	calm := t.TempDir()
	for _, folder := range []string{all, half} {
		if out, err := dossierCommand(calm, "process", folder).CombinedOutput(); err != nil {
			t.Fatalf("undisturbed run: %v: %s", err, out)
		}
	}
	c := newCluster(t)
	batches := map[string]int{c.submit("--priority", "low", all): n, c.submit("--priority", "high", half): n / 2}
	for range 2 {
		c.startWorker("--concurrency", "ocr=1,text=1,entity=1,graph=1,default=1")
	}
	for range chaosRounds(t, 12) {
		for batch := range batches { // in random order
			c.disturb(batch)
		}
	}
	for batch, size := range batches {
		c.finish(batch)
		if s := c.status(batch); s.Status != "completed" || s.Documents[dossier.StatusCompleted] != size {
			t.Errorf("batch %s: %+v", batch, s)
		}
	}
	checkRows(t, c.database)
	compareDiff(t, "pausing and cancelling at random", exported(t, calm), c.run("export"))
}

// disturb does what can be done to a batch, at random.
func (c *cluster) disturb(batch string) {
	c.Helper()
	time.Sleep(rand.N(200 * time.Millisecond))
	s := c.status(batch)
	switch {
	case s.Status != "processing":
		c.run("batch", "retry", batch)
	case s.Paused:
		c.run("batch", "resume", batch)
	case rand.IntN(3) == 0:
		_ = c.command("batch", "cancel", batch).Run() // it may have ended meanwhile
	default:
		_ = c.command("batch", "pause", batch).Run()
	}
}

// finish has a batch go on until it is completed.
func (c *cluster) finish(batch string) {
	c.Helper()
	if c.status(batch).Paused {
		c.run("batch", "resume", batch)
	}
	if s := c.await(batch); s.Documents[dossier.StatusCancelled] > 0 {
		c.run("batch", "retry", batch)
		c.await(batch)
	}
}
