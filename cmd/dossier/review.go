package main

import (
	"fmt"
	"strings"

	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/identity"
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

// Run lists the queue.
func (c *reviewListCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		q, err := f.Review(e.ctx, c.Class, c.Limit)
		if err != nil {
			return err
		}
		if e.JSON {
			return printEach(e, q.Pairs)
		}
		for _, it := range q.Pairs {
			fmt.Fprintf(e.out, "%s  %s (%d documents) = %s (%d documents)?  %s, %.2f, %s\n", it.ID, visible(it.A.Name), it.A.Documents,
				visible(it.B.Name), it.B.Documents, strings.ToLower(string(it.A.Type)), it.Score, it.Class)
			printReasons(e.out, it.Reasons)
			printExamples(e.out, it.Examples)
		}
		_, err = fmt.Fprintf(e.out, "%d of %d pairs\n", len(q.Pairs), q.Total)
		return err
	})
}

type reviewClassesCmd struct{ inProject }

// Run lists the classes.
func (c *reviewClassesCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		list, err := f.ReviewClasses(e.ctx)
		if err != nil {
			return err
		}
		return printList(e, list, "CLASS\tPAIRS\tFOR EXAMPLE", func(cl identity.Class) []any {
			return []any{cl.Name, cl.Items, cl.Example.A.Name + " = " + cl.Example.B.Name + "?"}
		})
	})
}

type reviewDecideCmd struct {
	inProject
	Verdict string   `arg:"" enum:"same,different,unsure" help:"same, different or unsure (the pair leaves the queue)."`
	Pairs   []string `arg:"" optional:"" help:"Ids of pairs, or their beginnings."`
	Class   string   `help:"Decide all pairs of this class instead." placeholder:"CLASS"`
}

// Run decides about pairs.
func (c *reviewDecideCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		r, err := f.DecideReview(e.ctx, casefile.ReviewRequest{Verdict: store.Verdict(c.Verdict), Pairs: c.Pairs, Class: c.Class})
		if err != nil {
			return err
		}
		var text strings.Builder
		fmt.Fprintf(&text, "%d pairs are %s (decision %d; `dossier entity undo %d` takes it back)", r.Items, c.Verdict, r.Decision, r.Decision)
		for _, it := range r.Refused {
			fmt.Fprintf(&text, "\n  left open: %s = %s? It would join names that contradict each other", visible(it.A.Name), visible(it.B.Name))
		}
		return e.tell(text.String(), r)
	})
}
