package office

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Bounds of a sheet, those of Excel.
const (
	maxColumns = 16_384
	maxRows    = 1 << 20
	// maxGap is how many empty cells are kept between two cells with text, as
	// tabs; a wider gap is one tab. The boxes of the words show the columns.
	maxGap = 50
)

// cellAddress returns the address of the cell whose box is b, as spreadsheet
// programs write it: "B7" for the box 1, 6, 2, 7.
func cellAddress(b dossier.Box) string {
	column, row := int(b[0]), int(b[1])
	if column < 0 || row < 0 {
		return ""
	}
	return columnName(column) + strconv.Itoa(row+1)
}

// columnName returns the letters of a column: A for 0, AA for 26.
func columnName(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// parseAddress returns the column and the row of an address, from 0.
func parseAddress(s string) (column, row int, ok bool) {
	s = strings.ReplaceAll(s, "$", "")
	letters := strings.TrimRight(s, "0123456789")
	if letters == "" || len(letters) > 3 {
		return 0, 0, false
	}
	for _, r := range strings.ToUpper(letters) {
		if r < 'A' || r > 'Z' {
			return 0, 0, false
		}
		column = column*26 + int(r-'A') + 1
	}
	row, err := strconv.Atoi(s[len(letters):])
	if err != nil || row < 1 || row > maxRows || column > maxColumns {
		return 0, 0, false
	}
	return column - 1, row - 1, true
}

// cellBox is the box of a cell: pages of sheets are measured in cells.
func cellBox(column, row int) dossier.Box {
	return dossier.Box{float32(column), float32(row), float32(column + 1), float32(row + 1)}
}

// sheetWriter makes pages of the cells of a sheet: a line for each row that
// holds anything, the cells between tabs. A sheet with more text than a page
// may hold goes on on the next page.
type sheetWriter struct {
	out    *wire.Sender
	number int // of the last page sent
	label  string
	reason string

	b             strings.Builder
	words         []dossier.Word
	columns, rows int // extent so far
	row           int // of the line being written, -1 for none
	next          int // column after the last cell of the line
	sent          bool
}

// begin starts a sheet. The reason says what is special about it.
func (s *sheetWriter) begin(label, reason string) {
	s.label, s.reason = wire.CleanText(label), reason
	s.columns, s.rows, s.row, s.next, s.sent = 0, 0, -1, 0, false
}

// cell writes the text of one cell. Rows come one after the other.
func (s *sheetWriter) cell(column, row int, text string) error {
	text = oneLine(text)
	if text == "" {
		return nil
	}
	if row != s.row {
		if err := s.endRow(); err != nil {
			return err
		}
		s.row = row
	}
	if gap := column - s.next; gap > 0 && gap <= maxGap {
		s.b.WriteString(strings.Repeat("\t", gap))
	}
	if s.next > 0 {
		s.b.WriteByte('\t')
	}
	if s.b.Len()+len(text) > s.out.Limits.PageText {
		return wire.TooMuchText(s.out.Limits.PageText)
	}
	s.addWords(text, cellBox(column, row))
	s.b.WriteString(text)
	s.next = max(s.next, column+1)
	s.columns, s.rows = max(s.columns, column+1), max(s.rows, row+1)
	return nil
}

// oneLine returns text without breaks: a cell is part of a line.
func oneLine(text string) string {
	text = wire.CleanText(text)
	if strings.ContainsAny(text, "\n\t") {
		text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\t' }), " ")
	}
	return strings.Trim(text, " \u00a0")
}

// addWords notes the words of a text about to be written.
func (s *sheetWriter) addWords(text string, box dossier.Box) {
	start := s.b.Len()
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		end := len(text)
		if n := strings.IndexFunc(text[i:], unicode.IsSpace); n >= 0 {
			end = i + n
		}
		s.words = append(s.words, dossier.Word{Text: text[i:end], Box: box, Confidence: 1, Start: start + i, End: start + end})
		i = end
	}
}

// endRow ends the line, and the page if it is full.
func (s *sheetWriter) endRow() error {
	if s.next == 0 {
		return nil
	}
	s.next = 0
	if s.b.Len() > s.out.Limits.PageText/2 {
		return s.send()
	}
	s.b.WriteByte('\n')
	return nil
}

// line writes text that stands in no cell.
func (s *sheetWriter) line(text string) error {
	if err := s.endRow(); err != nil {
		return err
	}
	if s.b.Len()+len(text) > s.out.Limits.PageText {
		return wire.TooMuchText(s.out.Limits.PageText)
	}
	s.b.WriteString(text + "\n")
	return nil
}

// end sends what remains. A sheet without text is a page, too.
func (s *sheetWriter) end() error {
	if err := s.endRow(); err != nil {
		return err
	}
	if s.b.Len() == 0 && s.sent {
		return nil
	}
	return s.send()
}

func (s *sheetWriter) send() error {
	s.number++
	page := wire.OutPage{Page: dossier.Page{
		Number: s.number, Label: s.label, Source: dossier.SourceLayer, Reason: s.reason,
		Width: float32(s.columns), Height: float32(s.rows),
		Text: strings.TrimRight(s.b.String(), "\n"), Words: s.words,
	}}
	if page.Text == "" {
		page.Reason = s.reason + "; " + wire.ReasonBlank
	} else if s.sent {
		page.Reason = s.reason + ", continued"
	}
	s.b.Reset()
	s.words, s.sent = nil, true
	return s.out.Page(page)
}
