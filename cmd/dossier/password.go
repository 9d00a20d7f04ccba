package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
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
func (c *passwordAddCmd) Run(e *env) (err error) {
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
	if len(list) == 0 {
		return dossier.Errorf(dossier.CodeInvalidInput, "there is no password").About("standard input").
			WithCure("give one a line: `dossier password add < passwords.txt`")
	}
	a, err := e.openRecord()
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	result, err := casefile.AddPasswords(e.ctx, a.db, c.Project, actor(), list)
	if err != nil {
		return err
	}
	return e.tell(fmt.Sprintf("%d new passwords for project %s; process the locked files again", result.Added, c.Project), result)
}

type passwordListCmd struct {
	inProject
}

// Run prints how many passwords there are. It never shows one.
func (c *passwordListCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		n, err := f.Passwords(e.ctx)
		if err != nil {
			return err
		}
		return e.tell(fmt.Sprintf("project %s has %d passwords", f.Project.Name, n), map[string]any{"project": f.Project.Name, "passwords": n})
	})
}

type passwordClearCmd struct {
	inProject
}

// Run deletes passwords.
func (c *passwordClearCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		n, err := f.ClearPasswords(e.ctx)
		if err != nil {
			return err
		}
		return e.tell(fmt.Sprintf("%d passwords deleted", n), map[string]any{"project": f.Project.Name, "removed": n})
	})
}
