package paid

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/ocr"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/ratelimit"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/storetest"
	"github.com/dossier-legal/dossier/internal/textract"
	"github.com/dossier-legal/dossier/internal/textract/textracttest"
)

// halfScanned is a reader of a file whose even pages have text and whose odd
// pages are scans. What it sends to a service names the pages.
type halfScanned struct{ pages int }

func (h halfScanned) Extract(context.Context, extract.Request) (*extract.Document, error) {
	return nil, errors.New("not asked for here")
}

func (h halfScanned) Layers(context.Context, extract.Request) (doc *extract.Document, waiting []int, err error) {
	doc = &extract.Document{Format: extract.FormatPDF}
	for n := 1; n <= h.pages; n++ {
		page := dossier.Page{Number: n, Width: 612, Height: 792, Source: dossier.SourceLayer, Text: fmt.Sprintf("layer %d", n), Reason: "text layer"}
		if n%2 == 1 {
			page.Text, page.Reason = "", "no text layer"
			waiting = append(waiting, n-1)
		}
		doc.Pages = append(doc.Pages, page)
	}
	return doc, waiting, nil
}

// Recognise is that of extract.Pool, one page after the other.
func (h halfScanned) Recognise(ctx context.Context, _ extract.Request, doc *extract.Document, waiting []int, read extract.PageReader) error {
	for _, i := range waiting {
		page := &doc.Pages[i]
		if read == nil {
			page.Text = "by tesseract"
			continue
		}
		res, err := read(ctx, page)
		if err != nil {
			page.Reason = "recognition failed: " + dossier.TextOf(err)
			continue
		}
		page.Text, page.Source = res.Text, dossier.SourceOCR
	}
	return nil
}

func (h halfScanned) Picture(context.Context, extract.Request, extract.Format, int) (*ocr.Picture, error) {
	return &ocr.Picture{Pix: []byte{0}, Width: 1, Height: 1}, nil
}

func (h halfScanned) Subset(_ context.Context, _ extract.Request, pages []int) ([]byte, error) {
	return []byte(strings.Trim(fmt.Sprint(pages), "[]")), nil
}

// paidTest has Textract read a file.
type paidTest struct {
	*testing.T
	*Services
	fake   *textracttest.Server
	reader halfScanned
	task   store.Task
	req    extract.Request
}

// newPaidTest makes one for a file of so many pages and bytes.
func newPaidTest(t *testing.T, pages int, size int64) *paidTest {
	t.Helper()
	db := storetest.Open(t, "")
	b := storetest.Batch(t, db, "")
	redis, err := rdb.Open(t.Context(), rdb.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = redis.Close() })
	fake := textracttest.Start(t)
	fake.Pages = func(file []byte) int { return len(strings.Fields(string(file))) }
	fake.Text = func(file []byte, n int) string { return "scan " + strings.Fields(string(file))[n-1] }
	client, err := textract.New(textract.Config{Region: "us-east-1", Bucket: "papers", Endpoint: fake.URL, S3Endpoint: fake.URL})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{
		DB: db, Breakers: breaker.New(redis), Limiter: ratelimit.New(redis),
		Log: slog.New(slog.DiscardHandler), Recognition: Recognition{Textract: client, PageMicros: 1500, Fallback: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &paidTest{
		T: t, Services: s, fake: fake, reader: halfScanned{pages}, task: store.Task{NewTask: store.NewTask{ProjectID: b.ProjectID}},
		req: extract.Request{Path: path, Key: "ocr:2:abc"},
	}
}

// read asks until the file is read or fails, as the engine does with a parked
// task, and returns how often it was parked.
func (p *paidTest) read() (doc *extract.Document, parked int, err error) {
	for ; parked < 50; parked++ {
		doc, err = p.Read(p.Context(), p.reader, p.task, p.req)
		if _, ok := errors.AsType[queue.Park](err); !ok {
			return doc, parked, err
		}
	}
	p.Fatal("parked again and again")
	return nil, 0, nil
}

// mustBe checks that every page says what it should, in order.
func (p *paidTest) mustBe(doc *extract.Document, scans string) {
	p.Helper()
	for i, page := range doc.Pages {
		want := fmt.Sprintf("layer %d", i+1)
		if i%2 == 0 {
			want = strings.ReplaceAll(scans, "N", fmt.Sprint(i+1))
		}
		if page.Text != want || page.Number != i+1 {
			p.Errorf("page %d says %q (%s), want %q", i+1, page.Text, page.Reason, want)
		}
	}
}

func (p *paidTest) spent() (dollars float64) {
	p.Helper()
	rows, err := p.DB.Monitor().Spend(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	for _, r := range rows {
		dollars += r.Total
	}
	return dollars
}

// TestWaitingForTextractIsNoFailure reads the scans of a file and only those, parks while
// Textract works, and pays for each page once.
func TestWaitingForTextractIsNoFailure(t *testing.T) {
	p := newPaidTest(t, 7, 1<<20)
	p.fake.Waits, p.fake.PieceSize = 3, 2
	doc, parked, err := p.read()
	if err != nil {
		t.Fatal(err)
	}
	p.mustBe(doc, "scan N")
	if parked != 4 || p.fake.Jobs() != 1 || p.spent() != 4*0.0015 {
		t.Errorf("parked %d times, %d jobs, $%.4f", parked, p.fake.Jobs(), p.spent())
	}
}

// TestPartsAreJoinedInOrder cuts a file that is too large for one job.
func TestPartsAreJoinedInOrder(t *testing.T) {
	p := newPaidTest(t, 20, 20*textract.MaxBytes/12) // two pages a part
	doc, _, err := p.read()
	if err != nil {
		t.Fatal(err)
	}
	p.mustBe(doc, "scan N")
	if p.fake.Jobs() != 5 || p.spent() != 10*0.0015 {
		t.Errorf("%d jobs, $%.4f", p.fake.Jobs(), p.spent())
	}
}

// TestLostAnswerIsNotPaidTwice loses the answer of a start and that of a poll.
func TestLostAnswerIsNotPaidTwice(t *testing.T) {
	p := newPaidTest(t, 4, 1<<20)
	p.fake.Faults = []textracttest.Fault{{Operation: "StartDocumentTextDetection", Status: 500, Type: "InternalServerError", After: true}}
	if _, _, err := p.read(); dossier.CodeOf(err) != dossier.CodeProviderDown {
		t.Fatalf("first try: %v", err)
	}
	p.fake.Faults = []textracttest.Fault{{Operation: "GetDocumentTextDetection", Body: "{"}}
	if _, _, err := p.read(); dossier.CodeOf(err) != dossier.CodeProviderDown {
		t.Fatalf("second try: %v", err)
	}
	doc, _, err := p.read()
	if err != nil {
		t.Fatal(err)
	}
	p.mustBe(doc, "scan N")
	if p.fake.Jobs() != 1 || p.spent() != 2*0.0015 {
		t.Errorf("%d jobs, $%.4f", p.fake.Jobs(), p.spent())
	}
}

func TestPartialSuccessIsSaid(t *testing.T) {
	p := newPaidTest(t, 5, 1<<20)
	p.fake.Status, p.fake.LosePage = "PARTIAL_SUCCESS", 2 // of those sent: page 3
	doc, _, err := p.read()
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Warnings) != 1 || !strings.Contains(doc.Pages[2].Reason, "gave nothing for page 3") || doc.Pages[4].Text != "scan 5" {
		t.Errorf("warnings %v, page 3 %+v", doc.Warnings, doc.Pages[2])
	}
}

func TestFailedJobIsSaid(t *testing.T) {
	p := newPaidTest(t, 2, 1<<20)
	p.fake.Status, p.fake.Message = "FAILED", "it is a cat"
	doc, _, err := p.read()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(doc.Pages[0].Reason, "it is a cat") || doc.Pages[1].Text != "layer 2" {
		t.Errorf("pages %+v", doc.Pages)
	}
}

func TestExpiredJobIsStartedAnew(t *testing.T) {
	p := newPaidTest(t, 2, 1<<20)
	p.fake.Waits = 1
	if _, err := p.Read(t.Context(), p.reader, p.task, p.req); err == nil {
		t.Fatal("not parked")
	}
	p.fake.Forget["job-1"] = true
	doc, _, err := p.read()
	if err != nil {
		t.Fatal(err)
	}
	p.mustBe(doc, "scan N")
	if p.fake.Jobs() != 2 || p.spent() != 0.0015 {
		t.Errorf("%d jobs, $%.4f", p.fake.Jobs(), p.spent())
	}
}

// TestBudgetRefusesBeforeAnythingIsSent refuses what would go over a cap before anything is sent.
func TestBudgetRefusesBeforeAnythingIsSent(t *testing.T) {
	for _, caps := range []store.Caps{{Project: 5000}, {Day: 5000}} {
		p := newPaidTest(t, 8, 1<<20) // four pages, $0.006
		p.Recognition.Caps = caps
		_, _, err := p.read()
		if dossier.CodeOf(err) != dossier.CodeBudget || p.fake.Calls() != 0 || p.fake.Objects() != 0 || p.spent() != 0 {
			t.Errorf("%+v: %v; %d calls, $%.4f", caps, err, p.fake.Calls(), p.spent())
		}
	}
}

func TestRefusalCostsNothing(t *testing.T) {
	p := newPaidTest(t, 2, 1<<20)
	p.fake.Faults = []textracttest.Fault{{Operation: "StartDocumentTextDetection", Status: 400, Type: "AccessDeniedException"}}
	if _, _, err := p.read(); dossier.CodeOf(err) != dossier.CodeProviderRefuses || p.spent() != 0 {
		t.Errorf("%v, $%.4f", err, p.spent())
	}
}

// TestTesseractReadsWhileTheServiceIsDown reads with tesseract while the service is down, and waits if
// that is not wanted.
func TestTesseractReadsWhileTheServiceIsDown(t *testing.T) {
	p := newPaidTest(t, 4, 1<<20)
	for range 5 {
		if err := p.Breakers.Report(t.Context(), p.Recognition.Provider(), dossier.Errorf(dossier.CodeProviderDown, "gone")); err != nil {
			t.Fatal(err)
		}
	}
	doc, parked, err := p.read()
	if err != nil || parked > 0 || p.fake.Calls() != 0 {
		t.Fatalf("parked %d times, %d calls, %v", parked, p.fake.Calls(), err)
	}
	p.mustBe(doc, "by tesseract")
	if len(doc.Warnings) != 1 || !strings.Contains(doc.Warnings[0], "by tesseract") {
		t.Errorf("warnings %v", doc.Warnings)
	}
	p.Recognition.Fallback = false
	_, err = p.Read(t.Context(), p.reader, p.task, p.req)
	if park, ok := errors.AsType[queue.Park](err); !ok || !strings.Contains(park.Why, "is down") {
		t.Errorf("without fallback: %v", err)
	}
}
