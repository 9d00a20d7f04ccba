package resolve

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"dossier"
)

// Node is one distinct full name in a project.
type Node struct {
	ID   string              `json:"id"`
	Name string              `json:"name"`
	Type dossier.MentionType `json:"type"`
}

// Edge is the outcome of comparing two nodes.
type Edge struct {
	A     string `json:"a"` // node ids
	B     string `json:"b"`
	Match Match  `json:"match"`
}

// Cluster is a set of names that mean one person or organisation.
type Cluster struct {
	Label string   `json:"label"` // the fullest well-formed name
	Nodes []string `json:"nodes"` // node ids, sorted
	// Edges are those that joined the nodes, best first: one fewer than nodes,
	// and the explanation of the cluster.
	Edges []Edge `json:"edges,omitempty"`
}

// Clusters partitions the nodes. It takes the edges decided "same", best first,
// and joins their ends unless any two names of the cluster that would result
// are vetoed against each other. A name that fits two which exclude each other
// (Jane Roe between Jane A. Roe and Jane B. Roe) joins neither: choosing would
// be guessing. Edges to unknown nodes or between types are ignored.
//
// The outcome depends on the sets of nodes and edges alone, not on their
// order. Clusters are sorted by their first node.
func Clusters(nodes []Node, edges []Edge) []Cluster {
	nodes = slices.SortedFunc(slices.Values(nodes), func(a, b Node) int { return cmp.Compare(a.ID, b.ID) })
	nodes = slices.CompactFunc(nodes, func(a, b Node) bool { return a.ID == b.ID })
	index := make(map[string]int, len(nodes))
	forms := make([]form, len(nodes))
	for i, n := range nodes {
		index[n.ID], forms[i] = i, parse(n.Name, n.Type)
	}
	var links []link
	for _, e := range edges {
		a, okA := index[e.A]
		b, okB := index[e.B]
		if okA && okB && a != b && nodes[a].Type == nodes[b].Type && e.Match.Decision == Same {
			links = append(links, link{a: min(a, b), b: max(a, b), match: e.Match})
		}
	}
	p := newPartition(forms)
	joined := p.joinAll(links)

	clusters := map[int]*Cluster{}
	var order []int
	for i, n := range nodes {
		root := p.root(i)
		c := clusters[root]
		if c == nil {
			c = &Cluster{Label: n.Name}
			clusters[root] = c
			order = append(order, root)
		}
		c.Nodes = append(c.Nodes, n.ID)
		if betterName(n.Name, c.Label) {
			c.Label = n.Name
		}
	}
	for _, l := range joined {
		c := clusters[p.root(l.a)]
		c.Edges = append(c.Edges, Edge{A: nodes[l.a].ID, B: nodes[l.b].ID, Match: l.match})
	}
	out := make([]Cluster, 0, len(order))
	for _, root := range order {
		out = append(out, *clusters[root])
	}
	return out
}

// link is an edge between forms, by index; a < b.
type link struct {
	a, b  int
	match Match
}

// partition is a set of forms under joins that respect vetoes.
type partition struct {
	forms   []form
	parent  []int
	members [][]int // of a root
}

func newPartition(forms []form) *partition {
	p := &partition{forms: forms, parent: make([]int, len(forms)), members: make([][]int, len(forms))}
	for i := range forms {
		p.parent[i], p.members[i] = i, []int{i}
	}
	return p
}

func (p *partition) root(i int) int {
	for p.parent[i] != i {
		p.parent[i] = p.parent[p.parent[i]]
		i = p.parent[i]
	}
	return i
}

// joinAll takes the links best first and returns those that joined something.
func (p *partition) joinAll(links []link) []link {
	slices.SortFunc(links, func(x, y link) int {
		return cmp.Or(cmp.Compare(y.match.Score, x.match.Score), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	torn := p.torn(links)
	var joined []link
	for _, l := range links {
		if !torn[pair{l.a, l.b}] && p.join(l.a, l.b) {
			joined = append(joined, l)
		}
	}
	return joined
}

type pair struct{ a, b int }

// torn finds the links of forms that stand between two others which exclude
// each other. Of each form's links, best first, it looks at the first window.
func (p *partition) torn(links []link) map[pair]bool {
	neighbours := make([][]int, len(p.forms))
	for _, l := range links {
		neighbours[l.a] = append(neighbours[l.a], l.b)
		neighbours[l.b] = append(neighbours[l.b], l.a)
	}
	torn := map[pair]bool{}
	for i, near := range neighbours {
		near = near[:min(len(near), window)]
		for x, a := range near {
			for _, b := range near[x+1:] {
				if a != b && p.excluded(a, b) {
					torn[pair{min(i, a), max(i, a)}] = true
					torn[pair{min(i, b), max(i, b)}] = true
				}
			}
		}
	}
	return torn
}

// excluded reports whether a veto parts two forms.
func (p *partition) excluded(a, b int) bool { return vetoed(&p.forms[a], &p.forms[b]) }

// largest bounds the distinct names of one cluster. Nobody has so many, and it
// keeps the cost of joining, where all names are checked for vetoes, linear.
const largest = 400

// join unites the clusters of two forms; it refuses, and returns false, if a
// veto parts any two of their members, they are one cluster already, or the
// outcome would be too large.
func (p *partition) join(a, b int) bool {
	a, b = p.root(a), p.root(b)
	if a == b || len(p.members[a])+len(p.members[b]) > largest {
		return false
	}
	for _, x := range p.members[a] {
		for _, y := range p.members[b] {
			if p.excluded(x, y) {
				return false
			}
		}
	}
	a, b = min(a, b), max(a, b)
	p.parent[b] = a
	p.members[a] = append(p.members[a], p.members[b]...)
	p.members[b] = nil
	return true
}

// betterName reports whether a is a better label than b. It is a total order:
// well-formed before not, longer before shorter, mixed case before capitals,
// then by spelling.
func betterName(a, b string) bool {
	return cmp.Or(
		cmp.Compare(wellFormed(a), wellFormed(b)),
		cmp.Compare(letterCount(a), letterCount(b)),
		cmp.Compare(mixedCase(a), mixedCase(b)),
		cmp.Compare(len(b), len(a)),
		cmp.Compare(b, a),
	) > 0
}

// wellFormed is 1 for names without traces of bad reading: odd signs and
// digits inside words.
func wellFormed(name string) int {
	previous := ' '
	for _, r := range name {
		switch {
		case unicode.IsDigit(r) && unicode.IsLetter(previous),
			!unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsSpace(r) && !strings.ContainsRune(".,'’&-–/()", r):
			return 0
		}
		previous = r
	}
	return 1
}

func letterCount(name string) int {
	n := 0
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

func mixedCase(name string) int {
	if strings.ToUpper(name) != name && strings.ToLower(name) != name {
		return 1
	}
	return 0
}
