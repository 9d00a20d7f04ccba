package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"dossier/internal/rdb"
	"dossier/internal/store"
)

// A queue has two lanes at the broker. What is due now, by its priority, its
// deadline or its age, takes the express lane, which is served first: it starts
// as soon as any task of the queue ends, whatever else was handed out before.
func express(queue string) string { return queue + ":express" }

// message is a task as it is handed to the broker.
type message struct {
	store.Waiting
	lane string
}

// feed tops up the broker's window of every queue. The rows are marked first
// and published after the commit: a crash between the two is healed by
// [store.Tx.Unpublish], and publishing twice is harmless.
func (e *Engine) feed(ctx context.Context) error {
	if err := e.checkEpoch(ctx); err != nil {
		return err
	}
	var messages []message
	var suffix string
	busy := false
	err := e.DB.WriteBrief(ctx, func(tx *store.Tx) error {
		messages = nil
		first, err := tx.TryLock(ctx, "feed")
		if busy = !first; err != nil || busy {
			return err
		}
		messages, err = e.next(ctx, tx)
		if err != nil {
			return err
		}
		ids := make([]string, len(messages))
		for i, m := range messages {
			ids[i] = m.ID
		}
		suffix, err = tx.MarkPublished(ctx, ids, e.epoch)
		return err
	})
	if err != nil {
		return err
	}
	if busy { // somebody feeds, but perhaps looked before our work was on record
		time.AfterFunc(10*time.Millisecond, e.Wake)
	}
	return e.publish(ctx, messages, suffix)
}

// next picks the tasks that go to the broker next, each with its lane.
func (e *Engine) next(ctx context.Context, tx *store.Tx) ([]message, error) {
	rooms, err := e.rooms(ctx, tx)
	if err != nil {
		return nil, err
	}
	chosen, err := e.choose(ctx, tx, rooms)
	now := e.DB.Now()
	messages := make([]message, len(chosen))
	for i, w := range chosen {
		messages[i] = message{w, w.Queue}
		if !w.Due.After(now) {
			messages[i].lane = express(w.Queue)
		}
	}
	return messages, err
}

// rooms returns what the windows of the queues that are served have place for.
func (e *Engine) rooms(ctx context.Context, tx *store.Tx) (map[string]room, error) {
	concurrency := e.Concurrency
	if !e.Alone {
		var err error
		if concurrency, err = tx.Concurrency(ctx, e.Lease); err != nil {
			return nil, err
		}
	}
	if err := tx.ForgetPublished(ctx, e.epoch); err != nil {
		return nil, err
	}
	inFlight, err := tx.InFlight(ctx)
	if err != nil {
		return nil, err
	}
	rooms := map[string]room{}
	for _, name := range Names() {
		if n := concurrency[name]; n > 0 { // else nobody would take them
			rooms[name] = room{inFlight[name], windowSize(n), n}
		}
	}
	return rooms, nil
}

// windowSize is how many tasks of a queue are handed out at once: enough to
// keep the workers busy, few enough that the order can still be changed.
func windowSize(concurrency int) int { return max(4, 3*concurrency) }

// publishers is how many messages are on their way to the broker at once.
const publishers = 4

func (e *Engine) publish(ctx context.Context, messages []message, suffix string) error {
	var sending errgroup.Group
	sending.SetLimit(publishers)
	for _, m := range messages {
		sending.Go(func() error {
			_, err := e.client.EnqueueContext(ctx, asynq.NewTask(m.Type, []byte(m.ID)),
				asynq.TaskID(m.ID+suffix), asynq.Queue(m.lane), asynq.MaxRetry(0), asynq.Timeout(taskTimeout))
			return err
		})
	}
	return sending.Wait()
}

// window picks tasks from the heads of the projects' backlogs until size tasks
// are in flight. The project with the least work in flight goes first, so that a
// case of three pages passes one of a hundred thousand; between equals, and
// inside a project, the earliest due time decides, which high priority and
// deadlines pull forward and waiting brings nearer. If the window is full, up
// to reserve tasks that are due now go all the same.
func window(heads map[string][]store.Waiting, inFlight map[string]int, now time.Time, size, reserve int) []store.Waiting {
	for _, n := range inFlight {
		size -= n
	}
	var chosen []store.Waiting
	taken := map[string]int{}
	for len(chosen) < size+reserve {
		var best string
		for p, list := range heads {
			if taken[p] == len(list) || len(chosen) >= size && list[taken[p]].Due.After(now) {
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
		e.epoch, err = epochOf(ctx, e.Redis, e.DB, epoch)
		return err
	}
	if !errors.Is(err, redis.Nil) {
		return fmt.Errorf("broker: %w", err)
	}
	// asynq registers a queue once a process, so after a flush it has to be
	// told again.
	lanes := Names()
	for _, name := range Names() {
		lanes = append(lanes, express(name))
	}
	if err := broker.SAdd(ctx, "asynq:queues", lanes).Err(); err != nil {
		return fmt.Errorf("broker: %w", err)
	}
	if err := broker.SetNX(ctx, e.Redis.EpochKey(), newLife(e.DB), 0).Err(); err != nil {
		return fmt.Errorf("broker: %w", err)
	}
	return e.checkEpoch(ctx)
}
