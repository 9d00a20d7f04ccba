package resolve

import "github.com/dossier-legal/dossier/internal/names"

// agencies finds the names of one agency of the United States, unless another
// government has one of that name in the document.
func (r *resolver) agencies() map[int][]int {
	named := map[string][]int{}
	for i, f := range r.forms {
		if f.Agency != "" {
			named[f.Agency] = append(named[f.Agency], i)
		}
	}
	if len(named) == 0 {
		return nil
	}
	foreign := r.foreignAgencies()
	out := map[int][]int{}
	for id, forms := range named {
		if foreign[id] {
			continue
		}
		for _, i := range forms[1:] {
			out[i] = forms[:1]
		}
	}
	return out
}

// foreignAgencies finds the agencies whose names end those of bodies that are
// none of the United States.
func (r *resolver) foreignAgencies() map[string]bool {
	foreign := map[string]bool{}
	for _, f := range r.forms {
		if f.Agency != "" {
			continue
		}
		start := 0
		for at := 1; at < len(f.Words); at++ {
			start += len(f.Words[at-1]) + 1
			if id := names.AgencyID(f.Joined[start:]); id != "" {
				foreign[id] = true
			}
		}
	}
	return foreign
}
