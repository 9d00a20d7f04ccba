package casefile

import (
	"context"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// The outcomes of a batch, as the exit codes of a command.
const (
	OutcomeComplete = 0 // every document is complete
	OutcomeFailed   = 1 // no document could be read
	OutcomePartial  = 3 // some documents failed, or the batch has not ended
)

// Summary is the result of a batch.
type Summary struct {
	Project  string `json:"project"` // name
	Batch    string `json:"batch"`   // id
	Status   string `json:"status"`  // of the batch
	Finished bool   `json:"finished"`
	store.Report
	Total          int     `json:"total"` // documents, of every status
	Seconds        float64 `json:"seconds"`
	PagesPerSecond float64 `json:"pages_per_second"` // of pages read in this batch
	CacheHitRate   float64 `json:"cache_hit_rate"`   // 0 to 1
	ExitCode       int     `json:"exit_code"`        // an outcome
}

// Report returns the result of a batch, which is given by its id, the beginning
// of its id, or its name.
func (r Record) Report(ctx context.Context, what string) (Summary, error) {
	b, err := r.DB.Batches().Find(ctx, what)
	if err != nil {
		return Summary{}, err
	}
	end := b.CompletedAt
	if end.IsZero() {
		end = r.DB.Now()
	}
	return r.Summary(ctx, b, end.Sub(b.CreatedAt))
}

// Summary returns the result of a batch that took some time.
func (r Record) Summary(ctx context.Context, b store.Batch, took time.Duration) (Summary, error) {
	report, err := r.DB.Batches().Report(ctx, b.ID)
	if err != nil {
		return Summary{}, err
	}
	return summarise(b, report, took), nil
}

func summarise(b store.Batch, r store.Report, took time.Duration) Summary {
	s := Summary{
		Project: b.Project, Batch: b.ID, Status: b.Status, Finished: b.Status == "completed", Report: r, Seconds: took.Seconds(),
	}
	for _, n := range r.Documents {
		s.Total += n
	}
	s.PagesPerSecond = float64(r.NewPages) / s.Seconds
	if n := r.CacheHits + r.CacheMiss; n > 0 {
		s.CacheHitRate = float64(r.CacheHits) / float64(n)
	}
	switch done := r.Documents[dossier.StatusCompleted]; {
	case done == s.Total && r.Unread == 0 && s.Finished && s.Total > 0:
		s.ExitCode = OutcomeComplete
	case done+r.Documents[dossier.StatusPartial] == 0:
		s.ExitCode = OutcomeFailed
	default:
		s.ExitCode = OutcomePartial
	}
	return s
}
