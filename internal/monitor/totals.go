package monitor

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier/internal/rdb"
)

// counted are totals with what counting them took, as they lie in Redis.
type counted struct {
	Totals      Totals            `json:"totals"`
	Unavailable map[string]string `json:"unavailable"`
	Took        time.Duration     `json:"took"` // nanoseconds
	local       time.Time         // when this process got them
}

// Totals are counted anew when they are older than a second, or than share times
// what counting took.
const (
	freshFor = time.Second
	share    = 50
	// sharedFor is how long totals stay in Redis, countingFor how long one process
	// at most keeps the others from counting.
	sharedFor   = 10 * time.Minute
	countingFor = 30 * time.Second
)

// lifetime is how long totals are used before they are counted anew.
func (r *recent) lifetime(c counted) time.Duration {
	return max(freshFor, r.monitor.keep, share*c.Took)
}

// recent keeps a snapshot for a second, and totals for as long as they live, so
// that many who ask cost as much as one.
type recent struct {
	monitor *Monitor
	mu      sync.Mutex
	last    Snapshot
	lastAt  time.Time // by this process's clock
	totals  counted
	busy    bool // totals are being counted
}

// snapshot returns the state of the whole. Only the first call waits until
// totals are counted; later ones get those that are there, whose age is told.
func (r *recent) snapshot() Snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.lastAt) < freshFor {
		return r.last
	}
	if r.totals.local.IsZero() {
		r.totals = r.refreshed(counted{})
	} else if !r.busy && time.Since(r.totals.local) > r.lifetime(r.totals) {
		r.busy = true
		go r.refresh(r.totals)
	}
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	s := Snapshot{Totals: r.totals.Totals, Unavailable: maps.Clone(r.totals.Unavailable)}
	r.monitor.look(ctx, &s)
	s.Health = r.monitor.judge(s)
	r.last, r.lastAt = s, time.Now()
	return s
}

func (r *recent) refresh(old counted) {
	fresh := r.refreshed(old)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.totals, r.busy = fresh, false
}

// refreshed returns the totals that another process counted lately, or counts
// them. Without Redis every process counts for itself.
func (r *recent) refreshed(old counted) counted {
	ctx, cancel := context.WithTimeout(context.Background(), countingFor)
	defer cancel()
	if c, ok := r.shared(ctx); ok && c.Totals.CountedAt.After(old.Totals.CountedAt) &&
		r.monitor.DB.Now().Sub(c.Totals.CountedAt) < r.lifetime(c) {
		c.local = time.Now()
		return c
	}
	if !old.local.IsZero() && !r.turn(ctx) {
		return old // another process counts; its totals come with the next look
	}
	began := time.Now()
	c := counted{Unavailable: map[string]string{}}
	c.Totals = r.monitor.count(ctx, r.monitor.recorder(c.Unavailable))
	c.Took, c.local = time.Since(began), time.Now()
	r.publish(ctx, c)
	return c
}

// shared returns the totals that lie in Redis.
func (r *recent) shared(ctx context.Context) (c counted, ok bool) {
	if r.monitor.Redis == nil {
		return c, false
	}
	data, err := r.monitor.Redis.For(rdb.Batch).Get(ctx, r.monitor.Redis.TotalsKey()).Bytes()
	if err != nil {
		return c, false // there are none, or Redis is away, which the snapshot tells
	}
	return c, json.Unmarshal(data, &c) == nil // another version may write another shape
}

// turn reports whether it is this process that counts now.
func (r *recent) turn(ctx context.Context) bool {
	if r.monitor.Redis == nil {
		return true
	}
	err := r.monitor.Redis.For(rdb.Batch).SetArgs(ctx, r.monitor.Redis.TotalsLockKey(), "1", redis.SetArgs{Mode: "NX", TTL: countingFor}).Err()
	return !errors.Is(err, redis.Nil) // without Redis every process counts for itself
}

// publish leaves totals for the other processes.
func (r *recent) publish(ctx context.Context, c counted) {
	data, err := json.Marshal(c)
	if r.monitor.Redis == nil || err != nil || len(c.Unavailable) > 0 {
		return
	}
	batch, keys := r.monitor.Redis.For(rdb.Batch), r.monitor.Redis
	if _, err := batch.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, keys.TotalsKey(), data, sharedFor)
		p.Del(ctx, keys.TotalsLockKey())
		return nil
	}); err != nil && r.monitor.Log != nil {
		r.monitor.Log.Debug("totals are not shared with the other workers", "err", err)
	}
}
