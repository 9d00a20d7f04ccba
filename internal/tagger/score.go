package tagger

import "fmt"

// Tally counts names that were looked for and found.
type Tally struct{ Right, Found, Wanted int }

// Precision is the share of the found names that are right.
func (t Tally) Precision() float64 { return share(t.Right, t.Found) }

// Recall is the share of the wanted names that were found.
func (t Tally) Recall() float64 { return share(t.Right, t.Wanted) }

// F1 is the harmonic mean of precision and recall.
func (t Tally) F1() float64 { return share(2*t.Right, t.Found+t.Wanted) }

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// String prints the three measures and the number of names.
func (t Tally) String() string {
	return fmt.Sprintf("P %.3f R %.3f F1 %.3f (%d names)", t.Precision(), t.Recall(), t.F1(), t.Wanted)
}

// Evaluate tags the documents and counts, by type, names of the very same
// bounds and type. Names found in a document's doubtful stretches do not count.
func (m *Model) Evaluate(documents []Document) map[Type]Tally {
	total := map[Type]Tally{}
	count := func(t Type, right, found, wanted int) {
		c := total[t]
		total[t] = Tally{c.Right + right, c.Found + found, c.Wanted + wanted}
	}
	for i := range documents {
		d := &documents[i]
		wanted := map[Name]bool{}
		for _, n := range d.Names {
			if n.Type.given() {
				wanted[n] = true
				count(n.Type, 0, 0, 1)
			}
		}
		for _, e := range m.Tag(d.Text, d.Mask) {
			switch {
			case wanted[Name{e.Start, e.End, e.Type}]:
				count(e.Type, 1, 1, 0)
			case !touches(d.Doubt, e.Start, e.End):
				count(e.Type, 0, 1, 0)
			}
		}
	}
	return total
}

// touches reports whether one of the spans overlaps start to end.
func touches(spans []Span, start, end int) bool {
	for _, s := range spans {
		if s.Start < end && start < s.End {
			return true
		}
	}
	return false
}
