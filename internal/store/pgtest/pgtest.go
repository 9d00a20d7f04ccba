// Package pgtest gives tests a real PostgreSQL: a server of their own on a free
// port, started when the first test asks for one and gone with the test binary.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the database/sql driver "pgx"
)

// Server is a running PostgreSQL.
type Server struct {
	URL string // of its database "postgres"

	dir  string // everything of it is below
	bin  string // folder of PostgreSQL's programs
	port int
	cmd  *exec.Cmd
}

var shared struct {
	sync.Mutex
	server   *Server
	err      error
	template string // name of the database that [Copy] copies, "" before the first
}

// Run runs the tests and stops the server that they shared.
func Run(m interface{ Run() int }) int {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.server != nil {
		shared.server.Close()
	}
	return code
}

// Main runs the tests like [Run], for those who wrap them.
type Main struct{ M *testing.M }

// Run implements the interface of [testing.M].
func (m Main) Run() int { return Run(m.M) }

// Database makes an empty database on the shared server and returns its
// address. The test is skipped on a machine without PostgreSQL.
func Database(t testing.TB) string {
	t.Helper()
	return create(t, func(s *Server) (string, error) { return s.NewDatabase() })
}

// Copy makes a copy of a database on the shared server and returns its address.
// prepare fills the original before the first copy and must close its
// connections; it is the same for all callers in a test binary. Like [Database],
// Copy skips the test on a machine without PostgreSQL.
func Copy(t testing.TB, prepare func(address string) error) string {
	t.Helper()
	return create(t, func(s *Server) (string, error) {
		if shared.template == "" {
			address, err := s.NewDatabase()
			if err == nil {
				err = prepare(address)
			}
			if err != nil {
				return "", err
			}
			shared.template = databaseName(address)
		}
		return s.newDatabase(" TEMPLATE " + shared.template)
	})
}

// create makes a database on the shared server, which it starts if need be.
func create(t testing.TB, database func(s *Server) (address string, err error)) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = Start("fsync=off", "full_page_writes=off")
	}
	if shared.err != nil {
		if os.IsNotExist(shared.err) {
			t.Skip("no PostgreSQL here; `make test` installs one")
		}
		t.Fatal(shared.err)
	}
	address, err := database(shared.server)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// NewDatabase makes an empty database and returns its address.
func (s *Server) NewDatabase() (string, error) { return s.newDatabase("") }

func (s *Server) newDatabase(options string) (string, error) {
	name := "test_" + strings.ToLower(rand.Text()[:10])
	db, err := sql.Open("pgx", s.URL)
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), "CREATE DATABASE "+name+options); err != nil {
		return "", err
	}
	return strings.Replace(s.URL, "/postgres?", "/"+name+"?", 1), nil
}

// databaseName returns the name of the database at an address of [Server.NewDatabase].
func databaseName(address string) string {
	path, _, _ := strings.Cut(address, "?")
	return path[strings.LastIndex(path, "/")+1:]
}

// Start starts a server with the settings, "name=value". The error is
// os.ErrNotExist on a machine without PostgreSQL.
func Start(settings ...string) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin}
	if s.dir, err = os.MkdirTemp("", "pgtest-"); err != nil {
		return nil, err
	}
	if err := s.init(settings); err != nil {
		_ = os.RemoveAll(s.dir)
		return nil, err
	}
	return s, s.Restart()
}

func (s *Server) init(settings []string) error {
	if owner := s.owner(); owner != "" {
		u, err := user.Lookup(owner)
		if err != nil {
			return err
		}
		uid, _ := strconv.Atoi(u.Uid)
		if err := os.Chown(s.dir, uid, -1); err != nil {
			return err
		}
	}
	if out, err := s.command("initdb", "-D", s.data(), "-U", "dossier", "-A", "trust", "-E", "UTF8", "--no-sync").CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return err
	}
	s.URL = fmt.Sprintf("postgres://dossier@127.0.0.1:%d/postgres?sslmode=disable", s.port)
	conf, err := os.OpenFile(filepath.Join(s.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer conf.Close()
	_, err = fmt.Fprintf(conf, "listen_addresses = '127.0.0.1'\nport = %d\nunix_socket_directories = '%s'\nmax_connections = 200\n%s\n",
		s.port, s.dir, strings.ReplaceAll(strings.Join(settings, "\n"), "=", " = "))
	return err
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// owner is the user that a server started by root runs as: PostgreSQL refuses
// to run as root.
func (s *Server) owner() string {
	if os.Geteuid() == 0 {
		return "postgres"
	}
	return ""
}

// command is one of PostgreSQL's programs, to be run as the owner. It dies with
// the test binary.
func (s *Server) command(program string, args ...string) *exec.Cmd {
	argv := append([]string{"setpriv", "--pdeathsig", "QUIT"}, filepath.Join(s.bin, program))
	if owner := s.owner(); owner != "" {
		argv = slices.Insert(argv, 3, "--reuid", owner, "--regid", owner, "--init-groups")
	}
	argv = append(argv, args...)
	cmd := exec.CommandContext(context.Background(), argv[0], argv[1:]...)
	cmd.Dir = s.dir
	return cmd
}

// Restart starts the server, after Stop, again on the same port.
func (s *Server) Restart() error {
	s.cmd = s.command("postgres", "-D", s.data())
	if err := s.cmd.Start(); err != nil {
		return err
	}
	db, err := sql.Open("pgx", s.URL)
	if err != nil {
		return err
	}
	defer db.Close()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := db.PingContext(context.Background())
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		}
	}
}

// Stop ends the server at once: connections break, what was committed stays.
func (s *Server) Stop() {
	_ = s.cmd.Process.Signal(os.Interrupt) // "fast" shutdown
	_ = s.cmd.Wait()                       // its status says that it was told to
}

// Pause freezes the server with all its sessions, as a stopped virtual machine
// is: connections stay open, and nothing answers.
func (s *Server) Pause() error { return s.signalAll(syscall.SIGSTOP) }

// Resume ends Pause.
func (s *Server) Resume() error { return s.signalAll(syscall.SIGCONT) }

// signalAll sends a signal to the server's first process and to its children,
// each of which is a session or a helper and has none of its own.
func (s *Server) signalAll(sig syscall.Signal) error {
	if err := s.cmd.Process.Signal(sig); err != nil { // first of all, so that it starts no more
		return err
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", s.cmd.Process.Pid))
	if err != nil {
		return err
	}
	for child := range strings.FieldsSeq(string(children)) {
		pid, err := strconv.Atoi(child)
		if err != nil {
			return err
		}
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	return nil
}

// Close ends the server and removes everything of it.
func (s *Server) Close() {
	s.Stop()
	_ = os.RemoveAll(s.dir)
}

// programs is the folder of PostgreSQL's programs: Debian keeps them out of the
// way.
func programs() (string, error) {
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(real), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(found) == 0 {
		return "", os.ErrNotExist
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// RowsRead returns how many rows, and entries of indexes, were read of a
// database's tables. It waits until its other sessions have ended: they report
// what they read when they do.
func RowsRead(t testing.TB, address string) (rows int64) {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		var others int
		if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`).Scan(&others); err != nil {
			t.Fatal(err)
		}
		if others == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d sessions do not end", others)
		}
	}
	if err := db.QueryRowContext(t.Context(), `SELECT (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables)
		+ (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes)`).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	return rows
}
