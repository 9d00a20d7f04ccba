package extract

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/text"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Rows that a table must have alike before its delimiter is believed, out of
// the first sampleRows.
const (
	sampleRows  = 200
	sampleShare = 0.9
	// maxField is longer than any real field: a quote that nothing closes would
	// swallow the rest of the file.
	maxField = 64 << 10
)

// tableDelimiter returns what parts the cells of a text, or 0 if its lines do
// not agree on anything. The name must be that of a table, too: prose has
// commas. A name that promises tabs is tried with them first.
func tableDelimiter(text, ext string) rune {
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

// tableFormat returns the format of a table in a file with the extension.
func tableFormat(ext string) wire.Format {
	if ext == ".csv" {
		return wire.FormatCSV
	}
	return wire.FormatTSV
}

// tableWidth returns how many cells the rows of a text have with a delimiter,
// or 0 if they differ. The last line may be cut off.
func tableWidth(text string, delimiter rune) int {
	if i := strings.LastIndexByte(text, '\n'); i > 0 {
		text = text[:i+1]
	}
	counts := map[int]int{}
	rows := 0
	r := newCSV(text, delimiter)
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

func newCSV(text string, delimiter rune) *csv.Reader {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = delimiter
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	r.ReuseRecord = true
	return r
}

// readCSV sends a table of text as a sheet.
func readCSV(path string, format wire.Format, out *wire.Sender) error {
	table, err := text.ReadString(path)
	if err != nil {
		return err
	}
	table = strings.TrimPrefix(table, "\ufeff")
	delimiter := tableDelimiter(table[:min(len(table), headSize)], "."+string(format))
	if delimiter == 0 {
		return text.Read(path, out)
	}
	if hasRunawayQuote(table, delimiter) {
		table = strings.ReplaceAll(table, `"`, "")
	}
	s := &sheetWriter{out: out}
	s.begin("", "table of text")
	if err := writeCSV(newCSV(table, delimiter), s); err != nil {
		return err
	}
	return s.end()
}

// hasRunawayQuote reports whether a field is longer than fields can be.
func hasRunawayQuote(text string, delimiter rune) bool {
	for r := newCSV(text, delimiter); ; {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return false
		}
		if err != nil {
			return true
		}
		for _, field := range record {
			if len(field) > maxField {
				return true
			}
		}
	}
}

// writeCSV writes the records of r. Rows count as spreadsheet programs count
// them: blank lines are rows, too.
func writeCSV(r *csv.Reader, s *sheetWriter) error {
	row, nextLine := 0, 1
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return dossier.Errorf(dossier.CodeDamaged, "cannot read row %d: %w", row+1, err)
		}
		line, _ := r.FieldPos(0)
		row += max(line-nextLine, 0)
		nextLine = line + 1
		for column, field := range record {
			nextLine += strings.Count(field, "\n")
			if err := s.cell(column, row, field); err != nil {
				return err
			}
		}
		row++
	}
}
