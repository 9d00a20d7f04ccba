// Package extract turns files into pages of words: stage one of the pipeline.
//
// # What it promises
//
// A file ends as a [Document] or as a *dossier.Error that says why not and
// what to do; never as a crash, a hang or an empty success. All text is valid
// UTF-8 without control characters other than newline and tab, and for each
// word with a place Page.Text[Word.Start:Word.End] is Word.Text.
//
// # How it keeps the promise
//
// Files come from strangers, so no file is parsed inside the process that must
// survive. A [Pool] keeps a few children: the same binary in another role
// (readers.Main). A child reads one file at a time and sends back pages as it goes.
// The parent watches its memory, its processor time and its progress, and kills it
// when one exceeds its limit; the next job gets a fresh child. Children are also
// replaced after a number of jobs, so that no leak matters.
//
// The packages below this one are its rooms: detect finds the format, readers is the
// child with a reader for each format, and wire is what both sides say to each
// other. The pool imports none of the readers.
//
// # Text layer or recognition
//
// Each page of a PDF is judged alone. Its own text is taken unless there is
// none, or so little over so large an image that the text must be a stamp on
// a scan: courts print a line like "Case 1:20-cv-00123 Document 4 Filed …" on
// every page they file, scans included. Such pages are drawn at 300 dpi and
// recognised by package ocr. Page.Reason records the choice.
package extract

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/child"
	"github.com/dossier-legal/dossier/internal/extract/detect"
	"github.com/dossier-legal/dossier/internal/extract/layout"
	"github.com/dossier-legal/dossier/internal/extract/wire"
	"github.com/dossier-legal/dossier/internal/ocr"
)

// Version changes whenever the output for the same file may change. It is part
// of the key under which outputs are cached.
const Version = "9"

// Config of a Pool. Only Exe is required; zero fields get the defaults.
type Config struct {
	// Exe is the command line that starts a child: a program that calls
	// readers.Main with the arguments that follow the ones given here.
	Exe []string
	// Workers is how many children, and how many tesseract processes, run at
	// once. Default: the number of CPUs.
	Workers int
	// CacheDir keeps compiled PDFium code between runs, about 22 MB. Without
	// it every child compiles again, which takes seconds. Default: a directory
	// for dossier in the user's cache directory.
	CacheDir string
	// TempDir is scratch space for the programs started. Default: the system's.
	TempDir string

	// Tesseract is the program for OCR. Default: "tesseract", from PATH.
	Tesseract string
	// Languages are the OCR languages of requests that name none. Default: eng.
	Languages []string
	// PageTime bounds the processor time of one run of tesseract over a page.
	// Default: 60 s.
	PageTime time.Duration

	// Memory caps the resident memory of a child and of a tesseract process,
	// in bytes. Default: 512 MiB.
	Memory int64
	// StartTime bounds the processor time a child takes until it is ready for a
	// file, compiling PDFium included. Default: 120 s. What waits instead of
	// working is bounded too, see [child.Work]; what exceeds a bound is tried
	// again with more, alone, before it fails.
	StartTime time.Duration
	// StepTime bounds the processor time from one page to the next. Default: 12 s.
	StepTime time.Duration
	// FileTime bounds the processor time for one file, OCR aside, and grows by
	// 2 s for each MiB of the file. Default: 60 s.
	FileTime time.Duration
	// JobsPerChild is how many files and page pictures a child makes before a
	// fresh one takes its place. Default: 50.
	JobsPerChild int

	// MaxFile is the largest file that is opened, in bytes. Default: 1 GiB.
	MaxFile int64
	// MaxPages, MaxPageText and MaxText bound what one file may turn into:
	// pages, bytes of text on a page, bytes of text in all. Files beyond them
	// end with CodeOutputTooLarge. Defaults: 20,000, 4 MiB, 32 MiB.
	MaxPages    int
	MaxPageText int
	MaxText     int
}

func (c Config) withDefaults() (Config, error) {
	if len(c.Exe) == 0 {
		return c, dossier.Errorf(dossier.CodeInvalidInput, "the command that starts readers is missing").About("Exe")
	}
	if c.CacheDir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			base = os.TempDir()
		}
		c.CacheDir = filepath.Join(base, "dossier", "pdfium")
	}
	if len(c.Languages) == 0 {
		c.Languages = []string{"eng"}
	}
	setDefault(&c.Workers, runtime.NumCPU())
	setDefault(&c.PageTime, time.Minute)
	setDefault(&c.Memory, 512<<20)
	setDefault(&c.StartTime, 2*time.Minute)
	setDefault(&c.StepTime, 12*time.Second)
	setDefault(&c.FileTime, time.Minute)
	setDefault(&c.JobsPerChild, 50)
	setDefault(&c.MaxFile, 1<<30)
	setDefault(&c.MaxPages, 20_000)
	setDefault(&c.MaxPageText, 4<<20)
	setDefault(&c.MaxText, 32<<20)
	return c, nil
}

func setDefault[T int | int64 | time.Duration](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}

// Request names a file and how to read it.
type Request struct {
	Path string
	Name string // the name the file had where it was found; breaks ties between text formats
	OCR  wire.OCRMode
	// Languages of the text, best guess first, in tesseract's names ("eng",
	// "deu"). Default: Config.Languages.
	Languages []string
	// Inside is a folder for the bytes of files found inside the file; the caller
	// removes it. "": they are counted and dropped.
	Inside string
	// Passwords are tried on a locked file.
	Passwords []string
	// Key is the same for equal requests: what a service that is paid is given,
	// so that it charges once however often it is asked.
	Key string
}

// Document is what a file holds.
type Document struct {
	Format wire.Format
	Pages  []dossier.Page
	// Children are files inside the file: the attachments of a mail, the mails of
	// a mailbox, the files of an archive.
	Children []File
	// Meta is what the file says of itself: title, author, subject, date;
	// from, to, cc, bcc, message_id, in_reply_to, references, thread_id for mail,
	// and sent, its date in RFC 3339 and UTC. Keys without a value are absent.
	Meta map[string]string
	// Findings are what a reader of the file may overlook, in the order of pages.
	Findings []dossier.Finding
	// Losses say what could not be read although the document could, in the
	// order of pages.
	Losses []dossier.Loss
	// Warnings say what else a user should know.
	Warnings []string
	// Locked says that the file was opened with one of the passwords.
	Locked bool
}

// File is a file found inside another.
type File struct {
	Name   string // with the folders it had in an archive, separated by "/"
	SHA256 string // hex
	Size   int64
	Path   string // where its bytes lie, in Request.Inside; "" if that is ""
}

// Pool reads files, several in parallel. It is safe for concurrent use and starts
// no process before the first job.
type Pool struct {
	cfg      Config
	tess     *ocr.Tesseract
	room     *child.Room   // where all its processes work
	readers  chan *reader  // idle places; nil stands for one without a process
	ocrSlots chan struct{} // tesseract processes that may still start

	mu     sync.Mutex
	closed bool
	live   map[*reader]bool
}

// NewPool checks the configuration and returns a pool that has started nothing.
func NewPool(cfg Config) (*Pool, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	room := child.NewRoom(2 * cfg.Workers) // as many readers, as many recognisers
	p := &Pool{
		cfg: cfg,
		tess: ocr.New(ocr.Config{
			Path: cfg.Tesseract, Budget: child.Work(cfg.PageTime), Room: room, TempDir: cfg.TempDir, Memory: cfg.Memory,
			Idle: 2 * cfg.Workers, // for the words of pages and for numbers of lines
		}),
		room:     room,
		readers:  make(chan *reader, cfg.Workers),
		ocrSlots: make(chan struct{}, cfg.Workers),
		live:     map[*reader]bool{},
	}
	for range cfg.Workers {
		p.readers <- nil
	}
	return p, nil
}

// Close ends all children. Work that still runs fails.
func (p *Pool) Close() error {
	p.mu.Lock()
	p.closed = true
	var live []*reader
	for r := range p.live {
		live = append(live, r)
	}
	p.mu.Unlock()
	for _, r := range live {
		p.retire(r)
	}
	p.tess.Close()
	return nil
}

// Extract reads one file. The error is a *dossier.Error, or that of ctx.
func (p *Pool) Extract(ctx context.Context, req Request) (*Document, error) {
	path, err := filepath.Abs(req.Path)
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeUnreadable, "cannot find the file: %w", err).About(req.Path)
	}
	req.Path = path
	doc, waiting, err := p.Layers(ctx, req)
	if err != nil {
		return nil, err
	}
	return doc, p.Recognise(ctx, req, doc, waiting, nil)
}

// Layers reads a file without recognising anything. waiting lists the indexes
// of the pages that need it.
func (p *Pool) Layers(ctx context.Context, req Request) (doc *Document, waiting []int, err error) {
	format, err := detect.File(req.Path, req.Name)
	if err != nil {
		return nil, nil, err
	}
	if doc, waiting, err = p.read(ctx, format, req); err != nil {
		return nil, nil, about(err, req.Path)
	}
	if len(waiting) == 0 {
		layout.MarkRunningLines(doc.Pages)
	}
	return doc, waiting, nil
}

// PageReader recognises a page. Boxes of its result are in the unit of its
// Width and Height. A result without words is a blank page.
type PageReader func(ctx context.Context, page *dossier.Page) (*ocr.Result, error)

// Recognise fills the pages of doc at the indexes waiting, as many at once as
// the pool allows, with what read makes of them; nil stands for tesseract.
func (p *Pool) Recognise(ctx context.Context, req Request, doc *Document, waiting []int, read PageReader) error {
	if len(waiting) == 0 {
		return nil
	}
	if len(req.Languages) == 0 {
		req.Languages = p.cfg.Languages
	}
	if read == nil {
		if err := p.tess.Check(ctx, req.Languages); err != nil {
			return about(err, req.Path)
		}
		read = func(ctx context.Context, page *dossier.Page) (*ocr.Result, error) {
			return p.tesseract(ctx, req, doc.Format, page)
		}
	}
	err := p.recognise(ctx, doc, waiting, read)
	layout.MarkRunningLines(doc.Pages)
	return about(err, req.Path)
}

// about names the file in an error that names nothing yet.
func about(err error, path string) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*dossier.Error](err); ok && e.Subject == "" {
		return e.About(path)
	}
	return err
}

// recognise fills the pages at the indexes waiting, as many at once as the
// pool allows. A page that fails keeps what text it has and says why; the
// document fails only if no page of it has anything to show for it.
func (p *Pool) recognise(ctx context.Context, doc *Document, waiting []int, read PageReader) error {
	ctx = child.WithPatience(ctx, hopelessPages)
	errs := make([]error, len(waiting))
	var wg sync.WaitGroup
	for i, index := range waiting {
		select {
		case <-ctx.Done():
			wg.Wait()
			return ctx.Err()
		case p.ocrSlots <- struct{}{}:
		}
		wg.Go(func() {
			defer func() { <-p.ocrSlots }()
			errs[i] = p.recognisePage(ctx, &doc.Pages[index], read)
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return settle(doc, waiting, errs)
}

// settle records the pages that failed and checks the size of the whole.
func settle(doc *Document, waiting []int, errs []error) error {
	var first error
	for i, err := range errs {
		if err == nil {
			continue
		}
		if first == nil {
			first = err
		}
		page := &doc.Pages[waiting[i]]
		page.Error, page.Reason = dossier.CodeOf(err), "recognition failed: "+wire.Message(err)
		doc.Losses = append(doc.Losses, dossier.Loss{Page: page.Number, Code: page.Error, Text: wire.Message(err)})
	}
	if first != nil && !hasResult(doc, waiting, errs) {
		return first
	}
	sortLosses(doc.Losses)
	return nil
}

func sortLosses(losses []dossier.Loss) {
	slices.SortStableFunc(losses, func(a, b dossier.Loss) int { return cmp.Compare(a.Page, b.Page) })
}

// hasResult reports whether any page was read: recognised, even as blank, or
// with text of its own.
func hasResult(doc *Document, waiting []int, errs []error) bool {
	if len(doc.Pages) > len(waiting) {
		return true
	}
	for i, index := range waiting {
		if errs[i] == nil || doc.Pages[index].Text != "" {
			return true
		}
	}
	return false
}

// hopelessPages is how many pages of a file may exceed the budget of a
// recogniser that works alone; further ones get the usual budget only.
const hopelessPages = 3

func (p *Pool) recognisePage(ctx context.Context, page *dossier.Page, read PageReader) error {
	res, err := read(ctx, page)
	switch {
	case err != nil:
		return err
	case res.Text == "" && page.Text == "":
		page.Reason = wire.ReasonBlank
		return nil
	case res.Text == "":
		page.Reason += "; recognition found nothing"
		return nil
	case len(res.Text) > p.cfg.MaxPageText:
		return wire.TooMuchText(p.cfg.MaxPageText)
	}
	takeRecognised(page, res)
	return nil
}

// tesseract recognises a page with tesseract: the picture of it, or the file if
// only tesseract can open that.
func (p *Pool) tesseract(ctx context.Context, req Request, format wire.Format, page *dossier.Page) (*ocr.Result, error) {
	img := ocr.Image{Path: req.Path, Frame: page.Number - 1}
	pic, err := p.Picture(ctx, req, format, page.Number)
	switch {
	case err == nil && len(pic.Pix) == 0:
		return &ocr.Result{}, nil
	case err == nil:
		img = ocr.Image{Picture: pic}
	case format == wire.FormatPDF || dossier.CodeOf(err) != dossier.CodeUnsupported:
		return nil, err
	}
	return p.tess.Recognise(ctx, img, req.Languages)
}

// takeRecognised replaces the text of page, with boxes in the unit of page.
func takeRecognised(page *dossier.Page, res *ocr.Result) {
	if page.Width == 0 || page.Height == 0 {
		page.Width, page.Height = res.Width, res.Height
	}
	if res.Width > 0 && res.Height > 0 {
		sx, sy := page.Width/res.Width, page.Height/res.Height
		for i := range res.Words {
			b := &res.Words[i].Box
			*b = dossier.Box{b[0] * sx, b[1] * sy, b[2] * sx, b[3] * sy}
		}
	}
	layer := *page
	page.Source = dossier.SourceOCR
	page.Text, page.Words, page.Zones = res.Text, res.Words, res.Zones
	layout.KeepStamps(page, layer)
	page.Reason = strings.Join(append([]string{page.Reason}, res.Notes...), "; ")
}

// Probe checks that this machine can read PDF files: it starts a child, has
// PDFium read a small document, and by that fills the cache of compiled code.
func (p *Pool) Probe(ctx context.Context) error {
	return p.run(ctx, wire.Job{Kind: wire.JobProbe}, 0, func(byte, []byte) error { return nil })
}

// ProbeOCR returns which tesseract is installed and whether it has the pool's
// languages; the error says what to install.
func (p *Pool) ProbeOCR(ctx context.Context) (ocr.Info, error) {
	info, err := p.tess.Probe(ctx)
	if err != nil {
		return info, err
	}
	return info, p.tess.Check(ctx, p.cfg.Languages)
}
