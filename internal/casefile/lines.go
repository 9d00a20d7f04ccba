package casefile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/dossier-legal/dossier"
)

// longestLine bounds a line of input.
const longestLine = 64 << 20

// EachLine calls f for every line of JSON that is not empty; an error names
// the line.
func EachLine(r io.Reader, f func(line []byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), longestLine)
	n := 0
	for lines.Scan() {
		n++
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if err := f(lines.Bytes()); err != nil {
			return dossier.Errorf(dossier.CodeInvalidInput, "%w", err).About(fmt.Sprintf("line %d", n)).
				WithCure("write one JSON object a line")
		}
	}
	return lines.Err()
}
