package main

import (
	"fmt"

	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
)

type documentDeleteCmd struct {
	inProject
	Documents []string `arg:"" name:"document" help:"Ids, SHA-256, file names or paths of the documents."`
	deleteFlags
}

// Run deletes documents.
func (c *documentDeleteCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		plan, err := f.PlanDeletion(e.ctx, c.Documents)
		if err != nil {
			return err
		}
		if c.DryRun {
			return one(show.Deletion)(e, plan)
		}
		if !e.JSON && !c.Yes {
			if err := show.Deletion(e.out, plan); err != nil {
				return err
			}
		}
		if err := c.confirm(e, fmt.Sprintf("%d documents go", len(plan.Documents))); err != nil {
			return err
		}
		deleted, err := f.DeleteDocuments(e.ctx, plan)
		if err != nil {
			return err
		}
		return one(show.DocumentsDeleted)(e, deleted)
	})
}

type documentHoldCmd struct {
	inProject
	Document string `arg:"" help:"Id, SHA-256, file name or path of the document."`
	holdFlags
}

// Run places a hold on a document.
func (c *documentHoldCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.Held, error) {
		return f.HoldDocument(e.ctx, c.Document, c.Reason)
	}, one(show.Held))
}

type documentReleaseCmd struct {
	inProject
	Document string `arg:"" help:"Id, SHA-256, file name or path of the document."`
}

// Run ends the holds on a document.
func (c *documentReleaseCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.Released, error) {
		return f.ReleaseDocument(e.ctx, c.Document)
	}, one(show.Released))
}
