// Package monitor tells how the whole is doing: queues, stages, batches,
// workers, cache, errors and spend, as one [Snapshot]; and whether it flows, as
// [Health]. Terminal, JSON and Prometheus show the same snapshot.
//
// Every figure is counted by a query; a part that cannot be had is missing, with
// the reason under "unavailable", and never made up. Reasons and findings name
// no statement, user or server, because they are served to whoever reaches the
// port; the log has the whole error.
//
// A [Snapshot] has two halves. What decides whether work flows is read each
// time, and costs little whatever the size of the record. The [Totals] count
// rows: for metrics they are counted by one process at a time, seldom enough to
// take a fiftieth of its time, and shared with the others through Redis.
package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
)

// Monitor takes snapshots.
type Monitor struct {
	DB    *store.DB
	Redis *rdb.Redis   // nil: it could not be opened, and NoRedis says why
	Cache *cache.Cache // nil without Redis
	Blobs *blob.Store  // nil: they could not be opened, and NoBlobs says why
	Build string       // version of this program
	Log   *slog.Logger // gets the whole errors of what could not be had

	NoRedis, NoBlobs error

	keep time.Duration // how long totals live at least; 0: [freshFor]
}

// Snapshot is the state of the whole at one moment. A nil part could not be
// had; Unavailable says why.
type Snapshot struct {
	At time.Time `json:"at"`
	Totals
	Running     []store.RunningRow     `json:"running"`
	Workers     []Worker               `json:"workers"`
	Webhooks    *store.Deliveries      `json:"webhooks"`
	Cache       map[string]cache.Stats `json:"cache"`             // by stage, counted by the workers
	Objects     []Objects              `json:"objects,omitempty"` // what Redis holds; not for metrics
	Redis       []Server               `json:"redis"`
	Health      Health                 `json:"health"`
	Unavailable map[string]string      `json:"unavailable,omitempty"` // part to reason

	cacheFailing string // stage whose outputs could not be kept or looked up lately
}

// Totals are the figures that count rows, at one moment.
type Totals struct {
	CountedAt time.Time              `json:"counted"`
	Documents map[dossier.Status]int `json:"documents"`
	Queues    []store.QueueRow       `json:"queues"`
	Dead      []store.DeadRow        `json:"dead"`
	Pipeline  []store.StageRow       `json:"pipeline"` // of the last quarter of an hour
	Batches   []store.BatchState     `json:"batches"`  // under way, the newest
	Spend     []store.SpendRow       `json:"spend"`
}

// Worker is a worker on record.
type Worker struct {
	store.Worker
	Silent float64 `json:"silent_seconds"` // since its last heartbeat
	Alive  bool    `json:"alive"`
	Holds  int     `json:"holds"` // tasks that are claimed by it
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
	// idleAfter is how long due work may wait while slots for it are free and
	// nothing of its queue starts or ends.
	idleAfter = time.Minute
	// stalledAfter is how long due work may wait while all slots are taken and
	// nothing of its queue ends.
	stalledAfter = 5 * time.Minute
	// deliveredWithin is how long a delivery to a webhook may wait.
	deliveredWithin = 10 * time.Minute
	// shownBatches and countedKeys bound what a snapshot costs.
	shownBatches = 20
	countedKeys  = 20_000
)

// Snapshot takes a snapshot, everything counted now.
func (m *Monitor) Snapshot(ctx context.Context) Snapshot {
	s := Snapshot{Unavailable: map[string]string{}}
	s.Totals = m.count(ctx, m.recorder(s.Unavailable))
	m.look(ctx, &s)
	if m.Redis != nil {
		var err error
		s.Objects, err = m.objects(ctx)
		m.recorder(s.Unavailable)("objects", err)
	}
	s.Health = m.judge(s)
	return s
}

// recorder records why a part could not be had.
func (m *Monitor) recorder(unavailable map[string]string) func(part string, err error) {
	return func(part string, err error) {
		if err == nil {
			return
		}
		unavailable[part] = reason(part, err)
		if m.Log != nil {
			m.Log.Warn("a part of the monitor could not be had", "part", part, "err", err)
		}
	}
}

// redisParts are the parts of a snapshot that Redis has.
var redisParts = []string{"redis", "cache", "objects", "broker"}

// reason says why a part could not be had, without what others need not know.
func reason(part string, err error) string {
	switch {
	case part == "blobs":
		return "what was written to the blobs could not be read back: " + string(dossier.CodeOf(err))
	case slices.Contains(redisParts, part):
		return "Redis does not answer, or refuses"
	}
	return store.Reason(err)
}

// count counts the totals.
func (m *Monitor) count(ctx context.Context, part func(string, error)) (t Totals) {
	t.CountedAt = m.DB.Now()
	var err error
	t.Documents, err = m.DB.Monitor().DocumentCounts(ctx)
	if part("documents", err); err != nil {
		t.Documents = nil
	}
	t.Queues, err = m.DB.Monitor().Queues(ctx)
	if part("queues", err); err != nil {
		t.Queues = nil
	}
	t.Dead, err = m.DB.Monitor().Dead(ctx)
	if part("dead", err); err != nil {
		t.Dead = nil
	}
	t.Pipeline, _, err = m.DB.Monitor().RecentStages(ctx, window)
	if part("pipeline", err); err != nil {
		t.Pipeline = nil
	}
	t.Spend, err = m.DB.Monitor().Spend(ctx)
	if part("spend", err); err != nil {
		t.Spend = nil
	}
	t.Batches, err = m.batches(ctx)
	part("batches", err)
	return t
}

// look reads what decides whether work flows. It costs a few statements and
// round trips over few rows.
func (m *Monitor) look(ctx context.Context, s *Snapshot) {
	part := m.recorder(s.Unavailable)
	s.At = m.DB.Now()
	var err error
	s.Workers, err = m.workers(ctx)
	part("workers", err)
	s.Running, err = m.DB.Monitor().Running(ctx)
	if part("running", err); err != nil {
		s.Running = nil
	}
	if backlog, err := m.DB.Monitor().Deliveries(ctx); err == nil {
		s.Webhooks = &backlog
	} else {
		part("webhooks", err)
	}
	if m.Redis == nil {
		part("redis", m.NoRedis)
	} else {
		s.Cache, err = m.Cache.SharedStats(ctx)
		part("cache", err)
		s.cacheFailing, err = m.Cache.Failing(ctx)
		part("cache", err)
		s.Redis, err = m.servers(ctx)
		part("redis", err)
		if err := queue.CheckOwner(ctx, m.Redis, m.DB); err != nil {
			part("broker", err)
			if dossier.CodeOf(err) == dossier.CodeWrongRedis {
				s.Unavailable["broker"] = wrongRedis
			}
		}
	}
	err = m.NoBlobs
	if m.Blobs != nil {
		err = m.Blobs.Check(ctx)
	}
	part("blobs", err)
}

// wrongRedis is the reason for which the broker of another database is not to
// be had.
const wrongRedis = "Redis carries the work of another database"

func (m *Monitor) workers(ctx context.Context) ([]Worker, error) {
	list, err := m.DB.Workers().List(ctx)
	if err != nil {
		return nil, err
	}
	claims, err := m.DB.Monitor().Claims(ctx)
	if err != nil {
		return nil, err
	}
	workers := make([]Worker, len(list))
	for i, w := range list {
		silent := m.DB.Now().Sub(w.HeartbeatAt)
		workers[i] = Worker{w, max(0, silent.Seconds()), silent < aliveFor, claims[w.ID]}
	}
	return workers, nil
}

func (m *Monitor) batches(ctx context.Context) ([]store.BatchState, error) {
	open, err := m.DB.Batches().List(ctx, true, shownBatches)
	if err != nil {
		return nil, err
	}
	states := make([]store.BatchState, len(open))
	for i, b := range open {
		if states[i], err = m.DB.Batches().State(ctx, b.ID); err != nil {
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

// Finding is something that is not as it should be. docs/runbook.md has a
// section for each name.
type Finding struct {
	Name    string `json:"name"`              // one of [Findings]
	Subject string `json:"subject,omitempty"` // the worker, batch or queue; not served at /health
	Detail  string `json:"detail"`            // what, in plain words
	Cure    string `json:"cure"`
	Grave   bool   `json:"grave"` // work stands still
}

// The names of findings.
const (
	FindingDatabase        = "database"
	FindingRedis           = "redis"
	FindingWrongRedis      = "wrong_redis"
	FindingBlobs           = "blobs"
	FindingCacheFailing    = "cache_failing"
	FindingWorkerSilent    = "worker_silent"
	FindingVersionSkew     = "version_skew"
	FindingNoConsumer      = "no_consumer"
	FindingStalledQueue    = "stalled_queue"
	FindingBatchLate       = "batch_late"
	FindingBatchAtRisk     = "batch_at_risk"
	FindingWebhookBacklog  = "webhook_backlog"
	FindingWebhookDisabled = "webhook_disabled"
)

// Findings lists the names of all findings.
func Findings() []string {
	return []string{
		FindingDatabase, FindingRedis, FindingWrongRedis, FindingBlobs, FindingCacheFailing, FindingWorkerSilent,
		FindingVersionSkew, FindingNoConsumer, FindingStalledQueue, FindingBatchLate, FindingBatchAtRisk,
		FindingWebhookBacklog, FindingWebhookDisabled,
	}
}

// Health takes a snapshot and judges it.
func (m *Monitor) Health(ctx context.Context) Health { return m.Snapshot(ctx).Health }

// add adds a finding and what it makes of the whole.
func (h *Health) add(f Finding) {
	h.Findings = append(h.Findings, f)
	if f.Grave {
		h.Status = "failing"
	} else if h.Status == "ok" {
		h.Status = "degraded"
	}
}

func (m *Monitor) judge(s Snapshot) Health {
	h := &Health{Status: "ok", Findings: []Finding{}}
	judgeParts(s, h)
	m.judgeWorkers(s, h)
	judgeQueues(s, h)
	judgeBatches(s, h)
	judgeWebhooks(s, h)
	return *h
}

// judgeParts looks for what does not answer.
func judgeParts(s Snapshot, h *Health) {
	for _, part := range []string{"workers", "running", "queues", "documents"} {
		if why, ok := s.Unavailable[part]; ok {
			h.add(Finding{
				Name: FindingDatabase, Grave: true, Detail: why + "; how work is going is not known",
				Cure: "check that the database runs and that --database names it; the log has the whole error",
			})
			break
		}
	}
	for _, part := range redisParts {
		why, ok := s.Unavailable[part]
		if !ok {
			continue
		}
		f := Finding{
			Name: FindingRedis, Grave: true, Detail: why,
			Cure: "check that Redis runs and that --redis names it; the record is safe meanwhile",
		}
		if why == wrongRedis {
			f.Name, f.Cure = FindingWrongRedis, "give each database a Redis of its own with --redis or --redis-broker"
		}
		h.add(f)
		break
	}
	if why, ok := s.Unavailable["blobs"]; ok {
		h.add(Finding{
			Name: FindingBlobs, Grave: true, Detail: why,
			Cure: "check the space, the rights and the address of --blobs; `dossier doctor` says more",
		})
	}
	if s.cacheFailing != "" {
		h.add(Finding{
			Name: FindingCacheFailing, Subject: s.cacheFailing,
			Detail: fmt.Sprintf("outputs of the stage %s could not be looked up or kept in the last %s; what was not kept is made again when it is needed", s.cacheFailing, cache.FailingFor),
			Cure:   "look at the blobs and at the cache's Redis; the workers' logs name the entries",
		})
	}
}

func (m *Monitor) judgeWorkers(s Snapshot, h *Health) {
	for _, w := range s.Workers {
		switch {
		case !w.Alive && w.Holds > 0:
			h.add(Finding{
				Name: FindingWorkerSilent, Subject: w.ID,
				Detail: fmt.Sprintf("a worker was last heard of %.0f s ago and still holds %d tasks", w.Silent, w.Holds),
				Cure:   "its tasks go to others when its lease is over; look why it stopped",
			})
		case !w.Alive:
			h.add(Finding{
				Name: FindingWorkerSilent, Subject: w.ID,
				Detail: fmt.Sprintf("a worker was last heard of %.0f s ago; it holds no tasks any more", w.Silent),
				Cure:   "look why it stopped",
			})
		case w.Build != m.Build:
			h.add(Finding{
				Name: FindingVersionSkew, Subject: w.ID,
				Detail: fmt.Sprintf("a worker is of version %s, this program of %s", w.Build, m.Build), Cure: "run one version everywhere",
			})
		}
	}
}

// lane is what a queue's work is doing.
type lane struct {
	waiting, running, slots int
	oldest                  float64 // seconds that the oldest task has waited that could start
	quiet                   float64 // seconds since a task of it started or ended
}

// lanes sums up the queues.
func lanes(s Snapshot) map[string]lane {
	m := map[string]lane{}
	for _, name := range queue.Names() {
		m[name] = lane{quiet: window.Seconds()}
	}
	change := func(name string, f func(l *lane)) {
		l := m[name]
		f(&l)
		m[name] = l
	}
	for _, q := range s.Queues {
		change(q.Queue, func(l *lane) { l.waiting, l.oldest = l.waiting+q.Waiting, max(l.oldest, q.Oldest) })
	}
	for _, w := range s.Workers {
		for name, n := range w.Queues {
			if w.Alive {
				change(name, func(l *lane) { l.slots += n })
			}
		}
	}
	for _, r := range s.Running {
		change(r.Queue, func(l *lane) { l.running, l.quiet = r.Running, min(l.quiet, r.Started) })
	}
	for _, st := range s.Pipeline {
		if st.Ended >= 0 {
			change(st.Queue, func(l *lane) { l.quiet = min(l.quiet, st.Ended+s.At.Sub(s.CountedAt).Seconds()) })
		}
	}
	return m
}

// judgeQueues looks for queues that no worker serves and queues that stand
// still. Nothing is said about queues of which nothing is known.
func judgeQueues(s Snapshot, h *Health) {
	if s.Queues == nil || s.Workers == nil || s.Running == nil || s.Pipeline == nil {
		return
	}
	all := lanes(s)
	for _, name := range queue.Names() {
		l := all[name]
		switch {
		case l.waiting == 0:
		case l.slots == 0:
			h.add(Finding{
				Name: FindingNoConsumer, Subject: name, Grave: true,
				Detail: fmt.Sprintf("%d tasks wait in the queue %s and no worker serves it", l.waiting, name),
				Cure:   "start one: dossier worker --queues " + name,
			})
		case l.running < l.slots && min(l.oldest, l.quiet) > idleAfter.Seconds():
			h.add(Finding{
				Name: FindingStalledQueue, Subject: name, Grave: true,
				Detail: fmt.Sprintf("%d tasks wait in the queue %s, the oldest for %.0f s, %d of %d slots are free, and nothing has started or ended for %.0f s",
					l.waiting, name, l.oldest, l.slots-l.running, l.slots, l.quiet),
				Cure: "look at the workers' logs; restart a worker that does nothing",
			})
		case min(l.oldest, l.quiet) > stalledAfter.Seconds():
			h.add(Finding{
				Name: FindingStalledQueue, Subject: name, Grave: true,
				Detail: fmt.Sprintf("%d tasks wait in the queue %s, the oldest for %.0f s, all %d slots are taken, and none has ended for %.0f s",
					l.waiting, name, l.oldest, l.slots, l.quiet),
				Cure: "look at the workers' logs and at `dossier dead list`; add workers if the files are just large",
			})
		}
	}
}

func judgeBatches(s Snapshot, h *Health) {
	for _, b := range s.Batches {
		due := b.Deadline.Format(time.RFC3339)
		switch {
		case b.Late:
			h.add(Finding{
				Name: FindingBatchLate, Subject: b.ID, Detail: fmt.Sprintf("batch %s was due at %s", b.ID, due), Cure: "give it high priority, or add workers",
			})
		case b.AtRisk && b.Rate == nil:
			h.add(Finding{
				Name: FindingBatchAtRisk, Subject: b.ID, Detail: fmt.Sprintf("batch %s is due at %s and nothing of it ended lately", b.ID, due),
				Cure: "see whether it is paused and whether workers serve its queues: dossier batch status " + b.ID,
			})
		case b.AtRisk:
			h.add(Finding{
				Name: FindingBatchAtRisk, Subject: b.ID, Detail: fmt.Sprintf("batch %s will not be done by %s at its present rate", b.ID, due),
				Cure: "give it high priority, or add workers",
			})
		}
	}
}

func judgeWebhooks(s Snapshot, h *Health) {
	if s.Webhooks == nil {
		return
	}
	if s.Webhooks.Oldest > deliveredWithin.Seconds() {
		h.add(Finding{
			Name:   FindingWebhookBacklog,
			Detail: fmt.Sprintf("%d deliveries to webhooks wait, the oldest for %.0f s", s.Webhooks.Waiting, s.Webhooks.Oldest),
			Cure:   "see why they fail or are slow: dossier webhook deliveries --status pending",
		})
	}
	if s.Webhooks.Disabled > 0 {
		h.add(Finding{
			Name:   FindingWebhookDisabled,
			Detail: fmt.Sprintf("nothing is sent any more to %d webhooks, whose servers said that they are gone", s.Webhooks.Disabled),
			Cure:   "remove them, or replay a delivery to take one into use again: dossier webhook list",
		})
	}
}
