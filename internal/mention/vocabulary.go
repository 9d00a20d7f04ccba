package mention

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// The words that the tagger takes as evidence, all in lower case and without
// stops.

// personTitles stand before a person's name and are not part of it.
var personTitles = vocabulary.With(vocabulary.FindTitle)

// judgeTitles are the titles that make a person a judge.
var judgeTitles = vocabulary.WithAll(vocabulary.FindTitle | vocabulary.Judge)

// hardSuffixes end the name of a company and prove it.
var hardSuffixes = vocabulary.With(vocabulary.FindCompany)

// orgHeads are nouns at the end of a name that make it an organisation's.
var orgHeads = vocabulary.With(vocabulary.FindOrg)

// orgOf are heads that take "of": "Department of Justice".
var orgOf = vocabulary.With(vocabulary.OrgOf)

// forHeads are heads that take "for".
var forHeads = vocabulary.With(vocabulary.OrgFor)

// weakHeads name an organisation only with a word before them that is not
// common: "Acme Products" but not "Licensed Products".
var weakHeads = vocabulary.With(vocabulary.OrgWeak)

// notNames are capitalised words of legal documents that are no part of the name
// of a person, organisation or place: roles, parts of documents, defined terms.
var notNames = vocabulary.Set(`per curiam ceo cfo coo plaintiff plaintiffs defendant defendants petitioner petitioners respondent respondents appellant appellants
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
var roleWords = vocabulary.With(vocabulary.FindRole)

// particles are the lower-case words inside a person's name.
var particles = vocabulary.With(vocabulary.FindParticle)

// connectors may stand in lower case inside the name of a party.
var connectors = vocabulary.Set("of the and for de la del van von der ex rel et al in re on to & y a at behalf by d/b/a as")

// nameSuffixes follow a person's name and belong to it.
var nameSuffixes = vocabulary.With(vocabulary.FindGeneration)

// streetHeads end the name of a street.
var streetHeads = vocabulary.With(vocabulary.FindStreet)

// areaOf take "of" and a place: "City of Boston".
var areaOf = vocabulary.Set("city town county village borough township state commonwealth district")

// areaHeads end the name of a place: "Cook County".
var areaHeads = vocabulary.Set("county parish city island islands river lake valley township village beach springs heights mountain mountains bay creek")

// paperWords follow the name of the person by whom a document is cited:
// "Roe Depo.", "Roe Statement of Facts".
var paperWords = vocabulary.Set("transcript transcripts indictment complaint depo deposition decl declaration statement stmt affidavit aff memo memorandum notes interview email emails letter tweet plea testimony report tr")

// agencies are bodies that documents name by their letters without a word on
// what they stand for.
var agencies = vocabulary.With(vocabulary.Agency)

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
var buildingHeads = vocabulary.Set("facility tower hotel courthouse building jail prison airport stadium arena mall")

// custody stands before "Center" where people are held.
var custody = vocabulary.Set("detention processing correctional reception")

// joinedWords follow a name and a hyphen, and leave it a name: "Halden-owned".
// Those in -ed need no list.
var joinedWords = vocabulary.Set("led run built held born like style wide era friendly specific only")

// politics stand before the party of politicians.
var politics = vocabulary.Set("republican democratic labour labor conservative liberal communist green socialist libertarian tea national people's workers justice reform")

// nations are adjectives of countries: no name by themselves, and with an
// organisation's noun the name of one, "Russian Embassy".
var nations = vocabulary.With(vocabulary.Nation)

// doctrines are parties of cases whose names stand for what the cases held: "Brady
// material", "Terry stop".
var doctrines = vocabulary.Set("alford brady giglio miranda terry daubert batson franks jencks younger pullman strickland twombly iqbal bivens monell pickering faretta garrity booker anders markman kastigar crawford apprendi chevron auer erie burford garcetti pitchess marsden wharton kovel")

// doctrineNouns follow a doctrine.
var doctrineNouns = vocabulary.Set("plea pleas material materials obligation obligations violation violations disclosure disclosures warning warnings rights waiver stop stops hearing hearings motion motions challenge challenges claim claims action actions test standard analysis factors doctrine deference abstention brief letter request evidence information issue")

// letters are abbreviations of laws and terms, which are no names.
var letters = vocabulary.Set("gdpr fcpa hipaa erisa rico cercla tcpa fcra fdcpa ada adea foia apa ucc uifsa esi nda ndas cro cros ceo cfo coo cto cpa md jd phd api url html xml pdf sow sows sla sku skus gmp cgmp glp gcp ind llc ip ipo vat gaap sox isbn issn usb gps sms dna rna mri faq eula tba tbd asap eta hr pr qa qc r&d rfp rfi")
