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
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/chunk"
	"github.com/dossier-legal/dossier/internal/cite"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/mention/caption"
	"github.com/dossier-legal/dossier/internal/relate"
	"github.com/dossier-legal/dossier/internal/resolve"
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
		what, value := c.answer(doc)
		return e.printJSON(map[string]any{"file": file, what: value})
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

// answer returns what was asked for of a document, and its name in JSON.
func (c *extractCmd) answer(doc *extract.Document) (string, any) {
	switch c.As {
	case "text":
		for i := range doc.Pages {
			doc.Pages[i].Words = nil
		}
		return "pages", doc.Pages
	case "words":
		return "pages", doc.Pages
	case "findings":
		return "findings", append([]dossier.Finding{}, doc.Findings...)
	}
	return c.As, c.find(doc.Pages, doc.Meta)
}

// print prints what was asked for of a single document.
func (c *extractCmd) print(e *env, doc *extract.Document) error {
	if e.JSON {
		what, value := c.answer(doc)
		if what == "pages" {
			value = map[string]any{what: value}
		}
		return e.printJSON(value)
	}
	switch c.As {
	case "text":
		text, _ := dossier.JoinPages(doc.Pages)
		_, err := io.WriteString(e.out, text)
		return err
	case "words":
		return printWords(e.out, doc.Pages)
	case "findings":
		return printFindings(e.out, doc.Findings)
	}
	return printLines(e.out, c.find(doc.Pages, doc.Meta))
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

func printFindings(w io.Writer, list []dossier.Finding) error {
	for _, f := range list {
		if _, err := fmt.Fprintf(w, "%s\tpage %d\t%s\t%s\t%s\n", f.Kind, f.Page, show.OneLine(f.Name), show.OneLine(f.Author), show.OneLine(f.Text)); err != nil {
			return err
		}
	}
	return nil
}

func printWords(out io.Writer, pages []dossier.Page) error {
	for _, p := range pages {
		for _, w := range p.Words {
			if _, err := fmt.Fprintf(out, "%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.2f\t%s\n",
				p.Number, w.Box[0], w.Box[1], w.Box[2], w.Box[3], w.Confidence, w.Text); err != nil {
				return err
			}
		}
	}
	return nil
}

// find returns the list of what was asked for, never nil. Meta is what the file
// says of itself.
func (c *extractCmd) find(pages []dossier.Page, meta map[string]string) any {
	text, spans := dossier.JoinPages(pages)
	switch c.As {
	case "chunks":
		return append([]dossier.Chunk{}, chunk.Split(text, spans, chunk.Options{})...)
	case "citations":
		return append([]cite.Citation{}, cite.Find(text)...)
	}
	mentions := append([]dossier.Mention{}, mention.Find(text)...)
	switch c.As {
	case "blocks":
		return append([]caption.Block{}, caption.Blocks(text, mentions)...)
	case "relations":
		entities := relate.WithCase(text, mentions, resolve.Document(text, mentions))
		return relationsOf(entities, relate.Find(text, spans, mentions, entities, meta))
	}
	for i := range mentions {
		mentions[i].Page = dossier.PageAt(spans, mentions[i].Start)
	}
	if c.Explain {
		return explain(mentions)
	}
	return mentions
}

// explained is a mention with the names of its rules: the one that found it, then
// those that changed its bounds or its type.
type explained struct {
	dossier.Mention
	Rules []string `json:"rules"`
}

func explain(mentions []dossier.Mention) []explained {
	list := make([]explained, len(mentions))
	for i, m := range mentions {
		list[i] = explained{m, strings.Fields(m.Rule)}
	}
	return list
}

// relation is a relation with the names of what it joins.
type relation struct {
	Kind       dossier.RelationKind `json:"kind"`
	Role       string               `json:"role"`
	RoleRaw    string               `json:"role_raw"`
	From       string               `json:"from"`
	FromType   dossier.MentionType  `json:"from_type"`
	To         string               `json:"to"`
	ToType     dossier.MentionType  `json:"to_type"`
	Case       string               `json:"case"`
	Evidence   evidence             `json:"evidence"`
	Confidence float64              `json:"confidence"`
	Method     string               `json:"method"`
}

// evidence is the words that prove a relation, and their place.
type evidence struct {
	Page  int    `json:"page"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// relationsOf names the ends of relations. Co-mentions, which say nothing, are
// left out.
func relationsOf(entities []dossier.DocumentEntity, relations []dossier.Relation) []relation {
	byKey := make(map[string]dossier.DocumentEntity, len(entities))
	for _, e := range entities {
		byKey[e.Key] = e
	}
	out := []relation{}
	for _, r := range relations {
		if r.Kind == dossier.CoMention {
			continue
		}
		from, to := byKey[r.From], byKey[r.To]
		out = append(out, relation{
			Kind: r.Kind, Role: r.Role, RoleRaw: r.RoleRaw, From: nameOf(from), FromType: from.Type, To: nameOf(to), ToType: to.Type,
			Case: nameOf(byKey[r.Case]), Evidence: evidence{r.Page, r.Start, r.End, r.Evidence}, Confidence: r.Confidence, Method: r.Method,
		})
	}
	return out
}

// nameOf returns the name of an entity: of a case, its title, or its number
// without the "Case No." that stands before it.
func nameOf(e dossier.DocumentEntity) string {
	digit := strings.IndexAny(e.Name, "0123456789")
	if e.Type != dossier.Docket || relate.Titled(e) || digit < 0 {
		return e.Name
	}
	return e.Name[strings.LastIndexAny(e.Name[:digit], " #")+1:]
}

// printLines prints findings for people, a line each.
func printLines(w io.Writer, found any) error {
	switch list := found.(type) {
	case []dossier.Chunk:
		for _, c := range list {
			fmt.Fprintf(w, "%d\t%d–%d\tpage %d\t%s\n", c.Index, c.Start, c.End, c.PageStart, show.OneLine(c.Text))
		}
	case []cite.Citation:
		for _, c := range list {
			fmt.Fprintf(w, "%s\t%d–%d\t[%d]\t%s\n", c.Kind, c.Start, c.End, c.Resource, show.OneLine(c.Text))
		}
	case []caption.Block:
		for _, b := range list {
			fmt.Fprintf(w, "%s\t%d–%d\t%s\n", b.Kind, b.Start, b.End, blockLine(&b))
		}
	case []relation:
		for _, r := range list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\tpage %d\t%.2f\t%s\n", r.Kind, r.From, r.Role, r.To, r.Case, r.Evidence.Page, r.Confidence, show.OneLine(r.Evidence.Text))
		}
	case []dossier.Mention:
		for _, m := range list {
			fmt.Fprintln(w, mentionRow(m))
		}
	case []explained:
		for _, m := range list {
			fmt.Fprintf(w, "%s\t%s\t%.2f\n", mentionRow(m.Mention), strings.Join(m.Rules, ", "), m.Score)
		}
	}
	return nil
}

// mentionRow is a mention on one line.
func mentionRow(m dossier.Mention) string {
	return fmt.Sprintf("%s\tpage %d\t%d–%d\t%s\t%s", m.Type, m.Page, m.Start, m.End, show.OneLine(m.Text), m.Norm)
}

// blockLine says on one line what a block tells.
func blockLine(b *caption.Block) string {
	parts := []string{b.Court, b.Docket}
	for _, p := range b.Parties {
		parts = append(parts, strings.TrimSpace(p.Role+" "+p.Name))
	}
	parts = slices.Concat(parts, b.Judges, b.People, b.Firms, b.BarNumbers, b.Contacts)
	if b.For != "" {
		parts = append(parts, "for "+b.For)
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}

// batch answers every line of input with {"id", AS: […]}.
func (c *extractCmd) batch(e *env) error {
	if c.As == "text" || c.As == "words" || c.As == "findings" {
		return dossier.Errorf(dossier.CodeInvalidInput, "--batch reads texts, and a text has no %s to read", c.As).
			About("--as").WithCure("choose chunks, mentions, citations, blocks or relations")
	}
	return eachLine(e.in, func(line []byte) error {
		var q struct {
			ID   json.RawMessage `json:"id"`
			Text string          `json:"text"`
		}
		if err := json.Unmarshal(line, &q); err != nil {
			return err
		}
		return e.printJSON(map[string]any{"id": q.ID, c.As: c.find([]dossier.Page{{Number: 1, Text: q.Text}}, nil)})
	})
}
