package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hibiken/asynq"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/tools/internal/lab"
)

//go:embed celery_peer.py
var celeryPeer []byte

const (
	manyAtOnce   = 48   // tasks of each queue at once in a worker of the overhead rows
	overheadDocs = 3000 // ours and asynq's
	celeryDocs   = 400  // Celery's: its rate does not depend on it
	largeBatch   = 100_000
)

// overhead measures what a document costs in stages that do nothing, against
// Celery and against bare asynq, on one PostgreSQL and one Redis.
func (b *bench) overhead() error {
	s, err := lab.StartServers()
	if err != nil {
		return err
	}
	defer s.Close()
	var ours, bare, celery []float64 // documents a second
	for range b.rounds {
		rate, _, err := b.noop(s, overheadDocs, 1, manyAtOnce, 0)
		if err != nil {
			return err
		}
		ours = append(ours, rate)
		if rate, err = b.asynq(s, 6*overheadDocs); err != nil {
			return fmt.Errorf("asynq: %w", err)
		}
		bare = append(bare, rate/6)
		if rate, err = b.celery(s, celeryDocs); err != nil {
			return fmt.Errorf("celery: %w", err)
		}
		celery = append(celery, rate)
	}
	row := func(what string, peer []float64, goal, command string) {
		ratios := make([]float64, len(ours))
		for i := range ours {
			ratios[i] = ours[i] / peer[i]
		}
		b.table.Add(what, fmt.Sprintf("%.0f documents/s", mean(ours)), fmt.Sprintf("%.0f documents/s", mean(peer)),
			fmt.Sprintf("%.2f× (rounds %.2f–%.2f)", mean(ours)/mean(peer), slices.Min(ratios), slices.Max(ratios)), goal, command)
	}
	row("six tracked stages that do nothing, fan-in, Redis + PostgreSQL, of registered documents; peer: the old design on Celery 5",
		celery, "≥ 12×", "`bench -only overhead`: chain of six in a chord, a row written at start and end of each task, 2 processes")
	row("the same against bare asynq, enqueue and drain of as many tasks, nothing durable",
		bare, "≥ 0.5×", fmt.Sprintf("`bench -only overhead`: %d tasks at the same concurrency", 6*overheadDocs))
	return nil
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// drained is what a batch of documents that need nothing took.
type drained struct {
	register, drain time.Duration
	peak            int64         // of the workers' memory, in bytes
	status          time.Duration // of asking for the state of the batch at the end
	work            pgtest.Work   // of PostgreSQL for the drain
	workers, redis  time.Duration // CPU time of the workers, and of Redis for the drain
	statements      []string      // that took most of PostgreSQL's time, where it counts them
}

// cpu is the CPU time of a document, in milliseconds.
func (r drained) cpu(documents int) float64 {
	return 1000 * (r.work.CPU + r.workers + r.redis).Seconds() / float64(documents)
}

// noop runs a batch of registered documents through worker processes and
// returns documents a second.
func (b *bench) noop(s *lab.Servers, documents, workers, concurrency, burn int) (rate float64, r drained, err error) {
	where, err := s.Database()
	if err != nil {
		return 0, r, err
	}
	db, err := store.Open(b.ctx, where)
	if err != nil {
		return 0, r, err
	}
	defer db.Close()
	if err := flush(b.ctx, s.Redis); err != nil {
		return 0, r, err
	}
	stop, err := b.startWorkers(s, where, workers, concurrency, burn)
	if err != nil {
		return 0, r, err
	}
	start := time.Now()
	batch, err := submit(b.ctx, db, "batch", documents) // held, so that the clocks do not mix
	r.register = time.Since(start)
	if err == nil {
		err = r.measure(b.ctx, s, where, func() error {
			if err := release(b.ctx, db, s.Redis, batch.ID); err != nil {
				return err
			}
			return await(b.ctx, db, batch.ID)
		})
	}
	asked := time.Now()
	state, stateErr := db.Batches().State(b.ctx, batch.ID)
	r.status = time.Since(asked)
	r.peak, r.workers = stop()
	if err == nil && (stateErr != nil || state.Documents[dossier.StatusCompleted] != documents) {
		err = fmt.Errorf("%v of %d documents, %w", state.Documents, documents, stateErr)
	}
	return float64(documents) / r.drain.Seconds(), r, err
}

// measure runs the drain of a batch and takes its time and its work.
func (r *drained) measure(ctx context.Context, s *lab.Servers, where string, drain func() error) error {
	before, err := s.Work(where)
	if err != nil {
		return err
	}
	redisBefore, err := redisCPU(ctx, s.Redis)
	if err != nil {
		return err
	}
	start := time.Now()
	if err := drain(); err != nil {
		return err
	}
	r.drain = time.Since(start)
	time.Sleep(1200 * time.Millisecond) // sessions report what they did once a second
	after, err := s.Work(where)
	if err != nil {
		return err
	}
	redisAfter, err := redisCPU(ctx, s.Redis)
	if err != nil {
		return err
	}
	r.work, r.redis = after.Sub(before), redisAfter-redisBefore
	if after.Statements > 0 {
		r.statements, err = s.TopStatements(where, 25)
	}
	return err
}

// redisCPU is the CPU time of a Redis server so far.
func redisCPU(ctx context.Context, url string) (total time.Duration, err error) {
	for _, name := range []string{"used_cpu_user", "used_cpu_sys"} {
		value, err := info(ctx, url, name)
		if err != nil {
			return 0, err
		}
		seconds, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(seconds * float64(time.Second))
	}
	return total, nil
}

// release lets a held batch start.
func release(ctx context.Context, db *store.DB, url, id string) error {
	if err := db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Batches().Pause(ctx, id, false)
		return err
	}); err != nil {
		return err
	}
	r, err := rdb.Open(ctx, rdb.Config{URL: url})
	if err != nil {
		return err
	}
	defer r.Close()
	return queue.Call(ctx, r)
}

func flush(ctx context.Context, url string) error {
	r, err := rdb.Open(ctx, rdb.Config{URL: url})
	if err != nil {
		return err
	}
	defer r.Close()
	return r.For(rdb.Broker).FlushAll(ctx).Err()
}

// startWorkers starts worker processes and waits until they are on record; stop
// ends them and returns the peak of the largest one's memory and the CPU time of
// all.
func (b *bench) startWorkers(s *lab.Servers, where string, workers, concurrency, burn int) (stop func() (int64, time.Duration), err error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var running []*exec.Cmd
	stop = func() (peak int64, cpu time.Duration) {
		for _, w := range running {
			_ = w.Process.Signal(syscall.SIGTERM)
			_ = w.Wait() // what they did is checked in the record
			if u, ok := w.ProcessState.SysUsage().(*syscall.Rusage); ok {
				peak = max(peak, u.Maxrss<<10)
			}
			cpu += w.ProcessState.UserTime() + w.ProcessState.SystemTime()
		}
		return peak, cpu
	}
	for range workers {
		w := exec.CommandContext(b.ctx, exe, workerCommand, strconv.Itoa(concurrency), strconv.Itoa(burn))
		w.Env = append(os.Environ(), "BENCH_DATABASE="+where, "BENCH_REDIS="+s.Redis)
		w.Stderr = os.Stderr
		if err := w.Start(); err != nil {
			stop()
			return nil, err
		}
		running = append(running, w)
	}
	db, err := store.Open(b.ctx, where)
	if err != nil {
		stop()
		return nil, err
	}
	defer db.Close()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		known, err := db.Workers().List(b.ctx)
		if err == nil && len(known) == workers {
			return stop, nil
		}
		if time.Now().After(deadline) {
			stop()
			return nil, fmt.Errorf("%d of %d workers are there: %w", len(known), workers, err)
		}
	}
}

// idleFor is how long idle workers are watched.
const idleFor = 10 * time.Second

// idle measures what workers without work ask of Redis.
func (b *bench) idle(s *lab.Servers) error {
	rates := map[int]float64{}
	for _, workers := range []int{1, 4} {
		where, err := s.Database()
		if err == nil {
			err = flush(b.ctx, s.Redis) // a Redis belongs to one database
		}
		if err != nil {
			return err
		}
		stop, err := b.startWorkers(s, where, workers, 2, 0)
		if err != nil {
			return err
		}
		time.Sleep(2 * time.Second) // until they have settled
		before, err := count(b.ctx, s.Redis, "total_commands_processed")
		time.Sleep(idleFor)
		after, afterErr := count(b.ctx, s.Redis, "total_commands_processed")
		stop()
		if err != nil || afterErr != nil {
			return fmt.Errorf("INFO: %w, %w", err, afterErr)
		}
		rates[workers] = float64(after-before) / idleFor.Seconds()
	}
	b.table.Add("commands that idle workers of all queues send to Redis (no peer)",
		fmt.Sprintf("%.0f/s for one, %.0f/s for four", rates[1], rates[4]), "", "", "bounded for 100", "`bench -only scale`; the interval grows with the workers")
	return nil
}

// starts notes when tasks start.
type starts struct {
	stages
	at chan time.Time
}

func (h starts) Run(ctx context.Context, t store.Task) (queue.Effect, error) {
	if t.Type == store.FinalizeBatch {
		return h.stages.Run(ctx, t)
	}
	h.at <- time.Now()
	return queue.Effect{Commit: func(context.Context, *store.Tx, *queue.News) error { return nil }}, nil
}

// startSamples is how often the latency is measured.
const startSamples = 200

// startLatency measures how long a task waits in an embedded engine that has
// nothing else to do.
func (b *bench) startLatency() error {
	db, err := store.Open(b.ctx, filepath.Join(b.tmp, "latency.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	r, err := rdb.Open(b.ctx, rdb.Config{})
	if err != nil {
		return err
	}
	defer r.Close()
	ctx, stop := context.WithCancel(b.ctx)
	h := starts{stages{redis: r}, make(chan time.Time)}
	engine := queue.New(queue.Config{
		DB: db, Redis: r, Handler: h, Alone: true, Concurrency: map[string]int{"default": 2, "ocr": 2, "text": 2},
		Log: slog.New(slog.DiscardHandler),
	})
	ended := make(chan error, 1)
	go func() { ended <- engine.Run(ctx) }()
	batch, err := openHeld(ctx, db, "latency") // while it is open its tasks are wanted
	var waits []time.Duration
	for i := 0; err == nil && i < startSamples; i++ {
		time.Sleep(30 * time.Millisecond) // idle again
		asked := time.Now()
		if err = db.Write(ctx, func(tx *store.Tx) error {
			tx.Tasks().Add(store.NewTask{ID: fmt.Sprint("t", i), BatchID: batch.ID, ProjectID: batch.ProjectID, Type: "x", Queue: "text", Generation: 1})
			_, err := tx.Batches().Pause(ctx, batch.ID, false)
			return err
		}); err == nil {
			engine.Wake()
			waits = append(waits, (<-h.at).Sub(asked))
		}
	}
	stop()
	if err := errors.Join(err, <-ended); err != nil {
		return err
	}
	slices.Sort(waits)
	b.table.Add(fmt.Sprintf("start of a task in an idle embedded engine, %d samples (absolute, as the goal is)", startSamples),
		fmt.Sprintf("p50 %.0f ms, p99 %.0f ms", 1000*waits[len(waits)/2].Seconds(), 1000*waits[len(waits)*99/100].Seconds()), "", "", "p99 ≤ 50 ms", "`bench -only scale`")
	return nil
}

// info reads a line of INFO of a Redis server.
func info(ctx context.Context, url, name string) (string, error) {
	r, err := rdb.Open(ctx, rdb.Config{URL: url})
	if err != nil {
		return "", err
	}
	defer r.Close()
	text, err := r.For(rdb.Broker).Info(ctx).Result()
	if err != nil {
		return "", err
	}
	_, after, _ := strings.Cut(text, "\n"+name+":")
	line, _, _ := strings.Cut(after, "\r")
	return line, nil
}

// count reads a whole number of INFO of a Redis server.
func count(ctx context.Context, url, name string) (int64, error) {
	value, err := info(ctx, url, name)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(value, 10, 64)
}

// asynq times enqueue and drain of tasks that do nothing and returns tasks a
// second.
func (b *bench) asynq(s *lab.Servers, tasks int) (float64, error) {
	if err := flush(b.ctx, s.Redis); err != nil {
		return 0, err
	}
	opt, err := asynq.ParseRedisURI(s.Redis)
	if err != nil {
		return 0, err
	}
	client := asynq.NewClient(opt)
	defer client.Close()
	start := time.Now()
	for i := range tasks {
		if _, err := client.EnqueueContext(b.ctx, asynq.NewTask("noop", fmt.Appendf(nil, "%064d", i))); err != nil {
			return 0, err
		}
	}
	var done atomic.Int64
	finished := make(chan struct{})
	server := asynq.NewServer(opt, asynq.Config{Concurrency: manyAtOnce, LogLevel: asynq.ErrorLevel})
	if err := server.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error {
		if done.Add(1) == int64(tasks) {
			close(finished)
		}
		return nil
	})); err != nil {
		return 0, err
	}
	<-finished
	took := time.Since(start)
	server.Shutdown()
	return float64(tasks) / took.Seconds(), nil
}

// celery runs the old design and returns documents a second.
func (b *bench) celery(s *lab.Servers, documents int) (float64, error) {
	if err := flush(b.ctx, s.Redis); err != nil {
		return 0, err
	}
	where, err := s.Database()
	if err != nil {
		return 0, err
	}
	script := filepath.Join(b.tmp, "celery_peer.py")
	if err := os.WriteFile(script, celeryPeer, 0o600); err != nil {
		return 0, err
	}
	command := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(b.ctx, "/usr/bin/python3", append([]string{script}, args...)...)
		cmd.Env = append(os.Environ(), "BENCH_DATABASE="+where, "BENCH_REDIS="+s.Redis, "C_FORCE_ROOT=1")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		return cmd
	}
	worker := command("worker")
	if err := worker.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = syscall.Kill(-worker.Process.Pid, syscall.SIGKILL)
		_ = worker.Wait() // killed: its status says so
	}()
	var out, log bytes.Buffer
	submit := command("submit", strconv.Itoa(documents))
	submit.Stdout, submit.Stderr = &out, &log
	if err := submit.Run(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, log.String())
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(out.String()), 64)
	return float64(documents) / seconds, err
}

// scale measures how the engine grows: with the batch, and with the workers.
func (b *bench) scale() error {
	s, err := lab.StartServers()
	if err != nil {
		return err
	}
	defer s.Close()
	small, few, err := b.noop(s, largeBatch/10, 1, manyAtOnce, 0)
	if err != nil {
		return err
	}
	large, r, err := b.noop(s, largeBatch, 1, manyAtOnce, 0)
	if err != nil {
		return err
	}
	b.table.Add(fmt.Sprintf("a batch of %d documents against one of %d, stages that do nothing", largeBatch, largeBatch/10),
		fmt.Sprintf("%.0f documents/s, CPU %.2f ms a document, worker %d MiB", large, r.cpu(largeBatch), r.peak>>20),
		fmt.Sprintf("%.0f documents/s, CPU %.2f ms a document, worker %d MiB", small, few.cpu(largeBatch/10), few.peak>>20),
		fmt.Sprintf("%.2f× the rate, %.2f× the CPU a document", large/small, r.cpu(largeBatch)/few.cpu(largeBatch/10)),
		"within 10 %", "`bench -only scale`; CPU of PostgreSQL, Redis and worker")
	b.table.Add("registering those documents (no peer)", fmt.Sprintf("%.0f documents/s", largeBatch/r.register.Seconds()), "", "", "≥ 5,000/s", "`bench -only scale`")
	b.table.Add(fmt.Sprintf("state of a batch of %d documents (absolute, as the goal is)", largeBatch),
		fmt.Sprintf("%.1f ms", 1000*r.status.Seconds()), "", "", "≤ 20 ms", "`bench -only scale`: what `batch status` asks")
	memory, err := count(b.ctx, s.Redis, "used_memory")
	if err != nil {
		return err
	}
	b.table.Add(fmt.Sprintf("memory of Redis after a batch of %d documents (no peer)", largeBatch), fmt.Sprintf("%d MiB", memory>>20), "", "", "", "`bench -only scale`")
	if err := b.idle(s); err != nil {
		return err
	}
	if err := b.startLatency(); err != nil {
		return err
	}
	const documents, burn = 300, 10
	one, _, err := b.noop(s, documents, 1, 1, burn)
	if err != nil {
		return err
	}
	two, _, err := b.noop(s, documents, 2, 1, burn)
	if err != nil {
		return err
	}
	b.table.Add(fmt.Sprintf("two workers against one, six stages of %d ms of CPU each", burn),
		fmt.Sprintf("%.2f documents/s", two), fmt.Sprintf("%.2f documents/s", one), fmt.Sprintf("%.2f×", two/one), "≥ 1.8×",
		"`bench -only scale`: worker processes of one core each")
	return nil
}
