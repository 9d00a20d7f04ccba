package cache

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
)

// Warmed says what became of keys given to [Cache.Warm].
type Warmed struct {
	Present int // were in Redis already
	Loaded  int // were copied into it
	Missing int // have no entry, or a damaged one
	Skipped int // were left alone because Redis would have become too full
}

// warmGroup is how many entries are warmed at a time; their data is in memory
// together.
const warmGroup = 32

// fullest is the share of its memory up to which Redis is warmed.
const fullest = 0.8

// Warm copies entries that lie only in the durable store into Redis, a group at
// a time. It stops copying before Redis would use more than four fifths of its
// memory, where it tells how much it has. An embedded Redis holds no entries:
// there is nothing to warm. It needs no worker slot; run it beside the work.
func (c *Cache) Warm(ctx context.Context, keys []Key) (Warmed, error) {
	var w Warmed
	if c.redis.Embedded() {
		return w, nil
	}
	for group := range slices.Chunk(keys, warmGroup) {
		if err := c.warm(ctx, group, &w); err != nil {
			return w, err
		}
	}
	return w, nil
}

func (c *Cache) warm(ctx context.Context, group []Key, w *Warmed) error {
	has, err := c.inRedis(ctx, group)
	if err != nil {
		return err
	}
	var absent []Key
	for i, k := range group {
		if has[i] {
			w.Present++
		} else {
			absent = append(absent, k)
		}
	}
	room := c.room(ctx)
	if len(absent) == 0 || room == 0 {
		w.Skipped += len(absent)
		return nil
	}
	data, err := c.getDurable(ctx, absent)
	if err != nil {
		return err
	}
	return c.copyIn(ctx, absent, data, room, w)
}

// copyIn copies what fits into room, in bytes.
func (c *Cache) copyIn(ctx context.Context, keys []Key, data [][]byte, room int64, w *Warmed) error {
	var in []packed
	missing, skipped := 0, 0
	for i, k := range keys {
		switch size := int64(len(data[i])); {
		case !bytes.HasPrefix(data[i], header(k)):
			missing++
		case size > room:
			skipped++
		default:
			room -= size
			in = append(in, packed{k, data[i]})
		}
	}
	if err := c.setRedis(ctx, in); err != nil {
		return err
	}
	w.Missing, w.Skipped, w.Loaded = w.Missing+missing, w.Skipped+skipped, w.Loaded+len(in)
	return nil
}

// room is how many bytes Redis may still be filled with; a server that does not
// tell has room for everything.
func (c *Cache) room(ctx context.Context) int64 {
	const plenty = 1 << 62
	info, err := c.client().Info(ctx, "memory").Result()
	used, limit := figure(info, "used_memory"), figure(info, "maxmemory")
	if err != nil || limit == 0 {
		return plenty
	}
	return max(0, int64(fullest*float64(limit))-used)
}

// figure reads a line of INFO, or 0.
func figure(info, name string) int64 {
	_, after, _ := strings.Cut(info, "\n"+name+":")
	line, _, _ := strings.Cut(after, "\r")
	n, _ := strconv.ParseInt(line, 10, 64) // no number: the server does not tell
	return n
}
