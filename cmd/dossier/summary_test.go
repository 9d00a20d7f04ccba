package main

import (
	"strings"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/store"
)

func TestSummaryOfPartialDocuments(t *testing.T) {
	for _, tt := range []struct {
		documents map[dossier.Status]int
		want      int
	}{
		{map[dossier.Status]int{dossier.StatusCompleted: 2}, exitOK},
		{map[dossier.Status]int{dossier.StatusCompleted: 1, dossier.StatusPartial: 1}, exitPartly},
		{map[dossier.Status]int{dossier.StatusPartial: 2}, exitPartly},
		{map[dossier.Status]int{dossier.StatusFailed: 2}, exitFailed},
	} {
		if s := newSummary("p", "b", "completed", store.Report{Documents: tt.documents}, time.Second); s.ExitCode != tt.want {
			t.Errorf("%v: exit code %d, want %d", tt.documents, s.ExitCode, tt.want)
		}
	}
	s := newSummary("p", "b", "completed", store.Report{
		Documents: map[dossier.Status]int{dossier.StatusPartial: 1, dossier.StatusFailed: 1},
		Failures: []store.Failure{
			{Path: "/x/bad.pdf", Status: dossier.StatusFailed, Code: dossier.CodeDamaged, Message: "damaged"},
			{Path: "/x/scan.pdf", Status: dossier.StatusPartial, Code: dossier.CodeTimeout, Message: "page 2 is lost"},
		},
	}, time.Second)
	var b strings.Builder
	if err := s.print(&b, 0); err != nil {
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
	news := event.Event{Kind: event.Stage, Status: dossier.StatusPartial, Code: dossier.CodeTimeout, Message: "scan.pdf: not read in full"}
	if line := failedLine(news); line != "partial: scan.pdf: not read in full [deadline_exceeded]" {
		t.Errorf("news %q", line)
	}
}
