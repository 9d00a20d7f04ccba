package office

import (
	"encoding/xml"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/story"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// ReadPPTX sends a PowerPoint presentation: a page for each slide in the order
// in which they are shown, its notes below its text.
func ReadPPTX(j wire.Job, out *wire.Sender) error {
	z, err := openOffice(j.Path, "PowerPoint presentation")
	if err != nil {
		return err
	}
	defer z.Close()
	const main = "ppt/presentation.xml"
	var show struct {
		Slides []struct {
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sldIdLst>sldId"`
	}
	if err := z.decode(main, &show); err != nil {
		return err
	}
	links, err := z.relations(main)
	if err != nil {
		return err
	}
	p := &pptx{zip: z, out: out}
	if err := p.loadAuthors(); err != nil {
		return err
	}
	for _, s := range show.Slides {
		if err := p.readSlide(target(links, relationID(s.Attrs))); err != nil {
			return err
		}
	}
	if out.Pages == 0 {
		return dossier.Errorf(dossier.CodeDamaged, "the presentation has no slides").WithCure(wire.CureSaveAgain)
	}
	return out.Meta(p.Into(z.coreProperties()))
}

// pptx is a presentation being read.
type pptx struct {
	zip     *officeZIP
	out     *wire.Sender
	authors map[string]string // of comments, by id
	wire.Remarks
}

// Places on a slide whose text is the same on all of them, or a number.
var (
	slideRoles = []string{"sldNum"}
	notesRoles = []string{"sldNum", "dt", "hdr", "ftr", "sldImg"}
)

// readSlide sends one slide: its text, diagrams, notes and comments.
func (p *pptx) readSlide(part string) error {
	number := p.out.Pages + 1
	if !p.zip.has(part) {
		p.Add(dossier.Loss{Page: number, Code: dossier.CodeDamaged, Text: "the slide is missing from the file"})
		page := wire.PageWithReason(number, reasonSlide, "")
		page.Error = dossier.CodeDamaged
		return p.out.Page(page)
	}
	slide := &drawingVisitor{Story: story.New(p.out, number), roles: slideRoles}
	if err := p.zip.walk(part, slide); err != nil {
		return err
	}
	text, err := slide.End()
	if err != nil {
		return err
	}
	links, err := p.zip.relations(part)
	if err != nil {
		return err
	}
	diagrams, notes, err := p.besides(links)
	if err != nil {
		return err
	}
	text = strings.Join(append([]string{text}, diagrams...), "\n\n")
	reason := reasonSlide
	if slide.show != "" && isOff(slide.show) {
		reason = reasonHiddenSlide
		p.Warn("slide %d is hidden", number)
	}
	page := wire.PageWithReason(number, reason, withNotes(wire.CleanText(text), notes))
	if page.Text == "" {
		page.Reason = reason + "; " + wire.ReasonBlank
	}
	if err := p.out.Page(page); err != nil {
		return err
	}
	return p.readComments(links, number)
}

// besides returns the text of diagrams and the notes that belong to a slide.
func (p *pptx) besides(links []relation) (diagrams, notes []string, err error) {
	for _, r := range links {
		if !p.zip.has(r.Target) {
			continue
		}
		v := &drawingVisitor{Story: story.New(p.out, p.out.Pages+1)}
		list := &diagrams
		switch {
		case r.is("notesSlide"):
			v.roles, list = notesRoles, &notes
		case !r.is("diagramData"):
			continue
		}
		if err := p.zip.walk(r.Target, v); err != nil {
			return nil, nil, err
		}
		text, err := v.End()
		if err != nil {
			return nil, nil, err
		}
		if text != "" {
			*list = append(*list, text)
		}
	}
	return diagrams, notes, nil
}

// loadAuthors reads who commented, in the old form and in the new one.
func (p *pptx) loadAuthors() error {
	p.authors = map[string]string{}
	for _, part := range []string{"ppt/commentAuthors.xml", "ppt/authors.xml"} {
		var list struct {
			Old []slideAuthor `xml:"cmAuthor"`
			New []slideAuthor `xml:"author"`
		}
		if err := p.zip.decode(part, &list); err != nil {
			return err
		}
		for _, a := range append(list.Old, list.New...) {
			p.authors[a.ID] = a.Name
		}
	}
	return nil
}

type slideAuthor struct {
	ID   string `xml:"id,attr"`
	Name string `xml:"name,attr"`
}

// slideComment is a comment in both forms: the new one has paragraphs and
// answers.
type slideComment struct {
	Author  string         `xml:"authorId,attr"`
	Old     string         `xml:"dt,attr"`
	New     string         `xml:"created,attr"`
	Text    string         `xml:"text"`
	Runs    []string       `xml:"txBody>p>r>t"`
	Replies []slideComment `xml:"replyLst>reply"`
}

// readComments sends the comments on a slide.
func (p *pptx) readComments(links []relation, number int) error {
	for _, r := range links {
		if !r.is("comments") || !p.zip.has(r.Target) {
			continue
		}
		var list struct {
			Comments []slideComment `xml:"cm"`
		}
		if err := p.zip.decode(r.Target, &list); err != nil {
			return err
		}
		for _, c := range list.Comments {
			for _, one := range append([]slideComment{c}, c.Replies...) {
				f := dossier.Finding{
					Kind: dossier.Comment, Page: number, Text: one.Text + strings.Join(one.Runs, ""),
					Author: p.authors[one.Author], At: one.Old + one.New,
				}
				if err := p.out.Finding(f); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
