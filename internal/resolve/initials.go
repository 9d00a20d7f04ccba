package resolve

import (
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/names"
)

// initials finds for each "J. Roe" the Roes given in full that it may be.
func (r *resolver) initials() map[int][]int {
	short := func(f *names.Name) bool { return f.Given != "" && names.Initial(f.Given) }
	full := map[string][]int{} // by the surnames asked for
	for _, f := range r.forms {
		if short(f) {
			full[f.Surname] = nil
		}
	}
	if len(full) == 0 {
		return nil
	}
	for i, f := range r.forms {
		if !r.partial[i] {
			addAsked(full, f.Surname, i)
		}
	}
	out := map[int][]int{}
	for i, f := range r.forms {
		if !short(f) {
			continue
		}
		for _, c := range full[f.Surname] {
			// "J. Mark Roe" goes by Mark: James Roe may be another.
			if strings.HasPrefix(r.forms[c].Given, f.Given) && bears(r.forms[c].Middles, f.Middles) {
				out[i] = append(out[i], c)
			}
		}
	}
	return out
}

// bears reports whether all middle names that are written out are among others.
func bears(others, middles []string) bool {
	return !slices.ContainsFunc(middles, func(m string) bool {
		return !names.Initial(m) && !slices.ContainsFunc(others, func(o string) bool { return names.GivenAlike(m, o) })
	})
}
