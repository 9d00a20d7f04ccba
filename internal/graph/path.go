package graph

import (
	"cmp"
	"container/heap"
	"math"
	"slices"

	"github.com/dossier-legal/dossier"
)

// Step is one tie of a path, with the best link that proves it.
type Step struct {
	From     Node    `json:"from"`
	To       Node    `json:"to"`
	Strength float64 `json:"strength"`
	Link     Link    `json:"link"`
}

// Path returns the strongest path between two nodes; none if nothing connects
// them or either is unknown. Of paths of equal length it is the one of fewest
// steps.
func (g *Graph) Path(from, to string) []Step {
	a, okA := g.index[from]
	b, okB := g.index[to]
	if !okA || !okB || a == b {
		return nil
	}
	s := newSearch(len(g.nodes))
	s.add(a, reach{})
	for at, ok := s.next(); ok && at != b; at, ok = s.next() {
		for _, t := range g.ties[at] {
			s.add(t.to, reach{cost: s.best[at].cost + t.cost(), steps: s.best[at].steps + 1, from: at})
		}
	}
	if s.best[b].cost == unreached {
		return nil
	}
	var path []Step
	for at := b; at != a; at = s.best[at].from {
		before := s.best[at].from
		t := g.tie(before, at)
		path = append(path, Step{g.nodes[before], g.nodes[at], round(t.strength), t.links[0]})
	}
	slices.Reverse(path)
	return path
}

// round leaves what is worth reading of a figure.
func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// Neighbour is a node near another one.
type Neighbour struct {
	Node
	Depth    int     `json:"depth"`
	Via      string  `json:"via"` // name of the node before it
	Strength float64 `json:"strength"`
	Link     Link    `json:"link"`
}

// Neighbours returns the nodes that lead from one in at most depth ties, none of
// them weaker than least; if kinds are given, over links of these kinds alone.
// The nearest come first, then the strongest. Each comes once, by the strongest
// of its shortest ways.
func (g *Graph) Neighbours(id string, depth int, kinds []dossier.RelationKind, least float64) []Neighbour {
	start, ok := g.index[id]
	if !ok {
		return nil
	}
	seen := map[int]bool{start: true}
	var all []Neighbour
	for edge, d := []int{start}, 1; d <= depth && len(edge) > 0; d++ {
		found := map[int]Neighbour{}
		for _, at := range edge {
			for _, t := range g.ties[at] {
				i := slices.IndexFunc(t.links, func(l Link) bool { return len(kinds) == 0 || slices.Contains(kinds, l.Kind) })
				if i < 0 || seen[t.to] || t.strength < least || t.strength <= found[t.to].Strength {
					continue
				}
				found[t.to] = Neighbour{g.nodes[t.to], d, g.nodes[at].Name, t.strength, t.links[i]}
			}
		}
		edge = edge[:0:0]
		for to := range found {
			seen[to] = true
			edge = append(edge, to)
		}
		slices.SortFunc(edge, func(x, y int) int {
			return cmp.Or(cmp.Compare(found[y].Strength, found[x].Strength), cmp.Compare(x, y))
		})
		for _, to := range edge {
			n := found[to]
			n.Strength = round(n.Strength)
			all = append(all, n)
		}
	}
	return all
}

// unreached is the cost of what no path leads to.
const unreached = math.MaxInt

// reach is the best way to a node that is known.
type reach struct{ cost, steps, from int }

func (r reach) before(o reach) bool {
	return cmp.Or(cmp.Compare(r.cost, o.cost), cmp.Compare(r.steps, o.steps), cmp.Compare(r.from, o.from)) < 0
}

// search is the state of Dijkstra's algorithm.
type search struct {
	best []reach
	done []bool
	open frontier
}

func newSearch(n int) *search {
	s := &search{best: make([]reach, n), done: make([]bool, n)}
	for i := range s.best {
		s.best[i] = reach{cost: unreached}
	}
	return s
}

// add offers a way to a node.
func (s *search) add(node int, r reach) {
	if !s.done[node] && r.before(s.best[node]) {
		s.best[node] = r
		heap.Push(&s.open, arrival{node, r})
	}
}

// next settles the nearest node and returns it; false if all that can be
// reached is settled. Of a node that was offered better ways since, the earlier
// offers are passed over.
func (s *search) next() (node int, ok bool) {
	for len(s.open) > 0 {
		a := heap.Pop(&s.open).(arrival)
		if !s.done[a.node] {
			s.done[a.node] = true
			return a.node, true
		}
	}
	return 0, false
}

type arrival struct {
	node int
	reach
}

// frontier is a heap of arrivals, the nearest first.
type frontier []arrival

func (f frontier) Len() int      { return len(f) }
func (f frontier) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f frontier) Less(i, j int) bool {
	if f[i].reach == f[j].reach {
		return f[i].node < f[j].node
	}
	return f[i].before(f[j].reach)
}
func (f *frontier) Push(x any) { *f = append(*f, x.(arrival)) }
func (f *frontier) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}
