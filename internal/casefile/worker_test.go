package casefile

import (
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
)

func TestSlotsOfAWorker(t *testing.T) {
	slots, err := WorkerRequest{Queues: []string{"ocr", "entity", CleanupQueue}, Concurrency: map[string]int{"ocr": 2}, Lease: time.Minute}.Slots(8)
	if want := map[string]int{"ocr": 2, "entity": 8, CleanupQueue: 1}; err != nil || !maps.Equal(slots, want) {
		t.Errorf("%v, %v, want %v", slots, err, want)
	}
	for field, q := range map[string]WorkerRequest{
		"queues":      {Queues: []string{"nothing"}, Lease: time.Minute},
		"concurrency": {Queues: []string{"ocr"}, Concurrency: map[string]int{"entity": 2}, Lease: time.Minute},
		"lease":       {Lease: time.Millisecond},
	} {
		_, err := q.Slots(8)
		if refused, ok := errors.AsType[*dossier.Error](err); !ok || refused.Subject != field || refused.Cure == "" {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if _, err := (WorkerRequest{Concurrency: map[string]int{"ocr": 0}, Lease: time.Minute}).Slots(8); dossier.CodeOf(err) != dossier.CodeInvalidInput {
		t.Errorf("no task at a time: %v", err)
	}
}
