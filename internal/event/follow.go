package event

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/rdb"
)

// Since says where a follower begins: behind the event with that id, or at one
// of the constants.
type Since string

// Places to begin.
const (
	Oldest Since = "0-0" // with the oldest event there is
	Now    Since = ""    // with what comes from now on
)

// Follow calls f for every event, in order, until ctx ends. While Redis is away
// it keeps trying. When events were lost, because the stream was or because
// they went out of it before they were read, f is called with a [Gap], and then
// with all that there is. The error says that since is no id.
func Follow(ctx context.Context, r *rdb.Redis, since Since, f func(Event)) error {
	fo := &follower{redis: r, tell: f}
	if since != Now {
		id, ok := parseID(string(since))
		if !ok {
			return dossier.Errorf(dossier.CodeInvalidInput, "%q is not the id of an event", since).WithCure("leave it out")
		}
		fo.last, fo.begun = id, true
	}
	poll(ctx, fo.look)
	return nil
}

// follower is a place in the stream. While last is zero, nothing can be
// missing.
type follower struct {
	redis *rdb.Redis
	tell  func(Event)
	last  streamID
	begun bool
}

// look reads what is behind the last event, and looks whether that is still
// what it was.
func (fo *follower) look(ctx context.Context) (more bool, err error) {
	key := fo.redis.EventsKey()
	var oldest, newest, behind *redis.XMessageSliceCmd
	_, err = fo.redis.For(rdb.Batch).TxPipelined(ctx, func(p redis.Pipeliner) error {
		oldest = p.XRangeN(ctx, key, "-", "+", 1)
		newest = p.XRevRangeN(ctx, key, "+", "-", 1)
		if fo.begun {
			behind = p.XRangeN(ctx, key, fo.last.next().String(), "+", readCount)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	first, end := idOf(oldest.Val()), idOf(newest.Val())
	if !fo.begun {
		fo.last, fo.begun = end, true
		return false, nil
	}
	if fo.last != (streamID{}) && (first.after(fo.last) || fo.last.after(end)) {
		fo.last = streamID{}
		fo.tell(Event{Kind: Gap})
		return true, nil
	}
	for _, m := range behind.Val() {
		fo.last = idOf([]redis.XMessage{m})
		fo.tell(parse(m))
	}
	return len(behind.Val()) == readCount, nil
}

// streamID is the id of an entry of a stream: milliseconds and a number.
type streamID struct{ ms, n uint64 }

func parseID(s string) (streamID, bool) {
	ms, n, _ := strings.Cut(s, "-")
	var id streamID
	var err error
	if id.ms, err = strconv.ParseUint(ms, 10, 64); err != nil {
		return id, false
	}
	id.n, err = strconv.ParseUint(n, 10, 64)
	return id, err == nil
}

// idOf is the id of the first of the messages; the zero id if there is none.
func idOf(messages []redis.XMessage) streamID {
	if len(messages) == 0 {
		return streamID{}
	}
	id, _ := parseID(messages[0].ID) // the server made it
	return id
}

func (a streamID) after(b streamID) bool {
	return cmp.Or(cmp.Compare(a.ms, b.ms), cmp.Compare(a.n, b.n)) > 0
}

func (a streamID) next() streamID { return streamID{a.ms, a.n + 1} }

func (a streamID) String() string { return fmt.Sprintf("%d-%d", a.ms, a.n) }
