package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/paid"
	"github.com/dossier-legal/dossier/internal/ratelimit"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// What must hold whatever happens to a cluster: every document ends, effects
// happen once, chords close, sums are right, the outputs are byte for byte
// those of an undisturbed run, and no provider is paid twice for one file.
// `make chaos` runs this with a thousand kills and prints the table.
func TestChaosCluster(t *testing.T) {
	t.Parallel()
	calm := undisturbed(t)
	var mu sync.Mutex
	var table strings.Builder
	t.Cleanup(func() {
		t.Logf("\n| disturbance | times | documents | attempts lost | provider asked | paid | seconds |\n|---|---|---|---|---|---|---|\n%s", &table)
	})
	for _, d := range []disturbance{
		{name: "kill -9 of any worker", harm: killWorkers},
		{name: "FLUSHALL", harm: flushAll},
		{name: "Redis restarts empty", harm: restartRedis},
		{name: "Redis is down for a while", harm: redisDown},
		{name: "PostgreSQL restarts", durable: true, harm: restartPostgres},
		{name: "a worker is frozen past its lease", harm: freezeWorker},
		{name: "the disk is full for a while", harm: fillDisk},
		{name: "Redis is frozen", harm: freezeRedis},
		{name: "PostgreSQL is frozen", durable: true, harm: freezePostgres},
	} {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel() // most of them wait
			c := newCluster(t)
			start := time.Now()
			var sum outcome
			for done := false; !done; {
				c.renew(d.durable)
				for range 3 {
					c.startWorker()
				}
				done = d.round(c, calm.papers, &sum)
				c.check(calm.export, &sum)
			}
			mu.Lock()
			defer mu.Unlock()
			fmt.Fprintf(&table, "| %s | %d | %d | %d | %d | %d | %.0f |\n", d.name, sum.times, sum.documents,
				sum.lost, sum.asked, sum.paid, time.Since(start).Seconds())
		})
	}
}

// disturbance is something that goes wrong while a batch runs.
type disturbance struct {
	name    string
	durable bool                                    // needs a PostgreSQL of its own, which syncs
	harm    func(c *cluster, times int) (more bool) // does the harm once and reports whether there is more to do
}

// outcome adds up what happened.
type outcome struct{ times, documents, lost, asked, paid int }

// round runs one batch with the disturbance, at most twelve times, and reports
// whether the harm is done. The provider reads half of the files at once and the
// others after the harm: the batch cannot end before, however fast it is.
func (d disturbance) round(c *cluster, papers string, sum *outcome) bool {
	release := c.paid.holdAfter(30)
	defer release()
	batch := c.submit(papers)
	more := true
	for range 12 {
		more = d.harm(c, sum.times)
		sum.times++
		if !more {
			break
		}
	}
	release()
	c.await(batch)
	return !more
}

// check checks the record of a batch that has ended.
func (c *cluster) check(want string, sum *outcome) {
	c.Helper()
	checkRows(c.T, c.database)
	compareDiff(c.T, "the disturbance", want, c.run("export"))
	ctx := context.Background()
	db, err := store.Open(ctx, c.database)
	if err != nil {
		c.Fatal(err)
	}
	defer db.Close()
	waiting, running, err := db.Tasks().Active(ctx)
	if err != nil || len(waiting)+len(running) > 0 {
		c.Errorf("tasks left: %v waiting, %v running, %v", waiting, running, err)
	}
	batches, err := db.Batches().List(ctx, false, 10)
	if err != nil {
		c.Fatal(err)
	}
	project, err := db.Projects().Get(ctx, "default")
	if err != nil {
		c.Fatal(err)
	}
	documents, err := db.Documents().List(ctx, project.ID, "")
	if err != nil {
		c.Fatal(err)
	}
	read := 0
	for _, d := range documents {
		if d.Status != dossier.StatusUnsupported {
			read++
		}
		attempts, err := db.Tasks().Attempts(ctx, d.ID)
		if err != nil {
			c.Fatal(err)
		}
		for _, a := range attempts {
			if a.Outcome == "lost" {
				sum.lost++
			}
		}
	}
	for _, b := range batches {
		counts, err := db.Batches().MemberCounts(ctx, b.ID)
		total := 0
		for _, n := range counts {
			total += n
		}
		if err != nil || total != len(documents) || b.Status != "completed" {
			c.Errorf("batch %s is %s with %d members of %d documents, %v", b.ID, b.Status, total, len(documents), err)
		}
	}
	paid, asked := c.paid.charges()
	if paid != read {
		c.Errorf("%d files were read, and %d calls paid", read, paid)
	}
	sum.documents, sum.asked, sum.paid = sum.documents+len(documents), sum.asked+asked, sum.paid+paid
}

// renew stops the workers and begins with an empty record and no blobs.
func (c *cluster) renew(durable bool) {
	c.Helper()
	c.stopAll()
	c.workers, c.dir, c.paid = nil, c.TempDir(), newProvider(c.T)
	c.redis.Stop()
	c.redis.Restart() // empty, or the cache would know everything
	if !durable {
		c.database = storetest.Database(c.T)
		return
	}
	var err error
	if c.postgres == nil {
		if c.postgres, err = pgtest.Start(); err != nil {
			c.Fatal(err)
		}
		c.Cleanup(c.postgres.Close)
	}
	if c.database, err = c.postgres.NewDatabase(); err != nil {
		c.Fatal(err)
	}
}

// chaosRounds is how often the harm is done: a few times, or as often as
// DOSSIER_CHAOS_ROUNDS says.
func chaosRounds(t *testing.T, few int) int {
	s := os.Getenv("DOSSIER_CHAOS_ROUNDS")
	if s == "" {
		return few
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("DOSSIER_CHAOS_ROUNDS: %v", err)
	}
	return n
}

// frozenFor is how long a server is frozen: longer than the leases of all
// workers, or for a minute when `make chaos` runs this.
func (c *cluster) frozenFor() time.Duration {
	if os.Getenv("DOSSIER_CHAOS_ROUNDS") == "" {
		return 3 * c.lease
	}
	return time.Minute
}

// freezeRedis stops the server without closing its connections: nothing fails,
// nothing answers.
func freezeRedis(c *cluster, _ int) bool {
	time.Sleep(2 * time.Second)
	c.redis.Pause()
	time.Sleep(c.frozenFor())
	c.redis.Resume()
	return false
}

func freezePostgres(c *cluster, _ int) bool {
	c.Helper()
	time.Sleep(2 * time.Second)
	if err := c.postgres.Pause(); err != nil {
		c.Fatal(err)
	}
	time.Sleep(c.frozenFor())
	if err := c.postgres.Resume(); err != nil {
		c.Fatal(err)
	}
	return false
}

// killWorkers kills a worker at a random moment and starts another.
func killWorkers(c *cluster, times int) bool {
	time.Sleep(rand.N(400 * time.Millisecond))
	i := rand.IntN(len(c.workers))
	kill(c.workers[i])
	c.workers = append(c.workers[:i], c.workers[i+1:]...)
	c.startWorker()
	return times+1 < chaosRounds(c.T, 12)
}

func flushAll(c *cluster, times int) bool {
	c.Helper()
	time.Sleep(rand.N(time.Second))
	r, err := rdb.Open(context.Background(), rdb.Config{URL: c.redis.URL})
	if err != nil {
		c.Fatal(err)
	}
	defer r.Close()
	if err := r.For(rdb.Broker).FlushAll(context.Background()).Err(); err != nil {
		c.Fatal(err)
	}
	return times+1 < 4
}

func restartRedis(c *cluster, times int) bool {
	c.Helper()
	time.Sleep(time.Second + rand.N(time.Second))
	c.redis.Stop()
	c.redis.Restart()
	return times+1 < 3
}

func redisDown(c *cluster, _ int) bool {
	c.Helper()
	time.Sleep(2 * time.Second)
	c.redis.Stop()
	time.Sleep(10 * time.Second)
	c.redis.Restart()
	return false
}

func restartPostgres(c *cluster, times int) bool {
	c.Helper()
	time.Sleep(2*time.Second + rand.N(time.Second))
	c.postgres.Stop()
	time.Sleep(time.Second)
	if err := c.postgres.Restart(); err != nil {
		c.Fatal(err)
	}
	return times+1 < 2
}

// freezeWorker stops a worker for longer than its lease and lets it go on: what
// it then commits must change nothing.
func freezeWorker(c *cluster, times int) bool {
	time.Sleep(time.Second)
	w := c.workers[times%len(c.workers)]
	_ = w.Process.Signal(syscall.SIGSTOP)
	time.Sleep(2 * c.lease)
	_ = w.Process.Signal(syscall.SIGCONT)
	return times+1 < 3
}

// fillDisk fills the disk with the blobs for a while: outputs and attachments
// cannot be kept, and nothing may fail for good because of that.
func fillDisk(c *cluster, _ int) bool {
	c.Helper()
	if os.Geteuid() != 0 {
		c.Skip("a disk that can be filled takes a mount, and that takes root")
	}
	blobs := filepath.Join(c.dir, "blobs")
	originals := filepath.Join(c.dir, "kept")
	must := func(err error) {
		c.Helper()
		if err != nil {
			c.Fatal(err)
		}
	}
	for _, w := range c.workers {
		must(w.Process.Signal(syscall.SIGSTOP))
	}
	for _, w := range c.workers {
		awaitStop(c, w.Process.Pid) // no worker looks while the disk is changed
	}
	must(os.Rename(blobs, originals))
	must(os.Mkdir(blobs, 0o700))
	must(syscall.Mount("tmpfs", blobs, "tmpfs", 0, "size=64m"))
	c.Cleanup(func() { _ = syscall.Unmount(blobs, syscall.MNT_DETACH) })
	must(os.CopyFS(filepath.Join(blobs, "x"), os.DirFS(originals)))
	moved, err := os.ReadDir(filepath.Join(blobs, "x"))
	must(err)
	for _, m := range moved {
		must(os.Rename(filepath.Join(blobs, "x", m.Name()), filepath.Join(blobs, m.Name())))
	}
	filler, err := os.Create(filepath.Join(blobs, "filler"))
	must(err)
	for chunk := make([]byte, 64<<10); err == nil; {
		_, err = filler.Write(chunk)
	}
	_ = filler.Close()
	for _, w := range c.workers {
		must(w.Process.Signal(syscall.SIGCONT))
	}
	time.Sleep(6 * time.Second)
	must(os.Remove(filler.Name()))
	return false
}

// awaitStop waits until all threads of a process that got SIGSTOP stand still: on a
// busy machine some go on for a while.
func awaitStop(c *cluster, pid int) {
	c.Helper()
	for standing := false; !standing; time.Sleep(time.Millisecond) {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
		if err != nil || len(threads) == 0 {
			c.Fatalf("process %d is gone: %v", pid, err)
		}
		standing = true
		for _, file := range threads {
			stat, err := os.ReadFile(file)                 // fails if the thread has ended
			_, state, _ := strings.Cut(string(stat), ") ") // after the name of the program
			standing = standing && err == nil && strings.HasPrefix(state, "T")
		}
	}
}

// provider is a service that reads files for money. Like the real ones it takes
// an idempotency key and charges once for it, however often it is asked.
type provider struct {
	*httptest.Server
	mu    sync.Mutex
	calls map[string]int // by key
	at    []time.Time    // of each call
	down  int            // how many of the next calls fail
	left  int            // how many calls come before held
	held  chan struct{}  // no answer before it is closed; nil: none is held
}

// holdAfter has all calls but the next n wait until release.
func (p *provider) holdAfter(n int) (release func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	held := make(chan struct{})
	p.left, p.held = n, held
	return sync.OnceFunc(func() { close(held) })
}

// wait holds a call up if it is to be held.
func (p *provider) wait(ctx context.Context) {
	p.mu.Lock()
	held := p.held
	if p.left--; p.left >= 0 {
		held = nil
	}
	p.mu.Unlock()
	if held != nil {
		select {
		case <-held:
		case <-ctx.Done(): // the caller died, or the test
		}
	}
}

func newProvider(t *testing.T) *provider {
	p := &provider{calls: map[string]int{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	time.Sleep(rand.N(20 * time.Millisecond)) // long enough to be killed over
	p.wait(r.Context())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = append(p.at, time.Now())
	if p.down > 0 {
		p.down--
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	p.calls[r.Header.Get("Idempotency-Key")]++
	w.WriteHeader(http.StatusNoContent)
}

// charges is how many calls were paid, asked how often the provider was asked.
func (p *provider) charges() (charges, asked int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, n := range p.calls {
		asked += n
	}
	return len(p.calls), asked
}

// paidExtractor asks the provider before it reads a file.
type paidExtractor struct {
	paid.Extractor
	url   string
	limit int // calls a second; 0: any number
}

func (x paidExtractor) Provider() string { return "paid" }

func (x paidExtractor) Limits() (all, project ratelimit.Limit) {
	return ratelimit.Limit{Count: x.limit, Per: time.Second}, ratelimit.Limit{}
}

func (x paidExtractor) Extract(ctx context.Context, req extract.Request) (*extract.Document, error) {
	if req.Name == "poison.txt" {
		return nil, syscall.Kill(os.Getpid(), syscall.SIGABRT) // it crashes
	}
	call, err := http.NewRequestWithContext(ctx, http.MethodPost, x.url, nil)
	if err != nil {
		return nil, err
	}
	call.Header.Set("Idempotency-Key", req.Key)
	res, err := http.DefaultClient.Do(call)
	if err != nil {
		return nil, err
	}
	if err := res.Body.Close(); err != nil {
		return nil, err
	}
	if res.StatusCode >= http.StatusInternalServerError {
		return nil, dossier.Errorf(dossier.CodeProviderDown, "the provider says %s", res.Status)
	}
	return x.Extractor.Extract(ctx, req)
}
