package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// registeredTogether is how many documents the intake registers in a
// transaction.
const registeredTogether = 256

// BenchmarkRegister registers documents with their first tasks, one transaction
// of 256 documents an operation.
func BenchmarkRegister(b *testing.B) {
	for _, engine := range []struct {
		name    string
		address func() string
	}{
		{"sqlite", func() string {
			path := filepath.Join(b.TempDir(), "dossier.db")
			if err := os.Rename(storetest.File(b), path); err != nil {
				b.Fatal(err)
			}
			return path
		}},
		{"postgres", func() string { return storetest.Database(b) }},
	} {
		b.Run(engine.name, func(b *testing.B) {
			db, err := store.Open(b.Context(), engine.address())
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			benchRegister(b, db)
			b.ReportMetric(float64(b.N*registeredTogether)/b.Elapsed().Seconds(), "documents/s")
		})
	}
}

func benchRegister(b *testing.B, db *store.DB) {
	var batch string
	var project store.Project
	must := func(f func(ctx context.Context, tx *store.Tx) error) {
		b.Helper()
		if err := db.Write(b.Context(), func(tx *store.Tx) error { return f(b.Context(), tx) }); err != nil {
			b.Fatal(err)
		}
	}
	must(func(ctx context.Context, tx *store.Tx) (err error) {
		if project, err = tx.Projects().Ensure(ctx, "p"); err != nil {
			return err
		}
		batch, _, err = tx.Batches().Open(ctx, store.BatchRequest{ProjectID: project.ID, SourceKey: "b", Priority: dossier.PriorityNormal})
		return err
	})
	n := 0
	for b.Loop() {
		docs := make([]store.NewDocument, registeredTogether)
		for i := range docs {
			n++
			sum := sha256.Sum256(fmt.Append(nil, n))
			docs[i] = store.NewDocument{ProjectID: project.ID, SHA256: hex.EncodeToString(sum[:]), Path: fmt.Sprintf("/folder/%d.txt", n), Format: "text"}
		}
		must(func(ctx context.Context, tx *store.Tx) error {
			registered, err := tx.Documents().RegisterAll(ctx, batch, docs)
			for _, r := range registered {
				tx.Tasks().Add(store.NewTask{
					ID: dossier.DeriveID(r.DocumentID, "ocr"), BatchID: batch, ProjectID: project.ID, DocumentID: r.DocumentID,
					Type: "ocr", Queue: "ocr", Generation: 1,
				})
			}
			return err
		})
	}
}
