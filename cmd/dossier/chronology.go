package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/export"
	"github.com/dossier-legal/dossier/internal/store"
)

type chronologyCmd struct {
	inProject
	From     string `help:"Only events on or after this date (YYYY, YYYY-MM or YYYY-MM-DD)." placeholder:"DATE"`
	To       string `help:"Only events on or before this date (YYYY, YYYY-MM or YYYY-MM-DD)." placeholder:"DATE"`
	Entity   string `help:"Only events that name this entity (id or name)." placeholder:"ENTITY"`
	Document string `help:"Only events stated in this document (id, name or path)." placeholder:"DOCUMENT"`
	CSV      bool   `name:"csv" help:"Print CSV, one row for each place where an event is stated." xor:"form"`
	Output   string `short:"o" help:"Output file. Default: standard output." placeholder:"FILE" type:"path"`
}

// Run lists the events of a project.
func (c *chronologyCmd) Run(e *env) error {
	if c.CSV && e.JSON {
		return dossier.Errorf(dossier.CodeInvalidInput, "the output is either of --csv and --json").About("--csv").WithCure("leave one out")
	}
	return c.with(e, func(f *casefile.CaseFile) error {
		r := casefile.ChronologyRequest{From: c.From, To: c.To, Entity: c.Entity, Document: c.Document}
		return toFile(c.Output, e.out, func(w io.Writer) error {
			out := env{ctx: e.ctx, streams: streams{out: w}}
			each := func(show func(store.EventRow) error) error { return f.Chronology(e.ctx, r, show) }
			switch {
			case e.JSON:
				return each(func(r store.EventRow) error { return out.printJSON(r) })
			case c.CSV:
				return export.Events(w, each)
			}
			return each(func(r store.EventRow) error { return printEvent(w, r) })
		})
	})
}

// toFile calls f with the file to write to, or with out if none is named.
func toFile(path string, out io.Writer, f func(io.Writer) error) error {
	if path == "" {
		return buffered(out, f)
	}
	file, err := os.Create(path)
	if err != nil {
		return dossier.Errorf(dossier.CodeInvalidInput, "cannot be written: %w", err).About("--output")
	}
	return errors.Join(buffered(file, f), file.Close())
}

func buffered(out io.Writer, f func(io.Writer) error) error {
	b := bufio.NewWriterSize(out, 1<<20)
	return errors.Join(f(b), b.Flush())
}

// printEvent prints an event for people.
func printEvent(w io.Writer, r store.EventRow) error {
	where := make([]string, 0, len(r.Sources))
	for _, s := range r.Sources {
		where = append(where, fmt.Sprintf("%s, page %d", s.FileName, s.Page))
	}
	kind := note(r.Kind != dossier.EventStated, " (%s)", r.Kind)
	_, err := fmt.Fprintf(w, "%s%s  %s\n    %s\n", dates(r), kind, oneLine(visible(r.Sentence)), visible(strings.Join(where, "; ")))
	return err
}

func dates(r store.EventRow) string { return r.Date + note(r.DateEnd != "", " – %s", r.DateEnd) }
