package pipeline

import (
	"context"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/batch"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/store"
)

// kept is how many outputs of a document the cache has.
func (h *house) kept(d store.Document) (n int) {
	h.Helper()
	for _, s := range h.verify(d).Stages {
		if s.Cached {
			n++
		}
	}
	return n
}

func (h *house) remake() int {
	h.Helper()
	made, err := h.Remake(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	return made
}

// Outputs that the blobs do not take are no fault of the document, and are made
// again, and kept, when the blobs take them.
func TestOutputsThatCouldNotBeKeptAreMadeAgain(t *testing.T) {
	h := newHouse(t)
	h.shelf.full.Store(true)
	_, d := h.process("a")
	if d.Status != dossier.StatusCompleted || h.kept(d) != 0 || !h.verify(d).OK {
		t.Fatalf("%s with %d outputs kept while the blobs are full: %+v", d.Status, h.kept(d), h.verify(d).Checks)
	}
	if made := h.remake(); made != 0 || h.reader.reads != 2 {
		t.Errorf("%d outputs were made in %d readings while the blobs are full", made, h.reader.reads)
	}
	h.shelf.full.Store(false)
	if made := h.remake(); made != plan.CacheableStages || h.kept(d) != plan.CacheableStages {
		t.Errorf("%d outputs were made again, %d are kept", made, h.kept(d))
	}
	if made := h.remake(); made != 0 {
		t.Errorf("%d outputs were made once more", made)
	}
	reads := h.reader.reads
	if _, other := h.process("b"); other.Mentions != d.Mentions || h.reader.reads != reads {
		t.Errorf("the same file elsewhere: %d mentions, want %d; it was read anew: %v", other.Mentions, d.Mentions, h.reader.reads != reads)
	}
}

// What cannot be made again is given up, and does not keep back the others.
func TestOutputsThatCannotBeMadeAgain(t *testing.T) {
	h := newHouse(t)
	h.shelf.full.Store(true)
	_, d := h.process("a")
	h.shelf.full.Store(false)
	h.reader.password = "lost" // the file cannot be read any more
	if made := h.remake(); made != plan.CacheableStages-1 {
		t.Errorf("%d outputs were made again", made)
	}
	if made := h.remake(); made != 0 || h.kept(d) != plan.CacheableStages-1 {
		t.Errorf("%d outputs were made once more, %d are kept", made, h.kept(d))
	}
}

func (h *house) retry(b store.Batch) {
	h.Helper()
	r, err := h.batches.Retry(h.Context(), b, dossier.StageOCR, []dossier.Status{dossier.StatusCompleted})
	if err != nil || r != (batch.Retried{Started: 1}) {
		h.Fatalf("retried %+v, %v", r, err)
	}
}

// A retry makes the output anew although the cache has one, and what it made is
// what others find from then on.
func TestRetryReplacesWhatTheCacheHas(t *testing.T) {
	h := newHouse(t)
	b, _ := h.process("a")
	h.retry(b)
	h.await(b)
	if h.reader.reads != 2 {
		t.Errorf("%d readings after a retry", h.reader.reads)
	}
	h.process("b")
	if h.reader.reads != 2 {
		t.Error("the output of a retry was lost: another project reads anew")
	}
}

// A retry whose output was kept and whose worker died before the commit uses
// that output; it neither takes the old one nor makes another.
func TestRetryAfterACrashUsesItsOwnOutput(t *testing.T) {
	h := newHouse(t)
	b, d := h.process("a")
	h.halt()
	h.retry(b)
	var id string
	tasks, err := h.DB.Tasks().OfDocument(t.Context(), d.ID)
	for _, task := range tasks {
		if task.Status == dossier.StatusPending {
			id = task.ID
		}
	}
	if err != nil || id == "" {
		t.Fatalf("no task waits: %v", err)
	}
	if err := h.Try(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	if h.reader.reads != 2 {
		t.Fatalf("%d readings: the retry took the old output", h.reader.reads)
	}
	h.start()
	h.await(b)
	if h.reader.reads != 2 {
		t.Errorf("%d readings: the output of the attempt before was lost", h.reader.reads)
	}
}

// A retry whose output could not be kept leaves the old one only until its own
// is made again.
func TestRetryWithoutSpaceReplacesTheOutputLater(t *testing.T) {
	h := newHouse(t)
	b, _ := h.process("a")
	h.shelf.full.Store(true)
	h.retry(b)
	h.await(b)
	h.shelf.full.Store(false)
	if made := h.remake(); made != plan.CacheableStages || h.reader.reads != 3 {
		t.Errorf("%d outputs were made again in %d readings", made, h.reader.reads)
	}
}
