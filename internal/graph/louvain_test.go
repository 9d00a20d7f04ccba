package graph

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// zachary is the friendships of the karate club of W. W. Zachary: An information
// flow model for conflict and fission in small groups. J. Anthropol. Res. 33 (1977).
// Per member, from 1: the friends with a lower number.
var zachary = [][]int{
	2: {1}, 3: {1, 2}, 4: {1, 2, 3}, 5: {1}, 6: {1}, 7: {1, 5, 6}, 8: {1, 2, 3, 4}, 9: {1, 3}, 10: {3}, 11: {1, 5, 6}, 12: {1},
	13: {1, 4}, 14: {1, 2, 3, 4}, 17: {6, 7}, 18: {1, 2}, 20: {1, 2}, 22: {1, 2}, 26: {24, 25}, 28: {3, 24, 25}, 29: {3},
	30: {24, 27}, 31: {2, 9}, 32: {1, 25, 26, 29}, 33: {3, 9, 15, 16, 19, 21, 23, 24, 30, 31, 32},
	34: {9, 10, 14, 15, 16, 19, 20, 21, 23, 24, 27, 28, 29, 30, 31, 32, 33},
}

func karate() [][]edge {
	edges := make([][]edge, len(zachary)-1)
	for a, friends := range zachary {
		for _, b := range friends {
			edges[a-1] = append(edges[a-1], edge{b - 1, 1})
			edges[b-1] = append(edges[b-1], edge{a - 1, 1})
		}
	}
	return edges
}

func TestKarateClub(t *testing.T) {
	n := newNetwork(karate())
	if n.total != 2*78 {
		t.Fatalf("the club has %d friendships, want 78", n.total/2)
	}
	of := n.communities()
	if q := n.modularity(of); q < 0.415 {
		t.Errorf("modularity is %.4f; the best known is 0.4198", q)
	}
	if of[0] == of[33] {
		t.Error("the instructor and the president are in one set")
	}
}

// TestCliquesInARing proves that sets that nobody would divide otherwise come out
// as they are: eight cliques of six, each tied to the next by one edge.
func TestCliquesInARing(t *testing.T) {
	const cliques, size = 8, 6
	edges := make([][]edge, cliques*size)
	tie := func(a, b int) {
		edges[a] = append(edges[a], edge{b, 1})
		edges[b] = append(edges[b], edge{a, 1})
	}
	for c := range cliques {
		for i := range size {
			for j := range i {
				tie(c*size+i, c*size+j)
			}
		}
		tie(c*size, (c+1)%cliques*size+1)
	}
	for i, set := range newNetwork(edges).communities() {
		if set != i/size {
			t.Errorf("node %d of clique %d is in set %d", i, i/size, set)
		}
	}
}

// TestNoMoveRaisesModularity proves on random networks that no node would be better
// off in the set of a neighbour, and that merging sets keeps the sums of weights.
func TestNoMoveRaisesModularity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(2, 30).Draw(t, "nodes")
		edges := make([][]edge, size)
		for b := range size {
			for a := range b {
				if rapid.IntRange(0, 3).Draw(t, "tied") == 0 {
					w := rapid.IntRange(1, 1000).Draw(t, "weight")
					edges[a], edges[b] = append(edges[a], edge{b, w}), append(edges[b], edge{a, w})
				}
			}
		}
		n := newNetwork(edges)
		if n.total == 0 {
			return
		}
		of := n.communities()
		q := n.modularity(of)
		for i := range of {
			from := of[i]
			for _, e := range edges[i] {
				of[i] = of[e.to]
				if moved := n.modularity(of); moved > q+1e-9 {
					t.Fatalf("node %d in the set of %d: modularity %v after %v", i, e.to, moved, q)
				}
				of[i] = from
			}
		}
		sets := renumber(of)
		m := n.merged(of, sets)
		if sum := newNetwork(m.edges).total; sum+add(m.loops) != n.total {
			t.Fatalf("merged, the edges weigh %d + %d, before %d", sum, add(m.loops), n.total)
		}
		alone := make([]int, sets)
		for i := range alone {
			alone[i] = i
		}
		if merged := m.modularity(alone); math.Abs(merged-q) > 1e-9 {
			t.Fatalf("merged, the modularity is %v, before %v", merged, q)
		}
	})
}

func add(list []int) (sum int) {
	for _, n := range list {
		sum += n
	}
	return sum
}
