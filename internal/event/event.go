// Package event tells whoever listens what happens to documents and batches:
// one capped Redis Stream (database 4). Events are news, not truth: they may be
// lost with Redis, and everything they say can be read from SQL.
package event

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"dossier"
	"dossier/internal/rdb"
)

// streamLength caps the stream: old news goes.
const streamLength = 10_000

// Event is one piece of news. Fields that do not apply are empty.
type Event struct {
	Kind     string // "stage", "document", "batch"
	Batch    string
	Document string
	Stage    dossier.Stage
	Status   dossier.Status
	Code     dossier.Code
	Message  string
}

func (e Event) values() []any {
	return []any{
		"kind", e.Kind, "batch", e.Batch, "document", e.Document, "stage", string(e.Stage),
		"status", string(e.Status), "code", string(e.Code), "message", e.Message,
	}
}

// Publish queues the events on a pipeline of database 4.
func Publish(ctx context.Context, r *rdb.Redis, pipe redis.Pipeliner, events ...Event) {
	for _, e := range events {
		pipe.XAdd(ctx, &redis.XAddArgs{Stream: r.EventsKey(), MaxLen: streamLength, Approx: true, Values: e.values()})
	}
}

// pollEvery is how often a follower asks for news. Asking now and then is
// cheaper than waiting in the server: the embedded one looks through the whole
// stream for every waiter at every event.
const pollEvery = 250 * time.Millisecond

// Follow calls f for every event from now on until ctx ends.
func Follow(ctx context.Context, r *rdb.Redis, f func(Event)) error {
	client := r.For(rdb.Batch)
	last := "0"
	newest, err := client.XRevRangeN(ctx, r.EventsKey(), "+", "-", 1).Result()
	if err == nil && len(newest) > 0 {
		last = newest[0].ID
	}
	for err == nil {
		select {
		case <-ctx.Done(): // one more look, so that the last news is told
		case <-time.After(pollEvery):
		}
		ended := ctx.Err() != nil
		var streams []redis.XStream
		streams, err = client.XRead(context.WithoutCancel(ctx), &redis.XReadArgs{Streams: []string{r.EventsKey(), last}, Block: -1}).Result()
		if errors.Is(err, redis.Nil) {
			err = nil
		}
		for _, s := range streams {
			for _, m := range s.Messages {
				last = m.ID
				f(parse(m.Values))
			}
		}
		if ended {
			return err
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("events: %w", err)
}

func parse(v map[string]any) Event {
	get := func(k string) string {
		s, _ := v[k].(string)
		return s
	}
	return Event{
		Kind: get("kind"), Batch: get("batch"), Document: get("document"), Stage: dossier.Stage(get("stage")),
		Status: dossier.Status(get("status")), Code: dossier.Code(get("code")), Message: get("message"),
	}
}
