package pipeline

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/batch"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/paid"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/ratelimit"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// world is a reader for which the bytes of a file say nothing of what is in it,
// so that files can hold each other as no real ones could. It maps the content
// of a file to what is inside: "name=content".
type world map[string][]string

func (w world) Extract(_ context.Context, req extract.Request) (*extract.Document, error) {
	b, err := os.ReadFile(req.Path)
	if err != nil {
		return nil, err
	}
	doc := &extract.Document{
		Format: extract.FormatText,
		Pages:  []dossier.Page{{Number: 1, Source: dossier.SourceLayer, Text: string(b)}},
	}
	for _, entry := range w[string(b)] {
		name, content, _ := strings.Cut(entry, "=")
		f := extract.File{
			Name: name, SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(content))), Size: int64(len(content)),
			Path: filepath.Join(req.Inside, name),
		}
		if err := os.WriteFile(f.Path, []byte(content), 0o600); err != nil {
			return nil, err
		}
		doc.Children = append(doc.Children, f)
	}
	return doc, nil
}

// box is a pipeline with the engine that runs it.
type box struct {
	testing.TB
	*Pipeline
	batches *batch.Manager
	folder  string
}

// eachBox runs f over the embedded pair and over servers.
func eachBox(t *testing.T, f func(b *box)) {
	t.Parallel()
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		f(newBox(t, redistest.Open(t, rdb.Config{}), ""))
	})
	t.Run("servers", func(t *testing.T) {
		t.Parallel()
		where := storetest.Database(t)
		f(newBox(t, redistest.Open(t, rdb.Config{URL: redistest.Start(t)}), where))
	})
}

// newPipeline completes the configuration of a pipeline, with a model that finds
// names unless it is nil, and returns it with a manager of its batches.
func newPipeline(t *testing.T, c Config, model *paid.Model) (*Pipeline, *batch.Manager) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	services, err := paid.New(paid.Config{
		DB: c.DB, Cache: c.Cache, Breakers: breaker.New(c.Redis), Limiter: ratelimit.New(c.Redis), Model: model, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Services, c.Log = services, log
	p, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	batches, err := batch.New(batch.Config{
		DB: c.DB, Redis: c.Redis, Blobs: c.Blobs, Recipe: services.Recipe(c.Languages), Actor: "test", Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, batches
}

func newBox(t *testing.T, redis *rdb.Redis, where string) *box {
	t.Helper()
	blobs, err := blob.Open(t.Context(), t.TempDir(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p, batches := newPipeline(t, Config{
		DB: storetest.Open(t, where), Redis: redis, Cache: cache.New(redis, blobs, time.Minute), Blobs: blobs,
		Extractor: world{},
	}, nil)
	t.Cleanup(func() { _ = p.Cache.Close() })
	b := &box{TB: t, Pipeline: p, batches: batches, folder: t.TempDir()}
	engine := queue.New(queue.Config{
		DB: p.DB, Redis: redis, Handler: p, Log: p.Log, Alone: true,
		Concurrency: map[string]int{"ocr": 4, "text": 2, "entity": 2, "graph": 2, "default": 2},
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- engine.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return b
}

// process puts a file of each content into a folder of the project and returns
// what the batch came to when it has ended.
func (b *box) process(project string, w world, contents ...string) store.Report {
	b.Helper()
	b.Extractor = w
	folder, err := os.MkdirTemp(b.folder, "in-*")
	b.must(err)
	for i, content := range contents {
		b.must(os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.txt", i)), []byte(content), 0o600))
	}
	return b.again(project, folder)
}

// again processes a folder and returns what the batch came to when it has ended.
func (b *box) again(project, folder string) store.Report {
	b.Helper()
	ctx := b.Context()
	r := batch.Request{Paths: []string{folder}, Project: project, Priority: dossier.PriorityNormal, OCR: extract.OCROff}
	opened, err := b.batches.Open(ctx, r)
	b.must(err)
	b.must(b.batches.Intake(ctx, opened, r, b.TempDir(), func() {}))
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		state, err := b.DB.Batches().Get(ctx, opened.ID)
		b.must(err)
		if state.Status == "completed" {
			break
		}
		if time.Now().After(deadline) {
			b.Fatal("the batch never ends")
		}
	}
	report, err := b.DB.Batches().Report(ctx, opened.ID)
	b.must(err)
	return report
}

func (b *box) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// codes counts the failures of a batch by code.
func codes(r store.Report) map[dossier.Code]int {
	n := map[dossier.Code]int{}
	for _, f := range r.Failures {
		n[f.Code]++
	}
	return n
}

// TestFilesThatHoldThemselves has rings of every length, in one batch and again
// in a second, which finds all of it on record.
func TestFilesThatHoldThemselves(t *testing.T) {
	eachBox(t, func(b *box) {
		w := world{
			"ring of one": {"a=ring of one", "letter=a letter"},
			"ring of two": {"b=its other half"}, "its other half": {"c=ring of two"},
			"x": {"y=y"}, "y": {"z=z", "again=z"}, "z": {"x=x", "y=y", "leaf=leaf"},
		}
		contents := []string{"ring of one", "ring of two", "x", "good"}
		first := b.process("p", w, contents...)
		for name, r := range map[string]store.Report{"first": first, "second": b.again("p", b.lastFolder())} {
			if r.Documents[dossier.StatusCompleted] != 9 || len(r.Documents) != 1 {
				b.Errorf("%s: %v", name, r.Documents)
			}
			if diff := cmp.Diff(map[dossier.Code]int{dossier.CodeContainsItself: 4}, codes(r)); diff != "" {
				b.Errorf("%s: %s", name, diff)
			}
		}
	})
}

// lastFolder is the folder processed last.
func (b *box) lastFolder() string {
	folders, err := filepath.Glob(filepath.Join(b.folder, "in-*"))
	b.must(err)
	slices.SortFunc(folders, func(x, y string) int { return modified(x).Compare(modified(y)) })
	return folders[len(folders)-1]
}

func modified(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// TestFilesThatHoldEachOther has both halves of a ring come as files of their
// own, side by side: whichever is first, all ends and nothing is lost.
func TestFilesThatHoldEachOther(t *testing.T) {
	eachBox(t, func(b *box) {
		w := world{"left": {"r=right"}, "right": {"l=left"}, "third": {"l=left", "r=right", "deep=fourth"}, "fourth": {"t=third"}}
		for range 3 {
			r := b.process("p", w, "left", "right", "third", "good")
			if r.Documents[dossier.StatusCompleted] != 5 || len(r.Documents) != 1 {
				b.Errorf("%v", r.Documents)
			}
			for code := range codes(r) {
				if code != dossier.CodeContainsItself {
					b.Errorf("%+v", r.Failures)
				}
			}
		}
	})
}

// TestBombOfCopies holds sixteen files in each of sixteen, five deep, and all
// alike: a million paths, but six documents. In a second batch all of it is on
// record, and nobody walks the million paths.
func TestBombOfCopies(t *testing.T) {
	eachBox(t, func(b *box) {
		w := world{}
		for level := range 5 {
			for i := range 16 {
				w[fmt.Sprint("level ", level)] = append(w[fmt.Sprint("level ", level)], fmt.Sprintf("%d=level %d", i, level+1))
			}
		}
		b.process("p", w, "level 0", "good")
		r := b.again("p", b.lastFolder())
		if r.Documents[dossier.StatusCompleted] != 7 || r.Reused != 7 || r.Instances != 2+5*16 || r.Unread != 0 {
			b.Errorf("%v of %d documents, %d instances, %+v", r.Documents, r.Reused, r.Instances, r.Failures)
		}
	})
}

// TestDeepNesting packs a file a thousand times: what is deeper than the limit
// is on record, and can be processed by itself.
func TestDeepNesting(t *testing.T) {
	eachBox(t, func(b *box) {
		w := world{}
		for level := range 1000 {
			w[fmt.Sprint("level ", level)] = []string{fmt.Sprintf("f=level %d", level+1)}
		}
		b.Inside.Depth = 5
		for range 2 {
			r := b.process("p", w, "level 0", "good")
			if r.Documents[dossier.StatusCompleted] != 7 || r.Unread != 1 || codes(r)[dossier.CodeTooLarge] != 1 {
				b.Errorf("%v, %+v", r.Documents, r.Failures)
			}
		}
		if r := b.process("p", w, "level 6"); r.Documents[dossier.StatusCompleted] != 6 || r.Unread != 1 {
			b.Errorf("the part that was too deep by itself: %v, %+v", r.Documents, r.Failures)
		}
	})
}

// TestInsideLimits counts files and bytes over all levels of a root. What is on
// record takes no room twice, also when the root is read anew.
func TestInsideLimits(t *testing.T) {
	eachBox(t, func(b *box) {
		w := world{}
		for i := range 5 {
			w["root"] = append(w["root"], fmt.Sprintf("%d=pack %d", i, i))
			for j := range 150 {
				w[fmt.Sprint("pack ", i)] = append(w[fmt.Sprint("pack ", i)], fmt.Sprintf("%d=leaf %d of %d", j, j, i))
			}
		}
		b.Inside.Files = 20
		var documents []map[dossier.Status]int
		for range 3 {
			r := b.process("p", w, "root", "good")
			documents = append(documents, r.Documents)
			// Fifteen leaves were followed; of those that each pack lacks, a
			// hundred are named and the rest is counted.
			if r.Documents[dossier.StatusCompleted] != 22 || r.Unread != 5*101 || len(codes(r)) != 1 || codes(r)[dossier.CodeOutputTooLarge] != r.Unread {
				b.Errorf("%v, %d unread, %v", r.Documents, r.Unread, codes(r))
			}
			if !slices.ContainsFunc(r.Failures, func(f store.Failure) bool {
				return strings.Contains(f.Message, " more files in it were not followed")
			}) {
				b.Error("nothing counts the files that are not named")
			}
			b.Languages = append(b.Languages, "eng") // another recipe: all is read anew
		}
		if diff := cmp.Diff(documents[0], documents[2]); diff != "" {
			b.Error(diff)
		}
		b.Inside = Inside{Bytes: 100}
		if r := b.process("q", w, "root"); r.Documents[dossier.StatusCompleted] > 1+100/len("pack 0") || codes(r)[dossier.CodeOutputTooLarge] == 0 {
			b.Errorf("by bytes: %v, %v", r.Documents, codes(r))
		}
	})
}

// TestAnyWorldEnds makes worlds at random and processes them side by side: the
// batch ends, each content that can be reached is one document, and a second
// batch changes nothing.
func TestAnyWorldEnds(t *testing.T) {
	eachBox(t, func(b *box) {
		b.Inside.Depth = 1000
		rng := rand.New(rand.NewPCG(1, 2))
		w, roots, want := world{}, []string{}, 0
		for n := range 12 {
			size := 1 + rng.IntN(5)
			for i := range size {
				key := fmt.Sprintf("world %d node %d", n, i)
				for range rng.IntN(4) {
					w[key] = append(w[key], fmt.Sprintf("%d=world %d node %d", len(w[key]), n, rng.IntN(size)))
				}
			}
			roots = append(roots, fmt.Sprintf("world %d node 0", n))
			want += len(reach(w, roots[n]))
		}
		for range 2 {
			if r := b.process("p", w, roots...); r.Documents[dossier.StatusCompleted] != want || len(r.Documents) != 1 {
				b.Errorf("%v, want %d documents of %v", r.Documents, want, w)
			}
		}
	})
}

// reach returns the contents in a file, at any depth, and its own.
func reach(w world, from string) map[string]bool {
	seen := map[string]bool{from: true}
	for before := 0; before < len(seen); {
		before = len(seen)
		for content := range maps.Clone(seen) {
			for _, entry := range w[content] {
				_, inner, _ := strings.Cut(entry, "=")
				seen[inner] = true
			}
		}
	}
	return seen
}
