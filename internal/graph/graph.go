// Package graph answers questions about how the entities of a project are
// connected: the strongest path between two, who is near one, who is central,
// who belongs together.
//
// Two entities are tied by what documents state of them. A typed relation (a
// party in a case, counsel for somebody) is as strong as its proofs together:
// one minus the product of what each leaves in doubt. That two are named in the
// same sentences is a hint and never stronger than [coMentionMost]: it counts
// for more the more sentences they share, no document adding more than a few,
// and for less the more likely they are to share pages by chance, being named
// on many. Courts, judges, and authorities that everybody cites tie everybody to
// everybody and are damped; so are, in co-mentions, counsel, whose names stand on
// every page.
//
// The length of a tie is the inverse of its strength, so that a chain of three
// well proved relations is shorter than one passing co-mention. Nothing depends
// on the order of the input, and the same input gives the same answers.
package graph

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/dossier-legal/dossier"
)

// Node is an entity.
type Node struct {
	ID   string              `json:"id"`
	Type dossier.MentionType `json:"type"`
	Name string              `json:"name"`
}

// Link is one statement about two entities, with where it is proved.
type Link struct {
	Kind       dossier.RelationKind `json:"relation"`
	From       string               `json:"from"` // ids of nodes
	To         string               `json:"to"`
	Case       string               `json:"case,omitempty"` // name of the case that a role belongs to
	Role       string               `json:"role,omitempty"`
	DocumentID string               `json:"document"`
	FileName   string               `json:"file_name"`
	Page       int                  `json:"page"`
	Start      int                  `json:"start"`
	End        int                  `json:"end"`
	Evidence   string               `json:"evidence"`
	Confidence float64              `json:"confidence"`
	Weight     int                  `json:"weight,omitempty"` // of a co-mention: sentences shared in the document
}

// Pages says on which pages entities are named.
type Pages struct {
	Of    map[string][]int // node id to numbers of pages, ascending; numbers run over all documents
	Total int
}

// tie is all that connects two nodes.
type tie struct {
	to       int
	strength float64
	links    []Link // the best of each kind and role, the strongest kind first
}

// cost is the length of a tie. Whole numbers make paths of equal length equal.
func (t tie) cost() int { return int(math.Round(1000 / t.strength)) }

// Graph is the graph of a project.
type Graph struct {
	nodes []Node         // by id
	index map[string]int // of nodes, by id
	ties  [][]tie        // of each node, by the other end
}

// pair is two nodes, a < b.
type pair struct{ a, b int }

// Builder gathers links. Of those that state the same it keeps the best, so that
// what it holds grows with what is connected, not with the number of documents.
type Builder struct {
	graph   *Graph
	between map[pair]*bundle
	busy    map[int]bool // judges and counsel
}

// bundle is what is stated of a pair.
type bundle struct {
	best   map[statement]Link
	proofs []float64          // confidence of typed relations
	shared map[string]float64 // sentences, by document
}

// statement is what a link states of its pair.
type statement struct {
	kind       dossier.RelationKind
	from, role string
}

// NewBuilder returns a builder for the graph of the nodes.
func NewBuilder(nodes []Node) *Builder {
	g := &Graph{nodes: slices.Clone(nodes), index: make(map[string]int, len(nodes))}
	slices.SortFunc(g.nodes, func(a, b Node) int { return cmp.Compare(a.ID, b.ID) })
	for i, n := range g.nodes {
		g.index[n.ID] = i
	}
	g.ties = make([][]tie, len(g.nodes))
	return &Builder{graph: g, between: map[pair]*bundle{}, busy: map[int]bool{}}
}

// Add takes in a link. One to an entity that is no node is left out.
func (b *Builder) Add(l Link) {
	from, okFrom := b.graph.index[l.From]
	to, okTo := b.graph.index[l.To]
	if !okFrom || !okTo || from == to {
		return
	}
	if l.Kind == dossier.CounselFor || l.Kind == dossier.JudgeOf {
		b.busy[from] = true
	}
	p := pair{min(from, to), max(from, to)}
	all := b.between[p]
	if all == nil {
		all = &bundle{best: map[statement]Link{}}
		b.between[p] = all
	}
	if l.Kind != dossier.CoMention {
		all.proofs = append(all.proofs, l.Confidence*kindDamp(l.Kind))
	} else {
		if all.shared == nil {
			all.shared = map[string]float64{}
		}
		all.shared[l.DocumentID] += float64(l.Weight)
	}
	s := statement{l.Kind, l.From, l.Role}
	if l.Kind == dossier.CoMention {
		s.from = "" // it has no direction
	}
	if before, ok := all.best[s]; !ok || better(l, before) < 0 {
		all.best[s] = l
	}
}

// Graph returns the graph of the links; pages says how often nodes would share
// a page by chance.
func (b *Builder) Graph(pages Pages) *Graph {
	g := b.graph
	for p, all := range b.between {
		t := tie{strength: b.strength(p, all, pages), links: slices.SortedFunc(maps.Values(all.best), better)}
		t.to = p.b
		g.ties[p.a] = append(g.ties[p.a], t)
		t.to = p.a
		g.ties[p.b] = append(g.ties[p.b], t)
	}
	for _, ties := range g.ties {
		slices.SortFunc(ties, func(a, b tie) int { return cmp.Compare(a.to, b.to) })
	}
	return g
}

// better orders links: typed ones first, then the most trusted, then by place.
func better(a, b Link) int {
	return cmp.Or(
		cmp.Compare(hint(a), hint(b)), cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(b.Weight, a.Weight),
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.FileName, b.FileName), cmp.Compare(a.DocumentID, b.DocumentID),
		cmp.Compare(a.Start, b.Start), cmp.Compare(a.Role, b.Role), cmp.Compare(a.From, b.From),
	)
}

// hint is 1 for a co-mention, 0 for a typed relation.
func hint(l Link) int {
	if l.Kind == dossier.CoMention {
		return 1
	}
	return 0
}

// The strength of ties.
const (
	typedMost     = 0.99
	coMentionMost = 0.3
	perDocument   = 3.0 // sentences of one document that count
	half          = 3.0 // sentences with which a co-mention has half of its strength
	weakest       = 1e-4
)

// typedDamp is how much a relation to a node of the type connects it with the
// others that have one.
var typedDamp = map[dossier.MentionType]float64{
	dossier.Court: 0.25, dossier.Citation: 0.2, dossier.Statute: 0.1, dossier.Location: 0.2, dossier.Date: 0.1,
}

// kindDamp is how much a relation of the kind connects its ends with others: a
// judge has many cases, which have nothing to do with each other.
func kindDamp(k dossier.RelationKind) float64 {
	if k == dossier.JudgeOf {
		return 0.5
	}
	return 1
}

// busyDamp is how much a co-mention with a judge or counsel says.
const busyDamp = 0.5

// strength weighs all that is stated of a pair.
func (b *Builder) strength(p pair, all *bundle, pages Pages) float64 {
	x, y := b.graph.nodes[p.a], b.graph.nodes[p.b]
	damp := 1.0
	for _, n := range []Node{x, y} {
		if d, ok := typedDamp[n.Type]; ok {
			damp *= d
		}
	}
	if len(all.proofs) > 0 {
		slices.Sort(all.proofs) // for the same product in whatever order they came
		doubt := 1.0
		for _, confidence := range all.proofs {
			doubt *= 1 - min(max(confidence, 0), typedMost)
		}
		return max(min(1-doubt, typedMost)*damp, weakest)
	}
	shared := 0.0
	for _, n := range all.shared {
		shared += min(n, perDocument) // whole numbers: their order does not matter
	}
	for _, n := range []int{p.a, p.b} {
		if b.busy[n] {
			damp *= busyDamp
		}
	}
	lift := pages.lift(x.ID, y.ID)
	return max(coMentionMost*shared/(shared+half)*lift/(lift+1)*damp, weakest)
}

// lift is how many times more often two entities share a page than they would
// by chance, each being named on as many pages as it is.
func (p Pages) lift(a, b string) float64 {
	x, y := p.Of[a], p.Of[b]
	if len(x) == 0 || len(y) == 0 {
		return 1
	}
	shared := 0
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch c := cmp.Compare(x[i], y[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			shared++
			i++
			j++
		}
	}
	return float64(shared) * float64(p.Total) / (float64(len(x)) * float64(len(y)))
}

// tie returns what connects two nodes.
func (g *Graph) tie(a, b int) tie {
	i, _ := slices.BinarySearchFunc(g.ties[a], b, func(t tie, to int) int { return cmp.Compare(t.to, to) })
	return g.ties[a][i]
}
