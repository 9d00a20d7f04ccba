package queue_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// frozenLease is the lease of the workers in the test of a frozen one.
const frozenLease = 4 * time.Second

// A worker that is frozen while its transaction holds the lock of the feeder,
// the rows of tasks and the row of a chord stops neither of two healthy workers:
// its transaction ends before its lease does, and all tasks complete.
func TestFrozenWorkerStopsNobody(t *testing.T) {
	where := storetest.Database(t)
	b := newBundle(t, redistest.Open(t, rdb.Config{URL: redistest.Start(t)}), where)
	b.handler.commit = takeEffect
	b.insert(60)
	frozen, said := holdTransaction(t, where, b.batch.ID)
	for range 2 {
		healthy(t, b, where)
	}
	b.settle()
	if n := len(b.effects()); n != 60 {
		t.Errorf("%d of 60 effects while a worker is frozen", n)
	}
	if err := frozen.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	for said.Scan() {
		if said.Text() == "lost, and run again" {
			return
		}
	}
	t.Error("the frozen worker did not run its transaction again")
}

// healthy starts a worker with connections of its own.
func healthy(t *testing.T, b *bundle, where string) {
	t.Helper()
	db, err := store.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	e := queue.New(queue.Config{
		DB: db, Redis: b.redis, Handler: b.handler, Lease: frozenLease,
		Log:         slog.New(slog.NewTextHandler(t.Output(), nil)),
		Concurrency: map[string]int{"default": 2, "text": 2},
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// holdTransaction starts a process that holds a transaction open, and freezes
// it there.
func holdTransaction(t *testing.T, where, batch string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestHoldTransaction$")
	cmd.Env = append(cmd.Environ(), "HOLD_DATABASE="+where, "HOLD_BATCH="+batch)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed: its status says so
	})
	said := bufio.NewScanner(out)
	for said.Scan() {
		if said.Text() == "held" {
			if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			return cmd, said
		}
	}
	t.Fatal("the process that is to hold a transaction ended")
	return nil, nil
}

// TestHoldTransaction is the process of holdTransaction, and no test of its own.
func TestHoldTransaction(t *testing.T) {
	where, batch := os.Getenv("HOLD_DATABASE"), os.Getenv("HOLD_BATCH")
	if where == "" {
		t.Skip("for TestFrozenWorkerStopsNobody")
	}
	db, err := store.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetLease(frozenLease)
	tries := 0
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		if tries++; tries > 1 {
			fmt.Println("lost, and run again")
			return nil
		}
		if free, err := tx.TryLock(t.Context(), "feed"); err != nil || !free {
			return fmt.Errorf("the feeder's lock: %t, %w", free, err)
		}
		if _, err := tx.Tasks().Claim(t.Context(), strings.Fields("t0000 t0001 t0002 t0003"), "frozen"); err != nil {
			return err
		}
		if _, err := tx.Batches().Pause(t.Context(), batch, true); err != nil {
			return err
		}
		fmt.Println("held")
		for { // until it is frozen, and after that until the transaction is lost
			if _, err := tx.Batches().Round(t.Context(), batch); err != nil {
				return err
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
	if err != nil {
		t.Error(err)
	}
}
