package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// The beginning of an id stands for it if that is unique; an ambiguous one is
// refused with those that fit.
func TestIDsByUniquePrefix(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		ctx := t.Context()
		const webhooks = 7 // made in one moment: their ids begin alike
		var ids []string
		if err := db.Write(ctx, func(tx *store.Tx) error {
			ids = nil
			for range webhooks {
				id, err := tx.Webhooks().Add(ctx, store.Webhook{URL: "https://example.org"})
				if err != nil {
					return err
				}
				ids = append(ids, id)
				if err := tx.Audit().Record(ctx, "jane", "webhook.add", id, "", nil); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		common := ids[0][:6]
		if w, err := db.Webhooks().Get(ctx, ids[1]); err != nil || w.ID != ids[1] {
			t.Errorf("%s is %s, %v", ids[1], w.ID, err)
		}
		unique := shortestUnique(ids)
		if w, err := db.Webhooks().Get(ctx, unique); err != nil || w.ID != ids[0] {
			t.Errorf("%s is %s, %v", unique, w.ID, err)
		}
		_, err := db.Webhooks().Get(ctx, common)
		if dossier.CodeOf(err) != dossier.CodeInvalidInput || !strings.Contains(err.Error(), ids[0]) || !strings.HasSuffix(dossier.TextOf(err), "(give more of the id of one)") {
			t.Errorf("ambiguous: %v", err)
		}
		if n := strings.Count(err.Error(), common); n != 6 || !strings.Contains(err.Error(), " and more") { // the subject, and five
			t.Errorf("%d ids are listed: %v", n, err)
		}
		if _, err := db.Webhooks().Get(ctx, ids[0][:5]); dossier.CodeOf(err) != dossier.CodeNotFound {
			t.Errorf("five letters: %v", err)
		}
		if list, err := db.Audit().List(ctx, unique, 10); err != nil || len(list) != 1 || list[0].Subject != ids[0] {
			t.Errorf("the audit log has %v, %v", list, err)
		}
		if _, err := db.Audit().List(ctx, common, 10); dossier.CodeOf(err) != dossier.CodeInvalidInput {
			t.Errorf("ambiguous in the audit log: %v", err)
		}
		if err := db.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Webhooks().Replay(ctx, "000000")
			return err
		}); dossier.CodeOf(err) != dossier.CodeNotFound {
			t.Errorf("replay of nothing: %v", err)
		}
	})
}

// shortestUnique returns the beginning of the first id that no other has.
func shortestUnique(ids []string) string {
	n := 6
	for _, id := range ids[1:] {
		for n < len(id) && strings.HasPrefix(id, ids[0][:n]) {
			n++
		}
	}
	return ids[0][:n]
}

// An unknown name is answered with those that are near.
func TestNamesThatAreNear(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		ctx := t.Context()
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			p, err := tx.Projects().Ensure(ctx, "halden")
			if err != nil {
				return err
			}
			_, _, err = tx.Batches().Open(ctx, store.BatchRequest{ProjectID: p.ID, SourceKey: "k", Name: "night-run", Priority: dossier.PriorityNormal})
			return err
		})
		_, project := db.Projects().Get(ctx, "haldne")
		_, infos := db.Projects().Infos(ctx, "Halden")
		_, batch := db.Batches().Find(ctx, "nigth-run")
		_, nothing := db.Projects().Get(ctx, "zebra crossing")
		for _, c := range []struct {
			err  error
			want string
		}{
			{project, `did you mean "halden"? `}, {infos, `did you mean "halden"? `}, {batch, `did you mean "night-run"? `}, {nothing, "(`dossier"},
		} {
			if dossier.CodeOf(c.err) != dossier.CodeNotFound || !strings.Contains(c.err.Error(), c.want) {
				t.Errorf("got %v, want %s", c.err, c.want)
			}
		}
	})
}
