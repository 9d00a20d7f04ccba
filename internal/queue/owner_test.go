package queue_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// A Redis serves one database. Another is refused, with both names and the flag
// to change, after the Redis was emptied too, and whoever is faster.
func TestRedisBelongsToOneDatabase(t *testing.T) {
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		a, b := storetest.Open(t, ""), storetest.Open(t, filepath.Join(t.TempDir(), "other.db"))
		binds := func(db *store.DB) {
			t.Helper()
			if err := queue.Bind(t.Context(), r, db); err != nil {
				t.Errorf("%s: %v", db.Name(), err)
			}
		}
		refused := func(db, owner *store.DB) {
			t.Helper()
			for _, err := range []error{queue.Bind(t.Context(), r, db), queue.CheckOwner(t.Context(), r, db)} {
				text := fmt.Sprint(err)
				if dossier.CodeOf(err) != dossier.CodeWrongRedis || !strings.Contains(text, db.Name()) || !strings.Contains(text, owner.Name()) {
					t.Errorf("%s: %s", db.Name(), text)
				}
			}
		}
		flush := func() {
			t.Helper()
			if err := r.For(rdb.Broker).FlushAll(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
		}
		binds(a)
		binds(a)
		refused(b, a)
		flush()
		if err := queue.CheckOwner(t.Context(), r, a); err != nil {
			t.Errorf("an empty Redis: %v", err)
		}
		binds(b)
		refused(a, b)
		flush()
		// As an earlier version left it: the first takes it over.
		if err := r.For(rdb.Broker).Set(t.Context(), r.EpochKey(), "WITHOUTADATABASE", 0).Err(); err != nil {
			t.Fatal(err)
		}
		binds(a)
		refused(b, a)
		for range 20 {
			flush()
			race(t, r, a, b)
		}
	})
}

// race has many processes of two databases bind one Redis at once: those of one
// succeed, and those of the other are refused.
func race(t *testing.T, r *rdb.Redis, a, b *store.DB) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	bound := map[*store.DB]int{}
	for i := range 8 {
		db := []*store.DB{a, b}[i%2]
		all.Go(func() {
			err := queue.Bind(t.Context(), r, db)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				bound[db]++
			} else if dossier.CodeOf(err) != dossier.CodeWrongRedis {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(bound) != 1 || bound[a]+bound[b] != 4 {
		t.Errorf("%d processes of one database and %d of the other have the Redis", bound[a], bound[b])
	}
}
