package casefile

import (
	"context"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/nearest"
	"github.com/dossier-legal/dossier/internal/search"
)

// SearchRequest asks for pages in the language of [search.Parse].
type SearchRequest struct {
	Query  string
	Limit  int // how many pages
	Offset int // how many of the best to leave out
}

// SearchResult is the best pages, and how many there are in all.
type SearchResult struct {
	Meaning string `json:"meaning"` // what the query was taken to mean
	Hits    []Hit  `json:"hits"`
	Total   int    `json:"total"`
	// Suggestions are words of the project that are near those of a query that
	// found nothing.
	Suggestions []string `json:"suggestions,omitempty"`
}

// Hit is a page that a query finds.
type Hit struct {
	Document string   `json:"document"`
	FileName string   `json:"file_name"`
	Page     int      `json:"page"`
	Snippet  string   `json:"snippet"`
	Marks    [][2]int `json:"marks"` // byte ranges of the snippet that the query matches
	Rank     float64  `json:"rank"`
}

// Search finds pages, the best first.
func (c *CaseFile) Search(ctx context.Context, r SearchRequest) (SearchResult, error) {
	for name, n := range map[string]int{"limit": r.Limit, "offset": r.Offset} {
		if n < 0 {
			return SearchResult{}, dossier.Errorf(dossier.CodeInvalidInput, "must not be negative").About(name).WithCure("give 0 or more")
		}
	}
	q, err := search.Parse(r.Query)
	if err != nil {
		return SearchResult{}, err
	}
	hits, total, err := c.DB.Contents().Search(ctx, c.Project.ID, q, r.Limit, r.Offset)
	if err != nil {
		return SearchResult{}, err
	}
	result := SearchResult{Meaning: q.String(), Total: total, Hits: make([]Hit, len(hits))}
	for i, h := range hits {
		result.Hits[i] = Hit{h.DocumentID, h.FileName, h.Page, h.Snippet, h.Marks, h.Rank}
	}
	if total == 0 {
		result.Suggestions, err = c.suggest(ctx, q)
	}
	return result, err
}

// suggest returns words that the project has and that are near those words of a query
// that it does not have.
func (c *CaseFile) suggest(ctx context.Context, q *search.Query) (suggestions []string, err error) {
	found := func(word string) bool {
		var total int
		if err == nil {
			_, total, err = c.DB.Contents().Search(ctx, c.Project.ID, &search.Query{Op: search.Exact, Text: word}, 0, 0)
		}
		return total > 0
	}
	q.Walk(func(q *search.Query) {
		if err != nil || q.Op != search.Word && q.Op != search.Exact || found(q.Text) {
			return
		}
		var words []string
		if words, err = c.DB.Contents().Alike(ctx, c.Project.ID, q.Text); err != nil {
			return
		}
		for _, near := range nearest.Of(q.Text, words) {
			if found(near) {
				suggestions = append(suggestions, near)
			}
		}
	})
	return suggestions, err
}
