package casefile

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/batch"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/paid"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/store"
)

// SubmitRequest names files to process as a batch.
type SubmitRequest struct {
	Paths    []string // folders and files, or one manifest: a .json file with a version, which has all else
	Project  string   // name; it is created if it is missing
	Name     string   // of the batch
	Priority dossier.Priority
	Deadline time.Duration // from now; 0: none
	OCR      extract.OCRMode
}

// Request checks the request and returns it as the pipeline takes it.
func (q SubmitRequest) Request() (batch.Request, error) {
	r := batch.Request{Paths: q.Paths, Project: q.Project, Name: q.Name, Priority: q.Priority, Within: q.Deadline, OCR: q.OCR}
	if err := checkPriority(q.Priority, q.Deadline); err != nil {
		return r, err
	}
	if err := checkOCR(q.OCR); err != nil {
		return r, err
	}
	return r, anyExists(q.Paths)
}

func checkOCR(mode extract.OCRMode) error {
	switch mode {
	case "", extract.OCRAuto, extract.OCROff, extract.OCRForce:
		return nil
	}
	return invalid("ocr", "use auto, off or force", "%q is no mode of recognition", mode)
}

// anyExists refuses paths none of which exists.
func anyExists(paths []string) error {
	if len(paths) == 0 {
		return invalid("paths", "name files or folders", "there is nothing to process")
	}
	for _, path := range paths {
		if _, err := os.Stat(path); err == nil {
			return nil
		}
	}
	return dossier.Errorf(dossier.CodeNotFound, "no such file or folder").About(paths[0]).WithCure("check the path")
}

// manifestOr reads the manifest that the request names, or else checks the
// request.
func (q SubmitRequest) manifestOr() (batch.Request, error) {
	if len(q.Paths) == 1 && strings.HasSuffix(strings.ToLower(q.Paths[0]), ".json") {
		if m, ok, err := batch.ReadManifest(q.Paths[0]); err != nil || ok {
			return m, err
		}
	}
	return q.Request()
}

// Submit registers files as a batch for the workers and returns its state, with
// the files that could not be registered. dataDir is left out of the files. If no
// file can be processed, the batch is cancelled and the state has the reasons
// beside the error.
func (r Record) Submit(ctx context.Context, q SubmitRequest, dataDir string) (s BatchState, err error) {
	request, err := q.manifestOr()
	if err != nil {
		return s, err
	}
	if err := r.refuseSkew(ctx); err != nil {
		return s, err
	}
	b, err := r.Manager.Open(ctx, request)
	if err != nil {
		return s, err
	}
	if err := r.Manager.Intake(ctx, b, request, dataDir, func() { r.Manager.Call(ctx) }); err != nil {
		return s, r.incomplete(context.WithoutCancel(ctx), b, err)
	}
	if s, err = r.submitted(ctx, b, request); err != nil {
		return s, err
	}
	s.Unserved, err = r.unserved(ctx)
	return s, err
}

// refuseSkew refuses to submit work while workers live whose stages produce other
// results than those of this program: documents would be processed partly by one
// and partly by the other. Another build with the same stages, as most are in a
// rolling upgrade, is accepted.
func (r Record) refuseSkew(ctx context.Context) error {
	workers, err := r.workers(ctx)
	if err != nil {
		return err
	}
	for _, w := range workers {
		if w.Stages != plan.Versions() {
			return dossier.Errorf(dossier.CodeVersionSkew, "the stages of the worker (version %s) make something else than those of this program (%s)", w.Build, r.Build).
				About(w.ID).WithCure("finish the upgrade of the workers, or submit with the version that they run")
		}
	}
	return nil
}

// incomplete ends a submission that failed. A batch without documents is
// cancelled; another one stays, and the error says how to proceed.
func (r Record) incomplete(ctx context.Context, b store.Batch, cause error) error {
	s, err := r.DB.Batches().State(ctx, b.ID)
	if err != nil {
		return errors.Join(cause, err)
	}
	if s.Total == 0 && s.Status == "processing" {
		_, err := r.Manager.Cancel(ctx, b)
		return errors.Join(cause, err)
	}
	return errors.Join(cause, dossier.Errorf(dossier.CodeInterrupted, "%d documents were registered, others were not", s.Total).About(b.ID).
		WithCure("submit the same files again to go on, or `dossier batch cancel` it"))
}

// submitted reads the state of a batch whose files were registered, with those
// that were not. A batch without any document is cancelled and refused.
func (r Record) submitted(ctx context.Context, b store.Batch, q batch.Request) (s BatchState, err error) {
	if s.BatchState, err = r.DB.Batches().State(ctx, b.ID); err != nil {
		return s, err
	}
	failures, err := r.DB.Batches().Failures(ctx, b.ID)
	if err != nil {
		return s, err
	}
	for _, f := range failures {
		if f.Document == "" {
			s.Problems = append(s.Problems, f)
		}
	}
	if s.Total > 0 {
		return s, nil
	}
	// A worker may have completed the empty batch already.
	if _, err := r.Manager.Cancel(ctx, b); err != nil && dossier.CodeOf(err) != dossier.CodeInvalidInput {
		return s, err
	}
	return s, invalid(q.Paths[0], "check the path, or the rows of the manifest", "there is no file in it that can be processed")
}

// EstimateRequest names files whose recognition is to be estimated, and who would
// read them.
type EstimateRequest struct {
	Paths       []string // folders and files
	OCR         extract.OCRMode
	Workers     int // files that are read concurrently
	Layers      batch.Layers
	Recognition paid.Recognition
	Model       *paid.Model // that finds names; nil for none
}

// Estimate returns how many pages of files need recognition and what that would
// cost. It needs no record, pays nothing and records nothing.
func (r Record) Estimate(ctx context.Context, q EstimateRequest) (batch.Estimate, error) {
	if err := checkOCR(q.OCR); err != nil {
		return batch.Estimate{}, err
	}
	if err := anyExists(q.Paths); err != nil {
		return batch.Estimate{}, err
	}
	return batch.EstimateCost(ctx, q.Layers, q.Recognition, q.Model, batch.Request{Paths: q.Paths, OCR: q.OCR}, q.Workers)
}
