// Package batch takes files into batches and carries out what people decide about
// them.
//
// A submission opens a batch ([Manager.Open]) and registers its files in groups
// ([Manager.Intake]); files found inside documents join the batches of their
// container later ([Register]). Every decision (pause, cancel, priority, retry,
// replay) is one transaction with its line in the audit log. Workers that hold
// work that it concerns learn of it at their next heartbeat.
package batch

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"slices"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
)

// Config is what a [Manager] works with.
type Config struct {
	DB     *store.DB    // required
	Redis  *rdb.Redis   // required
	Blobs  *blob.Store  // where originals go; required
	Recipe plan.Recipe  // how the workers of this record process files
	Actor  string       // who decides, for the audit log
	Log    *slog.Logger // default: slog.Default()
}

// Manager opens batches, takes files into them and changes them. It is safe for
// concurrent use.
type Manager struct{ Config }

// New returns a manager. The error of a field that is missing is
// [dossier.CodeInternal].
func New(c Config) (*Manager, error) {
	switch {
	case c.DB == nil:
		return nil, dossier.Errorf(dossier.CodeInternal, "batch: Config.DB is required")
	case c.Redis == nil:
		return nil, dossier.Errorf(dossier.CodeInternal, "batch: Config.Redis is required")
	case c.Blobs == nil:
		return nil, dossier.Errorf(dossier.CodeInternal, "batch: Config.Blobs is required")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return &Manager{c}, nil
}

// Request says what to process.
type Request struct {
	Paths    []string          // files and folders
	Expected map[string]string // SHA-256 that a path must have, or ""; nil: any
	Project  string
	Name     string // what people call the batch
	Priority dossier.Priority
	Deadline time.Time     // zero: none
	Within   time.Duration // the deadline as a span from now, by the clock of the record; 0: Deadline holds
	OCR      extract.OCRMode
}

// options are what the stages of a batch are to do, as it is on record.
type options struct {
	Version int             `json:"version"`
	OCR     extract.OCRMode `json:"ocr"`
}

// Open starts the batch of a request, or takes up the unfinished batch of the
// same request.
func (m *Manager) Open(ctx context.Context, r Request) (store.Batch, error) {
	paths := make([]string, len(r.Paths))
	for i, path := range r.Paths {
		abs, err := filepath.Abs(path)
		if err != nil {
			return store.Batch{}, dossier.Errorf(dossier.CodeInvalidInput, "%w", err).About(path)
		}
		paths[i] = abs
	}
	slices.Sort(paths)
	if r.Within > 0 {
		r.Deadline = m.DB.Now().Add(r.Within)
	}
	options, err := json.Marshal(options{Version: 1, OCR: r.OCR})
	if err != nil {
		return store.Batch{}, err
	}
	var id string
	err = m.DB.Write(ctx, func(tx *store.Tx) error {
		project, err := tx.Projects().Ensure(ctx, r.Project)
		if err != nil {
			return err
		}
		var resumed bool
		id, resumed, err = tx.Batches().Open(ctx, store.BatchRequest{
			ProjectID: project.ID, Name: r.Name, Options: string(options), Priority: r.Priority, Deadline: r.Deadline,
			SourceKey: cache.Hash(append(paths, m.Recipe.For(r.OCR))...),
		})
		if err != nil {
			return err
		}
		if resumed {
			m.Log.Info("resuming an unfinished batch", "batch", id)
			return nil
		}
		return tx.Audit().Record(ctx, m.Actor, "batch.submit", id, project.ID, map[string]any{
			"name": r.Name, "priority": r.Priority, "deadline": r.Deadline, "paths": paths[:min(len(paths), 20)],
		})
	})
	if err != nil {
		return store.Batch{}, err
	}
	return m.DB.Batches().Get(ctx, id)
}

// Progress returns how far a batch has come.
func (m *Manager) Progress(ctx context.Context, batchID string) (queue.Progress, error) {
	return queue.ReadProgress(ctx, m.Redis, m.DB, batchID)
}
