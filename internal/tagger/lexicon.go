package tagger

import (
	"sync"

	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// WordKind says what a word is known to be; a word may be of several kinds.
type WordKind uint32

// The kinds of words.
const (
	FirstName WordKind = 1 << iota
	Surname
	PlaceName
	CommonWord
	CompanyEnd // "Inc."
	OrgNoun    // "Bank", "University"
	Honorific  // "Mr.", "Judge"
	CourtNoun
	State // or country
	Calendar
	LawNoun
	Role   // "Plaintiff"
	Versus // "v."
	Generation
	Particle // "of", "de", "&": may stand inside a name
	Street
)

// kinds are the lists beside those of package gazetteer. Words that are several
// things stand in several.
var kinds = map[WordKind]map[string]bool{
	CompanyEnd: vocabulary.With(vocabulary.LearnCompany),
	OrgNoun:    vocabulary.With(vocabulary.LearnOrg),
	Honorific:  vocabulary.With(vocabulary.LearnTitle),
	CourtNoun:  vocabulary.Set(`court courts circuit tribunal panel chancery assizes supreme appeals appellate superior bankruptcy district bench`),
	State: vocabulary.Set(`alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa
kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada hampshire jersey mexico york
carolina dakota ohio oklahoma oregon pennsylvania rhode tennessee texas utah vermont virginia washington wisconsin wyoming columbia puerto rico guam
usa us u.s america china india canada england france germany japan russia ukraine israel iran iraq korea britain kingdom europe spain italy
al ak az ar ca ct de fl ga hi ia ks ky la md mi mn mo ms mt nc nd ne nh nj nm nv ny oh ok pa ri sc sd tn tx ut va vt wa wi wv wy dc
ala ariz ark cal colo conn del fla ill ind kan mass mich minn miss neb nev okla ore penn tenn tex vt wash wis wyo`),
	Calendar:   calendarWords(),
	LawNoun:    vocabulary.With(vocabulary.LearnLaw),
	Role:       vocabulary.With(vocabulary.LearnRole),
	Versus:     vocabulary.Set(`v vs versus`),
	Generation: vocabulary.With(vocabulary.LearnGeneration),
	Particle:   vocabulary.With(vocabulary.LearnConnector),
	Street:     vocabulary.With(vocabulary.LearnStreet),
}

// calendarWords are the names and abbreviations of months and the days of the week.
func calendarWords() map[string]bool {
	words := vocabulary.With(vocabulary.Weekday)
	for month := range vocabulary.Values(vocabulary.Month) {
		words[month] = true
	}
	return words
}

// abbreviations keep their stop; by hash.
var abbreviations = func() map[uint32]bool {
	set := map[uint32]bool{}
	for w := range vocabulary.With(vocabulary.LearnStop) {
		set[hashWord(w)] = true
	}
	return set
}()

// hashWord is the hash that a token of the word w, in lower case, has.
func hashWord(w string) uint32 {
	h := uint32(fnvOffset)
	for _, r := range w {
		if r != '.' {
			h = (h ^ uint32(r)) * fnvPrime
		}
	}
	return h
}

// lexiconBits is the size of the word table: 2^17 places for some 80 thousand
// words.
const lexiconBits = 17

// lexiconTable is an open hash table from the hashes of words to what is known
// of them.
type lexiconTable [1 << lexiconBits]struct {
	hash uint32
	known
}

// known is what is known of a word: its kinds, and its cluster, from 1.
type known struct {
	kind    WordKind
	cluster uint16
}

var lexicon = sync.OnceValue(func() *lexiconTable {
	t := &lexiconTable{}
	from := [...]struct {
		flag gazetteer.Flags
		kind WordKind
	}{
		{gazetteer.FirstName, FirstName},
		{gazetteer.NameWord, Surname},
		{gazetteer.PlaceName, PlaceName},
		{gazetteer.CommonWord, CommonWord},
	}
	for w, flags := range gazetteer.Words() {
		for _, f := range from {
			if flags&f.flag != 0 {
				t.at(hashWord(w)).kind |= f.kind
			}
		}
	}
	for kind, words := range kinds {
		for w := range words {
			t.at(hashWord(w)).kind |= kind
		}
	}
	for w, n := range gazetteer.Clusters() {
		t.at(hashWord(w)).cluster = uint16(n + 1)
	}
	return t
})

// at returns the place of the word with the hash, and makes one for a new word.
func (t *lexiconTable) at(hash uint32) *known {
	i := hash * fnvPrime >> (32 - lexiconBits)
	for t[i].known != (known{}) && t[i].hash != hash {
		i = (i + 1) % (1 << lexiconBits)
	}
	t[i].hash = hash
	return &t[i].known
}

// KindsOf returns what a word in lower case is known to be.
func KindsOf(word string) WordKind { return lookUp(hashWord(word)).kind }

// lookUp returns what is known of the word with the hash.
func lookUp(hash uint32) known {
	t := lexicon()
	i := hash * fnvPrime >> (32 - lexiconBits)
	for t[i].known != (known{}) {
		if t[i].hash == hash {
			return t[i].known
		}
		i = (i + 1) % (1 << lexiconBits)
	}
	return known{}
}
