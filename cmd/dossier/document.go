package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"dossier"
	"dossier/internal/store"
)

// inProject is the flag of commands that ask a case file.
type inProject struct {
	Project string `default:"default" help:"Name of the matter." placeholder:"NAME"`
}

// open opens the record and finds the project.
func (p inProject) open(e *env) (*app, store.Project, error) {
	a, err := e.openRecord()
	if err != nil {
		return nil, store.Project{}, err
	}
	project, err := a.db.Project(e.ctx, p.Project)
	if err != nil {
		return nil, project, errors.Join(err, a.close())
	}
	return a, project, nil
}

// openDocument opens the record and finds a document in it.
func (p inProject) openDocument(e *env, what string) (*app, store.Document, error) {
	a, project, err := p.open(e)
	if err != nil {
		return nil, store.Document{}, err
	}
	d, err := a.document(e, project, what)
	if err != nil {
		return nil, d, errors.Join(err, a.close())
	}
	return a, d, nil
}

// document finds the one document that what stands for.
func (a *app) document(e *env, project store.Project, what string) (store.Document, error) {
	found, err := a.db.FindDocuments(e.ctx, project.ID, what)
	switch {
	case err != nil:
		return store.Document{}, err
	case len(found) == 0:
		return store.Document{}, dossier.Errorf(dossier.CodeNotFound, "no such document in project %s", project.Name).
			About(what).WithCure("`dossier document list` shows those on record")
	case len(found) > 1:
		ids := make([]string, len(found))
		for i, d := range found {
			ids[i] = d.ID
		}
		return store.Document{}, dossier.Errorf(dossier.CodeInvalidInput, "%d documents are called so: %s", len(found), strings.Join(ids, ", ")).
			About(what).WithCure("name one by its id")
	}
	return a.db.Document(e.ctx, found[0].ID)
}

type documentCmd struct {
	List    documentListCmd    `cmd:"" help:"List the documents of a project."`
	Show    documentShowCmd    `cmd:"" help:"Show one document: what it is, what was found in it."`
	Text    documentTextCmd    `cmd:"" help:"Print the text of one document."`
	Similar documentSimilarCmd `cmd:"" help:"List the documents that are nearly the same as one."`
	Hold    documentHoldCmd    `cmd:"" help:"Place a legal hold on one document: it is not deleted until it is released."`
	Release documentReleaseCmd `cmd:"" help:"End the legal holds on one document."`
	Delete  documentDeleteCmd  `cmd:"" help:"Delete documents with their attachments, originals included."`
}

type documentListCmd struct {
	inProject
	Status string `enum:",pending,processing,completed,partial,failed,cancelled,quarantined,unsupported" default:"" help:"Only those in this status: pending, processing, completed, partial, failed, cancelled, quarantined or unsupported." placeholder:"STATUS"`
}

// listed is a document in a list.
type listed struct {
	store.Document
	Held bool `json:"held,omitempty"` // a legal hold is in force on it
}

// Run lists documents.
func (c *documentListCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	list, err := a.db.Documents(e.ctx, project.ID, dossier.Status(c.Status))
	if err != nil {
		return err
	}
	held, err := a.heldDocuments(e, project.ID)
	if err != nil {
		return err
	}
	rows := make([]listed, len(list))
	for i, d := range list {
		rows[i] = listed{d, held[""] || held[d.ID]}
	}
	return printList(e, rows, "ID\tSTATUS\tFORMAT\tPAGES\tMENTIONS\tENTITIES\tHOLD\tNAME", func(d listed) []any {
		hold := "–"
		if d.Held {
			hold = "held"
		}
		return []any{d.ID, d.Status, d.Format, d.Pages, d.Mentions, d.Entities, hold, d.FileName}
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

// shown is a document with what was found in it.
type shown struct {
	store.Document
	PageList     []pageInfo               `json:"page_list"`
	Findings     []dossier.Finding        `json:"findings"`
	Parents      []store.Relative         `json:"parents,omitempty"`
	Children     []store.Relative         `json:"children,omitempty"`
	EntityList   []dossier.DocumentEntity `json:"entity_list"`
	RelationList []dossier.Relation       `json:"relation_list"`
	Holds        []store.Hold             `json:"holds,omitempty"`
}

type pageInfo struct {
	Number     int            `json:"number"`
	Label      string         `json:"label,omitempty"`
	Source     dossier.Source `json:"source"`
	Reason     string         `json:"reason"`
	Error      dossier.Code   `json:"error,omitempty"` // why it could not be read
	Words      int            `json:"words"`
	Confidence float64        `json:"confidence"`
	Zones      []dossier.Zone `json:"zones,omitempty"`
}

// Run shows a document.
func (c *documentShowCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	s, err := a.show(e, project, c.Document)
	if err != nil {
		return err
	}
	if e.JSON {
		return e.printJSON(s)
	}
	return s.print(e.out)
}

func (a *app) show(e *env, project store.Project, what string) (s shown, err error) {
	if s.Document, err = a.document(e, project, what); err != nil {
		return s, err
	}
	if s.Holds, err = a.holdsOn(e, s.Document); err != nil {
		return s, err
	}
	pages, err := a.db.Pages(e.ctx, s.ID)
	if err != nil {
		return s, err
	}
	for _, p := range pages {
		s.PageList = append(s.PageList, pageInfo{p.Number, p.Label, p.Source, p.Reason, p.Error, p.WordCount(), p.Confidence(), p.Zones})
	}
	if s.Findings, err = a.db.Findings(e.ctx, s.ID); err != nil {
		return s, err
	}
	if s.Parents, s.Children, err = a.db.Family(e.ctx, s.ID); err != nil {
		return s, err
	}
	if s.EntityList, err = a.db.DocumentEntities(e.ctx, s.ID); err != nil {
		return s, err
	}
	s.RelationList, err = a.db.Relations(e.ctx, s.ID)
	return s, err
}

func (s shown) print(w io.Writer) error {
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
func (c *documentTextCmd) Run(e *env) (err error) {
	a, d, err := c.openDocument(e, c.Document)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	text, spans, err := a.db.Text(e.ctx, d.ID)
	if err != nil {
		return err
	}
	if e.JSON {
		return e.printJSON(map[string]any{"document": d.ID, "text": text, "pages": spans})
	}
	_, err = fmt.Fprintln(e.out, text)
	return err
}

type documentSimilarCmd struct {
	inProject
	Document string  `arg:"" help:"Id, SHA-256, file name or path of the document."`
	Min      float64 `default:"0.7" help:"Smallest share of runs of five words that both must have, 0 to 1." placeholder:"SHARE"`
}

// Run lists documents that are nearly the same.
func (c *documentSimilarCmd) Run(e *env) (err error) {
	if c.Min < 0.3 || c.Min > 1 {
		return dossier.Errorf(dossier.CodeInvalidInput, "a share of %g is of no use", c.Min).About("--min").
			WithCure("give one from 0.3 to 1; documents less alike are not searched for")
	}
	a, d, err := c.openDocument(e, c.Document)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	list, err := a.pipeline.Similar(e.ctx, d, c.Min)
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
}
