package mention

import (
	"strings"
	"sync"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// placeTowns gives a town before its state a norm with both, so that Portland,
// Maine, is not Portland, Oregon; and an abbreviated state its name. The
// mentions are in order.
func placeTowns(text string, found []dossier.Mention) {
	for i := range found[:max(len(found)-1, 0)] {
		town, state := &found[i], &found[i+1]
		name := gazetteer.State(state.Text)
		if gazetteer.StateOfCode(state.Text) != "" {
			name = state.Text
		}
		if name == "" || town.Type != dossier.Location || state.Type != dossier.Location || strings.TrimSpace(text[town.End:state.Start]) != "," {
			continue
		}
		town.Norm += ", " + name
		state.Norm = name
	}
}

// countries and regions, in lower case, beside the states.
var countries = setOfLines(`united states
united states of america
pr china
northern mariana islands
american samoa
puerto rico
virgin islands
guam
mariana islands
america
united kingdom
great britain
england
scotland
wales
ireland
northern ireland
canada
mexico
france
germany
italy
spain
portugal
netherlands
belgium
switzerland
austria
sweden
norway
denmark
finland
poland
czech republic
hungary
greece
turkey
russia
ukraine
belarus
israel
iran
iraq
syria
lebanon
jordan
saudi arabia
united arab emirates
qatar
kuwait
egypt
libya
morocco
south africa
nigeria
kenya
india
pakistan
bangladesh
afghanistan
china
hong kong
taiwan
japan
south korea
north korea
korea
vietnam
thailand
malaysia
singapore
indonesia
philippines
australia
new zealand
brazil
argentina
chile
colombia
peru
venezuela
cuba
panama
cayman islands
british virgin islands
bermuda
europe
asia
africa
north america
south america
european union
middle east
albania
algeria
angola
armenia
azerbaijan
bahrain
bolivia
bosnia
botswana
bulgaria
cambodia
cameroon
costa rica
crimea
croatia
cyprus
congo
democratic republic of congo
democratic republic of the congo
dominican republic
ecuador
el salvador
eritrea
estonia
ethiopia
ghana
guatemala
haiti
honduras
iceland
jamaica
kazakhstan
kosovo
kyrgyzstan
laos
latvia
liberia
liechtenstein
lithuania
luxembourg
macedonia
madagascar
malawi
malta
mauritius
moldova
monaco
mongolia
montenegro
mozambique
myanmar
namibia
nepal
nicaragua
oman
papua new guinea
paraguay
romania
russian federation
rwanda
senegal
serbia
sierra leone
slovakia
slovenia
somalia
south sudan
soviet union
sri lanka
sudan
tajikistan
tanzania
trinidad and tobago
tunisia
turkmenistan
uganda
uruguay
uzbekistan
yemen
zambia
zimbabwe`)

// lettered are countries by their letters, in capitals in the text.
var lettered = vocabulary.Set("uk uae usa drc prc")

// isCity reports whether a phrase in lower case is sure enough to be a town to need
// no cue.
func isCity(phrase string) bool { return cities[phrase] || sureTowns()[phrase] }

// sureTowns are the towns of several words that are no people's names, end in no
// noun of organisations, and are not made of everyday words ("Cut Off") unless
// the last says it all ("Studio City").
var sureTowns = sync.OnceValue(func() map[string]bool {
	words, sure := gazetteer.Words(), map[string]bool{}
	for town := range gazetteer.Towns() {
		parts := strings.Split(town, " ")
		people, common := 0, 0
		for _, word := range parts {
			if words[word]&(firstName|nameWord) != 0 {
				people++
			}
			if words[word]&commonWord != 0 {
				common++
			}
		}
		if (common < len(parts) || townNouns[parts[len(parts)-1]]) && words[parts[0]]&firstName == 0 && people < len(parts) && !orgHeads[parts[len(parts)-1]] && !notNames[parts[0]] && !bodies[town] {
			sure[town] = true
		}
	}
	return sure
})

// townNouns end the names of towns.
var townNouns = vocabulary.Set("city falls rock")

// cities are well-known towns that the list of places has not, or that are
// sure enough to need no cue.
var cities = setOfLines(`los angeles
san francisco
san diego
san jose
san antonio
new orleans
las vegas
saint louis
st. louis
st. paul
salt lake city
kansas city
oklahoma city
jersey city
new haven
new delhi
white plains
fort worth
fort lauderdale
el paso
long island
staten island
new england
palo alto
santa monica
santa clara
santa barbara
ann arbor
baton rouge
little rock
des moines
long beach
west palm beach
st. petersburg
grand rapids
ft. lauderdale
new york city
washington, d.c.
silicon valley
moscow
addis ababa
kinshasa
brazzaville
nairobi
kampala
khartoum
lagos
abuja
dakar
cairo
johannesburg
cape town
tehran
baghdad
kabul
islamabad
karachi
mumbai
bangalore
chennai
kolkata
dhaka
kathmandu
bangkok
hanoi
jakarta
manila
kuala lumpur
seoul
pyongyang
taipei
hong kong
osaka
melbourne
brisbane
auckland
dublin
edinburgh
glasgow
brussels
amsterdam
rotterdam
geneva
zurich
vienna
madrid
barcelona
lisbon
ankara
istanbul
damascus
beirut
jerusalem
tel aviv
riyadh
dubai
abu dhabi
doha
copenhagen
stockholm
oslo
helsinki
warsaw
prague
budapest
bucharest
belgrade
zagreb
kiev
kyiv
minsk
vilnius
tallinn
tbilisi
yerevan
baku
tashkent
buenos aires
montevideo
rio de janeiro
bogota
caracas
mexico city
havana
santo domingo
panama city
montreal
vancouver
ottawa
london
paris
berlin
tokyo
beijing
shanghai
toronto
boston
chicago
houston
philadelphia
dallas
atlanta
miami
seattle
denver
detroit
baltimore
pittsburgh
cleveland
cincinnati
manhattan
brooklyn
queens
bronx
mumbai
geneva
zurich
brussels
kiev
kyiv`)

func setOfLines(lines string) map[string]bool {
	m := map[string]bool{}
	for l := range strings.SplitSeq(lines, "\n") {
		m[l] = true
	}
	return m
}
