package resolve

import (
	"slices"

	"github.com/dossier-legal/dossier/internal/names"
)

// besideReach is how far after a name its short form in parentheses begins.
const besideReach = 8

// beside finds, where there is no text to read, the acronym or the first words
// of an organisation that follow its name as closely as a definition does.
func (r *resolver) beside() map[int][]int {
	if r.text != "" {
		return nil
	}
	var out map[int][]int
	last := -1
	for _, i := range r.order {
		if r.formOf[i] < 0 {
			continue
		}
		if last >= 0 {
			name, short := r.formOf[last], r.formOf[i]
			gap := r.mentions[i].Start - r.mentions[last].End
			if gap >= 2 && gap <= besideReach && shortens(r.forms[short], r.forms[name]) {
				if out == nil {
					out = map[int][]int{}
				}
				out[short] = append(out[short], name)
			}
		}
		last = i
	}
	return out
}

// shortens reports whether a form is an acronym or the first words of another.
func shortens(f, g *names.Name) bool {
	if f.Letters != "" && slices.Contains(g.Acronyms, f.Letters) {
		return true
	}
	return f.Legal == "" && len(f.Words) < len(g.Words) && slices.Equal(f.Words, g.Words[:len(f.Words)]) && slices.ContainsFunc(f.Words, names.Distinct)
}

// acronyms finds for each acronym the names it may abbreviate and, if there are
// any, the companies that bear it as their first word: beside an HBG Shaw, LLC no
// other is HBG by its initials.
func (r *resolver) acronyms() map[int][]int {
	if !slices.ContainsFunc(r.forms, func(f *names.Name) bool { return f.Letters != "" }) {
		return nil
	}
	bearers := map[string][]int{} // by acronym
	for i, f := range r.forms {
		for _, a := range f.Acronyms {
			bearers[a] = append(bearers[a], i)
		}
	}
	for i, f := range r.forms {
		if f.Legal != "" && len(f.Words) > 1 {
			addAsked(bearers, f.Words[0], i)
		}
	}
	out := map[int][]int{}
	for i, f := range r.forms {
		if f.Letters != "" {
			out[i] = slices.DeleteFunc(slices.Clone(bearers[f.Letters]), func(c int) bool { return r.definedElsewhere(i, c) })
		}
	}
	return out
}
