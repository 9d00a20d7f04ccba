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
func Publish(ctx context.Context, pipe redis.Pipeliner, events ...Event) {
	for _, e := range events {
		pipe.XAdd(ctx, &redis.XAddArgs{Stream: rdb.EventsKey, MaxLen: streamLength, Approx: true, Values: e.values()})
	}
}

// Follow calls f for every event from now on until ctx ends.
func Follow(ctx context.Context, r *rdb.Redis, f func(Event)) error {
	last := "$"
	for ctx.Err() == nil {
		streams, err := r.For(rdb.Batch).XRead(ctx, &redis.XReadArgs{
			Streams: []string{rdb.EventsKey, last}, Count: 256, Block: time.Second,
		}).Result()
		switch {
		case errors.Is(err, redis.Nil) || ctx.Err() != nil:
			continue
		case err != nil:
			return fmt.Errorf("events: %w", err)
		}
		for _, m := range streams[0].Messages {
			last = m.ID
			f(parse(m.Values))
		}
	}
	return nil
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
