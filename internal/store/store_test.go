package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/search"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// each runs f on every engine, over an empty database. open gives further ones.
func each(t *testing.T, f func(t *testing.T, open func() *store.DB)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, func() *store.DB {
			path := filepath.Join(t.TempDir(), "a b?.db")
			if err := os.Rename(storetest.File(t), path); err != nil {
				t.Fatal(err)
			}
			return openAt(t, path)
		})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, func() *store.DB { return openAt(t, storetest.Database(t)) })
	})
}

func openAt(t *testing.T, where string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func write(t *testing.T, db *store.DB, f func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx *store.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// openBatch opens a batch of the project "p".
func openBatch(t *testing.T, db *store.DB, key string) store.Batch {
	t.Helper()
	var id string
	write(t, db, func(ctx context.Context, tx *store.Tx) error {
		p, err := tx.Projects().Ensure(ctx, "p")
		if err != nil {
			return err
		}
		id, _, err = tx.Batches().Open(ctx, store.BatchRequest{ProjectID: p.ID, SourceKey: key, Priority: dossier.PriorityNormal})
		return err
	})
	b, err := db.Batches().Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func addTask(tx *store.Tx, task store.NewTask) error {
	tx.Tasks().Add(task)
	return nil
}

func register(t *testing.T, db *store.DB, b store.Batch, d store.NewDocument) store.Registered {
	t.Helper()
	d.ProjectID = b.ProjectID
	if d.Recipe == "" {
		d.Recipe = "recipe"
	}
	var r store.Registered
	write(t, db, func(ctx context.Context, tx *store.Tx) (err error) {
		r, err = tx.Documents().Register(ctx, b.ID, d)
		return err
	})
	return r
}

// The same bytes are one document with several instances.
func TestSameBytesAreOneDocument(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		first := register(t, db, b, store.NewDocument{SHA256: "aa", Path: "/x/one.pdf"})
		second := register(t, db, b, store.NewDocument{SHA256: "aa", Path: "/a/copy.pdf"})
		again := register(t, db, b, store.NewDocument{SHA256: "aa", Path: "/a/copy.pdf"})
		if !first.New || !first.Start || second.New || second.Start || again.Start || first.DocumentID != second.DocumentID {
			t.Errorf("first %+v, second %+v, again %+v", first, second, again)
		}
		d, err := db.Documents().Get(t.Context(), first.DocumentID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"/a/copy.pdf", "/x/one.pdf"}, d.Paths); diff != "" {
			t.Error(diff)
		}
		if d.FileName != "copy.pdf" {
			t.Errorf("the name is %q: it must not depend on the order", d.FileName)
		}
	})
}

// What has ended stands, unless there is a reason to do it anew.
func TestRegisterAgain(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		for _, tt := range []struct {
			name   string
			status dossier.Status
			cause  error
			recipe string
			anew   bool
		}{
			{"completed", dossier.StatusCompleted, nil, "recipe", false},
			{"completed, other recipe", dossier.StatusCompleted, nil, "other", true},
			{"damaged", dossier.StatusFailed, dossier.Errorf(dossier.CodeDamaged, "torn"), "recipe", false},
			{"no tesseract", dossier.StatusFailed, dossier.Errorf(dossier.CodeOCRMissing, "none"), "recipe", true},
			{"database busy", dossier.StatusFailed, dossier.Errorf(dossier.CodeDatabase, "busy"), "recipe", true},
			{"cancelled", dossier.StatusCancelled, nil, "recipe", true},
		} {
			t.Run(tt.name, func(t *testing.T) {
				db := open()
				b := openBatch(t, db, "k")
				r := register(t, db, b, store.NewDocument{SHA256: "aa", Path: "/x"})
				write(t, db, func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.Documents().End(ctx, r.DocumentID, tt.status, dossier.StageOCR, tt.cause)
					return err
				})
				next := openBatch(t, db, "other")
				again := register(t, db, next, store.NewDocument{SHA256: "aa", Path: "/x", Recipe: tt.recipe})
				if again.Start != tt.anew || again.Reused == tt.anew {
					t.Errorf("again = %+v, want anew = %v", again, tt.anew)
				}
				if tt.anew && (again.Generation != 2 || again.Version <= r.Version) {
					t.Errorf("generation %d, version %d after %d", again.Generation, again.Version, r.Version)
				}
			})
		}
	})
}

// A chord fires when the last member has ended and the intake is closed,
// and not before; failed members count.
func TestChordFiresOnceAllMembersHaveEnded(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		var ids []string
		for i := range 3 {
			ids = append(ids, register(t, db, b, store.NewDocument{SHA256: fmt.Sprint("sha", i), Path: fmt.Sprint("/f", i)}).DocumentID)
		}
		waiting := func() int {
			w, _, err := db.Tasks().Active(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return w[store.FinalizeBatch]
		}
		end := func(id string, s dossier.Status) {
			write(t, db, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Documents().End(ctx, id, s, "", nil)
				return err
			})
		}
		closeIntake := func() {
			write(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.Batches().CloseIntake(ctx, b.ID) })
		}
		end(ids[0], dossier.StatusCompleted)
		end(ids[1], dossier.StatusFailed)
		closeIntake()
		closeIntake() // twice is once
		if waiting() != 0 {
			t.Fatal("the chord fired with a member open")
		}
		end(ids[2], dossier.StatusCompleted)
		if waiting() != 1 {
			t.Fatalf("%d callbacks after the last member", waiting())
		}
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Documents().End(t.Context(), ids[2], dossier.StatusFailed, "", nil)
			return err
		})
		if dossier.CodeOf(err) != dossier.CodeInconsistent {
			t.Errorf("ending twice: %v", err)
		}
		counts, err := db.Batches().MemberCounts(t.Context(), b.ID)
		if diff := cmp.Diff(map[dossier.Status]int{dossier.StatusCompleted: 2, dossier.StatusFailed: 1}, counts); diff != "" || err != nil {
			t.Error(diff, err)
		}
	})
}

func TestOpenBatchResumes(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		first := openBatch(t, db, "k")
		if again := openBatch(t, db, "k"); again.ID != first.ID {
			t.Error("an unfinished batch of the same request was not taken up")
		}
		if other := openBatch(t, db, "other"); other.ID == first.ID {
			t.Error("another request got the same batch")
		}
		write(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.Batches().CloseIntake(ctx, first.ID) })
		if next := openBatch(t, db, "k"); next.ID == first.ID {
			t.Error("a batch whose chord has fired was taken up")
		}
	})
}

// The database refuses states outside the vocabulary, and a lost
// claim is an error.
func TestFence(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			return addTask(tx, store.NewTask{ID: "t", BatchID: b.ID, ProjectID: b.ProjectID, Type: "x", Queue: "default", Generation: 1})
		})
		var claims []store.Task
		write(t, db, func(ctx context.Context, tx *store.Tx) (err error) {
			claims, err = tx.Tasks().Claim(ctx, []string{"t", "none"}, "w1")
			return err
		})
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			again, err := tx.Tasks().Claim(ctx, []string{"t"}, "w2")
			if len(claims) != 1 || len(again) != 0 {
				t.Errorf("%d claims of a pending task, %d of a claimed one", len(claims), len(again))
			}
			return err
		})
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			lost, err := tx.Tasks().Recover(ctx, -time.Hour)
			if len(lost) != 1 {
				t.Errorf("%d tasks recovered", len(lost))
			}
			return err
		})
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			held, err := tx.Tasks().Finish(ctx, []store.Finished{{Task: claims[0]}})
			if len(held) != 0 {
				t.Errorf("finished with a lost claim: %v", held)
			}
			return err
		})
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Tasks().Fail(t.Context(), claims[0], errors.New("too late"))
		})
		if !errors.Is(err, store.ErrFenced) {
			t.Errorf("failing with a lost claim: %v", err)
		}
	})
}

// Work is ordered by priority and deadline, and what waits long comes first in
// the end.
func TestHeadsOrder(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		add := func(id string, p dossier.Priority, deadline time.Time) {
			write(t, db, func(ctx context.Context, tx *store.Tx) error {
				batch, _, err := tx.Batches().Open(ctx, store.BatchRequest{ProjectID: b.ProjectID, SourceKey: id, Priority: p, Deadline: deadline})
				if err != nil {
					return err
				}
				return addTask(tx, store.NewTask{ID: id, BatchID: batch, ProjectID: b.ProjectID, Type: "x", Queue: "text", Generation: 1})
			})
		}
		add("low", dossier.PriorityLow, time.Time{})
		add("normal", dossier.PriorityNormal, time.Time{})
		add("urgent", dossier.PriorityLow, time.Now().Add(30*time.Minute))
		add("high", dossier.PriorityHigh, time.Time{})
		var got []string
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			heads, err := tx.Tasks().Heads(ctx, []store.ProjectBacklog{{Queue: "text", ProjectID: b.ProjectID}}, 10)
			for _, w := range heads {
				got = append(got, w.ID)
			}
			return err
		})
		if diff := cmp.Diff([]string{"urgent", "high", "normal", "low"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// Many goroutines write and read at once without "database is locked".
func TestConcurrentUse(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		var workers sync.WaitGroup
		for w := range 8 {
			workers.Go(func() {
				for i := range 25 {
					err := db.Write(context.Background(), func(tx *store.Tx) error {
						_, err := tx.Documents().Register(context.Background(), b.ID, store.NewDocument{
							ProjectID: b.ProjectID, SHA256: fmt.Sprint(w, "-", i), Path: fmt.Sprint("/", w, i), Recipe: "r",
						})
						return err
					})
					_, readErr := db.Batches().MemberCounts(context.Background(), b.ID)
					if err := errors.Join(err, readErr); err != nil {
						t.Error(err)
					}
				}
			})
		}
		workers.Wait()
		counts, err := db.Batches().MemberCounts(t.Context(), b.ID)
		if err != nil || counts[dossier.StatusPending] != 200 {
			t.Errorf("counts %v, %v", counts, err)
		}
	})
}

// A failed transaction leaves nothing, and the next one works.
func TestRollback(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		boom := errors.New("boom")
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.Documents().Register(t.Context(), b.ID, store.NewDocument{ProjectID: b.ProjectID, SHA256: "aa", Path: "/x"}); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Errorf("err = %v", err)
		}
		counts, err := db.Batches().MemberCounts(t.Context(), b.ID)
		if err != nil || len(counts) != 0 {
			t.Errorf("counts %v, %v", counts, err)
		}
	})
}

func TestOutputsRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		id := register(t, db, b, store.NewDocument{SHA256: "aa", Path: "/x/letter.pdf"}).DocumentID
		pages := []dossier.Page{
			{Number: 1, Width: 612, Height: 792, Source: dossier.SourceLayer, Reason: "text layer", Text: "Jane Roe wrote", Words: []dossier.Word{
				{Text: "Jane", Box: dossier.Box{72, 72, 90.5, 84}, Confidence: 1, End: 4},
				{Text: "Roe", Box: dossier.Box{92, 72, 110, 84}, Confidence: 1, Start: 5, End: 8},
				{Text: "wrote", Box: dossier.Box{112, 72, 140, 84}, Confidence: 1, Start: 9, End: 14},
			}},
			{Number: 2, Label: "ii", Source: dossier.SourceEmbedded, Text: "1 2", Zones: []dossier.Zone{{Kind: dossier.ZoneLineNumbers, End: 3}}},
			{Number: 3, Source: dossier.SourceOCR, Reason: "blank page"},
		}
		findings := []dossier.Finding{
			{Kind: dossier.HiddenText, Page: 1, Text: "Roe", Box: dossier.Box{92, 72, 110, 84}, Detail: "under a bar"},
			{Kind: dossier.Comment, Text: "why?", Name: "B7", Author: "A. Lee", At: "2023-01-02"},
		}
		chunks := []dossier.Chunk{{Index: 0, Start: 0, End: 14, PageStart: 1, PageEnd: 1, Text: "Jane Roe wrote"}}
		mentions := []store.PlacedMention{{Mention: dossier.Mention{
			Type: dossier.Person, Text: "Jane Roe", End: 8, Page: 1, Norm: "Jane Roe", Score: 0.9, Method: "m", Role: "judge",
		}, ChunkEnd: 8}}
		entities := []dossier.DocumentEntity{{
			Key: "PERSON:jane roe", Type: dossier.Person, Name: "Jane Roe", Norm: "jane roe", Aliases: []string{"Roe"},
			Mentions: []int{0}, Reasons: []dossier.Reason{{Code: "exact", Detail: "Roe", Weight: 1}},
		}}
		relations := []dossier.Relation{{
			Kind: dossier.CoMention, From: "PERSON:jane roe", To: "PERSON:jane roe", Page: 1, End: 14,
			Evidence: "Jane Roe wrote", Confidence: 0.5, Weight: 1,
		}}
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Entities().Put(ctx, b.ProjectID, []store.Canonical{{ID: "c", Type: dossier.Person, Name: "Jane Roe"}}); err != nil {
				return err
			}
			if err := tx.Names().Put(ctx, b.ProjectID, []store.Name{{ID: "n", Type: dossier.Person, Norm: "jane roe", Name: "Jane Roe", CanonicalID: "c"}}, nil); err != nil {
				return err
			}
			return errors.Join(
				tx.Contents().SavePages(ctx, id, pages, findings, map[string]string{"title": "Letter"}, nil, nil), tx.Contents().SaveChunks(ctx, id, chunks),
				tx.Contents().SaveMentions(ctx, id, mentions), tx.Contents().SaveEntities(ctx, id, entities, map[string]string{"PERSON:jane roe": "n"}),
				tx.Contents().SaveRelations(ctx, id, relations), tx.Contents().IndexPages(ctx, id))
		})
		gotPages, err1 := db.Contents().Pages(t.Context(), id)
		gotChunks, err2 := db.Contents().Chunks(t.Context(), id, "Jane Roe wrote")
		gotMentions, err3 := db.Contents().Mentions(t.Context(), id)
		gotEntities, err4 := db.Contents().Entities(t.Context(), id)
		gotRelations, err5 := db.Contents().Relations(t.Context(), id)
		gotFindings, err6 := db.Contents().Findings(t.Context(), id)
		if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
			t.Fatal(err)
		}
		for what, diff := range map[string]string{
			"pages": cmp.Diff(pages, gotPages), "chunks": cmp.Diff(chunks, gotChunks), "mentions": cmp.Diff(mentions, gotMentions),
			"entities": cmp.Diff(entities, gotEntities), "relations": cmp.Diff(relations, gotRelations),
			"findings": cmp.Diff(findings, gotFindings),
		} {
			if diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
		}
		roe := &search.Query{Op: search.Exact, Text: "roe"}
		hits, total, err := db.Contents().Search(t.Context(), b.ProjectID, roe, 10, 0)
		if err != nil || total != 1 || hits[0].Snippet != "Jane Roe wrote" || !slices.Equal(hits[0].Marks, [][2]int{{5, 8}}) || hits[0].Page != 1 {
			t.Errorf("hits %+v, %d, %v", hits, total, err)
		}
		// Done anew, the document has none of it left, in the index neither.
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Documents().End(ctx, id, dossier.StatusCompleted, "", nil)
			return err
		})
		again := register(t, db, openBatch(t, db, "k2"), store.NewDocument{SHA256: "aa", Path: "/x/letter.pdf", Recipe: "other"})
		if diff := cmp.Diff([]string{"n"}, again.FreedNames); diff != "" || !again.Start {
			t.Errorf("again = %+v", again)
		}
		if _, total, err := db.Contents().Search(t.Context(), b.ProjectID, roe, 10, 0); total != 0 || err != nil {
			t.Errorf("%d pages found after they were deleted, %v", total, err)
		}
	})
}

func TestFindDocuments(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		r := register(t, db, b, store.NewDocument{SHA256: "abcdef0123", Path: "/case/mail/letter.pdf"})
		register(t, db, b, store.NewDocument{SHA256: "ffff", Path: "/case/other.pdf"})
		for what, want := range map[string]int{
			r.DocumentID: 1, r.DocumentID[:20]: 1, "abcdef": 1, "abc": 0, "letter.pdf": 1, "mail/letter.pdf": 1,
			"/case/mail/letter.pdf": 1, "etter.pdf": 0, "nothing": 0,
		} {
			found, err := db.Documents().Find(t.Context(), b.ProjectID, what)
			if err != nil || len(found) != want {
				t.Errorf("%q: %d found, %v; want %d", what, len(found), err, want)
			}
		}
	})
}

// A clean exit leaves everything in the one file that people copy.
func TestCloseLeavesNoLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	b := openBatch(t, db, "k")
	if _, err := db.Batches().MemberCounts(t.Context(), b.ID); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the log is still there: %v", err)
	}
}

// A chord does not close over a document that another batch has opened again.
func TestChordWaitsForAReopenedMember(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		a := openBatch(t, db, "a")
		doc := store.NewDocument{SHA256: "aa", Path: "/x", Recipe: "force"}
		r := register(t, db, a, doc)
		end := func() {
			write(t, db, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Documents().End(ctx, r.DocumentID, dossier.StatusCompleted, "", nil)
				return err
			})
		}
		end() // the intake of a is still open
		other := doc
		other.Recipe = "auto"
		if again := register(t, db, openBatch(t, db, "b"), other); !again.Start {
			t.Fatalf("another recipe did not restart the document: %+v", again)
		}
		register(t, db, openBatch(t, db, "a"), other) // a is resumed
		write(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.Batches().CloseIntake(ctx, a.ID) })
		if waiting, _, err := db.Tasks().Active(t.Context()); err != nil || waiting[store.FinalizeBatch] != 0 {
			t.Errorf("the chord fired over an open document: %v, %v", waiting, err)
		}
		end()
		if waiting, _, err := db.Tasks().Active(t.Context()); err != nil || waiting[store.FinalizeBatch] != 1 {
			t.Errorf("the chord did not fire: %v, %v", waiting, err)
		}
	})
}

// Options that change while a document is open restart it, and its member is
// still counted once.
func TestOpenDocumentTakesNewRecipe(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		first := register(t, db, b, store.NewDocument{SHA256: "aa", Path: "/x", Recipe: "auto"})
		again := register(t, db, b, store.NewDocument{SHA256: "aa", Path: "/x", Recipe: "off"})
		if !again.Start || again.Generation != first.Generation+1 {
			t.Errorf("again = %+v", again)
		}
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Documents().End(ctx, first.DocumentID, dossier.StatusCompleted, "", nil); err != nil {
				return err
			}
			return tx.Batches().CloseIntake(ctx, b.ID)
		})
		if waiting, _, err := db.Tasks().Active(t.Context()); err != nil || waiting[store.FinalizeBatch] != 1 {
			t.Errorf("the chord did not fire: %v, %v", waiting, err)
		}
	})
}

// Which of two names decides the format does not depend on the order.
func TestFormatFollowsTheFirstPath(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		for _, order := range [][]string{{"/a.eml", "/b.txt"}, {"/b.txt", "/a.eml"}} {
			db := open()
			b := openBatch(t, db, "k")
			var r store.Registered
			for _, path := range order {
				r = register(t, db, b, store.NewDocument{SHA256: "aa", Path: path, Format: filepath.Ext(path)})
			}
			d, err := db.Documents().Get(t.Context(), r.DocumentID)
			if err != nil || d.Format != ".eml" || d.FileName != "a.eml" {
				t.Errorf("%v: %s, %s, %v", order, d.Format, d.FileName, err)
			}
		}
	})
}
