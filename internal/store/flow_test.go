package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

func textTask(b store.Batch, id string) store.NewTask {
	return store.NewTask{ID: id, BatchID: b.ID, ProjectID: b.ProjectID, Type: "x", Queue: "text", Generation: 1}
}

// What is in flight is what was handed out or claimed, and nothing that has
// ended; a task that was handed out by a broker that lost its memory waits again.
func TestInFlight(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		write(t, db, func(_ context.Context, tx *store.Tx) error {
			for i := range 6 {
				tx.Tasks().Add(textTask(b, fmt.Sprint("t", i)))
			}
			return nil
		})
		check := func(inFlight, waiting int) {
			t.Helper()
			write(t, db, func(ctx context.Context, tx *store.Tx) error {
				counts, err := tx.Tasks().InFlight(ctx)
				if err != nil {
					return err
				}
				heads, err := tx.Tasks().Heads(ctx, []store.ProjectBacklog{{Queue: "text", ProjectID: b.ProjectID}}, 10)
				if counts["text"][b.ProjectID] != inFlight || len(heads) != waiting {
					t.Errorf("in flight %v, %d waiting; want %d and %d", counts, len(heads), inFlight, waiting)
				}
				return err
			})
		}
		check(0, 6)
		var claimed []store.Task
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Tasks().MarkPublished(ctx, []string{"t0", "t1", "t2", "t3"}, "first life")
			return err
		})
		check(4, 2)
		write(t, db, func(ctx context.Context, tx *store.Tx) (err error) {
			claimed, err = tx.Tasks().Claim(ctx, []string{"t0", "t1"}, "w")
			return err
		})
		check(4, 2)
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Tasks().Finish(ctx, []store.Finished{{Task: claimed[0]}})
			return err
		})
		check(3, 2)
		write(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.Tasks().ForgetPublished(ctx, "first life") })
		check(3, 2)
		write(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.Tasks().ForgetPublished(ctx, "second life") })
		check(1, 4) // the claimed one goes on
		write(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.Tasks().Park(ctx, claimed[1], 0) })
		check(0, 5)
	})
}

// One statement lists the backlogs of all queues and projects, each with the due
// time of its first task that may start.
func TestProjectBacklogs(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		const projects = 40
		var want []string
		for p := range projects {
			write(t, db, func(ctx context.Context, tx *store.Tx) error {
				project, err := tx.Projects().Ensure(ctx, fmt.Sprint("p", p))
				if err != nil {
					return err
				}
				id, _, err := tx.Batches().Open(ctx, store.BatchRequest{ProjectID: project.ID, Priority: dossier.PriorityHigh})
				for i := range 3 {
					task := textTask(store.Batch{ID: id, ProjectID: project.ID}, fmt.Sprint("t", p, "-", i))
					if i == 2 {
						task.Queue = "graph"
					}
					tx.Tasks().Add(task)
				}
				want = append(want, "text "+project.ID)
				if p > 0 { // the only task of the first project in this queue is handed out below
					want = append(want, "graph "+project.ID)
				}
				return err
			})
		}
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Tasks().MarkPublished(ctx, []string{"t0-2", "t1-0"}, "life")
			return err
		})
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			list, err := tx.Tasks().Backlogs(ctx, []string{"graph", "text", "ocr"})
			var got []string
			for _, b := range list {
				got = append(got, b.Queue+" "+b.ProjectID)
				if b.Due.IsZero() {
					t.Errorf("%+v is not due", b)
				}
			}
			if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" {
				t.Error(diff)
			}
			heads, err2 := tx.Tasks().Heads(ctx, list, 1)
			if len(heads) != len(list) || err2 != nil {
				t.Errorf("%d heads of %d backlogs, %v", len(heads), len(list), err2)
			}
			return err
		})
	})
}

func sorted(list []string) []string { slices.Sort(list); return list }

// A task that is made by the one before it is claimed with it if its queue has a
// free place here, its batch is not paused, and nothing goes first.
func TestHandOver(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b, paused := openBatch(t, db, "k"), openBatch(t, db, "paused")
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Batches().Pause(ctx, paused.ID, true)
			return err
		})
		var claimed []store.Task
		handOver := func(free int, tasks ...store.NewTask) (ids []string) {
			t.Helper()
			write(t, db, func(ctx context.Context, tx *store.Tx) (err error) {
				for _, task := range tasks {
					tx.Tasks().Add(task)
				}
				if n := tx.Tasks().Added()["text"]; n != len(tasks) {
					t.Errorf("%d tasks are added, want %d", n, len(tasks))
				}
				claimed, err = tx.Tasks().HandOver(ctx, "w", map[string]int{"text": free})
				return err
			})
			for _, task := range claimed {
				ids = append(ids, task.ID)
			}
			return sorted(ids)
		}
		held := textTask(paused, "held")
		if got := handOver(2, held, textTask(b, "t0"), textTask(b, "t1")); !slices.Equal(got, []string{"t0"}) {
			t.Errorf("claimed %v; one of two places went to a task that is held, and is given back", got)
		}
		first := claimed[0]
		if first.Fence != 1 || first.Attempts != 1 || first.Worker != "w" || first.StartedAt.IsZero() {
			t.Errorf("the claim is %+v", first)
		}
		if got := handOver(1, textTask(b, "t2"), textTask(b, "t0")); !slices.Equal(got, []string{"t2"}) {
			t.Errorf("claimed %v; a task of the same age waits, and another is on record already", got)
		}
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			high := store.BatchRequest{ProjectID: b.ProjectID, SourceKey: "high", Priority: dossier.PriorityHigh}
			id, _, err := tx.Batches().Open(ctx, high)
			tx.Tasks().Add(textTask(store.Batch{ID: id, ProjectID: b.ProjectID}, "urgent"))
			return err
		})
		if got := handOver(1, textTask(b, "t3")); got != nil {
			t.Errorf("claimed %v before a task of high priority", got)
		}
		if got := handOver(0, textTask(b, "t4")); got != nil {
			t.Errorf("claimed %v without a free place", got)
		}
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			done, err := tx.Tasks().Finish(ctx, []store.Finished{{Task: first}})
			if !done["t0"] {
				t.Error("the claim does not hold")
			}
			return err
		})
		waiting, running, err := db.Tasks().Active(t.Context())
		if waiting["x"] != 5 || running["x"] != 1 || err != nil {
			t.Errorf("%v wait and %v run, %v", waiting, running, err)
		}
	})
}

// Registering documents together comes to the same as one by one.
func TestRegisterDocumentsTogether(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		refused := dossier.Errorf(dossier.CodeUnsupported, "not read")
		docs := []store.NewDocument{
			{SHA256: "old", Path: "/old.pdf", Recipe: "r"},
			{SHA256: "b", Path: "/b.pdf", Recipe: "r", Format: "pdf"},
			{SHA256: "a", Path: "/z/a.pdf", Recipe: "r", Format: "pdf"},
			{SHA256: "a", Path: "/copy of a.pdf", Recipe: "r", Format: "pdf"},
			{SHA256: "no", Path: "/no.exe", Recipe: "r", Refused: refused},
			{SHA256: "failed", Path: "/failed.pdf", Recipe: "r"},
			{SHA256: "a", Path: "/z/a.pdf", Recipe: "other", Format: "pdf"},
		}
		run := func(together bool) any {
			db := open()
			old := openBatch(t, db, "before")
			for _, sha := range []string{"old", "failed"} {
				register(t, db, old, store.NewDocument{SHA256: sha, Path: "/" + sha + ".pdf", Recipe: "r"})
			}
			b := openBatch(t, db, "k")
			id := dossier.DeriveID(b.ProjectID, "failed")
			var got []store.Registered
			write(t, db, func(ctx context.Context, tx *store.Tx) error {
				if _, err := tx.Documents().End(ctx, id, dossier.StatusFailed, dossier.StageOCR, dossier.Errorf(dossier.CodeDatabase, "busy")); err != nil {
					return err
				}
				for i := range docs {
					docs[i].ProjectID = b.ProjectID
				}
				if together {
					var err error
					got, err = tx.Documents().RegisterAll(ctx, b.ID, docs)
					return err
				}
				for _, d := range docs {
					r, err := tx.Documents().Register(ctx, b.ID, d)
					if err != nil {
						return err
					}
					got = append(got, r)
				}
				return nil
			})
			for i := range got {
				got[i].BatchID = ""
			}
			list, err := db.Documents().List(t.Context(), b.ProjectID, "")
			if err != nil {
				t.Fatal(err)
			}
			for i := range list {
				list[i].CreatedAt, list[i].CompletedAt = time.Time{}, time.Time{}
				d, err := db.Documents().Get(t.Context(), list[i].ID)
				if err != nil {
					t.Fatal(err)
				}
				list[i].Paths = d.Paths
			}
			counts, err := db.Batches().MemberCounts(t.Context(), b.ID)
			if err != nil {
				t.Fatal(err)
			}
			report, err := db.Batches().Report(t.Context(), b.ID)
			if err != nil {
				t.Fatal(err)
			}
			// The chord counts them right: the batch ends with the last open one.
			write(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.Batches().CloseIntake(ctx, b.ID) })
			for _, sha := range []string{"old", "a", "b", "failed"} {
				waiting, _, err := db.Tasks().Active(t.Context())
				if waiting[store.FinalizeBatch] != 0 || err != nil {
					t.Errorf("the batch ended before %q, %v", sha, err)
				}
				write(t, db, func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.Documents().End(ctx, dossier.DeriveID(b.ProjectID, sha), dossier.StatusCompleted, "", nil)
					return err
				})
			}
			if waiting, _, err := db.Tasks().Active(t.Context()); waiting[store.FinalizeBatch] != 1 || err != nil {
				t.Errorf("the batch did not end: %v, %v", waiting, err)
			}
			return []any{got, list, counts, report.Instances}
		}
		if diff := cmp.Diff(run(false), run(true)); diff != "" {
			t.Error(diff)
		}
	})
}
