// Package verify checks the record of a document against its text: that every
// stage has run once, and that every chunk, mention, relation and event on record
// says what the text says in that place.
package verify

import (
	"context"
	"fmt"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/relate"
	"github.com/dossier-legal/dossier/internal/store"
)

// Trace is the way of one document through all stages, with everything on
// record checked again.
type Trace struct {
	Document store.Document `json:"document"`
	Stages   []StageTrace   `json:"stages"`
	Checks   []Check        `json:"checks"`
	OK       bool           `json:"ok"` // completed, and every check holds; what the cache lacks is no fault
}

// StageTrace is what a stage's task row says.
type StageTrace struct {
	Stage    dossier.Stage  `json:"stage"`
	Status   dossier.Status `json:"status"`
	Yield    int            `json:"yield"`
	Note     string         `json:"note,omitempty"`
	Attempts []AttemptTrace `json:"attempts"`
	Wait     float64        `json:"wait_seconds"` // of the last attempt
	Work     float64        `json:"work_seconds"` // of the last attempt
	// Entry names the by-document cache entry, CacheKey the content it points
	// at, Cached whether that is there, Hit whether it was taken from there.
	Entry    string `json:"entry,omitempty"`
	CacheKey string `json:"cache_key,omitempty"`
	Cached   bool   `json:"cached"`
	Hit      bool   `json:"hit"`
}

// AttemptTrace is one attempt at a stage.
type AttemptTrace struct {
	Attempt int          `json:"attempt"`
	Worker  string       `json:"worker"`
	Outcome string       `json:"outcome"`
	Code    dossier.Code `json:"code,omitempty"`
	Message string       `json:"message,omitempty"`
	Started time.Time    `json:"started"`
	Ended   time.Time    `json:"ended"`
}

// Check is one thing that must hold.
type Check struct {
	Name   string `json:"name"`
	Detail string `json:"detail"`
	OK     bool   `json:"ok"`
}

// Document traces a document through its stages, with the cache c, and checks its
// record again. An error means that the check could not be made.
func Document(ctx context.Context, db *store.DB, c *cache.Cache, d store.Document) (Trace, error) {
	t := Trace{Document: d}
	if err := t.traceStages(ctx, db, c); err != nil {
		return t, err
	}
	t.check("status", d.Status == dossier.StatusCompleted, "%s%s", d.Status, reason(d))
	if d.Status == dossier.StatusCompleted || d.Status == dossier.StatusPartial {
		t.checkStages()
		if err := t.checkFacts(ctx, db); err != nil {
			return t, err
		}
	}
	t.OK = true
	for _, check := range t.Checks {
		t.OK = t.OK && check.OK
	}
	return t, nil
}

func reason(d store.Document) string {
	if d.ErrorMessage == "" {
		return ""
	}
	return fmt.Sprintf(" at %s: %s [%s]", d.FailedStage, d.ErrorMessage, d.ErrorCode)
}

func (t *Trace) check(name string, ok bool, format string, args ...any) {
	t.Checks = append(t.Checks, Check{Name: name, OK: ok, Detail: fmt.Sprintf(format, args...)})
}

// traceStages reads the task rows with their attempts and looks for their
// cache entries.
func (t *Trace) traceStages(ctx context.Context, db *store.DB, c *cache.Cache) error {
	tasks, err := db.Tasks().OfDocument(ctx, t.Document.ID)
	if err != nil {
		return err
	}
	attempts, err := db.Tasks().Attempts(ctx, t.Document.ID)
	if err != nil {
		return err
	}
	for _, task := range tasks {
		s := StageTrace{
			Stage: dossier.Stage(task.Type), Status: task.Status, Yield: task.Yield, Note: task.Note,
			Wait: task.Wait.Seconds(), Work: task.Work.Seconds(), CacheKey: task.CacheKey, Hit: task.CacheHit,
		}
		for _, a := range attempts {
			if a.TaskType == task.Type {
				s.Attempts = append(s.Attempts, AttemptTrace{
					a.Attempt, a.Worker, a.Outcome, a.ErrorCode, a.ErrorMessage, a.StartedAt, a.EndedAt,
				})
			}
		}
		if stage, _, ok := plan.Find(s.Stage); ok {
			s.Entry = stage.Entry
		}
		if s.Entry != "" {
			if key, ok := cache.ParseKey(task.CacheKey); ok {
				if s.Cached, err = c.Has(ctx, key); err != nil {
					return err
				}
			}
		}
		t.Stages = append(t.Stages, s)
	}
	return nil
}

// checkStages checks that there are exactly the six stage rows, all completed.
// Entries that the cache lacks are no fault: they were never kept, or have gone,
// and are made again when they are needed.
func (t *Trace) checkStages() {
	completed, order := 0, true
	for i, s := range t.Stages {
		if s.Status == dossier.StatusCompleted {
			completed++
		}
		order = order && i < len(dossier.Stages()) && s.Stage == dossier.Stages()[i]
	}
	want := len(dossier.Stages())
	t.check("stages", completed == want && len(t.Stages) == want && order,
		"%d of %d task rows completed, in order", completed, want)
	entries, cached := 0, 0
	for _, s := range t.Stages {
		if s.Entry == "" {
			continue
		}
		entries++
		if s.Cached {
			cached++
		}
	}
	t.check("cache", true, "%d of %d outputs are kept", cached, entries)
}

// checkFacts reads the facts of a completed document back and checks them
// against its text and the counts on record.
func (t *Trace) checkFacts(ctx context.Context, db *store.DB) error {
	d := t.Document
	pages, err := db.Contents().Pages(ctx, d.ID)
	if err != nil {
		return err
	}
	text, _ := dossier.JoinPages(pages)
	t.check("pages", len(pages) == d.Pages, "%d, %d words", len(pages), d.Words)
	chunks, err := db.Contents().Chunks(ctx, d.ID, text)
	if err != nil {
		return err
	}
	t.checkChunks(text, chunks)
	mentions, err := db.Contents().Mentions(ctx, d.ID)
	if err != nil {
		return err
	}
	t.checkMentions(text, chunks, mentions)
	return t.checkGraph(ctx, db, text)
}

// says reports whether text[start:end] is want; offsets on record may be
// anything.
func says(text string, start, end int, want string) bool {
	return start >= 0 && start <= end && end <= len(text) && text[start:end] == want
}

// checkChunks checks that chunks say what the text says and cover it without a
// gap, leading and trailing white space aside.
func (t *Trace) checkChunks(text string, chunks []dossier.Chunk) {
	wrong, reached := 0, 0
	for _, c := range chunks {
		if c.Start > reached || !says(text, c.Start, c.End, c.Text) {
			wrong++
		}
		reached = max(reached, c.End)
	}
	covered := len(chunks) == 0 || reached == len(text)
	t.check("chunks", wrong == 0 && covered && len(chunks) == t.Document.Chunks,
		"%d, %d with wrong offsets or a gap before", len(chunks), wrong)
}

func (t *Trace) checkMentions(text string, chunks []dossier.Chunk, mentions []store.PlacedMention) {
	wrong := 0
	for _, m := range mentions {
		if !says(text, m.Start, m.End, m.Text) || !placed(chunks, m) {
			wrong++
		}
	}
	t.check("mentions", wrong == 0 && len(mentions) == t.Document.Mentions,
		"%d, offsets of all checked again, %d wrong", len(mentions), wrong)
}

// placed reports whether the chunk of a mention says it, or, at the chunk's end,
// how it begins.
func placed(chunks []dossier.Chunk, m store.PlacedMention) bool {
	if m.ChunkIndex < 0 || m.ChunkIndex >= len(chunks) || m.ChunkEnd <= m.ChunkStart {
		return false
	}
	c, length := chunks[m.ChunkIndex], min(m.ChunkEnd-m.ChunkStart, len(m.Text))
	return says(c.Text, m.ChunkStart, m.ChunkEnd, m.Text[:length]) && (length == len(m.Text) || m.ChunkEnd == len(c.Text))
}

// checkGraph checks the entities' links and the relations' evidence.
func (t *Trace) checkGraph(ctx context.Context, db *store.DB, text string) error {
	entities, err := db.Contents().Entities(ctx, t.Document.ID)
	if err != nil {
		return err
	}
	links, err := db.Entities().Links(ctx, t.Document.ID)
	if err != nil {
		return err
	}
	relations, err := db.Contents().Relations(ctx, t.Document.ID)
	if err != nil {
		return err
	}
	parties := map[string]bool{} // whether a case has any
	for _, r := range relations {
		if r.Kind == dossier.PartyInCase {
			parties[r.To] = true
		}
	}
	canonical, unlinked := map[string]bool{}, 0
	for _, e := range entities {
		link := links[e.Key]
		named := len(e.Mentions) > 0 || relate.Titled(e) && parties[e.Key]
		if link.ID == "" || !named {
			unlinked++
		}
		canonical[link.ID] = true
	}
	t.check("entities", unlinked == 0 && len(entities) == t.Document.Entities,
		"%d, linked to %d canonical entities, %d without link or mention", len(entities), len(canonical), unlinked)
	wrong := 0
	for _, r := range relations {
		if r.Evidence == "" || !says(text, r.Start, r.End, r.Evidence) {
			wrong++
		}
	}
	t.check("relations", wrong == 0 && len(relations) == t.Document.Relations,
		"%d, evidence of all checked again, %d wrong", len(relations), wrong)
	return t.checkEvents(ctx, db, text)
}

// checkEvents checks the words of the chronology.
func (t *Trace) checkEvents(ctx context.Context, db *store.DB, text string) error {
	events, wrong := 0, 0
	err := db.Contents().Chronology(ctx, t.Document.ProjectID, store.EventFilter{DocumentID: t.Document.ID}, func(r store.EventRow) error {
		events++
		for _, s := range r.Sources {
			if !says(text, s.Start, s.End, r.Sentence) {
				wrong++
			}
		}
		return nil
	})
	t.check("chronology", wrong == 0, "%d, words of all checked again, %d wrong", events, wrong)
	return err
}
