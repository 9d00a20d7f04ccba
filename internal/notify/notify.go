// Package notify publishes what happened to documents and batches: events and
// results in Redis, and deliveries for webhooks.
//
// Deliveries are rows of the transaction that they report, under an id that is
// the same whenever the same thing is reported. What goes to Redis is gathered
// in a [queue.News], sent after the commit, and may be lost.
package notify

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/webhook"
)

// resultTTL is how long results stay in Redis.
const resultTTL = 7 * 24 * time.Hour

// Stage publishes how a task ended: its result, the by-document cache entries and
// an event.
func Stage(r *rdb.Redis, tx *store.Tx, news *queue.News, t store.Task, status dossier.Status, y store.Yield, cause error) {
	if !r.Embedded() { // no other program can read that one, and it would grow with every document
		publishResult(r, news, t, status, y, cause)
	}
	e := event.Event{
		At: tx.Now(), Kind: event.Stage, Batch: t.BatchID, Document: t.DocumentID, Stage: dossier.Stage(t.Type),
		Attempt: t.Attempts, Status: status, Code: dossier.CodeOf(cause),
	}
	if cause != nil {
		e.Message = cause.Error() // names the file: readers of events know only its id
	}
	news.Add(rdb.Batch, func(ctx context.Context, pipe redis.Pipeliner) { event.Publish(ctx, r, pipe, e) })
}

// publishResult writes the result of a stage, and where its output lies, to Redis
// for other programs; dossier itself does not read it.
func publishResult(r *rdb.Redis, news *queue.News, t store.Task, status dossier.Status, y store.Yield, cause error) {
	result := struct {
		Status   dossier.Status `json:"status"`
		Yield    int            `json:"yield"`
		CacheHit bool           `json:"cache_hit"`
		Code     dossier.Code   `json:"code,omitempty"`
	}{status, y.Count, y.CacheHit, dossier.CodeOf(cause)}
	value, err := json.Marshal(result)
	if err != nil {
		panic("notify: " + err.Error()) // these types cannot fail
	}
	news.Add(rdb.Results, func(ctx context.Context, pipe redis.Pipeliner) {
		pipe.Set(ctx, r.ResultKey(t.ID), value, resultTTL)
	})
	news.Add(rdb.Cache, func(ctx context.Context, pipe redis.Pipeliner) {
		key := r.DocumentKey(rdb.DocumentState, t.DocumentID)
		pipe.HSet(ctx, key, t.Type, string(status))
		pipe.Expire(ctx, key, resultTTL)
		if s, _, ok := plan.Find(dossier.Stage(t.Type)); ok && s.Entry != "" && y.CacheKey != "" {
			pipe.Set(ctx, r.DocumentKey(s.Entry, t.DocumentID), y.CacheKey, resultTTL)
		}
	})
}

// Batch publishes the status of a batch as an event.
func Batch(r *rdb.Redis, tx *store.Tx, news *queue.News, id string, status dossier.Status, message string) {
	e := event.Event{At: tx.Now(), Kind: event.Batch, Batch: id, Status: status, Message: message}
	news.Add(rdb.Batch, func(ctx context.Context, pipe redis.Pipeliner) { event.Publish(ctx, r, pipe, e) })
}

// DocumentEnded queues deliveries that report how a document ended with a task.
func DocumentEnded(tx *store.Tx, t store.Task, status dossier.Status, cause error) {
	kind := map[dossier.Status]string{
		dossier.StatusCompleted: webhook.DocumentCompleted, dossier.StatusFailed: webhook.DocumentFailed,
		dossier.StatusPartial: webhook.DocumentPartial, dossier.StatusQuarantined: webhook.DocumentQuarantined,
	}[status]
	tx.Webhooks().Queue(t.ProjectID, kind, dossier.DeriveID(t.ID, kind), webhook.Message{
		Kind: kind, At: tx.Now(), Project: t.ProjectID, Batch: t.BatchID, Document: t.DocumentID,
		Stage: dossier.Stage(t.Type), Attempt: t.Attempts, Status: status, Code: dossier.CodeOf(cause), Error: dossier.TextOf(cause),
	})
}

// BatchEnded queues deliveries that report the end of a batch in a round.
func BatchEnded(tx *store.Tx, projectID, batchID, kind string, round int) {
	status := dossier.StatusCompleted
	if kind == webhook.BatchCancelled {
		status = dossier.StatusCancelled
	}
	tx.Webhooks().Queue(projectID, kind, dossier.DeriveID(batchID, kind, strconv.Itoa(round)), webhook.Message{
		Kind: kind, At: tx.Now(), Project: projectID, Batch: batchID, Status: status,
	})
}
