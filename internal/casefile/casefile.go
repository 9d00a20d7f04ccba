// Package casefile has the use cases of dossier: what can be done with a case
// file ([CaseFile]: look up, search, list, explain, decide) and with everything
// on record ([Record]: batches, dead letters, webhooks, the cache, projects).
// Each method takes a typed request, checks it, does it, and returns a result
// whose JSON is what `dossier … --json` prints. Surfaces (the command line, and
// servers) parse requests, call methods and present results; they have no rule
// of their own.
//
// A request that cannot be met is a [dossier.Error]: of CodeInvalidInput, with the
// field as its subject, or of CodeNotFound, with what was asked for; both have a
// cure. A decision and its entry in the audit log are one transaction.
package casefile

import (
	"context"
	"fmt"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/identity"
	"github.com/dossier-legal/dossier/internal/store"
)

// CaseFile is one project on record, as one person works with it. It is safe for
// concurrent use.
type CaseFile struct {
	Record
	Project store.Project
}

// book is where decisions about who is who are written.
func (c *CaseFile) book() identity.Book {
	return identity.Book{DB: c.DB, ProjectID: c.Project.ID, Actor: c.Actor}
}

// invalid is the error of a field of a request.
func invalid(field, cure, format string, args ...any) error {
	return dossier.Errorf(dossier.CodeInvalidInput, format, args...).About(field).WithCure(cure)
}

// Document finds the one document that an id, SHA-256, file name or path stands
// for. If it stands for several, the error names their ids.
func (c *CaseFile) Document(ctx context.Context, what string) (store.Document, error) {
	found, err := c.DB.Documents().Find(ctx, c.Project.ID, what)
	switch {
	case err != nil:
		return store.Document{}, err
	case len(found) == 0:
		return store.Document{}, dossier.Errorf(dossier.CodeNotFound, "no such document in project %s", c.Project.Name).
			About(what).WithCure("`dossier document list` shows those on record")
	case len(found) > 1:
		ids := make([]string, len(found))
		for i, d := range found {
			ids[i] = d.ID
		}
		return store.Document{}, invalid(what, "name one by its id", "%d documents are called so: %s", len(found), strings.Join(ids, ", "))
	}
	return c.DB.Documents().Get(ctx, found[0].ID)
}

// documents finds documents, as [CaseFile.Document] does, and returns their ids.
func (c *CaseFile) documents(ctx context.Context, whats []string) ([]string, error) {
	ids := make([]string, len(whats))
	for i, what := range whats {
		d, err := c.Document(ctx, what)
		if err != nil {
			return nil, err
		}
		ids[i] = d.ID
	}
	return ids, nil
}

// Entity finds the one entity that an id or name stands for. If it stands for
// several, the error names them.
func (c *CaseFile) Entity(ctx context.Context, what string) (store.EntityRow, error) {
	found, err := c.entities(ctx, what)
	if err != nil {
		return store.EntityRow{}, err
	}
	if len(found) > 1 {
		list := make([]string, len(found))
		for i, f := range found {
			list[i] = fmt.Sprintf("%s (%s %s)", f.ID, f.Type, f.Name)
		}
		return store.EntityRow{}, invalid(what, "give the id", "%d entities have that name: %s", len(found), strings.Join(list, ", "))
	}
	return found[0], nil
}

// entities finds all entities that an id or name stands for, at least one.
func (c *CaseFile) entities(ctx context.Context, what string) ([]store.EntityRow, error) {
	found, err := c.DB.Entities().Find(ctx, c.Project.ID, what)
	if err == nil && len(found) == 0 {
		err = dossier.Errorf(dossier.CodeNotFound, "no such entity in project %s", c.Project.Name).
			About(what).WithCure("`dossier entity list` shows those on record")
	}
	return found, err
}
