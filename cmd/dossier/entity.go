package main

import (
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
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
	return inFile(e, c.inProject, func(f *casefile.CaseFile) ([]store.EntityRow, error) {
		return f.Entities(e.ctx, mentionType(c.Type), c.Limit)
	}, each(show.Entities))
}

type entityShowCmd struct {
	inProject
	Entity string `arg:"" help:"Id or name of the entity."`
}

// Run shows an entity.
func (c *entityShowCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) ([]casefile.EntityView, error) {
		return f.ShowEntities(e.ctx, c.Entity)
	}, each(show.EntityViews))
}
