package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/search"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// texts of documents, which searches find by their letters.
var searched = map[string]string{
	"a": "The oﬃcer ﬁled an aﬃdavit. The merger was signed; an agreement followed.",
	"b": "A settle-\nment of claims by e-mail. Ms. Goldberg and another woman read the Agreements.",
	"c": "本合同由甲方签订。 Ｃｏｎｔｒａｃｔ of sale, No. 1:23-cv-04417.",
	"d": "Merger agreement of O’Brien. Several women of negligent habit; negligence is alleged.",
	"e": "agreement on many other things that say nothing of a certain merger, in the end",
}

// Both engines give the same answers, whatever is asked.
func TestSearchFindsTheSameOnBothEngines(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		other := map[string]string{}
		for _, name := range slices.Sorted(func(yield func(string) bool) {
			for name := range searched {
				if !yield(name) {
					return
				}
			}
		}) {
			d := store.NewDocument{SHA256: strings.Repeat(name, 64), Path: "/" + name, Recipe: "r"}
			id := register(t, db, b, d).DocumentID
			other[id] = name
			write(t, db, func(ctx context.Context, tx *store.Tx) error {
				if err := tx.Contents().SavePages(ctx, id, []dossier.Page{{Number: 1, Text: searched[name], Source: dossier.SourceLayer}}, nil, nil, nil, nil); err != nil {
					return err
				}
				return tx.Contents().IndexPages(ctx, id)
			})
		}
		for query, want := range map[string]string{
			`officer`: "a", `officers filing`: "a", `"officers"`: "", `affidavit filed`: "a",
			`merger agreement`: "a d e", `"merger agreement"`: "d", `merger w/4 agreement`: "a d", `merger pre/1 agreement`: "d",
			`merger /s agreement`: "a d e", `agreement pre/20 merger`: "e", `"agreement merger"~1`: "d",
			`agreements`: "a b d e", `"agreements"`: "b", `agreement NOT merger`: "b", `agreement NOT (merger w/4 agreement)`: "b e",
			`settlement`: "b", `settle`: "b", `email`: "b", `e-mail`: "b", `"e mail"`: "b",
			`合同`: "c", `甲`: "c", `contract`: "c", `1:23-cv-04417`: "c", `O'Brien`: "d", `obrien`: "d", `brien`: "d",
			`negligen!`: "d", `wom*n`: "b d", `wom?n`: "b d", `*berg`: "b", `*xyz*q`: "", `nowhere`: "",
			`goldberg OR obrien`: "b d", `(merger OR claims) AND (signed OR email)`: "a b",
		} {
			q, err := search.Parse(query)
			if err != nil {
				t.Fatal(err)
			}
			hits, total, err := db.Contents().Search(t.Context(), b.ProjectID, q, 10, 0)
			if err != nil {
				t.Fatalf("%s: %v", query, err)
			}
			var names []string
			for _, h := range hits {
				names = append(names, other[h.DocumentID])
				if len(h.Marks) == 0 {
					t.Errorf("%s: nothing is marked in %q", query, h.Snippet)
				}
			}
			slices.Sort(names)
			if diff := cmp.Diff(want, strings.Join(names, " ")); diff != "" || total != len(hits) {
				t.Errorf("%s: %d in all, %s", query, total, diff)
			}
		}
		if hits, total, err := db.Contents().Search(t.Context(), b.ProjectID, must(search.Parse("merger w/20 agreement")), 1, 1); err != nil || total != 3 || len(hits) != 1 {
			t.Errorf("the second of three: %+v of %d, %v", hits, total, err)
		}
		if words, err := db.Contents().Alike(t.Context(), b.ProjectID, "goldberk"); err != nil || !slices.Contains(words, "goldberg") || slices.Contains(words, "merger") {
			t.Errorf("words with the letter g: %v, %v", words, err)
		}
		hits, _, err := db.Contents().Search(t.Context(), b.ProjectID, must(search.Parse("merger agreement")), 1, 0)
		if err != nil || len(hits) != 1 || other[hits[0].DocumentID] != "d" {
			t.Errorf("the page with the phrase is not the best: %+v, %v", hits, err)
		}
	})
}

// The index of an older version is made anew when the database is opened.
func TestIndexIsMadeAnew(t *testing.T) {
	t.Parallel()
	address := storetest.Database(t)
	db := openAt(t, address)
	b := openBatch(t, db, "k")
	id := register(t, db, b, store.NewDocument{SHA256: "aa", Path: "/a", Recipe: "r"}).DocumentID
	write(t, db, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Contents().SavePages(ctx, id, []dossier.Page{{Number: 1, Text: "the agreements", Source: dossier.SourceLayer}}, nil, nil, nil, nil); err != nil {
			return err
		}
		_, err := tx.Documents().End(ctx, id, dossier.StatusCompleted, "", nil)
		return err
	})
	raw, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for _, statement := range []string{
		"INSERT INTO page_index SELECT row_id, 0, '''the'':1 ''agreements'':2' FROM document_pages",
		"DELETE FROM goose_db_version WHERE version_id = 21",
	} {
		if _, err := raw.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	hits, _, err := openAt(t, address).Contents().Search(t.Context(), b.ProjectID, must(search.Parse("agreement")), 1, 0)
	if err != nil || len(hits) != 1 {
		t.Errorf("%+v, %v", hits, err)
	}
}

// A pattern that fits too many words is refused, and says what to do.
func TestPatternOfTooManyWords(t *testing.T) {
	each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		b := openBatch(t, db, "k")
		id := register(t, db, b, store.NewDocument{SHA256: "aa", Path: "/a", Recipe: "r"}).DocumentID
		var text strings.Builder
		for i := range 600 {
			fmt.Fprintf(&text, "x%dy ", i)
		}
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Contents().SavePages(ctx, id, []dossier.Page{{Number: 1, Text: text.String(), Source: dossier.SourceLayer}}, nil, nil, nil, nil); err != nil {
				return err
			}
			return tx.Contents().IndexPages(ctx, id)
		})
		_, _, err := db.Contents().Search(t.Context(), b.ProjectID, must(search.Parse("x*y")), 1, 0)
		if dossier.CodeOf(err) != dossier.CodeInvalidInput || !strings.Contains(dossier.TextOf(err), "more than 500 words") {
			t.Error(err)
		}
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
