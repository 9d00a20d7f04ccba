package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/event"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/pipeline"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/store"
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

// request checks the flags and makes the request of them.
func (f intakeFlags) request(paths []string) (pipeline.Request, error) {
	r := pipeline.Request{Paths: paths, Project: f.Project, Priority: dossier.Priority(f.Priority), Within: f.Deadline, OCR: extract.OCRMode(f.OCR)}
	if f.Deadline < 0 {
		return r, dossier.Errorf(dossier.CodeInvalidInput, "a deadline lies in the future").About("--deadline").WithCure("write it as 2h")
	}
	return r, anyExists(paths)
}

// anyExists refuses a request none of whose paths exists: nothing could be
// done.
func anyExists(paths []string) error {
	var first error
	for _, path := range paths {
		_, err := os.Stat(path)
		if err == nil {
			return nil
		}
		if first == nil {
			first = dossier.Errorf(dossier.CodeNotFound, "no such file or folder").About(path).WithCure("check the path")
		}
	}
	return first
}

type batchSubmitCmd struct {
	Paths []string `arg:"" name:"path" help:"Folders and files, or one manifest (a .json file with a version)." type:"path"`
	intakeFlags
	Name  string `help:"Name of the batch." placeholder:"NAME"`
	Watch bool   `help:"Follow the batch until it ends."`
}

// Run registers the files and hands the batch to the workers.
func (c *batchSubmitCmd) Run(e *env) (err error) {
	r, err := c.manifestOrPaths()
	if err != nil {
		return err
	}
	a, err := e.openRecordOrNew()
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	if err := a.refuseSkew(e); err != nil {
		return err
	}
	ctx, span := startSubmission(e.ctx)
	defer span.End()
	b, err := a.pipeline.Open(ctx, r)
	if err != nil {
		return err
	}
	if err := a.pipeline.Intake(ctx, b, r, e.Data, func() { a.pipeline.Call(ctx) }); err != nil {
		return a.incomplete(e, b, err)
	}
	s, err := a.submitted(e, b, r)
	if err != nil {
		return err
	}
	if s.Unserved, err = a.unserved(e.ctx); err != nil {
		return err
	}
	if c.Watch {
		return a.watchBatch(e, b.ID)
	}
	return s.printSubmitted(e)
}

// incomplete ends a submission that failed: a batch without documents is
// cancelled, another one stays, and the error says what can be done about it.
func (a *app) incomplete(e *env, b store.Batch, cause error) error {
	ctx := context.WithoutCancel(e.ctx)
	s, err := a.db.Batches().State(ctx, b.ID)
	if err != nil {
		return errors.Join(cause, err)
	}
	if s.Total == 0 && s.Status == "processing" {
		_, err := a.pipeline.Cancel(ctx, b)
		return errors.Join(cause, err)
	}
	return errors.Join(cause, dossier.Errorf(dossier.CodeInterrupted, "%d documents were registered, others were not", s.Total).About(b.ID).
		WithCure("submit the same files again to go on, or `dossier batch cancel` it"))
}

// submitted reads the state of a batch whose files were registered, with those
// that were not. A batch without any document is cancelled and refused.
func (a *app) submitted(e *env, b store.Batch, r pipeline.Request) (s batchState, err error) {
	if s, err = a.batchState(e, b.ID); err != nil {
		return s, err
	}
	failures, err := a.db.Batches().Failures(e.ctx, b.ID)
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
	if _, err := a.pipeline.Cancel(e.ctx, b); err != nil && dossier.CodeOf(err) != dossier.CodeInvalidInput {
		return s, err
	}
	s.printProblems(e)
	return s, dossier.Errorf(dossier.CodeInvalidInput, "there is no file in it that can be processed").About(r.Paths[0]).
		WithCure("check the path, or the rows of the manifest")
}

func (s batchState) printProblems(e *env) {
	for _, f := range s.Problems {
		fmt.Fprintf(e.err, "dossier: not registered: %s: %s [%s]\n", visible(f.Path), oneLine(visible(f.Message)), f.Code)
	}
}

// printSubmitted prints what was submitted, and sets the exit code if files are
// missing from it.
func (s batchState) printSubmitted(e *env) error {
	s.printProblems(e)
	var err error
	if e.JSON {
		err = e.printJSON(s)
	} else {
		_, err = fmt.Fprintf(e.out, "batch %s: %d documents\n", s.ID, s.Total)
		for _, q := range s.Unserved {
			fmt.Fprintf(e.err, "dossier: no worker serves the queue %s: start one with dossier worker --queues %s\n", q, q)
		}
	}
	if err == nil && len(s.Problems) > 0 {
		err = failure(exitPartly)
	}
	return err
}

func (c *batchSubmitCmd) manifestOrPaths() (pipeline.Request, error) {
	if len(c.Paths) == 1 && strings.EqualFold(lastExt(c.Paths[0]), ".json") {
		m, ok, err := pipeline.ReadManifest(c.Paths[0])
		if err != nil || ok {
			return m, err
		}
	}
	r, err := c.request(c.Paths)
	r.Name = c.Name
	return r, err
}

func lastExt(path string) string { return path[max(0, len(path)-len(".json")):] }

// unserved lists the queues that no living worker serves.
func (a *app) unserved(ctx context.Context) ([]string, error) {
	workers, err := a.db.Workers().List(ctx)
	if err != nil {
		return nil, err
	}
	served := map[string]bool{}
	for _, w := range workers {
		if a.db.Now().Sub(w.HeartbeatAt) < workerAlive {
			for name := range w.Queues {
				served[name] = true
			}
		}
	}
	return slices.DeleteFunc(queue.Names(), func(q string) bool { return served[q] }), nil
}

// workerAlive is how old the heartbeat of a living worker may be.
const workerAlive = 30 * time.Second

// refuseSkew refuses to submit work while workers live whose stages make
// something else than those of this program: documents would be done partly by
// one and partly by the other. Another build whose stages are the same, as
// most are in a rolling upgrade, is no reason to refuse.
func (a *app) refuseSkew(e *env) error {
	workers, err := a.db.Workers().List(e.ctx)
	if err != nil {
		return err
	}
	for _, w := range workers {
		if a.db.Now().Sub(w.HeartbeatAt) < workerAlive && w.Stages != pipeline.Versions() {
			return dossier.Errorf(dossier.CodeVersionSkew, "the stages of the worker (version %s) make something else than those of this program (%s)", w.Build, build()).
				About(w.ID).WithCure("finish the upgrade of the workers, or submit with the version that they run")
		}
	}
	return nil
}

// withBatch names a batch.
type withBatch struct {
	Batch string `arg:"" help:"Id of the batch, its beginning, or its name."`
}

// open opens the record and what belongs to it, and finds the batch.
func (w withBatch) open(e *env) (*app, store.Batch, error) {
	return w.find(e, e.openRecord)
}

// read opens the record alone and finds the batch.
func (w withBatch) read(e *env) (*app, store.Batch, error) {
	return w.find(e, e.openSQL)
}

func (w withBatch) find(e *env, open func() (*app, error)) (*app, store.Batch, error) {
	a, err := open()
	if err != nil {
		return nil, store.Batch{}, err
	}
	b, err := a.db.Batches().Find(e.ctx, w.Batch)
	if err != nil {
		return nil, b, errors.Join(err, a.close())
	}
	return a, b, nil
}

// batchState is how far a batch has come, and what keeps it.
type batchState struct {
	store.BatchState
	Unserved []string        `json:"queues_without_worker,omitempty"`
	Problems []store.Failure `json:"not_registered,omitempty"` // said when a batch is submitted
}

// batchState reads the state of a batch.
func (a *app) batchState(e *env, id string) (s batchState, err error) {
	s.BatchState, err = a.db.Batches().State(e.ctx, id)
	return s, err
}

func (s batchState) line() string {
	state := s.Status
	switch {
	case s.Interrupted:
		state += ", submission interrupted: submit the same files again or cancel"
	case s.IntakeOpen:
		state += ", files are still being added"
	}
	switch {
	case s.Paused:
		state = strings.Replace(state, s.Status, "paused", 1)
	case s.Late:
		state += ", late"
	case s.AtRisk:
		state += ", at risk"
	}
	return state
}

func (s batchState) left() string {
	if s.Left == nil {
		return "n/a"
	}
	return clock(*s.Left)
}

type batchListCmd struct {
	Open  bool `help:"Only batches in progress."`
	Limit int  `default:"50" help:"Maximum number of rows." placeholder:"N"`
}

// Run lists batches.
func (c *batchListCmd) Run(e *env) (err error) {
	a, err := e.openSQL()
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	batches, err := a.db.Batches().List(e.ctx, c.Open, c.Limit)
	if err != nil {
		return err
	}
	states := make([]batchState, len(batches))
	for i, b := range batches {
		if states[i], err = a.batchState(e, b.ID); err != nil {
			return err
		}
		if e.JSON {
			if err := e.printJSON(states[i]); err != nil {
				return err
			}
		}
	}
	if e.JSON {
		return nil
	}
	return table(e.out, "BATCH\tPROJECT\tNAME\tSTATUS\tPRIORITY\tDONE\tFAILED\tPARTIAL\tTIME LEFT\tCREATED", func(row func(...any)) error {
		for _, s := range states {
			failed := s.Documents[dossier.StatusFailed] + s.Documents[dossier.StatusQuarantined]
			row(s.ID, visible(s.Project), visible(s.Name), s.line(), s.Priority, fmt.Sprintf("%d/%d", s.Done, s.Total), failed,
				s.Documents[dossier.StatusPartial], s.left(), s.CreatedAt.Format(time.DateTime))
		}
		return nil
	})
}

type batchStatusCmd struct{ withBatch }

// Run shows the state of a batch.
func (c *batchStatusCmd) Run(e *env) (err error) {
	a, b, err := c.read(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	s, err := a.batchState(e, b.ID)
	if err != nil {
		return err
	}
	if s.Status == "processing" {
		if s.Unserved, err = a.unserved(e.ctx); err != nil {
			return err
		}
	}
	if e.JSON {
		return e.printJSON(s)
	}
	deadline := "none"
	if !s.Deadline.IsZero() {
		deadline = s.Deadline.Local().Format(time.DateTime)
	}
	fmt.Fprintf(e.out, "batch      %s\nproject    %s\nname       %s\nstatus     %s\npriority   %s\ndeadline   %s\n",
		s.ID, visible(s.Project), visible(s.Name), s.line(), s.Priority, deadline)
	fmt.Fprintf(e.out, "documents  %d of %d done", s.Done, s.Total)
	for _, status := range dossier.Statuses() {
		if n := s.Documents[status]; n > 0 {
			fmt.Fprintf(e.out, " · %d %s", n, status)
		}
	}
	fmt.Fprintf(e.out, "\ntime left  %s\n", s.left())
	for _, q := range s.Unserved {
		fmt.Fprintf(e.out, "no worker serves the queue %s\n", q)
	}
	return nil
}

type batchWatchCmd struct{ withBatch }

// Run follows a batch until it ends.
func (c *batchWatchCmd) Run(e *env) (err error) {
	a, b, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	return a.watchBatch(e, b.ID)
}

// watchBatch shows progress and failures of a batch until it ends, then its
// report.
func (a *app) watchBatch(e *env, id string) error {
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	d := newDisplay(e)
	newsEnded := make(chan struct{})
	go func() {
		defer close(newsEnded)
		err := event.Follow(ctx, a.redis, event.Now, func(ev event.Event) {
			if ev.Batch == id {
				d.event(ev)
			}
		})
		if err != nil {
			a.pipeline.Log.Warn("the news cannot be followed; progress is shown all the same", "err", err)
		}
	}()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	var last store.Batch
	var err error
	for err == nil {
		var counts map[dossier.Status]int
		if counts, err = a.db.Batches().MemberCounts(ctx, id); err == nil {
			last, err = a.db.Batches().Get(ctx, id)
			d.update(queue.Progress(counts), !last.IntakeOpen)
		}
		if err != nil || last.Status != "processing" {
			break
		}
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case <-tick.C:
		}
	}
	cancel()
	<-newsEnded
	d.close()
	if errors.Is(err, context.Canceled) {
		return nil // whoever watched has seen enough; the batch goes on
	}
	if err != nil {
		return err
	}
	return a.printReport(e, last)
}

type batchReportCmd struct{ withBatch }

// Run prints what a batch came to.
func (c *batchReportCmd) Run(e *env) (err error) {
	a, b, err := c.read(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	return a.printReport(e, b)
}

// printReport prints what a batch came to, and sets the exit code.
func (a *app) printReport(e *env, b store.Batch) error {
	rep, err := a.db.Batches().Report(e.ctx, b.ID)
	if err != nil {
		return err
	}
	end := b.CompletedAt
	if end.IsZero() {
		end = a.db.Now()
	}
	s := newSummary(b.Project, b.ID, b.Status, rep, end.Sub(b.CreatedAt))
	return s.show(e)
}

type batchCancelCmd struct{ withBatch }

// Run cancels a batch.
func (c *batchCancelCmd) Run(e *env) (err error) {
	a, b, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	n, err := a.pipeline.Cancel(e.ctx, b)
	if err != nil {
		return err
	}
	return e.tell(fmt.Sprintf("batch %s is cancelled; %d documents were not done", b.ID, n), map[string]any{"batch": b.ID, "cancelled": n})
}

type batchPauseCmd struct{ withBatch }

// Run pauses a batch.
func (c *batchPauseCmd) Run(e *env) error { return c.pause(e, true) }

type batchResumeCmd struct{ withBatch }

// Run lets a paused batch go on.
func (c *batchResumeCmd) Run(e *env) error { return c.pause(e, false) }

func (w withBatch) pause(e *env, paused bool) (err error) {
	a, b, err := w.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	if err := a.pipeline.Pause(e.ctx, b, paused); err != nil {
		return err
	}
	word := "goes on"
	if paused {
		word = "is paused; what runs goes on to its end"
	}
	return e.tell(fmt.Sprintf("batch %s %s", b.ID, word), map[string]any{"batch": b.ID, "paused": paused})
}

type batchRetryCmd struct {
	withBatch
	Stage string `help:"Re-run from this stage: ocr, chunking, entity_extraction, entity_resolution, relationship_building or finalization. Default: the stage at which each document failed." placeholder:"STAGE"`
	Only  string `enum:"failed,partial,quarantined,cancelled,completed," default:"" help:"Only documents with this status. Default: all that did not complete; with --stage, all." placeholder:"STATUS"`
}

// Run does documents of a batch again.
func (c *batchRetryCmd) Run(e *env) (err error) {
	stage := dossier.Stage(c.Stage)
	if c.Stage != "" && !slices.Contains(dossier.Stages(), stage) {
		return unknownStage(c.Stage)
	}
	a, b, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	statuses := []dossier.Status{dossier.StatusFailed, dossier.StatusPartial, dossier.StatusQuarantined, dossier.StatusCancelled}
	switch {
	case c.Only != "":
		statuses = []dossier.Status{dossier.Status(c.Only)}
	case c.Stage != "":
		statuses = append(statuses, dossier.StatusCompleted)
	}
	r, err := a.pipeline.Retry(e.ctx, b, stage, statuses)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("batch %s: %d documents are processed again", b.ID, r.Started)
	if r.Joined > 0 {
		text += fmt.Sprintf("; %d are under way in another batch, which this one waits for", r.Joined)
	}
	if r.Replaced > 0 {
		text += fmt.Sprintf("; %d have ended in another batch, whose result this one takes over", r.Replaced)
	}
	if r == (pipeline.Retried{}) {
		text = fmt.Sprintf("batch %s: nothing to retry: no document of it ended as %s", b.ID, joinOr(statuses))
	}
	return e.tell(text, map[string]any{"batch": b.ID, "started": r.Started, "joined": r.Joined, "replaced": r.Replaced})
}

// joinOr lists statuses as in "failed, quarantined or cancelled".
func joinOr(statuses []dossier.Status) string {
	list := make([]string, len(statuses))
	for i, s := range statuses {
		list[i] = string(s)
	}
	last := len(list) - 1
	if last == 0 {
		return list[0]
	}
	return strings.Join(list[:last], ", ") + " or " + list[last]
}

func unknownStage(name string) error {
	return dossier.Errorf(dossier.CodeInvalidInput, "there is no stage %q", name).About("--stage").
		WithCure(fmt.Sprintf("the stages are %v", dossier.Stages()))
}

type batchPriorityCmd struct {
	withBatch
	Priority string        `arg:"" enum:"high,normal,low" help:"high, normal or low."`
	Deadline time.Duration `help:"Time by which the batch should be done, from now: 2h." placeholder:"2h"`
}

// Run changes the priority of a batch.
func (c *batchPriorityCmd) Run(e *env) (err error) {
	a, b, err := c.open(e)
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	var deadline time.Time
	if c.Deadline > 0 {
		deadline = a.db.Now().Add(c.Deadline)
	}
	if err := a.pipeline.SetPriority(e.ctx, b, dossier.Priority(c.Priority), deadline); err != nil {
		return err
	}
	return e.tell(fmt.Sprintf("batch %s has priority %s", b.ID, c.Priority), map[string]any{"batch": b.ID, "priority": c.Priority})
}

// tell prints the outcome of a command.
func (e *env) tell(text string, v any) error {
	if e.JSON {
		return e.printJSON(v)
	}
	_, err := fmt.Fprintln(e.out, text)
	return err
}
