package breaker_test

import (
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
)

// Workers share the breaker; failures of the provider open it, damaged
// files do not; open it lets nobody through; a reset, or a success, closes it.
func TestBreakerIsSharedAndIgnoresDamagedFiles(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		ctx := t.Context()
		one, other := breaker.New(r), breaker.New(r)
		report := func(cause error) {
			t.Helper()
			if err := one.Report(ctx, "textract", cause); err != nil {
				t.Fatal(err)
			}
		}
		allowed := func(b *breaker.Breakers) bool {
			t.Helper()
			wait, err := b.Allow(ctx, "textract")
			if err != nil {
				t.Fatal(err)
			}
			return wait == 0
		}
		for range 20 {
			report(dossier.Errorf(dossier.CodeDamaged, "torn"))
		}
		if !allowed(other) {
			t.Fatal("damaged files opened it")
		}
		down := dossier.Errorf(dossier.CodeProviderDown, "503")
		for range 4 {
			report(down)
		}
		report(nil)
		for range 4 {
			report(down)
		}
		if !allowed(other) {
			t.Fatal("a success between failures did not count")
		}
		report(down)
		if allowed(one) || allowed(other) {
			t.Fatal("five failures in a row did not open it for all")
		}
		states, err := other.List(ctx)
		if err != nil || len(states) != 1 || states[0].Status != "open" || states[0].Failures != 5 || states[0].Error != "503" {
			t.Errorf("states %+v, %v", states, err)
		}
		// Half-open: one try at a time.
		if err := r.For(rdb.RateLimit).HSet(ctx, r.BreakerKey("textract"), "until", 1).Err(); err != nil {
			t.Fatal(err)
		}
		if !allowed(one) || allowed(other) {
			t.Error("not exactly one try was let through")
		}
		report(down)
		if allowed(other) {
			t.Error("a try that failed did not open it again")
		}
		if ok, err := other.Reset(ctx, "textract"); !ok || err != nil || !allowed(one) {
			t.Errorf("reset: %v, %v", ok, err)
		}
	})
}
