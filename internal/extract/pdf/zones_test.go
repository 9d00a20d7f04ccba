package pdf

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/layout"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// zoneText returns what the zones of a kind say.
func zoneText(p dossier.Page, kind dossier.ZoneKind) string {
	var parts []string
	for _, z := range p.Zones {
		if z.Kind == kind {
			parts = append(parts, p.Text[z.Start:z.End])
		}
	}
	return strings.Join(parts, "|")
}

func TestLineNumbersOfAPleading(t *testing.T) {
	var prints []extracttest.Print
	for i := range 24 {
		y := 720 - 26*i
		prints = append(prints, extracttest.Print{X: 50, Y: y, Size: 12, Text: fmt.Sprint(i + 1)}, extracttest.Print{X: 90, Y: y, Size: 12, Text: fmt.Sprintf("the witness said on day %d that the", i+3)})
	}
	doc := extracttest.MustRead(t, readPDF(t, wire.OCROff), extracttest.PDF(extracttest.Page{Prints: prints}))
	page := doc.Pages[0]
	if !strings.Contains(page.Text, "on day 3 that the\nthe witness said on day 4 that the\n") {
		t.Errorf("numbers cut the text: %q", page.Text[:120])
	}
	if got := zoneText(page, dossier.ZoneLineNumbers); got != "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24" {
		t.Errorf("line numbers %q", got)
	}
	for _, w := range page.Words {
		if page.Text[w.Start:w.End] != w.Text {
			t.Errorf("word %+v", w)
		}
	}
}

// TestNumbersThatAreNoLineNumbers leaves lists and tables alone.
func TestNumbersThatAreNoLineNumbers(t *testing.T) {
	var prints []extracttest.Print
	for i := range 12 {
		prints = append(prints, extracttest.Print{X: 72, Y: 720 - 20*i, Size: 12, Text: "amount due"}, extracttest.Print{X: 300, Y: 720 - 20*i, Size: 12, Text: fmt.Sprint(i + 1)})
	}
	doc := extracttest.MustRead(t, readPDF(t, wire.OCROff), extracttest.PDF(extracttest.Page{Prints: prints}))
	if page := doc.Pages[0]; len(page.Zones) > 0 || !strings.Contains(page.Text, "amount due 2") {
		t.Errorf("zones %v of %q", page.Zones, page.Text)
	}
}

func TestZonesOfAnOpinion(t *testing.T) {
	pages := make([]extracttest.Page, 5)
	for i := range pages {
		p := []extracttest.Print{
			{X: 72, Y: 775, Size: 9, Text: fmt.Sprintf("Case 1:20-cv-00123 Document 4 Filed 02/03/21 Page %d of 5", i+1)},
			{X: 72, Y: 750, Size: 12, Text: "ROE v. HALDEN LOGISTICS INC."},
		}
		for l := range 20 {
			p = append(p, extracttest.Print{X: 72, Y: 700 - 20*l, Size: 12, Text: fmt.Sprintf("Line %d of page %d speaks of the claim", l, i)})
		}
		p = append(p, extracttest.Print{X: 72, Y: 120, Size: 8, Text: "3 See the deposition of Ms. Ortega."}, extracttest.Print{X: 72, Y: 108, Size: 8, Text: "She was not sure of the date."},
			extracttest.Print{X: 300, Y: 30, Size: 12, Text: fmt.Sprintf("- %d -", i+1)})
		pages[i].Prints = p
	}
	doc := extracttest.MustRead(t, readPDF(t, wire.OCROff), extracttest.PDF(pages...))
	layout.MarkRunningLines(doc.Pages)
	for i, page := range doc.Pages {
		for kind, want := range map[dossier.ZoneKind]string{
			dossier.ZoneStamp:     fmt.Sprintf("Case 1:20-cv-00123 Document 4 Filed 02/03/21 Page %d of 5", i+1),
			dossier.ZoneHeader:    "ROE v. HALDEN LOGISTICS INC.",
			dossier.ZoneFootnotes: "3 See the deposition of Ms. Ortega.\nShe was not sure of the date.",
			dossier.ZoneFooter:    fmt.Sprintf("- %d -", i+1),
		} {
			if got := zoneText(page, kind); !strings.Contains(got, want) {
				t.Errorf("page %d: %s is %q, want %q", i+1, kind, got, want)
			}
		}
		if zoneText(page, dossier.ZoneLineNumbers) != "" {
			t.Errorf("page %d has line numbers", i+1)
		}
	}
}
