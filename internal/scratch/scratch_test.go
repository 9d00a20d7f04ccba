package scratch

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dossier-legal/dossier"
)

func TestSecondLockIsRefused(t *testing.T) {
	dir := t.TempDir()
	first, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); dossier.CodeOf(err) != dossier.CodeDataDirBusy {
		t.Errorf("a second lock: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Lock(dir)
	if err != nil {
		t.Fatalf("a lock that was released: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestDirectoriesOfDeadProcessesGo(t *testing.T) {
	root := filepath.Join(t.TempDir(), "tmp")
	living, err := New(root)
	if err != nil {
		t.Fatal(err)
	}
	dead := filepath.Join(root, "process-dead")
	if err := os.MkdirAll(filepath.Join(dead, "inside"), 0o700); err != nil {
		t.Fatal(err)
	}
	stray := filepath.Join(root, "stray")
	if err := os.WriteFile(stray, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	second, err := New(root)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{dead: false, stray: false, living.Path: true, second.Path: true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", path, err == nil, want)
		}
	}
	for _, d := range []*Dir{living, second} {
		if err := d.Remove(); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadDir(root); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}
