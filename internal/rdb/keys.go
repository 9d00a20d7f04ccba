package rdb

import "strings"

// Every key that dossier itself writes is built here, and nowhere else, so
// that writers, readers and cleaners cannot disagree. asynq builds its own,
// which all begin with "asynq:", and the rate limiter's library puts "rate:"
// before ours. On a server with numbered databases a key has its plain name;
// where all purposes share one database, every key begins with the prefix of
// its purpose. The braces make all keys of a purpose one slot of a cluster, so
// that commands and scripts over several keys work there too.

// prefix begins the keys of a purpose that shares its database with others.
func prefix(p Purpose) string { return "{dossier:" + purposeWords[p] + "}:" }

// key is a key of a purpose as it is called on its server.
func (r *Redis) key(p Purpose, name string) string { return r.prefixes[p] + name }

// EpochKey marks the present life of the broker (broker). When it is gone, the
// broker lost its memory and the feeder hands everything out again.
func (r *Redis) EpochKey() string { return r.key(Broker, "dossier:epoch") }

// FeedAgainKey is set when an engine finds another one feeding and wants it to
// look at the backlog once more (broker). It expires.
func (r *Redis) FeedAgainKey() string { return r.key(Broker, "dossier:feed-again") }

// WakeChannel is the channel on which feeders are notified of new work (broker).
// Channels know no databases: all who share the server hear it.
func (r *Redis) WakeChannel() string { return r.key(Broker, "dossier:wake") }

// TotalsKey holds the figures of the whole system that the workers last counted
// for their metrics (batch). It expires.
func (r *Redis) TotalsKey() string { return r.key(Batch, "monitor:totals") }

// TotalsLockKey is there while a worker counts them (batch). It is set only if
// it is missing, and expires.
func (r *Redis) TotalsLockKey() string { return r.key(Batch, "monitor:lock") }

// LanesChannel is the channel on which the names of asynq's queues are passed
// on in which something was handed out, separated by commas (broker).
func (r *Redis) LanesChannel() string { return r.key(Broker, "dossier:lanes") }

// asynq's keys, where we have to tell what a command is for.
const (
	queuesKey    = "asynq:queues"
	pendingStart = "asynq:{"
	pendingEnd   = "}:pending"
)

// QueuesKey is the set in which asynq registers its queues (broker).
func QueuesKey() string { return queuesKey }

// TakenFrom returns the name of the queue from which an asynq script with these
// keys takes a message. ok is false if it does something else.
func TakenFrom(keys []string) (queue string, ok bool) {
	if len(keys) != 4 || !strings.HasSuffix(keys[1], "}:paused") {
		return "", false
	}
	queue, ok = strings.CutPrefix(keys[0], pendingStart)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(queue, pendingEnd)
}

// IsServerKey reports whether a key belongs to asynq's register of servers and
// of what they run.
func IsServerKey(key string) bool {
	return key == "asynq:servers" || key == "asynq:workers" ||
		strings.HasPrefix(key, "asynq:servers:") || strings.HasPrefix(key, "asynq:workers:")
}

// EventsKey is the stream of events (batch).
func (r *Redis) EventsKey() string { return r.key(Batch, "events") }

// EventsRebuildKey is there while somebody rebuilds the stream of events
// (batch). It is set only if it is missing, and expires.
func (r *Redis) EventsRebuildKey() string { return r.key(Batch, "events:rebuild") }

// CacheStatsKey is the hash of hits and misses by stage (cache).
func (r *Redis) CacheStatsKey() string { return r.key(Cache, "cache:stats") }

// CacheFailingKey names the stage whose outputs could not be looked up or kept
// lately (cache). It expires.
func (r *Redis) CacheFailingKey() string { return r.key(Cache, "cache:failing") }

// ResultKey holds the compact result of a task (results).
func (r *Redis) ResultKey(taskID string) string { return r.key(Results, "result:"+taskID) }

// CacheKey holds a stage's output (cache); name says which, by stage,
// version and content.
func (r *Redis) CacheKey(name string) string { return r.key(Cache, name) }

// DocumentKey holds a by-document entry (cache): kind is one of the
// Document… constants.
func (r *Redis) DocumentKey(kind, documentID string) string {
	return r.key(Cache, "doc:"+kind+":"+documentID)
}

// The kinds of by-document entries. State is a hash of stage to status; the
// others hold the cache key under which that output of the document lies.
const (
	DocumentState     = "state"
	DocumentText      = "ocr_result"
	DocumentChunks    = "chunks"
	DocumentMentions  = "all_extracted_mentions"
	DocumentResolved  = "resolved_mentions"
	DocumentRelations = "relationships"
)

// DocumentKeys are all by-document entries of a document (cache).
func (r *Redis) DocumentKeys(documentID string) []string {
	var keys []string
	for _, kind := range []string{DocumentState, DocumentText, DocumentChunks, DocumentMentions, DocumentResolved, DocumentRelations} {
		keys = append(keys, r.DocumentKey(kind, documentID))
	}
	return keys
}

// FlightKey is the lock of the one who makes an entry of the cache while others
// wait for it (cache); name is the entry's.
func (r *Redis) FlightKey(name string) string { return r.key(Cache, "flight:"+name) }

// RateKey is the bucket of a rate limit (rate limit); the limiter's library
// puts "rate:" before it.
func (r *Redis) RateKey(name string) string { return r.key(RateLimit, "bucket:"+name) }

// BreakerKey is the state of the circuit breaker of a provider (rate limit).
func (r *Redis) BreakerKey(name string) string { return r.key(RateLimit, "breaker:"+name) }

// ProgressKey is the hash of document counts by status of a batch (batch).
func (r *Redis) ProgressKey(batchID string) string { return r.key(Batch, "batch:progress:"+batchID) }

// MembersKey is the hash of document to "version:status" of a batch (batch).
func (r *Redis) MembersKey(batchID string) string { return r.key(Batch, "batch:members:"+batchID) }

// families says whose the names are that begin with a word and a colon, here
// and in earlier layouts.
var families = map[string]Purpose{
	"dossier": Broker,
	"result":  Results,
	"cache":   Cache, "doc": Cache, "project": Cache, "flight": Cache,
	"bucket": RateLimit, "breaker": RateLimit,
	"batch": Batch, "events": Batch, "monitor": Batch,
}

// kind is the sort of a key, for counting: its first part, or its first two
// where the first names only a family. A key without a prefix and without what
// a library puts before it is expected.
func kind(name string) string {
	name = strings.TrimPrefix(name, "rate:")
	parts := strings.SplitN(name, ":", 3)
	switch parts[0] {
	case "cache", "doc", "batch", "dossier":
		return strings.Join(parts[:min(2, len(parts))], ":")
	}
	return parts[0]
}
