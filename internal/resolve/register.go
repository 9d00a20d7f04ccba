package resolve

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
)

// What a document says beside a name: numbers and addresses that one person
// has, the side of a caption, the bench.

const (
	barReach   = 90  // bytes from a lawyer's name to the number
	emailReach = 300 // bytes from a name to its address, down a signature block
	sideReach  = 120 // bytes between two parties with a "v." among them
)

// registers reads what stands beside the names into their forms. What parts
// two names goes into the forms, where comparing sees it; what ties them is
// returned: per identifier, the forms that bear it.
func (r *resolver) registers() map[string][]int {
	bearers := map[string][]int{}
	for x, i := range r.order {
		m := r.mentions[i]
		switch {
		case r.formOf[i] < 0:
		case m.Role == "judge" && !r.forms[r.formOf[i]].judge:
			r.own(r.formOf[i]).judge = true
		}
		if r.typ != dossier.Person || m.Type != dossier.BarNumber && m.Type != dossier.Email {
			continue
		}
		if at := r.ownerOf(r.order[:x], m); at >= 0 && !slices.Contains(bearers[m.Norm], at) {
			bearers[m.Norm] = append(bearers[m.Norm], at)
			if m.Type == dossier.BarNumber {
				f := r.own(at)
				f.bars = append(f.bars, m.Norm)
			}
		}
	}
	r.sides()
	return bearers
}

// byStart returns the indexes of the mentions in the order of the text.
func byStart(mentions []dossier.Mention) []int {
	order := make([]int, len(mentions))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(mentions[a].Start, mentions[b].Start) })
	return order
}

// ownerOf returns the form of the name that a number or an address belongs to:
// the last before a bar number, the last before a mail address that spells it.
// It is -1 if there is none near.
func (r *resolver) ownerOf(before []int, m dossier.Mention) int {
	reach := barReach
	if m.Type == dossier.Email {
		reach = emailReach
	}
	for _, i := range slices.Backward(before) {
		n := r.mentions[i]
		if m.Start-n.End > reach {
			return -1
		}
		switch at := r.formOf[i]; {
		case at < 0:
		case m.Type == dossier.BarNumber, r.forms[at].spelledBy(m.Norm):
			return at
		}
	}
	return -1
}

// spelledBy reports whether the part of a mail address before the @ contains
// the surname.
func (f *form) spelledBy(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	surname := strings.ReplaceAll(f.surname, " ", "")
	return len(surname) >= 3 && strings.Contains(strings.NewReplacer(".", "", "_", "", "-", "").Replace(local), surname)
}

// sides puts the two names around a "v." on opposite sides, unless a party of
// another type stands between: "… by Roe. United States v. Doe".
func (r *resolver) sides() {
	last, caption := -1, 0
	for _, i := range r.order {
		if r.formOf[i] < 0 {
			if t := r.mentions[i].Type; t == dossier.Org || t == dossier.Person {
				last = -1
			}
			continue
		}
		if last >= 0 && versus(r.text, r.mentions[last].End, r.mentions[i].Start) {
			caption++
			left, right := r.own(r.formOf[last]), r.own(r.formOf[i])
			left.sides, right.sides = append(left.sides, caption), append(right.sides, -caption)
			left.against, right.against = append(left.against, right.surname), append(right.against, left.surname)
		}
		last = i
	}
}

// versus reports whether the text between two names sets them against each
// other.
func versus(text string, start, end int) bool {
	if start < 0 || end > len(text) || end-start < 3 || end-start > sideReach {
		return false
	}
	if strings.Contains(text[start:end], "United States v.") {
		return false
	}
	for w := range strings.FieldsSeq(text[start:end]) {
		switch w {
		case "v.", "v", "vs.", "vs", "V.", "VS.", "versus":
			return true
		}
	}
	return false
}

// opposed reports whether two names stand on the two sides of a caption.
func opposed(a, b *form) bool {
	return slices.ContainsFunc(a.sides, func(s int) bool { return slices.Contains(b.sides, -s) })
}

// otherCases reports whether two people are parties, and of no case together:
// each stands against others.
func otherCases(a, b *form) bool {
	return a.typ == dossier.Person && len(a.against) > 0 && len(b.against) > 0 &&
		!slices.ContainsFunc(a.against, func(s string) bool { return slices.Contains(b.against, s) })
}

// otherBars reports whether two lawyers have different numbers of one bar.
func otherBars(a, b *form) bool {
	if len(a.bars) != 1 || len(b.bars) != 1 || a.bars[0] == b.bars[0] {
		return false
	}
	return barOf(a.bars[0]) == barOf(b.bars[0])
}

// barOf is the state in the norm of a bar number, "" if it names none.
func barOf(norm string) string {
	state, _, ok := strings.Cut(norm, " ")
	if !ok {
		return ""
	}
	return state
}

// joinIdentified joins names that share an identifier and are alike.
func (r *resolver) joinIdentified(bearers map[string][]int) {
	for _, id := range sortedKeys(bearers) {
		forms := bearers[id]
		for x, a := range forms {
			for _, b := range forms[x+1:] {
				if compare(r.forms[a], r.forms[b]).Score >= reviewAt && r.join(a, b) {
					r.settled[a] = r.settled[a] || r.partial[a]
					r.settled[b] = r.settled[b] || r.partial[b]
					r.explain(b, a, "identifier", identifierWeight)
				}
			}
		}
	}
}

// agencies finds the names of one agency of the United States, unless another
// government has one of that name in the document.
func (r *resolver) agencies() map[int][]int {
	named := map[string][]int{}
	for i, f := range r.forms {
		if f.agency != "" {
			named[f.agency] = append(named[f.agency], i)
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
		if f.agency != "" {
			continue
		}
		start := 0
		for at := 1; at < len(f.words); at++ {
			start += len(f.words[at-1]) + 1
			if id := agencyIDs[f.joined[start:]]; id != "" {
				foreign[id] = true
			}
		}
	}
	return foreign
}
