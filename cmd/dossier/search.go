package main

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
)

type searchCmd struct {
	inProject
	Query  []string `arg:"" help:"Words (all must occur), \"phrases\", word*, AND, OR, NOT, parentheses, w/5, pre/3, /s, /p."`
	Limit  int      `default:"20" help:"Maximum number of pages."`
	Offset int      `help:"Number of the best pages to skip."`
}

// Run searches.
func (c *searchCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.SearchResult, error) {
		return f.Search(e.ctx, casefile.SearchRequest{Query: strings.Join(c.Query, " "), Limit: c.Limit, Offset: c.Offset})
	}, one(show.Hits))
}
