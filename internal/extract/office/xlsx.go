package office

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/story"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// maxSharedStrings bounds the texts that cells refer to.
const maxSharedStrings = 4 << 20

// workbook is the list of sheets of an Excel workbook.
type workbook struct {
	Properties struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string     `xml:"name,attr"`
		State string     `xml:"state,attr"`
		Attrs []xml.Attr `xml:",any,attr"`
	} `xml:"sheets>sheet"`
}

// relationID returns the id of a link in attributes. Its namespace differs
// between the editions of the standard; its local name is shared with none but
// attributes that are taken already.
func relationID(attrs []xml.Attr) string {
	for _, a := range attrs {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// xlsx is an Excel workbook being read.
type xlsx struct {
	zip      *officeZIP
	out      *wire.Sender
	sheet    sheetWriter
	strings  []string
	formats  []string // of the cells' styles
	date1904 bool
	people   map[string]string // authors of threaded comments by id
	wire.Remarks
}

// ReadXLSX sends an Excel workbook: a page for each sheet, hidden ones
// included, with the text of cells as they show it.
func ReadXLSX(j wire.Job, out *wire.Sender) error {
	z, err := openOffice(j.Path, "Excel workbook")
	if err != nil {
		return err
	}
	defer z.Close()
	x := &xlsx{zip: z, out: out, sheet: sheetWriter{out: out}}
	var book workbook
	if err := x.load(&book); err != nil {
		return err
	}
	links, err := z.relations("xl/workbook.xml")
	if err != nil {
		return err
	}
	for _, s := range book.Sheets {
		if err := x.readSheet(s.Name, s.State, target(links, relationID(s.Attrs))); err != nil {
			return err
		}
	}
	if len(book.Sheets) == 0 {
		return dossier.Errorf(dossier.CodeDamaged, "the workbook has no sheets").WithCure(wire.CureSaveAgain)
	}
	return out.Meta(x.Into(z.coreProperties()))
}

// load reads what all sheets share.
func (x *xlsx) load(book *workbook) error {
	if err := x.zip.decode("xl/workbook.xml", book); err != nil {
		return err
	}
	x.date1904 = book.Properties.Date1904 != "" && !isOff(book.Properties.Date1904)
	if x.zip.has("xl/sharedStrings.xml") {
		v := &stringVisitor{limit: x.out.Limits.Text}
		if err := x.zip.walk("xl/sharedStrings.xml", v); err != nil {
			return err
		}
		x.strings = v.list
	}
	if err := x.loadFormats(); err != nil {
		x.Warn("numbers are shown bare: %s", dossier.TextOf(err))
	}
	return nil
}

// loadFormats reads how the styles of cells show numbers.
func (x *xlsx) loadFormats() error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := x.zip.decode("xl/styles.xml", &styles); err != nil {
		return err
	}
	own := map[int]string{}
	for _, f := range styles.Formats {
		own[f.ID] = f.Code
	}
	for _, c := range styles.Cells {
		code, ok := own[c.Format]
		if !ok {
			code = numberFormats[c.Format]
		}
		x.formats = append(x.formats, code)
	}
	return nil
}

// readSheet sends one sheet and its comments.
func (x *xlsx) readSheet(name, state, part string) error {
	x.sheet.begin(name, sheetReason(state))
	if state == "hidden" || state == "veryHidden" {
		x.Warn("the sheet %q is hidden", wire.CleanText(name))
	}
	if !x.zip.has(part) {
		x.Lose(dossier.CodeDamaged, "the sheet %q is missing from the file", wire.CleanText(name))
		return x.sheet.end()
	}
	v := &cellVisitor{x: x}
	if err := x.zip.walk(part, v); err != nil {
		return err
	}
	if v.hiddenRows+v.hiddenColumns > 0 {
		x.Warn("the sheet %q has %d hidden rows and %d hidden columns", wire.CleanText(name), v.hiddenRows, v.hiddenColumns)
	}
	links, err := x.zip.relations(part)
	if err != nil {
		return err
	}
	first := x.sheet.number + 1
	if err := x.readDrawings(links); err != nil {
		return err
	}
	if err := x.sheet.end(); err != nil {
		return err
	}
	return x.readComments(links, min(first, x.sheet.number))
}

func sheetReason(state string) string {
	switch state {
	case "hidden":
		return "hidden sheet"
	case "veryHidden":
		return "hidden sheet that the menu does not list"
	}
	return "sheet"
}

// readDrawings writes the text of boxes that float over the cells.
func (x *xlsx) readDrawings(links []relation) error {
	for _, r := range links {
		if !r.is("drawing") || !x.zip.has(r.Target) {
			continue
		}
		text, err := drawingText(x.zip, r.Target, x.out)
		if err != nil {
			return err
		}
		if text == "" {
			continue
		}
		if err := x.sheet.line(text); err != nil {
			return err
		}
	}
	return nil
}

// stringVisitor collects the texts that cells refer to.
type stringVisitor struct {
	list  []string
	limit int
	size  int
	b     strings.Builder
	inT   bool
	skip  int // depth inside readings of East Asian words
	err   error
}

func (v *stringVisitor) open(t xml.StartElement) {
	switch {
	case v.skip > 0 || t.Name.Local == "rPh":
		v.skip++
	case t.Name.Local == "t":
		v.inT = true
	}
}

func (v *stringVisitor) close(name string) {
	switch {
	case v.skip > 0:
		v.skip--
	case name == "t":
		v.inT = false
	case name == "si":
		v.list = append(v.list, v.b.String())
		v.b.Reset()
		if len(v.list) > maxSharedStrings {
			v.err = dossier.Errorf(dossier.CodeOutputTooLarge, "the workbook has more than %d texts", maxSharedStrings)
		}
	}
}

func (v *stringVisitor) text(s []byte) {
	if !v.inT || v.skip > 0 {
		return
	}
	v.size += len(s)
	if v.size > v.limit {
		v.err = dossier.Errorf(dossier.CodeOutputTooLarge, "the workbook has more than %d MiB of text", v.limit>>20).WithCure("split the file")
		return
	}
	v.b.Write(s)
}

func (v *stringVisitor) Fault() error { return v.err }

// cellVisitor writes the cells of a sheet.
type cellVisitor struct {
	x           *xlsx
	row, column int // of the next cell, from 0
	kind, style string
	value       strings.Builder
	formula     strings.Builder
	in          *strings.Builder // where text goes now
	skip        int

	hiddenRows, hiddenColumns int
	err                       error
}

func (v *cellVisitor) Fault() error { return v.err }

func (v *cellVisitor) open(t xml.StartElement) {
	if v.skip > 0 || t.Name.Local == "rPh" {
		v.skip++
		return
	}
	switch t.Name.Local {
	case "col":
		if h := attr(t, "hidden"); h != "" && !isOff(h) {
			v.hiddenColumns += countColumns(attr(t, "min"), attr(t, "max"))
		}
	case "row":
		v.openRow(t)
	case "c":
		v.openCell(t)
	case "v", "t":
		v.in = &v.value
	case "f":
		v.in = &v.formula
	}
}

// countColumns returns how many columns lie from first to last, both named
// from 1.
func countColumns(first, last string) int {
	from, errFrom := strconv.Atoi(first)
	to, errTo := strconv.Atoi(last)
	if errFrom != nil || errTo != nil || from < 1 || to > maxColumns || to < from {
		return 0
	}
	return to - from + 1
}

func (v *cellVisitor) openRow(t xml.StartElement) {
	if n, err := strconv.Atoi(attr(t, "r")); err == nil && n >= 1 && n <= maxRows {
		v.row = n - 1
	}
	v.column = 0
	if h := attr(t, "hidden"); h != "" && !isOff(h) {
		v.hiddenRows++
	}
}

func (v *cellVisitor) openCell(t xml.StartElement) {
	if column, row, ok := parseAddress(attr(t, "r")); ok {
		v.column, v.row = column, row
	}
	v.kind, v.style = attr(t, "t"), attr(t, "s")
	v.value.Reset()
	v.formula.Reset()
}

func (v *cellVisitor) text(s []byte) {
	if v.in == nil || v.skip > 0 {
		return
	}
	if v.in.Len()+len(s) > v.x.out.Limits.PageText {
		v.err = wire.TooMuchText(v.x.out.Limits.PageText)
		return
	}
	v.in.Write(s)
}

func (v *cellVisitor) close(name string) {
	if v.skip > 0 {
		v.skip--
		return
	}
	switch name {
	case "v", "t", "f":
		v.in = nil
	case "c":
		if err := v.x.sheet.cell(v.column, v.row, v.shown()); err != nil {
			v.err = err
		}
		v.column = min(v.column+1, maxColumns-1)
	case "row":
		v.row = min(v.row+1, maxRows-1)
	}
}

// shown returns what the cell shows. A formula that was never worked out shows
// itself.
func (v *cellVisitor) shown() string {
	value := v.value.String()
	if value == "" {
		if f := v.formula.String(); f != "" {
			return "=" + f
		}
		return ""
	}
	switch v.kind {
	case "s":
		i, err := strconv.Atoi(value)
		if err != nil || i < 0 || i >= len(v.x.strings) {
			return ""
		}
		return v.x.strings[i]
	case "b":
		if isOff(value) {
			return "FALSE"
		}
		return "TRUE"
	case "str", "inlineStr", "e", "d":
		return value
	}
	style, err := strconv.Atoi(v.style)
	if err != nil || style < 0 || style >= len(v.x.formats) {
		style = 0
	}
	format := ""
	if style < len(v.x.formats) {
		format = v.x.formats[style]
	}
	return showNumber(value, format, v.x.date1904)
}

// readComments sends the comments of a sheet. Where people answered each
// other, the old form of the comments holds but a copy.
func (x *xlsx) readComments(links []relation, page int) error {
	threaded := false
	for _, r := range links {
		if r.is("threadedComment") && x.zip.has(r.Target) {
			threaded = true
			if err := x.readThreads(r.Target, page); err != nil {
				return err
			}
		}
	}
	for _, r := range links {
		if r.is("comments") && x.zip.has(r.Target) {
			if err := x.readNotes(r.Target, page, threaded); err != nil {
				return err
			}
		}
	}
	return nil
}

// commentAt sends a comment on a cell.
func (x *xlsx) commentAt(address string, page int, by story.Revision, text string) error {
	f := dossier.Finding{Kind: dossier.Comment, Page: page, Name: address, Text: text, Author: by.Author, At: by.At}
	if column, row, ok := parseAddress(address); ok {
		f.Box = cellBox(column, row)
	}
	return x.out.Finding(f)
}

// readNotes sends the comments of a sheet in the form that all versions write.
func (x *xlsx) readNotes(part string, page int, threaded bool) error {
	var list struct {
		Authors  []string `xml:"authors>author"`
		Comments []struct {
			Ref    string   `xml:"ref,attr"`
			Author int      `xml:"authorId,attr"`
			Plain  []string `xml:"text>t"`
			Runs   []string `xml:"text>r>t"`
		} `xml:"commentList>comment"`
	}
	if err := x.zip.decode(part, &list); err != nil {
		return err
	}
	for _, c := range list.Comments {
		author := ""
		if c.Author >= 0 && c.Author < len(list.Authors) {
			author = list.Authors[c.Author]
		}
		if threaded && strings.HasPrefix(author, "tc=") {
			continue
		}
		text := strings.Join(append(c.Plain, c.Runs...), "")
		if err := x.commentAt(c.Ref, page, story.Revision{Author: author}, text); err != nil {
			return err
		}
	}
	return nil
}

// readThreads sends comments and the answers to them.
func (x *xlsx) readThreads(part string, page int) error {
	if err := x.loadPeople(); err != nil {
		return err
	}
	var list struct {
		Comments []struct {
			Ref    string `xml:"ref,attr"`
			At     string `xml:"dT,attr"`
			Person string `xml:"personId,attr"`
			Text   string `xml:"text"`
		} `xml:"threadedComment"`
	}
	if err := x.zip.decode(part, &list); err != nil {
		return err
	}
	for _, c := range list.Comments {
		if err := x.commentAt(c.Ref, page, story.Revision{Author: x.people[c.Person], At: c.At}, c.Text); err != nil {
			return err
		}
	}
	return nil
}

// loadPeople reads the names of those who wrote threaded comments.
func (x *xlsx) loadPeople() error {
	if x.people != nil {
		return nil
	}
	x.people = map[string]string{}
	for _, name := range x.zip.names() {
		if !strings.HasPrefix(name, "xl/persons/") {
			continue
		}
		var list struct {
			People []struct {
				ID   string `xml:"id,attr"`
				Name string `xml:"displayName,attr"`
			} `xml:"person"`
		}
		if err := x.zip.decode(name, &list); err != nil {
			return err
		}
		for _, p := range list.People {
			x.people[p.ID] = p.Name
		}
	}
	return nil
}
