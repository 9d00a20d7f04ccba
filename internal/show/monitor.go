package show

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/monitor"
	"github.com/dossier-legal/dossier/internal/store"
)

// sections show the sections of a snapshot, in the order of the screen.
var sections = []struct {
	name string
	show func(w io.Writer, s monitor.Snapshot) error
}{
	{"health", health},
	{"documents", documentCounts},
	{"batches", openBatches},
	{"pipeline", stages},
	{"queues", queues},
	{"workers", workers},
	{"cache", cacheAndRedis},
	{"errors", deadTasks},
	{"spend", spend},
}

// Monitor writes a section of a snapshot, or all of it: [monitor.AllSections].
func Monitor(w io.Writer, s monitor.Snapshot, section string) error {
	return frame(w, s, section, 0)
}

// Screen shows frames on the other screen of a terminal.
type Screen struct{ terminal *os.File }

// NewScreen turns to the other screen of a terminal.
func NewScreen(terminal *os.File) (Screen, error) {
	_, err := fmt.Fprint(terminal, "\x1b[?1049h\x1b[?25l") // without a cursor
	return Screen{terminal}, err
}

// Close returns to the first screen.
func (s Screen) Close() error {
	_, err := fmt.Fprint(s.terminal, "\x1b[?25h\x1b[?1049l")
	return err
}

// Show draws a section of a snapshot, or all of it, over what the screen shows.
func (s Screen) Show(snapshot monitor.Snapshot, section string) error {
	var b bytes.Buffer
	if err := frame(&b, snapshot, section, Width(s.terminal)); err != nil {
		return err
	}
	_, err := io.WriteString(s.terminal, "\x1b[H"+s.fit(b.String())+"\x1b[J")
	return err
}

// fit cuts a frame to the lines of the terminal, each cleared to its end.
func (s Screen) fit(frame string) string {
	lines := strings.Split(strings.TrimRight(frame, "\n"), "\n")
	if _, height, err := term.GetSize(int(s.terminal.Fd())); err == nil && len(lines) > height-1 {
		lines = append(lines[:height-2], fmt.Sprintf("… %d lines more: dossier monitor SECTION shows one part", len(lines)-height+2))
	}
	return strings.Join(lines, "\x1b[K\n") + "\x1b[K\n"
}

// frame writes sections in lines of a width; 0 means any.
func frame(w io.Writer, s monitor.Snapshot, section string, width int) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "dossier · %s · %s\n", moment(s.At), s.Health.Status)
	for _, known := range sections {
		if section != monitor.AllSections && section != known.name {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", strings.ToUpper(known.name))
		if err := known.show(&b, s); err != nil {
			return err
		}
	}
	for _, part := range slices.Sorted(maps.Keys(s.Unavailable)) {
		fmt.Fprintf(&b, "\n%s: n/a: %s\n", part, line(s.Unavailable[part]))
	}
	var errs []error
	for l := range strings.Lines(b.String()) {
		_, err := fmt.Fprintln(w, cut(strings.TrimRight(l, "\n"), width))
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// notAvailable stands for a figure that could not be read.
const notAvailable = "n/a"

// listOr writes a table of a list, or a sentence if the list is empty.
func listOr[T any](w io.Writer, empty, header string, list []T, cells func(T) []any) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, empty)
		return err
	}
	return List(w, header, list, cells)
}

// readOr is the sentence for an empty list: one that could not be read is nil.
func readOr[T any](list []T, empty string) string {
	if list == nil {
		return notAvailable
	}
	return empty
}

func health(w io.Writer, s monitor.Snapshot) error {
	if len(s.Health.Findings) == 0 {
		_, err := fmt.Fprintln(w, "all is well")
		return err
	}
	for _, f := range s.Health.Findings {
		fmt.Fprintf(w, "%s %s%s: %s (%s)\n", tick(false), f.Name, note(f.Subject != "", " %s", Visible(f.Subject)), line(f.Detail), f.Cure)
	}
	return nil
}

func documentCounts(w io.Writer, s monitor.Snapshot) error {
	if len(s.Documents) == 0 {
		_, err := fmt.Fprintln(w, notAvailable)
		return err
	}
	return Table(w, "STATUS\tDOCUMENTS", func(row func(...any)) error {
		for _, status := range dossier.Statuses() {
			if n := s.Documents[status]; n > 0 {
				row(status, n)
			}
		}
		return nil
	})
}

func openBatches(w io.Writer, s monitor.Snapshot) error {
	return listOr(w, readOr(s.Batches, "none under way"), "BATCH\tPROJECT\tSTATUS\tPRIORITY\tDONE\tFAILED\tPARTIAL\tRATE\tLEFT", s.Batches,
		func(b store.BatchState) []any {
			rate := notAvailable
			if b.Rate != nil {
				rate = fmt.Sprintf("%.1f/s", *b.Rate)
			}
			return []any{
				ID(b.ID), b.Project, batchStatus(b), b.Priority, fmt.Sprintf("%d/%d", b.Done, b.Total), failed(b.Documents),
				b.Documents[dossier.StatusPartial], rate, timeLeft(b),
			}
		})
}

func stages(w io.Writer, s monitor.Snapshot) error {
	return listOr(w, "nothing ended in the last 15 minutes",
		"STAGE\tCOMPLETED\tRETRIED\tFAILED\tLOST\tCACHE HITS\tMEAN WORK\tLONGEST\tMEAN WAIT", s.Pipeline, func(p store.StageRow) []any {
			return []any{
				p.Stage, p.Completed, p.Retried, p.Failed, p.Lost, p.CacheHits, fmt.Sprintf("%.3f s", p.Work),
				fmt.Sprintf("%.3f s", p.Longest), fmt.Sprintf("%.3f s", p.Wait),
			}
		})
}

func queues(w io.Writer, s monitor.Snapshot) error {
	dead := map[string]int{}
	for _, d := range s.Dead {
		dead[d.Queue] += d.Count
	}
	if s.Queues == nil || len(s.Queues)+len(dead) == 0 {
		_, err := fmt.Fprintln(w, readOr(s.Queues, "empty"))
		return err
	}
	return Table(w, "QUEUE\tPRIORITY\tWAITING\tRUNNING\tRETRY\tHELD\tOLDEST", func(row func(...any)) error {
		for _, q := range s.Queues {
			row(q.Queue, q.Priority, q.Waiting, q.Running, q.Retry, q.Held, clock(q.Oldest))
		}
		for _, name := range slices.Sorted(maps.Keys(dead)) {
			row(name, "dead", dead[name], "", "", "", "")
		}
		return nil
	})
}

func workers(w io.Writer, s monitor.Snapshot) error {
	return listOr(w, readOr(s.Workers, "none"), "HOST\tPID\tBUILD\tQUEUES\tACTIVE\tJOBS\tFAILED\tMEMORY\tHEARD OF", s.Workers,
		func(k monitor.Worker) []any {
			return []any{k.Host, k.PID, k.Build, Concurrency(k.Queues), len(k.Active), k.Jobs, k.Failed, size(&k.RSS), clock(k.Silent) + " ago"}
		})
}

// Concurrency renders how many tasks of each queue run at the same time.
func Concurrency(queues map[string]int) string {
	parts := make([]string, 0, len(queues))
	for _, name := range slices.Sorted(maps.Keys(queues)) {
		parts = append(parts, fmt.Sprintf("%s×%d", name, queues[name]))
	}
	return strings.Join(parts, " ")
}

// size renders a number of bytes, which may be unknown.
func size(n *int64) string {
	if n == nil || *n == 0 {
		return notAvailable
	}
	return fmt.Sprintf("%.1f MiB", float64(*n)/(1<<20))
}

// number renders a number that may be unknown.
func number(n *int64) string {
	if n == nil {
		return notAvailable
	}
	return fmt.Sprint(*n)
}

func cacheAndRedis(w io.Writer, s monitor.Snapshot) error {
	if err := stageCache(w, s.Cache, "STAGE\tHITS\tMISSES\tHIT RATE\tWAITS\tFAILED", func(cache.Stats) []any { return nil }); err != nil {
		return err
	}
	if err := List(w, "REDIS\tCLIENTS\tMEMORY\tPEAK\tEVICTED", s.Redis, func(r monitor.Server) []any {
		return []any{r.Address, number(r.Clients), size(r.Memory), size(r.Peak), number(r.Evicted)}
	}); err != nil {
		return err
	}
	return Table(w, keysHeader, func(row func(...any)) error {
		for _, o := range s.Objects {
			keys(row, o.Purpose, o.Keys, o.Sample)
		}
		return nil
	})
}

const keysHeader = "PURPOSE\tKIND\tKEYS"

// keys writes a row for each kind of keys that serve a purpose of Redis; of a
// sample there may be more.
func keys(row func(...any), purpose string, counts map[string]int, sample bool) {
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		row(purpose, kind, fmt.Sprintf("%d%s", counts[kind], note(sample, " or more")))
	}
}

// messageShown bounds the example of an error in a row.
const messageShown = 80

func deadTasks(w io.Writer, s monitor.Snapshot) error {
	return listOr(w, "none", "STAGE\tCODE\tDEAD\tLAST 24 H\tNEWEST\tONE OF THEM", s.Dead, func(d store.DeadRow) []any {
		return []any{d.Stage, d.Code, d.Count, d.Day, moment(d.Newest), cut(line(d.Message), messageShown)}
	})
}

func spend(w io.Writer, s monitor.Snapshot) error {
	return listOr(w, "no paid calls", "PROVIDER\tCALLS\tUNITS\tLAST 24 H\tTOTAL", s.Spend, func(p store.SpendRow) []any {
		return []any{p.Provider, p.Calls, p.Units, fmt.Sprintf("$%.2f", p.Day), fmt.Sprintf("$%.2f", p.Total)}
	})
}
