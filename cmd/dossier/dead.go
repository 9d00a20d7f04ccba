package main

import (
	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/internal/store"
)

// deadCmd is about tasks that failed permanently.
type deadCmd struct {
	List   deadListCmd   `cmd:"" help:"List dead letters, the newest first."`
	Replay deadReplayCmd `cmd:"" help:"Replay tasks that failed permanently, from the stage at which they failed."`
}

// deadFlags narrow the dead letters.
type deadFlags struct {
	Project string `help:"Only of this project." placeholder:"NAME"`
	Batch   string `help:"Only of this batch." placeholder:"BATCH"`
	Stage   string `help:"Only of this stage." placeholder:"STAGE"`
	Code    string `help:"Only with this error code." placeholder:"CODE"`
}

func (f deadFlags) request() casefile.DeadRequest {
	return casefile.DeadRequest{Project: f.Project, Batch: f.Batch, Stage: dossier.Stage(f.Stage), Code: dossier.Code(f.Code)}
}

type deadListCmd struct{ deadFlags }

// Run lists dead letters: with --json as they are read.
func (c *deadListCmd) Run(e *env) error {
	return e.with(e.openRecord, func(r casefile.Record) error {
		if e.JSON {
			return r.DeadLetters(e.ctx, c.request(), func(d store.DeadLetter) error { return e.printJSON(d) })
		}
		var list []store.DeadLetter
		if err := r.DeadLetters(e.ctx, c.request(), func(d store.DeadLetter) error {
			list = append(list, d)
			return nil
		}); err != nil {
			return err
		}
		return show.DeadLetters(e.out, list)
	})
}

type deadReplayCmd struct {
	deadFlags
	All bool `help:"All dead letters, of every project."`
}

// Run processes again what failed permanently.
func (c *deadReplayCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) (casefile.Replayed, error) {
		return r.Replay(e.ctx, casefile.ReplayRequest{DeadRequest: c.request(), All: c.All})
	}, one(show.Replayed))
}
