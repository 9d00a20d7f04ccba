package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"dossier/internal/rdb"
	"dossier/internal/store"
)

// message is a task as it is handed to the broker.
type message struct {
	store.Waiting
	queue string
	id    string
}

// feed tops up the broker's window of every queue. The rows are marked first
// and published after the commit: a crash between the two is healed by
// [store.Tx.Unpublish], and publishing twice is harmless.
func (e *Engine) feed(ctx context.Context) error {
	if err := e.checkEpoch(ctx); err != nil {
		return err
	}
	var messages []message
	err := e.DB.Write(ctx, func(tx *store.Tx) error {
		messages = messages[:0]
		for name, concurrency := range e.Concurrency {
			chosen, err := e.choose(ctx, tx, name, windowSize(concurrency))
			if err != nil {
				return err
			}
			for _, w := range chosen {
				// The attempt is part of the id: the broker may still hold
				// the message of the attempt before.
				m := message{Waiting: w, queue: name, id: fmt.Sprintf("%s:%d", w.ID, w.Attempts+1)}
				if err := tx.MarkPublished(ctx, m.ID, e.epoch, m.id); err != nil {
					return err
				}
				messages = append(messages, m)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, m := range messages {
		if err := e.publish(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// windowSize is how many tasks of a queue are handed out at once: enough to
// keep the workers busy, few enough that what is urgent soon has its turn.
func windowSize(concurrency int) int { return max(4, 3*concurrency) }

func (e *Engine) publish(ctx context.Context, m message) error {
	_, err := e.client.EnqueueContext(ctx, asynq.NewTask(m.Type, []byte(m.ID)),
		asynq.TaskID(m.id), asynq.Queue(m.queue), asynq.MaxRetry(0), asynq.Timeout(taskTimeout))
	if errors.Is(err, asynq.ErrTaskIDConflict) {
		return nil // it is there already
	}
	return err
}

// choose picks the tasks that go to the broker next.
func (e *Engine) choose(ctx context.Context, tx *store.Tx, queue string, size int) ([]store.Waiting, error) {
	inFlight, err := tx.InFlight(ctx, queue, e.epoch)
	if err != nil {
		return nil, err
	}
	for _, n := range inFlight {
		size -= n
	}
	if size <= 0 {
		return nil, nil
	}
	heads, err := tx.Heads(ctx, queue, e.epoch, size)
	if err != nil {
		return nil, err
	}
	return window(heads, inFlight, size), nil
}

// window picks up to size tasks from the heads of the projects' backlogs. The
// project with the least work in flight goes first, so that a case of three
// pages passes one of a hundred thousand; between equals, and inside a
// project, the earliest due time decides, which high priority and deadlines
// pull forward and waiting brings nearer.
func window(heads map[string][]store.Waiting, inFlight map[string]int, size int) []store.Waiting {
	var chosen []store.Waiting
	taken := map[string]int{}
	for len(chosen) < size {
		var best string
		for p, list := range heads {
			if taken[p] == len(list) {
				continue
			}
			if best == "" || before(p, list[taken[p]], best, heads[best][taken[best]], inFlight, taken) {
				best = p
			}
		}
		if best == "" {
			break
		}
		chosen = append(chosen, heads[best][taken[best]])
		taken[best]++
	}
	return chosen
}

func before(p string, a store.Waiting, q string, b store.Waiting, inFlight, taken map[string]int) bool {
	if d := inFlight[p] + taken[p] - inFlight[q] - taken[q]; d != 0 {
		return d < 0
	}
	if c := a.Due.Compare(b.Due); c != 0 {
		return c < 0
	}
	return strings.Compare(a.ID, b.ID) < 0
}

// checkEpoch makes sure that the broker is in a known life. A new life begins
// with no messages: all rows count as not handed out, because their epoch is
// another.
func (e *Engine) checkEpoch(ctx context.Context) error {
	broker := e.Redis.For(rdb.Broker)
	epoch, err := broker.Get(ctx, e.Redis.EpochKey()).Result()
	if err == nil {
		e.epoch = epoch
		return nil
	}
	if !errors.Is(err, redis.Nil) {
		return fmt.Errorf("broker: %w", err)
	}
	// asynq registers a queue once a process, so after a flush it has to be
	// told again.
	if err := broker.SAdd(ctx, "asynq:queues", Names()).Err(); err != nil {
		return fmt.Errorf("broker: %w", err)
	}
	if err := broker.SetNX(ctx, e.Redis.EpochKey(), rand.Text(), 0).Err(); err != nil {
		return fmt.Errorf("broker: %w", err)
	}
	return e.checkEpoch(ctx)
}
