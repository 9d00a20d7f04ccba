package queue

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
)

// News is what Redis is told when a transaction has committed: projections of
// the record, which may be lost.
type News struct {
	commands [5][]func(ctx context.Context, pipe redis.Pipeliner) // by purpose
	members  []store.Member
	recount  []string // batches
}

// Add adds commands on the database of a purpose.
func (n *News) Add(p rdb.Purpose, f func(ctx context.Context, pipe redis.Pipeliner)) {
	n.commands[p] = append(n.commands[p], f)
}

// Members adds the states of documents to the progress of their batches.
func (n *News) Members(members ...store.Member) { n.members = append(n.members, members...) }

// Recount has the progress of batches counted afresh from the record when it is
// read next.
func (n *News) Recount(batches ...string) { n.recount = append(n.recount, batches...) }

// size is about how many commands the news takes.
func (n *News) size() int {
	size := len(n.members) + len(n.recount)
	for _, c := range n.commands {
		size += len(c)
	}
	return size
}

// join adds the news of other behind that of n.
func (n *News) join(other *News) {
	for p := range n.commands {
		n.commands[p] = append(n.commands[p], other.commands[p]...)
	}
	n.members = append(n.members, other.members...)
	n.recount = append(n.recount, other.recount...)
}

// batches lists the batches whose progress the news changes.
func (n *News) batches() []string {
	batches := slices.Clone(n.recount)
	for _, m := range n.members {
		batches = append(batches, m.BatchID)
	}
	slices.Sort(batches)
	return slices.Compact(batches)
}

// Send sends everything, in one round trip a database. If it fails, the
// progress of the batches concerned may miss something: see [News.Recount].
func (n *News) Send(ctx context.Context, r *rdb.Redis) error {
	var errs []error
	for _, p := range rdb.Purposes() {
		progress := p == rdb.Batch && len(n.members)+len(n.recount) > 0
		if len(n.commands[p]) == 0 && !progress {
			continue
		}
		_, err := r.For(p).Pipelined(ctx, func(pipe redis.Pipeliner) error {
			if progress {
				project(ctx, r, pipe, n.members)
				forget(ctx, r, pipe, n.recount)
			}
			for _, f := range n.commands[p] {
				f(ctx, pipe)
			}
			return nil
		})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Bounds of an [outbox].
const (
	// outboxSize is how many commands wait for Redis at most.
	outboxSize = 16 << 10
	// lastSend bounds the wait for Redis when the engine stops.
	lastSend = 5 * time.Second
)

// outbox sends news to Redis in the order in which it was put in, beside
// whoever made it: a Redis that hangs holds up no task. While it does, no more
// than outboxSize commands wait; what comes then is dropped. Dropped news is
// noted, and the progress of the batches it was about is counted afresh when
// Redis is back.
type outbox struct {
	redis *rdb.Redis
	log   *slog.Logger
	lost  func(ctx context.Context, pipe redis.Pipeliner) // see [Config.Lost]

	mu       sync.Mutex
	waiting  News
	stale    map[string]bool // batches whose progress misses something
	dropped  int             // commands, since the last success
	failing  bool            // the last attempt failed
	stopping bool
	signal   chan struct{} // something waits, or the outbox is to stop
	done     chan struct{}
}

func newOutbox(cfg Config) *outbox {
	return &outbox{
		redis: cfg.Redis, log: cfg.Log, lost: cfg.Lost,
		stale: map[string]bool{}, signal: make(chan struct{}, 1), done: make(chan struct{}),
	}
}

// put leaves news to be sent. It never blocks.
func (o *outbox) put(n *News) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.waiting.size()+n.size() > outboxSize {
		o.drop(n)
	} else {
		o.waiting.join(n)
	}
	o.wake()
}

// distrust has the progress of batches counted afresh.
func (o *outbox) distrust(batches ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, b := range batches {
		o.stale[b] = true
	}
	o.wake()
}

// drop notes what is lost. The caller holds the lock.
func (o *outbox) drop(n *News) {
	for _, b := range n.batches() {
		o.stale[b] = true
	}
	o.dropped += n.size()
}

func (o *outbox) wake() {
	select {
	case o.signal <- struct{}{}:
	default:
	}
}

// run sends until stop is called and nothing waits.
func (o *outbox) run(ctx context.Context) {
	defer close(o.done)
	retry := time.NewTicker(time.Second)
	defer retry.Stop()
	for {
		select {
		case <-o.signal:
		case <-retry.C: // batches to be counted afresh while nothing else is to be sent
		}
		for o.flush(ctx) {
		}
		o.mu.Lock()
		stopping := o.stopping
		o.mu.Unlock()
		if stopping {
			return
		}
	}
}

// stop sends what waits, if Redis takes it soon, and ends the outbox. cancel
// ends run's context.
func (o *outbox) stop(cancel context.CancelFunc) {
	o.mu.Lock()
	o.stopping = true
	o.mu.Unlock()
	o.wake()
	late := time.AfterFunc(lastSend, cancel)
	<-o.done
	late.Stop()
	cancel()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.stale) > 0 {
		o.log.Warn("Redis was not told how many documents are done; progress may be short until these batches end", "batches", len(o.stale))
	}
}

// flush sends what waits and reports whether there was anything and it was
// sent.
func (o *outbox) flush(ctx context.Context) bool {
	o.mu.Lock()
	n, dropped := o.waiting, o.dropped
	o.waiting = News{}
	stale := make([]string, 0, len(o.stale))
	for b := range o.stale {
		stale = append(stale, b)
	}
	n.Recount(stale...)
	if dropped > 0 && o.lost != nil {
		n.Add(rdb.Batch, o.lost)
	}
	o.mu.Unlock()
	if n.size() == 0 {
		return false
	}
	err := n.Send(ctx, o.redis)
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil {
		if o.drop(&n); !o.failing {
			o.log.Warn("telling Redis what happened failed; the record is not affected", "err", err)
		}
		o.failing = true
		return false
	}
	o.failing = false
	for _, b := range stale {
		delete(o.stale, b)
	}
	if o.dropped -= dropped; dropped > 0 {
		o.log.Warn("Redis takes commands again; events were lost, and progress is counted afresh", "commands", dropped, "batches", len(stale))
	}
	return true
}
