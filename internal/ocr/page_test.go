package ocr

import (
	"math"
	"os/exec"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
)

// pleading paints a page of text with numbered lines at its left edge.
func pleading() *Picture {
	lines := []string{"1  IN THE SUPERIOR COURT", "2", "3  MARIA ORTEGA", "4  PLAINTIFF"}
	return drawPicture(lines...)
}

func TestSkewIsFoundAndUndone(t *testing.T) {
	pic := pleading()
	for _, lean := range []float64{-3.1, -1.2, 0, 0.8, 2.4} {
		leaning := pic.straightened(-lean)
		if got := leaning.skew(); math.Abs(got-lean) > 0.25 {
			t.Errorf("lean %.1f was taken for %.2f", lean, got)
		}
	}
}

// TestBoxesComeBack reads a page turned and leaning and wants each word where
// it is on the page as it was given.
func TestBoxesComeBack(t *testing.T) {
	needTesseract(t)
	upright := drawPicture("DEPOSITION OF", "MARIA ORTEGA")
	for turns := range 4 {
		pic := upright.straightened(1.5) // leans by -1.5
		for range turns {
			pic = pic.quarterTurn()
		}
		v := straightened(pic)
		if turns > 0 { // too few words here for tesseract to find the orientation itself
			v = view{pic: pic, original: pic, sharp: pic}.turnedBy(4 - turns)
		}
		r, err := page{t: newTesseract(t, Config{}), ctx: t.Context(), languages: []string{"eng"}}.view(v)
		if err != nil {
			t.Fatal(err)
		}
		res := r.result()
		v.restore(res)
		if len(res.Words) != 4 {
			t.Fatalf("%d turns: read %q", turns, res.Text)
		}
		for _, w := range res.Words {
			ink, area := 0, 0
			for y := int(w.Box[1]); y < int(w.Box[3]); y++ {
				for x := int(w.Box[0]); x < int(w.Box[2]); x++ {
					area++
					if pic.Pix[y*pic.Width+x] < 128 {
						ink++
					}
				}
			}
			if area == 0 || ink*10 < area {
				t.Errorf("%d turns: %d of %d pixels are ink in the box of %q", turns, ink, area, w.Text)
			}
		}
	}
}

func needTesseract(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("tesseract is not installed")
	}
}

func words(texts ...string) *reading {
	r := &reading{}
	for _, text := range texts {
		r.words = append(r.words, wordAt{Word: dossier.Word{Text: text}})
	}
	return r
}

func TestCounts(t *testing.T) {
	for text, want := range map[string]bool{
		"1 2 3 4 5 6 7":        true,
		"1 2 3 4 5 b 7 8 9 10": true,
		"1 2 3":                false,
		"12 3 40 5 6 70 8":     false,
		"NON BoB WT":           false,
	} {
		if got := words(strings.Fields(text)...).counts(); got != want {
			t.Errorf("%q counts: %v", text, got)
		}
	}
}

func TestLineNumbersStandLast(t *testing.T) {
	res := words("The", "court").result()
	res.addLineNumbers(words("1", "2", "3").words)
	if res.Text != "The court\n\n1 2 3" && res.Text != "The\ncourt\n\n1 2 3" {
		t.Errorf("text %q", res.Text)
	}
	z := res.Zones[0]
	if z.Kind != dossier.ZoneLineNumbers || res.Text[z.Start:z.End] != "1 2 3" {
		t.Errorf("zone %+v of %q", z, res.Text)
	}
	for _, w := range res.Words {
		if res.Text[w.Start:w.End] != w.Text {
			t.Errorf("word %+v of %q", w, res.Text)
		}
	}
}

func TestThickened(t *testing.T) {
	pic := &Picture{Pix: []byte{
		255, 255, 255, 255, 255,
		255, 255, 0, 255, 255,
		255, 255, 0, 255, 255,
		255, 255, 0, 255, 255,
		255, 255, 255, 255, 255,
	}, Width: 5, Height: 5}
	out := pic.thickened()
	if out.Pix[2*5+2] > 80 || out.Pix[2*5+3] > 80 || out.Pix[2*5] != 255 {
		t.Errorf("the stroke became %v", out.Pix[10:15])
	}
}

func BenchmarkStraighten(b *testing.B) {
	pic := pleading()
	for b.Loop() {
		straightened(pic)
	}
}
