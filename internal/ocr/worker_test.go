package ocr

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/image/tiff"

	"github.com/dossier-legal/dossier"
)

// printProcess has a fake print the number of its process as the only word.
const printProcess = `printf '5\t%d\t1\t1\t1\t1\t10\t20\t30\t40\t90\t%d\n' $asked $$`

// recognise reads a dot and returns the text.
func recognise(t *testing.T, tess *Tesseract) string {
	t.Helper()
	res, err := tess.Recognise(t.Context(), Image{Picture: dot()}, []string{"eng"})
	if err != nil {
		t.Fatal(err)
	}
	return res.Text
}

func TestOneProcessReadsManyPages(t *testing.T) {
	tess := newTesseract(t, Config{Path: fakeTesseract(t, printProcess)})
	first := recognise(t, tess)
	if _, err := strconv.Atoi(first); err != nil {
		t.Fatalf("read %q", first)
	}
	for page := 2; page <= pagesPerWorker; page++ {
		if got := recognise(t, tess); got != first {
			t.Fatalf("page %d was read by process %s, page 1 by %s", page, got, first)
		}
	}
	if got := recognise(t, tess); got == first {
		t.Errorf("a process read more than %d pages", pagesPerWorker)
	}
}

// TestWithoutTerminal asks a process that does not last.
func TestWithoutTerminal(t *testing.T) {
	tess := newTesseract(t, Config{Path: fakeTesseract(t, printProcess)})
	var texts []string
	for range 2 {
		out, err := tess.read(t.Context(), []string{"-l", "eng"}, dot(), false)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(out))
	}
	if texts[0] == texts[1] || !strings.HasPrefix(texts[0], "5\t1\t") {
		t.Errorf("read %q", texts)
	}
}

// TestPageIsNotBlamedForThoseBefore has a program that fails at its second page:
// a fresh process reads that, and a page that fails there too fails.
func TestPageIsNotBlamedForThoseBefore(t *testing.T) {
	tess := newTesseract(t, Config{Path: fakeTesseract(t, "[ $asked = 1 ] || exit 1; "+printProcess)})
	if first, second := recognise(t, tess), recognise(t, tess); first == second {
		t.Errorf("both pages were read by process %s", first)
	}
	tess = newTesseract(t, Config{Path: fakeTesseract(t, "exit 1")})
	if _, err := tess.Recognise(t.Context(), Image{Picture: dot()}, []string{"eng"}); dossier.CodeOf(err) != dossier.CodeOCRFailed {
		t.Errorf("a page that always fails: %v", err)
	}
}

// TestIdleProcessesAreBounded reads with more kinds of arguments than may wait.
func TestIdleProcessesAreBounded(t *testing.T) {
	tess := newTesseract(t, Config{Path: fakeTesseract(t, printProcess), Idle: 2})
	for _, kind := range []string{"a", "b", "c", "a"} {
		if _, err := tess.read(t.Context(), []string{kind}, dot(), true); err != nil {
			t.Fatal(err)
		}
	}
	var kinds, dirs []string
	for _, w := range tess.idle {
		kinds, dirs = append(kinds, w.kind), append(dirs, w.proc.Dir())
	}
	if diff := cmp.Diff([]string{"c", "a"}, kinds); diff != "" {
		t.Errorf("waiting processes (-want +got):\n%s", diff)
	}
	tess.Close()
	for _, dir := range dirs {
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s was left", dir)
		}
	}
}

// TestPagesDoNotTouchEachOther reads pages in one process of tesseract, each also
// in a process of its own.
func TestPagesDoNotTouchEachOther(t *testing.T) {
	needTesseract(t)
	tess := newTesseract(t, Config{})
	args := []string{"-l", "eng", "--psm", modeAsItLies, "-c", "tessedit_create_tsv=1"}
	read := func(pic *Picture, lasting bool) *reading {
		out, err := tess.read(t.Context(), args, pic, lasting)
		if err != nil {
			t.Fatal(err)
		}
		r, err := parseTSV(out)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	pages := []*Picture{drawPicture("MARIA ORTEGA"), drawPicture(), pleading(), drawPicture("l0O1 rn m", "MARlA 0RTEGA")}
	for i, pic := range pages {
		if diff := cmp.Diff(read(pic, false), read(pic, true), cmp.AllowUnexported(reading{}, wordAt{})); diff != "" {
			t.Errorf("page %d, by itself and after others (-want +got):\n%s", i+1, diff)
		}
	}
}

func TestTIFF(t *testing.T) {
	pic := drawPicture("ORTEGA")
	for _, dpi := range []int{0, 200} {
		pic.DPI = dpi
		b, err := os.ReadFile(writeTIFF(t, pic))
		if err != nil {
			t.Fatal(err)
		}
		img, err := tiff.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if size := img.Bounds().Size(); size.X != pic.Width || size.Y != pic.Height {
			t.Errorf("the picture has %v pixels", size)
		}
		for y := range pic.Height {
			for x := range pic.Width {
				if grey, _, _, _ := img.At(x, y).RGBA(); byte(grey>>8) != pic.Pix[y*pic.Width+x] {
					t.Fatalf("pixel %d, %d is %d", x, y, grey>>8)
				}
			}
		}
	}
}
