package tagger

import "unicode/utf8"

// Reading is a text as the tagger reads it: words with all that features are made
// of. Package train learns from readings. A Reading may be used for one text after
// another, by one goroutine.
type Reading struct{ reader reader }

// Word is a word, a number, a mark or a masked span of a reading.
type Word struct {
	Start, End  int      // bytes of the text
	Hash        uint32   // of the word in lower case, without stops
	Kinds       WordKind // what the lists know of it
	Ahead       WordKind // what they know of the words after it in its run of capitals
	Mark        rune     // the mark; 0 for others
	Capital     bool     // may be a word of a name by its looks
	Lower       bool     // is in lower case
	Initial     bool     // is one capital, or several with stops
	Number      bool
	Masked      bool
	FirstOfLine bool // a line break stands before it
}

// Read reads a text. The spans of the mask are in order and do not overlap.
func (r *Reading) Read(text string, mask []Span) { r.reader.read(text, 0, len(text), mask) }

// Words returns the words of the text.
func (r *Reading) Words() []Word {
	tokens := r.reader.tokens
	words := make([]Word, len(tokens)-2*padding)
	for i := range words {
		t := &tokens[i+padding]
		words[i] = Word{
			Start: t.start, End: t.end, Hash: t.hash, Kinds: t.lexicon, Ahead: t.run.ahead, Mark: t.markRune(), Capital: t.capital(),
			Lower: t.class == lower, Initial: t.class == initial, Number: t.class == number, Masked: t.class == masked, FirstOfLine: t.gap >= wrapped,
		}
	}
	return words
}

// markRune returns the mark that a token is, 0 for others.
func (t *token) markRune() rune {
	switch {
	case t.class != mark:
		return 0
	case t.shape < utf8.RuneSelf && t.shape != shapeOther:
		return rune(t.shape)
	}
	return utf8.RuneError
}

// Hide makes the word lists forget the capitalised words whose hash is hidden.
func (r *Reading) Hide(hidden func(hash uint32) bool) {
	for i := range r.reader.tokens {
		if t := &r.reader.tokens[i]; t.capital() && hidden(t.hash) {
			t.lexicon &^= FirstName | Surname | PlaceName
			t.cluster = 0
		}
	}
	r.reader.gatherFacts()
	r.reader.lookAround()
}

// Islands calls visit with every stretch of words, from up to to, that may hold
// names; it has MaxIsland words at most.
func (r *Reading) Islands(visit func(from, to int)) {
	r.reader.islands(func(from, to int) { visit(from-padding, to-padding) })
}

// AppendFeatures appends the rows of the features of word i in a model of 2^bits
// rows: equally many for each word.
func (r *Reading) AppendFeatures(rows []uint32, i int, bits uint) []uint32 {
	f := featureSet{shift: 32 - bits}
	f.of(r.reader.tokens, i+padding)
	return append(rows, f.rows[:f.n]...)
}
