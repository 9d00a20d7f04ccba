package casefile

import (
	"slices"
	"strings"
	"time"

	"github.com/dossier-legal/dossier/internal/queue"
)

// CleanupQueue is the name by which a worker is told to clean up. No task goes
// through the broker for it: one of the workers that serve it cleans up when that
// is due.
const CleanupQueue = "cleanup"

// shortestLease is the shortest time between heartbeats that a busy machine can
// keep.
const shortestLease = time.Second

// WorkerRequest says what a worker serves.
type WorkerRequest struct {
	Queues      []string       // names; empty: all
	Concurrency map[string]int // tasks of a queue that run at the same time, where it is not the default
	Lease       time.Duration  // time without a heartbeat after which the tasks go to others
}

// Slots returns how many tasks of each queue run at the same time: perQueue, but
// one for [CleanupQueue], where the request has no other number.
func (q WorkerRequest) Slots(perQueue int) (map[string]int, error) {
	names := q.Queues
	if len(names) == 0 {
		names = queue.Names()
	}
	slots := map[string]int{}
	for _, name := range names {
		if err := checkQueue("queues", name); err != nil {
			return nil, err
		}
		slots[name] = perQueue
		if name == CleanupQueue {
			slots[name] = 1
		}
	}
	for name, n := range q.Concurrency {
		if err := checkQueue("concurrency", name); err != nil {
			return nil, err
		}
		if _, served := slots[name]; !served || n < 1 {
			return nil, invalid("concurrency", "name the queue in --queues and a number from 1",
				"%s=%d: the queue is not served here, or the number is not positive", name, n)
		}
		slots[name] = n
	}
	if q.Lease < shortestLease {
		return nil, invalid("lease", "use 30s", "a lease of %s is too short to be kept", q.Lease)
	}
	return slots, nil
}

func checkQueue(field, name string) error {
	if slices.Contains(queue.Names(), name) {
		return nil
	}
	return invalid(field, "the queues are "+strings.Join(queue.Names(), ", "), "there is no queue %q", name)
}
