package text

import (
	"encoding/csv"
	"strings"
)

// Rows that a table must have alike before its delimiter is believed, out of
// the first sampleRows.
const (
	sampleRows  = 200
	sampleShare = 0.9
)

// TableDelimiter returns what parts the cells of a text, or 0 if its lines do
// not agree on anything. The name must be that of a table, too: prose has
// commas. A name that promises tabs is tried with them first.
func TableDelimiter(text, ext string) rune {
	candidates := ",;\t|"
	switch ext {
	case ".tsv", ".tab":
		candidates = "\t"
	case ".csv":
	default:
		return 0
	}
	best, width := rune(0), 1
	for _, d := range candidates {
		if w := tableWidth(text, d); w > width {
			best, width = d, w
		}
	}
	return best
}

// tableWidth returns how many cells the rows of a text have with a delimiter,
// or 0 if they differ. The last line may be cut off.
func tableWidth(text string, delimiter rune) int {
	if i := strings.LastIndexByte(text, '\n'); i > 0 {
		text = text[:i+1]
	}
	counts := map[int]int{}
	rows := 0
	r := NewCSV(text, delimiter)
	for rows < sampleRows {
		record, err := r.Read()
		if err != nil {
			break
		}
		rows++
		counts[len(record)]++
	}
	for width, n := range counts {
		if width > 1 && float64(n) >= sampleShare*float64(rows) {
			return width
		}
	}
	return 0
}

// NewCSV reads the cells of a table as leniently as spreadsheet programs do. The
// slice that Read returns is used again.
func NewCSV(text string, delimiter rune) *csv.Reader {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = delimiter
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	r.ReuseRecord = true
	return r
}
