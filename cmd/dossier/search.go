package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/dossier-legal/dossier/internal/casefile"
)

type searchCmd struct {
	inProject
	Query  []string `arg:"" help:"Words (all must occur), \"phrases\", word*, AND, OR, NOT, parentheses."`
	Limit  int      `default:"20" help:"Maximum number of pages."`
	Offset int      `help:"Number of the best pages to skip."`
}

// Run searches.
func (c *searchCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		result, err := f.Search(e.ctx, casefile.SearchRequest{Query: strings.Join(c.Query, " "), Limit: c.Limit, Offset: c.Offset})
		if err != nil {
			return err
		}
		if e.JSON {
			return e.printJSON(result)
		}
		return printHits(e.out, result)
	})
}

func printHits(w io.Writer, r casefile.SearchResult) error {
	on, off := "[", "]"
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		on, off = "\x1b[1m", "\x1b[0m"
	}
	for _, h := range r.Hits {
		fmt.Fprintf(w, "%s, page %d\n  %s\n", h.FileName, h.Page, oneLine(marked(h, on, off)))
	}
	_, err := fmt.Fprintf(w, "%d of %d pages\n", len(r.Hits), r.Total)
	return err
}

// marked returns the snippet of a hit with what the query matches set off.
func marked(h casefile.Hit, on, off string) string {
	var b strings.Builder
	last := 0
	for _, m := range h.Marks {
		b.WriteString(h.Snippet[last:m[0]] + on + h.Snippet[m[0]:m[1]] + off)
		last = m[1]
	}
	return b.String() + h.Snippet[last:]
}
