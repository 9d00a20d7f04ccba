package casefile

import (
	"context"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// Entities lists the entities of a type, or all of them if it is "", those that
// are mentioned most first, at most limit.
func (c *CaseFile) Entities(ctx context.Context, of dossier.MentionType, limit int) ([]store.EntityRow, error) {
	return c.DB.Entities().List(ctx, c.Project.ID, of, limit)
}

// EntityView is an entity with all that is known of it.
type EntityView struct {
	store.EntityRow
	Names      []store.EntityName    `json:"names"`
	Judgements []store.NamePair      `json:"judgements"`
	Places     []store.EntityMention `json:"places"` // the first hundred
	Relations  []store.RelationRow   `json:"relations"`
}

const placesShown = 100

// ShowEntities describes all entities that an id or name stands for.
func (c *CaseFile) ShowEntities(ctx context.Context, what string) ([]EntityView, error) {
	found, err := c.entities(ctx, what)
	if err != nil {
		return nil, err
	}
	views := make([]EntityView, len(found))
	for i, row := range found {
		if views[i], err = c.view(ctx, row); err != nil {
			return nil, err
		}
	}
	return views, nil
}

func (c *CaseFile) view(ctx context.Context, row store.EntityRow) (v EntityView, err error) {
	v = EntityView{EntityRow: row, Relations: []store.RelationRow{}}
	if v.Names, err = c.DB.Entities().Names(ctx, row.ID); err != nil {
		return v, err
	}
	if v.Judgements, err = c.DB.Entities().Judgements(ctx, row.ID); err != nil {
		return v, err
	}
	if v.Places, err = c.DB.Entities().Mentions(ctx, row.ID, placesShown); err != nil {
		return v, err
	}
	err = c.DB.Entities().Relations(ctx, c.Project.ID, row.ID, func(r store.RelationRow) error {
		v.Relations = append(v.Relations, r)
		return nil
	})
	return v, err
}
