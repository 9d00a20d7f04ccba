// Package compound reads the outline of compound files, a file system in a file:
// what Word and Excel wrote before 2007, and what Outlook writes.
//
// The folder of a compound file says which program wrote it; the streams hold
// what the program stored. Nothing here trusts a size or a position of the file.
package compound

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"
)

// Is reports whether a file that begins with head is a compound file.
func Is(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
}

// Folder returns the first entries of the folder of a compound file,
// 128 bytes each, or nothing if they are not where its head says. The folder
// may lie scattered: the file's own table says where it continues.
func Folder(r io.ReaderAt, head []byte) []byte {
	const sizeAt, folderAt, most = 30, 48, 16
	if len(head) < 512 {
		return nil
	}
	shift := binary.LittleEndian.Uint16(head[sizeAt:])
	if shift != 9 && shift != 12 {
		return nil
	}
	var folder []byte
	sector := binary.LittleEndian.Uint32(head[folderAt:])
	for range most {
		if sector > maxSector {
			break
		}
		b := make([]byte, 1<<shift)
		// A short file ends early.
		n, _ := r.ReadAt(b, (int64(sector)+1)<<shift)
		folder = append(folder, b[:n]...)
		sector = nextSector(r, head, sector, shift)
	}
	return folder
}

const (
	maxSector = 0xfffffffa
	noSector  = 0xfffffffe
)

// nextSector looks in the table for the sector that follows one. The head
// names where the first parts of the table are; folders rarely lie beyond.
func nextSector(r io.ReaderAt, head []byte, sector uint32, shift uint16) uint32 {
	const tableAt, parts = 76, 109
	entries := uint32(1) << (shift - 2)
	part := sector / entries
	if part >= parts {
		return noSector
	}
	at := int64(binary.LittleEndian.Uint32(head[tableAt+4*part:]))
	var b [4]byte
	if _, err := r.ReadAt(b[:], (at+1)<<shift+4*int64(sector%entries)); err != nil {
		return noSector
	}
	return binary.LittleEndian.Uint32(b[:])
}

// Streams by which office programs are known.
const (
	StreamWord   = "WordDocument"
	StreamLocked = "EncryptedPackage" // of any office program, under a password
)

// The streams and storages of a mail of Outlook. A prefix is followed by a number.
const (
	StreamProps  = "__properties_version1.0"
	StorageNames = "__nameid_version1.0"
	PrefixValue  = "__substg1.0_"
	PrefixPerson = "__recip_version1.0_"
	PrefixAttach = "__attach_version1.0_"
)

// RootStreams returns the names of the streams at the top of a folder. A stream
// further down belongs to a file inside the file.
func RootStreams(folder []byte) map[string]bool {
	const size, lengthAt, kindAt, leftAt, rightAt, childAt, stream = 128, 64, 66, 68, 72, 76, 2
	names, seen := map[string]bool{}, map[uint32]bool{}
	if len(folder) < size {
		return names
	}
	for todo := []uint32{binary.LittleEndian.Uint32(folder[childAt:])}; len(todo) > 0; {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[id] || int64(id) >= int64(len(folder)/size) {
			continue
		}
		seen[id] = true
		e := folder[int(id)*size:][:size]
		if e[kindAt] == stream {
			length := int(binary.LittleEndian.Uint16(e[lengthAt:]))
			names[DecodeUTF16(e[:min(max(length-2, 0), lengthAt)])] = true
		}
		todo = append(todo, binary.LittleEndian.Uint32(e[leftAt:]), binary.LittleEndian.Uint32(e[rightAt:]))
	}
	return names
}

// DecodeUTF16 returns little-endian UTF-16 as text.
func DecodeUTF16(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// errStreamSize says that a stream is longer than the file that holds it.
var errStreamSize = errors.New("its size cannot be right")

// ReadStream returns the content of f. Streams may overlap in a hostile file,
// so all that is read together may not exceed the budget. The library is asked
// for small pieces: the time it takes grows with the square of their size.
func ReadStream(f *mscfb.File, budget *int64) ([]byte, error) {
	if f.Size < 0 || f.Size > *budget {
		return nil, errStreamSize
	}
	*budget -= f.Size
	b := make([]byte, f.Size)
	const piece = 32 << 10
	for done := 0; done < len(b); {
		n, err := f.Read(b[done:min(done+piece, len(b))])
		done += n
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if n == 0 {
			return nil, io.ErrUnexpectedEOF
		}
	}
	return b, nil
}

// EncodeUTF16 returns text as little-endian UTF-16.
func EncodeUTF16(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}
