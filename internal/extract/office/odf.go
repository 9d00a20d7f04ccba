package office

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// ReadODT sends an OpenDocument text as one page: headers, body, notes,
// footers.
func ReadODT(j wire.Job, out *wire.Sender) error {
	z, v, err := openODF(j.Path, "OpenDocument text", out)
	if err != nil {
		return err
	}
	defer z.Close()
	if err := z.walk("content.xml", v); err != nil {
		return err
	}
	body, err := v.End()
	if err != nil {
		return err
	}
	blocks := slices.DeleteFunc(slices.Concat(v.heads, []string{body}, v.notes, v.feet), func(s string) bool { return s == "" })
	if err := out.Page(wire.PageWithReason(1, "text of the document", strings.Join(blocks, "\n\n"))); err != nil {
		return err
	}
	return out.Meta(z.odfMeta(nil))
}

// ReadODS sends an OpenDocument spreadsheet: a page for each sheet.
func ReadODS(j wire.Job, out *wire.Sender) error {
	z, v, err := openODF(j.Path, "OpenDocument spreadsheet", out)
	if err != nil {
		return err
	}
	defer z.Close()
	v.sheet = &odfSheet{writer: sheetWriter{out: out}}
	if err := z.walk("content.xml", v); err != nil {
		return err
	}
	if v.sheet.writer.number == 0 {
		return dossier.Errorf(dossier.CodeDamaged, "the spreadsheet has no sheets").WithCure(wire.CureSaveAgain)
	}
	return out.Meta(z.odfMeta(v.warnings))
}

// ReadODP sends an OpenDocument presentation: a page for each slide.
func ReadODP(j wire.Job, out *wire.Sender) error {
	z, v, err := openODF(j.Path, "OpenDocument presentation", out)
	if err != nil {
		return err
	}
	defer z.Close()
	v.slides = true
	if err := z.walk("content.xml", v); err != nil {
		return err
	}
	if out.Pages == 0 {
		return dossier.Errorf(dossier.CodeDamaged, "the presentation has no slides").WithCure(wire.CureSaveAgain)
	}
	return out.Meta(z.odfMeta(v.warnings))
}

// openODF opens an OpenDocument file and reads its styles, which hold headers,
// footers and what is hidden.
func openODF(file, kind string, out *wire.Sender) (*officeZIP, *odf, error) {
	z, err := openOffice(file, kind)
	if err != nil {
		return nil, nil, err
	}
	v, err := z.odfStyles(out)
	if err != nil {
		z.Close()
		return nil, nil, err
	}
	return z, v, nil
}

func (o *officeZIP) odfStyles(out *wire.Sender) (*odf, error) {
	if err := o.refuseEncrypted(); err != nil {
		return nil, err
	}
	v := newODF(out)
	if o.has("styles.xml") {
		if err := o.walk("styles.xml", v); err != nil {
			return nil, err
		}
	}
	body := newODF(out)
	body.heads, body.feet, body.hiddenStyles = v.heads, v.feet, v.hiddenStyles
	return body, nil
}

// refuseEncrypted looks in the list of parts for keys.
func (o *officeZIP) refuseEncrypted() error {
	var manifest struct {
		Entries []struct {
			Keys []struct{} `xml:"encryption-data"`
		} `xml:"file-entry"`
	}
	if err := o.decode("META-INF/manifest.xml", &manifest); err != nil {
		return err
	}
	for _, e := range manifest.Entries {
		if len(e.Keys) > 0 {
			return wire.PasswordNeeded()
		}
	}
	return nil
}

// odfMeta reads what the file says of itself.
func (o *officeZIP) odfMeta(warnings []string) wire.FileMeta {
	var doc struct {
		Meta struct {
			Title   string `xml:"title"`
			Subject string `xml:"subject"`
			First   string `xml:"initial-creator"`
			Last    string `xml:"creator"`
			Created string `xml:"creation-date"`
			Changed string `xml:"date"`
		} `xml:"meta"`
	}
	m := wire.FileMeta{Meta: map[string]string{}, Warnings: warnings}
	if err := o.decode("meta.xml", &doc); err != nil {
		m.Warnings = append(m.Warnings, dossier.TextOf(err))
	}
	wire.AddMeta(m.Meta, "title", doc.Meta.Title)
	wire.AddMeta(m.Meta, "subject", doc.Meta.Subject)
	wire.AddMeta(m.Meta, "author", doc.Meta.Last)
	wire.AddMeta(m.Meta, "author", doc.Meta.First)
	wire.AddMeta(m.Meta, "date", doc.Meta.Changed)
	wire.AddMeta(m.Meta, "date", doc.Meta.Created)
	return m
}

// endSlide sends the slide that was read.
func (v *odf) endSlide(label, reason string) {
	text, err := v.End()
	if err != nil {
		v.Fail(err)
		return
	}
	page := wire.PageWithReason(v.Page, reason, withNotes(text, v.notes))
	page.Label = wire.CleanText(label)
	if page.Text == "" {
		page.Reason = reason + "; " + wire.ReasonBlank
	}
	if err := v.Out.Page(page); err != nil {
		v.Fail(err)
	}
	if reason != reasonSlide {
		v.warnings = append(v.warnings, fmt.Sprintf("slide %d is hidden", v.Page))
	}
	v.notes = nil
}

// What pages of presentations are.
const (
	reasonSlide       = "slide"
	reasonHiddenSlide = "hidden slide"
)

// withNotes puts the speaker's notes below the text of a slide.
func withNotes(text string, notes []string) string {
	all := strings.Join(notes, "\n\n")
	if all == "" {
		return text
	}
	return strings.TrimLeft(text+"\n\nNotes:\n"+all, "\n")
}

// odfSheet is the sheet that is being read.
type odfSheet struct {
	writer     sheetWriter
	open       bool
	row        int // from 0
	repeatRows int
	column     int
	cells      []odfCell
	hiddenRows int
}

// odfCell is a cell with text.
type odfCell struct {
	column int
	text   string
}

// endRow writes the row as often as it stands in the sheet.
func (s *odfSheet) endRow() error {
	n := min(s.repeatRows, maxRows-s.row)
	if len(s.cells) > 0 {
		for i := range n {
			for _, c := range s.cells {
				if err := s.writer.cell(c.column, s.row+i, c.text); err != nil {
					return err
				}
			}
		}
	}
	s.row += n
	s.cells = s.cells[:0]
	return nil
}

// endCell notes a cell as often as it stands in its row.
func (s *odfSheet) endCell(text string, repeat int) {
	n := min(repeat, maxColumns-s.column)
	if text != "" {
		for i := range n {
			s.cells = append(s.cells, odfCell{s.column + i, text})
		}
	}
	s.column += n
}
