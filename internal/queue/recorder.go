package queue

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/dossier-legal/dossier/internal/store"
)

// recorder writes claims and endings of tasks to the record. While one
// transaction is under way others wait, and then go together into the next: the
// more happens at once, the less each of it costs. If a transaction fails, its
// parts are tried one by one, so that none suffers from another.
type recorder struct {
	engine *Engine
	open   context.Context // while it lasts tasks are handed over
	work   context.Context // in which they run
	in     chan *entry
	quit   chan struct{} // closed when the writers are to end
	ended  chan struct{} // closed when they have
}

// errStopped is the answer to what comes when nothing is recorded any more: the
// row is left as it is, and goes to others when its heartbeat is old.
var errStopped = errors.New("the engine has stopped")

// entry is a claim or an ending on its way into the record.
type entry struct {
	claim string // id of the task, or "" for an ending
	ended ended
	task  store.Task // claimed
	ok    bool       // the task was claimed
	err   error
	done  chan struct{}
}

// At most groupSize entries go into one transaction. On PostgreSQL several
// transactions run concurrently, so that a big one holds up few.
const (
	groupSize     = 256
	sharedWriters = 3
)

func newRecorder(e *Engine) *recorder {
	return &recorder{engine: e, in: make(chan *entry, groupSize), quit: make(chan struct{}), ended: make(chan struct{})}
}

// start starts the writers; stop lets them record what waits, and end. Tasks are
// handed over until ctx ends, and run in work.
func (r *recorder) start(ctx, work context.Context) (stop func()) {
	writers := 1
	if r.engine.DB.Shared() {
		writers = sharedWriters
	}
	r.open, r.work = ctx, work
	var running sync.WaitGroup
	for range writers {
		// What is done is recorded, also when work ends.
		running.Go(func() { r.loop(context.WithoutCancel(work)) })
	}
	return func() {
		close(r.quit)
		running.Wait()
		close(r.ended)
	}
}

// loop records until it is told to end and nothing waits.
func (r *recorder) loop(ctx context.Context) {
	for {
		select {
		case first := <-r.in:
			r.write(ctx, r.group(first))
			continue
		default:
		}
		select {
		case first := <-r.in:
			r.write(ctx, r.group(first))
		case <-r.quit:
			return
		}
	}
}

// record hands an entry to the writers and waits until it is recorded.
func (r *recorder) record(e *entry) error {
	e.done = make(chan struct{})
	select {
	case r.in <- e:
	case <-r.ended:
		return errStopped
	}
	select {
	case <-e.done:
		return e.err
	case <-r.ended: // it came after the last look
		return errStopped
	}
}

// group returns an entry with those that wait behind it.
func (r *recorder) group(first *entry) []*entry {
	group := []*entry{first}
	for len(group) < groupSize {
		select {
		case next := <-r.in:
			group = append(group, next)
		default:
			return group
		}
	}
	return group
}

func (r *recorder) claim(id string) (t store.Task, ok bool, err error) {
	e := &entry{claim: id}
	err = r.record(e)
	return e.task, e.ok, err
}

func (r *recorder) end(t ended) error {
	return r.record(&entry{ended: t})
}

// write records a group and answers its entries.
func (r *recorder) write(ctx context.Context, group []*entry) {
	err := r.transaction(ctx, group)
	if err != nil && len(group) > 1 {
		for _, e := range group {
			r.write(ctx, []*entry{e})
		}
		return
	}
	for _, e := range group {
		e.err = cmp.Or(err, e.err)
		close(e.done)
	}
}

func (r *recorder) transaction(ctx context.Context, group []*entry) error {
	// All transactions touch projects in the same order, so that none waits
	// for another that waits for it.
	slices.SortStableFunc(group, func(a, b *entry) int {
		return cmp.Compare(a.ended.task.ProjectID, b.ended.task.ProjectID)
	})
	var news *News
	var next *handover
	err := r.engine.DB.Write(ctx, func(tx *store.Tx) error {
		news = &News{}
		next.drop() // of a try that failed
		if err := r.claims(ctx, tx, group, news); err != nil {
			return err
		}
		if err := r.endings(ctx, tx, group, news); err != nil {
			return err
		}
		var err error
		next, err = r.handOver(ctx, tx, news)
		return err
	})
	if err != nil {
		next.drop()
		return err
	}
	next.start()
	r.engine.outbox.put(news)
	for _, e := range group {
		if e.claim == "" && e.err == nil {
			r.engine.count(e.ended)
			r.engine.Wake() // the window has room
		}
	}
	return nil
}

// count counts what a task came to.
func (e *Engine) count(t ended) {
	switch {
	case t.cause == nil:
		e.jobs.Add(1)
	case t.dead:
		e.failed.Add(1)
	}
}

func (r *recorder) claims(ctx context.Context, tx *store.Tx, group []*entry, news *News) error {
	var ids []string
	for _, e := range group {
		if e.claim != "" {
			ids = append(ids, e.claim)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	tasks, err := tx.Tasks().Claim(ctx, ids, r.engine.self.ID)
	if err != nil {
		return err
	}
	// Several messages of one task may come in one group: one of them gets it.
	claimed := make(map[string]store.Task, len(tasks))
	for _, t := range tasks {
		claimed[t.ID] = t
	}
	for _, e := range group {
		e.task, e.ok = claimed[e.claim]
		delete(claimed, e.claim)
	}
	if len(tasks) == 0 {
		return nil
	}
	return r.engine.Handler.Claimed(ctx, tx, tasks, news)
}

// endings records how tasks ended. A lost claim is the affair of its own entry
// and harms no other.
func (r *recorder) endings(ctx context.Context, tx *store.Tx, group []*entry, news *News) error {
	var finished []store.Finished
	for _, e := range group {
		if e.claim == "" && e.ended.cause == nil {
			finished = append(finished, store.Finished{Task: e.ended.task, Yield: e.ended.effect.Yield})
		}
	}
	var held map[string]bool
	if len(finished) > 0 {
		var err error
		if held, err = tx.Tasks().Finish(ctx, finished); err != nil {
			return err
		}
	}
	var ends []store.DocumentEnd
	for _, e := range group {
		if e.claim != "" {
			continue
		}
		e.err = nil
		var err error
		switch {
		case e.ended.cause != nil:
			err = r.engine.unfinished(ctx, tx, &e.ended, news)
		case held[e.ended.task.ID]:
			if err = r.commit(ctx, tx, e.ended, news); err == nil && e.ended.effect.End != nil {
				ends = append(ends, *e.ended.effect.End)
			}
		default:
			err = store.ErrFenced
		}
		if errors.Is(err, store.ErrFenced) {
			e.err, err = err, nil
		}
		if err != nil {
			return err
		}
	}
	members, err := tx.Documents().EndAll(ctx, ends)
	news.Members(members...)
	return err
}

// commit writes the effect of a task; a panic on the way becomes its error.
func (r *recorder) commit(ctx context.Context, tx *store.Tx, t ended, news *News) (err error) {
	defer r.engine.caught(t.task, &err)
	return t.effect.Commit(ctx, tx, news)
}
