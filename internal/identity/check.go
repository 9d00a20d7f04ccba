package identity

import (
	"context"
	"maps"
	"slices"

	"github.com/dossier-legal/dossier/internal/store"
)

// Difference is a name that the record has in another entity than a resolution
// from scratch.
type Difference struct {
	Name     string `json:"name"`
	Recorded string `json:"recorded"` // id of the entity
	Expected string `json:"expected"`
}

// Checked is how the record of a project compares with a resolution from
// scratch.
type Checked struct {
	Names       int          `json:"names"`
	Entities    int          `json:"entities"`
	Judgements  int          `json:"judgements"` // of the machine
	Differences []Difference `json:"differences"`
	Repaired    bool         `json:"repaired"`
}

// Check resolves all names of the project anew, by the judgements of today's
// rules and the decisions of people, and compares the outcome with the record;
// with repair it puts the outcome in its place. The record is kept up to date a
// paper at a time, and must always be what this finds.
func (b Book) Check(ctx context.Context, repair bool) (c Checked, err error) {
	err = b.DB.WriteLong(ctx, func(tx *store.Tx) error {
		c = Checked{Differences: []Difference{}}
		if err := tx.Projects().Lock(ctx, b.ProjectID); err != nil {
			return err
		}
		s := newSettlement(b.ProjectID)
		if err := tx.Names().Each(ctx, b.ProjectID, func(n store.Name) { s.names[n.ID] = n }); err != nil {
			return err
		}
		ids := slices.Sorted(maps.Keys(s.names))
		if err := s.marks.load(ctx, tx, ids); err != nil {
			return err
		}
		decided, err := tx.Decisions().AllEdges(ctx, b.ProjectID)
		if err != nil {
			return err
		}
		s.compareAll(s.keysOf(ids), ids)
		clusters := s.clusters(ids, s.verdicts, decided)
		c.Names, c.Entities, c.Judgements = len(ids), len(clusters), len(s.verdicts)
		for _, cl := range clusters {
			en := s.entity(cl)
			for _, id := range cl.Nodes {
				if n := s.names[id]; n.CanonicalID != en.ID {
					c.Differences = append(c.Differences, Difference{n.Name, n.CanonicalID, en.ID})
				}
			}
		}
		if !repair {
			return nil
		}
		c.Repaired = true
		s.changed, s.judged, s.anew = ids, ids, ids
		if err := tx.Judgements().Drop(ctx, ids); err != nil {
			return err
		}
		if err := s.record(ctx, tx, clusters); err != nil {
			return err
		}
		if err := tx.Judgements().Add(ctx, s.verdicts); err != nil {
			return err
		}
		return tx.Audit().Record(ctx, b.Actor, "entity.repair", b.ProjectID, b.ProjectID, map[string]any{"differences": len(c.Differences)})
	})
	return c, err
}
