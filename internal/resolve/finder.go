package resolve

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
)

// The confidence in joining a part of a name to the only whole that fits.
const (
	definedWeight    = 0.97
	identifierWeight = 0.95
	agencyWeight     = 0.95
	besideWeight     = 0.9
	unclearWeight    = 0.3
	acronymWeight    = 0.9
	initialWeight    = 0.9
	surnameWeight    = 0.88
	shortWeight      = 0.85
	prevailsWeight   = 0.8
	givenWeight      = 0.75
)

// joinPartial joins parts of names to the one full name they can stand for,
// surest kinds first.
func (r *resolver) joinPartial() {
	if r.typ == dossier.Org {
		r.joinWhere("agency", agencyWeight, r.agencies())
		if r.text == "" {
			r.joinWhere("beside", besideWeight, r.beside())
		}
		r.joinWhere("acronym", acronymWeight, r.acronyms())
		r.joinWhere("short-name", shortWeight, r.leadingWords())
		r.joinPrevailing()
		return
	}
	if !slices.Contains(r.partial, true) {
		return
	}
	r.joinWhere("initial", initialWeight, r.initials())
	bySurname, byGiven := r.personParts()
	titled, plain := r.byTitle(bySurname)
	r.joinWhere("surname", surnameWeight, titled)
	r.joinWhere("surname", surnameWeight, r.withTitled(plain))
	r.joinWhere("given-name", givenWeight, byGiven)
	r.joinWhere("title", surnameWeight, r.titled())
	r.joinPrevailing()
}

// joinWhere joins each form to its candidates if they are one entity that the
// form does not contradict. What an earlier kind has joined stays as it is.
func (r *resolver) joinWhere(code string, weight float64, candidates map[int][]int) {
	if len(candidates) == 0 {
		return
	}
	for i := range r.forms {
		fit, ok := r.onlyFit(i, candidates[i])
		if ok && !r.settled[i] && r.sets.Join(i, fit) {
			r.settle(i, fit, code, weight)
		}
	}
}

// onlyFit returns the candidate for a form, if all that fit are one entity and
// the form is not part of a candidate already.
func (r *resolver) onlyFit(i int, candidates []int) (fit int, ok bool) {
	fit = -1
	for _, c := range candidates {
		switch {
		case r.sets.Root(c) == r.sets.Root(i):
			return 0, false
		case r.contradicts(i, c):
		case fit >= 0 && r.sets.Root(fit) != r.sets.Root(c):
			return r.onJudge(i, candidates)
		default:
			fit = c
		}
	}
	return fit, fit >= 0
}

// onJudge returns the only judge among the candidates for a form with a judge's
// title; without one, it notes that the form fits more than one.
func (r *resolver) onJudge(i int, candidates []int) (fit int, ok bool) {
	fit = -1
	for _, c := range candidates {
		switch {
		case r.contradicts(i, c) || !r.forms[i].Judge || !r.isJudge(c):
		case fit >= 0 && r.sets.Root(fit) != r.sets.Root(c):
			return 0, r.noteUnclear(i, candidates)
		default:
			fit = c
		}
	}
	if fit < 0 {
		return 0, r.noteUnclear(i, candidates)
	}
	return fit, true
}

func (r *resolver) isJudge(i int) bool {
	return slices.ContainsFunc(r.sets.Members(r.sets.Root(i)), func(m int) bool { return r.forms[m].Judge })
}

// noteUnclear remembers that a form may stand for more than one name; it is
// false, as that settles nothing.
func (r *resolver) noteUnclear(i int, candidates []int) bool {
	if r.unclear == nil {
		r.unclear = map[int][]int{}
	}
	r.unclear[i] = candidates
	return false
}

// explainUnclear says of each part of a name left apart whose it may be.
func (r *resolver) explainUnclear() {
	for _, i := range sortedKeys(r.unclear) {
		if r.settled[i] {
			continue
		}
		told := map[int]bool{r.sets.Root(i): true}
		for _, c := range r.unclear[i] {
			if !told[r.sets.Root(c)] && !r.contradicts(i, c) {
				told[r.sets.Root(c)] = true
				r.explain(i, c, "ambiguous", unclearWeight)
			}
		}
	}
}

// settle records that form i stands for the entity of form c.
func (r *resolver) settle(i, c int, code string, weight float64) {
	r.settled[i] = true
	r.explain(i, c, code, weight)
}

// contradicts reports whether a form cannot stand for the cluster of another:
// Ms. Roe is not Mr. John Roe, "Jonathan, Jr." not Jonathan Roe, the Roe of
// "Poe v. Roe" not that of "Doe v. Roe", and a veto against any name of it
// counts.
func (r *resolver) contradicts(i, c int) bool {
	suffix := r.forms[i].Suffix
	for _, member := range r.sets.Members(r.sets.Root(c)) {
		f := r.forms[member]
		suffix = strings.TrimPrefix(suffix, f.Suffix)
		if otherCases(r.forms[i], f) {
			return true
		}
		if g := likelyGender(f); g != "" && r.forms[i].Gender != "" && g != r.forms[i].Gender {
			return true
		}
		if r.sets.Excluded(i, member) {
			return true
		}
	}
	return suffix != ""
}

// addAsked adds a form to the list of a word, if that has one.
func addAsked(lists map[string][]int, word string, i int) {
	if list, asked := lists[word]; asked {
		lists[word] = append(list, i)
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
