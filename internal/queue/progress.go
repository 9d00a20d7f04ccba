package queue

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
)

// Progress is how many members of a batch are in each status. The sum is
// always the size of the batch.
type Progress map[dossier.Status]int

// Total is the size of the batch.
func (p Progress) Total() int {
	n := 0
	for _, c := range p {
		n += c
	}
	return n
}

// The projection of a batch is two hashes: the counts by status, and the state
// of every member. It is complete once every member on record was counted; the
// field era is the name of the count, and complete repeats it when that has
// ended. To forget both hashes is to have everything counted afresh: a count
// that was under way belongs to an era that is gone.
const (
	era      = "era"
	complete = "complete"
)

// progressTTL is how long a projection outlives its last change, in seconds.
// One that is read later is counted afresh.
const progressTTL = int(7 * 24 * time.Hour / time.Second)

// moveMembers moves members to statuses unless the projection knows a newer
// one, so that news may come twice and in any order.
//
//	KEYS: progress hash, members hash · ARGV: seconds to live, and for each
//	member its id, version and status
var moveMembers = redis.NewScript(`
for i = 2, #ARGV, 3 do
  local old = redis.call('HGET', KEYS[2], ARGV[i])
  local sep = old and string.find(old, ':', 1, true)
  if not old or tonumber(string.sub(old, 1, sep - 1)) < tonumber(ARGV[i + 1]) then
    if old then redis.call('HINCRBY', KEYS[1], string.sub(old, sep + 1), -1) end
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1] .. ':' .. ARGV[i + 2])
    redis.call('HINCRBY', KEYS[1], ARGV[i + 2], 1)
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[1])
return 1`)

// beginCount names the era of a count, or returns the name it has.
//
//	KEYS: progress hash · ARGV: name
var beginCount = redis.NewScript(`
redis.call('HSETNX', KEYS[1], 'era', ARGV[1])
return redis.call('HGET', KEYS[1], 'era')`)

// endCount marks a projection as complete if its era is still the one that was
// counted.
//
//	KEYS: progress hash · ARGV: name, seconds to live
var endCount = redis.NewScript(`
if redis.call('HGET', KEYS[1], 'era') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'complete', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1`)

// memberGroup is how many members go into one call of moveMembers: a script
// holds up the server while it runs.
const memberGroup = 500

// project queues the members' states on a pipeline of the purpose batch, with
// one call a batch. Calls carry the text of the script: Redis may lose what it
// was told before.
func project(ctx context.Context, r *rdb.Redis, pipe redis.Pipeliner, members []store.Member) {
	byBatch := map[string][]any{}
	for _, m := range members {
		byBatch[m.BatchID] = append(byBatch[m.BatchID], m.DocumentID, m.Version, string(m.Status))
	}
	for batch, states := range byBatch {
		keys := []string{r.ProgressKey(batch), r.MembersKey(batch)}
		for group := range slices.Chunk(states, 3*memberGroup) {
			moveMembers.Eval(ctx, pipe, keys, append([]any{progressTTL}, group...)...)
		}
	}
}

// forget queues the removal of projections.
func forget(ctx context.Context, r *rdb.Redis, pipe redis.Pipeliner, batches []string) {
	for _, b := range batches {
		pipe.Del(ctx, r.ProgressKey(b), r.MembersKey(b))
	}
}

// countTries bounds how often a count is repeated because the projection was
// forgotten meanwhile.
const countTries = 5

// ReadProgress returns the progress of a batch from the projection, which is
// rebuilt from the record if Redis has lost it or was not told everything.
func ReadProgress(ctx context.Context, r *rdb.Redis, db *store.DB, batchID string) (Progress, error) {
	for range countTries {
		fields, err := r.For(rdb.Batch).HGetAll(ctx, r.ProgressKey(batchID)).Result()
		if err != nil {
			return nil, fmt.Errorf("progress: %w", err)
		}
		if fields[era] != "" && fields[complete] == fields[era] {
			return parseProgress(batchID, fields)
		}
		if err := countMembers(ctx, r, db, batchID); err != nil {
			return nil, fmt.Errorf("progress: %w", err)
		}
	}
	counts, err := db.Batches().MemberCounts(ctx, batchID) // Redis does not keep the projection
	return counts, err
}

func parseProgress(batchID string, fields map[string]string) (p Progress, err error) {
	p = Progress{}
	for f, v := range fields {
		if f == complete || f == era {
			continue
		}
		if p[dossier.Status(f)], err = strconv.Atoi(v); err != nil {
			return nil, fmt.Errorf("progress of batch %s, %s: %w", batchID, f, err)
		}
	}
	return p, nil
}

// countMembers counts every member on record; versions keep what happens
// meanwhile right.
func countMembers(ctx context.Context, r *rdb.Redis, db *store.DB, batchID string) error {
	redisDB, key := r.For(rdb.Batch), r.ProgressKey(batchID)
	name, err := beginCount.Run(ctx, redisDB, []string{key}, rand.Text()).Text()
	if err != nil {
		return err
	}
	var members []store.Member
	if err := db.Batches().Members(ctx, batchID, func(m store.Member) error {
		members = append(members, m)
		return nil
	}); err != nil {
		return err
	}
	for group := range slices.Chunk(members, memberGroup) {
		if _, err := redisDB.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			project(ctx, r, pipe, group)
			return nil
		}); err != nil {
			return err
		}
	}
	return endCount.Run(ctx, redisDB, []string{key}, name, progressTTL).Err()
}
