package textract_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/textract"
	"github.com/dossier-legal/dossier/internal/textract/textracttest"
)

func client(t *testing.T, s *textracttest.Server) *textract.Client {
	t.Helper()
	c, err := textract.New(textract.Config{
		Region: "us-east-1", Bucket: "papers", Prefix: "dossier", Endpoint: s.URL, S3Endpoint: s.URL,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// started uploads a file and starts a job on it.
func started(t *testing.T, c *textract.Client) string {
	t.Helper()
	if err := c.Upload(t.Context(), "a.pdf", []byte("%PDF-")); err != nil {
		t.Fatal(err)
	}
	id, err := c.Start(t.Context(), "a.pdf", "token-1")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestPagesAreJoinedFromPieces wants all pages in order with every word where it is, though the
// result comes in pieces that end inside pages.
func TestPagesAreJoinedFromPieces(t *testing.T) {
	s := textracttest.Start(t)
	s.Pages = func(file []byte) int {
		if string(file) != "%PDF-" {
			t.Errorf("the bucket holds %q", file)
		}
		return 12
	}
	s.PieceSize = 7
	c := client(t, s)
	id := started(t, c)
	res, err := c.Fetch(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Pages) != 12 || len(res.Warnings) > 0 {
		t.Fatalf("%d pages, warnings %v", len(res.Pages), res.Warnings)
	}
	for i, p := range res.Pages {
		if want := fmt.Sprintf("Page %d as read by the service", i+1); p == nil || p.Text != want || len(p.Words) != 7 {
			t.Fatalf("page %d: %+v", i+1, p)
		}
		for _, w := range p.Words {
			if p.Text[w.Start:w.End] != w.Text || w.Confidence != 0.985 || w.Box[2] > 1 {
				t.Errorf("page %d: word %+v", i+1, w)
			}
		}
	}
}

func TestLostPageIsSeen(t *testing.T) {
	s := textracttest.Start(t)
	s.Pages, s.LosePage, s.Status = func([]byte) int { return 3 }, 2, "PARTIAL_SUCCESS"
	c := client(t, s)
	res, err := c.Fetch(t.Context(), started(t, c))
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Pages) != 3 || res.Pages[1] != nil || res.Pages[2] == nil {
		t.Errorf("pages %v", res.Pages)
	}
	if len(res.Warnings) != 1 || !strings.Contains(res.Warnings[0], "[2]") {
		t.Errorf("warnings %v", res.Warnings)
	}
}

func TestSameTokenIsPaidOnce(t *testing.T) {
	s := textracttest.Start(t)
	c := client(t, s)
	first := started(t, c)
	s.Faults = []textracttest.Fault{{Operation: "StartDocumentTextDetection", Status: http.StatusInternalServerError, Type: "InternalServerError", After: true}}
	if _, err := c.Start(t.Context(), "a.pdf", "token-1"); dossier.CodeOf(err) != dossier.CodeProviderDown {
		t.Errorf("a lost answer: %v", err)
	}
	again, err := c.Start(t.Context(), "a.pdf", "token-1")
	if err != nil || again != first || s.Jobs() != 1 || s.Starts() != 3 {
		t.Errorf("job %q after %q, %v; %d jobs for %d starts", again, first, err, s.Jobs(), s.Starts())
	}
}

func TestPoll(t *testing.T) {
	s := textracttest.Start(t)
	s.Waits, s.Status, s.Message = 2, "FAILED", "no such luck"
	c := client(t, s)
	id := started(t, c)
	for i, want := range []textract.Status{textract.InProgress, textract.InProgress, textract.Failed} {
		status, message, err := c.Poll(t.Context(), id)
		if err != nil || status != want || (message != "") != (want == textract.Failed) {
			t.Errorf("poll %d: %q %q %v", i, status, message, err)
		}
	}
	s.Forget[id] = true
	if _, _, err := c.Poll(t.Context(), id); !errors.Is(err, textract.ErrExpired) {
		t.Errorf("an expired job: %v", err)
	}
	last := textract.PollAfter(0)
	for polls := 1; polls < 100; polls++ {
		next := textract.PollAfter(polls)
		if next < last {
			t.Fatalf("poll %d comes after %v, the one before after %v", polls, next, last)
		}
		last = next
	}
}

func TestFaults(t *testing.T) {
	tests := []struct {
		fault textracttest.Fault
		want  dossier.Code
	}{
		{textracttest.Fault{Status: 400, Type: "ThrottlingException"}, dossier.CodeRateLimited},
		{textracttest.Fault{Status: 400, Type: "ProvisionedThroughputExceededException"}, dossier.CodeRateLimited},
		{textracttest.Fault{Status: 500, Type: "InternalServerError"}, dossier.CodeProviderDown},
		{textracttest.Fault{Status: 503, Type: ""}, dossier.CodeProviderDown},
		{textracttest.Fault{Body: `{"JobStatus":"SUCC`}, dossier.CodeProviderDown},
		{textracttest.Fault{Body: `{"JobStatus":"DANCING"}`}, dossier.CodeProviderDown},
		{textracttest.Fault{Status: 400, Type: "AccessDeniedException"}, dossier.CodeProviderRefuses},
		{textracttest.Fault{Status: 400, Type: "BadDocumentException"}, dossier.CodeDamaged},
		{textracttest.Fault{Status: 400, Type: "DocumentTooLargeException"}, dossier.CodeTooLarge},
	}
	s := textracttest.Start(t)
	c := client(t, s)
	id := started(t, c)
	for _, tt := range tests {
		s.Faults = []textracttest.Fault{tt.fault}
		_, _, err := c.Poll(t.Context(), id)
		if dossier.CodeOf(err) != tt.want {
			t.Errorf("%+v: %v", tt.fault, err)
		}
		if err != nil && strings.Contains(err.Error(), "not-a-secret") {
			t.Errorf("the error tells a secret: %v", err)
		}
	}
	s.LoopTokens = true
	if _, err := c.Fetch(t.Context(), id); dossier.CodeOf(err) != dossier.CodeProviderDown {
		t.Errorf("pieces without end: %v", err)
	}
}

// TestCancelledCall hangs up within an answer: that is no fault of the service.
func TestCancelledCall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	stalls := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"JobStatus":`)
		_ = http.NewResponseController(w).Flush()
		time.AfterFunc(50*time.Millisecond, cancel)
		<-r.Context().Done()
	}))
	t.Cleanup(stalls.Close)
	s := textracttest.Start(t) // for its credentials
	s.URL = stalls.URL
	if _, _, err := client(t, s).Poll(ctx, "job"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestConfiguration(t *testing.T) {
	for _, cfg := range []textract.Config{{}, {Region: "us-east-1"}} {
		if _, err := textract.New(cfg); dossier.CodeOf(err) != dossier.CodeInvalidInput {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}
