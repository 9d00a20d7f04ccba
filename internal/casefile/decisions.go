package casefile

import (
	"context"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/identity"
	"github.com/dossier-legal/dossier/internal/store"
)

// Decided is a decision that was taken about an entity.
type Decided struct {
	Decision int64  `json:"decision"` // its number, for [CaseFile.Undo]
	Entity   string `json:"entity"`   // id
	Name     string `json:"-"`        // of the entity, as it was
}

// decide takes a decision about the entity that what stands for.
func (c *CaseFile) decide(ctx context.Context, what string, f func(b identity.Book, id string) (int64, error)) (d Decided, err error) {
	row, err := c.Entity(ctx, what)
	if err != nil {
		return d, err
	}
	d.Entity, d.Name = row.ID, row.Name
	d.Decision, err = f(c.book(), row.ID)
	return d, err
}

// Merge decides that entities, each given by id or name, are the one to keep.
func (c *CaseFile) Merge(ctx context.Context, keep string, others []string) (Decided, error) {
	return c.decide(ctx, keep, func(b identity.Book, id string) (int64, error) {
		ids := make([]string, len(others))
		for i, what := range others {
			other, err := c.Entity(ctx, what)
			if err != nil {
				return 0, err
			}
			ids[i] = other.ID
		}
		return b.Merge(ctx, id, ids)
	})
}

// SplitNames decides that names of an entity belong to another one.
func (c *CaseFile) SplitNames(ctx context.Context, entity string, names []string) (Decided, error) {
	return c.decide(ctx, entity, func(b identity.Book, id string) (int64, error) { return b.SplitNames(ctx, id, names) })
}

// SplitDocuments decides that documents, given by id or path, mean another entity
// of the same name.
func (c *CaseFile) SplitDocuments(ctx context.Context, entity string, documents []string) (Decided, error) {
	return c.decide(ctx, entity, func(b identity.Book, id string) (int64, error) {
		ids, err := c.documents(ctx, documents)
		if err != nil {
			return 0, err
		}
		return b.SplitDocuments(ctx, id, ids)
	})
}

// Rename decides what an entity is called.
func (c *CaseFile) Rename(ctx context.Context, entity, name string) (Decided, error) {
	return c.decide(ctx, entity, func(b identity.Book, id string) (int64, error) { return b.Rename(ctx, id, name) })
}

// Retype decides that an entity is a person, an organisation, a court or a place.
func (c *CaseFile) Retype(ctx context.Context, entity string, to dossier.MentionType) (Decided, error) {
	return c.decide(ctx, entity, func(b identity.Book, id string) (int64, error) { return b.Retype(ctx, id, to) })
}

// Reject decides that something is no entity.
func (c *CaseFile) Reject(ctx context.Context, entity string) (Decided, error) {
	return c.decide(ctx, entity, func(b identity.Book, id string) (int64, error) { return b.Reject(ctx, id) })
}

// Undone is a decision that was undone.
type Undone struct {
	Undone int64 `json:"undone"` // its number
}

// Undo undoes a decision.
func (c *CaseFile) Undo(ctx context.Context, decision int64) (Undone, error) {
	return Undone{decision}, c.book().Undo(ctx, decision)
}

// Decisions lists decisions about an entity, or about all if it is "", the newest
// first, at most limit.
func (c *CaseFile) Decisions(ctx context.Context, entity string, limit int) ([]store.Decision, error) {
	if entity != "" {
		row, err := c.Entity(ctx, entity)
		if err != nil {
			return nil, err
		}
		entity = row.ID
	}
	return c.DB.Decisions().List(ctx, c.Project.ID, entity, limit)
}

// Explanation says why the names of an entity are one.
type Explanation struct {
	Entity string          `json:"entity"`
	Joins  []identity.Join `json:"joins"` // empty: it has one name
	Name   string          `json:"name"`
}

// Explain says why the names of an entity are one, or what leads from one of two
// names to the other.
func (c *CaseFile) Explain(ctx context.Context, entity string, between ...string) (x Explanation, err error) {
	if n := len(between); n != 0 && n != 2 {
		return x, dossier.Errorf(dossier.CodeInvalidInput, "two names are needed, or none").About(strings.Join(between, ", "))
	}
	row, err := c.Entity(ctx, entity)
	if err != nil {
		return x, err
	}
	x.Entity, x.Name = row.ID, row.Name
	x.Joins, err = c.book().Explain(ctx, row.ID, between...)
	return x, err
}

// Checked compares the record of a project with a resolution from scratch.
type Checked struct {
	Project string `json:"project"` // name
	identity.Checked
}

// OK reports whether the record is now what a resolution from scratch gives.
func (c Checked) OK() bool { return len(c.Differences) == 0 || c.Repaired }

// Check resolves the case file from scratch and compares the result with the
// record; repair replaces what differs.
func (c *CaseFile) Check(ctx context.Context, repair bool) (Checked, error) {
	checked, err := c.book().Check(ctx, repair)
	return Checked{c.Project.Name, checked}, err
}
