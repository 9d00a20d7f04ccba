package tagger

import "math/bits"

// fact is what a document says of a capitalised word, over all its places.
type fact struct {
	hash   uint32
	used   bool
	small  uint8 // times in lower case
	inside uint8 // times with a capital that no sentence's start explains
	signs  uint8
}

// Signs in the words around a capitalised word.
const (
	signTitle = 1 << iota // "Mr." before it
	signGiven             // a first name before it
	signOrg               // "Inc.", "Bank" further on in its run
	signCourt             // "Court" further on
	signPlace             // ", Texas" after it
	signRole              // ", Plaintiff" after it, or "Plaintiff" before
	signBits  = iota
)

// maxCount is where counts stop.
const maxCount = 15

// factTable is an open hash table of the facts of a text's capitalised words.
type factTable struct {
	slots []fact
	shift uint
	count int
}

// minFacts is the size of the smallest table, as a power of two.
const minFacts = 8

// reset empties the table.
func (f *factTable) reset() {
	if f.slots == nil {
		f.slots, f.shift = make([]fact, 1<<minFacts), 32-minFacts
	}
	clear(f.slots)
	f.count = 0
}

// slot returns the place of the word, taken or free.
func (f *factTable) slot(hash uint32) *fact {
	mask := uint32(len(f.slots) - 1)
	for i := hash * 0x9E3779B1 >> f.shift; ; i = (i + 1) & mask {
		if s := &f.slots[i]; !s.used || s.hash == hash {
			return s
		}
	}
}

// note returns the facts of the word, new ones if it has none.
func (f *factTable) note(hash uint32) *fact {
	s := f.slot(hash)
	if s.used {
		return s
	}
	if f.count++; f.count > len(f.slots)/2 {
		f.grow()
		s = f.slot(hash)
	}
	s.hash, s.used = hash, true
	return s
}

func (f *factTable) grow() {
	old := f.slots
	f.slots = make([]fact, 2*len(old))
	f.shift = 32 - uint(bits.TrailingZeros(uint(len(f.slots))))
	for i := range old {
		if old[i].used {
			*f.slot(old[i].hash) = old[i]
		}
	}
}

// gatherFacts reads the text once for its capitalised words, once for the same
// words in lower case, and writes the outcome to the tokens.
func (r *reader) gatherFacts() {
	r.facts.reset()
	last := len(r.tokens) - padding
	for i := padding; i < last; i++ {
		if t := &r.tokens[i]; t.capital() && t.class != initial {
			f := r.facts.note(t.hash)
			f.signs |= r.signs(i)
			if !t.shouted && !r.startsSentence(i) {
				f.inside = min(f.inside+1, maxCount)
			}
		}
	}
	for i := padding; i < last; i++ {
		if t := &r.tokens[i]; t.class == lower {
			if f := r.facts.slot(t.hash); f.used {
				f.small = min(f.small+1, maxCount)
			}
		}
	}
	for i := padding; i < last; i++ {
		if t := &r.tokens[i]; t.capital() && t.class != initial {
			t.facts = r.facts.slot(t.hash).summary()
		}
	}
}

// startsSentence reports whether a sentence may begin at token i.
func (r *reader) startsSentence(i int) bool {
	prev := &r.tokens[i-1]
	return prev.class == edge || r.tokens[i].gap == parted || prev.class == mark && (prev.shape == '.' || prev.shape == '?' || prev.shape == '!' || prev.shape == ':')
}

// summary packs the facts into a number from 1.
func (f *fact) summary() uint32 {
	level := uint32(1)
	switch {
	case f.small > f.inside:
		level = 3
	case f.small > 0:
		level = 2
	}
	if f.inside > 0 {
		level |= 4
	}
	return level<<signBits | uint32(f.signs)
}

// signs reads the words around token i.
func (r *reader) signs(i int) uint8 {
	var found uint8
	t := r.tokens
	before, after := &t[i-1], &t[i+1]
	if before.isMark('.') {
		before = &t[i-2]
	}
	switch {
	case t[i].gap == parted || !before.capital():
	case before.lexicon&Honorific != 0:
		found |= signTitle
	case before.lexicon&Role != 0:
		found |= signRole
	case before.lexicon&FirstName != 0, before.class == initial && t[i-2].lexicon&FirstName != 0:
		found |= signGiven
	}
	if after.isMark(',') {
		if next := &t[i+2]; next.capital() && next.lexicon&State != 0 {
			found |= signPlace
		} else if next.lexicon&Role != 0 {
			found |= signRole
		}
	}
	return found | r.signsAhead(i)
}

// reach bounds how far ahead a run is read for signs.
const reach = 5

func (r *reader) signsAhead(i int) uint8 {
	for k := i + 1; k < i+reach; k++ {
		t := &r.tokens[k]
		switch {
		case t.class == edge || t.gap == parted:
			return 0
		case !t.capital() && t.lexicon&Particle == 0 && !t.isMark(',') && !t.isMark('&'):
			return 0
		case !t.capital():
		case t.lexicon&(CompanyEnd|OrgNoun) != 0:
			return signOrg
		case t.lexicon&CourtNoun != 0:
			return signCourt
		}
	}
	return 0
}

// isMark reports whether the token is the mark b.
func (t *token) isMark(b byte) bool { return t.class == mark && t.shape == uint32(b) }

// run describes the run of capitals that a token stands in.
type run struct {
	ahead, behind WordKind // kinds of its words after and before the token
	before, after uint32   // the words around the run
	place         uint8    // how many words of it come before the token
	left          uint8    // how many come after
}

// maxPlace is where places in a run stop being told apart.
const maxPlace = 7

// lookAround fills in the runs, from both sides.
func (r *reader) lookAround() {
	last := len(r.tokens) - padding
	for i := padding; i < last; i++ {
		prev, t := &r.tokens[i-1], &r.tokens[i]
		if !t.inRun() {
			continue
		}
		if t.gap == parted || !prev.inRun() {
			t.run = run{before: Mix(prev.hash, uint32(t.gap))}
			continue
		}
		t.run = run{behind: prev.run.behind | prev.lexicon, before: prev.run.before, place: min(prev.run.place+1, maxPlace)}
	}
	for i := last - 1; i >= padding; i-- {
		t, next := &r.tokens[i], &r.tokens[i+1]
		if !t.inRun() {
			continue
		}
		if next.gap == parted || !next.inRun() {
			t.run.after = next.hash
			if next.class == mark {
				t.run.after = Mix(next.hash, r.tokens[i+2].hash)
			}
			continue
		}
		t.run.ahead, t.run.after = next.run.ahead|next.lexicon, next.run.after
		t.run.left = min(next.run.left+1, maxPlace)
	}
}

// inRun reports whether the token may stand in a run of capitals.
func (t *token) inRun() bool {
	return t.capital() || t.class == lower && t.lexicon&Particle != 0 || t.isMark('&')
}
