package cluster

import (
	"cmp"
	"slices"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
)

// Link is a match of two names, by their places in the list of [Sets]; A < B.
type Link struct {
	A, B  int
	Match names.Match
}

type pair struct{ a, b int }

// Sets is a division of a list of names into sets that are joined unless a veto
// or a person's decision parts two of their members. Each set has a root, the
// least of its places in the list. The zero value is empty.
type Sets struct {
	list    []*names.Name
	parent  []int
	members [][]int       // of a root
	ruled   map[pair]bool // what people decided: same or not
	alone   []int         // each place as the only member of its set
}

// Reset makes each name of the list a set of its own. It keeps the list: names may
// be replaced in it.
func (s *Sets) Reset(list []*names.Name) {
	n := len(list)
	s.list = list
	s.parent, s.alone, s.members = sized(s.parent, n), sized(s.alone, n), sized(s.members, n)
	for i := range n {
		s.parent[i], s.alone[i], s.members[i] = i, i, s.alone[i:i+1:i+1]
	}
}

// sized returns n values, in the memory of the slice if they fit.
func sized[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// Root returns the root of the set of the name at i.
func (s *Sets) Root(i int) int {
	for s.parent[i] != i {
		s.parent[i] = s.parent[s.parent[i]]
		i = s.parent[i]
	}
	return i
}

// Members returns the places of the names in the set with the root, or nil if i is
// no root.
func (s *Sets) Members(i int) []int { return s.members[i] }

// obey joins what people decided to be the same, and returns what joined
// something.
func (s *Sets) obey(order []pair) []Link {
	var joined []Link
	for _, at := range order {
		if !s.ruled[at] || s.Root(at.a) == s.Root(at.b) || s.parted(at) {
			continue
		}
		s.unite(s.Root(at.a), s.Root(at.b))
		joined = append(joined, Link{at.a, at.b, names.Match{
			Score: 1, Decision: names.Same,
			Reasons: []dossier.Reason{{Code: ByPerson, Detail: s.list[at.a].Norm + " / " + s.list[at.b].Norm, Weight: 1}},
		}})
	}
	return joined
}

// parted reports whether a person decided that any two names of the clusters
// of a pair are not the same.
func (s *Sets) parted(at pair) bool {
	for _, x := range s.members[s.Root(at.a)] {
		for _, y := range s.members[s.Root(at.b)] {
			if same, ok := s.ruled[pair{min(x, y), max(x, y)}]; ok && !same {
				return true
			}
		}
	}
	return false
}

// JoinAll takes the links best first and returns those that joined something.
func (s *Sets) JoinAll(links []Link) []Link {
	slices.SortFunc(links, func(x, y Link) int {
		return cmp.Or(cmp.Compare(y.Match.Score, x.Match.Score), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	torn := s.torn(links)
	var joined []Link
	for _, l := range links {
		if !torn[pair{l.A, l.B}] && s.Join(l.A, l.B) {
			joined = append(joined, l)
		}
	}
	return joined
}

// window bounds how many neighbours of a name are compared with each other.
const window = 64

// torn finds the links of names that stand between two others which exclude
// each other. Of the links of each name, best first, it looks at the first window.
func (s *Sets) torn(links []Link) map[pair]bool {
	if len(links) < 2 {
		return nil
	}
	neighbours := make([][]int, len(s.list))
	for _, l := range links {
		neighbours[l.A] = append(neighbours[l.A], l.B)
		neighbours[l.B] = append(neighbours[l.B], l.A)
	}
	torn := map[pair]bool{}
	for i, near := range neighbours {
		near = near[:min(len(near), window)]
		for x, a := range near {
			for _, b := range near[x+1:] {
				if a != b && s.Excluded(a, b) {
					torn[pair{min(i, a), max(i, a)}] = true
					torn[pair{min(i, b), max(i, b)}] = true
				}
			}
		}
	}
	return torn
}

// Excluded reports whether a person or a veto parts two names.
func (s *Sets) Excluded(a, b int) bool {
	if same, ok := s.ruled[pair{min(a, b), max(a, b)}]; ok {
		return !same
	}
	return s.list[a].Type == s.list[b].Type && names.Vetoed(s.list[a], s.list[b])
}

// largest bounds the distinct names of one cluster. No one has that many, and the
// bound keeps the cost of joining, where all names are checked for vetoes, linear.
const largest = 400

// Join joins the sets of two names. It refuses, and returns false, if a veto parts
// any two of their members, if they are in one set already, or if the outcome would
// be too large.
func (s *Sets) Join(a, b int) bool {
	a, b = s.Root(a), s.Root(b)
	if a == b || len(s.members[a])+len(s.members[b]) > largest {
		return false
	}
	for _, x := range s.members[a] {
		for _, y := range s.members[b] {
			if s.Excluded(x, y) {
				return false
			}
		}
	}
	s.unite(a, b)
	return true
}

// unite makes one cluster of two, by their roots.
func (s *Sets) unite(a, b int) {
	a, b = min(a, b), max(a, b)
	s.parent[b] = a
	s.members[a] = append(s.members[a], s.members[b]...)
	s.members[b] = nil
}
