package layout

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// row is a line with a gap in it so wide that its halves may belong to two columns.
type row struct {
	left, right *line
}

// splitColumns sets two columns of prose apart that the file has row by row. Rows of
// tables, and values beside their labels, stay whole: their halves do not go on in the
// row below.
func splitColumns(lines []*line) []*line {
	const fewest = 3
	var out []*line
	for i := 0; i < len(lines); {
		rows := columnRows(lines[i:])
		if len(rows) < fewest || !flows(rows, func(r row) *line { return r.left }) || !flows(rows, func(r row) *line { return r.right }) {
			out = append(out, lines[i])
			i++
			continue
		}
		for _, r := range rows {
			out = append(out, r.left)
		}
		for _, r := range rows {
			out = append(out, r.right)
		}
		i += len(rows)
	}
	return out
}

// columnRows returns the rows from the first line on whose halves stand in the same two
// columns, one close below the other.
func columnRows(lines []*line) (rows []row) {
	const aligned, tight = 2, 1.8 // points; heights of a line
	for _, l := range lines {
		r, ok := split(l)
		if !ok {
			break
		}
		if n := len(rows); n > 0 {
			above := rows[n-1]
			pitch := l.box[1] - above.left.box[1]
			if abs(r.left.box[0]-rows[0].left.box[0]) > aligned || abs(r.right.box[0]-rows[0].right.box[0]) > aligned ||
				pitch <= 0 || pitch > tight*(l.box[3]-l.box[1]) {
				break
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// split cuts a line at its only wide gap.
func split(l *line) (r row, ok bool) {
	at := 0
	for i := 1; i < len(l.tokens); i++ {
		if gap := l.tokens[i].box[0] - l.tokens[i-1].box[2]; gap > l.box[3]-l.box[1] {
			if at > 0 {
				return r, false
			}
			at = i
		}
	}
	if at == 0 {
		return r, false
	}
	r = row{left: &line{}, right: &line{}}
	for i, t := range l.tokens {
		if i < at {
			r.left.add(t)
		} else {
			r.right.add(t)
		}
	}
	return r, true
}

// flows reports whether the lines of a column are prose: several words each, of which
// most go on in the line below.
func flows(rows []row, side func(row) *line) bool {
	const fewestWords = 3 // of a line, on average
	words, goOn := 0, 0
	for i, r := range rows {
		l := side(r)
		words += len(l.tokens)
		if i+1 < len(rows) && goesOn(l.tokens[len(l.tokens)-1].text, side(rows[i+1]).tokens[0].text) {
			goOn++
		}
	}
	return words >= fewestWords*len(rows) && 2*goOn >= len(rows)-1
}

// openEnds are words that end no phrase.
var openEnds = map[string]bool{
	"a": true, "an": true, "and": true, "as": true, "at": true, "between": true, "by": true, "for": true, "from": true, "in": true,
	"is": true, "of": true, "on": true, "or": true, "that": true, "the": true, "to": true, "was": true, "were": true, "with": true,
}

// goesOn reports whether a line that ends with one word goes on in a line that begins
// with the other.
func goesOn(last, first string) bool {
	if strings.HasSuffix(last, ":") {
		return false
	}
	r, _ := utf8.DecodeRuneInString(first)
	return unicode.IsLower(r) || strings.HasSuffix(last, ",") || strings.HasSuffix(last, "-") || openEnds[last]
}
