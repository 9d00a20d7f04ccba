package show

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
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/store"
)

// Batches writes a table of batches.
func Batches(w io.Writer, list []casefile.BatchState) error {
	return List(w, "BATCH\tPROJECT\tNAME\tSTATUS\tPRIORITY\tDONE\tFAILED\tPARTIAL\tTIME LEFT\tCREATED", list, func(s casefile.BatchState) []any {
		return []any{
			ID(s.ID), s.Project, s.Name, batchStatus(s.BatchState), s.Priority, fmt.Sprintf("%d/%d", s.Done, s.Total), failed(s.Documents),
			s.Documents[dossier.StatusPartial], timeLeft(s.BatchState), s.CreatedAt.Format(time.DateTime),
		}
	})
}

// failed counts the documents that failed, those in quarantine included.
func failed(documents map[dossier.Status]int) int {
	return documents[dossier.StatusFailed] + documents[dossier.StatusQuarantined]
}

// Batch writes the state of a batch.
func Batch(w io.Writer, s casefile.BatchState) error {
	deadline := "none"
	if !s.Deadline.IsZero() {
		deadline = moment(s.Deadline)
	}
	fmt.Fprintf(w, "batch      %s\nproject    %s\nname       %s\nstatus     %s\npriority   %s\ndeadline   %s\n",
		s.ID, Visible(s.Project), Visible(s.Name), batchStatus(s.BatchState), s.Priority, deadline)
	fmt.Fprintf(w, "documents  %d of %d done", s.Done, s.Total)
	for _, status := range dossier.Statuses() {
		if n := s.Documents[status]; n > 0 {
			fmt.Fprintf(w, " · %d %s", n, status)
		}
	}
	_, err := fmt.Fprintf(w, "\ntime left  %s\n", timeLeft(s.BatchState))
	for _, q := range s.Unserved {
		_, err = fmt.Fprintf(w, "no worker serves the queue %s\n", q)
	}
	return err
}

// batchStatus renders the status of a batch and what keeps it from its end.
func batchStatus(s store.BatchState) string {
	state := s.Status
	switch {
	case s.Interrupted:
		state += ", submission interrupted: submit the same files again or cancel"
	case s.IntakeOpen:
		state += ", files are still being added"
	}
	switch {
	case s.Paused:
		state = strings.Replace(state, s.Status, "paused", 1)
	case s.Late:
		state += ", late"
	case s.AtRisk:
		state += ", at risk"
	}
	return state
}

// timeLeft renders how long a batch will still take.
func timeLeft(s store.BatchState) string {
	if s.Left == nil {
		return notAvailable
	}
	return clock(*s.Left)
}

// failuresShown bounds the failures that a summary lists; --json has them all.
const failuresShown = 20

// Summary writes the result of a batch.
func Summary(w io.Writer, s casefile.Summary) error {
	if s.Total == 0 && s.Unread == 0 && s.Finished {
		_, err := fmt.Fprintln(w, "There are no files in what was named: nothing was done.")
		return err
	}
	var b strings.Builder
	if s.Finished {
		fmt.Fprintf(&b, "\nProject %s: %d documents in %.1f s\n\n", s.Project, s.Total, s.Seconds)
	} else {
		fmt.Fprintf(&b, "\nThe batch is %s. The same command, or `dossier batch retry`, goes on where it stopped.\n\n", s.Status)
	}
	b.WriteString(figures(s))
	isPartial := func(f store.Failure) bool { return f.Status == dossier.StatusPartial }
	failures(&b, Width(w), "Not part of the case file", slices.DeleteFunc(slices.Clone(s.Failures), isPartial))
	failures(&b, Width(w), "Not read in full", slices.DeleteFunc(slices.Clone(s.Failures), func(f store.Failure) bool { return !isPartial(f) }))
	_, err := io.WriteString(w, b.String())
	return err
}

// figures renders what a batch came to in numbers, a labelled line each.
func figures(s casefile.Summary) string {
	var b strings.Builder
	figure := func(label, format string, args ...any) {
		fmt.Fprintf(&b, "  %-12s %s\n", label, fmt.Sprintf(format, args...))
	}
	figure("documents", "%s%s", statuses(s), note(s.Instances > s.Total, ", found as %d files", s.Instances))
	figure("pages", "%d%s", s.Pages, note(s.OCRPages > 0, ", %d of them recognised", s.OCRPages))
	figure("words", "%d in %d chunks", s.Words, s.Chunks)
	figure("mentions", "%s", mentions(s.Mentions))
	figure("entities", "%d with %d relations", s.Entities, s.Relations)
	figure("speed", "%.1f pages/s", s.PagesPerSecond)
	figure("cache", "%d of %d stage outputs were there already (%.0f %%)", s.CacheHits, s.CacheHits+s.CacheMiss, 100*s.CacheHitRate)
	return b.String()
}

func failures(b *strings.Builder, width int, title string, list []store.Failure) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n", title)
	for _, f := range list[:min(len(list), failuresShown)] {
		text := fmt.Sprintf("  %s: %s [%s]", filepath.Base(f.Path), f.Message, f.Code)
		fmt.Fprintln(b, cut("  "+line(text), width))
	}
	if more := len(list) - failuresShown; more > 0 {
		fmt.Fprintf(b, "  … and %d more; --json lists them all\n", more)
	}
}

// statuses renders how many documents ended in which status.
func statuses(s casefile.Summary) string {
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

// mentions renders how many mentions there are of which type, most first.
func mentions(counts map[dossier.MentionType]int) string {
	types := slices.SortedFunc(maps.Keys(counts), func(a, b dossier.MentionType) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b))
	})
	total, parts := 0, []string{}
	for _, t := range types {
		total += counts[t]
		parts = append(parts, fmt.Sprintf("%s %d", strings.ToLower(string(t)), counts[t]))
	}
	if total == 0 {
		return "none"
	}
	return fmt.Sprintf("%d: %s", total, strings.Join(parts, ", "))
}
