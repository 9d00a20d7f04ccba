package main

import (
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/identity"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/internal/store"
)

// reviewCmd is about pairs of names that a person should look at.
type reviewCmd struct {
	List    reviewListCmd    `cmd:"" default:"withargs" help:"List pairs of entities that may be one, most important first."`
	Classes reviewClassesCmd `cmd:"" help:"List classes of such pairs. A class can be decided together."`
	Decide  reviewDecideCmd  `cmd:"" help:"Decide that pairs, or all pairs of a class, are the same, different or unsure."`
}

type reviewListCmd struct {
	inProject
	Class string `help:"Only pairs of this class, as 'review classes' lists it." placeholder:"CLASS"`
	Limit int    `default:"20" help:"Maximum number of rows."`
}

// Run lists the queue: with --json a line for each pair.
func (c *reviewListCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.ReviewQueue, error) {
		return f.Review(e.ctx, c.Class, c.Limit)
	}, func(e *env, q casefile.ReviewQueue) error {
		if e.JSON {
			return printEach(e, q.Pairs)
		}
		return show.Review(e.out, q)
	})
}

type reviewClassesCmd struct{ inProject }

// Run lists the classes.
func (c *reviewClassesCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) ([]identity.Class, error) { return f.ReviewClasses(e.ctx) }, each(show.ReviewClasses))
}

type reviewDecideCmd struct {
	inProject
	Verdict string   `arg:"" enum:"same,different,unsure" help:"same, different or unsure (the pair leaves the queue)."`
	Pairs   []string `arg:"" optional:"" help:"Ids of pairs, or their beginnings."`
	Class   string   `help:"Decide all pairs of this class instead." placeholder:"CLASS"`
}

// Run decides about pairs.
func (c *reviewDecideCmd) Run(e *env) error {
	r := casefile.ReviewRequest{Verdict: store.Verdict(c.Verdict), Pairs: c.Pairs, Class: c.Class}
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (identity.Reviewed, error) { return f.DecideReview(e.ctx, r) }, one(show.Reviewed(r.Verdict)))
}
