package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// paper is a document of the project "p" that names Jane Roe, and what somebody
// said is no entity.
func paper(t *testing.T, db *store.DB, b store.Batch, name string) string {
	t.Helper()
	r := register(t, db, b, store.NewDocument{SHA256: name, Path: "/x/" + name})
	write(t, db, func(ctx context.Context, tx *store.Tx) error {
		jane, form := dossier.DeriveID(b.ProjectID, "jane roe"), dossier.DeriveID(b.ProjectID, "form")
		if _, err := tx.Entities().Put(ctx, b.ProjectID, []store.Canonical{
			{ID: jane, Type: dossier.Person, Name: "Jane Roe"}, {ID: form, Type: dossier.Person, Name: "Form Letter", Rejected: true},
		}); err != nil {
			return err
		}
		if err := tx.Names().Put(ctx, b.ProjectID, []store.Name{
			{ID: jane, Type: dossier.Person, Norm: "jane roe", Name: "Jane Roe", CanonicalID: jane},
			{ID: form, Type: dossier.Person, Norm: "form letter", Name: "Form Letter", CanonicalID: form},
		}, nil); err != nil {
			return err
		}
		return tx.Contents().SaveEntities(ctx, r.DocumentID, []dossier.DocumentEntity{
			{Key: "PERSON:jane roe", Type: dossier.Person, Name: "Jane Roe", Norm: "jane roe"},
			{Key: "PERSON:form letter", Type: dossier.Person, Name: "Form Letter", Norm: "form letter"},
		}, map[string]string{"PERSON:jane roe": jane, "PERSON:form letter": form})
	})
	return r.DocumentID
}

func saveEvents(t *testing.T, db *store.DB, b store.Batch, documentID string, events ...dossier.Event) {
	t.Helper()
	write(t, db, func(ctx context.Context, tx *store.Tx) error {
		return tx.Contents().SaveEvents(ctx, b.ProjectID, documentID, events)
	})
}

// stated is an event whose words are its key.
func stated(date, end, words string, entities ...string) dossier.Event {
	return dossier.Event{
		Kind: dossier.EventStated, Date: date, DateEnd: end, Page: 1, End: len(words), Sentence: words,
		Key: date + end + words, Entities: entities, Confidence: 0.9, Method: "scanner:date",
	}
}

// chronology renders the events of a project as "date–end words [files] {names}".
func chronology(t *testing.T, db *store.DB, projectID string, filter store.EventFilter) []string {
	t.Helper()
	list := []string{}
	if err := db.Contents().Chronology(t.Context(), projectID, filter, func(r store.EventRow) error {
		var files, names []string
		for _, s := range r.Sources {
			files = append(files, s.FileName)
		}
		for _, e := range r.Entities {
			names = append(names, e.Name)
		}
		list = append(list, fmt.Sprintf("%s–%s %s [%s] {%s}", r.Date, r.DateEnd, r.Sentence, strings.Join(files, " "), strings.Join(names, " ")))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestChronology(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		one, two := paper(t, db, b, "one"), paper(t, db, b, "two")
		const roe = "PERSON:jane roe"
		saveEvents(t, db, b, one,
			stated("2019-06-01", "", "later"), stated("2019-05", "", "month"), stated("2019-05-03", "2019-05-20", "range"),
			stated("2019", "", "year"), stated("2019-05-12", "", "shared", "PERSON:form letter", roe))
		saveEvents(t, db, b, two, stated("2019-05-12", "", "shared"), stated("2019-05-12", "", "the other"))
		all := []string{
			"2019-05– month [one] {}",
			"2019-05-03–2019-05-20 range [one] {}",
			"2019-05-12– shared [one two] {Jane Roe}",
			"2019-05-12– the other [two] {}",
			"2019-06-01– later [one] {}",
		}
		year := "2019– year [one] {}"
		for _, tt := range []struct {
			name   string
			filter store.EventFilter
			want   []string
		}{
			{"everything", store.EventFilter{}, append([]string{year}, all...)},
			{"a month overlaps a day in it", store.EventFilter{From: "2019-05-31", To: "2019-05-31"}, []string{year, all[0]}},
			{"after the range", store.EventFilter{From: "2019-05-21"}, []string{year, all[0], all[4]}},
			{"before all but the year", store.EventFilter{To: "2019-04-30"}, []string{year}},
			{"an entity", store.EventFilter{EntityID: dossier.DeriveID(b.ProjectID, "jane roe")}, []string{"2019-05-12– shared [one] {Jane Roe}"}},
			{"a document", store.EventFilter{DocumentID: two}, []string{"2019-05-12– shared [two] {}", all[3]}},
		} {
			if diff := cmp.Diff(tt.want, chronology(t, db, b.ProjectID, tt.filter)); diff != "" {
				t.Errorf("%s: %s", tt.name, diff)
			}
		}

		// Done again, a document has its new events alone.
		saveEvents(t, db, b, one, stated("2020-01-01", "", "new", roe))
		want := []string{"2019-05-12– shared [two] {}", "2019-05-12– the other [two] {}", "2020-01-01– new [one] {Jane Roe}"}
		if diff := cmp.Diff(want, chronology(t, db, b.ProjectID, store.EventFilter{})); diff != "" {
			t.Error(diff)
		}
		// A document that is done anew from the start has none until then.
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Documents().Register(ctx, b.ID, store.NewDocument{ProjectID: b.ProjectID, SHA256: "one", Path: "/x/one", Recipe: "another"})
			return err
		})
		if diff := cmp.Diff(want[:2], chronology(t, db, b.ProjectID, store.EventFilter{})); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEventsNeedDates(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		one := paper(t, db, b, "one")
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Contents().SaveEvents(t.Context(), b.ProjectID, one, []dossier.Event{stated("2019-02-30", "", "no such day")})
		})
		if dossier.CodeOf(err) != dossier.CodeInconsistent {
			t.Errorf("%v", err)
		}
	})
}

func TestZonesAreOffsetsOfTheText(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		r := register(t, db, b, store.NewDocument{SHA256: "aa", Path: "/x/one.pdf"})
		pages := []dossier.Page{
			{Number: 1, Source: dossier.SourceLayer, Text: "first"},
			{Number: 2, Source: dossier.SourceLayer, Text: "head\nsecond", Zones: []dossier.Zone{{Kind: dossier.ZoneHeader, End: 4}}},
		}
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			return tx.Contents().SavePages(ctx, r.DocumentID, pages, nil, nil, nil, nil)
		})
		text, spans, err := db.Contents().Text(t.Context(), r.DocumentID)
		if err != nil {
			t.Fatal(err)
		}
		zones, err := db.Contents().Zones(t.Context(), r.DocumentID, spans)
		if err != nil {
			t.Fatal(err)
		}
		if len(zones) != 1 || text[zones[0].Start:zones[0].End] != "head" || zones[0].Kind != dossier.ZoneHeader {
			t.Errorf("%+v", zones)
		}
	})
}
