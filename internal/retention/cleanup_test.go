package retention_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/retention"
	"github.com/dossier-legal/dossier/internal/store"
)

// age makes all blobs look old.
func (s *scene) age(prefix string, by time.Duration) {
	s.Helper()
	then := time.Now().Add(-by)
	s.must(s.Blobs.List(s.Context(), prefix, func(b blob.Info) error {
		return os.Chtimes(filepath.Join(s.blobDir, b.Key), then, then)
	}))
}

// a moment is an age that everything in a test has.
const moment = time.Microsecond

// old is a scene with everything that a cleanup removes.
func (s *scene) old() (orphan string) {
	s.Helper()
	ctx := s.Context()
	s.open("p", "k")
	s.put(paper{project: "p", path: "/c.txt", text: "Halden Logistics|Roe, Jane"})
	s.write(func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Webhooks().Add(ctx, store.Webhook{URL: "https://example.com"}); err != nil {
			return err
		}
		tx.Webhooks().Queue(s.project["p"].ID, "document.completed", "1", "news")
		return nil
	})
	s.write(func(ctx context.Context, tx *store.Tx) error {
		l, err := tx.Webhooks().Lease(ctx, time.Minute, 10)
		if err != nil {
			return err
		}
		return tx.Webhooks().Settle(ctx, l, []store.DeliveryOutcome{{ID: l.Deliveries[0].ID, Status: store.DeliveryDelivered}}, 0)
	})
	s.write(func(ctx context.Context, tx *store.Tx) error { return tx.Batches().CloseIntake(ctx, s.batch["p"].ID) })
	s.write(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Batches().Complete(ctx, s.batch["p"].ID, 1)
		return err
	})
	s.must(s.Redis.For(rdb.Batch).HSet(ctx, s.Redis.ProgressKey(s.batch["p"].ID), "completed", 1).Err())
	s.must(s.Cache.Put(ctx, cache.Key{Stage: "ocr", Version: "6", SHA256: "aa00"}, "output of an old version"))
	return s.orphan("an orphan")
}

// orphan stores an original that no document has.
func (s *scene) orphan(text string) string {
	s.Helper()
	o, err := s.Blobs.AddOriginal(s.Context(), strings.NewReader(text))
	s.must(err)
	return blob.OriginalKey(o.SHA256)
}

var allAges = retention.Ages{
	Attempts: moment, Deliveries: moment, Events: moment, Progress: moment, OldOutputs: time.Hour, Orphans: time.Hour,
}

// A cleanup removes what is too old and nothing else; to try it first counts
// the same and removes nothing; it is on record what was removed.
func TestCleanup(t *testing.T) {
	each(t, func(s *scene, _ func() *scene) {
		ctx := s.Context()
		orphan := s.old()
		s.age("", 2*time.Hour)
		young := s.orphan("a file that is being registered")
		s.Ages = allAges
		facts, blobs := s.facts("p"), s.blobs()
		tried, err := s.Clean(ctx, true, true)
		s.must(err)
		s.same("blobs, tried only", blobs, s.blobs())
		cleaned, err := s.Clean(ctx, false, true)
		s.must(err)
		want := retention.Counts{"attempts": 1, "deliveries": 1, "entity_events": 2, "progress_keys": 1, "outputs": 1, "originals": 1}
		if diff := cmp.Diff(want, cleaned.Removed); diff != "" {
			s.Error(diff)
		}
		if diff := cmp.Diff(cleaned.Removed, tried.Removed); diff != "" || cleaned.Bytes != tried.Bytes || cleaned.Bytes == 0 {
			s.Errorf("tried %+v, did %+v", tried, cleaned)
		}
		s.same("facts", facts, s.facts("p"))
		for key, there := range map[string]bool{orphan: false, young: true} {
			if ok, err := s.Blobs.Has(ctx, key); err != nil || ok != there {
				s.Errorf("%s: %v, %v", key, ok, err)
			}
		}
		entries, err := s.DB.Audit().List(ctx, "cleanup", 10)
		s.must(err)
		if len(entries) != 1 {
			s.Errorf("the audit log has %+v", entries)
		}
		again, err := s.Clean(ctx, false, true)
		s.must(err)
		if len(again.Removed) > 0 {
			s.Errorf("cleaned twice: %+v", again)
		}
	})
}

// The audit log goes only if an age is set.
func TestAuditIsKept(t *testing.T) {
	each(t, func(s *scene, _ func() *scene) {
		ctx := s.Context()
		s.open("p", "k")
		s.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.Audit().Record(ctx, "x", "y", "z", "", struct{}{})
		})
		s.Ages = allAges
		_, err := s.Clean(ctx, false, true)
		s.must(err)
		if list, err := s.DB.Audit().List(ctx, "z", 10); err != nil || len(list) != 1 {
			s.Errorf("%+v, %v", list, err)
		}
		s.Ages.Audit = moment
		_, err = s.Clean(ctx, false, true)
		s.must(err)
		if list, err := s.DB.Audit().List(ctx, "z", 10); err != nil || len(list) != 0 {
			s.Errorf("%+v, %v", list, err)
		}
	})
}

// A hold keeps everything of its project, or of its document, whoever asks,
// until it is released; all of it is audited.
func TestHold(t *testing.T) {
	each(t, func(s *scene, _ func() *scene) {
		ctx := s.Context()
		s.old()
		p := s.project["p"]
		s.open("p", "another") // the first has ended
		other := s.put(paper{project: "p", path: "/d.txt", text: "Third Harbor Bank|Peter Poe"})
		s.age("", 2*time.Hour)
		documents, err := s.DB.Documents().List(ctx, p.ID, "")
		s.must(err)
		_, err = s.Hold(ctx, p.ID, "", "the order of May 3")
		s.must(err)
		before := s.facts("p")
		s.refused(documents[0].ID)
		s.Ages = allAges
		s.Ages.Outputs = moment
		cleaned, err := s.Clean(ctx, false, true)
		s.must(err)
		want := retention.Counts{"deliveries": 1, "progress_keys": 1, "outputs": 1, "originals": 1} // none of them are of the project's evidence
		if diff := cmp.Diff(want, cleaned.Removed); diff != "" {
			s.Error(diff)
		}
		s.same("facts", before, s.facts("p"))
		infos, err := s.DB.Projects().Infos(ctx, "p")
		s.must(err)
		if h := infos[0].Holds; len(h) != 1 || h[0].Reason != "the order of May 3" || h[0].Actor != "somebody@here" {
			s.Errorf("holds %+v", h)
		}
		_, err = s.Release(ctx, p.ID, "")
		s.must(err)
		_, err = s.Hold(ctx, p.ID, documents[0].ID, "this one")
		s.must(err)
		s.refused(documents[0].ID)
		for _, d := range documents[1:] {
			_, err := s.DeleteDocuments(ctx, p.ID, s.plan("p", d.ID))
			s.must(err)
		}
		_, err = s.Release(ctx, p.ID, documents[0].ID)
		s.must(err)
		_, err = s.DeleteProject(ctx, infos[0])
		s.must(err)
		if len(documents) != 2 || other == "" {
			s.Errorf("%d documents", len(documents))
		}
		entries, err := s.DB.Audit().List(ctx, p.ID, 10)
		s.must(err)
		var actions []string
		for _, e := range entries {
			actions = append(actions, e.Action)
		}
		if diff := cmp.Diff([]string{"project.deleted", "project.delete", "project.release", "project.hold"}, actions); diff != "" {
			s.Error(diff)
		}
	})
}

// refused has the store refuse to delete a document and the project.
func (s *scene) refused(id string) {
	s.Helper()
	ctx, p := s.Context(), s.project["p"]
	for what, f := range map[string]func(tx *store.Tx) error{
		"condemning a document": func(tx *store.Tx) error { return tx.Documents().Condemn(ctx, p.ID, []string{id}) },
		"deleting a document": func(tx *store.Tx) error {
			_, err := tx.Documents().Delete(ctx, p.ID, []string{id})
			return err
		},
		"condemning the project": func(tx *store.Tx) error { return tx.Projects().Condemn(ctx, p.ID) },
		"deleting the project": func(tx *store.Tx) error {
			_, err := tx.Projects().Delete(ctx, p.ID, 10)
			return err
		},
	} {
		if err := s.DB.Write(ctx, f); dossier.CodeOf(err) != dossier.CodeHeld {
			s.Errorf("%s under a hold: %v", what, err)
		}
	}
}

// A hold stops a deletion that is under way; what is left is as it should be.
func TestHoldStopsDeletion(t *testing.T) {
	each(t, func(s *scene, _ func() *scene) {
		ctx := s.Context()
		s.unwanted()
		s.wanted()
		infos, err := s.DB.Projects().Infos(ctx, "p")
		s.must(err)
		s.Step = func(what string) error {
			if what == "records" { // some, but the mails with attachments are still there
				return errKilled
			}
			return nil
		}
		if _, err := s.DeleteProject(ctx, infos[0]); err == nil {
			s.Fatal("nothing was killed")
		}
		s.Step = nil
		stopped, err := s.Hold(ctx, s.project["p"].ID, "", "stop")
		s.must(err)
		if !stopped {
			s.Error("it is not said that a deletion was stopped")
		}
		if _, err := s.Drain(ctx); err != nil {
			s.Error(err)
		}
		left, err := s.DB.Documents().List(ctx, s.project["p"].ID, "")
		s.must(err)
		if len(left) == 0 {
			s.Error("nothing is left")
		}
		s.settled("p")
		s.open("p", "goes on") // the project is one like others again
	})
}

// An intake that stored bytes, or found them stored, before they were removed
// never registers a document without them, whenever the removal comes.
func TestIntakeAndRemovalMeet(t *testing.T) {
	each(t, func(s *scene, _ func() *scene) {
		ctx := s.Context()
		s.open("p", "k")
		s.open("q", "k")
		const text = "Halden Logistics|Jane Roe"
		sha := ""
		claim := func(stored store.Going) (going store.Going) {
			s.Helper()
			s.write(func(ctx context.Context, tx *store.Tx) (err error) {
				going, err = tx.Removals().ClaimOriginals(ctx, s.project["q"].ID, []string{sha}, stored)
				return err
			})
			return going
		}
		has := func() bool {
			s.Helper()
			ok, err := s.Blobs.Has(ctx, blob.OriginalKey(sha))
			s.must(err)
			return ok
		}
		for _, when := range []string{"condemned", "records", "originals begun", "original", "after"} {
			id := s.put(paper{project: "p", path: "/x.txt", text: text})
			d, err := s.DB.Documents().Get(ctx, id)
			s.must(err)
			sha = d.SHA256
			met := false
			s.Step = func(what string) error {
				if what != when || met {
					return nil
				}
				met = true
				// What is waiting is off; what has begun has to be stored again.
				if going := claim(nil); (len(going) > 0) != (when == "originals begun" || when == "original") {
					s.Errorf("%s: going %v", when, going)
				}
				return nil
			}
			_, err = s.DeleteDocuments(ctx, s.project["p"].ID, s.plan("p", id))
			s.must(err)
			s.Step = nil
			if kept := when == "condemned" || when == "records"; kept {
				// condemned: the claim came before the removal of the bytes was on record
				if when == "records" && !has() {
					s.Errorf("%s: the bytes were removed after they were claimed", when)
				}
				continue
			}
			going := claim(nil)
			if len(going) == 0 || has() {
				s.Errorf("%s: nothing says that the bytes are gone", when)
			}
			s.orphan(text)
			if going := claim(going); len(going) > 0 || !has() {
				s.Errorf("%s: stored again, and still going: %v", when, going)
			}
		}
	})
}

// Of all workers one cleans up when it is due, and another if that one dies.
func TestOneCleansUp(t *testing.T) {
	each(t, func(s *scene, _ func() *scene) {
		ctx := s.Context()
		take := func(worker string, lease time.Duration) (ok bool) {
			s.write(func(ctx context.Context, tx *store.Tx) (err error) {
				ok, err = tx.Chores().Take(ctx, "chore", worker, time.Hour, lease)
				return err
			})
			return ok
		}
		if !take("one", time.Hour) || take("two", time.Hour) {
			s.Error("not exactly one has the chore")
		}
		s.write(func(ctx context.Context, tx *store.Tx) error { return tx.Chores().End(ctx, "chore", "one", false) })
		if !take("two", -time.Second) || !take("three", time.Hour) {
			s.Error("a chore is not taken over from one who failed, or fell silent")
		}
		s.write(func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Chores().Keep(ctx, "chore", "two", time.Hour); !errors.Is(err, store.ErrFenced) {
				s.Errorf("one that was taken over is kept: %v", err)
			}
			return tx.Chores().End(ctx, "chore", "three", true)
		})
		if take("four", time.Hour) {
			s.Error("a chore that was completed is due at once")
		}
		s.Ages = allAges
		for i, want := range []bool{true, false} {
			if ran, err := s.RunDue(ctx, "one", "other", time.Hour, func(context.Context) error { return nil }); err != nil || ran != want {
				s.Errorf("run %d: %v, %v", i, ran, err)
			}
		}
	})
}
