package show

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// pager is a pager for a terminal of five lines.
func pager(command string) (*Pager, *bytes.Buffer) {
	var out bytes.Buffer
	return &Pager{out: &out, lines: 5, command: command}, &out
}

func write(p *Pager, lines int) error {
	for i := range lines {
		if _, err := fmt.Fprintf(p, "line %d\n", i); err != nil {
			return err
		}
	}
	return nil
}

func TestPagerShowsWhatIsLongerThanTheTerminal(t *testing.T) {
	for _, c := range []struct {
		command string
		lines   int
		want    string // how the output begins
	}{
		{"sed s/line/paged/", 4, "line 0\n"},
		{"sed s/line/paged/", 5, "paged 0\n"},
		{"sed s/line/paged/ | cat", 500, "paged 0\n"},
		{"", 500, "line 0\n"},
		{"no-such-pager-anywhere -F", 500, "line 0\n"},
	} {
		p, out := pager(c.command)
		if err := EndPage(p, write(p, c.lines)); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
		if n := strings.Count(out.String(), "\n"); n != c.lines || !strings.HasPrefix(out.String(), c.want) {
			t.Errorf("%+v: %d lines, beginning %.20q", c, n, out.String())
		}
	}
}

// Who quits the pager has seen enough: that is no error, and nothing is written
// any more.
func TestQuittingThePagerIsNoError(t *testing.T) {
	p, out := pager("head -n 1")
	err := write(p, 1_000_000)
	if !errors.Is(err, ErrQuit) {
		t.Errorf("writing went on: %v", err)
	}
	if err := EndPage(p, fmt.Errorf("reading: %w", err)); err != nil {
		t.Error(err)
	}
	if out.String() != "line 0\n" {
		t.Errorf("got %q", out.String())
	}
}

func TestPagerKeepsOtherErrors(t *testing.T) {
	broken := errors.New("broken")
	p, _ := pager("cat")
	if err := EndPage(p, broken); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestColoursOnlyWhereWanted(t *testing.T) {
	terminal := &Pager{} // which stands for one
	for _, c := range []struct {
		noColour, term string
		want           bool
	}{{"", "xterm", true}, {"1", "xterm", false}, {"", "dumb", false}} {
		t.Setenv("NO_COLOR", c.noColour)
		t.Setenv("TERM", c.term)
		if got := Styled(terminal); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
	if t.Setenv("TERM", "xterm"); Styled(&bytes.Buffer{}) {
		t.Error("colours in a buffer")
	}
}
