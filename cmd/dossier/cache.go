package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"dossier/internal/rdb"
)

// cacheCmd is about the outputs of stages that are kept.
type cacheCmd struct {
	Migrate cacheMigrateCmd `cmd:"" help:"Move keys that an earlier layout left to where they belong now."`
}

type cacheMigrateCmd struct {
	DryRun bool `help:"Count, and move nothing."`
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
