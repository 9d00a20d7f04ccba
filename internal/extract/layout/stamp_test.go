package layout

import (
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
)

// placed makes a page of lines, each word 10 points wide and 8 high, the lines
// at the heights given.
func placed(lines map[float32]string, order ...float32) dossier.Page {
	p := dossier.Page{Width: 612, Height: 792}
	for i, y := range order {
		if i > 0 {
			p.Text += "\n"
		}
		for j, w := range strings.Fields(lines[y]) {
			if j > 0 {
				p.Text += " "
			}
			start := len(p.Text)
			p.Text += w
			x := float32(50 + 12*j)
			p.Words = append(p.Words, dossier.Word{Text: w, Box: dossier.Box{x, y, x + 10, y + 8}, Start: start, End: len(p.Text)})
		}
	}
	return p
}

func TestKeepStamps(t *testing.T) {
	const top, bottom = "Case 1:20-cv-1 Document 4 Filed 01/02/20", "USCA Case #19-1 Document #18 Filed: 05/11/2020 Page 1"
	layer := placed(map[float32]string{20: top, 770: bottom}, 20, 770)
	at := strings.Index(layer.Text, "\n")
	layer.Zones = []dossier.Zone{{Kind: dossier.ZoneStamp, Start: 0, End: at}, {Kind: dossier.ZoneStamp, Start: at + 1, End: len(layer.Text)}}

	page := placed(map[float32]string{21: "Cnse l:2O-cv-I Docunent", 100: "IT IS SO ORDERED", 200: "1 2 3", 771: "USGA Cqse"}, 21, 100, 200, 771)
	numbers := strings.Index(page.Text, "1 2 3")
	page.Zones = []dossier.Zone{{Kind: dossier.ZoneLineNumbers, Start: numbers, End: numbers + 5}}
	KeepStamps(&page, layer)

	if want := top + "\n\nIT IS SO ORDERED\n1 2 3\n\n" + bottom; page.Text != want {
		t.Errorf("text %q, want %q", page.Text, want)
	}
	for _, w := range page.Words {
		if page.Text[w.Start:w.End] != w.Text {
			t.Errorf("word %q stands at %q", w.Text, page.Text[w.Start:w.End])
		}
	}
	var zones []string
	for _, z := range page.Zones {
		zones = append(zones, page.Text[z.Start:z.End])
	}
	if want := []string{top, "1 2 3", bottom}; strings.Join(zones, "|") != strings.Join(want, "|") {
		t.Errorf("zones %q, want %q", zones, want)
	}
}

// TestKeepStampsAlone has a page on which recognition read the stamp only.
func TestKeepStampsAlone(t *testing.T) {
	const bottom = "USCA Case #19-1 Document #18 Filed: 05/11/2020 Page 1"
	layer := placed(map[float32]string{770: bottom}, 770)
	layer.Zones = []dossier.Zone{{Kind: dossier.ZoneStamp, Start: 0, End: len(layer.Text)}}
	page := placed(map[float32]string{771: "USGA Cqse"}, 771)
	KeepStamps(&page, layer)
	if page.Text != bottom {
		t.Errorf("text %q", page.Text)
	}
}
