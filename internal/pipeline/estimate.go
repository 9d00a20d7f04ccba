package pipeline

import (
	"context"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/chunk"
	"github.com/dossier-legal/dossier/internal/extract"
)

// Estimate is what reading files would take.
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

// Estimate reads the layers of all files of a request, so many at once, and
// says what the recognition of the rest, and about what the model that finds
// names would cost. It pays nothing and records nothing. What mails and archives hold is counted, not read.
func (p *Pipeline) Estimate(ctx context.Context, r Request, workers int) (Estimate, error) {
	e := Estimate{Unread: []UnreadFile{}}
	pool, ok := p.Extractor.(layered)
	if !ok {
		return e, dossier.Errorf(dossier.CodeInvalidInput, "the extractor in use cannot tell pages with text from others")
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	slots := make(chan struct{}, workers)
	unread := func(path string, err error) {
		mu.Lock()
		defer mu.Unlock()
		e.Unread = append(e.Unread, UnreadFile{path, dossier.TextOf(err)})
	}
	one := func(path string) {
		defer func() { <-slots }()
		doc, waiting, err := pool.Layers(ctx, extract.Request{Path: path, Name: filepath.Base(path), OCR: r.OCR})
		if err != nil {
			unread(path, err)
			return
		}
		micros, err := p.nameMicros(doc, len(waiting))
		if err != nil {
			unread(path, err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		e.Pages, e.Recognise, e.Attachments = e.Pages+len(doc.Pages), e.Recognise+len(waiting), e.Attachments+len(doc.Children)
		e.NameMicros += micros
		e.PerFile = append(e.PerFile, FileEstimate{path, len(doc.Pages), len(waiting)})
	}
	for _, root := range r.Paths {
		if err := walkFiles(ctx, root, nil, func(path string) error {
			e.Files++
			slots <- struct{}{}
			wg.Go(func() { one(path) })
			return nil
		}, unread); err != nil {
			return e, err
		}
	}
	wg.Wait()
	if p.Recognition.Name() != Tesseract {
		e.Micros = int64(e.Recognise) * p.Recognition.PageMicros
	}
	return e, ctx.Err()
}

// waitingPage is about the text of a page that is not read yet, in bytes.
const waitingPage = 2500

// nameMicros is about what the model would cost for a document of which so many
// pages are not read yet.
func (p *Pipeline) nameMicros(doc *extract.Document, waiting int) (int64, error) {
	if p.Model == nil {
		return 0, nil
	}
	text, spans := dossier.JoinPages(doc.Pages)
	text += strings.Repeat(" word", waiting*waitingPage/len(" word"))
	var passages []string
	for _, c := range chunk.Split(text, spans, chunk.Options{}) {
		passages = append(passages, c.Text)
	}
	usage, err := p.Model.Client.Estimate(passages)
	return p.Model.Price.Cost(usage), err
}
