package extract

import (
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// revision is who changed a text, and when.
type revision struct{ author, at string }

// story collects running text as its reader meets it: paragraphs between blank
// lines, rows of tables on lines, their cells between tabs. What was struck or
// is hidden goes to the findings instead; what was added goes to both.
type story struct {
	out   *wire.Sender
	page  int
	block *block
	outer []*block // the blocks around the current one
	size  int

	// What holds for the text that comes next.
	deleted, inserted *revision
	hidden            bool

	change dossier.Finding // the change being read; its text is in changed
	edits  strings.Builder
	err    error
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

// maxBlocks bounds how deep boxes lie in boxes.
const maxBlocks = 64

func newStory(out *wire.Sender, page int) *story {
	return &story{out: out, page: page, block: &block{}}
}

func (p *story) fault() error { return p.err }

func (p *story) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// write adds s, to the text or to the findings.
func (p *story) write(s string) {
	switch {
	case s == "":
	case p.deleted != nil:
		p.record(dossier.Deleted, *p.deleted, s)
	case p.hidden:
		p.record(dossier.HiddenText, revision{}, s)
	case p.inserted != nil:
		p.record(dossier.Inserted, *p.inserted, s)
		p.show(s)
	default:
		p.settle()
		p.show(s)
	}
}

// show adds s to the text.
func (p *story) show(s string) {
	p.size += len(s)
	if p.size > p.out.Limits.PageText {
		p.fail(wire.TooMuchText(p.out.Limits.PageText))
		return
	}
	p.block.b.WriteString(s)
}

// record adds s to the change that is being read, or begins another.
func (p *story) record(kind dossier.FindingKind, by revision, s string) {
	if p.change.Kind != kind || p.change.Author != by.author || p.change.At != by.at {
		p.settle()
		p.change = dossier.Finding{Kind: kind, Page: p.page, Author: by.author, At: by.at}
	}
	p.size += len(s)
	if p.size > p.out.Limits.Text {
		p.fail(wire.TooMuchText(p.out.Limits.Text))
		return
	}
	p.edits.WriteString(s)
}

// settle sends the change that is being read.
func (p *story) settle() {
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
	if err := p.out.Finding(f); err != nil {
		p.fail(err)
	}
}

// endParagraph leaves one blank line, however many empty paragraphs there are.
// In a cell, paragraphs stay on the line of their row.
func (p *story) endParagraph() {
	if p.change.Kind != "" {
		p.edits.WriteByte('\n')
	}
	if p.block.cells == 0 {
		p.blankLine()
	}
	p.showBoxes()
}

func (p *story) blankLine() {
	if s := p.block.b.String(); s != "" && !strings.HasSuffix(s, "\n\n") {
		p.show("\n\n")
	}
}

// startParagraph keeps the paragraphs of one cell apart.
func (p *story) startParagraph() {
	if p.block.cells > 0 && !p.block.fresh {
		p.show(" ")
	}
	p.block.fresh = false
}

func (p *story) startRow() { p.block.cell = 0 }

func (p *story) startCell() {
	if p.block.cell > 0 {
		p.show("\t")
	}
	p.block.cell++
	p.block.cells++
	p.block.fresh = true
}

func (p *story) endCell() { p.block.cells = max(p.block.cells-1, 0) }

func (p *story) endRow() { p.show("\n") }

// endTable leaves a blank line below a table that is not part of another.
func (p *story) endTable() {
	if p.block.cells == 0 {
		p.blankLineBelow()
	}
}

func (p *story) blankLineBelow() {
	if s := p.block.b.String(); strings.HasSuffix(s, "\n") && !strings.HasSuffix(s, "\n\n") {
		p.show("\n")
	}
}

// push begins a block inside the current one.
func (p *story) push() {
	if len(p.outer) >= maxBlocks {
		p.fail(errTooDeep)
		return
	}
	p.outer = append(p.outer, p.block)
	p.block = &block{}
}

// pop ends the innermost block and returns its text.
func (p *story) pop() string {
	if len(p.outer) == 0 {
		return ""
	}
	p.settle()
	p.showBoxes()
	text := wire.CleanText(p.block.b.String())
	last := len(p.outer) - 1
	p.block, p.outer = p.outer[last], p.outer[:last]
	return text
}

// addBox puts the text of a box behind the paragraph on which it hangs.
func (p *story) addBox(text string) {
	if text != "" {
		p.block.boxes = append(p.block.boxes, text)
	}
}

func (p *story) showBoxes() {
	for _, text := range p.block.boxes {
		if p.block.cells == 0 {
			p.blankLine()
			p.show(text + "\n\n")
		} else {
			p.show(" " + strings.ReplaceAll(text, "\n", " "))
		}
	}
	p.block.boxes = nil
}

// end closes whatever is open and returns the text.
func (p *story) end() (string, error) {
	for len(p.outer) > 0 && p.err == nil {
		p.addBox(p.pop())
	}
	p.settle()
	p.showBoxes()
	if p.err != nil {
		return "", p.err
	}
	return wire.CleanText(p.block.b.String()), nil
}

// comment sends a reviewer's comment; anchor is the text it is about.
func (p *story) comment(by revision, text, anchor string) {
	if text == "" {
		return
	}
	f := dossier.Finding{Kind: dossier.Comment, Page: p.page, Text: text, Author: by.author, At: by.at}
	if anchor != "" {
		f.Detail = "on “" + anchor + "”"
	}
	if err := p.out.Finding(f); err != nil {
		p.fail(err)
	}
}

// anchors remembers which words comments are about.
type anchors struct {
	open  []string // ids of the comments whose words are being read
	words map[string]string
}

// Bounds of what is kept of the words a comment is about.
const (
	maxAnchors    = 10_000
	maxOpenAnchor = 64
	maxAnchor     = 200
)

func (a *anchors) start(id string) {
	if a.words == nil {
		a.words = map[string]string{}
	}
	if len(a.open) < maxOpenAnchor && len(a.words) < maxAnchors {
		a.open = append(a.open, id)
		a.words[id] = ""
	}
}

func (a *anchors) end(id string) {
	for i, open := range a.open {
		if open == id {
			a.open = append(a.open[:i], a.open[i+1:]...)
			return
		}
	}
}

func (a *anchors) write(s string) {
	for _, id := range a.open {
		if room := maxAnchor - len(a.words[id]); room > 0 {
			a.words[id] += s[:min(room, len(s))]
		}
	}
}

// about returns the words of the comment on one line.
func (a *anchors) about(id string) string {
	return strings.Join(strings.Fields(wire.CleanText(a.words[id])), " ")
}
