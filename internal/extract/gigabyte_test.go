package extract

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
)

// TestFileOfAGigabyteIsReadOrRefusedWithinTheCap has files of a gigabyte, and of
// one byte more than may be opened, that begin like a file of their format. The
// former are read or refused with a reason, the latter refused; a child has its
// memory cap, and this process does not hold them.
func TestFileOfAGigabyteIsReadOrRefusedWithinTheCap(t *testing.T) {
	const gigabyte = 1 << 30
	heads := map[string][]byte{
		"a.pdf":  extracttest.PDF(extracttest.Page{Prints: extracttest.Prose(20)}),
		"a.txt":  bytes.Repeat([]byte("The witness stated the following before the court.\n"), 20_000),
		"a.mbox": bytes.Repeat([]byte("From a@halden.example Thu Nov  3 16:20:00 2022\nFrom: a@halden.example\nSubject: x\n\nText\n\n"), 10_000),
		"a.zip":  extracttest.ZIP(t, "a.txt", "one"),
	}
	pool := testPool(t, Config{Workers: 1})
	for name, begin := range heads {
		for _, size := range []int64{gigabyte, gigabyte + 1} {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, begin, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, size); err != nil { // sparse: it takes no space
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := pool.Extract(t.Context(), Request{Path: path, Name: name})
			runtime.ReadMemStats(&after)
			if taken := after.TotalAlloc - before.TotalAlloc; taken > 64<<20 {
				t.Errorf("%s of %d bytes took %d MiB of this process", name, size, taken>>20)
			}
			code := dossier.CodeOf(err)
			switch {
			case size > gigabyte && code == dossier.CodeTooLarge:
			case size == gigabyte && (err == nil || code != "" && code != dossier.CodeInternal):
			default:
				t.Errorf("%s of %d bytes: %v", name, size, err)
			}
		}
	}
}
