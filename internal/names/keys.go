package names

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
)

// Keys returns the blocking keys of a name, sorted: two names that compare as
// the same share at least one. A person has about eight, an organisation two
// and one per word.
func Keys(name string, t dossier.MentionType) []string { return Parse(name, t).Keys() }

// opening is what names that share a key may still differ in and be the same.
type opening uint8

const (
	closed  opening = iota
	slip            // one letter of a word
	middles         // the middle names, or that one has none
)

// block is a key of a name.
type block struct {
	key  string
	open opening
	word string // that may have a slip
	of   *Name
}

// hashedKey is the hash of the type and the key of a block.
type hashedKey struct {
	hash uint64
	open opening
}

// usualKeys is how many keys most names have at most.
const usualKeys = 10

// hashedKeys are the keys of the name, found once.
func (n *Name) hashedKeys() []hashedKey {
	if n.hashed == nil {
		blocks := n.blocks()
		n.hashed = make([]hashedKey, len(blocks))
		for i, b := range blocks {
			n.hashed[i] = hashedKey{hashOf(string(n.Type), b.key), b.open}
		}
	}
	return n.hashed
}

// Keys returns the blocking keys of the name; see the function [Keys].
func (n *Name) Keys() []string {
	var keys []string
	for _, b := range n.blocks() {
		keys = append(keys, b.key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// blocks are the keys of a name and of its aliases.
func (n *Name) blocks() []block {
	blocks := n.ownBlocks(make([]block, 0, usualKeys))
	for i := range n.aliases {
		blocks = n.aliases[i].ownBlocks(blocks)
	}
	return blocks
}

func (n *Name) ownBlocks(blocks []block) []block {
	switch n.Type {
	case dossier.Person:
		return n.personBlocks(blocks)
	case dossier.Org:
		return n.orgBlocks(blocks)
	}
	return append(blocks, block{key: n.Norm, of: n})
}

// personBlocks allows for one slip in the given name or in the surname: it
// cannot touch both ends of a word, nor both words.
func (n *Name) personBlocks(blocks []block) []block {
	blocks = append(blocks, block{key: "=" + n.run, of: n})
	if n.Given == "" {
		return blocks
	}
	blocks = append(blocks, block{key: "~" + variantKey(n.Surname) + "|" + variantKey(n.Given), open: middles, of: n})
	surname := scanFold(n.Surname)
	add := func(g string) {
		blocks = append(blocks, block{key: surname + "|" + scanFold(g), open: middles, of: n})
	}
	for _, g := range formals[n.Given] {
		add(g)
	}
	add(n.Given)
	if n.nick != "" {
		add(n.nick)
	}
	first, last := ends(n.Given, 1)
	blocks = append(blocks,
		block{key: surname + "|^" + first, open: slip, word: n.Given, of: n},
		block{key: surname + "|$" + last, open: slip, word: n.Given, of: n})
	if editableWord(n.Surname) {
		first, last = ends(n.Surname, 2)
		blocks = append(blocks,
			block{key: n.Given + "|^" + first, open: slip, word: n.Surname, of: n},
			block{key: n.Given + "|$" + last, open: slip, word: n.Surname, of: n})
	}
	return blocks
}

// ends returns the first and the last n letters of a word that has as many.
func ends(word string, n int) (first, last string) {
	r := []rune(word)
	return string(r[:n]), string(r[len(r)-n:])
}

// orgBlocks allows for one slip in one word, if the others are distinctive.
func (n *Name) orgBlocks(blocks []block) []block {
	blocks = append(blocks, block{key: "=" + n.run, of: n})
	folded := make([]string, len(n.Words))
	for i, w := range n.Words {
		folded[i] = wordKey(w)
	}
	blocks = append(blocks, block{key: strings.Join(folded, " "), of: n}, block{key: "~" + variantKey(strings.Join(n.Words, " ")), of: n})
	if len(n.Words) == 1 {
		return blocks
	}
	for i, w := range n.Words {
		if slices.ContainsFunc(n.Words[:i], Distinct) || slices.ContainsFunc(n.Words[i+1:], Distinct) {
			rest := strings.Join(slices.Concat(folded[:i], folded[i+1:]), " ")
			blocks = append(blocks, block{key: rest + "|" + strings.Repeat("-", i), open: slip, word: w, of: n})
		}
	}
	return blocks
}

// slipKeys are further keys for a block with a word that may have a slip: two
// names of the block that compare as the same share one of them, if they do not
// share another block.
func (b block) slipKeys() []string {
	keys := slips(b.word)
	for _, m := range b.of.Middles {
		if len(m) > 2 {
			keys = append(keys, "~"+m) // an initial and a middle name written out
		}
	}
	return keys
}

// middleKeys are further keys for names that may be the same only if all middle
// names of one are among those of the other. Without middle names, or with
// other names beside it, a name may be the same as any.
func (n *Name) middleKeys() (keys []string, any bool) {
	if len(n.Middles) == 0 || len(n.aliases) > 0 {
		return nil, true
	}
	for _, m := range n.Middles {
		for _, g := range append(slices.Clone(formals[m]), m) {
			for _, spelled := range []string{g, scanFold(g)} {
				first, last := ends(spelled, 1)
				keys = append(keys, "^"+first, "$"+last)
			}
		}
	}
	return keys, false
}

// slips are a word and the same with one letter left out: two words one edit
// apart share one.
func slips(word string) []string {
	if !editableWord(word) {
		return nil
	}
	variants := []string{word}
	for i := 0; i < len(word); {
		_, size := utf8.DecodeRuneInString(word[i:])
		variants = append(variants, word[:i]+word[i+size:])
		i += size
	}
	return variants
}
