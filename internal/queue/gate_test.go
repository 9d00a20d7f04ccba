package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// broker answers scripts as the test says and counts them.
type broker struct {
	redis.UniversalClient
	asked  []string // the first key of each script
	answer func(key string) error
}

func (b *broker) EvalSha(ctx context.Context, _ string, keys []string, _ ...any) *redis.Cmd {
	b.asked = append(b.asked, keys[0])
	cmd := redis.NewCmd(ctx)
	cmd.SetErr(b.answer(keys[0]))
	return cmd
}

// taking are the keys of the script that takes a message from a lane.
func taking(lane string) []string {
	p := "asynq:{" + lane + "}:"
	return []string{p + "pending", p + "paused", p + "active", p + "lease"}
}

func TestGateAnswersForAnEmptyLane(t *testing.T) {
	t.Parallel()
	b := &broker{answer: func(string) error { return redis.Nil }}
	g := newGate("q:express", "q")
	c := &gatedClient{UniversalClient: b, gate: g, first: "q:express"}
	ask := func(lane string) error { return c.EvalSha(t.Context(), "", taking(lane)).Err() }
	both := func() { // as asynq does
		if err := errors.Join(ask("q:express"), ask("q")); !errors.Is(err, redis.Nil) {
			t.Errorf("got %v", err)
		}
	}
	both() // nothing is known yet
	g.open("q")
	both()
	g.open("another queue's", "q:express")
	both()
	if got, want := fmt.Sprint(b.asked), "[asynq:{q:express}:pending asynq:{q}:pending asynq:{q}:pending asynq:{q:express}:pending]"; got != want {
		t.Errorf("the broker was asked %s, want %s", got, want)
	}
	// What is handed out while the broker answers counts.
	g.open("q")
	b.answer = func(string) error { g.open("q"); return redis.Nil }
	_ = ask("q")
	if _, open := g.lanes["q"].state(); !open {
		t.Error("a message handed out during the question is missed")
	}
	// A lane with messages is asked about again.
	b.answer = func(string) error { return nil }
	for range 2 {
		if err := ask("q"); err != nil {
			t.Error(err)
		}
	}
}

func TestGateHoldsTheQuestionUntilSomethingIsHandedOut(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]struct {
		do    func(g *gate)
		asked int
	}{
		"handed out": {func(g *gate) { g.open("q") }, 1},
		"closed":     {func(g *gate) { g.close() }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := &broker{answer: func(string) error { return redis.Nil }}
			g := newGate("q:express", "q")
			c := &gatedClient{UniversalClient: b, gate: g, first: "q:express"}
			g.lanes["q"].found(1)
			g.lanes["q:express"].found(1)
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = c.EvalSha(context.Background(), "", taking("q:express"))
				_ = c.EvalSha(context.Background(), "", taking("q"))
			}()
			select {
			case <-done:
				t.Error("the question was answered at once")
			case <-time.After(20 * time.Millisecond):
			}
			end.do(g)
			<-done
			if len(b.asked) != end.asked {
				t.Errorf("the broker was asked %d times, want %d", len(b.asked), end.asked)
			}
		})
	}
}

// asynq's register of servers is not kept; its other scripts pass.
func TestGateKeepsNoRegisterOfServers(t *testing.T) {
	t.Parallel()
	b := &broker{answer: func(string) error { return nil }}
	c := &gatedClient{UniversalClient: b, gate: newGate("q"), first: "q"}
	if err := errors.Join(
		c.EvalSha(t.Context(), "", []string{"asynq:servers:{host:1:x}", "asynq:workers:{host:1:x}"}).Err(),
		c.ZAdd(t.Context(), "asynq:servers", redis.Z{}).Err(),
		c.ZRem(t.Context(), "asynq:workers", "x").Err(),
		c.EvalSha(t.Context(), "", []string{"asynq:{q}:lease"}).Err(),
	); err != nil {
		t.Error(err)
	}
	if len(b.asked) != 1 {
		t.Errorf("the broker was asked %v", b.asked)
	}
}

// running starts an engine over real servers.
func runningEngine(t *testing.T, r *rdb.Redis) *rig {
	t.Helper()
	rig := newRig(t, storetest.Database(t), r)
	cfg := rig.Config
	cfg.Concurrency = map[string]int{}
	for _, name := range Names() {
		cfg.Concurrency[name] = 2
	}
	cfg.Lease = 0
	cfg.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	rig.Engine = New(cfg)
	close(rig.goOn) // tasks end at once
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- rig.Engine.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return rig
}

// idle waits until all gates are closed: the broker has said that there is
// nothing.
func (r *rig) idle() {
	r.t.Helper()
	r.eventually("all lanes to be known as empty", func() bool {
		for _, q := range r.queues {
			if q.gate.anyOpen() {
				return false
			}
		}
		return true
	})
}

func (r *rig) eventually(what string, ok func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(90 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// commands returns how many commands the server has executed by its own count,
// those inside scripts too.
func commands(t *testing.T, c *redis.Client) (n int) {
	t.Helper()
	text, err := c.Info(context.Background(), "commandstats").Result()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text) {
		_, after, ok := strings.Cut(line, ":calls=")
		if !ok || strings.HasPrefix(line, "cmdstat_info") {
			continue
		}
		count, _, _ := strings.Cut(after, ",")
		calls, err := strconv.Atoi(count)
		if err != nil {
			t.Fatal(err)
		}
		n += calls
	}
	return n
}

// A worker of all six queues that has nothing to do sends at most ten commands
// a second, so that a hundred of them are no load.
func TestAnIdleWorkerSendsFewCommands(t *testing.T) {
	t.Parallel()
	r := redistest.Open(t, rdb.Config{URL: redistest.Start(t)})
	rig := runningEngine(t, r)
	rig.idle()
	before, began := commands(t, r.For(rdb.Broker)), time.Now()
	time.Sleep(8 * time.Second) // the time over which the rate is taken
	n, took := commands(t, r.For(rdb.Broker))-before, time.Since(began)
	t.Logf("%d commands in %s, %.1f/s", n, took, float64(n)/took.Seconds())
	if float64(n) > 10*took.Seconds() {
		t.Errorf("an idle worker sends %.1f commands a second, want at most 10", float64(n)/took.Seconds())
	}
}

// A task that another process hands out starts because that process says so.
func TestATaskHandedOutElsewhereOpensTheGate(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t)
	here := runningEngine(t, redistest.Open(t, rdb.Config{URL: url}))
	here.idle()
	other := redistest.Open(t, rdb.Config{URL: url})
	lane := here.queues[0].gate
	name := here.queues[0].name
	lane.mu.Lock()
	handed := lane.lanes[name].handed
	lane.mu.Unlock()
	e := New(Config{DB: here.DB, Redis: other, Log: here.Log})
	if err := e.announce(t.Context(), pass{messages: []message{{store.Waiting{}, name}}}); err != nil {
		t.Fatal(err)
	}
	here.eventually("the gate to open", func() bool {
		lane.mu.Lock()
		defer lane.mu.Unlock()
		return lane.lanes[name].handed > handed
	})
}

// After a restart of Redis everything that waits starts, although nobody
// announced it on the connection that was lost.
func TestTasksStartAfterARestartOfRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Launch(t)
	rig := runningEngine(t, redistest.Open(t, rdb.Config{URL: server.URL}))
	rig.idle()
	server.Stop()
	rig.add("A", "B", "C")
	server.Restart()
	rig.eventually("all tasks to end", func() bool {
		waiting, running, err := rig.DB.Tasks().Active(context.Background())
		rig.must(err)
		return len(waiting)+len(running) == 0
	})
	for range 3 {
		<-rig.started
	}
}
