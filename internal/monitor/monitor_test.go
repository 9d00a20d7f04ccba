package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/monitor"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// scene is a record for the monitor to look at.
type scene struct {
	*testing.T
	db    *store.DB
	redis *rdb.Redis
	cache *cache.Cache
	m     *monitor.Monitor
	batch store.Batch
	blobs string // their folder
}

// each runs f over an empty record, embedded and on servers.
func each(t *testing.T, f func(s *scene)) {
	t.Parallel()
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		f(newScene(t, redistest.Open(t, rdb.Config{}), storetest.File(t)))
	})
	t.Run("servers", func(t *testing.T) {
		t.Parallel()
		where := storetest.Database(t)
		f(newScene(t, redistest.Open(t, rdb.Config{URL: redistest.Start(t)}), where))
	})
}

func newScene(t *testing.T, r *rdb.Redis, where string) *scene {
	t.Helper()
	db, err := store.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	folder := filepath.Join(t.TempDir(), "blobs")
	blobs, err := blob.Open(t.Context(), folder, "")
	if err != nil {
		t.Fatal(err)
	}
	c := cache.New(r, blobs, time.Minute)
	s := &scene{T: t, db: db, redis: r, cache: c, blobs: folder, m: &monitor.Monitor{DB: db, Redis: r, Cache: c, Blobs: blobs, Build: "v1"}}
	s.write(func(ctx context.Context, tx *store.Tx) error {
		p, err := tx.Projects().Ensure(ctx, "p")
		if err != nil {
			return err
		}
		s.batch.ProjectID = p.ID
		s.batch.ID, _, err = tx.Batches().Open(ctx, store.BatchRequest{ProjectID: p.ID, SourceKey: "k", Priority: dossier.PriorityNormal})
		return err
	})
	return s
}

func (s *scene) write(f func(ctx context.Context, tx *store.Tx) error) {
	s.Helper()
	ctx := context.Background()
	if err := s.db.Write(ctx, func(tx *store.Tx) error { return f(ctx, tx) }); err != nil {
		s.Fatal(err)
	}
}

func (s *scene) tasks(queueName string, p dossier.Priority, n int) {
	s.Helper()
	s.write(func(ctx context.Context, tx *store.Tx) error {
		batch := s.batch.ID
		if p != dossier.PriorityNormal {
			var err error
			if batch, _, err = tx.Batches().Open(ctx, store.BatchRequest{ProjectID: s.batch.ProjectID, SourceKey: string(p), Priority: p}); err != nil {
				return err
			}
		}
		for i := range n {
			tx.Tasks().Add(store.NewTask{
				ID: fmt.Sprint(queueName, p, i), BatchID: batch, ProjectID: s.batch.ProjectID, Type: "ocr", Queue: queueName, Generation: 1,
			})
		}
		return nil
	})
}

func (s *scene) worker(build string, queues ...string) {
	s.Helper()
	served := map[string]int{}
	for _, q := range queues {
		served[q] = 2
	}
	s.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.Workers().Put(ctx, store.Worker{ID: "w-" + build, Host: "host", PID: 7, Build: build, Queues: served, StartedAt: s.db.Now()})
	})
}

func names(h monitor.Health) (list []string) {
	for _, f := range h.Findings {
		list = append(list, f.Name)
	}
	return list
}

// What was enqueued is what is shown, by priority.
func TestQueuesByPriority(t *testing.T) {
	each(t, func(s *scene) {
		s.tasks("ocr", dossier.PriorityHigh, 3)
		s.tasks("ocr", dossier.PriorityLow, 5)
		s.tasks("text", dossier.PriorityNormal, 2)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Tasks().Claim(ctx, []string{"ocrhigh0"}, "w")
			return err
		})
		snap := s.m.Snapshot(s.Context())
		waiting, running := map[string]int{}, map[string]int{}
		for _, q := range snap.Queues {
			waiting[q.Queue+"/"+string(q.Priority)] += q.Waiting
			running[q.Queue+"/"+string(q.Priority)] += q.Running
		}
		if waiting["ocr/high"] != 2 || waiting["ocr/low"] != 5 || waiting["text/normal"] != 2 || running["ocr/high"] != 1 {
			s.Errorf("waiting %v, running %v", waiting, running)
		}
	})
}

// A queue without a worker is not well; one that is served is.
func TestQueueWithoutAWorkerIsFound(t *testing.T) {
	each(t, func(s *scene) {
		if h := s.m.Health(s.Context()); h.Status != "ok" {
			s.Errorf("an empty record: %+v", h)
		}
		s.tasks("graph", dossier.PriorityNormal, 2)
		s.worker("v1", "ocr", "text")
		h := s.m.Health(s.Context())
		if h.Status != "failing" || !slices.Contains(names(h), "no_consumer") || !strings.Contains(h.Findings[0].Detail, "graph") {
			s.Errorf("health %+v", h)
		}
		s.worker("v1", queue.Names()...) // the same worker does not change its queues
		s.write(func(ctx context.Context, tx *store.Tx) error { return tx.Workers().Drop(ctx, "w-v1") })
		s.worker("v1", queue.Names()...)
		if h := s.m.Health(s.Context()); h.Status != "ok" {
			s.Errorf("served: %+v", h)
		}
	})
}

// Workers of another version are found.
func TestOtherVersionsAreFound(t *testing.T) {
	each(t, func(s *scene) {
		s.worker("v0", queue.Names()...)
		if h := s.m.Health(s.Context()); !slices.Contains(names(h), "version_skew") {
			s.Errorf("health %+v", h)
		}
	})
}

// A batch past its deadline is found; one that has an hour left is not.
func TestLateBatchIsFound(t *testing.T) {
	each(t, func(s *scene) {
		s.worker("v1", queue.Names()...)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.Batches().SetPriority(ctx, s.batch.ID, dossier.PriorityHigh, s.db.Now().Add(time.Hour))
		})
		if h := s.m.Health(s.Context()); h.Status != "ok" {
			s.Errorf("an hour left: %+v", h)
		}
		s.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.Batches().SetPriority(ctx, s.batch.ID, dossier.PriorityHigh, s.db.Now().Add(-time.Second))
		})
		if h := s.m.Health(s.Context()); !slices.Contains(names(h), "batch_late") {
			s.Errorf("late: %+v", h)
		}
	})
}

// Dead letters and cache counters come out as they went in.
func TestFiguresComeOutAsTheyWentIn(t *testing.T) {
	each(t, func(s *scene) {
		s.tasks("text", dossier.PriorityNormal, 1)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			claimed, err := tx.Tasks().Claim(ctx, []string{"textnormal0"}, "w")
			if err != nil {
				return err
			}
			return tx.Tasks().Fail(ctx, claimed[0], dossier.Errorf(dossier.CodeDamaged, "torn"))
		})
		key := cache.Key{Stage: "ocr", Version: "1", SHA256: "aa"}
		var value string
		for range 2 {
			if _, err := s.cache.Get(s.Context(), key, &value); err != nil {
				s.Fatal(err)
			}
			if err := s.cache.Put(s.Context(), key, "v"); err != nil {
				s.Fatal(err)
			}
		}
		snap := s.m.Snapshot(s.Context())
		if len(snap.Dead) != 1 || snap.Dead[0].Code != dossier.CodeDamaged || snap.Dead[0].Count != 1 || snap.Dead[0].Message != "torn" {
			s.Errorf("dead %+v", snap.Dead)
		}
		if c := snap.Cache["ocr"]; c.Hits != 1 || c.Misses != 1 {
			s.Errorf("cache %+v", c)
		}
		if len(snap.Unavailable) != 0 {
			s.Errorf("unavailable: %v", snap.Unavailable)
		}
	})
}

// A snapshot costs a bounded number of round trips, however many keys and tasks
// there are.
func TestRoundTripsAreBounded(t *testing.T) {
	where := storetest.Database(t)
	s := newScene(t, redistest.Open(t, rdb.Config{URL: redistest.Start(t)}), where)
	trips := redistest.CountRoundTrips(s.redis)
	s.m.Snapshot(t.Context())
	few := trips.Take()
	s.tasks("ocr", dossier.PriorityLow, 3000)
	for i := range 3000 {
		if err := s.redis.For(rdb.Results).Set(t.Context(), s.redis.ResultKey(fmt.Sprint(i)), "1", 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	trips.Take()
	s.m.Snapshot(t.Context())
	if many := trips.Take(); many > few+20 || many > 40 {
		t.Errorf("%d round trips over 3,000 keys, %d over none", many, few)
	}
}

// The metrics are those of the record, on an empty one too.
func TestMetricsAreThoseOfTheRecord(t *testing.T) {
	each(t, func(s *scene) {
		server := httptest.NewServer(s.m.Handler())
		defer server.Close()
		get := func(path string) (int, string) {
			res, err := http.Get(server.URL + path)
			if err != nil {
				s.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				s.Fatal(err)
			}
			return res.StatusCode, string(body)
		}
		if code, body := get("/metrics"); code != 200 || !strings.Contains(body, "dossier_workers 0") || strings.Contains(body, "dossier_queue_waiting{") {
			s.Errorf("empty: %d %s", code, body)
		}
		if code, _ := get("/health"); code != 200 {
			s.Errorf("health of an empty record: %d", code)
		}
		s.tasks("ocr", dossier.PriorityHigh, 4)
		s.write(func(ctx context.Context, tx *store.Tx) error { // waiting and running at once
			_, err := tx.Tasks().Claim(ctx, []string{"ocrhigh0"}, "w")
			return err
		})
		var body string
		for deadline := time.Now().Add(time.Minute); !strings.Contains(body, `dossier_queue_waiting{priority="high",queue="ocr"} 3`); {
			if time.Now().After(deadline) {
				s.Fatalf("no queue in %s", body)
			}
			time.Sleep(50 * time.Millisecond) // totals are kept for a second, and longer where counting takes long
			_, body = get("/metrics")
		}
		if code, body := get("/health"); code != http.StatusServiceUnavailable || !strings.Contains(body, "no_consumer") {
			s.Errorf("health: %d %s", code, body)
		}
	})
}

// The board and the alerts name metrics that are exported.
func TestDeployedNamesAreExported(t *testing.T) {
	for _, path := range []string{"../../deploy/grafana/dossier.json", "../../deploy/prometheus/alerts.yml"} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		used := monitor.MetricNamesIn(string(data))
		if len(used) < 5 {
			t.Errorf("%s uses only %v", path, used)
		}
		for _, name := range used {
			if !slices.Contains(monitor.MetricNames(), name) {
				t.Errorf("%s uses %s, which is not exported", path, name)
			}
		}
	}
}

// Every finding has an alert, and every finding and alert a section in the
// runbook.
func TestFindingsHaveAlertsAndSections(t *testing.T) {
	read := func(path string) string {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	alerts, runbook := read("../../deploy/prometheus/alerts.yml"), read("../../docs/runbook.md")
	var headings []string
	for line := range strings.Lines(runbook) {
		if heading, ok := strings.CutPrefix(line, "### "); ok {
			headings = append(headings, strings.TrimSpace(heading))
		}
	}
	section := func(what string) bool {
		return slices.ContainsFunc(headings, func(h string) bool { return slices.Contains(strings.Split(h, " · "), what) })
	}
	for _, name := range monitor.Findings() {
		if !strings.Contains(alerts, `dossier_finding{name="`+name+`"}`) {
			t.Errorf("no alert for the finding %s", name)
		}
		if !section("`" + name + "`") {
			t.Errorf("no section for the finding %s in docs/runbook.md", name)
		}
	}
	names := regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(alerts, -1)
	for _, alert := range names {
		if !section(alert[1]) {
			t.Errorf("no section for the alert %s in docs/runbook.md", alert[1])
		}
	}
	if links := strings.Count(alerts, `runbook: "docs/runbook.md#`); len(names) < 10 || links != len(names) {
		t.Errorf("%d alerts, %d links into the runbook", len(names), links)
	}
}

// Work that stands still is found within a minute if slots are free, and within
// five if all are taken; work that moves is not.
func TestStandstillIsFoundWithinAMinute(t *testing.T) {
	const minute = monitor.IdleAfter + 1
	for _, c := range []struct {
		name string
		w    monitor.Work
		want string
	}{
		{"nothing starts for a minute", monitor.Work{Waiting: 3, Slots: 4, Oldest: minute, Started: -1, Ended: -1}, "stalled_queue"},
		{"nothing starts, and the last ended a minute ago", monitor.Work{Waiting: 3, Slots: 4, Oldest: 2 * minute, Started: -1, Ended: minute}, "stalled_queue"},
		{"tasks start", monitor.Work{Waiting: 3, Running: 1, Slots: 4, Oldest: 2 * minute, Started: 1, Ended: -1}, ""},
		{"tasks end", monitor.Work{Waiting: 3, Slots: 4, Oldest: 2 * minute, Started: -1, Ended: 3}, ""},
		{"the work has just come", monitor.Work{Waiting: 3, Slots: 4, Oldest: 5, Started: -1, Ended: -1}, ""},
		{"all slots have long tasks", monitor.Work{Waiting: 3, Running: 4, Slots: 4, Oldest: 2 * minute, Started: 2 * minute, Ended: -1}, ""},
		{"all slots are stuck", monitor.Work{Waiting: 3, Running: 4, Slots: 4, Oldest: monitor.StalledAfter + 1, Started: monitor.StalledAfter + 1, Ended: -1}, "stalled_queue"},
		{"no worker serves it", monitor.Work{Waiting: 3, Oldest: 1, Started: -1, Ended: -1}, "no_consumer"},
		{"nothing waits", monitor.Work{Slots: 4, Started: -1, Ended: -1}, ""},
	} {
		s := monitor.Snapshot{
			Totals: monitor.Totals{
				Queues:   []store.QueueRow{{Queue: "ocr", Waiting: c.w.Waiting, Oldest: c.w.Oldest}},
				Pipeline: []store.StageRow{{Stage: "ocr", Queue: "ocr", Ended: c.w.Ended}},
			},
			Running: []store.RunningRow{}, Workers: []monitor.Worker{},
		}
		if c.w.Running > 0 {
			s.Running = append(s.Running, store.RunningRow{Queue: "ocr", Running: c.w.Running, Started: c.w.Started})
		}
		if c.w.Slots > 0 {
			s.Workers = append(s.Workers, monitor.Worker{Worker: store.Worker{Queues: map[string]int{"ocr": c.w.Slots}}, Alive: true})
		}
		if got := strings.Join(names((&monitor.Monitor{}).Judge(s)), " "); got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

// A silent worker's tasks are said to have gone to others only when they have.
func TestSilentWorkerThatHoldsTasks(t *testing.T) {
	each(t, func(s *scene) {
		s.tasks("ocr", dossier.PriorityHigh, 2)
		s.worker("v1", "ocr")
		s.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Tasks().Claim(ctx, []string{"ocrhigh0", "ocrhigh1"}, "w-v1")
			return err
		})
		snap := s.m.Snapshot(s.Context())
		if len(snap.Workers) != 1 || snap.Workers[0].Holds != 2 {
			s.Fatalf("workers %+v", snap.Workers)
		}
		snap.Workers[0].Alive = false
		h := s.m.Judge(snap)
		if !slices.ContainsFunc(h.Findings, func(f monitor.Finding) bool {
			return f.Name == monitor.FindingWorkerSilent && strings.Contains(f.Detail, "still holds 2 tasks")
		}) {
			s.Errorf("health %+v", h)
		}
	})
}

// Blobs that cannot be written, and a cache that fails because of that, are
// found.
func TestFailingBlobsAreFound(t *testing.T) {
	each(t, func(s *scene) {
		if err := errors.Join(os.RemoveAll(s.blobs), os.WriteFile(s.blobs, nil, 0o600)); err != nil {
			s.Fatal(err)
		}
		key := cache.Key{Stage: "ocr", Version: "1", SHA256: "aa"}
		if err := s.cache.Put(s.Context(), key, "v"); err == nil {
			s.Error("an output was kept where nothing can be kept")
		}
		h := s.m.Health(s.Context())
		if got := names(h); !slices.Contains(got, monitor.FindingBlobs) || !slices.Contains(got, monitor.FindingCacheFailing) || h.Status != "failing" {
			s.Errorf("health %+v", h)
		}
	})
}

// While the database is down nothing is made up: what is not known is absent
// from the metrics, and health names no statement, user or server.
func TestUnknownIsNotZero(t *testing.T) {
	server, err := pgtest.Start("fsync=off", "full_page_writes=off")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("no PostgreSQL here; `make test` installs one")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	where, err := server.NewDatabase()
	if err != nil {
		t.Fatal(err)
	}
	s := newScene(t, redistest.Open(t, rdb.Config{}), where)
	s.worker("v1", queue.Names()...)
	server.Stop()
	web := httptest.NewServer(s.m.Handler())
	defer web.Close()
	_, metrics := fetch(t, web.URL+"/metrics")
	for _, name := range []string{
		"dossier_workers", "dossier_workers_silent", "dossier_batches_open", "dossier_batches_at_risk", "dossier_documents", "dossier_webhook_waiting",
		`dossier_finding{name="no_consumer"}`, `dossier_finding{name="worker_silent"}`,
	} {
		if strings.Contains(metrics, "\n"+name+" ") || strings.Contains(metrics, "\n"+name+"{") {
			t.Errorf("%s is exported, and nobody can know it", name)
		}
	}
	for _, line := range []string{`dossier_finding{name="database"} 1`, `dossier_up{part="database"} 0`, `dossier_up{part="redis"} 1`, "dossier_healthy 0"} {
		if !strings.Contains(metrics, line) {
			t.Errorf("%s is missing", line)
		}
	}
	code, health := fetch(t, web.URL+"/health")
	if code != http.StatusServiceUnavailable || !strings.Contains(health, "the database does not answer") {
		t.Errorf("health %d %s", code, health)
	}
	for _, secret := range []string{"SELECT", "127.0.0.1", "user=", "dossier@", s.db.Name()} {
		if strings.Contains(health, secret) {
			t.Errorf("health tells %q: %s", secret, health)
		}
	}
}

// /health names no worker, because its name holds that of its host.
func TestHealthNamesNoWorker(t *testing.T) {
	each(t, func(s *scene) {
		s.worker("v0", queue.Names()...)
		web := httptest.NewServer(s.m.Handler())
		defer web.Close()
		if _, health := fetch(s.T, web.URL+"/health"); !strings.Contains(health, "version_skew") || strings.Contains(health, "w-v0") {
			s.Errorf("health %s", health)
		}
		if h := s.m.Health(s.Context()); h.Findings[0].Subject != "w-v0" {
			s.Errorf("the worker is not named to the operator: %+v", h)
		}
	})
}

// The monitor shows what the database knows while Redis is away.
func TestWithoutRedis(t *testing.T) {
	s := newScene(t, redistest.Open(t, rdb.Config{}), storetest.File(t))
	s.tasks("ocr", dossier.PriorityHigh, 3)
	s.m.Redis, s.m.Cache, s.m.NoRedis = nil, nil, errors.New("dial tcp 10.0.0.7:6379: refused")
	snap := s.m.Snapshot(t.Context())
	if len(snap.Queues) != 1 || snap.Queues[0].Waiting != 3 || !slices.Contains(names(snap.Health), monitor.FindingRedis) {
		t.Errorf("snapshot %+v", snap)
	}
	if why := snap.Unavailable["redis"]; why == "" || strings.Contains(why, "10.0.0.7") {
		t.Errorf("why: %q", why)
	}
	web := httptest.NewServer(s.m.Handler())
	defer web.Close()
	if _, body := fetch(t, web.URL+"/metrics"); !strings.Contains(body, `dossier_queue_waiting{priority="high",queue="ocr"} 3`) {
		t.Errorf("no queue in %s", body)
	}
}

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// Scrapes read few rows, whatever the size of the record: what counts rows is
// counted once for all workers, and not at each scrape.
func TestScrapesReadFewRows(t *testing.T) {
	where := storetest.Database(t)
	r := redistest.Open(t, rdb.Config{URL: redistest.Start(t)})
	const size = 20_000
	scrapes := func(n int) {
		t.Helper()
		db, err := store.Open(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		m := &monitor.Monitor{DB: db, Redis: r, Cache: cache.New(r, nil, time.Minute)}
		m.KeepTotals(time.Hour)
		for range n { // each by a worker of its own
			web := httptest.NewServer(m.Handler())
			if _, body := fetch(t, web.URL+"/metrics"); !strings.Contains(body, fmt.Sprintf(`dossier_queue_waiting{priority="low",queue="ocr"} %d`, size)) {
				t.Errorf("not all tasks are counted: %s", body)
			}
			web.Close()
		}
	}
	func() {
		s := newScene(t, r, where)
		defer s.db.Close()
		s.tasks("ocr", dossier.PriorityLow, size)
	}()
	scrapes(1)
	before := pgtest.RowsRead(t, where)
	scrapes(20)
	if rows := pgtest.RowsRead(t, where) - before; rows > size/4 {
		t.Errorf("20 scrapes read %d rows of a record of %d tasks", rows, size)
	}
}

// BenchmarkScrape is one scrape of /metrics over a backlog of 100,000 tasks, by a
// worker that has the totals, and a count of the totals. It takes a PostgreSQL.
func BenchmarkScrape(b *testing.B) {
	where := storetest.Database(b)
	db, err := store.Open(b.Context(), where)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var batch string
	for group := range 10 {
		if err := db.Write(b.Context(), func(tx *store.Tx) error {
			p, err := tx.Projects().Ensure(b.Context(), "p")
			if err != nil {
				return err
			}
			if group == 0 {
				if batch, _, err = tx.Batches().Open(b.Context(), store.BatchRequest{ProjectID: p.ID, SourceKey: "k", Priority: dossier.PriorityNormal}); err != nil {
					return err
				}
			}
			for i := range 10_000 {
				tx.Tasks().Add(store.NewTask{
					ID: fmt.Sprint(group, "-", i), BatchID: batch, ProjectID: p.ID, Type: "ocr", Queue: "ocr", Generation: 1,
				})
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	r, err := rdb.Open(b.Context(), rdb.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	m := &monitor.Monitor{DB: db, Redis: r, Cache: cache.New(r, nil, time.Minute)}
	b.Run("scrape", func(b *testing.B) {
		look := m.Scraper()
		for b.Loop() {
			look()
		}
	})
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			m.Snapshot(b.Context())
		}
	})
}
