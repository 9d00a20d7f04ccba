package monitor

import (
	"regexp"
	"time"
)

// Judge judges a snapshot that a test made.
func (m *Monitor) Judge(s Snapshot) Health { return m.judge(s) }

// Work is the state of a queue for [Work.Snapshot].
type Work struct {
	Waiting, Running, Slots int
	Oldest, Started, Ended  float64 // seconds ago; -1: never
}

// StalledAfter and IdleAfter are how long work may stand, in seconds.
const (
	StalledAfter = float64(stalledAfter / time.Second)
	IdleAfter    = float64(idleAfter / time.Second)
)

// MetricNames lists the metrics exported.
func MetricNames() (names []string) {
	for _, m := range metrics {
		names = append(names, m.name)
	}
	return names
}

// MetricNamesIn lists the metrics that a text uses.
func MetricNamesIn(text string) []string {
	return regexp.MustCompile(`dossier_[a-z_]+`).FindAllString(text, -1)
}

// KeepTotals has totals live for at least that long.
func (m *Monitor) KeepTotals(d time.Duration) { m.keep = d }

// Scraper returns a function that takes a snapshot as a scrape does, whether or
// not the last one is younger than a second.
func (m *Monitor) Scraper() func() {
	r := &recent{monitor: m}
	return func() {
		r.lastAt = time.Time{}
		r.snapshot()
	}
}
