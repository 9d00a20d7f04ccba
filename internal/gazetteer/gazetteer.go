// Package gazetteer knows words: some thirty thousand first names, surnames,
// places and everyday words of English. What it says of a word is evidence,
// never proof: "Baker" is a surname, a trade and a town.
//
// The rules of package mention and the learned tagger of package tagger read
// the same list.
package gazetteer

import (
	_ "embed"
	"strings"
	"sync"

	"dossier/internal/table"
)

// Flags says what a word is known to be.
type Flags uint16

// The kinds of words. A word may be of several.
const (
	FirstName Flags = 1 << iota
	NameWord        // of the list of names, first or last
	PlaceName
	CommonWord // running text has it in lower case
)

// The list is written by mention/gendata: a word in lower case, a tab, and a
// letter for each kind.
//
//go:embed data/names.tsv.gz
var packed []byte

var letters = map[rune]Flags{'f': FirstName, 'n': NameWord, 'p': PlaceName, 'c': CommonWord}

// Words returns the list by word in lower case. All callers share it: it must
// not be changed.
var Words = sync.OnceValue(func() map[string]Flags {
	words := make(map[string]Flags, 40000)
	for line := range table.Lines("names", packed) {
		word, kinds, _ := strings.Cut(line, "\t")
		for _, k := range kinds {
			words[word] |= letters[k]
		}
	}
	return words
})
