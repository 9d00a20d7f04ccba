package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/dossier-legal/dossier"
)

// A worker dies while many projects of one document wait beside a big one: every
// batch completes, and every task was recorded once.
func TestChaosClusterOfManyProjects(t *testing.T) {
	t.Parallel()
	n := chaosRounds(t, 12)
	c := newCluster(t)
	batches := map[string]int{c.submit("--priority", "low", letters(t, 3*n)): 3 * n}
	doomed := c.startWorker()
	for i := range n {
		dir := t.TempDir()
		text := fmt.Sprintf("Jane A. Roe of project %d wrote to Northgate Insurance Company on May 3, 2022.\n", i)
		if err := os.WriteFile(filepath.Join(dir, "letter.txt"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		batches[c.submit("--project", fmt.Sprint("project ", i), dir)] = 1
		if i == n/2 {
			kill(doomed)
			c.startWorker()
		}
	}
	for batch, size := range batches {
		if s := c.await(batch); s.Status != "completed" || s.Documents[dossier.StatusCompleted] != size {
			t.Errorf("batch %s: %+v", batch, s)
		}
	}
	checkRows(t, c.database)
}
