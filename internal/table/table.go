// Package table reads and writes the lists of facts that are a part of the
// program: lines of text, compressed. Commands write them, by hand when their
// sources change; packages embed and read them.
package table

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
)

// Lines returns the lines of a packed table without their ends. It panics with
// the table's name if the bytes cannot be read: they are embedded, so that the
// build is broken, which the first test of the package that embeds them meets.
func Lines(name string, packed []byte) iter.Seq[string] {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(fmt.Sprintf("table %s: %v", name, err))
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		panic(fmt.Sprintf("table %s: %v", name, err))
	}
	return func(yield func(string) bool) {
		for line := range strings.Lines(string(plain)) {
			if !yield(strings.TrimSuffix(line, "\n")) {
				return
			}
		}
	}
}

// Write stores the lines at path, sorted, each once, packed as Lines takes
// them. It sorts the lines in place.
func Write(path string, lines []string) error {
	slices.Sort(lines)
	lines = slices.Compact(lines)
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write([]byte(strings.Join(lines, "\n"))); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
