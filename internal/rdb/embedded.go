package rdb

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// embedded is the in-process server with the clock that expires its keys.
type embedded struct {
	server *miniredis.Miniredis
	quit   chan struct{}
	done   sync.WaitGroup

	mu      sync.Mutex
	stopped bool
}

func startEmbedded() *embedded {
	e := &embedded{server: miniredis.NewMiniRedis(), quit: make(chan struct{})}
	e.done.Go(e.expire)
	return e
}

const (
	// minInterval is the interval at which keys are aged: a key may expire that much
	// early.
	minInterval = 100 * time.Millisecond
	// maxInterval caps the interval; expiry may use at most 1/idleFactor of the time
	// even when there are many keys.
	maxInterval = time.Second
	idleFactor  = 20
)

// expire ages the keys: the server's own clock mode looks at every key on every
// command. After a stall it ages them by no more than it meant to wait, so that
// none that was made meanwhile goes early.
func (e *embedded) expire() {
	var took [8]time.Duration // of the last times: the least is without stalls
	for n, wait := 0, minInterval; ; n++ {
		select {
		case <-time.After(wait):
			began := time.Now()
			e.server.FastForward(wait)
			took[n%len(took)] = time.Since(began)
			wait = min(max(minInterval, idleFactor*slices.Min(took[:])), maxInterval)
		case <-e.quit:
			return
		}
	}
}

// dial connects to the server. Its own pipe has no buffer: a client that writes
// a long pipeline before it reads the first answer would block the server, and
// with it itself, for ever. So its answers are spooled.
func (e *embedded) dial(context.Context, string, string) (net.Conn, error) {
	server, err := e.connect()
	if err != nil {
		return nil, fmt.Errorf("embedded Redis: %w", err)
	}
	client, relay := net.Pipe()
	go func() {
		_, _ = io.Copy(server, relay) // either side going away ends both
		_ = server.Close()
	}()
	go spool(relay, server)
	return client, nil
}

// connect connects to the server unless it was stopped: it would start again. A
// pool of connections may still dial in the background when its client closes.
func (e *embedded) connect() (net.Conn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopped {
		return nil, net.ErrClosed
	}
	return e.server.Dial()
}

// spool copies src to dst without ever letting src wait for dst, until either
// goes away.
func spool(dst, src net.Conn) {
	var mu sync.Mutex
	var waiting []byte
	ended := false
	more := sync.NewCond(&mu)
	go func() {
		buf := make([]byte, 16<<10)
		for {
			n, err := src.Read(buf)
			mu.Lock()
			waiting = append(waiting, buf[:n]...)
			ended = err != nil
			mu.Unlock()
			more.Signal()
			if err != nil {
				return
			}
		}
	}()
	for {
		mu.Lock()
		for len(waiting) == 0 && !ended {
			more.Wait()
		}
		out := waiting
		waiting = nil
		mu.Unlock()
		if _, err := dst.Write(out); err != nil || len(out) == 0 {
			_ = dst.Close()
			_ = src.Close()
			return
		}
	}
}

func (e *embedded) stop() {
	close(e.quit)
	e.done.Wait()
	e.mu.Lock()
	e.stopped = true
	e.mu.Unlock()
	e.server.Close()
}
