// Package show writes results for people: tables, texts and lines of progress on
// a terminal. It has no rule of its own and reads no record; what it gets is what
// `--json` prints.
//
// Every function writes to the writer that it gets and returns its error. Text
// that comes from documents passes through [Visible], so that no file name can
// move the cursor or change the colours of a terminal.
package show

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// Table writes rows under a header in aligned columns; tabs separate the cells of
// the header. Cells of type [ID] are shortened. An error of rows, which may read
// as it goes, is returned after the rows until then are written.
func Table(w io.Writer, header string, rows func(row func(cells ...any)) error) error {
	var list [][]any
	var ids []string
	err := rows(func(cells ...any) {
		list = append(list, cells)
		for _, c := range cells {
			if id, ok := c.(ID); ok {
				ids = append(ids, string(id))
			}
		}
	})
	short := shortIDs(ids)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, header)
	for _, cells := range list {
		for i, c := range cells {
			if id, ok := c.(ID); ok {
				c = short[string(id)]
			}
			if i > 0 {
				fmt.Fprint(tw, "\t")
			}
			fmt.Fprint(tw, line(fmt.Sprint(c)))
		}
		fmt.Fprintln(tw)
	}
	return errors.Join(err, tw.Flush())
}

// List writes a table with a row for each value.
func List[T any](w io.Writer, header string, list []T, cells func(T) []any) error {
	return Table(w, header, func(row func(...any)) error {
		for _, v := range list {
			row(cells(v)...)
		}
		return nil
	})
}

// Visible replaces control characters but tabs and line feeds.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// OneLine joins the words of a text with single spaces.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// line makes a text from a document fit for a line of a terminal.
func line(s string) string { return OneLine(Visible(s)) }

// note formats its arguments, or returns "" if there is nothing to note.
func note(there bool, format string, args ...any) string {
	if !there {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

// cut shortens a line to a width, on a character; 0 means any length.
func cut(s string, width int) string {
	r := []rune(s)
	if width <= 0 || len(r) <= width {
		return s
	}
	return string(r[:width-1]) + "…"
}

// clock renders a number of seconds.
func clock(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

// moment renders a time in the zone of this machine.
func moment(t time.Time) string { return t.Local().Format(time.DateTime) }

// momentOrNone renders a time, and the zero time as a dash.
func momentOrNone(t time.Time) string {
	if t.IsZero() {
		return none
	}
	return moment(t)
}

// none stands in a cell that has nothing to say.
const none = "–"

// tick renders whether a check passed.
func tick(ok bool) string {
	if ok {
		return "✓"
	}
	return "✗"
}
