package main

import (
	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/graph"
	"github.com/dossier-legal/dossier/internal/show"
)

type graphCmd struct {
	Path        graphPathCmd        `cmd:"" help:"Show the strongest path between two entities, with the evidence of each step."`
	Neighbours  graphNeighboursCmd  `cmd:"" help:"List what is connected with an entity, nearest and strongest first."`
	Central     graphCentralCmd     `cmd:"" help:"List the most central entities by PageRank and betweenness."`
	Communities graphCommunitiesCmd `cmd:"" help:"List communities of entities (Louvain's method)."`
}

type graphPathCmd struct {
	inProject
	A string `arg:"" help:"Id or name of an entity."`
	B string `arg:"" help:"Id or name of another entity."`
}

// Run prints the strongest path.
func (c *graphPathCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.PathView, error) { return f.Path(e.ctx, c.A, c.B) }, one(show.Path))
}

type graphNeighboursCmd struct {
	inProject
	Entity string   `arg:"" help:"Id or name of an entity."`
	Depth  int      `default:"1" help:"Maximum number of steps."`
	Kind   []string `help:"Only over relations of these kinds: party_in_case, counsel_for, co_mention, …" placeholder:"KIND"`
	Min    float64  `help:"Only over relations of at least this strength, 0 to 1." placeholder:"STRENGTH"`
}

// Run lists neighbours.
func (c *graphNeighboursCmd) Run(e *env) error {
	r := casefile.NeighboursRequest{Entity: c.Entity, Depth: c.Depth, Min: c.Min}
	for _, k := range c.Kind {
		r.Kinds = append(r.Kinds, dossier.RelationKind(k))
	}
	return inFile(e, c.inProject, func(f *casefile.CaseFile) ([]graph.Neighbour, error) { return f.Neighbours(e.ctx, r) }, each(show.Neighbours))
}

type graphCentralCmd struct {
	inProject
	Type  string `enum:",person,org,location,court,docket,citation,statute,email,phone" default:"" help:"Only entities of this type: person, org, location, court, docket, citation, statute, email, phone."`
	Limit int    `default:"20" help:"Maximum number of rows."`
}

// Run lists the most central entities.
func (c *graphCentralCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.CentralView, error) {
		return f.Central(e.ctx, mentionType(c.Type), c.Limit)
	}, one(show.Central))
}

type graphCommunitiesCmd struct {
	inProject
	Limit int `default:"20" help:"Maximum number of rows."`
}

// Run lists communities.
func (c *graphCommunitiesCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.CommunitiesView, error) {
		return f.Communities(e.ctx, c.Limit)
	}, one(show.Communities))
}
