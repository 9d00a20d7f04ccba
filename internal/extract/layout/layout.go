// Package layout turns the characters of a PDF page into text: words by the gaps
// between letters, lines by where the words stand, paragraphs by the distance of
// lines. It also marks what is not prose (line numbers, stamps of courts, footnotes,
// headers and footers), and says whether the text layer of a page is good enough or
// its picture must be recognized.
//
// Coordinates are in points from the top left corner of the page as the reader sees
// it.
package layout

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Token is a word of a text layer.
type Token struct {
	text    string
	box     dossier.Box
	newLine bool // the file starts a new line with it
	broken  bool // a hyphen at the end of its line cuts it; the next token goes on with the word
}

// softHyphens are what PDFium puts in place of the hyphen between the two parts of
// a word that it joined across a line break.
const softHyphens = "\x02\ufffe"

// Glyph is one character of a text layer.
type Glyph struct {
	Char  rune
	Box   dossier.Box
	Shown bool // it lies on the page; white space has no place
}

// Words joins glyphs to words. White space ends a word, and so do three things
// that PDFium leaves inside one: a gap, as after the number of a section, the step
// to or from a small raised number, as before a footnote mark, and the end of a
// line. The parts of a word in two lines stay apart until [Text] knows whether what
// begins the next line is the number of that line.
func Words(glyphs []Glyph) []Token {
	var out []Token
	var run []Glyph
	newLine := true
	flush := func() {
		if t := makeToken(run); t.text != "" {
			t.newLine = newLine
			newLine = false
			out = append(out, t)
		}
		run = run[:0]
	}
	for _, g := range glyphs {
		switch {
		case IsBlank(g.Char):
			flush()
			newLine = newLine || g.Char == '\n' || g.Char == '\r'
		case strings.ContainsRune(softHyphens, g.Char):
			before := len(out)
			flush()
			if len(out) > before {
				out[before].broken, newLine = true, true
			}
		case !g.Shown:
		case len(run) == 0:
			run = append(run, g)
		default:
			if isApart(run, g) {
				flush()
			}
			run = append(run, g)
		}
	}
	flush()
	return out
}

// IsBlank reports whether r has no ink: white space, or the zero that PDFium gives for
// a character without text.
func IsBlank(r rune) bool { return unicode.IsSpace(r) || r == 0 }

// makeToken makes a word of a run of glyphs in one line.
func makeToken(run []Glyph) Token {
	var t Token
	var b strings.Builder
	for _, g := range once(run) {
		if wire.Printable(g.Char) < 0 {
			continue
		}
		if b.Len() == 0 {
			t.box = g.Box
		} else {
			t.box = Union(t.box, g.Box)
		}
		b.WriteRune(g.Char)
	}
	t.text = strings.ToValidUTF8(b.String(), "")
	return t
}

// once returns the glyphs of a word without the second print of each, if all of
// it is printed twice to look bold. A single pair is no sign of that: the two
// letters of a ligature share a place.
func once(run []Glyph) []Glyph {
	if len(run) < 4 || len(run)%2 != 0 {
		return run
	}
	for i := 0; i < len(run); i += 2 {
		if !isOverprint(run[i], run[i+1]) {
			return run
		}
	}
	single := make([]Glyph, 0, len(run)/2)
	for i := 0; i < len(run); i += 2 {
		single = append(single, run[i])
	}
	return single
}

// isOverprint recognises a letter printed twice, a little apart.
func isOverprint(a, b Glyph) bool {
	near := 0.4 * min(a.Box[2]-a.Box[0], b.Box[2]-b.Box[0])
	return a.Char == b.Char && abs(a.Box[0]-b.Box[0]) < near && abs(a.Box[1]-b.Box[1]) < near
}

// isApart reports whether b, next in the file, begins another word than run. The
// way the text runs does not matter: boxes of neighbours touch.
func isApart(run []Glyph, b Glyph) bool {
	a := run[len(run)-1]
	const (
		wide   = 0.2  // gap between words, of the size of the print
		narrow = 0.05 // gap after a number or a bracket
		small  = 0.8  // a raised number against the print after it
	)
	print := min(size(a.Box), size(b.Box))
	space := distance(a.Box, b.Box)
	switch {
	case space > wide*print:
		return true
	case unicode.IsDigit(a.Char) && size(a.Box) < small*size(b.Box):
		return true
	case unicode.IsLetter(a.Char) || !unicode.IsLetter(b.Char) && !strings.ContainsRune("“\"‘'(", b.Char):
		return false
	}
	usual := float32(0) // in letter-spaced print, all gaps are wide
	if len(run) > 1 {
		usual = distance(run[len(run)-2].Box, a.Box)
	}
	return space > narrow*print && space > 2*usual
}

// distance returns the width of the gap between two boxes, negative if they
// overlap.
func distance(a, b dossier.Box) float32 {
	across := max(b[0]-a[2], a[0]-b[2])
	down := max(b[1]-a[3], a[1]-b[3])
	return max(across, down)
}

// size returns the size of the print: the longer side, however the text runs.
func size(b dossier.Box) float32 { return max(b[2]-b[0], b[3]-b[1]) }

func abs(f float32) float32 { return max(f, -f) }

// line is a run of words on one base line.
type line struct {
	tokens []Token
	box    dossier.Box
}

func (l *line) add(t Token) {
	if len(l.tokens) == 0 {
		l.box = t.box
	} else {
		l.box = Union(l.box, t.box)
	}
	l.tokens = append(l.tokens, t)
}

// Union returns the smallest box around two boxes.
func Union(a, b dossier.Box) dossier.Box {
	return dossier.Box{min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])}
}

// core returns the vertical extent of l without its outer quarters. Boxes of
// close lines overlap at their edges; their cores do not.
func (l *line) core() (top, bottom float32) {
	quarter := (l.box[3] - l.box[1]) / 4
	return l.box[1] + quarter, l.box[3] - quarter
}

// Text makes the text of a page, lines from top to bottom, the words with
// their offsets in it, and the zones. The numbers of lines come last. The box of a
// word that goes on in the next line is that of its part in the line where it begins.
func Text(tokens []Token, width, height float32) (string, []dossier.Word, []dossier.Zone) {
	numbers, tokens := numberColumn(tokens, width)
	tokens = joinBroken(tokens)
	lines := order(splitColumns(group(tokens)), height)
	gaps := paragraphGaps(lines)
	var text strings.Builder
	out := make([]dossier.Word, 0, len(tokens)+len(numbers))
	starts := make([]int, len(lines))
	for i, l := range lines {
		if i > 0 {
			text.WriteByte('\n')
			if gaps[i] {
				text.WriteByte('\n')
			}
		}
		starts[i] = text.Len()
		out = writeLine(&text, out, l.tokens)
	}
	found := zones(lines, starts, text.String(), height)
	if len(numbers) > 0 {
		text.WriteString("\n\n")
		start := text.Len()
		out = writeLine(&text, out, numbers)
		found = append(found, dossier.Zone{Kind: dossier.ZoneLineNumbers, Start: start, End: text.Len()})
	}
	return text.String(), out, found
}

func writeLine(text *strings.Builder, words []dossier.Word, tokens []Token) []dossier.Word {
	for i, t := range tokens {
		if i > 0 {
			text.WriteByte(' ')
		}
		start := text.Len()
		text.WriteString(t.text)
		words = append(words, dossier.Word{Text: t.text, Box: t.box, Confidence: 1, Start: start, End: text.Len()})
	}
	return words
}

// joinBroken makes one word of the two parts that a hyphen at the end of a line
// sets apart.
func joinBroken(tokens []Token) []Token {
	out := make([]Token, 0, len(tokens))
	wrapped := false // the last word ends in the line of the next
	for _, t := range tokens {
		if n := len(out); n > 0 && out[n-1].broken {
			out[n-1].text += hyphenBefore(out[n-1].text, t.text) + t.text
			out[n-1].broken, wrapped = t.broken, true
			continue
		}
		t.newLine, wrapped = t.newLine || wrapped, false
		out = append(out, t)
	}
	if n := len(out); n > 0 && out[n-1].broken {
		out[n-1].text += "-"
	}
	return out
}

// hyphenBefore returns the hyphen between the two parts of a word, or "" where only
// the end of the line called for it. No word is divided before a number or, unless
// it is all in capitals, before a capital.
func hyphenBefore(part, rest string) string {
	last, _ := utf8.DecodeLastRuneInString(part)
	first, _ := utf8.DecodeRuneInString(rest)
	if unicode.IsDigit(first) || unicode.IsUpper(first) && unicode.IsLower(last) {
		return "-"
	}
	return ""
}

// group puts words into lines. A line that goes on to the right of the one
// before, at the same height, is the same line: the cells of a table row.
func group(tokens []Token) []*line {
	var lines []*line
	for _, t := range tokens {
		if len(lines) == 0 || t.newLine && !continues(lines[len(lines)-1], t) {
			lines = append(lines, &line{})
		}
		lines[len(lines)-1].add(t)
	}
	return lines
}

func continues(l *line, t Token) bool {
	overlap := min(l.box[3], t.box[3]) - max(l.box[1], t.box[1])
	lower := min(l.box[3]-l.box[1], t.box[3]-t.box[1])
	return t.box[0] >= l.box[2]-1 && overlap > lower*0.6
}

// order puts the lines in reading order. The file's own order is right within
// columns and must not be disturbed there. But what a court stamps on a page
// comes last in the file and stands on top. So: if no two lines stand beside
// each other, there are no columns and height alone decides; otherwise only
// lines alone in the upper or lower margin are moved.
func order(lines []*line, height float32) []*line {
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b *line) int {
		topA, _ := a.core()
		topB, _ := b.core()
		return cmp.Compare(topA, topB)
	})
	const margin = 0.1
	alone := standAlone(sorted)
	if !slices.Contains(alone, false) {
		return sorted
	}
	head, foot := 0, len(sorted)
	for alone[head] && sorted[head].box[3] < height*margin {
		head++
	}
	for alone[foot-1] && sorted[foot-1].box[1] > height*(1-margin) {
		foot--
	}
	return rearrange(lines, sorted[:head], sorted[foot:])
}

// standAlone reports which of the lines, sorted from the top, have no other
// line beside them.
func standAlone(sorted []*line) []bool {
	alone := make([]bool, len(sorted))
	lowest := float32(math.Inf(-1)) // bottom of all lines before
	for i, l := range sorted {
		top, bottom := l.core()
		alone[i] = lowest <= top
		if i+1 < len(sorted) {
			next, _ := sorted[i+1].core()
			alone[i] = alone[i] && bottom <= next
		}
		lowest = max(lowest, bottom)
	}
	return alone
}

// rearrange returns lines with those of head first and those of foot last.
func rearrange(lines, head, foot []*line) []*line {
	moved := make(map[*line]bool, len(head)+len(foot))
	for _, l := range slices.Concat(head, foot) {
		moved[l] = true
	}
	out := slices.Clone(head)
	for _, l := range lines {
		if !moved[l] {
			out = append(out, l)
		}
	}
	return append(out, foot...)
}

// paragraphGaps reports for each line whether a blank line belongs before it:
// where it stands clearly further from the line before than its neighbours do
// from each other, and where the text jumps to another column.
func paragraphGaps(lines []*line) []bool {
	gaps := make([]bool, len(lines))
	pitch := make([]float32, len(lines)) // distance to the line before
	for i := 1; i < len(lines); i++ {
		pitch[i] = lines[i].box[3] - lines[i-1].box[3]
	}
	const clearly = 1.35
	for i := 1; i < len(lines); i++ {
		near := 1.5 * (lines[i].box[3] - lines[i].box[1])
		known := false
		for _, j := range []int{i - 1, i + 1} {
			if j > 0 && j < len(lines) && pitch[j] > 0 && (!known || pitch[j] < near) {
				near, known = pitch[j], true
			}
		}
		gaps[i] = pitch[i] < 0 || pitch[i] > clearly*near
	}
	return gaps
}

// ThinLayer is the number of words below which a text layer over an image is
// taken for a stamp or a label, and WideImage the part of the page that the
// image must cover. outlined is the number of shapes from which they may be
// letters.
const (
	ThinLayer = 50
	WideImage = 0.5
	outlined  = 30
)

// courtStamp is the line that a court's filing system prints on each page.
var courtStamp = regexp.MustCompile(`(?i)^\W*(usca\d*\s+|bankr\w*\s+|appell\w*\s+)?(case|appeal|doc(ument|ket)?)\b.*\b(filed|entered|document|doc|page|pg|date)\b.*\d`)

// Decide reports whether a page must be recognized, and why or why not.
func Decide(mode wire.OCRMode, page *dossier.Page, look Look) (bool, string) {
	need, reason := judge(page, look)
	if mode == wire.OCRForce && reason != wire.ReasonBlank {
		return true, "recognition was asked for"
	}
	if need && mode == wire.OCROff {
		return false, reason + "; recognition is off"
	}
	return need, reason
}

func judge(page *dossier.Page, look Look) (bool, string) {
	switch {
	case len(page.Words) == 0 && !look.Drawn:
		return false, wire.ReasonBlank
	case len(page.Words) == 0:
		return true, "no text layer"
	case isGarbage(page.Text):
		return true, "unreadable text layer"
	case look.ImageShare >= WideImage && countWords(page.Text) < ThinLayer:
		return true, "thin layer over an image"
	case countWords(page.Text) == 0 && (look.ImageShare > 0 || look.Shapes >= outlined):
		return true, "no text layer but a court's stamp"
	}
	return false, "text layer"
}

// countWords counts the words of text outside court stamps.
func countWords(text string) int {
	n := 0
	for l := range strings.Lines(text) {
		if !courtStamp.MatchString(l) {
			n += len(strings.Fields(l))
		}
	}
	return n
}

// isGarbage reports whether a third of text is characters without meaning: the
// font of the file does not say which letters its shapes are.
func isGarbage(text string) bool {
	total, bad := 0, 0
	for _, r := range text {
		if unicode.IsSpace(r) {
			continue
		}
		total++
		if r == unicode.ReplacementChar || unicode.Is(unicode.Co, r) {
			bad++
		}
	}
	return bad*3 > total
}

// Look is what a page shows besides its text layer.
type Look struct {
	Drawn      bool    // it has any content at all
	ImageShare float32 // part of the page that images cover, 0 to 1
	Shapes     int     // drawn shapes: rules, boxes, and letters that are outlines
}
