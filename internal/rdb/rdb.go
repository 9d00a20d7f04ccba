// Package rdb connects to Redis. It owns every key name (keys.go) and the
// allotment of databases to purposes:
//
//	0 broker · 1 results · 2 cache · 3 rate limits · 4 batches and events
//
// Nothing here is the truth: Redis may lose everything at any moment and
// dossier goes on from SQL. Without a server to connect to, an in-process
// Redis serves the same commands over a pipe: no port is opened, and the code
// above cannot tell the difference.
package rdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"dossier"
)

// Purpose is what a database is for; its value is the database number.
type Purpose int

// The purposes.
const (
	Broker Purpose = iota
	Results
	Cache
	RateLimit
	Batch
)

var purposeNames = [...]string{"broker", "results", "cache", "rate limit", "batch"}

// String names the purpose.
func (p Purpose) String() string { return purposeNames[p] }

// Purposes lists all purposes.
func Purposes() []Purpose { return []Purpose{Broker, Results, Cache, RateLimit, Batch} }

// Redis is a client for each purpose.
type Redis struct {
	clients [len(purposeNames)]*redis.Client
	// prefixes begin the keys of a purpose where all share one database.
	prefixes [len(purposeNames)]string
	server   *embedded // nil when the server is somewhere else
}

// Open connects to the server at url (redis://host:port, the database numbers
// are dossier's), or starts an embedded one if url is "".
func Open(url string) (*Redis, error) {
	r := &Redis{}
	opts := &redis.Options{PoolSize: 50, ContextTimeoutEnabled: true}
	if url != "" {
		var err error
		if opts, err = redis.ParseURL(url); err != nil {
			return nil, dossier.Errorf(dossier.CodeInvalidInput, "not a Redis address: %w", err).
				About("--redis").WithCure("write it as redis://host:6379")
		}
	} else {
		r.server = startEmbedded()
		opts.Dialer = r.server.dial
	}
	for _, p := range Purposes() {
		o := *opts
		o.DB = int(p)
		r.clients[p] = redis.NewClient(&o)
	}
	return r, nil
}

// For returns the client for a purpose.
func (r *Redis) For(p Purpose) *redis.Client { return r.clients[p] }

// Embedded reports whether the server lives in this process.
func (r *Redis) Embedded() bool { return r.server != nil }

// Close closes the clients and stops the embedded server.
func (r *Redis) Close() error {
	var errs []error
	for _, c := range r.clients {
		errs = append(errs, c.Close())
	}
	if r.server != nil {
		r.server.stop()
	}
	return errors.Join(errs...)
}

// Check proves for every database what dossier needs of it: set, get and
// delete, expiry, Lua, streams.
func (r *Redis) Check(ctx context.Context) error {
	for _, p := range Purposes() {
		if err := checkDatabase(ctx, r.For(p)); err != nil {
			return dossier.Errorf(dossier.CodeInternal, "database %d (%s): %w", int(p), p, err)
		}
	}
	return nil
}

func checkDatabase(ctx context.Context, c *redis.Client) error {
	const key = "dossier:check"
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"set", func() error { return c.Set(ctx, key, "1", time.Minute).Err() }},
		{"get", func() error { return c.Get(ctx, key).Err() }},
		{"expiry", func() error {
			ttl, err := c.TTL(ctx, key).Result()
			if err == nil && (ttl <= 0 || ttl > time.Minute) {
				err = fmt.Errorf("a key set for a minute lives %s", ttl)
			}
			return err
		}},
		{"Lua", func() error { return c.Eval(ctx, `return redis.call('GET', KEYS[1])`, []string{key}).Err() }},
		{"delete", func() error { return c.Del(ctx, key).Err() }},
		{"streams", func() error {
			if err := c.XAdd(ctx, &redis.XAddArgs{Stream: key, Values: []any{"a", "1"}}).Err(); err != nil {
				return err
			}
			return c.Del(ctx, key).Err()
		}},
	} {
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// embedded is the in-process server with the clock that expires its keys.
type embedded struct {
	server *miniredis.Miniredis
	quit   chan struct{}
	done   sync.WaitGroup
}

func startEmbedded() *embedded {
	e := &embedded{server: miniredis.NewMiniRedis(), quit: make(chan struct{})}
	e.done.Go(func() {
		// Expiry is driven from here: the server's own clock mode looks at
		// every key on every command.
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				e.server.FastForward(time.Second)
			case <-e.quit:
				return
			}
		}
	})
	return e
}

// dial connects to the server. Its own pipe has no buffer: a client that writes
// a long pipeline before it reads the first answer would block the server, and
// with it itself, for ever. So its answers are spooled.
func (e *embedded) dial(context.Context, string, string) (net.Conn, error) {
	server, err := e.server.Dial()
	if err != nil {
		return nil, fmt.Errorf("embedded Redis: %w", err)
	}
	client, relay := net.Pipe()
	go func() {
		_, _ = io.Copy(server, relay) // either side going away ends both
		_ = server.Close()
	}()
	go spool(relay, server)
	return client, nil
}

// spool copies src to dst without ever letting src wait for dst, until either
// goes away.
func spool(dst, src net.Conn) {
	var mu sync.Mutex
	var waiting []byte
	ended := false
	more := sync.NewCond(&mu)
	go func() {
		buf := make([]byte, 16<<10)
		for {
			n, err := src.Read(buf)
			mu.Lock()
			waiting = append(waiting, buf[:n]...)
			ended = err != nil
			mu.Unlock()
			more.Signal()
			if err != nil {
				return
			}
		}
	}()
	for {
		mu.Lock()
		for len(waiting) == 0 && !ended {
			more.Wait()
		}
		out := waiting
		waiting = nil
		mu.Unlock()
		if _, err := dst.Write(out); err != nil || len(out) == 0 {
			_ = dst.Close()
			_ = src.Close()
			return
		}
	}
}

func (e *embedded) stop() {
	close(e.quit)
	e.done.Wait()
	e.server.Close()
}
