package main

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/internal/store"
)

// deciding takes a decision about an entity and prints it: the format describes it
// from the name of the entity and the arguments.
func (p inProject) deciding(e *env, decide func(f *casefile.CaseFile) (casefile.Decided, error), format string, args ...any) error {
	return inFile(e, p, decide, one(show.Decided(format, args...)))
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

// Run undoes a decision.
func (c *entityUndoCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.Undone, error) {
		return f.Undo(e.ctx, c.Decision)
	}, one(show.Sentence[casefile.Undone]("decision %d is undone", c.Decision)))
}

type entityDecisionsCmd struct {
	inProject
	Entity string `arg:"" optional:"" help:"Only decisions about this entity (id or name)."`
	Limit  int    `default:"50" help:"Maximum number of rows."`
}

// Run lists decisions.
func (c *entityDecisionsCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) ([]store.Decision, error) {
		return f.Decisions(e.ctx, c.Entity, c.Limit)
	}, each(show.Decisions))
}

type entityExplainCmd struct {
	inProject
	Entity  string   `arg:"" help:"Id or name of the entity."`
	Between []string `arg:"" optional:"" help:"Two of its names: only the joins that lead from one to the other."`
}

// Run explains why the names of an entity are one.
func (c *entityExplainCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.Explanation, error) {
		return f.Explain(e.ctx, c.Entity, c.Between...)
	}, one(show.Explanation))
}

type entityCheckCmd struct {
	inProject
	All    bool `help:"All projects."`
	Repair bool `help:"Replace the record by the result of the resolution from scratch."`
}

// Run resolves projects from scratch and compares.
func (c *entityCheckCmd) Run(e *env) error {
	check := func(f *casefile.CaseFile) (ok bool, err error) {
		checked, err := f.Check(e.ctx, c.Repair)
		if err != nil {
			return false, err
		}
		return checked.OK(), one(show.Checked)(e, checked)
	}
	return e.with(e.openRecord, func(r casefile.Record) error {
		files, err := c.files(e, r)
		if err != nil {
			return err
		}
		wrong := false
		for _, f := range files {
			ok, err := check(f)
			if err != nil {
				return err
			}
			wrong = wrong || !ok
		}
		if wrong {
			return failure(exitFailed)
		}
		return nil
	})
}

// files returns the case files to check.
func (c *entityCheckCmd) files(e *env, r casefile.Record) ([]*casefile.CaseFile, error) {
	if c.All {
		return r.CaseFiles(e.ctx)
	}
	f, err := r.CaseFile(e.ctx, c.Project)
	return []*casefile.CaseFile{f}, err
}
