package graph

// Louvain's algorithm finds sets of nodes with more ties inside than chance would
// give them: it moves single nodes to the set of a neighbour as long as that raises
// the modularity, then makes one node of each set and starts again with those.
//
//	V. D. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre: Fast unfolding of
//	communities in large networks. J. Stat. Mech. (2008) P10008.
//
// On the way back from the sets of sets to the nodes, single nodes may move once
// more, which repairs what an early move got wrong.
//
//	R. Rotta, A. Noack: Multilevel local search algorithms for modularity
//	clustering. ACM J. Exp. Algorithmics 16 (2011), 2.3.
//
// Nodes take their turns in the order of their numbers, so the same network gives
// the same sets.

// network is an undirected graph with whole weights, which add up to the same sum
// in any order.
type network struct {
	edges [][]edge // of each node, by the other end; each edge stands at both ends
	loops []int    // of each node: the weight of the edges that it was made of, counted at both ends
	total int      // the weight of all edges, counted at both ends
}

type edge struct{ to, weight int }

// newNetwork returns the network of the edges of each node.
func newNetwork(edges [][]edge) *network {
	n := &network{edges: edges, loops: make([]int, len(edges))}
	for i := range edges {
		n.total += n.degree(i)
	}
	return n
}

// degree is the weight of all edges of a node.
func (n *network) degree(i int) int {
	sum := n.loops[i]
	for _, e := range n.edges[i] {
		sum += e.weight
	}
	return sum
}

// communities returns the number of the set of each node. Numbers run from 0.
func (n *network) communities() []int {
	of := make([]int, len(n.edges))
	for i := range of {
		of[i] = i
	}
	if !n.move(of) {
		return of
	}
	sets := renumber(of)
	above := n.merged(of, sets).communities()
	for i, set := range of {
		of[i] = above[set]
	}
	n.move(of)
	renumber(of)
	return of
}

// renumber gives the sets the numbers from 0 in the order of their first nodes,
// and returns how many there are.
func renumber(of []int) (sets int) {
	number := make([]int, len(of)) // plus one
	for i, set := range of {
		if number[set] == 0 {
			sets++
			number[set] = sets
		}
		of[i] = number[set] - 1
	}
	return sets
}

// least is the least gain for which a node moves, in units of edge weight. It is
// far below 1, the least weight, and far above errors of rounding, so that moving
// comes to an end.
const least = 1e-6

// move moves nodes to the sets of neighbours until no move raises the modularity.
// It reports whether any node moved.
func (n *network) move(of []int) (moved bool) {
	degrees, weights := make([]int, len(of)), make([]int, len(of)) // of nodes, of sets
	for i, set := range of {
		degrees[i] = n.degree(i)
		weights[set] += degrees[i]
	}
	tied := make([]int, len(of)) // by set: the weight of the edges to it of the node at hand
	for again := true; again; {
		again = false
		for i, from := range of {
			for _, e := range n.edges[i] {
				tied[of[e.to]] += e.weight
			}
			weights[from] -= degrees[i]
			gain := func(set int) float64 {
				return float64(tied[set]) - float64(degrees[i])*float64(weights[set])/float64(n.total)
			}
			best, most := from, gain(from)+least
			for _, e := range n.edges[i] {
				if set := of[e.to]; gain(set) > most {
					best, most = set, gain(set)
				}
			}
			weights[best] += degrees[i]
			of[i] = best
			again = again || best != from
			for _, e := range n.edges[i] {
				tied[of[e.to]] = 0
			}
		}
		moved = moved || again
	}
	return moved
}

// merged returns the network whose nodes are the sets.
func (n *network) merged(of []int, sets int) *network {
	m := &network{edges: make([][]edge, sets), loops: make([]int, sets), total: n.total}
	members := make([][]int, sets)
	for i, set := range of {
		members[set] = append(members[set], i)
		m.loops[set] += n.loops[i]
	}
	at := make([]int, sets) // by set: the place of the edge to it, plus one
	for set, nodes := range members {
		for _, i := range nodes {
			for _, e := range n.edges[i] {
				to := of[e.to]
				switch {
				case to == set:
					m.loops[set] += e.weight
				case at[to] == 0:
					m.edges[set] = append(m.edges[set], edge{to, e.weight})
					at[to] = len(m.edges[set])
				default:
					m.edges[set][at[to]-1].weight += e.weight
				}
			}
		}
		for _, e := range m.edges[set] {
			at[e.to] = 0
		}
	}
	return m
}

// modularity is the part of the edges that are inside the sets, beyond the part
// that would be if the same nodes were tied by chance: from -0.5 to 1.
func (n *network) modularity(of []int) float64 {
	inside, weights := make([]int, len(of)), make([]int, len(of))
	for i, set := range of {
		inside[set] += n.loops[i]
		weights[set] += n.degree(i)
		for _, e := range n.edges[i] {
			if of[e.to] == set {
				inside[set] += e.weight
			}
		}
	}
	q := 0.0
	for set := range inside {
		expected := float64(weights[set]) / float64(n.total)
		expected *= expected
		q += float64(inside[set])/float64(n.total) - expected
	}
	return q
}
