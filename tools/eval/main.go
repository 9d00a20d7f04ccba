// Command eval measures how much of what is known of a set of papers dossier
// finds, and prints Markdown tables. The same binary over the same papers
// prints the same bytes, so that the output can be kept and compared.
//
// A part whose papers or peers are not there says so in its row.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync"

	"github.com/dossier-legal/dossier/tools/internal/lab"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(1)
	}
}

// eval is one run of the program.
type eval struct {
	ctx     context.Context
	dossier lab.Dossier
	corpus  *lab.Corpus
	data    string // folder with docket sheets and worked examples
	// plantings is how many documents with planted names to make.
	plantings int

	errors []string // of the part at hand, one a line

	mu    sync.Mutex
	pages map[string][]lab.Page // of files already read, by path and OCR mode
}

// errAbsent is why a part cannot be measured here; it fills the row.
type errAbsent string

func (e errAbsent) Error() string { return "n/a: " + string(e) }

func run(ctx context.Context) error {
	binary := flag.String("dossier", "bin/dossier", "the program under measure")
	only := flag.String("only", "", "parts to measure: text,scans,decisions,redactions,phrases,mail,hostile,names,dockets,relations,citations,planted,namesakes (default: all)")
	list := flag.Bool("errors", false, "list the errors of the names marked by hand below their scores, but for pages that nothing was tuned on")
	plantings := flag.Int("planted", 300, "documents with planted names to make")
	flag.Parse()

	e := eval{ctx: ctx, pages: map[string][]lab.Page{}, plantings: *plantings}
	var err error
	if e.dossier, err = lab.NewDossier(*binary); err != nil {
		return err
	}
	if dir, err := lab.Folder("DOSSIER_CORPUS", "../shared/corpus"); err == nil {
		if e.corpus, err = lab.OpenCorpus(dir); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if e.data, err = lab.Folder("DOSSIER_DATA", "../shared/data"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, part := range []struct {
		name, title string
		measure     func() (lab.Table, error)
	}{
		{"text", "Text layers against pdftotext", e.textLayers},
		{"scans", "Scans against their known text", e.scans},
		{"decisions", "Text layer or recognition", e.decisions},
		{"redactions", "Text under bars", e.redactions},
		{"phrases", "Known phrases found", e.phrases},
		{"mail", "Fields of mails", e.mails},
		{"hostile", "Hostile files accounted for", e.hostile},
		{"names", "Names marked by hand", e.names},
		{"names", "Names marked by hand, on pages that nothing was tuned on", e.heldOutNames},
		{"dockets", "Names of docket sheets found as mentions", e.dockets},
		{"relations", "Relations of docket sheets", e.relations},
		{"citations", "Worked examples of citations", e.citations},
		{"planted", "Planted names found and resolved", e.planted},
		{"namesakes", "Lawyers of docket sheets told apart and joined", e.namesakes},
	} {
		if *only != "" && !strings.Contains(","+*only+",", ","+part.name+",") {
			continue
		}
		fmt.Fprintln(os.Stderr, "eval:", part.name)
		if err := printPart(part.title, part.measure); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		if *list && len(e.errors) > 0 {
			slices.Sort(e.errors)
			fmt.Println("```\n" + strings.Join(e.errors, "\n") + "\n```\n")
		}
		e.errors = nil
	}
	return nil
}

func printPart(title string, measure func() (lab.Table, error)) error {
	table, err := measure()
	if absent, ok := errors.AsType[errAbsent](err); ok {
		table = lab.Table{Head: []string{"what", "result"}, Rows: [][]string{{title, absent.Error()}}}
	} else if err != nil {
		return err
	}
	fmt.Printf("## %s\n\n", title)
	return table.Print(os.Stdout)
}

func (e *eval) needCorpus() error {
	if e.corpus == nil {
		return errAbsent("no corpus (set DOSSIER_CORPUS)")
	}
	return nil
}

func (e *eval) needData() error {
	if e.data == "" {
		return errAbsent("no data (set DOSSIER_DATA)")
	}
	return nil
}

// read reads files, several at once. The parts share what was read. A file
// that dossier refuses has no pages, which costs it its marks.
func (e *eval) read(paths []string, ocr string) ([][]lab.Page, error) {
	list := make([][]lab.Page, len(paths))
	err := lab.Each(len(paths), func(i int) error {
		key := ocr + " " + paths[i]
		e.mu.Lock()
		pages, ok := e.pages[key]
		e.mu.Unlock()
		if !ok {
			var err error
			pages, err = e.dossier.Pages(e.ctx, paths[i], ocr)
			var refused *exec.ExitError
			if err != nil && (e.ctx.Err() != nil || !errors.As(err, &refused)) {
				return err
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, "eval:", err)
			}
			e.mu.Lock()
			e.pages[key] = pages
			e.mu.Unlock()
		}
		list[i] = pages
		return nil
	})
	return list, err
}

// text is the text of a document.
func text(pages []lab.Page) string {
	parts := make([]string, len(pages))
	for i, p := range pages {
		parts[i] = p.Text
	}
	return strings.Join(parts, "\f")
}
