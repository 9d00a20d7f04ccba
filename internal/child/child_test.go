//go:build unix

package child

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary play the children that misbehave.
func TestMain(m *testing.M) {
	role := ""
	if len(os.Args) > 1 {
		role = os.Args[1]
	}
	switch role {
	case "role-eat":
		var hoard [][]byte
		for {
			b := make([]byte, 8<<20)
			for i := range b {
				b[i] = 1
			}
			hoard = append(hoard, b)
			time.Sleep(10 * time.Millisecond)
			if len(hoard) == 25 { // enough, however late the watcher looks
				time.Sleep(2 * time.Minute)
				os.Exit(3)
			}
		}
	case "role-work":
		for n := 1; n > 0; n = n%7 + 1 { // until it is killed
		}
	case "role-chat":
		for range 10_000 {
			fmt.Fprintln(os.Stderr, strings.Repeat("noise ", 20))
		}
		fmt.Fprint(os.Stderr, "the end")
	case "role-env":
		fmt.Print(strings.Join(os.Environ(), "\n"))
	case "role-prisoner":
		playPrisoner()
	case "role-parent":
		playParent()
	default:
		os.Exit(m.Run())
	}
}

// playParent starts a child that would sleep long, tells its number and waits
// to be killed.
func playParent() {
	p, err := Start([]string{"sleep", "60"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(p.PID())
	time.Sleep(time.Minute)
}

func startRole(t *testing.T, role string, env ...string) *Process {
	t.Helper()
	p, err := Start([]string{os.Args[0], role}, env...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	return p
}

func TestWatchKillsAtMemoryCap(t *testing.T) {
	p := startRole(t, "role-eat")
	guard := p.Watch(context.Background(), 100<<20)
	if err := p.Wait(); err == nil {
		t.Error("the process ended well")
	}
	if err := guard.Stop(); !errors.Is(err, ErrMemory) {
		t.Errorf("cause of death %v, want %v", err, ErrMemory)
	}
	if peak := p.PeakRSS(); peak < 100<<20 || peak > 300<<20 {
		t.Errorf("peak %d MiB, want a little over 100", peak>>20)
	}
}

func TestWatchKillsGroupWithContext(t *testing.T) {
	// The shell's own child keeps the pipe open until it is killed, too.
	p, err := Start([]string{"sh", "-c", "sleep 60 & wait"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	guard := p.Watch(ctx, 0)
	start := time.Now()
	if _, err := io.ReadAll(p.Stdout); err != nil {
		t.Error(err)
	}
	if err := p.Wait(); err == nil {
		t.Error("the process ended well")
	}
	if err := guard.Stop(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("cause of death %v", err)
	}
	if took := time.Since(start); took > 40*time.Second { // by themselves they live for sixty
		t.Errorf("the group lived for %v", took)
	}
}

func TestWatchLetsWellBehavedEnd(t *testing.T) {
	p, err := Start([]string{"cat"})
	if err != nil {
		t.Fatal(err)
	}
	guard := p.Watch(context.Background(), 1<<30)
	if _, err := io.WriteString(p.Stdin, "hello"); err != nil {
		t.Fatal(err)
	}
	if err := p.Stdin.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(p.Stdout)
	if err != nil || string(out) != "hello" {
		t.Errorf("output %q, %v", out, err)
	}
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
	if err := guard.Stop(); err != nil {
		t.Error(err)
	}
}

// TestGoodEndCounts has a process end well that leaves another one behind with
// its standard error.
func TestGoodEndCounts(t *testing.T) {
	p, err := Start([]string{"sh", "-c", "sleep 60 >/dev/null & exit 0"})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	_ = syscall.Kill(-p.PID(), syscall.SIGKILL) // the one left behind
}

func TestStderrIsBounded(t *testing.T) {
	p := startRole(t, "role-chat")
	if err := p.Wait(); err != nil {
		t.Fatal(err)
	}
	if s := p.Stderr(); len(s) > stderrKept || !strings.HasSuffix(s, "the end") {
		t.Errorf("kept %d bytes ending in %q", len(s), s[max(0, len(s)-20):])
	}
}

func TestEnvironmentHoldsNoSecrets(t *testing.T) {
	t.Setenv("DOSSIER_TEST_SECRET", "s3cret")
	p := startRole(t, "role-env", "EXTRA=yes")
	out, err := io.ReadAll(p.Stdout)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Fatal(err)
	}
	if env := string(out); strings.Contains(env, "s3cret") || !strings.Contains(env, "EXTRA=yes") {
		t.Errorf("environment of the child:\n%s", env)
	}
}

// TestChildDiesWithParent kills a parent without a chance to clean up.
func TestChildDiesWithParent(t *testing.T) {
	if _, err := os.Stat("/proc/self/statm"); err != nil {
		t.Skip("only Linux ties a child to its parent")
	}
	parent := exec.Command(os.Args[0], "role-parent")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := parent.Wait(); err == nil {
		t.Error("the parent ended well")
	}
	for range 600 { // half the time that it would sleep
		if !alive(pid) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("process %d outlived its parent", pid)
}

// alive reports whether pid runs; a dead process that nobody waited for does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func TestStartFails(t *testing.T) {
	if _, err := Start(nil); err == nil {
		t.Error("started nothing")
	}
	if _, err := Start([]string{"/no/such/program"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing program: %v", err)
	}
}
