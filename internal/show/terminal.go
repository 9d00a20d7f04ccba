package show

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/term"
)

// Terminal returns the terminal that a stream writes to or reads from, if it is
// one.
func Terminal(stream any) (*os.File, bool) {
	if p, ok := stream.(*Pager); ok {
		return p.terminal, true
	}
	f, ok := stream.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// Width is the width of a terminal in columns, 0 for any other writer.
func Width(w io.Writer) int {
	if f, ok := Terminal(w); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil {
			return n
		}
	}
	return 0
}

// Interactive returns the terminal that a stream writes to, if it is one whose cursor
// can be moved.
func Interactive(stream any) (*os.File, bool) {
	f, ok := Terminal(stream)
	return f, ok && capable()
}

// capable reports whether a terminal understands sequences that move the
// cursor.
func capable() bool { return os.Getenv("TERM") != "dumb" }

// Styled reports whether what goes to w may have colours and bold letters: on a
// terminal, unless it is a dumb one or NO_COLOR is set (https://no-color.org).
func Styled(w io.Writer) bool {
	_, ok := Interactive(w)
	return ok && os.Getenv("NO_COLOR") == ""
}

// ErrQuit is the error of writing to a pager that was quit. It is no failure of
// a command.
var ErrQuit = errors.New("the pager was quit")

// defaultPager shows what is longer than the terminal, and leaves it there.
const defaultPager = "less -FRX"

// Pager writes to a terminal, and through $PAGER what is longer than the
// terminal. An empty PAGER, and a dumb terminal, have none.
type Pager struct {
	terminal *os.File
	out      io.Writer // what the pager writes to
	lines    int       // of the terminal
	held     bytes.Buffer
	command  string
	process  *exec.Cmd // nil until there is more than a screen
	in       io.WriteCloser
}

// NewPager returns a pager for a terminal.
func NewPager(terminal *os.File) *Pager {
	p := &Pager{terminal: terminal, out: terminal, command: defaultPager}
	if command, ok := os.LookupEnv("PAGER"); ok {
		p.command = command
	}
	if strings.TrimSpace(p.command) == "" || !capable() {
		p.command = ""
	}
	if _, height, err := term.GetSize(int(terminal.Fd())); err == nil {
		p.lines = height
	}
	return p
}

// Write implements [io.Writer]. It returns [ErrQuit] after the pager was quit.
func (p *Pager) Write(b []byte) (int, error) {
	switch {
	case p.command == "":
		return p.out.Write(b)
	case p.process != nil:
		return p.send(b)
	}
	p.held.Write(b)
	if bytes.Count(p.held.Bytes(), []byte("\n")) < p.lines {
		return len(b), nil
	}
	if err := p.start(); err != nil { // there is no such pager: the terminal gets it all
		p.command = ""
		_, err := p.held.WriteTo(p.out)
		return len(b), err
	}
	_, err := p.send(p.held.Bytes())
	return len(b), err
}

// start starts the pager, a command of the shell.
func (p *Pager) start() error {
	if _, err := exec.LookPath(strings.Fields(p.command)[0]); err != nil {
		return err
	}
	process := exec.Command("sh", "-c", p.command) //nolint:gosec,noctx // the user's own command, which ends when it is quit
	process.Stdout, process.Stderr = p.out, os.Stderr
	in, err := process.StdinPipe()
	if err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return err
	}
	p.process, p.in = process, in
	return nil
}

func (p *Pager) send(b []byte) (int, error) {
	n, err := p.in.Write(b)
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrClosed) {
		return n, ErrQuit
	}
	return n, err
}

// Close writes what was less than a screen, or waits until the pager is quit.
func (p *Pager) Close() error {
	if p.process == nil {
		_, err := p.held.WriteTo(p.out)
		return err
	}
	err := p.in.Close()
	if errors.Is(err, syscall.EPIPE) {
		err = nil
	}
	quit := p.process.Wait()
	if _, ended := errors.AsType[*exec.ExitError](quit); ended { // how it was quit does not matter
		quit = nil
	}
	return cmp.Or(err, quit)
}

// EndPage closes a pager after a command that returned an error. That the pager
// was quit is none.
func EndPage(p *Pager, err error) error {
	if closing := p.Close(); closing != nil {
		err = errors.Join(err, closing)
	}
	if errors.Is(err, ErrQuit) {
		return nil
	}
	return err
}
