// Package cluster joins the names of a project that mean one person or
// organisation.
//
// [Partition] takes names that have been compared one document at a time, as the
// record does; [Project] compares all names of a project at once in memory. Both
// come to the same clusters, in any order of the documents. Only full names are
// joined here: package resolve has settled before what a document says of a surname
// or an acronym.
//
// What people decide comes first. The machine then joins names, best matches first,
// unless two names of the outcome contradict each other; see [Sets].
//
// All functions are pure and deterministic and safe for concurrent use. [Names] and
// [Sets] are not.
package cluster

import (
	"cmp"
	"slices"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
)

// Node is one distinct full name in a project.
type Node struct {
	ID   string              `json:"id"`
	Name string              `json:"name"`
	Type dossier.MentionType `json:"type"`
}

// Edge is the outcome of comparing two nodes.
type Edge struct {
	A     string      `json:"a"` // node ids
	B     string      `json:"b"`
	Match names.Match `json:"match"`
}

// ByPerson is the code of the reason for a join that a person decided.
const ByPerson = "person"

// Ruling is what a person decided about two nodes. It outranks every edge and
// every veto.
type Ruling struct {
	A, B string // node ids
	Same bool
}

// Cluster is a set of names that mean one person or organisation.
type Cluster struct {
	Label string   `json:"label"` // the fullest well-formed name
	Nodes []string `json:"nodes"` // node ids, sorted
	// Edges are those that joined the nodes: one fewer than nodes, and the
	// explanation of the cluster. Rulings come first, then the best.
	Edges []Edge `json:"edges,omitempty"`
}

// Partition divides the nodes into clusters. Rulings come first, in their order: one
// that says "same" joins its ends, whatever they are called, unless a ruling says
// "different" of any two names that would come together. Then it takes the
// edges decided "same", best first, and joins their ends unless any two names
// of the cluster that would result are vetoed against each other and no ruling
// says that they are the same. A name that fits two which exclude each other
// (Jane Roe between Jane A. Roe and Jane B. Roe) joins neither: choosing would
// be guessing. Edges to unknown nodes or between types are ignored, and so are
// edges that a ruling calls "different". Of two rulings about the same nodes
// the first holds.
//
// The outcome depends on the rulings and on the sets of nodes and edges alone,
// not on their order. Clusters are sorted by their first node.
func Partition(nodes []Node, edges []Edge, rulings ...Ruling) []Cluster {
	nodes = distinctNodes(nodes)
	r := newResolver(nodes)
	joined := r.obey(rulings)
	joined = append(joined, r.sets.JoinAll(r.links(edges))...)
	return clusters(nodes, &r.sets, joined)
}

// resolver applies rulings and edges, which refer to nodes by their ids.
type resolver struct {
	nodes []Node
	index map[string]int // of nodes, by id
	list  []*names.Name  // of nodes; nil until a ruling or an edge refers to it
	sets  Sets
}

func newResolver(nodes []Node) *resolver {
	r := &resolver{nodes: nodes, index: make(map[string]int, len(nodes)), list: make([]*names.Name, len(nodes))}
	for i, n := range nodes {
		r.index[n.ID] = i
	}
	r.sets.Reset(r.list)
	return r
}

// between returns the places of two nodes; ok is false if they are not two nodes.
func (r *resolver) between(a, b string) (p pair, ok bool) {
	i, okA := r.index[a]
	j, okB := r.index[b]
	if !okA || !okB || i == j {
		return pair{}, false
	}
	for _, at := range []int{i, j} {
		if r.list[at] == nil {
			r.list[at] = names.Parse(r.nodes[at].Name, r.nodes[at].Type)
		}
	}
	return pair{min(i, j), max(i, j)}, true
}

// obey takes in the rulings and returns the links that joined something.
func (r *resolver) obey(rulings []Ruling) []Link {
	r.sets.ruled = map[pair]bool{}
	var order []pair
	for _, ruling := range rulings {
		at, ok := r.between(ruling.A, ruling.B)
		if _, before := r.sets.ruled[at]; ok && !before {
			r.sets.ruled[at] = ruling.Same
			order = append(order, at)
		}
	}
	return r.sets.obey(order)
}

// links returns the edges decided "same" that rulings and types leave.
func (r *resolver) links(edges []Edge) []Link {
	var links []Link
	for _, e := range edges {
		at, ok := r.between(e.A, e.B)
		if !ok || e.Match.Decision != names.Same || r.nodes[at.a].Type != r.nodes[at.b].Type {
			continue
		}
		if same, ruled := r.sets.ruled[at]; same || !ruled {
			links = append(links, Link{A: at.a, B: at.b, Match: e.Match})
		}
	}
	return links
}

// distinctNodes returns the nodes sorted by id, one of each.
func distinctNodes(nodes []Node) []Node {
	nodes = slices.Clone(nodes)
	slices.SortStableFunc(nodes, func(a, b Node) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(nodes, func(a, b Node) bool { return a.ID == b.ID })
}

// clusters describes the sets of the nodes and what joined them.
func clusters(nodes []Node, sets *Sets, joined []Link) []Cluster {
	at := map[int]int{} // root → place in out
	var out []Cluster
	for i, n := range nodes {
		root := sets.Root(i)
		k, ok := at[root]
		if !ok {
			k = len(out)
			at[root], out = k, append(out, Cluster{Label: n.Name})
		}
		c := &out[k]
		c.Nodes = append(c.Nodes, n.ID)
		if names.Better(n.Name, c.Label) {
			c.Label = n.Name
		}
	}
	for _, l := range joined {
		c := &out[at[sets.Root(l.A)]]
		c.Edges = append(c.Edges, Edge{A: nodes[l.A].ID, B: nodes[l.B].ID, Match: l.Match})
	}
	return out
}
