package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"

	"dossier"
	"dossier/internal/chunk"
	"dossier/internal/cite"
	"dossier/internal/extract"
	"dossier/internal/mention"
)

type extractCmd struct {
	File         string `arg:"" optional:"" help:"The file, or - for text on standard input."`
	As           string `enum:"text,words,findings,chunks,mentions,citations" default:"text" help:"What to print: text, words, findings (hidden text, notes, changes), chunks, mentions or citations."`
	OCR          string `enum:"auto,off,force" default:"auto" help:"Recognise pages: auto, off or force."`
	PasswordFile string `help:"File of passwords to try on a locked file, one a line." placeholder:"FILE" type:"existingfile"`
	Batch        bool   `help:"Read lines of JSON {\"id\", \"text\"} from standard input and answer each with a line."`
}

// Run prints what is in a file. Offsets are byte offsets into its text: the
// text of its pages joined by form feeds.
func (c *extractCmd) Run(e *env) error {
	if c.Batch {
		return c.batch(e)
	}
	if c.File == "" {
		return dossier.Errorf(dossier.CodeInvalidInput, "a file is needed").WithCure("name one, or - for standard input")
	}
	doc, err := c.read(e)
	if err != nil {
		return err
	}
	text, spans := dossier.JoinPages(doc.Pages)
	switch c.As {
	case "text", "words":
		return c.printPages(e, doc.Pages, text)
	case "findings":
		return c.printFindings(e, doc.Findings)
	}
	found := c.find(text, spans)
	if e.JSON {
		return e.printJSON(found)
	}
	return printLines(e.out, found)
}

// read reads the file, or takes standard input as the text of one page.
func (c *extractCmd) read(e *env) (_ *extract.Document, err error) {
	if c.File == "-" {
		b, err := io.ReadAll(e.in)
		if err != nil {
			return nil, err
		}
		if !utf8.Valid(b) {
			return nil, dossier.Errorf(dossier.CodeInvalidInput, "the text is not UTF-8").About("standard input").
				WithCure("convert it, or give the file by name")
		}
		return &extract.Document{Pages: []dossier.Page{{Number: 1, Source: dossier.SourceLayer, Text: string(b)}}}, nil
	}
	pool, err := e.newPool(runtime.NumCPU(), "")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	passwords, err := readPasswords(c.PasswordFile)
	if err != nil {
		return nil, err
	}
	doc, err := pool.Extract(e.ctx, extract.Request{
		Path: c.File, Name: filepath.Base(c.File), OCR: extract.OCRMode(c.OCR), Passwords: passwords,
	})
	if err != nil {
		return nil, err
	}
	for _, w := range doc.Warnings {
		fmt.Fprintf(e.err, "dossier: %s: %s\n", c.File, w)
	}
	return doc, nil
}

// readPasswords reads a file with a password a line; without a file there are none.
func readPasswords(path string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeUnreadable, "the passwords cannot be read: %w", err).About(path)
	}
	var list []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			list = append(list, line)
		}
	}
	return list, nil
}

func (c *extractCmd) printFindings(e *env, list []dossier.Finding) error {
	if e.JSON {
		return e.printJSON(append([]dossier.Finding{}, list...))
	}
	for _, f := range list {
		fmt.Fprintf(e.out, "%s\tpage %d\t%s\t%s\t%s\n", f.Kind, f.Page, oneLine(f.Name), oneLine(f.Author), oneLine(f.Text))
	}
	return nil
}

func (c *extractCmd) printPages(e *env, pages []dossier.Page, text string) error {
	if c.As == "text" {
		if !e.JSON {
			_, err := io.WriteString(e.out, text)
			return err
		}
		for i := range pages {
			pages[i].Words = nil
		}
	}
	if e.JSON {
		return e.printJSON(map[string]any{"pages": pages})
	}
	for _, p := range pages {
		for _, w := range p.Words {
			fmt.Fprintf(e.out, "%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.2f\t%s\n",
				p.Number, w.Box[0], w.Box[1], w.Box[2], w.Box[3], w.Confidence, w.Text)
		}
	}
	return nil
}

// find returns the list of what was asked for, never nil.
func (c *extractCmd) find(text string, spans []dossier.PageSpan) any {
	switch c.As {
	case "chunks":
		return append([]dossier.Chunk{}, chunk.Split(text, spans, chunk.Options{})...)
	case "citations":
		return append([]cite.Citation{}, cite.Find(text)...)
	}
	mentions := append([]dossier.Mention{}, mention.Find(text)...)
	for i := range mentions {
		mentions[i].Page = dossier.PageAt(spans, mentions[i].Start)
	}
	return mentions
}

// printLines prints findings for people, a line each.
func printLines(w io.Writer, found any) error {
	switch list := found.(type) {
	case []dossier.Chunk:
		for _, c := range list {
			fmt.Fprintf(w, "%d\t%d–%d\tpage %d\t%s\n", c.Index, c.Start, c.End, c.PageStart, oneLine(c.Text))
		}
	case []cite.Citation:
		for _, c := range list {
			fmt.Fprintf(w, "%s\t%d–%d\t[%d]\t%s\n", c.Kind, c.Start, c.End, c.Resource, oneLine(c.Text))
		}
	case []dossier.Mention:
		for _, m := range list {
			fmt.Fprintf(w, "%s\tpage %d\t%d–%d\t%s\t%s\n", m.Type, m.Page, m.Start, m.End, oneLine(m.Text), m.Norm)
		}
	}
	return nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// batch answers every line of input with {"id", AS: […]}.
func (c *extractCmd) batch(e *env) error {
	if c.As == "text" || c.As == "words" || c.As == "findings" {
		return dossier.Errorf(dossier.CodeInvalidInput, "--batch reads texts, and a text has no %s to read", c.As).
			About("--as").WithCure("choose chunks, mentions or citations")
	}
	return eachLine(e.in, func(line []byte) error {
		var q struct {
			ID   json.RawMessage `json:"id"`
			Text string          `json:"text"`
		}
		if err := json.Unmarshal(line, &q); err != nil {
			return err
		}
		_, spans := dossier.JoinPages([]dossier.Page{{Number: 1, Text: q.Text}})
		return e.printJSON(map[string]any{"id": q.ID, c.As: c.find(q.Text, spans)})
	})
}
