package cache

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Stats counts what became of look-ups and writes.
type Stats struct {
	Hits     int64 `json:"hits"`
	Misses   int64 `json:"misses"`
	Restored int64 `json:"restored,omitempty"`  // hits that came from the durable store
	Damaged  int64 `json:"damaged,omitempty"`   // look-ups that met an entry of another shape
	Failed   int64 `json:"failed,omitempty"`    // look-ups and writes that Redis or the durable store failed
	Waits    int64 `json:"waits,omitempty"`     // tasks that had to wait for another to make the entry
	BytesIn  int64 `json:"bytes_in,omitempty"`  // written, packed
	BytesOut int64 `json:"bytes_out,omitempty"` // read, packed
}

// HitRate is the share of look-ups that hit, from 0 to 1.
func (s Stats) HitRate() float64 {
	if s.Hits+s.Misses == 0 {
		return 0
	}
	return float64(s.Hits) / float64(s.Hits+s.Misses)
}

// fields gives every counter under the name it has in Redis.
func (s *Stats) fields() map[string]*int64 {
	return map[string]*int64{
		"hits": &s.Hits, "misses": &s.Misses, "restored": &s.Restored, "damaged": &s.Damaged,
		"failed": &s.Failed, "waits": &s.Waits, "bytes_in": &s.BytesIn, "bytes_out": &s.BytesOut,
	}
}

func (s Stats) plus(d Stats) Stats {
	sum := s.fields()
	for name, n := range d.fields() {
		*sum[name] += *n
	}
	return s
}

// flushEvery is how long counts stay in this process at most.
const flushEvery = time.Second

// flushTimeout is how long a flush may take.
const flushTimeout = 5 * time.Second

// counters are the counts of this process by stage.
type counters struct {
	mu      sync.Mutex
	total   map[string]Stats
	pending map[string]Stats // not yet in Redis
	timer   *time.Timer      // of the next flush; nil if there is nothing to flush
}

// count adds the counts of entries to those of their stages.
func (c *Cache) count(entries []Entry, counts []Stats) {
	s := &c.stats
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, e := range entries {
		s.total[e.Key.Stage] = s.total[e.Key.Stage].plus(counts[i])
		s.pending[e.Key.Stage] = s.pending[e.Key.Stage].plus(counts[i])
	}
	if s.timer == nil {
		s.timer = time.AfterFunc(flushEvery, func() {
			ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
			defer cancel()
			_ = c.Flush(ctx) // what could not be flushed stays pending; Close tells
		})
	}
}

// Flush adds the counts of this process to those in Redis, in one round trip.
// If that fails they stay here, for the next flush.
func (c *Cache) Flush(ctx context.Context) error {
	pending := c.stats.takePending()
	if len(pending) == 0 {
		return nil
	}
	_, err := c.client().TxPipelined(ctx, func(p redis.Pipeliner) error {
		for stage, s := range pending {
			for name, n := range s.fields() {
				if *n != 0 {
					p.HIncrBy(ctx, c.redis.CacheStatsKey(), stage+":"+name, *n)
				}
			}
			if s.Failed > 0 {
				p.Set(ctx, c.redis.CacheFailingKey(), stage, FailingFor)
			}
		}
		return nil
	})
	if err != nil {
		c.stats.mu.Lock()
		defer c.stats.mu.Unlock()
		for stage, s := range pending {
			c.stats.pending[stage] = c.stats.pending[stage].plus(s)
		}
	}
	return err
}

// FailingFor is how long after a failure the cache counts as failing.
const FailingFor = 5 * time.Minute

// Failing returns the stage whose look-ups or writes failed last, in any process
// on this Redis within [FailingFor]; "" if none did.
func (c *Cache) Failing(ctx context.Context) (stage string, err error) {
	stage, err = c.client().Get(ctx, c.redis.CacheFailingKey()).Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	return stage, err
}

func (s *counters) takePending() map[string]Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	pending := s.pending
	s.pending = map[string]Stats{}
	return pending
}

// Close flushes the counts. Close it before its Redis.
func (c *Cache) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	return c.Flush(ctx)
}

// Stats returns the counts of this process by stage.
func (c *Cache) Stats() map[string]Stats {
	c.stats.mu.Lock()
	defer c.stats.mu.Unlock()
	return maps.Clone(c.stats.total)
}

// SharedStats returns the counts of all processes on this Redis by stage, those
// of this process up to now and those of others up to a second ago. They begin
// anew with Redis.
func (c *Cache) SharedStats(ctx context.Context) (map[string]Stats, error) {
	if err := c.Flush(ctx); err != nil {
		return nil, err
	}
	values, err := c.client().HGetAll(ctx, c.redis.CacheStatsKey()).Result()
	if err != nil {
		return nil, err
	}
	out := map[string]Stats{}
	for field, v := range values {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("cache counter %s: %w", field, err)
		}
		stage, name, _ := strings.Cut(field, ":")
		s := out[stage]
		if counter := s.fields()[name]; counter != nil { // another version may count more
			*counter = n
		}
		out[stage] = s
	}
	return out, nil
}
