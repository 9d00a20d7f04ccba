package child

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// openTerminal makes a terminal that passes on what is written to its far end
// unchanged.
func openTerminal() (near, far *os.File, err error) {
	near, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrNoTerminal, err)
	}
	raw, err := near.SyscallConn()
	if err == nil {
		err = errors.Join(raw.Control(func(fd uintptr) { far, err = farEnd(int(fd)) }), err)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrNoTerminal, errors.Join(err, near.Close()))
	}
	return near, far, nil
}

func farEnd(near int) (*os.File, error) {
	if err := unix.IoctlSetPointerInt(near, unix.TIOCSPTLCK, 0); err != nil {
		return nil, err
	}
	fd, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(near), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if errno != 0 {
		return nil, errno
	}
	settings, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
	if err == nil {
		settings.Oflag &^= unix.OPOST
		err = unix.IoctlSetTermios(int(fd), unix.TCSETS, settings)
	}
	if err != nil {
		return nil, errors.Join(err, unix.Close(int(fd)))
	}
	return os.NewFile(fd, "terminal"), nil
}
