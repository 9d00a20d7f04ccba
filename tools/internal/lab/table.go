package lab

import (
	"fmt"
	"io"
	"strings"
)

// Table is a Markdown table.
type Table struct {
	Head []string
	Rows [][]string
}

// Add adds a row.
func (t *Table) Add(cells ...string) { t.Rows = append(t.Rows, cells) }

// Print writes the table, followed by an empty line.
func (t *Table) Print(w io.Writer) error {
	var b strings.Builder
	line := func(cells []string) {
		for _, c := range cells {
			fmt.Fprintf(&b, "| %s ", cell.Replace(c))
		}
		b.WriteString("|\n")
	}
	line(t.Head)
	b.WriteString(strings.Repeat("|---", len(t.Head)) + "|\n")
	for _, row := range t.Rows {
		line(row)
	}
	_, err := io.WriteString(w, b.String()+"\n")
	return err
}

// cell keeps the text of a cell inside its cell.
var cell = strings.NewReplacer("|", `\|`, "\n", " ")
