package event

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier/internal/rdb"
)

// Member is a reader that shares the events with the others of its group. Its
// name is its own, and the same after a restart.
type Member struct {
	Group string
	Name  string
	// Idle is how long another member may take over an event before it is taken
	// from it; 0 means 30 s.
	Idle time.Duration
}

// groupCount is how many events a member takes at a time: what it may have to
// do again after a crash.
const groupCount = 100

// Group calls f for the events that fall to the member until ctx ends. An event
// for which f fails, or during which its member dies, comes again after a
// while, to this member or another. A group begins with the oldest event there
// is. If the stream is lost, the member that finds out is told by a [Gap], and
// the group begins again. While Redis is away the member keeps trying.
func Group(ctx context.Context, r *rdb.Redis, m Member, f func(Event) error) {
	g := &group{Member: m, redis: r.For(rdb.Batch), key: r.EventsKey(), deal: f, behind: start}
	g.Idle = cmp.Or(g.Idle, 30*time.Second)
	poll(ctx, func(look context.Context) (bool, error) {
		if ctx.Err() != nil { // new events are for those who stay
			return false, nil
		}
		return g.look(look)
	})
}

type group struct {
	Member
	redis   *redis.Client
	key     string
	deal    func(Event) error
	joined  bool
	gap     bool      // the stream was lost, and f does not know yet
	checked time.Time // when it last began to look for what others left
	behind  string    // the place in what others left that it has come to
}

// start is the place where what others left begins.
const start = "0-0"

// look deals with new events and, now and then, with those that others left.
func (g *group) look(ctx context.Context) (more bool, err error) {
	if g.gap {
		if g.deal(Event{Kind: Gap}) != nil {
			return false, nil
		}
		g.gap = false
	}
	read := &redis.XReadGroupArgs{
		Group: g.Group, Consumer: g.Name, Streams: []string{g.key, ">"}, Count: groupCount, Block: -1,
	}
	claim := &redis.XAutoClaimArgs{
		Stream: g.key, Group: g.Group, Consumer: g.Name, MinIdle: g.Idle, Start: g.behind, Count: groupCount,
	}
	var fresh *redis.XStreamSliceCmd
	var left *redis.XAutoClaimCmd
	_, err = g.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		if g.behind != start || time.Since(g.checked) > g.Idle/2 {
			left = p.XAutoClaim(ctx, claim)
			g.checked = time.Now()
		}
		fresh = p.XReadGroup(ctx, read)
		return nil
	})
	// Another member may make the group, or lose it, between the two commands:
	// what either of them brought is this member's and is dealt with.
	var messages []redis.XMessage
	if left != nil {
		messages, g.behind = left.Val()
		g.behind = cmp.Or(g.behind, start) // it is empty after an error
	}
	for _, s := range fresh.Val() {
		messages = append(messages, s.Messages...)
	}
	switch {
	case len(messages) > 0:
	case redis.HasErrorPrefix(err, "NOGROUP"):
		g.checked = time.Time{}
		return true, g.join(ctx)
	case err != nil && !errors.Is(err, redis.Nil):
		return false, err
	}
	g.joined = true
	return len(messages) > 0 || g.behind != start, g.work(ctx, messages)
}

// work deals with events and acknowledges them. What it does not get to when
// ctx ends stays with the group.
func (g *group) work(ctx context.Context, messages []redis.XMessage) error {
	var done []string
	for _, m := range messages {
		if ctx.Err() != nil {
			break
		}
		if len(m.Values) == 0 || g.deal(parse(m)) == nil { // without values: trimmed while it waited
			done = append(done, m.ID)
		}
	}
	if len(done) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastLook)
	defer cancel()
	return g.redis.XAck(ctx, g.key, g.Group, done...).Err()
}

// join makes the group if no other member does so first.
func (g *group) join(ctx context.Context) error {
	err := g.redis.XGroupCreateMkStream(ctx, g.key, g.Group, "0").Err()
	if err != nil && !redis.HasErrorPrefix(err, "BUSYGROUP") {
		return err
	}
	g.gap = g.gap || g.joined && err == nil
	return nil
}
