package main

import (
	"bufio"
	"fmt"
	"strings"

	"dossier"
	"dossier/internal/store"
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
	added := 0
	err = a.db.Write(e.ctx, func(tx *store.Tx) error {
		added = 0
		project, err := tx.EnsureProject(e.ctx, c.Project)
		if err != nil {
			return err
		}
		for _, p := range list {
			isNew, err := tx.AddPassword(e.ctx, project.ID, p)
			if err != nil {
				return err
			}
			if isNew {
				added++
			}
		}
		return tx.Audit(e.ctx, actor(), "password.add", project.ID, project.ID, map[string]any{"added": added})
	})
	if err != nil {
		return err
	}
	if e.JSON {
		return e.printJSON(map[string]any{"project": c.Project, "added": added})
	}
	_, err = fmt.Fprintf(e.out, "%d new passwords for project %s; process the locked files again\n", added, c.Project)
	return err
}

type passwordListCmd struct {
	inProject
}

// Run tells how many passwords there are. It never shows one.
func (c *passwordListCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	list, err := a.db.Passwords(e.ctx, project.ID)
	if err != nil {
		return err
	}
	if e.JSON {
		return e.printJSON(map[string]any{"project": project.Name, "passwords": len(list)})
	}
	_, err = fmt.Fprintf(e.out, "project %s has %d passwords\n", project.Name, len(list))
	return err
}

type passwordClearCmd struct {
	inProject
}

// Run forgets passwords.
func (c *passwordClearCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	removed := 0
	err = a.db.Write(e.ctx, func(tx *store.Tx) error {
		if removed, err = tx.RemovePasswords(e.ctx, project.ID); err != nil {
			return err
		}
		return tx.Audit(e.ctx, actor(), "password.clear", project.ID, project.ID, map[string]any{"removed": removed})
	})
	if err != nil {
		return err
	}
	if e.JSON {
		return e.printJSON(map[string]any{"project": project.Name, "removed": removed})
	}
	_, err = fmt.Fprintf(e.out, "%d passwords forgotten\n", removed)
	return err
}
