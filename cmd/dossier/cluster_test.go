package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/monitor"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
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
	env      []string       // of the processes
	lease    time.Duration

	mu      sync.Mutex
	workers []*exec.Cmd
	logs    bytes.Buffer // of the workers, shown if the test fails
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{T: t, redis: redistest.Launch(t), database: storetest.Database(t), dir: t.TempDir(), lease: 3 * time.Second}
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
	cmd.Env = append(append(cmd.Environ(), c.env...),
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
	var s casefile.BatchState
	if err := json.Unmarshal([]byte(c.run(append([]string{"batch", "submit", "--json"}, args...)...)), &s); err != nil {
		c.Fatal(err)
	}
	return s.ID
}

// status returns the state of a batch.
func (c *cluster) status(batch string) (s casefile.BatchState) {
	c.Helper()
	if err := json.Unmarshal([]byte(c.run("batch", "status", batch, "--json")), &s); err != nil {
		c.Fatal(err)
	}
	return s
}

// await waits until the batch has ended.
func (c *cluster) await(batch string) casefile.BatchState {
	c.Helper()
	c.until(batch, "its end", func(s store.BatchState) bool { return s.Status != "processing" })
	return c.status(batch)
}

// until waits until a batch is as wanted. It looks at the record itself: a
// process for each look would take the processors away from the workers.
func (c *cluster) until(batch, what string, ok func(s store.BatchState) bool) store.BatchState {
	c.Helper()
	db, err := store.Open(c.Context(), c.database)
	if err != nil {
		c.Fatal(err)
	}
	defer db.Close()
	b, err := db.Batches().Find(c.Context(), batch)
	if err != nil {
		c.Fatal(err)
	}
	for deadline := time.Now().Add(4 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		s, err := db.Batches().State(c.Context(), b.ID)
		if err != nil {
			c.Fatal(err)
		}
		if ok(s) {
			return s
		}
		if time.Now().After(deadline) {
			c.Fatalf("waited in vain for %s: %+v", what, s)
		}
	}
}

// Three worker processes over Redis and PostgreSQL make of a
// folder, byte for byte, what one process makes of it alone.
func TestWorkersMakeTheSameAsOneProcess(t *testing.T) {
	t.Parallel()
	calm := undisturbed(t)
	c := newCluster(t)
	c.database = pgtest.Database(t) // empty: the processes migrate it together
	for range 3 {
		c.startWorker()
	}
	s := c.await(c.submit(calm.papers))
	if s.Done != s.Total || s.Status != "completed" {
		t.Errorf("state %+v", s)
	}
	compareDiff(t, "three workers", calm.export, c.run("export"))
	checkRows(t, c.database)
}

// A pool of connections in front of PostgreSQL that deals out transactions, not
// sessions, changes nothing.
func TestBehindPgbouncer(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		t.Skip("no pgbouncer here; `make test` installs one")
	}
	c := newCluster(t)
	c.database = throughPgbouncer(t, program, c.database)
	for range 2 {
		c.startWorker()
	}
	if s := c.await(c.submit(letters(t, 20))); s.Documents[dossier.StatusCompleted] != 20 {
		t.Errorf("%+v", s)
	}
	checkRows(t, c.database)
}

// throughPgbouncer starts a pgbouncer in transaction mode in front of a database
// and returns the address there.
func throughPgbouncer(t *testing.T, program, database string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "pgbouncer-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	config := filepath.Join(dir, "pgbouncer.ini")
	text := fmt.Sprintf("[databases]\n* = host=%s port=%s user=dossier\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\n"+
		"unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 4\nmax_client_conn = 200\n", u.Hostname(), u.Port(), port)
	if err := errors.Join(os.WriteFile(config, []byte(text), 0o644), os.Chmod(dir, 0o755)); err != nil { //nolint:gosec // another user reads it
		t.Fatal(err)
	}
	argv := []string{program, config}
	if os.Geteuid() == 0 { // it refuses to run as root
		argv = []string{program, "-u", "postgres", config}
	}
	bouncer := exec.Command(argv[0], argv[1:]...)
	bouncer.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := bouncer.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = bouncer.Process.Kill()
		_ = bouncer.Wait() // killed: its status says so
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = conn.Close()
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("pgbouncer does not answer: %v", err)
		}
	}
	u.Host = fmt.Sprintf("127.0.0.1:%d", port)
	return u.String()
}

// What the database knows is shown while Redis is away; what needs Redis says
// so.
func TestReadingWithoutRedis(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	batch := c.submit(letters(t, 3))
	c.redis.Stop()
	for _, args := range [][]string{{"batch", "status", batch}, {"batch", "list"}, {"monitor", "--once"}} {
		if out := c.run(args...); !strings.Contains(out, batch[:8]) { // tables have short ids
			t.Errorf("dossier %s: %s", strings.Join(args, " "), out)
		}
	}
	// A batch that has not ended exits with 1, and is reported all the same.
	if out, err := c.command("batch", "report", batch).Output(); !strings.Contains(string(out), "3 pending") {
		t.Errorf("report: %v: %s", err, out)
	}
	var h monitor.Health
	if err := json.Unmarshal([]byte(c.run("monitor", "health", "--json")), &h); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(h.Findings, func(f monitor.Finding) bool { return f.Name == monitor.FindingRedis }) {
		t.Errorf("health %+v", h)
	}
	if out, err := c.command("batch", "cancel", batch).CombinedOutput(); exitCode(err) != exitFailed || !strings.Contains(string(out), "Redis cannot be reached") {
		t.Errorf("cancel: %v: %s", err, out)
	}
}

// A second database is refused at the Redis of the first, by workers,
// submissions and doctor, before it takes anything from it.
func TestSecondDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.submit(letters(t, 2))
	c.database = storetest.Database(t)
	for _, args := range [][]string{{"worker"}, {"batch", "submit", letters(t, 1)}, {"doctor"}} {
		out, err := c.command(args...).CombinedOutput()
		if exitCode(err) != exitFailed || !strings.Contains(string(out), "carries the work of the database") {
			t.Errorf("dossier %s: %v: %s", strings.Join(args, " "), err, out)
		}
	}
}
