// Package cache keeps the outputs of stages by content: the key is a hash of
// everything the output depends on (input bytes, parameters, version), so that
// an entry can never be stale and the same work is never done, or paid, twice.
//
// An entry lies in Redis (cache:…, in parts if it is large) for as long as its
// stage says, and in the durable store, which outlives Redis: after a flush
// entries come back from there. With the embedded Redis, entries lie only in the
// durable store: caching them in our own memory as well would gain nothing.
// Values are typed and versioned; one of another shape is a miss, is
// counted as damaged, and is made anew.
//
// Of all workers that miss the same entry one makes it (flight:…, a lease that
// ends with its holder); the others learn when to ask again, and park their
// tasks. Nothing depends on that: without Redis each worker makes what it misses.
//
// Look-ups, failures and bytes are counted here, by stage, in this process and
// every second into Redis (cache:stats), so that counting costs a look-up
// nothing. No error of this package needs to stop the caller's work.
package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/rdb"
)

// Durable is where entries outlive Redis.
type Durable interface {
	Get(ctx context.Context, key string) (data []byte, ok bool, err error)
	Put(ctx context.Context, key string, data []byte) error
	Delete(ctx context.Context, key string) error
	// List calls f for the entries whose names begin with prefix, which ends with a slash.
	List(ctx context.Context, prefix string, f func(blob.Info) error) error
}

// Cache is a cache of stage outputs. It is safe for concurrent use.
type Cache struct {
	redis   *rdb.Redis
	durable Durable
	lease   time.Duration // of a lead
	stats   counters
}

// New returns a cache over r and the durable store. lease is how long a worker
// that makes an entry may be silent before another makes it.
func New(r *rdb.Redis, durable Durable, lease time.Duration) *Cache {
	c := &Cache{redis: r, durable: durable, lease: lease}
	c.stats = counters{total: map[string]Stats{}, pending: map[string]Stats{}}
	return c
}

// Key names an entry.
type Key struct {
	Stage   string
	Version string // of the code that makes the value, and of its shape
	SHA256  string // hex, over everything else the value depends on
}

// String names the entry.
func (k Key) String() string { return "cache:" + k.Stage + ":" + k.Version + ":" + k.SHA256 }

// Hash returns the SHA-256 of parts in hex, such that no two lists of parts have
// the same.
func Hash(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// ParseKey is the inverse of [Key.String].
func ParseKey(s string) (Key, bool) {
	f := strings.Split(s, ":")
	if len(f) != 4 || f[0] != "cache" || len(f[3]) < 2 {
		return Key{}, false
	}
	return Key{Stage: f[1], Version: f[2], SHA256: f[3]}, true
}

func (k Key) durable() string {
	return Prefix + k.Stage + "/" + k.Version + "/" + k.SHA256[:2] + "/" + k.SHA256
}

// Prefix begins the names of all entries in the durable store.
const Prefix = "cache/"

// ParseDurable returns the key of the entry that has the name in the durable
// store.
func ParseDurable(name string) (Key, bool) {
	f := strings.Split(name, "/")
	if len(f) != 5 {
		return Key{}, false
	}
	k := Key{Stage: f[1], Version: f[2], SHA256: f[4]}
	return k, len(k.SHA256) >= 2 && k.durable() == name
}

// ttl is how long entries stay in Redis, by stage: what is dear stays longest.
func (k Key) ttl() time.Duration {
	switch k.Stage {
	case "ocr", "llm":
		return 7 * 24 * time.Hour
	case "chunking":
		return 2 * 24 * time.Hour
	}
	return 12 * time.Hour
}

// Entry is a key with its value.
type Entry struct {
	Key   Key
	Value any  // what GetMany fills is a pointer; PutMany keeps what it is given
	Found bool // set by GetMany
}

// Get fills value, a pointer, with the entry of key and reports whether there
// was one. The errors are those of [Cache.GetMany].
func (c *Cache) Get(ctx context.Context, key Key, value any) (bool, error) {
	entries := []Entry{{Key: key, Value: value}}
	err := c.GetMany(ctx, entries)
	return entries[0].Found, err
}

// GetMany fills the values of those entries that there are: all that lie in
// Redis in one round trip (two if one of them lies in parts), the others from
// the durable store, and those are put back into Redis. The values of the
// others are left alone. An unreachable Redis or durable store is an error, for
// the caller to log; what could be found without it is found.
func (c *Cache) GetMany(ctx context.Context, entries []Entry) error {
	l := newLookup(entries)
	err := c.look(ctx, l)
	for i, e := range entries {
		if e.Found {
			l.counts[i].Hits = 1
		} else {
			l.counts[i].Misses = 1
		}
	}
	c.count(entries, l.counts)
	return err
}

// lookup is a look-up of many entries under way.
type lookup struct {
	entries []Entry
	counts  []Stats
	missing []int // indexes of entries not found yet
}

func newLookup(entries []Entry) *lookup {
	l := &lookup{entries: entries, counts: make([]Stats, len(entries))}
	for i := range entries {
		l.missing = append(l.missing, i)
	}
	return l
}

// take makes values of the data found for the missing entries.
func (l *lookup) take(data [][]byte) {
	var missing []int
	for n, i := range l.missing {
		e := &l.entries[i]
		if data[n] != nil {
			e.Found = decode(e.Key, data[n], e.Value) == nil
			if !e.Found {
				l.counts[i].Damaged = 1
			}
		}
		if e.Found {
			l.counts[i].BytesOut = int64(len(data[n]))
		} else {
			missing = append(missing, i)
		}
	}
	l.missing = missing
}

func (l *lookup) missingKeys() []Key {
	keys := make([]Key, len(l.missing))
	for n, i := range l.missing {
		keys[n] = l.entries[i].Key
	}
	return keys
}

// failed counts a failure of every entry still missing.
func (l *lookup) failed() {
	for _, i := range l.missing {
		l.counts[i].Failed = 1
	}
}

// look looks the entries up: in Redis, then in the durable store.
func (c *Cache) look(ctx context.Context, l *lookup) error {
	data, redisErr := c.getRedis(ctx, l.missingKeys())
	if redisErr != nil {
		l.failed()
	}
	l.take(data)
	asked := l.missing
	data, err := c.getDurable(ctx, l.missingKeys())
	if err != nil {
		l.failed()
	}
	l.take(data)
	if redisErr != nil {
		return errors.Join(redisErr, err)
	}
	return errors.Join(err, c.restore(ctx, l, asked, data))
}

// restore puts what was found in the durable store back into Redis.
func (c *Cache) restore(ctx context.Context, l *lookup, asked []int, data [][]byte) error {
	var back []packed
	for n, i := range asked {
		if e := l.entries[i]; e.Found {
			l.counts[i].Restored = 1
			back = append(back, packed{e.Key, data[n]})
		}
	}
	err := c.setRedis(ctx, back)
	if err != nil {
		for _, i := range asked {
			l.counts[i].Failed = 1
		}
	}
	return err
}

// Put keeps value under key. The errors are those of [Cache.PutMany].
func (c *Cache) Put(ctx context.Context, key Key, value any) error {
	return c.PutMany(ctx, []Entry{{Key: key, Value: value}})
}

// PutMany keeps entries. The durable store comes first: it is the one that must
// not forget what was paid for. Redis gets them in one round trip. An entry
// that could not be kept in both places is counted as failed.
func (c *Cache) PutMany(ctx context.Context, entries []Entry) error {
	counts := make([]Stats, len(entries))
	all := make([]packed, len(entries))
	for i, e := range entries {
		data, err := encode(e.Key, e.Value)
		if err != nil {
			return err
		}
		all[i] = packed{e.Key, data}
	}
	errs := make([]error, len(entries)+1)
	atOnce(len(entries), func(i int) { errs[i] = c.durable.Put(ctx, all[i].key.durable(), all[i].data) })
	redisErr := c.setRedis(ctx, all)
	for i := range entries {
		if errs[i] != nil || redisErr != nil {
			counts[i].Failed = 1
		} else {
			counts[i].BytesIn = int64(len(all[i].data))
		}
	}
	errs[len(entries)] = redisErr
	c.count(entries, counts)
	return errors.Join(errs...)
}

// Has reports whether there is an entry under key, without counting.
func (c *Cache) Has(ctx context.Context, key Key) (bool, error) {
	has, err := c.HasMany(ctx, []Key{key})
	return has[0], err
}

// HasMany reports for every key whether there is an entry, without counting:
// one round trip to Redis for all, the durable store for those missing there.
func (c *Cache) HasMany(ctx context.Context, keys []Key) ([]bool, error) {
	has, redisErr := c.inRedis(ctx, keys)
	var missing []int
	var rest []Key
	for i, ok := range has {
		if !ok {
			missing, rest = append(missing, i), append(rest, keys[i])
		}
	}
	data, err := c.getDurable(ctx, rest)
	for n, i := range missing {
		has[i] = data[n] != nil
	}
	return has, errors.Join(redisErr, err)
}

// Delete forgets an entry, in Redis and in the durable store.
func (c *Cache) Delete(ctx context.Context, key Key) error {
	err := c.durable.Delete(ctx, key.durable())
	if !c.redis.Embedded() {
		err = errors.Join(err, c.client().Del(ctx, c.redisKey(key)).Err())
	}
	return err
}

// Stored describes an entry in the durable store.
type Stored struct {
	Key     Key
	Size    int64     // bytes, compressed
	Written time.Time // by the clock of the store
}

// List calls f for all entries in the durable store. One that is written or
// removed meanwhile may be among them or not.
func (c *Cache) List(ctx context.Context, f func(Stored) error) error {
	return c.durable.List(ctx, Prefix, func(b blob.Info) error {
		key, ok := ParseDurable(b.Key)
		if !ok {
			return nil
		}
		return f(Stored{key, b.Size, b.Written})
	})
}

// getDurable reads the data of entries from the durable store; nil stands for
// an entry that is not there.
func (c *Cache) getDurable(ctx context.Context, keys []Key) ([][]byte, error) {
	data, errs := make([][]byte, len(keys)), make([]error, len(keys))
	atOnce(len(keys), func(i int) {
		data[i], _, errs[i] = c.durable.Get(ctx, keys[i].durable())
	})
	return data, errors.Join(errs...)
}

// atOnce calls f for 0 … n-1, a few at a time: the durable store may be far.
func atOnce(n int, f func(i int)) {
	const few = 8
	var wg sync.WaitGroup
	slots := make(chan struct{}, few)
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			f(i)
		})
	}
	wg.Wait()
}
