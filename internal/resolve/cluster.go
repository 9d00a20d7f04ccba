package resolve

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/dossier-legal/dossier"
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

// Clusters partitions the nodes. Rulings come first, in their order: one that
// says "same" joins its ends, whatever they are called, unless a ruling says
// "different" of any two names that would come together. Then it takes the
// edges decided "same", best first, and joins their ends unless any two names
// of the cluster that would result are vetoed against each other and no ruling
// says that they are the same. A name that fits two which exclude each other
// (Jane Roe between Jane A. Roe and Jane B. Roe) joins neither: choosing would
// be guessing. Edges to unknown nodes or between types are ignored, and so are
// edges of which a ruling says "different". Of two rulings about the same nodes
// the first holds.
//
// The outcome depends on the rulings and on the sets of nodes and edges alone,
// not on their order. Clusters are sorted by their first node.
func Clusters(nodes []Node, edges []Edge, rulings ...Ruling) []Cluster {
	nodes = distinctNodes(nodes)
	index := make(map[string]int, len(nodes))
	for i, n := range nodes {
		index[n.ID] = i
	}
	forms := make([]*form, len(nodes))
	between := func(a, b string) (pair, bool) {
		i, okA := index[a]
		j, okB := index[b]
		if !okA || !okB || i == j {
			return pair{}, false
		}
		for _, at := range []int{i, j} { // what stands alone need not be taken apart
			if forms[at] == nil {
				forms[at] = parse(nodes[at].Name, nodes[at].Type)
			}
		}
		return pair{min(i, j), max(i, j)}, true
	}
	p := newPartition(forms)
	p.ruled = map[pair]bool{}
	var order []pair
	for _, r := range rulings {
		at, ok := between(r.A, r.B)
		if _, before := p.ruled[at]; ok && !before {
			p.ruled[at] = r.Same
			order = append(order, at)
		}
	}
	joined := p.obey(order)
	var links []link
	for _, e := range edges {
		at, ok := between(e.A, e.B)
		if same, ruled := p.ruled[at]; ok && nodes[at.a].Type == nodes[at.b].Type && e.Match.Decision == Same && (same || !ruled) {
			links = append(links, link{a: at.a, b: at.b, match: e.Match})
		}
	}
	return p.clusters(nodes, append(joined, p.joinAll(links)...))
}

// distinctNodes returns the nodes sorted by id, one of each.
func distinctNodes(nodes []Node) []Node {
	nodes = slices.Clone(nodes)
	slices.SortStableFunc(nodes, func(a, b Node) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(nodes, func(a, b Node) bool { return a.ID == b.ID })
}

func formsOf(nodes []Node) []*form {
	forms := make([]*form, len(nodes))
	for i, n := range nodes {
		forms[i] = parse(n.Name, n.Type)
	}
	return forms
}

// clusters describes the partition of the nodes and what joined them.
func (p *partition) clusters(nodes []Node, joined []link) []Cluster {
	at := map[int]int{} // root → place in out
	var out []Cluster
	for i, n := range nodes {
		root := p.root(i)
		k, ok := at[root]
		if !ok {
			k = len(out)
			at[root], out = k, append(out, Cluster{Label: n.Name})
		}
		c := &out[k]
		c.Nodes = append(c.Nodes, n.ID)
		if betterName(n.Name, c.Label) {
			c.Label = n.Name
		}
	}
	for _, l := range joined {
		c := &out[at[p.root(l.a)]]
		c.Edges = append(c.Edges, Edge{A: nodes[l.a].ID, B: nodes[l.b].ID, Match: l.match})
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
	forms   []*form
	parent  []int
	members [][]int       // of a root
	ruled   map[pair]bool // what people decided: same or not
	alone   []int         // each form as the only member of its cluster
}

func newPartition(forms []*form) *partition {
	p := &partition{forms: forms}
	p.reset()
	return p
}

// reset makes each form a cluster of its own.
func (p *partition) reset() {
	n := len(p.forms)
	p.parent, p.alone, p.members = cleared(p.parent, n), cleared(p.alone, n), cleared(p.members, n)
	for i := range n {
		p.parent[i], p.alone[i], p.members[i] = i, i, p.alone[i:i+1:i+1]
	}
}

// cleared returns n zeros, in the place of a slice if they fit.
func cleared[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

func (p *partition) root(i int) int {
	for p.parent[i] != i {
		p.parent[i] = p.parent[p.parent[i]]
		i = p.parent[i]
	}
	return i
}

// obey joins what people decided to be the same, and returns what joined
// something.
func (p *partition) obey(order []pair) []link {
	var joined []link
	for _, at := range order {
		if !p.ruled[at] || p.root(at.a) == p.root(at.b) || p.parted(at) {
			continue
		}
		p.unite(p.root(at.a), p.root(at.b))
		joined = append(joined, link{at.a, at.b, Match{
			Score: 1, Decision: Same,
			Reasons: []dossier.Reason{{Code: ByPerson, Detail: p.forms[at.a].norm + " / " + p.forms[at.b].norm, Weight: 1}},
		}})
	}
	return joined
}

// parted reports whether a person decided that any two names of the clusters
// of a pair are not the same.
func (p *partition) parted(at pair) bool {
	for _, x := range p.members[p.root(at.a)] {
		for _, y := range p.members[p.root(at.b)] {
			if same, ok := p.ruled[pair{min(x, y), max(x, y)}]; ok && !same {
				return true
			}
		}
	}
	return false
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
	if len(links) < 2 {
		return nil
	}
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

// excluded reports whether a person or a veto parts two forms.
func (p *partition) excluded(a, b int) bool {
	if same, ok := p.ruled[pair{min(a, b), max(a, b)}]; ok {
		return !same
	}
	return p.forms[a].typ == p.forms[b].typ && vetoed(p.forms[a], p.forms[b])
}

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
	p.unite(a, b)
	return true
}

// unite makes one cluster of two, by their roots.
func (p *partition) unite(a, b int) {
	a, b = min(a, b), max(a, b)
	p.parent[b] = a
	p.members[a] = append(p.members[a], p.members[b]...)
	p.members[b] = nil
}

// betterName reports whether a is a better label than b.
func betterName(a, b string) bool { return orderNames(a, b) > 0 }

// orderNames is positive if a is a better label than b. It is a total order:
// well-formed before not, longer before shorter, mixed case before capitals,
// then by spelling.
func orderNames(a, b string) int {
	x, y := looksOf(a), looksOf(b)
	if order := cmp.Compare(x.wellFormed, y.wellFormed); order != 0 {
		return order
	}
	if order := cmp.Compare(x.letters, y.letters); order != 0 {
		return order
	}
	if order := cmp.Compare(mixedCase(a), mixedCase(b)); order != 0 {
		return order
	}
	return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(b, a))
}

// looks is what shows of a name.
type looks struct {
	wellFormed int // 1 without traces of bad reading: odd signs and digits inside words
	letters    int // and digits
}

func looksOf(name string) looks {
	l := looks{wellFormed: 1}
	inWord := false
	for _, r := range name {
		letter, digit := unicode.IsLetter(r), unicode.IsDigit(r)
		if letter || digit {
			l.letters++
		}
		if digit && inWord || !letter && !digit && !unicode.IsSpace(r) && !strings.ContainsRune(".,'’&-–/()", r) {
			l.wellFormed = 0
		}
		inWord = letter
	}
	return l
}

// mixedCase is 1 for names with both capitals and small letters.
func mixedCase(name string) int {
	if isASCII(name) {
		return mixedASCII(name)
	}
	if strings.ToUpper(name) != name && strings.ToLower(name) != name {
		return 1
	}
	return 0
}

func mixedASCII(name string) int {
	upper, lower := 0, 0
	for i := range len(name) {
		switch c := name[i]; {
		case 'A' <= c && c <= 'Z':
			upper = 1
		case isLetter(c):
			lower = 1
		}
	}
	return upper & lower
}
