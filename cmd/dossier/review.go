package main

import (
	"fmt"
	"strings"

	"dossier"
	"dossier/internal/identity"
	"dossier/internal/store"
)

// reviewCmd is about pairs of names that a person should look at.
type reviewCmd struct {
	List    reviewListCmd    `cmd:"" default:"withargs" help:"List pairs of entities that may be one, the most worth a look first."`
	Classes reviewClassesCmd `cmd:"" help:"List what such pairs have in common: a class can be decided at once."`
	Decide  reviewDecideCmd  `cmd:"" help:"Say of pairs, or of a class of them, that they are the same, different, or unsure."`
}

type reviewListCmd struct {
	inProject
	Class string `help:"Only this class, as review classes lists it." placeholder:"CLASS"`
	Limit int    `default:"20" help:"How many to show."`
}

// Run lists the queue.
func (c *reviewListCmd) Run(e *env) (err error) {
	a, _, book, err := c.book(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	items, err := book.Queue(e.ctx, c.Class)
	if err != nil {
		return err
	}
	shown := items[:min(c.Limit, len(items))]
	if err := book.Illustrate(e.ctx, shown); err != nil {
		return err
	}
	if e.JSON {
		return printEach(e, shown)
	}
	for _, it := range shown {
		fmt.Fprintf(e.out, "%s  %s (%d documents) = %s (%d documents)?  %s, %.2f, %s\n", it.ID, visible(it.A.Name), it.A.Documents,
			visible(it.B.Name), it.B.Documents, strings.ToLower(string(it.A.Type)), it.Score, it.Class)
		printReasons(e.out, it.Reasons)
		printExamples(e.out, it.Examples)
	}
	_, err = fmt.Fprintf(e.out, "%d of %d pairs\n", len(shown), len(items))
	return err
}

type reviewClassesCmd struct{ inProject }

// Run lists the classes.
func (c *reviewClassesCmd) Run(e *env) (err error) {
	a, _, book, err := c.book(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	list, err := book.Classes(e.ctx)
	if err != nil {
		return err
	}
	return printList(e, list, "CLASS\tPAIRS\tFOR EXAMPLE", func(cl identity.Class) []any {
		return []any{cl.Name, cl.Items, cl.Example.A.Name + " = " + cl.Example.B.Name + "?"}
	})
}

type reviewDecideCmd struct {
	inProject
	Verdict string   `arg:"" enum:"same,different,unsure" help:"same, different or unsure (nobody is asked again)."`
	Pairs   []string `arg:"" optional:"" help:"Ids of pairs, or their beginnings."`
	Class   string   `help:"All pairs of this class instead." placeholder:"CLASS"`
}

// Run decides about pairs.
func (c *reviewDecideCmd) Run(e *env) (err error) {
	if (c.Class == "") == (len(c.Pairs) == 0) {
		return dossier.Errorf(dossier.CodeInvalidInput, "either pairs or a class is needed").WithCure("`dossier review` lists pairs and their classes")
	}
	a, _, book, err := c.book(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	items, err := book.Queue(e.ctx, c.Class)
	if err != nil {
		return err
	}
	if c.Class == "" {
		if items, err = chosen(items, c.Pairs); err != nil {
			return err
		}
	}
	if len(items) == 0 {
		return dossier.Errorf(dossier.CodeNotFound, "no pair of that class is in doubt").About(c.Class).WithCure("`dossier review classes` lists them")
	}
	r, err := book.Review(e.ctx, items, store.Verdict(c.Verdict))
	if err != nil {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%d pairs are %s (decision %d; `dossier entity undo %d` takes it back)", r.Items, c.Verdict, r.Decision, r.Decision)
	for _, it := range r.Refused {
		fmt.Fprintf(&text, "\n  left open: %s = %s? It would join names that contradict each other", visible(it.A.Name), visible(it.B.Name))
	}
	return e.tell(text.String(), r)
}

// chosen picks the items with the ids, or their beginnings.
func chosen(items []identity.Item, ids []string) ([]identity.Item, error) {
	var list []identity.Item
	for _, id := range ids {
		n := len(list)
		for _, it := range items {
			if strings.HasPrefix(it.ID, id) {
				list = append(list, it)
			}
		}
		if len(list) != n+1 {
			return nil, dossier.Errorf(dossier.CodeNotFound, "%d pairs in doubt have an id that begins so", len(list)-n).About(id).
				WithCure("`dossier review` lists them")
		}
	}
	return list, nil
}
