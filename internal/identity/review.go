package identity

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/store"
)

// Item is an entry of the review queue: two entities that may be one.
type Item struct {
	ID string `json:"id"`
	// Class names the explanation: the codes of all that keeps the names from
	// being the same without question. Items of a class can be decided at once.
	Class   string           `json:"class"`
	A       Side             `json:"a"`
	B       Side             `json:"b"`
	Score   float64          `json:"score"`
	Reasons []dossier.Reason `json:"reasons"`
	// Examples are a place for each of the two names, if [Book.Illustrate] was
	// asked for them.
	Examples []store.Example `json:"examples,omitempty"`
}

// Side is one of the two entities.
type Side struct {
	EntityID  string              `json:"entity"`
	Entity    string              `json:"entity_name"`
	Name      string              `json:"name"` // the name that was compared
	Type      dossier.MentionType `json:"type"`
	Documents int                 `json:"documents"`
	nameID    string
}

// Class is a kind of items.
type Class struct {
	Name    string `json:"class"`
	Items   int    `json:"items"`
	Example Item   `json:"example"`
}

// contradicted is added to the class of names that would be joined if other
// names of the two entities did not contradict each other, or if they did not
// fit two people as well.
const contradicted = "contradicted"

// Queue lists what people should look at, the most worth it first: where the
// score says least and most papers are affected. class narrows it unless it is
// "".
func (b Book) Queue(ctx context.Context, class string) ([]Item, error) {
	best := map[[2]string]Item{}
	err := b.DB.Decisions().Doubts(ctx, b.ProjectID, func(d store.Doubt) error {
		it := itemOf(d)
		pair := [2]string{min(d.A.EntityID, d.B.EntityID), max(d.A.EntityID, d.B.EntityID)}
		if old, ok := best[pair]; !ok || it.Score > old.Score {
			best[pair] = it
		}
		return nil
	})
	var list []Item
	for _, it := range best {
		if class == "" || it.Class == class {
			list = append(list, it)
		}
	}
	slices.SortFunc(list, func(x, y Item) int {
		return cmp.Or(cmp.Compare(y.worth(), x.worth()), cmp.Compare(x.ID, y.ID))
	})
	return list, err
}

// Illustrate gives items a place for each of their names.
func (b Book) Illustrate(ctx context.Context, items []Item) error {
	var ids []string
	for _, it := range items {
		ids = append(ids, it.A.nameID, it.B.nameID)
	}
	examples, err := b.DB.Names().Examples(ctx, ids)
	for i, it := range items {
		items[i].Examples = illustrations(examples, it.A.nameID, it.B.nameID)
	}
	return err
}

// illustrations picks the places of two names.
func illustrations(examples map[string]store.Example, names ...string) []store.Example {
	list := []store.Example{}
	for _, id := range names {
		if e, ok := examples[id]; ok {
			list = append(list, e)
		}
	}
	return list
}

func itemOf(d store.Doubt) Item {
	side := func(s store.DoubtSide) Side {
		return Side{EntityID: s.EntityID, Entity: s.Entity, Name: s.Name, Type: s.Type, Documents: s.Documents, nameID: s.NameID}
	}
	return Item{
		ID: dossier.DeriveID(d.A.NameID, d.B.NameID), Class: classOf(d), A: side(d.A), B: side(d.B), Score: d.Score, Reasons: d.Reasons,
	}
}

// classOf names the explanation of a doubt.
func classOf(d store.Doubt) string {
	var codes []string
	for _, r := range d.Reasons {
		if r.Weight < 1 {
			codes = append(codes, r.Code)
		}
	}
	if d.Decision == string(names.Same) {
		codes = append(codes, contradicted)
	}
	slices.Sort(codes)
	return strings.Join(slices.Compact(codes), "+")
}

// worth orders the queue: doubt times reach.
func (it Item) worth() float64 {
	doubt := 1 - math.Abs(it.Score-names.SameAt)
	return doubt * math.Log2(2+float64(min(it.A.Documents, it.B.Documents)))
}

// Classes lists the kinds of items in the queue, the most frequent first.
func (b Book) Classes(ctx context.Context) ([]Class, error) {
	items, err := b.Queue(ctx, "")
	at := map[string]int{}
	var list []Class
	for _, it := range items {
		i, ok := at[it.Class]
		if !ok {
			i = len(list)
			at[it.Class], list = i, append(list, Class{Name: it.Class, Example: it})
		}
		list[i].Items++
	}
	slices.SortStableFunc(list, func(x, y Class) int { return cmp.Compare(y.Items, x.Items) })
	return list, err
}

// Reviewed is what became of a decision about items of the queue.
type Reviewed struct {
	Decision int64  `json:"decision"` // its number; 0 if nothing was decided
	Items    int    `json:"items"`    // decided
	Refused  []Item `json:"refused"`  // saying "same" of them too would join names that contradict each other
}

// Review decides about items of the queue at once. "Same" is refused for items
// that would, with the others, join names which contradict each other: Jane Roe
// cannot be both Jane A. Roe and Jane B. Roe. A single item is a person's word
// and is never refused.
func (b Book) Review(ctx context.Context, items []Item, v store.Verdict) (r Reviewed, err error) {
	r.Refused = []Item{}
	if len(items) == 0 {
		return r, nil
	}
	detail := map[string]any{"verdict": v, "items": len(items), "class": items[0].Class, "example": items[0].A.Name + " / " + items[0].B.Name}
	r.Decision, err = b.decide(ctx, "review", "", detail, func(tx *store.Tx, d *draft) error {
		fit := items
		if v == store.VerdictSame && len(items) > 1 {
			if fit, r.Refused, err = b.consistent(ctx, tx, items); err != nil {
				return err
			}
		}
		for _, it := range fit {
			d.say(it.A.nameID, it.B.nameID, v)
		}
		r.Items = len(fit)
		return nil
	})
	return r, err
}

// consistent parts items into those that can all be "same" and the others.
func (b Book) consistent(ctx context.Context, tx *store.Tx, items []Item) (fit, refused []Item, err error) {
	s := newSettlement(b.ProjectID)
	var ends []string
	for _, it := range items {
		ends = append(ends, it.A.nameID, it.B.nameID)
		s.verdicts = append(s.verdicts, store.Judgement{
			A: min(it.A.nameID, it.B.nameID), B: max(it.A.nameID, it.B.nameID), Decision: string(names.Same), Score: it.Score, Reasons: it.Reasons,
		})
	}
	clusters, err := s.partition(ctx, tx, ends)
	if err != nil {
		return nil, nil, err
	}
	cluster := map[string]int{}
	for i, c := range clusters {
		for _, id := range c.Nodes {
			cluster[id] = i
		}
	}
	refused = []Item{}
	for _, it := range items {
		if cluster[it.A.nameID] == cluster[it.B.nameID] {
			fit = append(fit, it)
		} else {
			refused = append(refused, it)
		}
	}
	return fit, refused, nil
}
