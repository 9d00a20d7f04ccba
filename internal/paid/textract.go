package paid

import (
	"context"
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/ocr"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/textract"
)

// reading is one file that is read with a paid service.
type reading struct {
	*Services
	pool layered
	task store.Task
	req  extract.Request
}

// part is a part of the pages that need recognition, as many as a job takes.
type part struct {
	indexes []int // of the pages in the document
	job     *store.TextractJob
}

// textract reads the file's layers here and has Textract read the other pages.
// A job that is not done parks the task: waiting is no failure and holds no slot.
// Every job is on record from the moment it is started, so that any worker can
// go on with it.
func (r reading) textract(ctx context.Context) (*extract.Document, error) {
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
	started, err := r.startAll(ctx, doc, parts)
	switch {
	case isDown(err) && len(jobs)+started == 0 && r.Recognition.Fallback: // nothing is paid for yet
		return r.fallback(ctx, doc, waiting)
	case err != nil:
		return nil, parkIfDown(err)
	case started > 0:
		return nil, queue.Park{Until: time.Now().Add(textract.PollAfter(0)), Why: "Textract reads the pages"}
	}
	return doc, r.collect(ctx, doc, waiting, parts)
}

// startAll starts the jobs of those parts that have none, and returns how many it
// started.
func (r reading) startAll(ctx context.Context, doc *extract.Document, parts []part) (started int, err error) {
	for i := range parts {
		if parts[i].job != nil {
			continue
		}
		if err := r.start(ctx, doc, i, parts[i]); err != nil {
			return started, err
		}
		started++
	}
	return started, nil
}

// fallback has tesseract read the pages.
func (r reading) fallback(ctx context.Context, doc *extract.Document, waiting []int) (*extract.Document, error) {
	doc.Warnings = append(doc.Warnings, "read by tesseract, because "+r.Recognition.Provider()+" is down")
	return doc, r.pool.Recognise(ctx, r.req, doc, waiting, nil)
}

// await asks for the jobs that are under way; if one still is, the error parks
// the task.
func (r reading) await(ctx context.Context, jobs []store.TextractJob) error {
	longest := time.Duration(0)
	for i := range jobs {
		j := &jobs[i]
		if j.Status != string(textract.InProgress) {
			continue
		}
		status, message, err := r.poll(ctx, j.JobID)
		if errors.Is(err, textract.ErrExpired) {
			return r.forget(ctx, err)
		}
		if err != nil {
			return parkIfDown(err)
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

func (r reading) poll(ctx context.Context, jobID string) (textract.Status, string, error) {
	report, err := r.admit(ctx, r.Recognition, r.task.ProjectID)
	if err != nil {
		return "", "", err
	}
	status, message, err := r.Recognition.Textract.Poll(ctx, jobID)
	report(err)
	return status, message, err
}

// forget removes jobs that AWS no longer knows from the record, so that the next
// try starts them again.
func (r reading) forget(ctx context.Context, cause error) error {
	if err := r.DB.Write(ctx, func(tx *store.Tx) error { return tx.TextractJobs().Drop(ctx, r.req.Key) }); err != nil {
		return err
	}
	return queue.Park{Until: time.Now(), Why: cause.Error()}
}

// parts cuts the pages that wait into parts that Textract takes. The same file
// is cut the same way every time.
func (r reading) parts(doc *extract.Document, waiting []int, jobs []store.TextractJob) ([]part, error) {
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
	var parts []part
	for len(waiting) > 0 {
		n := min(size, len(waiting))
		p := part{indexes: waiting[:n]}
		for i := range jobs {
			if jobs[i].Part == len(parts) {
				p.job = &jobs[i]
			}
		}
		parts, waiting = append(parts, p), waiting[n:]
	}
	return parts, nil
}

// start books the price of a part, uploads it and starts its job.
func (r reading) start(ctx context.Context, doc *extract.Document, number int, p part) error {
	report, err := r.admit(ctx, r.Recognition, r.task.ProjectID)
	if err != nil {
		return err
	}
	call := r.req.Key + ":" + strconv.Itoa(number)
	token := dossier.DeriveID(call) // the same for the same pages, so that AWS starts one job
	charge := store.Charge{
		CallKey: call, Project: r.task.ProjectID, Batch: r.task.BatchID, Provider: Textract, Units: len(p.indexes),
		Micros: int64(len(p.indexes)) * r.Recognition.PageMicros,
	}
	if err := r.DB.Write(ctx, func(tx *store.Tx) error { return tx.Charges().Book(ctx, charge, r.Recognition.Caps) }); err != nil {
		report(notCalled())
		return err
	}
	jobID, err := r.submit(ctx, doc, token, p)
	report(err)
	if code := dossier.CodeOf(err); code == dossier.CodeProviderRefuses || code == dossier.CodeDamaged || code == dossier.CodeTooLarge {
		return errors.Join(err, r.DB.Write(ctx, func(tx *store.Tx) error { return tx.Charges().Unbook(ctx, call) }))
	}
	if err != nil {
		return err
	}
	return r.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.TextractJobs().Save(ctx, store.TextractJob{
			CallKey: r.req.Key, Part: number, DocumentID: r.task.DocumentID, JobID: jobID, Region: r.Recognition.Textract.Region(),
			FirstPage: doc.Pages[p.indexes[0]].Number, Pages: len(p.indexes), Status: string(textract.InProgress),
		})
	})
}

func (r reading) submit(ctx context.Context, doc *extract.Document, token string, p part) (string, error) {
	data, err := r.bytes(ctx, doc, p)
	if err != nil {
		return "", err
	}
	if len(data) > textract.MaxBytes {
		return "", dossier.Errorf(dossier.CodeTooLarge, "%d pages have %d MiB, and Textract takes %d MiB", len(p.indexes),
			len(data)>>20, textract.MaxBytes>>20).WithCure("read it with --ocr-with tesseract")
	}
	if err := r.Recognition.Textract.Upload(ctx, token, data); err != nil {
		return "", err
	}
	return r.Recognition.Textract.Start(ctx, token, token)
}

// bytes is what is sent of a file: only the pages that need it, unless those
// are all or the file is a picture.
func (r reading) bytes(ctx context.Context, doc *extract.Document, p part) ([]byte, error) {
	if doc.Format != extract.FormatPDF || len(p.indexes) == len(doc.Pages) && len(r.req.Passwords) == 0 {
		return os.ReadFile(r.req.Path)
	}
	pages := make([]int, len(p.indexes))
	for i, index := range p.indexes {
		pages[i] = doc.Pages[index].Number
	}
	return r.pool.Subset(ctx, r.req, pages)
}

// collect fetches what the jobs read and puts each page where it belongs.
func (r reading) collect(ctx context.Context, doc *extract.Document, waiting []int, parts []part) error {
	results := map[int]*ocr.Result{} // by page number
	var failed error
	for _, part := range parts {
		if part.job.Status == string(textract.Failed) {
			failed = dossier.Errorf(dossier.CodeOCRFailed, "Textract failed: %s", part.job.Message).WithCure("read it with --ocr-with tesseract")
			continue
		}
		res, err := r.Recognition.Textract.Fetch(ctx, part.job.JobID)
		if errors.Is(err, textract.ErrExpired) {
			return r.forget(ctx, err)
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
