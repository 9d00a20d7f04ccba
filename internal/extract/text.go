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
)

// maxTextFile bounds the formats that are read as a whole.
const maxTextFile = 64 << 20

const reasonText = "text file"

// readWhole returns the content of a file of a text format.
func readWhole(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if info.Size() > maxTextFile {
		return nil, dossier.Errorf(dossier.CodeTooLarge, "the file has %d MiB; text, mail and office files are read up to %d MiB",
			info.Size()>>20, maxTextFile>>20).WithCure("split the file")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(path, err)
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
func readText(path string, out *sender) error {
	text, err := readDecoded(path)
	if err != nil {
		return err
	}
	pages := strings.Split(strings.TrimSuffix(text, "\f"), "\f")
	for i, page := range pages {
		if err := out.page(textPage(i+1, page)); err != nil {
			return err
		}
	}
	return nil
}

// textPage makes a page without size or boxes.
func textPage(number int, text string) outPage {
	page := outPage{Page: dossier.Page{Number: number, Source: dossier.SourceLayer, Reason: reasonText, Text: cleanText(text)}}
	if strings.TrimSpace(page.Text) == "" {
		page.Text, page.Reason = "", reasonBlank
	}
	return page
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
	return newlines.Replace(string(b)), nil
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

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n\n")

// cleanText makes s safe to store and to search: valid UTF-8, newline and tab
// the only control characters, no line that ends in blanks, no blank lines at
// either end.
func cleanText(s string) string {
	s = newlines.Replace(strings.ToValidUTF8(s, "\ufffd"))
	s = strings.Map(printable, s)
	var b strings.Builder
	b.Grow(len(s))
	for line := range strings.Lines(s) {
		body, ended := strings.CutSuffix(line, "\n")
		b.WriteString(strings.TrimRight(body, " \t\u00a0"))
		if ended {
			b.WriteByte('\n')
		}
	}
	return strings.Trim(b.String(), "\n")
}

// printable drops control characters, non-characters and what has no width: a
// soft hyphen or a zero-width space inside a word would hide it from a search.
func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r < ' ', r >= 0x7f && r < 0xa0, r&0xfffe == 0xfffe:
		return -1
	case r == '\u00ad', r == '\u200b', r == '\u2060', r == '\ufeff':
		return -1
	}
	return r
}
