package office

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

func TestCellAddress(t *testing.T) {
	for address, box := range map[string]dossier.Box{
		"A1": {0, 0, 1, 1}, "B7": {1, 6, 2, 7}, "Z10": {25, 9, 26, 10}, "AA1": {26, 0, 27, 1}, "XFD1048576": {16383, 1048575, 16384, 1048576},
	} {
		if got := cellAddress(box); got != address {
			t.Errorf("cellAddress(%v) = %q, want %q", box, got, address)
		}
		if column, row, ok := parseAddress(address); !ok || cellBox(column, row) != box {
			t.Errorf("parseAddress(%q) = %d, %d, %v", address, column, row, ok)
		}
	}
	for _, bad := range []string{"", "A", "7", "A0", "AAAA1", "XFE1", "A1048577", "É1", "A1B"} {
		if _, _, ok := parseAddress(bad); ok {
			t.Errorf("parseAddress(%q) accepts it", bad)
		}
	}
}

func TestShowNumber(t *testing.T) {
	tests := []struct{ raw, format, want string }{
		{"1234.5", "", "1234.5"},
		{"0.30000000000000004", "General", "0.3"},
		{"1234.5", "#,##0.00", "1,234.50"},
		{"-1234567", "#,##0", "-1,234,567"},
		{"0.125", "0.0%", "12.5%"},
		{"99.9", `"$"#,##0.00`, "$99.90"},
		{"99.9", `[$€-407] 0.00`, "€ 99.90"},
		{"-5", `#,##0_);[Red]\(#,##0\)`, "(5)"},
		{"-5", `0.0;0.0`, "-5.0"},
		{"0", `0;-0;"none"`, "none"},
		{"44927", "yyyy-mm-dd", "2023-01-01"},
		{"44927.75", "m/d/yy h:mm", "2023-01-01 18:00"},
		{"0.5", "h:mm AM/PM", "12:00"},
		{"1.5", "[h]:mm:ss", "36:00:00"},
		{"1", "d.m.yyyy", "1900-01-01"},
		{"44927", `[$-409]mmmm d, yyyy;@`, "2023-01-01"},
		{"0.5", "# ?/?", "0.5"},
		{"12345", "0.00E+00", "1.23E+04"},
		{"-1", "yyyy", "-1"},
		{"1e300", "yyyy", "1e+300"},
		{"text", "0", "text"},
		{"5", `0"`, "5"},
		{"5", `0\`, "5"},
		{"5", `[`, ""},
	}
	for _, tt := range tests {
		if got := showNumber(tt.raw, tt.format, false); got != tt.want {
			t.Errorf("showNumber(%q, %q) = %q, want %q", tt.raw, tt.format, got, tt.want)
		}
	}
	if got := showNumber("0", "yyyy-mm-dd", true); got != "1904-01-01" {
		t.Errorf("the first day of 1904: %q", got)
	}
}

func TestXLSX(t *testing.T) {
	cells := `<cols><col min="2" max="3" hidden="1"/></cols><sheetData>` +
		`<row r="2"><c r="B2" t="s"><v>0</v></c><c t="s"><v>1</v></c><c r="E2" s="1"><v>44927</v></c></row>` +
		`<row r="7" hidden="1"><c r="A7" s="2"><v>2</v></c><c r="B7" t="b"><v>1</v></c><c t="inlineStr"><is><t>in` + "\n" + `line</t></is></c><c><f>A7*2</f><v>4</v></c><c><f>NOW()</f></c><c t="s"><v>99</v></c></row></sheetData>`
	doc := extracttest.MustRead(t, ReadXLSX, extracttest.XLSX(t, []string{cells, "<sheetData><row><c><v>7</v></c></row></sheetData>"},
		"xl/worksheets/_rels/A.xml.rels", `<Relationships><Relationship Id="1" Type="x/comments" Target="../comments1.xml"/><Relationship Id="2" Type="x/threadedComment" Target="/xl/threadedComments/t.xml"/><Relationship Id="3" Type="x/drawing" Target="../drawings/d.xml"/></Relationships>`,
		"xl/comments1.xml", `<comments><authors><author>B. Cole</author><author>tc={1}</author></authors><commentList><comment ref="B7" authorId="0"><text><r><t>Check </t></r><r><t>this</t></r></text></comment><comment ref="A7" authorId="1"><text><t>[Threaded comment] why?</t></text></comment></commentList></comments>`,
		"xl/threadedComments/t.xml", `<ThreadedComments><threadedComment ref="A7" dT="2023-01-01T00:00:00" personId="{p}"><text>why?</text></threadedComment></ThreadedComments>`,
		"xl/persons/person.xml", `<personList><person id="{p}" displayName="C. Dahl"/></personList>`,
		"xl/drawings/d.xml", `<xdr:wsDr><xdr:sp><a:p><a:r><a:t>Box over cells</a:t></a:r></a:p></xdr:sp></xdr:wsDr>`,
		"docProps/core.xml", "<cp:coreProperties><dc:title>Ledger</dc:title></cp:coreProperties>"))
	extracttest.WantTexts(t, doc, "\tRent due\trich\t\t2023-01-01\n2.0 m\tTRUE\tin line\t4\t=NOW()\nBox over cells", "7")
	extracttest.WantFindings(t, doc,
		dossier.Finding{Kind: dossier.Comment, Page: 1, Name: "A7", Text: "why?", Author: "C. Dahl", At: "2023-01-01T00:00:00", Box: dossier.Box{0, 6, 1, 7}},
		dossier.Finding{Kind: dossier.Comment, Page: 1, Name: "B7", Text: "Check this", Author: "B. Cole", Box: dossier.Box{1, 6, 2, 7}})
	var places []string
	for _, w := range doc.Pages[0].Words {
		places = append(places, cellAddress(w.Box)+" "+w.Text)
	}
	want := []string{"B2 Rent", "B2 due", "C2 rich", "E2 2023-01-01", "A7 2.0", "A7 m", "B7 TRUE", "C7 in", "C7 line", "D7 4", "E7 =NOW()"}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	first, second := doc.Pages[0], doc.Pages[1]
	if first.Label != "A" || first.Width != 5 || first.Height != 7 || first.Reason != "sheet" {
		t.Errorf("first page: %q, %v × %v, %q", first.Label, first.Width, first.Height, first.Reason)
	}
	if second.Label != "B" || second.Reason != "hidden sheet" {
		t.Errorf("second page: %q, %q", second.Label, second.Reason)
	}
	wantWarnings := []string{`the sheet "A" has 1 hidden rows and 2 hidden columns`, `the sheet "B" is hidden`}
	if diff := cmp.Diff(wantWarnings, doc.Warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	if doc.Meta["title"] != "Ledger" {
		t.Errorf("meta %v", doc.Meta)
	}
}

func TestLongSheetGoesOn(t *testing.T) {
	t.Parallel()
	row := strings.Repeat("word ", 4000) + "\n"
	doc := extracttest.MustRead(t, extracttest.As(wire.FormatCSV, ReadCSV), []byte("a,b\n"+strings.Repeat("x,"+row, 40)))
	if len(doc.Pages) != 2 {
		t.Fatalf("%d pages, want 2", len(doc.Pages))
	}
	if p := doc.Pages[1]; p.Reason != "table of text, continued" || cellAddress(p.Words[0].Box) != "A29" {
		t.Errorf("page 2: %q, begins at %s", p.Reason, cellAddress(p.Words[0].Box))
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	doc := extracttest.MustRead(t, extracttest.As(wire.FormatCSV, ReadCSV), []byte("\xef\xbb\xbfName;Amount\n\n\"Ortega; M.\";\"1\n2\"\nCole;3\n"))
	extracttest.WantTexts(t, doc, "Name\tAmount\nOrtega; M.\t1 2\nCole\t3")
	if w := doc.Pages[0].Words[6]; w.Text != "Cole" || cellAddress(w.Box) != "A4" {
		t.Errorf("%q stands in %s, want Cole in A4", w.Text, cellAddress(w.Box))
	}
	runaway := extracttest.MustRead(t, extracttest.As(wire.FormatTSV, ReadCSV), []byte("a\t\"b\n"+strings.Repeat("c\td\n", maxField/4)))
	if got := runaway.Pages[0].Text; !strings.HasPrefix(got, "a\tb\nc\td\n") {
		t.Errorf("a quote that nothing closes: %.40q", got)
	}
}

func FuzzXLSX(f *testing.F) {
	seeds := []string{
		`<worksheet><cols><col min="1" max="2" hidden="1"/></cols><sheetData><row r="2"><c r="B2" t="s"><v>0</v></c><c><f>A1</f></c><c t="inlineStr"><is><t>a</t></is></c></row></sheetData></worksheet>`,
		`<worksheet><sheetData><row r="1048576"><c r="XFD1048576" s="1"><v>44927.5</v></c><c><v>1</v></c></row></sheetData></worksheet>`,
	}
	extracttest.FuzzPart(f, ReadXLSX, "xl/worksheets/sheet1.xml", seeds,
		"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="S" r:id="1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="1" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/sharedStrings.xml", "<sst><si><t>shared</t></si></sst>",
		"xl/styles.xml", `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>`)
}

func FuzzCSV(f *testing.F) {
	extracttest.Fuzz(f, extracttest.As(wire.FormatCSV, ReadCSV), []byte("a,b\n\"c\nd\",e\n"), []byte("a;b\n1;\"2\n"), []byte("a\tb"), []byte("\xff\xfea\x00,\x00b\x00"))
}

func FuzzShowNumber(f *testing.F) {
	for _, format := range []string{"0.00", `[$€-407]#,##0;[Red]-0`, `yyyy"x"\`, "[h]:mm", "_", "0%", "E"} {
		f.Add(1234.5, format)
	}
	f.Fuzz(func(t *testing.T, v float64, format string) {
		for _, raw := range []string{plainNumber(v), "NaN", "1e999"} {
			if got := showNumber(raw, format, false); len(got) > len(format)+400 {
				t.Errorf("showNumber(%q, %q) has %d bytes", raw, format, len(got))
			}
		}
	})
}
