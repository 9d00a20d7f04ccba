package main

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/batch"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/build"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/child"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/monitor"
	"github.com/dossier-legal/dossier/internal/paid"
	"github.com/dossier-legal/dossier/internal/pipeline"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/ratelimit"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/scratch"
	"github.com/dossier-legal/dossier/internal/store"
)

// app is everything wired together. By default all of it lives in one data
// directory, which one process at a time works on:
//
//	DIR/dossier.db   the record
//	DIR/outputs.db   cached stage outputs, the small ones
//	DIR/blobs/       originals, and cached stage outputs of more than 64 KiB
//	DIR/tmp/PID-…/   scratch of the readers of one process
//	DIR/lock         held by the process that works on the directory
//
// With --database, --redis and --blobs the record, the queues and the blobs are
// shared by any number of processes, and the directory holds scratch alone.
type app struct {
	db       *store.DB
	redis    *rdb.Redis
	blobs    *blob.Store
	outputs  *store.Outputs // nil: the blobs have the outputs
	cache    *cache.Cache
	pool     *extract.Pool
	pipeline *pipeline.Pipeline
	batches  *batch.Manager
	breakers *breaker.Breakers
	log      *slog.Logger
	lock     *os.File
	scratch  *scratch.Dir
}

// openWorker opens everything for work with so many readers of files. lease is
// how long it may be silent before others take its work.
func (e *env) openWorker(readers int, lease time.Duration) (_ *app, err error) {
	a := &app{}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if err := os.MkdirAll(e.Data, 0o700); err != nil {
		return nil, dossier.Errorf(dossier.CodeUnreadable, "cannot make the data directory: %w", err).
			About(e.Data).WithCure("name another one with --data")
	}
	if e.Database == "" {
		if a.lock, err = scratch.Lock(e.Data); err != nil {
			return nil, err
		}
	}
	if a.scratch, err = scratch.New(filepath.Join(e.Data, "tmp")); err != nil {
		return nil, err
	}
	if a.pool, err = e.newPool(readers, a.scratch.Path); err != nil {
		return nil, err
	}
	if err := e.wire(a, lease); err != nil {
		return nil, err
	}
	if n, err := a.blobs.Sweep(e.ctx); err != nil {
		a.log.Warn("cannot remove what dead processes left in the blobs", "err", err)
	} else if n > 0 {
		a.log.Info("removed what dead processes left in the blobs", "entries", n)
	}
	return a, nil
}

// recordExists refuses a data directory without a record.
func (e *env) recordExists() error {
	if e.Database != "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(e.Data, "dossier.db")); err != nil {
		return dossier.Errorf(dossier.CodeNotFound, "there is no case file here").
			About(e.Data).WithCure("`dossier process FOLDER` makes one; --data names the directory")
	}
	return nil
}

// openSQL opens the record alone, for commands that ask nothing of Redis and
// the blobs, and so answer while those are away.
func (e *env) openSQL() (*app, error) {
	if err := e.recordExists(); err != nil {
		return nil, err
	}
	return e.openSQLOrNew()
}

// openSQLOrNew opens the record alone, and creates it if it is missing.
func (e *env) openSQLOrNew() (*app, error) {
	db, err := e.openDatabase()
	return &app{db: db, log: e.log()}, err
}

// openRedis opens Redis alone.
func (e *env) openRedis() (*app, error) {
	r, err := rdb.Open(e.ctx, e.redisConfig())
	return &app{redis: r, breakers: breaker.New(r), log: e.log()}, err
}

// record has the use cases over what is open.
func (a *app) record() casefile.Record {
	return casefile.Record{
		DB: a.db, Redis: a.redis, Cache: a.cache, Blobs: a.blobs, Circuits: a.breakers, Manager: a.batches, Pipeline: a.pipeline,
		Actor: actor(), Build: build.Name(), Log: a.log,
	}
}

// openMonitored opens the record, and Redis and the blobs if they answer: the
// monitor shows what it can.
func (e *env) openMonitored() (a *app, m *monitor.Monitor, err error) {
	if a, err = e.openSQL(); err != nil {
		return nil, nil, err
	}
	m = &monitor.Monitor{DB: a.db, Build: build.Name(), Log: e.log()}
	if a.redis, err = rdb.Open(e.ctx, e.redisConfig()); err == nil {
		a.cache = cache.New(a.redis, nil, lease)
		m.Redis, m.Cache = a.redis, a.cache
	}
	m.NoRedis = err
	m.Blobs, m.NoBlobs = e.openBlobs(os.TempDir())
	return a, m, nil
}

// openBlobs opens the blobs; incoming is a folder for what is on its way.
func (e *env) openBlobs(incoming string) (*blob.Store, error) {
	return blob.Open(e.ctx, cmp.Or(e.Blobs, filepath.Join(e.Data, "blobs")), incoming)
}

// durable is where cached outputs outlive Redis. Blobs that were given a location
// of their own may be shared by several machines, which one database file may not.
func (e *env) durable(a *app) cache.Durable {
	if e.Database != "" || e.Blobs != "" {
		return a.blobs
	}
	a.outputs = store.NewOutputs(filepath.Join(e.Data, "outputs.db"))
	return cache.Local(a.outputs, a.blobs)
}

// openRecord opens the record and what belongs to it; others may be at work.
func (e *env) openRecord() (_ *app, err error) {
	if err := e.recordExists(); err != nil {
		return nil, err
	}
	a := &app{}
	if err := e.wire(a, lease); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

// wire opens the record, Redis and the blobs.
func (e *env) wire(a *app, lease time.Duration) (err error) {
	if e.Database != "" && e.Redis == "" {
		return dossier.Errorf(dossier.CodeInvalidInput, "a shared database needs a shared Redis").About("--database").
			WithCure("name the server with --redis, or leave --database out for a case file in the data directory")
	}
	recogniser, err := e.configure()
	if err != nil {
		return err
	}
	model, err := e.configureModel()
	if err != nil {
		return err
	}
	if a.db, err = e.openDatabase(); err != nil {
		return err
	}
	incoming := filepath.Join(os.TempDir(), fmt.Sprintf("dossier-%d", os.Getpid()))
	if a.scratch != nil {
		incoming = a.scratch.Path
	}
	if a.blobs, err = e.openBlobs(incoming); err != nil {
		return err
	}
	if a.redis, err = rdb.Open(e.ctx, e.redisConfig()); err != nil {
		return err
	}
	if err := queue.Bind(e.ctx, a.redis, a.db); err != nil {
		return err
	}
	a.cache = cache.New(a.redis, e.durable(a), lease)
	a.breakers, a.log = breaker.New(a.redis), e.log()
	services, err := paid.New(paid.Config{
		DB: a.db, Cache: a.cache, Breakers: a.breakers, Limiter: ratelimit.New(a.redis),
		Recognition: recogniser, Model: model, Log: e.log(),
	})
	if err != nil {
		return err
	}
	if a.pipeline, err = pipeline.New(pipeline.Config{
		DB: a.db, Redis: a.redis, Cache: a.cache, Blobs: a.blobs, Extractor: extractor(a.pool), Services: services,
		Languages: e.Languages, Solitary: e.solitary, Memory: child.FreeMemory, Log: e.log(),
	}); err != nil {
		return err
	}
	a.batches, err = batch.New(batch.Config{
		DB: a.db, Redis: a.redis, Blobs: a.blobs, Recipe: services.Recipe(e.Languages), Actor: actor(), Log: e.log(),
	})
	return err
}

// extractor is what reads files. Tests put a provider that is paid in its
// place.
var extractor = func(pool *extract.Pool) paid.Extractor { return pool }

// openDatabase opens the record.
func (e *env) openDatabase() (*store.DB, error) {
	if e.Database != "" {
		return store.Open(e.ctx, e.Database)
	}
	if err := os.MkdirAll(e.Data, 0o700); err != nil {
		return nil, err
	}
	return store.Open(e.ctx, filepath.Join(e.Data, "dossier.db"))
}

// newPool makes a pool of readers whose processes are this program; tmp is
// their scratch space, "" the system's.
func (e *env) newPool(workers int, tmp string) (*extract.Pool, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return extract.NewPool(extract.Config{
		Exe: []string{exe, childCommand}, Workers: workers, TempDir: tmp, Languages: e.Languages,
	})
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
	if a.cache != nil {
		errs = append(errs, a.cache.Close())
	}
	if a.outputs != nil {
		errs = append(errs, a.outputs.Close())
	}
	if a.redis != nil {
		errs = append(errs, a.redis.Close())
	}
	if a.db != nil {
		errs = append(errs, a.db.Close())
	}
	if a.scratch != nil {
		errs = append(errs, a.scratch.Remove())
	}
	if a.lock != nil {
		errs = append(errs, a.lock.Close())
	}
	return errors.Join(errs...)
}

// openRecordOrNew opens the record and what belongs to it, and creates it if it
// is missing.
func (e *env) openRecordOrNew() (_ *app, err error) {
	a := &app{}
	if err := e.wire(a, lease); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}
