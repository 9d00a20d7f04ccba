package main

import (
	"context"
	"os"
	"runtime"
	"time"

	"dossier"
	"dossier/internal/event"
	"dossier/internal/extract"
	"dossier/internal/pipeline"
	"dossier/internal/queue"
	"dossier/internal/store"
)

// processCmd is the main job.
type processCmd struct {
	Paths    []string      `arg:"" name:"path" help:"Files and folders; folders are read with all below them." type:"path"`
	Project  string        `default:"default" help:"Name of the matter." placeholder:"NAME"`
	Workers  int           `help:"How many documents are worked on at once. Default: one a core." placeholder:"N"`
	Priority string        `enum:"high,normal,low" default:"normal" help:"Priority of this batch: high, normal or low."`
	Deadline time.Duration `help:"When this batch should be done, from now: 2h." placeholder:"2h"`
	OCR      string        `enum:"auto,off,force" default:"auto" help:"Recognise pages: auto (those without a text layer), off or force."`
}

// Run processes the files and prints progress and a summary.
func (c *processCmd) Run(e *env) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	if c.Workers == 0 {
		c.Workers = runtime.NumCPU()
	}
	a, err := openApp(e.ctx, e.Data, c.Workers, e.log())
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	r := pipeline.Request{
		Paths: c.Paths, Project: c.Project, Priority: dossier.Priority(c.Priority), OCR: extract.OCRMode(c.OCR),
	}
	if c.Deadline > 0 {
		r.Deadline = time.Now().Add(c.Deadline)
	}
	batch, err := a.pipeline.Open(e.ctx, r)
	if err != nil {
		return err
	}
	start := time.Now()
	finished, err := c.work(e, a, batch, r)
	if err != nil {
		return err
	}
	// Even an interrupted run says what it came to.
	rep, err := a.db.BatchReport(context.WithoutCancel(e.ctx), batch.ID)
	if err != nil {
		return err
	}
	s := newSummary(c.Project, batch.ID, finished, rep, time.Since(start))
	if e.JSON {
		err = e.printJSON(s)
	} else {
		err = s.print(e.out, wide(e.out))
	}
	if err != nil || s.ExitCode == exitOK {
		return err
	}
	return failure(s.ExitCode)
}

// check refuses a request that makes no sense, or none of whose paths exists:
// nothing could be done.
func (c *processCmd) check() error {
	if c.Deadline < 0 {
		return dossier.Errorf(dossier.CodeInvalidInput, "a deadline lies in the future").About("--deadline").WithCure("write it as 2h")
	}
	if c.Workers < 0 {
		return dossier.Errorf(dossier.CodeInvalidInput, "there cannot be fewer than no workers").About("--workers").WithCure("leave it out for one a core")
	}
	var first error
	for _, path := range c.Paths {
		_, err := os.Stat(path)
		if err == nil {
			return nil
		}
		if first == nil {
			first = dossier.Errorf(dossier.CodeNotFound, "no such file or folder").About(path).WithCure("check the path")
		}
	}
	return first
}

// work runs intake and engine until the batch is complete, or until ctx ends;
// it reports which of the two it was.
func (c *processCmd) work(e *env, a *app, batch store.Batch, r pipeline.Request) (finished bool, err error) {
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	engine := queue.New(queue.Config{
		DB: a.db, Redis: a.redis, Handler: a.pipeline, Log: a.pipeline.Log, Alone: true,
		Concurrency: map[string]int{
			"ocr": c.Workers, "text": c.Workers, "entity": c.Workers, "graph": c.Workers, "default": c.Workers, "cleanup": 1,
		},
	})
	display := newDisplay(e)
	failed := make(chan error, 3)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		failed <- engine.Run(ctx)
	}()
	intakeDone := make(chan struct{})
	go func() {
		defer close(intakeDone)
		if err := a.pipeline.Intake(ctx, batch, r, a.dir, engine.Wake); err != nil {
			failed <- err
		}
	}()
	newsEnded := make(chan struct{})
	go func() {
		defer close(newsEnded)
		if err := event.Follow(ctx, a.redis, display.event); err != nil {
			failed <- err
		}
	}()
	finished, err = watch(ctx, a, batch.ID, display, intakeDone, failed)
	cancel()
	<-ended
	<-intakeDone
	<-newsEnded
	display.close()
	return finished, err
}

// watch shows progress until the batch is complete, ctx ends, or something
// that the run needs has failed.
func watch(ctx context.Context, a *app, batchID string, d display, intakeDone <-chan struct{}, failed <-chan error) (bool, error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false, nil
		case err := <-failed:
			if ctx.Err() == nil && err != nil {
				return false, err
			}
		case <-tick.C:
		}
		progress, err := a.pipeline.Progress(ctx, batchID)
		if err == nil {
			d.update(progress, isClosed(intakeDone))
			var b store.Batch
			if b, err = a.db.Batch(ctx, batchID); err == nil && b.Status == "completed" {
				return true, nil
			}
		}
		if err != nil && ctx.Err() == nil {
			return false, err
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
