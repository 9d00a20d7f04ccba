package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
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

// pass is what one look at the backlog hands to the broker.
type pass struct {
	messages []message
	suffix   string // makes the ids of the messages
	busy     bool   // another engine is feeding; nothing was chosen
}

// feed tops up the broker's window of every queue. The rows are marked first
// and published after the commit: a crash between the two is healed by
// [store.TxTasks.Unpublish], and publishing twice is harmless.
//
// One engine feeds at a time. An engine that finds another one feeding asks it
// to look again when it has finished, because it may have looked before the
// latest work was committed, and then tries once more itself: the other may
// have finished before it was asked. So nobody has to poll for the lock.
func (e *Engine) feed(ctx context.Context) error {
	epoch, err := e.brokerEpoch(ctx)
	if err != nil {
		return err
	}
	e.epoch.Store(&epoch)
	p, err := e.look(ctx, epoch)
	if err == nil && p.busy {
		if err = e.Redis.For(rdb.Broker).Set(ctx, e.Redis.FeedAgainKey(), "1", feedAgainTTL).Err(); err == nil {
			p, err = e.look(ctx, epoch)
		}
	}
	if err != nil || p.busy {
		return err
	}
	return errors.Join(e.publish(ctx, p), e.announce(ctx, p), e.feedAgain(ctx))
}

// feedAgainTTL outlives any pass; a request that nobody answers is forgotten,
// because every engine feeds each second anyway.
const feedAgainTTL = 10 * time.Second

// feedAgain wakes the feeder if another engine asked for one more pass while
// this one held the lock.
func (e *Engine) feedAgain(ctx context.Context) error {
	if !e.DB.Shared() {
		return nil // the lock is never taken by another process
	}
	err := e.Redis.For(rdb.Broker).GetDel(ctx, e.Redis.FeedAgainKey()).Err()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	if err != nil {
		return brokerError(err)
	}
	e.Wake()
	return nil
}

// look chooses tasks and marks them as handed out. It also takes back tasks
// whose messages came to nothing, so that they are chosen again.
func (e *Engine) look(ctx context.Context, epoch string) (p pass, err error) {
	back := e.dropped.take()
	err = e.DB.WriteBrief(ctx, func(tx *store.Tx) error {
		first, err := tx.TryLock(ctx, "feed")
		if p = (pass{busy: !first}); err != nil || p.busy {
			return err
		}
		if err := tx.Tasks().TakeBack(ctx, back); err != nil {
			return err
		}
		if p.messages, err = e.next(ctx, tx, epoch); err != nil {
			return err
		}
		ids := make([]string, len(p.messages))
		for i, m := range p.messages {
			ids[i] = m.ID
		}
		p.suffix, err = tx.Tasks().MarkPublished(ctx, ids, epoch)
		return err
	})
	if err != nil || p.busy {
		e.dropped.add(back...)
	}
	return p, err
}

// dropped collects the ids of tasks that the broker was given and that were
// not claimed although nothing is wrong with them: the message could not be
// sent, the claim could not be recorded, or the worker stopped.
type dropped struct {
	mu  sync.Mutex
	ids []string
}

func (d *dropped) add(ids ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ids = append(d.ids, ids...)
}

func (d *dropped) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	ids := d.ids
	d.ids = nil
	return ids
}

// next picks the tasks that go to the broker next, each with its lane.
func (e *Engine) next(ctx context.Context, tx *store.Tx, epoch string) ([]message, error) {
	rooms, err := e.rooms(ctx, tx, epoch)
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

// rooms returns the free capacity of the windows of the queues that are served.
func (e *Engine) rooms(ctx context.Context, tx *store.Tx, epoch string) (map[string]room, error) {
	concurrency := e.Concurrency
	if !e.Alone {
		var err error
		if concurrency, err = tx.Workers().Concurrency(ctx, e.Lease); err != nil {
			return nil, err
		}
	}
	if err := tx.Tasks().ForgetPublished(ctx, epoch); err != nil {
		return nil, err
	}
	inFlight, err := tx.Tasks().InFlight(ctx)
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

// publish sends messages to the broker. A task whose message could not be sent
// is chosen again in the next pass.
func (e *Engine) publish(ctx context.Context, p pass) error {
	var sending errgroup.Group
	sending.SetLimit(publishers)
	for _, m := range p.messages {
		sending.Go(func() error {
			_, err := e.client.EnqueueContext(ctx, asynq.NewTask(m.Type, []byte(m.ID)),
				asynq.TaskID(m.ID+p.suffix), asynq.Queue(m.lane), asynq.MaxRetry(0), asynq.Timeout(taskTimeout))
			if err != nil {
				e.dropped.add(m.ID)
			}
			return err
		})
	}
	return sending.Wait()
}

// announce says in which lanes there are new messages: at once to the gates of
// this process, and to those of others.
func (e *Engine) announce(ctx context.Context, p pass) error {
	var lanes []string
	for _, m := range p.messages {
		if !slices.Contains(lanes, m.lane) {
			lanes = append(lanes, m.lane)
		}
	}
	if len(lanes) == 0 {
		return nil
	}
	e.open(lanes)
	return brokerError(e.Redis.For(rdb.Broker).Publish(ctx, e.Redis.LanesChannel(), strings.Join(lanes, ",")).Err())
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

// brokerEpoch returns the name of the broker's present life. A broker without
// one has lost its memory: a new epoch begins with no messages, and all rows
// count as not handed out, because their epoch is another.
func (e *Engine) brokerEpoch(ctx context.Context) (string, error) {
	broker, key := e.Redis.For(rdb.Broker), e.Redis.EpochKey()
	life, err := broker.Get(ctx, key).Result()
	if err == nil {
		return epochOf(ctx, e.Redis, e.DB, life)
	}
	if !errors.Is(err, redis.Nil) {
		return "", brokerError(err)
	}
	// asynq registers a queue once in a process, so after a flush it has to be
	// registered again.
	var lanes []any
	for _, name := range Names() {
		lanes = append(lanes, name, express(name))
	}
	if err := broker.SAdd(ctx, rdb.QueuesKey(), lanes...).Err(); err != nil {
		return "", brokerError(err)
	}
	if err := broker.SetNX(ctx, key, newLife(e.DB), 0).Err(); err != nil {
		return "", brokerError(err)
	}
	life, err = broker.Get(ctx, key).Result()
	if errors.Is(err, redis.Nil) {
		return "", dossier.Errorf(dossier.CodeProviderDown, "the broker lost the key %s immediately after it was set", key).
			About("Redis").WithCure("set maxmemory-policy noeviction, and let nothing else delete the broker's keys")
	}
	if err != nil {
		return "", brokerError(err)
	}
	return epochOf(ctx, e.Redis, e.DB, life)
}

func brokerError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("broker: %w", err)
}
