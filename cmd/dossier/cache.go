package main

import (
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
)

// cacheCmd is about the cached outputs of stages.
type cacheCmd struct {
	Stats   cacheStatsCmd   `cmd:"" help:"Show hits and misses by stage, and the size of the cache in Redis."`
	Warm    cacheWarmCmd    `cmd:"" help:"Load the outputs of a batch into Redis before they are needed."`
	Migrate cacheMigrateCmd `cmd:"" help:"Move keys of an earlier layout to the current one."`
}

type cacheMigrateCmd struct {
	DryRun bool `help:"Count the keys without moving them."`
}

// Run moves keys of an earlier layout.
func (c *cacheMigrateCmd) Run(e *env) error {
	return onRecord(e, e.openRedis, func(r casefile.Record) (casefile.KeysMigrated, error) {
		return r.MigrateKeys(e.ctx, c.DryRun)
	}, one(show.KeysMigrated))
}

type cacheStatsCmd struct{}

// Run shows the counters of all processes on this Redis.
func (c *cacheStatsCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) (casefile.CacheView, error) { return r.CacheStats(e.ctx) }, one(show.CacheStats))
}

type cacheWarmCmd struct {
	Batch string `required:"" help:"Id or name of the batch." placeholder:"BATCH"`
}

// Run copies the outputs of a batch's documents into Redis.
func (c *cacheWarmCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) (casefile.CacheWarmed, error) {
		return r.WarmCache(e.ctx, c.Batch)
	}, one(show.CacheWarmed))
}
