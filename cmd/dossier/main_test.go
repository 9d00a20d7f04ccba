package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets this test binary be the dossier command, so that scripts and
// tests run real processes.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"dossier": main})
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
