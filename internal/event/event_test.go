package event_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"dossier"
	"dossier/internal/event"
	"dossier/internal/rdb"
	"dossier/internal/rdb/redistest"
)

func TestFollow(t *testing.T) {
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		got := make(chan event.Event, 1000)
		done := make(chan error, 1)
		go func() { done <- event.Follow(ctx, r, func(e event.Event) { got <- e }) }()
		want := event.Event{
			Kind: "stage", Batch: "b", Document: "d", Stage: dossier.StageOCR,
			Status: dossier.StatusFailed, Code: dossier.CodeDamaged, Message: "a\nb",
		}
		for { // the follower may not be listening yet
			if _, err := r.For(rdb.Batch).Pipelined(ctx, func(p redis.Pipeliner) error {
				event.Publish(ctx, r, p, want)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			select {
			case e := <-got:
				if diff := cmp.Diff(want, e); diff != "" {
					t.Error(diff)
				}
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
				return
			case <-time.After(50 * time.Millisecond):
			}
			if ctx.Err() != nil {
				t.Fatal("no event arrived")
			}
		}
	})
}
