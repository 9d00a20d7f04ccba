package queue

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/dossier-legal/dossier/internal/store"
)

// room is the free capacity of a queue's window.
type room struct {
	inFlight map[string]int // tasks handed out or claimed, by project
	size     int            // of the window
	reserve  int            // places beside it for tasks that are due now
}

// places is how many tasks may be handed out now.
func (r room) places() int {
	n := r.size + r.reserve
	for _, taken := range r.inFlight {
		n -= taken
	}
	return max(0, n)
}

// promising returns those of a queue's backlogs that [window] may take tasks
// from. It takes from the project with the least work in flight, the earliest
// due time between equals: whatever it takes comes from the first projects in
// this order, as many as there are places, or, if the window is full, from the
// first of those whose work is due now.
func (r room) promising(backlogs []store.ProjectBacklog, now time.Time) []store.ProjectBacklog {
	slices.SortFunc(backlogs, func(a, b store.ProjectBacklog) int {
		return cmp.Or(cmp.Compare(r.inFlight[a.ProjectID], r.inFlight[b.ProjectID]), a.Due.Compare(b.Due),
			cmp.Compare(a.ProjectID, b.ProjectID))
	})
	places, dueNow := r.places(), 0
	var chosen []store.ProjectBacklog
	for i, b := range backlogs {
		urgent := !b.Due.After(now)
		if urgent {
			dueNow++
		}
		if i < places || urgent && dueNow <= places {
			chosen = append(chosen, b)
		}
	}
	return chosen
}

// choose picks the tasks that go to the broker next. Its statements are few,
// whatever the number of queues and projects.
func (e *Engine) choose(ctx context.Context, tx *store.Tx, rooms map[string]room) ([]store.Waiting, error) {
	var queues []string
	for queue, r := range rooms {
		if r.places() > 0 {
			queues = append(queues, queue)
		}
	}
	if len(queues) == 0 {
		return nil, nil
	}
	backlogs, err := tx.Tasks().Backlogs(ctx, queues)
	if err != nil {
		return nil, err
	}
	return pick(backlogs, rooms, e.DB.Now(), func(open []store.ProjectBacklog, limit int) ([]store.Waiting, error) {
		return tx.Tasks().Heads(ctx, open, limit)
	})
}

// pick applies [window] to the first tasks of the promising backlogs, which
// heads reads, and reads more of those that it uses up.
func pick(backlogs []store.ProjectBacklog, rooms map[string]room, now time.Time,
	heads func(open []store.ProjectBacklog, limit int) ([]store.Waiting, error),
) (chosen []store.Waiting, err error) {
	byQueue := map[string][]store.ProjectBacklog{}
	for _, b := range backlogs {
		byQueue[b.Queue] = append(byQueue[b.Queue], b)
	}
	var open []store.ProjectBacklog
	limit := 0
	for queue, list := range byQueue {
		list = rooms[queue].promising(list, now)
		open = append(open, list...)
		limit = max(limit, rooms[queue].places()/max(1, len(list))+1)
	}
	waiting := map[string]map[string][]store.Waiting{} // by queue and project
	for ; len(open) > 0; limit *= 2 {
		list, err := heads(open, limit)
		if err != nil {
			return nil, err
		}
		for queue, projects := range group(list) {
			if waiting[queue] == nil {
				waiting[queue] = map[string][]store.Waiting{}
			}
			maps.Copy(waiting[queue], projects)
		}
		chosen = nil
		taken := map[[2]string]int{}
		for queue, projects := range waiting {
			for _, w := range window(projects, rooms[queue].inFlight, now, rooms[queue].size, rooms[queue].reserve) {
				chosen = append(chosen, w)
				taken[[2]string{queue, w.ProjectID}]++
			}
		}
		open = slices.DeleteFunc(open, func(b store.ProjectBacklog) bool { return taken[[2]string{b.Queue, b.ProjectID}] < limit })
	}
	return chosen, nil
}

// group orders tasks by queue and project.
func group(list []store.Waiting) map[string]map[string][]store.Waiting {
	groups := map[string]map[string][]store.Waiting{}
	for _, w := range list {
		if groups[w.Queue] == nil {
			groups[w.Queue] = map[string][]store.Waiting{}
		}
		groups[w.Queue][w.ProjectID] = append(groups[w.Queue][w.ProjectID], w)
	}
	return groups
}
