package main

import (
	"cmp"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/paid"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
)

// TestMain lets this test binary be the dossier command, so that scripts and
// tests run real processes.
func TestMain(m *testing.M) {
	testscript.Main(withShared{m}, map[string]func(){"dossier": main, "dossier-paid": paidMain})
}

// paidMain is dossier with a provider that is paid for every file it reads.
func paidMain() {
	limit, err := strconv.Atoi(cmp.Or(os.Getenv("PROVIDER_LIMIT"), "0"))
	if err != nil {
		panic(err)
	}
	extractor = func(pool *extract.Pool) paid.Extractor { return paidExtractor{pool, os.Getenv("PROVIDER"), limit} }
	main()
}

// withShared removes what the tests shared: a server, and files.
type withShared struct{ m *testing.M }

// sharedDir is a folder that lasts as long as the tests.
var sharedDir string

func (w withShared) Run() (code int) {
	var err error
	if sharedDir, err = os.MkdirTemp("", "dossier-tests-"); err != nil {
		panic(err)
	}
	defer func() {
		if err := os.RemoveAll(sharedDir); err != nil {
			panic(err)
		}
	}()
	return pgtest.Run(w.m)
}

func TestScripts(t *testing.T) {
	cache, err := os.UserCacheDir() // compiled PDFium is worth keeping between runs
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("DOSSIER_DATA", e.WorkDir+"/data")
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("XDG_CACHE_HOME", cache)
			path, err := exec.LookPath("dossier")
			e.Setenv("DOSSIER", path)
			return err
		},
	})
}
