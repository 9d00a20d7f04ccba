// Package text reads files of plain text, Markdown and HTML, and turns bytes in any
// encoding into text for the other readers.
//
// A file rarely says in which encoding it is, and what it says is often wrong. So
// the bytes decide: a byte order mark first, then UTF-8 if nearly all of it is
// valid, then the statistics of the bytes, and Windows-1252 if nothing speaks
// clearly for another. [Decode] never fails because it guessed wrong; it gives
// the replacement character for what does not fit.
package text

import (
	"bytes"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// ReadFile returns the content of a file of a text format.
func ReadFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, wire.Unreadable(path, err)
	}
	if info.Size() > wire.MaxTextFile {
		return nil, dossier.Errorf(dossier.CodeTooLarge, "the file has %d MiB; text, mail and office files are read up to %d MiB",
			info.Size()>>20, wire.MaxTextFile>>20).WithCure("split the file")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, wire.Unreadable(path, err)
	}
	return b, nil
}

// ReadString returns the text of a file in whatever encoding it is.
func ReadString(path string) (string, error) {
	b, err := ReadFile(path)
	if err != nil {
		return "", err
	}
	text, err := Decode(b)
	if err != nil {
		return "", dossier.Errorf(dossier.CodeDamaged, "cannot decode the text: %w", err)
	}
	return text, nil
}

// Read sends a plain text file: a form feed starts a new page.
func Read(j wire.Job, out *wire.Sender) error {
	text, err := ReadString(j.Path)
	if err != nil {
		return err
	}
	pages := strings.Split(strings.TrimSuffix(text, "\f"), "\f")
	for i, page := range pages {
		if err := out.Page(wire.TextPage(i+1, page)); err != nil {
			return err
		}
	}
	return nil
}

// encodingByMark returns the encoding that a byte order mark announces.
func encodingByMark(b []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}):
		return unicode.UTF8BOM
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}), bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	return nil
}

// Decode returns b as text with plain newlines, in whatever encoding it
// seems to be.
func Decode(b []byte) (string, error) {
	enc := unicodeEncoding(b)
	switch {
	case enc != nil:
	case escapesJapanese(b):
		enc = japanese.ISO2022JP
	case !mostlyUTF8(b):
		enc = guessEncoding(b)
	}
	if enc != nil {
		var err error
		if b, err = enc.NewDecoder().Bytes(b); err != nil {
			return "", err
		}
	}
	return wire.PlainNewlines(string(b)), nil
}

// mostlyUTF8 reports whether b is UTF-8, give or take a few broken characters.
func mostlyUTF8(b []byte) bool {
	if utf8.Valid(b) {
		return true
	}
	good, bad := 0, 0
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		b = b[size:]
	}
	return good > 4*bad
}

// IsText reports whether head reads as text: a Unicode mark, or hardly any
// control characters.
func IsText(head []byte) bool {
	if enc := unicodeEncoding(head); enc != nil {
		decoded, err := enc.NewDecoder().Bytes(head)
		if err != nil {
			return false
		}
		head = decoded
	}
	control := 0
	for _, b := range head {
		if b < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1b\x1a", rune(b)) {
			control++
		}
	}
	if control*50 > len(head) {
		return false
	}
	return mostlyPrintable(head)
}

// mostlyPrintable accepts any UTF-8 and, in the old encodings, text in which
// most bytes are plain ASCII or which reads well in one of them.
func mostlyPrintable(head []byte) bool {
	if utf8.Valid(head[:runeEnd(head)]) {
		return true
	}
	high := 0
	for _, b := range head {
		if b >= 0x80 {
			high++
		}
	}
	return high*3 <= len(head) || EvidentEncoding(head) != nil
}

// runeEnd returns the length of b without a character cut off at its end.
func runeEnd(b []byte) int {
	for i := len(b) - 1; i >= max(0, len(b)-utf8.UTFMax); i-- {
		if utf8.RuneStart(b[i]) {
			if utf8.FullRune(b[i:]) {
				return len(b)
			}
			return i
		}
	}
	return len(b)
}
