package office

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/story"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// odf collects the text of OpenDocument XML.
type odf struct {
	*story.Story
	depth  int
	skip   int
	frames []odfFrame
	inP    int    // paragraphs around the current place, of this frame
	blank  bool   // the last character was white space, or there is none
	hide   []bool // styled elements around the current place: hidden or not
	aside  *string

	style        string // the style being defined
	hiddenStyles map[string]bool
	regions      map[string]*story.Revision // tracked insertions by id
	region       odfRegion
	note         *story.Revision // of the comment being read

	heads, notes, feet, warnings []string

	sheet  *odfSheet // nil unless it is a spreadsheet
	slides bool      // it is a presentation
}

// odfFrame is a text of its own inside another.
type odfFrame struct {
	depth, inP int
	blank      bool
	done       func(text string)
}

// odfRegion is the tracked change being defined.
type odfRegion struct {
	id string
	by story.Revision
}

func newODF(out *wire.Sender) *odf {
	return &odf{Story: story.New(out, 1), hiddenStyles: map[string]bool{}, regions: map[string]*story.Revision{}, blank: true}
}

// odfSkipped are elements whose text is not part of the document.
var odfSkipped = map[string]bool{
	"svg:title": true, "svg:desc": true, "text:note-citation": true, "text:ruby-text": true, "office:forms": true, "office:scripts": true,
	"table:tracked-changes": true, "office:event-listeners": true, "meta:creator-initials": true,
}

// odfOpen says what elements mean. The prefixes of names are what all programs
// write, and tell elements of one name apart.
var odfOpen = map[string]func(*odf, xml.StartElement){
	"text:p": (*odf).openParagraph, "text:h": (*odf).openParagraph,
	"text:span": (*odf).openStyled, "text:section": (*odf).openStyled,
	"text:s":          func(v *odf, t xml.StartElement) { v.put(strings.Repeat(" ", timesOf(t, "c", 1000))) },
	"text:tab":        func(v *odf, _ xml.StartElement) { v.put("\t") },
	"text:line-break": func(v *odf, _ xml.StartElement) { v.put("\n") },
	"text:note-body":  func(v *odf, _ xml.StartElement) { v.enter(v.addNote) },
	"text:hidden-text": func(v *odf, t xml.StartElement) {
		v.hide = append(v.hide, true)
		v.put(attr(t, "string-value"))
		v.hide = drop(v.hide)
		v.skip++
	},
	"text:hidden-paragraph": func(v *odf, t xml.StartElement) {
		if n := len(v.hide); n > 0 && attr(t, "is-hidden") == "true" {
			v.hide[n-1] = true
		}
	},
	"style:style": func(v *odf, t xml.StartElement) { v.style = attr(t, "name") },
	"style:text-properties": func(v *odf, t xml.StartElement) {
		v.hideStyle(attr(t, "display") == "none")
	},
	"style:table-properties": func(v *odf, t xml.StartElement) {
		v.hideStyle(attr(t, "display") == "false")
	},
	"style:drawing-page-properties": func(v *odf, t xml.StartElement) {
		v.hideStyle(attr(t, "visibility") == "hidden")
	},
	"style:header": (*odf).openHead, "style:header-left": (*odf).openHead, "style:header-first": (*odf).openHead,
	"style:footer": (*odf).openFoot, "style:footer-left": (*odf).openFoot, "style:footer-first": (*odf).openFoot,

	"text:changed-region": func(v *odf, t xml.StartElement) { v.region = odfRegion{id: attr(t, "id")} },
	"text:deletion":       func(v *odf, _ xml.StartElement) { v.enter(v.addDeletion) },
	"text:change-start":   func(v *odf, t xml.StartElement) { v.Inserted = v.regions[attr(t, "change-id")] },
	"text:change-end":     func(v *odf, _ xml.StartElement) { v.Inserted = nil },
	"dc:creator":          func(v *odf, _ xml.StartElement) { v.aside = &v.by().Author },
	"dc:date":             func(v *odf, _ xml.StartElement) { v.aside = &v.by().At },
	"office:annotation":   (*odf).openAnnotation,

	"table:table":              (*odf).openTable,
	"table:table-row":          (*odf).openRow,
	"table:table-cell":         (*odf).openCell,
	"table:covered-table-cell": (*odf).openCell,

	"draw:page": (*odf).openSlide, "presentation:notes": func(v *odf, _ xml.StartElement) { v.enter(v.addNote) },
	"draw:text-box": (*odf).openBox, "draw:custom-shape": (*odf).openBox, "draw:rect": (*odf).openBox, "draw:ellipse": (*odf).openBox,
}

// timesOf returns how often an element counts, from 1 to most.
func timesOf(t xml.StartElement, name string, most int) int {
	n, err := strconv.Atoi(attr(t, name))
	if err != nil {
		return 1
	}
	return min(max(n, 1), most)
}

func (v *odf) open(t xml.StartElement) {
	v.depth++
	name := t.Name.Space + ":" + t.Name.Local
	switch {
	case v.skip > 0:
		v.skip++
	case odfSkipped[name]:
		v.skip = 1
	case odfOpen[name] != nil:
		odfOpen[name](v, t)
	}
}

func (v *odf) close(local string) {
	v.depth--
	if v.skip > 0 {
		v.skip--
		return
	}
	if n := len(v.frames); n > 0 && v.frames[n-1].depth == v.depth {
		v.leave()
		return
	}
	switch local {
	case "p", "h":
		v.closeParagraph()
	case "span", "section":
		v.hide = drop(v.hide)
	case "creator", "date":
		v.aside = nil
	case "insertion":
		by := v.region.by
		v.regions[v.region.id] = &by
	case "style":
		v.style = ""
	case "table-cell", "covered-table-cell":
		v.EndCell()
	case "table-row":
		v.closeRow()
	case "table":
		v.EndTable()
	}
}

func (v *odf) text(s []byte) {
	switch {
	case v.skip > 0:
	case v.aside != nil:
		if len(*v.aside)+len(s) < 1000 {
			*v.aside += string(s)
		}
	case v.inP > 0:
		v.put(v.collapse(string(s)))
	}
}

// collapse makes white space one space each, and none at the start.
func (v *odf) collapse(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' {
			if !v.blank {
				b.WriteByte(' ')
			}
			v.blank = true
			continue
		}
		v.blank = false
		b.WriteRune(r)
	}
	return b.String()
}

func (v *odf) put(s string) {
	v.Hidden = slices.Contains(v.hide, true)
	if v.inP == 0 {
		return
	}
	v.blank = v.blank && strings.TrimLeftFunc(s, unicode.IsSpace) == ""
	v.Write(s)
}

// enter begins a text of its own; done gets it when its element ends.
func (v *odf) enter(done func(text string)) {
	v.Settle()
	v.frames = append(v.frames, odfFrame{v.depth - 1, v.inP, v.blank, done})
	v.inP, v.blank = 0, true
	v.Push()
}

func (v *odf) leave() {
	f := last(v.frames)
	v.frames = drop(v.frames)
	text := v.Pop()
	v.inP, v.blank = f.inP, f.blank
	f.done(text)
}

func (v *odf) openParagraph(t xml.StartElement) {
	v.openStyled(t)
	v.StartParagraph()
	v.inP++
	v.blank = true
}

func (v *odf) closeParagraph() {
	v.inP = max(v.inP-1, 0)
	v.hide = drop(v.hide)
	v.EndParagraph()
}

func (v *odf) openStyled(t xml.StartElement) {
	v.hide = append(v.hide, v.hiddenStyles[attr(t, "style-name")] || t.Name.Local == "section" && attr(t, "display") == "none")
}

func (v *odf) hideStyle(hidden bool) {
	if hidden && v.style != "" {
		v.hiddenStyles[v.style] = true
	}
}

func (v *odf) addNote(text string) {
	if text != "" {
		v.notes = append(v.notes, text)
	}
}

func (v *odf) openHead(xml.StartElement) {
	v.enter(func(text string) {
		if text != "" && !slices.Contains(v.heads, text) {
			v.heads = append(v.heads, text)
		}
	})
}

func (v *odf) openFoot(xml.StartElement) {
	v.enter(func(text string) {
		if text != "" && !slices.Contains(v.feet, text) {
			v.feet = append(v.feet, text)
		}
	})
}

// by returns where the author and the moment of the current change or comment
// go.
func (v *odf) by() *story.Revision {
	if v.note != nil {
		return v.note
	}
	return &v.region.by
}

func (v *odf) addDeletion(text string) {
	if text == "" {
		return
	}
	f := dossier.Finding{Kind: dossier.Deleted, Page: v.Page, Text: text, Author: v.region.by.Author, At: v.region.by.At}
	if err := v.Out.Finding(f); err != nil {
		v.Fail(err)
	}
}

func (v *odf) openAnnotation(xml.StartElement) {
	by := &story.Revision{}
	v.note = by
	box, cell := v.cellPlace()
	v.enter(func(text string) {
		v.note = nil
		if text == "" {
			return
		}
		f := dossier.Finding{Kind: dossier.Comment, Page: v.pageNow(), Text: text, Author: by.Author, At: by.At, Box: box, Name: cell}
		if err := v.Out.Finding(f); err != nil {
			v.Fail(err)
		}
	})
}

// cellPlace returns the box and the address of the cell being read.
func (v *odf) cellPlace() (dossier.Box, string) {
	if v.sheet == nil || !v.sheet.open {
		return dossier.Box{}, ""
	}
	box := cellBox(v.sheet.column, v.sheet.row)
	return box, cellAddress(box)
}

// pageNow returns the number of the page being read.
func (v *odf) pageNow() int {
	if v.sheet != nil {
		return v.sheet.writer.number + 1
	}
	return v.Page
}

// openTable begins a sheet, or a table in a text.
func (v *odf) openTable(t xml.StartElement) {
	if v.sheet == nil || v.sheet.open {
		return
	}
	name, reason := attr(t, "name"), "sheet"
	if v.hiddenStyles[attr(t, "style-name")] {
		reason = "hidden sheet"
		v.warnings = append(v.warnings, fmt.Sprintf("the sheet %q is hidden", wire.CleanText(name)))
	}
	s := v.sheet
	s.open, s.row, s.hiddenRows = true, 0, 0
	s.writer.begin(name, reason)
	v.enter(func(text string) { v.endSheet(name, text) })
}

// endSheet sends the sheet; text is what floats over its cells.
func (v *odf) endSheet(name, text string) {
	s := v.sheet
	s.open = false
	if s.hiddenRows > 0 {
		v.warnings = append(v.warnings, fmt.Sprintf("the sheet %q has %d hidden rows", wire.CleanText(name), s.hiddenRows))
	}
	err := s.writer.endRow()
	if err == nil && text != "" {
		err = s.writer.line(text)
	}
	if err == nil {
		err = s.writer.end()
	}
	if err != nil {
		v.Fail(err)
	}
}

func (v *odf) openRow(t xml.StartElement) {
	if v.sheet == nil {
		v.StartRow()
		return
	}
	v.sheet.column = 0
	v.sheet.repeatRows = timesOf(t, "number-rows-repeated", maxRows)
	if kind := attr(t, "visibility"); kind == "collapse" || kind == "filter" {
		v.sheet.hiddenRows += v.sheet.repeatRows
	}
}

func (v *odf) closeRow() {
	if v.sheet == nil {
		v.EndRow()
		return
	}
	if err := v.sheet.endRow(); err != nil {
		v.Fail(err)
	}
}

func (v *odf) openCell(t xml.StartElement) {
	if v.sheet == nil {
		v.StartCell()
		return
	}
	v.Size = 0 // each cell may be as long as a page
	n := timesOf(t, "number-columns-repeated", maxColumns)
	v.enter(func(text string) { v.sheet.endCell(text, n) })
}

func (v *odf) openBox(xml.StartElement) {
	if v.inP > 0 {
		v.enter(v.AddBox)
	}
}

func (v *odf) openSlide(t xml.StartElement) {
	if !v.slides {
		return
	}
	v.Story = story.New(v.Out, v.Out.Pages+1)
	label, reason := attr(t, "name"), reasonSlide
	if v.hiddenStyles[attr(t, "style-name")] {
		reason = reasonHiddenSlide
	}
	v.enter(func(text string) {
		v.Show(text)
		v.endSlide(label, reason)
	})
}
