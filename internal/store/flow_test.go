package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier"
	"dossier/internal/store"
)

func textTask(b store.Batch, id string) store.NewTask {
	return store.NewTask{ID: id, BatchID: b.ID, ProjectID: b.ProjectID, Type: "x", Queue: "text", Generation: 1, Priority: dossier.PriorityNormal}
}

// What is in flight is what was handed out or claimed, and nothing that has
// ended; a task that was handed out by a broker that lost its memory waits again.
func TestInFlight(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		write(t, db, func(_ context.Context, tx *store.Tx) error {
			for i := range 6 {
				tx.AddTask(textTask(b, fmt.Sprint("t", i)))
			}
			return nil
		})
		check := func(inFlight, waiting int) {
			t.Helper()
			write(t, db, func(ctx context.Context, tx *store.Tx) error {
				counts, err := tx.InFlight(ctx)
				if err != nil {
					return err
				}
				heads, err := tx.Heads(ctx, []store.Backlog{{Queue: "text", ProjectID: b.ProjectID}}, 10)
				if counts["text"][b.ProjectID] != inFlight || len(heads) != waiting {
					t.Errorf("in flight %v, %d waiting; want %d and %d", counts, len(heads), inFlight, waiting)
				}
				return err
			})
		}
		check(0, 6)
		var claimed []store.Task
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.MarkPublished(ctx, []string{"t0", "t1", "t2", "t3"}, "first life")
			return err
		})
		check(4, 2)
		write(t, db, func(ctx context.Context, tx *store.Tx) (err error) {
			claimed, err = tx.ClaimTasks(ctx, []string{"t0", "t1"}, "w")
			return err
		})
		check(4, 2)
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.FinishTasks(ctx, []store.Finished{{Task: claimed[0]}})
			return err
		})
		check(3, 2)
		write(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.ForgetPublished(ctx, "first life") })
		check(3, 2)
		write(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.ForgetPublished(ctx, "second life") })
		check(1, 4) // the claimed one goes on
		write(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.ParkTask(ctx, claimed[1], 0) })
		check(0, 5)
	})
}

// One statement lists the backlogs of all queues and projects, each with the due
// time of its first task that may start.
func TestBacklogs(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		const projects = 40
		var want []string
		for p := range projects {
			write(t, db, func(ctx context.Context, tx *store.Tx) error {
				project, err := tx.EnsureProject(ctx, fmt.Sprint("p", p))
				if err != nil {
					return err
				}
				id, _, err := tx.OpenBatch(ctx, store.BatchRequest{ProjectID: project.ID, Priority: dossier.PriorityHigh})
				for i := range 3 {
					task := textTask(store.Batch{ID: id, ProjectID: project.ID}, fmt.Sprint("t", p, "-", i))
					if i == 2 {
						task.Queue = "graph"
					}
					tx.AddTask(task)
				}
				want = append(want, "text "+project.ID)
				if p > 0 { // the only task of the first project in this queue is handed out below
					want = append(want, "graph "+project.ID)
				}
				return err
			})
		}
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.MarkPublished(ctx, []string{"t0-2", "t1-0"}, "life")
			return err
		})
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			list, err := tx.Backlogs(ctx, []string{"graph", "text", "ocr"})
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
			heads, err2 := tx.Heads(ctx, list, 1)
			if len(heads) != len(list) || err2 != nil {
				t.Errorf("%d heads of %d backlogs, %v", len(heads), len(list), err2)
			}
			return err
		})
	})
}

func sorted(list []string) []string { slices.Sort(list); return list }
