package office

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/text"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// maxField is longer than any real field, in bytes: a quote that nothing closes
// would swallow the rest of the file.
const maxField = 64 << 10

// ReadCSV sends a table of text as a sheet.
func ReadCSV(j wire.Job, out *wire.Sender) error {
	table, err := text.ReadString(j.Path)
	if err != nil {
		return err
	}
	table = strings.TrimPrefix(table, "\ufeff")
	delimiter := text.TableDelimiter(table[:min(len(table), wire.HeadSize)], "."+string(j.Format))
	if delimiter == 0 {
		return text.Read(j, out)
	}
	if hasRunawayQuote(table, delimiter) {
		table = strings.ReplaceAll(table, `"`, "")
	}
	s := &sheetWriter{out: out}
	s.begin("", "table of text")
	if err := writeCSV(text.NewCSV(table, delimiter), s); err != nil {
		return err
	}
	return s.end()
}

// hasRunawayQuote reports whether a field is longer than fields can be.
func hasRunawayQuote(table string, delimiter rune) bool {
	for r := text.NewCSV(table, delimiter); ; {
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
