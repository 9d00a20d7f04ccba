package pdfwasm

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The embedded module is the one of the library, at the version in go.mod.
func TestModuleIsTheOneOfTheLibrary(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/klippa-app/go-pdfium").Output()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "webassembly", "pdfium.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Module()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the embedded module has %d bytes and differs from the library's %d: run go generate ./internal/pdfwasm", len(got), len(want))
	}
}

func BenchmarkModule(b *testing.B) {
	for b.Loop() {
		if _, err := Module(); err != nil {
			b.Fatal(err)
		}
	}
}
