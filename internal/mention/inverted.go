package mention

import (
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// Names with the surname first stand in lists of people, one a line, and in lists
// of works that are cited by author and year.

// inverted reads such names at token i, and returns where to go on.
func (t *rules) inverted(i int) int {
	if end := t.authors(i); end > i {
		return end
	}
	if end := t.generation(i); end > i {
		return t.add(byNameList, i, end)
	}
	end, next := t.listed(i)
	if end == i {
		return t.opening(i)
	}
	if _, more := t.listed(next); t.lastListed != i && more == next {
		return i // one line is no list
	}
	t.lastListed = next
	t.add(byNameList, i, end)
	return next
}

// listed reads "Roe, Jane" or "Roe, John (Jack)" that fills line i, and returns
// the ends of the name and of the line; both are i if there is none.
func (t *rules) listed(i int) (end, next int) {
	if !t.surnameFirst(i) {
		return i, i
	}
	for end = i + 3; end < i+maxPersonWords && t.at(end).gap < wrapped && t.at(end).isName() && (t.at(end).class == initial || !notNames[t.at(end).key]); {
		end++
	}
	next = end
	if t.isMark(next, '(') && t.at(next).gap < wrapped && t.at(next+1).isName() && t.isMark(next+2, ')') {
		next += 3
	}
	if next < len(t.tokens) && t.at(next).gap < wrapped {
		return i, i
	}
	return end, next
}

// surnameFirst reports whether token i begins a line with a surname, a comma and a
// given name.
func (t *rules) surnameFirst(i int) bool {
	first, given := t.at(i), t.at(i+2)
	if first.gap < wrapped || !t.isMark(i+1, ',') || !t.joined(i+2) || given.gap >= wrapped || notNames[first.key] && given.flags&firstName == 0 {
		return false
	}
	switch first.class {
	case title:
		return given.class == title && isGiven(given)
	case caps:
		return t.givenInCapitals(i + 2)
	}
	return false
}

// givenInCapitals reports whether "JANE", "J MARTIN" or "ZORBLAT R" stands at token i.
// In a table of capitals only a known first name is one, or one with an initial.
func (t *rules) givenInCapitals(i int) bool {
	if t.at(i).class == initial && t.at(i+1).gap == blank {
		i++
	}
	tok := t.at(i)
	return tok.class == caps && isGiven(tok) && (tok.flags&firstName != 0 || t.at(i+1).class == initial && t.at(i+1).gap == blank && t.at(i+2).gap >= wrapped)
}

// opening reads "Roe, Jane" that opens a line and is what the sentence is about:
// "Roe, Jane appeared for". "Roe, Jane and Poe" are three.
func (t *rules) opening(i int) int {
	first, given, next := t.at(i), t.at(i+2), t.at(i+3)
	switch {
	case first.gap < wrapped || !first.isName() || first.class == initial || first.class != given.class:
		return i
	case !t.isMark(i+1, ',') || !t.joined(i+1) || !t.joined(i+2) || !t.joined(i+3) || !isGiven(given) || isPlaceName(given.key):
		return i
	case first.flags&commonWord != 0 || first.flags&nameWord == 0 && first.flags&placeName != 0 || notNames[first.key]:
		return i
	case next.class != lower || next.key == "and" || next.key == "or" || particles[next.key]:
		return i
	}
	return t.add(byLineStart, i, i+3)
}

// generation returns the end of "Roe, John B., Jr." at token i: the generation at the
// end says that one person is meant. It is i if there is none.
func (t *rules) generation(i int) int {
	first, given := t.at(i), t.at(i+2)
	if first.class == initial || first.class != given.class || !t.isMark(i+1, ',') || !t.joined(i+1) || !t.joined(i+2) ||
		given.flags&firstName == 0 || notNames[first.key] || i > 0 && first.gap == blank && t.at(i-1).isName() && t.at(i-1).flags&firstName != 0 {
		return i
	}
	end := i + 3
	for end < i+maxPersonWords && t.joined(end) && t.at(end).class == initial {
		end++
	}
	if t.isMark(end, ',') && t.joined(end) {
		end++
	}
	if end == i+3 || !t.joined(end) || !nameSuffixes[t.at(end).key] {
		return i
	}
	return end + 1
}

// isGiven reports whether a token can be the given name after a surname's comma,
// where towns have their state.
func isGiven(tok *token) bool {
	return tok.flags&firstName != 0 || tok.flags&(commonWord|placeName) == 0 &&
		!notNames[tok.key] && !isPlaceName(tok.key) && !hardSuffixes[tok.key] && !orgHeads[tok.key] && !nameSuffixes[tok.key]
}

// maxAuthors bounds the authors of a work.
const maxAuthors = 12

// authors reads "Roe, J. and Poe, K.L. (1997)".
func (t *rules) authors(i int) int {
	starts := make([]int, 0, maxAuthors)
	k := i
	for len(starts) < maxAuthors && t.author(k) {
		starts = append(starts, k)
		k += 3
		for t.isMark(k, ',') || t.isMark(k, '&') || t.at(k).key == "and" && t.at(k).class == lower {
			k++
		}
	}
	if len(starts) == 0 || !t.isMark(k, '(') || !t.isYear(k+1) && !isEditor[t.at(k+1).key] {
		return i
	}
	for _, from := range starts {
		t.add(byAuthors, from, from+3)
	}
	return k
}

// isEditor are the words in parentheses after the editors of a work.
var isEditor = vocabulary.Set("ed eds")

// author reports whether "Roe, J." stands at token i.
func (t *rules) author(i int) bool {
	return t.at(i).class == title && t.isMark(i+1, ',') && t.joined(i+2) && t.at(i+2).class == initial
}

func (t *rules) isYear(i int) bool {
	tok := t.at(i)
	return tok.class == number && lex.YearOf(t.text[tok.start:tok.end]) > 0
}
