package extract

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

// readWhole returns the content of a file of a text format.
func readWhole(path string) ([]byte, error) {
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

// readDecoded returns the text of a file in whatever encoding it is.
func readDecoded(path string) (string, error) {
	b, err := readWhole(path)
	if err != nil {
		return "", err
	}
	text, err := decodeText(b)
	if err != nil {
		return "", dossier.Errorf(dossier.CodeDamaged, "cannot decode the text: %w", err)
	}
	return text, nil
}

// readText sends a plain text file: a form feed starts a new page.
func readText(path string, out *wire.Sender) error {
	text, err := readDecoded(path)
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

// decodeText returns b as text with plain newlines, in whatever encoding it
// seems to be.
func decodeText(b []byte) (string, error) {
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
