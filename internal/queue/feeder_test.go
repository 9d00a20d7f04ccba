package queue

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dossier-legal/dossier/internal/store"
)

func backlog(project string, n int, due time.Time) []store.Waiting {
	list := make([]store.Waiting, n)
	for i := range list {
		list[i] = store.Waiting{ID: fmt.Sprintf("%s%d", project, i), ProjectID: project, Due: due.Add(time.Duration(i) * time.Second)}
	}
	return list
}

func TestWindow(t *testing.T) {
	now := time.Date(2024, 5, 3, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name     string
		heads    map[string][]store.Waiting
		inFlight map[string]int
		size     int // of the window
		reserve  int
		want     []string
	}{
		{"nothing waits", nil, nil, 3, 1, nil},
		{"one project goes by due time", map[string][]store.Waiting{"a": backlog("a", 5, now)}, nil, 3, 0, []string{"a0", "a1", "a2"}},
		{
			"a small case passes a large one that fills the window",
			map[string][]store.Waiting{"large": backlog("large", 9, now.Add(-24*time.Hour)), "small": backlog("small", 2, now)},
			map[string]int{"large": 6},
			9, 0,
			[]string{"small0", "small1", "large0"},
		},
		{
			"projects take turns, the earlier due first",
			map[string][]store.Waiting{"a": backlog("a", 3, now), "b": backlog("b", 3, now.Add(-time.Minute))},
			nil, 4, 0,
			[]string{"b0", "a0", "b1", "a1"},
		},
		{
			"what is due now goes though the window is full, to the reserve and no further",
			map[string][]store.Waiting{"a": backlog("a", 5, now.Add(-2*time.Second))},
			map[string]int{"a": 6},
			6, 2,
			[]string{"a0", "a1"},
		},
		{
			"what is due later waits for the window",
			map[string][]store.Waiting{"a": backlog("a", 5, now.Add(time.Hour))},
			map[string]int{"a": 5},
			6, 2,
			[]string{"a0"},
		},
		{
			"the reserve is not filled twice",
			map[string][]store.Waiting{"a": backlog("a", 5, now)},
			map[string]int{"a": 8},
			6, 2,
			nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, w := range window(tt.heads, tt.inFlight, now, tt.size, tt.reserve) {
				got = append(got, w.ID)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The feeder reads the first tasks of a few projects, and picks what it would
// pick if it had read everything.
func TestPickEqualsWindowOverEverything(t *testing.T) {
	now := time.Date(2024, 5, 3, 9, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		all, inFlight := map[string][]store.Waiting{}, map[string]int{}
		var backlogs []store.ProjectBacklog
		for p := range rapid.IntRange(0, 30).Draw(t, "projects") {
			project := fmt.Sprintf("p%02d", p)
			inFlight[project] = rapid.IntRange(0, 3).Draw(t, "in flight")
			due := now.Add(time.Duration(rapid.IntRange(-9, 9).Draw(t, "due"))*time.Hour + time.Duration(p)*time.Millisecond)
			for i := range rapid.IntRange(0, 20).Draw(t, "tasks") {
				due = due.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "later")) * time.Minute)
				all[project] = append(all[project], store.Waiting{ID: fmt.Sprintf("%s-%d", project, i), Queue: "text", ProjectID: project, Due: due})
			}
			if len(all[project]) > 0 {
				backlogs = append(backlogs, store.ProjectBacklog{Queue: "text", ProjectID: project, Due: all[project][0].Due})
			}
		}
		r := room{inFlight, rapid.IntRange(0, 60).Draw(t, "size"), rapid.IntRange(0, 10).Draw(t, "reserve")}
		read := 0
		got, err := pick(backlogs, map[string]room{"text": r}, now, func(open []store.ProjectBacklog, limit int) (list []store.Waiting, err error) {
			for _, b := range open {
				list = append(list, all[b.ProjectID][:min(limit, len(all[b.ProjectID]))]...)
			}
			read += len(list)
			return list, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(window(all, inFlight, now, r.size, r.reserve), got); diff != "" {
			t.Error(diff)
		}
		if most := 8 * (r.places() + 2*min(len(backlogs), r.places())); read > most {
			t.Errorf("%d tasks were read to fill %d places; %d are enough", read, r.places(), most)
		}
	})
}

func TestBackoff(t *testing.T) {
	for n, want := range []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second, time.Minute, time.Minute} {
		for range 100 {
			if d := backoff(n); d < want*9/10 || d > want*11/10 {
				t.Fatalf("backoff(%d) = %s, want %s give or take a tenth", n, d, want)
			}
		}
	}
}
