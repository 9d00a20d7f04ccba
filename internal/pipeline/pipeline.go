// Package pipeline knows which stage follows which. It is the only package
// that knows both the stages, which are pure functions, and the engine, which
// knows no documents: it is the engine's handler.
//
// Running a stage is always the same: load its input from the record, look in
// the cache under a hash of all it depends on, do the work if need be, and give
// the engine an effect that writes the output, the next stage's task and, at
// the end, the document's status in one transaction. What follows the commit
// (results, by-document cache entries, progress, events) are projections into
// Redis that may be lost.
//
// A stage that makes nothing says why in its task's note.
package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/chunk"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/llm"
	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/ratelimit"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/similar"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/webhook"
)

// Extractor reads files; [extract.Pool] is the one in use.
type Extractor interface {
	Extract(ctx context.Context, req extract.Request) (*extract.Document, error)
}

// Pipeline runs the stages of documents. Set all fields.
type Pipeline struct {
	DB        *store.DB
	Redis     *rdb.Redis
	Cache     *cache.Cache
	Blobs     *blob.Store
	Extractor Extractor
	Breakers  *breaker.Breakers  // of extractors that are services
	Limiter   *ratelimit.Limiter // of their calls
	Languages []string           // of OCR
	// Recognition says who reads pages without text.
	Recognition Recognition
	// Model finds names beside what is found here; nil for none.
	Model *Model
	// Inside limits what is followed inside one file.
	Inside Inside
	Actor  string // who decides about batches here, for the audit log
	Log    *slog.Logger

	// Solitary runs a stage of a suspect document in a process of its own,
	// which may die of it; an error of CodePoison says that it did. Nil where
	// nothing is worked on.
	Solitary func(ctx context.Context, t store.Task) error
	// Memory returns how many bytes are free for readers, false if that is not
	// known. Nil where nothing is worked on.
	Memory func() (free int64, ok bool)

	reading atomic.Int32 // files being read here
}

// stage says where a stage runs and how.
type stage struct {
	name    dossier.Stage
	queue   string
	version string
	run     func(p *Pipeline, ctx context.Context, s *step) error
	// entry is the by-document cache entry that points at the stage's output.
	entry string
}

// stages in running order.
func stages() []stage {
	return []stage{
		{dossier.StageOCR, "ocr", extract.Version, (*Pipeline).readFile, rdb.DocumentText},
		{dossier.StageChunk, "text", chunk.Version, (*Pipeline).chunk, rdb.DocumentChunks},
		{dossier.StageExtract, "entity", mention.Version, (*Pipeline).findMentions, rdb.DocumentMentions},
		{dossier.StageResolve, "entity", entitiesVersion, (*Pipeline).resolveEntities, rdb.DocumentResolved},
		{dossier.StageRelate, "graph", linksVersion, (*Pipeline).findRelations, rdb.DocumentRelations},
		{dossier.StageFinalize, "default", "1", (*Pipeline).finalize, ""},
	}
}

// CacheVersions returns the current version of all that is kept in the cache, by
// the stage in its keys.
func CacheVersions() map[string]string {
	versions := map[string]string{"llm": llm.Version}
	for _, s := range stages() {
		versions[string(s.name)] = s.version
	}
	return versions
}

// CacheableStages is how many stages of a document have their output cached:
// all but finalization.
const CacheableStages = 5

// Versions names the versions of all stages. Two programs with the same make the
// same of a file, whatever else differs between them.
func Versions() string {
	var parts []string
	for _, s := range stages() {
		parts = append(parts, string(s.name)+"="+s.version)
	}
	parts = append(parts, "likeness="+similar.Version)
	return strings.Join(parts, ";")
}

// recipe names everything that decides what the stages make of a file. A
// document on record with another recipe is done anew.
func (p *Pipeline) recipe(mode extract.OCRMode) string {
	parts := []string{"ocr=" + strings.Join(append([]string{string(mode), p.Recognition.Name()}, p.Languages...), "+"), Versions()}
	if p.Model != nil {
		parts = append(parts, p.Model.recipe())
	}
	return strings.Join(parts, ";")
}

// step is one stage of one document, under way. A stage's run function fills
// yield and commit.
type step struct {
	task   store.Task
	doc    store.Document
	stage  stage
	next   *stage // nil after the last
	yield  store.Yield
	commit func(ctx context.Context, tx *store.Tx) error
	// members are documents that the commit added, for the progress
	// of their batches.
	members []store.Member
}

// firstTask is the task that starts a document.
func firstTask(ctx context.Context, doc store.Registered, b store.Batch) store.NewTask {
	first := stages()[0]
	return store.NewTask{
		ID: taskID(doc.DocumentID, first.name, doc.Generation), BatchID: b.ID, ProjectID: b.ProjectID,
		DocumentID: doc.DocumentID, Type: string(first.name), Queue: first.queue,
		Generation: doc.Generation, Trace: queue.Traceparent(ctx),
	}
}

func taskID(documentID string, s dossier.Stage, generation int) string {
	return dossier.DeriveID(documentID, "task", string(s), strconv.Itoa(generation))
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
	s, err := p.step(ctx, t)
	if err != nil {
		return queue.Effect{}, err
	}
	return p.effect(s), nil
}

// step runs a stage of a document.
func (p *Pipeline) step(ctx context.Context, t store.Task) (*step, error) {
	s := &step{task: t}
	all := stages()
	for i, st := range all {
		if string(st.name) == t.Type {
			s.stage = st
			if i+1 < len(all) {
				s.next = &all[i+1]
			}
		}
	}
	if s.stage.run == nil {
		return nil, dossier.Errorf(dossier.CodeInconsistent, "no stage is called %q", t.Type)
	}
	var err error
	if s.doc, err = p.DB.Documents().Get(ctx, t.DocumentID); err != nil {
		return nil, err
	}
	return s, s.stage.run(p, ctx, s)
}

// Try runs the stage of a task and keeps its output in the cache alone. A
// worker does so in a process of its own, with a task that an earlier worker
// fell silent over: if the file kills whoever works on it, it kills that
// process, and the worker lives to tell. If not, the worker finds the output in
// the cache.
func (p *Pipeline) Try(ctx context.Context, taskID string) error {
	t, err := p.DB.Tasks().Get(ctx, taskID)
	if err != nil {
		return err
	}
	_, err = p.step(ctx, t)
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
	for _, s := range stages() {
		if s.entry != "" && !p.paid(s) {
			types = append(types, string(s.name))
		}
	}
	for {
		tasks, err := p.DB.Tasks().Unkept(ctx, types, remadeAtOnce)
		if err != nil || len(tasks) == 0 {
			return made, err
		}
		for _, t := range tasks {
			s, err := p.step(ctx, t)
			switch {
			case err != nil && (dossier.CategoryOf(err).Retryable() || parked(err)):
				return made, err
			case err != nil: // the file is gone, or cannot be read any more
				p.Log.Warn("an output that was not kept cannot be made again", "document", t.DocumentID, "stage", t.Type, "err", err)
			case s.yield.Unkept:
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
func (p *Pipeline) effect(s *step) queue.Effect {
	effect := queue.Effect{Yield: s.yield}
	end := store.DocumentEnd{ID: s.doc.ID, Status: dossier.StatusCompleted}
	if s.next == nil {
		if len(s.doc.Losses) > 0 {
			end.Status, end.Stage, end.Cause = dossier.StatusPartial, dossier.StageOCR, lossOf(s.doc)
		}
		effect.End = &end
	}
	effect.Commit = func(ctx context.Context, tx *store.Tx, news *queue.News) error {
		s.members = nil // the transaction may be a second try
		if err := s.commit(ctx, tx); err != nil {
			return err
		}
		if s.next == nil {
			postDocument(tx, s.task, end.Status, end.Cause)
		} else {
			next := s.task.NewTask
			next.ID = taskID(s.doc.ID, s.next.name, s.task.Generation)
			next.Type, next.Queue = string(s.next.name), s.next.queue
			tx.Tasks().Add(next)
		}
		p.tellStage(tx, news, s.task, end.Status, s.yield, end.Cause)
		news.Members(s.members...)
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

// Failed ends the document whose stage failed for good.
func (p *Pipeline) Failed(ctx context.Context, tx *store.Tx, t store.Task, cause error, news *queue.News) error {
	if t.DocumentID == "" {
		return nil
	}
	status := dossier.StatusFailed
	if dossier.CodeOf(cause) == dossier.CodePoison {
		status = dossier.StatusQuarantined
	}
	members, err := tx.Documents().End(ctx, t.DocumentID, status, dossier.Stage(t.Type), cause)
	postDocument(tx, t, status, cause)
	p.tellStage(tx, news, t, status, store.Yield{}, cause)
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
			p.tellBatch(tx, news, t.BatchID, dossier.StatusCompleted, "")
			news.Recount(t.BatchID) // whatever was missed on the way
			postBatch(tx, t.ProjectID, t.BatchID, webhook.BatchCompleted, t.Generation)
			return nil
		},
	}
}

// resultTTL is how long results stay in database 1.
const resultTTL = 7 * 24 * time.Hour

// tellStage tells Redis how a task ended: its result, the by-document entries
// and an event.
func (p *Pipeline) tellStage(tx *store.Tx, news *queue.News, t store.Task, status dossier.Status, y store.Yield, cause error) {
	if !p.Redis.Embedded() { // no other program can read that one, and it would grow with every document
		p.publishResult(news, t, status, y, cause)
	}
	e := event.Event{
		At: tx.Now(), Kind: event.Stage, Batch: t.BatchID, Document: t.DocumentID, Stage: dossier.Stage(t.Type),
		Attempt: t.Attempts, Status: status, Code: dossier.CodeOf(cause),
	}
	if cause != nil {
		e.Message = cause.Error() // names the file: readers of news know only its id
	}
	news.Add(rdb.Batch, func(ctx context.Context, pipe redis.Pipeliner) { event.Publish(ctx, p.Redis, pipe, e) })
}

// publishResult writes the result of a stage and where its output lies to Redis, for
// other programs that read them there; dossier itself does not.
func (p *Pipeline) publishResult(news *queue.News, t store.Task, status dossier.Status, y store.Yield, cause error) {
	result := struct {
		Status   dossier.Status `json:"status"`
		Yield    int            `json:"yield"`
		CacheHit bool           `json:"cache_hit"`
		Code     dossier.Code   `json:"code,omitempty"`
	}{status, y.Count, y.CacheHit, dossier.CodeOf(cause)}
	value, err := json.Marshal(result)
	if err != nil {
		panic("pipeline: " + err.Error()) // these types have no way to fail
	}
	news.Add(rdb.Results, func(ctx context.Context, pipe redis.Pipeliner) {
		pipe.Set(ctx, p.Redis.ResultKey(t.ID), value, resultTTL)
	})
	news.Add(rdb.Cache, func(ctx context.Context, pipe redis.Pipeliner) {
		key := p.Redis.DocumentKey(rdb.DocumentState, t.DocumentID)
		pipe.HSet(ctx, key, t.Type, string(status))
		pipe.Expire(ctx, key, resultTTL)
		for _, s := range stages() {
			if string(s.name) == t.Type && s.entry != "" && y.CacheKey != "" {
				pipe.Set(ctx, p.Redis.DocumentKey(s.entry, t.DocumentID), y.CacheKey, resultTTL)
			}
		}
	})
}

// send tells Redis news and reports whether that worked. What it writes are
// projections, so that a failure is logged and no more.
func (p *Pipeline) send(ctx context.Context, news *queue.News) bool {
	err := news.Send(ctx, p.Redis)
	if err != nil {
		p.Log.Warn("telling Redis what happened failed; the record is not affected", "err", err)
	}
	return err == nil
}

// Lost tells the readers of events that some were lost, for [queue.Config].
func (p *Pipeline) Lost(ctx context.Context, pipe redis.Pipeliner) {
	event.Publish(ctx, p.Redis, pipe, event.Event{At: p.DB.Now(), Kind: event.Gap})
}

// cached returns the stage's output for an input with the given hash parts: from
// the cache, or by making it. It notes key and hit in the step.
func cached[T any](ctx context.Context, p *Pipeline, s *step, parts []string, do func() (T, error)) (T, error) {
	key := s.cacheKey(parts...)
	return output[T]{keys: []cache.Key{key}, keep: func(T) (cache.Key, bool) { return key, true }, do: do}.get(ctx, p, s)
}

// cacheKey is the key of an output of the stage that depends on the parts.
func (s *step) cacheKey(parts ...string) cache.Key {
	return cache.Key{Stage: string(s.stage.name), Version: s.stage.version, SHA256: hashOf(parts)}
}

// output is an output of a stage that is looked up or made.
type output[T any] struct {
	keys  []cache.Key                            // where it may be; workers agree by the first who makes it
	whole func(context.Context, T) (bool, error) // has nothing against what was found; nil: nothing has
	keep  func(T) (key cache.Key, ok bool)       // where a new one is kept, if it is
	do    func() (T, error)
}

func (o output[T]) get(ctx context.Context, p *Pipeline, s *step) (value T, err error) {
	renew, err := p.toRenew(ctx, s)
	if err != nil {
		return value, err
	}
	hit, keys := false, o.keys
	if renew {
		keys = nil
	}
	for _, key := range keys {
		s.yield.CacheKey = key.String()
		if hit, err = p.Cache.Get(ctx, key, &value); err != nil {
			p.Log.Warn("the cache cannot be read; working without it", "key", key, "err", err)
		}
		if hit {
			break
		}
	}
	if !hit && !renew && p.dear(s.stage) { // enough to ask whether somebody else is at it
		key := o.keys[0]
		var lead *cache.Lead
		lead, hit, err = p.Cache.Lead(ctx, key, &value)
		if busy, ok := errors.AsType[cache.Busy](err); ok {
			return value, queue.Park{Until: busy.Until, Why: busy.Error()}
		}
		if err != nil {
			p.Log.Warn("whether another worker makes the same is not known; making it", "key", key, "err", err)
		}
		defer lead.Release(ctx)
		if hit {
			s.yield.CacheKey = key.String()
		}
	}
	if hit && o.whole != nil {
		if hit, err = o.whole(ctx, value); err != nil {
			return value, err
		}
	}
	if s.yield.CacheHit = hit; hit {
		return value, nil
	}
	s.yield.CacheKey = ""
	if value, err = o.do(); err != nil {
		return value, err
	}
	key, ok := o.keep(value)
	if !ok {
		return value, nil
	}
	s.yield.CacheKey = key.String()
	err = p.Cache.Put(ctx, key, value)
	if s.yield.Unkept = err != nil; err != nil {
		p.Log.Warn("the cache cannot be written; the output is made again later", "key", key, "err", err)
	} else if renew {
		return value, p.DB.Tasks().Renewed(ctx, s.task)
	}
	return value, nil
}

// toRenew reports whether the stage is to make its output without looking into
// the cache: the task is of a retry, and no attempt at it, nor [Pipeline.Try],
// has put what it made there yet.
func (p *Pipeline) toRenew(ctx context.Context, s *step) (bool, error) {
	if !s.task.Renew {
		return false, nil
	}
	t, err := p.DB.Tasks().Get(ctx, s.task.ID)
	return t.Renew, err
}

// dear reports whether a stage takes long, or is paid for.
func (p *Pipeline) dear(s stage) bool {
	return s.name == dossier.StageOCR || p.paid(s)
}

// paid reports whether a stage asks a service that is paid.
func (p *Pipeline) paid(s stage) bool {
	return s.name == dossier.StageOCR && p.Recognition.paid() || s.name == dossier.StageExtract && p.Model != nil
}

// hashOf hashes parts such that no two lists of parts hash alike.
func hashOf(parts []string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(h.Sum(nil))
}
