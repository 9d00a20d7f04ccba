package pdf

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// engine is the PDFium of all tests: starting it takes longest. Compiled code is
// kept between runs of the tests.
var engine = sync.OnceValues(func() (*Engine, error) {
	return New(filepath.Join(os.TempDir(), "dossier-test-pdfium"), 512<<20)
})

// readPDF returns a reader that recognizes nothing; passwords are tried on a locked
// file.
func readPDF(t *testing.T, mode wire.OCRMode, passwords ...string) wire.Reader {
	t.Helper()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	return func(j wire.Job, out *wire.Sender) error {
		j.OCR, j.Passwords = mode, passwords
		return e.Read(j, out)
	}
}
