package casefile

import (
	"context"
	"fmt"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/retention"
	"github.com/dossier-legal/dossier/internal/store"
)

// Projects describes all projects: their size, and the legal holds in force.
func (r Record) Projects(ctx context.Context) ([]store.ProjectInfo, error) {
	return r.DB.Projects().Infos(ctx, "")
}

// ShowProject describes a project, which is given by its name.
func (r Record) ShowProject(ctx context.Context, name string) (store.ProjectInfo, error) {
	list, err := r.DB.Projects().Infos(ctx, name)
	if err != nil {
		return store.ProjectInfo{}, err
	}
	return list[0], nil
}

// Held is a legal hold that was placed.
type Held struct {
	Held            string `json:"held"` // what, as in "project smith" and "document " with an id
	Reason          string `json:"reason"`
	StoppedDeletion bool   `json:"stopped_deletion"` // one was under way; what it had deleted by then is gone
}

// HoldProject places a legal hold on the project: nothing of it is deleted or
// cleaned up until the hold is released. The reason names the order and who asked
// for it.
func (c *CaseFile) HoldProject(ctx context.Context, reason string) (Held, error) {
	return c.hold(ctx, "", "project "+c.Project.Name, reason)
}

// HoldDocument places a legal hold on a document.
func (c *CaseFile) HoldDocument(ctx context.Context, what, reason string) (Held, error) {
	d, err := c.Document(ctx, what)
	if err != nil {
		return Held{}, err
	}
	return c.hold(ctx, d.ID, "document "+d.ID, reason)
}

func (c *CaseFile) hold(ctx context.Context, documentID, what, reason string) (Held, error) {
	if reason == "" {
		return Held{}, invalid("reason", "name the order, and who asked for it", "a legal hold has a reason")
	}
	stopped, err := c.keeper(retention.Ages{}).Hold(ctx, c.Project.ID, documentID, reason)
	return Held{what, reason, stopped}, err
}

// Released counts legal holds that were released.
type Released struct {
	Released int    `json:"released"`
	On       string `json:"-"` // what they were on
}

// ReleaseProject ends the legal holds on the project.
func (c *CaseFile) ReleaseProject(ctx context.Context) (Released, error) {
	return c.release(ctx, "", "project "+c.Project.Name)
}

// ReleaseDocument ends the legal holds on a document.
func (c *CaseFile) ReleaseDocument(ctx context.Context, what string) (Released, error) {
	d, err := c.Document(ctx, what)
	if err != nil {
		return Released{}, err
	}
	return c.release(ctx, d.ID, "document "+d.ID)
}

func (c *CaseFile) release(ctx context.Context, documentID, what string) (Released, error) {
	n, err := c.keeper(retention.Ages{}).Release(ctx, c.Project.ID, documentID)
	if err == nil && n == 0 {
		err = dossier.Errorf(dossier.CodeNotFound, "there is no legal hold on it").About(what).
			WithCure("`dossier project show` lists those in force, also on single documents")
	}
	return Released{n, what}, err
}

// DocumentsDeleted says which documents were deleted, and what was removed with
// them.
type DocumentsDeleted struct {
	Documents []store.Doomed   `json:"documents"`
	Kept      []store.Relative `json:"kept"` // attachments that are found elsewhere too
	Removed   retention.Counts `json:"removed"`
}

// DeleteDocuments carries out a plan of [CaseFile.PlanDeletion].
func (c *CaseFile) DeleteDocuments(ctx context.Context, plan DocumentDeletion) (DocumentsDeleted, error) {
	counts, err := c.keeper(retention.Ages{}).DeleteDocuments(ctx, c.Project.ID, plan.Deletion)
	return DocumentsDeleted{plan.Documents, plan.Kept, counts}, unfinished(err)
}

// ProjectDeletion is what the deletion of a project would delete.
type ProjectDeletion struct {
	DryRun  bool              `json:"dry_run"` // always: nothing is deleted yet
	Project store.ProjectInfo `json:"project"`
}

// PlanProjectDeletion describes what the deletion of a project would delete. It
// is an error of CodeHeld if a legal hold is in force on any of it.
func (r Record) PlanProjectDeletion(ctx context.Context, name string) (ProjectDeletion, error) {
	p, err := r.ShowProject(ctx, name)
	if err != nil {
		return ProjectDeletion{}, err
	}
	if len(p.Holds) > 0 {
		h := p.Holds[0]
		return ProjectDeletion{}, dossier.Errorf(dossier.CodeHeld, "%s placed a legal hold: %s", h.Actor, h.Reason).About("project " + p.Name).
			WithCure("`dossier project show` lists the holds; release them first")
	}
	return ProjectDeletion{true, p}, nil
}

// ProjectDeleted says which project was deleted, and what was removed with it.
type ProjectDeleted struct {
	ID      string           `json:"id"`
	Project string           `json:"project"` // name
	Removed retention.Counts `json:"removed"`
}

// DeleteProject carries out a plan of [Record.PlanProjectDeletion].
func (r Record) DeleteProject(ctx context.Context, plan ProjectDeletion) (ProjectDeleted, error) {
	p := plan.Project
	counts, err := r.keeper(retention.Ages{}).DeleteProject(ctx, p)
	return ProjectDeleted{p.ID, p.Name, counts}, unfinished(err)
}

// unfinished adds to an error after a deletion was decided that the deletion will
// be completed.
func unfinished(err error) error {
	switch dossier.CodeOf(err) {
	case "", dossier.CodeHeld, dossier.CodeChanged:
		return err
	}
	return fmt.Errorf("%w; what remains to be deleted is on record, and `dossier cleanup` or a worker completes it", err)
}

// CleanupRequest says what is removed because of its age.
type CleanupRequest struct {
	Ages   retention.Ages
	DryRun bool // count without removing
}

// Cleanup removes what is older than the ages and what deletions left.
func (r Record) Cleanup(ctx context.Context, q CleanupRequest) (retention.Cleaned, error) {
	if err := q.Ages.Check(); err != nil {
		return retention.Cleaned{}, err
	}
	return r.keeper(q.Ages).Clean(ctx, q.DryRun, true)
}

// KeepClean cleans up in turn with other workers until ctx ends, in the name of
// the machine. It also makes cached outputs again that could not be kept. id
// tells the workers apart.
func (r Record) KeepClean(ctx context.Context, ages retention.Ages, id string) {
	k := r.keeper(ages)
	k.Actor, k.Remake = "machine", r.Pipeline.Remake
	k.Run(ctx, id)
}
