// Package legacy reads the documents of old word processors: Word 97 to 2003 (DOC)
// and RTF.
//
// Both formats keep text apart from what is said of it, by position or by control
// words, so deleted, inserted and hidden text is recognized while the words pass
// by; package story keeps it.
package legacy

import (
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/richardlehane/mscfb"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/compound"
	"github.com/dossier-legal/dossier/internal/extract/story"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// ReadDOC sends the text of a document of Word 97 to 2003 as one page: headers,
// body, boxes, notes, footers. Struck and hidden text and comments are
// findings.
func ReadDOC(j wire.Job, out *wire.Sender) error {
	d, err := openDOC(j.Path)
	if err != nil {
		return err
	}
	d.out = out
	if err := d.load(); err != nil {
		return err
	}
	blocks, err := d.blocks()
	if err != nil {
		return err
	}
	if err := d.sendComments(); err != nil {
		return err
	}
	if err := out.Page(wire.PageWithReason(1, "text of the document", strings.Join(blocks, "\n\n"))); err != nil {
		return err
	}
	return out.Meta(wire.FileMeta{Meta: d.meta})
}

// doc is a Word document being read.
type doc struct {
	out   *wire.Sender
	head  []byte // the stream with the text
	table []byte // the stream with all else
	meta  map[string]string

	pieces  []docPiece
	marks   []docRun // runs of characters that are struck, added, hidden or signs
	paras   []docRun // paragraphs in tables
	authors []string // of changes
}

// docPiece is a stretch of text: characters from one position to another and
// where their bytes are.
type docPiece struct {
	from, to uint32 // in characters
	at       uint32 // in bytes
	wide     bool   // two bytes each
}

// Places in the head of a Word document, as its makers published them.
const (
	docMagic       = 0xa5ec
	docVersionAt   = 2
	docFlagsAt     = 10
	docLocked      = 0x0100
	docTableOne    = 0x0200
	docLengthsAt   = 76 // of body, notes, headers, …
	docCommentRefs = 4  // numbers of tables
	docCommentText = 5
	docHeaders     = 11
	docCharMarks   = 12
	docParaMarks   = 13
	docPieces      = 33
	docOwners      = 36
	docAuthors     = 51
	docTablesAt    = 154
	docHeadSize    = docTablesAt + 8*(docAuthors+1)
	docWord97      = 0xc1
)

// The parts of the text, in the order in which they are stored.
const (
	docBody = iota
	docNotes
	docHeadFoot
	docMacros
	docComments
	docEndNotes
	docBoxes
	docHeadBoxes
	docParts
)

// openDOC reads the streams of a Word document.
func openDOC(path string) (*doc, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, wire.Unreadable(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, wire.Unreadable(path, err)
	}
	r, err := mscfb.New(f)
	if err != nil {
		return nil, damagedDOC(err)
	}
	streams := map[string]*mscfb.File{}
	for _, s := range r.File {
		if len(s.Path) == 0 {
			streams[s.Name] = s
		}
	}
	budget := min(info.Size(), wire.MaxTextFile)
	read := func(name string) ([]byte, error) {
		if streams[name] == nil {
			return nil, damagedDOC(errors.New("the stream " + name + " is missing"))
		}
		b, err := compound.ReadStream(streams[name], &budget)
		if err != nil {
			return nil, damagedDOC(err)
		}
		return b, nil
	}
	d := &doc{meta: map[string]string{}}
	if d.head, err = read(compound.StreamWord); err != nil {
		return nil, err
	}
	if err := d.checkHead(); err != nil {
		return nil, err
	}
	name := "0Table"
	if d.u16(docFlagsAt)&docTableOne != 0 {
		name = "1Table"
	}
	if d.table, err = read(name); err != nil {
		return nil, err
	}
	if summary, err := read("\x05SummaryInformation"); err == nil {
		d.meta = summaryMeta(summary)
	} else if summary, err := read("SummaryInformation"); err == nil {
		d.meta = summaryMeta(summary)
	}
	return d, nil
}

func damagedDOC(err error) error {
	return dossier.Errorf(dossier.CodeDamaged, "not a readable Word document: %w", err).WithCure(wire.CureSaveAgain)
}

// checkHead refuses what is older than Word 97 or encrypted.
func (d *doc) checkHead() error {
	if len(d.head) < docHeadSize {
		if len(d.head) >= 4 && d.u16(0) != docMagic {
			return wire.Unsupported("application/msword")
		}
		return damagedDOC(errors.New("its head is cut off"))
	}
	switch {
	case d.u16(0) != docMagic || d.u16(docVersionAt) < docWord97:
		return wire.Unsupported("application/msword")
	case d.u16(docFlagsAt)&docLocked != 0:
		return wire.PasswordNeeded()
	}
	return nil
}

func (d *doc) u16(at int) uint16 { return binary.LittleEndian.Uint16(d.head[at:]) }

func (d *doc) u32(at int) uint32 { return binary.LittleEndian.Uint32(d.head[at:]) }

// part returns a table by its number, empty if it is missing or not where the
// head says.
func (d *doc) part(number int) []byte {
	at, size := uint64(d.u32(docTablesAt+8*number)), uint64(d.u32(docTablesAt+8*number+4))
	if at+size > uint64(len(d.table)) {
		return nil
	}
	return d.table[at : at+size]
}

// load reads where the text is and how it is marked.
func (d *doc) load() error {
	d.pieces = textPieces(d.part(docPieces))
	if len(d.pieces) == 0 {
		return damagedDOC(errors.New("the table of its text is missing"))
	}
	d.authors = stringTable(d.part(docAuthors))
	d.marks = d.runs(d.part(docCharMarks), 1, charMark)
	d.paras = d.runs(d.part(docParaMarks), 13, paraMark)
	return nil
}

// textPieces reads the table of pieces: it follows blocks of properties.
func textPieces(clx []byte) []docPiece {
	const properties, pieces = 1, 2
	for len(clx) >= 3 && clx[0] == properties {
		size := int(binary.LittleEndian.Uint16(clx[1:]))
		if 3+size > len(clx) {
			return nil
		}
		clx = clx[3+size:]
	}
	if len(clx) < 5 || clx[0] != pieces {
		return nil
	}
	size := uint64(binary.LittleEndian.Uint32(clx[1:]))
	plc := clx[5:][:min(size, uint64(len(clx)-5))]
	const entry = 8
	ends, data := splitPLC(plc, entry)
	var list []docPiece
	for i := 0; i+1 < len(ends); i++ {
		at := binary.LittleEndian.Uint32(data[entry*i+2:])
		p := docPiece{from: ends[i], to: ends[i+1], at: at & 0x3fffffff, wide: at&0x40000000 == 0}
		if !p.wide {
			p.at /= 2
		}
		if p.to > p.from {
			list = append(list, p)
		}
	}
	return list
}

// splitPLC takes a table of n+1 positions and n entries of a size apart.
func splitPLC(b []byte, size int) (positions []uint32, data []byte) {
	n := (len(b) - 4) / (4 + size)
	if len(b) < 4 || n < 0 {
		return nil, nil
	}
	positions = make([]uint32, n+1)
	for i := range positions {
		positions[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return positions, b[4*(n+1):]
}

// bounds returns the first and the last position of a part of the text.
func (d *doc) bounds(part int) (from, to uint32) {
	for i := range part {
		from += d.u32(docLengthsAt + 4*i)
	}
	return from, from + d.u32(docLengthsAt+4*part)
}

// blocks returns the text in the order in which its reader meets it.
func (d *doc) blocks() ([]string, error) {
	heads, feet, err := d.headers()
	if err != nil {
		return nil, err
	}
	list := heads
	for _, part := range []int{docBody, docBoxes, docNotes, docEndNotes} {
		text, err := d.text(d.bounds(part))
		if err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	list = append(list, feet...)
	return slices.DeleteFunc(list, func(s string) bool { return s == "" }), nil
}

// headers returns the headers and the footers, each once. Six stories before
// them draw the lines above notes; then each section has six of its own.
func (d *doc) headers() (heads, feet []string, err error) {
	const own, perSection = 6, 6
	isHead := [perSection]bool{0: true, 1: true, 4: true}
	first, end := d.bounds(docHeadFoot)
	ends, _ := splitPLC(d.part(docHeaders), 0)
	for i := own; i+1 < len(ends); i++ {
		from, to := uint64(first)+uint64(ends[i]), uint64(first)+uint64(ends[i+1])
		if from >= to || to > uint64(end) {
			continue
		}
		text, err := d.text(uint32(from), uint32(to))
		if err != nil {
			return nil, nil, err
		}
		list := &feet
		if isHead[(i-own)%perSection] {
			list = &heads
		}
		if text != "" && !slices.Contains(*list, text) {
			*list = append(*list, text)
		}
	}
	return heads, feet, nil
}

// text returns the text from one position to another and sends its findings.
func (d *doc) text(from, to uint32) (string, error) {
	w := &docWriter{Story: story.New(d.out, 1), doc: d}
	for _, p := range d.pieces {
		start, end := max(from, p.from), min(to, p.to)
		if start >= end {
			continue
		}
		w.piece(p, start, end)
		if w.Err != nil {
			return "", w.Err
		}
	}
	return w.End()
}

// sendComments sends what reviewers wrote.
func (d *doc) sendComments() error {
	const reference = 30
	_, refs := splitPLC(d.part(docCommentRefs), reference)
	ends, _ := splitPLC(d.part(docCommentText), 0)
	owners := ownerNames(d.part(docOwners))
	first, last := d.bounds(docComments)
	for i := 0; i+1 < len(ends) && (i+1)*reference <= len(refs); i++ {
		from, to := uint64(first)+uint64(ends[i]), uint64(first)+uint64(ends[i+1])
		if from >= to || to > uint64(last) {
			continue
		}
		text, err := d.text(uint32(from), uint32(to))
		if err != nil {
			return err
		}
		f := dossier.Finding{Kind: dossier.Comment, Page: 1, Text: text}
		const ownerAt = 20
		if owner := int(binary.LittleEndian.Uint16(refs[i*reference+ownerAt:])); owner < len(owners) {
			f.Author = owners[owner]
		}
		if text == "" {
			continue
		}
		if err := d.out.Finding(f); err != nil {
			return err
		}
	}
	return nil
}

// ownerNames reads the names of those who commented: each after its length.
func ownerNames(b []byte) []string {
	var list []string
	for len(b) >= 2 {
		size := 2 * int(binary.LittleEndian.Uint16(b))
		if 2+size > len(b) {
			break
		}
		list = append(list, compound.DecodeUTF16(b[2:2+size]))
		b = b[2+size:]
	}
	return list
}

// stringTable reads a table of texts in UTF-16, each followed by bytes of its
// own.
func stringTable(b []byte) []string {
	const wide = 0xffff
	if len(b) < 6 || binary.LittleEndian.Uint16(b) != wide {
		return nil
	}
	extra := int(binary.LittleEndian.Uint16(b[4:]))
	var list []string
	for b = b[6:]; len(b) >= 2; {
		size := 2 + 2*int(binary.LittleEndian.Uint16(b))
		if size > len(b) {
			break
		}
		list = append(list, compound.DecodeUTF16(b[2:size]))
		b = b[min(size+extra, len(b)):]
	}
	return list
}
