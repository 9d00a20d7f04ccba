package casefile

import (
	"context"
	"math"
	"slices"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/graph"
	"github.com/dossier-legal/dossier/internal/store"
)

// PathView is the strongest chain of relations between two entities.
type PathView struct {
	From  store.EntityRow `json:"from"`
	To    store.EntityRow `json:"to"`
	Steps []graph.Step    `json:"steps"`
}

// Path finds the strongest chain of relations between two entities, each given by
// id or name. That nothing connects them is an error of CodeNotFound.
func (c *CaseFile) Path(ctx context.Context, a, b string) (v PathView, err error) {
	if v.From, err = c.Entity(ctx, a); err != nil {
		return v, err
	}
	if v.To, err = c.Entity(ctx, b); err != nil {
		return v, err
	}
	if v.From.ID == v.To.ID {
		return v, invalid(b, "name two entities; `dossier entity show` says why the names are one", "both names are of one entity, %s", v.From.ID)
	}
	g, err := c.graph(ctx)
	if err != nil {
		return v, err
	}
	if v.Steps = g.Path(v.From.ID, v.To.ID); v.Steps == nil {
		return v, dossier.Errorf(dossier.CodeNotFound, "nothing on record connects %s with %s", v.From.Name, v.To.Name).
			WithCure("`dossier graph neighbours` shows what each is connected with")
	}
	return v, nil
}

// NeighboursRequest asks for what is connected with an entity.
type NeighboursRequest struct {
	Entity string                 // id or name
	Depth  int                    // how many steps away at most, from 1
	Kinds  []dossier.RelationKind // only over relations of these kinds; empty: of all
	Min    float64                // only over relations at least this strong, 0 to 1
}

// Neighbours lists what is connected with an entity, the nearest and strongest
// first.
func (c *CaseFile) Neighbours(ctx context.Context, r NeighboursRequest) ([]graph.Neighbour, error) {
	if r.Depth < 1 {
		return nil, invalid("depth", "name 1 or more", "nothing is %d steps away", r.Depth)
	}
	entity, err := c.Entity(ctx, r.Entity)
	if err != nil {
		return nil, err
	}
	g, err := c.graph(ctx)
	if err != nil {
		return nil, err
	}
	return g.Neighbours(entity.ID, r.Depth, r.Kinds, r.Min), nil
}

// centralWork is how many nodes times ties betweenness is computed exactly for:
// seconds on one core.
const centralWork = 50_000_000

// CentralView lists the most central entities.
type CentralView struct {
	Entities int                `json:"entities"` // that are connected with others
	Sampled  int                `json:"sampled"`  // betweenness is estimated from the paths of this many; 0: it is exact
	Central  []graph.Centrality `json:"central"`
}

// Central lists the most central entities of a type, or of all types if it is "".
func (c *CaseFile) Central(ctx context.Context, of dossier.MentionType, limit int) (v CentralView, err error) {
	g, err := c.graph(ctx)
	if err != nil {
		return v, err
	}
	v.Central, v.Sampled = g.Central(centralWork)
	v.Entities = len(v.Central)
	if of != "" {
		v.Central = slices.DeleteFunc(v.Central, func(n graph.Centrality) bool { return n.Type != of })
	}
	v.Central = v.Central[:min(len(v.Central), max(limit, 0))]
	return v, nil
}

// CommunitiesView lists the largest communities.
type CommunitiesView struct {
	Found       int               `json:"found"`
	Modularity  float64           `json:"modularity"`
	Communities []graph.Community `json:"communities"`
}

// Communities lists groups of entities that are connected with each other more
// than with others, the largest first, at most limit.
func (c *CaseFile) Communities(ctx context.Context, limit int) (v CommunitiesView, err error) {
	g, err := c.graph(ctx)
	if err != nil {
		return v, err
	}
	list, q := g.Communities()
	return CommunitiesView{len(list), q, list[:min(len(list), max(limit, 0))]}, nil
}

// graph reads the graph of the case file.
func (c *CaseFile) graph(ctx context.Context) (*graph.Graph, error) {
	entities, err := c.DB.Entities().List(ctx, c.Project.ID, "", math.MaxInt32)
	if err != nil {
		return nil, err
	}
	nodes := make([]graph.Node, len(entities))
	for i, en := range entities {
		nodes[i] = graph.Node{ID: en.ID, Type: en.Type, Name: en.Name}
	}
	b := graph.NewBuilder(nodes)
	if err := c.DB.Entities().Relations(ctx, c.Project.ID, "", func(r store.RelationRow) error {
		b.Add(graph.Link{
			Kind: r.Kind, From: r.FromID, To: r.ToID, Case: r.Case, Role: r.Role,
			DocumentID: r.DocumentID, FileName: r.FileName, Page: r.Page, Start: r.Start, End: r.End, Evidence: r.Evidence,
			Confidence: r.Confidence, Weight: r.Weight,
		})
		return nil
	}); err != nil {
		return nil, err
	}
	pages := graph.Pages{Of: map[string][]int{}}
	var last store.EntityPage
	if err := c.DB.Entities().Pages(ctx, c.Project.ID, func(p store.EntityPage) error {
		if p.DocumentID != last.DocumentID || p.Page != last.Page {
			pages.Total++
			last = p
		}
		pages.Of[p.EntityID] = append(pages.Of[p.EntityID], pages.Total)
		return nil
	}); err != nil {
		return nil, err
	}
	return b.Graph(pages), nil
}
