package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/export"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/show"
)

// batchCmd submits batches and steers them.
type batchCmd struct {
	Submit   batchSubmitCmd   `cmd:"" help:"Register files as a batch for the workers: folders, files, or a manifest."`
	Estimate batchEstimateCmd `cmd:"" help:"Estimate how many pages need recognition and what it would cost. Nothing is paid."`
	List     batchListCmd     `cmd:"" help:"List batches, the newest first."`
	Status   batchStatusCmd   `cmd:"" help:"Show the progress of a batch."`
	Watch    batchWatchCmd    `cmd:"" help:"Follow a batch until it ends, then print its report."`
	Cancel   batchCancelCmd   `cmd:"" help:"Cancel a batch. Finished documents are kept; no further work is started."`
	Pause    batchPauseCmd    `cmd:"" help:"Pause a batch. Running tasks finish; no further task is started."`
	Resume   batchResumeCmd   `cmd:"" help:"Resume a paused batch."`
	Retry    batchRetryCmd    `cmd:"" help:"Re-run failed, partial or cancelled documents of a batch."`
	Priority batchPriorityCmd `cmd:"" help:"Change the priority and deadline of a batch."`
	Report   batchReportCmd   `cmd:"" help:"Print the result of a batch with every failure."`
}

// intakeFlags say what a batch is to do with which files.
type intakeFlags struct {
	Project  string        `default:"default" help:"Name of the project." placeholder:"NAME"`
	Priority string        `enum:"high,normal,low" default:"normal" help:"Priority of this batch: high, normal or low."`
	Deadline time.Duration `help:"Time by which this batch should be done, from now: 2h." placeholder:"2h"`
	OCR      string        `enum:"auto,off,force" default:"auto" help:"Recognise pages: auto (those without a text layer), off or force."`
}

// request returns the request that the flags make.
func (f intakeFlags) request(paths []string) casefile.SubmitRequest {
	return casefile.SubmitRequest{
		Paths: paths, Project: f.Project, Priority: dossier.Priority(f.Priority), Deadline: f.Deadline, OCR: extract.OCRMode(f.OCR),
	}
}

type batchSubmitCmd struct {
	Paths []string `arg:"" name:"path" help:"Folders and files, or one manifest (a .json file with a version)." type:"path"`
	intakeFlags
	Name  string `help:"Name of the batch." placeholder:"NAME"`
	Watch bool   `help:"Follow the batch until it ends."`
}

// Run registers the files and hands the batch to the workers.
func (c *batchSubmitCmd) Run(e *env) error {
	return e.with(e.openRecordOrNew, func(r casefile.Record) error {
		ctx, span := startSubmission(e.ctx)
		defer span.End()
		q := c.request(c.Paths)
		q.Name = c.Name
		s, err := r.Submit(ctx, q, e.Data)
		switch {
		case err != nil:
			show.NotRegistered(e.err, s.Problems)
			return err
		case c.Watch:
			return e.follow(r, s.ID)
		}
		return e.submitted(s)
	})
}

// submitted prints what was submitted. The exit code says whether files are
// missing from it.
func (e *env) submitted(s casefile.BatchState) error {
	show.NotRegistered(e.err, s.Problems)
	if err := one(show.Submitted)(e, s); err != nil {
		return err
	}
	if !e.JSON {
		for _, q := range s.Unserved {
			fmt.Fprintf(e.err, "dossier: no worker serves the queue %s: start one with dossier worker --queues %s\n", q, q)
		}
	}
	if len(s.Problems) > 0 {
		return failure(exitPartly)
	}
	return nil
}

// follow shows the progress and the failures of a batch until it ends, then its
// report. Who interrupts it has seen enough; the batch goes on.
func (e *env) follow(r casefile.Record, batch string) error {
	p := e.progress()
	s, err := r.Follow(e.ctx, batch, p)
	p.Close()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	if err != nil {
		return err
	}
	return e.summary(s)
}

// progress shows how a batch proceeds, beside --json nothing.
func (e *env) progress() show.Progress {
	if e.JSON {
		return show.NoProgress{}
	}
	return show.NewProgress(e.err)
}

// summary prints the result of a batch and sets the exit code.
func (e *env) summary(s casefile.Summary) error {
	if err := one(show.Summary)(e, s); err != nil || s.ExitCode == casefile.OutcomeComplete {
		return err
	}
	return failure(s.ExitCode)
}

// withBatch names a batch.
type withBatch struct {
	Batch string `arg:"" help:"Id of the batch, its beginning, or its name."`
}

type batchListCmd struct {
	Open  bool `help:"Only batches in progress."`
	Limit int  `default:"50" help:"Maximum number of rows." placeholder:"N"`
}

// Run lists batches.
func (c *batchListCmd) Run(e *env) error {
	return onRecord(e, e.openSQL, func(r casefile.Record) ([]casefile.BatchState, error) {
		return r.Batches(e.ctx, c.Open, c.Limit)
	}, each(show.Batches))
}

type batchStatusCmd struct{ withBatch }

// Run shows the state of a batch.
func (c *batchStatusCmd) Run(e *env) error {
	return onRecord(e, e.openSQL, func(r casefile.Record) (casefile.BatchState, error) { return r.Batch(e.ctx, c.Batch) }, one(show.Batch))
}

type batchWatchCmd struct{ withBatch }

// Run follows a batch until it ends.
func (c *batchWatchCmd) Run(e *env) error {
	return e.with(e.openRecord, func(r casefile.Record) error { return e.follow(r, c.Batch) })
}

type batchReportCmd struct {
	withBatch
	Format string `enum:"text,html,csv,json" default:"text" help:"text, html (one page to print or send), csv (every file that failed or is incomplete) or json."`
	Output string `short:"o" help:"Output file. Default: standard output." placeholder:"FILE" type:"path"`
}

// Run prints the result of a batch.
func (c *batchReportCmd) Run(e *env) error {
	return onRecord(e, e.openSQL, func(r casefile.Record) (casefile.Summary, error) { return r.Report(e.ctx, c.Batch) }, c.print)
}

// print prints the result of a batch in a format, and sets the exit code.
func (c *batchReportCmd) print(e *env, s casefile.Summary) error {
	if c.Format == "text" && c.Output == "" || e.JSON && c.Output == "" {
		return e.summary(s)
	}
	if err := export.To(c.Output, e.out, func(w io.Writer) error {
		switch {
		case c.Format == "json" || e.JSON:
			lines := json.NewEncoder(w)
			lines.SetEscapeHTML(false)
			return lines.Encode(s)
		case c.Format == "html":
			return show.ReportHTML(w, s)
		case c.Format == "csv":
			return export.Failures(w, s.Failures)
		}
		return show.Summary(w, s)
	}); err != nil || s.ExitCode == casefile.OutcomeComplete {
		return err
	}
	return failure(s.ExitCode)
}

type batchCancelCmd struct{ withBatch }

// Run cancels a batch.
func (c *batchCancelCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) (casefile.BatchCancelled, error) {
		return r.CancelBatch(e.ctx, c.Batch)
	}, one(show.BatchCancelled))
}

type batchPauseCmd struct{ withBatch }

// Run pauses a batch.
func (c *batchPauseCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) (casefile.BatchPaused, error) {
		return r.PauseBatch(e.ctx, c.Batch)
	}, one(show.BatchPaused))
}

type batchResumeCmd struct{ withBatch }

// Run resumes a paused batch.
func (c *batchResumeCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) (casefile.BatchPaused, error) {
		return r.ResumeBatch(e.ctx, c.Batch)
	}, one(show.BatchPaused))
}

type batchRetryCmd struct {
	withBatch
	Stage string `help:"Re-run from this stage: ocr, chunking, entity_extraction, entity_resolution, relationship_building or finalization. Default: the stage at which each document failed." placeholder:"STAGE"`
	Only  string `enum:"failed,partial,quarantined,cancelled,completed," default:"" help:"Only documents with this status. Default: all that did not complete; with --stage, all." placeholder:"STATUS"`
}

// Run processes documents of a batch again.
func (c *batchRetryCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) (casefile.Retried, error) {
		return r.RetryBatch(e.ctx, casefile.RetryRequest{Batch: c.Batch, Stage: dossier.Stage(c.Stage), Only: dossier.Status(c.Only)})
	}, one(show.BatchRetried))
}

type batchPriorityCmd struct {
	withBatch
	Priority string        `arg:"" enum:"high,normal,low" help:"high, normal or low."`
	Deadline time.Duration `help:"Time by which the batch should be done, from now: 2h." placeholder:"2h"`
}

// Run changes the priority of a batch.
func (c *batchPriorityCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) (casefile.BatchPriority, error) {
		return r.SetBatchPriority(e.ctx, casefile.PriorityRequest{Batch: c.Batch, Priority: dossier.Priority(c.Priority), Deadline: c.Deadline})
	}, one(show.BatchPriority))
}
