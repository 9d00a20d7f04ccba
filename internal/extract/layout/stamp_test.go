package layout

import (
	"slices"
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

func TestDrop(t *testing.T) {
	for _, tt := range []struct {
		name string
		drop []int
		want string
	}{
		{"nothing", nil, "Paid in full\nby wire\n\nSealed offer"},
		{"within a line", []int{1}, "Paid full\nby wire\n\nSealed offer"},
		{"the end of a line and the next", []int{2, 3, 4}, "Paid in\n\nSealed offer"},
		{"the beginning", []int{0, 1}, "full\nby wire\n\nSealed offer"},
		{"the last line", []int{5, 6}, "Paid in full\nby wire"},
		{"all", []int{0, 1, 2, 3, 4, 5, 6}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tokens := slices.Concat(set(50, 100, "Paid", "in", "full"), set(50, 112, "by", "wire"), set(50, 140, "Sealed", "offer"))
			var p dossier.Page
			p.Text, p.Words, p.Zones = Text(tokens, 600, 800)
			drop := map[int]bool{}
			for _, i := range tt.drop {
				drop[i] = true
			}
			Drop(&p, drop)
			if p.Text != tt.want || len(p.Words) != len(tokens)-len(drop) {
				t.Errorf("%d words, text %q, want %q", len(p.Words), p.Text, tt.want)
			}
			for _, w := range p.Words {
				if p.Text[w.Start:w.End] != w.Text {
					t.Errorf("word %+v is not at its place in %q", w, p.Text)
				}
			}
		})
	}
}
