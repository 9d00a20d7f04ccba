package extract

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"dossier"
)

// Bounds of a DOCX file. Word itself writes some dozen parts, and its XML
// shrinks about 20 times; a part that shrinks 200 times is a bomb.
const (
	maxZIPEntries = 10_000
	maxZIPPart    = 256 << 20
	maxZIPRatio   = 200
	// ratioFrom is the size below which a part may shrink as it likes.
	ratioFrom = 4 << 20
)

// readDOCX sends the text of a Word document as one page: headers, body,
// notes, footers. Inserted text is part of it, deleted text is not.
func readDOCX(file string, out *sender) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return dossier.Errorf(dossier.CodeDamaged, "not a readable Word document: %w", err).
			WithCure("open it in Word and save it again")
	}
	defer z.Close()
	if len(z.File) > maxZIPEntries {
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the Word document holds more than %d parts", maxZIPEntries)
	}
	parts := textParts(z.File)
	if len(parts) == 0 {
		return unsupported("application/zip")
	}
	var blocks []string
	for _, f := range parts {
		text, err := partText(f, out.limits.PageText)
		if err != nil {
			return err
		}
		// Headers of sections repeat each other.
		if text != "" && !slices.Contains(blocks, text) {
			blocks = append(blocks, text)
		}
	}
	if err := out.page(textPage(1, strings.Join(blocks, "\n\n"))); err != nil {
		return err
	}
	meta, warnings := docxMeta(z.File)
	return out.meta(fileMeta{Meta: meta, Warnings: warnings})
}

// partOrder gives the parts that hold text, in the order in which a reader
// meets them.
var partOrder = []*regexp.Regexp{
	regexp.MustCompile(`^word/header\d*\.xml$`),
	regexp.MustCompile(`^word/document\d*\.xml$`),
	regexp.MustCompile(`^word/footnotes\d*\.xml$`),
	regexp.MustCompile(`^word/endnotes\d*\.xml$`),
	regexp.MustCompile(`^word/footer\d*\.xml$`),
}

// textParts returns the parts with text, or nothing if there is no body.
func textParts(files []*zip.File) []*zip.File {
	var parts []*zip.File
	body := false
	for i, pattern := range partOrder {
		var found []*zip.File
		for _, f := range files {
			if pattern.MatchString(path.Clean(f.Name)) {
				found = append(found, f)
			}
		}
		slices.SortFunc(found, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
		parts = append(parts, found...)
		body = body || i == 1 && len(found) > 0
	}
	if !body {
		return nil
	}
	return parts
}

// openPart opens a part for reading within its bounds.
func openPart(f *zip.File) (io.ReadCloser, error) {
	if f.UncompressedSize64 > maxZIPPart ||
		f.UncompressedSize64 > ratioFrom && f.UncompressedSize64/maxZIPRatio > f.CompressedSize64 {
		return nil, dossier.Errorf(dossier.CodeOutputTooLarge, "the part %s grows from %d to %d bytes",
			f.Name, f.CompressedSize64, f.UncompressedSize64)
	}
	r, err := f.Open()
	if err != nil {
		return nil, damagedPart(f, err)
	}
	return r, nil
}

func damagedPart(f *zip.File, err error) error {
	return dossier.Errorf(dossier.CodeDamaged, "the part %s of the Word document is damaged: %w", f.Name, err).
		WithCure("open it in Word and save it again")
}

// partText returns the text of one part. archive/zip stops at the size the
// part announced, so the bounds hold whatever the data does.
func partText(f *zip.File, limit int) (string, error) {
	r, err := openPart(f)
	if err != nil {
		return "", err
	}
	defer r.Close()
	w := docxWriter{limit: limit}
	if err := w.read(xml.NewDecoder(r)); err != nil {
		if _, ok := errors.AsType[*dossier.Error](err); ok {
			return "", err
		}
		return "", damagedPart(f, err)
	}
	return cleanText(w.b.String()), nil
}

// docxWriter collects the text of a WordprocessingML part.
type docxWriter struct {
	b     strings.Builder
	limit int
	skip  int // depth inside an element whose content is not shown
	inT   bool
	cells int // depth of table cells
	cell  int // number of the cell in its row
	fresh bool
}

// notShown are elements without text of the document: what was deleted or
// moved away, the copy of a shape for old programs, the separator notes.
var notShown = map[string]bool{"del": true, "moveFrom": true, "Fallback": true, "instrText": true, "delText": true}

// read takes elements by their local names: the namespace differs between the
// two editions of the standard.
func (w *docxWriter) read(d *xml.Decoder) error {
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			w.open(t)
		case xml.EndElement:
			w.close(t.Name.Local)
		case xml.CharData:
			if w.inT && w.skip == 0 {
				w.b.Write(t)
			}
		}
		if w.b.Len() > w.limit {
			return tooMuchText(w.limit)
		}
	}
}

func (w *docxWriter) open(t xml.StartElement) {
	if w.skip > 0 || notShown[t.Name.Local] || isSeparator(t) {
		w.skip++
		return
	}
	switch t.Name.Local {
	case "t":
		w.inT = true
	case "tab":
		w.b.WriteByte('\t')
	case "br", "cr":
		w.b.WriteByte('\n')
	case "noBreakHyphen":
		w.b.WriteByte('-')
	case "tr":
		w.cell = 0
	case "tc":
		if w.cell > 0 {
			w.b.WriteByte('\t')
		}
		w.cell++
		w.cells++
		w.fresh = true
	case "p":
		// Paragraphs of one cell stay on its line.
		if w.cells > 0 && !w.fresh {
			w.b.WriteByte(' ')
		}
		w.fresh = false
	}
}

// isSeparator recognises the notes that only draw the line above notes.
func isSeparator(t xml.StartElement) bool {
	if t.Name.Local != "footnote" && t.Name.Local != "endnote" {
		return false
	}
	for _, a := range t.Attr {
		if a.Name.Local == "type" && a.Value != "normal" {
			return true
		}
	}
	return false
}

func (w *docxWriter) close(name string) {
	if w.skip > 0 {
		w.skip--
		return
	}
	switch name {
	case "t":
		w.inT = false
	case "p":
		if w.cells == 0 {
			w.endParagraph()
		}
	case "tc":
		w.cells = max(w.cells-1, 0)
	case "tr":
		w.b.WriteByte('\n')
	case "tbl":
		w.b.WriteByte('\n')
	}
}

// endParagraph leaves one blank line, however many empty paragraphs there are.
func (w *docxWriter) endParagraph() {
	if !strings.HasSuffix(w.b.String(), "\n\n") {
		w.b.WriteString("\n\n")
	}
}

// docxMeta reads the document's properties. They are of use but not needed, so
// damage to them is a warning.
func docxMeta(files []*zip.File) (map[string]string, []string) {
	meta := map[string]string{}
	i := slices.IndexFunc(files, func(f *zip.File) bool { return f.Name == "docProps/core.xml" })
	if i < 0 {
		return meta, nil
	}
	r, err := openPart(files[i])
	if err != nil {
		return meta, []string{err.Error()}
	}
	defer r.Close()
	var core struct {
		Title   string `xml:"title"`
		Creator string `xml:"creator"`
		Subject string `xml:"subject"`
		Created string `xml:"created"`
	}
	if err := xml.NewDecoder(r).Decode(&core); err != nil {
		return meta, []string{damagedPart(files[i], err).Error()}
	}
	addMeta(meta, "title", core.Title)
	addMeta(meta, "author", core.Creator)
	addMeta(meta, "subject", core.Subject)
	addMeta(meta, "date", core.Created)
	return meta, nil
}
