package extract

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/child"
	"github.com/dossier-legal/dossier/internal/extract/wire"
	"github.com/dossier-legal/dossier/internal/ocr"
)

// reader is a running child, seen from the parent.
type reader struct {
	proc *child.Process
	in   *bufio.Writer
	out  *bufio.Reader
	jobs int
}

// partPages is how many pages of a PDF one child reads at a time: many enough
// that opening the file costs little beside them, few enough that all cores get
// some of a large one.
const partPages = 48

// part is what one child read of a file.
type part struct {
	pages    []wire.OutPage
	files    []File
	findings []dossier.Finding
	meta     wire.FileMeta
}

// read has children read the file, a large PDF in parts side by side. waiting
// lists the indexes of the pages that need recognition.
func (p *Pool) read(ctx context.Context, format wire.Format, req Request) (doc *Document, waiting []int, err error) {
	info, err := os.Stat(req.Path)
	if err != nil {
		return nil, nil, wire.Unreadable(req.Path, err)
	}
	if info.Size() > p.cfg.MaxFile {
		return nil, nil, dossier.Errorf(dossier.CodeTooLarge, "the file has %d MiB, more than the %d MiB that are read",
			info.Size()>>20, p.cfg.MaxFile>>20).WithCure("split the file")
	}
	j := wire.Job{Kind: wire.JobRead, Path: req.Path, Format: format, OCR: req.OCR, Passwords: req.Passwords, Limits: p.limits()}
	if format == wire.FormatPDF {
		j.Last = partPages
	}
	first, err := p.readPart(ctx, j, info.Size(), req.Inside)
	if err != nil {
		return nil, nil, err
	}
	parts := []part{first}
	if first.meta.PageCount > p.cfg.MaxPages {
		return nil, nil, dossier.Errorf(dossier.CodeOutputTooLarge, "the file has more than %d pages", p.cfg.MaxPages).WithCure("split the file")
	}
	if first.meta.PageCount > partPages {
		rest, err := p.readRest(ctx, j, info.Size(), first.meta.PageCount, req.Inside)
		if err != nil {
			return nil, nil, err
		}
		parts = append(parts, rest...)
	}
	return p.join(format, parts)
}

// readRest reads the pages after the first part, as many parts in parallel as there
// are readers. The first failure ends the others.
func (p *Pool) readRest(ctx context.Context, j wire.Job, size int64, pages int, dir string) ([]part, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	parts := make([]part, (pages-1)/partPages)
	var wg sync.WaitGroup
	slots := make(chan struct{}, p.cfg.Workers)
	for i := range parts {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			j := j
			j.First, j.Last = (i+1)*partPages+1, (i+2)*partPages
			var err error
			if parts[i], err = p.readPart(ctx, j, size, dir); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return parts, context.Cause(ctx)
}

// readPart has one child do a job of reading. Files inside the file are kept in
// dir.
func (p *Pool) readPart(ctx context.Context, j wire.Job, size int64, dir string) (part, error) {
	var got part
	box := inbox{dir: dir}
	defer box.close()
	err := p.run(ctx, j, size, func(kind byte, body []byte) error {
		switch kind {
		case wire.FrameReady: // also of another try
			got = part{}
			err := box.close()
			box = inbox{dir: dir}
			return spoolError(err)
		case wire.FramePage:
			page, err := wire.DecodePage(body)
			if err != nil {
				return err
			}
			got.pages = append(got.pages, page)
		case wire.FrameChild, wire.FrameData, wire.FrameKeep, wire.FrameDrop:
			return box.take(kind, body)
		case wire.FrameFinding:
			var f dossier.Finding
			if err := json.Unmarshal(body, &f); err != nil {
				return err
			}
			got.findings = append(got.findings, f)
		case wire.FrameMeta:
			return json.Unmarshal(body, &got.meta)
		}
		return nil
	})
	got.files = box.files
	return got, err
}

// join makes one document of the parts of a file.
func (p *Pool) join(format wire.Format, parts []part) (doc *Document, waiting []int, err error) {
	doc = &Document{Format: format, Meta: parts[0].meta.Meta}
	text, unread := 0, 0
	for _, part := range parts {
		for _, page := range part.pages {
			if page.NeedsOCR {
				waiting = append(waiting, len(doc.Pages))
			}
			text += len(page.Text)
			doc.Pages = append(doc.Pages, page.Page)
		}
		unread += part.meta.Unread
		doc.Locked = doc.Locked || part.meta.Locked
		doc.Children = append(doc.Children, part.files...)
		doc.Findings = append(doc.Findings, part.findings...)
		doc.Losses = append(doc.Losses, part.meta.Losses...)
		doc.Warnings = append(doc.Warnings, part.meta.Warnings...)
	}
	switch {
	case text > p.cfg.MaxText:
		return nil, nil, dossier.Errorf(dossier.CodeOutputTooLarge, "the file has more than %d MiB of text", p.cfg.MaxText>>20).WithCure("split the file")
	case unread > 0 && unread == len(doc.Pages):
		return nil, nil, dossier.Errorf(dossier.CodeDamaged, "no page of the PDF can be read; %s", doc.Losses[0]).
			WithCure("get the original again, or print it to a new PDF")
	}
	sortLosses(doc.Losses)
	slices.SortStableFunc(doc.Findings, func(a, b dossier.Finding) int { return cmp.Compare(a.Page, b.Page) })
	return doc, waiting, nil
}

func (p *Pool) limits() wire.Limits {
	return wire.Limits{Pages: p.cfg.MaxPages, PageText: p.cfg.MaxPageText, Text: p.cfg.MaxText}
}

// Picture has a child draw one page of a file (from 1). The picture of a blank
// page has no pixels. CodeUnsupported says that the picture of an image file
// cannot be decoded here.
func (p *Pool) Picture(ctx context.Context, req Request, format wire.Format, page int) (pic *ocr.Picture, err error) {
	j := wire.Job{Kind: wire.JobRender, Path: req.Path, Format: format, Page: page, Passwords: req.Passwords, Limits: p.limits()}
	err = p.run(ctx, j, 0, func(kind byte, body []byte) error {
		if kind != wire.FrameImage {
			return nil
		}
		sent, err := wire.DecodePicture(body)
		pic = (*ocr.Picture)(sent)
		return err
	})
	if err == nil && pic == nil {
		err = dossier.Errorf(dossier.CodeChildDied, "the reader sent no picture of page %d", page)
	}
	return pic, err
}

// run gives j to a child and hands its answer to each, frame by frame. size is
// that of the file and sets the budget. The answer begins with wire.FrameReady, and
// begins anew with it if the child exceeded its budget and another one tried.
func (p *Pool) run(ctx context.Context, j wire.Job, size int64, each func(kind byte, body []byte) error) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case r := <-p.readers:
		err := p.room.Run(ctx, func(times int) (err error) {
			if r == nil {
				if r, err = p.start(); err != nil {
					return err
				}
			}
			err = p.converse(ctx, r, j, p.budgets(size, times), each)
			r = p.after(r, err)
			return err
		})
		p.readers <- r
		return p.explain(ctx, unwrapBroken(err))
	}
}

// maxCacheFile bounds what a reader writes: compiled code, about 22 MB.
const maxCacheFile = 256 << 20

func (p *Pool) start() (*reader, error) {
	argv := append(append([]string(nil), p.cfg.Exe...), p.cfg.CacheDir, strconv.FormatInt(p.cfg.Memory, 10))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, dossier.Errorf(dossier.CodeInternal, "the pool of readers is closed")
	}
	proc, err := child.StartConfined(argv, child.Confinement{
		TempDir: p.cfg.TempDir, Writable: []string{p.cfg.CacheDir}, MaxFile: maxCacheFile,
	})
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeChildDied, "cannot start a reader: %w", err).About(p.cfg.Exe[0])
	}
	r := &reader{proc: proc, in: bufio.NewWriter(proc.Stdin), out: bufio.NewReaderSize(proc.Stdout, 64<<10)}
	p.live[r] = true
	return r, nil
}

// after returns r after a job, or nil if r is used up. An error that the child
// itself reported leaves it healthy: it sent all of its answer.
func (p *Pool) after(r *reader, err error) *reader {
	r.jobs++
	var broken *brokenError
	if errors.As(err, &broken) || r.jobs >= p.cfg.JobsPerChild || r.proc.RSS() > p.cfg.Memory*3/4 {
		p.retire(r)
		return nil
	}
	return r
}

// retire ends r permanently.
func (p *Pool) retire(r *reader) {
	p.mu.Lock()
	known := p.live[r]
	delete(p.live, r)
	p.mu.Unlock()
	if !known {
		return
	}
	r.proc.Kill()
	// It was killed: how it ended is known.
	_ = r.proc.Wait()
}

// brokenError marks a failure after which the child cannot be used again.
type brokenError struct{ error }

func (e *brokenError) Unwrap() error { return e.error }

// unwrapBroken returns the failure itself: the mark is of no use to callers.
func unwrapBroken(err error) error {
	if broken, ok := errors.AsType[*brokenError](err); ok {
		return broken.error
	}
	return err
}

// The pieces of a job that have a budget each.
const (
	workStart = "start" // until the child is ready for the file
	workFile  = "file"  // from then on
	workStep  = "step"  // from one part of the answer to the next
)

// perMiB is the processor time by which each MiB of a file raises its budget.
const perMiB = 2 * time.Second

// budgets returns what a job may take, times the usual.
func (p *Pool) budgets(size int64, times int) map[string]child.Budget {
	return map[string]child.Budget{
		workStart: child.Work(p.cfg.StartTime).Times(times),
		workFile:  child.Work(p.cfg.FileTime + time.Duration(size>>20)*perMiB).Times(times),
		workStep:  child.Work(p.cfg.StepTime).Times(times),
	}
}

// converse runs one job on r under its budgets and the memory cap.
func (p *Pool) converse(ctx context.Context, r *reader, j wire.Job, budgets map[string]child.Budget, each func(byte, []byte) error) error {
	guard := r.proc.Watch(ctx, p.cfg.Memory)
	guard.Allow(workStart, budgets[workStart])
	err := p.exchange(r, j, func(kind byte, body []byte) error {
		if kind == wire.FrameReady {
			guard.Allow(workStart, child.Budget{})
			guard.Allow(workFile, budgets[workFile])
		}
		guard.Allow(workStep, budgets[workStep])
		return each(kind, body)
	})
	if killed := guard.Stop(); killed != nil {
		return &brokenError{killed}
	}
	return err
}

// exchange sends j and reads the answer to its end.
func (p *Pool) exchange(r *reader, j wire.Job, each func(byte, []byte) error) error {
	err := wire.WriteJSON(r.in, 0, j)
	if err == nil {
		err = r.in.Flush()
	}
	for err == nil {
		var kind byte
		var body []byte
		if kind, body, err = wire.ReadFrame(r.out); err != nil {
			break
		}
		switch kind {
		case wire.FrameDone:
			return nil
		case wire.FrameError:
			var e wire.Error
			if err := json.Unmarshal(body, &e); err != nil {
				return &brokenError{err}
			}
			return e.Err()
		}
		err = each(kind, body)
	}
	r.proc.Kill()
	waitErr := r.proc.Wait()
	if dossier.CodeOf(err) == dossier.CodeStorage { // of this process, not of the child
		return &brokenError{err}
	}
	return &brokenError{dossier.Errorf(dossier.CodeChildDied, "the reader died while reading the file: %w (%v) %s", err, waitErr, lastLine(r.proc.Stderr())).
		WithCure("the file may be damaged; print it to a new PDF and try that")}
}

// explain turns the cause for which a child was killed into an error for users;
// other errors stay.
func (p *Pool) explain(ctx context.Context, err error) error {
	over, isOver := errors.AsType[*child.OverBudget](err)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, child.ErrMemory):
		return dossier.Errorf(dossier.CodeMemory, "reading the file took more than %d MiB of memory", p.cfg.Memory>>20).
			WithCure("the file may be damaged or hostile; print it to a new PDF and try that")
	case !isOver:
		return err
	case over.Work == workStart:
		return dossier.Errorf(dossier.CodeTimeout, "starting the reader %w", over).WithCure("run dossier doctor")
	case over.Work == workStep:
		return dossier.Errorf(dossier.CodeTimeout, "reading one part of the file %w", over).
			WithCure("the file may be damaged or hostile; print it to a new PDF and try that")
	}
	return dossier.Errorf(dossier.CodeTimeout, "reading the file %w", over).WithCure("split the file")
}

func lastLine(s string) string {
	if len(s) > 200 {
		s = s[len(s)-200:]
	}
	return fmt.Sprintf("%q", s)
}
