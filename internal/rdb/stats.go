package rdb

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"
)

// ServerStats is what a server says about itself. A figure that it does not
// tell is nil, and the version "".
type ServerStats struct {
	Server      string // address without user and password, or "embedded"
	Purposes    []Purpose
	Up          bool // it answered
	Version     string
	Policy      string // what it does when memory is full
	Uptime      *time.Duration
	Clients     *int64 // connections, of all programs
	UsedMemory  *int64 // bytes
	PeakMemory  *int64 // bytes
	MaxMemory   *int64 // bytes; 0 means no limit
	EvictedKeys *int64 // since the server started
}

// Stats asks every server, all at once, for its figures: one round trip each.
// Servers that do not answer are listed without figures; the error says why.
func (r *Redis) Stats(ctx context.Context) ([]ServerStats, error) {
	all := make([]ServerStats, len(r.servers))
	errs := make([]error, len(r.servers))
	var asking sync.WaitGroup
	for i, s := range r.servers {
		asking.Go(func() { all[i], errs[i] = r.stats(ctx, s) })
	}
	asking.Wait()
	return all, errors.Join(errs...)
}

func (r *Redis) stats(ctx context.Context, s *server) (ServerStats, error) {
	stats := ServerStats{Server: s.address.String(), Purposes: s.purposes}
	text, err := r.For(s.purposes[0]).Info(ctx).Result()
	if err != nil {
		return stats, fmt.Errorf("%s: %w", s.address, err)
	}
	info := parseInfo(text)
	stats.Up = true
	stats.Version, stats.Policy = info["redis_version"], info["maxmemory_policy"]
	stats.Clients = figure(info, "connected_clients")
	stats.UsedMemory = figure(info, "used_memory")
	stats.PeakMemory = figure(info, "used_memory_peak")
	stats.MaxMemory = figure(info, "maxmemory")
	stats.EvictedKeys = figure(info, "evicted_keys")
	if seconds := figure(info, "uptime_in_seconds"); seconds != nil {
		stats.Uptime = new(time.Duration(*seconds) * time.Second)
	}
	return stats, nil
}

func figure(info map[string]string, name string) *int64 {
	n, err := strconv.ParseInt(info[name], 10, 64)
	if err != nil {
		return nil // not told
	}
	return &n
}
