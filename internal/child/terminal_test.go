package child

import (
	"errors"
	"io"
	"testing"
)

// TestTerminal has a program say what its output is. Its bytes come unchanged, and
// its end is the end of them.
func TestTerminal(t *testing.T) {
	for onTerminal, want := range map[bool]string{true: "terminal\n\tend", false: "pipe\n\tend"} {
		p, err := StartConfined([]string{"sh", "-c", `[ -t 1 ] && echo terminal || echo pipe; printf '\tend'`}, Confinement{Terminal: onTerminal})
		if errors.Is(err, ErrNoTerminal) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		out, err := io.ReadAll(p.Stdout)
		if err != nil || string(out) != want {
			t.Errorf("read %q, %v, want %q", out, err, want)
		}
		if err := p.Wait(); err != nil {
			t.Error(err)
		}
	}
}
