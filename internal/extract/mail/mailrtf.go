package mail

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"github.com/dossier-legal/dossier/internal/extract/text"
)

// maxMailRTFDepth bounds the groups inside groups of RTF text.
const maxMailRTFDepth = 1000

// mailRTF returns the text of an RTF body. Mail programs hide the HTML of a
// mail inside RTF: the tags in groups of their own, and what stands for them in
// RTF between marks. isHTML says that the text is such HTML.
func mailRTF(b []byte) (text string, isHTML bool) {
	r := rtfReader{rest: b, fonts: map[int]encoding.Encoding{}, state: rtfState{uc: 1, code: charmap.Windows1252}}
	r.run()
	return r.out.String(), r.html
}

// rtfState is what a group inherits and its end undoes.
type rtfState struct {
	skip  bool // a destination that is not text
	tag   bool // HTML as it is
	rtf   bool // RTF that stands for HTML
	fonts bool // the table of fonts
	uc    int  // characters that stand for one Unicode character
	code  encoding.Encoding
}

type rtfReader struct {
	rest    []byte
	out     strings.Builder
	pending []byte // text in the encoding of the state
	state   rtfState
	stack   []rtfState
	fonts   map[int]encoding.Encoding
	font    int // of the table of fonts
	base    encoding.Encoding
	html    bool
	star    bool // the next word opens a destination that may be ignored
	ignore  int  // characters to skip, which stand for the last one
	high    rune // first half of a pair
}

func (r *rtfReader) run() {
	for len(r.rest) > 0 {
		c := r.rest[0]
		r.rest = r.rest[1:]
		switch c {
		case '{':
			r.flush()
			if len(r.stack) >= maxMailRTFDepth {
				return
			}
			r.stack = append(r.stack, r.state)
			r.ignore = 0
		case '}':
			r.flush()
			if len(r.stack) > 0 {
				r.state = r.stack[len(r.stack)-1]
				r.stack = r.stack[:len(r.stack)-1]
			}
			r.star, r.ignore = false, 0
		case '\\':
			r.control()
		case '\r', '\n':
		default:
			r.char(c)
		}
	}
	r.flush()
}

// char takes one byte of text.
func (r *rtfReader) char(c byte) {
	switch {
	case r.ignore > 0:
		r.ignore--
	case r.shown():
		r.pending = append(r.pending, c)
	}
}

func (r *rtfReader) shown() bool {
	return !r.state.skip && (r.state.tag || !r.state.rtf)
}

func (r *rtfReader) flush() {
	if len(r.pending) == 0 {
		return
	}
	// Decoders put a mark in place of what they cannot decode.
	if text, err := r.state.code.NewDecoder().Bytes(r.pending); err == nil {
		r.out.Write(text)
	}
	r.pending = r.pending[:0]
}

func (r *rtfReader) write(s string) {
	r.flush()
	if r.shown() {
		r.out.WriteString(s)
	}
}

// control reads what follows a backslash.
func (r *rtfReader) control() {
	if len(r.rest) == 0 {
		return
	}
	c := r.rest[0]
	if c < 'a' || c > 'z' {
		r.rest = r.rest[1:]
		r.symbol(c)
		return
	}
	n := 0
	for n < len(r.rest) && r.rest[n] >= 'a' && r.rest[n] <= 'z' {
		n++
	}
	word := string(r.rest[:min(n, 32)])
	r.rest = r.rest[n:]
	value, given := r.number()
	if len(r.rest) > 0 && r.rest[0] == ' ' {
		r.rest = r.rest[1:]
	}
	r.word(word, value, given)
	r.star = false
}

func (r *rtfReader) number() (value int, given bool) {
	n := 0
	if n < len(r.rest) && r.rest[n] == '-' {
		n++
	}
	for n < len(r.rest) && n < 11 && r.rest[n] >= '0' && r.rest[n] <= '9' {
		n++
	}
	value, err := strconv.Atoi(string(r.rest[:n]))
	if err != nil {
		return 0, false
	}
	r.rest = r.rest[n:]
	return value, true
}

func (r *rtfReader) symbol(c byte) {
	switch c {
	case '\'':
		if len(r.rest) < 2 {
			r.rest = nil
			return
		}
		if v, err := strconv.ParseUint(string(r.rest[:2]), 16, 8); err == nil {
			r.char(byte(v))
		}
		r.rest = r.rest[2:]
	case '*':
		r.star = true
	case '\\', '{', '}':
		r.char(c)
	case '~':
		r.write("\u00a0")
	case '_':
		r.write("\u2011")
	case '\r', '\n':
		r.write("\n")
	}
}

// rtfMarks are words that stand for text.
var rtfMarks = map[string]string{
	"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t", "cell": "\t",
	"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
	"bullet": "•", "endash": "–", "emdash": "—", "enspace": " ", "emspace": " ",
}

// rtfHidden are destinations without text.
var rtfHidden = map[string]bool{
	"colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true,
	"header": true, "footer": true, "headerl": true, "headerr": true, "footerl": true, "footerr": true,
}

func (r *rtfReader) word(word string, value int, given bool) {
	if mark, ok := rtfMarks[word]; ok {
		r.write(mark)
		return
	}
	r.flush()
	switch {
	case r.star && word == "htmltag":
		r.state.tag = true
		return
	case r.star || rtfHidden[word]:
		r.state.skip = true
		return
	}
	switch word {
	case "fromhtml":
		r.html = true
	case "htmlrtf":
		r.state.rtf = !given || value != 0
	case "uc":
		r.state.uc = max(0, min(value, 10))
	case "u":
		r.unicode(value)
	case "ansicpg":
		r.setBase(text.CodePage(value))
	case "fonttbl":
		r.state.skip, r.state.fonts = true, true
	case "f":
		r.useFont(value)
	case "fcharset":
		if r.state.fonts && len(r.fonts) < maxMailRTFDepth {
			r.fonts[r.font] = rtfCharset(value)
		}
	case "plain":
		if r.base != nil {
			r.state.code = r.base
		}
	}
}

func (r *rtfReader) setBase(code encoding.Encoding) {
	if code != nil {
		r.base, r.state.code = code, code
	}
}

func (r *rtfReader) useFont(number int) {
	if r.state.fonts {
		r.font = number
		return
	}
	if code := r.fonts[number]; code != nil {
		r.state.code = code
	} else if r.base != nil {
		r.state.code = r.base
	}
}

// unicode writes the character with a number, which may be half of a pair and
// is written as a signed number of 16 bits.
func (r *rtfReader) unicode(value int) {
	c := rune(value & 0xffff)
	r.ignore = r.state.uc
	switch {
	case r.high != 0:
		c = utf16.DecodeRune(r.high, c)
		r.high = 0
	case utf16.IsSurrogate(c):
		r.high = c
		return
	}
	if !utf8.ValidRune(c) {
		c = utf8.RuneError
	}
	r.write(string(c))
}

// rtfCharset returns the encoding of a font's character set, nil for the one
// of the text.
func rtfCharset(n int) encoding.Encoding {
	pages := map[int]int{
		128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258,
		177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250,
	}
	return text.CodePage(pages[n])
}
