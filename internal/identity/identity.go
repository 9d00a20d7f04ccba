// Package identity keeps who is who in a project: which names, in which documents,
// mean the same person or organisation.
//
// It works on the distinct names of a project. Names that share a blocking key
// are compared (package names); every verdict but "different" is kept as a
// judgement with its reasons. What people decide is kept beside it, about names, and
// outranks it. The canonical entities are derived from both: each set of names
// connected by "same" is partitioned again as a whole (package cluster) whenever one
// of its names, judgements or decisions changes. The result does not depend on
// earlier results, so it is the same in every order of arrival, and undoing a decision
// leaves the record as it was.
//
// An entity has the id of its oldest name: the one with the earliest batch, then the
// first by hash. So the id stays when names join later, is the same for every order
// of arrival within a batch, and comes back when a merge is undone. When a person
// merges entities, the id of the entity to keep stays. A retired id redirects
// permanently to the entity that absorbed it.
//
// [Attach] and [Release] are for the stage that resolves the entities of a document;
// they run in its transaction. [Book] is for people: the review queue and their
// decisions, each with an entry in the audit log. [Book.Check] resolves a project
// from scratch and compares. There is one writer of a project's names at a time: each
// of these holds a lock on the project.
package identity

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/resolve"
	"github.com/dossier-legal/dossier/internal/store"
)

// actor signs the judgements made here.
const actor = "machine:" + resolve.Version

// nameID derives the id of a name in a project. The id of a name that
// identifies someone in one document only is made of the id of that document, too.
func nameID(projectID string, t dossier.MentionType, norm string, document ...string) string {
	return dossier.DeriveID(append([]string{projectID, "name", string(t), norm}, document...)...)
}

// entityID derives the id of the entity whose oldest name is given.
func entityID(projectID, nameID string) string {
	return dossier.DeriveID(projectID, "canonical", nameID)
}

// Attach records the names of a document's entities in the project and settles
// what they change. It returns the name row of each entity, by its key.
func Attach(ctx context.Context, tx *store.Tx, projectID, documentID string, entities []dossier.DocumentEntity) (map[string]string, error) {
	if err := tx.Projects().Lock(ctx, projectID); err != nil {
		return nil, err
	}
	s := newSettlement(projectID)
	rows, wanted, err := s.namesOf(ctx, tx, documentID, entities)
	if err != nil {
		return nil, err
	}
	known, err := tx.Names().Get(ctx, slices.Sorted(maps.Keys(wanted)))
	if err != nil {
		return nil, err
	}
	for id, n := range wanted {
		old, ok := known[id]
		if ok {
			n.CanonicalID = old.CanonicalID
			if old.Born.Before(n.Born) {
				n.Born = old.Born
			}
			if !better(n.Name, old.Name) {
				n.Name = old.Name
			}
			if n == old {
				s.names[id] = old
				continue
			}
		}
		s.names[id] = n
		switch {
		case !ok:
			s.changed, s.judged = append(s.changed, id), append(s.judged, id)
		case n.Name != old.Name || n.Version != old.Version:
			s.judgeAnew(id)
		default:
			s.changed = append(s.changed, id)
		}
	}
	return rows, s.run(ctx, tx)
}

// namesOf returns the name row of each entity of a document, by its key, and
// the names as this document has them, by id.
func (s *settlement) namesOf(ctx context.Context, tx *store.Tx, documentID string, entities []dossier.DocumentEntity) (rows map[string]string, wanted map[string]store.Name, err error) {
	arrival, err := tx.Documents().Arrival(ctx, documentID)
	if err != nil {
		return nil, nil, err
	}
	shared := make([]string, len(entities))
	for i, e := range entities {
		shared[i] = nameID(s.projectID, e.Type, e.Norm)
	}
	said, err := tx.Decisions().Marks(ctx, shared)
	if err != nil {
		return nil, nil, err
	}
	s.marks.add(shared, said)
	rows, wanted = make(map[string]string, len(entities)), map[string]store.Name{}
	for i, e := range entities {
		n := store.Name{
			ID: shared[i], Type: e.Type, Norm: e.Norm, Name: e.Name, Born: arrival, Version: resolve.Version,
			Alone: e.Partial || slices.ContainsFunc(said, func(m store.DecisionMark) bool {
				return m.NameID == shared[i] && m.Mark == store.MarkApart && m.Value == documentID
			}),
		}
		if n.Alone {
			n.ID = nameID(s.projectID, e.Type, e.Norm, documentID)
		}
		rows[e.Key] = n.ID
		if seen, ok := wanted[n.ID]; !ok || better(n.Name, seen.Name) {
			wanted[n.ID] = n
		}
	}
	return rows, wanted, nil
}

// Release settles what it changes that a document, which stays on record, no
// longer uses the names.
func Release(ctx context.Context, tx *store.Tx, projectID string, names []string) error {
	return release(ctx, tx, projectID, names, false)
}

// Forget settles what it changes that documents which used the names are
// deleted: names that no other document uses go, and those that others use are
// spelled and dated as if the deleted documents had never been there.
func Forget(ctx context.Context, tx *store.Tx, projectID string, names []string) error {
	return release(ctx, tx, projectID, names, true)
}

func release(ctx context.Context, tx *store.Tx, projectID string, names []string, reborn bool) error {
	if len(names) == 0 {
		return nil
	}
	if err := tx.Projects().Lock(ctx, projectID); err != nil {
		return err
	}
	s := newSettlement(projectID)
	var err error
	if s.names, err = tx.Names().Get(ctx, names); err != nil {
		return err
	}
	if s.around, _, err = s.connected(ctx, tx, names); err != nil {
		return err
	}
	kept, err := tx.Names().DropUnused(ctx, names)
	if err != nil {
		return err
	}
	for _, id := range names {
		if n, ok := s.names[id]; ok && !slices.Contains(kept, id) {
			s.gone = append(s.gone, n)
			delete(s.names, id)
		}
	}
	s.around = slices.DeleteFunc(s.around, func(id string) bool { _, ok := s.names[id]; return !ok })
	for _, id := range kept {
		if err := s.respell(ctx, tx, id); err != nil {
			return err
		}
	}
	if reborn {
		if err := s.redate(ctx, tx, kept); err != nil {
			return err
		}
	}
	return s.run(ctx, tx)
}

// redate gives names the start of the first batch that still has them: the
// oldest name of an entity gives it its id.
func (s *settlement) redate(ctx context.Context, tx *store.Tx, ids []string) error {
	births, err := tx.Names().Births(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if n := s.names[id]; !n.Born.Equal(births[id]) {
			n.Born = births[id]
			s.names[id] = n
			s.changed = append(s.changed, id)
		}
	}
	return nil
}

// respell writes a name that documents still use in the best way that those
// documents write it.
func (s *settlement) respell(ctx context.Context, tx *store.Tx, id string) error {
	spellings, err := tx.Names().Spellings(ctx, id)
	if err != nil {
		return err
	}
	best := spellings[0]
	for _, sp := range spellings {
		if better(sp, best) {
			best = sp
		}
	}
	if n := s.names[id]; n.Name != best {
		n.Name = best
		s.names[id] = n
		s.judgeAnew(id)
	}
	return nil
}

// better reports whether a is a better way to write a name than b: mixed case
// before capitals, then longer, then earlier in the alphabet. It is a total
// order, so that the best of several does not depend on their order.
func better(a, b string) bool {
	if sa, sb := shouts(a), shouts(b); sa != sb {
		return sb
	}
	return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) < 0
}

func shouts(s string) bool {
	return !strings.ContainsFunc(s, unicode.IsLower)
}
