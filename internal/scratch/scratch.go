// Package scratch makes directories for intermediate files of one process, and
// locks directories that one process at a time may work on. A lock is that of an
// open file: the system releases it when the process ends, also by a crash, and
// so others can tell what dead processes left.
package scratch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/dossier-legal/dossier"
)

// Lock locks a directory for this process until the file that it returns is
// closed. If another process has it, the error has CodeDataDirBusy.
func Lock(dir string) (*os.File, error) {
	f, err := lockFile(filepath.Join(dir, "lock"), unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, dossier.Errorf(dossier.CodeDataDirBusy, "another dossier is at work here").
			About(dir).WithCure("wait until it ends, or name another directory with --data")
	}
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeUnreadable, "cannot take the lock: %w", err).
			About(dir).WithCure("check the permissions of the data directory")
	}
	return f, nil
}

// lockFile locks a file, which is created if it is missing. If another process has
// it, it waits, or with unix.LOCK_NB returns EWOULDBLOCK.
func lockFile(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|how); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Dir is a directory for intermediate files of this process. Its lock tells
// others that the process lives.
type Dir struct {
	Path string
	lock *os.File
}

// New makes a directory below root, which is created if it is missing, and removes
// the directories of dead processes.
func New(root string) (*Dir, error) {
	d, err := create(root)
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeStorage, "cannot make scratch space: %w", err).About(root).
			WithCure("check the permissions of the data directory and the space left there")
	}
	return d, nil
}

func create(root string) (*Dir, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, err
	}
	starting, err := lockFile(root+".lock", 0) // one process at a time, until its directory is locked
	if err != nil {
		return nil, err
	}
	defer starting.Close()
	if err := sweep(root); err != nil {
		return nil, err
	}
	d := &Dir{}
	if d.Path, err = os.MkdirTemp(root, "process-"); err != nil {
		return nil, err
	}
	if d.lock, err = lockFile(filepath.Join(d.Path, "lock"), unix.LOCK_NB); err != nil {
		return nil, err
	}
	return d, nil
}

// sweep removes the directories of dead processes.
func sweep(root string) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		old := filepath.Join(root, entry.Name())
		lock, err := lockFile(filepath.Join(old, "lock"), unix.LOCK_NB)
		switch {
		case errors.Is(err, unix.EWOULDBLOCK): // its owner lives
			continue
		case err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ENOTDIR):
			return err
		}
		if err := os.RemoveAll(old); err != nil {
			return err
		}
		if lock != nil {
			_ = lock.Close() // of a file that is gone
		}
	}
	return nil
}

// Remove removes the directory and releases its lock.
func (d *Dir) Remove() error { return errors.Join(os.RemoveAll(d.Path), d.lock.Close()) }
