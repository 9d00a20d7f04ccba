package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/store"
)

type entityCmd struct {
	List entityListCmd `cmd:"" help:"List the entities of a project, most mentions first."`
	Show entityShowCmd `cmd:"" help:"Show one entity: names and why they were joined, mentions, relations."`

	Explain   entityExplainCmd   `cmd:"" help:"Explain why the names of an entity were joined, with an example of each."`
	Merge     entityMergeCmd     `cmd:"" help:"Merge entities that are the same."`
	Split     entitySplitCmd     `cmd:"" help:"Split off names, or the name in some documents, that belong to another entity."`
	Rename    entityRenameCmd    `cmd:"" help:"Rename an entity."`
	Retype    entityRetypeCmd    `cmd:"" help:"Change the type of an entity: person, organisation, court or place."`
	Reject    entityRejectCmd    `cmd:"" help:"Reject something that is no entity."`
	Undo      entityUndoCmd      `cmd:"" help:"Undo a decision."`
	Decisions entityDecisionsCmd `cmd:"" help:"List decisions, newest first."`
	Check     entityCheckCmd     `cmd:"" help:"Resolve the project from scratch and compare the result with the record."`
}

type entityListCmd struct {
	inProject
	Type  string `enum:",person,org,location,court,docket,citation,statute,email,phone" default:"" help:"Only entities of this type: person, org, location, court, docket, citation, statute, email, phone."`
	Limit int    `default:"50" help:"Maximum number of rows."`
}

// Run lists entities.
func (c *entityListCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		list, err := f.Entities(e.ctx, mentionType(c.Type), c.Limit)
		if err != nil {
			return err
		}
		return printList(e, list, "TYPE\tNAME\tMENTIONS\tDOCUMENTS\tID", func(en store.EntityRow) []any {
			return []any{en.Type, en.Name, en.Mentions, en.Documents, en.ID}
		})
	})
}

type entityShowCmd struct {
	inProject
	Entity string `arg:"" help:"Id or name of the entity."`
}

// Run shows an entity.
func (c *entityShowCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		views, err := f.ShowEntities(e.ctx, c.Entity)
		if err != nil {
			return err
		}
		if e.JSON {
			return printEach(e, views)
		}
		for _, v := range views {
			if err := printEntity(e.out, v); err != nil {
				return err
			}
		}
		return nil
	})
}

func printEntity(w io.Writer, v casefile.EntityView) error {
	fmt.Fprintf(w, "%s · %s\n  id %s\n  named %d times in %d documents\n", v.Name, v.Type, v.ID, v.Mentions, v.Documents)
	for _, n := range v.Names {
		fmt.Fprintf(w, "  as %s%s\n", n.Name, note(len(n.Aliases) > 0, " (%s)", strings.Join(n.Aliases, "; ")))
		for _, r := range n.Reasons {
			fmt.Fprintf(w, "     %s: %s\n", r.Code, r.Detail)
		}
	}
	for _, j := range v.Judgements {
		fmt.Fprintf(w, "  %s (%.2f): %s = %s\n", j.Decision, j.Score, j.A, j.B)
		for _, r := range j.Reasons {
			fmt.Fprintf(w, "     %s: %s\n", r.Code, r.Detail)
		}
	}
	fmt.Fprintln(w)
	if err := table(w, "RELATION\tFROM\tTO\tROLE\tPROOF", func(row func(...any)) error {
		for _, r := range v.Relations {
			if r.Kind != dossier.CoMention {
				row(r.Kind, r.From, r.To, r.Role, fmt.Sprintf("%s, page %d", r.FileName, r.Page))
			}
		}
		return nil
	}); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return table(w, "WHERE\tPAGE\tWORDS", func(row func(...any)) error {
		for _, m := range v.Places {
			row(m.FileName, m.Page, strings.Join(strings.Fields(m.Text), " "))
		}
		return nil
	})
}
