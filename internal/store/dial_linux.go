package store

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// giveUp makes a connection fail when what was sent is not acknowledged for
// unacknowledged.
func giveUp(network, _ string, c syscall.RawConn) error {
	if network == "unix" {
		return nil
	}
	var err error
	if controlErr := c.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(unacknowledged.Milliseconds()))
	}); controlErr != nil {
		return controlErr
	}
	return err
}
