package show

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/queue"
)

// Progress shows how a batch proceeds. Its methods may be called concurrently.
type Progress interface {
	// Update shows the documents by status; allFound: no more are discovered.
	Update(p queue.Progress, allFound bool)
	// Event shows an event of the batch if it is a failure.
	Event(e event.Event)
	// Close ends the display.
	Close()
}

// NewProgress shows progress as a line that changes if w is a terminal, and as
// lines for a log elsewhere.
func NewProgress(w io.Writer) Progress {
	m := meter{start: time.Now()}
	if terminal, ok := Interactive(w); ok {
		return &liveLine{w: terminal, meter: m}
	}
	return &plainLines{w: w, meter: m}
}

// NoProgress shows nothing.
type NoProgress struct{}

// Update implements [Progress].
func (NoProgress) Update(queue.Progress, bool) {}

// Event implements [Progress].
func (NoProgress) Event(event.Event) {}

// Close implements [Progress].
func (NoProgress) Close() {}

// meter renders progress: documents by status, the rate, the time left.
type meter struct {
	start   time.Time
	samples []sample // of the last half minute
}

type sample struct {
	at   time.Time
	done int
}

// recent is the span over which the present rate is measured.
const recent = 30 * time.Second

// line renders the progress. The figures always add up to the documents
// discovered.
func (m *meter) line(p queue.Progress, allFound bool, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d discovered%s · %d waiting · %d running · %d done · %d failed", p.Total(), note(!allFound, " so far"),
		p[dossier.StatusPending], p[dossier.StatusProcessing], p[dossier.StatusCompleted], failed(p)+p[dossier.StatusCancelled])
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

// rates returns documents per second since the start and recently. The time left
// lies between what the two predict.
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

// failedLine describes a document that failed or was not read in full; it is ""
// for other events.
func failedLine(e event.Event) string {
	switch {
	case e.Kind != event.Stage:
	case e.Status == dossier.StatusFailed:
		return fmt.Sprintf("failed at %s: %s [%s]", e.Stage, line(e.Message), e.Code)
	case e.Status == dossier.StatusPartial:
		return fmt.Sprintf("partial: %s [%s]", line(e.Message), e.Code)
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

// Update implements [Progress].
func (l *liveLine) Update(p queue.Progress, allFound bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.draw(cut(l.line(p, allFound, time.Now()), Width(l.w)))
}

func (l *liveLine) draw(line string) {
	if line != l.shown {
		fmt.Fprintf(l.w, "\r\x1b[K%s", line)
		l.shown = line
	}
}

// Event implements [Progress].
func (l *liveLine) Event(e event.Event) {
	line := failedLine(e)
	if line == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	shown := l.shown
	fmt.Fprintf(l.w, "\r\x1b[K%s\n", cut(line, Width(l.w)))
	l.shown = ""
	l.draw(shown)
}

// Close implements [Progress].
func (l *liveLine) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.w)
}

// plainEvery is the interval between plain lines of progress.
const plainEvery = 5 * time.Second

// plainLines writes a line from time to time, for logs.
type plainLines struct {
	meter
	mu   sync.Mutex
	w    io.Writer
	last time.Time
}

// Update implements [Progress].
func (l *plainLines) Update(p queue.Progress, allFound bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	line := l.line(p, allFound, now)
	if now.Sub(l.last) >= plainEvery {
		fmt.Fprintln(l.w, line)
		l.last = now
	}
}

// Event implements [Progress].
func (l *plainLines) Event(e event.Event) {
	if line := failedLine(e); line != "" {
		l.mu.Lock()
		defer l.mu.Unlock()
		fmt.Fprintln(l.w, line)
	}
}

// Close implements [Progress].
func (*plainLines) Close() {}
