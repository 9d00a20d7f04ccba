package store_test

import (
	"context"
	"database/sql"
	"slices"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// shared is a document that several batches want.
type shared struct {
	*testing.T
	db       *store.DB
	project  string
	document string
}

func newShared(t *testing.T, db *store.DB) *shared {
	return &shared{T: t, db: db}
}

func (s *shared) write(f func(ctx context.Context, tx *store.Tx) error) {
	s.Helper()
	write(s.T, s.db, f)
}

// open opens a batch without a document.
func (s *shared) open(key string, p dossier.Priority, deadline time.Time) (id string) {
	s.Helper()
	s.write(func(ctx context.Context, tx *store.Tx) error {
		project, err := tx.Projects().Ensure(ctx, "p")
		if err != nil {
			return err
		}
		s.project = project.ID
		id, _, err = tx.Batches().Open(ctx, store.BatchRequest{ProjectID: project.ID, SourceKey: key, Priority: p, Deadline: deadline})
		return err
	})
	return id
}

// join registers the document in a batch and adds its first task if it starts.
func (s *shared) join(batch string) {
	s.Helper()
	s.write(func(ctx context.Context, tx *store.Tx) error {
		r, err := tx.Documents().Register(ctx, batch, store.NewDocument{ProjectID: s.project, SHA256: "1", Path: "/x", Recipe: "r"})
		s.document = r.DocumentID
		if r.Start {
			tx.Tasks().Add(s.task(batch, dossier.StageOCR))
		}
		return err
	})
}

func (s *shared) task(batch string, stage dossier.Stage) store.NewTask {
	return store.NewTask{
		ID: string(stage), BatchID: batch, ProjectID: s.project, DocumentID: s.document, Type: string(stage), Queue: "ocr", Generation: 1,
	}
}

func (s *shared) pause(batch string, paused bool) {
	s.Helper()
	s.write(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Batches().Pause(ctx, batch, paused)
		return err
	})
}

func (s *shared) cancel(batch string) {
	s.Helper()
	s.write(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Batches().Cancel(ctx, batch)
		return err
	})
}

// is checks the document's open task: whether it is to be had, and of which
// batch, priority and deadline it is.
func (s *shared) is(when string, free bool, batch string, p dossier.Priority, deadline time.Time) {
	s.Helper()
	tasks, err := s.db.Tasks().OfDocument(s.Context(), s.document)
	if err != nil {
		s.Fatal(err)
	}
	open := slices.DeleteFunc(tasks, func(t store.Task) bool { return t.Status.Final() })
	if len(open) != 1 {
		s.Fatalf("%s: %d open tasks", when, len(open))
	}
	if t := open[0]; t.BatchID != batch || t.Priority != p || !t.Deadline.Equal(deadline) {
		s.Errorf("%s: batch %s, priority %s, deadline %s; want %s, %s, %s", when, t.BatchID, t.Priority, t.Deadline, batch, p, deadline)
	}
	s.write(func(ctx context.Context, tx *store.Tx) error {
		heads, err := tx.Tasks().Heads(ctx, []store.ProjectBacklog{{Queue: "ocr", ProjectID: s.project}}, 10)
		if got := len(heads) == 1; got != free {
			s.Errorf("%s: the task is to be had: %v, want %v", when, got, free)
		}
		return err
	})
}

// What a task is follows from all open batches that want its document, after
// every change of one of them.
func TestTaskFollowsTheBatchesThatWantIt(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		s := newShared(t, open())
		soon := time.Now().Add(3 * time.Hour).Truncate(time.Microsecond).UTC()
		none := time.Time{}
		low := s.open("low", dossier.PriorityLow, none)
		s.join(low)
		s.is("one batch", true, low, dossier.PriorityLow, none)
		s.pause(low, true)
		s.is("its only batch is paused", false, low, dossier.PriorityLow, none)
		high := s.open("high", dossier.PriorityHigh, soon)
		s.join(high)
		s.is("a higher one that is not paused wants it too", true, low, dossier.PriorityHigh, soon)
		s.pause(high, true)
		s.is("both are paused", false, low, dossier.PriorityHigh, soon)
		s.pause(low, false)
		s.is("one of two is paused", true, low, dossier.PriorityHigh, soon)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.Batches().SetPriority(ctx, high, dossier.PriorityNormal, time.Time{})
		})
		s.is("the higher one is of less priority now", true, low, dossier.PriorityNormal, soon)
		s.cancel(low)
		s.is("only the paused one is left", false, high, dossier.PriorityNormal, soon)
		s.pause(high, false)
		s.is("that one goes on", true, high, dossier.PriorityNormal, soon)
		s.cancel(high)
		tasks, err := s.db.Tasks().OfDocument(t.Context(), s.document)
		if err != nil || len(tasks) != 1 || tasks[0].Status != dossier.StatusCancelled {
			t.Errorf("no batch wants it, and the tasks are %+v, %v", tasks, err)
		}
	})
}

// The task of the next stage follows the batches as they are when it is made,
// whichever batch the task before it was of.
func TestNextTaskFollowsTheBatchesThatWantIt(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		s := newShared(t, open())
		low, high := s.open("low", dossier.PriorityLow, time.Time{}), s.open("high", dossier.PriorityHigh, time.Time{})
		s.join(low)
		s.join(high)
		s.pause(low, true)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			claimed, err := tx.Tasks().Claim(ctx, []string{string(dossier.StageOCR)}, "w")
			if err != nil {
				return err
			}
			if len(claimed) != 1 {
				t.Fatal("the task cannot be claimed")
			}
			_, err = tx.Tasks().Finish(ctx, []store.Finished{{Task: claimed[0]}})
			tx.Tasks().Add(s.task(low, dossier.StageChunk))
			return err
		})
		s.is("the second stage", true, low, dossier.PriorityHigh, time.Time{})
		s.cancel(low)
		s.is("after its batch was cancelled", true, high, dossier.PriorityHigh, time.Time{})
		s.cancel(high)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			tx.Tasks().Add(s.task(low, dossier.StageExtract)) // as by a stage that ended when the batch was cancelled
			return nil
		})
		tasks, err := s.db.Tasks().OfDocument(t.Context(), s.document)
		if err != nil || len(tasks) != 2 {
			t.Errorf("a task was made that no batch wants: %+v, %v", tasks, err)
		}
	})
}

// The callback of a round that is over does not complete a batch that was
// reopened since; that of the present round does, once.
func TestCallbackOfAnEarlierRoundCompletesNothing(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		s := newShared(t, open())
		b := s.open("a", dossier.PriorityNormal, time.Time{})
		s.join(b)
		end := func(status dossier.Status) {
			s.write(func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Documents().End(ctx, s.document, status, dossier.StageOCR, nil)
				return err
			})
		}
		complete := func(round int) (completed bool) {
			s.write(func(ctx context.Context, tx *store.Tx) (err error) {
				completed, err = tx.Batches().Complete(ctx, b, round)
				return err
			})
			return completed
		}
		s.write(func(ctx context.Context, tx *store.Tx) error { return tx.Batches().CloseIntake(ctx, b) })
		if complete(1) {
			t.Error("a batch with an open member was completed")
		}
		end(dossier.StatusFailed)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Batches().Reopen(ctx, b); err != nil {
				return err
			}
			_, err := tx.Documents().Restart(ctx, b, s.document, "", nil)
			return err
		})
		if complete(1) || complete(2) {
			t.Error("a reopened batch with an open member was completed")
		}
		end(dossier.StatusCompleted)
		if complete(1) {
			t.Error("the callback of the first round completed the second")
		}
		if !complete(2) || complete(2) {
			t.Error("the callback of the second round did not complete it once")
		}
	})
}

// A batch that is reopened for documents that turn out to be under way in
// another batch has them as open members, and one reopened for none fires again.
func TestReopenedBatchIsNeverWithoutWork(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		s := newShared(t, open())
		a, b := s.open("a", dossier.PriorityNormal, time.Time{}), s.open("b", dossier.PriorityNormal, time.Time{})
		s.join(a)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Batches().CloseIntake(ctx, a); err != nil {
				return err
			}
			_, err := tx.Documents().End(ctx, s.document, dossier.StatusCancelled, "", nil)
			return err
		})
		s.join(b) // which processes it again
		s.write(func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Batches().Reopen(ctx, a); err != nil {
				return err
			}
			r, err := tx.Documents().Restart(ctx, a, s.document, "", nil)
			if r.Stage != "" {
				t.Errorf("a document under way was restarted from %s", r.Stage)
			}
			return err
		})
		counts, err := s.db.Batches().MemberCounts(t.Context(), a)
		if err != nil || counts[dossier.StatusPending] != 1 {
			t.Errorf("the members of the reopened batch: %v, %v", counts, err)
		}
		s.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Documents().End(ctx, s.document, dossier.StatusCompleted, "", nil)
			return err
		})
		s.write(func(ctx context.Context, tx *store.Tx) error { return tx.Batches().Reopen(ctx, a) })
		waiting, _, err := s.db.Tasks().Active(t.Context())
		if err != nil || waiting[store.FinalizeBatch] != 3 {
			t.Errorf("%d callbacks wait, want those of three rounds; %v", waiting[store.FinalizeBatch], err)
		}
	})
}

// raceDB is a PostgreSQL database with a connection of our own.
func raceDB(t *testing.T) (*store.DB, *sql.DB) {
	t.Helper()
	where := storetest.Database(t)
	db := openAt(t, where)
	raw, err := sql.Open("pgx", where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := raw.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, raw
}

// On PostgreSQL a task may be inserted by a transaction that does not see that
// its batch is being changed. House-keeping heals that, also if that
// transaction ends only after the first look.
func TestTaskInsertedWhileItsBatchChanges(t *testing.T) {
	for name, tt := range map[string]struct {
		before, change func(s *shared, batch string)
		free           bool
		priority       dossier.Priority
	}{
		"paused":  {func(*shared, string) {}, func(s *shared, b string) { s.pause(b, true) }, false, dossier.PriorityLow},
		"resumed": {func(s *shared, b string) { s.pause(b, true) }, func(s *shared, b string) { s.pause(b, false) }, true, dossier.PriorityLow},
		"of higher priority": {func(*shared, string) {}, func(s *shared, b string) {
			s.write(func(ctx context.Context, tx *store.Tx) error {
				return tx.Batches().SetPriority(ctx, b, dossier.PriorityHigh, time.Time{})
			})
		}, true, dossier.PriorityHigh},
	} {
		t.Run(name, func(t *testing.T) {
			db, raw := raceDB(t)
			s := newShared(t, db)
			batch := s.open("a", dossier.PriorityLow, time.Time{})
			s.join(batch)
			if _, err := raw.ExecContext(t.Context(), `DELETE FROM processing_tasks`); err != nil {
				t.Fatal(err)
			}
			tt.before(s, batch)
			inserting, finish := s.insertSlowly(raw, s.task(batch, dossier.StageChunk))
			<-inserting
			tt.change(s, batch)
			settle := func() (left int) {
				s.write(func(ctx context.Context, tx *store.Tx) error { return tx.Tasks().Settle(ctx) })
				if err := raw.QueryRowContext(t.Context(), `SELECT count(*) FROM batches WHERE unsettled > 0`).Scan(&left); err != nil {
					t.Fatal(err)
				}
				return left
			}
			if settle(); settle() == 0 {
				t.Error("the batch counts as settled while the old state may still be written")
			}
			finish()
			for settle() > 0 { // as soon as nothing older is under way
			}
			s.is("after house-keeping", tt.free, batch, tt.priority, time.Time{})
		})
	}
}

// insertSlowly inserts a task in a transaction that has seen the batches when
// inserting is closed, and ends when finish is called.
func (s *shared) insertSlowly(raw *sql.DB, task store.NewTask) (inserting chan struct{}, finish func()) {
	s.Helper()
	// Another row of the same id keeps the insert waiting after it has read.
	blocker, err := raw.BeginTx(context.Background(), nil)
	if err != nil {
		s.Fatal(err)
	}
	if _, err := blocker.ExecContext(s.Context(), `INSERT INTO processing_tasks (id, batch_id, project_id, task_type, queue, status,
		generation, priority, due, ready_at, created_at, updated_at) VALUES ($1, $2, $3, 'x', 'x', 'pending', 1, 'low', 0, 0, 0, 0)`,
		task.ID, task.BatchID, task.ProjectID); err != nil {
		s.Fatal(err)
	}
	inserting, inserted := make(chan struct{}), make(chan error, 1)
	go func() {
		inserted <- s.db.Write(context.Background(), func(tx *store.Tx) error {
			tx.Tasks().Add(task)
			return nil
		})
	}()
	go func() {
		defer close(inserting)
		for waiting := 0; waiting == 0; {
			if err := raw.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
				AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO processing_tasks%'`).Scan(&waiting); err != nil {
				s.Error(err)
				return
			}
		}
	}()
	return inserting, func() {
		if err := blocker.Rollback(); err != nil {
			s.Fatal(err)
		}
		if err := <-inserted; err != nil {
			s.Fatal(err)
		}
	}
}
