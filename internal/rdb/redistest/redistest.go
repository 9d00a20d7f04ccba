// Package redistest gives tests a Redis of each kind that dossier runs on: the
// embedded one, a real redis-server with numbered databases, and one with a
// single database, where keys have prefixes.
package redistest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dossier-legal/dossier/internal/rdb"
)

// Each runs f against the embedded Redis and against real servers with sixteen
// databases and with one, at the same time. The real ones are skipped, with a message, on a
// machine that has no redis-server.
func Each(t *testing.T, f func(t *testing.T, r *rdb.Redis)) {
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		f(t, Open(t, rdb.Config{}))
	})
	t.Run("redis-server", func(t *testing.T) {
		t.Parallel()
		f(t, Open(t, rdb.Config{URL: Start(t)}))
	})
	t.Run("redis-server with one database", func(t *testing.T) {
		t.Parallel()
		f(t, Open(t, rdb.Config{URL: Start(t, "--databases", "1")}))
	})
}

// Open opens a Redis for the test.
func Open(t testing.TB, cfg rdb.Config) *rdb.Redis {
	t.Helper()
	r, err := rdb.Open(t.Context(), cfg)
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

// Start starts a redis-server for the test and returns its address; args are
// options as on its command line.
func Start(t testing.TB, args ...string) string {
	t.Helper()
	return Launch(t, args...).URL
}

// Server is a redis-server that a test may harm. It keeps nothing on disk: what
// it held is gone when it stops.
type Server struct {
	URL  string // redis://127.0.0.1:port
	Port int

	t         testing.TB
	arguments func(port int) []string
	cmd       *exec.Cmd
}

// Launch starts a redis-server for the test; args are options as on its command
// line. It is gone when the test ends.
func Launch(t testing.TB, args ...string) *Server {
	t.Helper()
	dir := t.TempDir()
	return launch(t, func(port int) []string {
		return append([]string{"--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--save", "", "--dir", dir}, args...)
	})
}

// launch starts a redis-server with the arguments for a free port.
func launch(t testing.TB, arguments func(port int) []string) *Server {
	t.Helper()
	s := &Server{t: t, arguments: arguments}
	t.Cleanup(func() {
		if s.cmd != nil {
			s.Stop()
		}
	})
	for range 5 { // somebody may take the free port before us
		s.Port = freePort(t)
		s.URL = fmt.Sprintf("redis://127.0.0.1:%d", s.Port)
		if s.run() {
			return s
		}
	}
	t.Fatal("redis-server does not start")
	return nil
}

// run starts the process and reports whether it serves.
func (s *Server) run() bool {
	s.t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		s.t.Skip("no redis-server here; `make test` installs one")
	}
	s.cmd = exec.Command(path, s.arguments(s.Port)...)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	log := bufio.NewScanner(out)
	for log.Scan() {
		if strings.Contains(log.Text(), "Ready to accept connections") || strings.Contains(log.Text(), "Sentinel ID is") {
			go func() { _, _ = io.Copy(io.Discard, out) }() // until it is killed
			return true
		}
	}
	_ = s.cmd.Wait() // it ended by itself, most likely because of the port
	s.cmd = nil
	return false
}

// Stop kills the server.
func (s *Server) Stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // killed: its error says so
	s.cmd = nil
}

// Restart starts the stopped server again, empty, on the same port.
func (s *Server) Restart() {
	s.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !s.run(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("redis-server does not start again on port %d", s.Port)
		}
	}
}

// Pause makes the server hang, connections open, until Resume.
func (s *Server) Pause() { s.signal(syscall.SIGSTOP) }

// Resume ends Pause.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
