package casefile

import (
	"context"

	"github.com/dossier-legal/dossier/internal/store"
)

// Added counts the passwords that were new to a project.
type Added struct {
	Added   int    `json:"added"`
	Project string `json:"project"` // name
}

// AddPasswords adds passwords to try on the locked files of a project, which it
// creates if it is missing: passwords may come before files.
func (r Record) AddPasswords(ctx context.Context, project string, passwords []string) (Added, error) {
	if len(passwords) == 0 {
		return Added{}, invalid("passwords", "give one a line: `dossier password add < passwords.txt`", "there is no password")
	}
	result := Added{Project: project}
	err := r.DB.Write(ctx, func(tx *store.Tx) error {
		result.Added = 0
		p, err := tx.Projects().Ensure(ctx, project)
		if err != nil {
			return err
		}
		for _, password := range passwords {
			isNew, err := tx.Passwords().Add(ctx, p.ID, password)
			if err != nil {
				return err
			}
			if isNew {
				result.Added++
			}
		}
		return tx.Audit().Record(ctx, r.Actor, "password.add", p.ID, p.ID, map[string]any{"added": result.Added})
	})
	return result, err
}

// PasswordCount counts the passwords of a project.
type PasswordCount struct {
	Passwords int    `json:"passwords"`
	Project   string `json:"project"` // name
}

// Passwords counts the passwords of the project. No method returns one.
func (c *CaseFile) Passwords(ctx context.Context) (PasswordCount, error) {
	list, err := c.DB.Passwords().List(ctx, c.Project.ID)
	return PasswordCount{len(list), c.Project.Name}, err
}

// PasswordsCleared counts the passwords that were deleted.
type PasswordsCleared struct {
	Project string `json:"project"` // name
	Removed int    `json:"removed"`
}

// ClearPasswords deletes the passwords of the project.
func (c *CaseFile) ClearPasswords(ctx context.Context) (PasswordsCleared, error) {
	result := PasswordsCleared{Project: c.Project.Name}
	err := c.DB.Write(ctx, func(tx *store.Tx) (err error) {
		if result.Removed, err = tx.Passwords().Remove(ctx, c.Project.ID); err != nil {
			return err
		}
		return tx.Audit().Record(ctx, c.Actor, "password.clear", c.Project.ID, c.Project.ID, map[string]any{"removed": result.Removed})
	})
	return result, err
}
