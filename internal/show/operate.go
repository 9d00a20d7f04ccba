package show

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/batch"
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/retention"
	"github.com/dossier-legal/dossier/internal/store"
)

// Sentence returns a function that writes a sentence, whatever it gets.
func Sentence[T any](format string, args ...any) func(io.Writer, T) error {
	return func(w io.Writer, _ T) error {
		_, err := fmt.Fprintln(w, fmt.Sprintf(format, args...))
		return err
	}
}

// AuditLog writes a table of entries of the audit log.
func AuditLog(w io.Writer, list []store.AuditEntry) error {
	return List(w, "TIME\tWHO\tWHAT\tSUBJECT\tDETAIL", list, func(e store.AuditEntry) []any {
		return []any{moment(e.At), e.Actor, e.Action, ID(e.Subject), e.Detail}
	})
}

// DeadLetters writes a table of dead letters.
func DeadLetters(w io.Writer, list []store.DeadLetter) error {
	return List(w, "FAILED\tSTAGE\tCODE\tATTEMPTS\tFILE\tWHY", list, func(d store.DeadLetter) []any {
		return []any{moment(d.FailedAt), d.Stage, d.Code, d.Attempts, d.Path, d.Message}
	})
}

// Replayed writes how many tasks a replay started.
func Replayed(w io.Writer, r casefile.Replayed) error {
	_, err := fmt.Fprintf(w, "%d tasks are retried\n", r.Started)
	return err
}

// Estimate returns a function that writes what reading files would take with a
// recogniser and a model that finds names, "" for none.
func Estimate(recogniser, model string) func(io.Writer, batch.Estimate) error {
	return func(w io.Writer, e batch.Estimate) error {
		_, err := fmt.Fprintf(w, "files       %d, %d cannot be read\npages       %d, %d to recognise with %s\ncost        %s\n",
			e.Files, len(e.Unread), e.Pages, e.Recognise, recogniser, dollars(e.Micros))
		if model != "" {
			_, err = fmt.Fprintf(w, "names       about %s with %s\n", dollars(e.NameMicros), model)
		}
		if e.Attachments > 0 {
			_, err = fmt.Fprintf(w, "not counted %d files inside mails and archives\n", e.Attachments)
		}
		return err
	}
}

// dollars renders millionths of a dollar.
func dollars(micros int64) string { return fmt.Sprintf("$%.2f", float64(micros)/1e6) }

// Submitted writes which batch was submitted.
func Submitted(w io.Writer, s casefile.BatchState) error {
	_, err := fmt.Fprintf(w, "batch %s: %d documents\n", s.ID, s.Total)
	return err
}

// NotRegistered writes which files a submission could not register.
func NotRegistered(w io.Writer, problems []store.Failure) {
	for _, f := range problems {
		fmt.Fprintf(w, "dossier: not registered: %s: %s [%s]\n", Visible(f.Path), line(f.Message), f.Code)
	}
}

// BatchCancelled writes that a batch was cancelled.
func BatchCancelled(w io.Writer, c casefile.BatchCancelled) error {
	_, err := fmt.Fprintf(w, "batch %s is cancelled; %d documents were not done\n", c.Batch, c.Cancelled)
	return err
}

// BatchPaused writes that a batch was paused or resumed.
func BatchPaused(w io.Writer, p casefile.BatchPaused) error {
	what := "goes on"
	if p.Paused {
		what = "is paused; what runs goes on to its end"
	}
	_, err := fmt.Fprintf(w, "batch %s %s\n", p.Batch, what)
	return err
}

// BatchPriority writes which priority a batch has.
func BatchPriority(w io.Writer, p casefile.BatchPriority) error {
	_, err := fmt.Fprintf(w, "batch %s has priority %s\n", p.Batch, p.Priority)
	return err
}

// BatchRetried writes which documents of a batch are processed again.
func BatchRetried(w io.Writer, r casefile.Retried) error {
	text := fmt.Sprintf("%d documents are processed again", r.Started)
	text += note(r.Joined > 0, "; %d are under way in another batch, which this one waits for", r.Joined)
	text += note(r.Replaced > 0, "; %d have ended in another batch, whose result this one takes over", r.Replaced)
	if r.Started+r.Joined+r.Replaced == 0 {
		text = "nothing to retry: no document of it ended as " + either(r.Statuses)
	}
	_, err := fmt.Fprintf(w, "batch %s: %s\n", r.Batch, text)
	return err
}

// either lists statuses as in "failed, quarantined or cancelled".
func either(statuses []dossier.Status) string {
	list := make([]string, len(statuses))
	for i, s := range statuses {
		list[i] = string(s)
	}
	last := len(list) - 1
	if last == 0 {
		return list[0]
	}
	return strings.Join(list[:last], ", ") + " or " + list[last]
}

// Breakers writes a table of circuit breakers.
func Breakers(w io.Writer, list []breaker.State) error {
	return List(w, "PROVIDER\tSTATUS\tFAILURES\tOPEN UNTIL\tLAST FAILURE", list, func(s breaker.State) []any {
		return []any{s.Provider, s.Status, s.Failures, momentOrNone(s.Until), s.Error}
	})
}

// CacheStats writes the counters of the cache, and the keys of Redis.
func CacheStats(w io.Writer, v casefile.CacheView) error {
	if err := stageCache(w, v.Stages, "STAGE\tHITS\tMISSES\tHIT RATE\tWAITS\tFAILED\tDAMAGED", func(s cache.Stats) []any { return []any{s.Damaged} }); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return Table(w, keysHeader, func(row func(...any)) error {
		for _, p := range v.Redis {
			keys(row, p.Purpose, p.Keys, p.Sample)
		}
		return nil
	})
}

// stageCache writes the counters of the cache by stage; more are cells behind the
// others.
func stageCache(w io.Writer, stages map[string]cache.Stats, header string, more func(cache.Stats) []any) error {
	return Table(w, header, func(row func(...any)) error {
		for _, stage := range dossier.Stages() {
			if s, ok := stages[string(stage)]; ok {
				row(append([]any{stage, s.Hits, s.Misses, fmt.Sprintf("%.1f %%", 100*s.HitRate()), s.Waits, s.Failed}, more(s)...)...)
			}
		}
		return nil
	})
}

// CacheWarmed writes how many cached outputs are in Redis now.
func CacheWarmed(w io.Writer, c casefile.CacheWarmed) error {
	_, err := fmt.Fprintf(w, "%d outputs were in Redis, %d were brought there, %d are missing, %d did not fit\n", c.Present, c.Loaded, c.Missing, c.Skipped)
	return err
}

// KeysMigrated writes how many keys were moved.
func KeysMigrated(w io.Writer, m casefile.KeysMigrated) error {
	word := "moved"
	if m.DryRun {
		word = "to be moved"
	}
	if len(m.Keys) == 0 {
		_, err := fmt.Fprintf(w, "no keys %s\n", word)
		return err
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(m.Keys)) {
		fmt.Fprintf(&b, "%s: %d keys %s\n", name, m.Keys[name], word)
	}
	_, err := fmt.Fprintln(w, b.String())
	return err
}

// Projects writes a table of projects.
func Projects(w io.Writer, list []store.ProjectInfo) error {
	return List(w, "PROJECT\tDOCUMENTS\tBATCHES\tBYTES\tSTATE", list, func(p store.ProjectInfo) []any {
		return []any{p.Name, p.Documents, p.Batches, p.Bytes, projectState(p)}
	})
}

// projectState renders what is unusual about a project.
func projectState(p store.ProjectInfo) string {
	switch whole := len(p.Holds) > 0 && p.Holds[0].DocumentID == ""; {
	case p.Deleting:
		return "being deleted"
	case whole:
		return "legal hold"
	case len(p.Holds) > 0:
		return fmt.Sprintf("legal hold on %d documents", len(p.Holds))
	}
	return none
}

// Project writes the size of a project, and the legal holds in force.
func Project(w io.Writer, p store.ProjectInfo) error {
	_, err := fmt.Fprintf(w, "%s\n  id       %s\n  content  %d documents of %d bytes, %d entities\n  batches  %d, %d open\n  created  %s\n",
		Visible(p.Name), p.ID, p.Documents, p.Bytes, p.Entities, p.Batches, p.Open, moment(p.CreatedAt))
	if p.Deleting {
		_, err = fmt.Fprintln(w, "  state    being deleted; `dossier cleanup` completes it")
	}
	for _, h := range p.Holds {
		hold(w, h)
	}
	return err
}

// Held writes that a legal hold was placed.
func Held(w io.Writer, h casefile.Held) error {
	_, err := fmt.Fprintf(w, "%s is on hold: nothing of it is deleted or cleaned up\n", h.Held)
	if h.StoppedDeletion {
		_, err = fmt.Fprintln(w, "A deletion was under way. It is stopped; what it had deleted by then is gone.")
	}
	return err
}

// Released writes that legal holds were released.
func Released(w io.Writer, r casefile.Released) error {
	_, err := fmt.Fprintf(w, "%d holds on %s are released\n", r.Released, r.On)
	return err
}

// DocumentsDeleted writes what was removed with documents.
func DocumentsDeleted(w io.Writer, d casefile.DocumentsDeleted) error {
	_, err := fmt.Fprintf(w, "deleted: %s\n", counts(d.Removed))
	return err
}

// DeletionOf renders what the deletion of a project would delete.
func DeletionOf(p store.ProjectInfo) string {
	return fmt.Sprintf("project %s goes with %d documents (%d bytes), %d entities and %d batches", p.Name, p.Documents, p.Bytes, p.Entities, p.Batches)
}

// ProjectDeletion writes what the deletion of a project would delete.
func ProjectDeletion(w io.Writer, d casefile.ProjectDeletion) error {
	_, err := fmt.Fprintln(w, DeletionOf(d.Project))
	return err
}

// ProjectDeleted writes what was removed with a project.
func ProjectDeleted(w io.Writer, d casefile.ProjectDeleted) error {
	_, err := fmt.Fprintf(w, "project %s is deleted: %s\n", d.Project, counts(d.Removed))
	return err
}

// Cleaned writes what a cleanup removed.
func Cleaned(w io.Writer, c retention.Cleaned) error {
	word := "removed"
	if c.DryRun {
		word = "to be removed"
	}
	_, err := fmt.Fprintf(w, "%s: %s\n", word, counts(c.Removed))
	return err
}

// counts lists counts by kind.
func counts(c retention.Counts) string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(c)) {
		parts = append(parts, fmt.Sprintf("%d %s", c[kind], strings.ReplaceAll(kind, "_", " ")))
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// PasswordsAdded writes how many passwords were new.
func PasswordsAdded(w io.Writer, a casefile.Added) error {
	_, err := fmt.Fprintf(w, "%d new passwords for project %s; process the locked files again\n", a.Added, a.Project)
	return err
}

// PasswordCount writes how many passwords a project has.
func PasswordCount(w io.Writer, c casefile.PasswordCount) error {
	_, err := fmt.Fprintf(w, "project %s has %d passwords\n", c.Project, c.Passwords)
	return err
}

// PasswordsCleared writes how many passwords were deleted.
func PasswordsCleared(w io.Writer, c casefile.PasswordsCleared) error {
	_, err := fmt.Fprintf(w, "%d passwords deleted\n", c.Removed)
	return err
}

// WebhookAdded writes that a webhook was added, with the secret if it is new.
func WebhookAdded(w io.Writer, a casefile.WebhookAdded) error {
	_, err := fmt.Fprintf(w, "webhook %s is on record\n", a.ID)
	if a.Secret != "" {
		_, err = fmt.Fprintf(w, "secret  %s\nIt signs the deliveries and is not shown again.\n", a.Secret)
	}
	return err
}

// Webhooks writes a table of webhooks.
func Webhooks(w io.Writer, list []store.Webhook) error {
	return List(w, "WEBHOOK\tPROJECT\tEVENTS\tSTATE\tURL", list, func(h store.Webhook) []any {
		return []any{ID(h.ID), or(h.Project, "all"), or(strings.Join(h.Events, ","), "all"), or(h.Disabled, "in use"), h.URL}
	})
}

// or returns a text, or another one if it is empty.
func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// Deliveries writes a table of deliveries to webhooks.
func Deliveries(w io.Writer, list []store.Delivery) error {
	return List(w, "DELIVERY\tEVENT\tSTATUS\tATTEMPTS\tCREATED\tWHY", list, func(d store.Delivery) []any {
		return []any{ID(d.ID), d.Event, d.Status, d.Attempts, moment(d.CreatedAt), d.LastError}
	})
}

// DeliveriesReplayed writes how many deliveries are sent again.
func DeliveriesReplayed(w io.Writer, r casefile.DeliveriesReplayed) error {
	_, err := fmt.Fprintf(w, "%d deliveries are sent again\n", r.Deliveries)
	return err
}

// Diagnosis writes the outcomes of checks, with a cure for those that failed.
func Diagnosis(w io.Writer, d *casefile.Diagnosis) error {
	var errs []error
	for _, c := range d.Checks {
		_, err := fmt.Fprintf(w, "%s %-16s %s%s\n", tick(c.OK), c.Check, c.Detail, note(c.Cure != "", "\n                   cure: %s", c.Cure))
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
