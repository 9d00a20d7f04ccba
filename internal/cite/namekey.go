package cite

import (
	"strings"
	"sync"
)

// nameKeys remembers the folded forms of the names of a text, as the same few
// are asked for again and again.
type nameKeys map[string]string

// key folds case, blanks, the punctuation at the ends of words and words that
// are written short.
func (n nameKeys) key(name string) string {
	if name == "" {
		return ""
	}
	key, ok := n[name]
	if !ok {
		key = foldName(name)
		n[name] = key
	}
	return key
}

// referable reports whether a name can stand for a case.
func (n nameKeys) referable(name string) bool {
	key := n.key(name)
	return len(key) > 2 && !loadCommon()[key]
}

func foldName(name string) string {
	words := strings.Fields(strings.ToLower(strings.ReplaceAll(name, "’", "'")))
	kept := words[:0]
	for _, w := range words {
		if w = strings.Trim(strings.TrimSuffix(w, "'s"), ".,()[]“”\"*_"); w != "" {
			kept = append(kept, shorten(w))
		}
	}
	return strings.Join(kept, " ")
}

// loadWords maps words of case names to their abbreviations, "corporation" to
// "corp", as one name is written either way.
var loadWords = sync.OnceValue(func() map[string]string {
	short := map[string]string{}
	readTable("words.tsv.gz", func(row []string) { short[row[0]] = row[1] })
	return short
})

// shorten returns the abbreviation of a word in lower case, with its plural s.
func shorten(word string) string {
	words := loadWords()
	if short, ok := words[word]; ok {
		return short
	}
	if one, plural := strings.CutSuffix(word, "s"); plural {
		if short, ok := words[one]; ok {
			return short + "s"
		}
	}
	return word
}

// loadCommon returns the parties of so many cases that the name says nothing,
// the states among them.
var loadCommon = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for name := range strings.SplitSeq("united states|u.s|state|commonwealth|people|the people|government|united states of america|city|county|in|corp|the|state of|"+
		"u. s|us|usa|america|court|town|board|matter|city of|inc|llc|co|ltd|company|corporation|id|of|and|v|department|commissioner|secretary|"+
		"r|dpp|regina|rex|the queen|the king|attorney general|attorney-general", "|") {
		set[foldName(name)] = true
	}
	for name := range stateNames {
		set[foldName(name)] = true
	}
	return set
})
