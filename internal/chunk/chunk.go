// Package chunk cuts the text of a document into overlapping passages, the
// units that search and extraction work on.
//
// It guarantees that the chunks cover the whole text in order; that each one
// is exactly text[Start:End]; that dropping the overlaps and joining the rest
// gives back the text byte for byte; that no cut falls inside a UTF-8 sequence
// or inside a word. A cut falls at the end of a paragraph if one is near, else
// at the end of a sentence, a line, a word. A run of more than Size characters
// without white space (base64, a script that writes none) counts as no word
// and is cut between characters.
//
// Split is a pure function and takes time linear in the text.
package chunk

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/sentence"
)

// Version changes whenever the same text would be cut elsewhere; cached
// results of other versions are stale.
const Version = "1"

// The sizes used where [Options] leaves them zero, in characters.
const (
	DefaultSize    = 1000
	DefaultOverlap = 200
)

// Options sets the length of chunks in characters (Unicode code points).
type Options struct {
	// Size is the most characters a chunk has; 0 means DefaultSize.
	Size int
	// Overlap is about how many characters neighbours share; 0 means
	// DefaultOverlap, a negative value none. More than a third of Size is
	// taken as a third, so that every chunk brings something new.
	Overlap int
}

func (o Options) withDefaults() Options {
	if o.Size <= 0 {
		o.Size = DefaultSize
	}
	if o.Overlap == 0 {
		o.Overlap = DefaultOverlap
	}
	o.Overlap = min(max(o.Overlap, 0), o.Size/3)
	return o
}

// Split cuts the text. Blank text has no chunks.
func Split(text string, pages []dossier.PageSpan, opt Options) []dossier.Chunk {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	opt = opt.withDefaults()
	c := cutter{text: text, sentences: sentence.Split(text)}
	var chunks []dossier.Chunk
	for start, covered := 0, 0; ; {
		end := c.end(start, opt)
		if end <= covered { // the long word that ended the last chunk does not fit after the overlap
			start, end = covered, c.end(covered, opt)
		}
		covered = end
		chunks = append(chunks, dossier.Chunk{
			Index:     len(chunks),
			Start:     start,
			End:       end,
			PageStart: dossier.PageAt(pages, start),
			PageEnd:   dossier.PageAt(pages, end-1),
			Text:      text[start:end],
		})
		if end == len(text) {
			return chunks
		}
		start = c.next(start, end, opt)
	}
}

// cutter finds good places to cut one text.
type cutter struct {
	text      string
	sentences []sentence.Span
}

// end returns where the chunk that begins at start ends: the best cut in its
// last part, which is less than half of it.
func (c cutter) end(start int, opt Options) int {
	low := c.forward(start, (opt.Size+opt.Overlap)/2)
	high := c.forward(low, opt.Size-(opt.Size+opt.Overlap)/2)
	if high == len(c.text) {
		return high
	}
	if cut, ok := c.sentenceCut(low, high); ok {
		return cut
	}
	if cut, ok := c.wordCut(low, high); ok {
		return cut
	}
	// A very long word: it starts the next chunk, unless it fills this one.
	if cut, ok := c.wordCut(start, low); ok {
		return cut
	}
	return high
}

// next returns where the chunk after the one at [start, end) begins: about an
// overlap before its end.
func (c cutter) next(start, end int, opt Options) int {
	if opt.Overlap == 0 {
		return end
	}
	high := c.back(end, max(opt.Overlap/2, 1))
	low := max(c.back(high, opt.Overlap), start+1)
	if cut, ok := c.sentenceCut(low, high); ok {
		return cut
	}
	// Without a sentence the start of the word nearest the overlap will do.
	if cut, ok := c.wordCut(low, c.back(end, opt.Overlap)); ok {
		return cut
	}
	if cut, ok := c.wordCut(low, high); ok {
		return cut
	}
	if cut, ok := c.wordCut(high, end); ok {
		return cut
	}
	if r, _ := utf8.DecodeRuneInString(c.text[end:]); unicode.IsSpace(r) {
		return end // a long word, but whole
	}
	return c.back(end, opt.Overlap)
}

// sentenceCut returns the last start of a paragraph in (low, high], else the
// last start of a sentence.
func (c cutter) sentenceCut(low, high int) (int, bool) {
	i, _ := slices.BinarySearchFunc(c.sentences, low+1, func(s sentence.Span, at int) int { return cmp.Compare(s.Start, at) })
	last := -1
	lastIsParagraph := false
	for ; i < len(c.sentences) && c.sentences[i].Start <= high; i++ {
		if s := c.sentences[i]; s.Paragraph || !lastIsParagraph {
			last, lastIsParagraph = s.Start, s.Paragraph
		}
	}
	return last, last >= 0
}

// wordCut returns the last line start in (low, high], else the last place
// there that follows white space.
func (c cutter) wordCut(low, high int) (int, bool) {
	if low >= high {
		return 0, false
	}
	if i := strings.LastIndexByte(c.text[low:high], '\n'); i >= 0 {
		return low + i + 1, true
	}
	i := strings.LastIndexFunc(c.text[low:high], unicode.IsSpace)
	if i < 0 {
		return 0, false
	}
	_, size := utf8.DecodeRuneInString(c.text[low+i:])
	return low + i + size, true
}

// forward returns the offset n characters after at, or the end of the text.
func (c cutter) forward(at, n int) int {
	for ; n > 0 && at < len(c.text); n-- {
		_, size := utf8.DecodeRuneInString(c.text[at:])
		at += size
	}
	return at
}

// back returns the offset n characters before at, or the start of the text.
func (c cutter) back(at, n int) int {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(c.text[:at])
		at -= size
	}
	return at
}
