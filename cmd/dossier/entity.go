package main

import (
	"fmt"
	"io"
	"strings"

	"dossier"
	"dossier/internal/store"
)

type entityCmd struct {
	List entityListCmd `cmd:"" help:"List the entities of a project, those named most first."`
	Show entityShowCmd `cmd:"" help:"Show one entity: its names and why they are one, where it is named, its relations."`

	Explain   entityExplainCmd   `cmd:"" help:"Say why the names of an entity are one, with a place for each."`
	Merge     entityMergeCmd     `cmd:"" help:"Say that entities are the same."`
	Split     entitySplitCmd     `cmd:"" help:"Say that some names, or the name in some documents, belong to somebody else."`
	Rename    entityRenameCmd    `cmd:"" help:"Say what an entity is called."`
	Retype    entityRetypeCmd    `cmd:"" help:"Say that an entity is a person, an organisation, a court or a place."`
	Reject    entityRejectCmd    `cmd:"" help:"Say that something is no entity."`
	Undo      entityUndoCmd      `cmd:"" help:"Take a decision back."`
	Decisions entityDecisionsCmd `cmd:"" help:"List what people decided, the newest first."`
	Check     entityCheckCmd     `cmd:"" help:"Resolve the project from scratch and compare with the record."`
}

type entityListCmd struct {
	inProject
	Type  string `enum:",person,org,location,court,docket,citation,statute,email,phone" default:"" help:"Only this type: person, org, location, court, docket, citation, statute, email, phone."`
	Limit int    `default:"50" help:"How many to show."`
}

// Run lists entities.
func (c *entityListCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	list, err := a.db.Entities(e.ctx, project.ID, dossier.MentionType(strings.ToUpper(c.Type)), c.Limit)
	if err != nil {
		return err
	}
	return printList(e, list, "TYPE\tNAME\tMENTIONS\tDOCUMENTS\tID", func(en store.EntityRow) []any {
		return []any{en.Type, en.Name, en.Mentions, en.Documents, en.ID}
	})
}

type entityShowCmd struct {
	inProject
	Entity string `arg:"" help:"Id or name of the entity."`
}

// entityView is an entity with all that is known of it.
type entityView struct {
	store.EntityRow
	Names      []store.EntityName    `json:"names"`
	Judgements []store.NamePair      `json:"judgements"`
	Places     []store.EntityMention `json:"places"` // the first hundred
	Relations  []store.RelationRow   `json:"relations"`
}

const placesShown = 100

// Run shows an entity.
func (c *entityShowCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	found, err := a.db.FindEntities(e.ctx, project.ID, c.Entity)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return noEntity(project, c.Entity)
	}
	for _, row := range found {
		v, err := a.view(e, project, row)
		if err != nil {
			return err
		}
		if e.JSON {
			err = e.printJSON(v)
		} else {
			err = v.print(e.out)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *app) view(e *env, project store.Project, row store.EntityRow) (v entityView, err error) {
	v = entityView{EntityRow: row, Relations: []store.RelationRow{}}
	if v.Names, err = a.db.EntityNames(e.ctx, row.ID); err != nil {
		return v, err
	}
	if v.Judgements, err = a.db.EntityJudgements(e.ctx, row.ID); err != nil {
		return v, err
	}
	if v.Places, err = a.db.EntityMentions(e.ctx, row.ID, placesShown); err != nil {
		return v, err
	}
	err = a.db.RelationRows(e.ctx, project.ID, row.ID, func(r store.RelationRow) error {
		v.Relations = append(v.Relations, r)
		return nil
	})
	return v, err
}

func (v entityView) print(w io.Writer) error {
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
