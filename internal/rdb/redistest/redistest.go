// Package redistest gives tests a Redis of each kind that dossier runs on: the
// embedded one, and a real redis-server started on a free port.
package redistest

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"testing"
	"time"

	"dossier/internal/rdb"
)

// Each runs f against the embedded Redis and against a real redis-server. The
// latter is skipped, with a message, on a machine that has none.
func Each(t *testing.T, f func(t *testing.T, r *rdb.Redis)) {
	t.Run("embedded", func(t *testing.T) { f(t, Open(t, "")) })
	t.Run("redis-server", func(t *testing.T) { f(t, Open(t, Start(t))) })
}

// Open connects to the server at url, or starts an embedded one if url is "".
func Open(t *testing.T, url string) *rdb.Redis {
	t.Helper()
	r, err := rdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// Start starts a redis-server for the test and returns its address.
func Start(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("no redis-server here; `make test` installs one")
	}
	port := freePort(t)
	cmd := exec.Command(path, "--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed: its error says so
	})
	url := fmt.Sprintf("redis://127.0.0.1:%d", port)
	r := Open(t, url)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		err := r.For(rdb.Broker).Ping(context.Background()).Err()
		if err == nil {
			return url
		}
		if time.Now().After(deadline) {
			t.Fatalf("redis-server does not answer: %v", err)
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
