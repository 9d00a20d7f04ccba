package main

import (
	"errors"
	"os"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
)

type resolveCmd struct {
	File string `arg:"" optional:"" default:"-" help:"Lines of JSON {\"id\", \"document\", \"type\", \"text\", \"start\"}, or - for standard input."`
}

// Run resolves mentions and answers each with a line.
func (c *resolveCmd) Run(e *env) (err error) {
	in := e.in
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return dossier.Errorf(dossier.CodeUnreadable, "the mentions cannot be read: %w", err).About(c.File)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	if e.JSON {
		return casefile.ResolveMentions(in, e.out, casefile.AppendResolved)
	}
	return casefile.ResolveMentions(in, e.out, show.AppendResolved)
}
