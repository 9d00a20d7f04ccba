//go:build linux

package child

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestExceeded(t *testing.T) {
	const s = time.Second
	b := Budget{CPU: 10 * s, Idle: 60 * s, Wall: 300 * s}
	tests := []struct {
		name string
		used usage
		want string
	}{
		{"worked enough", usage{cpu: 10 * s, wall: 200 * s, active: 199 * s}, ""},
		{"worked too long", usage{cpu: 11 * s, wall: 11 * s, active: 11 * s}, "took longer than 10s of processor time"},
		{"frozen for a minute", usage{cpu: s, wall: 60 * s, active: 0}, ""},
		{"hung", usage{cpu: s, wall: 100 * s, active: 30 * s}, "did nothing for 1m0s"},
		{"crawled", usage{cpu: 9 * s, wall: 301 * s, active: 301 * s}, "took longer than 5m0s"},
	}
	for _, tt := range tests {
		a := &allowance{Budget: b, begun: true}
		if got := a.exceeded(tt.used); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	late := &allowance{Budget: b} // what was used before does not count
	if got := late.exceeded(usage{cpu: 99 * s, wall: 999 * s, active: 1 * s}); got != "" {
		t.Errorf("a new piece of work: %q", got)
	}
	if got := (&allowance{begun: true}).exceeded(usage{cpu: 999 * s, wall: 9999 * s}); got != "" {
		t.Errorf("without a budget: %q", got)
	}
}

func TestWatchKillsAfterProcessorTime(t *testing.T) {
	for _, argv := range [][]string{{"sh", "-c", "while :; do :; done"}, {"sh", "-c", "(while :; do :; done) & wait"}} {
		p, err := Start(argv)
		if err != nil {
			t.Fatal(err)
		}
		guard := p.Watch(context.Background(), 0)
		guard.Allow("work", Budget{CPU: 300 * time.Millisecond})
		if err := p.Wait(); err == nil {
			t.Error("the process ended well")
		}
		over, ok := errors.AsType[*OverBudget](guard.Stop())
		if !ok || over.Work != "work" || !strings.Contains(over.Error(), "processor time") {
			t.Errorf("%v: cause of death %v", argv, over)
		}
	}
}

// TestFrozenProcessKeepsItsBudget stops a process for as long as 64 s by the
// guard's count, then for so long that it must count as hung.
func TestFrozenProcessKeepsItsBudget(t *testing.T) {
	p := startRole(t, "role-work")
	if err := syscall.Kill(p.PID(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	waitStopped(t, p.PID())
	g := &Guard{p: p, allowed: map[string]*allowance{}}
	g.Allow("work", Work(time.Minute))
	for range 64 {
		if err := g.sample(0, time.Second); err != nil {
			t.Fatalf("frozen for a minute: %v", err)
		}
	}
	if err := g.sample(0, time.Hour); err != nil {
		t.Errorf("after this process slept for an hour itself: %v", err)
	}
	var err error
	for range 200 {
		if err = g.sample(0, time.Second); err != nil {
			break
		}
	}
	if !isOverBudget(err) {
		t.Errorf("frozen for four minutes: %v", err)
	}
	p.Kill()
	_ = p.Wait() // it was killed
}

func waitStopped(t *testing.T, pid int) {
	t.Helper()
	for range 1000 {
		if cpu, ok := processorTime(pid); ok {
			time.Sleep(20 * time.Millisecond)
			if again, _ := processorTime(pid); again == cpu {
				return
			}
		}
	}
	t.Fatal("the process does not stop")
}

var errOver = &OverBudget{Work: "work", text: "took longer than 1s of processor time"}

// TestRoomRunsAloneAfterBudget has many runs side by side, each of which exceeds
// its budget at first: the second run has more and nothing beside it.
func TestRoomRunsAloneAfterBudget(t *testing.T) {
	r := NewRoom(4)
	var inside, together atomic.Int32
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			tries := 0
			err := r.Run(context.Background(), func(times int) error {
				n := inside.Add(1)
				defer inside.Add(-1)
				tries++
				if times == 1 {
					together.Store(max(together.Load(), n))
					time.Sleep(5 * time.Millisecond)
					return errOver
				}
				for range 20 {
					if n := inside.Load(); n != 1 {
						t.Errorf("%d run while one should be alone", n)
					}
					time.Sleep(100 * time.Microsecond)
				}
				return nil
			})
			if err != nil || tries != 2 {
				t.Errorf("after %d tries: %v", tries, err)
			}
		})
	}
	wg.Wait()
	if together.Load() < 2 {
		t.Error("nothing ran side by side")
	}
}

func TestRoomHasPatience(t *testing.T) {
	r := NewRoom(2)
	ctx := WithPatience(context.Background(), 2)
	run := func(alone error) (tries int) {
		_ = r.Run(ctx, func(times int) error { // the error is that of the last try
			tries++
			if times == 1 {
				return errOver
			}
			return alone
		})
		return tries
	}
	for i, want := range []int{2, 2, 2, 1} {
		alone := error(errOver)
		if i == 0 {
			alone = nil // one that is done alone costs no patience
		}
		if got := run(alone); got != want {
			t.Errorf("run %d: %d tries, want %d", i, got, want)
		}
	}
}

func TestRoomLeavesOtherErrorsAlone(t *testing.T) {
	r := NewRoom(1)
	tries := 0
	if err := r.Run(context.Background(), func(int) error { tries++; return ErrMemory }); !errors.Is(err, ErrMemory) || tries != 1 {
		t.Errorf("%d tries: %v", tries, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Run(ctx, func(int) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
}
