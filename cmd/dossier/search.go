package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"dossier/internal/search"
	"dossier/internal/store"
)

type searchCmd struct {
	inProject
	Query  []string `arg:"" help:"Words (all must occur), \"phrases\", word*, AND, OR, NOT, parentheses."`
	Limit  int      `default:"20" help:"How many pages to show."`
	Offset int      `help:"How many of the best to leave out."`
}

// found is a hit as it is printed; marks are byte ranges of the snippet.
type found struct {
	Document string   `json:"document"`
	FileName string   `json:"file_name"`
	Page     int      `json:"page"`
	Snippet  string   `json:"snippet"`
	Marks    [][2]int `json:"marks"`
	Rank     float64  `json:"rank"`
}

// Run searches.
func (c *searchCmd) Run(e *env) (err error) {
	a, project, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	expr, err := search.Parse(strings.Join(c.Query, " "))
	if err != nil {
		return err
	}
	hits, total, err := a.db.Search(e.ctx, project.ID, expr, c.Limit, c.Offset)
	if err != nil {
		return err
	}
	list := make([]found, len(hits))
	for i, h := range hits {
		text, marks := search.Unmark(h.Snippet, store.MarkStart, store.MarkEnd)
		list[i] = found{h.DocumentID, h.FileName, h.Page, text, marks, h.Rank}
	}
	if e.JSON {
		return e.printJSON(map[string]any{"total": total, "hits": list})
	}
	on, off := "[", "]"
	if f, ok := e.out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		on, off = "\x1b[1m", "\x1b[0m"
	}
	for _, h := range hits {
		snippet := strings.NewReplacer(store.MarkStart, on, store.MarkEnd, off).Replace(h.Snippet)
		fmt.Fprintf(e.out, "%s, page %d\n  %s\n", h.FileName, h.Page, strings.Join(strings.Fields(snippet), " "))
	}
	_, err = fmt.Fprintf(e.out, "%d of %d pages\n", len(hits), total)
	return err
}
