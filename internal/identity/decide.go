package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// Book is where people look up and decide who is who in a project. Its methods
// are safe for concurrent use.
type Book struct {
	DB        *store.DB
	ProjectID string
	Actor     string // who decides: user@host
}

// draft is a decision under way, with the names that it touches beyond those it
// is about.
type draft struct {
	store.Decision
	documents []string // in which it sets names apart
}

// decide records what draw comes to, settles what it changes, and returns the
// decision's number.
func (b Book) decide(ctx context.Context, kind, entity string, detail any, draw func(tx *store.Tx, d *draft) error) (seq int64, err error) {
	text, err := json.Marshal(detail)
	if err != nil {
		return 0, err
	}
	err = b.DB.WriteLong(ctx, func(tx *store.Tx) error {
		if err := tx.Projects().Lock(ctx, b.ProjectID); err != nil {
			return err
		}
		d := draft{Decision: store.Decision{Kind: kind, EntityID: entity, Detail: text, Actor: b.Actor}}
		if err := draw(tx, &d); err != nil {
			return err
		}
		if seq, err = tx.Decisions().Add(ctx, b.ProjectID, d.Decision); err != nil {
			return err
		}
		if err := b.settle(ctx, tx, d); err != nil {
			return err
		}
		return tx.Audit().Record(ctx, b.Actor, "entity."+kind, entity, b.ProjectID, json.RawMessage(text))
	})
	return seq, err
}

// settle works out what follows from a decision, made or undone. The names it
// is about are settled together with all that share their entities: what is
// connected no more must be looked at, too.
func (b Book) settle(ctx context.Context, tx *store.Tx, d draft) error {
	for _, id := range d.documents {
		if err := b.reattach(ctx, tx, id); err != nil {
			return err
		}
	}
	touched := d.names()
	known, err := tx.Names().Get(ctx, touched)
	if err != nil {
		return err
	}
	var entities []string
	for _, id := range touched {
		if n, ok := known[id]; ok {
			entities = append(entities, n.CanonicalID)
		}
	}
	s := newSettlement(b.ProjectID)
	if s.around, err = tx.Names().Of(ctx, entities); err != nil {
		return err
	}
	for _, m := range d.Marks {
		if n, ok := known[m.NameID]; ok && m.Mark == store.MarkType { // it has other equals now
			s.names[n.ID] = n
			s.judgeAnew(n.ID)
		}
	}
	return s.run(ctx, tx)
}

// names lists the ids of the names that a decision says something of.
func (d draft) names() []string {
	var ids []string
	for _, e := range d.Edges {
		ids = append(ids, e.A, e.B)
	}
	for _, m := range d.Marks {
		ids = append(ids, m.NameID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// say adds a verdict about two names.
func (d *draft) say(a, b string, v store.Verdict) {
	if a != b {
		d.Edges = append(d.Edges, store.DecisionEdge{A: min(a, b), B: max(a, b), Verdict: v})
	}
}

func (d *draft) mark(nameID string, m store.MarkKind, value string) {
	d.Marks = append(d.Marks, store.DecisionMark{NameID: nameID, Mark: m, Value: value})
}

// reattach has the names of a document point where they belong now.
func (b Book) reattach(ctx context.Context, tx *store.Tx, documentID string) error {
	before, err := tx.Names().OfDocument(ctx, documentID)
	if err != nil {
		return err
	}
	entities, err := b.DB.Contents().Entities(ctx, documentID)
	if err != nil {
		return err
	}
	rows, err := Attach(ctx, tx, b.ProjectID, documentID, entities)
	if err != nil {
		return err
	}
	if err := tx.Names().Link(ctx, documentID, rows); err != nil {
		return err
	}
	return Release(ctx, tx, b.ProjectID, before)
}

// members is an entity with its names, the oldest first.
type members struct {
	id    string
	names []store.Name
}

// member returns an entity with its names. An id that went leads to nothing
// here: whoever decides has to have seen what it is about.
func (b Book) member(ctx context.Context, tx *store.Tx, id string) (m members, err error) {
	ids, err := tx.Names().Of(ctx, []string{id})
	if err != nil {
		return m, err
	}
	if len(ids) == 0 {
		return m, dossier.Errorf(dossier.CodeNotFound, "no such entity").About(id).
			WithCure("look it up again: it may have become a part of another")
	}
	s := newSettlement(b.ProjectID)
	if _, err := s.load(ctx, tx, ids); err != nil {
		return m, err
	}
	if err := s.marks.load(ctx, tx, ids); err != nil {
		return m, err
	}
	slices.SortFunc(ids, s.older)
	m.id = id
	for _, id := range ids {
		m.names = append(m.names, s.names[id])
	}
	return m, nil
}

// Merge says that the others are the same as the entity keep, whose id stays.
func (b Book) Merge(ctx context.Context, keep string, others []string) (int64, error) {
	if slices.Contains(others, keep) || len(others) == 0 {
		return 0, dossier.Errorf(dossier.CodeInvalidInput, "an entity is merged with others than itself").About(keep)
	}
	detail := map[string]any{"keep": keep, "merged": others}
	return b.decide(ctx, "merge", keep, detail, func(tx *store.Tx, d *draft) error {
		to, err := b.member(ctx, tx, keep)
		if err != nil {
			return err
		}
		d.mark(to.names[0].ID, store.MarkKeepsID, "")
		said, err := tx.Decisions().Edges(ctx, to.ids())
		if err != nil {
			return err
		}
		for _, id := range others {
			from, err := b.member(ctx, tx, id)
			if err != nil {
				return err
			}
			d.say(to.names[0].ID, from.names[0].ID, store.VerdictSame)
			for _, e := range said { // takes back what parted them
				if e.Verdict == store.VerdictDifferent && (to.has(e.A) && from.has(e.B) || to.has(e.B) && from.has(e.A)) {
					d.say(e.A, e.B, store.VerdictSame)
				}
			}
		}
		d.Edges = distinct(d.Edges)
		return nil
	})
}

func (m members) ids() []string {
	ids := make([]string, len(m.names))
	for i, n := range m.names {
		ids[i] = n.ID
	}
	return ids
}

func (m members) has(nameID string) bool {
	return slices.ContainsFunc(m.names, func(n store.Name) bool { return n.ID == nameID })
}

// distinct drops verdicts about pairs that have one already.
func distinct(edges []store.DecisionEdge) []store.DecisionEdge {
	seen := map[[2]string]bool{}
	return slices.DeleteFunc(edges, func(e store.DecisionEdge) bool {
		pair := [2]string{e.A, e.B}
		again := seen[pair]
		seen[pair] = true
		return again
	})
}

// widest bounds the pairs of names that a split may part.
const widest = 50_000

// SplitNames says that the names, as `entity show` has them, belong to somebody
// else than the rest of an entity.
func (b Book) SplitNames(ctx context.Context, entity string, names []string) (int64, error) {
	return b.decide(ctx, "split", entity, map[string]any{"names": names}, func(tx *store.Tx, d *draft) error {
		m, err := b.member(ctx, tx, entity)
		if err != nil {
			return err
		}
		var out, rest []store.Name
		for _, n := range m.names {
			if slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, n.Name) || name == n.ID }) {
				out = append(out, n)
			} else {
				rest = append(rest, n)
			}
		}
		switch {
		case len(out) == 0:
			return dossier.Errorf(dossier.CodeInvalidInput, "the entity has none of these names").About(strings.Join(names, ", ")).
				WithCure("`dossier entity show` lists its names")
		case len(rest) == 0:
			return dossier.Errorf(dossier.CodeInvalidInput, "these are all names of the entity: nothing would stay").About(entity).
				WithCure("name those that belong to somebody else, or split by document")
		case len(out)*len(rest) > widest:
			return dossier.Errorf(dossier.CodeInvalidInput, "%d names cannot be parted from %d at once", len(out), len(rest)).
				About(entity).WithCure("take fewer out at once")
		}
		for _, n := range out {
			d.say(out[0].ID, n.ID, store.VerdictSame)
			for _, r := range rest {
				d.say(n.ID, r.ID, store.VerdictDifferent)
			}
		}
		return nil
	})
}

// SplitDocuments says that an entity's names in the documents stand for
// somebody else of the same name.
func (b Book) SplitDocuments(ctx context.Context, entity string, documents []string) (int64, error) {
	return b.decide(ctx, "split", entity, map[string]any{"documents": documents}, func(tx *store.Tx, d *draft) error {
		m, err := b.member(ctx, tx, entity)
		if err != nil {
			return err
		}
		if d.Edges, d.Marks, err = b.apart(ctx, tx, m, documents); err != nil {
			return err
		}
		for _, id := range documents {
			if !slices.ContainsFunc(d.Marks, func(mark store.DecisionMark) bool { return mark.Value == id }) {
				return dossier.Errorf(dossier.CodeInvalidInput, "the document does not name the entity in full").About(id)
			}
		}
		d.documents = documents
		return nil
	})
}

// apart sets the names of an entity apart in the documents, and joins what
// stands there.
func (b Book) apart(ctx context.Context, tx *store.Tx, m members, documents []string) (edges []store.DecisionEdge, marks []store.DecisionMark, err error) {
	uses, err := tx.Names().Documents(ctx, m.ids())
	if err != nil {
		return nil, nil, err
	}
	var d draft
	var first string
	elsewhere := false
	for _, n := range m.names {
		for _, document := range uses[n.ID] {
			switch {
			case !slices.Contains(documents, document):
				elsewhere = true
			case !n.Alone:
				d.mark(n.ID, store.MarkApart, document)
				there := nameID(b.ProjectID, n.Type, n.Norm, document)
				if first == "" {
					first = there
				}
				d.say(first, there, store.VerdictSame)
				d.say(n.ID, there, store.VerdictDifferent)
			}
		}
	}
	if !elsewhere {
		return nil, nil, dossier.Errorf(dossier.CodeInvalidInput, "the entity is named in these documents only: nothing would stay").About(m.id)
	}
	return d.Edges, d.Marks, nil
}

// Rename says what an entity is called.
func (b Book) Rename(ctx context.Context, entity, name string) (int64, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		return 0, dossier.Errorf(dossier.CodeInvalidInput, "a name is needed").About(entity)
	}
	return b.decide(ctx, "rename", entity, map[string]any{"name": name}, func(tx *store.Tx, d *draft) error {
		m, err := b.member(ctx, tx, entity)
		if err == nil {
			d.mark(m.names[0].ID, store.MarkLabel, name)
		}
		return err
	})
}

// Types are those that an entity can be said to be of.
var Types = []dossier.MentionType{dossier.Person, dossier.Org, dossier.Court, dossier.Location}

// Retype says what kind of thing an entity is.
func (b Book) Retype(ctx context.Context, entity string, t dossier.MentionType) (int64, error) {
	if !slices.Contains(Types, t) {
		return 0, dossier.Errorf(dossier.CodeInvalidInput, "no such type of entity: %s", t).About(entity).
			WithCure(fmt.Sprintf("one of %v", Types))
	}
	return b.markAll(ctx, "retype", entity, map[string]any{"type": t}, store.MarkType, string(t))
}

// Reject says that something is no entity.
func (b Book) Reject(ctx context.Context, entity string) (int64, error) {
	return b.markAll(ctx, "reject", entity, map[string]any{}, store.MarkRejected, "")
}

// markAll marks all names of an entity.
func (b Book) markAll(ctx context.Context, kind, entity string, detail any, mark store.MarkKind, value string) (int64, error) {
	return b.decide(ctx, kind, entity, detail, func(tx *store.Tx, d *draft) error {
		m, err := b.member(ctx, tx, entity)
		for _, n := range m.names {
			d.mark(n.ID, mark, value)
		}
		return err
	})
}

// Undo takes a decision back. What the machine and other decisions say holds
// again.
func (b Book) Undo(ctx context.Context, seq int64) error {
	return b.DB.WriteLong(ctx, func(tx *store.Tx) error {
		if err := tx.Projects().Lock(ctx, b.ProjectID); err != nil {
			return err
		}
		undone, err := tx.Decisions().Undo(ctx, b.ProjectID, seq, b.Actor)
		if err != nil {
			return err
		}
		d := draft{Decision: undone}
		for _, m := range d.Marks {
			if m.Mark == store.MarkApart && !slices.Contains(d.documents, m.Value) {
				d.documents = append(d.documents, m.Value)
			}
		}
		if err := b.settle(ctx, tx, d); err != nil {
			return err
		}
		return tx.Audit().Record(ctx, b.Actor, "entity.undo", d.EntityID, b.ProjectID, map[string]any{"decision": seq, "kind": d.Kind})
	})
}
