package extracttest

import (
	"encoding/binary"
	"slices"

	"github.com/dossier-legal/dossier/internal/extract/compound"
)

// Folder is a storage of a compound file to make: streams ([]byte) and
// storages (folder) by name.
type Folder map[string]any

// compoundEntry is an entry of the directory on its way into the file.
type compoundEntry struct {
	name         string
	kind         byte // 1 storage, 2 stream, 5 root
	right, child uint32
	start        uint32
	data         []byte
}

const noEntry = 0xffffffff

// Compound writes a compound file of version 3. Streams below 4096 bytes
// lie in the small stream, as the format wants. Siblings form a list to the
// right.
func Compound(root Folder) []byte {
	entries := []compoundEntry{{name: "Root Entry", kind: 5, right: noEntry, child: noEntry}}
	var add func(parent int, f Folder)
	add = func(parent int, f Folder) {
		names := make([]string, 0, len(f))
		for name := range f {
			names = append(names, name)
		}
		slices.Sort(names)
		last := -1
		for _, name := range names {
			at := len(entries)
			e := compoundEntry{name: name, kind: 2, right: noEntry, child: noEntry}
			sub, isFolder := f[name].(Folder)
			if isFolder {
				e.kind = 1
			} else {
				e.data = f[name].([]byte)
			}
			entries = append(entries, e)
			if last < 0 {
				entries[parent].child = uint32(at)
			} else {
				entries[last].right = uint32(at)
			}
			last = at
			if isFolder {
				add(at, sub)
			}
		}
	}
	add(0, root)
	return layCompound(entries)
}

const (
	testSector   = 512
	testSmall    = 64
	testCutoff   = 4096
	testChainEnd = 0xfffffffe
)

// layCompound gives every stream its sectors and writes head, FAT, folder.
func layCompound(entries []compoundEntry) []byte {
	var body, small []byte
	var fat, smallFAT []uint32
	chain := func(table []uint32, n int) []uint32 {
		for i := range n {
			next := uint32(len(table) + 1)
			if i == n-1 {
				next = testChainEnd
			}
			table = append(table, next)
		}
		return table
	}
	place := func(data []byte) uint32 {
		start := uint32(len(fat))
		body = append(body, Pad(data, testSector)...)
		fat = chain(fat, (len(data)+testSector-1)/testSector)
		return start
	}
	for i := range entries {
		switch e := &entries[i]; {
		case e.kind != 2:
		case len(e.data) < testCutoff:
			e.start = uint32(len(smallFAT))
			small = append(small, Pad(e.data, testSmall)...)
			smallFAT = chain(smallFAT, (len(e.data)+testSmall-1)/testSmall)
		default:
			e.start = place(e.data)
		}
	}
	entries[0].start, entries[0].data = testChainEnd, small
	smallFATStart, smallFATSectors := uint32(testChainEnd), 0
	if len(small) > 0 {
		entries[0].start = place(small)
		table := uint32s(smallFAT)
		smallFATSectors = (len(table) + testSector - 1) / testSector
		smallFATStart = place(table)
	}
	var dir []byte
	for _, e := range entries {
		dir = append(dir, directoryEntry(e)...)
	}
	dirStart := place(dir)
	fatSectors := 1
	for fatSectors*testSector/4 < len(fat)+fatSectors {
		fatSectors++
	}
	fatStart := len(fat)
	for range fatSectors {
		fat = append(fat, 0xfffffffd)
	}
	table := uint32s(fat)
	for len(table) < fatSectors*testSector {
		table = append(table, 0xff)
	}

	head := make([]byte, testSector)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le := binary.LittleEndian
	le.PutUint16(head[24:], 0x3e)
	le.PutUint16(head[26:], 3)
	le.PutUint16(head[28:], 0xfffe)
	le.PutUint16(head[30:], 9)
	le.PutUint16(head[32:], 6)
	le.PutUint32(head[44:], uint32(fatSectors))
	le.PutUint32(head[48:], dirStart)
	le.PutUint32(head[56:], testCutoff)
	le.PutUint32(head[60:], smallFATStart)
	le.PutUint32(head[64:], uint32(smallFATSectors))
	le.PutUint32(head[68:], testChainEnd)
	for i := range 109 {
		v := uint32(0xffffffff)
		if i < fatSectors {
			v = uint32(fatStart + i)
		}
		le.PutUint32(head[76+4*i:], v)
	}
	return slices.Concat(head, body, table)
}

func directoryEntry(e compoundEntry) []byte {
	b := make([]byte, 128)
	name := compound.EncodeUTF16(e.name)
	copy(b, name)
	le := binary.LittleEndian
	le.PutUint16(b[64:], uint16(len(name)+2))
	b[66], b[67] = e.kind, 1
	le.PutUint32(b[68:], noEntry)
	le.PutUint32(b[72:], e.right)
	le.PutUint32(b[76:], e.child)
	le.PutUint32(b[116:], e.start)
	le.PutUint64(b[120:], uint64(len(e.data)))
	return b
}

// Pad returns b with zeros up to a multiple of size.
func Pad(b []byte, size int) []byte {
	b = slices.Clone(b)
	for len(b)%size != 0 {
		b = append(b, 0)
	}
	return b
}

func uint32s(list []uint32) []byte {
	var b []byte
	for _, v := range list {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}
