package marked

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Score counts names that were marked, that were found, and that were both.
type Score struct{ Right, Marked, Found int }

// Precision is the part of what was found that is right.
func (s Score) Precision() float64 { return ratio(s.Right, s.Found) }

// Recall is the part of what is marked that was found.
func (s Score) Recall() float64 { return ratio(s.Right, s.Marked) }

// F1 is the harmonic mean of both.
func (s Score) F1() float64 { return ratio(2*s.Right, s.Marked+s.Found) }

// ratio is 1 for nothing of nothing.
func ratio(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

// All is the kind, or the type, of a score over all of them.
const All = "all"

// Key is what a score is of: a kind of file and a type of name.
type Key struct{ Kind, Type string }

// Scores are the scores of many files.
type Scores map[Key]Score

// Add counts the names of a file of a kind as [File.Judge] parted them.
func (s Scores) Add(kind string, right, missed, wrong []Name) {
	count := func(names []Name, one Score) {
		for _, n := range names {
			for _, k := range []Key{{kind, n.Type}, {kind, All}, {All, n.Type}, {All, All}} {
				sum := s[k]
				s[k] = Score{sum.Right + one.Right, sum.Marked + one.Marked, sum.Found + one.Found}
			}
		}
	}
	count(right, Score{1, 1, 1})
	count(missed, Score{Marked: 1})
	count(wrong, Score{Found: 1})
}

// Head names the columns of Rows.
func Head() []string { return []string{"files", "type", "names", "precision", "recall", "F1"} }

// Rows are the scores as rows of a table, by kind and type, all of them last.
func (s Scores) Rows() [][]string {
	keys := slices.SortedFunc(maps.Keys(s), func(a, b Key) int { return cmp.Or(allLast(a.Kind, b.Kind), allLast(a.Type, b.Type)) })
	var rows [][]string
	for _, k := range keys {
		v := s[k]
		rows = append(rows, []string{k.Kind, k.Type, fmt.Sprint(v.Marked), decimals(v.Precision()), decimals(v.Recall()), decimals(v.F1())})
	}
	return rows
}

func decimals(v float64) string { return fmt.Sprintf("%.3f", v) }

func allLast(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == All:
		return 1
	case b == All:
		return -1
	}
	return cmp.Compare(a, b)
}
