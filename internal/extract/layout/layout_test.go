package layout

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// set prints words one after the other from x, y, each ten points high and five
// a letter, with a gap between them.
func set(x, y float32, words ...string) []Token {
	var out []Token
	for i, w := range words {
		width := 5 * float32(len(w))
		out = append(out, Token{text: w, box: dossier.Box{x, y, x + width, y + 10}, newLine: i == 0})
		x += width + 5
	}
	return out
}

func TestLayout(t *testing.T) {
	tests := []struct {
		name   string
		tokens [][]Token
		want   string
	}{
		{"stamp last in the file", [][]Token{set(50, 100, "body"), set(50, 112, "text"), set(50, 10, "Case", "1")}, "Case 1\n\nbody\ntext"},
		{"gap between paragraphs", [][]Token{set(50, 100, "a"), set(50, 112, "b"), set(50, 136, "c"), set(50, 148, "d")}, "a\nb\n\nc\nd"},
		{"double spacing is no gap", [][]Token{set(50, 100, "a"), set(50, 124, "b"), set(50, 148, "c")}, "a\nb\nc"},
		{"cells of a row", [][]Token{set(50, 100, "a"), set(200, 100, "b"), set(50, 112, "c")}, "a b\nc"},
		{
			"columns of prose that the file has row by row",
			[][]Token{
				set(50, 80, "Terms"), set(50, 100, "The", "agreement", "of"), set(300, 100, "Payment", "was", "made"),
				set(50, 112, "March", "3,", "2019,"), set(300, 112, "by", "wire", "and"),
				set(50, 124, "was", "signed", "there."), set(300, 124, "arrived", "at", "noon."), set(50, 150, "Signed"),
			},
			"Terms\n\nThe agreement of\nMarch 3, 2019,\nwas signed there.\n\nPayment was made\nby wire and\narrived at noon.\n\nSigned",
		},
		{
			"rows of a table",
			[][]Token{
				set(50, 100, "Delivery", "of", "goods"), set(300, 100, "Ten", "days", "net"),
				set(50, 112, "Repair", "of", "trucks"), set(300, 112, "Two", "weeks", "later"),
				set(50, 124, "Sale", "of", "parts"), set(300, 124, "At", "once", "only"),
			},
			"Delivery of goods Ten days net\nRepair of trucks Two weeks later\nSale of parts At once only",
		},
		{
			"values beside labels",
			[][]Token{
				set(50, 100, "Name", "of", "plaintiff:"), set(300, 100, "Harrow", "Shipping", "LLC,"),
				set(50, 112, "Name", "of", "defendant:"), set(300, 112, "formerly", "Harrow", "of"),
				set(50, 124, "Date", "of", "filing:"), set(300, 124, "the", "third", "day"),
			},
			"Name of plaintiff: Harrow Shipping LLC,\nName of defendant: formerly Harrow of\nDate of filing: the third day",
		},
		{
			"columns stay whole",
			[][]Token{
				set(50, 100, "a"), set(50, 112, "b"), set(300, 100, "c"), set(300, 112, "d"), set(50, 10, "Head"), set(50, 780, "7"),
			},
			"Head\n\na\nb\n\nc\nd\n\n7",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var tokens []Token
			for _, l := range tt.tokens {
				tokens = append(tokens, l...)
			}
			text, words, _ := Text(tokens, 600, 800)
			if diff := cmp.Diff(tt.want, text); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if len(words) != len(tokens) {
				t.Errorf("%d words of %d", len(words), len(tokens))
			}
			for _, w := range words {
				if text[w.Start:w.End] != w.Text {
					t.Errorf("word %+v is not at its place", w)
				}
			}
		})
	}
}

// spell makes glyphs five points wide and ten high. '_' is a gap of a point, '^'
// makes the next glyph small and raised, '\x02' breaks the line inside a word.
func spell(s string) []Glyph {
	var out []Glyph
	x, y, raised := float32(0), float32(0), false
	for _, r := range s {
		switch r {
		case '_':
			x++
			continue
		case '^':
			raised = true
			continue
		case '\x02':
			x, y = 0, y+12
			out = append(out, Glyph{Char: r})
			continue
		}
		h := float32(10)
		if raised {
			h, raised = 6, false
		}
		out = append(out, Glyph{Char: r, Box: dossier.Box{x, y, x + 5, y + h}, Shown: true})
		x += 5
	}
	return out
}

func TestWords(t *testing.T) {
	tests := []struct {
		name   string
		glyphs []Glyph
		want   []string
	}{
		{"white space", spell("in re"), []string{"in", "re"}},
		{"number of a section", spell("6.1_Each"), []string{"6.1", "Each"}},
		{"kerning is no gap", spell("T_om"), []string{"Tom"}},
		{"wide gap", spell("SIX___PARTY"), []string{"SIX", "PARTY"}},
		{"footnote mark", spell("^1FBI"), []string{"1", "FBI"}},
		{"word over two lines", spell("dis\x02charge"), []string{"discharge"}},
		{"number over two lines", spell("2:19-cv\x0200123"), []string{"2:19-cv-00123"}},
		{"double name over two lines", spell("Smith\x02Jones"), []string{"Smith-Jones"}},
		{"capitals over two lines", spell("SETTLE\x02MENT"), []string{"SETTLEMENT"}},
		{"hyphen that ends the page", spell("settle\x02"), []string{"settle-"}},
		{"invisible characters", spell("a\u200bb\u00ad"), []string{"ab"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, w := range joinBroken(Words(tt.glyphs)) {
				got = append(got, w.text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("words (-want +got):\n%s", diff)
			}
		})
	}
	doubled := spell("Help")
	var overprint []Glyph
	for _, g := range doubled {
		overprint = append(overprint, g, g)
	}
	if got := Words(overprint); len(got) != 1 || got[0].text != "Help" {
		t.Errorf("word printed twice: %+v", got)
	}
	if got := joinBroken(Words(spell("dis\x02charge")))[0].box; got != (dossier.Box{0, 0, 15, 10}) {
		t.Errorf("box of a word over two lines is %v, want that of its first part", got)
	}
}

func TestCountWords(t *testing.T) {
	tests := []struct {
		text string
		want int
	}{
		{"Case 1:20-cv-01234-ABC Document 12 Filed 01/02/21 Page 3 of 10", 0},
		{"Case: 19-1234 Document: 00512345 Page: 1 Date Filed: 01/02/2019\nreal words", 2},
		{"USCA Case #19-5331 Document #1842345 Filed: 05/11/2020 Page 1 of 5", 0},
		{"Appellate Case: 19-1234 Page: 1 Date Filed: 01/02/2019 Entry ID: 5", 0},
		{"Appeal: 17-2218 Doc: 17 Filed: 10/31/2017 Pg: 1 of 1", 0},
		{"In this case the parties agree", 6},
	}
	for _, tt := range tests {
		if got := countWords(tt.text); got != tt.want {
			t.Errorf("countWords(%q) = %d, want %d", tt.text, got, tt.want)
		}
	}
}

func TestDecide(t *testing.T) {
	full := Look{Drawn: true, ImageShare: 1}
	text := dossier.Page{Text: "a few words", Words: make([]dossier.Word, 3)}
	stamped := dossier.Page{Text: "Case: 21-1298 Document: 42 Page: 1 Date Filed: 08/31/2022", Words: make([]dossier.Word, 9)}
	tests := []struct {
		name   string
		mode   wire.OCRMode
		page   dossier.Page
		look   Look
		need   bool
		reason string
	}{
		{"blank", wire.OCRAuto, dossier.Page{}, Look{}, false, "blank page"},
		{"drawn", wire.OCRAuto, dossier.Page{}, Look{Drawn: true}, true, "no text layer"},
		{"stamp on a scan", wire.OCRAuto, text, full, true, "thin layer over an image"},
		{"stamp beside a small image", wire.OCRAuto, stamped, Look{Drawn: true, ImageShare: 0.01}, true, "no text layer but a court's stamp"},
		{"stamp beside outlined letters", wire.OCRAuto, stamped, Look{Drawn: true, Shapes: 300}, true, "no text layer but a court's stamp"},
		{"stamp on an empty page", wire.OCRAuto, stamped, Look{Drawn: true, Shapes: 1}, false, "text layer"},
		{"short letter with a logo", wire.OCRAuto, text, Look{Drawn: true, ImageShare: 0.1}, false, "text layer"},
		{"shapes without letters", wire.OCRAuto, dossier.Page{Text: "\ue000\ue001 a", Words: make([]dossier.Word, 2)}, Look{}, true, "unreadable text layer"},
		{"off", wire.OCROff, text, full, false, "thin layer over an image; recognition is off"},
		{"force", wire.OCRForce, text, Look{}, true, "recognition was asked for"},
		{"force on a blank page", wire.OCRForce, dossier.Page{}, Look{}, false, "blank page"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			need, reason := Decide(tt.mode, &tt.page, tt.look)
			if need != tt.need || reason != tt.reason {
				t.Errorf("decide = %v, %q; want %v, %q", need, reason, tt.need, tt.reason)
			}
		})
	}
}
