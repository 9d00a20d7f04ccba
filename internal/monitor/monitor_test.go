package monitor_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dossier"
	"dossier/internal/blob"
	"dossier/internal/cache"
	"dossier/internal/monitor"
	"dossier/internal/queue"
	"dossier/internal/rdb"
	"dossier/internal/rdb/redistest"
	"dossier/internal/store"
	"dossier/internal/store/pgtest"
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
}

// each runs f over an empty record, embedded and on servers.
func each(t *testing.T, f func(s *scene)) {
	t.Run("embedded", func(t *testing.T) {
		f(newScene(t, redistest.Open(t, rdb.Config{}), filepath.Join(t.TempDir(), "test.db")))
	})
	t.Run("servers", func(t *testing.T) {
		where := pgtest.Database(t)
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
	blobs, err := blob.Open(t.Context(), t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	c := cache.New(r, blobs, time.Minute)
	s := &scene{T: t, db: db, redis: r, cache: c, m: &monitor.Monitor{DB: db, Redis: r, Cache: c, Build: "v1"}}
	s.write(func(ctx context.Context, tx *store.Tx) error {
		p, err := tx.EnsureProject(ctx, "p")
		if err != nil {
			return err
		}
		s.batch.ProjectID = p.ID
		s.batch.ID, _, err = tx.OpenBatch(ctx, store.BatchRequest{ProjectID: p.ID, SourceKey: "k", Priority: dossier.PriorityNormal})
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
	s.write(func(_ context.Context, tx *store.Tx) error {
		for i := range n {
			tx.AddTask(store.NewTask{
				ID: fmt.Sprint(queueName, p, i), BatchID: s.batch.ID, ProjectID: s.batch.ProjectID, Type: "ocr", Queue: queueName, Generation: 1, Priority: p,
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
		return tx.PutWorker(ctx, store.Worker{ID: "w-" + build, Host: "host", PID: 7, Build: build, Queues: served, StartedAt: s.db.Now()})
	})
}

func names(h monitor.Health) (list []string) {
	for _, f := range h.Findings {
		list = append(list, f.Name)
	}
	return list
}

// A45: what was enqueued is what is shown, by priority.
func TestA45QueuesByPriority(t *testing.T) {
	each(t, func(s *scene) {
		s.tasks("ocr", dossier.PriorityHigh, 3)
		s.tasks("ocr", dossier.PriorityLow, 5)
		s.tasks("text", dossier.PriorityNormal, 2)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ClaimTasks(ctx, []string{"ocrhigh0"}, "w")
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

// A17, A48: a queue that nobody serves is not well; one that is served is.
func TestA17NoConsumer(t *testing.T) {
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
		s.write(func(ctx context.Context, tx *store.Tx) error { return tx.DropWorker(ctx, "w-v1") })
		s.worker("v1", queue.Names()...)
		if h := s.m.Health(s.Context()); h.Status != "ok" {
			s.Errorf("served: %+v", h)
		}
	})
}

// A6: workers of another version are told.
func TestA6VersionSkew(t *testing.T) {
	each(t, func(s *scene) {
		s.worker("v0", queue.Names()...)
		if h := s.m.Health(s.Context()); !slices.Contains(names(h), "version_skew") {
			s.Errorf("health %+v", h)
		}
	})
}

// A46: a batch that will be late is found before it is; a healthy one is not.
func TestA46LateBatch(t *testing.T) {
	each(t, func(s *scene) {
		s.worker("v1", queue.Names()...)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.SetPriority(ctx, s.batch.ID, dossier.PriorityHigh, s.db.Now().Add(time.Hour))
		})
		if h := s.m.Health(s.Context()); h.Status != "ok" {
			s.Errorf("an hour left: %+v", h)
		}
		s.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.SetPriority(ctx, s.batch.ID, dossier.PriorityHigh, s.db.Now().Add(-time.Second))
		})
		if h := s.m.Health(s.Context()); !slices.Contains(names(h), "batch_late") {
			s.Errorf("late: %+v", h)
		}
	})
}

// A49: dead letters, cache counters and documents come out as they went in.
func TestA49WriteRead(t *testing.T) {
	each(t, func(s *scene) {
		s.tasks("text", dossier.PriorityNormal, 1)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			claimed, err := tx.ClaimTasks(ctx, []string{"textnormal0"}, "w")
			if err != nil {
				return err
			}
			return tx.FailTask(ctx, claimed[0], dossier.Errorf(dossier.CodeDamaged, "torn"))
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

// A50: a refresh costs a bounded number of round trips, however many keys and
// tasks there are.
func TestA50BoundedRoundTrips(t *testing.T) {
	where := pgtest.Database(t)
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

// A44, A47: the metrics are those of the record, on an empty one too; what is
// not known is left out.
func TestA44Metrics(t *testing.T) {
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
		time.Sleep(2100 * time.Millisecond)                     // snapshots are kept for two seconds
		s.write(func(ctx context.Context, tx *store.Tx) error { // waiting and running at once
			_, err := tx.ClaimTasks(ctx, []string{"ocrhigh0"}, "w")
			return err
		})
		if _, body := get("/metrics"); !strings.Contains(body, `dossier_queue_waiting{priority="high",queue="ocr"} 3`) {
			s.Errorf("no queue in %s", body)
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
