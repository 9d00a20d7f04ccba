package legacy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/story"
	"github.com/dossier-legal/dossier/internal/extract/text"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Bounds of RTF. Word nests some dozen groups.
const (
	maxRTFGroups = 2000
	maxRTFFonts  = 10_000
	maxRTFNames  = 10_000 // of authors
)

// ReadRTF sends a file in Rich Text Format as one page: headers, body, notes,
// footers.
func ReadRTF(j wire.Job, out *wire.Sender) error {
	b, err := text.ReadFile(j.Path)
	if err != nil {
		return err
	}
	r := newRTF(b, out)
	if err := r.run(); err != nil {
		return err
	}
	body, err := r.End()
	if err != nil {
		return err
	}
	blocks := slices.Concat(r.heads, []string{body}, r.notes, r.feet)
	blocks = slices.DeleteFunc(blocks, func(s string) bool { return s == "" })
	if err := out.Page(wire.PageWithReason(1, "text of the document", strings.Join(blocks, "\n\n"))); err != nil {
		return err
	}
	return out.Meta(wire.FileMeta{Meta: r.meta})
}

// rtfGroup is what holds inside a pair of braces.
type rtfGroup struct {
	skip     bool   // the text is not for readers
	star     bool   // a destination that may be skipped was announced
	dest     string // the destination the group began, if any
	table    string // the table it is part of: info, fonttbl, revtbl
	capture  string // what its text is: a field of the properties, an author
	upr      bool   // the text comes twice: in bytes, then in Unicode
	unicode  int    // how many characters stand for the last \u
	font     int
	hidden   bool
	deleted  bool
	inserted bool
	by       [2]rtfStamp // of the insertion, of the deletion
	inTable  bool
}

// rtfStamp is who changed the text, an index of the table of authors, and when.
type rtfStamp struct{ author, at int }

// rtfFont is what matters of a font: how its bytes are to be read.
type rtfFont struct {
	charset int
	name    string
}

// rtf reads Rich Text Format.
type rtf struct {
	*story.Story
	rest  []byte
	group rtfGroup
	stack []rtfGroup

	codePage int
	font     int // of text that names none
	fonts    map[int]rtfFont
	bytes    []byte // text not decoded yet
	high     rune   // first half of a surrogate pair
	ignore   int    // characters to skip after \u
	afterRow bool

	captured strings.Builder
	meta     map[string]string
	date     [5]int // year, month, day, hour, minute
	authors  []string
	remark   rtfRemark
	anchors  story.Anchors

	heads, notes, feet []string
}

// rtfRemark is the comment being read.
type rtfRemark struct {
	by story.Revision
	id string
}

func newRTF(b []byte, out *wire.Sender) *rtf {
	return &rtf{
		Story: story.New(out, 1), rest: b, codePage: 1252, fonts: map[int]rtfFont{}, meta: map[string]string{},
		group: rtfGroup{unicode: 1},
	}
}

// run reads to the end of the outermost group.
func (r *rtf) run() error {
	for len(r.rest) > 0 && r.Err == nil {
		c := r.rest[0]
		r.rest = r.rest[1:]
		switch c {
		case '{':
			r.pushGroup()
		case '}':
			r.popGroup()
			if len(r.stack) == 0 {
				return r.Err
			}
		case '\\':
			r.control()
		case '\r', '\n', 0:
		default:
			r.char(c)
		}
	}
	r.flush()
	for len(r.stack) > 0 && r.Err == nil { // braces are missing
		r.popGroup()
	}
	return r.Err
}

func (r *rtf) pushGroup() {
	r.flush()
	r.ignore = 0
	if len(r.stack) >= maxRTFGroups {
		r.Fail(dossier.Errorf(dossier.CodeDamaged, "groups nest deeper than %d", maxRTFGroups).WithCure(wire.CureSaveAgain))
		return
	}
	r.stack = append(r.stack, r.group)
	r.group.star, r.group.dest = false, ""
	if r.group.upr {
		r.group.skip, r.group.upr = true, false
	}
}

func (r *rtf) popGroup() {
	r.flush()
	r.ignore = 0
	r.endDestination(r.group.dest)
	if n := len(r.stack); n > 0 {
		r.group, r.stack = r.stack[n-1], r.stack[:n-1]
	}
}

// control reads what follows a backslash.
func (r *rtf) control() {
	if len(r.rest) == 0 {
		return
	}
	c := r.rest[0]
	if !isLetter(c) {
		r.rest = r.rest[1:]
		r.symbol(c)
		return
	}
	word, arg, has := r.word()
	if r.ignore > 0 && word != "u" && word != "bin" {
		r.ignore--
		return
	}
	if word == "bin" {
		r.flush()
		r.rest = r.rest[min(max(arg, 0), len(r.rest)):]
		return
	}
	if word == "u" {
		r.unicodeChar(arg)
		return
	}
	r.flush()
	if text, ok := rtfChars[word]; ok {
		r.put(text)
		return
	}
	on := !has || arg != 0
	if r.format(word, arg, on) || r.structure(word) || r.property(word, arg) {
		r.group.star = false
		return
	}
	r.destination(word)
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// word reads a control word and its number.
func (r *rtf) word() (word string, arg int, has bool) {
	const longest = 32
	i := 0
	for i < len(r.rest) && i < longest && isLetter(r.rest[i]) {
		i++
	}
	word = string(r.rest[:i])
	start := i
	if i < len(r.rest) && r.rest[i] == '-' {
		i++
	}
	for i < len(r.rest) && i-start < 11 && r.rest[i] >= '0' && r.rest[i] <= '9' {
		i++
	}
	if n, err := strconv.Atoi(string(r.rest[start:i])); err == nil {
		arg, has = n, true
	} else {
		i = start // a hyphen that is text
	}
	if i < len(r.rest) && r.rest[i] == ' ' {
		i++
	}
	r.rest = r.rest[i:]
	return word, arg, has
}

// symbol reads a control symbol.
func (r *rtf) symbol(c byte) {
	if r.ignore > 0 && c != '\'' {
		r.ignore--
		return
	}
	switch c {
	case '\'':
		if len(r.rest) < 2 {
			r.rest = nil
			return
		}
		n, err := strconv.ParseUint(string(r.rest[:2]), 16, 8)
		if err != nil {
			return
		}
		r.rest = r.rest[2:]
		r.char(byte(n))
	case '\\', '{', '}':
		r.char(c)
	case '*':
		r.group.star = true
	case '~':
		r.flush()
		r.put("\u00a0")
	case '_':
		r.flush()
		r.put("-")
	case '\n', '\r':
		r.flush()
		r.paragraph()
	}
}

// char takes one byte of text.
func (r *rtf) char(c byte) {
	switch {
	case r.ignore > 0:
		r.ignore--
	case r.group.capture != "" || !r.group.skip:
		r.bytes = append(r.bytes, c)
	}
}

func (r *rtf) unicodeChar(arg int) {
	r.flush()
	r.ignore = r.group.unicode
	c := rune(uint16(arg))
	switch {
	case utf16.IsSurrogate(c) && c < 0xdc00:
		r.high = c
		return
	case utf16.IsSurrogate(c):
		c = utf16.DecodeRune(r.high, c)
	case c >= 0xf000 && c <= 0xf0ff && r.symbolFont():
		c = text.SymbolRune(r.fonts[r.group.font].name, byte(c))
	}
	r.high = 0
	r.put(string(c))
}

func (r *rtf) symbolFont() bool {
	f := r.fonts[r.group.font]
	return f.charset == symbolCharset || text.IsSymbolFont(f.name)
}

// flush decodes the bytes read so far: a character may have several.
func (r *rtf) flush() {
	if len(r.bytes) == 0 {
		return
	}
	b := r.bytes
	r.bytes = r.bytes[:0]
	f, known := r.fonts[r.group.font]
	if known && r.symbolFont() && r.group.capture == "" {
		var signs strings.Builder
		for _, c := range b {
			signs.WriteRune(text.SymbolRune(f.name, c))
		}
		r.put(signs.String())
		return
	}
	page := r.codePage
	if p, ok := charsetPages[f.charset]; known && ok {
		page = p
	}
	r.put(fromCodePage(page, b))
}

// put writes text to where the group wants it.
func (r *rtf) put(s string) {
	g := &r.group
	switch {
	case g.capture != "":
		r.keep(s)
		return
	case g.skip:
		return
	case r.afterRow && !g.inTable:
		r.BlankLineBelow()
		r.afterRow = false
	}
	r.Hidden, r.Inserted, r.Deleted = g.hidden, nil, nil
	if g.inserted {
		r.Inserted = r.stamp(g.by[0])
	}
	if g.deleted {
		r.Deleted = r.stamp(g.by[1])
	} else {
		r.anchors.Write(s)
	}
	r.Write(s)
}

// keep puts the text of a table or a property aside.
func (r *rtf) keep(s string) {
	if r.captured.Len() < 1<<16 {
		r.captured.WriteString(s)
	}
	if r.group.table == "fonttbl" && strings.HasSuffix(s, ";") {
		name := strings.TrimSpace(strings.TrimSuffix(r.captured.String(), ";"))
		r.setFont(func(f *rtfFont) { f.name = name })
		r.captured.Reset()
	}
}

// stamp names who changed a text, and when.
func (r *rtf) stamp(s rtfStamp) *story.Revision {
	rev := &story.Revision{At: dttm(uint32(s.at))}
	if s.author >= 0 && s.author < len(r.authors) {
		rev.Author = r.authors[s.author]
	}
	return rev
}

// dttm writes a moment as Word packs it: minute, hour, day, month, year.
func dttm(v uint32) string {
	minute, hour, day, month, year := v&0x3f, v>>6&0x1f, v>>11&0x1f, v>>16&0xf, 1900+(v>>20&0x1ff)
	if month < 1 || month > 12 || day < 1 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d", year, month, day, hour, minute)
}

// rtfChars are the control words that stand for text.
var rtfChars = map[string]string{
	"tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
	"bullet": "•", "emspace": "\u2003", "enspace": "\u2002", "softline": "\n",
}

// format follows the character formatting that matters.
func (r *rtf) format(word string, arg int, on bool) bool {
	g := &r.group
	switch word {
	case "f":
		g.font = arg
	case "deff":
		r.font, g.font = arg, arg
	case "v":
		g.hidden = on
	case "deleted":
		g.deleted = on
	case "revised":
		g.inserted = on
	case "revauth":
		g.by[0].author = arg
	case "revdttm":
		g.by[0].at = arg
	case "revauthdel":
		g.by[1].author = arg
	case "revdttmdel":
		g.by[1].at = arg
	case "plain":
		g.hidden, g.deleted, g.inserted, g.font = false, false, false, r.font
	case "uc":
		g.unicode = min(max(arg, 0), 64)
	default:
		return false
	}
	return true
}

// structure follows paragraphs and tables.
func (r *rtf) structure(word string) bool {
	if r.group.skip && word != "pard" {
		return false
	}
	switch word {
	case "par", "sect", "page", "column":
		r.paragraph()
	case "pard":
		r.group.inTable = false
	case "intbl":
		r.group.inTable = true
	case "cell", "nestcell":
		r.Settle()
		r.Show("\t")
	case "row", "nestrow":
		r.EndRow()
		r.afterRow = true
	default:
		return false
	}
	return true
}

func (r *rtf) paragraph() {
	switch {
	case r.group.skip:
	case r.group.inTable:
		r.put(" ")
	default:
		r.EndParagraph()
	}
}

// property follows what holds for the whole file.
func (r *rtf) property(word string, arg int) bool {
	switch word {
	case "ansicpg":
		r.codePage = arg
	case "mac":
		r.codePage = 10000
	case "pc":
		r.codePage = 437
	case "pca":
		r.codePage = 850
	case "fcharset":
		r.setFont(func(f *rtfFont) { f.charset = arg })
	default:
		return r.moment(word, arg)
	}
	return true
}

// moment reads the parts of a date.
func (r *rtf) moment(word string, arg int) bool {
	i := slices.Index([]string{"yr", "mo", "dy", "hr", "min"}, word)
	if i >= 0 && r.group.capture == "creatim" {
		r.date[i] = min(max(arg, 0), 9999)
	}
	return i >= 0
}

// setFont changes the font that the table of fonts speaks of.
func (r *rtf) setFont(change func(*rtfFont)) {
	if _, known := r.fonts[r.group.font]; !known && len(r.fonts) >= maxRTFFonts {
		return
	}
	f := r.fonts[r.group.font]
	change(&f)
	r.fonts[r.group.font] = f
}

// charsetPages are the code pages of the character sets that fonts name.
var charsetPages = map[int]int{
	0: 1252, 77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258,
	177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850,
}

// symbolCharset is the character set of fonts that draw signs for letters.
const symbolCharset = 2

// fromCodePage decodes b from a code page; an unknown one is taken for the
// commonest, Windows-1252.
func fromCodePage(page int, b []byte) string {
	enc := text.CodePage(page)
	if enc == nil {
		enc = charmap.Windows1252
	}
	text, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return string(b) // what is not valid in it is cleaned later
	}
	return string(text)
}
