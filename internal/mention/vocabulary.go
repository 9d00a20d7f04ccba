package mention

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// The words that the tagger takes as evidence, all in lower case and without
// stops.

// personTitles stand before a person's name and are not part of it.
var personTitles = lex.Set("mr mrs ms miss dr prof professor judge judges justice justices hon honorable magistrate officer detective sergeant sgt lieutenant lt captain capt agent attorney senator sen representative rep governor gov president chairman secretary sir lord lady dame sheriff warden deputy trooper ambassador congressman congresswoman mayor commissioner director superintendent gen president-elect")

// judgeTitles are the titles that make a person a judge.
var judgeTitles = lex.Set("judge judges justice justices hon honorable magistrate")

// hardSuffixes end the name of a company and prove it.
var hardSuffixes = lex.Set("inc incorporated corp corporation llc llp lp ltd limited plc gmbh pllc pc na sa nv bv ag lc co company pa pty aps ab kg srl spa llp. lllp oy ps")

// orgHeads are nouns at the end of a name that make it an organisation's.
var orgHeads = lex.Set("campaign bank university college department commission agency bureau association ass'n assn foundation institute authority hospital center centre group partners holdings services systems union church school society ministry administration insurance capital fund industries international technologies logistics solutions enterprises associates pharmaceuticals communications laboratories labs energy airlines motors brothers bros bancorp financial securities ventures networks media entertainment times post journal news clinic federation league club trustees museum cooperative coalition alliance organization organisation network consulting properties realty investments advisors management telecom petroleum oil gas electric railroad railway airways stores foods trust committee council office board dept univ company police parish academy congress senate parliament mills manufacturing mfg therapeutics biosciences sciences studios publishing records healthcare health medical hotels resorts restaurants commissioners orchestra team embassy consulate endowment branch division brotherhood bloc tech chapel synagogue mosque diocese archdiocese ministries")

// orgOf are heads that take "of": "Department of Justice".
var orgOf = lex.Set("bank university college department commission agency bureau association institute authority hospital church school society ministry office board trustees federation house union academy museum secretary division dept univ council league")

// forHeads are heads that take "for".
var forHeads = lex.Set("center centre institute foundation committee council coalition endowment association alliance commission")

// weakHeads name an organisation only with a word before them that is not
// common: "Acme Products" but not "Licensed Products".
var weakHeads = lex.Set("group partners services systems center centre management products brands technology technologies fund capital trust committee council office board team network media properties investments securities energy news post times press records stores works health medical foods oil gas electric solutions international company software entertainment police sciences branch division bloc")

// notNames are capitalised words of legal papers that are no part of the name
// of a person, organisation or place: roles, parts of papers, defined terms.
var notNames = lex.Set(`per curiam ceo cfo coo plaintiff plaintiffs defendant defendants petitioner petitioners respondent respondents appellant appellants
appellee appellees complainant claimant debtor debtors creditor creditors trustee movant intervenor cross-defendant counterclaimant
plaintiff's defendant's relator garnishee licensee licensor lessee lessor landlord tenant buyer seller borrower lender guarantor
agreement agreements contract contracts section sections article articles exhibit exhibits schedule schedules appendix annex attachment
attachments paragraph paragraphs chapter title part rule rules order orders motion motions memorandum complaint complaints answer brief
affidavit declaration notice notices petition judgment opinion decision ruling verdict stipulation subpoena summons warrant indictment
information certificate report reports document documents page pages docket case cases cause action actions civil criminal no number
date dated effective term terms party parties confidential proprietary intellectual property whereas witness now therefore hereby herein
dear re subject from to cc bcc sent attn attention fax tel telephone phone email facsimile regards sincerely respectfully submitted
january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri
the a an this that these those it its he she they we you i his her their our your my who which what when where why how if as at by for in of on or and
but not so such all any each every no some other others upon under after before during while although because since until unless however
moreover furthermore accordingly additionally finally first second third fourth fifth sixth seventh eighth ninth tenth also then there here thus see yes
esq esquire attorney attorneys counsel law laws act code statute statutes constitution amendment court courts judge justice clerk
jury trial demand demanded filed entered signed executed witnesseth introduction background conclusion discussion analysis facts
argument table contents index figure volume item items form forms copy copies original draft final version tab footnote
count counts claim claims relief damages injunction allegations jurisdiction venue parties prayer certification service signature name
address city state zip country street avenue road suite floor room box north south east west southern northern eastern western central
new fee fees payment payments amount invoice price total balance tax taxes net gross business day days week month months year years
united states u.s. us american english french russian german chinese british european federal national
mr mrs ms miss dr prof hon honorable chief senior associate assistant deputy vice executive president director manager officer
secretary treasurer chairman member members employee employees employer agent agents representative representatives
general special additional further supplemental amended proposed joint several opposition reply response support summary
granting denying granted denied dismissed affirmed reversed remanded pursuant regarding concerning between among
hearing conference deposition discovery interrogatories admission production testimony evidence transcript exhibit
product products service services software licensed materials data content site website internet web online
insurance policy coverage loss plan program project system committee board company corporation partnership
distributor distributors except supplier manufacturer vendor vendors contractor contractors client clients customer customers
consultant developer developers reseller affiliate affiliates sponsor user users provider host owner operator publisher partner both
neither either investigation prosecution prosecutors government administration
manual redacted ex matter appearing harm ongoing investigative technique personal privacy attorney work
shall be been being does did warranty warranties liability liabilities indemnities solicitor dictionary pax chamber`)

// roleWords name the side of a party; a caption has them after the name.
var roleWords = lex.Set("plaintiff plaintiffs defendant defendants petitioner petitioners respondent respondents appellant appellants appellee appellees debtor debtors claimant claimants complainant intervenor relator")

// particles are the lower-case words inside a person's name.
var particles = lex.Set("de del della di du da van von der den la le bin al el dos y")

// connectors may stand in lower case inside the name of a party.
var connectors = lex.Set("of the and for de la del van von der ex rel et al in re on to & y a at behalf by d/b/a as")

// nameSuffixes follow a person's name and belong to it.
var nameSuffixes = lex.Set("jr sr ii iii iv")

// streetHeads end the name of a street.
var streetHeads = lex.Set("street st avenue ave road rd boulevard blvd drive dr lane ln plaza square parkway pkwy highway hwy court ct place pl way terrace")

// areaOf take "of" and a place: "City of Boston".
var areaOf = lex.Set("city town county village borough township state commonwealth district")

// areaHeads end the name of a place: "Cook County".
var areaHeads = lex.Set("county parish city island islands river lake valley township village beach springs heights mountain mountains bay creek")

// paperWords follow a person's name where a paper is cited by who gave it:
// "Roe Depo.", "Roe Statement of Facts".
var paperWords = lex.Set("transcript transcripts indictment complaint depo deposition decl declaration statement stmt affidavit aff memo memorandum notes interview email emails letter tweet plea testimony report tr")

// bodies are organisations that have neither a company's ending nor a noun of
// one: of the state, and large companies by their trade names.
var bodies = setOfLines(`congress
white house
house of representatives
parliament
google
facebook
twitter
linkedin
youtube
instagram
whatsapp
skype
microsoft
walmart
wal-mart
kmart
costco
boeing
fedex
verizon
comcast
netflix
paypal
ebay
intel
ibm
cisco
oracle
pfizer
merck
novartis
bayer
monsanto
exxon
exxonmobil
chevron
halliburton
citigroup
citibank
jpmorgan
blackrock
goldman sachs
morgan stanley
wells fargo
general motors
general electric
toyota
honda
samsung
siemens
wikileaks
wikipedia`)

// bodyStarts are the first words of bodies.
var bodyStarts = func() map[string]bool {
	m := map[string]bool{}
	for name := range bodies {
		first, _, _ := strings.Cut(name, " ")
		m[first] = true
	}
	return m
}()

// buildingHeads end the name of a building.
var buildingHeads = lex.Set("facility tower hotel courthouse building jail prison airport stadium arena mall")

// custody stands before "Center" where people are held.
var custody = lex.Set("detention processing correctional reception")

// joinedWords follow a name and a hyphen, and leave it a name: "Halden-owned".
// Those in -ed need no list.
var joinedWords = lex.Set("led run built held born like style wide era friendly specific only")

// politics stand before the party of politicians.
var politics = lex.Set("republican democratic labour labor conservative liberal communist green socialist libertarian tea national people's workers justice reform")

// nations are adjectives of countries: no name by themselves, and with an
// organisation's noun the name of one, "Russian Embassy".
var nations = lex.Set("russian ukrainian french german chinese japanese korean italian spanish mexican canadian british american indian israeli iranian iraqi turkish saudi brazilian dutch swiss swedish polish irish scottish english european african asian cuban haitian venezuelan colombian australian greek norwegian danish finnish austrian belgian hungarian egyptian syrian pakistani afghan filipino vietnamese congolese rwandan ugandan kenyan nigerian ghanaian ethiopian somali sudanese libyan moroccan algerian tunisian lebanese jordanian yemeni georgian armenian romanian bulgarian serbian croatian albanian portuguese peruvian chilean bolivian jamaican dominican guatemalan honduran salvadoran nicaraguan thai indonesian malaysian taiwanese nepalese")

// doctrines are parties of cases whose names stand for what the cases held: "Brady
// material", "Terry stop".
var doctrines = lex.Set("alford brady giglio miranda terry daubert batson franks jencks younger pullman strickland twombly iqbal bivens monell pickering faretta garrity booker anders markman kastigar crawford apprendi chevron auer erie burford garcetti pitchess marsden wharton kovel")

// doctrineNouns follow a doctrine.
var doctrineNouns = lex.Set("plea pleas material materials obligation obligations violation violations disclosure disclosures warning warnings rights waiver stop stops hearing hearings motion motions challenge challenges claim claims action actions test standard analysis factors doctrine deference abstention brief letter request evidence information issue")

// letters are abbreviations of laws and terms, which name nobody.
var letters = lex.Set("gdpr fcpa hipaa erisa rico cercla tcpa fcra fdcpa ada adea foia apa ucc uifsa esi nda ndas cro cros ceo cfo coo cto cpa md jd phd api url html xml pdf sow sows sla sku skus gmp cgmp glp gcp ind llc ip ipo vat gaap sox isbn issn usb gps sms dna rna mri faq eula tba tbd asap eta hr pr qa qc r&d rfp rfi")
