package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"dossier"
	"dossier/internal/graph"
	"dossier/internal/store"
)

type graphCmd struct {
	Path        graphPathCmd        `cmd:"" help:"Show the strongest chain of relations between two entities, with the proof of each step."`
	Neighbours  graphNeighboursCmd  `cmd:"" help:"List who and what is connected with an entity, the nearest and strongest first."`
	Central     graphCentralCmd     `cmd:"" help:"List who and what is central: PageRank and betweenness."`
	Communities graphCommunitiesCmd `cmd:"" help:"List who belongs together, by Louvain's method."`
}

type graphPathCmd struct {
	inProject
	A string `arg:"" help:"Id or name of an entity."`
	B string `arg:"" help:"Id or name of another."`
}

// pathView is the answer to a question for a path.
type pathView struct {
	From  store.EntityRow `json:"from"`
	To    store.EntityRow `json:"to"`
	Steps []graph.Step    `json:"steps"`
}

// Run prints the strongest path.
func (c *graphPathCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	v := pathView{}
	if v.From, err = a.entity(e, project, c.A); err != nil {
		return err
	}
	if v.To, err = a.entity(e, project, c.B); err != nil {
		return err
	}
	if v.From.ID == v.To.ID {
		return dossier.Errorf(dossier.CodeInvalidInput, "both names are of one entity, %s", v.From.ID).About(c.B).
			WithCure("name two entities; `dossier entity show` says why the names are one")
	}
	g, err := a.graph(e, project)
	if err != nil {
		return err
	}
	v.Steps = g.Path(v.From.ID, v.To.ID)
	if v.Steps == nil {
		return dossier.Errorf(dossier.CodeNotFound, "nothing on record connects %s with %s", v.From.Name, v.To.Name).
			WithCure("`dossier graph neighbours` shows what each is connected with")
	}
	if e.JSON {
		return e.printJSON(v)
	}
	return v.print(e.out)
}

func (v pathView) print(w io.Writer) error {
	fmt.Fprintf(w, "%s · %s\n", visible(v.From.Name), v.From.Type)
	for _, s := range v.Steps {
		fmt.Fprintf(w, "  %s  strength %.2f\n  │   %s: %q\n%s · %s\n", arrow(s.Link, s.From.ID), s.Strength,
			visible(place(s.Link)), oneLine(visible(s.Link.Evidence)), visible(s.To.Name), s.To.Type)
	}
	return nil
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
	Depth  int      `default:"1" help:"How many steps away."`
	Kind   []string `help:"Only over relations of these kinds: party_in_case, counsel_for, co_mention, …" placeholder:"KIND"`
	Min    float64  `help:"Only over relations at least as strong: 0 to 1." placeholder:"STRENGTH"`
}

// Run lists neighbours.
func (c *graphNeighboursCmd) Run(e *env) (err error) {
	if c.Depth < 1 {
		return dossier.Errorf(dossier.CodeInvalidInput, "nothing is %d steps away", c.Depth).About("--depth").WithCure("name 1 or more")
	}
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	entity, err := a.entity(e, project, c.Entity)
	if err != nil {
		return err
	}
	g, err := a.graph(e, project)
	if err != nil {
		return err
	}
	kinds := make([]dossier.RelationKind, len(c.Kind))
	for i, k := range c.Kind {
		kinds[i] = dossier.RelationKind(k)
	}
	list := g.Neighbours(entity.ID, c.Depth, kinds, c.Min)
	if e.JSON {
		return printEach(e, list)
	}
	return table(e.out, "DEPTH\tNAME\tTYPE\tRELATION\tVIA\tSTRENGTH\tPROOF\tID", func(row func(...any)) error {
		for _, n := range list {
			row(n.Depth, n.Name, n.Type, string(n.Link.Kind)+note(n.Link.Role != "", " (%s)", n.Link.Role), n.Via,
				fmt.Sprintf("%.2f", n.Strength), place(n.Link), n.ID)
		}
		return nil
	})
}

// centralWork is how many nodes times ties betweenness is computed exactly for:
// seconds on one core.
const centralWork = 50_000_000

type graphCentralCmd struct {
	inProject
	Type  string `enum:",person,org,location,court,docket,citation,statute,email,phone" default:"" help:"Show only this type: person, org, location, court, docket, citation, statute, email, phone."`
	Limit int    `default:"20" help:"How many to show."`
}

// centralView is the answer to who is central.
type centralView struct {
	Entities int                `json:"entities"` // that are connected with others
	Sampled  int                `json:"sampled"`  // betweenness is estimated from the paths of so many; 0: it is exact
	Central  []graph.Centrality `json:"central"`
}

// Run lists who is central.
func (c *graphCentralCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	g, err := a.graph(e, project)
	if err != nil {
		return err
	}
	v := centralView{}
	v.Central, v.Sampled = g.Central(centralWork)
	v.Entities = len(v.Central)
	if c.Type != "" {
		v.Central = slices.DeleteFunc(v.Central, func(n graph.Centrality) bool { return n.Type != mentionType(c.Type) })
	}
	v.Central = v.Central[:min(len(v.Central), max(c.Limit, 0))]
	if e.JSON {
		return e.printJSON(v)
	}
	if err := table(e.out, "PAGERANK\tBETWEENNESS\tDEGREE\tTYPE\tNAME\tID", func(row func(...any)) error {
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
	_, err = fmt.Fprintf(e.out, "%d of %d connected entities; %s\n", len(v.Central), v.Entities, how)
	return err
}

type graphCommunitiesCmd struct {
	inProject
	Limit int `default:"20" help:"How many to show."`
}

// communitiesView is the answer to who belongs together.
type communitiesView struct {
	Found       int               `json:"found"`
	Modularity  float64           `json:"modularity"`
	Communities []graph.Community `json:"communities"`
}

// membersShown is how many members of a community are printed for people.
const membersShown = 8

// Run lists communities.
func (c *graphCommunitiesCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	g, err := a.graph(e, project)
	if err != nil {
		return err
	}
	list, q := g.Communities()
	v := communitiesView{len(list), q, list[:min(len(list), max(c.Limit, 0))]}
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
}

func members(c graph.Community) string {
	names := make([]string, 0, membersShown)
	for _, n := range c.Members[:min(len(c.Members), membersShown)] {
		names = append(names, n.Name)
	}
	return strings.Join(names, "; ") + note(c.Size > membersShown, "; and %d more", c.Size-membersShown)
}

// graph reads the graph of a project.
func (a *app) graph(e *env, project store.Project) (*graph.Graph, error) {
	entities, err := a.db.Entities(e.ctx, project.ID, "", math.MaxInt32)
	if err != nil {
		return nil, err
	}
	nodes := make([]graph.Node, len(entities))
	for i, en := range entities {
		nodes[i] = graph.Node{ID: en.ID, Type: en.Type, Name: en.Name}
	}
	b := graph.NewBuilder(nodes)
	if err := a.db.RelationRows(e.ctx, project.ID, "", func(r store.RelationRow) error {
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
	if err := a.db.EntityPages(e.ctx, project.ID, func(p store.EntityPage) error {
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
