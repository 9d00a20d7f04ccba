package caption

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// Documents carry marks of their layout between the words: pleadings and
// transcripts number the lines of each page, from 1 to 28 or so, some transcripts
// pad with dots, and captions have a fence of colons or parentheses beside the
// parties. A name goes on across them.

// Plain returns a text without the marks of its layout. Blanks replace them, so
// that every other byte stays where it was.
func Plain(text string) string {
	l := layout{text: text}
	for at := 0; at < len(text); {
		end := len(text)
		if n := strings.IndexByte(text[at:], '\f'); n >= 0 {
			end = at + n + 1
		}
		l.page(at, end)
		at = end
	}
	if l.out == nil {
		return text
	}
	return string(l.out)
}

// layout is a text whose marks of layout are being blanked.
type layout struct {
	text string
	out  []byte // a copy of the text as soon as a mark was found
}

const (
	minNumbered = 8  // lines of a page that must be numbered in order
	maxNumbered = 32 // more lines are rather rows of a table
	maxSkipped  = 3  // numbers that may be missing, as scans lose some
	minDots     = 40 // dots of a page that is padded with them
	minFence    = 4  // lines that end in a mark of a fence
	fenceGap    = 3  // blanks before such a mark
)

// lineNumber is a number that begins a line: bytes start to end of the text. It is
// alone if nothing follows it on the line.
type lineNumber struct {
	start, end int
	alone      bool
}

// page blanks the marks of the page from byte at up to end.
func (l *layout) page(at, end int) {
	padded := strings.Count(l.text[at:end], "·") >= minDots
	if padded {
		l.blankDots(at, end)
	}
	for _, n := range l.numbers(at, end) {
		l.blank(n.start, n.end)
		if n.alone {
			l.join(n)
		}
	}
	l.blankFence(at, end)
}

// blankFence blanks the marks that end the lines of a caption's column, if there
// are several.
func (l *layout) blankFence(at, end int) {
	var fence []int
	for from := at; from < end; {
		stop := end
		if n := strings.IndexByte(l.text[from:end], '\n'); n >= 0 {
			stop = from + n + 1
		}
		if i := l.fenceOf(from, stop); i >= 0 {
			fence = append(fence, i)
		}
		from = stop
	}
	if len(fence) >= minFence {
		for _, i := range fence {
			l.blank(i, i+1)
		}
	}
}

// fenceOf returns where the line from byte from up to end ends in a mark after a
// gap, or -1.
func (l *layout) fenceOf(from, end int) int {
	t := l.text
	for end > from && (isBlank(t[end-1]) || t[end-1] == '\f') {
		end--
	}
	if end-from < fenceGap || strings.IndexByte(":)|*]", t[end-1]) < 0 || l.spaces(from, end-1) < fenceGap {
		return -1
	}
	return end - 1
}

// spaces counts the blanks right before byte i, not before byte from; dots of padding
// are blank.
func (l *layout) spaces(from, i int) int {
	t := l.text
	if l.out != nil {
		t = string(l.out[from:i])
	} else {
		t = t[from:i]
	}
	return len(t) - len(strings.TrimRight(t, " \t"))
}

// numbers returns the numbers of the page's lines, or nothing if they are not in
// order from the top to the bottom.
func (l *layout) numbers(at, end int) []lineNumber {
	var found []lineNumber
	last := 0
	for from := at; from < end; {
		stop := end
		if n := strings.IndexByte(l.text[from:end], '\n'); n >= 0 {
			stop = from + n + 1
		}
		n, value := l.number(from, stop)
		switch {
		case value == 0 || value <= last || value > last+maxSkipped || value > last+1 && !n.alone:
		case value > maxNumbered:
			return nil
		default:
			found, last = append(found, n), value
		}
		from = stop
	}
	if len(found) < minNumbered {
		return nil
	}
	return found
}

// number reads the number that begins the line from byte from up to end; its value
// is 0 if there is none.
func (l *layout) number(from, end int) (n lineNumber, value int) {
	t := l.text
	if l.out != nil {
		t = string(l.out[from:end]) // dots are blank there
	} else {
		t = t[from:end]
	}
	i := len(t) - len(strings.TrimLeft(t, " \t"))
	k := lex.DigitsEnd(t, i)
	if k == i || k-i > 2 || t[i] == '0' {
		return n, 0
	}
	rest := strings.TrimLeft(t[k:], " \t\r\n\f")
	if rest != "" && lex.SpaceAt(t, k) == 0 {
		return n, 0
	}
	value, _ = strconv.Atoi(t[i:k]) // one or two digits
	return lineNumber{from + i, from + k, rest == ""}, value
}

// join leaves of the empty lines around a number that stood alone only the last
// line break, so that the lines of a paragraph follow each other.
func (l *layout) join(n lineNumber) {
	start, end := n.start, n.end
	for start > 0 && isBlank(l.out[start-1]) {
		start--
	}
	for end < len(l.out) && isBlank(l.out[end]) {
		end++
	}
	last := bytes.LastIndexByte(l.out[start:end], '\n')
	for i := start; i < end; i++ {
		if l.out[i] == '\n' && i != start+last {
			l.out[i] = ' '
		}
	}
}

func isBlank(b byte) bool { return b == ' ' || b == '\n' || b == '\r' || b == '\t' }

func (l *layout) blankDots(at, end int) {
	const dot = "·"
	for {
		n := strings.Index(l.text[at:end], dot)
		if n < 0 {
			return
		}
		l.blank(at+n, at+n+len(dot))
		at += n + len(dot)
	}
}

func (l *layout) blank(start, end int) {
	if l.out == nil {
		l.out = []byte(l.text)
	}
	for i := start; i < end; i++ {
		l.out[i] = ' '
	}
}
