package rdb

// Every key that dossier itself writes is built here, and nowhere else, so
// that writers, readers and cleaners cannot disagree. asynq builds its own,
// which all begin with "asynq:". On a server with numbered databases a key has
// its plain name; where all purposes share one database, every key begins with
// the prefix of its purpose.

// key is a key of a purpose as it is called on this server.
func (r *Redis) key(p Purpose, name string) string { return r.prefixes[p] + name }

// EpochKey marks the present life of the broker (database 0). When it is gone,
// the broker lost its memory and the feeder hands everything out again.
func (r *Redis) EpochKey() string { return r.key(Broker, "dossier:epoch") }

// WakeChannel is where engines are told that there is new work (broker's
// server).
func (r *Redis) WakeChannel() string { return r.key(Broker, "dossier:wake") }

// EventsKey is the stream of events (database 4).
func (r *Redis) EventsKey() string { return r.key(Batch, "events") }

// CacheStatsKey is the hash of hits and misses by stage (database 2).
func (r *Redis) CacheStatsKey() string { return r.key(Cache, "cache:stats") }

// ResultKey holds the compact result of a task (database 1).
func (r *Redis) ResultKey(taskID string) string { return r.key(Results, "result:"+taskID) }

// CacheKey holds a stage's output (database 2); name says which, by stage,
// version and content.
func (r *Redis) CacheKey(name string) string { return r.key(Cache, name) }

// DocumentKey holds a by-document entry (database 2): kind is one of the
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

// RateKey is the bucket of a rate limit (database 3); the limiter's library
// puts "rate:" before it.
func (r *Redis) RateKey(name string) string { return r.key(RateLimit, "bucket:"+name) }

// ProgressKey is the hash of document counts by status of a batch (database 4).
func (r *Redis) ProgressKey(batchID string) string { return r.key(Batch, "batch:progress:"+batchID) }

// MembersKey is the hash of document to "version:status" of a batch (database 4).
func (r *Redis) MembersKey(batchID string) string { return r.key(Batch, "batch:members:"+batchID) }
