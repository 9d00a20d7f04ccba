// Package monitor tells how the whole is doing: queues, stages, batches,
// workers, cache, errors and spend, as one [Snapshot]; and whether it flows, as
// [Health]. Terminal, JSON and Prometheus show the same snapshot.
//
// Every figure is counted by a query when it is asked for; a part that cannot
// be had is missing, with the reason under "unavailable", and never made up. A
// snapshot costs a bounded number of queries and round trips, whatever the size
// of the record.
package monitor

import (
	"context"
	"fmt"
	"time"

	"dossier"
	"dossier/internal/cache"
	"dossier/internal/queue"
	"dossier/internal/rdb"
	"dossier/internal/store"
)

// Monitor takes snapshots.
type Monitor struct {
	DB    *store.DB
	Redis *rdb.Redis
	Cache *cache.Cache
	Build string // version of this program
}

// Snapshot is the state of the whole at one moment. A nil part could not be
// had; Unavailable says why.
type Snapshot struct {
	At          time.Time              `json:"at"`
	Documents   map[dossier.Status]int `json:"documents"`
	Queues      []store.QueueRow       `json:"queues"`
	Dead        []store.DeadRow        `json:"dead"`
	Pipeline    []store.StageRow       `json:"pipeline"` // of the last quarter of an hour
	Batches     []store.BatchState     `json:"batches"`  // under way, the newest
	Workers     []Worker               `json:"workers"`
	Cache       map[string]cache.Stats `json:"cache"`   // by stage, counted by the workers
	Objects     []Objects              `json:"objects"` // what Redis holds
	Redis       []Server               `json:"redis"`
	Spend       []store.SpendRow       `json:"spend"`
	Health      Health                 `json:"health"`
	Unavailable map[string]string      `json:"unavailable,omitempty"` // part to reason
}

// Worker is a worker on record.
type Worker struct {
	store.Worker
	Silent float64 `json:"silent_seconds"` // since its last heartbeat
	Alive  bool    `json:"alive"`
}

// Objects are the keys of a purpose of Redis.
type Objects struct {
	Purpose string         `json:"purpose"`
	Keys    map[string]int `json:"keys"`   // by kind
	Sample  bool           `json:"sample"` // there are more than were looked at
}

// Server is a Redis server; what it does not tell is null.
type Server struct {
	Address string   `json:"server"`
	Up      bool     `json:"up"`
	Version string   `json:"version"`
	Clients *int64   `json:"clients"`
	Memory  *int64   `json:"used_bytes"`
	Peak    *int64   `json:"peak_bytes"`
	Limit   *int64   `json:"max_bytes"` // 0: none
	Evicted *int64   `json:"evicted_keys"`
	Uptime  *float64 `json:"uptime_seconds"`
}

const (
	// aliveFor is how long after a heartbeat a worker counts as alive.
	aliveFor = 30 * time.Second
	// window is what the figures of the stages are taken over.
	window = 15 * time.Minute
	// stalledAfter is how long due work may wait while nothing of its queue ends.
	stalledAfter = 5 * time.Minute
	// shownBatches and countedKeys bound what a snapshot costs.
	shownBatches = 20
	countedKeys  = 20_000
)

// Snapshot takes a snapshot. It fails only if the record cannot be read at all.
func (m *Monitor) Snapshot(ctx context.Context) Snapshot {
	s := Snapshot{At: m.DB.Now(), Unavailable: map[string]string{}}
	part := func(name string, err error) {
		if err != nil {
			s.Unavailable[name] = err.Error()
		}
	}
	var err error
	s.Documents, err = m.DB.DocumentCounts(ctx)
	part("documents", err)
	s.Queues, err = m.DB.Queues(ctx)
	part("queues", err)
	s.Dead, err = m.DB.Dead(ctx)
	part("dead", err)
	s.Pipeline, _, err = m.DB.RecentStages(ctx, window)
	part("pipeline", err)
	s.Spend, err = m.DB.Spend(ctx)
	part("spend", err)
	s.Workers, err = m.workers(ctx)
	part("workers", err)
	s.Batches, err = m.batches(ctx)
	part("batches", err)
	s.Cache, err = m.Cache.SharedStats(ctx)
	part("cache", err)
	s.Redis, err = m.servers(ctx)
	part("redis", err)
	s.Objects, err = m.objects(ctx)
	part("objects", err)
	s.Health = m.judge(s)
	return s
}

func (m *Monitor) workers(ctx context.Context) ([]Worker, error) {
	list, err := m.DB.Workers(ctx)
	if err != nil {
		return nil, err
	}
	workers := make([]Worker, len(list))
	for i, w := range list {
		silent := m.DB.Now().Sub(w.HeartbeatAt)
		workers[i] = Worker{w, max(0, silent.Seconds()), silent < aliveFor}
	}
	return workers, nil
}

func (m *Monitor) batches(ctx context.Context) ([]store.BatchState, error) {
	open, err := m.DB.Batches(ctx, true, shownBatches)
	if err != nil {
		return nil, err
	}
	states := make([]store.BatchState, len(open))
	for i, b := range open {
		if states[i], err = m.DB.BatchState(ctx, b.ID); err != nil {
			return nil, err
		}
	}
	return states, nil
}

func (m *Monitor) objects(ctx context.Context) ([]Objects, error) {
	var objects []Objects
	for _, p := range rdb.Purposes() {
		counts, err := m.Redis.Count(ctx, p, countedKeys)
		if err != nil {
			return nil, err
		}
		objects = append(objects, Objects{p.String(), counts.Kinds, counts.Sample})
	}
	return objects, nil
}

func (m *Monitor) servers(ctx context.Context) ([]Server, error) {
	stats, err := m.Redis.Stats(ctx)
	servers := make([]Server, len(stats))
	for i, s := range stats {
		servers[i] = Server{s.Server, s.Up, s.Version, s.Clients, s.UsedMemory, s.PeakMemory, s.MaxMemory, s.EvictedKeys, nil}
		if s.Uptime != nil {
			seconds := s.Uptime.Seconds()
			servers[i].Uptime = &seconds
		}
	}
	return servers, err
}

// Health says whether all is well: that everything answers, and that work
// flows.
type Health struct {
	Status   string    `json:"status"` // ok, degraded, failing
	Findings []Finding `json:"findings"`
}

// Finding is something that is not as it should be.
type Finding struct {
	Name   string `json:"name"`   // stable: no_consumer, stalled_queue, …
	Detail string `json:"detail"` // what, in plain words
	Cure   string `json:"cure"`
	Grave  bool   `json:"grave"` // work stands still
}

// Health takes a snapshot and judges it.
func (m *Monitor) Health(ctx context.Context) Health { return m.Snapshot(ctx).Health }

func (m *Monitor) judge(s Snapshot) Health {
	h := Health{Status: "ok", Findings: []Finding{}}
	add := func(grave bool, name, cure, format string, args ...any) {
		h.Findings = append(h.Findings, Finding{name, fmt.Sprintf(format, args...), cure, grave})
		if grave {
			h.Status = "failing"
		} else if h.Status == "ok" {
			h.Status = "degraded"
		}
	}
	for _, name := range []string{"queues", "documents", "workers"} {
		if why, ok := s.Unavailable[name]; ok {
			add(true, "database", "check that the database runs and --database names it", "%s", why)
			break
		}
	}
	for _, name := range []string{"redis", "cache", "objects"} {
		if why, ok := s.Unavailable[name]; ok {
			add(true, "redis", "check that Redis runs and --redis names it; the record is safe meanwhile", "%s", why)
			break
		}
	}
	m.judgeWorkers(s, add)
	judgeQueues(s, add)
	for _, b := range s.Batches {
		switch {
		case b.Late:
			add(false, "batch_late", "give it high priority, or add workers", "batch %s was due at %s", b.ID, b.Deadline.Format(time.RFC3339))
		case b.AtRisk:
			add(false, "batch_at_risk", "give it high priority, or add workers", "batch %s will not be done by %s at its present rate", b.ID, b.Deadline.Format(time.RFC3339))
		}
	}
	return h
}

type adder func(grave bool, name, cure, format string, args ...any)

func (m *Monitor) judgeWorkers(s Snapshot, add adder) {
	for _, w := range s.Workers {
		if !w.Alive {
			add(false, "worker_silent", "its tasks went to others; look why it stopped", "worker %s was last heard of %.0f s ago", w.ID, w.Silent)
			continue
		}
		if w.Build != m.Build {
			add(false, "version_skew", "run one version everywhere", "worker %s is of version %s, this program of %s", w.ID, w.Build, m.Build)
		}
	}
}

// judgeQueues looks for queues that nobody serves and queues that stand still.
func judgeQueues(s Snapshot, add adder) {
	served := map[string]bool{}
	for _, w := range s.Workers {
		for name := range w.Queues {
			served[name] = served[name] || w.Alive
		}
	}
	waiting, oldest, running := map[string]int{}, map[string]float64{}, map[string]int{}
	for _, q := range s.Queues {
		waiting[q.Queue] += q.Waiting
		running[q.Queue] += q.Running
		oldest[q.Queue] = max(oldest[q.Queue], q.Oldest)
	}
	ended := map[string]bool{} // queues of which something ended lately
	for _, st := range s.Pipeline {
		ended[st.Queue] = ended[st.Queue] || st.Last >= 0 && st.Last < stalledAfter.Seconds()
	}
	for _, name := range queue.Names() {
		switch {
		case waiting[name] > 0 && !served[name]:
			add(true, "no_consumer", "start one: dossier worker --queues "+name, "%d tasks wait in the queue %s and no worker serves it", waiting[name], name)
		case waiting[name] > 0 && oldest[name] > stalledAfter.Seconds() && !ended[name]:
			add(true, "stalled_queue", "look at the workers' logs and at dossier dead list",
				"%d tasks wait in the queue %s, the oldest for %.0f s, %d run, and none ended in %s", waiting[name], name, oldest[name], running[name], stalledAfter)
		}
	}
}
