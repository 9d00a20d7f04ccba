package text

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// guessSize is how much of a text is looked at to guess its encoding.
const guessSize = 64 << 10

// unicodeEncoding returns the encoding of Unicode text in units of 16 bits, or
// with a mark, and nil for anything else.
func unicodeEncoding(b []byte) encoding.Encoding {
	if enc := encodingByMark(b); enc != nil {
		return enc
	}
	sample := b[:min(len(b), guessSize)&^1]
	var zeros [2]int // at even and at odd places
	for i, c := range sample {
		if c == 0 {
			zeros[i&1]++
		}
	}
	// Western text has a zero in every unit but hardly any on the other side.
	const most, hardlyAny = 5, 50
	switch half := len(sample) / 2; {
	case half < 4:
	case zeros[1] > half-half/most && zeros[0] <= half/hardlyAny:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros[0] > half-half/most && zeros[1] <= half/hardlyAny:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

// escapesJapanese recognises the seven-bit encoding of Japanese mail.
func escapesJapanese(b []byte) bool {
	return bytes.Contains(b, []byte("\x1b$B")) || bytes.Contains(b, []byte("\x1b$@"))
}

// guessEncoding returns the encoding of text that is not Unicode. Windows-1252
// is the answer unless there is good evidence of another: it is what old office
// programs wrote, it holds Latin-1, and a curly quote here and there in English
// must not make a text Chinese.
func guessEncoding(b []byte) encoding.Encoding {
	if enc := EvidentEncoding(b); enc != nil {
		return enc
	}
	return charmap.Windows1252
}

// EvidentEncoding is guessEncoding without a default.
func EvidentEncoding(b []byte) encoding.Encoding {
	sample := b[:min(len(b), guessSize)]
	if i := bytes.LastIndexByte(sample, '\n'); i > 0 && len(sample) < len(b) {
		sample = sample[:i] // no character is cut
	}
	results, err := chardet.NewTextDetector().DetectAll(sample)
	if err != nil {
		return nil
	}
	// The detector asks in parallel; equals come in any order.
	slices.SortStableFunc(results, func(a, b chardet.Result) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Charset, b.Charset))
	})
	latin := 0
	for _, r := range results {
		if isLatin1(r.Charset) {
			latin = max(latin, r.Confidence)
		}
	}
	grouped := HighBytesGroup(sample)
	for _, r := range results {
		enc := encodingNamed(r.Charset)
		switch {
		case enc == nil || isLatin1(r.Charset):
		case isLatinScript(r.Charset):
			const margin = 10
			if r.Confidence > latin+margin {
				return enc
			}
		case grouped && r.Confidence >= 10 && decodesWell(enc, sample):
			return enc
		}
	}
	return nil
}

func isLatin1(name string) bool { return name == "ISO-8859-1" || name == "windows-1252" }

// isLatinScript reports whether the encoding is for languages that use few
// letters beyond ASCII.
func isLatinScript(name string) bool {
	switch name {
	case "ISO-8859-2", "windows-1250", "ISO-8859-9", "windows-1254":
		return true
	}
	return false
}

func encodingNamed(name string) encoding.Encoding {
	name = strings.ToLower(name)
	switch {
	case name == "gb-18030":
		name = "gb18030"
	case strings.HasPrefix(name, "utf-"), strings.HasPrefix(name, "iso-2022-"), strings.HasPrefix(name, "ibm"):
		return nil // known before, or not written by office programs
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return enc
}

// HighBytesGroup reports whether most bytes beyond ASCII stand beside another
// one, as in languages that do not use the Latin alphabet.
func HighBytesGroup(b []byte) bool {
	beside, all := 0, 0
	for i, c := range b {
		if c < utf8.RuneSelf {
			continue
		}
		all++
		if i > 0 && b[i-1] >= utf8.RuneSelf || i+1 < len(b) && b[i+1] >= utf8.RuneSelf {
			beside++
		}
	}
	return all > 0 && beside*2 > all
}

// decodesWell reports whether hardly any of b is foreign to enc.
func decodesWell(enc encoding.Encoding, b []byte) bool {
	text, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return false
	}
	bad := bytes.Count(text, []byte("\ufffd"))
	for _, c := range text {
		if c < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1b\x1a", rune(c)) {
			bad++
		}
	}
	return bad*100 <= len(text)
}
