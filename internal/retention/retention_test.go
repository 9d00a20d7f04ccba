package retention_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/identity"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/retention"
	"github.com/dossier-legal/dossier/internal/search"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// scene is a case file with a keeper.
type scene struct {
	*testing.T
	*retention.Keeper
	blobDir string
	project map[string]store.Project
	batch   map[string]store.Batch // by the name of the project
}

// each runs f embedded and on servers. open gives further, empty scenes.
func each(t *testing.T, f func(s *scene, open func() *scene)) {
	t.Parallel()
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		open := func() *scene { return newScene(t, "", rdb.Config{}) }
		f(open(), open)
	})
	t.Run("servers", func(t *testing.T) {
		t.Parallel()
		open := func() *scene { return newScene(t, storetest.Database(t), rdb.Config{URL: redistest.Start(t)}) }
		f(open(), open)
	})
}

// eachUnlessShort is each, without servers in a short run: it opens many scenes.
func eachUnlessShort(t *testing.T, f func(s *scene, open func() *scene)) {
	if !testing.Short() {
		each(t, f)
		return
	}
	t.Parallel()
	open := func() *scene { return newScene(t, "", rdb.Config{}) }
	f(open(), open)
}

const version = "7" // of all stages

func newScene(t *testing.T, where string, cfg rdb.Config) *scene {
	t.Helper()
	s := &scene{T: t, blobDir: t.TempDir(), project: map[string]store.Project{}, batch: map[string]store.Batch{}}
	blobs, err := blob.Open(t.Context(), s.blobDir, "")
	if err != nil {
		t.Fatal(err)
	}
	s.Keeper = &retention.Keeper{
		DB: storetest.Open(t, where), Redis: redistest.Open(t, cfg), Blobs: blobs,
		Versions: map[string]string{"ocr": version}, Actor: "somebody@here", Log: slog.New(slog.DiscardHandler),
	}
	s.Cache = cache.New(s.Redis, blobs, time.Minute)
	t.Cleanup(func() { _ = s.Cache.Close() }) // counts alone
	return s
}

// must fails the test on an error.
func (s *scene) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *scene) write(f func(ctx context.Context, tx *store.Tx) error) {
	s.Helper()
	s.must(s.DB.Write(s.Context(), func(tx *store.Tx) error { return f(s.Context(), tx) }))
}

// open opens another batch of a project.
func (s *scene) open(project, key string) {
	s.Helper()
	s.write(func(ctx context.Context, tx *store.Tx) error {
		p, err := tx.Projects().Ensure(ctx, project)
		if err != nil {
			return err
		}
		s.project[project] = p
		id, _, err := tx.Batches().Open(ctx, store.BatchRequest{ProjectID: p.ID, SourceKey: key, Priority: dossier.PriorityNormal})
		if err != nil {
			return err
		}
		s.batch[project], err = tx.Batches().Get(ctx, id)
		return err
	})
}

// paper is a document: its text names an organisation and a person.
type paper struct {
	project, path, text string
	parent              string // id
	open                bool   // its work has begun and not ended
}

// put puts a paper on record with all that stages leave behind, and returns its
// id. Batches and times are those of the moment.
func (s *scene) put(p paper) string {
	s.Helper()
	ctx := s.Context()
	o, err := s.Blobs.AddOriginal(ctx, strings.NewReader(p.text))
	s.must(err)
	key := cache.Key{Stage: "ocr", Version: version, SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte("key of "+p.text)))}
	s.must(s.Cache.Put(ctx, key, p.text))
	b, id := s.batch[p.project], ""
	s.write(func(ctx context.Context, tx *store.Tx) error {
		r, err := tx.Documents().Register(ctx, b.ID, store.NewDocument{
			ProjectID: b.ProjectID, SHA256: o.SHA256, Size: o.Size, Path: p.path, ParentID: p.parent, Format: "txt", Recipe: "recipe",
		})
		if id = r.DocumentID; err != nil || !r.New {
			return err
		}
		tx.Tasks().Add(store.NewTask{
			ID: task(id), BatchID: b.ID, ProjectID: b.ProjectID, DocumentID: id, Type: string(dossier.StageOCR), Queue: "ocr",
			Generation: 1,
		})
		return nil
	})
	var claimed []store.Task
	s.write(func(ctx context.Context, tx *store.Tx) (err error) {
		if claimed, err = tx.Tasks().Claim(ctx, []string{task(id)}, "worker"); err != nil || len(claimed) == 0 {
			return err
		}
		_, err = tx.Documents().Start(ctx, []string{id})
		return err
	})
	if len(claimed) == 0 || p.open {
		return id
	}
	s.write(func(ctx context.Context, tx *store.Tx) (err error) { // so that there is an attempt that failed
		if err := tx.Tasks().Retry(ctx, claimed[0], dossier.Errorf(dossier.CodeBusy, "busy"), 0); err != nil {
			return err
		}
		claimed, err = tx.Tasks().Claim(ctx, []string{claimed[0].ID}, "w")
		return err
	})
	s.write(func(ctx context.Context, tx *store.Tx) error { return s.finish(ctx, tx, p, claimed[0], key) })
	client := s.Redis.For(rdb.Cache)
	for _, k := range s.Redis.DocumentKeys(id) {
		s.must(client.Set(ctx, k, "x", time.Hour).Err())
	}
	s.must(s.Redis.For(rdb.Results).Set(ctx, s.Redis.ResultKey(task(id)), "x", time.Hour).Err())
	return id
}

func task(id string) string { return "task of " + id }

// finish writes what the stages of a paper make of it.
func (s *scene) finish(ctx context.Context, tx *store.Tx, p paper, t store.Task, key cache.Key) error {
	id, project := t.DocumentID, t.ProjectID
	if _, err := tx.Tasks().Finish(ctx, []store.Finished{{Task: t, Yield: store.Yield{Count: 1, CacheKey: key.String()}}}); err != nil {
		return err
	}
	if err := tx.Contents().SavePages(ctx, id, []dossier.Page{{Number: 1, Text: p.text, Source: "layer"}}, nil, nil, nil, nil); err != nil {
		return err
	}
	if err := tx.Documents().SaveLikeness(ctx, id, store.Likeness{Signature: []byte{1}, Bands: []int64{1, 2}}); err != nil {
		return err
	}
	if err := tx.Contents().SaveChunks(ctx, id, []dossier.Chunk{{Index: 0, End: len(p.text), PageStart: 1, PageEnd: 1, Text: p.text}}); err != nil {
		return err
	}
	var entities []dossier.DocumentEntity
	var mentions []store.PlacedMention
	for i, name := range strings.Split(p.text, "|") {
		typ := []dossier.MentionType{dossier.Org, dossier.Person}[i%2]
		norm := names.Norm(name, typ)
		start := strings.Index(p.text, name)
		mentions = append(mentions, store.PlacedMention{
			Mention:  dossier.Mention{Type: typ, Text: name, Norm: norm, Start: start, End: start + len(name), Page: 1},
			ChunkEnd: start + len(name), ChunkStart: start,
		})
		entities = append(entities, dossier.DocumentEntity{Key: string(typ) + ":" + norm, Type: typ, Name: name, Norm: norm, Mentions: []int{i}})
	}
	if err := tx.Contents().SaveMentions(ctx, id, mentions); err != nil {
		return err
	}
	names, err := identity.Attach(ctx, tx, project, id, entities)
	if err != nil {
		return err
	}
	if err := tx.Contents().SaveEntities(ctx, id, entities, names); err != nil {
		return err
	}
	if err := tx.Contents().SaveRelations(ctx, id, []dossier.Relation{{
		Kind: dossier.CoMention, From: entities[0].Key, To: entities[1].Key, Page: 1, End: len(p.text), Evidence: p.text,
	}}); err != nil {
		return err
	}
	if err := tx.Contents().SaveEvents(ctx, project, id, []dossier.Event{{
		Kind: "stated", Date: "2019-05-03", Page: 1, End: len(p.text), Sentence: p.text, Entities: []string{entities[1].Key},
	}}); err != nil {
		return err
	}
	if err := tx.Contents().IndexPages(ctx, id); err != nil {
		return err
	}
	_, err = tx.Documents().End(ctx, id, dossier.StatusCompleted, "", nil)
	return err
}

// facts is all that can be asked of a project, but times: what must not depend on
// what was deleted.
func (s *scene) facts(project string) []string {
	s.Helper()
	ctx, p := s.Context(), s.project[project]
	var lines []string
	add := func(what string, v any) { lines = append(lines, fmt.Sprintf("%s: %+v", what, v)) }
	documents, err := s.DB.Documents().List(ctx, p.ID, "")
	s.must(err)
	for _, d := range documents {
		d, err := s.DB.Documents().Get(ctx, d.ID)
		s.must(err)
		d.CreatedAt, d.CompletedAt = time.Time{}, time.Time{}
		add("document", d)
		pages, err := s.DB.Contents().Pages(ctx, d.ID)
		s.must(err)
		add("pages", pages)
		mentions, err := s.DB.Contents().Mentions(ctx, d.ID)
		s.must(err)
		add("mentions", mentions)
		entities, err := s.DB.Contents().Entities(ctx, d.ID)
		s.must(err)
		add("document entities", entities)
		relations, err := s.DB.Contents().Relations(ctx, d.ID)
		s.must(err)
		add("relations", relations)
		_, candidates, err := s.DB.Documents().Candidates(ctx, p.ID, d.ID)
		s.must(err)
		add("candidates", candidates)
		parents, children, err := s.DB.Documents().Family(ctx, d.ID)
		s.must(err)
		add("family", [][]store.Relative{parents, children})
	}
	const all = 1000
	entities, err := s.DB.Entities().List(ctx, p.ID, "", all)
	s.must(err)
	for _, e := range entities {
		names, err := s.DB.Entities().Names(ctx, e.ID)
		s.must(err)
		for _, n := range names {
			add("entity "+e.ID+" "+e.Name, n.Name)
		}
		add("entity", fmt.Sprint(e.Type, e.Documents))
	}
	for _, word := range []string{"halden", "roe", "northgate", "harbor"} {
		hits, total, err := s.DB.Contents().Search(ctx, p.ID, &search.Query{Op: search.Word, Text: word}, all, 0)
		s.must(err)
		for _, h := range hits {
			add("hit", fmt.Sprint(word, h.DocumentID, h.Page, h.Snippet))
		}
		add("hits", total)
	}
	slices.Sort(lines)
	return lines
}

// settled checks the names of a project against a resolution from scratch.
func (s *scene) settled(project string) {
	s.Helper()
	c, err := identity.Book{DB: s.DB, ProjectID: s.project[project].ID, Actor: "test"}.Check(s.Context(), false)
	s.must(err)
	if len(c.Differences) > 0 {
		s.Errorf("the entities of %s are not what a resolution from scratch finds: %+v", project, c.Differences)
	}
}

// blobs lists the keys of all blobs.
func (s *scene) blobs() (keys []string) {
	s.Helper()
	for _, prefix := range []string{blob.Originals, cache.Prefix} {
		s.must(s.Blobs.List(s.Context(), prefix, func(b blob.Info) error {
			keys = append(keys, b.Key)
			return nil
		}))
	}
	slices.Sort(keys)
	return keys
}

// keys lists the keys of Redis by document and task.
func (s *scene) keys() (keys []string) {
	s.Helper()
	for purpose, pattern := range map[rdb.Purpose]string{rdb.Cache: "*doc:*", rdb.Results: "*result:*", rdb.Batch: "*batch:*"} {
		found, err := s.Redis.For(purpose).Keys(s.Context(), pattern).Result()
		s.must(err)
		keys = append(keys, found...)
	}
	slices.Sort(keys)
	return keys
}

func (s *scene) plan(project string, ids ...string) store.Deletion {
	s.Helper()
	plan, err := s.DB.Documents().PlanDeletion(s.Context(), s.project[project].ID, ids)
	s.must(err)
	return plan
}

func (s *scene) same(what string, want, got []string) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("%s (-never had it, +deleted): %s", what, diff)
	}
}

// unwanted is what is put on record and deleted again: a paper that spells names
// best and came first, a mail with an attachment of its own and one that another
// mail has too, and one that another project has too.
func (s *scene) unwanted() (ids []string) {
	s.open("p", "first")
	ids = append(ids, s.put(paper{project: "p", path: "/first.txt", text: "Halden Logistics, Incorporated|Jane A. Roe"}))
	mail := s.put(paper{project: "p", path: "/a.eml", text: "Northgate Insurance Company|Jane B. Roe"})
	s.put(paper{project: "p", path: "/a.eml!/own.txt", text: "Third Harbor Bank|Peter Poe", parent: mail})
	s.put(paper{project: "p", path: "/a.eml!/a-both.txt", text: "Northgate Insurance Co.|Peter Poe", parent: mail})
	ids = append(ids, mail, s.put(paper{project: "p", path: "/shared.txt", text: "Halden Logistics Inc.|Roe, Jane A."}))
	return ids
}

// wanted is what stays.
func (s *scene) wanted() {
	s.open("p", "second")
	mail := s.put(paper{project: "p", path: "/b.eml", text: "HALDEN LOGISTICS INC.|Jane Roe"})
	s.put(paper{project: "p", path: "/b.eml!/both.txt", text: "Northgate Insurance Co.|Peter Poe", parent: mail})
	s.put(paper{project: "p", path: "/c.txt", text: "Halden Logistics|Roe, Jane"})
	s.open("q", "first")
	s.put(paper{project: "q", path: "/shared.txt", text: "Halden Logistics Inc.|Roe, Jane A."})
}

// What is deleted leaves nothing: the record, the blobs and Redis are as if it
// had never been there, and the ids of entities too.
func TestDeletedDocumentsNeverWere(t *testing.T) {
	each(t, func(s *scene, open func() *scene) {
		never := open()
		never.wanted()
		ids := s.unwanted()
		s.wanted()
		plan := s.plan("p", ids...)
		if len(plan.Documents) != 4 || len(plan.Kept) != 1 || plan.Kept[0].FileName != "a-both.txt" {
			s.Fatalf("plan %+v", plan)
		}
		counts, err := s.DeleteDocuments(s.Context(), s.project["p"].ID, plan)
		s.must(err)
		if want := (retention.Counts{"documents": 4, "originals": 3, "outputs": 3}); !cmp.Equal(counts, want) {
			s.Errorf("counts %v, want %v", counts, want)
		}
		s.leftNothing(never)
		for _, id := range plan.IDs() {
			entries, err := s.DB.Audit().List(s.Context(), id, 10)
			s.must(err)
			if len(entries) != 1 || entries[0].Action != "document.delete" || entries[0].Actor != "somebody@here" {
				s.Errorf("the audit log has %+v of %s", entries, id)
			}
		}
	})
}

// leftNothing compares with a scene that never had what was deleted.
func (s *scene) leftNothing(never *scene) {
	s.Helper()
	for _, project := range []string{"p", "q"} {
		s.same("facts of "+project, never.facts(project), s.facts(project))
		s.settled(project)
	}
	s.same("blobs", never.blobs(), s.blobs())
	s.same("keys of Redis", never.keys(), s.keys())
	for _, kind := range store.RemovalKinds() {
		list, err := s.DB.Removals().Waiting(s.Context(), kind, 0, 10)
		s.must(err)
		if len(list) > 0 {
			s.Errorf("still to be removed: %+v", list)
		}
	}
}

var errKilled = errors.New("killed")

// A deletion that is killed after any of its steps is completed by the next
// cleanup: nothing is forgotten and nothing is removed that should stay.
func TestKilledDeletionIsCompleted(t *testing.T) {
	eachUnlessShort(t, func(_ *scene, open func() *scene) {
		never := open()
		never.wanted()
		for kill, more := 1, true; more; kill++ {
			s := open()
			ids := s.unwanted()
			s.wanted()
			steps := 0
			s.Step = func(string) error {
				if steps++; steps == kill {
					return errKilled
				}
				return nil
			}
			_, err := s.DeleteDocuments(s.Context(), s.project["p"].ID, s.plan("p", ids...))
			if more = errors.Is(err, errKilled); !more {
				s.must(err)
			}
			s.Step = nil
			s.Silence = time.Microsecond // what was begun and not ended is taken over
			_, err = s.Drain(s.Context())
			s.must(err)
			s.leftNothing(never)
			if kill == 1 && !more || s.Failed() {
				s.Fatalf("killed after step %d", kill)
			}
		}
	})
}

// A batch that waits for a document no longer does when that is deleted, and
// whoever works on it loses its claim.
func TestOpenDocumentIsDeleted(t *testing.T) {
	each(t, func(s *scene, _ func() *scene) {
		ctx := s.Context()
		s.open("p", "k")
		id := s.put(paper{project: "p", path: "/slow.txt", text: "Halden Logistics|Jane Roe", open: true})
		s.put(paper{project: "p", path: "/done.txt", text: "Halden Logistics|Peter Poe"})
		s.write(func(ctx context.Context, tx *store.Tx) error { return tx.Batches().CloseIntake(ctx, s.batch["p"].ID) })
		running, err := s.DB.Tasks().Get(ctx, task(id))
		s.must(err)
		_, err = s.DeleteDocuments(ctx, s.project["p"].ID, s.plan("p", id))
		s.must(err)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			if lost, err := tx.Tasks().Heartbeat(ctx, "worker", []store.Claim{running.Claim()}); err != nil || len(lost) != 1 {
				s.Errorf("the worker lost %v, %v", lost, err)
			}
			if done, err := tx.Tasks().Finish(ctx, []store.Finished{{Task: running}}); err != nil || len(done) > 0 {
				s.Errorf("the worker could still commit %v, %v", done, err)
			}
			return nil
		})
		counts, err := s.DB.Batches().MemberCounts(ctx, s.batch["p"].ID)
		s.must(err)
		if !cmp.Equal(counts, map[dossier.Status]int{dossier.StatusCompleted: 1}) {
			s.Errorf("members %v", counts)
		}
		waiting, _, err := s.DB.Tasks().Active(ctx)
		s.must(err)
		if waiting[store.FinalizeBatch] != 1 {
			s.Errorf("the batch does not come to its end: %v", waiting)
		}
	})
}

// An attachment cannot be deleted while the mail that holds it stays.
func TestAttachmentGoesWithItsMail(t *testing.T) {
	each(t, func(s *scene, _ func() *scene) {
		s.open("p", "k")
		mail := s.put(paper{project: "p", path: "/a.eml", text: "Northgate Insurance Company|Jane B. Roe"})
		child := s.put(paper{project: "p", path: "/a.eml!/own.txt", text: "Third Harbor Bank|Peter Poe", parent: mail})
		_, err := s.DB.Documents().PlanDeletion(s.Context(), s.project["p"].ID, []string{child})
		if dossier.CodeOf(err) != dossier.CodeInvalidInput {
			s.Errorf("an attachment by itself: %v", err)
		}
		plan := s.plan("p", mail)
		s.put(paper{project: "p", path: "/a.eml!/new.txt", text: "Third Harbor Bank|Somebody Else", parent: mail})
		if _, err := s.DeleteDocuments(s.Context(), s.project["p"].ID, plan); dossier.CodeOf(err) != dossier.CodeChanged {
			s.Errorf("more would go than was asked for: %v", err)
		}
		if _, err := s.DeleteDocuments(s.Context(), s.project["p"].ID, s.plan("p", mail, child)); err != nil {
			s.Error(err)
		}
		if left := s.blobs(); len(left) > 0 {
			s.Errorf("left: %v", left)
		}
	})
}

// A deleted project leaves its lines in the audit log, and nothing else; other
// projects keep what they share with it.
func TestDeletedProjectNeverWas(t *testing.T) {
	each(t, func(s *scene, open func() *scene) {
		ctx := s.Context()
		never := open()
		never.open("q", "first")
		never.put(paper{project: "q", path: "/shared.txt", text: "Halden Logistics Inc.|Roe, Jane A."})
		s.unwanted()
		s.wanted()
		p := s.project["p"]
		infos, err := s.DB.Projects().Infos(ctx, "p")
		s.must(err)
		counts, err := s.DeleteProject(ctx, infos[0])
		s.must(err)
		if counts["projects"] != 1 || counts["documents"] != infos[0].Documents {
			s.Errorf("counts %v of %+v", counts, infos[0])
		}
		if _, err := s.DB.Projects().Get(ctx, "p"); dossier.CodeOf(err) != dossier.CodeNotFound {
			s.Errorf("the project is still there: %v", err)
		}
		s.same("facts of q", never.facts("q"), s.facts("q"))
		s.same("blobs", never.blobs(), s.blobs())
		s.same("keys of Redis", never.keys(), s.keys())
		entries, err := s.DB.Audit().List(ctx, p.ID, 10)
		s.must(err)
		if len(entries) != 2 || entries[0].Action != "project.deleted" || entries[1].Action != "project.delete" || !strings.Contains(entries[1].Detail, `"name":"p"`) {
			s.Errorf("the audit log has %+v", entries)
		}
	})
}

// A deletion of a project that is killed after any of its steps is completed by
// the next cleanup.
func TestKilledProjectDeletionIsCompleted(t *testing.T) {
	eachUnlessShort(t, func(_ *scene, open func() *scene) {
		for kill, more := 1, true; more; kill++ {
			s := open()
			s.unwanted()
			infos, err := s.DB.Projects().Infos(s.Context(), "p")
			s.must(err)
			steps := 0
			s.Step = func(string) error {
				if steps++; steps == kill {
					return errKilled
				}
				return nil
			}
			_, err = s.DeleteProject(s.Context(), infos[0])
			if more = errors.Is(err, errKilled); !more {
				s.must(err)
			}
			s.Step = nil
			s.Silence = time.Microsecond
			_, err = s.Drain(s.Context())
			s.must(err)
			if projects, err := s.DB.Projects().List(s.Context()); err != nil || len(projects) > 0 {
				s.Errorf("killed after step %d: %v, %v", kill, projects, err)
			}
			if left := append(s.blobs(), s.keys()...); len(left) > 0 {
				s.Errorf("killed after step %d: left %v", kill, left)
			}
			if s.Failed() {
				s.FailNow()
			}
		}
	})
}
