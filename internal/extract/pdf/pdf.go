// Package pdf reads PDF files with PDFium in a WebAssembly sandbox.
//
// For each page the [Engine] sends the text layer, laid out by package layout, and
// whether the page must be recognized instead. It also looks for what a reader of the
// file may overlook: annotations, form fields, bookmarks, attachments, and text that
// is in the file but not to be seen on the page.
//
// An engine keeps the last document open, because the pictures of the pages of a scan
// are asked for one by one. It is not safe for concurrent use.
package pdf

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	pdfium_errors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/layout"
	"github.com/dossier-legal/dossier/internal/extract/wire"
	"github.com/dossier-legal/dossier/internal/pdfwasm"
)

// Engine is PDFium in a WebAssembly sandbox: it sees the bytes it is given
// and nothing else of the machine.
type Engine struct {
	lib  pdfium.Pdfium
	open openPDF
	// Broken says that the sandbox trapped: the engine must be replaced.
	Broken bool
}

// openPDF is the document that is open. It stays so between jobs, because the
// pages of a scan are asked for one by one.
type openPDF struct {
	ref  references.FPDF_DOCUMENT
	file *os.File // nil if none is open
	stat os.FileInfo
	// password is the one that opened it, "" if it needs none. The file is shut to
	// a job that does not know it.
	password string
	layers   *layers // nil until a page is searched for text on a layer
}

const wasmPage = 64 << 10

// New starts PDFium, with compiled code from cacheDir if it is there.
func New(cacheDir string, memory int64) (*Engine, error) {
	cache, err := wazero.NewCompilationCacheWithDir(cacheDir)
	if err != nil {
		return nil, engineError(err).About(cacheDir)
	}
	// Ending a call when a context ends would make PDFium several times
	// slower; the parent kills this process instead. PDFium needs exceptions.
	cfg := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithCompilationCache(cache).
		WithMemoryLimitPages(uint32(min(memory, math.MaxUint32) / wasmPage))
	module, err := pdfwasm.Module()
	if err != nil {
		return nil, engineError(err)
	}
	pool, err := webassembly.InitWithWASM(webassembly.Config{
		WASM:          module,
		Context:       sandboxMemory(context.Background()),
		MaxTotal:      1,
		MaxIdle:       1,
		FSConfig:      wazero.NewFSConfig(), // nil would mount the root directory
		Stdout:        io.Discard,
		Stderr:        io.Discard,
		RuntimeConfig: cfg,
	})
	if err != nil {
		return nil, engineError(err)
	}
	lib, err := pool.GetInstance(noDeadline)
	if err != nil {
		return nil, engineError(err)
	}
	return &Engine{lib: lib}, nil
}

// noDeadline is for what the parent bounds, by processor time.
const noDeadline = 1000 * time.Hour

func engineError(err error) *dossier.Error {
	return dossier.Errorf(dossier.CodeInternal, "the PDF reader does not start: %w", err).WithCure("run dossier doctor")
}

// check turns an error of PDFium into one for users, and notes when the
// sandbox is lost.
func (e *Engine) check(err error) error {
	if err == nil {
		return nil
	}
	switch {
	case errors.Is(err, pdfium_errors.ErrPassword):
		return dossier.Errorf(dossier.CodePassword, "the PDF is locked with a password").
			WithCure("add its password with `dossier password add`, or save a copy without one")
	case errors.Is(err, pdfium_errors.ErrSecurity):
		return dossier.Errorf(dossier.CodePassword, "the PDF is encrypted in an unknown way").
			WithCure("open it in the program that made it and save a copy without encryption")
	case isPDFiumError(err):
		return dossier.Errorf(dossier.CodeDamaged, "not a readable PDF: %w", err).
			WithCure("get the original again, or print it to a new PDF")
	}
	e.Broken = true
	return dossier.Errorf(dossier.CodeDamaged, "the PDF reader failed on this file: %w", err).
		WithCure("print the file to a new PDF and try that")
}

func isPDFiumError(err error) bool {
	for _, known := range []error{
		pdfium_errors.ErrSuccess, pdfium_errors.ErrUnknown, pdfium_errors.ErrFile,
		pdfium_errors.ErrFormat, pdfium_errors.ErrPage,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	// The library has no type for what PDFium does not have, as an annotation that
	// the file refers to and lacks.
	return strings.HasPrefix(err.Error(), "could not get ") || strings.HasPrefix(err.Error(), "could not remove ")
}

// use opens the document of a job unless it is the one that is open.
func (e *Engine) use(j wire.Job) error {
	f, err := os.Open(j.Path)
	if err != nil {
		return wire.Unreadable(j.Path, err)
	}
	stat, err := f.Stat()
	if err != nil {
		return errors.Join(wire.Unreadable(j.Path, err), f.Close())
	}
	same := e.open.file != nil && os.SameFile(stat, e.open.stat) && stat.ModTime().Equal(e.open.stat.ModTime())
	if same && (e.open.password == "" || slices.Contains(j.Passwords, e.open.password)) {
		return f.Close()
	}
	if err := e.close(); err != nil {
		return errors.Join(err, f.Close())
	}
	ref, password, err := e.unlock(f, stat.Size(), j.Passwords)
	if err != nil {
		return errors.Join(e.check(err), f.Close())
	}
	e.open = openPDF{ref: ref, file: f, stat: stat, password: password}
	return nil
}

// unlock opens a document, if need be with one of the passwords, which it
// returns; "" says that the document needs none.
func (e *Engine) unlock(f *os.File, size int64, passwords []string) (ref references.FPDF_DOCUMENT, password string, err error) {
	doc, err := e.lib.OpenDocument(&requests.OpenDocument{FileReader: f, FileReaderSize: size})
	for i := 0; i < len(passwords) && errors.Is(err, pdfium_errors.ErrPassword); i++ {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return "", "", err
		}
		password = passwords[i]
		doc, err = e.lib.OpenDocument(&requests.OpenDocument{FileReader: f, FileReaderSize: size, Password: &password})
	}
	if err != nil {
		return "", "", err
	}
	return doc.Document, password, nil
}

func (e *Engine) close() error {
	if e.open.file == nil {
		return nil
	}
	open := e.open
	e.open = openPDF{}
	_, err := e.lib.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: open.ref})
	return errors.Join(e.check(err), open.file.Close())
}

// Read sends the pages of the document that the job asks for, with their text
// layer. With the first page goes what belongs to the file as a whole.
func (e *Engine) Read(j wire.Job, out *wire.Sender) error {
	if err := e.use(j); err != nil {
		return err
	}
	count, err := e.lib.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: e.open.ref})
	if err != nil {
		return e.check(err)
	}
	if count.PageCount == 0 {
		return dossier.Errorf(dossier.CodeDamaged, "the PDF has no pages").WithCure("get the original again")
	}
	first, last := max(j.First, 1), count.PageCount
	if j.Last > 0 {
		last = min(last, j.Last)
	}
	meta := wire.FileMeta{PageCount: count.PageCount, Locked: e.open.password != ""}
	var notes wire.Remarks
	sent := sentFiles{}
	before := "" // the text of the page before
	for i := first - 1; i < last; i++ {
		page, err := e.page(i, j.OCR)
		if err != nil {
			if e.Broken || dossier.CodeOf(err) == dossier.CodeOutputTooLarge {
				return err
			}
			page = pageRead{OutPage: wire.OutPage{Page: dossier.Page{
				Number: i + 1, Source: dossier.SourceLayer, Error: wire.LossCode(err), Reason: "page cannot be read: " + wire.Message(err),
			}}}
			notes.LoseBy(i+1, "", err)
			meta.Unread++
		}
		page.findings = append(page.findings, page.outside(before)...)
		before = page.Text
		if err := sendPage(page, out, &notes, sent); err != nil {
			return err
		}
	}
	if first == 1 {
		meta.Meta = e.meta()
		if err := e.extras(out, &notes, sent); err != nil {
			return err
		}
	}
	return out.Meta(notes.Into(meta))
}

// sendPage sends a page and what its reader may overlook.
func sendPage(page pageRead, out *wire.Sender, notes *wire.Remarks, sent sentFiles) error {
	if page.overlooked != nil {
		notes.LoseBy(page.Number, "notes and hidden text", page.overlooked)
	}
	if page.missing > 0 {
		notes.Warn("page %d: %d annotations are not in the file", page.Number, page.missing)
	}
	if err := out.Page(page.OutPage); err != nil {
		return err
	}
	for _, f := range page.findings {
		if f.Page = page.Number; f.Kind == dossier.Annotation && f.Text == "" {
			continue // a mark without words
		}
		if err := out.Finding(f); err != nil {
			return err
		}
	}
	for _, f := range page.files {
		if f.err != nil {
			notes.LoseBy(page.Number, "attachment", f.err)
		} else if err := sent.send(out, f.Child); err != nil {
			return err
		}
	}
	return nil
}

// metaTags maps our keys to the tags of the PDF information dictionary.
var metaTags = map[string]string{"title": "Title", "author": "Author", "subject": "Subject", "date": "CreationDate"}

func (e *Engine) meta() map[string]string {
	meta := map[string]string{}
	for key, tag := range metaTags {
		r, err := e.lib.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: e.open.ref, Tag: tag})
		if err != nil {
			continue // the tag is absent or damaged; the pages matter
		}
		wire.AddMeta(meta, key, r.Value)
	}
	return meta
}

// pageRead is a page with what its reader may overlook.
type pageRead struct {
	wire.OutPage
	findings   []dossier.Finding
	cropped    []dossier.Finding // lines outside the visible part of the page
	overlooked error             // why the findings are not all there
	files      []attachedFile
	missing    int // annotations that the file refers to and lacks
}

// outside returns the lines outside the visible part of a page that are not in the text
// of the page before. Some programs draw the whole text on every page and crop each to
// its part.
func (p *pageRead) outside(before string) []dossier.Finding {
	return slices.DeleteFunc(p.cropped, func(f dossier.Finding) bool { return strings.Contains(before, f.Text) })
}

// page reads the text layer of the page at index and decides whether to trust it.
func (e *Engine) page(index int, mode wire.OCRMode) (pageRead, error) {
	loaded, err := e.lib.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: e.open.ref, Index: index})
	if err != nil {
		return pageRead{}, e.check(err)
	}
	ref := requests.Page{ByReference: &loaded.Page}
	out, err := e.layer(ref, mode)
	out.Number, out.Label = index+1, e.label(index)
	if _, closeErr := e.lib.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page}); closeErr != nil {
		return out, errors.Join(err, e.check(closeErr))
	}
	return out, err
}

func (e *Engine) layer(ref requests.Page, mode wire.OCRMode) (page pageRead, err error) {
	geo, err := e.geometry(ref)
	if err != nil {
		return page, err
	}
	print, err := e.print(ref, geo)
	if err != nil {
		return page, err
	}
	page.Page = dossier.Page{Width: geo.width, Height: geo.height, Source: dossier.SourceLayer}
	page.Text, page.Words, page.Zones = layout.Text(print.shown, geo.width, geo.height)
	if err := e.decide(ref, geo, mode, &page); err != nil {
		return page, err
	}
	words := len(page.Words)
	if err := e.overlooked(ref, geo, &page); err != nil {
		if e.Broken {
			return page, err
		}
		page.overlooked = err
	}
	page.cropped = print.cropped(geo)
	if len(page.Words) < words { // some are on a layer that is off
		return page, e.decide(ref, geo, mode, &page)
	}
	return page, nil
}

// decide settles whether a page must be recognised.
func (e *Engine) decide(ref requests.Page, geo geometry, mode wire.OCRMode, page *pageRead) (err error) {
	var look layout.Look
	if len(page.Words) < 2*layout.ThinLayer { // a stamp, which does not count, is shorter than that
		if look, err = e.look(ref, geo); err != nil {
			return err
		}
	}
	page.NeedsOCR, page.Reason = layout.Decide(mode, &page.Page, look)
	return nil
}

// overlooked adds what lies on and under the print of a page.
func (e *Engine) overlooked(ref requests.Page, geo geometry, page *pageRead) error {
	notes, err := e.annotations(ref, geo)
	page.findings, page.files, page.missing = notes.notes, notes.files, notes.missing
	if err != nil {
		return err
	}
	if notes.fields {
		fields, err := e.formFields(ref)
		if err != nil {
			return err
		}
		page.findings = append(page.findings, fields...)
	}
	if len(page.Words) == 0 {
		return nil
	}
	scene, err := e.scene(ref, geo)
	if err != nil {
		return err
	}
	if scene.isScanWithText() {
		if !page.NeedsOCR {
			page.Source, page.Reason = dossier.SourceEmbedded, "text layer hidden behind a scan"
		}
		return nil
	}
	hidden, off, err := e.hidden(ref, geo, scene, notes.covers, page.Words)
	page.findings = append(page.findings, hidden...)
	layout.Drop(&page.Page, off)
	return err
}

// geometry is the visible part of a page in the coordinates of the file, and
// how it is turned for the reader.
type geometry struct {
	left, bottom, right, top float32
	turns                    int     // quarter turns clockwise
	width, height            float32 // of the page as the reader sees it, in points
}

func (e *Engine) geometry(ref requests.Page) (geometry, error) {
	box, err := e.lib.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: ref})
	if err != nil {
		return geometry{}, e.check(err)
	}
	rotation, err := e.lib.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: ref})
	if err != nil {
		return geometry{}, e.check(err)
	}
	r := box.Rect
	g := geometry{left: r.Left, bottom: min(r.Bottom, r.Top), right: r.Right, top: max(r.Top, r.Bottom), turns: int(rotation.PageRotation)}
	g.width, g.height = g.right-g.left, g.top-g.bottom
	if g.turns%2 == 1 {
		g.width, g.height = g.height, g.width
	}
	return g, nil
}

// place turns a rectangle in the coordinates of the file into a box on the
// page as the reader sees it, measured from its top left corner.
func (g geometry) place(left, bottom, right, top float32) dossier.Box {
	switch g.turns {
	case 1:
		return dossier.Box{bottom - g.bottom, left - g.left, top - g.bottom, right - g.left}
	case 2:
		return dossier.Box{g.right - right, bottom - g.bottom, g.right - left, top - g.bottom}
	case 3:
		return dossier.Box{g.top - top, g.right - right, g.top - bottom, g.right - left}
	}
	return dossier.Box{left - g.left, g.top - top, right - g.left, g.top - bottom}
}

// shows reports whether the middle of b lies on the page.
func (g geometry) shows(b dossier.Box) bool {
	x, y := (b[0]+b[2])/2, (b[1]+b[3])/2
	return x >= 0 && x <= g.width && y >= 0 && y <= g.height
}

// print is the text layer of a page, in the order of the file.
type print struct {
	shown   []layout.Token
	outside []layout.Token // what lies outside the visible part of the page
}

// cropped returns the lines outside the visible part of the page: what was cropped
// off, and printer's marks.
func (p print) cropped(geo geometry) []dossier.Finding {
	_, words, _ := layout.Text(p.outside, geo.width, geo.height)
	all := make([]int, len(words))
	for i := range all {
		all[i] = i
	}
	found := runs(words, all, func(int) string { return "outside the visible part of the page" })
	return slices.DeleteFunc(found, func(f dossier.Finding) bool { return !isWordy(f.Text) })
}

// print reads the text layer of a page.
func (e *Engine) print(ref requests.Page, geo geometry) (print, error) {
	loaded, err := e.lib.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: ref})
	if err != nil {
		return print{}, e.check(err)
	}
	p, err := e.words(loaded.TextPage, geo)
	if _, closeErr := e.lib.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: loaded.TextPage}); closeErr != nil {
		return print{}, errors.Join(err, e.check(closeErr))
	}
	return p, err
}

// maxChars bounds the characters of a page, before any memory is spent on them.
const maxChars = 2 << 20

func (e *Engine) words(text references.FPDF_TEXTPAGE, geo geometry) (print, error) {
	count, err := e.lib.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text})
	if err != nil {
		return print{}, e.check(err)
	}
	switch {
	case count.Count > maxChars:
		return print{}, wire.TooMuchText(maxChars)
	case count.Count <= 0:
		return print{}, nil
	}
	got, err := e.lib.FPDFText_GetText(&requests.FPDFText_GetText{TextPage: text, StartIndex: 0, Count: count.Count})
	if err != nil {
		return print{}, e.check(err)
	}
	chars := []rune(strings.TrimRight(got.Text, "\x00"))
	glyphs := make([]layout.Glyph, len(chars))
	var outside []int
	for i, r := range chars {
		glyphs[i].Char = r
		if layout.IsBlank(r) {
			continue
		}
		if box, ok := e.charBox(text, i, len(chars) == count.Count); ok {
			glyphs[i].Box = geo.place(box[0], box[1], box[2], box[3])
			if glyphs[i].Shown = geo.shows(glyphs[i].Box); !glyphs[i].Shown {
				outside = append(outside, i)
			}
		}
	}
	p := print{shown: layout.Words(glyphs)}
	if len(outside) > 0 {
		for i := range glyphs {
			glyphs[i].Shown = false
		}
		for _, i := range outside {
			glyphs[i].Shown = true
		}
		p.outside = layout.Words(glyphs)
	}
	return p, nil
}

// charBox returns the box of a character as left, bottom, right, top. It is the
// box of the font, not of the ink, so that boxes are equally high along a line.
// aligned says that positions in the text are positions of characters; rarely,
// the file has characters without a text.
func (e *Engine) charBox(text references.FPDF_TEXTPAGE, at int, aligned bool) (box [4]float32, ok bool) {
	if !aligned {
		r, err := e.lib.FPDFText_GetCharIndexFromTextIndex(&requests.FPDFText_GetCharIndexFromTextIndex{TextPage: text, NTextIndex: at})
		if err != nil {
			return box, false
		}
		at = r.CharIndex
	}
	r, err := e.lib.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: text, Index: at})
	if err != nil {
		return box, false
	}
	c := r.Rect
	return [4]float32{c.Left, min(c.Bottom, c.Top), c.Right, max(c.Bottom, c.Top)}, true
}

// maxObjects bounds how many objects of a page are looked at. Scans have a
// few; a drawing with thousands is none.
const maxObjects = 400

func (e *Engine) look(ref requests.Page, geo geometry) (layout.Look, error) {
	count, err := e.lib.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: ref})
	if err != nil {
		return layout.Look{}, e.check(err)
	}
	notes, err := e.lib.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: ref})
	if err != nil {
		return layout.Look{}, e.check(err)
	}
	look := layout.Look{Drawn: count.Count+notes.Count > 0}
	area := geo.width * geo.height
	if area <= 0 {
		return look, nil
	}
	for i := range min(count.Count, maxObjects) {
		obj, err := e.lib.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: ref, Index: i})
		if err != nil {
			return layout.Look{}, e.check(err)
		}
		kind, err := e.lib.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: obj.PageObject})
		if err != nil {
			return layout.Look{}, e.check(err)
		}
		if kind.Type == enums.FPDF_PAGEOBJ_PATH {
			look.Shapes++
			continue
		}
		covered, err := e.imageArea(obj.PageObject, geo)
		if err != nil {
			return layout.Look{}, err
		}
		look.ImageShare += covered / area
	}
	return look, nil
}

// imageArea returns the visible area of an image, in square points, and 0 for
// other objects. A group of objects counts as an image if it holds one: scanners
// like to wrap the picture of the page.
func (e *Engine) imageArea(obj references.FPDF_PAGEOBJECT, geo geometry) (float32, error) {
	isImage, err := e.holdsImage(obj, 0)
	if err != nil || !isImage {
		return 0, err
	}
	b, err := e.lib.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: obj})
	if err != nil {
		return 0, nil // an image without extent
	}
	w := min(b.Right, geo.right) - max(b.Left, geo.left)
	h := min(b.Top, geo.top) - max(b.Bottom, geo.bottom)
	return max(w, 0) * max(h, 0), nil
}

func (e *Engine) holdsImage(obj references.FPDF_PAGEOBJECT, depth int) (bool, error) {
	const maxDepth = 4
	kind, err := e.lib.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: obj})
	if err != nil {
		return false, e.check(err)
	}
	if kind.Type != enums.FPDF_PAGEOBJ_FORM || depth == maxDepth {
		return kind.Type == enums.FPDF_PAGEOBJ_IMAGE, nil
	}
	count, err := e.lib.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: obj})
	if err != nil {
		return false, e.check(err)
	}
	for i := range min(count.Count, maxObjects>>depth) {
		inner, err := e.lib.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: obj, Index: uint64(i)})
		if err != nil {
			return false, e.check(err)
		}
		if found, err := e.holdsImage(inner.PageObject, depth+1); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// Probe reads the smallest of documents.
func (e *Engine) Probe() error {
	file := []byte(probePDF)
	doc, err := e.lib.OpenDocument(&requests.OpenDocument{File: &file})
	if err != nil {
		return engineError(err)
	}
	if _, err := e.lib.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: doc.Document}); err != nil {
		return engineError(err)
	}
	return nil
}

// probePDF is one empty page. PDFium finds its objects without an index.
const probePDF = "%PDF-1.4\n" +
	"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" +
	"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\n" +
	"trailer<</Root 1 0 R>>\n%%EOF\n"
