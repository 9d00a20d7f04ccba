package queue

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier/internal/rdb"
)

// asynq polls: a server without work asks the broker about each of its lanes
// at every interval. Here the client that it asks through answers by itself
// that a lane is empty, as long as nothing was handed out in it since the
// broker last said so, and holds the question while that is true of all lanes
// of the server. A process that hands tasks out says in which lanes, to this process
// directly and to others over [rdb.Redis.LanesChannel]. So asynq may ask as
// often as it likes: idle, it sends next to nothing, and a task starts when it
// is handed out.
//
// A message on the channel may be lost. When the subscription is renewed all
// lanes are opened, and so they are, to be sure, at long intervals.

const (
	// askAnyway is how long a question is held at most, give or take a tenth.
	askAnyway = 15 * time.Second
	// errorRest is the wait after an error: asynq itself would ask again at
	// once.
	errorRest = 200 * time.Millisecond
	// checkInterval is asynq's, between two questions: it costs nothing here.
	checkInterval = time.Millisecond
)

// lane is what is known of one of asynq's queues.
type lane struct {
	gate   *gate
	handed uint64 // how often something was handed out in it
	empty  uint64 // handed, when the broker last said that it was empty
}

// gate is that of the lanes of one asynq server.
type gate struct {
	mu     sync.Mutex
	lanes  map[string]*lane
	opened chan struct{} // a lane was opened
	closed chan struct{} // the server is to stop
}

func newGate(lanes ...string) *gate {
	g := &gate{lanes: map[string]*lane{}, opened: make(chan struct{}, 1), closed: make(chan struct{})}
	for _, name := range lanes {
		g.lanes[name] = &lane{gate: g, handed: 1}
	}
	return g
}

// open says that something was handed out in lanes; those of other gates are
// ignored.
func (g *gate) open(lanes ...string) {
	g.mu.Lock()
	for _, name := range lanes {
		if l := g.lanes[name]; l != nil {
			l.handed++
		}
	}
	g.mu.Unlock()
	g.signal()
}

// openAll is for when it is not known what was handed out.
func (g *gate) openAll() {
	g.mu.Lock()
	for _, l := range g.lanes {
		l.handed++
	}
	g.mu.Unlock()
	g.signal()
}

func (g *gate) signal() {
	select {
	case g.opened <- struct{}{}:
	default:
	}
}

// close ends all waiting: every lane counts as empty from now on.
func (g *gate) close() { close(g.closed) }

// wait returns when something may be in one of the lanes, or when the gate is
// closed.
func (g *gate) wait() {
	late := time.NewTimer(askAnyway*9/10 + rand.N(askAnyway/5))
	defer late.Stop()
	for !g.anyOpen() {
		select {
		case <-g.opened:
		case <-late.C:
			g.openAll()
		case <-g.closed:
			return
		}
	}
}

func (g *gate) anyOpen() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, l := range g.lanes {
		if l.handed > l.empty {
			return true
		}
	}
	return false
}

// rest waits a little, unless the gate is closed.
func (g *gate) rest(d time.Duration) {
	select {
	case <-time.After(d):
	case <-g.closed:
	}
}

// state returns how often something was handed out in the lane, and whether
// something may be in it.
func (l *lane) state() (handed uint64, open bool) {
	select {
	case <-l.gate.closed:
		return 0, false
	default:
	}
	l.gate.mu.Lock()
	defer l.gate.mu.Unlock()
	return l.handed, l.handed > l.empty
}

// found notes that the broker found the lane empty after it had been handed
// something so often.
func (l *lane) found(handed uint64) {
	l.gate.mu.Lock()
	defer l.gate.mu.Unlock()
	l.empty = handed
}

// gatedClient is the client of one asynq server. What it adds concerns the
// scripts by which asynq takes a message, and those by which it registers
// itself: the workers on record are in SQL, and nobody reads asynq's.
type gatedClient struct {
	redis.UniversalClient
	gate  *gate
	first string // the lane that is asked about first
}

// EvalSha implements [redis.UniversalClient].
func (c *gatedClient) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	return c.ask(ctx, keys, func() *redis.Cmd { return c.UniversalClient.EvalSha(ctx, sha, keys, args...) })
}

// Eval implements [redis.UniversalClient].
func (c *gatedClient) Eval(ctx context.Context, script string, keys []string, args ...any) *redis.Cmd {
	return c.ask(ctx, keys, func() *redis.Cmd { return c.UniversalClient.Eval(ctx, script, keys, args...) })
}

// ZAdd implements [redis.UniversalClient].
func (c *gatedClient) ZAdd(ctx context.Context, key string, members ...redis.Z) *redis.IntCmd {
	if rdb.IsServerKey(key) {
		return redis.NewIntCmd(ctx)
	}
	return c.UniversalClient.ZAdd(ctx, key, members...)
}

// ZRem implements [redis.UniversalClient].
func (c *gatedClient) ZRem(ctx context.Context, key string, members ...any) *redis.IntCmd {
	if rdb.IsServerKey(key) {
		return redis.NewIntCmd(ctx)
	}
	return c.UniversalClient.ZRem(ctx, key, members...)
}

// ask sends a script to the broker unless its answer is known.
func (c *gatedClient) ask(ctx context.Context, keys []string, send func() *redis.Cmd) *redis.Cmd {
	if len(keys) > 0 && rdb.IsServerKey(keys[0]) {
		return redis.NewCmd(ctx)
	}
	name, taking := rdb.TakenFrom(keys)
	l := c.gate.lanes[name]
	if !taking || l == nil {
		return send()
	}
	if name == c.first {
		c.gate.wait()
	}
	handed, open := l.state()
	if !open {
		cmd := redis.NewCmd(ctx)
		cmd.SetErr(redis.Nil)
		return cmd
	}
	cmd := send()
	switch err := cmd.Err(); {
	case errors.Is(err, redis.Nil):
		l.found(handed)
	case err != nil && !strings.HasPrefix(err.Error(), "NOSCRIPT"): // then it comes again with the script's text
		c.gate.rest(errorRest/2 + rand.N(errorRest))
	}
	return cmd
}
