package pipeline

import (
	"strconv"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/webhook"
)

// What webhooks are told. It is queued with what it tells of, in one
// transaction, under an id that is the same whenever the same is told.

// postDocument tells that a document ended with a task.
func postDocument(tx *store.Tx, t store.Task, status dossier.Status, cause error) {
	kind := map[dossier.Status]string{
		dossier.StatusCompleted: webhook.DocumentCompleted, dossier.StatusFailed: webhook.DocumentFailed,
		dossier.StatusPartial: webhook.DocumentPartial, dossier.StatusQuarantined: webhook.DocumentQuarantined,
	}[status]
	tx.Webhooks().Queue(t.ProjectID, kind, dossier.DeriveID(t.ID, kind), webhook.Message{
		Kind: kind, At: tx.Now(), Project: t.ProjectID, Batch: t.BatchID, Document: t.DocumentID,
		Stage: dossier.Stage(t.Type), Attempt: t.Attempts, Status: status, Code: dossier.CodeOf(cause), Error: dossier.TextOf(cause),
	})
}

// postBatch tells that a batch ended, in the given round.
func postBatch(tx *store.Tx, projectID, batchID, kind string, round int) {
	status := dossier.StatusCompleted
	if kind == webhook.BatchCancelled {
		status = dossier.StatusCancelled
	}
	tx.Webhooks().Queue(projectID, kind, dossier.DeriveID(batchID, kind, strconv.Itoa(round)), webhook.Message{
		Kind: kind, At: tx.Now(), Project: projectID, Batch: batchID, Status: status,
	})
}
