package resolve

import (
	_ "embed"
	"strings"
	"sync"

	"dossier/internal/table"
)

// namesGz is a sorted list of given names and surnames, one per line, folded
// as [fold] does. It is a list of facts: that a word is somebody's name.
//
//go:embed names.txt.gz
var namesGz []byte

var knownNames = sync.OnceValue(func() map[string]struct{} {
	names := map[string]struct{}{}
	for name := range table.Lines("names", namesGz) {
		names[name] = struct{}{}
	}
	return names
})

// known reports whether the word is a name that people bear. Two known names
// one letter apart (Mary, Mark) are two names, not a slip of the pen.
func known(word string) bool {
	_, ok := knownNames()[word]
	return ok
}

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// wordMap reads lines of the form "value: word word …" into word → value.
func wordMap(lines string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(lines) {
		value, words, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		for w := range strings.FieldsSeq(words) {
			m[w] = value
		}
	}
	return m
}

// titles stand before a person's name and say nothing about who it is, beyond
// the gender that a few of them carry.
var titles = wordSet(`mr mrs ms miss mx messrs dr prof professor hon honorable honourable judge justice
	magistrate chief associate sir dame madam rev reverend fr sen senator rep representative congressman
	congresswoman gov governor president pres mayor sheriff officer detective det sgt sergeant lt lieutenant
	col colonel gen general capt captain atty attorney secretary commissioner commander ambassador lord lady the`)

// genders is the gender a title tells.
var genders = wordMap(`
	m: mr sir lord congressman
	f: mrs ms miss dame madam lady congresswoman`)

// postNominals follow a person's name. Those of the second list are names of
// people as well (Do, Ma), and count only after a comma.
var (
	postNominals      = wordSet(`esq esquire phd md jd llm llb dds cpa mba dvm usn usmc qc kc`)
	commaPostNominals = wordSet(`ret pe pc rn do pa ma ba bs ms clerk judge warden usdj usmj cj`)
)

// suffixes tell generations of one family apart; they are never dropped.
var suffixes = wordMap(`
	jr: jr junior
	sr: sr senior
	2: ii 2nd 2d
	3: iii 3rd 3d
	4: iv 4th`)

// particles belong to the surname they stand before.
var particles = wordSet(`van von de der den di da del della la le st saint san santa dos du bin ibn al el ter ten mac mc`)

// formals is the formal names that a short form or a variant spelling stands
// for. A match over this table is evidence, never proof.
var formals = readFormals(`
	abe: abraham
	abby: abigail
	al: albert alan alfred alexander
	alex: alexander alexandra
	allie: allison alice
	andy: andrew
	angie: angela
	art: arthur
	barb: barbara
	becky: rebecca
	ben: benjamin
	bernie: bernard
	bert: albert robert herbert
	beth: elizabeth bethany
	betsy: elizabeth
	betty: elizabeth
	bill: william
	billy: william
	bob: robert
	bobby: robert
	brad: bradley
	bryan: brian
	cathy: catherine
	charlie: charles
	chas: charles
	chris: christopher christine christina
	chuck: charles
	cindy: cynthia
	cliff: clifford
	connie: constance
	dan: daniel
	danny: daniel
	dave: david
	deb: deborah
	debbie: deborah
	debra: deborah
	dick: richard
	don: donald
	donny: donald
	doug: douglas
	drew: andrew
	ed: edward edwin edgar
	eddie: edward
	ellie: eleanor
	fran: frances francis
	frank: francis franklin
	fred: frederick alfred
	gabe: gabriel
	gene: eugene
	geo: george
	geoff: geoffrey
	gerry: gerald
	greg: gregory
	hal: harold henry
	hank: henry
	harry: harold henry
	jack: john
	jake: jacob
	jas: james
	jeff: jeffrey
	jen: jennifer
	jenny: jennifer
	jerry: gerald jerome
	jess: jessica
	jim: james
	jimmy: james
	joe: joseph
	joey: joseph
	johnny: john
	jon: jonathan john
	jos: joseph
	josh: joshua
	judy: judith
	kate: katherine
	kathy: katherine
	catherine: katherine
	kathryn: katherine
	katie: katherine
	ken: kenneth
	kenny: kenneth
	kim: kimberly
	larry: lawrence
	laurence: lawrence
	len: leonard
	leo: leonard
	liz: elizabeth
	lou: louis louise
	maggie: margaret
	mandy: amanda
	marty: martin
	matt: matthew
	max: maxwell maximilian
	meg: margaret
	mel: melvin melanie
	mickey: michael
	mike: michael
	mitch: mitchell
	nancy: ann
	nat: nathaniel nathan
	nate: nathaniel nathan
	ned: edward
	nick: nicholas
	norm: norman
	pam: pamela
	pat: patrick patricia
	patty: patricia
	peg: margaret
	peggy: margaret
	pete: peter
	phil: philip
	phillip: philip
	ray: raymond
	rich: richard
	rick: richard
	ricky: richard
	rob: robert
	robbie: robert
	rod: rodney
	ron: ronald
	ronnie: ronald
	russ: russell
	sally: sarah
	sam: samuel samantha
	sandy: sandra alexander
	sara: sarah
	shelly: michelle
	stan: stanley
	steph: stephanie
	steve: steven
	stephen: steven
	stu: stuart
	sue: susan
	susie: susan
	tammy: tamara
	ted: theodore edward
	terry: terrence theresa
	theo: theodore
	thos: thomas
	tim: timothy
	tina: christina
	tom: thomas
	tommy: thomas
	toni: antonia
	tony: anthony
	trish: patricia
	val: valerie
	vicky: victoria
	vin: vincent
	vince: vincent
	walt: walter
	wes: wesley
	will: william
	willie: william
	wm: william
	zach: zachary`)

func readFormals(lines string) map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(lines) {
		short, full, ok := strings.Cut(strings.TrimSpace(line), ":")
		if ok {
			m[short] = strings.Fields(full)
		}
	}
	return m
}

// legalForms is the class of each legal form. Two classes are two kinds of
// legal person: Acme LLC is not Acme Inc., whoever owns them.
var legalForms = wordMap(`
	inc: inc incorporated
	corp: corp corporation
	co: co company cos companies
	llc: llc lc
	llp: llp
	lllp: lllp
	lp: lp
	pllc: pllc
	pc: pc
	pa: pa
	plc: plc
	ltd: ltd limited ltda
	na: na
	fsb: fsb
	gmbh: gmbh
	ag: ag aktiengesellschaft
	kg: kg
	sa: sa
	sarl: sarl
	sas: sas
	srl: srl
	spa: spa
	bv: bv
	nv: nv
	ab: ab
	oy: oy oyj
	kk: kk
	se: se`)

// legalPrefixes stand before a legal form and add nothing to it (Pty Ltd).
var legalPrefixes = wordSet(`pty pte pvt proprietary private`)

// phrase is a legal form of several words and its short form.
type phrase struct {
	words []string
	short string
}

// legalPhrases holds longer phrases before those that end them.
var legalPhrases = []phrase{
	{[]string{"limited", "liability", "company"}, "llc"},
	{[]string{"limited", "liability", "partnership"}, "llp"},
	{[]string{"public", "limited", "company"}, "plc"},
	{[]string{"limited", "partnership"}, "lp"},
	{[]string{"professional", "corporation"}, "pc"},
	{[]string{"professional", "association"}, "pa"},
	{[]string{"national", "association"}, "na"},
}

// expansions writes out the abbreviations of names of organisations.
var expansions = wordMap(`
	accident: acc
	association: assn assoc
	associates: assocs
	attorney: atty
	automobile: auto
	board: bd
	brothers: bros
	casualty: cas
	center: ctr centre cntr
	commission: commn
	commissioner: commr
	committee: comte
	company: co
	construction: constr
	corporation: corp
	county: cnty cty
	department: dept
	development: dev dvlpmt
	district: dist
	division: div
	education: educ
	electric: elec
	engineering: engg
	enterprises: enters
	environmental: envtl envt
	exchange: exch
	federal: fed
	financial: fin
	fort: ft
	foundation: found fdn
	general: gen
	government: govt
	group: grp
	guaranty: guar
	hospital: hosp
	incorporated: inc
	independent: indep
	industries: indus
	institute: inst
	insurance: ins
	international: intl
	laboratories: labs
	limited: ltd
	management: mgmt mgt
	manufacturing: mfg
	medical: med
	metropolitan: metro
	mount: mt
	municipal: mun
	mutual: mut
	national: natl
	organization: org organisation
	pharmaceuticals: pharm pharms
	products: prods
	property: prop
	public: pub
	railroad: rr
	railway: ry
	saint: st
	savings: sav
	school: sch
	securities: secs
	security: sec
	services: servs svcs
	service: serv svc
	society: socy
	systems: sys
	technologies: techs
	technology: tech
	township: twp
	transportation: transp
	university: univ
	united states: us usa`)

// fillers carry no meaning in the name of an organisation.
var fillers = wordSet(`the of and for`)

// generics are words that many organisations share: no two are the same, nor
// even alike, because both bear them.
var generics = wordSet(`accident agency america american associates association attorney authority automobile bank board
	brothers bureau capital care casualty center chapter church city club college commission committee communications
	community company construction consulting corporation council county court credit department design development
	district division east eastern education electric energy engineering enterprise enterprises entertainment
	environmental europe european exchange farm federal finance financial first food foods foundation fund funds
	general global government group guaranty health healthcare high holding holdings home hospital housing income
	incorporated industrial industries industry institute insurance international investment investments laboratories
	law league life limited logistics management manufacturing market marketing media medical metropolitan ministry
	motor municipal mutual national network networks new north northern of office oil gas organization parish partners
	pharmaceutical pharmaceuticals police power product products program properties property public railroad railway
	real estate realty republic research resources restaurant retail sales savings school science sciences securities
	security service services society software solutions south southern state states store stores supply system systems
	technologies technology telecom telephone town township trading transportation trust trustees union united
	university us usa ventures village water west western worldwide`)

// numerals is the number a word in the name of an organisation stands for.
var numerals = wordMap(`
	1: one first 1st i
	2: two second 2nd 2d ii
	3: three third 3rd 3d iii
	4: four fourth 4th iv
	5: five fifth 5th v
	6: six sixth 6th vi
	7: seven seventh 7th vii
	8: eight eighth 8th viii
	9: nine ninth 9th ix
	10: ten tenth 10th x
	11: eleven eleventh 11th xi
	12: twelve twelfth 12th xii
	13: thirteen thirteenth 13th xiii
	14: fourteenth 14th xiv
	15: fifteenth 15th xv`)
