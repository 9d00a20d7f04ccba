package casefile

import (
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

func TestOutcomeOfABatch(t *testing.T) {
	completed := store.Batch{Status: "completed"}
	for _, tt := range []struct {
		batch     store.Batch
		documents map[dossier.Status]int
		want      int
	}{
		{completed, map[dossier.Status]int{dossier.StatusCompleted: 2}, OutcomeComplete},
		{completed, map[dossier.Status]int{dossier.StatusCompleted: 1, dossier.StatusPartial: 1}, OutcomePartial},
		{completed, map[dossier.Status]int{dossier.StatusPartial: 2}, OutcomePartial},
		{completed, map[dossier.Status]int{dossier.StatusFailed: 2}, OutcomeFailed},
		{completed, nil, OutcomeFailed},
		{store.Batch{Status: "processing"}, map[dossier.Status]int{dossier.StatusCompleted: 2}, OutcomePartial},
	} {
		if s := summarise(tt.batch, store.Report{Documents: tt.documents}, time.Second); s.ExitCode != tt.want {
			t.Errorf("%s, %v: outcome %d, want %d", tt.batch.Status, tt.documents, s.ExitCode, tt.want)
		}
	}
}
