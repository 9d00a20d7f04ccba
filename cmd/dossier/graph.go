package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/graph"
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
	return c.with(e, func(f *casefile.CaseFile) error {
		v, err := f.Path(e.ctx, c.A, c.B)
		if err != nil {
			return err
		}
		if e.JSON {
			return e.printJSON(v)
		}
		printPath(e.out, v)
		return nil
	})
}

func printPath(w io.Writer, v casefile.PathView) {
	fmt.Fprintf(w, "%s · %s\n", visible(v.From.Name), v.From.Type)
	for _, s := range v.Steps {
		fmt.Fprintf(w, "  %s  strength %.2f\n  │   %s: %q\n%s · %s\n", arrow(s.Link, s.From.ID), s.Strength,
			visible(place(s.Link)), oneLine(visible(s.Link.Evidence)), visible(s.To.Name), s.To.Type)
	}
}

// arrow draws a link as it is walked: the relation points from its subject.
func arrow(l graph.Link, from string) string {
	what := string(l.Kind) + note(l.Role != "", " (%s)", l.Role) + note(l.Case != "" && l.Kind == dossier.CounselFor, " in %s", l.Case)
	if l.Kind == dossier.CoMention {
		return "│ named together"
	}
	if l.From == from {
		return "↓ " + what
	}
	return "↑ " + what
}

func place(l graph.Link) string { return fmt.Sprintf("%s, page %d", l.FileName, l.Page) }

type graphNeighboursCmd struct {
	inProject
	Entity string   `arg:"" help:"Id or name of an entity."`
	Depth  int      `default:"1" help:"Maximum number of steps."`
	Kind   []string `help:"Only over relations of these kinds: party_in_case, counsel_for, co_mention, …" placeholder:"KIND"`
	Min    float64  `help:"Only over relations of at least this strength, 0 to 1." placeholder:"STRENGTH"`
}

// Run lists neighbours.
func (c *graphNeighboursCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		r := casefile.NeighboursRequest{Entity: c.Entity, Depth: c.Depth, Min: c.Min}
		for _, k := range c.Kind {
			r.Kinds = append(r.Kinds, dossier.RelationKind(k))
		}
		list, err := f.Neighbours(e.ctx, r)
		if err != nil {
			return err
		}
		return printList(e, list, "DEPTH\tNAME\tTYPE\tRELATION\tVIA\tSTRENGTH\tPROOF\tID", func(n graph.Neighbour) []any {
			return []any{
				n.Depth, n.Name, n.Type, string(n.Link.Kind) + note(n.Link.Role != "", " (%s)", n.Link.Role), n.Via,
				fmt.Sprintf("%.2f", n.Strength), place(n.Link), n.ID,
			}
		})
	})
}

type graphCentralCmd struct {
	inProject
	Type  string `enum:",person,org,location,court,docket,citation,statute,email,phone" default:"" help:"Only entities of this type: person, org, location, court, docket, citation, statute, email, phone."`
	Limit int    `default:"20" help:"Maximum number of rows."`
}

// Run lists who is central.
func (c *graphCentralCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		v, err := f.Central(e.ctx, mentionType(c.Type), c.Limit)
		if err != nil {
			return err
		}
		if e.JSON {
			return e.printJSON(v)
		}
		return printCentral(e.out, v)
	})
}

func printCentral(w io.Writer, v casefile.CentralView) error {
	if err := table(w, "PAGERANK\tBETWEENNESS\tDEGREE\tTYPE\tNAME\tID", func(row func(...any)) error {
		for _, n := range v.Central {
			row(fmt.Sprintf("%.4f", n.PageRank), fmt.Sprintf("%.4f", n.Betweenness), n.Degree, n.Type, n.Name, n.ID)
		}
		return nil
	}); err != nil {
		return err
	}
	how := "betweenness is exact"
	if v.Sampled > 0 {
		how = fmt.Sprintf("betweenness is estimated from the paths of %d of them", v.Sampled)
	}
	_, err := fmt.Fprintf(w, "%d of %d connected entities; %s\n", len(v.Central), v.Entities, how)
	return err
}

type graphCommunitiesCmd struct {
	inProject
	Limit int `default:"20" help:"Maximum number of rows."`
}

// membersShown is how many members of a community are printed for people.
const membersShown = 8

// Run lists communities.
func (c *graphCommunitiesCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		v, err := f.Communities(e.ctx, c.Limit)
		if err != nil {
			return err
		}
		if e.JSON {
			return e.printJSON(v)
		}
		if err := table(e.out, "SIZE\tMEMBERS, THE BEST CONNECTED FIRST", func(row func(...any)) error {
			for _, m := range v.Communities {
				row(m.Size, members(m))
			}
			return nil
		}); err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.out, "%d of %d communities; modularity %.2f\n", len(v.Communities), v.Found, v.Modularity)
		return err
	})
}

func members(c graph.Community) string {
	names := make([]string, 0, membersShown)
	for _, n := range c.Members[:min(len(c.Members), membersShown)] {
		names = append(names, n.Name)
	}
	return strings.Join(names, "; ") + note(c.Size > membersShown, "; and %d more", c.Size-membersShown)
}
