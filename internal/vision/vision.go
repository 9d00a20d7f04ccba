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
	"image"
	"image/png"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/llm"
	"github.com/dossier-legal/dossier/internal/ocr"
)

// Config says which model to ask. BaseURL and Model are required.
type Config struct {
	BaseURL   string // "https://api.openai.com/v1", "http://localhost:11434/v1"
	Model     string
	APIKey    string // "" for endpoints without one
	MaxTokens int    // of an answer; default 4096
}

// Client asks a model. It is safe for concurrent use.
type Client struct {
	chat      *llm.Client
	maxTokens int
}

// New checks the configuration. It makes no call.
func New(cfg Config) (*Client, error) {
	chat, err := llm.New(llm.Config{BaseURL: cfg.BaseURL, Model: cfg.Model, APIKey: cfg.APIKey, Name: "vision"})
	if err != nil {
		return nil, err
	}
	if cfg.MaxTokens <= 0 {
		cfg.MaxTokens = 4096
	}
	return &Client{chat, cfg.MaxTokens}, nil
}

// Model names the model.
func (c *Client) Model() string { return c.chat.Model() }

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
	for _, tokens := range []int{c.maxTokens, 4 * c.maxTokens} {
		reply, err := c.chat.Chat(ctx, ask(picture, tokens))
		if err != nil {
			return nil, spent, err
		}
		if reply.Usage != nil {
			spent.Prompt, spent.Completion = spent.Prompt+reply.Usage.Prompt, spent.Completion+reply.Usage.Completion
		}
		switch reply.Finish {
		case llm.Truncated: // once more with plenty
		case llm.Refused:
			return nil, spent, dossier.Errorf(dossier.CodeProviderRefuses, "the model %s refuses to read this page", c.Model()).
				WithCure("read it with --ocr-with tesseract")
		default:
			return result(reply.Text), spent, nil
		}
	}
	return nil, spent, dossier.Errorf(dossier.CodeOutputTooLarge, "the page has more text than the model %s can answer with", c.Model()).
		WithCure("read it with --ocr-with tesseract")
}

func ask(picture string, tokens int) llm.Request {
	type part map[string]any
	return llm.Request{MaxTokens: tokens, User: []part{
		{"type": "text", "text": prompt}, {"type": "image_url", "image_url": part{"url": picture}},
	}}
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
