package pipeline

import (
	"testing"

	"github.com/dossier-legal/dossier"
)

// TestStorageFault has an original that is away: the storage is at fault, not
// the file, so it is tried again.
func TestStorageFault(t *testing.T) {
	away := dossier.Errorf(dossier.CodeUnreadable, "cannot read the file: no such file or directory")
	if err := storageFault(away); dossier.CategoryOf(err) != dossier.Resource {
		t.Errorf("an original that is away gives %v", err)
	}
	damaged := dossier.Errorf(dossier.CodeDamaged, "no pages")
	if err := storageFault(damaged); dossier.CodeOf(err) != dossier.CodeDamaged {
		t.Errorf("a damaged file gives %v", err)
	}
}
