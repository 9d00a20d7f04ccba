package llm

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName bounds a name, in bytes.
const maxName = 200

// place looks up the names that a model told of a passage. The longest come
// first: shorter ones are not looked for inside them.
func place(text string, said []saidName) Answer {
	said = slices.Clone(said)
	for i := range said {
		said[i].Text = strings.Join(strings.Fields(said[i].Text), " ")
	}
	slices.SortStableFunc(said, func(a, b saidName) int {
		return cmp.Or(cmp.Compare(len(b.Text), len(a.Text)), cmp.Compare(a.Text, b.Text))
	})
	var a Answer
	for len(said) > 0 {
		words := said[0].Text
		n := slices.IndexFunc(said, func(s saidName) bool { return s.Text != words })
		if n < 0 {
			n = len(said)
		}
		names := placeAll(places(text, words, a.Names), said[:n])
		a.Dropped += n - len(names)
		a.Names, said = append(a.Names, names...), said[n:]
	}
	slices.SortFunc(a.Names, func(a, b Name) int { return cmp.Compare(a.Start, b.Start) })
	return a
}

// placeAll gives names of the same words their places. A place is given once.
func placeAll(at []Name, said []saidName) []Name {
	var names []Name
	for _, s := range said {
		i := max(s.Occurrence, 1) - 1 // some count from 0
		if i >= len(at) || at[i].Type != "" || !slices.Contains(nameTypes, s.Type) {
			continue
		}
		at[i].Type = s.Type
		names = append(names, at[i])
	}
	return names
}

// places returns where the words stand in the text, outside of what is taken:
// letter by letter, but white space is white space, on one line or between two,
// and quotes are quotes, straight or curled.
func places(text, words string, taken []Name) []Name {
	if words == "" || len(words) > maxName {
		return nil
	}
	var at []Name
	first, _ := utf8.DecodeRuneInString(words)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if n := 0; fold(r) == fold(first) && !joined(text, i) {
			if n = match(text[i:], words); n > 0 && !slices.ContainsFunc(taken, func(t Name) bool { return t.Start < i+n && i < t.End }) {
				at = append(at, Name{Start: i, End: i + n})
				i += n
				continue
			}
		}
		i += size
	}
	return at
}

// match returns how many bytes at the beginning of text are the words, 0 if they
// are not or go on as a longer word.
func match(text, words string) int {
	i := 0
	for _, w := range words {
		r, size := utf8.DecodeRuneInString(text[i:])
		if size == 0 || fold(r) != fold(w) {
			return 0
		}
		i += size
		if fold(w) == ' ' {
			i += len(text[i:]) - len(strings.TrimLeftFunc(text[i:], func(r rune) bool { return fold(r) == ' ' }))
		}
	}
	if joined(text, i) {
		return 0
	}
	return i
}

// joined reports whether offset i of the text lies inside a word.
func joined(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i:])
	return isWord(before) && isWord(after)
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// fold makes equal what a model may write in another way. A form feed parts
// pages, and no name goes from one to the next.
func fold(r rune) rune {
	switch {
	case r == '‘' || r == '’':
		return '\''
	case r == '“' || r == '”':
		return '"'
	case r != '\f' && unicode.IsSpace(r):
		return ' '
	}
	return r
}
