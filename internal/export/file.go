package export

import (
	"bufio"
	"errors"
	"io"
	"os"

	"github.com/dossier-legal/dossier"
)

// bufferSize is the size of the buffer before a file or stream.
const bufferSize = 1 << 20

// To calls f with a buffered writer: into the file of a path, which is created or
// replaced, or if that is "" into out.
func To(path string, out io.Writer, f func(io.Writer) error) error {
	if path == "" {
		return buffered(out, f)
	}
	file, err := os.Create(path)
	if err != nil {
		return dossier.Errorf(dossier.CodeInvalidInput, "cannot write the file: %w", err).About(path).
			WithCure("name a file in a folder that exists and that you can write to")
	}
	return errors.Join(buffered(file, f), file.Close())
}

func buffered(out io.Writer, f func(io.Writer) error) error {
	b := bufio.NewWriterSize(out, bufferSize)
	return errors.Join(f(b), b.Flush())
}
