package main

import (
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/internal/store"
)

// auditCmd shows who decided what.
type auditCmd struct {
	Subject string `arg:"" optional:"" help:"Id of a batch, task or webhook. Default: everything."`
	Limit   int    `default:"50" help:"Maximum number of lines." placeholder:"N"`
}

// Run prints the audit log, the newest entry first.
func (c *auditCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) ([]store.AuditEntry, error) {
		return r.AuditLog(e.ctx, c.Subject, c.Limit)
	}, each(show.AuditLog))
}
