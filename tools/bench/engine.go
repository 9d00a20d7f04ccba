package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
)

// stages is a handler whose six stages do nothing, or keep a core busy for a
// while, and are tracked as those of documents are: results, by-document
// entries, events and progress included.
type stages struct {
	redis *rdb.Redis
	burn  time.Duration // CPU time of each task
}

var queues = map[dossier.Stage]string{
	dossier.StageOCR: "ocr", dossier.StageChunk: "text", dossier.StageExtract: "entity",
	dossier.StageResolve: "entity", dossier.StageRelate: "graph", dossier.StageFinalize: "default",
}

func taskOf(b store.Batch, documentID string, s dossier.Stage) store.NewTask {
	return store.NewTask{
		ID: dossier.DeriveID(documentID, "task", string(s)), BatchID: b.ID, ProjectID: b.ProjectID, DocumentID: documentID,
		Type: string(s), Queue: queues[s], Generation: 1,
	}
}

func (h stages) Claimed(ctx context.Context, tx *store.Tx, tasks []store.Task, news *queue.News) error {
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

func (h stages) Run(_ context.Context, t store.Task) (queue.Effect, error) {
	for start := cpuTime(); cpuTime()-start < h.burn; {
		sha256.Sum256(make([]byte, 1<<12))
	}
	if t.Type == store.FinalizeBatch {
		return queue.Effect{Commit: func(ctx context.Context, tx *store.Tx, _ *queue.News) error {
			_, err := tx.Batches().Complete(ctx, t.BatchID, t.Generation)
			return err
		}}, nil
	}
	effect := queue.Effect{Yield: store.Yield{Count: 1}}
	next := slices.Index(dossier.Stages(), dossier.Stage(t.Type)) + 1
	if next == len(dossier.Stages()) {
		effect.End = &store.DocumentEnd{ID: t.DocumentID, Status: dossier.StatusCompleted}
	}
	effect.Commit = func(_ context.Context, tx *store.Tx, news *queue.News) error {
		h.tell(news, t)
		if effect.End == nil {
			tx.Tasks().Add(taskOf(store.Batch{ID: t.BatchID, ProjectID: t.ProjectID}, t.DocumentID, dossier.Stages()[next]))
		}
		return nil
	}
	return effect, nil
}

// tell is what the pipeline tells Redis of every stage.
func (h stages) tell(news *queue.News, t store.Task) {
	news.Add(rdb.Results, func(ctx context.Context, pipe redis.Pipeliner) {
		pipe.Set(ctx, h.redis.ResultKey(t.ID), `{"status":"completed","yield":1}`, time.Hour)
	})
	news.Add(rdb.Cache, func(ctx context.Context, pipe redis.Pipeliner) {
		key := h.redis.DocumentKey(rdb.DocumentState, t.DocumentID)
		pipe.HSet(ctx, key, t.Type, "completed")
		pipe.Expire(ctx, key, time.Hour)
	})
	news.Add(rdb.Batch, func(ctx context.Context, pipe redis.Pipeliner) {
		event.Publish(ctx, h.redis, pipe, event.Event{Kind: "stage", Batch: t.BatchID, Document: t.DocumentID, Stage: dossier.Stage(t.Type), Status: dossier.StatusCompleted})
	})
}

func (h stages) Failed(_ context.Context, _ *store.Tx, t store.Task, cause error, _ *queue.News) error {
	return fmt.Errorf("a task that does nothing failed: %s: %w", t.ID, cause)
}

// cpuTime is the CPU time of this thread's process.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// workerCommand is how the program starts itself as a worker: concurrency, and
// milliseconds of CPU a task.
const workerCommand = "work"

// work is the worker process.
func work(args []string) error {
	concurrency, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	burn, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	if burn > 0 {
		runtime.GOMAXPROCS(1) // a worker is one core
	}
	if path := os.Getenv("BENCH_PROFILE"); path != "" {
		f, err := os.Create(path)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	db, err := store.Open(ctx, os.Getenv("BENCH_DATABASE"))
	if err != nil {
		return err
	}
	defer db.Close()
	r, err := rdb.Open(ctx, rdb.Config{URL: os.Getenv("BENCH_REDIS")})
	if err != nil {
		return err
	}
	defer r.Close()
	all := map[string]int{}
	for _, name := range queue.Names() {
		all[name] = concurrency
	}
	return queue.New(queue.Config{
		DB: db, Redis: r, Handler: stages{r, time.Duration(burn) * time.Millisecond}, Concurrency: all,
		Alone: !db.Shared(), Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	}).Run(ctx)
}

// registered is how many documents are registered in one transaction, as the
// intake does it.
const registered = 256

// submit registers documents that do not exist as a batch that is held.
func submit(ctx context.Context, db *store.DB, name string, documents int) (b store.Batch, err error) {
	if b, err = openHeld(ctx, db, name); err != nil {
		return b, err
	}
	for first := 0; first < documents; first += registered {
		if err := db.Write(ctx, func(tx *store.Tx) error {
			var docs []store.NewDocument
			for i := first; i < min(documents, first+registered); i++ {
				sum := sha256.Sum256([]byte(name + strconv.Itoa(i)))
				docs = append(docs, store.NewDocument{
					ProjectID: b.ProjectID, SHA256: hex.EncodeToString(sum[:]), Path: fmt.Sprintf("/bench/%s/%d.txt", name, i), Format: "text", Recipe: "none",
				})
			}
			list, err := tx.Documents().RegisterAll(ctx, b.ID, docs)
			for _, r := range list {
				tx.Tasks().Add(taskOf(b, r.DocumentID, dossier.StageOCR))
			}
			return err
		}); err != nil {
			return b, err
		}
	}
	return b, db.Write(ctx, func(tx *store.Tx) error { return tx.Batches().CloseIntake(ctx, b.ID) })
}

// openHeld opens a batch that is paused and still takes documents.
func openHeld(ctx context.Context, db *store.DB, name string) (b store.Batch, err error) {
	if err := db.Write(ctx, func(tx *store.Tx) error {
		p, err := tx.Projects().Ensure(ctx, "bench")
		if err != nil {
			return err
		}
		b.ID, _, err = tx.Batches().Open(ctx, store.BatchRequest{ProjectID: p.ID, SourceKey: name, Name: name, Priority: dossier.PriorityNormal})
		if err != nil {
			return err
		}
		_, err = tx.Batches().Pause(ctx, b.ID, true)
		return err
	}); err != nil {
		return b, err
	}
	return db.Batches().Get(ctx, b.ID)
}

// await waits until a batch is completed. Of a large one it prints how far it
// has come.
func await(ctx context.Context, db *store.DB, id string) error {
	report := time.NewTicker(10 * time.Second)
	defer report.Stop()
	for ; ; time.Sleep(10 * time.Millisecond) {
		b, err := db.Batches().Get(ctx, id)
		if err != nil || b.Status == "completed" {
			return err
		}
		select {
		case <-report.C:
			s, err := db.Batches().State(ctx, id)
			if err != nil {
				return err
			}
			fmt.Fprintf(os.Stderr, "bench: %d of %d documents\n", s.Done, s.Total)
		default:
		}
	}
}
