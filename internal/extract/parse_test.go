package extract

import (
	"bufio"
	"bytes"
	"encoding/json"
	"image"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
)

func TestDetect(t *testing.T) {
	const mail = "From: a@example.com\nTo: b@example.com\nSubject: x\n"
	tests := []struct {
		name string
		data []byte
		want Format
	}{
		{"a.pdf", []byte("just text"), FormatText},
		{"a.txt", makePDF(pdfPage{}), FormatPDF},
		{"late.pdf", append([]byte("junk\n"), makePDF(pdfPage{})...), FormatPDF},
		{"about.txt", []byte("Each file begins with %PDF-1.4 or so"), FormatText},
		{"a.docx", makeDOCX(t, ""), FormatDOCX},
		{"a.png", makePNG(t, image.NewGray(image.Rect(0, 0, 1, 1))), FormatPNG},
		{"a.tif", makeTIFF(image.Pt(1, 1)), FormatTIFF},
		{"a.htm", []byte("<p>hello</p>"), FormatHTML},
		{"a.txt", []byte("<html><body>hello"), FormatHTML},
		{"a.md", []byte("hello"), FormatMarkdown},
		{"a.eml", []byte(mail + "\nhello"), FormatEmail},
		{"memo.txt", []byte(mail + "\nhello"), FormatText},
		{"mail.txt", []byte("Received: from x\n" + mail + "\nhello"), FormatEmail},
	}
	for _, tt := range tests {
		got, err := Detect(writeFile(t, tt.name, tt.data), tt.name)
		if err != nil || got != tt.want {
			t.Errorf("%s %.20q: %q, %v; want %q", tt.name, tt.data, got, err, tt.want)
		}
	}
}

func TestCleanText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"\n\na \t\r\nb\rc\n", "a\nb\nc"},
		{"a\x00b\x1bc\u0081\ufeff\u00ad", "abc"},
		{"bad \xff byte", "bad \ufffd byte"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := cleanText(tt.in); got != tt.want {
			t.Errorf("cleanText(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestHTMLText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"a<br>b<br><br>c", "a\nb\n\nc"},
		{"<p>one</p>\n<p>two\n three</p>", "one\n\ntwo three"},
		{"<ul><li>a<li>b</ul>", "a\nb"},
		{"<pre>a\n  b</pre>", "a\n  b"},
		{"a<script>var x = '</p>'</script>b<style>p{}</style>", "ab"},
		{"&sect;&nbsp;1&amp;2", "§ 1&2"},
		{"<tr><td>a</td><td>b</td></tr><tr><td>c", "a\tb\nc"},
		{"un<b>closed <i>tags", "unclosed tags"},
	}
	for _, tt := range tests {
		got, _, err := htmlText([]byte(tt.in), "text/html; charset=utf-8")
		if err != nil || got != tt.want {
			t.Errorf("htmlText(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestTIFFSizes(t *testing.T) {
	want := []image.Point{{100, 200}, {3, 4}}
	got, err := tiffSizes(bytes.NewReader(makeTIFF(want...)), 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sizes (-want +got):\n%s", diff)
	}
	if _, err := tiffSizes(bytes.NewReader(makeTIFF(want...)), 1); dossier.CodeOf(err) != dossier.CodeOutputTooLarge {
		t.Errorf("more pages than allowed: %v", err)
	}
	loop := makeTIFF(image.Pt(1, 1))
	loop[len(loop)-4] = 8 // the directory points to itself
	if _, err := tiffSizes(bytes.NewReader(loop), 10); dossier.CodeOf(err) != dossier.CodeDamaged {
		t.Errorf("endless directories: %v", err)
	}
}

func TestPageRoundTrip(t *testing.T) {
	page := outPage{
		Page: dossier.Page{
			Number: 3, Width: 612, Height: 792, Source: dossier.SourceLayer, Reason: "text layer", Text: "é two",
			Words: []dossier.Word{
				{Text: "é", Box: dossier.Box{1, 2, 3, 4}, Confidence: 1, Start: 0, End: 2},
				{Text: "two", Box: dossier.Box{5, 6, 7, 8}, Confidence: 1, Start: 3, End: 6},
			},
		},
		NeedsOCR: true,
	}
	got, err := decodePage(appendPage(nil, &page))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(page, got); diff != "" {
		t.Errorf("page (-sent +received):\n%s", diff)
	}
}

func TestChildMainEndsWithStdin(t *testing.T) {
	if code := ChildMain([]string{t.TempDir(), "1000000"}, bytes.NewReader(nil), io.Discard); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	if code := ChildMain(nil, bytes.NewReader(nil), io.Discard); code != 2 {
		t.Errorf("exit code %d without arguments, want 2", code)
	}
}

func FuzzDecodePage(f *testing.F) {
	f.Add(appendPage(nil, &outPage{Page: dossier.Page{Number: 1, Text: "a", Words: []dossier.Word{{End: 1}}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		page, err := decodePage(b)
		if err != nil {
			return
		}
		for _, w := range page.Words {
			if page.Text[w.Start:w.End] != w.Text {
				t.Errorf("word %+v is not at its place", w)
			}
		}
	})
}

// FuzzReadFormat gives the readers that are our own code anything at all. They
// must answer with clean pages or an error.
func FuzzReadFormat(f *testing.F) {
	formats := []Format{FormatText, FormatHTML, FormatEmail, FormatDOCX, FormatPNG, FormatTIFF}
	for i, data := range [][]byte{
		[]byte("a\fb"), []byte("<p>a<table><tr><td>b"), makeMail(true), makeDOCX(f, paragraph("a")), []byte("\x89PNG"), makeTIFF(image.Pt(1, 1)),
	} {
		f.Add(byte(i), data)
	}
	f.Fuzz(func(t *testing.T, kind byte, data []byte) {
		path := writeFile(t, "f", data)
		var answer bytes.Buffer
		out := &sender{w: bufio.NewWriter(&answer), limits: limits{Pages: 100, PageText: 1 << 20, Text: 1 << 20}}
		err := readFormat(job{Path: path, Format: formats[int(kind)%len(formats)], Limits: out.limits}, out)
		if err != nil && toWire(err).Message == "" {
			t.Errorf("error without a message: %v", err)
		}
		checkAnswer(t, &answer)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	})
}

func checkAnswer(t *testing.T, sent io.Reader) {
	t.Helper()
	for _, page := range decodeAnswer(t, sent).pages {
		if page.Text != cleanText(page.Text) {
			t.Errorf("text is not clean: %q", page.Text)
		}
	}
}

// decodeAnswer takes apart what a reader sent.
func decodeAnswer(t testing.TB, sent io.Reader) answer {
	t.Helper()
	var a answer
	for r := bufio.NewReader(sent); ; {
		kind, body, err := readFrame(r)
		if err != nil {
			return a
		}
		switch kind {
		case framePage:
			var page outPage
			page, err = decodePage(body)
			a.pages = append(a.pages, page.Page)
		case frameChild:
			a.children = append(a.children, Child{Name: string(body), Data: []byte{}})
		case frameData:
			last := &a.children[len(a.children)-1]
			last.Data = append(last.Data, body...)
		case frameDrop:
			a.children = a.children[:len(a.children)-1]
		case frameMeta:
			err = json.Unmarshal(body, &a.fileMeta)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
