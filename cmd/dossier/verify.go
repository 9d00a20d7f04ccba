package main

import (
	"fmt"
	"io"

	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/pipeline"
)

type verifyCmd struct {
	inProject
	Document string `arg:"" help:"Id, SHA-256, file name or path of the document."`
}

// Run traces a document and checks what is on record about it.
func (c *verifyCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		t, err := f.Verify(e.ctx, c.Document)
		if err != nil {
			return err
		}
		if e.JSON {
			err = e.printJSON(t)
		} else {
			err = printTrace(e.out, t)
		}
		if err == nil && !t.OK {
			return failure(exitPartly)
		}
		return err
	})
}

func printTrace(w io.Writer, t pipeline.Trace) error {
	fmt.Fprintf(w, "%s · %s\n\n", t.Document.FileName, t.Document.ID)
	if err := table(w, "STAGE\tSTATUS\tATTEMPTS\tWAIT\tWORK\tMADE\tCACHE ENTRY", func(row func(...any)) error {
		for _, s := range t.Stages {
			row(s.Stage, s.Status, len(s.Attempts), fmt.Sprintf("%.3f s", s.Wait), fmt.Sprintf("%.3f s", s.Work),
				made(s), entry(s))
		}
		return nil
	}); err != nil {
		return err
	}
	for _, s := range t.Stages {
		for _, a := range s.Attempts {
			if a.Outcome != "completed" {
				fmt.Fprintf(w, "  %s, attempt %d by %s: %s %s\n", s.Stage, a.Attempt, a.Worker, a.Outcome, a.Message)
			}
		}
	}
	fmt.Fprintln(w)
	for _, c := range t.Checks {
		fmt.Fprintf(w, "%s %-24s %s\n", tick(c.OK), c.Name, c.Detail)
	}
	verdict := "the record of this document holds"
	if !t.OK {
		verdict = "the record of this document does NOT hold"
	}
	_, err := fmt.Fprintf(w, "\nVerdict: %s\n", verdict)
	return err
}

func made(s pipeline.StageTrace) string {
	if s.Note != "" {
		return s.Note
	}
	return fmt.Sprint(s.Yield)
}

func entry(s pipeline.StageTrace) string {
	switch {
	case s.Entry == "":
		return "–"
	case !s.Cached:
		return "missing"
	case s.Hit:
		return s.Entry + " (was there)"
	}
	return s.Entry
}

func tick(ok bool) string {
	if ok {
		return "✓"
	}
	return "✗"
}
