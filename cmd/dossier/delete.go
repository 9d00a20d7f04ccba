package main

import (
	"errors"
	"fmt"

	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/retention"
	"github.com/dossier-legal/dossier/internal/store"
)

type documentDeleteCmd struct {
	inProject
	Documents []string `arg:"" name:"document" help:"Ids, SHA-256, file names or paths of the documents."`
	deleteFlags
}

// Run deletes documents.
func (c *documentDeleteCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	plan, err := a.casefile(project).PlanDeletion(e.ctx, c.Documents)
	if err != nil {
		return err
	}
	if c.DryRun {
		return c.show(e, plan)
	}
	if !e.JSON && !c.Yes {
		if err := c.show(e, plan); err != nil {
			return err
		}
	}
	if err := c.confirm(e, fmt.Sprintf("%d documents go", len(plan.Documents))); err != nil {
		return err
	}
	counts, err := a.keeper(retention.Ages{}).DeleteDocuments(e.ctx, project.ID, plan)
	if err != nil {
		return unfinishedDeletion(err)
	}
	return e.tell("deleted: "+countsText(counts), map[string]any{"documents": plan.Documents, "kept": plan.Kept, "removed": counts})
}

// show lists what would be deleted.
func (c *documentDeleteCmd) show(e *env, plan store.Deletion) error {
	if e.JSON {
		return e.printJSON(struct {
			DryRun bool `json:"dry_run"`
			store.Deletion
		}{c.DryRun, plan})
	}
	if err := table(e.out, "ID\tSTATUS\tBYTES\tORIGINAL\tNAME", func(row func(...any)) error {
		for _, d := range plan.Documents {
			original := "goes"
			if d.Shared {
				original = "stays: another project has it"
			}
			row(d.ID, d.Status, d.Size, original, d.FileName)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, r := range plan.Kept {
		fmt.Fprintf(e.out, "stays: %s  %s (an attachment that was found elsewhere too)\n", oneLine(visible(r.FileName)), r.ID)
	}
	_, err := fmt.Fprintf(e.out, "%d documents, %d of them still worked on, in %d batches\n", len(plan.Documents), plan.Open, plan.Batches)
	return err
}

type documentHoldCmd struct {
	inProject
	Document string `arg:"" help:"Id, SHA-256, file name or path of the document."`
	holdFlags
}

// Run places a hold on a document.
func (c *documentHoldCmd) Run(e *env) (err error) {
	a, d, err := c.openDocument(e, c.Document)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	return a.hold(e, d.ProjectID, d.ID, "document "+d.ID, c.Reason)
}

type documentReleaseCmd struct {
	inProject
	Document string `arg:"" help:"Id, SHA-256, file name or path of the document."`
}

// Run ends the holds on a document.
func (c *documentReleaseCmd) Run(e *env) (err error) {
	a, d, err := c.openDocument(e, c.Document)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	return a.release(e, d.ProjectID, d.ID, "document "+d.ID)
}

// openDocument opens the record and finds a document in it.
func (p inProject) openDocument(e *env, what string) (*app, store.Document, error) {
	a, project, err := p.open(e)
	if err != nil {
		return nil, store.Document{}, err
	}
	d, err := a.casefile(project).Document(e.ctx, what)
	if err != nil {
		return nil, d, errors.Join(err, a.close())
	}
	return a, d, nil
}

// casefile is the case file of a project.
func (a *app) casefile(p store.Project) *casefile.CaseFile {
	return &casefile.CaseFile{DB: a.db, Pipeline: a.pipeline, Project: p, Actor: actor()}
}
