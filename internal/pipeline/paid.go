package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/llm"
	"github.com/dossier-legal/dossier/internal/ocr"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/ratelimit"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/textract"
	"github.com/dossier-legal/dossier/internal/vision"
)

// The names of recognisers.
const (
	Tesseract = "tesseract"
	Textract  = "textract"
	Vision    = "vision"
)

// Recognition says who reads pages that have no text of their own. The zero
// value is tesseract on this machine. Of the others one is set.
type Recognition struct {
	Textract *textract.Client
	Vision   *vision.Client

	PageMicros  int64 // price of a page, in millionths of a dollar
	TokenMicros int64 // price of a thousand tokens of a model
	Caps        store.Caps
	PerSecond   int // calls a second that the region allows; 0: no limit
	// Fallback has tesseract read in place of a service that is down.
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

// Provider implements provider: limits hold for a region or a model.
func (r Recognition) Provider() string {
	if r.Textract != nil {
		return Textract + ":" + r.Textract.Region()
	}
	return Vision + ":" + r.Vision.Model()
}

// Limits implements provider.
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

// extract reads a file, with the recogniser that is set.
func (p *Pipeline) extract(ctx context.Context, s *step, req extract.Request) (*extract.Document, error) {
	pool, ok := p.Extractor.(layered)
	if !p.Recognition.paid() || !ok {
		return p.extractHere(ctx, s, req)
	}
	r := paidReading{Pipeline: p, pool: pool, s: s, req: req}
	if p.Recognition.Textract != nil {
		return r.textract(ctx)
	}
	return r.vision(ctx)
}

// extractHere has the extractor do all of it.
func (p *Pipeline) extractHere(ctx context.Context, s *step, req extract.Request) (*extract.Document, error) {
	service, ok := p.Extractor.(provider)
	if !ok {
		return p.Extractor.Extract(ctx, req)
	}
	report, err := p.admit(ctx, service, s.doc.ProjectID)
	if err != nil {
		return nil, err
	}
	doc, err := p.Extractor.Extract(ctx, req)
	report(err)
	return doc, err
}

// paidReading is the reading of one file with a paid service.
type paidReading struct {
	*Pipeline
	pool layered
	s    *step
	req  extract.Request
}

// paidPart is a part of the pages that need recognition: so many as a job takes.
type paidPart struct {
	indexes []int // of the pages in the document
	job     *store.TextractJob
}

// textract reads the file's layers here and has Textract read the other pages.
// A job that is not done parks the task: waiting is no failure and holds no slot.
// Every job is on record from the moment it is started, so that any worker can
// go on with it.
func (r paidReading) textract(ctx context.Context) (*extract.Document, error) {
	jobs, err := r.DB.TextractJobs().List(ctx, r.req.Key)
	if err != nil {
		return nil, err
	}
	if err := r.await(ctx, jobs); err != nil {
		return nil, err
	}
	doc, waiting, err := r.pool.Layers(ctx, r.req)
	if err != nil || len(waiting) == 0 {
		return doc, err
	}
	parts, err := r.parts(doc, waiting, jobs)
	if err != nil {
		return nil, err
	}
	started, down := 0, false
	for i := range parts {
		if parts[i].job != nil {
			continue
		}
		err := r.start(ctx, doc, i, parts[i])
		if errors.Is(err, errDown) && len(jobs)+started == 0 {
			down = true // nothing is paid for yet
			break
		}
		if err != nil {
			return nil, parkIfDown(r.Recognition, err)
		}
		started++
	}
	switch {
	case down && r.Recognition.Fallback:
		return r.fallback(ctx, doc, waiting)
	case down:
		return nil, parkIfDown(r.Recognition, errDown)
	case started > 0:
		return nil, queue.Park{Until: time.Now().Add(textract.PollAfter(0)), Why: "Textract reads the pages"}
	}
	return doc, r.collect(ctx, doc, waiting, parts)
}

// fallback has tesseract read what the service cannot.
func (r paidReading) fallback(ctx context.Context, doc *extract.Document, waiting []int) (*extract.Document, error) {
	doc.Warnings = append(doc.Warnings, "read by tesseract, because "+r.Recognition.Provider()+" is down")
	return doc, r.pool.Recognise(ctx, r.req, doc, waiting, nil)
}

// await asks for the jobs that are under way; if one still is, the error parks
// the task.
func (r paidReading) await(ctx context.Context, jobs []store.TextractJob) error {
	longest := time.Duration(0)
	for i := range jobs {
		j := &jobs[i]
		if j.Status != string(textract.InProgress) {
			continue
		}
		status, message, err := r.poll(ctx, j.JobID)
		if errors.Is(err, textract.ErrExpired) {
			return r.anew(ctx, err)
		}
		if err != nil {
			return parkIfDown(r.Recognition, err)
		}
		j.Status, j.Message = string(status), message
		j.Polls++
		if err := r.DB.Write(ctx, func(tx *store.Tx) error { return tx.TextractJobs().Save(ctx, *j) }); err != nil {
			return err
		}
		if status == textract.InProgress {
			longest = max(longest, textract.PollAfter(j.Polls))
		}
	}
	if longest > 0 {
		return queue.Park{Until: time.Now().Add(longest), Why: "Textract reads the pages"}
	}
	return nil
}

func (r paidReading) poll(ctx context.Context, jobID string) (textract.Status, string, error) {
	report, err := r.admitNow(ctx, r.Recognition, r.s.doc.ProjectID)
	if err != nil {
		return "", "", err
	}
	status, message, err := r.Recognition.Textract.Poll(ctx, jobID)
	report(err)
	return status, message, err
}

// anew forgets jobs that AWS no longer knows, so that the next try starts them
// again.
func (r paidReading) anew(ctx context.Context, cause error) error {
	if err := r.DB.Write(ctx, func(tx *store.Tx) error { return tx.TextractJobs().Drop(ctx, r.req.Key) }); err != nil {
		return err
	}
	return queue.Park{Until: time.Now(), Why: cause.Error()}
}

// parts cuts the pages that wait into parts that Textract takes. The same file
// is cut the same way every time.
func (r paidReading) parts(doc *extract.Document, waiting []int, jobs []store.TextractJob) ([]paidPart, error) {
	info, err := os.Stat(r.req.Path)
	if err != nil {
		return nil, err
	}
	// Pages differ in size, so parts aim well below the limit.
	perPage := info.Size()/int64(max(len(doc.Pages), 1)) + 1
	size := int(min(int64(textract.MaxPages), max(textract.MaxBytes/4/perPage, 1)))
	if doc.Format != extract.FormatPDF {
		size = textract.MaxPages // pictures go as the file they are
	}
	var parts []paidPart
	for len(waiting) > 0 {
		n := min(size, len(waiting))
		part := paidPart{indexes: waiting[:n]}
		for i := range jobs {
			if jobs[i].Part == len(parts) {
				part.job = &jobs[i]
			}
		}
		parts, waiting = append(parts, part), waiting[n:]
	}
	return parts, nil
}

// start books the price of a part, uploads it and starts its job.
func (r paidReading) start(ctx context.Context, doc *extract.Document, number int, part paidPart) error {
	report, err := r.admitNow(ctx, r.Recognition, r.s.doc.ProjectID)
	if err != nil {
		return err
	}
	call := r.req.Key + ":" + strconv.Itoa(number)
	token := dossier.DeriveID(call) // the same for the same pages, so that AWS starts one job
	charge := store.Charge{
		CallKey: call, Project: r.s.doc.ProjectID, Batch: r.s.task.BatchID, Provider: Textract, Units: len(part.indexes),
		Micros: int64(len(part.indexes)) * r.Recognition.PageMicros,
	}
	if err := r.DB.Write(ctx, func(tx *store.Tx) error { return tx.Charges().Book(ctx, charge, r.Recognition.Caps) }); err != nil {
		report(dossier.Errorf(dossier.CodeRateLimited, "no call was made")) // gives a try back
		return err
	}
	jobID, err := r.submit(ctx, doc, token, part)
	report(err)
	if code := dossier.CodeOf(err); code == dossier.CodeProviderRefuses || code == dossier.CodeDamaged || code == dossier.CodeTooLarge {
		return errors.Join(err, r.DB.Write(ctx, func(tx *store.Tx) error { return tx.Charges().Unbook(ctx, call) }))
	}
	if err != nil {
		return err
	}
	return r.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.TextractJobs().Save(ctx, store.TextractJob{
			CallKey: r.req.Key, Part: number, DocumentID: r.s.doc.ID, JobID: jobID, Region: r.Recognition.Textract.Region(),
			FirstPage: doc.Pages[part.indexes[0]].Number, Pages: len(part.indexes), Status: string(textract.InProgress),
		})
	})
}

func (r paidReading) submit(ctx context.Context, doc *extract.Document, token string, part paidPart) (string, error) {
	data, err := r.bytes(ctx, doc, part)
	if err != nil {
		return "", err
	}
	if len(data) > textract.MaxBytes {
		return "", dossier.Errorf(dossier.CodeTooLarge, "%d pages have %d MiB, and Textract takes %d MiB", len(part.indexes),
			len(data)>>20, textract.MaxBytes>>20).WithCure("read it with --ocr-with tesseract")
	}
	if err := r.Recognition.Textract.Upload(ctx, token, data); err != nil {
		return "", err
	}
	return r.Recognition.Textract.Start(ctx, token, token)
}

// bytes is what is sent of a file: only the pages that need it, unless those
// are all or the file is a picture.
func (r paidReading) bytes(ctx context.Context, doc *extract.Document, part paidPart) ([]byte, error) {
	if doc.Format != extract.FormatPDF || len(part.indexes) == len(doc.Pages) && len(r.req.Passwords) == 0 {
		return os.ReadFile(r.req.Path)
	}
	pages := make([]int, len(part.indexes))
	for i, index := range part.indexes {
		pages[i] = doc.Pages[index].Number
	}
	return r.pool.Subset(ctx, r.req, pages)
}

// collect fetches what the jobs read and puts each page where it belongs.
func (r paidReading) collect(ctx context.Context, doc *extract.Document, waiting []int, parts []paidPart) error {
	results := map[int]*ocr.Result{} // by page number
	var failed error
	for _, part := range parts {
		if part.job.Status == string(textract.Failed) {
			failed = dossier.Errorf(dossier.CodeOCRFailed, "Textract failed: %s", part.job.Message).WithCure("read it with --ocr-with tesseract")
			continue
		}
		res, err := r.Recognition.Textract.Fetch(ctx, part.job.JobID)
		if errors.Is(err, textract.ErrExpired) {
			return r.anew(ctx, err)
		}
		if err != nil {
			return err
		}
		doc.Warnings = append(doc.Warnings, res.Warnings...)
		for i, index := range part.indexes {
			if i < len(res.Pages) && res.Pages[i] != nil {
				results[doc.Pages[index].Number] = res.Pages[i]
			}
		}
	}
	return r.pool.Recognise(ctx, r.req, doc, waiting, func(_ context.Context, page *dossier.Page) (*ocr.Result, error) {
		res := results[page.Number]
		if res == nil && failed != nil {
			return nil, failed
		}
		if res == nil {
			return nil, dossier.Errorf(dossier.CodeOCRFailed, "Textract gave nothing for page %d", page.Number)
		}
		res.Notes = []string{"read by AWS Textract"}
		return res, nil
	})
}

// vision has a model read the pages without text, one call a page.
func (r paidReading) vision(ctx context.Context) (*extract.Document, error) {
	doc, waiting, err := r.pool.Layers(ctx, r.req)
	if err != nil || len(waiting) == 0 {
		return doc, err
	}
	report, err := r.admitNow(ctx, r.Recognition, r.s.doc.ProjectID)
	if errors.Is(err, errDown) && r.Recognition.Fallback {
		return r.fallback(ctx, doc, waiting)
	}
	if err != nil {
		return nil, parkIfDown(r.Recognition, err)
	}
	err = r.pool.Recognise(ctx, r.req, doc, waiting, func(ctx context.Context, page *dossier.Page) (*ocr.Result, error) {
		return r.visionPage(ctx, doc.Format, page)
	})
	report(err)
	return doc, err
}

func (r paidReading) visionPage(ctx context.Context, format extract.Format, page *dossier.Page) (*ocr.Result, error) {
	pic, err := r.pool.Picture(ctx, r.req, format, page.Number)
	if err != nil || len(pic.Pix) == 0 {
		return &ocr.Result{}, err
	}
	// What a page may cost is booked before the call, what it cost after it. That
	// stays booked if nobody tells what it cost.
	charge := store.Charge{
		CallKey: fmt.Sprintf("%s:%d", r.req.Key, page.Number), Project: r.s.doc.ProjectID, Batch: r.s.task.BatchID, Provider: Vision,
		Units: 1, Micros: r.Recognition.PageMicros,
	}
	if err := r.DB.Write(ctx, func(tx *store.Tx) error { return tx.Charges().Book(ctx, charge, r.Recognition.Caps) }); err != nil {
		return nil, err
	}
	res, usage, err := r.Recognition.Vision.Read(ctx, pic)
	tokens := usage.Prompt + usage.Completion
	settleErr := r.DB.Write(ctx, func(tx *store.Tx) error {
		switch {
		case tokens > 0:
			return tx.Charges().Settle(ctx, charge.CallKey, tokens, int64(tokens)*r.Recognition.TokenMicros/1000)
		case llm.Unbilled(err):
			return tx.Charges().Unbook(ctx, charge.CallKey)
		}
		return nil
	})
	if err = errors.Join(err, settleErr); err != nil {
		return nil, err
	}
	res.Notes = append([]string{"read by " + r.Recognition.Vision.Model()}, res.Notes...)
	return res, nil
}
