// Package plan says which stage of a document follows which, in which queue each
// runs, and which versions decide its output.
package plan

import (
	"context"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/chronology"
	"github.com/dossier-legal/dossier/internal/chunk"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/llm"
	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/relate"
	"github.com/dossier-legal/dossier/internal/resolve"
	"github.com/dossier-legal/dossier/internal/similar"
	"github.com/dossier-legal/dossier/internal/store"
)

// Stage is one step of every document.
type Stage struct {
	Name    dossier.Stage
	Queue   string
	Version string // a change of it makes cached outputs of the stage obsolete
	// Entry names the by-document cache entry that points at the output; it is ""
	// if the output is not cached.
	Entry string
}

// Stages returns the stages in the order in which they run.
func Stages() []Stage {
	return []Stage{
		{dossier.StageOCR, "ocr", extract.Version, rdb.DocumentText},
		{dossier.StageChunk, "text", chunk.Version, rdb.DocumentChunks},
		{dossier.StageExtract, "entity", mention.Version, rdb.DocumentMentions},
		{dossier.StageResolve, "entity", resolve.Version + "." + relate.Version, rdb.DocumentResolved},
		{dossier.StageRelate, "graph", relate.Version + "." + chronology.Version, rdb.DocumentRelations},
		{dossier.StageFinalize, "default", "1", ""},
	}
}

// CacheableStages is how many stages have their output cached: all but
// finalization.
const CacheableStages = 5

// Find returns a stage by its name and the stage that follows it, which is nil
// after the last. ok is false if no stage has that name.
func Find(name dossier.Stage) (s Stage, next *Stage, ok bool) {
	all := Stages()
	for i := range all {
		if all[i].Name != name {
			continue
		}
		if i+1 < len(all) {
			next = &all[i+1]
		}
		return all[i], next, true
	}
	return s, nil, false
}

// CacheVersions returns the current version of everything that is kept in the
// cache, by the stage in its keys.
func CacheVersions() map[string]string {
	versions := map[string]string{"llm": llm.Version}
	for _, s := range Stages() {
		versions[string(s.Name)] = s.Version
	}
	return versions
}

// Versions names the versions of all stages. Two programs with the same versions
// make the same output from a file.
func Versions() string {
	var parts []string
	for _, s := range Stages() {
		parts = append(parts, string(s.Name)+"="+s.Version)
	}
	parts = append(parts, "likeness="+similar.Version)
	return strings.Join(parts, ";")
}

// Recipe is everything that decides what the stages make of a file, besides the
// file. A document on record with another recipe is processed again.
type Recipe struct {
	Recogniser string   // who reads pages without text
	Languages  []string // of OCR
	Model      string   // that finds names, with its version; "" for none
}

// For returns the recipe as text, for documents that are read in a mode.
func (r Recipe) For(mode extract.OCRMode) string {
	parts := []string{"ocr=" + strings.Join(append([]string{string(mode), r.Recogniser}, r.Languages...), "+"), Versions()}
	if r.Model != "" {
		parts = append(parts, "model="+r.Model)
	}
	return strings.Join(parts, ";")
}

// WithoutModel returns the recipe without the model that finds names.
func (r Recipe) WithoutModel() Recipe {
	r.Model = ""
	return r
}

// FirstTask returns the task that starts a document of a batch.
func FirstTask(ctx context.Context, doc store.Registered, b store.Batch) store.NewTask {
	return Stages()[0].Task(ctx, b, doc.DocumentID, doc.Generation)
}

// Task returns the task that runs the stage of a document for a batch.
func (s Stage) Task(ctx context.Context, b store.Batch, documentID string, generation int) store.NewTask {
	return store.NewTask{
		ID: TaskID(documentID, s.Name, generation), BatchID: b.ID, ProjectID: b.ProjectID, DocumentID: documentID,
		Type: string(s.Name), Queue: s.Queue, Generation: generation, Trace: queue.Traceparent(ctx),
	}
}

// TaskID returns the id of the task of a document's stage. It is the same
// whenever the task is made.
func TaskID(documentID string, s dossier.Stage, generation int) string {
	return dossier.DeriveID(documentID, "task", string(s), strconv.Itoa(generation))
}
