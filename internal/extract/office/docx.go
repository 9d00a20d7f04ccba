package office

import (
	"encoding/xml"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/story"
	"github.com/dossier-legal/dossier/internal/extract/text"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// ReadDOCX sends the text of a Word document as one page: headers, body,
// notes, footers. Comments, tracked changes and hidden text are findings.
func ReadDOCX(j wire.Job, out *wire.Sender) error {
	z, err := openOffice(j.Path, "Word document")
	if err != nil {
		return err
	}
	defer z.Close()
	parts := textParts(z.names())
	if len(parts) == 0 {
		return wire.Unsupported("application/zip")
	}
	meta := z.coreProperties()
	d := docx{zip: z, out: out}
	if d.hidden, err = hiddenStyles(z); err != nil {
		meta.Warnings = append(meta.Warnings, err.Error())
	}
	var blocks []string
	for _, name := range parts {
		text, err := d.part(name)
		if err != nil {
			return err
		}
		// Headers of sections repeat each other.
		if text != "" && !slices.Contains(blocks, text) {
			blocks = append(blocks, text)
		}
	}
	if err := out.Page(wire.PageWithReason(1, "text of the document", strings.Join(blocks, "\n\n"))); err != nil {
		return err
	}
	if d.foreign > 0 {
		meta.Losses = append(meta.Losses, dossier.Loss{
			Code: dossier.CodeUnsupported, Text: strconv.Itoa(d.foreign) + " passages taken over from other files were not read",
		})
	}
	return out.Meta(meta)
}

// partOrder gives the parts that hold text, in the order in which a reader
// meets them. Comments come last: they speak of the text.
var partOrder = []*regexp.Regexp{
	regexp.MustCompile(`^word/header\d*\.xml$`),
	regexp.MustCompile(`^word/document\d*\.xml$`),
	regexp.MustCompile(`^word/footnotes\d*\.xml$`),
	regexp.MustCompile(`^word/endnotes\d*\.xml$`),
	regexp.MustCompile(`^word/footer\d*\.xml$`),
	regexp.MustCompile(`^word/comments\d*\.xml$`),
}

// textParts returns the names of parts with text, or nothing if there is no
// body.
func textParts(names []string) []string {
	var parts []string
	body := false
	for i, pattern := range partOrder {
		for _, name := range names {
			if pattern.MatchString(name) {
				parts = append(parts, name)
				body = body || i == 1
			}
		}
	}
	if !body {
		return nil
	}
	return parts
}

// docx is a Word document being read.
type docx struct {
	zip     *officeZIP
	out     *wire.Sender
	hidden  map[string]bool // styles whose text is not shown
	anchors story.Anchors
	foreign int // passages of other formats
}

// part returns the text of one part and sends its findings.
func (d *docx) part(name string) (string, error) {
	w := &docxWriter{Story: story.New(d.out, 1), doc: d}
	if err := d.zip.walk(name, w); err != nil {
		return "", err
	}
	return w.End()
}

// docxWriter collects the text of a WordprocessingML part.
type docxWriter struct {
	*story.Story
	doc *docx

	skip   int  // depth inside an element whose content is not shown
	props  int  // depth inside the properties of a paragraph
	inT    bool // in an element that holds text
	struck bool // in one for deleted text

	ins, del    []*story.Revision // insertions and deletions around the current place
	runs        []bool            // runs around the current place: hidden or not
	hiddenStyle bool              // the style of the paragraph is hidden
	fields      []bool            // fields around the current place: in its code or not
	choices     []int             // size of the text before each set of alternatives
	notes       []note            // comments around the current place
}

// note is the head of a comment.
type note struct {
	id string
	by story.Revision
}

// notShown are elements without text of the document: codes of fields, and
// properties as they were before a change.
var notShown = map[string]bool{
	"instrText": true, "delInstrText": true,
	"rPrChange": true, "pPrChange": true, "sectPrChange": true, "tblPrChange": true, "trPrChange": true, "tcPrChange": true,
}

func (w *docxWriter) text(s []byte) {
	if !w.inT || w.skip > 0 || w.inCode() {
		return
	}
	w.put(string(s))
}

// put writes s as its surroundings demand.
func (w *docxWriter) put(s string) {
	w.Deleted, w.Inserted = last(w.del), last(w.ins)
	if w.struck && w.Deleted == nil {
		w.Deleted = &story.Revision{} // nothing says by whom
	}
	w.Hidden = w.hiddenStyle || last(w.runs)
	if w.Deleted == nil {
		w.doc.anchors.Write(s)
	}
	w.Write(s)
}

// last returns the last element, or the zero value if there is none.
func last[T any](s []T) (v T) {
	if len(s) > 0 {
		v = s[len(s)-1]
	}
	return v
}

// drop returns s without its last element.
func drop[T any](s []T) []T { return s[:max(len(s)-1, 0)] }

func (w *docxWriter) open(t xml.StartElement) {
	name := t.Name.Local
	switch {
	case w.skip > 0 || notShown[name] || isSeparator(t) || name == "Fallback" && w.chosen():
		w.skip++
		return
	case w.props > 0:
		if name == "pPr" {
			w.props++
		}
		w.hiddenStyle = w.hiddenStyle || name == "pStyle" && w.doc.hidden[attr(t, "val")]
		return
	}
	w.openStructure(name, t)
	w.openText(name, t)
}

// openStructure follows what surrounds the text.
func (w *docxWriter) openStructure(name string, t xml.StartElement) {
	switch name {
	case "pPr":
		w.props++
	case "ins", "moveTo":
		w.ins = append(w.ins, revisionOf(t))
	case "del", "moveFrom":
		w.del = append(w.del, revisionOf(t))
	case "r":
		w.runs = append(w.runs, false)
	case "vanish":
		w.hideRun(!isOff(attr(t, "val")))
	case "rStyle":
		w.hideRun(w.doc.hidden[attr(t, "val")])
	case "fldChar":
		w.field(attr(t, "fldCharType"))
	case "AlternateContent":
		w.choices = append(w.choices, w.Size)
	case "txbxContent":
		w.Push()
	case "comment":
		w.notes = append(w.notes, note{attr(t, "id"), *revisionOf(t)})
		w.Push()
	case "commentRangeStart":
		w.doc.anchors.Start(attr(t, "id"))
	case "commentRangeEnd":
		w.doc.anchors.End(attr(t, "id"))
	case "altChunk":
		w.doc.foreign++
	}
}

// openText writes what elements without content stand for, and begins
// paragraphs and tables.
func (w *docxWriter) openText(name string, t xml.StartElement) {
	switch name {
	case "t":
		w.inT = true
	case "delText":
		w.inT, w.struck = true, true
	case "tab", "ptab":
		w.put("\t")
	case "br", "cr":
		w.put("\n")
	case "noBreakHyphen":
		w.put("-")
	case "sym":
		w.put(text.SymbolText(attr(t, "font"), attr(t, "char")))
	case "tr":
		w.StartRow()
	case "tc":
		w.StartCell()
	case "p":
		w.hiddenStyle = false
		w.StartParagraph()
	}
}

func (w *docxWriter) close(name string) {
	switch {
	case w.skip > 0:
		w.skip--
		return
	case w.props > 0:
		if name == "pPr" {
			w.props--
		}
		return
	}
	switch name {
	case "t", "delText":
		w.inT, w.struck = false, false
	case "ins", "moveTo":
		w.ins = drop(w.ins)
	case "del", "moveFrom":
		w.del = drop(w.del)
	case "r":
		w.runs = drop(w.runs)
	case "AlternateContent":
		w.choices = drop(w.choices)
	case "txbxContent":
		w.AddBox(w.Pop())
	case "comment":
		w.endComment()
	case "p":
		w.EndParagraph()
		w.leaveCodes()
	case "tc":
		w.EndCell()
	case "tr":
		w.EndRow()
	case "tbl":
		w.EndTable()
	}
}

func (w *docxWriter) endComment() {
	n := last(w.notes)
	w.notes = drop(w.notes)
	w.Comment(n.by, w.Pop(), w.doc.anchors.About(n.id))
}

func (w *docxWriter) hideRun(hide bool) {
	if n := len(w.runs); n > 0 {
		w.runs[n-1] = w.runs[n-1] || hide
	}
}

// chosen reports whether an alternative before this one gave text.
func (w *docxWriter) chosen() bool { return len(w.choices) > 0 && w.Size > last(w.choices) }

func revisionOf(t xml.StartElement) *story.Revision {
	return &story.Revision{Author: attr(t, "author"), At: attr(t, "date")}
}

// field follows the marks that part a field into its code and its result.
func (w *docxWriter) field(mark string) {
	switch mark {
	case "begin":
		w.fields = append(w.fields, true)
	case "separate":
		if n := len(w.fields); n > 0 {
			w.fields[n-1] = false
		}
	case "end":
		w.fields = drop(w.fields)
	}
}

// inCode reports whether the place is the result of a field inside the code of
// another one.
func (w *docxWriter) inCode() bool {
	return len(w.fields) > 1 && slices.Contains(w.fields[:len(w.fields)-1], true)
}

// leaveCodes bounds the harm of a field that never ends: codes end with their
// paragraph.
func (w *docxWriter) leaveCodes() {
	for i := range w.fields {
		w.fields[i] = false
	}
}

// isSeparator recognises the notes that only draw the line above notes.
func isSeparator(t xml.StartElement) bool {
	if t.Name.Local != "footnote" && t.Name.Local != "endnote" {
		return false
	}
	kind := attr(t, "type")
	return kind != "" && kind != "normal"
}

// hiddenStyles returns the ids of the styles whose text is not shown.
func hiddenStyles(z *officeZIP) (map[string]bool, error) {
	v := &styleVisitor{hidden: map[string]bool{}}
	if !z.has("word/styles.xml") {
		return v.hidden, nil
	}
	err := z.walk("word/styles.xml", v)
	return v.hidden, err
}

// styleVisitor looks for styles that hide their text.
type styleVisitor struct {
	style  string
	hidden map[string]bool
}

func (v *styleVisitor) open(t xml.StartElement) {
	switch t.Name.Local {
	case "style":
		v.style = attr(t, "styleId")
	case "vanish":
		if v.style != "" && !isOff(attr(t, "val")) {
			v.hidden[v.style] = true
		}
	}
}

func (v *styleVisitor) close(name string) {
	if name == "style" {
		v.style = ""
	}
}

func (v *styleVisitor) text([]byte) {}

func (v *styleVisitor) Fault() error { return nil }
