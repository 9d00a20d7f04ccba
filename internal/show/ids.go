package show

import (
	"slices"
	"strings"
)

// ID is an id in a cell of a table. The table shows the beginning of it that
// tells it from the other ids of the table; commands accept that in its place.
type ID string

const (
	fullID  = 36 // characters of an id
	shortID = 8  // characters that a table shows at least
)

// shortIDs returns for each id its beginning of eight characters, or of as many
// more as tell it from the others. What is no id stays as it is.
func shortIDs(ids []string) map[string]string {
	sorted := slices.Compact(slices.Sorted(slices.Values(ids)))
	short := make(map[string]string, len(sorted))
	for i, id := range sorted {
		if len(id) != fullID {
			short[id] = id
			continue
		}
		n := shortID
		if i > 0 {
			n = max(n, common(id, sorted[i-1])+1)
		}
		if i+1 < len(sorted) {
			n = max(n, common(id, sorted[i+1])+1)
		}
		short[id] = strings.TrimSuffix(id[:min(n, fullID)], "-")
	}
	return short
}

// common is the length of what two texts begin with.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
