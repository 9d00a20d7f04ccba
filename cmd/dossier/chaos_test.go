package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/examples/lawsuit"
	"github.com/dossier-legal/dossier/internal/store"
)

// Killed at random moments, and run again, dossier ends with the
// very record of an undisturbed run. DOSSIER_CHAOS_ROUNDS sets how many kills;
// `make chaos` does fifty.
func TestKillAtRandomMomentsLosesNothing(t *testing.T) {
	t.Parallel()
	rounds := 6
	if s := os.Getenv("DOSSIER_CHAOS_ROUNDS"); s != "" {
		var err error
		if rounds, err = strconv.Atoi(s); err != nil {
			t.Fatalf("DOSSIER_CHAOS_ROUNDS: %v", err)
		}
	}
	calm := undisturbed(t)
	kills, dir := 0, t.TempDir()
	for kills < rounds {
		run := dossierCommand(dir, "process", calm.papers)
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		// Later runs have less to do: aim at what may be left.
		delay := rand.N(calm.took/2 + 1)
		killed := time.AfterFunc(delay, func() { _ = run.Process.Kill() })
		err := run.Wait()
		if killed.Stop() { // it ended by itself
			if exitCode(err) != exitPartly {
				t.Fatalf("a run after %d kills: %v", kills, err)
			}
			compare(t, calm.export, dir, kills)
			dir = t.TempDir()
			continue
		}
		kills++
	}
	if _, err := dossierCommand(dir, "process", calm.papers).Output(); exitCode(err) != exitPartly {
		t.Fatalf("the last run: %v", err)
	}
	compare(t, calm.export, dir, kills)
}

// compare checks that the record in dir is whole and exports as want.
func compare(t *testing.T, want, dir string, kills int) {
	t.Helper()
	checkRows(t, filepath.Join(dir, "dossier.db"))
	compareDiff(t, fmt.Sprintf("%d kills", kills), want, exported(t, dir))
}

// compareDiff checks that an export is that of an undisturbed run.
func compareDiff(t *testing.T, after, want, got string) {
	t.Helper()
	if got != want {
		t.Errorf("after %s the export differs from that of an undisturbed run: %s", after,
			cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
	}
}

// Every document is final, and every completed one has exactly six stage
// rows, completed.
func checkRows(t *testing.T, where string) {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, where)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	project, err := db.Projects().Get(ctx, "default")
	if err != nil {
		t.Fatal(err)
	}
	documents, err := db.Documents().List(ctx, project.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		tasks, err := db.Tasks().OfDocument(ctx, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		completed := 0
		for _, task := range tasks {
			if task.Status == dossier.StatusCompleted {
				completed++
			}
		}
		if !d.Status.Final() || d.Status == dossier.StatusCompleted && (completed != 6 || len(tasks) != 6) {
			t.Errorf("%s is %s with %d of %d task rows completed", d.FileName, d.Status, completed, len(tasks))
		}
	}
}

func exported(t *testing.T, dir string) string {
	t.Helper()
	out, err := dossierCommand(dir, "export").Output()
	if err != nil {
		t.Fatalf("export: %v", err)
	}
	return string(out)
}

func dossierCommand(dir string, args ...string) *exec.Cmd {
	return exec.Command("dossier", append(args, "--data", dir)...)
}

func exitCode(err error) int {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

// calmRun is an undisturbed run, with which others are compared.
type calmRun struct {
	papers string // the folder that was processed
	export string
	took   time.Duration
}

// undisturbed processes the mixed papers, once for all tests.
func undisturbed(t *testing.T) calmRun {
	t.Helper()
	calm, err := processMixedPapers()
	if err != nil {
		t.Fatal(err)
	}
	return calm
}

var processMixedPapers = sync.OnceValues(func() (calm calmRun, err error) {
	if calm.papers, err = mixedPapers(filepath.Join(sharedDir, "mixed")); err != nil {
		return calm, err
	}
	data, start := filepath.Join(sharedDir, "undisturbed"), time.Now()
	if out, err := dossierCommand(data, "process", calm.papers).CombinedOutput(); exitCode(err) != exitPartly {
		return calm, fmt.Errorf("undisturbed run: %w: %s", err, out)
	}
	calm.took = time.Since(start)
	out, err := dossierCommand(data, "export").Output()
	calm.export = string(out)
	return calm, err
})

// mixedPapers makes a folder of 60 documents and more below dir: the example
// case file, which has every format and attachments, without most of its scans,
// whose recognition would take longer than all else, and letters that share
// names.
func mixedPapers(dir string) (papers string, err error) {
	if err := lawsuit.Write(dir); err != nil {
		return "", err
	}
	papers = filepath.Join(dir, "papers")
	for _, scan := range []string{"B-denial-letter.jpg", "C-bill-of-lading.tif", "E-affidavit-ferrante.pdf", "G-valve-label.jpg"} {
		if err := os.Remove(filepath.Join(papers, "exhibits", scan)); err != nil {
			return "", err
		}
	}
	for i := range 40 {
		text := fmt.Sprintf("Letter %d\n\nOn May %d, 2022, %s wrote to %s about Civil Action No. 1:22-cv-%05d "+
			"and asked for $%d,000.00. See Roe v. Poe, %d U.S. 544 (2007).\n", i, 1+i%30,
			[]string{"Jane A. Roe", "Roe, Jane A.", "Jane Roe", "Mr. Peter Poe"}[i%4],
			[]string{"Northgate Insurance Company", "NORTHGATE INSURANCE COMPANY", "Northgate Insurance Co."}[i%3], i%7, i, 500+i%5)
		if err := os.WriteFile(filepath.Join(papers, fmt.Sprintf("letter-%02d.txt", i)), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	return papers, nil
}
