package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/queue"
)

// display shows how a run goes while it goes.
type display interface {
	update(p queue.Progress, allFound bool)
	event(ev event.Event)
	close()
}

// newDisplay chooses by where the output goes: a line that changes on a
// terminal, plain lines elsewhere, nothing beside --json.
func newDisplay(e *env) display {
	if e.JSON {
		return silent{}
	}
	m := meter{start: time.Now()}
	if f, ok := e.err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &liveLine{w: f, meter: m}
	}
	return &plainLines{w: e.err, meter: m}
}

type silent struct{}

func (silent) update(queue.Progress, bool) {}
func (silent) event(event.Event)           {}
func (silent) close()                      {}

// meter turns progress into words: what adds up, how fast, how long still.
type meter struct {
	start   time.Time
	samples []sample // of the last half minute
}

type sample struct {
	at   time.Time
	done int
}

// recent is the span over which the present rate is taken.
const recent = 30 * time.Second

// line renders the progress. The figures always add up to those discovered.
func (m *meter) line(p queue.Progress, allFound bool, now time.Time) string {
	failed := p[dossier.StatusFailed] + p[dossier.StatusQuarantined] + p[dossier.StatusCancelled]
	var b strings.Builder
	fmt.Fprintf(&b, "%d discovered%s · %d waiting · %d running · %d done · %d failed", p.Total(),
		note(!allFound, " so far"), p[dossier.StatusPending], p[dossier.StatusProcessing], p[dossier.StatusCompleted], failed)
	for _, status := range []dossier.Status{dossier.StatusPartial, dossier.StatusUnsupported} {
		if n := p[status]; n > 0 {
			fmt.Fprintf(&b, " · %d %s", n, status)
		}
	}
	left := p[dossier.StatusPending] + p[dossier.StatusProcessing]
	m.samples = append(m.samples, sample{now, p.Total() - left})
	for len(m.samples) > 1 && now.Sub(m.samples[0].at) > recent {
		m.samples = m.samples[1:]
	}
	overall, present := m.rates(now)
	if present > 0 {
		fmt.Fprintf(&b, " · %.1f/s", present)
		if left > 0 {
			fmt.Fprintf(&b, " · %s left", span(float64(left)/max(overall, present), float64(left)/min(overall, present)))
		}
	}
	return b.String()
}

// rates returns documents per second since the start and recently; the truth
// about the time left lies between what the two promise.
func (m *meter) rates(now time.Time) (overall, present float64) {
	first, last := m.samples[0], m.samples[len(m.samples)-1]
	if since := now.Sub(m.start).Seconds(); since > 0 {
		overall = float64(last.done) / since
	}
	if dt := last.at.Sub(first.at).Seconds(); dt > 0 && last.done > first.done {
		return overall, float64(last.done-first.done) / dt
	}
	return overall, overall
}

// span renders a range of seconds.
func span(from, to float64) string {
	a, b := clock(from), clock(to)
	if a == b {
		return a
	}
	return a + "–" + b
}

func clock(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

// failedLine is the news of a document that failed or was not read in full, or "".
func failedLine(ev event.Event) string {
	switch {
	case ev.Kind != event.Stage:
	case ev.Status == dossier.StatusFailed:
		return fmt.Sprintf("failed at %s: %s [%s]", ev.Stage, oneLine(visible(ev.Message)), ev.Code)
	case ev.Status == dossier.StatusPartial:
		return fmt.Sprintf("partial: %s [%s]", oneLine(visible(ev.Message)), ev.Code)
	}
	return ""
}

// liveLine keeps one line of a terminal up to date, with failures above it.
type liveLine struct {
	meter
	mu    sync.Mutex
	w     *os.File
	shown string
}

func (l *liveLine) update(p queue.Progress, allFound bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.draw(cut(l.line(p, allFound, time.Now()), wide(l.w)))
}

func (l *liveLine) draw(line string) {
	if line != l.shown {
		fmt.Fprintf(l.w, "\r\x1b[K%s", line)
		l.shown = line
	}
}

func (l *liveLine) event(ev event.Event) {
	line := failedLine(ev)
	if line == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	shown := l.shown
	fmt.Fprintf(l.w, "\r\x1b[K%s\n", cut(line, wide(l.w)))
	l.shown = ""
	l.draw(shown)
}

func (l *liveLine) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.w)
}

// plainEvery is how often plain lines tell the progress.
const plainEvery = 5 * time.Second

// plainLines prints a line now and then, for logs.
type plainLines struct {
	meter
	mu   sync.Mutex
	w    io.Writer
	last time.Time
}

func (l *plainLines) update(p queue.Progress, allFound bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	line := l.line(p, allFound, now)
	if now.Sub(l.last) >= plainEvery {
		fmt.Fprintln(l.w, line)
		l.last = now
	}
}

func (l *plainLines) event(ev event.Event) {
	if line := failedLine(ev); line != "" {
		l.mu.Lock()
		defer l.mu.Unlock()
		fmt.Fprintln(l.w, line)
	}
}

func (*plainLines) close() {}

// wide is the width of a terminal, 0 for anything else.
func wide(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil {
			return n
		}
	}
	return 0
}
