// Package vision reads pages with a model that sees pictures, over any endpoint
// that speaks the chat protocol of OpenAI: a company's, or one on this machine.
//
// A page is one call. What comes back is text without places: no word of it can
// be shown on the page, so it suits handwriting and the like, where the answer is
// better than nothing. A model may also make things up. Pages read so say so.
package vision

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"dossier"
	"dossier/internal/ocr"
)

// Config says which model to ask. BaseURL and Model are required.
type Config struct {
	BaseURL   string // "https://api.openai.com/v1", "http://localhost:11434/v1"
	Model     string
	APIKey    string // "" for endpoints without one
	MaxTokens int    // of an answer; default 4096
	HTTP      *http.Client
}

// Client asks a model. It is safe for concurrent use.
type Client struct{ cfg Config }

// New checks the configuration. It calls nobody.
func New(cfg Config) (*Client, error) {
	if !strings.HasPrefix(cfg.BaseURL, "http://") && !strings.HasPrefix(cfg.BaseURL, "https://") {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "not the address of a model").About("--vision-url").
			WithCure("write it as https://host/v1")
	}
	if cfg.Model == "" {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "no model is named").About("--vision-model")
	}
	if cfg.MaxTokens <= 0 {
		cfg.MaxTokens = 4096
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: 3 * time.Minute}
	}
	cfg.BaseURL = strings.TrimRight(cfg.BaseURL, "/")
	return &Client{cfg}, nil
}

// Model names the model.
func (c *Client) Model() string { return c.cfg.Model }

// Usage is what an answer cost, in tokens.
type Usage struct{ Prompt, Completion int }

// prompt asks for the words and nothing else.
const prompt = `Write out all text on this page exactly as it is printed or written, in reading order, a line for each line.
Do not translate, correct, summarise or explain. Write [illegible] for what cannot be read. If there is no text, answer with an empty message.`

// Read reads a page. Errors have the codes CodeRateLimited, CodeProviderDown,
// CodeProviderRefuses or CodeOutputTooLarge.
func (c *Client) Read(ctx context.Context, pic *ocr.Picture) (*ocr.Result, Usage, error) {
	picture, err := encode(pic)
	if err != nil {
		return nil, Usage{}, err
	}
	var spent Usage
	for _, tokens := range []int{c.cfg.MaxTokens, 4 * c.cfg.MaxTokens} {
		a, err := c.ask(ctx, picture, tokens)
		if err != nil {
			return nil, spent, err
		}
		spent.Prompt, spent.Completion = spent.Prompt+a.Usage.PromptTokens, spent.Completion+a.Usage.CompletionTokens
		switch choice := a.Choices[0]; choice.FinishReason {
		case "length": // it ran out of tokens: once more with plenty
		case "content_filter":
			return nil, spent, dossier.Errorf(dossier.CodeProviderRefuses, "the model %s will not read this page", c.cfg.Model).
				WithCure("read it with --ocr-with tesseract")
		default:
			return result(choice.Message.Content), spent, nil
		}
	}
	return nil, spent, dossier.Errorf(dossier.CodeOutputTooLarge, "the page has more text than the model %s may answer with", c.cfg.Model).
		WithCure("read it with --ocr-with tesseract")
}

// encode returns a picture as the data URL of a PNG file.
func encode(pic *ocr.Picture) (string, error) {
	img := &image.Gray{Pix: pic.Pix, Stride: pic.Width, Rect: image.Rect(0, 0, pic.Width, pic.Height)}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return "", err
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// answer is the part of an answer that matters.
type answer struct {
	Choices []struct {
		FinishReason string `json:"finish_reason"`
		Message      struct{ Content string }
	}
	Usage struct {
		PromptTokens     int `json:"prompt_tokens"`
		CompletionTokens int `json:"completion_tokens"`
	}
}

func (c *Client) ask(ctx context.Context, picture string, tokens int) (*answer, error) {
	type part map[string]any
	body, err := json.Marshal(map[string]any{
		"model": c.cfg.Model, "temperature": 0, "max_tokens": tokens,
		"messages": []part{{"role": "user", "content": []part{
			{"type": "text", "text": prompt}, {"type": "image_url", "image_url": part{"url": picture}},
		}}},
	})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.BaseURL+"/chat/completions", bytes.NewReader(body))
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "not an address: %w", err).About("--vision-url")
	}
	req.Header.Set("Content-Type", "application/json")
	if c.cfg.APIKey != "" {
		req.Header.Set("Authorization", "Bearer "+c.cfg.APIKey)
	}
	resp, err := c.cfg.HTTP.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, dossier.Errorf(dossier.CodeProviderDown, "the model does not answer: %w", err)
	}
	defer resp.Body.Close()
	return c.decode(resp)
}

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 8 << 20

func (c *Client) decode(resp *http.Response) (*answer, error) {
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil || len(b) > maxAnswer {
		return nil, dossier.Errorf(dossier.CodeProviderDown, "the model's answer broke off after %d bytes: %v", len(b), err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, c.refusal(resp, b)
	}
	var a answer
	if err := json.Unmarshal(b, &a); err != nil {
		return nil, dossier.Errorf(dossier.CodeProviderDown, "the model's answer cannot be read: %w", err)
	}
	if len(a.Choices) == 0 {
		return nil, dossier.Errorf(dossier.CodeProviderDown, "the model's answer is empty")
	}
	return &a, nil
}

func (c *Client) refusal(resp *http.Response, body []byte) error {
	said := string(body[:min(len(body), 300)])
	if c.cfg.APIKey != "" {
		said = strings.ReplaceAll(said, c.cfg.APIKey, "…") // some repeat the key they refuse
	}
	switch status := resp.StatusCode; {
	case status == http.StatusTooManyRequests:
		return dossier.Errorf(dossier.CodeRateLimited, "the model asks for patience%s: %s", retryAfter(resp), said)
	case status >= http.StatusInternalServerError || status == http.StatusRequestTimeout:
		return dossier.Errorf(dossier.CodeProviderDown, "the model failed (HTTP %d): %s", status, said)
	}
	return dossier.Errorf(dossier.CodeProviderRefuses, "the model %s refuses (HTTP %d): %s", c.cfg.Model, resp.StatusCode, said).
		WithCure("check --vision-url, --vision-model and the key in DOSSIER_VISION_KEY")
}

func retryAfter(resp *http.Response) string {
	if n, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		return fmt.Sprintf(" (%d s)", n)
	}
	return ""
}

// result is the text of an answer. Models like to put it between fences.
func result(content string) *ocr.Result {
	text := strings.TrimSpace(strings.ToValidUTF8(content, ""))
	if inner, ok := strings.CutPrefix(text, "```"); ok {
		if _, rest, ok := strings.Cut(inner, "\n"); ok {
			text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "```"))
		}
	}
	return &ocr.Result{Text: strings.ReplaceAll(text, "\r\n", "\n"), Notes: []string{"words have no places"}}
}
