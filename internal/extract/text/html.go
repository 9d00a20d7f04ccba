package text

import (
	"bytes"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// ReadHTML sends the text of an HTML file.
func ReadHTML(j wire.Job, out *wire.Sender) error {
	b, err := ReadFile(j.Path)
	if err != nil {
		return err
	}
	text, meta, err := HTML(b, "")
	if err != nil {
		return err
	}
	if err := out.Page(wire.TextPage(1, text)); err != nil {
		return err
	}
	return out.Meta(wire.FileMeta{Meta: meta})
}

// HTML returns what a browser would show of b, and the title. contentType
// is what came with b, if anything; a mark or a meta tag in b may also tell the
// encoding.
func HTML(b []byte, contentType string) (string, map[string]string, error) {
	r, err := charset.NewReader(bytes.NewReader(b), contentType)
	if err != nil {
		return "", nil, dossier.Errorf(dossier.CodeDamaged, "cannot decode the HTML: %w", err)
	}
	w := &htmlWriter{meta: map[string]string{}}
	w.run(html.NewTokenizer(r))
	return wire.CleanText(w.b.String()), w.meta, nil
}

// htmlWriter turns tags into white space. It works on tokens, not on a tree:
// a hostile file can nest tags a million deep.
type htmlWriter struct {
	b     strings.Builder
	meta  map[string]string
	title strings.Builder

	hidden  atom.Atom // the element whose content is not shown, 0 if none
	inTitle bool
	pre     int // open elements in which white space counts
	cells   int // cells written in this table row
	newline int // newlines owed before the next word
	space   bool
}

// What tags mean for the text. Paragraphs stand between blank lines, lines on
// lines of their own.
var (
	hiddenTags    = tags(atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Math, atom.Iframe, atom.Object)
	paragraphTags = tags(atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre,
		atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Hr, atom.Article, atom.Section)
	lineTags = tags(atom.Br, atom.Div, atom.Li, atom.Tr, atom.Dt, atom.Dd, atom.Caption, atom.Header, atom.Footer, atom.Nav,
		atom.Aside, atom.Main, atom.Form, atom.Fieldset, atom.Address, atom.Center, atom.Option, atom.Body, atom.Figure)
)

func tags(list ...atom.Atom) map[atom.Atom]bool {
	set := make(map[atom.Atom]bool, len(list))
	for _, a := range list {
		set[a] = true
	}
	return set
}

func (w *htmlWriter) run(z *html.Tokenizer) {
	z.SetMaxBuf(16 << 20)
	for {
		switch z.Next() {
		case html.ErrorToken: // the end, or a tag beyond all reason
			wire.AddMeta(w.meta, "title", w.title.String())
			return
		case html.TextToken:
			w.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			w.open(atom.Lookup(name))
		case html.EndTagToken:
			name, _ := z.TagName()
			w.close(atom.Lookup(name))
		}
	}
}

func (w *htmlWriter) open(tag atom.Atom) {
	switch {
	case w.hidden != 0:
	case tag == atom.Title:
		w.inTitle = true
	case hiddenTags[tag]:
		w.hidden = tag
	case tag == atom.Td || tag == atom.Th:
		if w.cells > 0 {
			w.b.WriteByte('\t')
			w.space = false
		}
		w.cells++
	case tag == atom.Textarea, tag == atom.Pre:
		w.pre++
	}
	if w.hidden == 0 {
		w.breakFor(tag)
	}
}

func (w *htmlWriter) close(tag atom.Atom) {
	switch {
	case w.hidden != 0:
		if tag == w.hidden {
			w.hidden = 0
		}
		return
	case tag == atom.Title:
		w.inTitle = false
	case tag == atom.Pre || tag == atom.Textarea:
		w.pre = max(w.pre-1, 0)
	}
	if tag != atom.Br {
		w.breakFor(tag)
	}
}

func (w *htmlWriter) breakFor(tag atom.Atom) {
	switch {
	case tag == atom.Br:
		w.newline = min(w.newline+1, 2)
	case paragraphTags[tag]:
		w.newline = 2
	case lineTags[tag]:
		w.newline = max(w.newline, 1)
	default:
		return
	}
	if tag == atom.Tr || tag == atom.Table {
		w.cells = 0
	}
}

func (w *htmlWriter) text(s string) {
	switch {
	case w.inTitle:
		w.title.WriteString(s)
	case w.hidden != 0:
	case w.pre > 0:
		w.settle()
		w.b.WriteString(s)
	default:
		w.flow(s)
	}
}

// flow writes running text: any white space in it is one space, and none at
// the start of a line.
func (w *htmlWriter) flow(s string) {
	for _, r := range s {
		if unicode.IsSpace(r) {
			w.space = true
			continue
		}
		w.settle()
		w.b.WriteRune(r)
	}
}

// settle writes the white space that is owed before more text.
func (w *htmlWriter) settle() {
	switch {
	case w.b.Len() == 0:
	case w.newline > 0:
		w.b.WriteString("\n\n"[:w.newline])
	case w.space:
		w.b.WriteByte(' ')
	}
	w.newline, w.space = 0, false
}
