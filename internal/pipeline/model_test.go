package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/chunk"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/llm"
	"github.com/dossier-legal/dossier/internal/llm/llmtest"
	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/paid"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// price is high and odd, so that every token shows in the sums.
var price = llm.Price{Input: 3_000_001, Output: 15_000_007, Cached: 300_003}

// modelTest is a pipeline that has a model find names, with one document that
// is ready for it.
type modelTest struct {
	*testing.T
	*Pipeline
	fake *llmtest.Server
	b    store.Batch
	task store.Task
	text string
}

// letter is a text of some chunks; the model knows names in it that the rules
// here do not.
func letter() string {
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, "Item %d. On May 3, 2019 zebulon of quagmire wrote to Jane Roe at Halden Logistics Inc. about lot %d, and got no answer. ", i, i)
		if i%4 == 3 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

func newModelTest(t *testing.T, pack int) *modelTest {
	t.Helper()
	db := storetest.Open(t, "")
	b := storetest.Batch(t, db, "")
	redis, err := rdb.Open(t.Context(), rdb.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = redis.Close() })
	blobs, err := blob.Open(t.Context(), t.TempDir(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	fake := llmtest.Start(t)
	fake.Names = map[string]dossier.MentionType{
		"zebulon": dossier.Person, "quagmire": dossier.Location, "Jane Roe": dossier.Person, "May": dossier.Person,
	}
	client, err := llm.New(llm.Config{BaseURL: fake.URL, Model: llmtest.Model, APIKey: llmtest.Key, Name: "llm", PackTokens: pack})
	if err != nil {
		t.Fatal(err)
	}
	p, _ := newPipeline(t, Config{
		DB: db, Redis: redis, Cache: cache.New(redis, blobs, time.Minute), Blobs: blobs, Extractor: world{},
	}, &paid.Model{Client: client, Price: price})
	t.Cleanup(func() { _ = p.Cache.Close() })
	m := &modelTest{T: t, Pipeline: p, fake: fake, b: b, text: letter()}
	m.register("aa")
	return m
}

// register puts a document of the text on record, up to its chunks.
func (m *modelTest) register(sha string) {
	m.Helper()
	pages := []dossier.Page{{Number: 1, Source: dossier.SourceLayer, Text: m.text}}
	text, spans := dossier.JoinPages(pages)
	ctx := m.Context()
	m.must(m.DB.Write(ctx, func(tx *store.Tx) error {
		r, err := tx.Documents().Register(ctx, m.b.ID, store.NewDocument{
			ProjectID: m.b.ProjectID, SHA256: sha, Path: "/" + sha, OCRMode: string(extract.OCRAuto), Recipe: m.Services.Recipe(nil).For(extract.OCRAuto),
		})
		if err != nil {
			return err
		}
		m.task = store.Task{NewTask: store.NewTask{
			ID: plan.TaskID(r.DocumentID, dossier.StageExtract, r.Generation), BatchID: m.b.ID, ProjectID: m.b.ProjectID,
			DocumentID: r.DocumentID, Type: string(dossier.StageExtract), Generation: r.Generation,
		}}
		if err := tx.Contents().SavePages(ctx, r.DocumentID, pages, nil, nil, []string{"a stain"}, nil); err != nil {
			return err
		}
		return tx.Contents().SaveChunks(ctx, r.DocumentID, chunk.Split(text, spans, chunk.Options{}))
	}))
}

func (m *modelTest) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// run runs the stage, and commits it if it succeeds.
func (m *modelTest) run() error {
	m.Helper()
	effect, err := m.Pipeline.Run(m.Context(), m.task)
	if err != nil {
		return err
	}
	m.must(m.DB.Write(m.Context(), func(tx *store.Tx) error { return effect.Commit(m.Context(), tx, &queue.News{}) }))
	return nil
}

// mentions are those on record, each checked against the text.
func (m *modelTest) mentions() []store.PlacedMention {
	m.Helper()
	list, err := m.DB.Contents().Mentions(m.Context(), m.task.DocumentID)
	m.must(err)
	for _, x := range list {
		if m.text[x.Start:x.End] != x.Text {
			m.Fatalf("%+v is not in the text", x)
		}
	}
	return list
}

// count counts mentions by method and text.
func count(list []store.PlacedMention, method, text string) int {
	n := 0
	for _, x := range list {
		if x.Method == method && x.Text == text {
			n++
		}
	}
	return n
}

// mustHaveAll checks that all is on record that rules and model can find.
func (m *modelTest) mustHaveAll() {
	m.Helper()
	list := m.mentions()
	by := "llm:" + llmtest.Model
	if z, q, d := count(list, by, "zebulon"), count(list, by, "quagmire"), count(list, "scanner:date", "May 3, 2019"); z != 40 || q != 40 || d != 40 {
		m.Errorf("%d and %d names of the model, %d dates of the scanner; want 40 of each", z, q, d)
	}
}

// mustBeLocal checks that what is found here is on record, and nothing else.
func (m *modelTest) mustBeLocal() {
	m.Helper()
	var got []dossier.Mention
	for _, x := range m.mentions() {
		x.Page = 0
		got = append(got, x.Mention)
	}
	want := mention.Find(m.text)
	for i := range want {
		want[i].Rule = "" // is not on record
	}
	if d := cmp.Diff(want, got); d != "" {
		m.Error(d)
	}
}

func (m *modelTest) document() store.Document {
	m.Helper()
	d, err := m.DB.Documents().Get(m.Context(), m.task.DocumentID)
	m.must(err)
	return d
}

// mustWarn checks what is warned of beside what the reader of the file said.
func (m *modelTest) mustWarn(of ...string) {
	m.Helper()
	warnings := m.document().Warnings
	if len(warnings) != 1+len(of) || !slices.Contains(warnings, "a stain") {
		m.Errorf("warnings %q", warnings)
	}
	for _, w := range of {
		if !slices.ContainsFunc(warnings, func(s string) bool { return strings.HasPrefix(s, "names: ") && strings.Contains(s, w) }) {
			m.Errorf("warnings %q, want %q", warnings, w)
		}
	}
}

// doneAnew reports whether the document would be done anew if it were asked for
// again.
func (m *modelTest) doneAnew() bool {
	m.Helper()
	var recipe string
	again := errors.New("only asked")
	err := m.DB.Write(m.Context(), func(tx *store.Tx) error {
		if _, err := tx.Documents().End(m.Context(), m.task.DocumentID, dossier.StatusCompleted, "", nil); err != nil {
			return err
		}
		recipe = m.Services.Recipe(nil).For(extract.OCRAuto)
		r, err := tx.Documents().Register(m.Context(), m.b.ID, store.NewDocument{ProjectID: m.b.ProjectID, SHA256: "aa", Path: "/aa", Recipe: recipe})
		if err == nil && r.Start {
			return again
		}
		return err
	})
	if err != nil && !errors.Is(err, again) {
		m.Fatal(err)
	}
	return err != nil
}

// spent is what is on record as spent, in millionths of a dollar.
func (m *modelTest) spent() int64 {
	m.Helper()
	rows, err := m.DB.Monitor().Spend(m.Context())
	m.must(err)
	sum := 0.0
	for _, r := range rows {
		sum += r.Total
	}
	return int64(sum*1e6 + 0.5)
}

func (m *modelTest) mustHavePaid(micros int64) {
	m.Helper()
	if got := m.spent(); got != micros || micros == 0 {
		m.Errorf("%d millionths are on record, %d are to be paid", got, micros)
	}
}

// TestModelFindsNames finds the same names in packs of any size, pays exactly
// what the endpoint charges, and nothing when asked again.
func TestModelFindsNames(t *testing.T) {
	t.Parallel()
	var first []store.PlacedMention
	for _, pack := range []int{1, 900, 5000} {
		m := newModelTest(t, pack)
		m.must(m.run())
		m.mustHaveAll()
		m.mustWarn()
		m.mustHavePaid(m.fake.Cost(price))
		if m.doneAnew() {
			t.Error("it would be done anew")
		}
		got := m.mentions()
		if first == nil {
			first = got
		}
		if d := cmp.Diff(first, got); d != "" {
			t.Errorf("packs of %d: %s", pack, d)
		}
		calls := m.fake.Calls()
		m.text += "One more line, so that the chunks are the same and the text is not."
		m.register("bb")
		m.must(m.run())
		if more := m.fake.Calls() - calls; more > 1 {
			t.Errorf("packs of %d: %d calls for one new chunk", pack, more)
		}
		m.mustHavePaid(m.fake.Cost(price))
		for text, n := range m.fake.Read() {
			if n != 1 {
				t.Errorf("paid %d times for %q", n, text)
			}
		}
	}
}

func TestWithoutAModelNothingIsAsked(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 0)
	m.Services.Model = nil
	m.must(m.run())
	m.mustBeLocal()
	if m.fake.Calls() != 0 || m.spent() != 0 || strings.Contains(m.Services.Recipe(nil).For(extract.OCRAuto), "model") {
		t.Errorf("%d calls, %d spent", m.fake.Calls(), m.spent())
	}
}

// TestLostCallsArePaidOnce has calls fail before and after they are charged for.
func TestLostCallsArePaidOnce(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 900)
	m.fake.Faults = []llmtest.Fault{{}, {}, {Status: 500}}
	if err := m.run(); dossier.CodeOf(err) != dossier.CodeProviderDown {
		t.Fatalf("a failure of the endpoint: %v", err)
	}
	m.mustHavePaid(m.fake.Cost(price)) // of the two that were answered
	m.must(m.run())
	m.mustHaveAll()
	m.mustHavePaid(m.fake.Cost(price))
	for text, n := range m.fake.Read() {
		if n != 1 {
			t.Errorf("paid %d times for %q", n, text)
		}
	}
}

// TestKilledWorker stops a worker after two calls: another one goes on after
// them, also without what Redis knew.
func TestKilledWorker(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 900)
	ctx, kill := context.WithCancel(t.Context())
	m.fake.Faults = []llmtest.Fault{{}, {Change: func(*llmtest.Answer) { kill() }, Stall: true}}
	if _, err := m.Pipeline.Run(ctx, m.task); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	paid := m.spent()
	if paid <= m.fake.Cost(price)/2 { // the answer that was lost is booked with the most it may have cost
		t.Errorf("%d of %d are on record", paid, m.fake.Cost(price))
	}
	m.must(m.Redis.For(rdb.Cache).FlushAll(t.Context()).Err())
	before := m.fake.Cost(price)
	m.must(m.run())
	m.mustHaveAll()
	m.mustHavePaid(paid + m.fake.Cost(price) - before)
	undisturbed := newModelTest(t, 900)
	undisturbed.must(undisturbed.run())
	if got, want := m.fake.Calls(), undisturbed.fake.Calls()+1; got != want {
		t.Errorf("%d calls, want %d", got, want)
	}
}

// TestTwoWorkersAskOnce has a second worker come to the same document while the
// first waits for an answer.
func TestTwoWorkersAskOnce(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 5000)
	answer := make(chan struct{})
	m.fake.Faults = []llmtest.Fault{{Until: answer}}
	first := make(chan error)
	go func() {
		_, err := m.Pipeline.Run(t.Context(), m.task)
		first <- err
	}()
	for m.spent() == 0 { // until the call is booked
		time.Sleep(5 * time.Millisecond)
	}
	err := m.run()
	if park, ok := errors.AsType[queue.Park](err); !ok || !strings.Contains(park.Why, "another worker") {
		t.Errorf("the second worker: %v", err)
	}
	close(answer)
	m.must(<-first)
	m.must(m.run())
	m.mustHaveAll()
	if m.fake.Calls() != 1 {
		t.Errorf("%d calls", m.fake.Calls())
	}
}

// TestBrokenAnswerIsBooked has an answer break off that was charged for.
func TestBrokenAnswerIsBooked(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 5000)
	m.fake.Faults = []llmtest.Fault{{Break: true}}
	if err := m.run(); dossier.CodeOf(err) != dossier.CodeProviderDown {
		t.Fatal(err)
	}
	lost := m.spent()
	if lost < m.fake.Cost(price) {
		t.Errorf("%d are on record for a call of %d", lost, m.fake.Cost(price))
	}
	before := m.fake.Cost(price)
	m.must(m.run())
	m.mustHavePaid(lost + m.fake.Cost(price) - before)
}

func TestMissingUsageIsBookedAsEstimated(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 5000)
	m.fake.NoUsage = true
	m.must(m.run())
	m.mustHaveAll()
	if cost := m.fake.Cost(price); m.spent() < cost || m.spent() > 20*cost {
		t.Errorf("%d are on record for %d", m.spent(), cost)
	}
}

// TestCapsStopCallsToTheModel has each cap stop the calls: the document goes on without
// the model, says so, and is done with it when there is money.
func TestCapsStopCallsToTheModel(t *testing.T) {
	t.Parallel()
	whole := newModelTest(t, 1)
	whole.must(whole.run())
	cost := whole.spent()
	for flag, caps := range map[string]store.Caps{
		"--run-budget": {Run: cost * 2 / 3}, "--budget": {Project: cost * 2 / 3}, "--daily-budget": {Day: cost * 2 / 3},
	} {
		m := newModelTest(t, 1)
		m.Services.Model.Caps = caps
		m.must(m.run())
		m.mustBeLocal()
		m.mustWarn("the budget is spent, " + flag)
		calls := m.fake.Calls()
		if calls == 0 || calls >= whole.fake.Calls() || m.spent() > cost*2/3 {
			t.Errorf("%s: %d calls, %d spent of %d", flag, calls, m.spent(), cost*2/3)
		}
		m.mustHavePaid(m.fake.Cost(price))
		if !m.doneAnew() {
			t.Errorf("%s: it would never be done with the model", flag)
		}
		m.Services.Model.Caps = store.Caps{Run: 10 * cost, Project: 10 * cost, Day: 10 * cost}
		m.redo()
		m.mustHaveAll()
		m.mustWarn()
		m.mustHavePaid(cost)
	}
}

// redo takes the mentions off the record and runs the stage again.
func (m *modelTest) redo() {
	m.Helper()
	m.must(m.DB.Write(m.Context(), func(tx *store.Tx) error {
		if _, err := tx.Documents().End(m.Context(), m.task.DocumentID, dossier.StatusCompleted, "", nil); err != nil {
			return err
		}
		_, err := tx.Documents().Restart(m.Context(), m.b.ID, m.task.DocumentID, dossier.StageExtract, nil)
		return err
	}))
	m.must(m.run())
}

// TestModelIsDown waits for a model whose breaker is open, or goes on without it.
func TestModelIsDown(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 0)
	for range 5 {
		m.must(m.Services.Breakers.Report(t.Context(), m.Services.Model.Provider(), dossier.Errorf(dossier.CodeProviderDown, "gone")))
	}
	err := m.run()
	if park, ok := errors.AsType[queue.Park](err); !ok || !strings.Contains(park.Why, "is down") {
		t.Errorf("without fallback: %v", err)
	}
	m.Services.Model.Fallback = true
	m.must(m.run())
	m.mustBeLocal()
	m.mustWarn("it is down")
	if m.fake.Calls() != 0 || !m.doneAnew() {
		t.Errorf("%d calls", m.fake.Calls())
	}
}

// TestFailingModel has a model fail again and again: the task is tried as often
// as any, and with fallback the document goes on after the last try.
func TestFailingModel(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 0)
	m.Services.Model.Fallback = true
	m.fake.Faults = slices.Repeat([]llmtest.Fault{{Status: 503}}, 4)
	for m.task.Retries = 0; m.task.Retries < 3; m.task.Retries++ {
		if err := m.run(); dossier.CodeOf(err) != dossier.CodeProviderDown {
			t.Fatalf("try %d: %v", m.task.Retries, err)
		}
	}
	m.must(m.run())
	m.mustBeLocal()
	m.mustWarn("it is down")
	if m.spent() != 0 {
		t.Errorf("%d spent", m.spent())
	}
}

// TestPatience waits as long as the endpoint says.
func TestPatience(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 0)
	m.fake.Faults = []llmtest.Fault{{Status: 429, RetryAfter: "40"}, {Status: 429}}
	began := time.Now()
	err := m.run()
	if park, ok := errors.AsType[queue.Park](err); !ok || park.Until.Sub(began) < 35*time.Second || time.Until(park.Until) > 40*time.Second {
		t.Errorf("with Retry-After: %v", err)
	}
	if err := m.run(); dossier.CategoryOf(err) != dossier.RateLimited {
		t.Errorf("without: %v", err)
	}
	m.must(m.run())
	m.mustHaveAll()
	m.mustHavePaid(m.fake.Cost(price))
}

// TestOwnLimit keeps to the calls a second that are allowed, and ends.
func TestOwnLimit(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 1)
	m.Services.Model.PerSecond = 20
	began := time.Now()
	m.must(m.run())
	m.mustHaveAll()
	if calls := m.fake.Calls(); time.Since(began) < time.Duration(calls-3)*time.Second/20 {
		t.Errorf("%d calls in %s", calls, time.Since(began))
	}
}

// TestRefusedPassage loses the names of one passage, and says so.
func TestRefusedPassage(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 900)
	m.fake.Refuses = "Item 0."
	m.must(m.run())
	m.mustWarn("will not read 1 of ")
	if n := count(m.mentions(), "llm:"+llmtest.Model, "zebulon"); n < 25 || n >= 40 {
		t.Errorf("%d names", n)
	}
	if m.doneAnew() {
		t.Error("it would be asked again")
	}
	m.mustHavePaid(m.fake.Cost(price))
}

// TestGarbledPassage is asked about again later, and nothing else is.
func TestGarbledPassage(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 900)
	m.fake.Garbles = "Item 0."
	m.must(m.run())
	m.mustWarn("gave no proper answer for 1 of ")
	if !m.doneAnew() {
		t.Error("it would not be asked again")
	}
	m.mustHavePaid(m.fake.Cost(price))
	m.fake.Garbles = ""
	calls := m.fake.Calls()
	m.redo()
	m.mustHaveAll()
	m.mustWarn()
	m.mustHavePaid(m.fake.Cost(price))
	if m.fake.Calls() != calls+1 {
		t.Errorf("%d calls for one passage", m.fake.Calls()-calls)
	}
}

// TestWrongKey fails with the cure, and tells nobody the key.
func TestWrongKey(t *testing.T) {
	t.Parallel()
	m := newModelTest(t, 0)
	var err error
	m.Services.Model.Client, err = llm.New(llm.Config{BaseURL: m.fake.URL, Model: llmtest.Model, APIKey: "sk-wrong", Name: "llm"})
	m.must(err)
	m.Services.Model.Fallback = true
	err = m.run()
	if dossier.CodeOf(err) != dossier.CodeProviderRefuses || strings.Contains(err.Error(), "sk-wrong") || m.spent() != 0 {
		t.Errorf("%v, %d spent", err, m.spent())
	}
}
