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

// brief is a text of n lines, in which words, a docket number and a citation go on
// in the next line.
func brief(n int) []string {
	lines := []string{
		"The related action, Case No. 2:19-cv-", "00123-JAM, was filed in March. See 42 U.S.C. Sec.", "1983 and Orwell v. Finch, 5",
		"F.3d 100. The parties signed the settle-", "ment after the indemni-", "fication claim of Mr. Whitcombe was", "rejected by the carrier.",
	}
	for len(lines) < n {
		lines = append(lines, "Nothing further was paid after that day.")
	}
	return lines
}

const briefText = "The related action, Case No. 2:19-cv-00123-JAM,\nwas filed in March. See 42 U.S.C. Sec.\n1983 and Orwell v. Finch, 5\n" +
	"F.3d 100. The parties signed the settlement\nafter the indemnification\nclaim of Mr. Whitcombe was\nrejected by the carrier.\n"

// TestWordsGoOnPastLineNumbers joins what the end of a line cuts, wherever the
// numbers of lines stand on the page and in the file.
func TestWordsGoOnPastLineNumbers(t *testing.T) {
	line := func(x, y int, text string) extracttest.Print {
		return extracttest.Print{X: x, Y: y, Size: 12, Text: text}
	}
	for _, tt := range []struct {
		name  string
		lines int
		print func(y, n int, text string) []extracttest.Print
	}{
		{"before the line", 28, func(y, n int, text string) []extracttest.Print {
			return []extracttest.Print{line(58, y, fmt.Sprint(n)), line(90, y, text)}
		}},
		{"after the line", 25, func(y, n int, text string) []extracttest.Print {
			return []extracttest.Print{line(90, y, text), line(58, y, fmt.Sprint(n))}
		}},
		{"in the line", 25, func(y, n int, text string) []extracttest.Print {
			return []extracttest.Print{line(58, y, fmt.Sprintf("%d     %s", n, text))}
		}},
		{"a little lower", 32, func(y, n int, text string) []extracttest.Print {
			return []extracttest.Print{line(58, y-3, fmt.Sprint(n)), line(90, y, text)}
		}},
		{"right margin", 28, func(y, n int, text string) []extracttest.Print {
			return []extracttest.Print{line(90, y, text), line(560, y, fmt.Sprint(n))}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var prints []extracttest.Print
			var numbers []string
			for i, text := range brief(tt.lines) {
				prints = append(prints, tt.print(750-22*i, i+1, text)...)
				numbers = append(numbers, fmt.Sprint(i+1))
			}
			page := extracttest.MustRead(t, readPDF(t, wire.OCROff), extracttest.PDF(extracttest.Page{Prints: prints})).Pages[0]
			if text := strings.ReplaceAll(page.Text, "\n\n", "\n"); !strings.HasPrefix(text, briefText) {
				t.Errorf("text %q", text[:min(len(text), 300)])
			}
			if got := zoneText(page, dossier.ZoneLineNumbers); got != strings.Join(numbers, " ") {
				t.Errorf("line numbers %q", got)
			}
		})
	}
}

// TestParagraphNumbersStay leaves the numbers of paragraphs and of a list within a
// text where they stand.
func TestParagraphNumbersStay(t *testing.T) {
	list := func(n, top, pitch, lines int) (prints []extracttest.Print) {
		for i := range n {
			y := top - i*pitch
			prints = append(prints, extracttest.Print{X: 72, Y: y, Size: 12, Text: fmt.Sprint(i + 1)})
			for l := range lines {
				prints = append(prints, extracttest.Print{X: 96, Y: y - 14*l, Size: 12, Text: fmt.Sprintf("item %d of the list, line %d", i+1, l)})
			}
		}
		return prints
	}
	for name, prints := range map[string][]extracttest.Print{
		"paragraphs":           list(12, 740, 50, 3),
		"uneven":               append(list(6, 740, 28, 2), list(9, 560, 48, 2)...),
		"numbers after a word": extracttest.Prose(40),
		"list within a text":   append(list(10, 300, 14, 1), extracttest.Prose(27)...),
	} {
		page := extracttest.MustRead(t, readPDF(t, wire.OCROff), extracttest.PDF(extracttest.Page{Prints: prints})).Pages[0]
		if got := zoneText(page, dossier.ZoneLineNumbers); got != "" || !strings.Contains(page.Text, "6 item 6") && !strings.Contains(page.Text, "line 6 of") {
			t.Errorf("%s: line numbers %q of %q", name, got, page.Text)
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
