package main

import (
	"cmp"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"dossier/internal/extract"
	"dossier/internal/pipeline"
	"dossier/internal/store/pgtest"
)

// TestMain lets this test binary be the dossier command, so that scripts and
// tests run real processes.
func TestMain(m *testing.M) {
	testscript.Main(withPostgres{m}, map[string]func(){"dossier": main, "dossier-paid": paidMain})
}

// paidMain is dossier with a provider that is paid for every file it reads.
func paidMain() {
	limit, err := strconv.Atoi(cmp.Or(os.Getenv("PROVIDER_LIMIT"), "0"))
	if err != nil {
		panic(err)
	}
	extractor = func(pool *extract.Pool) pipeline.Extractor { return paidExtractor{pool, os.Getenv("PROVIDER"), limit} }
	main()
}

// withPostgres stops the server that the tests shared.
type withPostgres struct{ m *testing.M }

func (w withPostgres) Run() int { return pgtest.Run(w.m) }

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
