package vision_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/ocr"
	"github.com/dossier-legal/dossier/internal/vision"
)

// model is an endpoint that gives prepared answers, one after the other.
func model(t *testing.T, answers ...func(w http.ResponseWriter, maxTokens int)) (*vision.Client, *int) {
	t.Helper()
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Model     string
			MaxTokens int `json:"max_tokens"`
			Messages  []struct {
				Content []struct {
					Type     string
					ImageURL struct{ URL string } `json:"image_url"`
				}
			}
		}
		err := json.NewDecoder(r.Body).Decode(&q)
		picture := err == nil && len(q.Messages) == 1 && len(q.Messages[0].Content) == 2 &&
			strings.HasPrefix(q.Messages[0].Content[1].ImageURL.URL, "data:image/png;base64,iVBOR")
		if !picture || q.Model != "seer" || r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer sk-hush" {
			t.Errorf("asked %s for %q: %v", r.URL, q.Model, err)
		}
		calls++
		if calls > len(answers) {
			t.Errorf("call %d of %d", calls, len(answers))
			return
		}
		answers[calls-1](w, q.MaxTokens)
	}))
	t.Cleanup(server.Close)
	c, err := vision.New(vision.Config{BaseURL: server.URL + "/v1/", Model: "seer", APIKey: "sk-hush", MaxTokens: 100})
	if err != nil {
		t.Fatal(err)
	}
	return c, &calls
}

func says(finish, text string) func(http.ResponseWriter, int) {
	return func(w http.ResponseWriter, _ int) {
		b, err := json.Marshal(text)
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(w, `{"choices":[{"finish_reason":%q,"message":{"content":%s}}],"usage":{"prompt_tokens":900,"completion_tokens":40}}`, finish, b)
	}
}

func status(code int, body string) func(http.ResponseWriter, int) {
	return func(w http.ResponseWriter, _ int) {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

var page = &ocr.Picture{Pix: make([]byte, 12), Width: 4, Height: 3}

func TestRead(t *testing.T) {
	for answer, want := range map[string]string{
		"Dear Ms. Ortega,\r\nthe draft.": "Dear Ms. Ortega,\nthe draft.",
		"```text\nDear Ms. Ortega\n```":  "Dear Ms. Ortega",
		"":                               "",
		"  \n":                           "",
	} {
		c, _ := model(t, says("stop", answer))
		res, usage, err := c.Read(t.Context(), page)
		if err != nil || res.Text != want || usage != (vision.Usage{Prompt: 900, Completion: 40}) {
			t.Errorf("%q: %+v, %+v, %v", answer, res, usage, err)
		}
	}
}

func TestTruncatedAnswerIsAskedForOnceMore(t *testing.T) {
	more := func(w http.ResponseWriter, maxTokens int) {
		if maxTokens != 400 {
			t.Errorf("asked with %d tokens", maxTokens)
		}
		says("stop", "all of it")(w, maxTokens)
	}
	c, calls := model(t, says("length", "all o"), more)
	res, usage, err := c.Read(t.Context(), page)
	if err != nil || res.Text != "all of it" || *calls != 2 || usage.Prompt != 1800 {
		t.Errorf("%+v, %+v, %v after %d calls", res, usage, err, *calls)
	}
	c, _ = model(t, says("length", "a"), says("length", "b"))
	if _, _, err := c.Read(t.Context(), page); dossier.CodeOf(err) != dossier.CodeOutputTooLarge {
		t.Errorf("cut off twice: %v", err)
	}
}

func TestFaults(t *testing.T) {
	tests := []struct {
		answer func(http.ResponseWriter, int)
		want   dossier.Code
	}{
		{status(429, "slow down"), dossier.CodeRateLimited},
		{status(500, "oops"), dossier.CodeProviderDown},
		{status(401, "no key sk-hush"), dossier.CodeProviderRefuses},
		{status(200, "<html>"), dossier.CodeProviderDown},
		{status(200, `{"choices":[]}`), dossier.CodeProviderDown},
		{status(200, `{"choices":[{"mess`), dossier.CodeProviderDown},
		{status(200, strings.Repeat("x", 9<<20)), dossier.CodeProviderDown},
		{says("content_filter", ""), dossier.CodeProviderRefuses},
	}
	for i, tt := range tests {
		c, _ := model(t, tt.answer)
		_, _, err := c.Read(t.Context(), page)
		if dossier.CodeOf(err) != tt.want {
			t.Errorf("fault %d: %v", i, err)
		}
		if err != nil && strings.Contains(err.Error(), "sk-hush") {
			t.Errorf("fault %d tells the key: %v", i, err)
		}
	}
}

func TestConfiguration(t *testing.T) {
	for _, cfg := range []vision.Config{{Model: "seer"}, {BaseURL: "localhost:1", Model: "seer"}, {BaseURL: "http://localhost"}} {
		if _, err := vision.New(cfg); dossier.CodeOf(err) != dossier.CodeInvalidInput {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}
