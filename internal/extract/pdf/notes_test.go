package pdf

import (
	"bytes"
	"crypto/md5"
	"crypto/rc4"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// rawPDF writes a PDF from its objects, the first of which is the catalog.
func rawPDF(trailer string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, xref)
	return b.Bytes()
}

func stream(s string) string { return fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(s), s) }

// onePage is a PDF of one page with the given content, more of the catalog, more
// of the page, and objects from number 6 on.
func onePage(content, catalog, page string, more ...string) []byte {
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R" + catalog + ">>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>" + page + ">>",
		stream(content), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	}
	return rawPDF("", append(objects, more...)...)
}

func say(y int, text string) string {
	return fmt.Sprintf("BT /F1 12 Tf 72 %d Td (%s) Tj ET\n", y, text)
}

func bar(y int, grey string) string { return fmt.Sprintf("%s g 60 %d 300 16 re f 0 g\n", grey, y-4) }

func TestHiddenText(t *testing.T) {
	plain := say(700, "The court has read the papers of both parties.") + say(680, "It orders as follows.")
	tests := []struct {
		name, content, page string
		more                []string
		want                []string
	}{
		{name: "nothing is hidden", content: plain},
		{name: "black bar", content: plain + say(600, "Informant John Roe") + bar(600, "0"), want: []string{"Informant John Roe"}},
		{name: "white bar", content: plain + say(600, "Informant John Roe") + bar(600, "1"), want: []string{"Informant John Roe"}},
		{name: "bar below the text", content: plain + bar(600, "0.8") + say(600, "a shaded heading")},
		{name: "white on white", content: plain + "1 g " + say(600, "keyword stuffing") + "0 g ", want: []string{"keyword stuffing"}},
		{name: "white on black", content: plain + bar(600, "0") + "1 g " + say(600, "a light heading") + "0 g "},
		{name: "invisible mode", content: plain + "3 Tr " + say(600, "unseen words") + "0 Tr ", want: []string{"unseen words"}},
		{name: "bar over one word", content: plain + say(600, "Witness Roe") + "118 596 30 16 re f ", want: []string{"Roe"}},
		{name: "only part of the height", content: plain + say(600, "Witness Roe") + "60 596 300 7 re f "},
		{name: "printed again on top", content: plain + say(600, "Exhibit") + bar(600, "1") + say(600, "Exhibit")},
		{
			name: "annotation", content: plain + say(600, "Informant John Roe"), page: "/Annots[6 0 R]",
			more: []string{
				"<</Type/Annot/Subtype/Square/Rect[60 596 360 612]/IC[0 0 0]/AP<</N 7 0 R>>>>",
				"<</Type/XObject/Subtype/Form/BBox[0 0 300 16]/Length 18>>stream\n0 g 0 0 300 16 re f\nendstream",
			},
			want: []string{"Informant John Roe"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := extracttest.MustRead(t, readPDF(t, wire.OCROff), onePage(tt.content, "", tt.page, tt.more...))
			var got []string
			for _, f := range doc.Findings {
				if f.Kind == dossier.HiddenText {
					got = append(got, f.Text)
					if f.Page != 1 || f.Box[3]-f.Box[1] < 5 || f.Box[0] < 60 {
						t.Errorf("it lies at %v on page %d", f.Box, f.Page)
					}
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("hidden (-want +got):\n%s", diff)
			}
			if len(doc.Warnings)+len(doc.Losses) > 0 {
				t.Errorf("warnings %v, losses %v", doc.Warnings, doc.Losses)
			}
		})
	}
}

// TestTextThatIsNotOnThePage wants text that was cropped off, or that is on a layer
// which is off, as a finding and not in the text.
func TestTextThatIsNotOnThePage(t *testing.T) {
	body := say(700, "Paid $10,000 by wire.")
	draft := "/OC /MC0 BDC " + say(650, "Sealed offer - $77,000") + "EMC "
	form := "<</Type/XObject/Subtype/Form/BBox[0 0 612 792]%s/Resources<</Font<</F1 5 0 R>>>>/Length %d>>stream\n%s\nendstream"
	sealed := say(650, "Sealed offer - $77,000")
	const properties = "/Resources<</Font<</F1 5 0 R>>/Properties<</MC0 6 0 R>>/XObject<</Fm 7 0 R>>>>"
	for _, tt := range []struct {
		name, content, catalog, page string
		more                         []string
		text, hidden                 string
	}{
		{
			name: "cropped off", content: body + say(50, "Privileged: ask Mr. Roe"), page: "/CropBox[0 100 612 792]",
			text: "Paid $10,000 by wire.", hidden: "Privileged: ask Mr. Roe",
		},
		{
			name: "layer off", content: body + draft, page: properties, catalog: "/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>",
			more: []string{"<</Type/OCG/Name(Draft)>>"}, text: "Paid $10,000 by wire.", hidden: "Sealed offer - $77,000",
		},
		{
			name: "all layers off", content: body + draft, page: properties, catalog: "/OCProperties<</OCGs[6 0 R]/D<</BaseState/OFF>>>>",
			more: []string{"<</Type/OCG/Name(Draft)>>"}, text: "Paid $10,000 by wire.", hidden: "Sealed offer - $77,000",
		},
		{
			name: "layer on", content: body + draft, page: properties, catalog: "/OCProperties<</OCGs[6 0 R]/D<<>>>>",
			more: []string{"<</Type/OCG/Name(Draft)>>"}, text: "Paid $10,000 by wire.\n\nSealed offer - $77,000",
		},
		{
			name: "group on a layer that is off", content: body + "/Fm Do ", page: properties, catalog: "/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>",
			more: []string{"<</Type/OCG/Name(Draft)>>", fmt.Sprintf(form, "/OC 6 0 R", len(sealed), sealed)},
			text: "Paid $10,000 by wire.", hidden: "Sealed offer - $77,000",
		},
		{
			name: "group on a layer that is on", content: body + "/Fm Do ", page: properties, catalog: "/OCProperties<</OCGs[6 0 R]/D<<>>>>",
			more: []string{"<</Type/OCG/Name(Draft)>>", fmt.Sprintf(form, "/OC 6 0 R", len(sealed), sealed)},
			text: "Paid $10,000 by wire.\n\nSealed offer - $77,000",
		},
		{
			name: "group marked as on a layer that is off", content: body + "/OC /MC0 BDC /Fm Do EMC ", page: properties,
			catalog: "/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>",
			more:    []string{"<</Type/OCG/Name(Draft)>>", fmt.Sprintf(form, "", len(sealed), sealed)},
			text:    "Paid $10,000 by wire.", hidden: "Sealed offer - $77,000",
		},
		{
			name: "nothing but a layer that is off", content: draft, page: properties, catalog: "/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>",
			more: []string{"<</Type/OCG/Name(Draft)>>"}, hidden: "Sealed offer - $77,000",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := extracttest.MustRead(t, readPDF(t, wire.OCROff), onePage(tt.content, tt.catalog, tt.page, tt.more...))
			var hidden []string
			for _, f := range doc.Findings {
				if f.Kind == dossier.HiddenText && f.Page == 1 {
					hidden = append(hidden, f.Text)
				}
			}
			if got := strings.Join(hidden, "|"); doc.Pages[0].Text != tt.text || got != tt.hidden {
				t.Errorf("text %q, hidden %q; want %q and %q", doc.Pages[0].Text, got, tt.text, tt.hidden)
			}
			extracttest.CheckPages(t, tt.name, doc.Pages)
		})
	}
}

// TestTextCutIntoPages wants no finding where a program draws the whole text on every
// page and crops each to its part.
func TestTextCutIntoPages(t *testing.T) {
	prints := extracttest.Prose(40)
	doc := extracttest.MustRead(t, readPDF(t, wire.OCROff), extracttest.PDF(
		extracttest.Page{Prints: prints[:20]}, extracttest.Page{Prints: prints, Extra: "/CropBox[0 100 612 431]"}))
	if len(doc.Findings) > 0 || !strings.HasPrefix(doc.Pages[1].Text, "line 21 ") {
		t.Errorf("findings %v, text %q", doc.Findings, doc.Pages[1].Text)
	}
}

// TestEmbeddedRecognition takes the text that another recogniser hid behind a
// scan as what it is.
func TestEmbeddedRecognition(t *testing.T) {
	var lines strings.Builder
	for i, l := range extracttest.Prose(30) {
		fmt.Fprintf(&lines, "3 Tr %s", say(700-14*i, l.Text))
	}
	content := "q 612 0 0 792 0 0 cm /Im Do Q\n" + lines.String()
	pdf := rawPDF("",
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</Im 6 0 R>>>>>>",
		stream(content), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\xc0\nendstream")
	doc := extracttest.MustRead(t, readPDF(t, wire.OCRAuto), pdf)
	if page := doc.Pages[0]; page.Source != dossier.SourceEmbedded || len(page.Words) < 100 || len(doc.Findings) > 0 {
		t.Errorf("source %q, reason %q, %d words, findings %v", page.Source, page.Reason, len(page.Words), doc.Findings)
	}
}

func TestWhatHangsOnAPDF(t *testing.T) {
	catalog := "/Outlines 6 0 R/Names<</EmbeddedFiles<</Names[(note.txt) 9 0 R]>>>>/AcroForm<</Fields[11 0 R]>>/PageLabels<</Nums[0<</S/r/St 4>>]>>"
	pdf := onePage(say(700, "Agreement"), catalog, "/Annots[10 0 R 11 0 R]",
		"<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 2>>",
		"<</Title(Part One)/Parent 6 0 R/A<</S/GoTo/D[3 0 R /Fit]>>/First 8 0 R/Last 8 0 R/Count 1>>",
		"<</Title(Clause 1)/Parent 7 0 R/Dest[3 0 R /Fit]/Next 7 0 R>>", // and round in a circle
		"<</Type/Filespec/F(note.txt)/UF(note.txt)/EF<</F 12 0 R>>>>",
		"<</Type/Annot/Subtype/Text/Rect[100 600 120 620]/Contents(is this right?)/T(M. Ortega)/M(D:20230102150405+01'00')>>",
		"<</Type/Annot/Subtype/Widget/FT/Tx/T(case_no)/V(21-cv-7)/Rect[100 500 200 520]>>",
		"<</Type/EmbeddedFile/Length 9>>stream\nthe note.\nendstream",
	)
	doc := extracttest.MustRead(t, readPDF(t, wire.OCROff), pdf)
	if files := doc.Children; len(files) != 1 || files[0].Name != "note.txt" || string(files[0].Data) != "the note." {
		t.Errorf("attachments %v", files)
	}
	if doc.Pages[0].Label != "iv" {
		t.Errorf("label %q", doc.Pages[0].Label)
	}
	has := func(want dossier.Finding) {
		t.Helper()
		if !slices.ContainsFunc(doc.Findings, func(f dossier.Finding) bool {
			f.Box, f.Detail = dossier.Box{}, ""
			return f == want
		}) {
			t.Errorf("no %+v in %+v", want, doc.Findings)
		}
	}
	has(dossier.Finding{Kind: dossier.Bookmark, Page: 1, Text: "Part One"})
	has(dossier.Finding{Kind: dossier.Bookmark, Text: "Clause 1"})
	has(dossier.Finding{Kind: dossier.Annotation, Page: 1, Text: "is this right?", Name: "note", Author: "M. Ortega", At: "2023-01-02T15:04:05+01:00"})
	has(dossier.Finding{Kind: dossier.FormField, Page: 1, Name: "case_no", Text: "21-cv-7"})
}

// TestFilesPinnedToPages wants a file that hangs on an annotation as a document of
// its own, once, and a loss where there is no file.
func TestFilesPinnedToPages(t *testing.T) {
	pdf := onePage(say(700, "Agreement"), "/Names<</EmbeddedFiles<</Names[(a) 8 0 R]>>>>", "/Annots[6 0 R 7 0 R 11 0 R 12 0 R]",
		"<</Type/Annot/Subtype/FileAttachment/Rect[10 10 30 30]/Contents(see the clip)/FS<</Type/Filespec/F(dir/clip.txt)/EF<</F 9 0 R>>>>>>",
		"<</Type/Annot/Subtype/FileAttachment/Rect[40 10 60 30]/FS 8 0 R>>",
		"<</Type/Filespec/F(note.txt)/UF(note.txt)/EF<</F 10 0 R>>>>",
		"<</Type/EmbeddedFile/Length 9>>stream\nthe clip.\nendstream",
		"<</Type/EmbeddedFile/Length 9>>stream\nthe note.\nendstream",
		"<</Type/Annot/Subtype/FileAttachment/Rect[70 10 90 30]>>",
		"<</Type/Annot/Subtype/FileAttachment/Rect[99 10 120 30]/FS<</Type/Filespec/F(gone.txt)>>>>",
	)
	doc := extracttest.MustRead(t, readPDF(t, wire.OCROff), pdf)
	got := map[string]string{}
	for _, c := range doc.Children {
		got[c.Name] = string(c.Data)
	}
	if diff := cmp.Diff(map[string]string{"clip.txt": "the clip.", "note.txt": "the note."}, got); diff != "" || len(doc.Children) != 2 {
		t.Errorf("%d children (-want +got):\n%s", len(doc.Children), diff)
	}
	if len(doc.Losses) != 2 || doc.Losses[0].Page != 1 || !strings.Contains(doc.Losses[1].Text, "gone.txt") {
		t.Errorf("losses %+v", doc.Losses)
	}
	if !slices.ContainsFunc(doc.Findings, func(f dossier.Finding) bool { return f.Name == "file" && f.Text == "see the clip" }) {
		t.Errorf("findings %+v", doc.Findings)
	}
}

// TestAnnotationsThatAreMissing reads all else of a page that refers to annotations
// which are not in the file.
func TestAnnotationsThatAreMissing(t *testing.T) {
	pdf := onePage(say(700, "Agreement")+say(600, "Informant John Roe")+bar(600, "0"), "/AcroForm<</Fields[7 0 R]>>", "/Annots[98 0 R 6 0 R null 7 0 R 99 0 R]",
		"<</Type/Annot/Subtype/Text/Rect[100 600 120 620]/Contents(is this right?)>>",
		"<</Type/Annot/Subtype/Widget/FT/Tx/T(case_no)/V(21-cv-7)/Rect[100 500 200 520]>>",
	)
	doc := extracttest.MustRead(t, readPDF(t, wire.OCROff), pdf)
	var got []string
	for _, f := range doc.Findings {
		got = append(got, f.Text)
	}
	if diff := cmp.Diff([]string{"is this right?", "21-cv-7", "Informant John Roe"}, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if len(doc.Losses) > 0 || len(doc.Warnings) != 1 || !strings.Contains(doc.Warnings[0], "3 annotations") {
		t.Errorf("losses %v, warnings %v", doc.Losses, doc.Warnings)
	}
}

func TestPDFDate(t *testing.T) {
	for in, want := range map[string]string{
		"D:20230102150405Z": "2023-01-02T15:04:05Z", "D:20230102": "2023-01-02", "20230102150405-05'30'": "2023-01-02T15:04:05-05:30",
		"last week": "last week", "": "", "D:2023": "D:2023",
	} {
		if got := pdfDate(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// passwordPadding fills passwords up, as the PDF reference has it (algorithm 2).
var passwordPadding = []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")

// lockedPDF encrypts a page of text with the oldest scheme, RC4 of 40 bits.
func lockedPDF(t *testing.T, user, owner, text string) []byte {
	t.Helper()
	pad := func(s string) []byte { return append([]byte(s), passwordPadding...)[:32] }
	code := func(key, data []byte) []byte {
		c, err := rc4.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		out := make([]byte, len(data))
		c.XORKeyStream(out, data)
		return out
	}
	const id = "0123456789abcdef"
	ownerHash := md5.Sum(pad(owner))
	o := code(ownerHash[:5], pad(user))
	hash := md5.Sum(slices.Concat(pad(user), o, []byte{0xfc, 0xff, 0xff, 0xff}, []byte(id)))
	key := hash[:5]
	objectKey := func(n byte) []byte {
		h := md5.Sum(append(slices.Clone(key), n, 0, 0, 0, 0))
		return h[:10]
	}
	content := string(code(objectKey(4), []byte(say(700, text))))
	return rawPDF(fmt.Sprintf("/Encrypt 6 0 R/ID[<%x><%x>]", id, id),
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		stream(content), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		fmt.Sprintf("<</Filter/Standard/V 1/R 2/O<%x>/U<%x>/P -4>>", o, code(key, passwordPadding)))
}

func TestPasswords(t *testing.T) {
	read := func(pdf []byte, passwords ...string) (string, error) {
		doc, err := extracttest.Read(t, readPDF(t, wire.OCROff, passwords...), pdf)
		if err != nil {
			return "", err
		}
		return doc.Pages[0].Text, nil
	}
	locked := lockedPDF(t, "letmein", "boss", "Sealed settlement")
	for _, tt := range []struct {
		passwords []string
		want      string
	}{{nil, ""}, {[]string{"wrong"}, ""}, {[]string{"wrong", "letmein"}, "Sealed settlement"}, {[]string{"boss"}, "Sealed settlement"}} {
		got, err := read(locked, tt.passwords...)
		if got != tt.want || tt.want == "" && dossier.CodeOf(err) != dossier.CodePassword {
			t.Errorf("with %q: %q, %v", tt.passwords, got, err)
		}
		if err != nil && slices.ContainsFunc(tt.passwords, func(s string) bool { return strings.Contains(err.Error(), s) }) {
			t.Errorf("the error tells a password: %v", err)
		}
	}
	if got, err := read(lockedPDF(t, "", "boss", "Do not print")); got != "Do not print" {
		t.Errorf("a file that only forbids printing: %q, %v", got, err)
	}
}

// TestOpenFileAsksForItsPassword has one reader read the same file for those who
// know its password and for those who do not.
func TestOpenFileAsksForItsPassword(t *testing.T) {
	locked := extracttest.WriteFile(t, "locked.pdf", lockedPDF(t, "letmein", "boss", "Sealed settlement"))
	open := extracttest.WriteFile(t, "open.pdf", lockedPDF(t, "", "boss", "Do not print"))
	for i, tt := range []struct {
		path, password string
		locked         bool
		want           dossier.Code
	}{
		{locked, "letmein", true, ""},
		{locked, "", false, dossier.CodePassword},
		{locked, "letmein", true, ""},
		{locked, "wrong", false, dossier.CodePassword},
		{open, "letmein", false, ""},
		{open, "", false, ""},
	} {
		open := func(j wire.Job, out *wire.Sender) error {
			j.Path = tt.path
			return readPDF(t, wire.OCROff, tt.password)(j, out)
		}
		doc, err := extracttest.Read(t, open, nil)
		if dossier.CodeOf(err) != tt.want || err == nil && doc.Locked != tt.locked {
			t.Errorf("read %d, of %s with %q: %+v, %v", i, filepath.Base(tt.path), tt.password, doc, err)
		}
	}
}
