package resolve

import (
	"cmp"
	"maps"
	"slices"

	"github.com/dossier-legal/dossier"
)

// Names gathers the distinct names of people and organisations from the
// entities of a project's documents, in whatever order these come. The zero
// value is empty.
type Names struct {
	nodes map[string]Node
}

// Add takes an entity of a document and returns the id of its name in the
// project. A partial name stands for somebody in its document only, and so
// does its id; things of other types are their norm.
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
	if known, ok := n.nodes[id]; !ok || e.Name != known.Name && betterName(e.Name, known.Name) {
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
	p, _, _ := resolved(nodes)
	entities := make(map[string]string, len(nodes))
	for _, members := range p.members {
		if members == nil {
			continue
		}
		label := members[0]
		for _, i := range members[1:] {
			if order := orderNames(nodes[i].Name, nodes[label].Name); order > 0 || order == 0 && i < label {
				label = i
			}
		}
		for _, i := range members {
			entities[nodes[i].ID] = nodes[label].ID
		}
	}
	return entities
}

// Project partitions the distinct names of a whole project at once: what
// [Clusters] makes of all pairs decided "same", with the reasons of those that
// joined. Names added one document at a time, compared by [Keys] and settled
// by [Clusters], come to the same partition.
func Project(nodes []Node) ([]Cluster, Blocking) {
	nodes = distinctNodes(nodes)
	p, joined, blocking := resolved(nodes)
	for i, l := range joined {
		joined[i].match = compare(p.forms[l.a], p.forms[l.b])
	}
	return p.clusters(nodes, joined), blocking
}

// resolved partitions nodes, each of an id of its own and sorted by it; it
// returns also the links that joined.
func resolved(nodes []Node) (*partition, []link, Blocking) {
	p := newPartition(formsOf(nodes))
	index := newIndex(p.forms, blockCap)
	links := index.links()
	return p, p.joinAll(links), index.Blocking
}

// Blocking says how the pairs to compare were found.
type Blocking struct {
	Names   int `json:"names"`   // that can mean the same as others
	Keys    int `json:"keys"`    // distinct ones
	Largest int `json:"largest"` // names of one key
	Refined int `json:"refined"` // keys with so many names that further keys were needed
	Pairs   int `json:"pairs"`   // compared
}

// Edges compares all names that share a key and returns the pairs decided
// "same", without reasons. A name that is only a part of one is nobody's equal.
func Edges(nodes []Node) ([]Edge, Blocking) { return edgesOf(nodes, blockCap) }

func edgesOf(nodes []Node, most int) ([]Edge, Blocking) {
	index := newIndex(formsOf(nodes), most)
	var edges []Edge
	for _, l := range index.links() {
		edges = append(edges, Edge{A: nodes[l.a].ID, B: nodes[l.b].ID, Match: l.match})
	}
	return edges, index.Blocking
}

// blockCap is the most names of one key that are all compared with each other.
// More are parted by further keys, which lose no pair.
const blockCap = 400

// index finds the names that share a key. Keys are hashed: two keys of one
// hash cost comparisons and change nothing.
type index struct {
	Blocking
	forms   []*form
	entries []entry // by key, then by name
	end     []int32 // per entry: the end of its block
	of      []int32 // entries by name
	first   []int32 // per name: its first in of
}

// entry says that a name has a key.
type entry struct {
	hash uint64
	name int32
	open opening
}

func newIndex(forms []*form, most int) *index {
	x := &index{forms: forms, entries: make([]entry, 0, usualKeys*len(forms))}
	for i := range forms {
		if forms[i].partial() {
			continue
		}
		x.Names++
		for _, k := range forms[i].hashedKeys() {
			x.entries = append(x.entries, entry{k.hash, int32(i), k.open})
		}
	}
	x.entries = sorted(x.entries)
	x.eachBlock(func(lo, hi int) {
		x.Keys++
		x.Largest = max(x.Largest, hi-lo)
	})
	if x.Largest > most {
		x.refine(slip, most)
		x.refine(middles, most)
	}
	x.link()
	return x
}

// sorted orders entries and drops those that a name has twice.
func sorted(entries []entry) []entry {
	slices.SortFunc(entries, func(a, b entry) int {
		if order := cmp.Compare(a.hash, b.hash); order != 0 {
			return order
		}
		return cmp.Compare(a.name, b.name)
	})
	return slices.CompactFunc(entries, func(a, b entry) bool { return a.hash == b.hash && a.name == b.name })
}

// refine parts the blocks of more than the given number of names that are open
// to the difference.
func (x *index) refine(open opening, most int) {
	var parts []entry
	kept := x.entries[:0] // never more than was read
	x.eachBlock(func(lo, hi int) {
		block := x.entries[lo:hi]
		switch {
		case hi-lo <= most || block[0].open != open:
			kept = append(kept, block...)
		case open == slip:
			x.Refined++
			parts = x.partBySlips(parts, block)
		default:
			x.Refined++
			parts = x.partByMiddles(parts, block)
		}
	})
	x.entries = sorted(append(kept, parts...))
}

// partBySlips appends the entries of a block under the keys of the word that
// may have a slip.
func (x *index) partBySlips(out, block []entry) []entry {
	for _, e := range block {
		f := x.forms[e.name]
		for _, b := range f.blocks() {
			if hashOf(string(f.typ), b.key) != e.hash {
				continue
			}
			for _, k := range b.slipKeys() {
				out = append(out, entry{hash: e.hash ^ hashOf("slip", k), name: e.name, open: middles})
			}
		}
	}
	return out
}

// partByMiddles appends the entries of a block under the keys of their middle
// names. Names that may be the same as any go into each part.
func (x *index) partByMiddles(out, block []entry) []entry {
	var anyone []entry
	hashes := map[uint64]bool{}
	for _, e := range block {
		keys, fitsAny := x.forms[e.name].middleKeys()
		if fitsAny {
			anyone = append(anyone, e)
		}
		for _, k := range keys {
			h := e.hash ^ hashOf("middle", k)
			hashes[h] = true
			out = append(out, entry{hash: h, name: e.name})
		}
	}
	if len(hashes) == 0 {
		return append(out, anyone...)
	}
	for _, h := range slices.Sorted(maps.Keys(hashes)) {
		for _, e := range anyone {
			out = append(out, entry{hash: h, name: e.name})
		}
	}
	return out
}

// eachBlock calls f with the bounds of the entries of each key.
func (x *index) eachBlock(f func(lo, hi int)) {
	for lo, hi := 0, 0; lo < len(x.entries); lo = hi {
		for hi = lo + 1; hi < len(x.entries) && x.entries[hi].hash == x.entries[lo].hash; hi++ {
		}
		f(lo, hi)
	}
}

// link finds the end of each block, and the entries of each name.
func (x *index) link() {
	x.end = make([]int32, len(x.entries))
	x.eachBlock(func(lo, hi int) {
		for i := lo; i < hi; i++ {
			x.end[i] = int32(hi)
		}
	})
	x.first = make([]int32, len(x.forms)+1)
	for _, e := range x.entries {
		x.first[e.name+1]++
	}
	for i := range x.forms {
		x.first[i+1] += x.first[i]
	}
	x.of = make([]int32, len(x.entries))
	next := slices.Clone(x.first)
	for i, e := range x.entries {
		x.of[next[e.name]] = int32(i)
		next[e.name]++
	}
}

// eachPair calls f once for each two names that share a key.
func (x *index) eachPair(f func(a, b int)) {
	met := make([]int32, len(x.forms)) // per name: the last that met it, plus one
	for a := range x.forms {
		for _, at := range x.of[x.first[a]:x.first[a+1]] {
			for _, e := range x.entries[at+1 : x.end[at]] {
				if met[e.name] != int32(a+1) {
					met[e.name] = int32(a + 1)
					x.Pairs++
					f(a, int(e.name))
				}
			}
		}
	}
}

// links compares the pairs and returns those decided "same".
func (x *index) links() []link {
	var links []link
	x.eachPair(func(a, b int) {
		if score := decide(x.forms[a], x.forms[b], false); score >= SameAt {
			links = append(links, link{a, b, Match{Score: score, Decision: Same}})
		}
	})
	return links
}

// hashOf is the FNV-1a hash of two texts.
func hashOf(a, b string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(a) {
		h = (h ^ uint64(a[i])) * 1099511628211
	}
	h = (h ^ 0xff) * 1099511628211
	for i := range len(b) {
		h = (h ^ uint64(b[i])) * 1099511628211
	}
	return h
}
