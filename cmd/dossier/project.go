package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/internal/store"
)

// projectCmd is about matters as a whole.
type projectCmd struct {
	List    projectListCmd    `cmd:"" help:"List the projects."`
	Show    projectShowCmd    `cmd:"" help:"Show one project: its size, and the legal holds in force."`
	Hold    projectHoldCmd    `cmd:"" help:"Place a legal hold. Nothing of the project is deleted or cleaned up until the hold is released."`
	Release projectReleaseCmd `cmd:"" help:"End the legal holds on the project."`
	Delete  projectDeleteCmd  `cmd:"" help:"Delete a project with all its documents, originals included."`
}

type projectListCmd struct{}

// Run lists projects.
func (c *projectListCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) ([]store.ProjectInfo, error) { return r.Projects(e.ctx) }, each(show.Projects))
}

type projectShowCmd struct {
	Project string `arg:"" help:"Name of the project."`
}

// Run shows a project.
func (c *projectShowCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) (store.ProjectInfo, error) {
		return r.ShowProject(e.ctx, c.Project)
	}, one(show.Project))
}

type holdFlags struct {
	Reason string `required:"" help:"Reason for the hold: the order, and who asked for it." placeholder:"TEXT"`
}

type projectHoldCmd struct {
	Project string `arg:"" help:"Name of the project."`
	holdFlags
}

// Run places a hold on a project.
func (c *projectHoldCmd) Run(e *env) error {
	return inFile(e, inProject{c.Project}, func(f *casefile.CaseFile) (casefile.Held, error) {
		return f.HoldProject(e.ctx, c.Reason)
	}, one(show.Held))
}

type projectReleaseCmd struct {
	Project string `arg:"" help:"Name of the project."`
}

// Run ends the holds on a project.
func (c *projectReleaseCmd) Run(e *env) error {
	return inFile(e, inProject{c.Project}, func(f *casefile.CaseFile) (casefile.Released, error) {
		return f.ReleaseProject(e.ctx)
	}, one(show.Released))
}

// deleteFlags are those of commands that delete.
type deleteFlags struct {
	Yes    bool `help:"Do not ask for confirmation."`
	DryRun bool `help:"Show what would be deleted without deleting it."`
}

// confirm asks on the terminal whether to go on. Without a terminal only --yes
// goes on.
func (f deleteFlags) confirm(e *env, what string) error {
	if f.Yes {
		return nil
	}
	in, ok := show.Terminal(e.in)
	if !ok || e.JSON {
		return dossier.Errorf(dossier.CodeInvalidInput, "nobody is there to confirm that %s", what).About("--yes").
			WithCure("add --yes, or --dry-run to see what would go")
	}
	fmt.Fprintf(e.err, "%s. This cannot be undone. Type yes to go on: ", what)
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err == nil && strings.TrimSpace(answer) == "yes" {
		return nil
	}
	fmt.Fprintln(e.err, "nothing was deleted")
	return failure(exitFailed)
}

type projectDeleteCmd struct {
	Project string `arg:"" help:"Name of the project."`
	deleteFlags
}

// Run deletes a project.
func (c *projectDeleteCmd) Run(e *env) error {
	return e.with(e.openRecord, func(r casefile.Record) error {
		plan, err := r.PlanProjectDeletion(e.ctx, c.Project)
		if err != nil {
			return err
		}
		if c.DryRun {
			return one(show.ProjectDeletion)(e, plan)
		}
		if err := c.confirm(e, show.DeletionOf(plan.Project)); err != nil {
			return err
		}
		deleted, err := r.DeleteProject(e.ctx, plan)
		if err != nil {
			return err
		}
		return one(show.ProjectDeleted)(e, deleted)
	})
}
