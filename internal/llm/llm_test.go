package llm_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/llm"
	"github.com/dossier-legal/dossier/internal/llm/llmtest"
)

func newClient(t *testing.T, url string, pack int) *llm.Client {
	t.Helper()
	c, err := llm.New(llm.Config{BaseURL: url, Model: llmtest.Model, APIKey: llmtest.Key, Name: "llm", PackTokens: pack})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConfiguration(t *testing.T) {
	for _, cfg := range []llm.Config{{Model: "m"}, {BaseURL: "localhost:1", Model: "m"}, {BaseURL: "http://localhost"}} {
		cfg.Name = "llm"
		_, err := llm.New(cfg)
		if dossier.CodeOf(err) != dossier.CodeInvalidInput || !strings.Contains(err.Error(), "--llm-") {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}

// TestFaultsOfACall has calls fail in every way, and asks what they cost.
func TestFaultsOfACall(t *testing.T) {
	wait := func(d time.Duration) func(error) bool {
		return func(err error) bool {
			turned, ok := errors.AsType[*llm.HTTPError](err)
			return ok && turned.RetryAfter == d
		}
	}
	// A date is told some time before it is read.
	until := func(d time.Duration) func(error) bool {
		return func(err error) bool {
			turned, ok := errors.AsType[*llm.HTTPError](err)
			return ok && turned.RetryAfter > d-time.Minute && turned.RetryAfter <= d
		}
	}
	tellsNot := func(words string) func(error) bool {
		return func(err error) bool { return !strings.Contains(err.Error(), words) }
	}
	tests := []struct {
		name   string
		answer http.HandlerFunc
		code   dossier.Code
		free   bool
		more   func(error) bool
	}{
		{"429", status(429, "slow down", ""), dossier.CodeRateLimited, true, wait(0)},
		{"429 with seconds", status(429, "slow down", "17"), dossier.CodeRateLimited, true, wait(17 * time.Second)},
		{"429 for ages", status(429, "slow down", strings.Repeat("9", 30)), dossier.CodeRateLimited, true, wait(24 * time.Hour)},
		{"429 with a date", status(429, "", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)), dossier.CodeRateLimited, true, until(time.Hour)},
		{"500", status(500, "oops", ""), dossier.CodeProviderDown, true, nil},
		{"401 with the key", status(401, "no key sk-hush", ""), dossier.CodeProviderRefuses, true, nil},
		{"401 with the key where it is cut off", status(401, strings.Repeat("x", 297)+llmtest.Key, ""), dossier.CodeProviderRefuses, true, tellsNot("sk-")},
		{"400", status(400, "what?", ""), dossier.CodeProviderRefuses, true, nil},
		{"a page of HTML", status(200, "<html>", ""), dossier.CodeProviderDown, false, nil},
		{"no answer", status(200, `{"choices":[]}`, ""), dossier.CodeProviderDown, false, nil},
		{"half an answer", status(200, `{"choices":[{"mess`, ""), dossier.CodeProviderDown, false, nil},
		{"too much", status(200, strings.Repeat("x", 9<<20), ""), dossier.CodeProviderDown, false, tellsNot("nil")},
		{"slow", func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // or the server does not see the caller go
			<-r.Context().Done()
		}, dossier.CodeProviderDown, false, nil},
	}
	for _, tt := range tests {
		server := httptest.NewServer(tt.answer)
		client := &http.Client{}
		if tt.name == "slow" { // the others may take as long as the machine likes
			client.Timeout = 2 * time.Second
		}
		c, err := llm.New(llm.Config{BaseURL: server.URL, Model: "m", APIKey: llmtest.Key, Name: "llm", HTTP: client})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Chat(t.Context(), llm.Request{User: "hello", MaxTokens: 5})
		if dossier.CodeOf(err) != tt.code || llm.Unbilled(err) != tt.free || tt.more != nil && !tt.more(err) {
			t.Errorf("%s: %v (free: %v)", tt.name, err, llm.Unbilled(err))
		}
		if err != nil && strings.Contains(err.Error(), llmtest.Key) {
			t.Errorf("%s tells the key: %v", tt.name, err)
		}
		server.Close()
		client.Timeout = 0
		if _, err := c.Chat(t.Context(), llm.Request{}); dossier.CodeOf(err) != dossier.CodeProviderDown || !llm.Unbilled(err) {
			t.Errorf("%s: nobody there: %v", tt.name, err)
		}
	}
}

func status(code int, body, retryAfter string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
}

func TestCancelledCall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := llmtest.Start(t)
	server.Faults = []llmtest.Fault{{Stall: true, Change: func(*llmtest.Answer) { time.AfterFunc(50*time.Millisecond, cancel) }}}
	c := newClient(t, server.URL, 0)
	passages := llm.Request{System: "s", User: `[{"id":1,"text":"t"}]`}
	for _, when := range []string{"within the answer", "before it"} {
		if _, err := c.Chat(ctx, passages); !errors.Is(err, context.Canceled) || llm.Unbilled(err) {
			t.Errorf("%s: %v", when, err)
		}
	}
	if server.Calls() != 1 {
		t.Errorf("%d calls", server.Calls())
	}
}

func TestProbe(t *testing.T) {
	fake := llmtest.Start(t)
	if found, err := newClient(t, fake.URL, 0).Probe(t.Context()); err != nil || !strings.Contains(found, llmtest.Model) || fake.Calls() != 0 {
		t.Errorf("%q, %v after %d calls", found, err, fake.Calls())
	}
	for _, cfg := range []llm.Config{{Model: "absent", APIKey: llmtest.Key}, {Model: llmtest.Model, APIKey: "sk-wrong"}} {
		cfg.BaseURL, cfg.Name = fake.URL, "llm"
		c, err := llm.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Probe(t.Context())
		if dossier.CodeOf(err) != dossier.CodeProviderRefuses || strings.Contains(err.Error(), "sk-wrong") {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}

func TestPrices(t *testing.T) {
	p, err := llm.ParsePrice("0.15/0.60/0.075")
	if err != nil || p != (llm.Price{Input: 150_000, Output: 600_000, Cached: 75_000}) {
		t.Errorf("%+v, %v", p, err)
	}
	if q, err := llm.ParsePrice("3/15"); err != nil || q.Cached != q.Input || q.Output != 15_000_000 {
		t.Errorf("%+v, %v", q, err)
	}
	// 900 × 0.15 + 100 × 0.075 + 7 × 0.6 = 146.7 millionths.
	if cost := p.Cost(llm.Usage{Prompt: 1000, Cached: 100, Completion: 7}); cost != 147 {
		t.Errorf("cost %d", cost)
	}
	for _, bad := range []string{"", "1", "1/2/3/4", "a/b", "-1/2", "NaN/1", "1e9/1"} {
		if _, err := llm.ParsePrice(bad); dossier.CodeOf(err) != dossier.CodeInvalidInput {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
