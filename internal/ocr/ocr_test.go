package ocr

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	ximage "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/child"
)

// table builds the output of tesseract.
func table(rows ...string) []byte {
	head := "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
	return []byte(head + strings.Join(rows, "\n") + "\n")
}

func row(level, block, par, line, word int, conf, text string) string {
	return fmt.Sprintf("%d\t1\t%d\t%d\t%d\t%d\t10\t20\t30\t40\t%s\t%s", level, block, par, line, word, conf, text)
}

func TestParseTSV(t *testing.T) {
	read, err := parseTSV(table(
		"1\t1\t0\t0\t0\t0\t0\t0\t600\t800\t-1\t",
		row(5, 1, 1, 1, 1, "96.5", "In"), row(5, 1, 1, 1, 2, "50", "re"),
		row(5, 1, 1, 2, 1, "90", "Ortéga"), row(5, 1, 1, 2, 2, "95", " "),
		row(4, 2, 1, 1, 0, "-1", ""), row(5, 2, 1, 1, 1, "0", "a\x02b"),
	))
	if err != nil {
		t.Fatal(err)
	}
	got := read.result()
	box := dossier.Box{10, 20, 40, 60}
	want := &Result{
		Text: "In re\nOrtéga\n\nab", Width: 600, Height: 800,
		Words: []dossier.Word{
			{Text: "In", Box: box, Confidence: 0.965, Start: 0, End: 2},
			{Text: "re", Box: box, Confidence: 0.5, Start: 3, End: 5},
			{Text: "Ortéga", Box: box, Confidence: 0.9, Start: 6, End: 13},
			{Text: "ab", Box: box, Confidence: 0, Start: 15, End: 17},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if _, err := parseTSV(table(row(5, 1, 1, 1, 1, "high", "x"))); dossier.CodeOf(err) != dossier.CodeOCRFailed {
		t.Errorf("broken table: %v", err)
	}
}

func FuzzParseTSV(f *testing.F) {
	f.Add(table(row(5, 1, 1, 1, 1, "96", "word"), row(5, 1, 1, 2, 1, "96", "next")))
	f.Fuzz(func(t *testing.T, b []byte) {
		read, err := parseTSV(b)
		if err != nil {
			return
		}
		res := read.result()
		for _, w := range res.Words {
			if res.Text[w.Start:w.End] != w.Text || w.Text == "" || w.Confidence < 0 || w.Confidence > 1 {
				t.Errorf("bad word %+v", w)
			}
		}
	})
}

func TestParseLanguages(t *testing.T) {
	got := parseLanguages("List of available languages in \"/usr/share/tessdata/\" (3):\nosd\neng\nchi_sim\n")
	if diff := cmp.Diff([]string{"chi_sim", "eng", "osd"}, got); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
}

func TestMissingProgram(t *testing.T) {
	for _, path := range []string{"no-such-tesseract", filepath.Join(t.TempDir(), "tesseract")} {
		_, err := New(Config{Path: path}).Probe(context.Background())
		var known *dossier.Error
		if !errors.As(err, &known) || known.Code != dossier.CodeOCRMissing || !strings.Contains(known.Cure, "apt-get install tesseract-ocr") {
			t.Errorf("%s: error %+v, want code %s with a cure", path, err, dossier.CodeOCRMissing)
		}
	}
}

// fakeTesseract is a program that answers the questions of Probe and does with
// each page what body says.
func fakeTesseract(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tesseract")
	script := `#!/bin/sh
case $1 in
--version) echo 'tesseract 9.9'; exit ;;
--list-langs) echo eng; exit ;;
esac
asked=0
while read -r file; do
	asked=$((asked + 1))
	case $file in
	end.tif) printf '1\t%d\t0\t0\t0\t0\t0\t0\t32\t32\t-1\t\n' $asked ;;
	*) ` + body + ` ;;
	esac
done
`
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// newTesseract returns a recogniser whose processes end with the test.
func newTesseract(t *testing.T, cfg Config) *Tesseract {
	t.Helper()
	tess := New(cfg)
	t.Cleanup(tess.Close)
	return tess
}

// dot is a picture for programs that do not look at it.
func dot() *Picture { return &Picture{Pix: []byte{0}, Width: 1, Height: 1} }

func TestRecogniseFailures(t *testing.T) {
	tests := []struct {
		name, body string
		language   string
		want       dossier.Code
	}{
		{"language", "true", "deu", dossier.CodeOCRLanguage},
		{"hangs", "sleep 300", "eng", dossier.CodeTimeout},
		{"loops", "while :; do :; done", "eng", dossier.CodeTimeout},
		{"fails", "echo broken >&2; exit 1", "eng", dossier.CodeOCRFailed},
		{"floods", "exec yes", "eng", dossier.CodeOutputTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tess := newTesseract(t, Config{Path: fakeTesseract(t, tt.body), Budget: child.Budget{CPU: time.Second, Idle: 2 * time.Second}})
			_, err := tess.Recognise(context.Background(), Image{Picture: dot()}, []string{tt.language})
			if dossier.CodeOf(err) != tt.want {
				t.Errorf("error %v, want code %s", err, tt.want)
			}
		})
	}
}

// TestFrozenRecogniserLosesNoPage stops tesseract in the middle of a page for
// longer than the page may take of processor time.
func TestFrozenRecogniserLosesNoPage(t *testing.T) {
	dir := t.TempDir()
	words := filepath.Join(dir, "words.tsv")
	if err := os.WriteFile(words, table(row(5, 1, 1, 1, 1, "96", "word")), 0o600); err != nil {
		t.Fatal(err)
	}
	goOn := filepath.Join(dir, "go-on") // a pipe: it waits until it is told to go on
	if err := syscall.Mkfifo(goOn, 0o600); err != nil {
		t.Fatal(err)
	}
	tess := newTesseract(t, Config{Path: fakeTesseract(t, "read line < "+goOn+"; cat "+words), Budget: child.Work(time.Second)})
	done := make(chan error, 1)
	var res *Result
	go func() {
		var err error
		res, err = tess.Recognise(context.Background(), Image{Picture: dot()}, []string{"eng"})
		done <- err
	}()
	pipe, err := os.OpenFile(goOn, os.O_WRONLY, 0) // opens when it is read
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	frozen := childrenOf(t)
	for _, pid := range frozen {
		if err := syscall.Kill(-pid, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(1500 * time.Millisecond) // longer than its budget: a deadline of that time would have ended it
	for _, pid := range frozen {
		if err := syscall.Kill(-pid, syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := pipe.WriteString("go\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil || res.Text != "word" {
		t.Errorf("after the freeze: %+v, %v", res, err)
	}
}

// childrenOf lists the processes that this test started, each the leader of a
// group.
func childrenOf(t *testing.T) (pids []int) {
	t.Helper()
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		b, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended
		}
		for field := range strings.FieldsSeq(string(b)) {
			pid, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, pid)
		}
	}
	if len(pids) == 0 {
		t.Skip("the system does not list the children of a process")
	}
	return pids
}

func TestRecognise(t *testing.T) {
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("tesseract is not installed")
	}
	tess := newTesseract(t, Config{})
	pic := drawPicture("DEPOSITION OF", "MARIA ORTEGA")
	for _, img := range []Image{{Picture: pic}, {Path: writeTIFF(t, pic)}} {
		res, err := tess.Recognise(context.Background(), img, []string{"eng"})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(strings.Fields(res.Text), " "); got != "DEPOSITION OF MARIA ORTEGA" {
			t.Errorf("read %q", got)
		}
		if res.Width != 900 || len(res.Words) != 4 || res.Words[3].Confidence < 0.5 {
			t.Errorf("result %+v", res)
		}
	}
	blank, err := tess.Recognise(context.Background(), Image{Picture: drawPicture()}, []string{"eng"})
	if err != nil || blank.Text != "" {
		t.Errorf("blank page: %+v, %v", blank, err)
	}
}

func writeTIFF(t *testing.T, pic *Picture) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.tif")
	if err := pic.writeTIFF(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// drawPicture paints lines of large letters.
func drawPicture(lines ...string) *Picture {
	const scale = 6
	small := image.NewGray(image.Rect(0, 0, 150, 80))
	draw.Draw(small, small.Rect, image.White, image.Point{}, draw.Src)
	for i, l := range lines {
		d := font.Drawer{Dst: small, Src: image.Black, Face: basicfont.Face7x13, Dot: fixed.P(20, 30+20*i)}
		d.DrawString(l)
	}
	big := image.NewGray(image.Rect(0, 0, 150*scale, 80*scale))
	ximage.CatmullRom.Scale(big, big.Rect, small, small.Rect, draw.Src, nil)
	return &Picture{Pix: big.Pix, Width: big.Rect.Dx(), Height: big.Rect.Dy(), DPI: 300}
}

func BenchmarkRecognise(b *testing.B) {
	if _, err := exec.LookPath("tesseract"); err != nil {
		b.Skip("tesseract is not installed")
	}
	tess := New(Config{})
	b.Cleanup(tess.Close)
	pic := drawPicture("DEPOSITION OF", "MARIA ORTEGA")
	for b.Loop() {
		if _, err := tess.Recognise(context.Background(), Image{Picture: pic}, []string{"eng"}); err != nil {
			b.Fatal(err)
		}
	}
}
