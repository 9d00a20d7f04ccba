package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// deadCmd is about the tasks that failed for good.
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

func (f deadFlags) filter(e *env, a *app) (store.DeadFilter, error) {
	filter := store.DeadFilter{Project: f.Project, Stage: dossier.Stage(f.Stage), Code: dossier.Code(f.Code)}
	if f.Stage != "" && f.Stage != store.FinalizeBatch && !slices.Contains(dossier.Stages(), filter.Stage) {
		return filter, unknownStage(f.Stage)
	}
	if f.Batch != "" {
		b, err := a.db.Batches().Find(e.ctx, f.Batch)
		if err != nil {
			return filter, err
		}
		filter.Batch = b.ID
	}
	return filter, nil
}

type deadListCmd struct{ deadFlags }

// Run lists dead letters.
func (c *deadListCmd) Run(e *env) (err error) {
	a, err := e.openRecord()
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	filter, err := c.filter(e, a)
	if err != nil {
		return err
	}
	if e.JSON {
		return a.db.Tasks().DeadLetters(e.ctx, filter, func(d store.DeadLetter) error { return e.printJSON(d) })
	}
	return table(e.out, "FAILED\tSTAGE\tCODE\tATTEMPTS\tFILE\tWHY", func(row func(...any)) error {
		return a.db.Tasks().DeadLetters(e.ctx, filter, func(d store.DeadLetter) error {
			row(d.FailedAt.Local().Format(time.DateTime), d.Stage, d.Code, d.Attempts, visible(d.Path), oneLine(visible(d.Message)))
			return nil
		})
	})
}

type deadReplayCmd struct {
	deadFlags
	All bool `help:"All dead letters, of every project."`
}

// Run processes what failed permanently again.
func (c *deadReplayCmd) Run(e *env) (err error) {
	if filtered := c.deadFlags != (deadFlags{}); filtered == c.All {
		return dossier.Errorf(dossier.CodeInvalidInput, "it is not clear which dead letters to replay").About("dead replay").
			WithCure("narrow them by --project, --batch, --stage or --code, as in `dossier dead list`, or give --all alone for those of every project")
	}
	a, err := e.openRecord()
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	filter, err := c.filter(e, a)
	if err != nil {
		return err
	}
	n, err := a.pipeline.Replay(e.ctx, filter)
	if err != nil {
		return err
	}
	return e.tell(fmt.Sprintf("%d tasks are done again", n), map[string]int{"started": n})
}
