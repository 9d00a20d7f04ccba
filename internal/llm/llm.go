// Package llm asks a language model, over any endpoint that speaks the chat
// protocol of OpenAI: a company's, or one on this machine.
//
// [Client.Chat] makes one call; vision reads pages with it. [Client.Find] finds
// the names in passages of text: it packs passages into calls, reads the answers
// and makes up for what models and endpoints do wrong.
//
// Nothing that a model says is believed. Answers are checked against a schema
// whether or not the endpoint promised to keep it. A model tells which words it
// means and never where they are: they are looked up in the passage, and what is
// not there is dropped. So a text that gives orders to the model can at worst
// have its own words taken for names.
//
// The package keeps no books and no cache. It is given both: a [Call] through
// which every call passes, and a [Memory] of answers.
package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dossier-legal/dossier"
)

// Config says which model to ask. BaseURL and Model are required.
type Config struct {
	BaseURL string // "https://api.openai.com/v1", "http://localhost:11434/v1"
	Model   string
	APIKey  string // "" for endpoints without one
	// Name is what the settings are called by, for errors: "llm" for --llm-url,
	// --llm-model and DOSSIER_LLM_KEY.
	Name string
	// PackTokens is about how many tokens of passages go into one call of Find;
	// default 3000.
	PackTokens int
	HTTP       *http.Client // default: one that waits three minutes
}

// Client asks a model. It is safe for concurrent use.
type Client struct {
	cfg    Config
	newer  atomic.Bool  // the endpoint wants the newer name of max_tokens
	proved atomic.Int32 // the format in which a proper answer came; 0: none yet
}

// New checks the configuration. It calls nobody.
func New(cfg Config) (*Client, error) {
	if !strings.HasPrefix(cfg.BaseURL, "http://") && !strings.HasPrefix(cfg.BaseURL, "https://") {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "not the address of a model").About("--" + cfg.Name + "-url").
			WithCure("write it as https://host/v1")
	}
	if cfg.Model == "" {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "no model is named").About("--" + cfg.Name + "-model")
	}
	if cfg.PackTokens <= 0 {
		cfg.PackTokens = 3000
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: 3 * time.Minute}
	}
	cfg.BaseURL = strings.TrimRight(cfg.BaseURL, "/")
	return &Client{cfg: cfg}, nil
}

// Model names the model.
func (c *Client) Model() string { return c.cfg.Model }

// Request is what is asked in one call.
type Request struct {
	System    string // "" for none
	User      any    // text, or a list of parts as the protocol has them
	MaxTokens int    // of the answer
	Format    any    // response_format; nil for none
}

// Finish says why an answer ended.
type Finish int

// The ends of answers.
const (
	Stopped   Finish = iota // it was complete
	Truncated               // it ran out of tokens
	Refused                 // the model will not answer this
)

// Usage is what a call cost, in tokens. Cached ones are part of Prompt.
type Usage struct{ Prompt, Cached, Completion int }

// Reply is an answer.
type Reply struct {
	Text   string
	Finish Finish
	// Usage is nil if the endpoint does not tell.
	Usage *Usage
}

// HTTPError is the cause of the error of a call that the endpoint turned down.
// Nobody charges for one.
type HTTPError struct {
	Status     int
	RetryAfter time.Duration // 0: it does not say
	said       string
}

func (e *HTTPError) Error() string { return fmt.Sprintf("HTTP %d: %s", e.Status, e.said) }

// Unbilled reports whether a call that ended with err was certainly not charged
// for: it was turned down, or nobody was there. One whose answer was lost on the
// way may well have been.
func Unbilled(err error) bool {
	if _, ok := errors.AsType[*HTTPError](err); ok {
		return true
	}
	network, ok := errors.AsType[*net.OpError](err)
	return ok && network.Op == "dial"
}

// Chat makes one call. Errors have the codes CodeRateLimited, CodeProviderDown
// or CodeProviderRefuses; their cause is an [HTTPError] if the endpoint
// answered.
func (c *Client) Chat(ctx context.Context, q Request) (Reply, error) {
	newer := c.newer.Load()
	reply, err := c.post(ctx, q, newer)
	if turned, ok := errors.AsType[*HTTPError](err); ok && !newer && turned.Status == http.StatusBadRequest &&
		strings.Contains(turned.said, "max_completion_tokens") {
		c.newer.Store(true)
		return c.post(ctx, q, true)
	}
	return reply, err
}

// body is a request in the words of the protocol. Models that want
// max_completion_tokens also refuse a temperature.
func (c *Client) body(q Request, newer bool) ([]byte, error) {
	type message struct {
		Role    string `json:"role"`
		Content any    `json:"content"`
	}
	var messages []message
	if q.System != "" {
		messages = append(messages, message{"system", q.System})
	}
	body := map[string]any{"model": c.cfg.Model, "messages": append(messages, message{"user", q.User})}
	if newer {
		body["max_completion_tokens"] = q.MaxTokens
	} else {
		body["max_tokens"], body["temperature"] = q.MaxTokens, 0
	}
	if q.Format != nil {
		body["response_format"] = q.Format
	}
	return json.Marshal(body)
}

func (c *Client) post(ctx context.Context, q Request, newer bool) (Reply, error) {
	body, err := c.body(q, newer)
	if err != nil {
		return Reply{}, err
	}
	b, err := c.do(ctx, http.MethodPost, "/chat/completions", body)
	if err != nil {
		return Reply{}, err
	}
	return decode(b)
}

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 8 << 20

// do asks the endpoint and returns what it answers.
func (c *Client) do(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.cfg.BaseURL+path, bytes.NewReader(body))
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "not an address: %w", err).About("--" + c.cfg.Name + "-url")
	}
	req.Header.Set("Content-Type", "application/json")
	if c.cfg.APIKey != "" {
		req.Header.Set("Authorization", "Bearer "+c.cfg.APIKey)
	}
	resp, err := c.cfg.HTTP.Do(req)
	switch {
	case err != nil && ctx.Err() != nil: // it was we who hung up
		return nil, ctx.Err()
	case err != nil:
		return nil, dossier.Errorf(dossier.CodeProviderDown, "the model does not answer: %w", err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case resp.StatusCode != http.StatusOK: // what it says is only for people, whole or not
		return nil, c.turnedDown(resp, b)
	case err != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, dossier.Errorf(dossier.CodeProviderDown, "the model's answer broke off after %d bytes: %w", len(b), err)
	case len(b) > maxAnswer:
		return nil, dossier.Errorf(dossier.CodeProviderDown, "the model's answer is longer than %d bytes", maxAnswer)
	}
	return b, nil
}

// turnedDown is the error of a call that was not answered with 200.
func (c *Client) turnedDown(resp *http.Response, body []byte) error {
	said := string(body)
	if c.cfg.APIKey != "" {
		said = strings.ReplaceAll(said, c.cfg.APIKey, "…") // some repeat the key they refuse
	}
	said = said[:min(len(said), 300)]
	cause := &HTTPError{Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header.Get("Retry-After"), time.Now()), said: said}
	switch status := resp.StatusCode; {
	case status == http.StatusTooManyRequests:
		return dossier.Errorf(dossier.CodeRateLimited, "the model %s asks for patience: %w", c.cfg.Model, cause)
	case status >= http.StatusInternalServerError || status == http.StatusRequestTimeout:
		return dossier.Errorf(dossier.CodeProviderDown, "the model %s failed: %w", c.cfg.Model, cause)
	}
	return dossier.Errorf(dossier.CodeProviderRefuses, "the model %s refuses: %w", c.cfg.Model, cause).
		WithCure(fmt.Sprintf("check --%s-url, --%[1]s-model and the key in DOSSIER_%s_KEY", c.cfg.Name, strings.ToUpper(c.cfg.Name)))
}

// maxWait bounds how long an endpoint can make us wait.
const maxWait = 24 * time.Hour

// retryAfter reads the header of that name: seconds, or a date.
func retryAfter(header string, now time.Time) time.Duration {
	n, err := strconv.Atoi(header)
	if err == nil || errors.Is(err, strconv.ErrRange) { // out of range, it is the number nearest
		return time.Duration(min(max(n, 0), int(maxWait/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(0, at.Sub(now)), maxWait)
	}
	return 0
}

// decode reads an answer.
func decode(b []byte) (Reply, error) {
	var a struct {
		Choices []struct {
			FinishReason string `json:"finish_reason"`
			Message      struct{ Content, Refusal string }
		}
		Usage *struct {
			Prompt     int `json:"prompt_tokens"`
			Completion int `json:"completion_tokens"`
			Details    struct {
				Cached int `json:"cached_tokens"`
			} `json:"prompt_tokens_details"`
		}
	}
	if err := json.Unmarshal(b, &a); err != nil {
		return Reply{}, dossier.Errorf(dossier.CodeProviderDown, "the model's answer cannot be read: %w", err)
	}
	if len(a.Choices) == 0 {
		return Reply{}, dossier.Errorf(dossier.CodeProviderDown, "the model's answer is empty")
	}
	choice := a.Choices[0]
	reply := Reply{Text: choice.Message.Content}
	switch {
	case choice.FinishReason == "content_filter", choice.Message.Refusal != "":
		reply.Finish = Refused
	case choice.FinishReason == "length":
		reply.Finish = Truncated
	}
	if u := a.Usage; u != nil && u.Prompt > 0 && u.Completion >= 0 {
		reply.Usage = &Usage{Prompt: u.Prompt, Cached: min(max(u.Details.Cached, 0), u.Prompt), Completion: u.Completion}
	}
	return reply, nil
}

// Probe asks the endpoint for its models, which costs nothing, and says what it
// found. Endpoints need not list them.
func (c *Client) Probe(ctx context.Context) (string, error) {
	b, err := c.do(ctx, http.MethodGet, "/models", nil)
	if turned, ok := errors.AsType[*HTTPError](err); ok && (turned.Status == http.StatusNotFound || turned.Status == http.StatusMethodNotAllowed) {
		return "the endpoint answers, and does not list its models", nil
	}
	if err != nil {
		return "", err
	}
	var list struct{ Data []struct{ ID string } }
	if err := json.Unmarshal(b, &list); err != nil {
		return "", dossier.Errorf(dossier.CodeProviderDown, "the list of models cannot be read: %w", err)
	}
	for _, m := range list.Data {
		if m.ID == c.cfg.Model {
			return "the endpoint has the model " + m.ID, nil
		}
	}
	return "", dossier.Errorf(dossier.CodeProviderRefuses, "there is no model %s among %d", c.cfg.Model, len(list.Data)).
		WithCure("check --" + c.cfg.Name + "-model")
}
