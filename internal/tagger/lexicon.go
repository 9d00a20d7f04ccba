package tagger

import (
	"strings"
	"sync"

	"github.com/dossier-legal/dossier/internal/gazetteer"
)

// wordKind says what a word is known to be; a word may be of several kinds.
type wordKind uint32

const (
	firstName wordKind = 1 << iota
	surname
	placeName
	commonWord
	companyEnd // "Inc."
	orgNoun    // "Bank", "University"
	honorific  // "Mr.", "Judge"
	courtNoun
	state // or country
	calendar
	lawNoun
	role   // "Plaintiff"
	versus // "v."
	generation
	particle // "of", "de", "&": may stand inside a name
	street
)

// kinds are the lists beside those of package gazetteer. Words that are several
// things stand in several.
var kinds = map[wordKind]string{
	companyEnd: `inc incorporated corp corporation llc llp lp ltd limited plc gmbh pllc pc na sa nv bv ag co company pa pty lllp srl spa kg fsb`,
	orgNoun: `bank university college department dept commission agency bureau association ass'n assn foundation institute authority hospital
center centre group partners holdings services systems union church school society ministry administration insurance capital fund industries
international technologies logistics solutions enterprises associates pharmaceuticals communications laboratories energy airlines motors
brothers bros bancorp financial securities ventures networks media entertainment times post journal news clinic federation league club trustees
museum cooperative coalition alliance organization network consulting properties realty investments advisors management oil gas electric
railroad railway airways stores foods trust committee council office board police parish academy congress senate parliament house mills
manufacturing therapeutics sciences studios publishing healthcare medical hotels resorts commissioners campaign party army navy corps
force service mortgage savings credit servicing funding lending district`,
	honorific: `mr mrs ms miss dr prof professor judge justice hon honorable magistrate officer detective sergeant sgt lieutenant lt captain
capt agent attorney senator sen representative rep governor gov president chairman secretary sir lord lady sheriff warden deputy trooper
ambassador congressman congresswoman mayor commissioner director shri smt sri kumari advocate counsel before chief clerk`,
	courtNoun: `court courts circuit tribunal panel chancery assizes supreme appeals appellate superior bankruptcy district bench`,
	state: `alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa
kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada hampshire jersey mexico york
carolina dakota ohio oklahoma oregon pennsylvania rhode tennessee texas utah vermont virginia washington wisconsin wyoming columbia puerto rico guam
usa us u.s america china india canada england france germany japan russia ukraine israel iran iraq korea britain kingdom europe spain italy
al ak az ar ca ct de fl ga hi ia ks ky la md mi mn mo ms mt nc nd ne nh nj nm nv ny oh ok pa ri sc sd tn tx ut va vt wa wi wv wy dc
ala ariz ark cal colo conn del fla ill ind kan mass mich minn miss neb nev okla ore penn tenn tex vt wash wis wyo`,
	calendar: `january february march april may june july august september october november december monday tuesday wednesday thursday friday
saturday sunday jan feb mar apr jun jul aug sept sep oct nov dec`,
	lawNoun: `act code statute statutes constitution rule rules section sections article articles regulation regulations amendment title chapter
order ordinance clause const`,
	role: `plaintiff plaintiffs defendant defendants petitioner petitioners respondent respondents appellant appellants appellee appellees debtor
debtors claimant claimants complainant intervenor relator trustee creditor creditors cross-defendant counterclaimant witness accused victim
movant amicus`,
	versus:     `v vs versus`,
	generation: `jr sr ii iii iv esq esquire`,
	particle:   `of the and & for de del la le van von der den di da al el bin dos y on at in ex rel`,
	street:     `street st avenue ave road rd boulevard blvd drive dr lane ln plaza square parkway highway suite floor box place way terrace`,
}

// abbreviations keep their stop; by hash.
var abbreviations = func() map[uint32]bool {
	set := map[uint32]bool{}
	for w := range strings.FieldsSeq(`inc corp co ltd jr sr dr mr mrs ms st hon esq llc llp lp dept univ assn ass'n bros no ft mt mgmt ins nat'l int'l
prof rev gen col sgt capt lt det gov sen rep atty mfg cal mass conn neb neb ill mich minn fla tex ariz wash colo penn ala ark del ind kan okla ore tenn
wis wyo nev smt ms vs cir dist ct app sec art nos messrs addl asst govt pvt`) {
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
	kind    wordKind
	cluster uint16
}

var lexicon = sync.OnceValue(func() *lexiconTable {
	t := &lexiconTable{}
	from := [...]struct {
		flag gazetteer.Flags
		kind wordKind
	}{
		{gazetteer.FirstName, firstName},
		{gazetteer.NameWord, surname},
		{gazetteer.PlaceName, placeName},
		{gazetteer.CommonWord, commonWord},
	}
	for w, flags := range gazetteer.Words() {
		for _, f := range from {
			if flags&f.flag != 0 {
				t.at(hashWord(w)).kind |= f.kind
			}
		}
	}
	for kind, words := range kinds {
		for w := range strings.FieldsSeq(words) {
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
