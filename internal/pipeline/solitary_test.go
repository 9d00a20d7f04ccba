package pipeline

import (
	"os/exec"
	"testing"

	"github.com/dossier-legal/dossier"
)

// TestBlame ends processes in every way and asks what that says of the file that
// they tried.
func TestBlame(t *testing.T) {
	for _, tt := range []struct {
		script  string
		started bool
		want    dossier.Code
	}{
		{"exit 0", true, ""},
		{"exit 1", true, ""},                 // the stage failed: the worker fails in the same way
		{"exit 2", true, dossier.CodePoison}, // the Go runtime gives up
		{"kill -SEGV $$", true, dossier.CodePoison},
		{"kill -ABRT $$", true, dossier.CodePoison},
		{"kill -KILL $$", true, dossier.CodeWorkerLost}, // the kernel, when memory is short
		{"kill -TERM $$", true, dossier.CodeWorkerLost},
		{"exit 0", false, dossier.CodeWorkerLost},
		{"exit 1", false, dossier.CodeWorkerLost}, // the record cannot be opened
		{"exit 2", false, dossier.CodeWorkerLost}, // the command line is that of another version
		{"kill -SEGV $$", false, dossier.CodeWorkerLost},
	} {
		err := Blame(tt.started, exec.Command("sh", "-c", tt.script).Run(), "")
		if got := dossier.CodeOf(err); got != tt.want {
			t.Errorf("%s, started %v: %v, want %q", tt.script, tt.started, err, tt.want)
		}
	}
	if dossier.CategoryOf(untried("")) != dossier.Transient {
		t.Error("a file of which nothing is known is not tried again")
	}
}
