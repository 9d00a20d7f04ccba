// Package breaker keeps workers from calling a provider that is down. All
// workers share one circuit breaker a provider, in Redis (database 3, breaker:…):
// after some failures in a row it opens, and nobody calls for a while; then one
// worker at a time may try, and the first success closes it again. Nobody
// sleeps here: a caller is told how long to wait, and parks its task.
//
// The state changes in scripts on the server, by the server's clock. gobreaker's
// shared form holds a lock and sleeps for it, which would keep a worker's slot.
package breaker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/rdb"
)

const (
	failuresToOpen = 5
	openFor        = 30 * time.Second
	probeFor       = 2 * time.Minute // how long a try may take before another is let through
	forgetAfter    = 24 * time.Hour
)

// Breakers are the circuit breakers of all providers.
type Breakers struct{ redis *rdb.Redis }

// New returns the breakers on r.
func New(r *rdb.Redis) *Breakers { return &Breakers{r} }

// State is the state of a breaker.
type State struct {
	Provider string    `json:"provider"`
	Status   string    `json:"status"`   // closed, open, half-open
	Failures int       `json:"failures"` // in a row
	Until    time.Time `json:"open_until,omitzero"`
	Error    string    `json:"error,omitempty"` // the last failure
}

// allow lets a call through (0) or says after how many ms to ask again.
//
//	KEYS: state hash · ARGV: ms that a try may take
var allow = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local open = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
if open == 0 then return 0 end
if now < open then return open - now end
local probe = tonumber(redis.call('HGET', KEYS[1], 'probe') or 0)
if now < probe then return math.min(probe - now, 5000) end
redis.call('HSET', KEYS[1], 'probe', string.format('%.0f', now + ARGV[1]))
return 0`)

// fail counts a failure and opens the breaker if it is one too many, or if it
// was a try.
//
//	KEYS: state hash · ARGV: failures to open, ms to stay open, ms to remember, error
var fail = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local n = redis.call('HINCRBY', KEYS[1], 'failures', 1)
redis.call('HSET', KEYS[1], 'error', ARGV[4])
if n >= tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + ARGV[2]))
  redis.call('HDEL', KEYS[1], 'probe')
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return n`)

func (b *Breakers) client() *redis.Client { return b.redis.For(rdb.RateLimit) }

// Allow asks whether the provider may be called. If not, it returns how long to
// wait before asking again.
func (b *Breakers) Allow(ctx context.Context, provider string) (wait time.Duration, err error) {
	ms, err := allow.Run(ctx, b.client(), []string{b.redis.BreakerKey(provider)}, probeFor.Milliseconds()).Int64()
	if err != nil {
		return 0, fmt.Errorf("circuit breaker of %s: %w", provider, err)
	}
	return time.Duration(ms) * time.Millisecond, nil
}

// Report tells how a call ended. Only failures that are the provider's count:
// a damaged file opens nothing.
func (b *Breakers) Report(ctx context.Context, provider string, cause error) error {
	key := b.redis.BreakerKey(provider)
	switch {
	case cause == nil:
		return b.client().Del(ctx, key).Err()
	case dossier.CategoryOf(cause) != dossier.Transient:
		return b.client().HDel(ctx, key, "probe").Err()
	}
	return fail.Run(ctx, b.client(), []string{key}, failuresToOpen, openFor.Milliseconds(), forgetAfter.Milliseconds(),
		cause.Error()).Err()
}

// Reset closes the breaker of a provider and reports whether there was anything
// to forget.
func (b *Breakers) Reset(ctx context.Context, provider string) (bool, error) {
	n, err := b.client().Del(ctx, b.redis.BreakerKey(provider)).Result()
	return n > 0, err
}

// List returns the breakers that remember a failure, by provider.
func (b *Breakers) List(ctx context.Context) ([]State, error) {
	prefix := b.redis.BreakerKey("")
	var states []State
	for it := b.client().Scan(ctx, 0, escape.Replace(prefix)+"*", 100).Iterator(); ; {
		if !it.Next(ctx) {
			slices.SortFunc(states, func(a, b State) int { return strings.Compare(a.Provider, b.Provider) })
			return states, it.Err()
		}
		s, err := b.state(ctx, strings.TrimPrefix(it.Val(), prefix))
		if err != nil {
			return nil, err
		}
		states = append(states, s)
	}
}

// escape quotes what has a meaning in a pattern of Redis.
var escape = strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`)

func (b *Breakers) state(ctx context.Context, provider string) (State, error) {
	s := State{Provider: provider, Status: "closed"}
	fields, err := b.client().HGetAll(ctx, b.redis.BreakerKey(provider)).Result()
	if err != nil {
		return s, err
	}
	now, err := b.client().Time(ctx).Result()
	if err != nil {
		return s, err
	}
	s.Error = fields["error"]
	var failuresErr, untilErr error
	if v := fields["failures"]; v != "" {
		s.Failures, failuresErr = strconv.Atoi(v)
	}
	if v := fields["until"]; v != "" {
		var ms int64
		ms, untilErr = strconv.ParseInt(v, 10, 64)
		s.Until, s.Status = time.UnixMilli(ms), "open"
		if now.After(s.Until) {
			s.Status = "half-open"
		}
	}
	return s, errors.Join(failuresErr, untilErr)
}
