package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// summary is what a run came to.
type summary struct {
	Project  string `json:"project"`
	Batch    string `json:"batch"`
	Status   string `json:"status"`   // of the batch
	Finished bool   `json:"finished"` // false: there is more to do
	store.Report
	Total          int     `json:"total"` // documents, whatever became of them
	Seconds        float64 `json:"seconds"`
	PagesPerSecond float64 `json:"pages_per_second"` // of pages done in this run
	CacheHitRate   float64 `json:"cache_hit_rate"`   // 0 to 1
	ExitCode       int     `json:"exit_code"`
}

func newSummary(project, batch, status string, r store.Report, took time.Duration) summary {
	finished := status == "completed"
	s := summary{Project: project, Batch: batch, Status: status, Finished: finished, Report: r, Seconds: took.Seconds()}
	for _, n := range r.Documents {
		s.Total += n
	}
	s.PagesPerSecond = float64(r.NewPages) / s.Seconds
	if n := r.CacheHits + r.CacheMiss; n > 0 {
		s.CacheHitRate = float64(r.CacheHits) / float64(n)
	}
	switch done := r.Documents[dossier.StatusCompleted]; {
	case done == s.Total && r.Unread == 0 && finished && s.Total > 0:
		s.ExitCode = exitOK
	case done+r.Documents[dossier.StatusPartial] == 0:
		s.ExitCode = exitFailed
	default:
		s.ExitCode = exitPartly
	}
	return s
}

// show prints the summary and sets the exit code.
func (s summary) show(e *env) error {
	var err error
	if e.JSON {
		err = e.printJSON(s)
	} else {
		err = s.print(e.out, wide(e.out))
	}
	if err != nil || s.ExitCode == exitOK {
		return err
	}
	return failure(s.ExitCode)
}

// failuresShown is how many failures a terminal gets; --json has them all.
const failuresShown = 20

// print writes the summary for people.
func (s summary) print(w io.Writer, width int) error {
	var b strings.Builder
	line := func(label, format string, args ...any) {
		fmt.Fprintf(&b, "  %-12s %s\n", label, fmt.Sprintf(format, args...))
	}
	if s.Total == 0 && s.Unread == 0 && s.Finished {
		_, err := fmt.Fprintln(w, "There are no files in what was named: nothing was done.")
		return err
	}
	if s.Finished {
		fmt.Fprintf(&b, "\nProject %s: %d documents in %.1f s\n\n", s.Project, s.Total, s.Seconds)
	} else {
		fmt.Fprintf(&b, "\nThe batch is %s. The same command, or `dossier batch retry`, goes on where it stopped.\n\n", s.Status)
	}
	line("documents", "%s%s", s.statuses(), note(s.Instances > s.Total, ", found as %d files", s.Instances))
	line("pages", "%d%s", s.Pages, note(s.OCRPages > 0, ", %d of them recognised", s.OCRPages))
	line("words", "%d in %d chunks", s.Words, s.Chunks)
	line("mentions", "%s", s.mentions())
	line("entities", "%d with %d relations", s.Entities, s.Relations)
	line("speed", "%.1f pages/s", s.PagesPerSecond)
	line("cache", "%d of %d stage outputs were there already (%.0f %%)", s.CacheHits, s.CacheHits+s.CacheMiss, 100*s.CacheHitRate)
	isPartial := func(f store.Failure) bool { return f.Status == dossier.StatusPartial }
	printFailures(&b, width, "Not part of the case file", slices.DeleteFunc(slices.Clone(s.Failures), isPartial))
	printFailures(&b, width, "Not read in full", slices.DeleteFunc(slices.Clone(s.Failures), func(f store.Failure) bool { return !isPartial(f) }))
	_, err := io.WriteString(w, b.String())
	return err
}

func printFailures(b *strings.Builder, width int, title string, list []store.Failure) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n", title)
	for _, f := range list[:min(len(list), failuresShown)] {
		text := fmt.Sprintf("  %s: %s [%s]", filepath.Base(f.Path), f.Message, f.Code)
		fmt.Fprintln(b, cut("  "+oneLine(visible(text)), width))
	}
	if more := len(list) - failuresShown; more > 0 {
		fmt.Fprintf(b, "  … and %d more; --json lists them all\n", more)
	}
}

func note(show bool, format string, args ...any) string {
	if !show {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

func (s summary) statuses() string {
	var parts []string
	for _, status := range dossier.Statuses() {
		if n := s.Documents[status]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	if s.Reused > 0 {
		parts = append(parts, fmt.Sprintf("%d unchanged", s.Reused))
	}
	if s.Unread > 0 {
		parts = append(parts, fmt.Sprintf("%d unreadable", s.Unread))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func (s summary) mentions() string {
	types := slices.SortedFunc(maps.Keys(s.Mentions), func(a, b dossier.MentionType) int {
		return cmp.Or(s.Mentions[b]-s.Mentions[a], cmp.Compare(a, b))
	})
	total, parts := 0, []string{}
	for _, t := range types {
		total += s.Mentions[t]
		parts = append(parts, fmt.Sprintf("%s %d", strings.ToLower(string(t)), s.Mentions[t]))
	}
	if total == 0 {
		return "none"
	}
	return fmt.Sprintf("%d: %s", total, strings.Join(parts, ", "))
}

// cut shortens a line to a width, on a character; 0 means any length.
func cut(s string, width int) string {
	r := []rune(s)
	if width <= 0 || len(r) <= width {
		return s
	}
	return string(r[:width-1]) + "…"
}
