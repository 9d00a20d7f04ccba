package extract

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

func extractBytes(t testing.TB, p *Pool, name string, data []byte, mode wire.OCRMode) (*Document, error) {
	t.Helper()
	return p.Extract(context.Background(), Request{Path: extracttest.WriteFile(t, name, data), OCR: mode, Inside: t.TempDir()})
}

// held reads the files that were found in a document, and checks what is said of
// them.
func held(t testing.TB, doc *Document) []wire.Child {
	t.Helper()
	var list []wire.Child
	for _, f := range doc.Children {
		data, err := os.ReadFile(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		if f.SHA256 != fmt.Sprintf("%x", sha256.Sum256(data)) || f.Size != int64(len(data)) {
			t.Errorf("%s has %d bytes, its entry says %+v", f.Name, len(data), f)
		}
		list = append(list, wire.Child{Name: f.Name, Data: data})
	}
	return list
}

func needTesseract(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("tesseract is not installed")
	}
}

func TestExtractTextFormats(t *testing.T) {
	t.Parallel()
	p := testPool(t, Config{Workers: 1})
	tests := []struct {
		name   string
		data   []byte
		format wire.Format
		want   []string
		meta   map[string]string
	}{
		{"a.txt", []byte("first page of a long enough statement, so that\r\none stray \x00byte is forgiven\fnext page\f"), wire.FormatText, []string{"first page of a long enough statement, so that\none stray byte is forgiven", "next page"}, nil},
		{"a.md", []byte("# Memo\n\ntext\n"), wire.FormatMarkdown, []string{"# Memo\n\ntext"}, nil},
		{"latin.txt", []byte("Caf\xe9 \x93quoted\x94"), wire.FormatText, []string{"Café “quoted”"}, nil},
		{"utf16.txt", []byte("\xff\xfeA\x00b\x00"), wire.FormatText, []string{"Ab"}, nil},
		{
			"a.html", []byte("<!DOCTYPE html><title>Order</title><style>x{}</style><h1>Order</h1><p>It is\n so <b>ordered</b>.</p><table><tr><td>a<td>b</table>"),
			wire.FormatHTML,
			[]string{"Order\n\nIt is so ordered.\n\na\tb"},
			map[string]string{"title": "Order"},
		},
		{
			"a.eml", extracttest.Mail(false), wire.FormatEmail,
			[]string{"Subject: Draft\nFrom: Jørgen Dahl <dahl@example.com>\nTo: ortega@example.com\nCc: file@example.com\nDate: Mon, 02 Jan 2023 15:04:05 +0000\n\nDear Ms. Ortega,\n\nthe draft is attached."},
			map[string]string{
				"subject": "Draft", "from": "Jørgen Dahl <dahl@example.com>", "to": "ortega@example.com", "cc": "file@example.com",
				"date": "Mon, 02 Jan 2023 15:04:05 +0000", "message_id": "<1@example.com>",
				"sent": "2023-01-02T15:04:05Z", "thread_id": "<1@example.com>",
			},
		},
		{
			"a.docx",
			extracttest.DOCX(t, extracttest.Paragraph("One")+
				"<w:p><w:r><w:t>kept </w:t></w:r><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>"+
				"<w:tbl><w:tr><w:tc>"+extracttest.Paragraph("a")+"</w:tc><w:tc>"+extracttest.Paragraph("b")+extracttest.Paragraph("c")+"</w:tc></w:tr></w:tbl>",
				"word/header1.xml", "<w:hdr>"+extracttest.Paragraph("Head")+"</w:hdr>",
				"word/footer1.xml", "<w:ftr>"+extracttest.Paragraph("Foot")+"</w:ftr>",
				"word/footnotes.xml", `<w:footnotes><w:footnote w:type="separator">`+extracttest.Paragraph("x")+"</w:footnote><w:footnote>"+extracttest.Paragraph("Note")+"</w:footnote></w:footnotes>",
				"docProps/core.xml", "<cp:coreProperties><dc:title>Lease</dc:title><dc:creator>A. Ortega</dc:creator></cp:coreProperties>"),
			wire.FormatDOCX,
			[]string{"Head\n\nOne\n\nkept new\n\na\tb c\n\nNote\n\nFoot"},
			map[string]string{"title": "Lease", "author": "A. Ortega"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := extractBytes(t, p, tt.name, tt.data, wire.OCRAuto)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, page := range doc.Pages {
				got = append(got, page.Text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if doc.Format != tt.format {
				t.Errorf("format %q, want %q", doc.Format, tt.format)
			}
			if len(tt.meta)+len(doc.Meta) > 0 {
				if diff := cmp.Diff(tt.meta, doc.Meta); diff != "" {
					t.Errorf("meta (-want +got):\n%s", diff)
				}
			}
			extracttest.CheckPages(t, tt.name, doc.Pages)
		})
	}
}

func TestExtractMail(t *testing.T) {
	t.Parallel()
	p := testPool(t, Config{Workers: 1})
	doc, err := extractBytes(t, p, "m.eml", extracttest.Mail(true), wire.OCRAuto)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(doc.Pages[0].Text, "Dear Ms. Ortega,\n\nthe draft is attached.") {
		t.Errorf("body of the HTML mail: %q", doc.Pages[0].Text)
	}
	want := []wire.Child{{Name: "draft.txt", Data: []byte("the draft")}}
	if diff := cmp.Diff(want, held(t, doc)); diff != "" {
		t.Errorf("attachments (-want +got):\n%s", diff)
	}
}

func TestExtractPDF(t *testing.T) {
	t.Parallel()
	p := testPool(t, Config{Workers: 1})
	stamped := extracttest.Page{Prints: append(extracttest.Prose(20), extracttest.Print{X: 100, Y: 780, Size: 10, Text: "Case 1:20-cv-00123 Document 4 Filed 01/02/20 Page 1 of 2"})}
	cropped := extracttest.Page{Prints: append(extracttest.Prose(20), extracttest.Print{X: 10, Y: 10, Size: 8, Text: "printersmark"}), Extra: "/CropBox[36 36 576 756]"}
	turned := extracttest.Page{Prints: extracttest.Prose(20), Extra: "/Rotate 90"}
	doc, err := extractBytes(t, p, "a.pdf", extracttest.PDF(stamped, cropped, turned, extracttest.Page{}), wire.OCRAuto)
	if err != nil {
		t.Fatal(err)
	}
	extracttest.CheckPages(t, "a.pdf", doc.Pages)
	if !strings.HasPrefix(doc.Pages[0].Text, "Case 1:20-cv-00123 Document 4 Filed 01/02/20 Page 1 of 2\n") {
		t.Errorf("the stamp is not on top: %q", doc.Pages[0].Text[:80])
	}
	if strings.Contains(doc.Pages[1].Text, "printersmark") {
		t.Error("text outside the visible page was kept")
	}
	first := doc.Pages[0].Words[slices.IndexFunc(doc.Pages[0].Words, func(w dossier.Word) bool { return w.Text == "line" })].Box
	if first[0] < 71 || first[2] > 95 || first[1] < 75 || first[3] > 100 {
		t.Errorf("box of the first word of the body %v, want about 72 80 92 94", first)
	}
	if page := doc.Pages[2]; page.Width != 792 || page.Height != 612 || len(page.Words) != 220 {
		t.Errorf("turned page: %v × %v, %d words", page.Width, page.Height, len(page.Words))
	}
	var reasons []string
	for _, page := range doc.Pages {
		reasons = append(reasons, page.Reason)
	}
	if diff := cmp.Diff([]string{"text layer", "text layer", "text layer", "blank page"}, reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestExtractScans(t *testing.T) {
	t.Parallel()
	needTesseract(t)
	p := testPool(t, Config{Workers: 2})
	scan := extracttest.ScanPage("AFFIDAVIT OF MARIA ORTEGA", "I live in Springfield, Illinois.")
	stamp := extracttest.Print{X: 100, Y: 780, Size: 10, Text: "Case 1:20-cv-00123 Document 4 Filed 01/02/20 Page 1 of 2"}
	file := extracttest.PDF(extracttest.Page{Scan: scan, Prints: []extracttest.Print{stamp}}, extracttest.Page{Prints: extracttest.Prose(10)}, extracttest.Page{Scan: scan})
	doc, err := extractBytes(t, p, "scan.pdf", file, wire.OCRAuto)
	if err != nil {
		t.Fatal(err)
	}
	extracttest.CheckPages(t, "scan.pdf", doc.Pages)
	wantReasons := []string{"thin layer over an image", "text layer", "no text layer"}
	for i, page := range doc.Pages {
		if page.Reason != wantReasons[i] {
			t.Errorf("page %d: reason %q, want %q", i+1, page.Reason, wantReasons[i])
		}
		if wantOCR := i != 1; wantOCR != (page.Source == dossier.SourceOCR) {
			t.Errorf("page %d: source %q", i+1, page.Source)
		} else if wantOCR && !strings.Contains(page.Text, "AFFIDAVIT OF MARIA ORTEGA") {
			t.Errorf("page %d: %q", i+1, page.Text)
		}
		for _, w := range page.Words {
			if w.Box[2] > page.Width+1 || w.Box[3] > page.Height+1 {
				t.Errorf("page %d: %q lies outside the page: %v", i+1, w.Text, w.Box)
			}
		}
	}

	doc, err = extractBytes(t, p, "scan.pdf", file, wire.OCROff)
	if err != nil || doc.Pages[2].Text != "" || doc.Pages[2].Reason != "no text layer; recognition is off" {
		t.Errorf("recognition off: %v, %+v", err, doc)
	}
	doc, err = extractBytes(t, p, "scan.png", extracttest.PNG(t, scan), wire.OCRAuto)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(doc.Pages[0].Text, "I live in Springfield") || doc.Pages[0].Width != 2550 {
		t.Errorf("PNG: %+v", doc.Pages[0])
	}
}

func TestExtractErrors(t *testing.T) {
	t.Parallel()
	p := testPool(t, Config{Workers: 1, MaxPages: 2, MaxPageText: 1000, Tesseract: "no-such-tesseract"})
	scan := extracttest.ScanPage("text")
	bomb := extracttest.DOCX(t, extracttest.Paragraph(strings.Repeat("a", 8<<20)))
	tests := []struct {
		name string
		data []byte
		want dossier.Code
	}{
		{"empty.txt", nil, dossier.CodeEmptyFile},
		{"binary.txt", []byte("\x7fELF\x01\x02\x00\x03"), dossier.CodeUnsupported},
		{"a.7z", []byte("7z\xbc\xaf\x27\x1c\x00\x04\x00\x00\x00\x00"), dossier.CodeUnsupported},
		{"a.ps", []byte("%!PS-Adobe-3.0\ntext"), dossier.CodeUnsupported},
		{"broken.pdf", []byte("%PDF-1.4\nnothing"), dossier.CodeDamaged},
		{"broken.png", []byte("\x89PNG\r\n\x1a\nnothing"), dossier.CodeDamaged},
		{"broken.tif", []byte("II*\x00\x08\x00\x00\x00"), dossier.CodeDamaged},
		{"scan.pdf", extracttest.PDF(extracttest.Page{Scan: scan}), dossier.CodeOCRMissing},
		{"many.pdf", extracttest.PDF(extracttest.Page{}, extracttest.Page{}, extracttest.Page{}), dossier.CodeOutputTooLarge},
		{"long.txt", []byte(strings.Repeat("word ", 1000)), dossier.CodeOutputTooLarge},
		{"bomb.docx", bomb, dossier.CodeOutputTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := extractBytes(t, p, tt.name, tt.data, wire.OCRAuto)
			var known *dossier.Error
			if !errors.As(err, &known) || known.Code != tt.want {
				t.Fatalf("error %v, want code %s", err, tt.want)
			}
			if known.Subject == "" || known.Message == "" {
				t.Errorf("error says too little: %+v", known)
			}
		})
	}
	if _, err := p.Extract(context.Background(), Request{Path: "/no/such/file"}); dossier.CodeOf(err) != dossier.CodeUnreadable {
		t.Errorf("missing file: %v", err)
	}
}

// TestChildKilled takes away the child in the middle of its life: the file
// fails with a reason and the next one is read by a new child.
func TestChildKilled(t *testing.T) {
	t.Parallel()
	p := testPool(t, Config{Workers: 1})
	path := extracttest.WriteFile(t, "a.txt", []byte("hello"))
	if _, err := p.Extract(context.Background(), Request{Path: path}); err != nil {
		t.Fatal(err)
	}
	for r := range p.live {
		if err := syscall.Kill(r.proc.PID(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Extract(context.Background(), Request{Path: path}); dossier.CodeOf(err) != dossier.CodeChildDied {
		t.Errorf("with a dead child: %v", err)
	}
	if _, err := p.Extract(context.Background(), Request{Path: path}); err != nil {
		t.Errorf("after the child was replaced: %v", err)
	}
}

// TestPageOverBudgetIsOnRecord has a recogniser that never ends: each page that
// is lost says so, and a file that has nothing else fails and is tried again.
func TestPageOverBudgetIsOnRecord(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tesseract")
	script := "#!/bin/sh\ncase $1 in\n--version) echo 'tesseract 9.9' ;;\n--list-langs) echo eng ;;\n*) while :; do :; done ;;\nesac\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	p := testPool(t, Config{Workers: 2, Tesseract: path, PageTime: 200 * time.Millisecond})
	scan := extracttest.Page{Scan: extracttest.ScanPage("AFFIDAVIT")}
	doc, err := extractBytes(t, p, "noise.pdf", extracttest.PDF(scan, extracttest.Page{Prints: extracttest.Prose(20)}, scan), wire.OCRAuto)
	if err != nil {
		t.Fatal(err)
	}
	const text = "text recognition took longer than 600ms of processor time" // the last try had three times as much
	want := []dossier.Loss{{Page: 1, Code: dossier.CodeTimeout, Text: text}, {Page: 3, Code: dossier.CodeTimeout, Text: text}}
	if diff := cmp.Diff(want, doc.Losses); diff != "" {
		t.Errorf("losses (-want +got):\n%s", diff)
	}
	for i, page := range doc.Pages {
		if lost := i != 1; lost != (page.Error == dossier.CodeTimeout) || lost != strings.Contains(page.Reason, text) {
			t.Errorf("page %d: %q, %q", i+1, page.Error, page.Reason)
		}
	}
	_, err = extractBytes(t, p, "noise.pdf", extracttest.PDF(scan), wire.OCRAuto)
	if dossier.CodeOf(err) != dossier.CodeTimeout || !dossier.CategoryOf(err).Retryable() {
		t.Errorf("a file of nothing else: %v", err)
	}
}

// TestReaderOverBudget has a reader that never gets ready.
func TestReaderOverBudget(t *testing.T) {
	t.Parallel()
	p, err := NewPool(Config{Workers: 1, Exe: []string{"sh", "-c", "while :; do :; done"}, StartTime: 200 * time.Millisecond, CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Extract(context.Background(), Request{Path: extracttest.WriteFile(t, "a.txt", []byte("hello"))})
	if dossier.CodeOf(err) != dossier.CodeTimeout || !strings.Contains(err.Error(), "starting the reader took longer than 600ms of processor time") {
		t.Errorf("error %v, want code %s", err, dossier.CodeTimeout)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// TestFrozenReader stops every reader for longer than it may take of processor
// time.
func TestFrozenReader(t *testing.T) {
	p := testPool(t, Config{Workers: 1, FileTime: time.Second, StepTime: time.Second})
	path := extracttest.WriteFile(t, "a.pdf", extracttest.PDF(extracttest.Page{Prints: extracttest.Prose(20)}))
	if _, err := p.Extract(context.Background(), Request{Path: path}); err != nil {
		t.Fatal(err)
	}
	signal := func(s syscall.Signal) {
		for r := range p.live {
			if err := syscall.Kill(r.proc.PID(), s); err != nil {
				t.Fatal(err)
			}
		}
	}
	signal(syscall.SIGSTOP)
	done := make(chan error, 1)
	go func() {
		_, err := p.Extract(context.Background(), Request{Path: path})
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatalf("a frozen reader ended with %v", err)
	case <-time.After(1500 * time.Millisecond): // a deadline of that time would have ended it
	}
	signal(syscall.SIGCONT)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestLimitsOfChild(t *testing.T) {
	t.Parallel()
	path := extracttest.WriteFile(t, "a.pdf", extracttest.PDF(extracttest.Page{Prints: extracttest.Prose(20)}))
	t.Run("memory", func(t *testing.T) {
		// Long enough to be read that the memory is looked at meanwhile.
		pages := slices.Repeat([]extracttest.Page{{Prints: extracttest.Prose(20)}}, 500)
		p := testPool(t, Config{Workers: 1, Memory: 40 << 20})
		_, err := p.Extract(context.Background(), Request{Path: extracttest.WriteFile(t, "long.pdf", extracttest.PDF(pages...))})
		if dossier.CodeOf(err) != dossier.CodeMemory {
			t.Errorf("error %v, want code %s", err, dossier.CodeMemory)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := testPool(t, Config{Workers: 1}).Extract(ctx, Request{Path: path})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want that of the context", err)
		}
	})
}

func TestChildrenAreReplaced(t *testing.T) {
	t.Parallel()
	p := testPool(t, Config{Workers: 1, JobsPerChild: 2})
	path := extracttest.WriteFile(t, "a.txt", []byte("hello"))
	pids := map[int]bool{}
	for range 4 {
		if _, err := p.Extract(context.Background(), Request{Path: path}); err != nil {
			t.Fatal(err)
		}
		for r := range p.live {
			pids[r.proc.PID()] = true
		}
	}
	if len(pids) != 2 || len(p.live) != 0 {
		t.Errorf("seen children %v and %d alive; want 2 used up, none alive", pids, len(p.live))
	}
}

func TestCloseWhileReading(t *testing.T) {
	t.Parallel()
	p := testPool(t, Config{Workers: 2})
	path := extracttest.WriteFile(t, "a.pdf", extracttest.PDF(extracttest.Page{Prints: extracttest.Prose(20)}))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := p.Extract(context.Background(), Request{Path: path})
			if known := (*dossier.Error)(nil); err != nil && !errors.As(err, &known) {
				t.Errorf("error without a code: %v", err)
			}
		})
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if _, err := p.Extract(context.Background(), Request{Path: path}); err == nil {
		t.Error("a closed pool read a file")
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	if err := testPool(t, Config{Workers: 1}).Probe(context.Background()); err != nil {
		t.Error(err)
	}
	p := testPool(t, Config{Tesseract: "no-such-tesseract"})
	if _, err := p.ProbeOCR(context.Background()); dossier.CodeOf(err) != dossier.CodeOCRMissing {
		t.Errorf("missing tesseract: %v", err)
	}
}

func BenchmarkExtractPDF(b *testing.B) {
	p := testPool(b, Config{Workers: 1})
	pages := make([]extracttest.Page, 50)
	for i := range pages {
		pages[i].Prints = extracttest.Prose(45)
	}
	path := extracttest.WriteFile(b, "a.pdf", extracttest.PDF(pages...))
	for b.Loop() {
		if _, err := p.Extract(context.Background(), Request{Path: path}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(pages))/b.Elapsed().Seconds(), "pages/s")
}

// TestLargePDFInParts wants the pages of a file that several children read to
// be all there and in order.
func TestLargePDFInParts(t *testing.T) {
	t.Parallel()
	pages := make([]extracttest.Page, 3*partPages+7)
	for i := range pages {
		pages[i].Prints = []extracttest.Print{{X: 72, Y: 700, Size: 12, Text: fmt.Sprintf("This is page number %d of the transcript", i+1)}}
	}
	doc, err := extractBytes(t, testPool(t, Config{Workers: 2}), "a.pdf", extracttest.PDF(pages...), wire.OCRAuto)
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Pages) != len(pages) {
		t.Fatalf("%d pages of %d", len(doc.Pages), len(pages))
	}
	for i, page := range doc.Pages {
		if want := fmt.Sprintf("This is page number %d of the transcript", i+1); page.Number != i+1 || page.Text != want {
			t.Errorf("page %d: number %d, %q", i+1, page.Number, page.Text)
		}
	}
	_, err = extractBytes(t, testPool(t, Config{Workers: 2, MaxPages: 100}), "a.pdf", extracttest.PDF(pages...), wire.OCRAuto)
	if dossier.CodeOf(err) != dossier.CodeOutputTooLarge {
		t.Errorf("more pages than allowed: %v", err)
	}
}
