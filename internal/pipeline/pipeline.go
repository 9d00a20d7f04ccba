// Package pipeline runs the stages of documents. It is the only package that
// knows both the stages, which are pure functions, and the engine, to which tasks
// are opaque: it is the engine's handler.
//
// Running a stage is always the same: load its input from the record, look in
// the cache under a hash of all it depends on, do the work if need be, and give
// the engine an effect that writes the output, the next stage's task and, at
// the end, the document's status in one transaction. What follows the commit
// (results, by-document cache entries, progress, events) are projections into
// Redis that may be lost.
//
// A stage without output says why in its task's note.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/notify"
	"github.com/dossier-legal/dossier/internal/paid"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/webhook"
)

// Config is what a [Pipeline] works with.
type Config struct {
	DB        *store.DB      // required
	Redis     *rdb.Redis     // required
	Cache     *cache.Cache   // of outputs; required
	Blobs     *blob.Store    // with the originals; required
	Extractor paid.Extractor // reads files; required
	Services  *paid.Services // that read pages and find names; required
	Languages []string       // of OCR
	Inside    Inside         // limits what is followed inside one file
	Log       *slog.Logger   // default: slog.Default()

	// Solitary runs a stage of a suspect document in a process of its own, which
	// may die of it; an error of CodePoison says that it did. Default: suspect
	// documents are processed like others.
	Solitary func(ctx context.Context, t store.Task) error
	// Memory returns how many bytes are free for readers, false if that is not
	// known. Default: never known.
	Memory func() (free int64, ok bool)
}

// Pipeline runs the stages of documents. It is safe for concurrent use.
type Pipeline struct {
	Config
	reading atomic.Int32 // files being read here
}

// New returns a pipeline. The error of a field that is missing is
// [dossier.CodeInternal].
func New(c Config) (*Pipeline, error) {
	for _, field := range []struct {
		name    string
		missing bool
	}{
		{"DB", c.DB == nil},
		{"Redis", c.Redis == nil},
		{"Cache", c.Cache == nil},
		{"Blobs", c.Blobs == nil},
		{"Extractor", c.Extractor == nil},
		{"Services", c.Services == nil},
	} {
		if field.missing {
			return nil, dossier.Errorf(dossier.CodeInternal, "pipeline: Config.%s is required", field.name)
		}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return &Pipeline{Config: c}, nil
}

// step is one stage of one document.
type step struct {
	task  store.Task
	doc   store.Document
	stage plan.Stage
	next  *plan.Stage // nil after the last
}

// outcome is what a stage made of a document.
type outcome struct {
	yield store.Yield
	// commit writes the output. It returns the documents that it added to batches.
	commit func(ctx context.Context, tx *store.Tx) (added []store.Member, err error)
}

// saving is a commit that adds no documents.
func saving(save func(ctx context.Context, tx *store.Tx) error) func(context.Context, *store.Tx) ([]store.Member, error) {
	return func(ctx context.Context, tx *store.Tx) ([]store.Member, error) { return nil, save(ctx, tx) }
}

// run runs the stage of a step.
func (p *Pipeline) run(ctx context.Context, s step) (outcome, error) {
	switch s.stage.Name {
	case dossier.StageOCR:
		return p.readFile(ctx, s)
	case dossier.StageChunk:
		return p.chunk(ctx, s)
	case dossier.StageExtract:
		return p.findMentions(ctx, s)
	case dossier.StageResolve:
		return p.resolveEntities(ctx, s)
	case dossier.StageRelate:
		return p.findRelations(ctx, s)
	}
	return p.finalize(s), nil
}

// Claimed marks the documents of first stages as processing.
func (p *Pipeline) Claimed(ctx context.Context, tx *store.Tx, tasks []store.Task, news *queue.News) error {
	var starting []string
	for _, t := range tasks {
		if t.Type == string(dossier.StageOCR) {
			starting = append(starting, t.DocumentID)
		}
	}
	if len(starting) == 0 {
		return nil
	}
	members, err := tx.Documents().Start(ctx, starting)
	news.Members(members...)
	return err
}

// Run runs one stage of one document, or the end of a batch.
func (p *Pipeline) Run(ctx context.Context, t store.Task) (queue.Effect, error) {
	if t.Type == store.FinalizeBatch {
		return p.finishBatch(t), nil
	}
	if t.Lost > 0 && p.Solitary != nil {
		if err := p.Solitary(ctx, t); err != nil {
			return queue.Effect{}, err
		}
	}
	s, out, err := p.do(ctx, t)
	if err != nil {
		return queue.Effect{}, err
	}
	return p.effect(s, out), nil
}

// do runs the stage of a task.
func (p *Pipeline) do(ctx context.Context, t store.Task) (s step, out outcome, err error) {
	stage, next, ok := plan.Find(dossier.Stage(t.Type))
	if !ok {
		return s, out, dossier.Errorf(dossier.CodeInconsistent, "no stage is called %q", t.Type)
	}
	doc, err := p.DB.Documents().Get(ctx, t.DocumentID)
	if err != nil {
		return s, out, err
	}
	s = step{task: t, doc: doc, stage: stage, next: next}
	out, err = p.run(ctx, s)
	return s, out, err
}

// Try runs the stage of a task and keeps its output in the cache alone. A
// worker does so in a process of its own, with a task that an earlier worker
// fell silent over: if the file kills the process that works on it, it kills that
// process, and the worker lives to tell. If not, the worker finds the output in
// the cache.
func (p *Pipeline) Try(ctx context.Context, taskID string) error {
	t, err := p.DB.Tasks().Get(ctx, taskID)
	if err != nil {
		return err
	}
	_, _, err = p.do(ctx, t)
	return err
}

// remadeAtOnce is how many outputs are looked up together to be made again.
const remadeAtOnce = 100

// Remake makes the outputs again that could not be kept when their tasks
// completed, so that a later run finds them; what those tasks recorded stays as
// it is. It stops at the first that cannot be kept either. Outputs that were paid
// for are not bought again for this. It returns how many were made.
func (p *Pipeline) Remake(ctx context.Context) (made int, err error) {
	var types []string
	for _, s := range plan.Stages() {
		if s.Entry != "" && !p.Services.Costs(s.Name) {
			types = append(types, string(s.Name))
		}
	}
	for {
		tasks, err := p.DB.Tasks().Unkept(ctx, types, remadeAtOnce)
		if err != nil || len(tasks) == 0 {
			return made, err
		}
		for _, t := range tasks {
			_, out, err := p.do(ctx, t)
			switch {
			case err != nil && (dossier.CategoryOf(err).Retryable() || parked(err)):
				return made, err
			case err != nil: // the file is gone, or cannot be read any more
				p.Log.Warn("an output that was not kept cannot be made again", "document", t.DocumentID, "stage", t.Type, "err", err)
			case out.yield.Unkept:
				return made, nil
			default:
				made++
			}
			if err := p.DB.Tasks().Kept(ctx, t); err != nil {
				return made, err
			}
		}
	}
}

func parked(err error) bool {
	_, ok := errors.AsType[queue.Park](err)
	return ok
}

// effect is what a finished step leads to: its output, and the next stage or
// the end of the document.
func (p *Pipeline) effect(s step, out outcome) queue.Effect {
	effect := queue.Effect{Yield: out.yield}
	end := store.DocumentEnd{ID: s.doc.ID, Status: dossier.StatusCompleted}
	if s.next == nil {
		if len(s.doc.Losses) > 0 {
			end.Status, end.Stage, end.Cause = dossier.StatusPartial, dossier.StageOCR, lossOf(s.doc)
		}
		effect.End = &end
	}
	effect.Commit = func(ctx context.Context, tx *store.Tx, news *queue.News) error {
		added, err := out.commit(ctx, tx)
		if err != nil {
			return err
		}
		if s.next == nil {
			notify.DocumentEnded(tx, s.task, end.Status, end.Cause)
		} else {
			next := s.task.NewTask
			next.ID = plan.TaskID(s.doc.ID, s.next.Name, s.task.Generation)
			next.Type, next.Queue = string(s.next.Name), s.next.Queue
			tx.Tasks().Add(next)
		}
		notify.Stage(p.Redis, tx, news, s.task, end.Status, out.yield, end.Cause)
		news.Members(added...)
		return nil
	}
	return effect
}

// lossOf says why a document is partial: its first loss stands for all.
func lossOf(d store.Document) error {
	text := d.Losses[0].String()
	if more := len(d.Losses) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return dossier.Errorf(d.Losses[0].Code, "not read in full: %s", text).About(d.Paths[0]).
		WithCure("`dossier batch retry` reads it again")
}

// Failed ends the document whose stage failed permanently.
func (p *Pipeline) Failed(ctx context.Context, tx *store.Tx, t store.Task, cause error, news *queue.News) error {
	if t.DocumentID == "" {
		return nil
	}
	status := dossier.StatusFailed
	if dossier.CodeOf(cause) == dossier.CodePoison {
		status = dossier.StatusQuarantined
	}
	members, err := tx.Documents().End(ctx, t.DocumentID, status, dossier.Stage(t.Type), cause)
	notify.DocumentEnded(tx, t, status, cause)
	notify.Stage(p.Redis, tx, news, t, status, store.Yield{}, cause)
	news.Members(members...)
	return err
}

// finishBatch completes a batch if every member is final. A batch that was taken
// up again since has another callback.
func (p *Pipeline) finishBatch(t store.Task) queue.Effect {
	return queue.Effect{
		Commit: func(ctx context.Context, tx *store.Tx, news *queue.News) error {
			completed, err := tx.Batches().Complete(ctx, t.BatchID, t.Generation)
			if err != nil || !completed {
				return err
			}
			notify.Batch(p.Redis, tx, news, t.BatchID, dossier.StatusCompleted, "")
			news.Recount(t.BatchID) // whatever was missed on the way
			notify.BatchEnded(tx, t.ProjectID, t.BatchID, webhook.BatchCompleted, t.Generation)
			return nil
		},
	}
}

// Lost tells the readers of events that some were lost, for [queue.Config].
func (p *Pipeline) Lost(ctx context.Context, pipe redis.Pipeliner) {
	event.Publish(ctx, p.Redis, pipe, event.Event{At: p.DB.Now(), Kind: event.Gap})
}
