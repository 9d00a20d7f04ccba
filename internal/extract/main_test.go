package extract

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dossier-legal/dossier/internal/extract/readers"
)

const childFlag = "extract-child"

// TestMain lets the test binary be its own child, as the real program is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == childFlag {
		os.Exit(readers.Main(os.Args[2:], os.Stdin, os.Stdout))
	}
	os.Exit(runTests(m))
}

// sharedDir is a folder that lasts as long as the tests.
var sharedDir string

func runTests(m *testing.M) (code int) {
	var err error
	if sharedDir, err = os.MkdirTemp("", "extract-tests-"); err != nil {
		panic(err)
	}
	defer func() {
		if err := os.RemoveAll(sharedDir); err != nil {
			panic(err)
		}
	}()
	return m.Run()
}

// testPool returns a pool whose children are this test binary. Compiled code
// is kept between runs of the tests.
func testPool(t testing.TB, cfg Config) *Pool {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cfg.Exe = []string{exe, childFlag}
	if cfg.CacheDir == "" {
		cfg.CacheDir = filepath.Join(os.TempDir(), "dossier-test-pdfium")
	}
	p, err := NewPool(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}
