package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/monitor"
)

// monitorCmd shows how the whole is doing.
type monitorCmd struct {
	Section string        `arg:"" optional:"" enum:"all,health,pipeline,batches,queues,workers,cache,documents,errors,spend" default:"all" help:"health, pipeline, batches, queues, workers, cache, documents, errors or spend. Default: all."`
	Once    bool          `help:"Print once and exit. This is the default when the output is not a terminal."`
	Every   time.Duration `default:"2s" help:"Interval between updates on a terminal."`
}

// sections in the order of the screen.
var sections = []struct {
	name string
	data func(s monitor.Snapshot) any
	show func(w io.Writer, s monitor.Snapshot) error
}{
	{"health", func(s monitor.Snapshot) any { return s.Health }, showHealth},
	{"documents", func(s monitor.Snapshot) any { return s.Documents }, showDocuments},
	{"batches", func(s monitor.Snapshot) any { return s.Batches }, showBatches},
	{"pipeline", func(s monitor.Snapshot) any { return s.Pipeline }, showPipeline},
	{"queues", func(s monitor.Snapshot) any { return s.Queues }, showQueues},
	{"workers", func(s monitor.Snapshot) any { return s.Workers }, showWorkers},
	{"cache", func(s monitor.Snapshot) any {
		return map[string]any{"stages": s.Cache, "redis": s.Redis, "objects": s.Objects}
	}, showCache},
	{"errors", func(s monitor.Snapshot) any { return s.Dead }, showErrors},
	{"spend", func(s monitor.Snapshot) any { return s.Spend }, showSpend},
}

// Run shows the monitor.
func (c *monitorCmd) Run(e *env) (err error) {
	a, m, err := e.openMonitored()
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	if e.JSON {
		return c.printJSON(e, m.Snapshot(e.ctx))
	}
	screen, ok := e.out.(*os.File)
	if c.Once || !ok || !term.IsTerminal(int(screen.Fd())) {
		return c.print(e.out, m.Snapshot(e.ctx), 0)
	}
	return c.live(e, m, screen)
}

func (a *app) monitor() *monitor.Monitor {
	return &monitor.Monitor{DB: a.db, Redis: a.redis, Cache: a.cache, Blobs: a.blobs, Build: build(), Log: a.pipeline.Log}
}

func (c *monitorCmd) printJSON(e *env, s monitor.Snapshot) error {
	for _, section := range sections {
		if section.name == c.Section {
			return e.printJSON(section.data(s))
		}
	}
	return e.printJSON(s)
}

// live shows the monitor on the terminal's other screen until it is stopped.
func (c *monitorCmd) live(e *env, m *monitor.Monitor, screen *os.File) error {
	if c.Every < 100*time.Millisecond {
		return dossier.Errorf(dossier.CodeInvalidInput, "a refresh every %s is more than anybody can read", c.Every).About("--every").WithCure("use 2s")
	}
	fmt.Fprint(screen, "\x1b[?1049h\x1b[?25l") // the other screen, no cursor
	defer fmt.Fprint(screen, "\x1b[?25h\x1b[?1049l")
	tick := time.NewTicker(c.Every)
	defer tick.Stop()
	for {
		var frame bytes.Buffer
		s := m.Snapshot(e.ctx)
		if e.ctx.Err() != nil {
			return nil
		}
		if err := c.print(&frame, s, wide(screen)); err != nil {
			return err
		}
		if _, err := io.WriteString(screen, "\x1b[H"+fit(frame.String(), screen)+"\x1b[J"); err != nil {
			return err
		}
		select {
		case <-e.ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// fit cuts a frame to the lines of a terminal, each cleared to its end.
func fit(frame string, screen *os.File) string {
	lines := strings.Split(strings.TrimRight(frame, "\n"), "\n")
	if _, height, err := term.GetSize(int(screen.Fd())); err == nil && len(lines) > height-1 {
		lines = append(lines[:height-2], fmt.Sprintf("… %d lines more: dossier monitor SECTION shows one part", len(lines)-height+2))
	}
	return strings.Join(lines, "\x1b[K\n") + "\x1b[K\n"
}

// print writes the sections asked for; width 0 means any.
func (c *monitorCmd) print(w io.Writer, s monitor.Snapshot, width int) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "dossier · %s · %s\n", s.At.Local().Format(time.DateTime), s.Health.Status)
	for _, section := range sections {
		if c.Section != "all" && c.Section != section.name {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", strings.ToUpper(section.name))
		if err := section.show(&b, s); err != nil {
			return err
		}
	}
	for _, part := range slices.Sorted(maps.Keys(s.Unavailable)) {
		fmt.Fprintf(&b, "\n%s: n/a: %s\n", part, oneLine(visible(s.Unavailable[part])))
	}
	var errs []error
	for line := range strings.Lines(b.String()) {
		_, err := fmt.Fprintln(w, cut(strings.TrimRight(line, "\n"), width))
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// none says that a table has no rows.
func none(w io.Writer, n int, what string) bool {
	if n == 0 {
		fmt.Fprintln(w, what)
	}
	return n == 0
}

func showHealth(w io.Writer, s monitor.Snapshot) error {
	if none(w, len(s.Health.Findings), "all is well") {
		return nil
	}
	for _, f := range s.Health.Findings {
		fmt.Fprintf(w, "%s %s%s: %s (%s)\n", tick(false), f.Name, note(f.Subject != "", " %s", visible(f.Subject)), oneLine(visible(f.Detail)), f.Cure)
	}
	return nil
}

func showDocuments(w io.Writer, s monitor.Snapshot) error {
	if none(w, len(s.Documents), "n/a") {
		return nil
	}
	return table(w, "STATUS\tDOCUMENTS", func(row func(...any)) error {
		for _, status := range dossier.Statuses() {
			if n := s.Documents[status]; n > 0 {
				row(status, n)
			}
		}
		return nil
	})
}

func showBatches(w io.Writer, s monitor.Snapshot) error {
	if s.Batches == nil {
		fmt.Fprintln(w, "n/a")
		return nil
	}
	if none(w, len(s.Batches), "none under way") {
		return nil
	}
	return table(w, "BATCH\tPROJECT\tSTATUS\tPRIORITY\tDONE\tFAILED\tPARTIAL\tRATE\tLEFT", func(row func(...any)) error {
		for _, b := range s.Batches {
			state := batchState{BatchState: b}
			rate := "n/a"
			if b.Rate != nil {
				rate = fmt.Sprintf("%.1f/s", *b.Rate)
			}
			row(b.ID, visible(b.Project), state.line(), b.Priority, fmt.Sprintf("%d/%d", b.Done, b.Total),
				b.Documents[dossier.StatusFailed]+b.Documents[dossier.StatusQuarantined], b.Documents[dossier.StatusPartial], rate, state.left())
		}
		return nil
	})
}

func showPipeline(w io.Writer, s monitor.Snapshot) error {
	if none(w, len(s.Pipeline), "nothing ended in the last 15 minutes") {
		return nil
	}
	return table(w, "STAGE\tCOMPLETED\tRETRIED\tFAILED\tLOST\tCACHE HITS\tMEAN WORK\tLONGEST\tMEAN WAIT", func(row func(...any)) error {
		for _, p := range s.Pipeline {
			row(p.Stage, p.Completed, p.Retried, p.Failed, p.Lost, p.CacheHits, fmt.Sprintf("%.3f s", p.Work), fmt.Sprintf("%.3f s", p.Longest), fmt.Sprintf("%.3f s", p.Wait))
		}
		return nil
	})
}

func showQueues(w io.Writer, s monitor.Snapshot) error {
	dead := map[string]int{}
	for _, d := range s.Dead {
		dead[d.Queue] += d.Count
	}
	if s.Queues == nil {
		fmt.Fprintln(w, "n/a")
		return nil
	}
	if len(dead) == 0 && none(w, len(s.Queues), "empty") {
		return nil
	}
	return table(w, "QUEUE\tPRIORITY\tWAITING\tRUNNING\tRETRY\tHELD\tOLDEST", func(row func(...any)) error {
		for _, q := range s.Queues {
			row(q.Queue, q.Priority, q.Waiting, q.Running, q.Retry, q.Held, clock(q.Oldest))
		}
		for _, name := range slices.Sorted(maps.Keys(dead)) {
			row(name, "dead", dead[name], "", "", "", "")
		}
		return nil
	})
}

func showWorkers(w io.Writer, s monitor.Snapshot) error {
	if s.Workers == nil {
		fmt.Fprintln(w, "n/a")
		return nil
	}
	if none(w, len(s.Workers), "none") {
		return nil
	}
	return table(w, "HOST\tPID\tBUILD\tQUEUES\tACTIVE\tJOBS\tFAILED\tMEMORY\tHEARD OF", func(row func(...any)) error {
		for _, k := range s.Workers {
			row(k.Host, k.PID, k.Build, describe(k.Queues), len(k.Active), k.Jobs, k.Failed, bytesOrNone(&k.RSS), clock(k.Silent)+" ago")
		}
		return nil
	})
}

// bytesOrNone renders a number of bytes; what is not known is n/a.
func bytesOrNone(n *int64) string {
	if n == nil || *n == 0 {
		return "n/a"
	}
	return fmt.Sprintf("%.1f MiB", float64(*n)/(1<<20))
}

func showCache(w io.Writer, s monitor.Snapshot) error {
	if err := table(w, "STAGE\tHITS\tMISSES\tHIT RATE\tWAITS\tFAILED", func(row func(...any)) error {
		for _, stage := range dossier.Stages() {
			if c, ok := s.Cache[string(stage)]; ok {
				row(stage, c.Hits, c.Misses, fmt.Sprintf("%.1f %%", 100*c.HitRate()), c.Waits, c.Failed)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if err := table(w, "REDIS\tCLIENTS\tMEMORY\tPEAK\tEVICTED", func(row func(...any)) error {
		for _, r := range s.Redis {
			row(r.Address, numberOrNone(r.Clients), bytesOrNone(r.Memory), bytesOrNone(r.Peak), numberOrNone(r.Evicted))
		}
		return nil
	}); err != nil {
		return err
	}
	return table(w, "PURPOSE\tKIND\tKEYS", func(row func(...any)) error {
		for _, o := range s.Objects {
			for _, kind := range slices.Sorted(maps.Keys(o.Keys)) {
				row(o.Purpose, kind, fmt.Sprintf("%d%s", o.Keys[kind], note(o.Sample, " or more")))
			}
		}
		return nil
	})
}

func numberOrNone(n *int64) string {
	if n == nil {
		return "n/a"
	}
	return fmt.Sprint(*n)
}

func showErrors(w io.Writer, s monitor.Snapshot) error {
	if none(w, len(s.Dead), "none") {
		return nil
	}
	return table(w, "STAGE\tCODE\tDEAD\tLAST 24 H\tNEWEST\tONE OF THEM", func(row func(...any)) error {
		for _, d := range s.Dead {
			row(d.Stage, d.Code, d.Count, d.Day, d.Newest.Local().Format(time.DateTime), cut(oneLine(visible(d.Message)), 80))
		}
		return nil
	})
}

func showSpend(w io.Writer, s monitor.Snapshot) error {
	if none(w, len(s.Spend), "no paid calls") {
		return nil
	}
	return table(w, "PROVIDER\tCALLS\tUNITS\tLAST 24 H\tTOTAL", func(row func(...any)) error {
		for _, p := range s.Spend {
			row(p.Provider, p.Calls, p.Units, fmt.Sprintf("$%.2f", p.Day), fmt.Sprintf("$%.2f", p.Total))
		}
		return nil
	})
}
