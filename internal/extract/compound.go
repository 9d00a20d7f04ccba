package extract

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
)

// Compound files are what old office programs and Outlook write: a file system
// in a file. Their folder tells which program it was.

func isCompound(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
}

// compoundFolder returns the first entries of the folder of a compound file,
// 128 bytes each, or nothing if they are not where its head says.
func compoundFolder(r io.ReaderAt, head []byte) []byte {
	const sizeAt, folderAt, entries = 30, 48, 16 * 128
	if len(head) < 512 {
		return nil
	}
	shift := binary.LittleEndian.Uint16(head[sizeAt:])
	if shift != 9 && shift != 12 {
		return nil
	}
	sector := int64(binary.LittleEndian.Uint32(head[folderAt:]))
	b := make([]byte, entries)
	// A short file ends early.
	n, _ := r.ReadAt(b, (sector+1)<<shift)
	return b[:n]
}

// holdsMessage recognises a folder of Outlook by the names in it.
func holdsMessage(folder []byte) bool {
	for _, name := range []string{storageNames, streamProps, prefixValue, prefixPerson, prefixAttach} {
		if bytes.Contains(folder, utf16Bytes(name)) {
			return true
		}
	}
	return false
}

func utf16Bytes(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}
