// Package gazetteer knows words: some forty thousand first names, surnames,
// places and everyday words of English, and which words keep the same company. What it says of a word is evidence,
// never proof: "Baker" is a surname, a trade and a town.
//
// The rules of package mention and the learned tagger of package tagger read
// the same list.
package gazetteer

import (
	_ "embed"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"sync"

	"github.com/dossier-legal/dossier/internal/table"
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

// The towns are written by gazetteer/gendata, in lower case.
//
//go:embed data/towns.tsv.gz
var towns []byte

// Towns returns the towns of more than one word, "san ramon". All callers share
// the set: it must not be changed.
var Towns = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool, 4000)
	for town := range table.Lines("towns", towns) {
		if strings.Contains(town, " ") {
			set[town] = true
		}
	}
	return set
})

// Words returns the list by word in lower case. All callers share it: it must
// not be changed. A town is among its places if the word is known for nothing
// else.
var Words = sync.OnceValue(func() map[string]Flags {
	words := make(map[string]Flags, 50000)
	for line := range table.Lines("names", packed) {
		word, kinds, _ := strings.Cut(line, "\t")
		for _, k := range kinds {
			words[word] |= letters[k]
		}
	}
	for town := range table.Lines("towns", towns) {
		if words[town] == 0 && !strings.Contains(town, " ") {
			words[town] = PlaceName
		}
	}
	return words
})

// The list is written by gazetteer/gendata: a first name in lower case, a tab,
// and "m" or "f".
//
//go:embed data/genders.tsv.gz
var genders []byte

// Genders returns the first names, in lower case, that only men ("m") or only
// women ("f") bear. All callers share the map: it must not be changed.
var Genders = sync.OnceValue(func() map[string]string {
	of := make(map[string]string, 9000)
	for line := range table.Lines("genders", genders) {
		name, gender, _ := strings.Cut(line, "\t")
		of[name] = gender
	}
	return of
})

// The list is written by gazetteer/gendata: a word in lower case, a tab, and the
// number of its cluster.
//
//go:embed data/clusters.tsv.gz
var clusters []byte

// ClusterParts is how many clusters with neighbouring numbers are parts of one
// wider cluster.
const ClusterParts = 16

// Clusters returns the frequent words of English in lower case, each with the
// number of its cluster, from 0: words that keep the same company, such as towns
// of one part of the world, surnames of one people, or verbs of saying.
func Clusters() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for line := range table.Lines("clusters", clusters) {
			word, number, _ := strings.Cut(line, "\t")
			n, err := strconv.Atoi(number)
			if err != nil {
				panic(fmt.Sprintf("table clusters: %v", err))
			}
			if !yield(word, n) {
				return
			}
		}
	}
}
