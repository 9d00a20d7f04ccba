package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"dossier"
	"dossier/internal/identity"
	"dossier/internal/store"
)

// book opens the record for somebody who decides who is who in the project.
func (p inProject) book(e *env) (*app, store.Project, identity.Book, error) {
	a, project, err := p.open(e)
	if err != nil {
		return nil, project, identity.Book{}, err
	}
	return a, project, identity.Book{DB: a.db, ProjectID: project.ID, Actor: actor()}, nil
}

// entity finds the one entity that what stands for.
func (a *app) entity(e *env, project store.Project, what string) (store.EntityRow, error) {
	found, err := a.db.FindEntities(e.ctx, project.ID, what)
	switch {
	case err != nil:
		return store.EntityRow{}, err
	case len(found) == 0:
		return store.EntityRow{}, noEntity(project, what)
	case len(found) > 1:
		list := make([]string, len(found))
		for i, f := range found {
			list[i] = fmt.Sprintf("%s (%s %s)", f.ID, f.Type, f.Name)
		}
		return store.EntityRow{}, dossier.Errorf(dossier.CodeInvalidInput, "%d entities have that name: %s", len(found), strings.Join(list, ", ")).
			About(what).WithCure("give the id")
	}
	return found[0], nil
}

func noEntity(project store.Project, what string) error {
	return dossier.Errorf(dossier.CodeNotFound, "no such entity in project %s", project.Name).
		About(what).WithCure("`dossier entity list` shows those on record")
}

// decided tells of a decision and how to take it back.
func (e *env) decided(what string, seq int64, entity string) error {
	return e.tell(fmt.Sprintf("%s (decision %d; `dossier entity undo %d` takes it back)", what, seq, seq),
		map[string]any{"decision": seq, "entity": entity})
}

// deciding runs a decision about one entity.
func (p inProject) deciding(e *env, what string, decide func(b identity.Book, a *app, project store.Project, row store.EntityRow) error) (err error) {
	a, project, book, err := p.book(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	row, err := a.entity(e, project, what)
	if err != nil {
		return err
	}
	return decide(book, a, project, row)
}

type entityMergeCmd struct {
	inProject
	Keep   string   `arg:"" help:"Id or name of the entity whose id stays."`
	Others []string `arg:"" help:"Ids or names of those that are the same."`
}

// Run merges entities.
func (c *entityMergeCmd) Run(e *env) error {
	return c.deciding(e, c.Keep, func(b identity.Book, a *app, project store.Project, keep store.EntityRow) error {
		ids := make([]string, len(c.Others))
		for i, what := range c.Others {
			other, err := a.entity(e, project, what)
			if err != nil {
				return err
			}
			ids[i] = other.ID
		}
		seq, err := b.Merge(e.ctx, keep.ID, ids)
		if err != nil {
			return err
		}
		return e.decided(fmt.Sprintf("%s took in %s", keep.Name, strings.Join(c.Others, ", ")), seq, keep.ID)
	})
}

type entitySplitCmd struct {
	inProject
	Entity   string   `arg:"" help:"Id or name of the entity."`
	Name     []string `xor:"what" required:"" sep:"none" help:"Names, as entity show lists them, that belong to somebody else." placeholder:"NAME"`
	Document []string `xor:"what" required:"" sep:"none" help:"Documents, by id or path, that mean somebody else of the same name." placeholder:"DOCUMENT"`
}

// Run splits an entity.
func (c *entitySplitCmd) Run(e *env) error {
	return c.deciding(e, c.Entity, func(b identity.Book, a *app, project store.Project, row store.EntityRow) (err error) {
		var seq int64
		if len(c.Name) > 0 {
			seq, err = b.SplitNames(e.ctx, row.ID, c.Name)
		} else {
			ids := make([]string, len(c.Document))
			for i, what := range c.Document {
				d, err := a.document(e, project, what)
				if err != nil {
					return err
				}
				ids[i] = d.ID
			}
			seq, err = b.SplitDocuments(e.ctx, row.ID, ids)
		}
		if err != nil {
			return err
		}
		return e.decided(fmt.Sprintf("%s was split", row.Name), seq, row.ID)
	})
}

type entityRenameCmd struct {
	inProject
	Entity string `arg:"" help:"Id or name of the entity."`
	To     string `arg:"" help:"What it is called."`
}

// Run renames an entity.
func (c *entityRenameCmd) Run(e *env) error {
	return c.deciding(e, c.Entity, func(b identity.Book, _ *app, _ store.Project, row store.EntityRow) error {
		seq, err := b.Rename(e.ctx, row.ID, c.To)
		if err != nil {
			return err
		}
		return e.decided(fmt.Sprintf("%s is called %s", row.Name, c.To), seq, row.ID)
	})
}

type entityRetypeCmd struct {
	inProject
	Entity string `arg:"" help:"Id or name of the entity."`
	Type   string `arg:"" enum:"person,org,court,location" help:"What it is: person, org, court or location."`
}

// Run says what kind of thing an entity is.
func (c *entityRetypeCmd) Run(e *env) error {
	return c.deciding(e, c.Entity, func(b identity.Book, _ *app, _ store.Project, row store.EntityRow) error {
		seq, err := b.Retype(e.ctx, row.ID, mentionType(c.Type))
		if err != nil {
			return err
		}
		return e.decided(fmt.Sprintf("%s is of type %s", row.Name, c.Type), seq, row.ID)
	})
}

type entityRejectCmd struct {
	inProject
	Entity string `arg:"" help:"Id or name of what is no entity."`
}

// Run rejects an entity.
func (c *entityRejectCmd) Run(e *env) error {
	return c.deciding(e, c.Entity, func(b identity.Book, _ *app, _ store.Project, row store.EntityRow) error {
		seq, err := b.Reject(e.ctx, row.ID)
		if err != nil {
			return err
		}
		return e.decided(fmt.Sprintf("%s is no entity", row.Name), seq, row.ID)
	})
}

type entityUndoCmd struct {
	inProject
	Decision int64 `arg:"" help:"Number of the decision."`
}

// Run takes a decision back.
func (c *entityUndoCmd) Run(e *env) (err error) {
	a, _, book, err := c.book(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	if err := book.Undo(e.ctx, c.Decision); err != nil {
		return err
	}
	return e.tell(fmt.Sprintf("decision %d is undone", c.Decision), map[string]any{"undone": c.Decision})
}

type entityDecisionsCmd struct {
	inProject
	Entity string `arg:"" optional:"" help:"Only those about this entity: id or name."`
	Limit  int    `default:"50" help:"How many to show."`
}

// Run lists decisions.
func (c *entityDecisionsCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	id := ""
	if c.Entity != "" {
		row, err := a.entity(e, project, c.Entity)
		if err != nil {
			return err
		}
		id = row.ID
	}
	list, err := a.db.Decisions(e.ctx, project.ID, id, c.Limit)
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
}

type entityExplainCmd struct {
	inProject
	Entity  string   `arg:"" help:"Id or name of the entity."`
	Between []string `arg:"" optional:"" help:"Two of its names: only what leads from one to the other."`
}

// Run explains why the names of an entity are one.
func (c *entityExplainCmd) Run(e *env) error {
	if n := len(c.Between); n != 0 && n != 2 {
		return dossier.Errorf(dossier.CodeInvalidInput, "two names are needed, or none").About(strings.Join(c.Between, ", "))
	}
	return c.deciding(e, c.Entity, func(b identity.Book, _ *app, _ store.Project, row store.EntityRow) error {
		joins, err := b.Explain(e.ctx, row.ID, c.Between...)
		if err != nil {
			return err
		}
		if e.JSON {
			return e.printJSON(map[string]any{"entity": row.ID, "name": row.Name, "joins": joins})
		}
		if len(joins) == 0 {
			_, err := fmt.Fprintf(e.out, "%s has one name: nothing was joined across documents\n", visible(row.Name))
			return err
		}
		for _, j := range joins {
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
	All    bool `help:"Every project, not one."`
	Repair bool `help:"Put what a resolution from scratch finds in the place of what is on record."`
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
		if projects, err = a.db.Projects(e.ctx); err != nil {
			return err
		}
	}
	wrong := false
	for _, p := range projects {
		got, err := identity.Book{DB: a.db, ProjectID: p.ID, Actor: actor()}.Check(e.ctx, c.Repair)
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
