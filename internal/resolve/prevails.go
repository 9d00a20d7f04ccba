package resolve

import (
	"cmp"
	"slices"

	"github.com/dossier-legal/dossier"
)

// joinPrevailing joins a surname, or the short name of an organisation, that fits
// several entities to the one that the document is about, if it names the others
// rarely: the Roe of a report on Jane Roe is not the reporter A. Roe of a footnote.
// Those with a title come first, because others may refer to them.
func (r *resolver) joinPrevailing() {
	unclear := sortedKeys(r.unclear)
	slices.SortStableFunc(unclear, func(a, b int) int { return -cmp.Compare(r.forms[a].Gender, r.forms[b].Gender) })
	for _, i := range unclear {
		if r.settled[i] || r.forms[i].Given != "" {
			continue
		}
		fit, defined := r.definedAfter(i, r.unclear[i])
		if fit >= 0 && r.sets.Join(i, fit) {
			r.settle(i, fit, "defined-term", definedWeight)
		}
		if fit, ok := r.prevails(i, r.unclear[i]); ok && !defined && r.sets.Join(i, fit) {
			r.settle(i, fit, "prevails", prevailsWeight)
		}
	}
}

// An entity prevails if the document names it in full prevailing times as often as
// all other candidates together, and each of these at most rarely times.
const (
	prevailing = 8
	rarely     = 2
)

// prevails returns the candidate that prevails, if any does.
func (r *resolver) prevails(i int, candidates []int) (fit int, ok bool) {
	named := map[int]int{} // mentions of full names, by cluster
	for _, c := range candidates {
		switch root := r.sets.Root(c); {
		case root == r.sets.Root(i):
			return 0, false
		case named[root] == 0 && !r.contradicts(i, c):
			if named[root] = r.timesNamed(root); named[root] == 0 {
				return 0, false // only a title is known
			}
		}
	}
	others := 0
	for root, n := range named {
		if n > named[fit] || !ok {
			fit, ok = root, true
		}
		others += n
	}
	others -= named[fit]
	for root, n := range named {
		ok = ok && (root == fit || n <= rarely)
	}
	return fit, ok && named[fit] >= prevailing*others
}

// timesNamed counts the mentions of a cluster by names given in full.
func (r *resolver) timesNamed(root int) int {
	n := 0
	for _, member := range r.sets.Members(root) {
		if r.typ == dossier.Org || r.forms[member].Given != "" {
			n += len(r.groups[member])
		}
	}
	return n
}
