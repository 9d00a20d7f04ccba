package identity

import (
	"context"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cluster"
	"github.com/dossier-legal/dossier/internal/store"
)

// Join is why two names of an entity are one.
type Join struct {
	A       string           `json:"a"`
	B       string           `json:"b"`
	Score   float64          `json:"score"`
	By      string           `json:"by"` // machine, or person
	Reasons []dossier.Reason `json:"reasons"`
	// Weakest marks the join on which the entity would break first.
	Weakest  bool            `json:"weakest,omitempty"`
	Examples []store.Example `json:"examples"` // a place for each of the two

	a, b string // name ids
}

// Explain returns why the names of an entity are one: the joins that hold it
// together, the strongest there are, one fewer than names. With two of the
// names it returns the joins that lead from one to the other.
func (b Book) Explain(ctx context.Context, entity string, between ...string) ([]Join, error) {
	var joins []Join
	err := b.DB.WriteLong(ctx, func(tx *store.Tx) (err error) { // writes nothing; sees one state of the record
		joins, err = b.joins(ctx, tx, entity)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(between) == 2 {
		if joins, err = path(joins, between[0], between[1]); err != nil {
			return nil, err
		}
	}
	var ids []string
	for _, j := range joins {
		ids = append(ids, j.a, j.b)
	}
	examples, err := b.DB.Names().Examples(ctx, ids)
	for i, j := range joins {
		joins[i].Examples = illustrations(examples, j.a, j.b)
	}
	return joins, err
}

// joins returns what holds the names of an entity together.
func (b Book) joins(ctx context.Context, tx *store.Tx, entity string) ([]Join, error) {
	m, err := b.member(ctx, tx, entity)
	if err != nil {
		return nil, err
	}
	s := newSettlement(b.ProjectID)
	clusters, err := s.partition(ctx, tx, []string{m.names[0].ID})
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(clusters, func(c cluster.Cluster) bool { return slices.Contains(c.Nodes, m.names[0].ID) })
	joins := make([]Join, len(clusters[at].Edges))
	for i, e := range clusters[at].Edges {
		joins[i] = Join{
			A: s.names[e.A].Name, B: s.names[e.B].Name, Score: e.Match.Score, By: "machine", Reasons: e.Match.Reasons,
			a: e.A, b: e.B,
		}
		if e.Match.Reasons[0].Code == cluster.ByPerson {
			joins[i].By = "person"
		}
	}
	if len(joins) > 1 {
		weakest := 0
		for i := range joins {
			if joins[i].Score < joins[weakest].Score {
				weakest = i
			}
		}
		joins[weakest].Weakest = true
	}
	return joins, nil
}

// path returns the joins that lead from one name to the other. They form a
// tree, so there is one way.
func path(joins []Join, from, to string) ([]Join, error) {
	for _, j := range joins {
		for _, start := range j.ends() {
			if !strings.EqualFold(start.name, from) {
				continue
			}
			if way, ok := walk(joins, start.id, "", to); ok {
				return way, nil
			}
		}
	}
	return nil, dossier.Errorf(dossier.CodeNotFound, "no such two names of the entity").About(from + ", " + to).
		WithCure("`dossier entity show` lists its names")
}

// end is a name at one end of a join.
type end struct{ id, name string }

func (j Join) ends() [2]end { return [2]end{{j.a, j.A}, {j.b, j.B}} }

// walk returns the joins that lead from the name with the id to the name to, not
// back to the name that it came from.
func walk(joins []Join, id, came, to string) ([]Join, bool) {
	for _, j := range joins {
		ends := j.ends()
		next := ends[1]
		if ends[1].id == id {
			next = ends[0]
		} else if ends[0].id != id {
			continue
		}
		if next.id == came {
			continue
		}
		if strings.EqualFold(next.name, to) {
			return []Join{j}, true
		}
		if rest, ok := walk(joins, next.id, id, to); ok {
			return append([]Join{j}, rest...), true
		}
	}
	return nil, false
}
