// Package ratelimit keeps calls to providers within what they allow, across
// all workers: one bucket per provider (and project) in Redis (database 3),
// changed atomically on the server, so that N workers never exceed the limit
// in any window. Nobody sleeps here: a caller that has to wait is told how
// long, and parks its task.
package ratelimit

import (
	"context"
	"fmt"
	"time"

	"github.com/go-redis/redis_rate/v10"

	"github.com/dossier-legal/dossier/internal/rdb"
)

// Limit is how much a provider allows.
type Limit struct {
	Count int           // calls
	Per   time.Duration // in any window of this length
}

// bucket is the limit as a leaky bucket. A tenth of the calls may come at
// once; the rate gives that back, so that burst and refill together stay
// within the limit in every window. The window is taken a little longer
// than it is, up to a second: calls do not all need the same time on their way
// to the provider.
func (l Limit) bucket() redis_rate.Limit {
	burst := max(1, l.Count/10)
	return redis_rate.Limit{Rate: l.Count - burst + 1, Burst: burst, Period: l.Per + min(l.Per/50, time.Second)}
}

// Limiter asks the buckets.
type Limiter struct {
	redis   *rdb.Redis
	limiter *redis_rate.Limiter
}

// New returns a limiter on r.
func New(r *rdb.Redis) *Limiter {
	return &Limiter{r, redis_rate.NewLimiter(r.For(rdb.RateLimit))}
}

// Take takes n calls from the bucket of name. If they are not available, it
// takes none and returns how long to wait before asking again.
func (l *Limiter) Take(ctx context.Context, name string, n int, limit Limit) (wait time.Duration, err error) {
	res, err := l.limiter.AllowN(ctx, l.redis.RateKey(name), limit.bucket(), n)
	if err != nil {
		return 0, fmt.Errorf("rate limit %s: %w", name, err)
	}
	if res.Allowed == n {
		return 0, nil
	}
	return res.RetryAfter, nil
}
