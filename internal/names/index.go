package names

import (
	"cmp"
	"maps"
	"slices"
)

// Blocking counts the names, keys and pairs of an [Index].
type Blocking struct {
	Names   int `json:"names"`   // given in full
	Keys    int `json:"keys"`    // distinct ones
	Largest int `json:"largest"` // names of one key
	Refined int `json:"refined"` // keys with too many names, which further keys divide
	Pairs   int `json:"pairs"`   // compared
}

// BlockCap is the most names of one key that are all compared with each other.
// Further keys divide larger blocks; no pair is lost.
const BlockCap = 400

// Index finds the names that share a key. Keys are hashed: two keys of one
// hash cost comparisons and change nothing.
type Index struct {
	Blocking
	list    []*Name
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

// NewIndex returns the index of the names in the list. Of a key with more names than
// most, further keys tell which names to compare.
func NewIndex(list []*Name, most int) *Index {
	x := &Index{list: list, entries: make([]entry, 0, usualKeys*len(list))}
	for i, n := range list {
		if n.Partial() {
			continue
		}
		x.Names++
		for _, k := range n.hashedKeys() {
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

// refine divides the blocks of more than the given number of names that are open
// to the difference.
func (x *Index) refine(open opening, most int) {
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
func (x *Index) partBySlips(out, block []entry) []entry {
	for _, e := range block {
		n := x.list[e.name]
		for _, b := range n.blocks() {
			if hashOf(string(n.Type), b.key) != e.hash {
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
func (x *Index) partByMiddles(out, block []entry) []entry {
	var anyone []entry
	hashes := map[uint64]bool{}
	for _, e := range block {
		keys, fitsAny := x.list[e.name].middleKeys()
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
func (x *Index) eachBlock(f func(lo, hi int)) {
	for lo, hi := 0, 0; lo < len(x.entries); lo = hi {
		for hi = lo + 1; hi < len(x.entries) && x.entries[hi].hash == x.entries[lo].hash; hi++ {
		}
		f(lo, hi)
	}
}

// link finds the end of each block, and the entries of each name.
func (x *Index) link() {
	x.end = make([]int32, len(x.entries))
	x.eachBlock(func(lo, hi int) {
		for i := lo; i < hi; i++ {
			x.end[i] = int32(hi)
		}
	})
	x.first = make([]int32, len(x.list)+1)
	for _, e := range x.entries {
		x.first[e.name+1]++
	}
	for i := range x.list {
		x.first[i+1] += x.first[i]
	}
	x.of = make([]int32, len(x.entries))
	next := slices.Clone(x.first)
	for i, e := range x.entries {
		x.of[next[e.name]] = int32(i)
		next[e.name]++
	}
}

// EachPair calls f once for each two names that share a key.
func (x *Index) EachPair(f func(a, b int)) {
	met := make([]int32, len(x.list)) // per name: the last that met it, plus one
	for a := range x.list {
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
