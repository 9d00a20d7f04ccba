package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/identity"
	"github.com/dossier-legal/dossier/internal/store"
)

// decided prints a decision and how to take it back.
func (e *env) decided(what string, d casefile.Decided) error {
	return e.tell(fmt.Sprintf("%s (decision %d; `dossier entity undo %d` takes it back)", what, d.Decision, d.Decision), d)
}

// deciding takes a decision, which says describes.
func (p inProject) deciding(e *env, decide func(f *casefile.CaseFile) (casefile.Decided, error), says string, args ...any) error {
	return p.with(e, func(f *casefile.CaseFile) error {
		d, err := decide(f)
		if err != nil {
			return err
		}
		return e.decided(fmt.Sprintf(says, append([]any{d.Name}, args...)...), d)
	})
}

type entityMergeCmd struct {
	inProject
	Keep   string   `arg:"" help:"Id or name of the entity whose id stays."`
	Others []string `arg:"" help:"Ids or names of the entities that are the same."`
}

// Run merges entities.
func (c *entityMergeCmd) Run(e *env) error {
	return c.deciding(e, func(f *casefile.CaseFile) (casefile.Decided, error) {
		return f.Merge(e.ctx, c.Keep, c.Others)
	}, "%s took in %s", strings.Join(c.Others, ", "))
}

type entitySplitCmd struct {
	inProject
	Entity   string   `arg:"" help:"Id or name of the entity."`
	Name     []string `xor:"what" required:"" sep:"none" help:"Names that belong to another entity, as 'entity show' lists them." placeholder:"NAME"`
	Document []string `xor:"what" required:"" sep:"none" help:"Documents (id or path) that mean another entity of the same name." placeholder:"DOCUMENT"`
}

// Run splits an entity.
func (c *entitySplitCmd) Run(e *env) error {
	return c.deciding(e, func(f *casefile.CaseFile) (casefile.Decided, error) {
		if len(c.Name) > 0 {
			return f.SplitNames(e.ctx, c.Entity, c.Name)
		}
		return f.SplitDocuments(e.ctx, c.Entity, c.Document)
	}, "%s was split")
}

type entityRenameCmd struct {
	inProject
	Entity string `arg:"" help:"Id or name of the entity."`
	To     string `arg:"" help:"New name."`
}

// Run renames an entity.
func (c *entityRenameCmd) Run(e *env) error {
	return c.deciding(e, func(f *casefile.CaseFile) (casefile.Decided, error) {
		return f.Rename(e.ctx, c.Entity, c.To)
	}, "%s is called %s", c.To)
}

type entityRetypeCmd struct {
	inProject
	Entity string `arg:"" help:"Id or name of the entity."`
	Type   string `arg:"" enum:"person,org,court,location" help:"New type: person, org, court or location."`
}

// Run says what kind of thing an entity is.
func (c *entityRetypeCmd) Run(e *env) error {
	return c.deciding(e, func(f *casefile.CaseFile) (casefile.Decided, error) {
		return f.Retype(e.ctx, c.Entity, mentionType(c.Type))
	}, "%s is of type %s", c.Type)
}

type entityRejectCmd struct {
	inProject
	Entity string `arg:"" help:"Id or name of the entity to reject."`
}

// Run rejects an entity.
func (c *entityRejectCmd) Run(e *env) error {
	return c.deciding(e, func(f *casefile.CaseFile) (casefile.Decided, error) { return f.Reject(e.ctx, c.Entity) }, "%s is no entity")
}

type entityUndoCmd struct {
	inProject
	Decision int64 `arg:"" help:"Number of the decision."`
}

// Run takes a decision back.
func (c *entityUndoCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		if err := f.Undo(e.ctx, c.Decision); err != nil {
			return err
		}
		return e.tell(fmt.Sprintf("decision %d is undone", c.Decision), map[string]any{"undone": c.Decision})
	})
}

type entityDecisionsCmd struct {
	inProject
	Entity string `arg:"" optional:"" help:"Only decisions about this entity (id or name)."`
	Limit  int    `default:"50" help:"Maximum number of rows."`
}

// Run lists decisions.
func (c *entityDecisionsCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		list, err := f.Decisions(e.ctx, c.Entity, c.Limit)
		if err != nil {
			return err
		}
		return printList(e, list, "NUMBER\tWHEN\tWHO\tWHAT\tENTITY\tDETAIL\tUNDONE", func(d store.Decision) []any {
			undone := "–"
			if !d.UndoneAt.IsZero() {
				undone = d.UndoneAt.Local().Format(time.DateTime) + " by " + d.UndoneBy
			}
			return []any{d.Seq, d.At.Local().Format(time.DateTime), d.Actor, d.Kind, d.EntityID, string(d.Detail), undone}
		})
	})
}

type entityExplainCmd struct {
	inProject
	Entity  string   `arg:"" help:"Id or name of the entity."`
	Between []string `arg:"" optional:"" help:"Two of its names: only the joins that lead from one to the other."`
}

// Run explains why the names of an entity are one.
func (c *entityExplainCmd) Run(e *env) error {
	if n := len(c.Between); n != 0 && n != 2 {
		return dossier.Errorf(dossier.CodeInvalidInput, "two names are needed, or none").About(strings.Join(c.Between, ", "))
	}
	return c.with(e, func(f *casefile.CaseFile) error {
		x, err := f.Explain(e.ctx, c.Entity, c.Between...)
		if err != nil {
			return err
		}
		if e.JSON {
			return e.printJSON(x)
		}
		if len(x.Joins) == 0 {
			_, err := fmt.Fprintf(e.out, "%s has one name: nothing was joined across documents\n", visible(x.Name))
			return err
		}
		for _, j := range x.Joins {
			printJoin(e.out, j)
		}
		return nil
	})
}

func printJoin(w io.Writer, j identity.Join) {
	fmt.Fprintf(w, "%s = %s  (%.2f, by the %s)%s\n", visible(j.A), visible(j.B), j.Score, j.By, note(j.Weakest, "  ← the weakest join"))
	printReasons(w, j.Reasons)
	printExamples(w, j.Examples)
}

func printExamples(w io.Writer, examples []store.Example) {
	for _, ex := range examples {
		fmt.Fprintf(w, "   in %s, page %d%s: %s\n", visible(ex.FileName), ex.Page, note(len(ex.Boxes) > 0, ", at %v", ex.Boxes), oneLine(visible(ex.Text)))
	}
}

func printReasons(w io.Writer, reasons []dossier.Reason) {
	for _, r := range reasons {
		fmt.Fprintf(w, "   %s: %s (%.2f)\n", r.Code, oneLine(visible(r.Detail)), r.Weight)
	}
}

type entityCheckCmd struct {
	inProject
	All    bool `help:"All projects."`
	Repair bool `help:"Replace the record by the result of the resolution from scratch."`
}

// Run resolves projects from scratch and compares.
func (c *entityCheckCmd) Run(e *env) (err error) {
	a, project, err := c.openAny(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	projects := []store.Project{project}
	if c.All {
		if projects, err = a.db.Projects().List(e.ctx); err != nil {
			return err
		}
	}
	wrong := false
	for _, p := range projects {
		got, err := a.casefile(p).Check(e.ctx, c.Repair)
		if err == nil {
			err = e.printChecked(p, got)
		}
		if err != nil {
			return err
		}
		wrong = wrong || len(got.Differences) > 0 && !got.Repaired
	}
	if wrong {
		return failure(exitFailed)
	}
	return nil
}

// openAny opens the record, and the project if one is asked for.
func (c *entityCheckCmd) openAny(e *env) (*app, store.Project, error) {
	if !c.All {
		return c.open(e)
	}
	a, err := e.openRecord()
	return a, store.Project{}, err
}

func (e *env) printChecked(p store.Project, c identity.Checked) error {
	if e.JSON {
		return e.printJSON(struct {
			Project string `json:"project"`
			identity.Checked
		}{p.Name, c})
	}
	fmt.Fprintf(e.out, "Project %s: %d names are %d entities, by %d judgements\n", visible(p.Name), c.Names, c.Entities, c.Judgements)
	for _, d := range c.Differences {
		fmt.Fprintf(e.out, "  %s: on record in %s, from scratch in %s\n", visible(d.Name), d.Recorded, d.Expected)
	}
	_, err := fmt.Fprintf(e.out, "  %d names are elsewhere on record%s\n", len(c.Differences), note(c.Repaired, "; repaired"))
	return err
}
