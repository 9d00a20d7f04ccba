package cache

import (
	"context"
	"errors"

	"dossier/internal/rdb"
)

// Delete forgets an entry, in Redis and in the durable store.
func (c *Cache) Delete(ctx context.Context, key Key) error {
	err := c.durable.Delete(ctx, key.durable())
	if !c.redis.Embedded() {
		err = errors.Join(err, c.redis.For(rdb.Cache).Del(ctx, c.redis.CacheKey(key.String())).Err())
	}
	return err
}
