// Package child runs the programs that read hostile bytes.
//
// A damaged or malicious file can make a reader crash, hang or eat all memory.
// No reader can be trusted not to, so it runs as a process of its own, and this
// package makes that process expendable:
//
//   - It leads a process group, and Kill ends the whole group.
//   - It does not outlive its parent, however the parent dies (Linux).
//   - It sees a small environment: no setting and no secret of the parent.
//   - Confined (see [Confinement]), it reaches no network and no other process,
//     and writes to its own directory alone.
//   - Its standard error is always read, and only the last part of it is kept,
//     so a chatty program neither blocks nor fills the memory.
//   - Watch kills it when its context ends, when it holds too much memory or
//     exceeds its [Budget] of processor time. Resident memory is what counts: a
//     limit on address space would stop runtimes that reserve far more than they
//     use.
//   - What a budget ended runs once more with a larger one, alone in its [Room],
//     before that is held against the file.
package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// ErrMemory is the cause of death of a process that outgrew its cap.
var ErrMemory = errors.New("memory cap exceeded")

// ErrNoTerminal says that the system has no terminal to give to a process.
var ErrNoTerminal = errors.New("no terminal for a child")

// sampleEvery is how often Watch looks at a process: often enough to catch fast
// growth, rarely enough to cost nothing.
const sampleEvery = 50 * time.Millisecond

// budgetEvery is every how many looks the processor time is read: that of all
// descendants costs much more to find than the memory does.
const budgetEvery = 4

// longestSample is the most that the time between two looks counts.
const longestSample = time.Second

// stderrKept bounds how much of the end of standard error is remembered.
const stderrKept = 8 << 10

// inherited names the variables a child may see: where programs, libraries,
// language data and scratch space are.
var inherited = []string{"PATH", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "TMPDIR", "LANG", "LC_ALL"}

// Process is a running child. Its methods may be called from any goroutine.
type Process struct {
	Stdin  io.WriteCloser
	Stdout io.ReadCloser

	cmd    *exec.Cmd
	dir    string // its own, or ""
	stderr tail
	peak   atomic.Int64

	waitOnce sync.Once
	waitErr  error
}

// Start runs argv with the extra environment variables ("NAME=value") added to
// the small set every child gets. The caller must call Wait in the end.
func Start(argv []string, env ...string) (*Process, error) {
	return start(argv, "", false, env)
}

// start runs argv in the directory dir, which is removed in the end unless it is
// "". Standard output is a pipe or a terminal.
func start(argv []string, dir string, onTerminal bool, env []string) (*Process, error) {
	if len(argv) == 0 {
		return nil, errors.New("child: no program given")
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env, cmd.Dir = append(environment(), env...), dir
	p := &Process{cmd: cmd, dir: dir}
	cmd.Stderr = &p.stderr
	// A grandchild may keep standard error open; do not wait for it.
	cmd.WaitDelay = time.Second
	setAttributes(cmd)
	if onTerminal {
		near, far, err := openTerminal()
		if err != nil {
			return nil, err
		}
		defer far.Close() // the process has it by then
		p.Stdout, cmd.Stdout = terminal{near}, far
	}
	if err := p.begin(); err != nil {
		if onTerminal {
			err = errors.Join(err, p.Stdout.Close())
		}
		return nil, err
	}
	return p, nil
}

// begin connects what is not connected yet and starts p.
func (p *Process) begin() (err error) {
	if p.Stdin, err = p.cmd.StdinPipe(); err != nil {
		return fmt.Errorf("child: %w", err)
	}
	if p.Stdout == nil {
		if p.Stdout, err = p.cmd.StdoutPipe(); err != nil {
			return fmt.Errorf("child: %w", err)
		}
	}
	return startOnLastingThread(p.cmd)
}

// terminal is the near end of a terminal. That its far end was closed is the end
// of what can be read, not a failure.
type terminal struct{ *os.File }

func (t terminal) Read(b []byte) (int, error) {
	n, err := t.File.Read(b)
	if errors.Is(err, syscall.EIO) {
		err = io.EOF
	}
	return n, err
}

// startOnLastingThread starts cmd from a thread that never ends. The kernel
// ties "die with the parent" to the thread that made the child, and the Go
// runtime may end any other thread.
func startOnLastingThread(cmd *exec.Cmd) error {
	result := make(chan error, 1)
	spawner() <- func() { result <- cmd.Start() }
	return <-result
}

var spawner = sync.OnceValue(func() chan<- func() {
	jobs := make(chan func())
	go lastingThread(jobs)
	return jobs
})

func environment() []string {
	var env []string
	for _, v := range os.Environ() {
		if name, _, ok := strings.Cut(v, "="); ok && slices.Contains(inherited, name) {
			env = append(env, v)
		}
	}
	return env
}

// Guard watches over a process. Its methods may be called from any goroutine.
type Guard struct {
	p       *Process
	done    chan struct{}
	verdict chan error
	end     sync.Once
	cause   error

	mu      sync.Mutex
	looks   int
	used    usage
	allowed map[string]*allowance
}

// Watch guards p until [Guard.Stop]: it kills p when ctx ends, when p holds more
// than memory bytes (0 means no cap), or when p exceeds a budget set with
// [Guard.Allow].
func (p *Process) Watch(ctx context.Context, memory int64) *Guard {
	g := &Guard{p: p, done: make(chan struct{}), verdict: make(chan error, 1), allowed: map[string]*allowance{}}
	go func() { g.verdict <- g.watch(ctx, memory) }()
	return g
}

// Allow sets the budget of a piece of work, which begins now; work of the same
// name begins anew. The zero budget takes the bounds away.
func (g *Guard) Allow(work string, b Budget) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.allowed[work] = &allowance{Budget: b}
}

// Stop ends the watch and returns why p was killed: [ErrMemory], an
// [OverBudget], the cause of the context, or nil if it was not.
func (g *Guard) Stop() error {
	g.end.Do(func() {
		close(g.done)
		g.cause = <-g.verdict
	})
	return g.cause
}

func (g *Guard) watch(ctx context.Context, memory int64) error {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-g.done:
			return nil
		case <-ctx.Done():
			g.p.Kill()
			return context.Cause(ctx)
		case <-tick.C:
		}
		now := time.Now()
		err := g.sample(memory, now.Sub(last))
		last = now
		if err != nil {
			g.p.Kill()
			return err
		}
	}
}

// sample looks at the process after some time has passed. Time in which this
// process did not run either, because the machine slept or was overloaded, counts
// for little.
func (g *Guard) sample(memory int64, passed time.Duration) error {
	if memory > 0 && g.p.RSS() > memory {
		return ErrMemory
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.used.wall += min(passed, longestSample)
	g.looks++
	if len(g.allowed) == 0 || g.looks%budgetEvery != 0 {
		return nil
	}
	cpu, known := processorTime(g.p.PID())
	if cpu > g.used.cpu || !known {
		g.used.cpu, g.used.active = max(cpu, g.used.cpu), g.used.wall
	}
	for work, a := range g.allowed {
		if text := a.exceeded(g.used); text != "" {
			return &OverBudget{Work: work, text: text}
		}
	}
	return nil
}

// RSS returns the resident memory of p in bytes, 0 if it is not known.
func (p *Process) RSS() int64 {
	rss := residentMemory(p.cmd.Process.Pid)
	for {
		peak := p.peak.Load()
		if rss <= peak || p.peak.CompareAndSwap(peak, rss) {
			return rss
		}
	}
}

// PeakRSS returns the largest resident memory seen so far, in bytes.
func (p *Process) PeakRSS() int64 { return p.peak.Load() }

// Dir returns the directory of a confined process, "" for others.
func (p *Process) Dir() string { return p.dir }

// PID returns the process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Kill ends p and all its children at once. Killing a dead process does nothing.
func (p *Process) Kill() { killGroup(p.cmd.Process) }

// Wait waits for p to end and frees its resources. Everything wanted from
// Stdout must have been read before.
func (p *Process) Wait() error {
	p.waitOnce.Do(func() {
		// A process that ended well did so, however long somebody holds on to its
		// standard error, or this machine takes to read it.
		if p.waitErr = p.cmd.Wait(); errors.Is(p.waitErr, exec.ErrWaitDelay) {
			p.waitErr = nil
		}
		if t, ok := p.Stdout.(terminal); ok { // a pipe is closed already
			p.waitErr = errors.Join(p.waitErr, t.Close())
		}
		if p.dir != "" {
			p.waitErr = errors.Join(p.waitErr, os.RemoveAll(p.dir))
		}
	})
	return p.waitErr
}

// Stderr returns the last part of what p wrote to standard error.
func (p *Process) Stderr() string { return p.stderr.String() }

// tail is a writer that remembers the end of what was written.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, b[max(0, len(b)-stderrKept):]...)
	if over := len(t.buf) - stderrKept; over > 0 {
		t.buf = slices.Delete(t.buf, 0, over)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(strings.ToValidUTF8(string(t.buf), ""))
}
