package extracttest

import (
	"strings"
	"testing"
)

// XLSX writes a workbook; the sheets are named A, B, … and the last one is
// hidden if there are several.
func XLSX(t testing.TB, sheets []string, parts ...string) []byte {
	t.Helper()
	var list, links strings.Builder
	for i, s := range sheets {
		id := string(rune('A' + i))
		state := ""
		if i > 0 && i == len(sheets)-1 {
			state = ` state="hidden"`
		}
		list.WriteString(`<sheet name="` + id + `" sheetId="9"` + state + ` r:id="r` + id + `"/>`)
		links.WriteString(`<Relationship Id="r` + id + `" Type="http://x/worksheet" Target="worksheets/` + id + `.xml"/>`)
		parts = append(parts, "xl/worksheets/"+id+".xml", "<worksheet>"+s+"</worksheet>")
	}
	return ZIP(t, append([]string{
		"xl/workbook.xml", `<workbook xmlns:r="http://r"><sheets>` + list.String() + "</sheets></workbook>",
		"xl/_rels/workbook.xml.rels", "<Relationships>" + links.String() + "</Relationships>",
		"xl/sharedStrings.xml", "<sst><si><t>Rent due</t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>x</t></rPh></si></sst>",
		"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="200" formatCode="0.0&quot; m&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="200"/></cellXfs></styleSheet>`,
	}, parts...)...)
}

// PPTX writes a presentation whose first slide is slides/slide2.xml. parts are name,
// content pairs; a slide that is missing among them is missing in the file.
func PPTX(t testing.TB, parts ...string) []byte {
	t.Helper()
	return StoreZIP(t, append([]string{
		"ppt/presentation.xml", `<p:presentation xmlns:r="r"><p:sldIdLst><p:sldId id="256" r:id="b"/><p:sldId id="257" r:id="a"/><p:sldId id="258" r:id="gone"/></p:sldIdLst></p:presentation>`,
		"ppt/_rels/presentation.xml.rels", `<Relationships><Relationship Id="a" Type="x/slide" Target="slides/slide1.xml"/><Relationship Id="b" Type="x/slide" Target="slides/slide2.xml"/></Relationships>`,
	}, parts...)...)
}

// ODF writes an OpenDocument file. The body holds what stands inside
// office:body, before it the automatic styles.
func ODF(t testing.TB, mime, styles, body string, parts ...string) []byte {
	t.Helper()
	return StoreZIP(t, append([]string{
		"mimetype", mime,
		"content.xml", "<office:document-content><office:automatic-styles>" + styles + "</office:automatic-styles><office:body>" + body + "</office:body></office:document-content>",
		"meta.xml", "<office:document-meta><office:meta><dc:title>Lease</dc:title><meta:initial-creator>A. Ortega</meta:initial-creator><dc:creator>B. Cole</dc:creator><meta:creation-date>2023-01-02</meta:creation-date></office:meta></office:document-meta>",
	}, parts...)...)
}

// RTF writes a document with four fonts (RTFFonts) around a body.
func RTF(body string) []byte {
	return []byte(`{\rtf1\ansi\ansicpg1252\deff0` + RTFFonts + `{\colortbl;\red0;}{\stylesheet{\s0 Normal;}}` + body + `}`)
}

// Shape is a shape on a slide with one paragraph.
func Shape(role, text string) string {
	return `<p:sp><p:nvSpPr><p:nvPr><p:ph type="` + role + `"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>` + text + `</a:t></a:r></a:p></p:txBody></p:sp>`
}

// RTFFonts is a table of a Latin, a Cyrillic, a symbol and a Japanese font.
const RTFFonts = `{\fonttbl{\f0\fnil\fcharset0 Times;}{\f1\fnil\fcharset204{\*\panose 0202}Arial Cyr;}{\f2\fnil\fcharset2 Symbol;}{\f3\fcharset128 MS Mincho;}}`
