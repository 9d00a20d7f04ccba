package rdb

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
)

// server is one server and what the probe found.
type server struct {
	address  address
	purposes []Purpose
	numbered bool   // it has a database for every purpose
	version  string // "" if it does not tell
	policy   string // what it does when memory is full; "" if it does not tell
}

// The oldest version that has all commands used here.
const oldestMajor, oldestMinor = 6, 2

// probe asks the server what it is, in one round trip. INFO says all there is
// to know about its memory, and is allowed where CONFIG is not.
func (s *server) probe(ctx context.Context) error {
	o := s.address.options("probe", 0)
	o.PoolSize = 1
	o.MaxRetries = -1 // the dialer tries again by itself
	c := client(o)
	defer c.Close()
	pipe := c.Pipeline()
	info, cluster := pipe.Info(ctx), pipe.ClusterInfo(ctx)
	last := pipe.Select(ctx, purposeCount-1) // this connection serves nothing else
	if err := run(ctx, pipe); err != nil {
		return s.unreachable(err)
	}
	facts := parseInfo(info.Val())
	s.version, s.policy = facts["redis_version"], facts["maxmemory_policy"]
	s.numbered = last.Err() == nil
	return s.judge(facts, parseInfo(cluster.Val()))
}

// run executes a pipeline whose commands may be refused one by one, for their
// callers to see. It returns an error if they were not all answered.
func run(ctx context.Context, pipe redis.Pipeliner) error {
	cmds, err := pipe.Exec(ctx)
	var refused redis.Error
	for _, c := range cmds {
		switch {
		case c.Err() == nil:
		case errors.As(c.Err(), &refused):
			err = nil // it was this one's
		default:
			return c.Err()
		}
	}
	return err // the connection was refused
}

// lockedOut begin the errors of a wrong or missing password.
var lockedOut = []string{"WRONGPASS", "NOAUTH", "ERR AUTH"}

// unreachable is the error of a server that did not answer.
func (s *server) unreachable(err error) error {
	var certificate *tls.CertificateVerificationError
	switch {
	case slices.ContainsFunc(lockedOut, func(prefix string) bool { return redis.HasErrorPrefix(err, prefix) }):
		return dossier.Errorf(dossier.CodeInvalidInput, "Redis does not let us in: %w", err).
			About(s.address.about()).WithCure("check user and password in the address")
	case redis.HasErrorPrefix(err, "NOPERM"):
		return notAllowed(s.address, "what it is asked first", err)
	case errors.As(err, &certificate):
		return dossier.Errorf(dossier.CodeInvalidInput, "Redis shows a certificate that is not trusted: %w", err).
			About(s.address.about()).WithCure("name its authority with ?tls_ca=PATH, and with &tls_server_name=NAME the name it has there")
	}
	return dossier.Errorf(dossier.CodeDatabase, "Redis cannot be reached: %w", err).
		About(s.address.about()).WithCure("start it, or correct the address; with TLS it begins with rediss://")
}

// judge refuses a server that cannot do its work.
func (s *server) judge(info, cluster map[string]string) error {
	bad := func(format string, args ...any) *dossier.Error {
		return dossier.Errorf(dossier.CodeInvalidInput, format, args...).About(s.address.about())
	}
	switch {
	case s.version != "" && tooOld(s.version):
		return bad("Redis %s is too old", s.version).
			WithCure(fmt.Sprintf("install Redis %d.%d or newer", oldestMajor, oldestMinor))
	case info["role"] == "slave":
		return bad("this Redis is a replica and cannot be written to").
			WithCure("give the primary's address, or that of the Sentinels")
	case info["cluster_enabled"] == "1" && cluster["cluster_size"] != "1":
		return bad("this Redis Cluster has %s shards; dossier needs it to have one", cmp.Or(cluster["cluster_size"], "an unknown number of")).
			WithCure("use a cluster of one shard or a plain server; give purposes servers of their own with --redis-broker, --redis-cache, …")
	case s.evicts() && s.purposes[0] == Broker:
		return bad("this Redis carries the broker and forgets keys when its memory is full (maxmemory-policy %s)", s.policy).
			WithCure("set maxmemory-policy noeviction, or give the broker its own server with --redis-broker")
	}
	return nil
}

// evicts reports whether the server drops keys when its memory is full. It
// counts even without a maxmemory: that can be set while we run.
func (s *server) evicts() bool { return s.policy != "" && s.policy != "noeviction" }

func tooOld(version string) bool {
	part := strings.SplitN(version, ".", 3)
	major, err := strconv.Atoi(part[0])
	minor := 0
	if err == nil && len(part) > 1 {
		minor, err = strconv.Atoi(part[1])
	}
	return err == nil && (major < oldestMajor || major == oldestMajor && minor < oldestMinor)
}

// parseInfo reads the lines "name:value" of an INFO answer.
func parseInfo(text string) map[string]string {
	facts := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			facts[name] = value
		}
	}
	return facts
}

// Finding is what the probe found for a purpose.
type Finding struct {
	Purpose Purpose
	Server  string // address without user and password, or "embedded"
	Space   string // "database 2", or "prefix {dossier:cache}:"
	Version string // "" if the server does not tell
	Policy  string // what happens when memory is full; "" if the server does not tell
	Warning string // "" if all is well
	Cure    string // what to do about the warning
}

// Findings returns what the probe found when Redis was opened, by purpose.
func (r *Redis) Findings() []Finding {
	found := make([]Finding, 0, purposeCount)
	for _, p := range Purposes() {
		s := r.homes[p]
		f := Finding{Purpose: p, Server: s.address.String(), Space: r.space(p), Version: s.version, Policy: s.policy}
		if !r.Embedded() {
			f.Warning, f.Cure = s.warning(p)
		}
		found = append(found, f)
	}
	return found
}

// warning says what could go wrong with a purpose on the server.
func (s *server) warning(p Purpose) (warning, cure string) {
	switch {
	case s.version == "":
		return "the server tells neither its version nor what it does when memory is full",
			"allow the user INFO; make sure of version 6.2 and of maxmemory-policy noeviction"
	case s.policy == "" && p == Broker:
		return "the server does not tell what it does when memory is full",
			"make sure of maxmemory-policy noeviction"
	case s.evicts() && (p == RateLimit || p == Batch):
		return fmt.Sprintf("when memory is full the server forgets keys (%s): %s", s.policy, losses[p]),
			"set maxmemory-policy noeviction, or give the purpose its own server with " + p.flag()
	}
	return "", ""
}

// losses says what eviction does to a purpose.
var losses = map[Purpose]string{
	RateLimit: "providers may be asked more often than they allow",
	Batch:     "progress and events have gaps until they are made anew from SQL",
}

// Where names the server of a purpose, without user and password, and the flag
// that chooses it.
func (r *Redis) Where(p Purpose) (server, flag string) {
	a := r.homes[p].address
	return a.String(), a.flag
}

// space says which part of its server a purpose has.
func (r *Redis) space(p Purpose) string {
	if r.homes[p].numbered {
		return fmt.Sprintf("database %d", int(p))
	}
	return "prefix " + r.prefixes[p]
}
