package extract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
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
	var prints []print
	for i := range 24 {
		y := 720 - 26*i
		prints = append(prints, print{50, y, 12, fmt.Sprint(i + 1)}, print{90, y, 12, fmt.Sprintf("the witness said on day %d that the", i+3)})
	}
	doc, err := extractBytes(t, testPool(t, Config{Workers: 1}), "a.pdf", makePDF(pdfPage{prints: prints}), wire.OCROff)
	if err != nil {
		t.Fatal(err)
	}
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
	var prints []print
	for i := range 12 {
		prints = append(prints, print{72, 720 - 20*i, 12, "amount due"}, print{300, 720 - 20*i, 12, fmt.Sprint(i + 1)})
	}
	doc, err := extractBytes(t, testPool(t, Config{Workers: 1}), "a.pdf", makePDF(pdfPage{prints: prints}), wire.OCROff)
	if err != nil {
		t.Fatal(err)
	}
	if page := doc.Pages[0]; len(page.Zones) > 0 || !strings.Contains(page.Text, "amount due 2") {
		t.Errorf("zones %v of %q", page.Zones, page.Text)
	}
}

func TestZonesOfAnOpinion(t *testing.T) {
	pages := make([]pdfPage, 5)
	for i := range pages {
		p := []print{
			{72, 775, 9, fmt.Sprintf("Case 1:20-cv-00123 Document 4 Filed 02/03/21 Page %d of 5", i+1)},
			{72, 750, 12, "ROE v. HALDEN LOGISTICS INC."},
		}
		for l := range 20 {
			p = append(p, print{72, 700 - 20*l, 12, fmt.Sprintf("Line %d of page %d speaks of the claim", l, i)})
		}
		p = append(p, print{72, 120, 8, "3 See the deposition of Ms. Ortega."}, print{72, 108, 8, "She was not sure of the date."},
			print{300, 30, 12, fmt.Sprintf("- %d -", i+1)})
		pages[i].prints = p
	}
	doc, err := extractBytes(t, testPool(t, Config{Workers: 1}), "a.pdf", makePDF(pages...), wire.OCROff)
	if err != nil {
		t.Fatal(err)
	}
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
