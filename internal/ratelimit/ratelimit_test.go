package ratelimit_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/dossier-legal/dossier/internal/ratelimit"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
)

// However many workers ask, no window holds more calls than the limit.
func TestNoWindowExceedsTheRateLimit(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		limit := ratelimit.Limit{Count: 20, Per: 500 * time.Millisecond}
		l := ratelimit.New(r)
		// So many calls, however long they take: a busy machine may let few
		// through in any given time.
		enough := 4 * limit.Count
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		// A call was counted at some moment between asking and being told.
		type call struct{ asked, told time.Time }
		var mu sync.Mutex
		var taken []call
		var workers sync.WaitGroup
		for range 8 {
			workers.Go(func() {
				for ctx.Err() == nil {
					asked := time.Now()
					wait, err := l.Take(ctx, "provider", 1, limit)
					if ctx.Err() != nil {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					if wait == 0 {
						mu.Lock()
						taken = append(taken, call{asked, time.Now()})
						if len(taken) >= enough {
							cancel()
						}
						mu.Unlock()
						continue
					}
					time.Sleep(min(wait, 20*time.Millisecond))
				}
			})
		}
		workers.Wait()
		if len(taken) < enough {
			t.Fatalf("only %d calls were let through", len(taken))
		}
		for _, from := range taken {
			n := 0
			for _, c := range taken {
				// Only calls that were surely counted within the window: on
				// a busy machine asking can take longer than a window's edge.
				if !c.asked.Before(from.asked) && c.told.Sub(from.asked) < limit.Per {
					n++
				}
			}
			if n > limit.Count {
				t.Fatalf("%d calls within %s, the limit is %d", n, limit.Per, limit.Count)
			}
		}
	})
}

func TestBucketsAreSeparate(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		l, ctx := ratelimit.New(r), context.Background()
		limit := ratelimit.Limit{Count: 1, Per: time.Hour}
		for _, name := range []string{"a", "b"} {
			if wait, err := l.Take(ctx, name, 1, limit); err != nil || wait != 0 {
				t.Errorf("%s, first: wait %s, %v", name, wait, err)
			}
			if wait, err := l.Take(ctx, name, 1, limit); err != nil || wait <= 0 || wait > time.Hour+time.Second {
				t.Errorf("%s, second: wait %s, %v", name, wait, err)
			}
		}
	})
}
