package show

import (
	"fmt"
	"io"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/nearest"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/verify"
)

// Documents writes a table of documents.
func Documents(w io.Writer, list []casefile.ListedDocument) error {
	return List(w, "ID\tSTATUS\tFORMAT\tPAGES\tMENTIONS\tENTITIES\tHOLD\tNAME", list, func(d casefile.ListedDocument) []any {
		hold := none
		if d.Held {
			hold = "held"
		}
		return []any{ID(d.ID), d.Status, d.Format, d.Pages, d.Mentions, d.Entities, hold, d.FileName}
	})
}

// Document writes all that is known of a document.
func Document(w io.Writer, v casefile.DocumentView) error {
	documentHead(w, v)
	if err := List(w, "PAGE\tSOURCE\tWORDS\tREASON", v.PageList, func(p casefile.PageView) []any {
		return []any{p.Number, p.Source, p.Words, p.Reason}
	}); err != nil {
		return err
	}
	if len(v.Findings) > 0 {
		fmt.Fprintln(w)
		if err := List(w, "FINDING\tPAGE\tNAME\tBY\tTEXT", v.Findings, func(f dossier.Finding) []any {
			return []any{f.Kind, f.Page, f.Name, f.Author, f.Text}
		}); err != nil {
			return err
		}
	}
	fmt.Fprintln(w)
	if err := List(w, "TYPE\tENTITY\tMENTIONS\tALSO", v.EntityList, func(e dossier.DocumentEntity) []any {
		return []any{e.Type, e.Name, len(e.Mentions), strings.Join(e.Aliases, "; ")}
	}); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return Table(w, "RELATION\tFROM\tTO\tROLE\tPAGE", func(row func(...any)) error {
		for _, r := range v.RelationList {
			if r.Kind != dossier.CoMention {
				row(r.Kind, r.From, r.To, r.Role, r.Page)
			}
		}
		return nil
	})
}

// documentHead writes what stands above the tables of a document.
func documentHead(w io.Writer, v casefile.DocumentView) {
	fmt.Fprintf(w, "%s\n  id       %s\n  sha256   %s\n  format   %s, %d bytes\n  status   %s\n",
		Visible(v.FileName), v.ID, v.SHA256, v.Format, v.Size, v.Status)
	if v.ErrorMessage != "" {
		fmt.Fprintf(w, "  reason   %s [%s]\n", v.ErrorMessage, v.ErrorCode)
	}
	for _, path := range v.Paths {
		fmt.Fprintf(w, "  found at %s\n", line(path))
	}
	for _, r := range v.Parents {
		fmt.Fprintf(w, "  part of  %s  %s\n", line(r.FileName), r.ID)
	}
	for _, r := range v.Children {
		fmt.Fprintf(w, "  holds    %s  %s\n", line(r.FileName), r.ID)
	}
	for _, loss := range v.Losses {
		fmt.Fprintf(w, "  not read %s [%s]\n", line(loss.String()), loss.Code)
	}
	for _, h := range v.Holds {
		hold(w, h)
	}
	for _, warning := range v.Warnings {
		fmt.Fprintf(w, "  warning  %s\n", warning)
	}
	fmt.Fprintf(w, "  content  %d pages, %d words, %d chunks, %d mentions, %d entities, %d relations\n\n",
		v.Pages, v.Words, v.Chunks, v.Mentions, v.Entities, v.Relations)
}

// hold writes a line about a legal hold.
func hold(w io.Writer, h store.Hold) {
	what := "the project"
	if h.DocumentID != "" {
		what = "document " + h.DocumentID
	}
	fmt.Fprintf(w, "  hold     on %s since %s by %s: %s\n", what, moment(h.At), Visible(h.Actor), line(h.Reason))
}

// Text writes the text of a document.
func Text(w io.Writer, t casefile.DocumentText) error {
	_, err := fmt.Fprintln(w, t.Text)
	return err
}

// Similar writes a table of documents that resemble one.
func Similar(w io.Writer, list []casefile.Similar) error {
	return List(w, "ID\tSIMILARITY\tCONTAINED\tMAIL\tNAME", list, func(s casefile.Similar) []any {
		return []any{ID(s.ID), fmt.Sprintf("%.2f", s.Similarity), fmt.Sprintf("%.2f", s.Contained), note(s.SameMail, "same mail"), s.FileName}
	})
}

// Deletion writes which documents a deletion would remove.
func Deletion(w io.Writer, plan casefile.DocumentDeletion) error {
	if err := List(w, "ID\tSTATUS\tBYTES\tORIGINAL\tNAME", plan.Documents, func(d store.Doomed) []any {
		original := "goes"
		if d.Shared {
			original = "stays: another project has it"
		}
		return []any{ID(d.ID), d.Status, d.Size, original, d.FileName}
	}); err != nil {
		return err
	}
	for _, r := range plan.Kept {
		fmt.Fprintf(w, "stays: %s  %s (an attachment that was found elsewhere too)\n", line(r.FileName), r.ID)
	}
	_, err := fmt.Fprintf(w, "%d documents, %d of them still worked on, in %d batches\n", len(plan.Documents), plan.Open, plan.Batches)
	return err
}

// Trace writes how a document went through the stages, and the checks of its
// record.
func Trace(w io.Writer, t verify.Trace) error {
	fmt.Fprintf(w, "%s · %s\n\n", t.Document.FileName, t.Document.ID)
	if err := List(w, "STAGE\tSTATUS\tATTEMPTS\tWAIT\tWORK\tMADE\tCACHE ENTRY", t.Stages, func(s verify.StageTrace) []any {
		return []any{s.Stage, s.Status, len(s.Attempts), fmt.Sprintf("%.3f s", s.Wait), fmt.Sprintf("%.3f s", s.Work), yield(s), entry(s)}
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
	_, err := fmt.Fprintf(w, "\nVerdict: the record of this document %s\n", map[bool]string{true: "holds", false: "does NOT hold"}[t.OK])
	return err
}

// yield renders what a stage made.
func yield(s verify.StageTrace) string {
	if s.Note != "" {
		return s.Note
	}
	return fmt.Sprint(s.Yield)
}

// entry renders the cache entry of a stage.
func entry(s verify.StageTrace) string {
	switch {
	case s.Entry == "":
		return none
	case !s.Cached:
		return "missing"
	case s.Hit:
		return s.Entry + " (was there)"
	}
	return s.Entry
}

// Hits writes the pages that a search found, with the words that it found in
// bold on a terminal and in brackets elsewhere.
func Hits(w io.Writer, r casefile.SearchResult) error {
	on, off := "[", "]"
	if Styled(w) {
		on, off = "\x1b[1m", "\x1b[0m"
	}
	for _, h := range r.Hits {
		fmt.Fprintf(w, "%s, page %d\n  %s\n", h.FileName, h.Page, OneLine(marked(h, on, off)))
	}
	line := fmt.Sprintf("%d of %d pages: %s", len(r.Hits), r.Total, r.Meaning)
	if question := nearest.Question(r.Suggestions); question != "" {
		line += "\n" + question
	}
	_, err := fmt.Fprintln(w, line)
	return err
}

// marked returns the snippet of a hit with the words that the query matches set
// off.
func marked(h casefile.Hit, on, off string) string {
	var b strings.Builder
	last := 0
	for _, m := range h.Marks {
		b.WriteString(h.Snippet[last:m[0]] + on + h.Snippet[m[0]:m[1]] + off)
		last = m[1]
	}
	return b.String() + h.Snippet[last:]
}

// Event writes an event of the chronology.
func Event(w io.Writer, r store.EventRow) error {
	where := make([]string, 0, len(r.Sources))
	for _, s := range r.Sources {
		where = append(where, fmt.Sprintf("%s, page %d", s.FileName, s.Page))
	}
	_, err := fmt.Fprintf(w, "%s%s%s  %s\n    %s\n", r.Date, note(r.DateEnd != "", " – %s", r.DateEnd),
		note(r.Kind != dossier.EventStated, " (%s)", r.Kind), line(r.Sentence), Visible(strings.Join(where, "; ")))
	return err
}
