package casefile

import (
	"context"

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
	q, err := search.Parse(r.Query)
	if err != nil {
		return SearchResult{}, err
	}
	hits, total, err := c.db().Contents().Search(ctx, c.Project.ID, q, r.Limit, r.Offset)
	if err != nil {
		return SearchResult{}, err
	}
	result := SearchResult{Meaning: q.String(), Total: total, Hits: make([]Hit, len(hits))}
	for i, h := range hits {
		result.Hits[i] = Hit{h.DocumentID, h.FileName, h.Page, h.Snippet, h.Marks, h.Rank}
	}
	return result, nil
}
