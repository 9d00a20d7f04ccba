// Package rdb connects to Redis. It owns every key name (keys.go) and the
// allotment of databases to purposes:
//
//	0 broker · 1 results · 2 cache · 3 rate limits · 4 batches and events
//
// Each purpose may live on a server of its own. A server is asked once, in one
// round trip, before it is used: whether it is young enough and can be written
// to, whether it forgets keys when it is full (which a broker must not), and
// whether it has databases to choose from. Where it has only one — managed
// servers, clusters of one shard — every key of a purpose begins with that
// purpose's prefix instead, for every operation alike. What was found is told
// by [Redis.Findings].
//
// Nothing here is the truth: Redis may lose everything at any moment and
// dossier goes on from SQL. Without a server to connect to, an in-process
// Redis serves the same commands over a pipe: no port is opened, and the code
// above cannot tell the difference.
package rdb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/dossier-legal/dossier"
)

// Purpose is what a part of Redis is for; its value is the database number.
type Purpose int

// The purposes.
const (
	Broker Purpose = iota
	Results
	Cache
	RateLimit
	Batch
)

const purposeCount = int(Batch) + 1

var (
	purposeNames = [purposeCount]string{"broker", "results", "cache", "rate limit", "batch"}
	// purposeWords name the purposes in prefixes, flags and client names.
	purposeWords = [purposeCount]string{"broker", "results", "cache", "rate", "batch"}
)

// String names the purpose.
func (p Purpose) String() string { return purposeNames[p] }

// flag is the setting that gives the purpose a server of its own.
func (p Purpose) flag() string { return "--redis-" + purposeWords[p] }

// Purposes lists all purposes.
func Purposes() []Purpose { return []Purpose{Broker, Results, Cache, RateLimit, Batch} }

// Config says where Redis is.
type Config struct {
	// URL is the server of all purposes that Purposes does not name; "" starts
	// an embedded one, and then Purposes must be empty. The forms are
	//
	//	redis://[user:password@]host[:6379]
	//	rediss://…                            the same over TLS
	//	unix://[user:password@]/path/to/socket
	//	redis-sentinel://[user:password@]host1[:26379],host2,…/?master=NAME
	//	rediss-sentinel://…                   the same over TLS
	//
	// User and password are those of the server, percent-encoded where they
	// hold special characters. TLS forms take the parameters tls_ca, tls_cert
	// and tls_key (paths of PEM files) and tls_server_name; Sentinel forms take
	// sentinel_user and sentinel_password. Any other parameter, and a database
	// number, is refused.
	URL string
	// Purposes gives single purposes servers of their own, by the same forms;
	// "" is none.
	Purposes map[Purpose]string
	// PoolSize is how many connections a purpose may have open at once in this
	// process; 0 means 50.
	PoolSize int
}

// What go-redis has to say it also returns as errors; on its own it would write
// it to stderr.
func init() { redis.SetLogger(debugLog{}) }

type debugLog struct{}

// Printf implements go-redis's logger.
func (debugLog) Printf(ctx context.Context, format string, args ...any) {
	slog.DebugContext(ctx, fmt.Sprintf(format, args...))
}

// Redis is a client for each purpose. It is safe for concurrent use.
type Redis struct {
	clients  [purposeCount]*redis.Client
	homes    [purposeCount]*server
	prefixes [purposeCount]string // begin the keys of a purpose that shares its database
	servers  []*server            // each once, in order of their first purpose
	embedded *embedded            // nil when the servers are somewhere else
}

// Open connects to the servers and probes them, or starts an embedded one. A
// server that cannot be reached, is too old, is a replica, spreads its keys
// over several shards, or would evict what the broker holds, is refused.
func Open(ctx context.Context, cfg Config) (*Redis, error) {
	size := cmp.Or(cfg.PoolSize, 50)
	if cfg.URL == "" {
		return openEmbedded(cfg, size)
	}
	r := &Redis{}
	known := map[string]*server{}
	for _, p := range Purposes() {
		url, flag := cfg.URL, "--redis"
		if own := cfg.Purposes[p]; own != "" {
			url, flag = own, p.flag()
		}
		s := known[url]
		if s == nil {
			a, err := parseAddress(url, flag)
			if err != nil {
				return nil, err
			}
			s = &server{address: a}
			known[url] = s
			r.servers = append(r.servers, s)
		}
		s.purposes = append(s.purposes, p)
		r.homes[p] = s
	}
	for _, s := range r.servers {
		if err := s.probe(ctx); err != nil {
			return nil, err
		}
	}
	r.connect(size)
	return r, nil
}

func openEmbedded(cfg Config, size int) (*Redis, error) {
	for _, p := range Purposes() {
		if cfg.Purposes[p] != "" {
			return nil, dossier.Errorf(dossier.CodeInvalidInput, "the other purposes have no server").
				About(p.flag()).WithCure("give the server of all others with --redis")
		}
	}
	e := startEmbedded()
	s := &server{address: address{dial: e.dial}, purposes: Purposes(), numbered: true}
	r := &Redis{embedded: e, servers: []*server{s}}
	for _, p := range Purposes() {
		r.homes[p] = s
	}
	r.connect(size)
	return r, nil
}

// connect makes the clients, each with a pool that keeps one connection ready.
func (r *Redis) connect(size int) {
	for _, p := range Purposes() {
		s, db := r.homes[p], int(p)
		if !s.numbered {
			db, r.prefixes[p] = 0, prefix(p)
		}
		o := s.address.options(purposeWords[p], db)
		o.PoolSize = size
		o.MinIdleConns = 1
		r.clients[p] = client(o)
	}
}

// options are those of a connection for the named use.
func (a address) options(use string, db int) *redis.UniversalOptions {
	o := &redis.UniversalOptions{
		Addrs: a.hosts, MasterName: a.master, TLSConfig: a.tls, Dialer: a.dial,
		Username: a.user, Password: a.password,
		SentinelUsername: a.sentinelUser, SentinelPassword: a.sentinelPassword,
		DB: db, ClientName: "dossier:" + use,

		DialTimeout:     5 * time.Second, // the dialer keeps connections alive by itself
		ReadTimeout:     3 * time.Second,
		WriteTimeout:    3 * time.Second,
		ConnMaxIdleTime: 5 * time.Minute, // sooner than what stands between drops them
		MaxRetries:      3,
		MinRetryBackoff: 10 * time.Millisecond,
		MaxRetryBackoff: time.Second,

		ContextTimeoutEnabled: true,
		// One pool for all: the size means what it says.
		PipelinePoolSize: -1,
		// What only some managed servers understand costs a round trip on each
		// new connection.
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if a.dial != nil { // no network that could lose an answer
		o.ReadTimeout, o.WriteTimeout = time.Minute, time.Minute
	}
	return o
}

func client(o *redis.UniversalOptions) *redis.Client {
	if o.MasterName != "" {
		return redis.NewFailoverClient(o.Failover())
	}
	return redis.NewClient(o.Simple())
}

// For returns the client for a purpose.
func (r *Redis) For(p Purpose) *redis.Client { return r.clients[p] }

// AddHook adds a hook to the clients of all purposes. It must be called before
// they are used.
func (r *Redis) AddHook(h redis.Hook) {
	for _, c := range r.clients {
		c.AddHook(h)
	}
}

// Embedded reports whether the server lives in this process.
func (r *Redis) Embedded() bool { return r.embedded != nil }

// Close closes the clients and stops the embedded server.
func (r *Redis) Close() error {
	var errs []error
	for _, c := range r.clients {
		errs = append(errs, c.Close())
	}
	if r.embedded != nil {
		r.embedded.stop()
	}
	return errors.Join(errs...)
}

// Check proves for every purpose what dossier needs of it: set, get and
// delete, expiry, Lua, streams, and of the broker that it passes word on. It does
// so under keys as dossier, asynq and the rate limiter name theirs, because a
// user may be allowed some and not others.
func (r *Redis) Check(ctx context.Context) error {
	for _, p := range Purposes() {
		for _, begin := range r.checked(p) {
			if err := checkDatabase(ctx, r.For(p), begin+"dossier:check"); err != nil {
				return r.failed(p, fmt.Sprintf("%s (%s), keys %s*", p, r.space(p), begin), err)
			}
		}
	}
	for _, channel := range []string{r.WakeChannel(), r.LanesChannel(), "asynq:cancel"} {
		if err := r.For(Broker).Publish(ctx, channel, "").Err(); err != nil {
			return r.failed(Broker, "channel "+channel, err)
		}
	}
	return nil
}

// checked lists how the keys begin under which a purpose is checked.
func (r *Redis) checked(p Purpose) []string {
	own := r.prefixes[p]
	switch p {
	case Broker:
		return []string{own, "asynq:"}
	case RateLimit:
		return []string{own, "rate:" + own}
	}
	return []string{own}
}

// failed is the error of a check.
func (r *Redis) failed(p Purpose, what string, err error) error {
	address := r.homes[p].address
	if redis.HasErrorPrefix(err, "NOPERM") {
		return notAllowed(address, what, err)
	}
	return dossier.Errorf(dossier.CodeInternal, "%s: %w", what, err).About(address.about())
}

// notAllowed is the error of a user who may not do what dossier has to.
func notAllowed(a address, what string, err error) error {
	return dossier.Errorf(dossier.CodeInvalidInput, "Redis lets the user in and does not allow %s: %w", what, err).About(a.about()).
		WithCure("allow the user every key and channel: dossier's own, asynq:* and rate:* (ACL SETUSER NAME ~* &* +@all)")
}

func checkDatabase(ctx context.Context, c *redis.Client, key string) error {
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
