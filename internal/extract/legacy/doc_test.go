package legacy

import (
	"encoding/binary"
	"slices"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/compound"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// docFile is a Word document to make. Texts are stored one byte a character.
type docFile struct {
	body, notes, heads, comments string
	wide                         string // goes on after the rest of the body, two bytes a character
	runs                         []docProps
	paras                        []docProps
	flags, version               uint16
}

// docProps are properties of a stretch of the text, from one character to
// another.
type docProps struct {
	from, to int
	sprms    []byte
}

// Where the parts of a document made for tests lie.
const (
	testCharPage = 2
	testParaPage = 3
	testTextAt   = 2048
)

func le16(v uint16) []byte { return binary.LittleEndian.AppendUint16(nil, v) }

func le32(values ...uint32) (b []byte) {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

// makeDOC writes a document of Word 97.
func makeDOC(f docFile) []byte {
	narrow := f.body + f.notes + f.heads + f.comments
	units := utf16.Encode([]rune(f.wide))
	if len(units) > 0 && len(narrow) != len(f.body) {
		panic("wide text follows the body alone")
	}
	head := make([]byte, testTextAt)
	binary.LittleEndian.PutUint16(head, docMagic)
	binary.LittleEndian.PutUint16(head[docVersionAt:], max(f.version, docWord97))
	if f.version != 0 {
		binary.LittleEndian.PutUint16(head[docVersionAt:], f.version)
	}
	binary.LittleEndian.PutUint16(head[docFlagsAt:], f.flags|docTableOne)
	for part, n := range map[int]int{docBody: len(f.body) + len(units), docNotes: len(f.notes), docHeadFoot: len(f.heads), docComments: len(f.comments)} {
		binary.LittleEndian.PutUint32(head[docLengthsAt+4*part:], uint32(n))
	}
	copy(head[testCharPage*512:], propPage(f.runs, 1, func(sprms []byte) []byte { return append([]byte{byte(len(sprms))}, sprms...) }))
	copy(head[testParaPage*512:], propPage(f.paras, 13, func(sprms []byte) []byte {
		return slices.Concat([]byte{0, byte((2 + len(sprms) + 1) / 2), 0, 0}, sprms, []byte{0})
	}))
	head = append(head, narrow...)
	for _, u := range units {
		head = append(head, le16(u)...)
	}

	table := []byte{0}
	part := func(number int, b []byte) {
		binary.LittleEndian.PutUint32(head[docTablesAt+8*number:], uint32(len(table)))
		binary.LittleEndian.PutUint32(head[docTablesAt+8*number+4:], uint32(len(b)))
		table = append(table, b...)
	}
	narrowEnd, end := uint32(len(narrow)), uint32(len(narrow)+len(units))
	plc := append(le32(0, narrowEnd, end), pieceOf(testTextAt*2|0x40000000)...)
	plc = append(plc, pieceOf(testTextAt+narrowEnd)...)
	part(docPieces, append(append([]byte{1, 2, 0, 9, 9, 2}, le32(uint32(len(plc)))...), plc...))
	part(docCharMarks, le32(testTextAt, testTextAt+narrowEnd, testCharPage))
	part(docParaMarks, le32(testTextAt, testTextAt+narrowEnd, testParaPage))
	part(docHeaders, le32(0, 0, 0, 0, 0, 0, 0, 0, uint32(len(f.heads)/2), uint32(len(f.heads)/2), uint32(len(f.heads))))
	part(docCommentRefs, append(le32(0, 1), make([]byte, 30)...))
	part(docCommentText, le32(0, uint32(len(f.comments))))
	part(docOwners, append(le16(7), compound.EncodeUTF16("B. Cole")...))
	part(docAuthors, append(append([]byte{0xff, 0xff, 1, 0, 0, 0}, le16(9)...), compound.EncodeUTF16("A. Ortega")...))
	return extracttest.Compound(extracttest.Folder{compound.StreamWord: head, "1Table": table, "\x05SummaryInformation": makeSummary()})
}

// pieceOf is an entry of the table of pieces.
func pieceOf(at uint32) []byte { return append(append([]byte{0, 0}, le32(at)...), 0, 0) }

// propPage writes a page of properties.
func propPage(list []docProps, entry int, pack func([]byte) []byte) []byte {
	page := make([]byte, 512)
	page[511] = byte(len(list))
	free := 510
	for i, p := range list {
		copy(page[4*i:], le32(testTextAt+uint32(p.from), testTextAt+uint32(p.to)))
		b := pack(p.sprms)
		free = (free - len(b)) &^ 1
		copy(page[free:], b)
		page[4*(len(list)+1)+entry*i] = byte(free / 2)
	}
	return page
}

// makeSummary writes properties: code page, title, author, date.
func makeSummary() []byte {
	values := [][]byte{
		append(le32(2), le32(1252)...),
		append(le32(30, 8), "Le\xe9se\x00\x00\x00"...),
		append(le32(30, 4), "A. O"...),
		append(le32(64), le32(0xd53e8000, 0x019db1de)...),
	}
	ids := []uint32{1, 2, 4, 12}
	section := le32(0, uint32(len(ids)))
	at := uint32(8 + 8*len(ids))
	for i, v := range values {
		section = append(section, le32(ids[i], at)...)
		at += uint32(len(v))
	}
	for _, v := range values {
		section = append(section, v...)
	}
	b := make([]byte, 48)
	copy(b[44:], le32(48))
	return append(b, section...)
}

func sprm(code uint16, operand ...byte) []byte { return append(le16(code), operand...) }

func TestDOCText(t *testing.T) {
	doc := extracttest.MustRead(t, ReadDOC, makeDOC(docFile{
		body: "One \x93quoted\x94\rsee \x13 HYPERLINK \"x\" \x14the link\x15 here\x0bnext\x1eline\rwide: ",
		wide: "Право 😀\r",
	}))
	extracttest.WantTexts(t, doc, "One “quoted”\n\nsee the link here\nnext-line\n\nwide: Право 😀")
	want := map[string]string{"title": "Leése", "author": "A. O", "date": "1970-01-01T00:00:00Z"}
	if diff := cmp.Diff(want, doc.Meta); diff != "" {
		t.Errorf("meta (-want +got):\n%s", diff)
	}
}

func TestDOCParts(t *testing.T) {
	doc := extracttest.MustRead(t, ReadDOC, makeDOC(docFile{
		body: "Body.\r", notes: "Note one.\r", heads: "Head\rFoot\r", comments: "\x05Is this right?\r",
	}))
	extracttest.WantTexts(t, doc, "Head\n\nBody.\n\nNote one.\n\nFoot")
	extracttest.WantFindings(t, doc, dossier.Finding{Kind: dossier.Comment, Page: 1, Text: "Is this right?", Author: "B. Cole"})
}

func TestDOCTable(t *testing.T) {
	inTable := sprm(sprmInTable, 1)
	doc := extracttest.MustRead(t, ReadDOC, makeDOC(docFile{
		body: "a\x07b\rc\x07\x07after\r",
		paras: []docProps{
			{0, 2, inTable}, {2, 6, inTable}, {6, 7, slices.Concat(inTable, sprm(sprmRowEnd, 1))},
		},
	}))
	extracttest.WantTexts(t, doc, "a\tb c\n\nafter")
}

func TestDOCMarks(t *testing.T) {
	stamp := uint32(4 | 17<<6 | 1<<11 | 2<<16 | 120<<20)
	deleted := slices.Concat(sprm(sprmDeleted, 1), sprm(sprmAuthorOfDel, 0, 0), sprm(sprmDateOfDel, le32(stamp)...))
	inserted := slices.Concat(sprm(sprmInserted, 1), sprm(sprmAuthor, 0, 0), sprm(sprmDate, le32(stamp)...))
	doc := extracttest.MustRead(t, ReadDOC, makeDOC(docFile{
		body: "rent one two dollars secret(\r",
		runs: []docProps{
			{0, 5, nil}, {5, 9, deleted}, {9, 13, inserted}, {13, 20, nil}, {20, 27, sprm(sprmHidden, 1)}, {27, 28, append(sprm(0xca31, 2, 7, 7), sprm(sprmSign, 0, 0, 0xfe, 0xf0)...)},
		},
	}))
	extracttest.WantTexts(t, doc, "rent two dollars☑")
	extracttest.WantFindings(t, doc,
		dossier.Finding{Kind: dossier.Deleted, Page: 1, Text: "one", Author: "A. Ortega", At: "2020-02-01T17:04"},
		dossier.Finding{Kind: dossier.Inserted, Page: 1, Text: "two", Author: "A. Ortega", At: "2020-02-01T17:04"},
		dossier.Finding{Kind: dossier.HiddenText, Page: 1, Text: "secret"})
}

func TestDOCErrors(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want dossier.Code
	}{
		{"encrypted", makeDOC(docFile{body: "x", flags: docLocked}), dossier.CodePassword},
		{"Word 95", makeDOC(docFile{body: "x", version: 0x68}), dossier.CodeUnsupported},
		{"no table", extracttest.Compound(extracttest.Folder{compound.StreamWord: make([]byte, 10)}), dossier.CodeUnsupported},
		{"cut off", makeDOC(docFile{body: "x"})[:1024], dossier.CodeDamaged},
	}
	for _, tt := range tests {
		if _, err := extracttest.Read(t, ReadDOC, tt.data); dossier.CodeOf(err) != tt.want {
			t.Errorf("%s: %v, want code %s", tt.name, err, tt.want)
		}
	}
}

// FuzzDOC puts anything at all into the streams of a document.
func FuzzDOC(f *testing.F) {
	f.Add([]byte("a\rb\x07"), []byte(nil), uint16(0), uint32(0))
	f.Add([]byte("a\x13x\x14y\x15\r"), sprm(sprmDeleted, 1), uint16(docLengthsAt), uint32(0xffffffff))
	f.Add([]byte("a(\r"), sprm(sprmSign, 1, 2, 3, 0xf0), uint16(docTablesAt+8*docPieces), uint32(7))
	f.Fuzz(func(t *testing.T, text, sprms []byte, at uint16, value uint32) {
		if len(text) > 1000 || len(sprms) > 100 {
			return
		}
		data := makeDOC(docFile{body: string(text), notes: "n\r", heads: "h\rf\r", comments: "c\r", runs: []docProps{{0, len(text), sprms}}, paras: []docProps{{0, len(text), sprms}}})
		if i := int(at) % (len(data) - 4); i > 0 {
			binary.LittleEndian.PutUint32(data[i:], value)
		}
		doc, err := extracttest.Read(t, ReadDOC, data)
		if err != nil {
			if e := wire.ErrorOf(err); e.Message == "" || e.Code == "" {
				t.Errorf("error without a reason: %v", err)
			}
			return
		}
		extracttest.CheckPages(t, "doc", doc.Pages)
	})
}
