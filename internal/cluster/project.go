package cluster

import (
	"cmp"
	"maps"
	"slices"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
)

// Names gathers the distinct names of people and organisations from the
// entities of a project's documents, in any order. The zero value is empty.
type Names struct {
	nodes map[string]Node
}

// Add takes an entity of a document and returns the id of its name in the
// project. A partial name identifies someone in its document only, and so does
// its id. The id of other types is made of their norm.
func (n *Names) Add(document string, e dossier.DocumentEntity) string {
	id := e.Key
	if e.Type != dossier.Person && e.Type != dossier.Org {
		return id
	}
	if e.Partial {
		return id + "@" + document
	}
	if n.nodes == nil {
		n.nodes = map[string]Node{}
	}
	if known, ok := n.nodes[id]; !ok || e.Name != known.Name && names.Better(e.Name, known.Name) {
		n.nodes[id] = Node{ID: id, Name: e.Name, Type: e.Type}
	}
	return id
}

// Nodes returns the names given in full, by id.
func (n *Names) Nodes() []Node {
	return slices.SortedFunc(maps.Values(n.nodes), func(a, b Node) int { return cmp.Compare(a.ID, b.ID) })
}

// Entities resolves the project: it returns for the id of each name given in
// full that of its entity, which is the id of the name that labels it.
func (n *Names) Entities() map[string]string {
	nodes := n.Nodes()
	sets, _, _ := joined(nodes)
	entities := make(map[string]string, len(nodes))
	for root := range nodes {
		members := sets.Members(root)
		if members == nil {
			continue
		}
		label := labelOf(nodes, members)
		for _, i := range members {
			entities[nodes[i].ID] = nodes[label].ID
		}
	}
	return entities
}

// labelOf returns the place of the name that labels a cluster.
func labelOf(nodes []Node, members []int) int {
	label := members[0]
	for _, i := range members[1:] {
		if order := names.Order(nodes[i].Name, nodes[label].Name); order > 0 || order == 0 && i < label {
			label = i
		}
	}
	return label
}

// Project divides the distinct names of a whole project at once: what
// [Partition] makes of all pairs decided "same", with the reasons of those that
// joined. Names added one document at a time, compared by [names.Keys] and joined
// by [Partition], come to the same clusters.
func Project(nodes []Node) ([]Cluster, names.Blocking) {
	nodes = distinctNodes(nodes)
	sets, links, blocking := joined(nodes)
	for i, l := range links {
		links[i].Match = names.CompareNames(sets.list[l.A], sets.list[l.B])
	}
	return clusters(nodes, sets, links), blocking
}

// joined joins nodes that are sorted by their distinct ids; it returns also the
// links that joined something.
func joined(nodes []Node) (*Sets, []Link, names.Blocking) {
	var sets Sets
	list := parsed(nodes)
	sets.Reset(list)
	links, blocking := linksOf(list, names.BlockCap)
	return &sets, sets.JoinAll(links), blocking
}

func parsed(nodes []Node) []*names.Name {
	list := make([]*names.Name, len(nodes))
	for i, n := range nodes {
		list[i] = names.Parse(n.Name, n.Type)
	}
	return list
}

// Edges compares all names that share a key and returns the pairs decided
// "same", without reasons. A name that is only a part of one has no pairs.
func Edges(nodes []Node) ([]Edge, names.Blocking) { return edgesOf(nodes, names.BlockCap) }

func edgesOf(nodes []Node, most int) ([]Edge, names.Blocking) {
	links, blocking := linksOf(parsed(nodes), most)
	var edges []Edge
	for _, l := range links {
		edges = append(edges, Edge{A: nodes[l.A].ID, B: nodes[l.B].ID, Match: l.Match})
	}
	return edges, blocking
}

// linksOf compares names that share a key and returns the pairs decided "same".
func linksOf(list []*names.Name, most int) ([]Link, names.Blocking) {
	index := names.NewIndex(list, most)
	var links []Link
	index.EachPair(func(a, b int) {
		if score := names.Score(list[a], list[b], false); score >= names.SameAt {
			links = append(links, Link{a, b, names.Match{Score: score, Decision: names.Same}})
		}
	})
	return links, index.Blocking
}
