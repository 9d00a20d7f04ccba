package pipeline

import (
	"errors"
	"os/exec"
	"syscall"

	"github.com/dossier-legal/dossier"
)

// exitFailed is the exit code of a process whose stage failed in order.
const exitFailed = 1

// Blame returns what the end of the process that tried a suspect file proves about
// the file. started: it had begun with the file; waitErr is the error of waiting
// for it, and said the end of its standard error.
//
// If the process ended normally, the worker itself tries the file: nil. If it
// crashed, by a signal of its own or by the runtime, the file is poison. If it was
// ended from outside, by the kernel when memory is short or by a person, or never
// began with the file, nothing is known, and the file is tried again later.
func Blame(started bool, waitErr error, said string) error {
	exit, failed := errors.AsType[*exec.ExitError](waitErr)
	if !started {
		return untried("could not begin: %v: %s", waitErr, said)
	}
	if !failed || exit.ExitCode() == exitFailed {
		return nil
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		switch status.Signal() {
		case syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP:
			return untried("was ended from outside: %s", exit)
		}
	}
	return Poison("%s", exit)
}

func untried(format string, args ...any) error {
	return dossier.Errorf(dossier.CodeWorkerLost, "the process that tries the file by itself "+format, args...).
		WithCure("give the machine more memory or the worker fewer tasks at once, and look at its log; the file is tried again")
}

// Poison is the error of a file that kills the processes that read it.
func Poison(format string, args ...any) error {
	return dossier.Errorf(dossier.CodePoison, "the file kills the process that reads it: "+format, args...).
		WithCure("look at the file; `dossier dead replay` tries it again")
}
