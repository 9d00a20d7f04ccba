package legacy

import (
	"encoding/binary"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"github.com/dossier-legal/dossier/internal/extract/story"
	"github.com/dossier-legal/dossier/internal/extract/text"
)

// docWriter collects the text of a part of a Word document.
type docWriter struct {
	*story.Story
	doc      *doc
	fields   []bool // fields around the current place: in its code or not
	pending  []rune // characters with one mark, not written yet
	mark     docMark
	high     uint16 // first half of a surrogate pair
	afterRow bool
}

// piece writes the characters of p from one position to another.
func (w *docWriter) piece(p docPiece, from, to uint32) {
	width := uint64(1)
	if p.wide {
		width = 2
	}
	at := uint64(p.at) + uint64(from-p.from)*width
	for range to - from {
		if at+width > uint64(len(w.doc.head)) || w.Err != nil {
			break // the file is cut off
		}
		unit := uint16(w.doc.head[at])
		if p.wide {
			unit = binary.LittleEndian.Uint16(w.doc.head[at:])
		} else {
			unit = uint16(charmap.Windows1252.DecodeByte(byte(unit)))
		}
		w.char(unit, uint32(at))
		at += width
	}
	w.flush()
}

// The characters by which Word marks what is no text.
const (
	docCellEnd    = 0x07
	docLine       = 0x0b
	docPageBreak  = 0x0c
	docParagraph  = 0x0d
	docColumn     = 0x0e
	docFieldBegin = 0x13
	docFieldSplit = 0x14
	docFieldEnd   = 0x15
	docHardHyphen = 0x1e
)

// char writes one character, stored at a byte.
func (w *docWriter) char(unit uint16, at uint32) {
	switch unit {
	case docParagraph, docPageBreak, docColumn, docCellEnd:
		w.flush()
		w.endOf(unit, at)
	case docFieldBegin:
		w.fields = append(w.fields, true)
	case docFieldSplit:
		if n := len(w.fields); n > 0 {
			w.fields[n-1] = false
		}
	case docFieldEnd:
		w.fields = w.fields[:max(len(w.fields)-1, 0)]
	case docLine:
		w.add('\n', at)
	case docHardHyphen:
		w.add('-', at)
	case '\t':
		w.add('\t', at)
	default:
		w.letter(unit, at)
	}
}

// letter writes a character that is text, or a sign of a font of signs.
func (w *docWriter) letter(unit uint16, at uint32) {
	switch {
	case utf16.IsSurrogate(rune(unit)) && unit < 0xdc00:
		w.high = unit
	case utf16.IsSurrogate(rune(unit)):
		w.add(utf16.DecodeRune(rune(w.high), rune(unit)), at)
	case unit >= 0xf000 && unit <= 0xf0ff:
		w.add(text.SymbolRune("Wingdings", byte(unit)), at)
	case unit >= ' ':
		w.add(rune(unit), at)
	}
}

// endOf ends a paragraph, a cell or a row. Codes of fields that do not end are
// bounded by their paragraph.
func (w *docWriter) endOf(unit uint16, at uint32) {
	for i := range w.fields {
		w.fields[i] = false
	}
	para := markAt(w.doc.paras, at)
	switch {
	case para.rowEnd:
		w.EndRow()
		w.afterRow = true
	case unit == docCellEnd:
		w.Settle()
		w.Show("\t")
	case para.inTable:
		w.pending = append(w.pending, ' ')
		w.flush()
	default:
		w.EndParagraph()
	}
}

// add takes a character to write with its marks.
func (w *docWriter) add(r rune, at uint32) {
	if w.inCode() {
		return
	}
	mark := markAt(w.doc.marks, at)
	if r == '(' && mark.sign != 0 { // a place holder
		r = text.SymbolRune("Wingdings", byte(mark.sign))
	}
	mark.sign = 0
	if mark != w.mark {
		w.flush()
		w.mark = mark
	}
	if w.afterRow && !markAt(w.doc.paras, at).inTable {
		w.BlankLineBelow()
	}
	w.afterRow = false
	w.pending = append(w.pending, r)
}

func (w *docWriter) inCode() bool {
	for _, code := range w.fields {
		if code {
			return true
		}
	}
	return false
}

// flush writes the characters taken so far.
func (w *docWriter) flush() {
	if len(w.pending) == 0 {
		return
	}
	w.Hidden, w.Inserted, w.Deleted = w.mark.hidden, nil, nil
	if w.mark.inserted {
		w.Inserted = w.doc.stamp(w.mark.by)
	}
	if w.mark.deleted {
		w.Deleted = w.doc.stamp(w.mark.byDeleted)
	}
	w.Write(string(w.pending))
	w.pending = w.pending[:0]
}

// stamp names who changed a text, and when.
func (d *doc) stamp(s docStamp) *story.Revision {
	rev := &story.Revision{At: dttm(s.at)}
	if int(s.author) < len(d.authors) {
		rev.Author = d.authors[s.author]
	}
	return rev
}
