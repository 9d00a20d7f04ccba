package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// TestBudget books and settles under each cap.
func TestBudget(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b, other := openBatch(t, db, "k"), openBatch(t, db, "k2")
		book := func(key string, b store.Batch, micros int64, caps store.Caps) error {
			c := store.Charge{CallKey: key, Project: b.ProjectID, Batch: b.ID, Provider: "llm", Units: 1, Micros: micros}
			return db.Write(t.Context(), func(tx *store.Tx) error { return tx.Charges().Book(t.Context(), c, caps) })
		}
		mustBook := func(key string, b store.Batch, micros int64, caps store.Caps) {
			t.Helper()
			if err := book(key, b, micros, caps); err != nil {
				t.Fatal(err)
			}
		}
		mustRefuse := func(key string, b store.Batch, micros int64, caps store.Caps) {
			t.Helper()
			if err := book(key, b, micros, caps); dossier.CodeOf(err) != dossier.CodeBudget {
				t.Fatalf("%s: %v", key, err)
			}
		}
		mustBook("a", b, 60, store.Caps{Run: 100})
		mustBook("a", b, 60, store.Caps{Run: 100}) // again: booked once
		mustRefuse("b", b, 41, store.Caps{Run: 100})
		mustBook("b", b, 40, store.Caps{Run: 100})
		mustBook("c", other, 90, store.Caps{Run: 100})
		mustRefuse("d", other, 11, store.Caps{Project: 200})
		mustRefuse("d", other, 11, store.Caps{Day: 200})
		write(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.Charges().Settle(ctx, "c", 7, 30) })
		mustBook("d", other, 70, store.Caps{Run: 100, Project: 200, Day: 200})
		write(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.Charges().Unbook(ctx, "d") })
		rows, err := db.Monitor().Spend(t.Context())
		if err != nil || len(rows) != 1 || rows[0].Total != 130e-6 || rows[0].Units != 9 || rows[0].Calls != 3 {
			t.Errorf("%+v, %v", rows, err)
		}
	})
}

// TestBudgetHoldsAtOnce has many book at the same time.
func TestBudgetHoldsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		var booked atomic.Int32
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				c := store.Charge{CallKey: string(rune('a' + i)), Project: b.ProjectID, Batch: b.ID, Provider: "llm", Micros: 30}
				err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.Charges().Book(t.Context(), c, store.Caps{Run: 100}) })
				switch dossier.CodeOf(err) {
				case "":
					booked.Add(1)
				case dossier.CodeBudget:
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if booked.Load() != 3 {
			t.Errorf("%d calls of 30 under a cap of 100", booked.Load())
		}
	})
}

func TestWarnings(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		r := register(t, db, b, store.NewDocument{SHA256: "aa", Path: "/x"})
		for _, w := range []struct {
			part string
			list []string
		}{{"names", []string{"one", "two"}}, {"names of ships", []string{"three"}}, {"names", []string{"four"}}, {"pages", nil}} {
			write(t, db, func(ctx context.Context, tx *store.Tx) error {
				return tx.Documents().Warn(ctx, r.DocumentID, w.part, w.list)
			})
		}
		d, err := db.Documents().Get(t.Context(), r.DocumentID)
		if err != nil || !slices.Equal(d.Warnings, []string{"names of ships: three", "names: four"}) {
			t.Errorf("%q, %v", d.Warnings, err)
		}
	})
}

// TestSpendTotals has the totals equal the sums over all calls, whatever was
// booked, settled, taken back or deleted with its project, and Book reads no
// more calls than those of one window.
func TestSpendTotals(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		b, other := openBatch(t, db, "k"), openBatch(t, db, "k2")
		rng := rand.New(rand.NewPCG(1, 2))
		micros := map[string]int64{}
		at := map[string]time.Time{}
		for i := range 400 {
			now := start.Add(time.Duration(i) * 7 * time.Minute)
			db.SetClock(now)
			key := fmt.Sprint("call ", i)
			write(t, db, func(ctx context.Context, tx *store.Tx) error {
				switch n := rng.IntN(4); {
				case n == 0 && i > 10:
					old := fmt.Sprint("call ", rng.IntN(i))
					if _, ok := micros[old]; ok {
						micros[old] = int64(rng.IntN(50))
					}
					return tx.Charges().Settle(ctx, old, 1, micros[old])
				case n == 1 && i > 10:
					old := fmt.Sprint("call ", rng.IntN(i))
					delete(micros, old)
					return tx.Charges().Unbook(ctx, old)
				}
				micros[key], at[key] = int64(rng.IntN(100)), now
				of := []store.Batch{b, other}[i%2]
				return tx.Charges().Book(ctx, store.Charge{CallKey: key, Project: of.ProjectID, Batch: of.ID, Provider: "llm", Micros: micros[key]}, store.Caps{})
			})
			var day, all int64
			for key, n := range micros {
				all += n
				if at[key].After(now.Add(-24 * time.Hour)) {
					day += n
				}
			}
			for name, caps := range map[string][2]store.Caps{
				"day":     {{Day: day + 1}, {Day: day}},
				"project": {{Project: all + 1}, {Project: all}},
			} {
				for over, c := range caps {
					err := db.Write(t.Context(), func(tx *store.Tx) error {
						probe := store.Charge{CallKey: "probe", Project: b.ProjectID, Batch: b.ID, Provider: "llm", Micros: 1}
						if err := tx.Charges().Book(t.Context(), probe, c); err != nil {
							return err
						}
						return tx.Charges().Unbook(t.Context(), "probe")
					})
					if (dossier.CodeOf(err) == dossier.CodeBudget) != (over == 1) {
						t.Fatalf("%d %s: day %d, all %d under %+v: %v", i, name, day, all, c, err)
					}
				}
			}
		}
	})
}
