package event_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Main{M: m}) }

func publish(t *testing.T, r *rdb.Redis, events ...event.Event) {
	t.Helper()
	if _, err := r.For(rdb.Batch).Pipelined(t.Context(), func(p redis.Pipeliner) error {
		event.Publish(t.Context(), r, p, events...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// numbered are events that differ in their documents: from, from+1, …
func numbered(from, n int) []event.Event {
	list := make([]event.Event, n)
	for i := range list {
		list[i] = event.Event{Kind: event.Stage, Document: fmt.Sprint(from + i), At: time.UnixMicro(int64(from + i)).UTC()}
	}
	return list
}

// reader collects what it is told.
type reader struct {
	t    *testing.T
	news chan event.Event
	stop func()
}

func follow(t *testing.T, r *rdb.Redis, since event.Since) *reader {
	return read(t, func(ctx context.Context, f func(event.Event)) error { return event.Follow(ctx, r, since, f) })
}

func join(t *testing.T, r *rdb.Redis, m event.Member) *reader {
	return read(t, func(ctx context.Context, f func(event.Event)) error {
		event.Group(ctx, r, m, func(e event.Event) error {
			f(e)
			return nil
		})
		return nil
	})
}

func read(t *testing.T, run func(ctx context.Context, f func(event.Event)) error) *reader {
	ctx, cancel := context.WithCancel(t.Context())
	rd := &reader{t: t, news: make(chan event.Event, 10_000)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := run(ctx, func(e event.Event) { rd.news <- e }); err != nil {
			t.Error(err)
		}
	}()
	rd.stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(rd.stop)
	return rd
}

// next returns the next event.
func (rd *reader) next() event.Event {
	rd.t.Helper()
	select {
	case e := <-rd.news:
		return e
	case <-time.After(2 * time.Minute): // it is not tested how soon
		rd.t.Fatal("no news came")
		return event.Event{}
	}
}

// until reads on until the document was told of, and returns the documents on
// the way, "gap" for a gap.
func (rd *reader) until(document string) (told []string) {
	rd.t.Helper()
	for {
		e := rd.next()
		told = append(told, name(e))
		if e.Kind != event.Gap && e.Document == document {
			return told
		}
	}
}

// name is the document of an event, or "gap".
func name(e event.Event) string {
	if e.Kind == event.Gap {
		return event.Gap
	}
	return e.Document
}

func TestEventsCarryEverythingAndFollowResumes(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		want := event.Event{
			At: time.UnixMicro(1_700_000_000_000_001).UTC(), Kind: event.Stage, Batch: "b", Document: "0", Stage: dossier.StageOCR,
			Attempt: 3, Status: dossier.StatusFailed, Code: dossier.CodeDamaged, Message: "a\nb",
		}
		publish(t, r, want)
		rd := follow(t, r, event.Oldest)
		got := rd.next()
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(event.Event{}, "ID")); diff != "" {
			t.Error(diff)
		}
		publish(t, r, numbered(1, 5)...)
		rd.until("5")
		rd.stop()
		again := follow(t, r, event.Since(got.ID))
		if diff := cmp.Diff([]string{"1", "2", "3", "4", "5"}, again.until("5")); diff != "" {
			t.Error("resumed behind the first event:", diff)
		}
	})
}

func TestFollowFromNowTellsNothingOld(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		publish(t, r, numbered(1, 3)...)
		rd := follow(t, r, event.Now)
		for n := 10; ; n++ { // it may not be listening yet
			publish(t, r, numbered(n, 1)...)
			select {
			case e := <-rd.news:
				if len(e.Document) < 2 {
					t.Errorf("told of %s, which was before", e.Document)
				}
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
}

func TestFollowRefusesWhatIsNoID(t *testing.T) {
	t.Parallel()
	r := redistest.Open(t, rdb.Config{})
	if err := event.Follow(t.Context(), r, "yesterday", func(event.Event) {}); dossier.CodeOf(err) != dossier.CodeInvalidInput {
		t.Errorf("got %v", err)
	}
}

func TestFollowReportsTheGapOfAFlush(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		publish(t, r, numbered(1, 3)...)
		rd := follow(t, r, event.Oldest)
		rd.until("3")
		if err := r.For(rdb.Batch).FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		publish(t, r, numbered(4, 2)...)
		if diff := cmp.Diff([]string{event.Gap, "4", "5"}, rd.until("5")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFollowReportsWhatWentOutOfTheStreamUnread(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		publish(t, r, numbered(1, 1)...)
		rd := follow(t, r, event.Oldest)
		id := rd.next().ID
		rd.stop()
		publish(t, r, numbered(2, 3)...)
		if err := r.For(rdb.Batch).XTrimMaxLen(t.Context(), r.EventsKey(), 2).Err(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{event.Gap, "3", "4"}, follow(t, r, event.Since(id)).until("4")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestReadersSurviveARestartOfRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Launch(t)
	r := redistest.Open(t, rdb.Config{URL: server.URL})
	publish(t, r, numbered(1, 1)...)
	follower := follow(t, r, event.Oldest)
	member := join(t, r, event.Member{Group: "g", Name: "a"})
	follower.until("1")
	member.until("1")
	server.Stop()
	server.Restart()
	publish(t, r, numbered(2, 2)...)
	for who, rd := range map[string]*reader{"follower": follower, "member": member} {
		if diff := cmp.Diff([]string{event.Gap, "2", "3"}, rd.until("3")); diff != "" {
			t.Error(who, diff)
		}
	}
}

func TestMembersOfAGroupShareTheEvents(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		members := []*reader{join(t, r, event.Member{Group: "g", Name: "a"}), join(t, r, event.Member{Group: "g", Name: "b"})}
		other := join(t, r, event.Member{Group: "other", Name: "a"})
		const n = 300
		for i := range n / 10 {
			publish(t, r, numbered(i*10, 10)...)
		}
		times := map[string]int{}
		for range n {
			select {
			case e := <-members[0].news:
				times[e.Document]++
			case e := <-members[1].news:
				times[e.Document]++
			case <-time.After(2 * time.Minute): // it is not tested how soon
				t.Fatalf("%d of %d events came", len(times), n)
			}
		}
		if len(times) != n {
			t.Errorf("%d of %d events came, and others twice", len(times), n)
		}
		if told := other.until(fmt.Sprint(n - 1)); len(told) != n {
			t.Errorf("another group was told of %d events, want %d", len(told), n)
		}
		for _, rd := range append(members, other) {
			rd.stop()
		}
		if len(members[0].news)+len(members[1].news)+len(other.news) > 0 {
			t.Error("events came twice")
		}
		pending, err := r.For(rdb.Batch).XPending(t.Context(), r.EventsKey(), "g").Result()
		if err != nil || pending.Count != 0 {
			t.Errorf("%v events are not acknowledged (%v)", pending, err)
		}
	})
}

// between runs f once, after a member looked for what others left and before it
// asks for news.
type between struct{ f func() }

// DialHook implements [redis.Hook].
func (b *between) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessHook implements [redis.Hook].
func (b *between) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

// ProcessPipelineHook implements [redis.Hook].
func (b *between) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		f := b.f
		if f == nil || cmds[0].Name() != "xautoclaim" {
			return next(ctx, cmds)
		}
		b.f = nil
		err := next(ctx, cmds[:1])
		f()
		return errors.Join(err, next(ctx, cmds[1:]))
	}
}

// TestGroupMadeBetweenTwoCommands has another member make the group after this
// one asked for what others left, and before it asks for news.
func TestGroupMadeBetweenTwoCommands(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	r, other := redistest.Open(t, rdb.Config{URL: server}), redistest.Open(t, rdb.Config{URL: server})
	publish(t, other, numbered(1, 3)...)
	r.AddHook(&between{f: func() {
		if err := other.For(rdb.Batch).XGroupCreate(t.Context(), other.EventsKey(), "g", "0").Err(); err != nil {
			t.Error(err)
		}
	}})
	if diff := cmp.Diff([]string{"1", "2", "3"}, join(t, r, event.Member{Group: "g", Name: "a"}).until("3")); diff != "" {
		t.Error(diff)
	}
}

func TestAnotherMemberTakesOverWhatADeadOneLeft(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		publish(t, r, numbered(1, 3)...)
		client := r.For(rdb.Batch)
		if err := client.XGroupCreate(t.Context(), r.EventsKey(), "g", "0").Err(); err != nil {
			t.Fatal(err)
		}
		// It reads, and dies before it acknowledges.
		if err := client.XReadGroup(t.Context(), &redis.XReadGroupArgs{
			Group: "g", Consumer: "dead", Streams: []string{r.EventsKey(), ">"}, Count: 2, Block: -1,
		}).Err(); err != nil {
			t.Fatal(err)
		}
		rd := join(t, r, event.Member{Group: "g", Name: "alive", Idle: 300 * time.Millisecond})
		told := []string{rd.next().Document, rd.next().Document, rd.next().Document}
		slices.Sort(told)
		if diff := cmp.Diff([]string{"1", "2", "3"}, told); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAnEventThatFailsComesAgain(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		publish(t, r, numbered(1, 2)...)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // it is not tested how soon
		defer cancel()
		times := map[string]int{}
		event.Group(ctx, r, event.Member{Group: "g", Name: "a", Idle: 300 * time.Millisecond}, func(e event.Event) error {
			times[e.Document]++
			switch {
			case e.Document == "1" && times["1"] < 3:
				return errors.New("not now")
			case e.Document == "1":
				cancel()
			}
			return nil
		})
		if diff := cmp.Diff(map[string]int{"1": 3, "2": 1}, times); diff != "" {
			t.Error(diff)
		}
	})
}

// TestOthersAreReachedBehindEventsThatFail has more events fail for good than a
// member takes at a time.
func TestOthersAreReachedBehindEventsThatFail(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		const failing = 250
		publish(t, r, numbered(0, failing+1)...)
		client := r.For(rdb.Batch)
		if err := client.XGroupCreate(t.Context(), r.EventsKey(), "g", "0").Err(); err != nil {
			t.Fatal(err)
		}
		if err := client.XReadGroup(t.Context(), &redis.XReadGroupArgs{
			Group: "g", Consumer: "dead", Streams: []string{r.EventsKey(), ">"}, Count: failing + 1, Block: -1,
		}).Err(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		reached := false
		event.Group(ctx, r, event.Member{Group: "g", Name: "a", Idle: time.Millisecond}, func(e event.Event) error {
			if e.Document == fmt.Sprint(failing) {
				reached = true
				cancel()
				return nil
			}
			return errors.New("not now")
		})
		if !reached {
			t.Error("the last event never came")
		}
	})
}

func TestAGapThatFailsComesAgain(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		publish(t, r, numbered(1, 1)...)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		var told []string
		event.Group(ctx, r, event.Member{Group: "g", Name: "a"}, func(e event.Event) error {
			told = append(told, name(e))
			switch {
			case e.Document == "1":
				if err := r.For(rdb.Batch).Del(ctx, r.EventsKey()).Err(); err != nil {
					t.Error(err)
				}
				publish(t, r, numbered(2, 1)...)
			case e.Document == "2":
				cancel()
			case len(told) < 4:
				return errors.New("not now")
			}
			return nil
		})
		if diff := cmp.Diff([]string{"1", event.Gap, event.Gap, event.Gap, "2"}, told); diff != "" {
			t.Error(diff)
		}
	})
}

// record makes a record of a batch whose document went through three stages,
// failed at the third and ended with it.
func record(t *testing.T, where string) (db *store.DB, batch string) {
	t.Helper()
	db, err := store.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	ctx := t.Context()
	write := func(f func(tx *store.Tx) error) {
		t.Helper()
		if err := db.Write(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	var doc store.Registered
	write(func(tx *store.Tx) error {
		p, err := tx.Projects().Ensure(ctx, "p")
		if err != nil {
			return err
		}
		if batch, _, err = tx.Batches().Open(ctx, store.BatchRequest{ProjectID: p.ID, SourceKey: "k", Priority: dossier.PriorityNormal}); err != nil {
			return err
		}
		doc, err = tx.Documents().Register(ctx, batch, store.NewDocument{ProjectID: p.ID, SHA256: "1", Path: "/a.pdf", Recipe: "r"})
		return err
	})
	for i, stage := range dossier.Stages()[:3] {
		id := fmt.Sprint("task ", i)
		write(func(tx *store.Tx) error {
			tx.Tasks().Add(store.NewTask{
				ID: id, BatchID: batch, ProjectID: dossier.DeriveID("project", "p"), DocumentID: doc.DocumentID, Type: string(stage),
				Queue: "ocr", Generation: 1,
			})
			return nil
		})
		var claimed []store.Task
		write(func(tx *store.Tx) (err error) {
			claimed, err = tx.Tasks().Claim(ctx, []string{id}, "w")
			return err
		})
		if len(claimed) != 1 {
			t.Fatalf("%s cannot be claimed", id)
		}
		write(func(tx *store.Tx) error {
			if i == 2 {
				return tx.Tasks().Fail(ctx, claimed[0], dossier.Errorf(dossier.CodeDamaged, "torn"))
			}
			_, err := tx.Tasks().Finish(ctx, []store.Finished{{Task: claimed[0]}})
			return err
		})
	}
	write(func(tx *store.Tx) error {
		if _, err := tx.Documents().End(ctx, doc.DocumentID, dossier.StatusFailed, "", nil); err != nil {
			return err
		}
		return tx.Batches().CloseIntake(ctx, batch)
	})
	write(func(tx *store.Tx) error {
		completed, err := tx.Batches().Complete(ctx, batch, 1)
		if !completed {
			t.Error("the batch is not completed")
		}
		return err
	})
	return db, batch
}

func TestRebuildPublishesTheRecordOnce(t *testing.T) {
	t.Parallel()
	for engine, where := range map[string]func(t testing.TB) string{"sqlite": storetest.File, "postgres": storetest.Database} {
		t.Run(engine, func(t *testing.T) {
			db, batch := record(t, where(t))
			redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
				var callers sync.WaitGroup
				counts := make([]int, 4)
				for i := range counts {
					callers.Go(func() {
						n, err := event.Rebuild(t.Context(), r, db, 100)
						if err != nil {
							t.Error(err)
						}
						counts[i] = n
					})
				}
				callers.Wait()
				if n, err := event.Rebuild(t.Context(), r, db, 100); n != 0 || err != nil {
					t.Errorf("once more: %d, %v", n, err)
				}
				slices.Sort(counts)
				if diff := cmp.Diff([]int{0, 0, 0, 4}, counts); diff != "" {
					t.Error(diff)
				}
				rd := follow(t, r, event.Oldest)
				var got []event.Event
				for range 4 {
					got = append(got, rd.next())
				}
				doc := got[0].Document
				stage := func(s dossier.Stage, status dossier.Status) event.Event {
					return event.Event{Kind: event.Stage, Batch: batch, Document: doc, Stage: s, Attempt: 1, Status: status}
				}
				failed := stage(dossier.StageExtract, dossier.StatusFailed)
				failed.Code, failed.Message = dossier.CodeDamaged, "torn"
				want := []event.Event{
					stage(dossier.StageOCR, dossier.StatusCompleted), stage(dossier.StageChunk, dossier.StatusCompleted),
					failed,
					{Kind: event.Batch, Batch: batch, Status: dossier.StatusCompleted},
				}
				if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(event.Event{}, "ID", "At")); diff != "" {
					t.Error(diff)
				}
				if !slices.IsSortedFunc(got, func(a, b event.Event) int { return a.At.Compare(b.At) }) || got[0].At.IsZero() {
					t.Errorf("times are not in order: %v", got)
				}
				rd.stop()
				if len(rd.news) > 0 {
					t.Error("events are there twice")
				}
			})
		})
	}
}

func TestRebuildKeepsTheNewest(t *testing.T) {
	t.Parallel()
	db, batch := record(t, filepath.Join(t.TempDir(), "a.db"))
	r := redistest.Open(t, rdb.Config{})
	trips := redistest.CountRoundTrips(r)
	if n, err := event.Rebuild(t.Context(), r, db, 1); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if n := trips.Take(); n > 4 { // the length, the lock, and the script by its hash and by its text
		t.Errorf("%d round trips", n)
	}
	if e := follow(t, r, event.Oldest).next(); e.Kind != event.Batch || e.Batch != batch {
		t.Errorf("got %v, want the end of the batch", e)
	}
}
