package store_test

import (
	"os"
	"path/filepath"
	"testing"
)

// The record holds the text of all documents: only its owner reads it, also where
// an earlier version made the file.
func TestRecordIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil { //nolint:gosec // that is the point
		t.Fatal(err)
	}
	openAt(t, path)
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}
