package graph

import (
	"cmp"
	"math"
	"slices"
)

// Centrality is how central a node is.
type Centrality struct {
	Node
	// PageRank is the share of time that a walker spends there who follows ties
	// by their strength; over all nodes it adds up to 1.
	PageRank float64 `json:"pagerank"`
	// Betweenness is the share of shortest paths between others that lead
	// through it.
	Betweenness float64 `json:"betweenness"`
	Degree      int     `json:"degree"` // nodes that it is tied to
}

// Central returns the nodes that have ties, the one with the greatest PageRank
// first. Betweenness is exact if that takes no more than work steps (nodes times
// ties); otherwise it is estimated from the paths of as many nodes as the work
// allows, and sampled is their number.
func (g *Graph) Central(work int) (list []Centrality, sampled int) {
	tied := g.tied()
	rank := g.pageRank(tied)
	between, sampled := g.betweenness(tied, work)
	for _, i := range tied {
		list = append(list, Centrality{g.nodes[i], round(rank[i]), round(between[i]), len(g.ties[i])})
	}
	slices.SortFunc(list, func(a, b Centrality) int {
		return cmp.Or(cmp.Compare(b.PageRank, a.PageRank), cmp.Compare(b.Betweenness, a.Betweenness), cmp.Compare(a.ID, b.ID))
	})
	return list, sampled
}

// tied returns the nodes that have ties.
func (g *Graph) tied() []int {
	var tied []int
	for i, ties := range g.ties {
		if len(ties) > 0 {
			tied = append(tied, i)
		}
	}
	return tied
}

// The walk of PageRank.
const (
	follow   = 0.85 // the chance to follow a tie, not to start anew anywhere
	settled  = 1e-10
	mostWalk = 200 // rounds
)

// pageRank walks along the ties until the ranks settle.
func (g *Graph) pageRank(tied []int) []float64 {
	out := make([]float64, len(g.nodes)) // the strength of all ties of a node
	for _, i := range tied {
		for _, t := range g.ties[i] {
			out[i] += t.strength
		}
	}
	rank, next := make([]float64, len(g.nodes)), make([]float64, len(g.nodes))
	for _, i := range tied {
		rank[i] = 1 / float64(len(tied))
	}
	for range mostWalk {
		change := 0.0
		for _, i := range tied {
			next[i] = (1 - follow) / float64(len(tied))
			for _, t := range g.ties[i] {
				next[i] += follow * rank[t.to] * t.strength / out[t.to]
			}
			change += math.Abs(next[i] - rank[i])
		}
		rank, next = next, rank
		if change < settled {
			break
		}
	}
	return rank
}

// betweenness counts the shortest paths through each node by Brandes's
// algorithm, from all nodes or from some that are spread evenly.
func (g *Graph) betweenness(tied []int, work int) (between []float64, sampled int) {
	between = make([]float64, len(g.nodes))
	ties := 0
	for _, i := range tied {
		ties += len(g.ties[i])
	}
	sources := tied
	if n := len(tied); n > 0 && n*ties > work {
		sampled = min(max(work/ties, 1), n)
		sources = make([]int, sampled)
		for i := range sources {
			sources[i] = tied[i*n/sampled]
		}
	}
	for _, s := range sources {
		g.countPaths(s, between)
	}
	if n := float64(len(tied)); n > 2 {
		scale := n / float64(len(sources)) / ((n - 1) * (n - 2))
		for i := range between {
			between[i] *= scale
		}
	}
	return between, sampled
}

// countPaths adds to between the share of the shortest paths from one node
// that lead through each other.
func (g *Graph) countPaths(from int, between []float64) {
	s := newSearch(len(g.nodes))
	paths := make([]float64, len(g.nodes))
	before := make([][]int, len(g.nodes))
	var order []int
	paths[from] = 1
	s.add(from, reach{})
	for at, ok := s.next(); ok; at, ok = s.next() {
		order = append(order, at)
		for _, t := range g.ties[at] {
			cost := s.best[at].cost + t.cost()
			if cost < s.best[t.to].cost {
				s.add(t.to, reach{cost: cost})
				paths[t.to], before[t.to] = 0, before[t.to][:0]
			}
			if cost == s.best[t.to].cost && t.to != from {
				paths[t.to] += paths[at]
				before[t.to] = append(before[t.to], at)
			}
		}
	}
	through := make([]float64, len(g.nodes))
	for _, at := range slices.Backward(order) {
		for _, b := range before[at] {
			through[b] += paths[b] / paths[at] * (1 + through[at])
		}
		if at != from {
			between[at] += through[at]
		}
	}
}

// Community is a set of nodes that are tied more to each other than to others,
// the one with the strongest ties inside it first.
type Community struct {
	Size    int    `json:"size"`
	Members []Node `json:"members"`
}

// Communities partitions the nodes that have ties by Louvain's algorithm, the
// largest set first, and returns the modularity of the partition.
func (g *Graph) Communities() (list []Community, modularity float64) {
	if len(g.tied()) == 0 {
		return nil, 0
	}
	n := g.network()
	of := n.communities()
	sets := map[int]map[int]bool{}
	for i, set := range of {
		if len(g.ties[i]) == 0 {
			continue
		}
		if sets[set] == nil {
			sets[set] = map[int]bool{}
		}
		sets[set][i] = true
	}
	for _, inside := range sets {
		list = append(list, g.community(inside))
	}
	slices.SortFunc(list, func(a, b Community) int {
		return cmp.Or(cmp.Compare(b.Size, a.Size), cmp.Compare(a.Members[0].ID, b.Members[0].ID))
	})
	return list, round(n.modularity(of))
}

// network returns the ties with their strength in thousandths.
func (g *Graph) network() *network {
	edges := make([][]edge, len(g.ties))
	for i, ties := range g.ties {
		for _, t := range ties {
			edges[i] = append(edges[i], edge{t.to, int(max(1, math.Round(t.strength*1000)))})
		}
	}
	return newNetwork(edges)
}

func (g *Graph) community(inside map[int]bool) Community {
	c := Community{Size: len(inside)}
	weight := map[string]float64{}
	for i := range inside {
		n := g.nodes[i]
		c.Members = append(c.Members, n)
		for _, t := range g.ties[i] {
			if inside[t.to] {
				weight[n.ID] += t.strength
			}
		}
	}
	slices.SortFunc(c.Members, func(a, b Node) int {
		return cmp.Or(cmp.Compare(weight[b.ID], weight[a.ID]), cmp.Compare(a.ID, b.ID))
	})
	return c
}
