package batch

import (
	"context"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/chunk"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/paid"
)

// Estimate is what it would take to read files.
type Estimate struct {
	Files       int            `json:"files"`
	Pages       int            `json:"pages"`
	Recognise   int            `json:"pages_to_recognise"`
	Micros      int64          `json:"cost_micros"` // of recognition, in millionths of a dollar
	NameMicros  int64          `json:"names_cost_micros"`
	Unread      []UnreadFile   `json:"unread"`
	Attachments int            `json:"attachments_not_counted"`
	PerFile     []FileEstimate `json:"-"`
}

// UnreadFile is a file that cannot be read, and why.
type UnreadFile struct {
	Path  string `json:"path"`
	Error string `json:"error"`
}

// FileEstimate is the part of one file.
type FileEstimate struct {
	Path             string
	Pages, Recognise int
}

// Layers reads what files say without recognition; [extract.Pool] does.
type Layers interface {
	Layers(ctx context.Context, req extract.Request) (doc *extract.Document, waiting []int, err error)
}

// EstimateCost reads the text layers of all files of a request, workers at a
// time, and returns what the recognition of the other pages would cost, and about
// what the model that finds names, if there is one, would cost. It pays nothing
// and records nothing. Files inside mails and archives are counted, not read.
func EstimateCost(ctx context.Context, pool Layers, recognition paid.Recognition, model *paid.Model, r Request, workers int) (Estimate, error) {
	e := estimator{Estimate: Estimate{Unread: []UnreadFile{}}, pool: pool, model: model, mode: r.OCR}
	var wg sync.WaitGroup
	slots := make(chan struct{}, workers)
	for _, root := range r.Paths {
		if err := walkFiles(ctx, root, nil, func(path string) error {
			e.Files++
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				e.add(ctx, path)
			})
			return nil
		}, e.unread); err != nil {
			return e.Estimate, err
		}
	}
	wg.Wait()
	if recognition.Name() != paid.Tesseract {
		e.Micros = int64(e.Recognise) * recognition.PageMicros
	}
	return e.Estimate, ctx.Err()
}

// estimator gathers an estimate.
type estimator struct {
	Estimate
	mu    sync.Mutex // guards the estimate while files are read
	pool  Layers
	model *paid.Model
	mode  extract.OCRMode
}

// add adds a file to the estimate.
func (e *estimator) add(ctx context.Context, path string) {
	doc, waiting, err := e.pool.Layers(ctx, extract.Request{Path: path, Name: filepath.Base(path), OCR: e.mode})
	if err != nil {
		e.unread(path, err)
		return
	}
	micros, err := nameMicros(e.model, doc, len(waiting))
	if err != nil {
		e.unread(path, err)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.Pages, e.Recognise, e.Attachments = e.Pages+len(doc.Pages), e.Recognise+len(waiting), e.Attachments+len(doc.Children)
	e.NameMicros += micros
	e.PerFile = append(e.PerFile, FileEstimate{path, len(doc.Pages), len(waiting)})
}

func (e *estimator) unread(path string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.Unread = append(e.Unread, UnreadFile{path, dossier.TextOf(err)})
}

// waitingPage is about the text of a page that is not read yet, in bytes.
const waitingPage = 2500

// nameMicros is about what the model would cost for a document with the number of
// pages that wait for recognition.
func nameMicros(model *paid.Model, doc *extract.Document, waiting int) (int64, error) {
	if model == nil {
		return 0, nil
	}
	text, spans := dossier.JoinPages(doc.Pages)
	text += strings.Repeat(" word", waiting*waitingPage/len(" word"))
	var passages []string
	for _, c := range chunk.Split(text, spans, chunk.Options{}) {
		passages = append(passages, c.Text)
	}
	usage, err := model.Client.Estimate(passages)
	return model.Price.Cost(usage), err
}
