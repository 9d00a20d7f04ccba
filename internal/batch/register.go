package batch

import (
	"context"
	"errors"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/identity"
	"github.com/dossier-legal/dossier/internal/notify"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/store"
)

// Describe fills in what the content of an original says: its format, or why
// it is refused. The error is one of the blobs.
func Describe(ctx context.Context, blobs *blob.Store, recipe plan.Recipe, d *store.NewDocument, mode extract.OCRMode, name string) error {
	d.OCRMode, d.Recipe = string(mode), recipe.For(mode)
	path, release, err := blobs.Local(ctx, blob.OriginalKey(d.SHA256))
	if err == nil {
		defer release()
		var format extract.Format
		format, err = extract.Detect(path, name)
		d.Format = string(format)
	}
	if dossier.CodeOf(err) == dossier.CodeStorage { // not the file's fault
		return err
	}
	if err != nil {
		d.Refused = asError(dossier.Renamed(err, d.Path))
	}
	return nil
}

// asError returns err as an error with a code.
func asError(err error) *dossier.Error {
	if e, ok := errors.AsType[*dossier.Error](err); ok {
		return e
	}
	return dossier.Errorf(dossier.CodeUnreadable, "%w", err)
}

// Register records documents in a batch and starts those that have work to do.
// One that is not started here brings along the files found in it so far; those
// still to be found join when they are. Documents may hold each other, and one
// may be held many times: the files in each are brought along once.
func Register(ctx context.Context, tx *store.Tx, b store.Batch, docs []store.NewDocument) (members []store.Member, err error) {
	brought := map[string]bool{}
	for len(docs) > 0 {
		registered, err := tx.Documents().RegisterAll(ctx, b.ID, docs)
		if err != nil {
			return nil, err
		}
		var found []store.NewDocument
		for i, r := range registered {
			members = append(members, r.Member)
			more, err := begin(ctx, tx, b, docs[i], r, brought)
			if err != nil {
				return nil, err
			}
			found = append(found, more...)
		}
		docs = found
	}
	return members, nil
}

// begin starts a registered document if it has work to do. Of one that has not,
// it returns the files found in it, unless they were brought along before.
func begin(ctx context.Context, tx *store.Tx, b store.Batch, d store.NewDocument, r store.Registered, brought map[string]bool) ([]store.NewDocument, error) {
	if err := identity.Release(ctx, tx, b.ProjectID, r.FreedNames); err != nil {
		return nil, err
	}
	if r.New && r.Status == dossier.StatusFailed { // refused: no stage will report it
		notify.DocumentEnded(tx, store.Task{NewTask: plan.FirstTask(ctx, r, b)}, r.Status, d.Refused)
	}
	if r.Start {
		tx.Tasks().Add(plan.FirstTask(ctx, r, b))
	}
	if r.Start || r.New || brought[r.DocumentID] {
		return nil, nil
	}
	brought[r.DocumentID] = true
	if err := tx.Containers().ReportRefusals(ctx, b.ID, r.DocumentID); err != nil {
		return nil, err
	}
	found, err := tx.Containers().Attachments(ctx, r.DocumentID)
	for i := range found {
		found[i].OCRMode, found[i].Recipe = d.OCRMode, d.Recipe
	}
	return found, err
}
