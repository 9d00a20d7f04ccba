package store_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

func TestEntityPages(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		r := register(t, db, b, store.NewDocument{SHA256: "one", Path: "/x/one"})
		jane, city := dossier.DeriveID(b.ProjectID, "jane"), dossier.DeriveID(b.ProjectID, "city")
		mention := func(typ dossier.MentionType, page int) store.PlacedMention {
			return store.PlacedMention{Mention: dossier.Mention{Type: typ, Page: page, Text: "x", End: 1}}
		}
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Contents().SaveChunks(ctx, r.DocumentID, []dossier.Chunk{{Text: "x", End: 1}}); err != nil {
				return err
			}
			if err := tx.Contents().SaveMentions(ctx, r.DocumentID, []store.PlacedMention{
				mention(dossier.Person, 2), mention(dossier.Person, 2), mention(dossier.Person, 1), mention(dossier.Location, 1),
			}); err != nil {
				return err
			}
			if _, err := tx.Entities().Put(ctx, b.ProjectID, []store.Canonical{
				{ID: jane, Type: dossier.Person, Name: "Jane Roe"}, {ID: city, Type: dossier.Location, Name: "Boston"},
			}); err != nil {
				return err
			}
			if err := tx.Names().Put(ctx, b.ProjectID, []store.Name{
				{ID: jane, Type: dossier.Person, Norm: "jane roe", Name: "Jane Roe", CanonicalID: jane},
				{ID: city, Type: dossier.Location, Norm: "boston", Name: "Boston", CanonicalID: city},
			}, nil); err != nil {
				return err
			}
			return tx.Contents().SaveEntities(ctx, r.DocumentID, []dossier.DocumentEntity{
				{Key: "PERSON:jane roe", Type: dossier.Person, Name: "Jane Roe", Norm: "jane roe", Mentions: []int{0, 1, 2}},
				{Key: "LOCATION:boston", Type: dossier.Location, Name: "Boston", Norm: "boston", Mentions: []int{3}},
			}, map[string]string{"PERSON:jane roe": jane, "LOCATION:boston": city})
		})
		var got []store.EntityPage
		if err := db.Entities().Pages(t.Context(), b.ProjectID, func(p store.EntityPage) error {
			got = append(got, p)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		want := []store.EntityPage{{EntityID: jane, DocumentID: r.DocumentID, Page: 1}, {EntityID: jane, DocumentID: r.DocumentID, Page: 2}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
