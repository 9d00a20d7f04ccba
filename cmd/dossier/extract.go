package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/show"
)

type extractCmd struct {
	Files        []string `arg:"" optional:"" name:"file" help:"The files, or - for text on standard input."`
	As           string   `enum:"text,words,findings,chunks,mentions,citations,blocks,relations" default:"text" help:"What to print: text, words, findings (hidden text, notes, changes), chunks, mentions, citations, blocks (captions and signatures) or relations."`
	OCR          string   `enum:"auto,off,force" default:"auto" help:"Recognise pages: auto, off or force."`
	PasswordFile string   `help:"File of passwords to try on a locked file, one per line." placeholder:"FILE" type:"existingfile"`
	Explain      bool     `help:"With --as mentions: name the rules that found each mention."`
	Batch        bool     `help:"Read lines of JSON {\"id\", \"text\"} from standard input and answer each with a line."`
}

// Run prints what is in files. Offsets are byte offsets into the text of a
// file: that of its pages joined by form feeds.
func (c *extractCmd) Run(e *env) (err error) {
	switch {
	case c.Explain && c.As != "mentions":
		return dossier.Errorf(dossier.CodeInvalidInput, "--explain names the rules of mentions only").About("--explain").WithCure("add --as mentions")
	case c.Batch:
		return c.batch(e)
	case len(c.Files) == 0:
		return dossier.Errorf(dossier.CodeInvalidInput, "a file is needed").WithCure("name one, or - for standard input")
	case len(c.Files) == 1 && c.Files[0] == "-":
		doc, err := readText(e.in)
		if err != nil {
			return err
		}
		return c.print(e, doc)
	}
	passwords, err := readPasswords(c.PasswordFile)
	if err != nil {
		return err
	}
	pool, err := e.newPool(runtime.NumCPU(), "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	read := func(ctx context.Context, file string) (*extract.Document, error) {
		return pool.Extract(ctx, extract.Request{
			Path: file, Name: filepath.Base(file), OCR: extract.OCRMode(c.OCR), Passwords: passwords,
		})
	}
	if len(c.Files) > 1 {
		return c.several(e, read)
	}
	doc, err := read(e.ctx, c.Files[0])
	if err != nil {
		return err
	}
	warn(e, c.Files[0], doc)
	return c.print(e, doc)
}

func warn(e *env, file string, doc *extract.Document) {
	for _, l := range doc.Losses {
		fmt.Fprintf(e.err, "dossier: %s: not read: %s\n", file, show.Visible(l.String()))
	}
	for _, w := range doc.Warnings {
		fmt.Fprintf(e.err, "dossier: %s: %s\n", file, show.Visible(w))
	}
}

// readText takes UTF-8 text as a document of one page.
func readText(r io.Reader) (*extract.Document, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(b) {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "the text is not UTF-8").About("standard input").
			WithCure("convert it, or give the file by name")
	}
	return &extract.Document{Pages: []dossier.Page{{Number: 1, Source: dossier.SourceLayer, Text: string(b)}}}, nil
}

// several reads files side by side and prints them in their order: with --json
// a line for each, else each under its name. A file that cannot be read has its
// reason there, and the others go on.
func (c *extractCmd) several(e *env, read func(context.Context, string) (*extract.Document, error)) error {
	type result struct {
		doc *extract.Document
		err error
	}
	ctx, stop := context.WithCancel(e.ctx)
	defer stop()
	// What was read and not yet printed is bounded, as the first may be slow.
	window := make(chan struct{}, 2*runtime.NumCPU())
	results := make([]chan result, len(c.Files))
	for i := range results {
		results[i] = make(chan result, 1)
	}
	go func() {
		for i, file := range c.Files {
			window <- struct{}{}
			go func() {
				doc, err := read(ctx, file)
				results[i] <- result{doc, err}
			}()
		}
	}()
	failed := 0
	for i, file := range c.Files {
		r := <-results[i]
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if r.err != nil {
			failed++
		} else {
			warn(e, file, r.doc)
		}
		if err := c.printOne(e, file, r.doc, r.err); err != nil {
			return err
		}
		<-window
	}
	switch failed {
	case 0:
		return nil
	case len(c.Files):
		return failure(exitFailed)
	}
	return failure(exitPartly)
}

// printOne prints one of several files, or why it could not be read.
func (c *extractCmd) printOne(e *env, file string, doc *extract.Document, failed error) error {
	switch {
	case failed != nil && e.JSON:
		told := toldOf(failed)
		told["file"] = file
		return e.printJSON(told)
	case failed != nil:
		_, err := fmt.Fprintln(e.err, "dossier:", show.Visible(failed.Error()))
		return err
	case e.JSON:
		name, found := c.request().Find(doc)
		return e.printJSON(map[string]any{"file": file, name: found})
	}
	if _, err := fmt.Fprintf(e.out, "==> %s <==\n", show.Visible(file)); err != nil {
		return err
	}
	if err := c.print(e, doc); err != nil {
		return err
	}
	_, err := fmt.Fprintln(e.out)
	return err
}

// request returns what to find.
func (c *extractCmd) request() casefile.FindRequest {
	return casefile.FindRequest{As: c.As, Explain: c.Explain}
}

// print prints what was asked for of a single document.
func (c *extractCmd) print(e *env, doc *extract.Document) error {
	name, found := c.request().Find(doc)
	switch {
	case !e.JSON:
		return show.Found(e.out, c.As, found)
	case name == "pages":
		return e.printJSON(map[string]any{name: found})
	}
	return e.printJSON(found)
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

// batch answers every line of input with {"id", AS: […]}.
func (c *extractCmd) batch(e *env) error {
	if c.As == "text" || c.As == "words" || c.As == "findings" {
		return dossier.Errorf(dossier.CodeInvalidInput, "--batch reads texts, and a text has no %s to read", c.As).
			About("--as").WithCure("choose chunks, mentions, citations, blocks or relations")
	}
	return casefile.EachLine(e.in, func(line []byte) error {
		var q struct {
			ID   json.RawMessage `json:"id"`
			Text string          `json:"text"`
		}
		if err := json.Unmarshal(line, &q); err != nil {
			return err
		}
		_, found := c.request().Find(&extract.Document{Pages: []dossier.Page{{Number: 1, Text: q.Text}}})
		return e.printJSON(map[string]any{"id": q.ID, c.As: found})
	})
}
