// Package cache keeps the outputs of stages by content: the key is a hash of
// everything the output depends on (input bytes, options, version), so that an
// entry can never be stale and the same work is never done, or paid, twice.
//
// An entry lies in Redis (database 2) for as long as its stage says, and in the
// blob store, which outlives Redis: after a flush entries come back from there.
// An embedded Redis lives in this process's memory and beside the same disk, so
// there the blob store alone holds the entries. Values are
// typed and versioned; one of another shape is a miss, is counted as damaged,
// and is made anew. Hits and misses are counted here, by stage.
package cache

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/redis/go-redis/v9"

	"dossier/internal/rdb"
)

// Durable is where entries outlive Redis.
type Durable interface {
	Get(ctx context.Context, key string) (data []byte, ok bool, err error)
	Put(ctx context.Context, key string, data []byte) error
	Delete(ctx context.Context, key string) error
}

// Cache is a cache of stage outputs. It is safe for concurrent use.
type Cache struct {
	redis   *rdb.Redis
	durable Durable
	mu      sync.Mutex
	stats   map[string]Stats
}

// Stats counts what became of look-ups.
type Stats struct {
	Hits    int64 `json:"hits"`
	Misses  int64 `json:"misses"`
	Damaged int64 `json:"damaged,omitempty"` // misses because the entry had another shape
}

// New returns a cache over r and the durable store.
func New(r *rdb.Redis, durable Durable) *Cache {
	return &Cache{redis: r, durable: durable, stats: map[string]Stats{}}
}

// Key names an entry.
type Key struct {
	Stage   string
	Version string // of the code that makes the value, and of its shape
	SHA256  string // hex, over everything else the value depends on
}

// String names the entry.
func (k Key) String() string { return "cache:" + k.Stage + ":" + k.Version + ":" + k.SHA256 }

// ParseKey is the inverse of [Key.String].
func ParseKey(s string) (Key, bool) {
	f := strings.Split(s, ":")
	if len(f) != 4 || f[0] != "cache" || len(f[3]) < 2 {
		return Key{}, false
	}
	return Key{Stage: f[1], Version: f[2], SHA256: f[3]}, true
}

func (k Key) durable() string {
	return "cache/" + k.Stage + "/" + k.Version + "/" + k.SHA256[:2] + "/" + k.SHA256
}

// ttl is how long entries stay in Redis, by stage: what is dear stays longest.
func (k Key) ttl() time.Duration {
	switch k.Stage {
	case "ocr":
		return 7 * 24 * time.Hour
	case "chunking":
		return 2 * 24 * time.Hour
	}
	return 12 * time.Hour
}

// Get fills value with the entry of key and reports whether there was one. An
// unreachable Redis or blob store is an error, for the caller to log: the work
// can go on without a cache.
func (c *Cache) Get(ctx context.Context, key Key, value any) (bool, error) {
	data, fromRedis, err := c.load(ctx, key)
	if err != nil || data == nil {
		return false, errors.Join(err, c.count(ctx, key.Stage, Stats{Misses: 1}))
	}
	if err := decode(key, data, value); err != nil {
		return false, c.count(ctx, key.Stage, Stats{Misses: 1, Damaged: 1})
	}
	if !fromRedis {
		err = c.setRedis(ctx, key, data)
	}
	return true, errors.Join(err, c.count(ctx, key.Stage, Stats{Hits: 1}))
}

// load reads the bytes of an entry from Redis or else from the durable store.
func (c *Cache) load(ctx context.Context, key Key) (data []byte, fromRedis bool, err error) {
	var redisErr error
	if !c.redis.Embedded() {
		data, redisErr = c.redis.For(rdb.Cache).Get(ctx, c.redis.CacheKey(key.String())).Bytes()
		if redisErr == nil {
			return data, true, nil
		}
		if errors.Is(redisErr, redis.Nil) {
			redisErr = nil
		}
	}
	data, _, err = c.durable.Get(ctx, key.durable())
	if data != nil {
		return data, false, nil
	}
	return nil, false, errors.Join(redisErr, err)
}

// Put keeps value under key. The durable store comes first: it is the one that
// must not forget what was paid for.
func (c *Cache) Put(ctx context.Context, key Key, value any) error {
	data, err := encode(key, value)
	if err != nil {
		return err
	}
	return errors.Join(c.durable.Put(ctx, key.durable(), data), c.setRedis(ctx, key, data))
}

// setRedis keeps an entry in Redis, unless that is this process's own memory.
func (c *Cache) setRedis(ctx context.Context, key Key, data []byte) error {
	if c.redis.Embedded() {
		return nil
	}
	return c.redis.For(rdb.Cache).Set(ctx, c.redis.CacheKey(key.String()), data, key.ttl()).Err()
}

// Has reports whether there is an entry under key, without counting.
func (c *Cache) Has(ctx context.Context, key Key) (bool, error) {
	data, _, err := c.load(ctx, key)
	return data != nil, err
}

// count adds to the counters of this process and to the shared ones.
func (c *Cache) count(ctx context.Context, stage string, d Stats) error {
	c.mu.Lock()
	s := c.stats[stage]
	c.stats[stage] = Stats{s.Hits + d.Hits, s.Misses + d.Misses, s.Damaged + d.Damaged}
	c.mu.Unlock()
	_, err := c.redis.For(rdb.Cache).Pipelined(ctx, func(p redis.Pipeliner) error {
		for field, n := range map[string]int64{"hits": d.Hits, "misses": d.Misses, "damaged": d.Damaged} {
			if n > 0 {
				p.HIncrBy(ctx, c.redis.CacheStatsKey(), stage+":"+field, n)
			}
		}
		return nil
	})
	return err
}

// Stats returns the counters of this process by stage.
func (c *Cache) Stats() map[string]Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make(map[string]Stats, len(c.stats))
	maps.Copy(out, c.stats)
	return out
}

// SharedStats returns the counters of all processes on this Redis by stage.
func (c *Cache) SharedStats(ctx context.Context) (map[string]Stats, error) {
	fields, err := c.redis.For(rdb.Cache).HGetAll(ctx, c.redis.CacheStatsKey()).Result()
	if err != nil {
		return nil, err
	}
	out := map[string]Stats{}
	for f, v := range fields {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("cache counter %s: %w", f, err)
		}
		stage, kind, _ := strings.Cut(f, ":")
		s := out[stage]
		switch kind {
		case "hits":
			s.Hits = n
		case "misses":
			s.Misses = n
		case "damaged":
			s.Damaged = n
		}
		out[stage] = s
	}
	return out, nil
}

// header marks an entry with its shape. A value is the header, a newline and
// the zstd of its JSON.
func header(key Key) []byte { return []byte("dossier/1 " + key.Stage + " " + key.Version + "\n") }

var (
	encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	decoder, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(2))
)

func encode(key Key, value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("cache %s: %w", key, err)
	}
	return encoder.EncodeAll(plain, header(key)), nil
}

func decode(key Key, data []byte, value any) error {
	packed, ok := bytes.CutPrefix(data, header(key))
	if !ok {
		return fmt.Errorf("cache %s: a value of another shape", key)
	}
	plain, err := decoder.DecodeAll(packed, nil)
	if err != nil {
		return fmt.Errorf("cache %s: %w", key, err)
	}
	return json.Unmarshal(plain, value)
}
