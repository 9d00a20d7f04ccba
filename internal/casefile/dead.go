package casefile

import (
	"context"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// DeadRequest narrows a list of dead letters, the tasks that failed permanently;
// empty fields narrow nothing.
type DeadRequest struct {
	Project string // name
	Batch   string // id, beginning of the id, or name
	Stage   dossier.Stage
	Code    dossier.Code
}

// filter checks the request and finds its batch.
func (q DeadRequest) filter(ctx context.Context, db *store.DB) (f store.DeadFilter, err error) {
	f = store.DeadFilter{Project: q.Project, Stage: q.Stage, Code: q.Code}
	if q.Stage != store.FinalizeBatch {
		if err := checkStage(q.Stage); err != nil {
			return f, err
		}
	}
	if q.Batch != "" {
		b, err := db.Batches().Find(ctx, q.Batch)
		if err != nil {
			return f, err
		}
		f.Batch = b.ID
	}
	return f, nil
}

// DeadLetters calls f for dead letters, the newest first.
func (r Record) DeadLetters(ctx context.Context, q DeadRequest, f func(store.DeadLetter) error) error {
	filter, err := q.filter(ctx, r.DB)
	if err != nil {
		return err
	}
	return r.DB.Tasks().DeadLetters(ctx, filter, f)
}

// ReplayRequest names dead letters to process again.
type ReplayRequest struct {
	DeadRequest
	All bool // all dead letters of all projects; nothing else is set then
}

// Replayed counts the tasks that a replay started.
type Replayed struct {
	Started int `json:"started"`
}

// Replay processes again what failed permanently, from the stage at which it
// failed.
func (r Record) Replay(ctx context.Context, q ReplayRequest) (Replayed, error) {
	if narrowed := q.DeadRequest != (DeadRequest{}); narrowed == q.All {
		return Replayed{}, invalid("all", "narrow them by --project, --batch, --stage or --code, as in `dossier dead list`, or give --all alone for those of every project",
			"it is not clear which dead letters to replay")
	}
	filter, err := q.filter(ctx, r.DB)
	if err != nil {
		return Replayed{}, err
	}
	n, err := r.Manager.Replay(ctx, filter)
	return Replayed{n}, err
}
