package queue

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"dossier"
	"dossier/internal/rdb"
	"dossier/internal/store"
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

// moveMember moves one member to a status unless the projection knows a newer
// one, so that news may come twice and in any order.
//
//	KEYS: progress hash, members hash · ARGV: member, version, status
const moveMember = `
local old = redis.call('HGET', KEYS[2], ARGV[1])
if old then
  local sep = string.find(old, ':', 1, true)
  if tonumber(string.sub(old, 1, sep - 1)) >= tonumber(ARGV[2]) then return 0 end
  redis.call('HINCRBY', KEYS[1], string.sub(old, sep + 1), -1)
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. ':' .. ARGV[3])
redis.call('HINCRBY', KEYS[1], ARGV[3], 1)
return 1`

// complete is the field that says that all members were counted once.
const complete = "complete"

// Project queues the members' states on a pipeline of database 4.
func Project(ctx context.Context, r *rdb.Redis, pipe redis.Pipeliner, members ...store.Member) {
	for _, m := range members {
		pipe.Eval(ctx, moveMember, []string{r.ProgressKey(m.BatchID), r.MembersKey(m.BatchID)},
			m.DocumentID, m.Version, string(m.Status))
	}
}

// ReadProgress returns the progress of a batch from the projection, which is
// rebuilt from the record if Redis has lost it.
func ReadProgress(ctx context.Context, r *rdb.Redis, db *store.DB, batchID string) (Progress, error) {
	fields, err := r.For(rdb.Batch).HGetAll(ctx, r.ProgressKey(batchID)).Result()
	if err != nil {
		return nil, fmt.Errorf("progress: %w", err)
	}
	if _, ok := fields[complete]; !ok {
		if err := rebuildProgress(ctx, r, db, batchID); err != nil {
			return nil, err
		}
		return ReadProgress(ctx, r, db, batchID)
	}
	p := Progress{}
	for f, v := range fields {
		if f == complete {
			continue
		}
		if p[dossier.Status(f)], err = strconv.Atoi(v); err != nil {
			return nil, fmt.Errorf("progress of batch %s, %s: %w", batchID, f, err)
		}
	}
	return p, nil
}

// rebuildProgress counts every member once more; versions keep what happens
// meanwhile right.
func rebuildProgress(ctx context.Context, r *rdb.Redis, db *store.DB, batchID string) error {
	var members []store.Member
	if err := db.Members(ctx, batchID, func(m store.Member) error {
		members = append(members, m)
		return nil
	}); err != nil {
		return err
	}
	for group := range slices.Chunk(members, 1000) {
		if _, err := r.For(rdb.Batch).Pipelined(ctx, func(p redis.Pipeliner) error {
			Project(ctx, r, p, group...)
			return nil
		}); err != nil {
			return err
		}
	}
	return r.For(rdb.Batch).HSet(ctx, r.ProgressKey(batchID), complete, 1).Err()
}
