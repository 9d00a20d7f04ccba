package main

import (
	"bufio"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
)

type passwordCmd struct {
	Add   passwordAddCmd   `cmd:"" help:"Add passwords from standard input, one per line, to try on locked files of a project."`
	List  passwordListCmd  `cmd:"" help:"Show how many passwords a project has."`
	Clear passwordClearCmd `cmd:"" help:"Delete the passwords of a project."`
}

type passwordAddCmd struct {
	inProject
}

// Run adds passwords. They come by standard input, so that no list of processes
// shows them.
func (c *passwordAddCmd) Run(e *env) error {
	var list []string
	lines := bufio.NewScanner(e.in)
	for lines.Scan() {
		if p := strings.TrimRight(lines.Text(), "\r"); p != "" {
			list = append(list, p)
		}
	}
	if err := lines.Err(); err != nil {
		return dossier.Errorf(dossier.CodeInvalidInput, "the passwords cannot be read: %w", err).About("standard input")
	}
	return onRecord(e, e.openRecord, func(r casefile.Record) (casefile.Added, error) {
		return r.AddPasswords(e.ctx, c.Project, list)
	}, one(show.PasswordsAdded))
}

type passwordListCmd struct {
	inProject
}

// Run prints how many passwords there are. It never shows one.
func (c *passwordListCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.PasswordCount, error) { return f.Passwords(e.ctx) }, one(show.PasswordCount))
}

type passwordClearCmd struct {
	inProject
}

// Run deletes passwords.
func (c *passwordClearCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.PasswordsCleared, error) {
		return f.ClearPasswords(e.ctx)
	}, one(show.PasswordsCleared))
}
