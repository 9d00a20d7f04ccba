package pipeline

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"pgregory.net/rapid"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/batch"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// TestBatchesFollowTheModel does to a few batches that share documents whatever
// people and workers do, in any order, and compares the record with a small
// model after every step: members, chords and statuses of batches, and stage,
// batch, held, priority, deadline and due time of every open task. No effect is
// committed twice, and in the end everything ends.
//
// DOSSIER_BATCH_SEQUENCES says how many sequences there are for each engine; by
// default few, so that the ordinary run takes seconds.
func TestBatchesFollowTheModel(t *testing.T) {
	for engine, sequences := range map[string]int{"sqlite": 60, "postgres": 10} {
		t.Run(engine, func(t *testing.T) {
			if s := os.Getenv("DOSSIER_BATCH_SEQUENCES"); s != "" {
				n, err := strconv.Atoi(s)
				if err != nil {
					t.Fatal(err)
				}
				sequences = n
			} else if testing.Short() {
				sequences /= 2
			}
			driver, where := "sqlite", storetest.File(t)
			if engine == "postgres" {
				driver, where = "pgx", storetest.Database(t)
			}
			house := newBatchHouse(t, driver, where)
			checks := flag.Lookup("rapid.checks")
			before := checks.Value.String()
			defer func() {
				if err := checks.Value.Set(before); err != nil {
					t.Error(err)
				}
			}()
			if testing.Short() {
				sequences *= 5 // of which rapid then does a fifth
			}
			if err := checks.Value.Set(strconv.Itoa(sequences)); err != nil {
				t.Fatal(err)
			}
			rapid.Check(t, house.check)
		})
	}
}

// batchHouse is what all sequences share.
type batchHouse struct {
	*Pipeline
	manager *batch.Manager
	raw     *sql.DB
	files   []store.NewDocument // what a batch may add
	runs    int
}

// kids are the attachments of files, which are files themselves.
var kids = [][]int{{2, 3}, {3}, {4}, nil, nil, nil}

func newBatchHouse(t *testing.T, driver, where string) *batchHouse {
	t.Helper()
	db := storetest.Open(t, where)
	redis, err := rdb.Open(t.Context(), rdb.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = redis.Close() })
	blobs, err := blob.Open(t.Context(), t.TempDir(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open(driver, where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	p, batches := newPipeline(t, Config{
		DB: db, Redis: redis, Cache: cache.New(redis, blobs, time.Minute), Blobs: blobs, Extractor: world{},
	}, nil)
	h := &batchHouse{raw: raw, Pipeline: p, manager: batches}
	t.Cleanup(func() { _ = h.Cache.Close() })
	for i := range kids {
		o, err := blobs.AddOriginal(t.Context(), strings.NewReader(fmt.Sprint("file ", i)))
		if err != nil {
			t.Fatal(err)
		}
		d := store.NewDocument{SHA256: o.SHA256, Size: o.Size, Path: fmt.Sprintf("/%d.txt", i)}
		if err := batch.Describe(t.Context(), blobs, p.Services.Recipe(nil), &d, extract.OCRAuto, d.Path); err != nil {
			t.Fatal(err)
		}
		h.files = append(h.files, d)
	}
	return h
}

// The statuses of documents and members in the model.
const (
	open      = "open" // pending or processing
	completed = "completed"
	failed    = "failed"
	cancelled = "cancelled"
)

type modelBatch struct {
	id, key  string
	status   string // open, completed, cancelled
	paused   bool
	intake   bool
	priority dossier.Priority
	deadline time.Time
	members  map[int]string
	round    int
	fired    bool
	// callbacks are the rounds whose callback is an open task.
	callbacks map[int]bool
}

func (b *modelBatch) openMembers() (n int) {
	for _, s := range b.members {
		if s == open {
			n++
		}
	}
	return n
}

type modelDocument struct {
	id     string // "" until it is registered
	status string
	stage  int    // of its open task, or the one at which it failed
	home   string // the batch of that task
	found  bool   // its attachments are on record
	fresh  int    // grows with every restart
}

// claim is what a worker holds.
type claim struct {
	task     store.Task
	document int // -1: the callback of a batch
	batch    *modelBatch
	lost     bool
}

// machine is one sequence.
type machine struct {
	*batchHouse
	t         *rapid.T
	project   string
	batches   []*modelBatch
	documents []modelDocument
	claims    []*claim
	done      map[string]bool // effects that were committed
}

func (h *batchHouse) check(t *rapid.T) {
	h.runs++
	m := &machine{batchHouse: h, t: t, documents: make([]modelDocument, len(kids)), done: map[string]bool{}}
	m.write(func(ctx context.Context, tx *store.Tx) error {
		p, err := tx.Projects().Ensure(ctx, fmt.Sprint("p", h.runs))
		m.project = p.ID
		return err
	})
	t.Repeat(map[string]func(*rapid.T){
		"":          m.compare,
		"submit":    m.submit,
		"add":       m.add,
		"add more":  m.add,
		"close":     m.closeIntake,
		"pause":     m.pause,
		"cancel":    m.cancel,
		"priority":  m.setPriority,
		"retry":     m.retry,
		"replay":    m.replay,
		"claim":     m.claim,
		"claim one": m.claim,
		"finish":    m.finish,
		"end":       m.finish,
		"fail":      m.fail,
		"put back":  m.putBack,
		"die":       m.die,
		"house":     m.keepHouse,
	})
	m.drain(t)
}

func (m *machine) write(f func(ctx context.Context, tx *store.Tx) error) {
	m.must(m.DB.Write(context.Background(), func(tx *store.Tx) error { return f(context.Background(), tx) }))
}

func (m *machine) must(err error) {
	if err != nil {
		m.t.Fatalf("%+v", err)
	}
}

// pick draws one of a list; a step that has nothing to do is skipped.
func pick[T any](t *rapid.T, name string, list []T) T {
	if len(list) == 0 {
		t.Skip("nothing to ", name)
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(t, name)]
}

func (m *machine) openBatches(ok func(b *modelBatch) bool) (list []*modelBatch) {
	for _, b := range m.batches {
		if b.status == open && ok(b) {
			list = append(list, b)
		}
	}
	return list
}

func whichever(*modelBatch) bool { return true }

// wanting are the batches that want a document.
func (m *machine) wanting(i int) []*modelBatch {
	return m.openBatches(func(b *modelBatch) bool { return b.members[i] == open })
}

var (
	priorities = []dossier.Priority{dossier.PriorityHigh, dossier.PriorityNormal, dossier.PriorityLow}
	day        = time.Now().Add(24 * time.Hour).Truncate(time.Second).UTC()
	deadlines  = []time.Time{{}, day.Add(-22 * time.Hour), day}
)

func (m *machine) submit(t *rapid.T) {
	key := pick(t, "key", []string{"a", "b", "c"})
	priority, deadline := pick(t, "priority", priorities), pick(t, "deadline", deadlines)
	var id string
	var resumed bool
	m.write(func(ctx context.Context, tx *store.Tx) (err error) {
		id, resumed, err = tx.Batches().Open(ctx, store.BatchRequest{ProjectID: m.project, SourceKey: key, Priority: priority, Deadline: deadline})
		return err
	})
	var want *modelBatch
	for _, b := range m.openBatches(func(b *modelBatch) bool { return b.key == key && !b.fired }) {
		want = b // the newest
	}
	if resumed != (want != nil) || resumed && want.id != id {
		t.Fatalf("submitting again resumed %v: %s, the model has %+v", resumed, id, want)
	}
	if !resumed {
		want = &modelBatch{id: id, key: key, status: open, members: map[int]string{}, round: 1, callbacks: map[int]bool{}}
		m.batches = append(m.batches, want)
	}
	want.intake, want.priority, want.deadline = true, priority, deadline
}

func (m *machine) add(t *rapid.T) {
	b := pick(t, "batch", m.openBatches(func(b *modelBatch) bool { return b.intake }))
	i := rapid.IntRange(0, len(kids)-1).Draw(t, "file")
	m.write(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Batches().KeepOpen(ctx, b.id); err != nil {
			return err
		}
		d := m.files[i]
		d.ProjectID = m.project
		_, err := batch.Register(ctx, tx, store.Batch{ID: b.id, ProjectID: m.project}, []store.NewDocument{d})
		return err
	})
	m.registered(b, i)
}

// registered is what the model makes of the registration of a file.
func (m *machine) registered(b *modelBatch, i int) {
	d := &m.documents[i]
	switch {
	case d.id == "" || d.status == cancelled:
		d.id = dossier.DeriveID(m.project, m.files[i].SHA256)
		d.status, d.stage, d.home = open, 0, b.id
		d.fresh++
		b.members[i] = open
		return
	case d.status == open:
		b.members[i] = open
	case b.members[i] == "":
		b.members[i] = d.status
	}
	if d.found {
		for _, k := range kids[i] {
			m.registered(b, k)
		}
	}
}

func (m *machine) closeIntake(t *rapid.T) {
	b := pick(t, "batch", m.openBatches(func(b *modelBatch) bool { return b.intake }))
	m.write(func(ctx context.Context, tx *store.Tx) error { return tx.Batches().CloseIntake(ctx, b.id) })
	b.intake = false
}

func (m *machine) pause(t *rapid.T) {
	b := pick(t, "batch", m.openBatches(whichever))
	m.must(m.manager.Pause(context.Background(), store.Batch{ID: b.id, ProjectID: m.project}, !b.paused))
	b.paused = !b.paused
}

func (m *machine) setPriority(t *rapid.T) {
	b := pick(t, "batch", m.openBatches(whichever))
	priority, deadline := pick(t, "priority", priorities), pick(t, "deadline", deadlines)
	m.must(m.manager.SetPriority(context.Background(), store.Batch{ID: b.id, ProjectID: m.project}, priority, deadline))
	b.priority = priority
	if !deadline.IsZero() {
		b.deadline = deadline
	}
}

func (m *machine) cancel(t *rapid.T) {
	b := pick(t, "batch", m.openBatches(whichever))
	n, err := m.manager.Cancel(context.Background(), store.Batch{ID: b.id, ProjectID: m.project})
	m.must(err)
	if n != b.openMembers() {
		t.Fatalf("%d documents were cancelled of %d", n, b.openMembers())
	}
	b.status, b.paused, b.intake, b.fired = cancelled, false, false, true
	clear(b.callbacks)
	for i, s := range b.members {
		if s == open {
			b.members[i] = cancelled
			if len(m.wanting(i)) == 0 {
				m.documents[i].status, m.documents[i].stage = cancelled, 0
			}
		}
	}
	for _, c := range m.claims {
		c.lost = c.lost || c.batch == b || c.document >= 0 && m.documents[c.document].status == cancelled
	}
}

func (m *machine) retry(t *rapid.T) {
	b := pick(t, "batch", m.batches)
	from := rapid.IntRange(-1, 5).Draw(t, "stage")
	statuses := pick(t, "statuses", [][]string{{failed, cancelled}, {failed}, {completed, failed, cancelled}})
	var stage dossier.Stage
	if from >= 0 {
		stage = dossier.Stages()[from]
	}
	var only []dossier.Status
	for _, s := range statuses {
		only = append(only, dossier.Status(s))
	}
	got, err := m.manager.Retry(context.Background(), store.Batch{ID: b.id, ProjectID: m.project}, stage, only)
	m.must(err)
	var want batch.Retried
	for _, i := range slices.Sorted(maps.Keys(b.members)) {
		now := m.documents[i].status
		switch differs := b.members[i] != now && slices.Contains(statuses, b.members[i]); {
		case slices.Contains(statuses, now):
			m.restarted(b, i, from)
			want.Started++
		case differs && now == open:
			b.members[i] = open
			want.Joined++
		case differs:
			b.members[i] = now
			want.Replaced++
		}
	}
	if want != (batch.Retried{}) {
		m.reopened(b)
	}
	if got != want {
		t.Fatalf("retry did %+v, want %+v", got, want)
	}
}

func (m *machine) reopened(b *modelBatch) {
	if b.fired {
		b.fired, b.status = false, open
		b.round++
	}
}

func (m *machine) restarted(b *modelBatch, i, from int) {
	d := &m.documents[i]
	if from < 0 || d.status != completed && d.stage < from {
		from = d.stage
	}
	d.status, d.stage, d.home = open, from, b.id
	d.fresh++
	b.members[i] = open
}

func (m *machine) replay(t *rapid.T) {
	b := pick(t, "batch", m.batches)
	started, err := m.manager.Replay(context.Background(), store.DeadFilter{Batch: b.id})
	m.must(err)
	n := 0
	for i, d := range m.documents {
		if d.status == failed && d.home == b.id {
			m.reopened(b)
			m.restarted(b, i, -1)
			n++
		}
	}
	if n != started {
		t.Fatalf("%d documents were replayed, want %d", started, n)
	}
}

// row is an open task on record.
type row struct {
	id, document, batch, stage, status, priority string
	held, round                                  int
	deadline, due, created                       int64
}

func (m *machine) tasks() (list []row) {
	m.query(func(rows *sql.Rows) error {
		var r row
		err := rows.Scan(&r.id, &r.document, &r.batch, &r.stage, &r.status, &r.priority, &r.held, &r.round, &r.deadline, &r.due, &r.created)
		list = append(list, r)
		return err
	}, `SELECT id, coalesce(document_id, ''), batch_id, task_type, status, priority, held, generation, deadline, due, created_at
		FROM processing_tasks WHERE project_id = $1 AND status IN ('pending', 'processing') ORDER BY created_at, id`)
	return list
}

func (m *machine) query(scan func(*sql.Rows) error, query string) {
	rows, err := m.raw.Query(query, m.project)
	m.must(err)
	defer rows.Close()
	for rows.Next() {
		m.must(scan(rows))
	}
	m.must(rows.Err())
}

func (m *machine) claim(t *rapid.T) {
	r := pick(t, "task", slices.DeleteFunc(m.tasks(), func(r row) bool { return r.status != "pending" }))
	m.take(t, r)
}

// take claims a task, which is to succeed unless it is held.
func (m *machine) take(t *rapid.T, r row) *claim {
	var got []store.Task
	m.write(func(ctx context.Context, tx *store.Tx) (err error) {
		if got, err = tx.Tasks().Claim(ctx, []string{r.id}, "w"); err != nil || len(got) == 0 {
			return err
		}
		return m.Claimed(ctx, tx, got, &queue.News{})
	})
	if len(got) != 1-r.held {
		t.Fatalf("%d tasks were claimed of one with held = %d", len(got), r.held)
	}
	if len(got) == 0 {
		return nil
	}
	c := &claim{task: got[0], document: slices.IndexFunc(m.documents, func(d modelDocument) bool { return d.id == r.document })}
	if r.document == "" {
		c.document = -1
		c.batch = m.batches[slices.IndexFunc(m.batches, func(b *modelBatch) bool { return b.id == r.batch })]
	}
	m.claims = append(m.claims, c)
	return c
}

// drop takes a claim from the list.
func (m *machine) drop(c *claim) {
	m.claims = slices.DeleteFunc(m.claims, func(o *claim) bool { return o == c })
}

func (m *machine) finish(t *rapid.T) {
	m.end(t, pick(t, "claim", m.claims))
}

// end finishes a claim; one that was lost changes nothing.
func (m *machine) end(t *rapid.T, c *claim) {
	m.drop(c)
	var held bool
	m.write(func(ctx context.Context, tx *store.Tx) error {
		all, err := tx.Tasks().Finish(ctx, []store.Finished{{Task: c.task}})
		if held = all[c.task.ID]; err != nil || !held {
			return err
		}
		effect := m.effectOf(c)
		if err := effect.Commit(ctx, tx, &queue.News{}); err != nil || effect.End == nil {
			return err
		}
		_, err = tx.Documents().EndAll(ctx, []store.DocumentEnd{*effect.End})
		return err
	})
	if held == c.lost {
		t.Fatalf("finishing a claim with lost = %v succeeded: %v", c.lost, held)
	}
	if c.lost {
		return
	}
	if c.document < 0 {
		delete(c.batch.callbacks, c.task.Generation)
		if b := c.batch; b.status == open && b.fired && b.round == c.task.Generation {
			b.status = completed
		}
		return
	}
	d := &m.documents[c.document]
	effect := fmt.Sprint(c.document, " ", d.fresh, " ", c.task.Type)
	if m.done[effect] {
		t.Fatalf("the effect %s was committed twice", effect)
	}
	m.done[effect] = true
	if d.stage == 0 && len(kids[c.document]) > 0 {
		d.found = true
		for _, b := range m.wanting(c.document) {
			for _, k := range kids[c.document] {
				m.registered(b, k)
			}
		}
	}
	if d.stage++; d.stage == len(dossier.Stages()) {
		m.ended(c.document, completed)
		d.stage = 0
		return
	}
	d.home = c.task.BatchID
}

// effectOf is the effect of a claim's task, with an output of nothing but the
// attachments.
func (m *machine) effectOf(c *claim) queue.Effect {
	if c.document < 0 {
		return m.finishBatch(c.task)
	}
	stage, next, _ := plan.Find(dossier.Stage(c.task.Type))
	s := step{task: c.task, doc: store.Document{ID: c.task.DocumentID, ProjectID: m.project}, stage: stage, next: next}
	var children []store.NewDocument
	if c.task.Type == string(dossier.StageOCR) {
		for _, k := range kids[c.document] {
			d := m.files[k]
			d.ProjectID, d.ParentID = m.project, c.task.DocumentID
			d.Path = m.files[c.document].Path + inside + strings.TrimPrefix(d.Path, "/")
			children = append(children, d)
		}
	}
	return m.effect(s, outcome{commit: func(ctx context.Context, tx *store.Tx) ([]store.Member, error) {
		return registerChildren(ctx, tx, s, children)
	}})
}

// ended is what the model makes of the end of a document.
func (m *machine) ended(i int, status string) {
	m.documents[i].status = status
	for _, b := range m.wanting(i) {
		b.members[i] = status
	}
}

func (m *machine) fail(t *rapid.T) {
	c := pick(t, "claim", slices.DeleteFunc(slices.Clone(m.claims), func(c *claim) bool { return c.document < 0 }))
	m.drop(c)
	cause := dossier.Errorf(dossier.CodeDamaged, "torn")
	err := m.DB.Write(context.Background(), func(tx *store.Tx) error {
		if err := tx.Tasks().Fail(context.Background(), c.task, cause); err != nil {
			return err
		}
		return m.Failed(context.Background(), tx, c.task, cause, &queue.News{})
	})
	m.fenced(t, c, err)
	if !c.lost {
		m.ended(c.document, failed)
	}
}

// fenced checks that a claim was refused if and only if it was lost.
func (m *machine) fenced(t *rapid.T, c *claim, err error) {
	if c.lost {
		if !errors.Is(err, store.ErrFenced) {
			t.Fatalf("a lost claim: %v", err)
		}
		return
	}
	m.must(err)
}

func (m *machine) putBack(t *rapid.T) {
	c := pick(t, "claim", m.claims)
	m.drop(c)
	m.fenced(t, c, m.DB.Write(context.Background(), func(tx *store.Tx) error {
		return tx.Tasks().Retry(context.Background(), c.task, dossier.Errorf(dossier.CodeDatabase, "busy"), 0)
	}))
}

func (m *machine) die(*rapid.T) {
	m.write(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Tasks().Recover(ctx, -time.Hour)
		return err
	})
	for _, c := range m.claims {
		c.lost = true
	}
}

func (m *machine) keepHouse(*rapid.T) {
	m.write(func(ctx context.Context, tx *store.Tx) error { return tx.Tasks().Settle(ctx) })
}

// compare compares the record with the model.
func (m *machine) compare(t *rapid.T) {
	m.derive()
	m.compareBatches(t)
	want := map[string]string{}
	for i, d := range m.documents {
		if d.status == open {
			want[d.id+" "+string(dossier.Stages()[d.stage])] = m.derived(d.home, m.wanting(i))
		}
	}
	for _, b := range m.batches {
		for round := range b.callbacks {
			want[b.id+" "+strconv.Itoa(round)] = m.derived(b.id, []*modelBatch{b})
		}
	}
	for _, r := range m.tasks() {
		name := r.document + " " + r.stage
		if r.document == "" {
			name = r.batch + " " + strconv.Itoa(r.round)
		}
		got := fmt.Sprintf("batch %s, held %d, priority %s, deadline %d, ", r.batch, r.held, r.priority, r.deadline)
		if due := m.due(r); r.due != due {
			t.Fatalf("task %s is due at %d, want %d", name, r.due, due)
		}
		if want[name] != got {
			t.Fatalf("task %s: %s, want %s", name, got, want[name])
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Fatalf("tasks are missing: %v", want)
	}
}

// derive brings the model up to date with what follows from it.
func (m *machine) derive() {
	for i := range m.documents {
		d := &m.documents[i]
		wanting := m.wanting(i)
		if d.status == open && !slices.ContainsFunc(wanting, func(b *modelBatch) bool { return b.id == d.home }) {
			d.home = slices.MinFunc(wanting, func(a, b *modelBatch) int { return strings.Compare(a.id, b.id) }).id
		}
	}
	for _, b := range m.batches {
		if b.status == open && !b.fired && !b.intake && b.openMembers() == 0 {
			b.fired = true
			b.callbacks[b.round] = true
		}
		if b.status == open && !b.intake && b.openMembers() == 0 && !b.callbacks[b.round] {
			m.t.Fatalf("batch %s is open without work", b.id)
		}
	}
}

// derived is what a task is that these batches want.
func (m *machine) derived(home string, wanting []*modelBatch) string {
	held, priority, deadline := 1, dossier.PriorityLow, time.Time{}
	for _, b := range wanting {
		if !b.paused {
			held = 0
		}
		if slices.Index(priorities, b.priority) < slices.Index(priorities, priority) {
			priority = b.priority
		}
		if !b.deadline.IsZero() && (deadline.IsZero() || b.deadline.Before(deadline)) {
			deadline = b.deadline
		}
	}
	at := int64(0)
	if !deadline.IsZero() {
		at = deadline.UnixMicro()
	}
	return fmt.Sprintf("batch %s, held %d, priority %s, deadline %d, ", home, held, priority, at)
}

// due is when a task is due, by its priority and deadline.
func (m *machine) due(r row) int64 {
	due := r.created + map[string]time.Duration{"high": 0, "normal": 6 * time.Hour, "low": 24 * time.Hour}[r.priority].Microseconds()
	if r.deadline > 0 {
		due = min(due, r.deadline-time.Hour.Microseconds())
	}
	return due
}

// compareBatches compares batches, their members and their chords.
func (m *machine) compareBatches(t *rapid.T) {
	got, want := map[string]string{}, map[string]string{}
	m.query(func(rows *sql.Rows) error {
		var id, status string
		var paused, intake, remaining, round int
		err := rows.Scan(&id, &status, &paused, &intake, &remaining, &round)
		got[id] = fmt.Sprint(strings.Replace(status, "processing", open, 1), " ", paused == 1, " ", intake == 1, " ", remaining, " ", round)
		return err
	}, `SELECT b.id, b.status, b.paused, b.intake_open, c.remaining, c.round FROM batches b JOIN chords c ON c.batch_id = b.id
		WHERE b.project_id = $1`)
	m.query(func(rows *sql.Rows) error {
		var batch, document, status string
		err := rows.Scan(&batch, &document, &status)
		if status == "pending" || status == "processing" {
			status = open
		}
		got[batch+" "+document] = status
		return err
	}, `SELECT m.batch_id, m.document_id, m.status FROM batch_documents m JOIN batches b ON b.id = m.batch_id WHERE b.project_id = $1`)
	for _, b := range m.batches {
		remaining := b.openMembers()
		if b.intake {
			remaining++
		}
		want[b.id] = fmt.Sprint(b.status, " ", b.paused, " ", b.intake, " ", remaining, " ", b.round)
		for i, s := range b.members {
			want[b.id+" "+m.documents[i].id] = s
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("batches and members (-model +record):\n%s", diff)
	}
}

// drain lets everything come to its end.
func (m *machine) drain(t *rapid.T) {
	for _, b := range m.openBatches(whichever) {
		if b.paused {
			m.must(m.manager.Pause(context.Background(), store.Batch{ID: b.id, ProjectID: m.project}, false))
			b.paused = false
		}
		if b.intake {
			m.write(func(ctx context.Context, tx *store.Tx) error { return tx.Batches().CloseIntake(ctx, b.id) })
			b.intake = false
		}
	}
	m.die(t)
	m.claims = nil
	for {
		m.compare(t)
		tasks := m.tasks()
		if len(tasks) == 0 {
			break
		}
		for _, r := range tasks {
			m.end(t, m.take(t, r))
			m.derive()
		}
	}
	if left := m.openBatches(whichever); len(left) > 0 {
		t.Fatalf("%d batches did not end", len(left))
	}
}
