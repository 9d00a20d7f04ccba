package resolve

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/dossier-legal/dossier/internal/table"
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
	magistrate chief associate sir dame madam rev reverend rabbi pastor cardinal archbishop admiral adm drs avv dott fr sen senator rep representative congressman
	congresswoman gov governor president pres mayor sheriff officer detective det sgt sergeant lt lieutenant
	col colonel gen general capt captain atty attorney secretary commissioner commander ambassador lord lady the
	agent trooper master counsel solicitor administrator prosecutor ausa`)

// titleParts stand before a title or between two and are none by themselves.
var titleParts = wordSet(`us united states special assistant deputy acting senior presiding vice district circuit
	bankruptcy federal supreme appellate administrative state`)

// genders is the gender a title tells.
var genders = wordMap(`
	mr: mr sir lord congressman
	ms: mrs ms miss dame madam lady congresswoman`)

// titleOfGender is the key of genders for what package gazetteer says of a first
// name.
var titleOfGender = map[string]string{"m": "mr", "f": "ms"}

// benchTitles are those of judges.
var benchTitles = wordSet(`judge justice hon honorable honourable magistrate`)

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

// commonSurnames are the hundred that most people of the United States bear:
// with a given name alone they do not tell who somebody is.
var commonSurnames = wordSet(`smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez
	gonzalez wilson anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez
	lewis robinson walker young allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera
	campbell mitchell carter roberts gomez phillips evans turner diaz parker cruz edwards collins reyes stewart morris
	morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox ward
	richardson watson brooks chavez wood james bennett gray mendoza ruiz hughes price alvarez castillo sanders patel
	myers long ross foster jimenez`)

// noSurnames are words that end what is taken for a person's name and is none:
// peoples, offices, what papers speak of, and what their sentences begin with.
var noSurnames = wordSet(`american australian austrian belgian brazilian british canadian chinese cuban czech dutch egyptian
	european french georgian german greek hungarian indian iranian iraqi irish israeli italian japanese korean mexican
	norwegian polish portuguese romanian russian scottish serbian spanish swedish swiss syrian turkish ukrainian welsh
	accountant administrator adviser advisor analyst assistant associate attorney auditor ausa avv candidate chairman
	chairwoman consultant controller coordinator correspondent counsel defendant defendants deputy developer director
	doctor editor employee employer engineer executive inspector interpreter manager minister nationality officer
	paralegal petitioner plaintiff plaintiffs president professor prosecutor receptionist representative respondent
	secretary spokesman spokeswoman supervisor technician treasurer undersecretary ceo cfo ira llc llp
	affidavit agreement appendix article complaint correction declaration decision dictionary document exhibit
	indictment interview investigation judgment letter memorandum misdemeanor opinion order petition report section
	statement summary testimony transcript
	accordingly afterwards also consequently currently eventually finally furthermore however initially instead later
	meanwhile moreover nevertheless previously recently similarly subsequently therefore thereafter ultimately`)

// particles belong to the surname they stand before.
var particles = wordSet(`van von de der den di da del della la le st saint san santa dos du bin ibn al el ter ten mac mc`)

// formals is the formal names that a short form or a variant spelling stands
// for. A match over this table is evidence, never proof.
var formals = readFormals(`
	abby: abigail
	abe: abraham
	addie: adelaide adeline
	aggie: agnes
	al: albert alan alfred alexander
	alec: alexander
	alex: alexander alexandra
	alf: alfred
	ali: alison
	allie: allison alice
	andie: andrea
	andy: andrew
	angie: angela
	annie: ann
	archie: archibald
	art: arthur
	augie: august augustus
	barb: barbara
	barney: bernard barnaby
	bart: bartholomew
	bea: beatrice
	becky: rebecca
	bella: isabella
	ben: benjamin
	benj: benjamin
	bernie: bernard
	bert: albert robert herbert
	bess: elizabeth
	bessie: elizabeth
	beth: elizabeth bethany
	betsy: elizabeth
	betty: elizabeth
	bev: beverly
	bill: william
	billie: wilhelmina william
	billy: william
	bob: robert
	bobbie: roberta robert
	bobby: robert
	brad: bradley
	bryan: brian
	cal: calvin
	cam: cameron
	carrie: caroline
	cassie: cassandra
	catherine: katherine
	cathy: catherine
	cece: cecilia
	charlie: charles
	chas: charles
	chip: charles
	chris: christopher christine christina
	chrissy: christina christine
	chuck: charles
	cindy: cynthia
	clem: clement
	cliff: clifford
	connie: constance
	curt: curtis
	dan: daniel
	danl: daniel
	danny: daniel
	dave: david
	davey: david
	davy: david
	deb: deborah
	debbie: deborah
	debra: deborah
	deedee: deidre
	dennie: dennis
	denny: dennis
	desi: desmond
	dick: richard
	dolly: dorothy
	don: donald
	donny: donald
	dot: dorothy
	dottie: dorothy
	doug: douglas
	drew: andrew
	dusty: dustin
	ed: edward edwin edgar
	eddie: edward
	edw: edward
	effie: euphemia
	eliza: elizabeth
	ella: eleanor
	ellie: eleanor
	elsie: elizabeth
	emmy: emily emma
	ernie: ernest
	etta: henrietta
	evie: evelyn
	fannie: frances
	fanny: frances
	flo: florence
	florrie: florence
	fran: frances francis
	frank: francis franklin
	frankie: frank francis franklin
	franny: frances
	fred: frederick alfred
	fredk: frederick
	freddie: frederick
	freddy: frederick
	fritz: frederick
	gabby: gabriella gabrielle
	gabe: gabriel
	gene: eugene
	geo: george
	geoff: geoffrey
	gerry: gerald
	gertie: gertrude
	gil: gilbert
	gina: regina
	ginger: virginia
	ginny: virginia
	gordy: gordon
	greg: gregory
	gus: august augustus
	gwen: gwendolyn
	hal: harold henry
	hank: henry
	harry: harold henry
	hattie: harriet
	herb: herbert
	hettie: henrietta
	iggy: ignatius
	ike: isaac
	izzy: isabella isidore
	jack: john
	jackie: jacqueline
	jake: jacob
	jamie: james
	jan: janet janice
	jas: james
	jed: jedediah
	jeff: jeffrey
	jeffry: jeffrey
	jem: jeremiah
	jen: jennifer
	jenny: jennifer
	jere: jeremiah
	jerry: gerald jerome
	jess: jessica
	jim: james
	jno: john
	jimmy: james
	jo: josephine joanna
	jody: joseph judith
	joe: joseph
	joey: joseph
	johnny: john
	jon: jonathan john
	jos: joseph
	josh: joshua
	josie: josephine
	judy: judith
	julie: julia
	kat: katherine
	kate: katherine
	kathryn: katherine
	kathy: katherine
	katie: katherine
	kay: katherine
	ken: kenneth
	kenny: kenneth
	kim: kimberly
	kit: christopher katherine
	kitty: katherine
	kris: kristen kristina kristopher
	lanny: lawrence
	larry: lawrence
	laurence: lawrence
	laurie: laura lawrence
	len: leonard
	lenny: leonard
	les: leslie lester
	lettie: letitia
	lew: lewis louis
	libby: elizabeth
	lily: lillian
	liz: elizabeth
	lizzie: elizabeth
	lon: alonzo
	lorrie: lorraine
	lottie: charlotte
	lou: louis louise
	louie: louis
	maddy: madeline madeleine
	madge: margaret
	maggie: margaret
	mandy: amanda
	manny: emanuel manuel
	marge: margaret marjorie
	margie: margaret marjorie
	margo: margaret
	marty: martin
	marv: marvin
	matt: matthew
	maud: matilda
	maury: maurice
	max: maxwell maximilian
	meg: margaret
	meggie: margaret
	mel: melvin melanie
	mick: michael
	mickey: michael
	mike: michael
	mikey: michael
	millie: mildred millicent
	milly: mildred
	mimi: miriam
	mindy: melinda
	minnie: wilhelmina
	missy: melissa
	mitch: mitchell
	moe: moses maurice
	molly: mary
	mort: mortimer morton
	nan: ann
	nancy: ann
	nannie: ann
	nat: nathaniel nathan
	nate: nathaniel nathan
	ned: edward
	nell: helen eleanor
	nellie: helen eleanor
	nettie: antoinette
	nick: nicholas
	nicki: nicole
	nicky: nicholas nicole
	norm: norman
	ollie: oliver olive
	paddy: patrick
	pam: pamela
	pat: patrick patricia
	patsy: patricia
	patti: patricia
	patty: patricia
	peg: margaret
	peggy: margaret
	penny: penelope
	perce: percival
	percy: percival
	pete: peter
	phil: philip
	phillip: philip
	pippa: philippa
	prue: prudence
	randy: randall randolph
	ray: raymond
	reg: reginald
	reggie: reginald
	rich: richard
	rick: richard
	rickie: richard
	ricky: richard
	rob: robert
	robbie: robert
	robt: robert
	rod: rodney
	roddy: roderick
	rollie: roland
	ron: ronald
	ronnie: ronald
	rosie: rose rosemary
	roxy: roxanne
	rudy: rudolph
	russ: russell
	sadie: sarah
	sal: salvatore
	sally: sarah
	sam: samuel samantha
	saml: samuel
	sammy: samuel
	sandi: sandra
	sandy: sandra alexander
	sara: sarah
	shel: sheldon
	shelly: michelle
	sherry: sheryl
	si: simon silas
	sid: sidney
	sol: solomon
	stan: stanley
	steph: stephanie
	stephen: steven
	steve: steven
	stevie: steven
	stu: stuart
	sue: susan
	susie: susan
	suzie: susan
	suzy: susan
	syd: sydney
	tad: thaddeus
	tammie: tamara
	tammy: tamara
	ted: theodore edward
	teddy: theodore edward
	terry: terrence theresa
	tess: theresa
	tessa: theresa
	thad: thaddeus
	theo: theodore
	thos: thomas
	tilly: matilda
	tim: timothy
	timmy: timothy
	tina: christina
	toby: tobias
	tom: thomas
	tommy: thomas
	toni: antonia
	tony: anthony
	trish: patricia
	trixie: beatrice
	trudy: gertrude
	ty: tyler tyrone
	val: valerie
	vern: vernon
	vic: victor
	vickie: victoria
	vicky: victoria
	vin: vincent
	vince: vincent
	vinnie: vincent
	viv: vivian
	wally: walter wallace
	walt: walter
	wes: wesley
	wilf: wilfred
	will: william
	willie: william
	wilma: wilhelmina
	winnie: winifred
	wm: william
	woody: woodrow
	xander: alexander
	zach: zachary
	zack: zachary
	zeke: ezekiel`)

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

// numberSigns stand before a number and add nothing to it.
var numberSigns = wordSet(`no nos num number`)

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
	incorporated industrial industries industry institute airlines airways lines insurance international investment investments laboratories
	law league life limited logistics management manufacturing market marketing media medical metropolitan ministry
	motor municipal mutual national network networks new north northern of office oil gas organization parish partners
	pharmaceutical pharmaceuticals police power product products program properties property public railroad railway
	real estate realty republic research resources restaurant retail sales savings school science sciences securities
	security service services society software solutions south southern state states store stores supply system systems
	technologies technology telecom telephone town township trading transportation trust trustees union united
	university us usa ventures village water west western worldwide
	are be is shall will may not application employ employment motion order retain retention
	australian austrian belgian brazilian british canadian chinese danish dutch finnish french german greek indian
	irish israeli italian japanese korean mexican norwegian polish portuguese russian scottish spanish swedish swiss
	turkish ukrainian`)

// parts are the generic words for what is a part of a body, or made by it.
var parts = wordSet(`board bureau commission committee communications council department division market media network
	networks office product products program programs sales services supply`)

// kinds says what a body is and not which, in the singular.
var kinds = wordSet(`affiliate agency association authority board borrower buyer client club commission committee company
	competent contracting contractor corporation customer department district division entity fund governmental guarantor
	issuer joint laboratory lender licensee licensor local ministry office parent partnership party regulatory seller
	state subsidiary supplier surviving target trustee united us usa venture are be is shall will may not
	creditor debtor official unsecured law firm`)

// sidesOfDeals are those kinds that every deal and every case has anew: what bears
// no other word is another body in another paper.
var sidesOfDeals = wordSet(`affiliate borrower buyer client committee contractor creditor customer debtor guarantor issuer
	lender licensee licensor party seller subsidiary supplier target trustee`)

// everywhere are words of bodies that every state or town has: alone, they say
// which body and not whose.
var everywhere = wordSet(`affairs and assembly attorney board city commission consulate council county defence defender defense
	department district education embassy finance fire foreign general health home inspector interior justice local ministry national of office
	parliament police prosecutor public school sheriff the treasury`)

// regions tell a part of a group of companies from the whole: what Halden North
// America is, Halden alone need not be.
var regions = wordSet(`africa america american americas asia atlantic australia brazil britain canada central china east
	eastern europe european france germany india ireland italy japan korea latin mexico north northern pacific south
	southern uk us usa west western`)

// governments are what a place is called whose government is meant: Cook and Cook
// County are two.
var governments = wordSet(`borough city commonwealth county municipality parish police sheriff state town township village`)

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

// agencyIDs is the agencies of the United States: the acronym of each by that
// and by its name as [Norm] writes it, without the "United States".
var agencyIDs = readAgencies(`
	atf: bureau alcohol tobacco firearms explosives
	bia: bureau indian affairs
	blm: bureau land management
	cbp: customs border protection
	cdc: centers disease control prevention
	cfpb: consumer financial protection bureau
	cftc: commodity futures trading commission
	cia: central intelligence agency
	cms: centers medicare medicaid services
	cpsc: consumer product safety commission
	dea: drug enforcement administration
	dhs: department homeland security
	dod: department defense
	doe: department energy
	doi: department interior
	doj: department justice
	dol: department labor
	dot: department transportation
	eeoc: equal employment opportunity commission
	eoir: executive office immigration review
	epa: environmental protection agency
	faa: federal aviation administration
	fbi: federal bureau investigation
	fcc: federal communications commission
	fda: food drug administration
	fdic: federal deposit insurance corporation
	fec: federal election commission
	fema: federal emergency management agency
	ferc: federal energy regulatory commission
	fhfa: federal housing finance agency
	finra: financial industry regulatory authority
	ftc: federal trade commission
	gao: government accountability office
	gsa: general services administration
	hhs: department health human services
	hud: department housing urban development
	ice: immigration customs enforcement
	ins: immigration naturalization service
	irs: internal revenue service
	itc: international trade commission
	mspb: merit systems protection board
	nasa: national aeronautics space administration
	nhtsa: national highway traffic safety administration
	nih: national institutes health
	nlrb: national labor relations board
	noaa: national oceanic atmospheric administration
	nps: national park service
	nrc: nuclear regulatory commission
	nsa: national security agency
	ntsb: national transportation safety board
	occ: office comptroller currency
	ofac: office foreign assets control
	omb: office management budget
	opm: office personnel management
	osha: occupational safety health administration
	pto: patent trademark office
	sba: small business administration
	sec: securities exchange commission
	ssa: social security administration
	tsa: transportation security administration
	usda: department agriculture
	uscis: citizenship immigration services
	usps: postal service
	va: department veterans affairs`)

func readAgencies(lines string) map[string]string {
	ids := map[string]string{}
	for line := range strings.Lines(lines) {
		if id, name, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			ids[id], ids[name] = id, id
		}
	}
	return ids
}
