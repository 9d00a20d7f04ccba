package cache

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier/internal/rdb"
)

// partSize is how much one key of Redis holds at most, so that a large entry
// neither blocks the server nor is refused. A larger one lies in parts; under
// its own key lies a note of how many, and of the digest that is in their names
// and keeps the parts of two writers apart.
const partSize = 4 << 20

const partsNote = "dossier/parts %d %s\n"

// digestSize is how many bytes of the digest are in the names.
const digestSize = 8

func (c *Cache) client() *redis.Client { return c.redis.For(rdb.Cache) }

func (c *Cache) redisKey(k Key) string { return c.redis.CacheKey(k.String()) }

func (c *Cache) partKeys(k Key, parts int, digest string) []string {
	keys := make([]string, parts)
	for i := range keys {
		keys[i] = c.redisKey(k) + ":" + digest + ":" + strconv.Itoa(i)
	}
	return keys
}

// getRedis reads the data of entries from Redis; nil stands for one that is not
// there or not whole. An embedded Redis holds none.
func (c *Cache) getRedis(ctx context.Context, keys []Key) ([][]byte, error) {
	data := make([][]byte, len(keys))
	if c.redis.Embedded() || len(keys) == 0 {
		return data, nil
	}
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = c.redisKey(k)
	}
	data, err := c.getAll(ctx, names)
	if err != nil {
		return data, err
	}
	return data, c.join(ctx, keys, data)
}

// join puts the data of those entries together of which data holds the note of
// their parts: one round trip if there are any.
func (c *Cache) join(ctx context.Context, keys []Key, data [][]byte) error {
	var names []string
	counts := make([]int, len(keys))
	for i, k := range keys {
		var digest string
		counts[i], digest = readNote(data[i])
		names = append(names, c.partKeys(k, counts[i], digest)...)
	}
	if len(names) == 0 {
		return nil
	}
	parts, err := c.getAll(ctx, names)
	for i, n := range counts {
		if n == 0 {
			continue
		}
		data[i] = nil
		if !slices.ContainsFunc(parts[:n], func(p []byte) bool { return p == nil }) {
			data[i] = bytes.Join(parts[:n], nil)
		}
		parts = parts[n:]
	}
	return err
}

// maxParts bounds what a note may claim: 16 GiB are no entry.
const maxParts = 4096

// readNote returns what the note of the parts of an entry says. Of anything else,
// a damaged note included, there are no parts: it is data, and no entry.
func readNote(data []byte) (parts int, digest string) {
	n, err := fmt.Sscanf(string(data[:min(64, len(data))]), partsNote, &parts, &digest)
	if n != 2 || err != nil || parts < 1 || parts > maxParts || len(digest) != 2*digestSize {
		return 0, ""
	}
	return parts, digest
}

// getAll reads keys in one round trip; nil stands for one that is missing.
func (c *Cache) getAll(ctx context.Context, names []string) ([][]byte, error) {
	data := make([][]byte, len(names))
	cmds, err := c.client().Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, name := range names {
			p.Get(ctx, name)
		}
		return nil
	})
	for i, cmd := range cmds {
		value, cmdErr := cmd.(*redis.StringCmd).Bytes()
		if cmdErr == nil {
			data[i] = value
		} else if !errors.Is(cmdErr, redis.Nil) {
			err = cmdErr
		}
	}
	if errors.Is(err, redis.Nil) {
		err = nil
	}
	return data, err
}

// setRedis keeps entries in Redis in one round trip, unless that is this
// process's own memory.
func (c *Cache) setRedis(ctx context.Context, entries []packed) error {
	if c.redis.Embedded() || len(entries) == 0 {
		return nil
	}
	_, err := c.client().Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, e := range entries {
			c.set(ctx, p, e)
		}
		return nil
	})
	return err
}

// set writes an entry: the parts before the note of them.
func (c *Cache) set(ctx context.Context, p redis.Pipeliner, e packed) {
	data := e.data
	if len(data) > partSize {
		parts := slices.Collect(slices.Chunk(data, partSize))
		sum := sha256.Sum256(data)
		digest := hex.EncodeToString(sum[:digestSize])
		for i, name := range c.partKeys(e.key, len(parts), digest) {
			p.Set(ctx, name, parts[i], e.key.ttl())
		}
		data = fmt.Appendf(nil, partsNote, len(parts), digest)
	}
	p.Set(ctx, c.redisKey(e.key), data, e.key.ttl())
}

// inRedis reports which entries lie in Redis, in one round trip.
func (c *Cache) inRedis(ctx context.Context, keys []Key) ([]bool, error) {
	has := make([]bool, len(keys))
	if c.redis.Embedded() || len(keys) == 0 {
		return has, nil
	}
	cmds, err := c.client().Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, k := range keys {
			p.Exists(ctx, c.redisKey(k))
		}
		return nil
	})
	for i, cmd := range cmds {
		has[i] = cmd.(*redis.IntCmd).Val() == 1
	}
	return has, err
}
