package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/pipeline"
	"github.com/dossier-legal/dossier/internal/retention"
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

// keeper removes documents, projects and what is too old.
func (a *app) keeper(ages retention.Ages) *retention.Keeper {
	return &retention.Keeper{
		DB: a.db, Redis: a.redis, Cache: a.cache, Blobs: a.blobs, Versions: pipeline.CacheVersions(), Ages: ages,
		Actor: actor(), Log: a.pipeline.Log,
	}
}

type projectListCmd struct{}

// Run lists projects.
func (c *projectListCmd) Run(e *env) error {
	return e.withDatabase(func(db *store.DB) error {
		list, err := db.Projects().Infos(e.ctx, "")
		if err != nil {
			return err
		}
		return printList(e, list, "PROJECT\tDOCUMENTS\tBATCHES\tBYTES\tSTATE", func(p store.ProjectInfo) []any {
			return []any{p.Name, p.Documents, p.Batches, p.Bytes, projectState(p)}
		})
	})
}

// projectState says in a word or two what keeps a project from the ordinary.
func projectState(p store.ProjectInfo) string {
	switch whole := len(p.Holds) > 0 && p.Holds[0].DocumentID == ""; {
	case p.Deleting:
		return "being deleted"
	case whole:
		return "legal hold"
	case len(p.Holds) > 0:
		return fmt.Sprintf("legal hold on %d documents", len(p.Holds))
	}
	return "–"
}

type projectShowCmd struct {
	Project string `arg:"" help:"Name of the project."`
}

// Run shows a project.
func (c *projectShowCmd) Run(e *env) error {
	return e.withDatabase(func(db *store.DB) error {
		list, err := db.Projects().Infos(e.ctx, c.Project)
		if err != nil {
			return err
		}
		p := list[0]
		if e.JSON {
			return e.printJSON(p)
		}
		fmt.Fprintf(e.out, "%s\n  id       %s\n  content  %d documents of %d bytes, %d entities\n  batches  %d, %d open\n  created  %s\n",
			visible(p.Name), p.ID, p.Documents, p.Bytes, p.Entities, p.Batches, p.Open, p.CreatedAt.Local().Format(time.DateTime))
		if p.Deleting {
			fmt.Fprintln(e.out, "  state    being deleted; `dossier cleanup` completes it")
		}
		for _, h := range p.Holds {
			printHold(e.out, h)
		}
		return nil
	})
}

func printHold(w io.Writer, h store.Hold) {
	what := "the project"
	if h.DocumentID != "" {
		what = "document " + h.DocumentID
	}
	fmt.Fprintf(w, "  hold     on %s since %s by %s: %s\n", what, h.At.Local().Format(time.DateTime), visible(h.Actor), oneLine(visible(h.Reason)))
}

type holdFlags struct {
	Reason string `required:"" help:"Reason for the hold: the order, and who asked for it." placeholder:"TEXT"`
}

type projectHoldCmd struct {
	Project string `arg:"" help:"Name of the project."`
	holdFlags
}

// Run places a hold on a project.
func (c *projectHoldCmd) Run(e *env) (err error) {
	a, project, err := inProject{c.Project}.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	return a.hold(e, project.ID, "", "project "+project.Name, c.Reason)
}

// hold places a hold and says so.
func (a *app) hold(e *env, projectID, documentID, what, reason string) error {
	stopped, err := a.keeper(retention.Ages{}).Hold(e.ctx, projectID, documentID, reason)
	if err != nil {
		return err
	}
	text := what + " is on hold: nothing of it is deleted or cleaned up"
	if stopped {
		text += "\nA deletion was under way. It is stopped; what it had deleted by then is gone."
	}
	return e.tell(text, map[string]any{"held": what, "reason": reason, "stopped_deletion": stopped})
}

type projectReleaseCmd struct {
	Project string `arg:"" help:"Name of the project."`
}

// Run ends the holds on a project.
func (c *projectReleaseCmd) Run(e *env) (err error) {
	a, project, err := inProject{c.Project}.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	return a.release(e, project.ID, "", "project "+project.Name)
}

// release ends holds and says so.
func (a *app) release(e *env, projectID, documentID, what string) error {
	n, err := a.keeper(retention.Ages{}).Release(e.ctx, projectID, documentID)
	if err != nil {
		return err
	}
	if n == 0 {
		return dossier.Errorf(dossier.CodeNotFound, "there is no legal hold on it").About(what).
			WithCure("`dossier project show` lists those in force, also on single documents")
	}
	return e.tell(fmt.Sprintf("%d holds on %s are released", n, what), map[string]any{"released": n})
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
	in, ok := e.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) || e.JSON {
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
func (c *projectDeleteCmd) Run(e *env) (err error) {
	a, err := e.openRecord()
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	list, err := a.db.Projects().Infos(e.ctx, c.Project)
	if err != nil {
		return err
	}
	p := list[0]
	if len(p.Holds) > 0 {
		h := p.Holds[0]
		return dossier.Errorf(dossier.CodeHeld, "%s placed a legal hold: %s", h.Actor, h.Reason).About("project " + p.Name).
			WithCure("`dossier project show` lists the holds; release them first")
	}
	what := fmt.Sprintf("project %s goes with %d documents (%d bytes), %d entities and %d batches", p.Name, p.Documents, p.Bytes, p.Entities, p.Batches)
	if c.DryRun {
		return e.tell(what, map[string]any{"dry_run": true, "project": p})
	}
	if err := c.confirm(e, what); err != nil {
		return err
	}
	counts, err := a.keeper(retention.Ages{}).DeleteProject(e.ctx, p)
	if err != nil {
		return unfinishedDeletion(err)
	}
	return e.tell(fmt.Sprintf("project %s is deleted: %s", p.Name, countsText(counts)), map[string]any{"project": p.Name, "id": p.ID, "removed": counts})
}

// unfinishedDeletion says of an error after a deletion was decided that it goes
// on by itself.
func unfinishedDeletion(err error) error {
	switch dossier.CodeOf(err) {
	case dossier.CodeHeld, dossier.CodeChanged:
		return err
	}
	return fmt.Errorf("%w; what remains to be deleted is on record, and `dossier cleanup` or a worker completes it", err)
}
