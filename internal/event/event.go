// Package event publishes what happens to documents and batches:
// one capped Redis Stream, the key [rdb.Redis.EventsKey] of the purpose batch.
//
// Events are news, not truth: all they say can be read from SQL, and they may
// be lost with Redis at any moment. Readers are notified of a loss by an
// event of the kind [Gap] and read the record again; a [Group] is not notified
// of events that the cap removes. [Rebuild] fills a stream that was lost with the latest
// news of the record.
//
// There are two ways to read. [Follow] gives every follower every event, for
// displays. A [Group] shares the events out among its members, for work that
// must be done for each: an event is passed on until a member has dealt with
// it, so that it may come again after a crash or a loss.
//
// Readers ask now and then instead of waiting in the server: the embedded one
// looks through the whole stream for every waiter at every event.
package event

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/rdb"
)

// streamLength caps the stream: old news goes.
const streamLength = 10_000

// The kinds of events.
const (
	Stage = "stage" // a stage of a document ended
	Batch = "batch" // a batch ended, or somebody steered it
	Gap   = "gap"   // events were lost; what came before may come again
)

// Event is one piece of news. Fields that do not apply are empty.
type Event struct {
	ID       string    // in the stream; it grows. Set by the stream
	At       time.Time // when it happened, by the clock of the record
	Kind     string
	Batch    string
	Document string
	Stage    dossier.Stage
	Attempt  int // at the stage, from 1
	Status   dossier.Status
	Code     dossier.Code
	Message  string
}

func (e Event) values() []any {
	return []any{
		"kind", e.Kind, "at", strconv.FormatInt(e.At.UnixMicro(), 10), "batch", e.Batch, "document", e.Document,
		"stage", string(e.Stage), "attempt", strconv.Itoa(e.Attempt), "status", string(e.Status),
		"code", string(e.Code), "message", e.Message,
	}
}

// parse is the inverse of values. What another version wrote and this one
// cannot read is left empty.
func parse(m redis.XMessage) Event {
	get := func(k string) string {
		s, _ := m.Values[k].(string)
		return s
	}
	e := Event{
		ID: m.ID, Kind: get("kind"), Batch: get("batch"), Document: get("document"), Stage: dossier.Stage(get("stage")),
		Status: dossier.Status(get("status")), Code: dossier.Code(get("code")), Message: get("message"),
	}
	if us, err := strconv.ParseInt(get("at"), 10, 64); err == nil {
		e.At = time.UnixMicro(us).UTC()
	}
	if n, err := strconv.Atoi(get("attempt")); err == nil {
		e.Attempt = n
	}
	return e
}

// Publish queues the events on a pipeline of the purpose batch.
func Publish(ctx context.Context, r *rdb.Redis, pipe redis.Pipeliner, events ...Event) {
	for _, e := range events {
		pipe.XAdd(ctx, &redis.XAddArgs{Stream: r.EventsKey(), MaxLen: streamLength, Approx: true, Values: e.values()})
	}
}

const (
	// pollEvery is how often a reader asks for news.
	pollEvery = 250 * time.Millisecond
	// slowest is how seldom a reader asks while Redis does not answer.
	slowest = 5 * time.Second
	// readCount is how many events a reader takes in one round trip.
	readCount = 500
	// lastLook bounds what a reader does when it is told to end.
	lastLook = 2 * time.Second
)

// poll calls look every now and then until ctx ends, less often while look
// fails, at once while look says that there is more, and once more at the end,
// so that the last news is told. It only returns with ctx: a Redis that is gone
// comes back.
func poll(ctx context.Context, look func(ctx context.Context) (more bool, err error)) {
	wait := time.Duration(0)
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastLook)
			defer cancel()
			_, _ = look(last) // what fails now is lost with the reader
			return
		case <-time.After(wait):
		}
		switch more, err := look(ctx); {
		case err != nil:
			wait = min(slowest, max(pollEvery, 2*wait))
		case more:
			wait = 0
		default:
			wait = pollEvery
		}
	}
}
