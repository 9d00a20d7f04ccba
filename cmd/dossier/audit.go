package main

import (
	"time"

	"github.com/dossier-legal/dossier/internal/store"
)

// auditCmd shows who decided what.
type auditCmd struct {
	Subject string `arg:"" optional:"" help:"Id of a batch, task or webhook. Default: everything."`
	Limit   int    `default:"50" help:"Maximum number of lines." placeholder:"N"`
}

// Run prints the audit log, the newest line first.
func (c *auditCmd) Run(e *env) error {
	return e.withDatabase(func(db *store.DB) error {
		list, err := db.Audit().List(e.ctx, c.Subject, c.Limit)
		if err != nil {
			return err
		}
		if e.JSON {
			return printEach(e, list)
		}
		return table(e.out, "TIME\tWHO\tWHAT\tSUBJECT\tDETAIL", func(row func(...any)) error {
			for _, l := range list {
				row(l.At.Local().Format(time.DateTime), visible(l.Actor), l.Action, visible(l.Subject), oneLine(visible(l.Detail)))
			}
			return nil
		})
	})
}
