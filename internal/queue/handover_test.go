package queue_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
)

// The stages of a document follow one another without the broker where there is
// a free slot. No queue runs more tasks than it has slots, every effect happens
// once, and an engine that stops in the middle leaves nothing claimed.
func TestTasksThatFollowAreHandedOver(t *testing.T) {
	each(t, func(t *testing.T, r *rdb.Redis, where string) {
		b := newBundle(t, r, where)
		const documents = 60
		stages := []string{"text", "default", "text"}
		slots := map[string]int{"default": 4, "text": 2}
		var mu sync.Mutex
		running, direct := map[string]int{}, 0
		b.handler.work = func(_ context.Context, task store.Task) error {
			mu.Lock()
			running[task.Queue]++
			if running[task.Queue] > slots[task.Queue] {
				t.Errorf("%d tasks of queue %s run at once", running[task.Queue], task.Queue)
			}
			if task.Type != "stage0" && task.Wait == 0 {
				direct++
			}
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			running[task.Queue]--
			mu.Unlock()
			return nil
		}
		task := func(document, stage int) store.NewTask {
			next := b.task(fmt.Sprintf("d%03d-%d", document, stage), stages[stage])
			next.Type = fmt.Sprint("stage", stage)
			return next
		}
		b.handler.commit = func(ctx context.Context, tx *store.Tx, t store.Task) error {
			var document, stage int
			if _, err := fmt.Sscanf(t.ID, "d%d-%d", &document, &stage); err != nil {
				return err
			}
			if stage+1 < len(stages) {
				tx.Tasks().Add(task(document, stage+1))
			}
			return takeEffect(ctx, tx, t)
		}
		add := func(first int) {
			b.write(func(tx *store.Tx) error {
				for d := range documents {
					tx.Tasks().Add(task(first+d, 0))
				}
				return nil
			})
		}
		add(0)
		b.start()
		b.settle()
		effects := b.effects()
		if len(effects) != documents*len(stages) {
			t.Errorf("%d effects, want %d", len(effects), documents*len(stages))
		}
		if direct == 0 {
			t.Error("no task was handed over")
		}
		add(documents)
		b.engine.Wake()
		b.eventually("an effect of the second half", func() bool { return len(b.effects()) > documents*len(stages) })
		b.stop()
		waiting, claimed, err := b.db.Tasks().Active(t.Context())
		if len(claimed) > 0 || err != nil {
			t.Errorf("%v are claimed by an engine that has stopped, %v", claimed, err)
		}
		open := waiting["stage0"] + waiting["stage1"] + waiting["stage2"]
		for id, attempts := range b.effects() {
			if len(attempts) != 1 {
				t.Errorf("%s took effect in the attempts %v", id, attempts)
			}
			if strings.HasSuffix(id, "-2") {
				open++
			}
		}
		if open != 2*documents {
			t.Errorf("%d documents have ended or wait, want %d", open, 2*documents)
		}
	})
}
