package names

import (
	"slices"
	"strings"
)

// opposed reports whether two names stand on the two sides of a caption.
func opposed(a, b *Name) bool {
	return slices.ContainsFunc(a.Sides, func(s int) bool { return slices.Contains(b.Sides, -s) })
}

// otherBars reports whether two lawyers have different numbers of one bar.
func otherBars(a, b *Name) bool {
	if len(a.Bars) != 1 || len(b.Bars) != 1 || a.Bars[0] == b.Bars[0] {
		return false
	}
	return barOf(a.Bars[0]) == barOf(b.Bars[0])
}

// barOf is the state in the norm of a bar number, "" if it names none.
func barOf(norm string) string {
	state, _, ok := strings.Cut(norm, " ")
	if !ok {
		return ""
	}
	return state
}
