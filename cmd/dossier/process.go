package main

import (
	"context"
	"runtime"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/batch"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/internal/store"
)

// processCmd is the main job.
type processCmd struct {
	Paths []string `arg:"" name:"path" help:"Files and folders. Folders include all subfolders." type:"path"`
	intakeFlags
	keepFlags
	Workers int `help:"Number of documents processed concurrently. Default: one per core." placeholder:"N"`
}

// Run processes the files and prints progress and a summary.
func (c *processCmd) Run(e *env) (err error) {
	if c.Workers < 0 {
		return dossier.Errorf(dossier.CodeInvalidInput, "there cannot be fewer than no workers").About("--workers").WithCure("leave it out for one a core")
	}
	if c.Workers == 0 {
		c.Workers = runtime.NumCPU()
	}
	r, err := c.request(c.Paths).Request()
	if err != nil {
		return err
	}
	ages, err := c.ages()
	if err != nil {
		return err
	}
	a, err := e.openWorker(c.Workers, lease)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	defer a.sendDeliveries(e, 10*time.Second)() // the last events come with the end
	defer a.cleanUp(e, ages)()
	batch, err := a.batches.Open(e.ctx, r)
	if err != nil {
		return err
	}
	start := time.Now()
	finished, err := c.work(e, a, batch, r)
	if err != nil {
		return err
	}
	batch.Status = "processing"
	if finished {
		batch.Status = "completed"
	}
	// Even an interrupted run reports its result.
	s, err := a.record().Summary(context.WithoutCancel(e.ctx), batch, time.Since(start))
	if err != nil {
		return err
	}
	return e.summary(s)
}

// work runs intake and engine until the batch is complete, or until ctx ends;
// it reports which of the two it was.
func (c *processCmd) work(e *env, a *app, batch store.Batch, r batch.Request) (finished bool, err error) {
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	engine := a.engine(e, map[string]int{
		"ocr": c.Workers, "text": c.Workers, "entity": c.Workers, "graph": c.Workers, "default": c.Workers,
	}, lease, 0)
	display := e.progress()
	failed := make(chan error, 3)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		failed <- engine.Run(ctx)
	}()
	intakeDone := make(chan struct{})
	go func() {
		defer close(intakeDone)
		if err := a.batches.Intake(ctx, batch, r, e.Data, engine.Wake); err != nil {
			failed <- err
		}
	}()
	following, stopFollowing := context.WithCancel(context.WithoutCancel(ctx))
	newsEnded := make(chan struct{})
	go func() {
		defer close(newsEnded)
		if err := event.Follow(following, a.redis, event.Now, display.Event); err != nil {
			failed <- err
		}
	}()
	finished, err = watch(ctx, a, batch.ID, display, intakeDone, failed)
	cancel()
	<-ended
	<-intakeDone
	stopFollowing() // the engine has published its last event
	<-newsEnded
	display.Close()
	return finished, err
}

// lease is how long this process may be silent before others take its tasks.
const lease = 30 * time.Second

// watch shows progress until the batch is complete, ctx ends, or something
// that the run needs has failed.
func watch(ctx context.Context, a *app, batchID string, d show.Progress, intakeDone <-chan struct{}, failed <-chan error) (bool, error) {
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
		progress, completed, err := a.record().Progress(ctx, batchID)
		switch {
		case err == nil:
			d.Update(progress, isClosed(intakeDone))
		case ctx.Err() == nil:
			return false, err
		}
		if completed {
			return true, nil
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
