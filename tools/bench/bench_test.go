package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/dossier-legal/dossier/tools/internal/lab"
)

func TestHighWater(t *testing.T) {
	for status, want := range map[string]int64{
		"Name:\tx\nVmPeak:\t 900 kB\nVmHWM:\t  300 kB\nVmRSS:\t 200 kB\n": 300 << 10,
		"Name:\tx\n":     0,
		"VmHWM: much kB": 0,
	} {
		if got := statusField([]byte(status), "VmHWM:"); got != want {
			t.Errorf("%q: got %d, want %d", status, got, want)
		}
	}
}

func TestWatchMemory(t *testing.T) {
	cmd := exec.Command("sleep", "0.3")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	peak, err := watchMemory(cmd)
	if err != nil || peak < 4<<10 || peak > 1<<30 {
		t.Errorf("a sleeping process took %d bytes, error %v", peak, err)
	}
}

func TestSpread(t *testing.T) {
	files := make([]lab.File, 40)
	for i := range files {
		files[i] = lab.File{Name: string(rune('A' + i)), Pages: 1}
	}
	got := spread(files, 10)
	if len(got) != 10 || got[0].Name != files[0].Name || got[9].Name != files[36].Name {
		t.Errorf("got %v", got)
	}
	if got := spread(nil, 10); got != nil {
		t.Errorf("got %v from nothing", got)
	}
}

func TestLettersDiffer(t *testing.T) {
	seen := map[string]bool{}
	for i := range 200 {
		name, content := letter(i)
		if _, again := letter(i); !bytes.Equal(content, again) {
			t.Fatalf("%s is not the same twice", name)
		}
		if seen[string(content)] || len(content) < 6000 || strings.Contains(string(content), "%!") {
			t.Fatalf("%s is a copy, short or spoilt: %.200s", name, content)
		}
		seen[string(content)] = true
	}
}

func TestDuel(t *testing.T) {
	b := bench{rounds: 2}
	took := func(d time.Duration) func() (time.Duration, error) {
		return func() (time.Duration, error) { return d, nil }
	}
	row, err := b.duel(10, took(2*time.Second), took(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if want := [3]string{"5.0 pages/s, 0.00 CPU-s a page", "10.0 pages/s, 0.00 CPU-s a page", "0.50× (rounds 0.50–0.50)"}; row != want {
		t.Errorf("got %v, want %v", row, want)
	}
}

// TestDuelCountsProcessorTime has one side run a process that works.
func TestDuelCountsProcessorTime(t *testing.T) {
	b := bench{rounds: 1}
	work := func() (time.Duration, error) {
		return time.Second, exec.CommandContext(t.Context(), "sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done").Run()
	}
	row, err := b.duel(1, work, work)
	if err != nil || !strings.Contains(row[2], "; by CPU ") || strings.Contains(row[0], " 0.00 CPU-s") {
		t.Errorf("got %v, %v", row, err)
	}
}
