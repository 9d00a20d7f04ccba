package show

import (
	"strings"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/store"
)

func TestSummaryListsWhatIsMissing(t *testing.T) {
	s := casefile.Summary{Batch: "b", Status: "completed", Finished: true, Total: 2, Report: store.Report{
		Documents: map[dossier.Status]int{dossier.StatusPartial: 1, dossier.StatusFailed: 1},
		Failures: []store.Failure{
			{Path: "/x/bad.pdf", Status: dossier.StatusFailed, Code: dossier.CodeDamaged, Message: "damaged"},
			{Path: "/x/scan.pdf", Status: dossier.StatusPartial, Code: dossier.CodeTimeout, Message: "page 2 is lost"},
		},
	}}
	var b strings.Builder
	if err := Summary(&b, s); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"1 partial, 1 failed", "Not part of the case file:\n  bad.pdf: damaged [damaged_file]\n",
		"Not read in full:\n  scan.pdf: page 2 is lost [deadline_exceeded]\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, b.String())
		}
	}
}

func TestProgressNamesPartialDocuments(t *testing.T) {
	now := time.Now()
	m := meter{start: now}
	p := queue.Progress{dossier.StatusCompleted: 3, dossier.StatusPartial: 2, dossier.StatusFailed: 1}
	if line := m.line(p, true, now); !strings.HasPrefix(line, "6 discovered · 0 waiting · 0 running · 3 done · 1 failed · 2 partial") {
		t.Errorf("progress %q", line)
	}
	failure := event.Event{Kind: event.Stage, Status: dossier.StatusPartial, Code: dossier.CodeTimeout, Message: "scan.pdf: not read in full"}
	if line := failedLine(failure); line != "partial: scan.pdf: not read in full [deadline_exceeded]" {
		t.Errorf("event %q", line)
	}
}
