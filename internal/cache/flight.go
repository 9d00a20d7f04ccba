package cache

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Busy is the error of a look-up whose entry another worker is making. The task
// should be parked and ask again then; nobody is to wait for it in a slot.
type Busy struct {
	Key   Key
	Until time.Time // when to ask again
}

func (b Busy) Error() string {
	return fmt.Sprintf("another worker makes %s; asks again at %s", b.Key, b.Until.Format(time.RFC3339))
}

// Lead is the right to make an entry.
type Lead struct {
	cache *Cache
	key   string
	token string
	quit  context.CancelFunc
	ended chan struct{}
}

// acquire takes the lease KEYS[1] for the token ARGV[1] and ARGV[2] ms and
// returns 0, or else after how many ms to ask again: as long as its holder has
// been at work already, so that work of any length is asked for a few times
// only, but not past the end of the lease.
var acquire = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local held = redis.call('GET', KEYS[1])
if not held then
  redis.call('SET', KEYS[1], string.format('%s %.0f', ARGV[1], now), 'PX', ARGV[2])
  return 0
end
local age = now - tonumber(string.match(held, '%d+$'))
return math.max(1000, math.min(age, redis.call('PTTL', KEYS[1])))
`)

// renew prolongs the lease KEYS[1] of the token ARGV[1] to ARGV[2] ms.
var renew = redis.NewScript(`
local held = redis.call('GET', KEYS[1])
if not held or string.find(held, ARGV[1], 1, true) ~= 1 then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`)

// release ends the lease KEYS[1] of the token ARGV[1].
var release = redis.NewScript(`
local held = redis.call('GET', KEYS[1])
if not held or string.find(held, ARGV[1], 1, true) ~= 1 then return 0 end
return redis.call('DEL', KEYS[1])
`)

// Lead asks for the right to make the entry of key, which [Cache.Get] has just
// missed. The error is [Busy] if another worker has it. If not, the entry is
// looked up once more, for that worker may have been done between the two: a
// hit fills value and leads nothing. Any other error is for the log: the caller
// goes on, with the lead or without.
//
// The lead is renewed until it is released or ctx ends, and ends by itself a lease
// after its holder died.
func (c *Cache) Lead(ctx context.Context, key Key, value any) (lead *Lead, hit bool, err error) {
	lead, err = c.acquire(ctx, key)
	if err != nil {
		return nil, false, err
	}
	l := newLookup([]Entry{{Key: key, Value: value}})
	err = c.look(ctx, l)
	if !l.entries[0].Found {
		return lead, false, err
	}
	l.counts[0].Hits, l.counts[0].Misses = 1, -1 // the look-up that missed has hit after all
	c.count(l.entries, l.counts)
	lead.Release(ctx)
	return nil, true, err
}

func (c *Cache) acquire(ctx context.Context, key Key) (*Lead, error) {
	lead := &Lead{cache: c, key: c.redis.FlightKey(key.String()), token: rand.Text(), ended: make(chan struct{})}
	wait, err := acquire.Run(ctx, c.client(), []string{lead.key}, lead.token, c.lease.Milliseconds()).Int64()
	if err != nil {
		c.count([]Entry{{Key: key}}, []Stats{{Failed: 1}})
		return nil, fmt.Errorf("cannot ask who makes %s: %w", key, err)
	}
	if wait > 0 {
		c.count([]Entry{{Key: key}}, []Stats{{Waits: 1}})
		return nil, Busy{key, time.Now().Add(time.Duration(wait) * time.Millisecond)}
	}
	ctx, lead.quit = context.WithCancel(ctx)
	go lead.keep(ctx)
	return lead, nil
}

// keep renews the lease until ctx ends. A renewal that fails is tried again at
// the next turn; if the lease is lost, another makes the same entry, and no
// harm is done.
func (l *Lead) keep(ctx context.Context) {
	defer close(l.ended)
	tick := time.NewTicker(l.cache.lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			renew.Run(ctx, l.cache.client(), []string{l.key}, l.token, l.cache.lease.Milliseconds())
		case <-ctx.Done():
			return
		}
	}
}

// Release gives the lead up, after the entry was put or could not be made. A
// lead that cannot be given up, because Redis is away, ends by itself. Release
// of a nil lead does nothing.
func (l *Lead) Release(ctx context.Context) {
	if l == nil {
		return
	}
	l.quit()
	<-l.ended
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
	defer cancel()
	release.Run(ctx, l.cache.client(), []string{l.key}, l.token)
}
