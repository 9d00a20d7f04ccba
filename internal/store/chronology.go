package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"

	"github.com/dossier-legal/dossier"
)

// Zones returns the parts of a document's text that are not its prose, as
// offsets into the text.
func (db Contents) Zones(ctx context.Context, documentID string, pages []dossier.PageSpan) ([]dossier.Zone, error) {
	start := make(map[int]int, len(pages))
	for _, p := range pages {
		start[p.Number] = p.Start
	}
	var zones []dossier.Zone
	return zones, db.rows(ctx, func(rows *sql.Rows) error {
		var number int
		var list string
		if err := rows.Scan(&number, &list); err != nil {
			return err
		}
		var ofPage []dossier.Zone
		err := json.Unmarshal([]byte(list), &ofPage)
		for _, z := range ofPage {
			zones = append(zones, dossier.Zone{Kind: z.Kind, Start: start[number] + z.Start, End: start[number] + z.End})
		}
		return err
	}, `SELECT number, zones FROM document_pages WHERE document_id = $1 AND zones <> 'null' ORDER BY number`, documentID)
}

// SaveEvents records the events of a document in place of those it had.
func (tx TxContents) SaveEvents(ctx context.Context, projectID, documentID string, events []dossier.Event) error {
	if _, err := tx.exec(ctx, `DELETE FROM chronology WHERE document_id = $1`, documentID); err != nil {
		return err
	}
	entities, err := tx.entityNumbers(ctx, documentID)
	if err != nil {
		return err
	}
	rows := make([][]any, len(events))
	var links [][]any
	for i, e := range events {
		first, last, err := daysOf(e)
		if err != nil {
			return err
		}
		id := dossier.DeriveID(documentID, "event", e.Key)
		rows[i] = []any{
			id, projectID, documentID, e.Key, e.Kind, e.Date, e.DateEnd, first, last,
			e.Page, e.Start, e.End, e.Sentence, e.Confidence, e.Method,
		}
		for _, key := range e.Entities {
			links = append(links, []any{id, entities[key]})
		}
	}
	if err := tx.insertRows(ctx, "chronology", []string{
		"id", "project_id", "document_id", "event_key", "kind", "date", "date_end", "first_day", "last_day",
		"page", "char_start", "char_end", "sentence", "confidence", "method",
	}, rows); err != nil {
		return err
	}
	return tx.insertRows(ctx, "chronology_entities", []string{"event_id", "entity_no"}, links)
}

// daysOf returns the first and the last day of an event.
func daysOf(e dossier.Event) (first, last string, err error) {
	first, last, ok := dossier.Days(e.Date)
	if ok && e.DateEnd != "" {
		_, last, ok = dossier.Days(e.DateEnd)
	}
	if !ok {
		return "", "", dossier.Errorf(dossier.CodeInconsistent, "an event is dated %q to %q", e.Date, e.DateEnd)
	}
	return first, last, nil
}

// EventFilter narrows a chronology; empty fields narrow nothing.
type EventFilter struct {
	From, To   string // days: events that touch them or what lies between
	EntityID   string // canonical
	DocumentID string
}

// EventRow is an event of a project with all the documents that state it.
type EventRow struct {
	Key       string            `json:"key"`
	Kind      dossier.EventKind `json:"kind"`
	Date      string            `json:"date"`
	DateEnd   string            `json:"date_end,omitempty"`
	Precision string            `json:"precision"`
	Sentence  string            `json:"sentence"` // in the words of the first source
	Entities  []EventEntity     `json:"entities"`
	Sources   []EventSource     `json:"sources"`
}

// EventSource is a place where an event is stated.
type EventSource struct {
	DocumentID string  `json:"document"`
	FileName   string  `json:"file_name"`
	Page       int     `json:"page"`
	Start      int     `json:"start"`
	End        int     `json:"end"`
	Confidence float64 `json:"confidence"`
	Method     string  `json:"method"`
}

// EventEntity is a canonical entity that an event names.
type EventEntity struct {
	ID   string              `json:"id"`
	Type dossier.MentionType `json:"type"`
	Name string              `json:"name"`
}

// Chronology calls f for the events of a project by date, those of the same
// days by where they are stated first. It is one query, and holds the events of
// the same days in memory.
func (db Contents) Chronology(ctx context.Context, projectID string, filter EventFilter, f func(EventRow) error) error {
	day := eventDay{at: map[string]int{}}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var e EventRow
		var s EventSource
		var n EventEntity
		var first, last string
		if err := rows.Scan(&e.Key, &e.Kind, &e.Date, &e.DateEnd, &first, &last, &e.Sentence, &s.DocumentID, &s.FileName,
			&s.Page, &s.Start, &s.End, &s.Confidence, &s.Method, &n.ID, &n.Type, &n.Name); err != nil {
			return err
		}
		if first+last != day.days {
			if err := day.flush(f); err != nil {
				return err
			}
			day.days = first + last
		}
		day.add(e, s, n)
		return nil
	}, `SELECT e.event_key, e.kind, e.date, e.date_end, e.first_day, e.last_day, e.sentence, d.id, d.file_name, e.page,
		e.char_start, e.char_end, e.confidence, e.method, coalesce(c.id, ''), coalesce(c.type, ''), coalesce(c.name, '')
		FROM chronology e JOIN source_documents d ON d.id = e.document_id
		LEFT JOIN chronology_entities l ON l.event_id = e.id LEFT JOIN document_entities x ON x.no = l.entity_no
		LEFT JOIN entity_names n ON n.no = x.name_no LEFT JOIN canonical_entities c ON c.no = n.canonical_no AND c.rejected = 0
		WHERE e.project_id = $1 AND e.last_day >= $2 AND e.first_day <= $3 AND ($4 = '' OR e.document_id = $4)
		AND ($5 = '' OR EXISTS (SELECT 1 FROM chronology_entities fl JOIN document_entities fx ON fx.no = fl.entity_no
			JOIN entity_names fn ON fn.no = fx.name_no JOIN canonical_entities fc ON fc.no = fn.canonical_no
			WHERE fl.event_id = e.id AND fc.id = $5))
		ORDER BY e.first_day, e.last_day, d.file_name, d.id, e.char_start, e.event_key, c.type, c.name, c.id`,
		projectID, filter.From, cmp.Or(filter.To, "9999-12-31"), filter.DocumentID, filter.EntityID)
	if err != nil {
		return err
	}
	return day.flush(f)
}

// eventDay gathers the events of the same days, each once.
type eventDay struct {
	days   string
	events []EventRow
	at     map[string]int // by key
}

// add takes in a row: an event, a place where it is stated, and an entity that
// it names there, if it names one.
func (d *eventDay) add(e EventRow, s EventSource, n EventEntity) {
	i, ok := d.at[e.Key]
	if !ok {
		i = len(d.events)
		d.at[e.Key] = i
		e.Precision, e.Entities = dossier.Precision(e.Date), []EventEntity{}
		d.events = append(d.events, e)
	}
	ev := &d.events[i]
	ev.Sources = appendNew(ev.Sources, []EventSource{s})
	if n.ID != "" {
		ev.Entities = appendNew(ev.Entities, []EventEntity{n})
	}
}

func (d *eventDay) flush(f func(EventRow) error) error {
	for _, e := range d.events {
		if err := f(e); err != nil {
			return err
		}
	}
	d.events = d.events[:0]
	clear(d.at)
	return nil
}
