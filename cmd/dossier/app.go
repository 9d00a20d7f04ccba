package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"dossier"
	"dossier/internal/blob"
	"dossier/internal/cache"
	"dossier/internal/extract"
	"dossier/internal/pipeline"
	"dossier/internal/rdb"
	"dossier/internal/store"
)

// app is everything wired together over one data directory:
//
//	DIR/dossier.db   the record
//	DIR/blobs/       originals and cached stage outputs
//	DIR/tmp/         scratch of the readers
//	DIR/lock         held by the one process that works on the directory
type app struct {
	db       *store.DB
	redis    *rdb.Redis
	blobs    *blob.Store
	pool     *extract.Pool
	pipeline *pipeline.Pipeline
	lock     *os.File
	dir      string
}

// ocrLanguages are the languages of OCR.
var ocrLanguages = []string{"eng"}

// openApp opens the data directory for work; one process at a time may.
func openApp(ctx context.Context, dir string, workers int, log *slog.Logger) (_ *app, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, dossier.Errorf(dossier.CodeUnreadable, "cannot make the data directory: %w", err).
			About(dir).WithCure("name another one with --data")
	}
	a := &app{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if a.lock, err = lockDir(dir); err != nil {
		return nil, err
	}
	// What a killed process left half written is worth nothing.
	for _, scratch := range []string{filepath.Join(dir, "tmp"), filepath.Join(dir, "blobs", "tmp")} {
		if err := os.RemoveAll(scratch); err != nil {
			return nil, dossier.Errorf(dossier.CodeStorage, "cannot clear scratch files: %w", err).About(scratch)
		}
	}
	return a, a.wire(ctx, dir, workers, log)
}

// openRecord opens the data directory for reading; others may be at work.
func (e *env) openRecord() (_ *app, err error) {
	if _, err := os.Stat(filepath.Join(e.Data, "dossier.db")); err != nil {
		return nil, dossier.Errorf(dossier.CodeNotFound, "there is no case file here").
			About(e.Data).WithCure("`dossier process FOLDER` makes one; --data names the directory")
	}
	a := &app{dir: e.Data}
	if err := a.wire(e.ctx, e.Data, 1, e.log()); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

func (a *app) wire(ctx context.Context, dir string, workers int, log *slog.Logger) error {
	tmp := filepath.Join(dir, "tmp")
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return err
	}
	var err error
	if a.db, err = store.Open(ctx, filepath.Join(dir, "dossier.db")); err != nil {
		return err
	}
	if a.blobs, err = blob.Open(filepath.Join(dir, "blobs")); err != nil {
		return err
	}
	if a.redis, err = rdb.Open(ctx, rdb.Config{}); err != nil {
		return err
	}
	if a.pool, err = newPool(workers, tmp); err != nil {
		return err
	}
	a.pipeline = &pipeline.Pipeline{
		DB: a.db, Redis: a.redis, Cache: cache.New(a.redis, a.blobs), Blobs: a.blobs,
		Extractor: a.pool, Languages: ocrLanguages, Log: log,
	}
	return nil
}

// newPool makes a pool of readers whose processes are this program; tmp is
// their scratch space, "" the system's.
func newPool(workers int, tmp string) (*extract.Pool, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return extract.NewPool(extract.Config{
		Exe: []string{exe, childCommand}, Workers: workers, TempDir: tmp, Languages: ocrLanguages,
	})
}

// lockDir takes the directory for this process. The lock goes with the
// process, however it ends.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeUnreadable, "cannot open the lock: %w", err).
			About(dir).WithCure("check the permissions of the data directory")
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(dossier.Errorf(dossier.CodeDataDirBusy, "another dossier is at work here").
			About(dir).WithCure("wait until it ends, or name another directory with --data"), f.Close())
	}
	return f, nil
}

// closeInto closes the app, for a deferred call, and adds what goes wrong to
// err.
func (a *app) closeInto(err *error) {
	if closeErr := a.close(); closeErr != nil {
		*err = errors.Join(*err, closeErr)
	}
}

func (a *app) close() error {
	var errs []error
	if a.pool != nil {
		errs = append(errs, a.pool.Close())
	}
	if a.redis != nil {
		errs = append(errs, a.redis.Close())
	}
	if a.db != nil {
		errs = append(errs, a.db.Close())
	}
	if a.lock != nil {
		errs = append(errs, a.lock.Close())
	}
	return errors.Join(errs...)
}
