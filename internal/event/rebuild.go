package event

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
)

// rebuildTime is how long one process has for rebuilding before another may
// try.
const rebuildTime = time.Minute

// publishAll fills the stream KEYS[1] unless there is something in it. ARGV
// holds the cap, the number of fields of an event, and the events.
var publishAll = redis.NewScript(`
if redis.call('XLEN', KEYS[1]) > 0 then
	return 0
end
local size = tonumber(ARGV[2])
for i = 3, #ARGV, size do
	redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, i, i + size - 1))
end
return 1`)

// Rebuild publishes the newest n endings on record, in order, if the stream is
// empty. Of all processes that call it at the same time one does it, in one
// step that live events cannot come in between; where live events came first,
// the stream is as it should be from now on and is left alone. It returns how
// many events it published.
func Rebuild(ctx context.Context, r *rdb.Redis, db *store.DB, n int) (int, error) {
	client, key := r.For(rdb.Batch), r.EventsKey()
	length, err := client.XLen(ctx, key).Result()
	if err != nil || length > 0 {
		return 0, wrap(err)
	}
	first, err := client.SetNX(ctx, r.EventsRebuildKey(), "1", rebuildTime).Result()
	if err != nil || !first {
		return 0, wrap(err)
	}
	endings, err := db.Monitor().Endings(ctx, min(n, streamLength))
	if err == nil && len(endings) > 0 {
		n, err = fill(ctx, client, key, endings)
	} else {
		n = 0
	}
	if err != nil { // the next one may try
		client.Del(context.WithoutCancel(ctx), r.EventsRebuildKey())
	}
	return n, wrap(err)
}

func fill(ctx context.Context, client *redis.Client, key string, endings []store.Ending) (int, error) {
	args := []any{streamLength, len(Event{}.values())}
	for _, e := range endings {
		args = append(args, ofRecord(e).values()...)
	}
	filled, err := publishAll.Run(ctx, client, []string{key}, args...).Int()
	return filled * len(endings), err
}

func ofRecord(e store.Ending) Event {
	kind := Stage
	if e.DocumentID == "" {
		kind = Batch
	}
	return Event{
		At: e.At, Kind: kind, Batch: e.BatchID, Document: e.DocumentID, Stage: e.Stage, Attempt: e.Attempt,
		Status: e.Status, Code: e.Code, Message: e.Message,
	}
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("rebuilding the events: %w", err)
}
