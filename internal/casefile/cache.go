package casefile

import (
	"context"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/rdb"
)

// CacheView shows the use of the cache by all processes on this Redis.
type CacheView struct {
	Redis  []PurposeKeys          `json:"redis"`
	Stages map[string]cache.Stats `json:"stages"` // hits and misses
}

// PurposeKeys counts the keys that Redis holds for a purpose.
type PurposeKeys struct {
	Purpose string         `json:"purpose"`
	Sample  bool           `json:"sample"` // there are more keys than were counted
	Keys    map[string]int `json:"keys"`   // by kind
}

// keysCounted bounds the keys of a purpose that are counted.
const keysCounted = 100_000

// CacheStats returns the counters of the cache.
func (r Record) CacheStats(ctx context.Context) (v CacheView, err error) {
	if v.Stages, err = r.Cache.SharedStats(ctx); err != nil {
		return v, err
	}
	for _, p := range rdb.Purposes() {
		counts, err := r.Redis.Count(ctx, p, keysCounted)
		if err != nil {
			return v, err
		}
		v.Redis = append(v.Redis, PurposeKeys{p.String(), counts.Sample, counts.Kinds})
	}
	return v, nil
}

// CacheWarmed counts the cached outputs of a batch.
type CacheWarmed struct {
	Loaded  int `json:"loaded"`  // were copied into Redis
	Missing int `json:"missing"` // have no entry, or a damaged one
	Present int `json:"present"` // were in Redis already
	Skipped int `json:"skipped"` // were left out because Redis would have become too full
}

// WarmCache copies the cached outputs of a batch's documents into Redis. It runs
// beside the workers and takes none of their slots.
func (r Record) WarmCache(ctx context.Context, batch string) (CacheWarmed, error) {
	b, err := r.DB.Batches().Find(ctx, batch)
	if err != nil {
		return CacheWarmed{}, err
	}
	names, err := r.DB.Batches().CacheKeys(ctx, b.ID)
	if err != nil {
		return CacheWarmed{}, err
	}
	var keys []cache.Key
	for _, name := range names {
		if key, ok := cache.ParseKey(name); ok {
			keys = append(keys, key)
		}
	}
	w, err := r.Cache.Warm(ctx, keys)
	return CacheWarmed{Loaded: w.Loaded, Missing: w.Missing, Present: w.Present, Skipped: w.Skipped}, err
}

// KeysMigrated counts keys of an earlier layout by purpose.
type KeysMigrated struct {
	DryRun bool           `json:"dry_run"` // they were counted, not moved
	Keys   map[string]int `json:"keys"`
}

// MigrateKeys moves keys of an earlier layout of Redis to the current one.
func (r Record) MigrateKeys(ctx context.Context, dryRun bool) (KeysMigrated, error) {
	moved, err := r.Redis.Migrate(ctx, dryRun)
	result := KeysMigrated{dryRun, map[string]int{}}
	for p, n := range moved {
		result.Keys[p.String()] = n
	}
	return result, err
}

// Breakers lists the circuit breakers of providers that remember failures.
func (r Record) Breakers(ctx context.Context) ([]breaker.State, error) {
	return r.Circuits.List(ctx)
}

// BreakerReset names a provider whose breaker was closed.
type BreakerReset struct {
	Reset string `json:"reset"`
}

// ResetBreaker closes the breaker of a provider, which is then called again
// immediately.
func (r Record) ResetBreaker(ctx context.Context, provider string) (BreakerReset, error) {
	ok, err := r.Circuits.Reset(ctx, provider)
	if err == nil && !ok {
		err = dossier.Errorf(dossier.CodeNotFound, "no breaker of that provider remembers a failure").About(provider).
			WithCure("`dossier breaker list` shows those that do")
	}
	return BreakerReset{provider}, err
}
