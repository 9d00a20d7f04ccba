package office

import (
	"slices"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
)

func TestPPTX(t *testing.T) {
	table := `<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>a</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>b</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>`
	doc := extracttest.MustRead(t, ReadPPTX, extracttest.PPTX(t,
		"ppt/slides/slide1.xml", `<p:sld show="0">`+extracttest.Shape("title", "Second")+"</p:sld>",
		"ppt/slides/slide2.xml", "<p:sld>"+extracttest.Shape("title", "First")+table+extracttest.Shape("sldNum", "1")+"</p:sld>",
		"ppt/slides/_rels/slide2.xml.rels", `<Relationships><Relationship Id="1" Type="x/notesSlide" Target="../notesSlides/n.xml"/><Relationship Id="2" Type="x/comments" Target="../comments/c.xml"/><Relationship Id="3" Type="x/diagramData" Target="../diagrams/d.xml"/></Relationships>`,
		"ppt/notesSlides/n.xml", "<p:notes>"+extracttest.Shape("sldImg", "x")+extracttest.Shape("body", "Say hello.")+"</p:notes>",
		"ppt/diagrams/d.xml", "<dgm:dataModel><dgm:t><a:p><a:r><a:t>Step</a:t></a:r></a:p></dgm:t></dgm:dataModel>",
		"ppt/comments/c.xml", `<p:cmLst><p:cm authorId="3" dt="2023-01-02"><p:text>Why?</p:text></p:cm><p188:cm authorId="{n}" created="2023-01-03"><p188:replyLst><p188:reply authorId="3" created="2023-01-04"><p188:txBody><a:p><a:r><a:t>Yes</a:t></a:r></a:p></p188:txBody></p188:reply></p188:replyLst><p188:txBody><a:p><a:r><a:t>New</a:t></a:r></a:p></p188:txBody></p188:cm></p:cmLst>`,
		"ppt/commentAuthors.xml", `<p:cmAuthorLst><p:cmAuthor id="3" name="B. Cole"/></p:cmAuthorLst>`,
		"ppt/authors.xml", `<p188:authorLst><p188:author id="{n}" name="C. Dahl"/></p188:authorLst>`,
		"docProps/core.xml", "<cp:coreProperties><dc:title>Opening</dc:title></cp:coreProperties>"))
	extracttest.WantTexts(t, doc, "First\n\na\tb\n\nStep\n\nNotes:\nSay hello.", "Second", "")
	if p := doc.Pages[1]; p.Reason != reasonHiddenSlide {
		t.Errorf("second slide: %q", p.Reason)
	}
	comment := func(text, author, at string) dossier.Finding {
		return dossier.Finding{Kind: dossier.Comment, Page: 1, Text: text, Author: author, At: at}
	}
	extracttest.WantFindings(t, doc, comment("Why?", "B. Cole", "2023-01-02"), comment("New", "C. Dahl", "2023-01-03"), comment("Yes", "B. Cole", "2023-01-04"))
	missing := []dossier.Loss{{Page: 3, Code: dossier.CodeDamaged, Text: "the slide is missing from the file"}}
	if len(doc.Warnings) != 1 || !slices.Equal(doc.Losses, missing) || doc.Pages[2].Error != dossier.CodeDamaged || doc.Meta["title"] != "Opening" {
		t.Errorf("warnings %q, losses %v, meta %v", doc.Warnings, doc.Losses, doc.Meta)
	}
}

func FuzzPPTX(f *testing.F) {
	seeds := []string{`<p:sld show="0">` + extracttest.Shape("title", "a") + `<a:tbl><a:tr><a:tc><a:p><a:t>b</a:t></a:p></a:tc></a:tr></a:tbl></p:sld>`}
	extracttest.FuzzPart(f, ReadPPTX, "ppt/slides/slide1.xml", seeds,
		"ppt/presentation.xml", `<p:presentation xmlns:r="r"><p:sldIdLst><p:sldId r:id="a"/></p:sldIdLst></p:presentation>`,
		"ppt/_rels/presentation.xml.rels", `<Relationships><Relationship Id="a" Target="slides/slide1.xml"/></Relationships>`)
}
