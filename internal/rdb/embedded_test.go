package rdb

import (
	"errors"
	"net"
	"testing"
)

// A server that was stopped stays so, whoever still dials.
func TestStoppedServerIsNotDialled(t *testing.T) {
	t.Parallel()
	e := startEmbedded()
	conn, err := e.dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	e.stop()
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if _, err := e.dial(t.Context(), "", ""); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after the stop: %v", err)
	}
}
