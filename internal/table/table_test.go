package table

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestWriteAndRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.gz")
	if err := Write(path, []string{"b\t2", "a\t1", "b\t2"}); err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := slices.Collect(Lines("t", packed)), []string{"a\t1", "b\t2"}; !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
	defer func() {
		if recover() == nil {
			t.Error("a damaged table was read")
		}
	}()
	Lines("t", packed[:10])
}
