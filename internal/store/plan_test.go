package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// What is done for every task finds the batches of its document by the document,
// whatever PostgreSQL knows of its tables: the cost of a task must not grow with
// the documents that wait.
func TestATaskReadsOnlyTheMembersOfItsDocument(t *testing.T) {
	where := pgtest.Database(t)
	db := storetest.Open(t, where)
	b := openBatch(t, db, "k")
	var documents []store.Registered
	write(t, db, func(ctx context.Context, tx *store.Tx) (err error) {
		var files []store.NewDocument
		for i := range 2000 {
			files = append(files, store.NewDocument{ProjectID: b.ProjectID, SHA256: fmt.Sprint(i), Path: fmt.Sprint("/", i), Recipe: "r"})
		}
		documents, err = tx.Documents().RegisterAll(ctx, b.ID, files)
		return err
	})
	raw, err := sql.Open("pgx", where)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	read := func() (n int) {
		t.Helper()
		if err := raw.QueryRow(`SELECT idx_tup_read + seq_tup_read FROM (SELECT sum(idx_tup_read) AS idx_tup_read FROM pg_stat_user_indexes
			WHERE relname = 'batch_documents') i, (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'batch_documents') s`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	flushed := func() int {
		time.Sleep(1100 * time.Millisecond) // a session reports what it read once a second, when a transaction ends
		write(t, db, func(context.Context, *store.Tx) error { return nil })
		return read()
	}
	for i, analyzed := range []bool{false, true} {
		if analyzed {
			if _, err := raw.Exec(`ANALYZE`); err != nil {
				t.Fatal(err)
			}
		}
		before := flushed()
		write(t, db, func(ctx context.Context, tx *store.Tx) error {
			for k := range 10 {
				d := documents[10*i+k].DocumentID
				tx.Tasks().Add(store.NewTask{ID: d, BatchID: b.ID, ProjectID: b.ProjectID, DocumentID: d, Type: "x", Queue: "text", Generation: 1})
			}
			tasks, err := tx.Tasks().HandOver(ctx, "w", map[string]int{"text": 10})
			if err != nil || len(tasks) != 10 {
				return fmt.Errorf("%d tasks were handed over: %w", len(tasks), err)
			}
			started, err := tx.Documents().Start(ctx, []string{documents[10*i].DocumentID})
			if err != nil || len(started) != 1 {
				return fmt.Errorf("%v started: %w", started, err)
			}
			_, err = tx.Documents().End(ctx, documents[10*i].DocumentID, dossier.StatusCompleted, "", nil)
			return err
		})
		if n := flushed() - before; n < 10 || n > 200 {
			t.Errorf("analyzed %v: %d members were read for ten documents", analyzed, n)
		}
	}
}
