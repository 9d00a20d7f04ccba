package tagger

import (
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/lex"
)

// class says what a token looks like.
type class uint8

const (
	mark    class = iota // punctuation
	lower                // a word in lower case
	title                // a capitalised word
	mixed                // capitals inside: "McDonald", "iPhone", "3M"
	caps                 // a word of two or more capitals
	initial              // one capital, with or without its stop, or "J.P."
	number
	masked // something a scanner found
	edge   // before the first and after the last token
)

// gap says what stands before a token.
type gap uint8

const (
	glued   gap = iota // nothing
	blank              // white space within a line
	wrapped            // a line break
	parted             // an empty line, a page break, a column gap
)

// token is a word, a number, a mark or a masked span, as numbers.
type token struct {
	start, end int
	hash       uint32    // of the word in lower case, without stops
	prefix     [3]uint32 // of its first two, three and four letters
	suffix     [3]uint32 // of its last two, three and four letters
	shape      uint32    // the kinds of its characters, runs as one
	lexicon    WordKind
	cluster    uint32 // of the word, from 1; 0: none is known
	facts      uint32 // what the document knows of the word
	run        run
	class      class
	gap        gap
	shouted    bool // the whole line is in capitals
}

// capital reports whether the token may be a word of a name by its looks.
func (t *token) capital() bool { return t.class >= title && t.class <= initial }

// group is the wider cluster of the word, from 1; 0: none is known.
func (t *token) group() uint32 {
	if t.cluster == 0 {
		return 0
	}
	return (t.cluster-1)/gazetteer.ClusterParts + 1
}

// padding is how many edge tokens stand at each end, for features that look
// around.
const padding = 3

var edgeToken = token{class: edge, gap: parted, hash: 0x5bd1e995}

// tokenize appends the tokens of text from start on to tokens, which is empty.
func tokenize(text string, start int, mask []Span, tokens []token) []token {
	tokens = append(tokens, edgeToken, edgeToken, edgeToken)
	g := parted
	next := 0
	for i := start; i < len(text); {
		if next < len(mask) && i >= mask[next].Start {
			m := mask[next]
			next++
			if m.End <= i {
				continue
			}
			end := min(m.End, len(text))
			tokens = append(tokens, token{start: i, end: end, class: masked, gap: g, hash: Mix(uint32(m.Kind), 0x4d61736b), shape: uint32(m.Kind) + 1})
			i, g = end, glued
			continue
		}
		if lex.SpaceAt(text, i) > 0 {
			i, g = spaceEnd(text, i)
			continue
		}
		limit := len(text)
		if next < len(mask) {
			limit = min(limit, mask[next].Start)
		}
		tokens = append(tokens, token{})
		t := &tokens[len(tokens)-1]
		t.read(text[:limit], i)
		t.gap, g = g, glued
		i = t.end
	}
	return append(tokens, edgeToken, edgeToken, edgeToken)
}

// spaceEnd returns the end of the white space at i and what gap it makes.
func spaceEnd(text string, i int) (end int, g gap) {
	breaks, wide := 0, 0
	for end = i; ; {
		w := lex.SpaceAt(text, end)
		if w == 0 {
			break
		}
		switch text[end] {
		case '\n', '\v':
			breaks++
		case '\f':
			breaks += 2
		case '\t':
			wide += 4
		default:
			wide++
		}
		end += w
	}
	switch {
	case breaks > 1, breaks == 0 && wide > 3:
		return end, parted
	case breaks == 1:
		return end, wrapped
	}
	return end, blank
}

// Of FNV-1a.
const (
	fnvOffset = 2166136261
	fnvPrime  = 16777619
)

// Mix scatters a pair of numbers over all bits.
func Mix(a, b uint32) uint32 {
	h := (a ^ b*0x9E3779B1) * 0x85EBCA6B
	return h ^ h>>15
}

// Kinds of characters, three bits each in a shape.
const (
	shapeUpper = 1 + iota
	shapeLower
	shapeDigit
	shapeStop
	shapeJoint // hyphen, apostrophe, ampersand
	shapeOther
)

// wordScan reads one word, a byte at a time.
type wordScan struct {
	t             *token
	text          string
	letters       int
	uppers        int
	lowers        int
	digits        int
	hashed        int // bytes that went into the hash
	last          uint32
	upperNotFirst bool
}

// read fills in the token at i, which is no white space.
func (t *token) read(text string, i int) {
	t.start = i
	b := text[i]
	if b < utf8.RuneSelf && !lex.IsAlnum(b) {
		t.end, t.hash, t.shape = i+1, Mix(uint32(b), 0x6d61726b), uint32(b)
		for t.end < len(text) && text[t.end] == b {
			t.end++ // a rule of dashes, dots that lead to a page
		}
		return
	}
	if b >= utf8.RuneSelf {
		if r, size := utf8.DecodeRuneInString(text[i:]); !unicode.IsLetter(r) {
			t.end, t.hash, t.shape = i+size, Mix(uint32(r), 0x6d61726b), shapeOther
			return
		}
	}
	s := wordScan{t: t, text: text}
	t.hash = fnvOffset
	s.word(i)
	t.class = s.class()
	s.stop()
	if t.class != number {
		t.affixes(text)
		known := lookUp(t.hash)
		t.lexicon, t.cluster = known.kind, uint32(known.cluster)
	}
}

// word walks to the end of the word at i.
func (s *wordScan) word(i int) {
	t, text := s.t, s.text
	for t.end = i; t.end < len(text); {
		b := text[t.end]
		switch {
		case lex.IsUpper(b):
			s.upperNotFirst = s.upperNotFirst || s.letters > 0
			s.letters++
			s.uppers++
			s.add(b|0x20, shapeUpper)
		case lex.IsLower(b):
			s.letters++
			s.lowers++
			s.add(b, shapeLower)
		case lex.IsDigit(b):
			s.digits++
			s.add('0', shapeDigit)
		case b >= utf8.RuneSelf:
			if !s.foreign() {
				return
			}
		case s.joins(b, t.end+1):
			s.add(b, shapeJoint)
		default:
			return
		}
	}
}

// foreign takes in a letter or apostrophe outside ASCII.
func (s *wordScan) foreign() bool {
	t, text := s.t, s.text
	r, size := utf8.DecodeRuneInString(text[t.end:])
	switch {
	case r == '’' && s.joins('\'', t.end+size):
		s.add('\'', shapeJoint)
		t.end += size - 1
		return true
	case !unicode.IsLetter(r) && !unicode.IsMark(r):
		return false
	case unicode.IsUpper(r):
		s.upperNotFirst = s.upperNotFirst || s.letters > 0
		s.uppers++
		r = unicode.ToLower(r)
		s.shape(shapeUpper)
	default:
		s.lowers++
		s.shape(shapeLower)
	}
	s.letters++
	t.hash = (t.hash ^ uint32(r)) * fnvPrime
	t.end += size
	return true
}

// joins reports whether the mark b before next is inside a word: hyphens,
// apostrophes and ampersands before a letter, but not the "'s" of a possessor;
// commas and stops between digits; stops between single capitals.
func (s *wordScan) joins(b byte, next int) bool {
	if next >= len(s.text) || s.letters+s.digits == 0 || !lex.IsAlnumAt(s.text, next) {
		return false
	}
	switch b {
	case '\'':
		return s.text[next]|0x20 != 's' || lex.IsAlnumAt(s.text, next+1)
	case '-', '&':
		return true
	case ',', '/', ':':
		return s.letters == 0 && lex.IsDigit(s.text[next])
	case '.':
		if s.letters == 0 {
			return lex.IsDigit(s.text[next])
		}
		if isDomain(s.text[next:]) {
			return true
		}
		// "J.P.", "U.S.C.": a single letter before and after.
		before := s.t.end - 1
		return lex.IsAlpha(s.text[before]) && (before == s.t.start || s.text[before-1] == '.') &&
			lex.IsAlpha(s.text[next]) && !lex.IsAlnumAt(s.text, next+1)
	}
	return false
}

// isDomain reports whether the text begins with the end of a site's name.
func isDomain(t string) bool {
	return lex.HasWordFold(t, 0, "com") || lex.HasWordFold(t, 0, "org") || lex.HasWordFold(t, 0, "net")
}

// add takes in a byte and its kind.
func (s *wordScan) add(b byte, kind uint32) {
	s.t.end++
	s.shape(kind)
	if b == '.' {
		return
	}
	s.t.hash = (s.t.hash ^ uint32(b)) * fnvPrime
	s.hashed++
	if s.hashed >= 2 && s.hashed <= 4 {
		s.t.prefix[s.hashed-2] = s.t.hash
	}
}

func (s *wordScan) shape(kind uint32) {
	if kind != s.last && s.t.shape < 1<<27 {
		s.t.shape = s.t.shape<<3 | kind
	}
	s.last = kind
}

func (s *wordScan) class() class {
	first, _ := utf8.DecodeRuneInString(s.text[s.t.start:])
	switch {
	case s.letters == 0:
		return number
	case s.digits > 0 && s.uppers == 0, s.uppers == 0:
		return lower
	case s.uppers == s.letters && s.letters == 1:
		return initial
	case s.uppers == s.letters:
		return caps
	case unicode.IsUpper(first) && !s.upperNotFirst:
		return title
	}
	return mixed
}

// stop takes in the stop of an initial or an abbreviation.
func (s *wordScan) stop() {
	t := s.t
	if t.end >= len(s.text) || s.text[t.end] != '.' {
		return
	}
	dotted := t.end-t.start >= 3 && s.text[t.end-2] == '.'
	if t.class == initial || dotted || t.class != number && abbreviations[t.hash] {
		t.end++
		s.shape(shapeStop)
	}
	if dotted && t.class == caps {
		t.class = initial
	}
}

// affixes fills in the hashes of the word's ends.
func (t *token) affixes(text string) {
	h := uint32(fnvOffset)
	for n := 1; n <= 4; n++ {
		k := t.end - n
		if k < t.start {
			break
		}
		b := text[k]
		if lex.IsUpper(b) {
			b |= 0x20
		}
		h = (h ^ uint32(b)) * fnvPrime
		if n >= 2 {
			t.suffix[n-2] = h
		}
	}
}

// shout marks the words of lines that have capitals only.
func (r *reader) shout() {
	last := len(r.tokens) - padding
	for from := padding; from < last; {
		to, loud, soft := from, 0, 0
		for to < last && (to == from || r.tokens[to].gap < wrapped) {
			switch r.tokens[to].class {
			case caps:
				loud++
			case title, mixed, lower:
				soft++
			}
			to++
		}
		if loud > 0 && loud > 4*soft {
			for i := from; i < to; i++ {
				r.tokens[i].shouted = true
			}
		}
		from = to
	}
}
