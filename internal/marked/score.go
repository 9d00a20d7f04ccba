package marked

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Score counts what was wanted, what was found, and what was both.
type Score struct{ Right, Wanted, Found int }

// Plus is the score of both together.
func (s Score) Plus(t Score) Score {
	return Score{s.Right + t.Right, s.Wanted + t.Wanted, s.Found + t.Found}
}

// Precision is the part of what was found that is right.
func (s Score) Precision() float64 { return Ratio(s.Right, s.Found) }

// Recall is the part of what was wanted that was found.
func (s Score) Recall() float64 { return Ratio(s.Right, s.Wanted) }

// F1 is the harmonic mean of both: 1 where nothing is wanted and nothing found.
func (s Score) F1() float64 { return Ratio(2*s.Right, s.Wanted+s.Found) }

// Ratio is n of so many, 1 for nothing of nothing.
func Ratio(n, of int) float64 {
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
				s[k] = s[k].Plus(one)
			}
		}
	}
	count(right, Score{1, 1, 1})
	count(missed, Score{Wanted: 1})
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
		rows = append(rows, []string{k.Kind, k.Type, fmt.Sprint(v.Wanted), decimals(v.Precision()), decimals(v.Recall()), decimals(v.F1())})
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
