package office

import (
	"encoding/xml"
	"slices"

	"github.com/dossier-legal/dossier/internal/extract/story"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// drawingText returns the text of a part in DrawingML: slides, shapes over
// sheets, diagrams.
func drawingText(z *officeZIP, part string, out *wire.Sender) (string, error) {
	v := &drawingVisitor{Story: story.New(out, out.Pages+1)}
	if err := z.walk(part, v); err != nil {
		return "", err
	}
	return v.End()
}

// drawingVisitor collects the paragraphs of a drawing.
type drawingVisitor struct {
	*story.Story
	inT   bool
	skip  int      // depth inside an element whose text is not of the drawing
	show  string   // the show attribute of a slide
	roles []string // places on a slide whose text is left out
	shape []bool   // shapes around the current place: left out or not
}

func (v *drawingVisitor) open(t xml.StartElement) {
	name := t.Name.Local
	if v.skip > 0 || name == "Fallback" {
		v.skip++
		return
	}
	switch name {
	case "sld":
		v.show = attr(t, "show")
	case "sp":
		v.shape = append(v.shape, false)
	case "ph":
		if n := len(v.shape); n > 0 && slices.Contains(v.roles, attr(t, "type")) {
			v.shape[n-1] = true
		}
	case "p":
		v.StartParagraph()
	case "t":
		v.inT = true
	case "br":
		v.put("\n")
	case "tr":
		v.StartRow()
	case "tc":
		v.StartCell()
	}
}

func (v *drawingVisitor) close(name string) {
	if v.skip > 0 {
		v.skip--
		return
	}
	switch name {
	case "sp":
		v.shape = drop(v.shape)
	case "p":
		v.EndParagraph()
	case "t":
		v.inT = false
	case "tc":
		v.EndCell()
	case "tr":
		v.EndRow()
	case "tbl":
		v.EndTable()
	}
}

func (v *drawingVisitor) text(s []byte) {
	if v.inT && v.skip == 0 {
		v.put(string(s))
	}
}

// put writes s unless the shape is left out.
func (v *drawingVisitor) put(s string) {
	if !slices.Contains(v.shape, true) {
		v.Write(s)
	}
}
