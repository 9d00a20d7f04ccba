package resolve

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
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
		case m.Role == "judge" && !r.forms[r.formOf[i]].Judge:
			r.own(r.formOf[i]).Judge = true
		}
		if r.typ != dossier.Person || m.Type != dossier.BarNumber && m.Type != dossier.Email {
			continue
		}
		if at := r.ownerOf(r.order[:x], m); at >= 0 && !slices.Contains(bearers[m.Norm], at) {
			bearers[m.Norm] = append(bearers[m.Norm], at)
			if m.Type == dossier.BarNumber {
				f := r.own(at)
				f.Bars = append(f.Bars, m.Norm)
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
		case m.Type == dossier.BarNumber, spelledBy(r.forms[at], m.Norm):
			return at
		}
	}
	return -1
}

// spelledBy reports whether the part of a mail address before the @ contains
// the surname.
func spelledBy(f *names.Name, address string) bool {
	local, _, _ := strings.Cut(address, "@")
	surname := strings.ReplaceAll(f.Surname, " ", "")
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
			left.Sides, right.Sides = append(left.Sides, caption), append(right.Sides, -caption)
			left.Against, right.Against = append(left.Against, right.Surname), append(right.Against, left.Surname)
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

// otherCases reports whether two people are parties, and of no case together:
// each stands against others.
func otherCases(a, b *names.Name) bool {
	return a.Type == dossier.Person && len(a.Against) > 0 && len(b.Against) > 0 &&
		!slices.ContainsFunc(a.Against, func(s string) bool { return slices.Contains(b.Against, s) })
}

// joinIdentified joins names that share an identifier and are alike.
func (r *resolver) joinIdentified(bearers map[string][]int) {
	for _, id := range sortedKeys(bearers) {
		forms := bearers[id]
		for x, a := range forms {
			for _, b := range forms[x+1:] {
				if names.CompareNames(r.forms[a], r.forms[b]).Score >= names.ReviewAt && r.sets.Join(a, b) {
					r.settled[a] = r.settled[a] || r.partial[a]
					r.settled[b] = r.settled[b] || r.partial[b]
					r.explain(b, a, "identifier", identifierWeight)
				}
			}
		}
	}
}
