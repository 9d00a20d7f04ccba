//go:build !linux

package child

import (
	"os"
	"os/exec"
	"time"
)

// Elsewhere a child is a plain process: it is killed alone, its memory and
// processor time are not watched, and it ends by itself when its standard input
// closes.

func setAttributes(*exec.Cmd) {}

func lastingThread(jobs <-chan func()) {
	for job := range jobs {
		job()
	}
}

// killGroup ends p. The error says that it is gone already, which is what was
// wanted.
func killGroup(p *os.Process) { _ = p.Kill() }

func residentMemory(int) int64 { return 0 }

// TreeRSS is not known here.
func TreeRSS() int64 { return 0 }

// processorTime is not known here: of a budget only Wall holds.
func processorTime(int) (time.Duration, bool) { return 0, false }

// openTerminal is not done here.
func openTerminal() (near, far *os.File, err error) { return nil, nil, ErrNoTerminal }
