// Package similar finds documents that say nearly the same: drafts of a contract,
// a mail and the answer that quotes it, two scans of one page.
//
// A text is taken as the set of its shingles: runs of five words in lower case,
// with letters and digits only. The ratio of common shingles to all shingles of
// two texts (Jaccard) measures their likeness. Comparing every text with every
// other would take too long, so each text gets a [Signature] of 128 numbers: the
// ratio of equal numbers in two signatures estimates the ratio of common shingles.
// Cut into bands, signatures become keys: texts with a likeness of 0.8 nearly
// always have a key in common, texts with a likeness of 0.2 rarely. So a lookup by
// keys finds the candidates, [Estimate] ranks them, and [Jaccard] or [Containment]
// of the texts themselves decides.
//
// Mails are the same when their fields are; see [MailKey].
package similar

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// Version changes whenever the signature or the mail key of the same text
// changes. Values of different versions cannot be compared.
const Version = "1"

const (
	shingleWords = 5
	minWords     = 25
	hashes       = 128
	bandRows     = 4
)

// Size is the length of a packed signature in bytes.
const Size = hashes * 4

// Signature stands for a text. Two signatures agree in about as many of their
// numbers as the texts have shingles in common.
type Signature [hashes]uint32

// Sign returns the signature of text, and false if text has fewer than 25
// words: so short a text is like too many others.
func Sign(text string) (Signature, bool) {
	var s signer
	words := eachShingle(text, s.add)
	if words < minWords {
		return Signature{}, false
	}
	return s.finish(), true
}

// signer spreads the hashes of shingles over 128 bins and keeps the smallest
// of each: one hash of a shingle does the work of 128.
type signer struct {
	least [hashes]uint32
	used  [hashes]bool
}

func (s *signer) add(h uint64) {
	bin, v := h>>(64-7), uint32(h)
	if !s.used[bin] || v < s.least[bin] {
		s.used[bin], s.least[bin] = true, v
	}
}

// finish lets empty bins borrow from full ones. Each asks the same bins in the
// same order for any text, so that borrowed numbers of two texts agree as
// often as others do.
func (s *signer) finish() Signature {
	var sig Signature
	for i := range sig {
		from := i
		for try := uint64(1); !s.used[from]; try++ {
			from = int(mix(uint64(i)<<32|try) % hashes)
		}
		sig[i] = s.least[from]
	}
	return sig
}

// Bands returns the 32 keys of s. Texts that share one of them are worth a
// closer look.
func (s Signature) Bands() []int64 {
	keys := make([]int64, 0, hashes/bandRows)
	for i := 0; i < hashes; i += bandRows {
		h := uint64(i)
		for _, v := range s[i : i+bandRows] {
			h = mix(h ^ uint64(v))
		}
		keys = append(keys, int64(h))
	}
	return keys
}

// Estimate returns about how alike the texts of a and b are, 0 to 1. The
// standard error is at most 0.05.
func Estimate(a, b Signature) float64 {
	same := 0
	for i := range a {
		if a[i] == b[i] {
			same++
		}
	}
	return float64(same) / hashes
}

// Pack returns s as Size bytes.
func (s Signature) Pack() []byte {
	b := make([]byte, 0, Size)
	for _, v := range s {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

// Unpack is the inverse of Pack.
func Unpack(b []byte) (Signature, error) {
	var s Signature
	if len(b) != Size {
		return s, fmt.Errorf("signature of %d bytes, want %d", len(b), Size)
	}
	for i := range s {
		s[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return s, nil
}

// Jaccard returns how alike two texts are: the share of their shingles that
// both have, 0 to 1. Texts without words are like nothing.
func Jaccard(a, b string) float64 {
	sa, sb := shingles(a), shingles(b)
	common := shared(sa, sb)
	if all := len(sa) + len(sb) - common; all > 0 {
		return float64(common) / float64(all)
	}
	return 0
}

// Containment returns how much of part stands in whole, 0 to 1: a letter that
// an exhibit repeats is contained in it, although the two are not alike.
func Containment(part, whole string) float64 {
	sp := shingles(part)
	if len(sp) == 0 {
		return 0
	}
	return float64(shared(sp, shingles(whole))) / float64(len(sp))
}

func shared(a, b map[uint64]struct{}) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	n := 0
	for h := range a {
		if _, ok := b[h]; ok {
			n++
		}
	}
	return n
}

func shingles(text string) map[uint64]struct{} {
	set := make(map[uint64]struct{}, len(text)/8)
	eachShingle(text, func(h uint64) { set[h] = struct{}{} })
	return set
}

// eachShingle calls yield with the hash of every shingle of text and returns
// the number of words. A text of one to four words is one shingle.
func eachShingle(text string, yield func(uint64)) (words int) {
	var run [shingleWords]uint64 // the hashes of the last words, in a ring
	eachWord(text, func(h uint64) {
		run[words%shingleWords] = h
		words++
		if words >= shingleWords {
			yield(join(run, words%shingleWords))
		}
	})
	if words > 0 && words < shingleWords {
		yield(join(run, 0))
	}
	return words
}

// join hashes the words of a shingle in their order, the oldest at first.
func join(run [shingleWords]uint64, first int) uint64 {
	var h uint64
	for i := range shingleWords {
		h = bits.RotateLeft64(h, 23)*prime + run[(first+i)%shingleWords]
	}
	return mix(h)
}

const (
	seed  = 0xcbf29ce484222325
	prime = 0x9e3779b97f4a7c15
)

// isIdeograph reports whether r is written without spaces between words, as
// Chinese and Japanese are. Each such character counts as a word.
func isIdeograph(r rune) bool {
	return r >= 0x3040 && r <= 0x30ff || r >= 0x3400 && r <= 0x9fff || r >= 0xf900 && r <= 0xfaff || r >= 0x20000 && r <= 0x3ffff
}

// eachWord calls yield with the hash of every run of letters and digits.
func eachWord(text string, yield func(uint64)) {
	h, inside := uint64(seed), false
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		i += size
		r = letter(r)
		if inside && (r < 0 || isIdeograph(r)) {
			yield(h)
			h, inside = seed, false
		}
		switch {
		case isIdeograph(r):
			yield(mix(uint64(r)))
		case r >= 0:
			h = (h ^ uint64(r)) * prime
			h ^= h >> 29
			inside = true
		}
	}
	if inside {
		yield(h)
	}
}

// letter returns r in lower case, or -1 if it is neither letter nor digit.
// Marks belong to the letter before them.
func letter(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		return r
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r < utf8.RuneSelf:
		return -1
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		return unicode.ToLower(r)
	}
	return -1
}

// mix spreads every bit of h over all bits.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
