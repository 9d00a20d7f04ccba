package office

import (
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/story"
)

// run is a run of a Word document with properties.
func run(properties, content string) string {
	return "<w:r><w:rPr>" + properties + "</w:rPr>" + content + "</w:r>"
}

func TestDOCXText(t *testing.T) {
	box := `<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>` + extracttest.Paragraph("boxed") +
		`</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict>` + extracttest.Paragraph("boxed") + `</w:pict></mc:Fallback></mc:AlternateContent></w:r>`
	tests := []struct{ name, body, want string }{
		{"box after its paragraph", "<w:p><w:r><w:t>be</w:t></w:r>" + box + "<w:r><w:t>fore</w:t></w:r></w:p>", "before\n\nboxed"},
		{"fallback alone", "<w:p><mc:AlternateContent><mc:Choice/><mc:Fallback><w:r><w:t>old</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>", "old"},
		{"tab stops are no tabs", `<w:p><w:pPr><w:tabs><w:tab w:pos="1"/></w:tabs></w:pPr>` + run("", "<w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t>") + "</w:p>", "a\tb\nc-d"},
		{"signs", `<w:p>` + run("", `<w:sym w:font="Symbol" w:char="F061"/><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="Arial" w:char="00A7"/><w:sym w:char="zz"/>`) + "</w:p>", "α☑§"},
		{
			"fields", "<w:p>" + run("", `<w:fldChar w:fldCharType="begin"/><w:instrText>REF x</w:instrText><w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="separate"/><w:t>inner</w:t><w:fldChar w:fldCharType="end"/><w:fldChar w:fldCharType="separate"/><w:t>result</w:t><w:fldChar w:fldCharType="end"/><w:t> after</w:t>`) + "</w:p>",
			"result after",
		},
		{"field without an end", "<w:p>" + run("", `<w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="begin"/>`) + "</w:p>" + extracttest.Paragraph("kept"), "kept"},
		{"table between paragraphs", extracttest.Paragraph("a") + "<w:tbl><w:tr><w:tc>" + extracttest.Paragraph("b") + "</w:tc><w:tc>" + extracttest.Paragraph("") + "</w:tc><w:tc>" + extracttest.Paragraph("c") + "</w:tc></w:tr><w:tr><w:tc>" + extracttest.Paragraph("d") + "</w:tc></w:tr></w:tbl>" + extracttest.Paragraph("e"), "a\n\nb\t\tc\nd\n\ne"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			extracttest.WantTexts(t, extracttest.MustRead(t, ReadDOCX, extracttest.DOCX(t, tt.body)), tt.want)
		})
	}
}

func TestDOCXFindings(t *testing.T) {
	const by = ` w:author="A. Ortega" w:date="2023-01-02T03:04:05Z"`
	body := "<w:p>" + run("", "<w:t>The rent is </w:t>") +
		"<w:del" + by + ">" + run("", "<w:delText>one </w:delText>") + run("", "<w:delText>hundred</w:delText>") + "</w:del>" +
		"<w:ins" + by + ">" + run("", "<w:t>two</w:t>") + "</w:ins>" + run("", "<w:t> dollars.</w:t>") + "</w:p>" +
		"<w:p><w:moveFrom" + by + ">" + run("", "<w:t>moved</w:t>") + "</w:moveFrom><w:r><w:t>stays </w:t></w:r><w:moveTo" + by + ">" + run("", "<w:t>moved</w:t>") + "</w:moveTo></w:p>" +
		"<w:p>" + run("", "<w:t>seen</w:t>") + run("<w:vanish/>", "<w:t>secret</w:t>") + run(`<w:vanish w:val="0"/>`, "<w:t>, too</w:t>") + run(`<w:rStyle w:val="Hid"/>`, "<w:t>styled</w:t>") + "</w:p>" +
		`<w:p><w:pPr><w:pStyle w:val="Hid"/></w:pPr>` + run("", "<w:t>whole</w:t>") + "</w:p>" +
		`<w:p><w:commentRangeStart w:id="7"/>` + run("", "<w:t>a term</w:t>") + `<w:commentRangeEnd w:id="7"/>` + run("", "<w:t> and more</w:t>") + "</w:p>"
	doc := extracttest.MustRead(t, ReadDOCX, extracttest.DOCX(t, body,
		"word/styles.xml", `<w:styles><w:style w:styleId="Hid"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`,
		"word/comments.xml", `<w:comments><w:comment w:id="7"`+by+">"+extracttest.Paragraph("Is this")+extracttest.Paragraph("right?")+"</w:comment></w:comments>"))
	extracttest.WantTexts(t, doc, "The rent is two dollars.\n\nstays moved\n\nseen, too\n\na term and more")
	by1 := func(kind dossier.FindingKind, text, detail string) dossier.Finding {
		return dossier.Finding{Kind: kind, Page: 1, Text: text, Author: "A. Ortega", At: "2023-01-02T03:04:05Z", Detail: detail}
	}
	extracttest.WantFindings(t, doc,
		by1(dossier.Deleted, "one hundred", ""), by1(dossier.Inserted, "two", ""),
		by1(dossier.Deleted, "moved", ""), by1(dossier.Inserted, "moved", ""),
		dossier.Finding{Kind: dossier.HiddenText, Page: 1, Text: "secret"},
		dossier.Finding{Kind: dossier.HiddenText, Page: 1, Text: "styled\nwhole"},
		by1(dossier.Comment, "Is this\n\nright?", "on “a term”"))
}

func TestDOCXHostile(t *testing.T) {
	t.Parallel()
	deep := ""
	for range maxXMLDepth {
		deep += "<w:x>"
	}
	boxes := ""
	for range story.MaxBlocks + 1 {
		boxes += "<w:txbxContent>"
	}
	for name, body := range map[string]string{"deep": deep, "boxes": boxes} {
		if _, err := extracttest.Read(t, ReadDOCX, extracttest.DOCX(t, body)); dossier.CodeOf(err) != dossier.CodeDamaged {
			t.Errorf("%s: %v, want code %s", name, err, dossier.CodeDamaged)
		}
	}
}

func FuzzDOCX(f *testing.F) {
	seeds := []string{
		"<w:document>" + extracttest.Paragraph("a") + "<w:tbl><w:tr><w:tc>" + extracttest.Paragraph("b") + "</w:tc></w:tr></w:tbl></w:document>",
		`<w:ins w:author="x"><w:r><w:t>a</w:t></w:r></w:ins><w:del><w:r><w:delText>b</w:delText></w:r></w:del><w:comment w:id="1"><w:txbxContent>`,
		`<w:r><w:rPr><w:vanish/></w:rPr><w:t>a</w:t><w:fldChar w:fldCharType="begin"/><w:sym w:font="Symbol" w:char="F061"/></w:r>`,
	}
	extracttest.FuzzPart(f, ReadDOCX, "word/document.xml", seeds)
}
