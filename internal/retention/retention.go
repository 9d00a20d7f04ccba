// Package retention removes what is to be removed: documents and projects that
// somebody deletes, and what has grown too old.
//
// A deletion is decided in one transaction, with its lines in the audit log; what
// remains to be done is on record from then on ([store.Removal]) and is carried
// out in small steps: first the record, then the originals and cached outputs that nobody else
// uses, then what Redis holds. Whoever is killed on the way loses nothing: the
// next [Keeper.Drain], here or elsewhere, goes on. Nothing is removed on which a
// legal hold is in force; the store sees to that.
package retention

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/identity"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
)

// Keeper removes things. Set all fields up to Log.
type Keeper struct {
	DB       *store.DB
	Redis    *rdb.Redis
	Cache    *cache.Cache
	Blobs    *blob.Store
	Versions map[string]string // of the stages whose outputs are cached: the current ones
	Ages     Ages
	Actor    string // who decides, for the audit log
	Log      *slog.Logger
	// Silence is how long whoever began to remove originals may be silent before
	// the rest is taken over; 0 stands for [store.RemovalSilence].
	Silence time.Duration
	// Remake makes outputs again that could not be kept, and returns how many;
	// nil where nothing is worked on.
	Remake func(ctx context.Context) (int, error)
	// Step, if it is not nil, is called after every step that a crash may
	// follow; an error ends the work there.
	Step func(what string) error
}

// Counts says how much was removed, by kind: documents, projects, originals,
// outputs, attempts and so on.
type Counts map[string]int

func (c Counts) add(kind string, n int) {
	if n > 0 {
		c[kind] += n
	}
}

// Each step removes so much at most: transactions stay short.
const (
	recordGroup = 50   // documents
	rowGroup    = 1000 // rows
	fileGroup   = 200  // files and cache entries
)

// DeleteDocuments deletes the documents of a plan of [store.Documents.PlanDeletion].
// Errors have CodeHeld, CodeChanged (the plan is not true any more; nothing was
// deleted), or are those of the database, the blobs or Redis: then what remains is
// on record, and is removed later.
func (k *Keeper) DeleteDocuments(ctx context.Context, projectID string, plan store.Deletion) (Counts, error) {
	if err := k.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Documents().Condemn(ctx, projectID, plan.IDs()); err != nil {
			return err
		}
		for _, d := range plan.Documents {
			if err := tx.Audit().Record(ctx, k.Actor, "document.delete", d.ID, projectID, map[string]any{
				"file_name": d.FileName, "sha256": d.SHA256, "bytes": d.Size,
			}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return Counts{}, err
	}
	if err := k.step("condemned"); err != nil {
		return Counts{}, err
	}
	return k.Drain(ctx)
}

// DeleteProject deletes a project with all its documents. The errors are those
// of [Keeper.DeleteDocuments].
func (k *Keeper) DeleteProject(ctx context.Context, p store.ProjectInfo) (Counts, error) {
	if err := k.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Projects().Condemn(ctx, p.ID); err != nil {
			return err
		}
		return tx.Audit().Record(ctx, k.Actor, "project.delete", p.ID, p.ID, map[string]any{
			"name": p.Name, "documents": p.Documents, "batches": p.Batches, "bytes": p.Bytes,
		})
	}); err != nil {
		return Counts{}, err
	}
	if err := k.step("condemned"); err != nil {
		return Counts{}, err
	}
	return k.Drain(ctx)
}

// Hold places a legal hold on a project, or on one document of it if documentID
// is not "". It reports whether it stopped a deletion that was under way; what
// that had not reached stays.
func (k *Keeper) Hold(ctx context.Context, projectID, documentID, reason string) (stopped bool, err error) {
	err = k.DB.Write(ctx, func(tx *store.Tx) error {
		if stopped, err = tx.Holds().Place(ctx, projectID, documentID, reason, k.Actor); err != nil {
			return err
		}
		if stopped { // a project's names are not settled while it is being deleted
			if err := settleAll(ctx, tx, projectID); err != nil {
				return err
			}
		}
		return tx.Audit().Record(ctx, k.Actor, action(documentID, "hold"), subject(projectID, documentID), projectID,
			map[string]any{"reason": reason, "stopped_deletion": stopped})
	})
	return stopped, err
}

func settleAll(ctx context.Context, tx *store.Tx, projectID string) error {
	var ids []string
	if err := tx.Names().Each(ctx, projectID, func(n store.Name) { ids = append(ids, n.ID) }); err != nil {
		return err
	}
	return identity.Forget(ctx, tx, projectID, ids)
}

// Release ends the holds on a project, or on one document of it, and returns how
// many there were.
func (k *Keeper) Release(ctx context.Context, projectID, documentID string) (n int, err error) {
	err = k.DB.Write(ctx, func(tx *store.Tx) error {
		if n, err = tx.Holds().Release(ctx, projectID, documentID, k.Actor); err != nil || n == 0 {
			return err
		}
		return tx.Audit().Record(ctx, k.Actor, action(documentID, "release"), subject(projectID, documentID), projectID, map[string]int{"holds": n})
	})
	return n, err
}

func action(documentID, what string) string {
	if documentID == "" {
		return "project." + what
	}
	return "document." + what
}

func subject(projectID, documentID string) string {
	if documentID == "" {
		return projectID
	}
	return documentID
}

// Drain removes all that is on record as to be removed. What cannot be removed
// now, because the blobs or Redis are away, stays on record and does not keep
// back the rest.
func (k *Keeper) Drain(ctx context.Context) (Counts, error) {
	counts := Counts{}
	var errs []error
	for _, kind := range store.RemovalKinds() {
		err := k.drain(ctx, kind, counts)
		if errors.Is(err, errStop) || ctx.Err() != nil {
			return counts, errors.Join(append(errs, err)...)
		}
		errs = append(errs, err)
	}
	return counts, errors.Join(errs...)
}

// errStop marks the error of a step: nothing goes on after it.
var errStop = errors.New("stopped")

func (k *Keeper) step(what string) error {
	if k.Step == nil {
		return nil
	}
	if err := k.Step(what); err != nil {
		return errors.Join(errStop, err)
	}
	return nil
}

// drain carries out the removals of a kind.
func (k *Keeper) drain(ctx context.Context, kind store.RemovalKind, counts Counts) error {
	if kind == store.RemoveRecord {
		return k.removeRecords(ctx, counts)
	}
	for ctx.Err() == nil {
		limit := rowGroup
		if kind == store.RemoveOriginal || kind == store.RemoveOutput {
			limit = fileGroup
		}
		list, err := k.DB.Removals().Waiting(ctx, kind, k.silence(), limit)
		if err != nil || len(list) == 0 {
			return err
		}
		switch kind {
		case store.RemoveProject:
			err = k.removeProject(ctx, list[0].Target, counts)
		case store.RemoveOriginal:
			err = k.removeOriginals(ctx, list, counts)
		case store.RemoveOutput:
			err = k.removeOutputs(ctx, list, counts)
		default:
			err = k.removeKeys(ctx, kind, list)
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (k *Keeper) silence() time.Duration { return cmp.Or(k.Silence, store.RemovalSilence) }

// removeRecords deletes the records of the documents that are to go, a few in a
// transaction, attachments first.
func (k *Keeper) removeRecords(ctx context.Context, counts Counts) error {
	for ctx.Err() == nil {
		projectID, ids, err := k.DB.Documents().Condemned(ctx, recordGroup)
		if err != nil || len(ids) == 0 {
			return err
		}
		var d store.Deleted
		if err := k.DB.Write(ctx, func(tx *store.Tx) error {
			if d, err = tx.Documents().Delete(ctx, projectID, ids); err != nil {
				return err
			}
			if d.ProjectGoes {
				return nil // with all its names
			}
			return identity.Forget(ctx, tx, projectID, d.Names)
		}); err != nil {
			return err
		}
		counts.add("documents", len(d.Documents))
		if err := k.step("records"); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// removeProject deletes a project: its documents, and then what is left.
func (k *Keeper) removeProject(ctx context.Context, projectID string, counts Counts) error {
	for ctx.Err() == nil {
		ids, err := k.DB.Projects().Documents(ctx, projectID, rowGroup)
		if err != nil {
			return err
		}
		done := false
		if err := k.DB.Write(ctx, func(tx *store.Tx) error {
			if len(ids) > 0 {
				return tx.Removals().Add(ctx, projectID, store.RemoveRecord, ids)
			}
			if done, err = tx.Projects().Delete(ctx, projectID, rowGroup); err != nil || !done {
				return err
			}
			return tx.Audit().Record(ctx, k.Actor, "project.deleted", projectID, projectID, map[string]any{})
		}); err != nil {
			if dossier.CodeOf(err) == dossier.CodeNotFound { // somebody else came to the end first
				return nil
			}
			return err
		}
		if done {
			counts.add("projects", 1)
		}
		if err := k.step("project"); err != nil || done {
			return err
		}
		if err := k.removeRecords(ctx, counts); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// removeOriginals removes the bytes of files that no document has any more.
func (k *Keeper) removeOriginals(ctx context.Context, list []store.Removal, counts Counts) error {
	shas := targets(list)
	var free []string
	if err := k.DB.Write(ctx, func(tx *store.Tx) (err error) {
		free, err = tx.Removals().Begin(ctx, shas, k.silence())
		return err
	}); err != nil {
		return err
	}
	until := time.Now().Add(store.RemovalTime)
	if err := k.step("originals begun"); err != nil {
		return err
	}
	for i, sha := range free {
		if time.Now().After(until) { // others may take over: the rest is theirs
			free = free[:i]
			break
		}
		if err := k.Blobs.Delete(ctx, blob.OriginalKey(sha)); err != nil {
			return err
		}
		if err := k.step("original"); err != nil {
			return err
		}
	}
	if err := k.DB.Write(ctx, func(tx *store.Tx) error { return tx.Removals().EndOriginals(ctx, free) }); err != nil {
		return err
	}
	counts.add("originals", len(free))
	return nil
}

// removeOutputs removes cached outputs that no task refers to any more.
func (k *Keeper) removeOutputs(ctx context.Context, list []store.Removal, counts Counts) error {
	used, err := k.DB.Removals().UsedOutputs(ctx, targets(list), false)
	if err != nil {
		return err
	}
	for _, r := range list {
		key, ok := cache.ParseKey(r.Target)
		if !ok || used[r.Target] {
			continue
		}
		if err := k.Cache.Delete(ctx, key); err != nil {
			return err
		}
		counts.add("outputs", 1)
		if err := k.step("output"); err != nil {
			return err
		}
	}
	return k.end(ctx, store.RemoveOutput, list)
}

// removeKeys removes keys of Redis.
func (k *Keeper) removeKeys(ctx context.Context, kind store.RemovalKind, list []store.Removal) error {
	purpose, keysOf := rdb.Cache, k.Redis.DocumentKeys
	switch kind {
	case store.RemoveResult:
		purpose, keysOf = rdb.Results, func(id string) []string { return []string{k.Redis.ResultKey(id)} }
	case store.RemoveBatch:
		purpose, keysOf = rdb.Batch, func(id string) []string { return []string{k.Redis.ProgressKey(id), k.Redis.MembersKey(id)} }
	}
	if _, err := k.Redis.For(purpose).Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, r := range list {
			p.Del(ctx, keysOf(r.Target)...)
		}
		return nil
	}); err != nil {
		return dossier.Errorf(dossier.CodeProviderDown, "Redis still holds keys of what was deleted: %w", err).
			WithCure("they are removed when it is back: `dossier cleanup`")
	}
	if err := k.step("keys"); err != nil {
		return err
	}
	return k.end(ctx, kind, list)
}

func (k *Keeper) end(ctx context.Context, kind store.RemovalKind, list []store.Removal) error {
	return k.DB.Write(ctx, func(tx *store.Tx) error { return tx.Removals().End(ctx, kind, list) })
}

func targets(list []store.Removal) []string {
	t := make([]string, len(list))
	for i, r := range list {
		t[i] = r.Target
	}
	return t
}
