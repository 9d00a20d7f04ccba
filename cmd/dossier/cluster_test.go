package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dossier/internal/rdb/redistest"
	"dossier/internal/store/pgtest"
)

// cluster is a Redis, a PostgreSQL and workers that are processes of their own,
// as they run on many machines.
type cluster struct {
	*testing.T
	redis    *redistest.Server
	database string
	postgres *pgtest.Server // one of its own, or nil
	paid     *provider      // who reads files for money, or nil
	dir      string         // blobs, and the data directories of the processes
	lease    time.Duration

	mu      sync.Mutex
	workers []*exec.Cmd
	logs    bytes.Buffer // of the workers, shown if the test fails
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{T: t, redis: redistest.Launch(t), database: pgtest.Database(t), dir: t.TempDir(), lease: 3 * time.Second}
	t.Cleanup(func() {
		c.stopAll()
		if t.Failed() {
			t.Log("what the workers said:\n", c.logs.String())
		}
	})
	return c
}

// command is a dossier command of the cluster, in a data directory of its own.
func (c *cluster) command(args ...string) *exec.Cmd {
	program := "dossier"
	if c.paid != nil {
		program = "dossier-paid"
	}
	cmd := exec.Command(program, args...)
	if c.paid != nil {
		cmd.Env = append(cmd.Environ(), "PROVIDER="+c.paid.URL)
	}
	cmd.Env = append(cmd.Environ(),
		"DOSSIER_DATABASE="+c.database, "DOSSIER_REDIS="+c.redis.URL,
		"DOSSIER_BLOBS="+filepath.Join(c.dir, "blobs"), "DOSSIER_DATA="+filepath.Join(c.dir, "data"))
	return cmd
}

// run runs a command to its end and returns what it printed.
func (c *cluster) run(args ...string) string {
	c.Helper()
	var stderr bytes.Buffer
	cmd := c.command(args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if code := exitCode(err); code != exitOK && code != exitPartly {
		c.Fatalf("dossier %s: %v: %s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}

// log collects what a worker says.
type log struct{ c *cluster }

func (l log) Write(p []byte) (int, error) {
	l.c.mu.Lock()
	defer l.c.mu.Unlock()
	return l.c.logs.Write(p)
}

// startWorker starts a worker process.
func (c *cluster) startWorker(args ...string) *exec.Cmd {
	c.Helper()
	w := c.command(append([]string{"worker", "--lease", c.lease.String()}, args...)...)
	w.Stderr = log{c}
	w.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := w.Start(); err != nil {
		c.Fatal(err)
	}
	c.workers = append(c.workers, w)
	return w
}

// kill ends a worker without a warning, with the readers that it started.
func kill(w *exec.Cmd) {
	_ = w.Process.Kill()
	_ = w.Wait() // killed: its status says so
}

func (c *cluster) stopAll() {
	for _, w := range c.workers {
		if w.ProcessState == nil {
			_ = w.Process.Signal(syscall.SIGCONT)
			kill(w)
		}
	}
}

// submit submits a folder and returns the id of the batch.
func (c *cluster) submit(args ...string) string {
	c.Helper()
	var s batchState
	if err := json.Unmarshal([]byte(c.run(append([]string{"batch", "submit", "--json"}, args...)...)), &s); err != nil {
		c.Fatal(err)
	}
	return s.ID
}

// status returns the state of a batch.
func (c *cluster) status(batch string) (s batchState) {
	c.Helper()
	if err := json.Unmarshal([]byte(c.run("batch", "status", batch, "--json")), &s); err != nil {
		c.Fatal(err)
	}
	return s
}

// await waits until the batch has ended.
func (c *cluster) await(batch string) batchState {
	c.Helper()
	for deadline := time.Now().Add(4 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		s := c.status(batch)
		if s.Status != "processing" {
			return s
		}
		if time.Now().After(deadline) {
			c.Fatalf("the batch does not end: %+v", s)
		}
	}
}

// A19, A24, A54: three worker processes over Redis and PostgreSQL make of a
// folder, byte for byte, what one process makes of it alone.
func TestA54WorkersMakeTheSame(t *testing.T) {
	papers := mixedPapers(t)
	alone := t.TempDir()
	if _, err := dossierCommand(alone, "process", papers).Output(); exitCode(err) != exitPartly {
		t.Fatalf("process: %v", err)
	}
	c := newCluster(t)
	for range 3 {
		c.startWorker()
	}
	s := c.await(c.submit(papers))
	if s.Done != s.Total || s.Status != "completed" {
		t.Errorf("state %+v", s)
	}
	compareDiff(t, "three workers", export(t, alone), c.run("export"))
	checkRows(t, c.database)
}
