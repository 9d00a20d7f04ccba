// Package paid reads pages and finds names with services that cost money: AWS
// Textract, models that read pictures, and models that find names.
//
// A call is made only while the breaker of its service is closed and its rate
// limit allows it; otherwise the task is parked, which is no failed attempt, or
// goes on without the service if that is configured. What a call may cost is
// booked before it is made, by one statement that refuses to exceed a cap, and
// settled after it. A job of Textract is on record from the moment it is started,
// and has a token that makes starting it twice one start.
package paid

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/ocr"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/ratelimit"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/textract"
	"github.com/dossier-legal/dossier/internal/vision"
)

// Config is what [Services] work with.
type Config struct {
	DB          *store.DB          // has jobs and spending; required
	Cache       *cache.Cache       // keeps what a model answered; required with a Model
	Breakers    *breaker.Breakers  // of services; required
	Limiter     *ratelimit.Limiter // of their calls; required
	Recognition Recognition        // default: tesseract
	Model       *Model             // that finds names; nil for none
	Log         *slog.Logger       // default: slog.Default()
}

// Services are the services that are configured. They are safe for concurrent
// use.
type Services struct{ Config }

// New returns the services. The error of a field that is missing is
// [dossier.CodeInternal].
func New(c Config) (*Services, error) {
	switch {
	case c.DB == nil:
		return nil, dossier.Errorf(dossier.CodeInternal, "paid: Config.DB is required")
	case c.Breakers == nil:
		return nil, dossier.Errorf(dossier.CodeInternal, "paid: Config.Breakers is required")
	case c.Limiter == nil:
		return nil, dossier.Errorf(dossier.CodeInternal, "paid: Config.Limiter is required")
	case c.Model != nil && c.Cache == nil:
		return nil, dossier.Errorf(dossier.CodeInternal, "paid: Config.Cache is required with a model")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return &Services{c}, nil
}

// Recipe returns the recipe of what the services and local OCR make of a file.
func (s *Services) Recipe(languages []string) plan.Recipe {
	r := plan.Recipe{Recogniser: s.Recognition.Name(), Languages: languages}
	if s.Model != nil {
		r.Model = s.Model.version()
	}
	return r
}

// Costs reports whether the output of a stage may have been paid for.
func (s *Services) Costs(stage dossier.Stage) bool {
	return stage == dossier.StageOCR && s.Recognition.paid() || stage == dossier.StageExtract && s.Model != nil
}

// Extractor reads files; [extract.Pool] is the one in use.
type Extractor interface {
	Extract(ctx context.Context, req extract.Request) (*extract.Document, error)
}

// The names of recognisers.
const (
	Tesseract = "tesseract"
	Textract  = "textract"
	Vision    = "vision"
)

// Recognition configures who reads pages without a text layer. The zero value is
// tesseract on this machine; at most one of Textract and Vision is set.
type Recognition struct {
	Textract *textract.Client
	Vision   *vision.Client

	PageMicros  int64 // price of a page, in millionths of a dollar
	TokenMicros int64 // price of a thousand tokens of a model
	Caps        store.Caps
	PerSecond   int // calls a second that the region allows; 0: no limit
	// Fallback uses tesseract while the service is down.
	Fallback bool
}

// Name names the recogniser.
func (r Recognition) Name() string {
	switch {
	case r.Textract != nil:
		return Textract
	case r.Vision != nil:
		return Vision
	}
	return Tesseract
}

func (r Recognition) paid() bool { return r.Name() != Tesseract }

// Provider names the service: limits hold for a region or a model.
func (r Recognition) Provider() string {
	if r.Textract != nil {
		return Textract + ":" + r.Textract.Region()
	}
	return Vision + ":" + r.Vision.Model()
}

// Limits returns the limit of the region or model.
func (r Recognition) Limits() (all, project ratelimit.Limit) {
	return ratelimit.Limit{Count: r.PerSecond, Per: time.Second}, ratelimit.Limit{}
}

// layered is an [Extractor] that can leave the recognition of pages to others;
// [extract.Pool] is one.
type layered interface {
	Layers(ctx context.Context, req extract.Request) (doc *extract.Document, waiting []int, err error)
	Recognise(ctx context.Context, req extract.Request, doc *extract.Document, waiting []int, read extract.PageReader) error
	Picture(ctx context.Context, req extract.Request, format extract.Format, page int) (*ocr.Picture, error)
	Subset(ctx context.Context, req extract.Request, pages []int) ([]byte, error)
}

// Read reads a file for a task with the recogniser that is configured. If it has
// to wait for a service, the error is a [queue.Park]; if a cap would be exceeded,
// [dossier.CodeBudget].
func (s *Services) Read(ctx context.Context, extractor Extractor, t store.Task, req extract.Request) (*extract.Document, error) {
	pool, ok := extractor.(layered)
	if !s.Recognition.paid() || !ok {
		return s.extractHere(ctx, extractor, t, req)
	}
	r := reading{Services: s, pool: pool, task: t, req: req}
	if s.Recognition.Textract != nil {
		return r.textract(ctx)
	}
	return r.vision(ctx)
}

// extractHere has the extractor read all of it. An extractor that is a service is
// asked only while it may be called.
func (s *Services) extractHere(ctx context.Context, extractor Extractor, t store.Task, req extract.Request) (*extract.Document, error) {
	service, ok := extractor.(provider)
	if !ok {
		return extractor.Extract(ctx, req)
	}
	report, err := s.admit(ctx, service, t.ProjectID)
	if down, ok := errors.AsType[downError](err); ok {
		return nil, queue.Park{Until: time.Now().Add(down.wait), Why: down.Error()}
	}
	if err != nil {
		return nil, err
	}
	doc, err := extractor.Extract(ctx, req)
	report(err)
	return doc, err
}
