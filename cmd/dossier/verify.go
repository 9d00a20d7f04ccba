package main

import (
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/internal/verify"
)

type verifyCmd struct {
	inProject
	Document string `arg:"" help:"Id, SHA-256, file name or path of the document."`
}

// Run traces a document and checks its record.
func (c *verifyCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (verify.Trace, error) {
		return f.Verify(e.ctx, c.Document)
	}, func(e *env, t verify.Trace) error {
		if err := one(show.Trace)(e, t); err != nil || t.OK {
			return err
		}
		return failure(exitPartly)
	})
}
