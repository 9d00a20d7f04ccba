package textract

import (
	"context"
	"fmt"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/ocr"
)

// piece is one answer to a question for a result.
type piece struct {
	JobStatus        Status
	StatusMessage    string
	NextToken        string
	DocumentMetadata struct{ Pages int }
	Warnings         []struct {
		ErrorCode string
		Pages     []int
	}
	Blocks []block
}

type block struct {
	BlockType     string
	ID            string `json:"Id"`
	Text          string
	Confidence    float64 // 0 to 100
	Page          int     // from 1
	Relationships []struct {
		Type string
		IDs  []string `json:"Ids"`
	}
	Geometry struct {
		BoundingBox struct{ Left, Top, Width, Height float32 } // parts of the page
	}
}

// Result is what a job read.
type Result struct {
	// Pages are the pages of the file in order, boxes as parts of the page; nil
	// stands for a page that Textract gave nothing for.
	Pages    []*ocr.Result
	Warnings []string
}

// maxPieces bounds how many answers a result may come in.
const maxPieces = 20_000

// Fetch returns the result of a job that is done. Every piece is fetched: a
// page can go on in the next.
func (c *Client) Fetch(ctx context.Context, jobID string) (*Result, error) {
	r := reader{blocks: map[string]*block{}}
	token, seen := "", map[string]bool{}
	for range maxPieces {
		question := map[string]any{"JobId": jobID, "MaxResults": 1000}
		if token != "" {
			question["NextToken"] = token
		}
		var p piece
		if err := c.call(ctx, "GetDocumentTextDetection", question, &p); err != nil {
			return nil, err
		}
		if p.JobStatus != Succeeded && p.JobStatus != PartialSuccess {
			return nil, dossier.Errorf(dossier.CodeProviderDown, "Textract's result has the status %q", p.JobStatus)
		}
		r.add(&p)
		if token = p.NextToken; token == "" {
			return r.result(), nil
		}
		if seen[token] {
			return nil, dossier.Errorf(dossier.CodeProviderDown, "Textract returns the same part of a result repeatedly")
		}
		seen[token] = true
	}
	return nil, dossier.Errorf(dossier.CodeProviderDown, "Textract's result has more than %d parts", maxPieces)
}

// reader gathers the blocks of a result.
type reader struct {
	blocks   map[string]*block
	pages    []*block
	count    int
	warnings []string
}

func (r *reader) add(p *piece) {
	r.count = max(r.count, p.DocumentMetadata.Pages)
	for _, w := range p.Warnings {
		text := fmt.Sprintf("Textract: %s on pages %v", w.ErrorCode, w.Pages)
		if len(r.warnings) == 0 || r.warnings[len(r.warnings)-1] != text { // repeated with each piece
			r.warnings = append(r.warnings, text)
		}
	}
	for i := range p.Blocks {
		b := &p.Blocks[i]
		r.blocks[b.ID] = b
		if b.BlockType == "PAGE" {
			r.pages = append(r.pages, b)
		}
	}
}

// children returns the blocks inside one; one that did not come is left out.
func (r *reader) children(b *block, kind string) []*block {
	var list []*block
	for _, rel := range b.Relationships {
		if rel.Type != "CHILD" {
			continue
		}
		for _, id := range rel.IDs {
			if c := r.blocks[id]; c != nil && c.BlockType == kind {
				list = append(list, c)
			}
		}
	}
	return list
}

func (r *reader) result() *Result {
	r.count = min(r.count, MaxPages)
	res := &Result{Pages: make([]*ocr.Result, r.count), Warnings: r.warnings}
	for _, b := range r.pages {
		number := max(b.Page, 1) // a file of one page may leave it out
		if number <= r.count && res.Pages[number-1] == nil {
			res.Pages[number-1] = r.page(b)
		}
	}
	return res
}

// page builds the text of a page: a line of text per line of print, a blank line
// where the print leaves a gap.
func (r *reader) page(b *block) *ocr.Result {
	page := &ocr.Result{Width: 1, Height: 1}
	var text strings.Builder
	bottom := float32(-1)
	for _, line := range r.children(b, "LINE") {
		box := line.box()
		words := r.children(line, "WORD")
		if len(words) == 0 { // a line without its words still has its text
			words = []*block{line}
		}
		if text.Len() > 0 {
			text.WriteByte('\n')
			const gap = 0.7 // of a line's height
			if box[1]-bottom > gap*(box[3]-box[1]) {
				text.WriteByte('\n')
			}
		}
		bottom = box[3]
		for i, w := range words {
			if i > 0 {
				text.WriteByte(' ')
			}
			word := dossier.Word{Text: strings.Join(strings.Fields(strings.ToValidUTF8(w.Text, "")), " "), Box: w.box(), Start: text.Len()}
			word.Confidence = float32(min(max(w.Confidence, 0), 100) / 100)
			text.WriteString(word.Text)
			word.End = text.Len()
			if word.Text != "" {
				page.Words = append(page.Words, word)
			}
		}
	}
	page.Text = text.String()
	return page
}

func (b *block) box() dossier.Box {
	g := b.Geometry.BoundingBox
	return dossier.Box{g.Left, g.Top, g.Left + g.Width, g.Top + g.Height}
}
