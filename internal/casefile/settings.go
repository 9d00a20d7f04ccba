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
func AddPasswords(ctx context.Context, db *store.DB, project, actor string, passwords []string) (Added, error) {
	result := Added{Project: project}
	err := db.Write(ctx, func(tx *store.Tx) error {
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
		return tx.Audit().Record(ctx, actor, "password.add", p.ID, p.ID, map[string]any{"added": result.Added})
	})
	return result, err
}

// Passwords counts the passwords of the project. No method returns one.
func (c *CaseFile) Passwords(ctx context.Context) (int, error) {
	list, err := c.DB.Passwords().List(ctx, c.Project.ID)
	return len(list), err
}

// ClearPasswords deletes the passwords of the project and returns how many there
// were.
func (c *CaseFile) ClearPasswords(ctx context.Context) (removed int, err error) {
	return removed, c.DB.Write(ctx, func(tx *store.Tx) error {
		if removed, err = tx.Passwords().Remove(ctx, c.Project.ID); err != nil {
			return err
		}
		return tx.Audit().Record(ctx, c.Actor, "password.clear", c.Project.ID, c.Project.ID, map[string]any{"removed": removed})
	})
}
