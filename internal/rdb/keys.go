package rdb

// Every key that dossier itself writes is built here, and nowhere else, so
// that writers, readers and cleaners cannot disagree. asynq builds its own.

// EpochKey marks the present life of the broker (database 0). When it is gone,
// the broker lost its memory and the feeder hands everything out again.
const EpochKey = "dossier:epoch"

// EventsKey is the stream of events (database 4).
const EventsKey = "events"

// CacheStatsKey is the hash of hits and misses by stage (database 2).
const CacheStatsKey = "cache:stats"

// ResultKey holds the compact result of a task (database 1).
func ResultKey(taskID string) string { return "result:" + taskID }

// CacheKey holds a stage's output by version and content (database 2).
func CacheKey(stage, version, sha256 string) string {
	return "cache:" + stage + ":" + version + ":" + sha256
}

// DocumentKey holds a by-document entry (database 2): kind is one of the
// Document… constants.
func DocumentKey(kind, documentID string) string { return "doc:" + kind + ":" + documentID }

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
func RateKey(name string) string { return "bucket:" + name }

// ProgressKey is the hash of document counts by status of a batch (database 4).
func ProgressKey(batchID string) string { return "batch:progress:" + batchID }

// MembersKey is the hash of document to "version:status" of a batch (database 4).
func MembersKey(batchID string) string { return "batch:members:" + batchID }
