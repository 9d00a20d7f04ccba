package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/batch"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
	"github.com/dossier-legal/dossier/internal/verify"
)

// moody is an extractor of one page that loses another one while hole is set,
// and that needs the password if there is one.
type moody struct {
	mu       sync.Mutex
	hole     bool
	password string
	reads    int
}

func (m *moody) Extract(_ context.Context, req extract.Request) (*extract.Document, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	if m.password != "" && !slices.Contains(req.Passwords, m.password) {
		return nil, dossier.Errorf(dossier.CodePassword, "the file is locked")
	}
	doc := &extract.Document{Format: extract.FormatText, Locked: m.password != "", Pages: []dossier.Page{
		{Number: 1, Source: dossier.SourceLayer, Text: "Jane A. Roe wrote to Northgate Insurance Company."},
	}}
	if m.hole {
		doc.Pages = append(doc.Pages, dossier.Page{Number: 2, Error: dossier.CodeTimeout, Source: dossier.SourceLayer, Reason: "recognition failed"})
		doc.Losses = []dossier.Loss{{Page: 2, Code: dossier.CodeTimeout, Text: "took longer than 1m0s of processor time"}}
	}
	return doc, nil
}

// house is a pipeline with an engine, over an embedded record.
type house struct {
	*testing.T
	*Pipeline
	batches *batch.Manager
	reader  *moody
	shelf   *shelf
	file    string
	halt    func() // stops the engine, if one runs
}

// shelf is a durable store of outputs that takes nothing while it is full.
type shelf struct {
	cache.Durable
	full atomic.Bool
}

func (s *shelf) Put(ctx context.Context, key string, data []byte) error {
	if s.full.Load() {
		return dossier.Errorf(dossier.CodeStorage, "no space left on device")
	}
	return s.Durable.Put(ctx, key, data)
}

func newHouse(t *testing.T) *house {
	t.Helper()
	dir := t.TempDir()
	db := storetest.Open(t, "")
	redis, err := rdb.Open(t.Context(), rdb.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = redis.Close() })
	blobs, err := blob.Open(t.Context(), filepath.Join(dir, "blobs"), dir)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, reader: &moody{}, shelf: &shelf{Durable: blobs}, file: filepath.Join(dir, "letter.txt")}
	if err := os.WriteFile(h.file, []byte("a letter"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.Pipeline, h.batches = newPipeline(t, Config{
		DB: db, Redis: redis, Blobs: blobs, Cache: cache.New(redis, h.shelf, time.Minute), Extractor: h.reader,
	}, nil)
	h.start()
	t.Cleanup(func() { h.halt() })
	return h
}

// start starts an engine.
func (h *house) start() {
	engine := queue.New(queue.Config{
		DB: h.DB, Redis: h.Redis, Handler: h.Pipeline, Log: h.Pipeline.Log, Alone: true,
		Concurrency: map[string]int{"ocr": 1, "text": 1, "entity": 1, "graph": 1, "default": 1},
	})
	ctx, stop := context.WithCancel(h.Context())
	ended := make(chan error, 1)
	go func() { ended <- engine.Run(ctx) }()
	h.halt = func() {
		stop()
		if err := <-ended; err != nil {
			h.Error(err)
		}
		h.halt = func() {}
	}
}

// process processes the file in a project and returns its batch and document.
func (h *house) process(project string) (store.Batch, store.Document) {
	h.Helper()
	r := batch.Request{Paths: []string{h.file}, Project: project, Priority: dossier.PriorityNormal, OCR: extract.OCRAuto}
	b, err := h.batches.Open(h.Context(), r)
	if err == nil {
		err = h.batches.Intake(h.Context(), b, r, h.TempDir(), func() {})
	}
	if err != nil {
		h.Fatal(err)
	}
	return b, h.await(b)
}

// await waits for the end of a batch and returns its document.
func (h *house) await(b store.Batch) store.Document {
	h.Helper()
	for {
		now, err := h.DB.Batches().Get(h.Context(), b.ID)
		if err != nil {
			h.Fatal(err)
		}
		if now.Status == "completed" {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	list, err := h.DB.Documents().List(h.Context(), b.ProjectID, "")
	if err != nil || len(list) != 1 {
		h.Fatalf("documents %+v, %v", list, err)
	}
	d, err := h.DB.Documents().Get(h.Context(), list[0].ID)
	if err != nil {
		h.Fatal(err)
	}
	return d
}

func (h *house) verify(d store.Document) verify.Trace {
	h.Helper()
	trace, err := verify.Document(h.Context(), h.DB, h.Cache, d)
	if err != nil {
		h.Fatal(err)
	}
	return trace
}

// TestLostPageMakesDocumentPartial loses a page: the document says so, no other
// project inherits the hole, and what asks again gets the whole.
func TestLostPageMakesDocumentPartial(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reader.hole = true
	b, d := h.process("a")
	if d.Status != dossier.StatusPartial || d.FailedStage != dossier.StageOCR || d.ErrorCode != dossier.CodeTimeout || len(d.Losses) != 1 {
		t.Errorf("document %+v", d)
	}
	if d.Mentions == 0 {
		t.Error("what was read of it has no mentions")
	}
	if trace := h.verify(d); trace.OK || len(trace.Checks) < 5 {
		t.Errorf("verify says that it holds: %+v", trace.Checks)
	}
	if _, again := h.process("a"); again.Status != dossier.StatusPartial || h.reader.reads != 2 {
		t.Errorf("asked for again, %s after %d readings", again.Status, h.reader.reads)
	}
	h.reader.hole = false
	if _, other := h.process("b"); other.Status != dossier.StatusCompleted || len(other.Losses) != 0 || !h.verify(other).OK {
		t.Errorf("in another project: %+v", other)
	}
	if r, err := h.batches.Retry(t.Context(), b, "", []dossier.Status{dossier.StatusPartial}); r != (batch.Retried{Started: 1}) || err != nil {
		t.Fatalf("retried %+v, %v", r, err)
	}
	if healed := h.await(b); healed.Status != dossier.StatusCompleted || len(healed.Losses) != 0 || healed.ErrorCode != "" || healed.Pages != 1 {
		t.Errorf("retried: %+v", healed)
	}
}

// TestLockedFileStaysInItsProject reads a locked file in a project that has the
// password, then in others.
func TestLockedFileStaysInItsProject(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reader.password = "hunter2"
	know := func(project, password string) {
		if err := h.DB.Write(t.Context(), func(tx *store.Tx) error {
			p, err := tx.Projects().Ensure(t.Context(), project)
			if err != nil {
				return err
			}
			_, err = tx.Passwords().Add(t.Context(), p.ID, password)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	know("a", "hunter2")
	know("wrong", "12345")
	_, d := h.process("a")
	if d.Status != dossier.StatusCompleted {
		t.Fatalf("with the password: %+v", d)
	}
	for _, project := range []string{"none", "wrong"} {
		if _, d := h.process(project); d.Status != dossier.StatusFailed || d.ErrorCode != dossier.CodePassword || d.Words != 0 {
			t.Errorf("project %s: %+v", project, d)
		}
	}
	reads := h.reader.reads
	if err := h.Try(t.Context(), plan.TaskID(d.ID, dossier.StageOCR, d.Generation)); err != nil || h.reader.reads != reads {
		t.Errorf("again in its project: %d readings more, %v", h.reader.reads-reads, err)
	}
}

// TestVerifyHoldsWithoutCache takes all outputs out of the cache: the record is
// what counts.
func TestVerifyHoldsWithoutCache(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, d := h.process("a")
	keys, err := h.DB.Batches().CacheKeys(t.Context(), b.ID)
	if err != nil || len(keys) != plan.CacheableStages {
		t.Fatalf("keys %v, %v", keys, err)
	}
	for _, k := range keys {
		key, ok := cache.ParseKey(k)
		if !ok {
			t.Fatalf("%q is no key", k)
		}
		if err := h.Cache.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	if trace := h.verify(d); !trace.OK {
		t.Errorf("without the cache: %+v", trace.Checks)
	}
}
