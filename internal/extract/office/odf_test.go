package office

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

const (
	mimeODT = "application/vnd.oasis.opendocument.text"
	mimeODS = "application/vnd.oasis.opendocument.spreadsheet"
	mimeODP = "application/vnd.oasis.opendocument.presentation"
)

func TestODTText(t *testing.T) {
	hidden := `<style:style style:name="H"><style:text-properties text:display="none"/></style:style>`
	doc := extracttest.MustRead(t, ReadODT, extracttest.ODF(t, mimeODT, hidden, `<office:text>`+
		"<text:h>Title</text:h><text:p>  one\n  <text:span>two</text:span><text:s text:c=\"2\"/>three<text:tab/>four<text:line-break/>five<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Note one.</text:p></text:note-body></text:note></text:p>"+
		`<text:p>box<draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box><svg:title>picture</svg:title></draw:frame> ends<text:span text:style-name="H">secret</text:span></text:p>`+
		`<table:table><table:table-row><table:table-cell><text:p>a</text:p><text:p>b</text:p></table:table-cell><table:covered-table-cell/><table:table-cell><text:p>c</text:p></table:table-cell></table:table-row></table:table>`+
		`<text:p>after</text:p></office:text>`,
		"styles.xml", `<office:document-styles><style:master-page><style:header><text:p>Head</text:p></style:header><style:footer><text:p>Foot</text:p></style:footer></style:master-page></office:document-styles>`))
	extracttest.WantTexts(t, doc, "Head\n\nTitle\n\none two  three\tfour\nfive\n\nbox ends\n\nboxed\n\na b\t\tc\n\nafter\n\nNote one.\n\nFoot")
	extracttest.WantFindings(t, doc, dossier.Finding{Kind: dossier.HiddenText, Page: 1, Text: "secret"})
	want := map[string]string{"title": "Lease", "author": "A. Ortega", "date": "2023-01-02"}
	if diff := cmp.Diff(want, doc.Meta); diff != "" {
		t.Errorf("meta (-want +got):\n%s", diff)
	}
}

func TestODTChanges(t *testing.T) {
	const info = "<office:change-info><dc:creator>A. Ortega</dc:creator><dc:date>2023-01-02</dc:date></office:change-info>"
	doc := extracttest.MustRead(t, ReadODT, extracttest.ODF(t, mimeODT, "", `<office:text><text:tracked-changes>`+
		`<text:changed-region text:id="d"><text:deletion>`+info+`<text:p>one</text:p></text:deletion></text:changed-region>`+
		`<text:changed-region text:id="i"><text:insertion>`+info+`</text:insertion></text:changed-region></text:tracked-changes>`+
		`<text:p>rent <text:change text:change-id="d"/><text:change-start text:change-id="i"/>two<text:change-end text:change-id="i"/> dollars`+
		`<office:annotation><dc:creator>B. Cole</dc:creator><dc:date>2023-01-03</dc:date><text:p>Is this right?</text:p></office:annotation></text:p></office:text>`))
	extracttest.WantTexts(t, doc, "rent two dollars")
	extracttest.WantFindings(t, doc,
		dossier.Finding{Kind: dossier.Deleted, Page: 1, Text: "one", Author: "A. Ortega", At: "2023-01-02"},
		dossier.Finding{Kind: dossier.Inserted, Page: 1, Text: "two", Author: "A. Ortega", At: "2023-01-02"},
		dossier.Finding{Kind: dossier.Comment, Page: 1, Text: "Is this right?", Author: "B. Cole", At: "2023-01-03"})
}

func TestODS(t *testing.T) {
	hidden := `<style:style style:name="H"><style:table-properties table:display="false"/></style:style>`
	doc := extracttest.MustRead(t, ReadODS, extracttest.ODF(t, mimeODS, hidden, `<office:spreadsheet>`+
		`<table:table table:name="Rent"><table:table-column/><table:table-row><table:table-cell table:number-columns-repeated="2"/><table:table-cell><text:p>due</text:p><office:annotation><dc:creator>B. Cole</dc:creator><text:p>when?</text:p></office:annotation></table:table-cell><table:table-cell table:number-columns-repeated="16381"/></table:table-row>`+
		`<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>`+
		`<table:table-row table:number-rows-repeated="2" table:visibility="collapse"><table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell></table:table-row>`+
		`<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row></table:table>`+
		`<table:table table:name="Old" table:style-name="H"></table:table></office:spreadsheet>`))
	extracttest.WantTexts(t, doc, "\t\tdue\nx\tx\nx\tx", "")
	extracttest.WantFindings(t, doc, dossier.Finding{Kind: dossier.Comment, Page: 1, Name: "C1", Text: "when?", Author: "B. Cole", Box: dossier.Box{2, 0, 3, 1}})
	if got := cellAddress(doc.Pages[0].Words[4].Box); got != "B6" {
		t.Errorf("the last word stands in %s, want B6", got)
	}
	if p := doc.Pages[1]; p.Label != "Old" || p.Reason != "hidden sheet; blank page" {
		t.Errorf("second page: %q, %q", p.Label, p.Reason)
	}
	want := []string{`the sheet "Rent" has 2 hidden rows`, `the sheet "Old" is hidden`}
	if diff := cmp.Diff(want, doc.Warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestODP(t *testing.T) {
	hidden := `<style:style style:name="H"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>`
	doc := extracttest.MustRead(t, ReadODP, extracttest.ODF(t, mimeODP, hidden, `<office:presentation>`+
		`<draw:page draw:name="One"><draw:frame><draw:text-box><text:p>Opening</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>Say hello.</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>`+
		`<draw:page draw:name="Two" draw:style-name="H"><draw:custom-shape><text:p>Backup</text:p></draw:custom-shape></draw:page></office:presentation>`))
	extracttest.WantTexts(t, doc, "Opening\n\nNotes:\nSay hello.", "Backup")
	if p := doc.Pages[1]; p.Label != "Two" || p.Reason != reasonHiddenSlide {
		t.Errorf("second page: %q, %q", p.Label, p.Reason)
	}
}

func TestODFErrors(t *testing.T) {
	t.Parallel()
	bomb := `<office:spreadsheet><table:table><table:table-row table:number-rows-repeated="9999999"><table:table-cell table:number-columns-repeated="9999999"><text:p>x</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>`
	locked := "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
	tests := []struct {
		name string
		read wire.Reader
		data []byte
		want dossier.Code
	}{
		{"repeated cells", ReadODS, extracttest.ODF(t, mimeODS, "", bomb), dossier.CodeOutputTooLarge},
		{"encrypted", ReadODT, extracttest.ODF(t, mimeODT, "", "", "META-INF/manifest.xml", locked), dossier.CodePassword},
		{"no sheets", ReadODS, extracttest.ODF(t, mimeODS, "", ""), dossier.CodeDamaged},
		{"no slides", ReadODP, extracttest.ODF(t, mimeODP, "", ""), dossier.CodeDamaged},
	}
	for _, tt := range tests {
		if _, err := extracttest.Read(t, tt.read, tt.data); dossier.CodeOf(err) != tt.want {
			t.Errorf("%s: %v, want code %s", tt.name, err, tt.want)
		}
	}
}

func FuzzODF(f *testing.F) {
	f.Add(byte(0), []byte(`<text:p>a<text:s/><office:annotation><dc:creator>x</dc:creator><text:p>b</text:p></office:annotation><text:note-body>c</text:note-body></text:p><table:table><table:table-row><table:table-cell><text:p>d</text:p></table:table-cell></table:table-row></table:table>`))
	f.Add(byte(1), []byte(`<table:table table:name="a"><table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"><text:p>d</text:p></table:table-cell></table:table-row></table:table>`))
	f.Add(byte(2), []byte(`<draw:page><draw:text-box><text:p>a</text:p></draw:text-box><presentation:notes><text:p>b</text:p></presentation:notes></draw:page>`))
	readers := []wire.Reader{ReadODT, ReadODS, ReadODP}
	f.Fuzz(func(t *testing.T, kind byte, data []byte) {
		doc, err := extracttest.Read(t, readers[int(kind)%len(readers)], extracttest.StoreZIP(t, "content.xml", string(data)))
		if err == nil {
			extracttest.CheckPages(t, "the file", doc.Pages)
		}
	})
}
