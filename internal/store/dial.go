package store

import (
	"net"
	"time"
)

// unacknowledged is how long a server may leave what was sent to it
// unacknowledged before its connection counts as dead.
const unacknowledged = 20 * time.Second

// dialer connects to a server so that a machine that is gone, or a network that
// was cut, is noticed within half a minute, and not after the two hours that
// are the system's default.
func dialer() *net.Dialer {
	return &net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3},
		Control:         giveUp,
	}
}
