package resolve

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
)

// The confidence in joining a part of a name to the only whole that fits, in the
// order of confidence.
const (
	definedWeight    = 0.97
	identifierWeight = 0.95
	agencyWeight     = 0.95
	besideWeight     = 0.9
	acronymWeight    = 0.9
	initialWeight    = 0.9
	surnameWeight    = 0.88
	shortWeight      = 0.85
	prevailsWeight   = 0.8
	givenWeight      = 0.75
	unclearWeight    = 0.3 // of a hint at names that a part may stand for
)

// finder finds for parts of names the whole names that they may stand for.
type finder struct {
	name   string  // the code of the reason for its joins; stored, so it never changes
	weight float64 // the confidence in its joins
	// candidates returns, for forms by their place, the forms that they may stand
	// for. It is called after the joins of the finders before it.
	candidates func(*resolver) map[int][]int
}

// The finders, in the order in which they join: what one has joined stays.
var (
	orgFinders = []finder{
		{"agency", agencyWeight, (*resolver).agencies},
		{"beside", besideWeight, (*resolver).beside},
		{"acronym", acronymWeight, (*resolver).acronyms},
		{"short-name", shortWeight, (*resolver).leadingWords},
	}
	personFinders = []finder{
		{"initial", initialWeight, (*resolver).initials},
		{"surname", surnameWeight, (*resolver).titledSurnames},
		{"surname", surnameWeight, (*resolver).plainSurnames},
		{"given-name", givenWeight, (*resolver).givenNames},
		{"title", surnameWeight, (*resolver).titled},
	}
)

// joinParts joins parts of names to the one full name that they can stand for.
func (r *resolver) joinParts() {
	finders := orgFinders
	if r.typ == dossier.Person {
		if !slices.Contains(r.partial, true) {
			return
		}
		finders = personFinders
	}
	for _, f := range finders {
		r.joinBy(f)
	}
}

// joinBy joins each form to its candidates if they are one entity that the
// form does not contradict.
func (r *resolver) joinBy(f finder) {
	candidates := f.candidates(r)
	if len(candidates) == 0 {
		return
	}
	for i := range r.forms {
		fit, ok := r.onlyFit(i, candidates[i])
		if ok && !r.settled[i] && r.sets.Join(i, fit) {
			r.settle(i, fit, f.name, f.weight)
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
			r.noteUnclear(i, candidates)
			return 0, false
		default:
			fit = c
		}
	}
	if fit < 0 {
		r.noteUnclear(i, candidates)
		return 0, false
	}
	return fit, true
}

func (r *resolver) isJudge(i int) bool {
	return slices.ContainsFunc(r.sets.Members(r.sets.Root(i)), func(m int) bool { return r.forms[m].Judge })
}

// noteUnclear remembers that a form may stand for more than one name.
func (r *resolver) noteUnclear(i int, candidates []int) {
	if r.unclear == nil {
		r.unclear = map[int][]int{}
	}
	r.unclear[i] = candidates
}

// explainUnclear records for each part of a name that joined nothing whose it may be.
func (r *resolver) explainUnclear() {
	for _, i := range sortedKeys(r.unclear) {
		if r.settled[i] {
			continue
		}
		explained := map[int]bool{r.sets.Root(i): true}
		for _, c := range r.unclear[i] {
			if !explained[r.sets.Root(c)] && !r.contradicts(i, c) {
				explained[r.sets.Root(c)] = true
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
