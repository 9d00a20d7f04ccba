package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/build"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/child"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/pipeline"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/scratch"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/internal/store"
)

// workerCmd works on what was submitted.
type workerCmd struct {
	Queues      []string       `help:"Queues to serve: default, ocr, text, entity, graph, cleanup. Default: all." placeholder:"NAME,…"`
	Concurrency map[string]int `help:"Number of tasks of a queue that run concurrently: ocr=2,entity=8. Default: one per core." placeholder:"NAME=N,…" mapsep:","`
	Drain       time.Duration  `default:"25s" help:"Time that running tasks have to finish after SIGTERM."`
	Listen      string         `help:"Address for /metrics, /health and /healthz: :9420. Default: none." placeholder:"ADDR"`
	keepFlags
	Lease time.Duration `default:"30s" help:"Time without a heartbeat after which the tasks of a worker go to others. The same for all workers."`
}

// Run works until the process is told to stop.
func (c *workerCmd) Run(e *env) (err error) {
	concurrency, err := c.concurrency()
	if err != nil {
		return err
	}
	ages, err := c.ages()
	if err != nil {
		return err
	}
	a, err := e.openWorker(max(1, concurrency["ocr"]), c.Lease)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	if c.Listen != "" {
		stop, err := serve(e.ctx, c.Listen, a.monitor().Handler())
		if err != nil {
			return err
		}
		defer stop()
	}
	what := show.Concurrency(concurrency)
	if concurrency[casefile.CleanupQueue] > 0 {
		delete(concurrency, casefile.CleanupQueue)
		defer a.cleanUp(e, ages)()
	}
	engine := a.engine(e, concurrency, c.Lease, c.Drain)
	defer a.sendDeliveries(e, 0)()
	if _, err := event.Rebuild(e.ctx, a.redis, a.db, rebuiltEvents); err != nil {
		a.log.Warn("the news of before is not in Redis; it is on record all the same", "err", err)
	}
	fmt.Fprintf(e.err, "working on %s; stop with SIGTERM or Ctrl-C\n", what)
	return engine.Run(e.ctx)
}

// serve serves a handler at an address until it is stopped.
func serve(ctx context.Context, address string, h http.Handler) (stop func(), err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "cannot listen: %w", err).About("--listen").WithCure("name a free port: :9420")
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute}
	go func() { _ = server.Serve(l) }() // ends when it is closed
	return func() { _ = server.Close() }, nil
}

// rebuiltEvents is how much of the latest news a Redis without any is given.
const rebuiltEvents = 1000

// concurrency returns how many tasks of each queue run at the same time.
func (c *workerCmd) concurrency() (map[string]int, error) {
	return casefile.WorkerRequest{Queues: c.Queues, Concurrency: c.Concurrency, Lease: c.Lease}.Slots(runtime.NumCPU())
}

// engine makes the engine that works on the app's record.
func (a *app) engine(e *env, concurrency map[string]int, lease, drain time.Duration) *queue.Engine {
	return queue.New(queue.Config{
		DB: a.db, Redis: a.redis, Handler: a.pipeline, Log: a.log, Concurrency: concurrency,
		Alone: !a.db.Shared(), Lease: lease, Drain: drain, Build: build.Name(), Stages: plan.Versions(), RSS: child.TreeRSS,
		Lost: a.pipeline.Lost,
	})
}

// actor is who gives commands here, for the audit log.
func actor() string {
	name, host := "unknown", "localhost"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		host = h
	}
	return name + "@" + host
}

// tryCmd is the process that may die of a suspect file.
type tryCmd struct {
	Task string `arg:""`
}

// Run runs the stage of a task and leaves its output in the cache.
func (c *tryCmd) Run(e *env) (err error) {
	a := &app{}
	defer a.closeInto(&err)
	if a.scratch, err = scratch.New(filepath.Join(e.Data, "tmp")); err != nil {
		return err
	}
	if a.pool, err = e.newPool(1, a.scratch.Path); err != nil {
		return err
	}
	if err := e.wire(a, lease); err != nil {
		return err
	}
	if _, err := io.WriteString(e.out, trying); err != nil {
		return err
	}
	return a.pipeline.Try(e.ctx, c.Task)
}

// trying is what the process that tries a suspect file says when everything is
// open and it turns to the file. What ends it before is no fault of the file.
const trying = "trying\n"

// solitaryMemory caps the resident memory of a process that tries a suspect
// file.
const solitaryMemory = 2 << 30

// solitary runs a stage of a suspect document in a process of its own. That it
// fails there is no news: it fails here in the same way. That it dies is.
func (e *env) solitary(ctx context.Context, t store.Task) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	// Addresses may hold passwords: they do not go into the process list.
	p, err := child.Start([]string{exe, "try", t.ID, "--data", e.Data}, slices.Concat(e.settings(), e.environ(), e.modelEnviron(), credentials())...)
	if err != nil {
		return err
	}
	guard := p.Watch(ctx, solitaryMemory)
	said, readErr := io.ReadAll(io.LimitReader(p.Stdout, int64(len(trying))))
	waitErr := p.Wait()
	switch killed := guard.Stop(); {
	case errors.Is(killed, child.ErrMemory):
		return pipeline.Poison("it needs more than %d MiB", solitaryMemory>>20)
	case killed != nil:
		return killed
	}
	return pipeline.Blame(string(said) == trying && readErr == nil, waitErr, p.Stderr())
}

// settings are the flags that say where everything is, as environment.
func (e *env) settings() []string {
	return []string{
		"DOSSIER_DATABASE=" + e.Database, "DOSSIER_REDIS=" + e.Redis, "DOSSIER_BLOBS=" + e.Blobs,
		"DOSSIER_REDIS_BROKER=" + e.RedisBroker, "DOSSIER_REDIS_RESULTS=" + e.RedisResults, "DOSSIER_REDIS_CACHE=" + e.RedisCache,
		"DOSSIER_REDIS_RATE=" + e.RedisRate, "DOSSIER_REDIS_BATCH=" + e.RedisBatch, "HOME=" + os.Getenv("HOME"),
	}
}
