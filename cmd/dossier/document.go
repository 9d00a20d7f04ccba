package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/store"
)

// inProject is the flag of commands that ask a case file.
type inProject struct {
	Project string `default:"default" help:"Name of the project." placeholder:"NAME"`
}

// open opens the record and finds the project.
func (p inProject) open(e *env) (*app, store.Project, error) {
	a, err := e.openRecord()
	if err != nil {
		return nil, store.Project{}, err
	}
	project, err := a.db.Projects().Get(e.ctx, p.Project)
	if err != nil {
		return nil, project, errors.Join(err, a.close())
	}
	return a, project, nil
}

// with opens the record and does something with the case file.
func (p inProject) with(e *env, f func(c *casefile.CaseFile) error) (err error) {
	a, project, err := p.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	return f(a.casefile(project))
}

type documentCmd struct {
	List    documentListCmd    `cmd:"" help:"List the documents of a project."`
	Show    documentShowCmd    `cmd:"" help:"Show one document with its pages, findings, entities and relations."`
	Text    documentTextCmd    `cmd:"" help:"Print the text of one document."`
	Similar documentSimilarCmd `cmd:"" help:"List documents that are nearly the same as one."`
	Hold    documentHoldCmd    `cmd:"" help:"Place a legal hold on one document. It cannot be deleted until the hold is released."`
	Release documentReleaseCmd `cmd:"" help:"End the legal holds on one document."`
	Delete  documentDeleteCmd  `cmd:"" help:"Delete documents with their attachments, originals included."`
}

type documentListCmd struct {
	inProject
	Status string `enum:",pending,processing,completed,partial,failed,cancelled,quarantined,unsupported" default:"" help:"Only documents with this status: pending, processing, completed, partial, failed, cancelled, quarantined or unsupported." placeholder:"STATUS"`
}

// Run lists documents.
func (c *documentListCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		list, err := f.Documents(e.ctx, dossier.Status(c.Status))
		if err != nil {
			return err
		}
		return printList(e, list, "ID\tSTATUS\tFORMAT\tPAGES\tMENTIONS\tENTITIES\tHOLD\tNAME", func(d casefile.ListedDocument) []any {
			hold := "–"
			if d.Held {
				hold = "held"
			}
			return []any{d.ID, d.Status, d.Format, d.Pages, d.Mentions, d.Entities, hold, d.FileName}
		})
	})
}

// printList prints a list as lines of JSON or as a table.
func printList[T any](e *env, list []T, header string, cells func(T) []any) error {
	if e.JSON {
		return printEach(e, list)
	}
	return table(e.out, header, func(row func(...any)) error {
		for _, v := range list {
			row(cells(v)...)
		}
		return nil
	})
}

// printEach prints a list as lines of JSON.
func printEach[T any](e *env, list []T) error {
	for _, v := range list {
		if err := e.printJSON(v); err != nil {
			return err
		}
	}
	return nil
}

// table prints rows under a header in aligned columns. An error of rows, which
// may read as it goes, is returned, after what was read until then is printed.
func table(w io.Writer, header string, rows func(row func(...any)) error) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, header)
	err := rows(func(cells ...any) {
		for i, c := range cells {
			if i > 0 {
				fmt.Fprint(tw, "\t")
			}
			fmt.Fprint(tw, oneLine(visible(fmt.Sprint(c))))
		}
		fmt.Fprintln(tw)
	})
	return errors.Join(err, tw.Flush())
}

type documentShowCmd struct {
	inProject
	Document string `arg:"" help:"Id, SHA-256, file name or path of the document."`
}

// Run shows a document.
func (c *documentShowCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		v, err := f.ShowDocument(e.ctx, c.Document)
		if err != nil {
			return err
		}
		if e.JSON {
			return e.printJSON(v)
		}
		return printDocument(e.out, v)
	})
}

func printDocument(w io.Writer, s casefile.DocumentView) error {
	fmt.Fprintf(w, "%s\n  id       %s\n  sha256   %s\n  format   %s, %d bytes\n  status   %s\n",
		visible(s.FileName), s.ID, s.SHA256, s.Format, s.Size, s.Status)
	if s.ErrorMessage != "" {
		fmt.Fprintf(w, "  reason   %s [%s]\n", s.ErrorMessage, s.ErrorCode)
	}
	for _, path := range s.Paths {
		fmt.Fprintf(w, "  found at %s\n", oneLine(visible(path)))
	}
	for _, r := range s.Parents {
		fmt.Fprintf(w, "  part of  %s  %s\n", oneLine(visible(r.FileName)), r.ID)
	}
	for _, r := range s.Children {
		fmt.Fprintf(w, "  holds    %s  %s\n", oneLine(visible(r.FileName)), r.ID)
	}
	for _, loss := range s.Losses {
		fmt.Fprintf(w, "  not read %s [%s]\n", oneLine(visible(loss.String())), loss.Code)
	}
	for _, h := range s.Holds {
		printHold(w, h)
	}
	for _, warning := range s.Warnings {
		fmt.Fprintf(w, "  warning  %s\n", warning)
	}
	fmt.Fprintf(w, "  content  %d pages, %d words, %d chunks, %d mentions, %d entities, %d relations\n\n",
		s.Pages, s.Words, s.Chunks, s.Mentions, s.Entities, s.Relations)
	if err := table(w, "PAGE\tSOURCE\tWORDS\tREASON", func(row func(...any)) error {
		for _, p := range s.PageList {
			row(p.Number, p.Source, p.Words, p.Reason)
		}
		return nil
	}); err != nil {
		return err
	}
	if len(s.Findings) > 0 {
		fmt.Fprintln(w)
		if err := table(w, "FINDING\tPAGE\tNAME\tBY\tTEXT", func(row func(...any)) error {
			for _, f := range s.Findings {
				row(f.Kind, f.Page, f.Name, f.Author, f.Text)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	fmt.Fprintln(w)
	if err := table(w, "TYPE\tENTITY\tMENTIONS\tALSO", func(row func(...any)) error {
		for _, en := range s.EntityList {
			row(en.Type, en.Name, len(en.Mentions), strings.Join(en.Aliases, "; "))
		}
		return nil
	}); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return table(w, "RELATION\tFROM\tTO\tROLE\tPAGE", func(row func(...any)) error {
		for _, r := range s.RelationList {
			if r.Kind != dossier.CoMention {
				row(r.Kind, r.From, r.To, r.Role, r.Page)
			}
		}
		return nil
	})
}

type documentTextCmd struct {
	inProject
	Document string `arg:"" help:"Id, SHA-256, file name or path of the document."`
}

// Run prints the text of a document, pages separated by form feeds.
func (c *documentTextCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		t, err := f.Text(e.ctx, c.Document)
		if err != nil {
			return err
		}
		if e.JSON {
			return e.printJSON(t)
		}
		_, err = fmt.Fprintln(e.out, t.Text)
		return err
	})
}

type documentSimilarCmd struct {
	inProject
	Document string  `arg:"" help:"Id, SHA-256, file name or path of the document."`
	Min      float64 `default:"0.7" help:"Minimum fraction of five-word sequences in common, 0.3 to 1." placeholder:"SHARE"`
}

// Run lists documents that are nearly the same.
func (c *documentSimilarCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		list, err := f.Similar(e.ctx, c.Document, c.Min)
		if err != nil {
			return err
		}
		if e.JSON {
			return e.printJSON(list)
		}
		return table(e.out, "ID\tSIMILARITY\tCONTAINED\tMAIL\tNAME", func(row func(...any)) error {
			for _, s := range list {
				mail := ""
				if s.SameMail {
					mail = "same mail"
				}
				row(s.ID, fmt.Sprintf("%.2f", s.Similarity), fmt.Sprintf("%.2f", s.Contained), mail, s.FileName)
			}
			return nil
		})
	})
}
