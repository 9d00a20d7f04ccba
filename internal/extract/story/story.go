// Package story collects running text as the readers of office files meet it:
// paragraphs, tables, boxes, comments, tracked changes and hidden text.
//
// A reader announces what begins and ends and writes the words; the package makes
// one clean text of it and sends the findings. What was deleted or is hidden goes
// to the findings only, what was inserted to both.
package story

import (
	"errors"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Revision is who changed a text, and when.
type Revision struct{ Author, At string }

// Story collects running text as its reader meets it: paragraphs between blank
// lines, rows of tables on lines, their cells between tabs. What was struck or
// is hidden goes to the findings instead; what was added goes to both.
type Story struct {
	Out   *wire.Sender
	Page  int
	block *block
	outer []*block // the blocks around the current one
	Size  int

	// What holds for the text that comes next.
	Deleted, Inserted *Revision
	Hidden            bool

	change dossier.Finding // the change being read; its text is in changed
	edits  strings.Builder
	Err    error
}

// block is a stretch of text with a beginning and an end of its own: the body,
// a note, a box that floats beside the text.
type block struct {
	b     strings.Builder
	cells int      // depth of table cells
	cell  int      // number of the cell in its row
	fresh bool     // nothing was written in the cell yet
	boxes []string // to follow the paragraph they hang on
}

// MaxBlocks bounds how deep boxes lie in boxes.
const MaxBlocks = 64

// New returns the story of the page with a number (from 1), which sends its findings
// to out.
func New(out *wire.Sender, page int) *Story {
	return &Story{Out: out, Page: page, block: &block{}}
}

// Fault returns why reading must stop, or nil.
func (p *Story) Fault() error { return p.Err }

// Fail records why reading must stop; the first reason stands.
func (p *Story) Fail(err error) {
	if p.Err == nil {
		p.Err = err
	}
}

// Write adds s, to the text or to the findings.
func (p *Story) Write(s string) {
	switch {
	case s == "":
	case p.Deleted != nil:
		p.record(dossier.Deleted, *p.Deleted, s)
	case p.Hidden:
		p.record(dossier.HiddenText, Revision{}, s)
	case p.Inserted != nil:
		p.record(dossier.Inserted, *p.Inserted, s)
		p.Show(s)
	default:
		p.Settle()
		p.Show(s)
	}
}

// Show adds s to the text.
func (p *Story) Show(s string) {
	p.Size += len(s)
	if p.Size > p.Out.Limits.PageText {
		p.Fail(wire.TooMuchText(p.Out.Limits.PageText))
		return
	}
	p.block.b.WriteString(s)
}

// record adds s to the change that is being read, or begins another.
func (p *Story) record(kind dossier.FindingKind, by Revision, s string) {
	if p.change.Kind != kind || p.change.Author != by.Author || p.change.At != by.At {
		p.Settle()
		p.change = dossier.Finding{Kind: kind, Page: p.Page, Author: by.Author, At: by.At}
	}
	p.Size += len(s)
	if p.Size > p.Out.Limits.Text {
		p.Fail(wire.TooMuchText(p.Out.Limits.Text))
		return
	}
	p.edits.WriteString(s)
}

// Settle sends the change that is being read.
func (p *Story) Settle() {
	if p.change.Kind == "" {
		return
	}
	f := p.change
	f.Text = strings.TrimSpace(p.edits.String())
	p.change = dossier.Finding{}
	p.edits.Reset()
	if f.Text == "" {
		return
	}
	if err := p.Out.Finding(f); err != nil {
		p.Fail(err)
	}
}

// EndParagraph leaves one blank line, however many empty paragraphs there are.
// In a cell, paragraphs stay on the line of their row.
func (p *Story) EndParagraph() {
	if p.change.Kind != "" {
		p.edits.WriteByte('\n')
	}
	if p.block.cells == 0 {
		p.blankLine()
	}
	p.showBoxes()
}

func (p *Story) blankLine() {
	if s := p.block.b.String(); s != "" && !strings.HasSuffix(s, "\n\n") {
		p.Show("\n\n")
	}
}

// StartParagraph keeps the paragraphs of one cell apart.
func (p *Story) StartParagraph() {
	if p.block.cells > 0 && !p.block.fresh {
		p.Show(" ")
	}
	p.block.fresh = false
}

// StartRow begins a row of a table.
func (p *Story) StartRow() { p.block.cell = 0 }

// StartCell begins a cell; a tab keeps it apart from the one before.
func (p *Story) StartCell() {
	if p.block.cell > 0 {
		p.Show("\t")
	}
	p.block.cell++
	p.block.cells++
	p.block.fresh = true
}

// EndCell ends a cell.
func (p *Story) EndCell() { p.block.cells = max(p.block.cells-1, 0) }

// EndRow ends the line of a row.
func (p *Story) EndRow() { p.Show("\n") }

// EndTable leaves a blank line below a table that is not part of another.
func (p *Story) EndTable() {
	if p.block.cells == 0 {
		p.BlankLineBelow()
	}
}

// BlankLineBelow leaves a blank line below text that ends with its line.
func (p *Story) BlankLineBelow() {
	if s := p.block.b.String(); strings.HasSuffix(s, "\n") && !strings.HasSuffix(s, "\n\n") {
		p.Show("\n")
	}
}

// Push begins a block inside the current one.
func (p *Story) Push() {
	if len(p.outer) >= MaxBlocks {
		p.Fail(ErrTooDeep)
		return
	}
	p.outer = append(p.outer, p.block)
	p.block = &block{}
}

// Pop ends the innermost block and returns its text.
func (p *Story) Pop() string {
	if len(p.outer) == 0 {
		return ""
	}
	p.Settle()
	p.showBoxes()
	text := wire.CleanText(p.block.b.String())
	last := len(p.outer) - 1
	p.block, p.outer = p.outer[last], p.outer[:last]
	return text
}

// AddBox puts the text of a box behind the paragraph on which it hangs.
func (p *Story) AddBox(text string) {
	if text != "" {
		p.block.boxes = append(p.block.boxes, text)
	}
}

func (p *Story) showBoxes() {
	for _, text := range p.block.boxes {
		if p.block.cells == 0 {
			p.blankLine()
			p.Show(text + "\n\n")
		} else {
			p.Show(" " + strings.ReplaceAll(text, "\n", " "))
		}
	}
	p.block.boxes = nil
}

// End closes whatever is open and returns the text.
func (p *Story) End() (string, error) {
	for len(p.outer) > 0 && p.Err == nil {
		p.AddBox(p.Pop())
	}
	p.Settle()
	p.showBoxes()
	if p.Err != nil {
		return "", p.Err
	}
	return wire.CleanText(p.block.b.String()), nil
}

// Comment sends a reviewer's comment; anchor is the text it is about.
func (p *Story) Comment(by Revision, text, anchor string) {
	if text == "" {
		return
	}
	f := dossier.Finding{Kind: dossier.Comment, Page: p.Page, Text: text, Author: by.Author, At: by.At}
	if anchor != "" {
		f.Detail = "on “" + anchor + "”"
	}
	if err := p.Out.Finding(f); err != nil {
		p.Fail(err)
	}
}

// Anchors remembers which words comments are about.
type Anchors struct {
	open  []string // ids of the comments whose words are being read
	words map[string]string
}

// Bounds of what is kept of the words a comment is about.
const (
	maxAnchors    = 10_000
	maxOpenAnchor = 64
	maxAnchor     = 200
)

// Start says that the words of the comment with the id begin.
func (a *Anchors) Start(id string) {
	if a.words == nil {
		a.words = map[string]string{}
	}
	if len(a.open) < maxOpenAnchor && len(a.words) < maxAnchors {
		a.open = append(a.open, id)
		a.words[id] = ""
	}
}

// End says that the words of the comment with the id end.
func (a *Anchors) End(id string) {
	for i, open := range a.open {
		if open == id {
			a.open = append(a.open[:i], a.open[i+1:]...)
			return
		}
	}
}

// Write adds s to the words of all comments that are open.
func (a *Anchors) Write(s string) {
	for _, id := range a.open {
		if room := maxAnchor - len(a.words[id]); room > 0 {
			a.words[id] += s[:min(room, len(s))]
		}
	}
}

// About returns the words of the comment on one line.
func (a *Anchors) About(id string) string {
	return strings.Join(strings.Fields(wire.CleanText(a.words[id])), " ")
}

// ErrTooDeep says that the elements of a file nest deeper than any real file.
var ErrTooDeep = errors.New("its elements nest too deep")
