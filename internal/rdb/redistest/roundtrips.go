package redistest

import (
	"context"
	"net"
	"slices"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier/internal/rdb"
)

// Counter counts round trips: a command is one, and so is a pipeline.
type Counter struct{ n atomic.Int64 }

// CountRoundTrips counts the round trips of all clients of r from now on,
// without those that open a connection. It must be called before r is used by
// more than one goroutine.
func CountRoundTrips(r *rdb.Redis) *Counter {
	c := &Counter{}
	r.AddHook(c)
	return c
}

// Take returns how many there were since the last Take.
func (c *Counter) Take() int { return int(c.n.Swap(0)) }

// DialHook implements [redis.Hook].
func (c *Counter) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook implements [redis.Hook].
func (c *Counter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.count(cmd)
		return next(ctx, cmd)
	}
}

// ProcessPipelineHook implements [redis.Hook].
func (c *Counter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		c.count(cmds...)
		return next(ctx, cmds)
	}
}

// handshake are the commands with which a connection begins.
var handshake = []string{"hello", "auth", "client", "select", "readonly"}

func (c *Counter) count(cmds ...redis.Cmder) {
	for _, cmd := range cmds {
		if !slices.Contains(handshake, cmd.Name()) {
			c.n.Add(1)
			return
		}
	}
}
