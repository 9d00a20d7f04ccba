package retention

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
)

// Ages say how old things get before they are removed; 0 keeps them. Nothing is
// removed on which a legal hold is in force.
type Ages struct {
	Attempts   time.Duration // attempts at tasks that have ended
	Deliveries time.Duration // deliveries to webhooks that have ended
	Events     time.Duration // the feed of entity events
	Audit      time.Duration // the audit log
	Progress   time.Duration // Redis keys of the progress of batches that have ended; they are rebuilt when they are asked for
	OldOutputs time.Duration // cached outputs of versions of a stage that this program does not have
	Outputs    time.Duration // cached outputs of the current versions
	Orphans    time.Duration // originals that no document has, since they were written
}

// shortestOrphan is the least age of an orphan: a file that is being registered
// has no document yet.
const shortestOrphan = time.Hour

// Check refuses ages at which something in use would be removed.
func (a Ages) Check() error {
	if a.Orphans > 0 && a.Orphans < shortestOrphan {
		return dossier.Errorf(dossier.CodeInvalidInput, "an original may just be on its way into the record").
			About("keep-orphans").WithCure("give an hour or more, or 0 to keep them")
	}
	return nil
}

// rows are the ages of what lies in the database.
func (a Ages) rows() []rowAge {
	return []rowAge{
		{store.OldAttempts, a.Attempts}, {store.OldDeliveries, a.Deliveries}, {store.OldEvents, a.Events}, {store.OldAudit, a.Audit},
	}
}

type rowAge struct {
	kind store.Old
	age  time.Duration
}

// removedFor is how long it is on record that an original was removed. It is
// longer than any intake takes from storing bytes to registering them.
const removedFor = 24 * time.Hour

// Cleaned is what a cleanup removed, or, if it was to try only, would remove.
type Cleaned struct {
	DryRun  bool   `json:"dry_run"`
	Removed Counts `json:"removed"`
	Bytes   int64  `json:"bytes"` // of outputs and orphans
}

// Clean removes what remains of deletions and what is too old, in short
// transactions, and records in the audit log what that came to. A part that fails
// does not keep back the others. dryRun only counts; files adds the listing of
// all blobs, which takes long where there are many.
func (k *Keeper) Clean(ctx context.Context, dryRun, files bool) (Cleaned, error) {
	c := Cleaned{DryRun: dryRun, Removed: Counts{}}
	steps := []func(context.Context, *Cleaned) error{k.cleanRows, k.cleanProgress}
	if files {
		steps = append(steps, k.cleanOutputs, k.findOrphans)
	}
	if !dryRun {
		steps = append(steps, k.finish)
	}
	var errs []error
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return c, errors.Join(append(errs, err)...)
		}
		errs = append(errs, step(ctx, &c))
	}
	return c, errors.Join(errs...)
}

// finish carries out the removals on record, and records what was removed.
func (k *Keeper) finish(ctx context.Context, c *Cleaned) error {
	counts, err := k.Drain(ctx)
	for kind, n := range counts {
		c.Removed.add(kind, n)
	}
	return errors.Join(err, k.DB.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Removals().Forget(ctx, removedFor, rowGroup); err != nil || len(c.Removed) == 0 {
			return err
		}
		return tx.Audit().Record(ctx, k.Actor, "cleanup", "cleanup", "", map[string]any{"removed": c.Removed, "bytes": c.Bytes})
	}))
}

// cleanRows deletes old rows.
func (k *Keeper) cleanRows(ctx context.Context, c *Cleaned) error {
	for _, r := range k.Ages.rows() {
		if r.age == 0 {
			continue
		}
		if c.DryRun {
			n, err := k.DB.Retention().CountOld(ctx, r.kind, r.age)
			if err != nil {
				return err
			}
			c.Removed.add(string(r.kind), n)
			continue
		}
		for n := rowGroup; n == rowGroup; {
			if err := k.DB.Write(ctx, func(tx *store.Tx) (err error) {
				n, err = tx.Retention().DeleteOld(ctx, r.kind, r.age, rowGroup)
				return err
			}); err != nil {
				return err
			}
			c.Removed.add(string(r.kind), n)
			if err := errors.Join(ctx.Err(), k.step("rows")); err != nil {
				return err
			}
		}
	}
	return nil
}

// cleanProgress removes the progress of batches that ended long ago from Redis.
func (k *Keeper) cleanProgress(ctx context.Context, c *Cleaned) error {
	if k.Ages.Progress == 0 {
		return nil
	}
	ids, err := k.DB.Batches().Ended(ctx, k.Ages.Progress)
	if err != nil || len(ids) == 0 {
		return err
	}
	cmds, err := k.Redis.For(rdb.Batch).Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, id := range ids {
			keys := []string{k.Redis.ProgressKey(id), k.Redis.MembersKey(id)}
			if c.DryRun {
				p.Exists(ctx, keys...)
			} else {
				p.Del(ctx, keys...)
			}
		}
		return nil
	})
	for _, cmd := range cmds {
		if n, ok := cmd.(*redis.IntCmd); ok {
			c.Removed.add("progress_keys", int(n.Val()))
		}
	}
	return err
}

// cleanOutputs removes old cached outputs.
func (k *Keeper) cleanOutputs(ctx context.Context, c *Cleaned) error {
	if k.Ages.OldOutputs == 0 && k.Ages.Outputs == 0 {
		return nil
	}
	var group []cache.Stored
	flush := func() error {
		err := k.dropOutputs(ctx, c, group)
		group = group[:0]
		return err
	}
	if err := k.Cache.List(ctx, func(s cache.Stored) error {
		if !k.tooOld(s.Key, time.Since(s.Written)) {
			return nil
		}
		if group = append(group, s); len(group) < fileGroup {
			return nil
		}
		return flush()
	}); err != nil {
		return err
	}
	return flush()
}

// tooOld reports whether an entry of the cache is to go at that age.
func (k *Keeper) tooOld(key cache.Key, age time.Duration) bool {
	if k.Ages.Outputs > 0 && age > k.Ages.Outputs {
		return true
	}
	return k.Versions[key.Stage] != key.Version && k.Ages.OldOutputs > 0 && age > k.Ages.OldOutputs
}

// dropOutputs removes entries of the cache but those of documents that are held.
func (k *Keeper) dropOutputs(ctx context.Context, c *Cleaned, group []cache.Stored) error {
	keys := make([]string, len(group))
	for i, s := range group {
		keys[i] = s.Key.String()
	}
	held, err := k.DB.Removals().UsedOutputs(ctx, keys, true)
	if err != nil {
		return err
	}
	for i, s := range group {
		if held[keys[i]] {
			continue
		}
		if !c.DryRun {
			if err := k.Cache.Delete(ctx, s.Key); err != nil {
				return err
			}
		}
		c.Removed.add("outputs", 1)
		c.Bytes += s.Size
	}
	return nil
}

// findOrphans puts originals that no document has on the list of removals: an
// intake that died left them.
func (k *Keeper) findOrphans(ctx context.Context, c *Cleaned) error {
	if k.Ages.Orphans == 0 {
		return nil
	}
	sizes := map[string]int64{}
	flush := func() error {
		err := k.condemnOrphans(ctx, c, sizes)
		clear(sizes)
		return err
	}
	if err := k.Blobs.List(ctx, blob.Originals, func(b blob.Info) error {
		sha, ok := blob.ParseOriginalKey(b.Key)
		if !ok || time.Since(b.Written) < k.Ages.Orphans {
			return nil
		}
		if sizes[sha] = b.Size; len(sizes) < fileGroup {
			return nil
		}
		return flush()
	}); err != nil {
		return err
	}
	return flush()
}

func (k *Keeper) condemnOrphans(ctx context.Context, c *Cleaned, sizes map[string]int64) error {
	var shas, orphans []string
	for sha := range sizes {
		shas = append(shas, sha)
	}
	used, err := k.DB.Removals().UsedOriginals(ctx, shas)
	if err != nil {
		return err
	}
	for _, sha := range shas {
		if !used[sha] {
			orphans = append(orphans, sha)
			c.Bytes += sizes[sha]
		}
	}
	if c.DryRun {
		c.Removed.add("originals", len(orphans))
		return nil
	}
	return k.DB.Write(ctx, func(tx *store.Tx) error { return tx.Removals().Add(ctx, "", store.RemoveOriginal, orphans) })
}

// The chores. Rows and what remains of deletions are cheap to look for; listing
// all blobs is not.
const (
	choreRows    = "cleanup"
	choreFiles   = "cleanup of files"
	choreOutputs = "outputs"

	rowsEvery    = time.Hour
	filesEvery   = 24 * time.Hour
	outputsEvery = 5 * time.Minute
	choreLease   = 5 * time.Minute
	lookEvery    = time.Minute
)

// Run does the chores when they are due until ctx ends. Of all workers that run
// it, one at a time does each.
func (k *Keeper) Run(ctx context.Context, worker string) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(lookEvery):
		}
		for _, chore := range []struct {
			name  string
			every time.Duration
			do    func(context.Context) error
		}{
			{choreFiles, filesEvery, func(ctx context.Context) error { return k.cleanDue(ctx, true) }},
			{choreRows, rowsEvery, func(ctx context.Context) error { return k.cleanDue(ctx, false) }},
			{choreOutputs, outputsEvery, k.remakeDue},
		} {
			if _, err := k.RunDue(ctx, worker, chore.name, chore.every, chore.do); err != nil && ctx.Err() == nil {
				k.Log.Warn("a chore did not complete; what is left is tried again", "chore", chore.name, "err", err)
			}
		}
	}
}

func (k *Keeper) cleanDue(ctx context.Context, files bool) error {
	cleaned, err := k.Clean(ctx, false, files)
	if len(cleaned.Removed) > 0 {
		k.Log.Info("cleaned up", "removed", cleaned.Removed, "bytes", cleaned.Bytes)
	}
	return err
}

func (k *Keeper) remakeDue(ctx context.Context) error {
	if k.Remake == nil {
		return nil
	}
	made, err := k.Remake(ctx)
	if made > 0 {
		k.Log.Info("made outputs again that could not be kept before", "outputs", made)
	}
	return err
}

// RunDue does a chore if it is due and no other worker does it. It reports
// whether it did.
func (k *Keeper) RunDue(ctx context.Context, worker, chore string, every time.Duration, do func(context.Context) error) (ran bool, err error) {
	if err := k.DB.Write(ctx, func(tx *store.Tx) error {
		ran, err = tx.Chores().Take(ctx, chore, worker, every, choreLease)
		return err
	}); err != nil || !ran {
		return false, err
	}
	own, cancel := context.WithCancelCause(ctx)
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		k.keepChore(own, cancel, worker, chore)
	}()
	err = do(own)
	cancel(nil)
	<-kept
	return true, errors.Join(err, k.DB.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		return tx.Chores().End(ctx, chore, worker, err == nil)
	}))
}

// keepChore extends the lease of a chore until ctx ends, and ends ctx when it is
// lost.
func (k *Keeper) keepChore(ctx context.Context, cancel context.CancelCauseFunc, worker, chore string) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(choreLease / 5):
		}
		err := k.DB.Write(ctx, func(tx *store.Tx) error { return tx.Chores().Keep(ctx, chore, worker, choreLease) })
		if errors.Is(err, store.ErrFenced) {
			cancel(dossier.Errorf(dossier.CodeWorkerLost, "another worker took the cleanup over"))
			return
		}
	}
}
