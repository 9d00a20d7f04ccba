package legacy

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sort"
)

// docMark is what matters of the properties of a run or a paragraph.
type docMark struct {
	deleted, inserted, hidden bool
	by, byDeleted             docStamp
	sign                      uint16 // a character of a font of signs

	inTable, rowEnd bool
}

// docStamp is who changed a text, an index of the table of authors, and when.
type docStamp struct {
	author uint16
	at     uint32
}

// docRun is a stretch of bytes of the text with marks.
type docRun struct {
	from, to uint32
	mark     docMark
}

// The properties that matter, by the codes that Word's makers published.
const (
	sprmDeleted     = 0x0800
	sprmInserted    = 0x0801
	sprmHidden      = 0x083c
	sprmAuthor      = 0x4804
	sprmDate        = 0x6805
	sprmAuthorOfDel = 0x4863
	sprmDateOfDel   = 0x6864
	sprmSign        = 0x6a09
	sprmInTable     = 0x2416
	sprmRowEnd      = 0x2417
)

// runs reads the pages of properties that a table lists and returns the runs
// that have marks, in order. A page holds positions, then entries of a size,
// then the properties they point to, found by find.
func (d *doc) runs(table []byte, entry int, find func(page, entry []byte) docMark) []docRun {
	const pageSize = 512
	_, numbers := splitPLC(table, 4)
	most := len(d.head) / pageSize
	var list []docRun
	for i := 0; i < most && 4*i+4 <= len(numbers); i++ {
		at := int64(binary.LittleEndian.Uint32(numbers[4*i:])&0x3fffff) * pageSize
		if at+pageSize > int64(len(d.head)) {
			continue
		}
		page := d.head[at : at+pageSize]
		n := int(page[pageSize-1])
		if 4*(n+1)+entry*n > pageSize-1 {
			continue
		}
		for j := range n {
			mark := find(page, page[4*(n+1)+entry*j:][:entry])
			if mark != (docMark{}) {
				from, to := binary.LittleEndian.Uint32(page[4*j:]), binary.LittleEndian.Uint32(page[4*j+4:])
				list = append(list, docRun{from, to, mark})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b docRun) int { return cmp.Compare(a.from, b.from) })
	return list
}

// charMark finds the marks of characters: a byte of length, then properties.
func charMark(page, entry []byte) docMark {
	at := 2 * int(entry[0])
	if at == 0 || at+1+int(page[min(at, len(page)-1)]) > len(page) {
		return docMark{}
	}
	return readMarks(page[at+1:][:page[at]])
}

// paraMark finds the marks of a paragraph: a length in words, or zero and then
// the length, the number of its style, properties.
func paraMark(page, entry []byte) docMark {
	at := 2 * int(entry[0])
	if at == 0 || at+2 > len(page) {
		return docMark{}
	}
	size := 2*int(page[at]) - 1
	start := at + 1
	if page[at] == 0 {
		size = 2 * int(page[at+1])
		start = at + 2
	}
	const style = 2
	if size < style || start+size > len(page) {
		return docMark{}
	}
	return readMarks(page[start+style:][:size-style])
}

// readMarks reads a list of properties.
func readMarks(b []byte) docMark {
	var m docMark
	for len(b) >= 2 {
		code := binary.LittleEndian.Uint16(b)
		b = b[2:]
		size := operandSize(code, b)
		if size > len(b) {
			break
		}
		m.set(code, b[:size])
		b = b[size:]
	}
	return m
}

// operandSize returns how many bytes belong to a property.
func operandSize(code uint16, b []byte) int {
	switch code >> 13 {
	case 0, 1:
		return 1
	case 2, 4, 5:
		return 2
	case 3:
		return 4
	case 7:
		return 3
	}
	const tableDefinition, tabs = 0xd608, 0xc615
	switch {
	case code == tableDefinition && len(b) >= 2:
		return int(binary.LittleEndian.Uint16(b)) + 1
	case len(b) == 0 || code == tabs && b[0] == 255:
		return len(b) + 1 // its length is hard to tell; nothing that matters follows
	}
	return int(b[0]) + 1
}

func (m *docMark) set(code uint16, b []byte) {
	switch code {
	case sprmDeleted:
		m.deleted = b[0] == 1
	case sprmInserted:
		m.inserted = b[0] == 1
	case sprmHidden:
		m.hidden = b[0] == 1 || b[0] == 0x81
	case sprmAuthor:
		m.by.author = binary.LittleEndian.Uint16(b)
	case sprmDate:
		m.by.at = binary.LittleEndian.Uint32(b)
	case sprmAuthorOfDel:
		m.byDeleted.author = binary.LittleEndian.Uint16(b)
	case sprmDateOfDel:
		m.byDeleted.at = binary.LittleEndian.Uint32(b)
	case sprmSign:
		m.sign = binary.LittleEndian.Uint16(b[2:])
	case sprmInTable:
		m.inTable = b[0] == 1
	case sprmRowEnd:
		m.rowEnd = b[0] == 1
	}
}

// markAt returns the marks of the byte at a place.
func markAt(runs []docRun, at uint32) docMark {
	// The first run that does not lie before the place.
	i := sort.Search(len(runs), func(i int) bool { return runs[i].to > at })
	if i < len(runs) && runs[i].from <= at {
		return runs[i].mark
	}
	return docMark{}
}
