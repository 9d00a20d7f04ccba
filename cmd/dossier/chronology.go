package main

import (
	"encoding/json"
	"io"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/export"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/internal/store"
)

type chronologyCmd struct {
	inProject
	From     string `help:"Only events on or after this date (YYYY, YYYY-MM or YYYY-MM-DD)." placeholder:"DATE"`
	To       string `help:"Only events on or before this date (YYYY, YYYY-MM or YYYY-MM-DD)." placeholder:"DATE"`
	Entity   string `help:"Only events that name this entity (id or name)." placeholder:"ENTITY"`
	Document string `help:"Only events stated in this document (id, name or path)." placeholder:"DOCUMENT"`
	CSV      bool   `name:"csv" help:"Print CSV, one row for each place where an event is stated." xor:"form"`
	Output   string `short:"o" help:"Output file. Default: standard output." placeholder:"FILE" type:"path"`
}

// Run lists the events of a project.
func (c *chronologyCmd) Run(e *env) error {
	if c.CSV && e.JSON {
		return dossier.Errorf(dossier.CodeInvalidInput, "the output is either of --csv and --json").About("--csv").WithCure("leave one out")
	}
	return c.with(e, func(f *casefile.CaseFile) error {
		r := casefile.ChronologyRequest{From: c.From, To: c.To, Entity: c.Entity, Document: c.Document}
		return export.To(c.Output, e.out, func(w io.Writer) error {
			each := func(show func(store.EventRow) error) error { return f.Chronology(e.ctx, r, show) }
			switch {
			case e.JSON:
				lines := json.NewEncoder(w)
				lines.SetEscapeHTML(false)
				return each(func(r store.EventRow) error { return lines.Encode(r) })
			case c.CSV:
				return export.Events(w, each)
			}
			return each(func(r store.EventRow) error { return show.Event(w, r) })
		})
	})
}
