package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/rdb"
)

// cacheCmd is about the outputs of stages that are kept.
type cacheCmd struct {
	Stats   cacheStatsCmd   `cmd:"" help:"Show hits and misses by stage, and the size of the cache in Redis."`
	Warm    cacheWarmCmd    `cmd:"" help:"Load the outputs of a batch into Redis before they are needed."`
	Migrate cacheMigrateCmd `cmd:"" help:"Move keys of an earlier layout to the current one."`
}

type cacheMigrateCmd struct {
	DryRun bool `help:"Count the keys without moving them."`
}

// Run moves keys of an earlier layout.
func (c *cacheMigrateCmd) Run(e *env) (err error) {
	r, err := rdb.Open(e.ctx, e.redisConfig())
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, r.Close()) }()
	moved, err := r.Migrate(e.ctx, c.DryRun)
	if err != nil {
		return err
	}
	counts := map[string]int{}
	for p, n := range moved {
		counts[p.String()] = n
	}
	word := "moved"
	if c.DryRun {
		word = "to be moved"
	}
	text := fmt.Sprintf("no keys %s", word)
	for i, name := range slices.Sorted(maps.Keys(counts)) {
		if i == 0 {
			text = ""
		}
		text += fmt.Sprintf("%s: %d keys %s\n", name, counts[name], word)
	}
	return e.tell(text, map[string]any{"dry_run": c.DryRun, "keys": counts})
}

type cacheStatsCmd struct{}

// purposeStats is what Redis holds for a purpose.
type purposeStats struct {
	Purpose string         `json:"purpose"`
	Sample  bool           `json:"sample"` // there are more keys than were looked at
	Keys    map[string]int `json:"keys"`   // by kind
}

// keysLookedAt bounds how many keys of a purpose are looked at.
const keysLookedAt = 100_000

// Run shows the counters of all processes on this Redis.
func (c *cacheStatsCmd) Run(e *env) (err error) {
	a, err := e.openRecord()
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	stats, err := a.cache.SharedStats(e.ctx)
	if err != nil {
		return err
	}
	var purposes []purposeStats
	for _, p := range rdb.Purposes() {
		counts, err := a.redis.Count(e.ctx, p, keysLookedAt)
		if err != nil {
			return err
		}
		purposes = append(purposes, purposeStats{p.String(), counts.Sample, counts.Kinds})
	}
	if e.JSON {
		return e.printJSON(map[string]any{"stages": stats, "redis": purposes})
	}
	if err := table(e.out, "STAGE\tHITS\tMISSES\tHIT RATE\tWAITS\tFAILED\tDAMAGED", func(row func(...any)) error {
		for _, stage := range dossier.Stages() {
			if s, ok := stats[string(stage)]; ok {
				row(stage, s.Hits, s.Misses, fmt.Sprintf("%.1f %%", 100*s.HitRate()), s.Waits, s.Failed, s.Damaged)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	fmt.Fprintln(e.out)
	return table(e.out, "PURPOSE\tKIND\tKEYS", func(row func(...any)) error {
		for _, p := range purposes {
			for _, kind := range slices.Sorted(maps.Keys(p.Keys)) {
				row(p.Purpose, kind, fmt.Sprintf("%d%s", p.Keys[kind], note(p.Sample, " or more")))
			}
		}
		return nil
	})
}

type cacheWarmCmd struct {
	Batch string `required:"" help:"Id or name of the batch." placeholder:"BATCH"`
}

// Run copies the outputs of a batch's documents from the blobs into Redis. It
// works beside the workers and takes none of their slots.
func (c *cacheWarmCmd) Run(e *env) (err error) {
	a, b, err := withBatch{c.Batch}.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	names, err := a.db.Batches().CacheKeys(e.ctx, b.ID)
	if err != nil {
		return err
	}
	var keys []cache.Key
	for _, name := range names {
		if key, ok := cache.ParseKey(name); ok {
			keys = append(keys, key)
		}
	}
	w, err := a.cache.Warm(e.ctx, keys)
	if err != nil {
		return err
	}
	return e.tell(fmt.Sprintf("%d outputs were in Redis, %d were brought there, %d are missing, %d did not fit", w.Present, w.Loaded, w.Missing, w.Skipped),
		map[string]int{"present": w.Present, "loaded": w.Loaded, "missing": w.Missing, "skipped": w.Skipped})
}
