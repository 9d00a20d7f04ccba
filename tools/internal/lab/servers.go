package lab

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"

	"github.com/dossier-legal/dossier/internal/store/pgtest"
)

// Servers are a redis-server and a PostgreSQL of this run's own, with the
// settings they come with: PostgreSQL syncs what it commits.
type Servers struct {
	Redis    string // address
	postgres *pgtest.Server
	redis    *exec.Cmd
	dir      string
}

// StartServers starts both; settings are PostgreSQL's, "name=value".
func StartServers(settings ...string) (s *Servers, err error) {
	s = &Servers{}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if s.postgres, err = pgtest.Start(settings...); err != nil {
		return s, err
	}
	return s, s.startRedis()
}

func (s *Servers) startRedis() error {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "bench-redis-"); err != nil {
		return err
	}
	s.redis = exec.CommandContext(context.Background(), "redis-server", "--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--save", "", "--dir", s.dir)
	out, err := s.redis.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.redis.Start(); err != nil {
		return err
	}
	s.Redis = fmt.Sprintf("redis://127.0.0.1:%d", port)
	for log := bufio.NewScanner(out); log.Scan(); {
		if strings.Contains(log.Text(), "Ready to accept connections") {
			go func() { _, _ = out.Read(make([]byte, 1<<20)) }()
			return nil
		}
	}
	return fmt.Errorf("redis-server does not start on port %d", port)
}

// Database makes an empty database and returns its address.
func (s *Servers) Database() (string, error) { return s.postgres.NewDatabase() }

// Work returns what PostgreSQL has done for the database at address so far.
func (s *Servers) Work(address string) (pgtest.Work, error) { return s.postgres.Work(address) }

// TopStatements lists the statements of a database that took most time.
func (s *Servers) TopStatements(address string, n int) ([]string, error) {
	return s.postgres.TopStatements(address, n)
}

// Close stops both.
func (s *Servers) Close() {
	if s.redis != nil && s.redis.Process != nil {
		_ = s.redis.Process.Kill()
		_ = s.redis.Wait() // killed: its status says so
	}
	if s.postgres != nil {
		s.postgres.Close()
	}
	_ = os.RemoveAll(s.dir)
}
