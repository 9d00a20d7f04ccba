package mention

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// class says what a token looks like.
type class uint8

const (
	other   class = iota // punctuation; see token.mark
	lower                // a word in lower case
	title                // a capitalised word
	caps                 // a word of two or more capitals
	initial              // one capital, with or without its stop
	number
	masked // something a scanner found
)

// gap says what stands before a token.
type gap uint8

const (
	glued gap = iota // nothing
	blank
	wrapped // a line break inside a paragraph
	parted  // a short line's end, an empty line, a page break, a column gap
)

// wordFlags says what a lower-case word is known to be.
type wordFlags = gazetteer.Flags

const (
	firstName  = gazetteer.FirstName
	nameWord   = gazetteer.NameWord
	placeName  = gazetteer.PlaceName
	commonWord = gazetteer.CommonWord
)

// token is a word, a number or a punctuation mark.
type token struct {
	start, end int
	key        string // the word in lower case without its stop; "" for marks
	flags      wordFlags
	class      class
	gap        gap
	mark       byte // the first byte of a mark
}

// isName reports whether the token may be part of a proper name.
func (t *token) isName() bool { return t.class == title || t.class == caps || t.class == initial }

// wrapWidth is the length from which a line may have been broken because it
// was full; shorter lines end on purpose.
const wrapWidth = 48

// tokenize splits text, outside the masked spans, into tokens.
func tokenize(text string, mask []span, words map[string]wordFlags) []token {
	tokens := make([]token, 0, len(text)/5)
	lineStart, next := 0, 0
	gapNow := parted
	for i := 0; i < len(text); {
		if next < len(mask) && i >= mask[next].start {
			tokens = append(tokens, token{start: i, end: mask[next].end, class: masked, gap: gapNow})
			i = mask[next].end
			next++
			gapNow = glued
			continue
		}
		if w := lex.SpaceAt(text, i); w > 0 {
			gapNow, i, lineStart = gapAt(text, i, lineStart)
			continue
		}
		limit := len(text)
		if next < len(mask) {
			limit = mask[next].start
		}
		tok := readToken(text[:limit], i, words)
		tok.gap = gapNow
		gapNow = glued
		tokens = append(tokens, tok)
		i = tok.end
	}
	return tokens
}

// gapAt measures the white space at i and returns its end and the start of the
// line that follows.
func gapAt(text string, i, lineStart int) (g gap, end, line int) {
	line, end = lineStart, i
	breaks, wide := 0, 0
	for {
		w := lex.SpaceAt(text, end)
		if w == 0 {
			break
		}
		switch text[end] {
		case '\n', '\v':
			breaks++
			line = end + 1
		case '\f':
			breaks += 2
			line = end + 1
		case '\t':
			wide += 4
		default:
			wide++
		}
		end += w
	}
	switch {
	case breaks > 1, breaks == 0 && wide > 3:
		return parted, end, line
	case breaks == 1 && i-lineStart < wrapWidth:
		return parted, end, line
	case breaks == 1:
		return wrapped, end, line
	}
	return blank, end, line
}

// readToken reads the token at i, which is no white space.
func readToken(t string, i int, words map[string]wordFlags) token {
	b := t[i]
	if b < utf8.RuneSelf && !lex.IsAlnum(b) {
		return token{start: i, end: i + 1, mark: b}
	}
	if b >= utf8.RuneSelf {
		r, size := utf8.DecodeRuneInString(t[i:])
		if !unicode.IsLetter(r) {
			return token{start: i, end: i + size, mark: b}
		}
	}
	end, letters, uppers := wordExtent(t, i)
	tok := token{start: i, end: end}
	r, _ := utf8.DecodeRuneInString(t[i:])
	switch {
	case letters == 0 || lex.IsDigit(b):
		tok.class = number
	case !unicode.IsUpper(r) && !isBrand(t[i:end]):
		tok.class = lower
	case letters == 1:
		tok.class = initial
	case uppers == letters:
		tok.class = caps
	default:
		tok.class = title
	}
	if tok.class != number {
		tok.lookUp(t, words)
	}
	return tok.withStop(t)
}

// isBrand reports whether a word begins with one small letter before a capital and
// more small ones, as some companies write themselves: "iBio", "mPhase".
func isBrand(word string) bool {
	return len(word) > 3 && !lex.IsUpper(word[0]) && lex.IsUpper(word[1]) && !lex.IsUpper(word[2])
}

// lookUp fills in key and flags. Lower-case words keep a key only; they are
// compared with a few connectors and cues.
func (tok *token) lookUp(t string, words map[string]wordFlags) {
	tok.key = t[tok.start:tok.end]
	if tok.class == lower {
		return
	}
	tok.key = strings.ToLower(lex.PlainLetters(tok.key))
	tok.flags = words[tok.key]
	if tok.flags == 0 {
		// The parts of "Quinn-Judge" speak for the whole, not of "Quinn-led".
		if first, rest, ok := strings.Cut(tok.key, "-"); ok && rest != "" && lex.IsUpper(t[tok.start+len(first)+1]) {
			tok.flags = words[first] & (firstName | nameWord)
		}
	}
}

// abbreviations keep their stop.
var abbreviations = vocabulary.With(vocabulary.FindStop)

// givenAbbreviations are first names as older documents shorten them.
var givenAbbreviations = vocabulary.With(vocabulary.Given)

// withStop takes in the stop of an initial or abbreviation.
func (tok token) withStop(t string) token {
	if tok.end >= len(t) || t[tok.end] != '.' {
		return tok
	}
	if tok.class == initial {
		tok.end++
		// "L.L.C.", "U.S.", "J.P."
		for tok.end+1 < len(t) && lex.IsUpper(t[tok.end]) && t[tok.end+1] == '.' && tok.end-tok.start < 16 {
			tok.end += 2
		}
		if tok.end-tok.start > 2 {
			tok.key = strings.ToLower(strings.ReplaceAll(t[tok.start:tok.end], ".", ""))
		}
	} else if tok.class != number && abbreviations[tok.key] {
		tok.end++
	} else if (tok.class == title || tok.class == caps) && givenAbbreviations[tok.key] {
		tok.end++
		tok.flags = firstName
	}
	return tok
}

// wordExtent returns the end of the word at i and counts its letters and
// capitals. Apostrophes, hyphens and ampersands inside belong to it, but a
// possessive ending does not.
func wordExtent(t string, i int) (end, letters, uppers int) {
	for end = i; end < len(t); {
		b := t[end]
		switch {
		case lex.IsUpper(b):
			letters++
			uppers++
			end++
		case lex.IsLower(b):
			letters++
			end++
		case lex.IsDigit(b):
			end++
		case b >= utf8.RuneSelf:
			size, letter, upper := foreignLetter(t, i, end)
			if size == 0 {
				return end, letters, uppers
			}
			letters += letter
			uppers += upper
			end += size
		case joinsWord(t, i, end):
			end++
		default:
			return end, letters, uppers
		}
	}
	return end, letters, uppers
}

// foreignLetter returns the size of the character outside ASCII at byte at of the
// word from byte i, and whether it counts as a letter and as a capital, 0 or 1. The
// size is 0 if the word ends before it.
func foreignLetter(t string, i, at int) (size, letter, upper int) {
	r, size := utf8.DecodeRuneInString(t[at:])
	switch {
	case r == '’' && at > i && !isPossessive(t, at+size) && lex.IsAlnumAt(t, at+size):
		return size, 0, 0
	case !unicode.IsLetter(r) && !unicode.IsMark(r):
		return 0, 0, 0
	case unicode.IsUpper(r):
		return size, 1, 1
	}
	return size, 1, 0
}

// joinsWord reports whether the mark at byte at is inside the word from byte i: the
// stop in the name of a site, an apostrophe, hyphen or ampersand before a letter.
func joinsWord(t string, i, at int) bool {
	if at == i {
		return false
	}
	switch t[at] {
	case '.':
		return lex.LettersEnd(t, at+1) == at+4 && lex.AnyWord(t, at+1, "com", "COM", "org", "net") > at+1
	case '-':
		return !endsName(t, i, at) && lex.IsAlnumAt(t, at+1)
	case '\'':
		return !isPossessive(t, at+1) && lex.IsAlnumAt(t, at+1)
	case '&':
		return lex.IsAlnumAt(t, at+1)
	case '*': // "E*TRADE"
		return lex.IsUpper(t[at-1]) && at+1 < len(t) && lex.IsUpper(t[at+1])
	}
	return false
}

// isPossessive reports whether "s" and nothing more follows an apostrophe.
func isPossessive(t string, i int) bool {
	return i < len(t) && (t[i] == 's' || t[i] == 'S') && !lex.IsAlnumAt(t, i+1)
}

// endsName reports whether the name from byte i up to a hyphen ends before it: in
// "Halden-owned" and in the number of a page that was produced, "Roe-000012".
func endsName(t string, i, hyphen int) bool {
	if !lex.IsUpper(t[i]) || hyphen-i < 3 {
		return false
	}
	word := t[hyphen+1 : lex.LettersEnd(t, hyphen+1)]
	if word == "" {
		return lex.DigitsEnd(t, hyphen+1)-hyphen > minBates
	}
	return lex.IsLower(word[0]) && (len(word) > 4 && strings.HasSuffix(word, "ed") || joinedWords[word]) || relatedWords[strings.ToLower(word)]
}

// minBates is the fewest digits of a produced page's number.
const minBates = 4

// relatedWords are the words of joinedWords that headings capitalise.
var relatedWords = vocabulary.Set("related based owned controlled affiliated")
