package monitor

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metric is one of the metrics exported.
type metric struct {
	name, help string
	labels     []string
	counter    bool
	// samples calls add for every sample of the metric in the snapshot.
	samples func(s Snapshot, add func(value float64, labels ...string))
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// metrics are all metrics exported. Labels have few values: queues, stages,
// statuses, codes.
var metrics = []metric{
	{"dossier_documents", "Documents on record.", []string{"status"}, false, func(s Snapshot, add func(float64, ...string)) {
		for status, n := range s.Documents {
			add(float64(n), string(status))
		}
	}},
	{"dossier_queue_waiting", "Tasks that could start now.", []string{"queue", "priority"}, false, func(s Snapshot, add func(float64, ...string)) {
		for _, q := range s.Queues {
			add(float64(q.Waiting), q.Queue, string(q.Priority))
		}
	}},
	{"dossier_queue_running", "Tasks that are worked on.", []string{"queue", "priority"}, false, func(s Snapshot, add func(float64, ...string)) {
		for _, q := range s.Queues {
			add(float64(q.Running), q.Queue, string(q.Priority))
		}
	}},
	{"dossier_queue_retry", "Tasks that wait for their time.", []string{"queue", "priority"}, false, func(s Snapshot, add func(float64, ...string)) {
		for _, q := range s.Queues {
			add(float64(q.Retry), q.Queue, string(q.Priority))
		}
	}},
	{"dossier_queue_oldest_seconds", "How long the oldest task that could start has waited.", []string{"queue", "priority"}, false, func(s Snapshot, add func(float64, ...string)) {
		for _, q := range s.Queues {
			add(q.Oldest, q.Queue, string(q.Priority))
		}
	}},
	{"dossier_tasks_dead", "Tasks that failed for good.", []string{"queue", "stage", "code"}, false, func(s Snapshot, add func(float64, ...string)) {
		for _, d := range s.Dead {
			add(float64(d.Count), d.Queue, string(d.Stage), string(d.Code))
		}
	}},
	{"dossier_stage_completed", "Tasks completed in the last 15 minutes.", []string{"stage"}, false, func(s Snapshot, add func(float64, ...string)) {
		for _, p := range s.Pipeline {
			add(float64(p.Completed), p.Stage)
		}
	}},
	{"dossier_stage_work_seconds", "Mean time of work of an attempt in the last 15 minutes.", []string{"stage"}, false, func(s Snapshot, add func(float64, ...string)) {
		for _, p := range s.Pipeline {
			add(p.Work, p.Stage)
		}
	}},
	{"dossier_workers", "Workers heard of in the last 30 seconds.", nil, false, func(s Snapshot, add func(float64, ...string)) {
		if s.Workers == nil {
			return
		}
		alive := 0
		for _, w := range s.Workers {
			if w.Alive {
				alive++
			}
		}
		add(float64(alive))
	}},
	{"dossier_workers_silent", "Workers on record that were not heard of for 30 seconds.", nil, false, func(s Snapshot, add func(float64, ...string)) {
		if s.Workers == nil {
			return
		}
		silent := 0
		for _, w := range s.Workers {
			if !w.Alive {
				silent++
			}
		}
		add(float64(silent))
	}},
	{"dossier_batches_open", "Batches under way, at most the newest twenty.", nil, false, func(s Snapshot, add func(float64, ...string)) {
		if s.Batches != nil {
			add(float64(len(s.Batches)))
		}
	}},
	{"dossier_batches_at_risk", "Batches that will be late at their present rate, or are, or of which nothing moves.", nil, false, func(s Snapshot, add func(float64, ...string)) {
		if s.Batches == nil {
			return
		}
		n := 0
		for _, b := range s.Batches {
			if b.AtRisk {
				n++
			}
		}
		add(float64(n))
	}},
	{"dossier_cache_hits_total", "Look-ups in the cache of stage outputs that hit.", []string{"stage"}, true, func(s Snapshot, add func(float64, ...string)) {
		for stage, c := range s.Cache {
			add(float64(c.Hits), stage)
		}
	}},
	{"dossier_cache_misses_total", "Look-ups in the cache of stage outputs that missed.", []string{"stage"}, true, func(s Snapshot, add func(float64, ...string)) {
		for stage, c := range s.Cache {
			add(float64(c.Misses), stage)
		}
	}},
	{"dossier_cache_failures_total", "Look-ups and writes that Redis or the blob store failed.", []string{"stage"}, true, func(s Snapshot, add func(float64, ...string)) {
		for stage, c := range s.Cache {
			add(float64(c.Failed), stage)
		}
	}},
	{"dossier_redis_up", "Whether a Redis server answers.", []string{"server"}, false, func(s Snapshot, add func(float64, ...string)) {
		for _, r := range s.Redis {
			add(truth(r.Up), r.Address)
		}
	}},
	{"dossier_redis_memory_bytes", "Memory that a Redis server uses.", []string{"server"}, false, func(s Snapshot, add func(float64, ...string)) {
		for _, r := range s.Redis {
			if r.Memory != nil {
				add(float64(*r.Memory), r.Address)
			}
		}
	}},
	{"dossier_spend_dollars", "What paid calls have cost.", []string{"provider"}, false, func(s Snapshot, add func(float64, ...string)) {
		for _, p := range s.Spend {
			add(p.Total, p.Provider)
		}
	}},
	{"dossier_webhook_waiting", "Deliveries to webhooks that wait.", nil, false, func(s Snapshot, add func(float64, ...string)) {
		if s.Webhooks != nil {
			add(float64(s.Webhooks.Waiting))
		}
	}},
	{"dossier_webhook_oldest_seconds", "How long the oldest delivery to a webhook has waited; 0 if none waits.", nil, false, func(s Snapshot, add func(float64, ...string)) {
		if s.Webhooks != nil {
			add(max(0, s.Webhooks.Oldest))
		}
	}},
	{"dossier_totals_age_seconds", "How long ago documents, queues, stages, batches, dead letters and spend were counted.", nil, false, func(s Snapshot, add func(float64, ...string)) {
		add(s.At.Sub(s.CountedAt).Seconds())
	}},
	{"dossier_up", "Whether a part answers: database, redis, blobs.", []string{"part"}, false, func(s Snapshot, add func(float64, ...string)) {
		for _, part := range []string{FindingDatabase, FindingRedis, FindingBlobs} {
			add(truth(!slices.ContainsFunc(s.Health.Findings, func(f Finding) bool { return f.Name == part })), part)
		}
	}},
	{"dossier_healthy", "1 if all is well, 0 if something is not as it should be.", nil, false, func(s Snapshot, add func(float64, ...string)) {
		add(truth(s.Health.Status == "ok"))
	}},
	{"dossier_finding", "How many things of a kind are not as they should be; absent if it is not known.", []string{"name"}, false, func(s Snapshot, add func(float64, ...string)) {
		counts := map[string]int{}
		for _, name := range Findings() {
			counts[name] = 0
		}
		if s.Workers == nil { // what workers, queues and batches do is not known
			counts = map[string]int{FindingRedis: 0, FindingBlobs: 0}
		}
		for _, f := range s.Health.Findings {
			counts[f.Name]++
		}
		for name, n := range counts {
			add(float64(n), name)
		}
	}},
}

// scrapeTimeout bounds a snapshot taken for a request.
const scrapeTimeout = 10 * time.Second

// Describe says nothing: which samples there are depends on the snapshot.
func (r *recent) Describe(chan<- *prometheus.Desc) {}

// Collect sends the samples of a snapshot.
func (r *recent) Collect(ch chan<- prometheus.Metric) {
	s := r.snapshot()
	for _, m := range metrics {
		desc := prometheus.NewDesc(m.name, m.help, m.labels, nil)
		kind := prometheus.GaugeValue
		if m.counter {
			kind = prometheus.CounterValue
		}
		m.samples(s, func(value float64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
		})
	}
}

// Handler serves /metrics for Prometheus, /health (503 if work stands still)
// and /healthz, which says that this process lives.
func (m *Monitor) Handler() http.Handler {
	r := &recent{monitor: m}
	registry := prometheus.NewRegistry()
	registry.MustRegister(r)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		h := public(r.snapshot().Health)
		w.Header().Set("Content-Type", "application/json")
		if h.Status == "failing" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(h) // whoever asked may have gone
	})
	return mux
}

// public is health without what names workers, batches or servers.
func public(h Health) Health {
	findings := make([]Finding, len(h.Findings))
	for i, f := range h.Findings {
		f.Subject = ""
		findings[i] = f
	}
	return Health{h.Status, findings}
}
