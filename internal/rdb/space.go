package rdb

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/redis/go-redis/v9"
)

// scanPage is how many keys a server looks at between two answers.
const scanPage = 1000

// Flush deletes all keys of a purpose and no other.
func (r *Redis) Flush(ctx context.Context, p Purpose) error {
	c := r.For(p)
	if r.homes[p].numbered {
		return c.FlushDB(ctx).Err()
	}
	for keys, err := range r.keys(ctx, p) {
		if err != nil {
			return err
		}
		// One command a key: in a cluster asynq's have slots of their own.
		if _, err := c.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			for _, k := range keys {
				pipe.Unlink(ctx, k)
			}
			return nil
		}); err != nil {
			return fmt.Errorf("flush %s: %w", p, err)
		}
	}
	return nil
}

// Counts is how many keys a purpose has, by [kind].
type Counts struct {
	Kinds map[string]int
	// Sample says that there were more keys than were looked at.
	Sample bool
}

// Count counts the keys of a purpose by kind. The server looks at about limit
// keys and no more; where purposes share a database, those of the others count
// towards the limit.
func (r *Redis) Count(ctx context.Context, p Purpose, limit int) (Counts, error) {
	counts := Counts{Kinds: map[string]int{}}
	seen := 0
	for keys, err := range r.keys(ctx, p) {
		if err != nil {
			return counts, err
		}
		if seen >= limit {
			counts.Sample = true
			break
		}
		for _, k := range keys {
			counts.Kinds[kind(strings.Replace(k, r.prefixes[p], "", 1))]++
		}
		seen += max(scanPage, len(keys))
	}
	return counts, nil
}

// keys yields all keys of a purpose, in pages that may be empty. A key may come
// twice while the server moves its table.
func (r *Redis) keys(ctx context.Context, p Purpose) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, begin := range r.beginnings(p) {
			for page, err := range pages(ctx, r.For(p), begin) {
				if !yield(page, err) {
					return
				}
			}
		}
	}
}

// beginnings lists how keys of a purpose begin: our own, and those of the
// libraries.
func (r *Redis) beginnings(p Purpose) []string {
	own := r.prefixes[p]
	switch {
	case r.homes[p].numbered:
		return []string{""}
	case p == Broker:
		return []string{own, "asynq:"}
	case p == RateLimit:
		return []string{own, "rate:" + own}
	}
	return []string{own}
}

// pages yields the keys of c's database with the given beginning, page by page,
// until the end or an error.
func pages(ctx context.Context, c *redis.Client, begin string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for cursor := uint64(0); ; {
			keys, next, err := c.Scan(ctx, cursor, begin+"*", scanPage).Result()
			if err != nil {
				yield(nil, fmt.Errorf("scan: %w", err))
				return
			}
			if !yield(keys, nil) || next == 0 {
				return
			}
			cursor = next
		}
	}
}
