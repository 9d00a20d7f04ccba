package mail

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
)

// maxMIMEDepth bounds the parts inside parts of a mail. The time that the parser
// takes grows without measure with their depth; real mails stay below ten.
const maxMIMEDepth = 32

var errNested = errors.New("its parts lie too deep inside each other")

var boundaryParameter = regexp.MustCompile(`(?i)\bboundary\s*=\s*("[^"]*"|[^\s;]+)`)

// nestsTooDeep reports whether the parts of a mail nest deeper than maxMIMEDepth.
// It follows the lines that announce and use boundaries, and keeps those that
// are open.
func nestsTooDeep(mail []byte) bool {
	var open [][]byte
	typed := false // the line before belongs to a field that says what a part is
	for line := range bytes.Lines(mail) {
		line = bytes.TrimRight(line, "\r\n")
		if rest, ok := bytes.CutPrefix(line, []byte("--")); ok {
			open = closeParts(open, bytes.TrimRight(rest, " \t"))
		}
		folded := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
		typed = typed && folded || len(line) > 13 && bytes.EqualFold(line[:13], []byte("content-type:"))
		if !typed {
			continue
		}
		if m := boundaryParameter.FindSubmatch(line); m != nil {
			open = append(open, bytes.Trim(m[1], `"`))
		}
		if len(open) > maxMIMEDepth {
			return true
		}
	}
	return false
}

// closeParts returns the boundaries still open after a line of a boundary: those
// inside its part are not, and the last line of a boundary closes its own.
func closeParts(open [][]byte, line []byte) [][]byte {
	for i, boundary := range slices.Backward(open) {
		if bytes.Equal(line, boundary) {
			return open[:i+1]
		}
		if last, ok := bytes.CutSuffix(line, []byte("--")); ok && bytes.Equal(last, boundary) {
			return open[:i]
		}
	}
	return open
}
