package casefile

import (
	"context"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// ChronologyRequest narrows a chronology; empty fields narrow nothing. Dates are
// days, months or years: 2019-05-03, 2019-05, 2019.
type ChronologyRequest struct {
	From     string // events that touch this date or a later one
	To       string // events that touch this date or an earlier one
	Entity   string // events that name this entity: its id or name
	Document string // events that this document states: its id, name or path
}

// Chronology calls f for the events of the case file in order of date.
func (c *CaseFile) Chronology(ctx context.Context, r ChronologyRequest, f func(store.EventRow) error) error {
	filter, err := c.eventFilter(ctx, r)
	if err != nil {
		return err
	}
	return c.DB.Contents().Chronology(ctx, c.Project.ID, filter, f)
}

func (c *CaseFile) eventFilter(ctx context.Context, r ChronologyRequest) (f store.EventFilter, err error) {
	if r.From != "" {
		if f.From, _, err = days("from", r.From); err != nil {
			return f, err
		}
	}
	if r.To != "" {
		if _, f.To, err = days("to", r.To); err != nil {
			return f, err
		}
	}
	if r.Entity != "" {
		entity, err := c.Entity(ctx, r.Entity)
		if err != nil {
			return f, err
		}
		f.EntityID = entity.ID
	}
	if r.Document != "" {
		document, err := c.Document(ctx, r.Document)
		if err != nil {
			return f, err
		}
		f.DocumentID = document.ID
	}
	return f, nil
}

// days returns the first and last day of a date.
func days(field, date string) (first, last string, err error) {
	first, last, ok := dossier.Days(date)
	if !ok {
		return "", "", invalid(field, "write it as 2019-05-03, 2019-05 or 2019", "%q is no date", date)
	}
	return first, last, nil
}
