package pdf

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Bounds of what hangs on a PDF besides its pages: a file can point in circles.
const (
	maxBookmarks   = 20_000
	maxDepth       = 32
	maxAnnotations = 5_000 // of a page
)

// extras sends bookmarks and attachments. An attachment that cannot be read is a
// loss; bookmarks repeat what the pages say.
func (e *Engine) extras(out *wire.Sender, notes *wire.Remarks, sent sentFiles) error {
	marks, err := e.bookmarks()
	if err != nil {
		notes.Warn("bookmarks: %s", wire.Message(err))
	}
	for _, m := range marks {
		if err := out.Finding(m); err != nil {
			return err
		}
	}
	count, err := e.lib.FPDFDoc_GetAttachmentCount(&requests.FPDFDoc_GetAttachmentCount{Document: e.open.ref})
	if err != nil {
		notes.LoseBy(0, "attachments", e.check(err))
		return e.lost(err)
	}
	if count.AttachmentCount > wire.MaxAttachments {
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the PDF has more than %d attachments", wire.MaxAttachments)
	}
	for i := range count.AttachmentCount {
		file, err := e.attachment(i)
		if err != nil {
			notes.LoseBy(0, fmt.Sprintf("attachment %d", i+1), err)
			continue
		}
		if err := sent.send(out, file); err != nil {
			return err
		}
	}
	return nil
}

// lost returns the error if the sandbox died of it.
func (e *Engine) lost(err error) error {
	if err = e.check(err); e.Broken {
		return err
	}
	return nil
}

// attachedFile is a file that hangs on an annotation, or why it cannot be read.
type attachedFile struct {
	wire.Child
	err error
}

// sentFiles are the files within a PDF that were sent. One file may be listed for the
// document and hang on a page as well.
type sentFiles map[sentFile]bool

type sentFile struct {
	name string
	hash [sha256.Size]byte
}

// send sends a file that was not sent before.
func (s sentFiles) send(out *wire.Sender, file wire.Child) error {
	key := sentFile{file.Name, sha256.Sum256(file.Data)}
	switch {
	case s[key]:
		return nil
	case len(s) == wire.MaxAttachments:
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the PDF has more than %d attachments", wire.MaxAttachments)
	}
	s[key] = true
	return out.Child(file.Name, file.Data)
}

// attachment returns a file that the document lists.
func (e *Engine) attachment(i int) (wire.Child, error) {
	a, err := e.lib.FPDFDoc_GetAttachment(&requests.FPDFDoc_GetAttachment{Document: e.open.ref, Index: i})
	if err != nil {
		return wire.Child{}, e.check(err)
	}
	return e.attachedFile(a.Attachment, i+1)
}

// pinned returns the file that hangs on an annotation, the number-th of its page.
func (e *Engine) pinned(ref references.FPDF_ANNOTATION, number int) (wire.Child, error) {
	a, err := e.lib.FPDFAnnot_GetFileAttachment(&requests.FPDFAnnot_GetFileAttachment{Document: e.open.ref, Annotation: ref})
	if err != nil {
		return wire.Child{}, e.check(err)
	}
	return e.attachedFile(a.Attachment, number)
}

// attachedFile reads an attachment. number makes its name if the file has none.
func (e *Engine) attachedFile(ref references.FPDF_ATTACHMENT, number int) (wire.Child, error) {
	name, err := e.lib.FPDFAttachment_GetName(&requests.FPDFAttachment_GetName{Attachment: ref})
	if err != nil {
		return wire.Child{}, e.check(err)
	}
	file, err := e.lib.FPDFAttachment_GetFile(&requests.FPDFAttachment_GetFile{Attachment: ref})
	if err != nil {
		return wire.Child{}, e.check(err)
	}
	if len(file.Contents) == 0 {
		return wire.Child{}, dossier.Errorf(dossier.CodeDamaged, "%q is empty, or not in the PDF", name.Name)
	}
	return wire.Child{Name: attachedName(name.Name, number), Data: file.Contents}, nil
}

// attachedName returns the name of an attachment without folders.
func attachedName(name string, number int) string {
	name = wire.CleanText(name)
	name = strings.Join(strings.Fields(name[strings.LastIndexAny(name, `/\`)+1:]), " ")
	if name == "" || name == "." || name == ".." {
		return fmt.Sprintf("attachment-%d", number)
	}
	return name
}

// bookmarks returns the table of contents of the file, a bounded number of
// entries to a bounded depth.
func (e *Engine) bookmarks() ([]dossier.Finding, error) {
	var found []dossier.Finding
	seen := 0
	var walk func(parent *references.FPDF_BOOKMARK, depth int) error
	walk = func(parent *references.FPDF_BOOKMARK, depth int) error {
		first, err := e.lib.FPDFBookmark_GetFirstChild(&requests.FPDFBookmark_GetFirstChild{Document: e.open.ref, Bookmark: parent})
		if err != nil {
			return e.check(err)
		}
		for mark := first.Bookmark; mark != nil && seen < maxBookmarks && depth < maxDepth; {
			seen++
			f, err := e.bookmark(*mark, depth)
			if err != nil {
				return err
			}
			found = append(found, f)
			if err := walk(mark, depth+1); err != nil {
				return err
			}
			next, err := e.lib.FPDFBookmark_GetNextSibling(&requests.FPDFBookmark_GetNextSibling{Document: e.open.ref, Bookmark: *mark})
			if err != nil {
				return e.check(err)
			}
			mark = next.Bookmark
		}
		return nil
	}
	err := walk(nil, 0)
	return found, err
}

func (e *Engine) bookmark(mark references.FPDF_BOOKMARK, depth int) (dossier.Finding, error) {
	f := dossier.Finding{Kind: dossier.Bookmark, Detail: fmt.Sprintf("level %d", depth+1)}
	title, err := e.lib.FPDFBookmark_GetTitle(&requests.FPDFBookmark_GetTitle{Bookmark: mark})
	if err != nil {
		return f, e.check(err)
	}
	f.Text = title.Title
	// The binding cannot ask for the destination itself (it calls the wrong
	// function), only for that of an action: other bookmarks have no page.
	action, err := e.lib.FPDFBookmark_GetAction(&requests.FPDFBookmark_GetAction{Bookmark: mark})
	if err != nil || action.Action == nil {
		return f, e.lost(err)
	}
	dest, err := e.lib.FPDFAction_GetDest(&requests.FPDFAction_GetDest{Document: e.open.ref, Action: *action.Action})
	if err != nil || dest.Dest == nil {
		return f, e.lost(err) // it leads out of the file
	}
	page, err := e.lib.FPDFDest_GetDestPageIndex(&requests.FPDFDest_GetDestPageIndex{Document: e.open.ref, Dest: *dest.Dest})
	if err != nil {
		return f, e.lost(err)
	}
	f.Page = max(page.Index+1, 0)
	return f, nil
}

// label returns what the file calls a page, or "" if that is its number.
func (e *Engine) label(index int) string {
	r, err := e.lib.FPDF_GetPageLabel(&requests.FPDF_GetPageLabel{Document: e.open.ref, Page: index})
	if err != nil { // most files name no pages
		return ""
	}
	if label := wire.CleanText(r.Label); label != fmt.Sprint(index+1) {
		return label
	}
	return ""
}

// annotationNames are the kinds of annotations that say something. Links,
// pop-ups and form fields are not among them.
var annotationNames = map[enums.FPDF_ANNOTATION_SUBTYPE]string{
	enums.FPDF_ANNOT_SUBTYPE_TEXT: "note", enums.FPDF_ANNOT_SUBTYPE_FREETEXT: "text", enums.FPDF_ANNOT_SUBTYPE_LINE: "line",
	enums.FPDF_ANNOT_SUBTYPE_SQUARE: "square", enums.FPDF_ANNOT_SUBTYPE_CIRCLE: "circle", enums.FPDF_ANNOT_SUBTYPE_POLYGON: "polygon",
	enums.FPDF_ANNOT_SUBTYPE_HIGHLIGHT: "highlight", enums.FPDF_ANNOT_SUBTYPE_UNDERLINE: "underline",
	enums.FPDF_ANNOT_SUBTYPE_SQUIGGLY: "squiggly", enums.FPDF_ANNOT_SUBTYPE_STRIKEOUT: "strikeout",
	enums.FPDF_ANNOT_SUBTYPE_STAMP: "stamp", enums.FPDF_ANNOT_SUBTYPE_CARET: "caret", enums.FPDF_ANNOT_SUBTYPE_INK: "ink",
	enums.FPDF_ANNOT_SUBTYPE_FILEATTACHMENT: "file", enums.FPDF_ANNOT_SUBTYPE_REDACT: "redaction mark",
}

// annotations are what is laid over a page.
type annotations struct {
	notes  []dossier.Finding
	covers []dossier.Box // places where one may cover the print
	fields bool          // there are form fields
	files  []attachedFile
	// missing counts those that the file refers to and lacks.
	missing int
}

// annotations reads those of a page. The ones that the file lacks are taken off the
// page, since PDFium would give no form field of a page with one of them.
func (e *Engine) annotations(ref requests.Page, geo geometry) (a annotations, err error) {
	count, err := e.lib.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: ref})
	if err != nil {
		return a, e.check(err)
	}
	for i := range min(count.Count, maxAnnotations) {
		got, err := e.lib.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: ref, Index: i - a.missing})
		if err != nil {
			if err := e.dropAnnotation(ref, i-a.missing, err); err != nil {
				return a, err
			}
			a.missing++
			continue
		}
		err = e.annotation(got.Annotation, geo, &a)
		if _, closeErr := e.lib.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: got.Annotation}); err == nil {
			err = closeErr
		}
		if err != nil {
			return a, e.check(err)
		}
	}
	return a, nil
}

// dropAnnotation takes off the page what PDFium could not give because of err.
func (e *Engine) dropAnnotation(ref requests.Page, index int, err error) error {
	if err := e.lost(err); err != nil {
		return err
	}
	_, err = e.lib.FPDFPage_RemoveAnnot(&requests.FPDFPage_RemoveAnnot{Page: ref, Index: index})
	return e.check(err)
}

func (e *Engine) annotation(ref references.FPDF_ANNOTATION, geo geometry, a *annotations) error {
	kind, err := e.lib.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: ref})
	if err != nil {
		return err
	}
	if kind.Subtype == enums.FPDF_ANNOT_SUBTYPE_WIDGET {
		a.fields = true
	}
	name, ok := annotationNames[kind.Subtype]
	if !ok {
		return nil
	}
	f := dossier.Finding{Kind: dossier.Annotation, Name: name}
	// A key that is missing is no error worth telling.
	value := func(key string) string {
		r, err := e.lib.FPDFAnnot_GetStringValue(&requests.FPDFAnnot_GetStringValue{Annotation: ref, Key: key})
		if err != nil {
			return ""
		}
		return r.Value
	}
	f.Text, f.Author, f.At = value("Contents"), value("T"), pdfDate(value("M"))
	if r, err := e.lib.FPDFAnnot_GetRect(&requests.FPDFAnnot_GetRect{Annotation: ref}); err == nil {
		q := r.Rect
		f.Box = geo.place(q.Left, min(q.Bottom, q.Top), q.Right, max(q.Bottom, q.Top))
	}
	if kind.Subtype == enums.FPDF_ANNOT_SUBTYPE_FILEATTACHMENT {
		file, err := e.pinned(ref, len(a.files)+1)
		if e.Broken {
			return err
		}
		a.files = append(a.files, attachedFile{file, err})
	}
	switch kind.Subtype {
	case enums.FPDF_ANNOT_SUBTYPE_HIGHLIGHT, enums.FPDF_ANNOT_SUBTYPE_UNDERLINE, enums.FPDF_ANNOT_SUBTYPE_TEXT:
	default:
		a.covers = append(a.covers, f.Box)
	}
	a.notes = append(a.notes, f)
	return nil
}

// pdfDate turns D:20230102150405Z into 2023-01-02T15:04:05Z as far as it goes,
// and leaves alone what it does not know.
func pdfDate(s string) string {
	digits := strings.TrimPrefix(s, "D:")
	const shape = "0000-00-00T00:00:00"
	var b strings.Builder
	at := 0
	for _, r := range shape {
		if at == len(digits) || digits[at] < '0' || digits[at] > '9' {
			break
		}
		if r != '0' {
			b.WriteRune(r)
			continue
		}
		b.WriteByte(digits[at])
		at++
	}
	if at < 8 || at%2 != 0 {
		return s
	}
	zone := strings.ReplaceAll(strings.TrimSuffix(digits[at:], "'"), "'", ":")
	if at < 14 {
		zone = ""
	}
	return b.String() + zone
}

// formFields returns the fields of the forms on a page that hold something.
func (e *Engine) formFields(ref requests.Page) ([]dossier.Finding, error) {
	form, err := e.lib.GetForm(&requests.GetForm{Page: ref})
	if err != nil {
		return nil, e.check(err)
	}
	var found []dossier.Finding
	for _, field := range form.Fields {
		value := strings.Join(field.Values, "; ")
		switch {
		case field.Value != nil && *field.Value != "":
			value = *field.Value
		case field.IsChecked != nil && *field.IsChecked:
			value = "checked"
		}
		if value == "" {
			continue
		}
		found = append(found, dossier.Finding{Kind: dossier.FormField, Name: field.Name, Text: value, Detail: field.ToolTip})
	}
	return found, nil
}
